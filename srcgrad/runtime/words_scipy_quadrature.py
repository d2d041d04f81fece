"""Words for quadrature: the weights of Simpson's rule, and where QUADPACK put its points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import integrate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_watch import keeping_nothing

# how many columns of the identity are integrated at a time
CHUNK = 256
# nodes and weights of Gauss's rule on (0, 1): exact for polynomials up to degree 41 on each of QUADPACK's intervals
NODES, WEIGHTS = np.polynomial.legendre.leggauss(21)
NODES, WEIGHTS = 0.5 * (1.0 + NODES), 0.5 * WEIGHTS
FINITE, ABOVE, BELOW, EVERYWHERE = 0, 1, 2, 3


def simpson_values(g: Any, values: Any, x: Any, dx: Any, axis: int) -> Any:
    """The cotangent of the samples in `simpson(values, x=x, dx=dx, axis=axis)`: the weights of the rule."""
    n = np.shape(values)[axis]
    if x is not None and np.ndim(x) != 1:
        raise UnsupportedError("scipy.integrate.simpson with points of several axes", "integrate row by row")
    parts = []
    for first in range(0, n, CHUNK):
        columns = np.eye(n, min(CHUNK, n - first), -first)
        parts.append(integrate.simpson(columns, x=x, dx=1.0, axis=0))
    weights = np.concatenate(parts) * (1.0 if x is not None else dx)
    shape = [1] * np.ndim(values)
    shape[axis] = n
    found = np.expand_dims(g, axis) * weights.reshape(shape)
    return found.astype(np.result_type(g), copy=False)


@dataclass
class QuadRun:
    """What `quad` found: value and error, and points and weights that give the same value."""

    value: float
    error: float
    form: int
    abscissas: Any
    weights: Any


def run_quad(func: Any, a: Any, b: Any, args: Any, options: Mapping[str, Any]) -> QuadRun:
    """`quad(func, a, b, args, **options)`, and Gauss's rule on the intervals at which it ended.

    Raises UnsupportedError where that rule does not give the same value: at a singularity QUADPACK extrapolates.
    """
    if not isinstance(args, tuple):
        raise UnsupportedError(f"args={type(args).__name__}", "pass a tuple: args=(a,)")
    given = {name: value for name, value in options.items() if value is not None}
    low, high = float(a), float(b)
    with keeping_nothing(func):
        found = integrate.quad(func, low, high, args, full_output=1, **given)
    value, error, info = found[:3]
    count = max(int(info["last"]), 1)
    # QUADPACK's intervals, of the variable or of t in x = a + (1 - t) / t
    order = np.argsort(info["alist"][:count])
    begin, end = info["alist"][:count][order], info["blist"][:count][order]
    form = FINITE
    if np.isinf(low) or np.isinf(high):
        form = EVERYWHERE if np.isinf(low) and np.isinf(high) else ABOVE if np.isinf(high) else BELOW
        if low > high:
            raise UnsupportedError(
                "scipy.integrate.quad from above to below", "exchange the limits and change the sign"
            )
        starts, lengths = begin, end - begin
    else:
        length = high - low or 1.0
        starts, lengths = (begin - low) / length, (end - begin) / length
    s = (starts[:, None] + lengths[:, None] * NODES).ravel()
    w = (lengths[:, None] * WEIGHTS).ravel()
    if form != FINITE:
        s, w = (1.0 - s) / s, w / (s * s)
    run = QuadRun(float(value), float(error), form, s, w)
    _compare(run, func, low, high, args)
    return run


def _compare(run: QuadRun, func: Any, low: float, high: float, args: Any) -> None:
    """Refuse where the rule does not repeat QUADPACK's value."""
    match run.form:
        case 0:
            again = (high - low) * sum(
                w * func(low + (high - low) * s, *args) for s, w in zip(run.abscissas, run.weights)
            )
        case 1:
            again = sum(w * func(low + s, *args) for s, w in zip(run.abscissas, run.weights))
        case 2:
            again = sum(w * func(high - s, *args) for s, w in zip(run.abscissas, run.weights))
        case _:
            again = sum(w * (func(s, *args) + func(-s, *args)) for s, w in zip(run.abscissas, run.weights))
    if not abs(again - run.value) <= 1e-6 * max(abs(run.value), 1e-6) + 10.0 * run.error:
        raise UnsupportedError(
            "scipy.integrate.quad of a function with a singularity", "substitute the variable so that it is smooth"
        )


def abscissas_of(run: QuadRun) -> Any:
    """The points, as parts of the interval, or as distances from its finite end."""
    return run.abscissas


def weights_of(run: QuadRun) -> Any:
    """The weights of the points."""
    return run.weights


def form_of(run: QuadRun) -> int:
    """Which ends are finite: FINITE, ABOVE (b is infinite), BELOW (a is), EVERYWHERE."""
    return run.form


def value_of_run(run: QuadRun) -> float:
    """The integral."""
    return run.value


def error_of(run: QuadRun) -> float:
    """The estimate of its error."""
    return run.error
