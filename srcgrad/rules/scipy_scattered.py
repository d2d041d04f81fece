"""Rules for `scipy.interpolate`, second part: between scattered points, polynomials through points, FITPACK's splines.

The functions are written out in `srcgrad.written.scipy_scattered` and `scipy_fitpack`; the entries here are what they
consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from functools import partial

from scipy import interpolate

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_spectra  # noqa: F401 - the entries of what SciPy found
from srcgrad.rules.stand_ins import METHODS, WRITTEN, Choice, refusal, refuse_options
from srcgrad.rules.zeros import zero
from srcgrad.runtime.words_scipy_interpolate import evaluated
from srcgrad.runtime.words_scipy_scattered import fitted_at, given, given_units, weights_of
from srcgrad.written import scipy_fitpack as fitpack
from srcgrad.written import scipy_scattered as scattered

# no lines for points and options: where they carry derivatives they are refused
zero(given, given_units, kind=of.anything, static="points options")
zero(weights_of, kind=of.some_array, static="t")
zero(fitted_at, kind=of.some_array)


THROUGH = "pass s=0 for a spline through the points, or fit one with make_interp_spline or least_squares"
WAYS = {
    "w": "leave it out: a spline through the points has no weights", "t": THROUGH, "xb": "leave it out",
    "xe": "leave it out", "task": THROUGH, "per": "use CubicSpline, and repeat the values",
    "full_output": "leave it out",
}  # fmt: skip


def choose_splrep(given):
    """The function for `splrep` through the points."""
    harmless = {"w": None, "t": None, "xb": None, "xe": None, "task": 0, "per": 0, "full_output": 0}
    refuse_options("scipy.interpolate.splrep", given, WAYS, **harmless)
    if given.get("s") not in (None, 0, 0.0):
        raise UnsupportedError("scipy.interpolate.splrep() that smooths", THROUGH)
    return fitpack.splrep


def choose_univariate(given):
    """The function for `UnivariateSpline` through the points."""
    if given.get("s") not in (0, 0.0):
        raise UnsupportedError("scipy.interpolate.UnivariateSpline() that smooths", THROUGH)
    refuse_options("scipy.interpolate.UnivariateSpline", given, {"w": WAYS["w"]}, w=None)
    return fitpack.univariate


WRITTEN[interpolate.RBFInterpolator] = scattered.rbf
WRITTEN[interpolate.LinearNDInterpolator] = scattered.linear_nd
WRITTEN[interpolate.NearestNDInterpolator] = scattered.nearest_nd
WRITTEN[interpolate.griddata] = scattered.griddata
WRITTEN[interpolate.BarycentricInterpolator] = scattered.barycentric
WRITTEN[interpolate.KroghInterpolator] = scattered.krogh
WRITTEN[interpolate.barycentric_interpolate] = scattered.barycentric_interpolate
WRITTEN[interpolate.krogh_interpolate] = scattered.krogh_interpolate
WRITTEN[interpolate.InterpolatedUnivariateSpline] = fitpack.interpolated_univariate
WRITTEN[interpolate.UnivariateSpline] = Choice(("x", "y", "w", "bbox", "k", "s", "ext"), choose_univariate)
WRITTEN[interpolate.splrep] = Choice(
    ("x", "y", "w", "xb", "xe", "k", "task", "s", "t", "full_output", "per"), choose_splrep
)
WRITTEN[interpolate.splev] = fitpack.splev

# a constant `UnivariateSpline` may become one of the others when it is made
for _cls in (interpolate.UnivariateSpline, interpolate.InterpolatedUnivariateSpline, interpolate.LSQUnivariateSpline):
    METHODS[_cls, "__call__"] = lambda made: partial(evaluated, made)

OTHERS = {
    "splprep": "use make_interp_spline of the points by a parameter", "make_lsq_spline": "use make_interp_spline",
    "make_smoothing_spline": "use make_interp_spline", "LSQUnivariateSpline": "use make_interp_spline",
    "splint": "use CubicSpline(x, y).integrate(a, b)", "Rbf": "use RBFInterpolator",
    "CloughTocher2DInterpolator": "use LinearNDInterpolator or RBFInterpolator",
    "RectBivariateSpline": "use RegularGridInterpolator", "SmoothBivariateSpline": "use RBFInterpolator",
    "bisplrep": "use RBFInterpolator", "BPoly": "use PPoly", "lagrange": "use BarycentricInterpolator",
}  # fmt: skip
for _name, _advice in OTHERS.items():
    if hasattr(interpolate, _name):
        WRITTEN[getattr(interpolate, _name)] = refusal(
            f"scipy.interpolate.{_name}() of what depends on the input", _advice
        )
