"""Interpolants of `scipy.interpolate` between scattered points, and polynomials through points: linear in their values.

SciPy gives the values; what each given value counts for at a point does not depend on the others.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.runtime.words_scipy_scattered import given, given_units, weights_of
from srcgrad.written.scipy_polynomials import not_kept


class Weighed:
    """An interpolant that is linear in its values: `make(points, values, **options)`.

    outside  the options with which it is zero where no values count
    """

    def __init__(self, make, points, values, options, outside, axis):
        self.made = given(make, points, values, {**options, "axis": axis} if axis else options)
        self.of_units = given_units(make, points, len(np.moveaxis(values, axis, 0)), outside)
        self.values = values
        self.axis = axis

    def __call__(self, *x):
        t = x[0] if len(x) == 1 else np.stack(np.broadcast_arrays(*x), axis=-1)
        again = np.tensordot(weights_of(self.of_units, t), np.moveaxis(self.values, self.axis, 0), axes=1)
        if self.axis:
            again = np.moveaxis(again, range(np.ndim(t)), range(self.axis, self.axis + np.ndim(t)))
        return attached(again, weights_of(self.made, t))

    def __getattr__(self, name):
        raise not_kept(name)


def rbf(y, d, neighbors=None, smoothing=0.0, kernel="thin_plate_spline", epsilon=None, degree=None):
    options = {"neighbors": neighbors, "smoothing": smoothing, "kernel": kernel, "epsilon": epsilon, "degree": degree}
    return Weighed(interpolate.RBFInterpolator, y, np.asarray(d), options, options, 0)


def linear_nd(points, values, fill_value=np.nan, rescale=False):
    options, outside = {"fill_value": fill_value, "rescale": rescale}, {"fill_value": 0.0, "rescale": rescale}
    return Weighed(interpolate.LinearNDInterpolator, points, np.asarray(values), options, outside, 0)


def nearest_nd(x, y, rescale=False, tree_options=None):
    options = {"rescale": rescale, "tree_options": tree_options}
    return Weighed(interpolate.NearestNDInterpolator, x, np.asarray(y), options, options, 0)


def griddata(points, values, xi, method="linear", fill_value=np.nan, rescale=False):
    if np.ndim(points) == 1:
        raise UnsupportedError("scipy.interpolate.griddata() along one axis", "use scipy.interpolate.interp1d")
    places = np.stack(points, axis=-1) if isinstance(points, tuple) else points
    t = np.stack(np.broadcast_arrays(*xi), axis=-1) if isinstance(xi, tuple) else xi
    if method == "nearest":
        return nearest_nd(places, values, rescale)(t)
    if method == "linear":
        return linear_nd(places, values, fill_value, rescale)(t)
    raise UnsupportedError(f"scipy.interpolate.griddata(method={method!r})", "use 'linear' or RBFInterpolator")


def barycentric(xi, yi, axis=0):
    values = np.asarray(yi)
    return Weighed(interpolate.BarycentricInterpolator, xi, values, {}, {}, axis % values.ndim)


def krogh(xi, yi, axis=0):
    values = np.asarray(yi)
    return Weighed(interpolate.KroghInterpolator, xi, values, {}, {}, axis % values.ndim)


def barycentric_interpolate(xi, yi, x, axis=0):
    return barycentric(xi, yi, axis)(x)


def krogh_interpolate(xi, yi, x, axis=0):
    return krogh(xi, yi, axis)(x)
