"""Rules for `scipy.optimize`, third part: linear programs, and assignments, which do not change with the costs."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np
from scipy import optimize

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.rules import scipy_integrate  # noqa: F401 - the entry of `attached`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import LATER, WRITTEN, Array, Choice, refuse_options
from srcgrad.runtime.words_scipy_linear import (
    bound_ends,
    bound_places,
    bound_rows,
    bound_sides,
    least_of,
    tight_of,
    vertex,
    vertex_of,
)
from srcgrad.written import scipy_linear as written


@general(vertex, kind=of.anything)
def vertex_(c, a_ub, b_ub, a_eq, b_eq, bounds, options, *, g):
    c: 0
    a_ub: 0
    b_ub: 0
    a_eq: 0
    b_eq: 0
    bounds: 0
    options: 0
    y_dot: 0


@general(bound_places, kind=of.indices)
def bound_places_(run, bounds, *, g):
    run: 0
    bounds: 0
    y_dot: 0


@general(tight_of, bound_ends, kind=of.indices)
def tight_of_(run, *, g):
    run: 0
    y_dot: 0


@general(bound_rows, kind=of.table)
def bound_rows_(run, *, g):
    run: 0
    y_dot: 0


@general(bound_sides, vertex_of, kind=of.vector)
def bound_sides_(run, *, g):
    run: 0
    y_dot: 0


@general(least_of, kind=of.python_float)
def least_of_(run, *, g):
    run: 0
    y_dot: 0


def choose_linprog(given):
    """The function for the conditions that a call passes."""
    refuse_options("scipy.optimize.linprog", given, {"integrality": "fix what is whole, and solve for the rest"},
                   integrality=None)  # fmt: skip
    bounds = given.get("bounds")
    each = bounds is LATER or isinstance(bounds, Array) or np.ndim(np.asarray(bounds, dtype=object)) == 2
    return written.linprog(given.get("A_ub") is not None, given.get("A_eq") is not None, each)


WRITTEN[optimize.linprog] = Choice(
    ("c", "A_ub", "b_ub", "A_eq", "b_eq", "bounds", "method", "callback", "options", "x0", "integrality"),
    choose_linprog,
)
CONSTANTS.add(optimize.linear_sum_assignment)
