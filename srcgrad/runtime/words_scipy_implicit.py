"""Words for values that solve an equation: `x` with `residual(x, p) = 0` has the derivative

    dx/dp = -(d residual / dx)^-1 (d residual / dp),

whatever algorithm found it.  The second factor comes from the residual, computed once more at the solution by code that
is differentiated like any other; the first is a matrix J, taken here from the pullback of the user's function.

What this says is the derivative of a step of Newton's method, x - J^-1 residual(x, p).  Where J is held fixed, each
such step gets the derivatives of one more order right: after two steps, the second ones; a third derivative is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_watch import keeping_nothing


def jacobian(fun: Any, x: Any, args: Any) -> Any:
    """The derivatives of the residual `fun(x, *args)` by the unknowns: a square matrix, (x.size, x.size)."""
    from srcgrad.pullback import vjp

    def residual(x):  # type: ignore[no-untyped-def]
        return fun(x, *args)

    own = np.array(x, dtype=float) if np.ndim(x) else float(x)
    value, pullback = vjp(residual, own)
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


def need_solution(matrix: Any, residual: Any, x: Any, rough: bool) -> None:
    """Refuse a place that does not solve the equation, from which one Newton step would go far (unless `rough`), or
    not alone."""
    try:
        step = np.linalg.norm(np.linalg.solve(matrix, np.ravel(residual)))
    except np.linalg.LinAlgError:
        raise UnsupportedError(
            "a solver's result near which there are others (the derivative of the equations is singular there)",
            "leave out what does not change the equations, or differentiate the function at "
            "srcgrad.stop_gradient(x) where only its value is wanted",
        ) from None
    if not (rough or step <= 1e-3 * (1.0 + np.linalg.norm(x))):
        raise UnsupportedError(
            f"a solver's result that is no solution (Newton's method would move it by {step:.2g})",
            "ask for a smaller tolerance, begin nearer to a solution, or look for one away from the bounds",
        )


def stepped(x: Any, residual: Any, matrix: Any, rough: bool = False) -> Any:
    """A step of Newton's method from the solution `x`, which leads nowhere; `matrix` is `jacobian` there."""
    return np.copy(x) if isinstance(x, np.ndarray) else x * 1.0


def step_cotangent(g: Any, x: Any, residual: Any, matrix: Any, rough: bool) -> Any:
    """The cotangent of the residual, where `g` is that of the place after the step."""
    need_solution(matrix, residual, x, rough)
    return np.reshape(-np.linalg.solve(matrix.T, np.ravel(g)), np.shape(residual))[()]


def step_tangent(residual_dot: Any, x: Any, residual: Any, matrix: Any, rough: bool) -> Any:
    """What the tangent of the residual adds to that of the place after the step."""
    need_solution(matrix, residual, x, rough)
    return np.reshape(-np.linalg.solve(matrix, np.ravel(residual_dot)), np.shape(x))[()]


THIRD = (
    "third derivatives of what a solver finds",
    "decorate a solver of your own with srcgrad.implicit, integrate with an explicit method",
)


def step_cotangent_again(g: Any, x: Any, residual: Any, matrix: Any, rough: bool) -> Any:
    """`step_cotangent` in a second derivative."""
    return step_cotangent(g, x, residual, matrix, rough)


def step_tangent_again(residual_dot: Any, x: Any, residual: Any, matrix: Any, rough: bool) -> Any:
    """`step_tangent` in a second derivative."""
    return step_tangent(residual_dot, x, residual, matrix, rough)


def third(g: Any) -> Any:
    """The cotangent or tangent `g` through a derivative that is not known: zeros go through, whatever it is."""
    if np.any(g):
        raise UnsupportedError(*THIRD)
    return g


def side_at(x: Any, slope: Any, low: Any, high: Any) -> Any:
    """For the unknowns of a minimum -1.0 or 1.0 at a bound that the slope leads across, else 0.0."""
    # some methods stop a rounding error away from a bound
    near = 1e-12 * (1.0 + np.abs(x))
    at_low = ((x <= low + near) & (slope > 0.0)) | (low == high)
    return np.where(at_low, -1.0, np.where((x >= high - near) & (slope < 0.0), 1.0, 0.0))


def side_in(found: Any) -> Any:
    """The same for what `least_squares` found."""
    return np.asarray(found["active_mask"], dtype=float)


def value_of(found: Any, name: str, like: Any) -> Any:
    """The solution in what a solver returned, as float64, with at least one axis."""
    if np.iscomplexobj(found[name]):
        raise UnsupportedError("a complex solution of equations", "solve for the real and the imaginary part")
    return np.atleast_1d(np.asarray(found[name], dtype=float))


def number_of(found: Any) -> Any:
    """The solution of one equation, as a float."""
    value = found[0] if isinstance(found, tuple) else found
    value = value if isinstance(value, (float, int, np.ndarray, np.generic)) else value.root
    if np.iscomplexobj(value):
        raise UnsupportedError("a complex solution of equations", "solve for the real and the imaginary part")
    if np.ndim(value):
        raise UnsupportedError(
            "a root of several equations at once", "solve them one by one, or use scipy.optimize.root"
        )
    return float(value)


def run(solver: Any, fun: Any, places: tuple[Any, ...], args: Any, helpers: Any, options: Any) -> Any:
    """What a solver of SciPy returns: `solver(fun, *places, args=args, **helpers, **options)`, without what is None.

    `places` and `helpers` are where to begin, data and derivatives: how these change what is found is said by the
    equation that the result solves.  `options` must not depend on the input.
    """
    if args is not None and not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    given = {name: value for name, value in {"args": args, **helpers, **options}.items() if value is not None}
    with keeping_nothing(fun, *[helper for helper in helpers.values() if callable(helper)]):
        return solver(fun, *places, **given)
