"""Words for minima under constraints: which constraints are at work, and with which multipliers."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError

# how near to zero, by its scale, a constraint at work is
NEAR = 1e-6


def rows_of(fun: Any, x: Any, args: Any = ()) -> tuple[Any, Any]:
    """The numbers that a function gives at a place, and their derivatives, a row each."""
    from srcgrad.pullback import vjp

    value, pullback = vjp(lambda x: np.atleast_1d(fun(x, *args)), np.array(x, dtype=float))
    return value, np.stack([np.ravel(pullback(unit)[0]) for unit in np.eye(value.size)])


def at_work(value: Any, parts: Any, types: Any, x: Any, args: Any) -> tuple[Any, Any]:
    """Which of the conditions hold as equations at a minimum, a matrix of ones and zeros for each part, and their
    multipliers.

    parts   gives the conditions of each constraint, then those of bounds
    types   'eq' or 'ineq' for each constraint
    """
    held, rows = rows_of(lambda x: np.concatenate(parts(x)), x)
    _, (slope,) = rows_of(value, x, args)
    always = np.zeros(held.size, bool)
    first = 0
    for part, one in zip(parts(x), types):
        always[first : first + part.size] = one == "eq"
        first += part.size
    near = always | (np.abs(held) <= NEAR * (1.0 + np.linalg.norm(rows, axis=1) * np.linalg.norm(x)))
    found = np.zeros(held.size)
    if near.any():
        found[near] = np.linalg.lstsq(rows[near].T, slope, None)[0]
    chosen = near & (always | (found > NEAR * np.linalg.norm(slope)))
    matrices = np.eye(held.size)[:, chosen]
    return np.split(matrices, np.cumsum([part.size for part in parts(x)])[:-1]), found[chosen]


def need_apart(a: Any, b: Any, x: Any, free: Any) -> None:
    """Refuse columns, of unknowns at no bound or that might as well leave it, which do not tell these apart."""
    slope = a.T @ (a @ x - b)
    loose = free | (np.abs(slope) <= NEAR * np.linalg.norm(a, axis=0) * np.linalg.norm(b))
    if np.linalg.matrix_rank(a[:, loose]) < np.count_nonzero(loose):
        raise UnsupportedError("least squares with more than one solution", "leave out columns that others make up")
