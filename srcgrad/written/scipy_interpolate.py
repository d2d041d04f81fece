"""Interpolants of `scipy.interpolate` whose values carry derivatives."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
from scipy import interpolate

from srcgrad.runtime.words_scipy_interpolate import interpolated, interpolation
from srcgrad.written import NotKept


def not_kept(attribute):
    """The error for what an interpolant with active values does not offer."""
    return NotKept(f"'{attribute}' of an interpolant whose values depend on the input", "call it at points")


class Spline:
    """`CubicSpline(x, y)` and `make_interp_spline(x, y)`."""

    def __init__(self, inner, y):
        self.inner = inner
        self.y = y

    def __call__(self, x, nu=0, extrapolate=None):
        return interpolated(self.y, x, self.inner, nu, extrapolate)

    def __getattr__(self, name):
        raise not_kept(name)


class Interp:
    """`interp1d(x, y)`."""

    def __init__(self, inner, y):
        self.inner = inner
        self.y = y

    def __call__(self, x):
        return interpolated(self.y, x, self.inner, 0, None)

    def __getattr__(self, name):
        raise not_kept(name)


def cubic_spline(x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
    options = {"axis": axis, "bc_type": bc_type, "extrapolate": extrapolate}
    return Spline(interpolation(interpolate.CubicSpline, x, y, options), y)


def make_interp_spline(x, y, k=3, t=None, bc_type=None, axis=0, check_finite=True):
    options = {"k": k, "t": t, "bc_type": bc_type, "axis": axis}
    return Spline(interpolation(interpolate.make_interp_spline, x, y, options), y)


def spline_of(t, c, k=3, extrapolate=True, axis=0):
    """`BSpline` as what takes values at points: its coefficients are linear in it."""
    return interpolate.BSpline(t, c, k, extrapolate, axis)


def b_spline(t, c, k=3, extrapolate=True, axis=0):
    options = {"k": k, "extrapolate": extrapolate, "axis": axis}
    return Spline(interpolation(spline_of, t, c, options), c)


def interp1d(x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=None, assume_sorted=False):
    options = {"kind": kind, "axis": axis, "bounds_error": bounds_error, "fill_value": fill_value}
    return Interp(interpolation(interpolate.interp1d, x, y, options), y)
