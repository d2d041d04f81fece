"""`linprog` of `scipy.optimize`: the vertex solves the conditions that hold there as equations."""

from __future__ import annotations

import functools

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np

from srcgrad.runtime.words_scipy_linear import (
    bound_ends,
    bound_places,
    bound_rows,  # noqa: F401 - in the text that is written
    bound_sides,  # noqa: F401
    least_of,
    tight_of,  # noqa: F401
    vertex,  # noqa: F401
    vertex_of,
)
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written import NotKept, written

FACTS = ("success", "status", "message", "nit")


class LinearSolution:
    """The result of `linprog`: the place and the least value carry derivatives."""

    def __init__(self, found, x, fun):
        self.found = found
        self.x = attached(x, vertex_of(found))
        self.fun = attached(fun, least_of(found))

    def __getitem__(self, name):
        return getattr(self, name)

    def __getattr__(self, name):
        if name in FACTS:
            return self.found.found[name]
        raise NotKept(f"'{name}' of a linear program's result", "compute it from x")


TEXT = """def linprog(c, A_ub=None, b_ub=None, A_eq=None, b_eq=None, bounds=(0, None), method="highs", callback=None,
            options=None, x0=None, integrality=None):
    found = vertex(c, A_ub, b_ub, A_eq, b_eq, bounds, {{"method": method, "options": options}})
    rows = [bound_rows(found){rows}]
    sides = [{bounds}{sides}]
    x = np.linalg.solve(np.concatenate(rows), np.concatenate(sides))
    return LinearSolution(found, x, np.dot(np.ravel(np.asarray(c)), x))
"""


def met(found, bounds):
    """The bounds that are met, of those given for each unknown."""
    sides = np.zeros(0)
    for place, end in zip(bound_places(found, bounds), bound_ends(found)):
        sides = np.append(sides, bounds[place][end])
    return sides


@functools.cache
def linprog(inequalities, equations, bounds):
    """`linprog` with or without conditions of either sort, and bounds of each unknown."""
    bounds = "met(found, bounds)" if bounds else "bound_sides(found)"
    matrices, values = "", ""
    if inequalities:
        matrices, values = ", np.asarray(A_ub)[tight_of(found)]", ", np.ravel(np.asarray(b_ub))[tight_of(found)]"
    if equations:
        matrices, values = f"{matrices}, np.asarray(A_eq)", f"{values}, np.ravel(np.asarray(b_eq))"
    return written(TEXT.format(rows=matrices, sides=values, bounds=bounds), globals())
