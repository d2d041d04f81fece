"""Rules for `scipy.interpolate`: constant interpolants at points.

Those made of values that carry derivatives are written out in `srcgrad.written.scipy_polynomials`, `scipy_splines` and
`scipy_pieces`; the other entries are what they consist of.
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
from srcgrad.rules.stand_ins import METHODS, WRITTEN, Choice
from srcgrad.rules.zeros import zero
from srcgrad.runtime import words, words_scipy_interpolate
from srcgrad.runtime.words_scipy_interpolate import (
    changed_by,
    evaluated,
    inside_of,
    integral_of,
    knot_before,
    made_by,
    piece_of,
    sample_at,
    value_at,
)
from srcgrad.written import scipy_pieces as pieces
from srcgrad.written import scipy_polynomials as polynomials
from srcgrad.written import scipy_splines as splines

words.WORDS.update(words.words_of(words_scipy_interpolate))


@general(evaluated, kind=of.interpolated)
def evaluated_(made, t, nu=0, extrapolate=None, *, g):
    made: 0
    t: point_cotangent(g, t, made, nu, extrapolate)
    y_dot: point_tangent(t_dot, t, made, nu, extrapolate)


zero(made_by, changed_by, kind=of.anything)
zero(integral_of, kind=of.numbers)
zero(sample_at, knot_before, piece_of, kind=of.places_like_second)
zero(value_at, kind=of.some_array)
zero(inside_of, kind=of.flags_like_second)


def choose_grid(name, function):
    """The function for an interpolant on a grid."""

    def choose(given):
        method = given.get("method", "linear")
        if method != "linear" or "solver" in given:
            raise UnsupportedError(f"scipy.interpolate.{name}() with method={method!r}", 'use method="linear"')
        return function

    return choose


WRITTEN[interpolate.PchipInterpolator] = polynomials.pchip
WRITTEN[interpolate.CubicHermiteSpline] = polynomials.hermite
WRITTEN[interpolate.Akima1DInterpolator] = polynomials.akima
WRITTEN[interpolate.CubicSpline] = polynomials.cubic_spline
WRITTEN[interpolate.PPoly] = polynomials.in_pieces
WRITTEN[interpolate.RegularGridInterpolator] = Choice(
    ("points", "values", "method"), choose_grid("RegularGridInterpolator", pieces.regular_grid)
)
WRITTEN[interpolate.interpn] = Choice(("points", "values", "xi", "method"), choose_grid("interpn", pieces.interpn))
METHODS[interpolate.RegularGridInterpolator, "__call__"] = partial(partial, pieces.at_points)
WRITTEN[interpolate.BSpline] = splines.b_spline
WRITTEN[interpolate.make_interp_spline] = splines.make_interp_spline
WRITTEN[interpolate.interp1d] = splines.interp1d


def _called(interpolant):
    return partial(evaluated, interpolant)


for _cls in (
    interpolate.CubicSpline, interpolate.BSpline, interpolate.PPoly, interpolate.PchipInterpolator,
    interpolate.Akima1DInterpolator, interpolate.CubicHermiteSpline, interpolate.interp1d,
):  # fmt: skip
    METHODS[_cls, "__call__"] = _called

from srcgrad.rules import scipy_scattered  # noqa: E402, F401 - reads the second part
