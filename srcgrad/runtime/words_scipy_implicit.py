"""Words for values that solve an equation: `x` with `residual(x, p) = 0` has the derivative

    dx/dp = -(d residual / dx)^-1 (d residual / dp),

whatever algorithm found it.  The second factor comes from the residual, computed once more at the solution by code that
is differentiated like any other; the first is taken here, from the pullback of the user's function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_watch import keeping_nothing


def residual_at(fun: Any, args: Any, part: Any) -> Callable[[Any], Any]:
    """The residual as a function of the unknowns alone; `part` where it is an item of what `fun` returns."""
    if part is None:

        def residual(x):  # type: ignore[no-untyped-def]
            return fun(x, *args)

        return residual

    def residual_part(x):  # type: ignore[no-untyped-def]
        return fun(x, *args)[part]

    return residual_part


def jacobian(fun: Any, x: Any, args: Any, part: Any) -> Any:
    """The derivatives of the residual by the unknowns: a square matrix, (x.size, x.size)."""
    from srcgrad.pullback import vjp

    own = np.array(x, dtype=float) if np.ndim(x) else float(x)
    value, pullback = vjp(residual_at(fun, args, part), own)
    flat = np.ravel(value)
    size = np.size(own)
    if flat.size != size:
        raise UnsupportedError(
            f"{flat.size} equations for {size} unknowns", "give as many equations as unknowns, each of one number"
        )
    rows = np.empty((size, size))
    for i in range(size):
        unit = np.zeros(size)
        unit[i] = 1.0
        cotangent: Any = np.reshape(unit, np.shape(value)) if not isinstance(value, (list, tuple)) else list(unit)
        rows[i] = np.ravel(pullback(cotangent if np.ndim(value) else float(unit[0]))[0])
    return rows


def need_solution(matrix: Any, residual: Any, x: Any) -> None:
    """Refuse a place that does not solve the equation: one Newton step would move it far."""
    step = np.linalg.norm(np.linalg.solve(matrix, np.ravel(residual)))
    if not step <= 1e-3 * (1.0 + np.linalg.norm(x)):
        raise UnsupportedError(
            f"a solver's result that is no solution (Newton's method would move it by {step:.2g})",
            "ask for a smaller tolerance, or begin nearer to a solution",
        )


def implicit_cotangent(g: Any, residual: Any, x: Any, fun: Any, args: Any, part: Any) -> Any:
    """The cotangent of the residual, where `g` is that of the solution `x`."""
    matrix = jacobian(fun, x, args, part)
    need_solution(matrix, residual, x)
    found = -np.linalg.solve(matrix.T, np.ravel(g))
    return np.reshape(found, np.shape(residual))[()]


def implicit_tangent(residual_dot: Any, residual: Any, x: Any, fun: Any, args: Any, part: Any) -> Any:
    """The tangent of the solution `x`, where `residual_dot` is that of the residual."""
    matrix = jacobian(fun, x, args, part)
    need_solution(matrix, residual, x)
    found = -np.linalg.solve(matrix, np.ravel(residual_dot))
    return np.reshape(found, np.shape(x))[()]


def solved(residual: Any, x: Any, fun: Any, args: Any, part: Any = None) -> Any:
    """The solution `x`; `residual` is `fun(x, *args)`, or item `part` of it."""
    return x


def unexplained(x: Any, cause: Any, why: str) -> Any:
    """The value `x`, which depends on what `cause` does in a way that is not differentiated."""
    return x


def refused(g: Any, why: str) -> Any:
    """Refuse, where a derivative of an unexplained value is asked for."""
    if not np.any(g):
        return 0.0
    construct, _, advice = why.partition(": ")
    raise UnsupportedError(construct, advice)


def value_of(found: Any, name: str, like: Any) -> Any:
    """The solution in what a solver returned, as float64, with at least one axis."""
    if np.iscomplexobj(found[name]):
        raise UnsupportedError("a complex solution of equations", "solve for the real and the imaginary part")
    return np.atleast_1d(np.asarray(found[name], dtype=float))


def number_of(found: Any) -> Any:
    """The solution of one equation, as a float."""
    value = found if isinstance(found, (float, int, np.ndarray, np.generic)) else found.root
    if np.ndim(value):
        raise UnsupportedError(
            "a root of several equations at once", "solve them one by one, or use scipy.optimize.root"
        )
    return float(value)


def run(solver: Any, fun: Any, start: Any, args: Any, helpers: Any, options: Any) -> Any:
    """What a solver of SciPy returns: `solver(fun, start, args=args, **helpers, **options)`, without what is None.

    `helpers` are derivatives and places to begin with, which do not change what is found; `options` may.
    """
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    places = start if isinstance(start, tuple) and solver.__name__ not in ("newton", "root", "fsolve") else (start,)
    given = {name: value for name, value in {**helpers, **options}.items() if value is not None}
    with keeping_nothing(fun, *[helper for helper in helpers.values() if callable(helper)]):
        return solver(fun, *places, args=args, **given)
