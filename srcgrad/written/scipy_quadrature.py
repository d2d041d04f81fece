"""`quad`, `cumulative_trapezoid` and `simpson` with points, written out.

The integral of a function is summed once more at points that give the same value, where derivatives with respect to
the limits, `args` and what the function captured flow through it.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import integrate

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.runtime.words_scipy_quadrature import abscissas_of, error_of, form_of, run_quad, value_of_run, weights_of


def quad(func, a, b, args=(), full_output=0, epsabs=None, epsrel=None, limit=None, points=None, weight=None, wvar=None,
         wopts=None, maxp1=None, limlst=None, complex_func=False):  # fmt: skip
    run = run_quad(func, a, b, args, {"epsabs": epsabs, "epsrel": epsrel, "limit": limit})
    points = abscissas_of(run)
    weights = weights_of(run)
    form = form_of(run)
    total = 0.0
    if form == 0:
        length = b - a
        for k in range(len(points)):
            total = total + weights[k] * func(a + length * points[k], *args)
        total = length * total
    elif form == 1:
        for k in range(len(points)):
            total = total + weights[k] * func(a + points[k], *args)
    elif form == 2:
        for k in range(len(points)):
            total = total + weights[k] * func(b - points[k], *args)
    else:
        for k in range(len(points)):
            total = total + weights[k] * (func(points[k], *args) + func(-points[k], *args))
    return attached(total, value_of_run(run)), error_of(run)


def trapezoids(moved, widths):
    """Areas below lines between samples, summed up along the last axis."""
    return np.cumsum(widths * (moved[..., 1:] + moved[..., :-1]) / 2.0, axis=-1)


def after_zero(areas):
    """Areas with a zero in front."""
    return np.concatenate([np.zeros_like(areas[..., :1]), areas], axis=-1)


def widths_of(x, axis):
    """Differences of points of one axis, or of as many as there are samples."""
    if x.ndim == 1:
        return np.diff(x)
    return np.diff(np.moveaxis(x, axis, -1))


def cumulative(y, x=None, dx=1.0, axis=-1, initial=None):
    return np.moveaxis(trapezoids(np.moveaxis(np.asarray(y), axis, -1), dx), -1, axis)


def cumulative_from_zero(y, x=None, dx=1.0, axis=-1, initial=0):
    return np.moveaxis(after_zero(trapezoids(np.moveaxis(np.asarray(y), axis, -1), dx)), -1, axis)


def cumulative_over(y, x, dx=1.0, axis=-1, initial=None):
    widths = widths_of(np.asarray(x), axis)
    return np.moveaxis(trapezoids(np.moveaxis(np.asarray(y), axis, -1), widths), -1, axis)


def cumulative_over_from_zero(y, x, dx=1.0, axis=-1, initial=0):
    widths = widths_of(np.asarray(x), axis)
    return np.moveaxis(after_zero(trapezoids(np.moveaxis(np.asarray(y), axis, -1), widths)), -1, axis)


def over_pairs(values, h):
    """Simpson's rule on pairs of intervals: an odd number of samples along the last axis."""
    first, second = h[..., ::2], h[..., 1::2]
    both = first + second
    total = values[..., :-2:2] * (2.0 - second / first) + values[..., 2::2] * (2.0 - first / second)
    return np.sum(both / 6.0 * (total + values[..., 1:-1:2] * (both * both / (first * second))), axis=-1)


def simpson(y, x=None, *, dx=1.0, axis=-1):
    values, points = np.asarray(y), np.asarray(x)
    n = np.shape(values)[axis]
    h = np.diff(points) if points.ndim == 1 else np.diff(np.moveaxis(points, axis, -1))
    v = np.moveaxis(values, axis, -1)
    if n % 2 == 1:
        again = over_pairs(v, h)
    elif n == 2:
        again = 0.5 * h[..., 0] * (v[..., 0] + v[..., 1])
    else:
        # the parabola through the last three samples covers the last interval
        a, b = h[..., -2], h[..., -1]
        last = v[..., -1] * (2.0 * b**2 + 3.0 * a * b) / (6.0 * (a + b)) + v[..., -2] * (b**2 + 3.0 * a * b) / (6.0 * a)
        again = over_pairs(v[..., :-1], h[..., :-1]) + last - v[..., -3] * b**3 / (6.0 * a * (a + b))
    return given_by(again, integrate.simpson, (values,), {"x": points, "axis": axis})
