"""Rules for `scipy.optimize`, third part: linear programs, and assignments, which do not change with the costs."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np
from scipy import optimize

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.rules import scipy_integrate  # noqa: F401 - the entry of `attached`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import WRITTEN, Choice, Later, refuse_options
from srcgrad.rules.zeros import zero
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

zero(vertex, kind=of.anything)
zero(bound_places, tight_of, bound_ends, kind=of.indices)
zero(bound_rows, kind=of.table)
zero(bound_sides, vertex_of, kind=of.vector)
zero(least_of, kind=of.python_float)


def choose_linprog(given):
    """The function for the conditions that a call passes."""
    refuse_options("scipy.optimize.linprog", given, {"integrality": "fix what is whole, and solve for the rest"},
                   integrality=None)  # fmt: skip
    bounds = given.get("bounds")
    each = isinstance(bounds, Later) or np.ndim(np.asarray(bounds, dtype=object)) == 2
    return written.linprog(given.get("A_ub") is not None, given.get("A_eq") is not None, each)


WRITTEN[optimize.linprog] = Choice(
    ("c", "A_ub", "b_ub", "A_eq", "b_eq", "bounds", "method", "callback", "options", "x0", "integrality"),
    choose_linprog,
)
CONSTANTS.add(optimize.linear_sum_assignment)
