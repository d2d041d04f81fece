"""`quad` and its relatives, `cumulative_trapezoid`, and `simpson` with points, written out.

The integral of a function is summed once more at points that give the same value, where derivatives with respect to
the limits, `args` and what the function captured flow through it.
"""

from __future__ import annotations

import functools

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import integrate

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.runtime.words_scipy_quadrature import (
    error_of,
    first_of,
    found_by_quad,
    report_of,  # noqa: F401
    rule_of,
    run_quad,  # noqa: F401
    run_quad_vec,
    second_of,
    value_of_run,  # noqa: F401
    values_of_run,
)
from srcgrad.written import written

QUAD = """def {name}(func, a, b, args=(), full_output=0, epsabs=None, epsrel=None, limit=None, points=None, weight=None,
         wvar=None, wopts=None, maxp1=None, limlst=None, complex_func=False):
    run = run_quad(func, a, b, args, {{"epsabs": epsabs, "epsrel": epsrel, "limit": limit, "points": points}})
    return attached(again(run, func, a, b, args), value_of_run(run)), error_of(run){more}
"""


def again(run, func, a, b, args):
    """The integral, summed up."""
    low = 0.0 if np.isinf(a) else a
    high = 0.0 if np.isinf(b) else b
    total = 0.0
    for row in rule_of(run):
        point = row[0] + row[1] * low + row[2] * high
        total = total + (row[3] + row[4] * low + row[5] * high) * func(point, *args)
    return total


quad = written(QUAD.format(name="quad", more=""), globals())
quad_with_report = written(QUAD.format(name="quad_with_report", more=", report_of(run)"), globals())


def quad_complex(func, a, b, args=(), full_output=0, epsabs=None, epsrel=None, limit=None, points=None, weight=None,
                 wvar=None, wopts=None, maxp1=None, limlst=None, complex_func=True):  # fmt: skip
    def real_part(x, *args):
        return np.real(func(x, *args))

    def imaginary_part(x, *args):
        return np.imag(func(x, *args))

    options = {"epsabs": epsabs, "epsrel": epsrel, "limit": limit, "points": points}
    real, real_error = quad(real_part, a, b, args, **options)
    imaginary, imaginary_error = quad(imaginary_part, a, b, args, **options)
    return real + 1j * imaginary, real_error + 1j * imaginary_error


def quad_vec(f, a, b, epsabs=None, epsrel=None, norm=None, cache_size=None, limit=None, workers=None, points=None,
             quadrature=None, full_output=False, *, args=()):  # fmt: skip
    run = run_quad_vec(f, a, b, args, {
        "epsabs": epsabs, "epsrel": epsrel, "norm": norm, "cache_size": cache_size, "limit": limit, "points": points,
        "quadrature": quadrature,
    })  # fmt: skip
    return attached(again(run, f, a, b, args), values_of_run(run)), error_of(run)


# limits of inner integrals are numbers, or functions of the outer variables
DOUBLE = """def dblquad(func, a, b, gfun, hfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8):
    def across(x):
        return quad(lambda y: func(y, x, *args), {gfun}, {hfun}, epsabs=epsabs, epsrel=epsrel)[0]

    found = found_by_quad(integrate.dblquad, (func, a, b, gfun, hfun, args), {{"epsabs": epsabs, "epsrel": epsrel}})
    return attached(quad(across, a, b, epsabs=epsabs, epsrel=epsrel)[0], first_of(found)), second_of(found)
"""
TRIPLE = """def tplquad(func, a, b, gfun, hfun, qfun, rfun, args=(), epsabs=1.49e-8, epsrel=1.49e-8):
    def above(y, x):
        return quad(lambda z: func(z, y, x, *args), {qfun}, {rfun}, epsabs=epsabs, epsrel=epsrel)[0]

    def across(x):
        return quad(lambda y: above(y, x), {gfun}, {hfun}, epsabs=epsabs, epsrel=epsrel)[0]

    found = found_by_quad(
        integrate.tplquad, (func, a, b, gfun, hfun, qfun, rfun, args), {{"epsabs": epsabs, "epsrel": epsrel}}
    )
    return attached(quad(across, a, b, epsabs=epsabs, epsrel=epsrel)[0], first_of(found)), second_of(found)
"""


@functools.cache
def several(text, functions):
    """`dblquad` or `tplquad`, where the limits of these names are functions."""
    variables = {"gfun": "x", "hfun": "x", "qfun": "x, y", "rfun": "x, y"}
    limits = {name: f"{name}({of})" if name in functions else name for name, of in variables.items()}
    return written(text.format(**limits), globals())


def area_within(func, ranges, args, k, outer):
    """The integral over the first k + 1 variables, where the others are given."""
    ends = ranges[k]
    low, high = ends(*outer, *args) if callable(ends) else ends
    if k == 0:
        return quad(lambda x: func(x, *outer, *args), low, high)[0]
    return quad(lambda x: area_within(func, ranges, args, k - 1, (x, *outer)), low, high)[0]


def nquad(func, ranges, args=None):
    more = () if args is None else args
    found = found_by_quad(integrate.nquad, (func, ranges, args), {})
    return attached(area_within(func, ranges, more, len(ranges) - 1, ()), first_of(found)), second_of(found)


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
