"""Rules for `scipy.interpolate`: interpolants that are linear in the values, and any at points.

Those made of values that carry derivatives are written out in `srcgrad.written.scipy_interpolate`.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from functools import partial

from scipy import interpolate

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_integrate  # noqa: F401 - the entry of `attached`
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import METHODS, WRITTEN, Choice, refuse_options
from srcgrad.runtime import words, words_scipy_interpolate
from srcgrad.runtime.words_scipy_interpolate import evaluated, interpolated, interpolation, made_by, piece_of, value_at
from srcgrad.written import scipy_interpolate as written
from srcgrad.written import scipy_pieces as pieces

words.WORDS.update(words.words_of(words_scipy_interpolate))


@general(interpolation, kind=of.anything)
def interpolation_(make, x, values, options, *, g):
    values: 0
    y_dot: 0


@general(interpolated, kind=of.interpolated)
def interpolated_(values, t, inner, nu, extrapolate, *, g):
    values: value_cotangent(g, values, t, inner, nu, extrapolate)
    t: point_cotangent(g, t, made_of(inner), nu, extrapolate)
    inner: 0
    y_dot: interpolated_tangent(values_dot, t_dot, t, inner, nu, extrapolate)


@general(evaluated, kind=of.interpolated)
def evaluated_(made, t, nu=0, extrapolate=None, *, g):
    made: 0
    t: point_cotangent(g, t, made, nu, extrapolate)
    y_dot: point_tangent(t_dot, t, made, nu, extrapolate)


@general(made_by, kind=of.anything)
def made_by_(make, places, options, *, g):
    places: 0
    options: 0
    y_dot: 0


@general(value_at, kind=of.some_array)
def value_at_(made, t, extrapolate, *, g):
    made: 0
    t: 0
    y_dot: 0


@general(piece_of, kind=of.places_like_second)
def piece_of_(x, t, *, g):
    x: 0
    t: 0
    y_dot: 0


def choose_akima(given):
    """The function for Akima's slopes."""
    refuse_options("scipy.interpolate.Akima1DInterpolator", given, {"method": 'use method="akima"'}, method="akima")
    return pieces.akima


def choose_grid(name, function):
    """The function for an interpolant on a grid."""

    def choose(given):
        method = given.get("method", "linear")
        if method != "linear" or "solver" in given:
            raise UnsupportedError(f"scipy.interpolate.{name}() with method={method!r}", 'use method="linear"')
        return function

    return choose


WRITTEN[interpolate.PchipInterpolator] = pieces.pchip
WRITTEN[interpolate.CubicHermiteSpline] = pieces.hermite
WRITTEN[interpolate.RegularGridInterpolator] = Choice(
    ("points", "values", "method"), choose_grid("RegularGridInterpolator", pieces.regular_grid)
)
WRITTEN[interpolate.interpn] = Choice(("points", "values", "xi", "method"), choose_grid("interpn", pieces.interpn))
METHODS[interpolate.RegularGridInterpolator, "__call__"] = partial(partial, pieces.at_points)
WRITTEN[interpolate.BSpline] = written.b_spline
WRITTEN[interpolate.Akima1DInterpolator] = Choice(("x", "y", "axis"), choose_akima)
WRITTEN[interpolate.CubicSpline] = written.cubic_spline
WRITTEN[interpolate.make_interp_spline] = written.make_interp_spline
WRITTEN[interpolate.interp1d] = written.interp1d


def _called(interpolant):
    return partial(evaluated, interpolant)


for _cls in (
    interpolate.CubicSpline, interpolate.BSpline, interpolate.PPoly, interpolate.PchipInterpolator,
    interpolate.Akima1DInterpolator, interpolate.CubicHermiteSpline, interpolate.interp1d,
):  # fmt: skip
    METHODS[_cls, "__call__"] = _called
