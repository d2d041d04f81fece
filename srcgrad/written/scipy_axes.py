"""Filters of `scipy.ndimage` along some axes: along the others they are one element wide."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import ndimage

from srcgrad.runtime.words_scipy_given import given_by


def chosen(axes, ndim):
    """The axes, counted from the first."""
    return tuple(axis % ndim for axis in (axes if isinstance(axes, (tuple, list)) else (axes,)))


def spread(option, axes, ndim, other):
    """An option for each of all axes."""
    found = [other] * ndim
    for axis, value in zip(axes, option if isinstance(option, (tuple, list)) else [option] * len(axes)):
        found[axis] = value
    return tuple(found)


def beside(axes, ndim):
    """The other axes."""
    return tuple(axis for axis in range(ndim) if axis not in axes)


def of_weights(function):
    """`convolve` or `correlate` along some axes."""

    def filtered(input, weights, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
        ndim = np.ndim(input)
        along = chosen(axes, ndim)
        full, origins = np.expand_dims(weights, beside(along, ndim)), spread(origin, along, ndim, 0)
        again = function(input, full, mode=mode, cval=cval, origin=origins)
        options = {"mode": mode, "cval": cval, "origin": origin, "axes": axes}
        return given_by(again, function, (input, weights), options)

    return filtered


def uniform_filter(input, size=3, output=None, mode="reflect", cval=0.0, origin=0, *, axes=None):
    ndim = np.ndim(input)
    along = chosen(axes, ndim)
    modes, origins = spread(mode, along, ndim, "reflect"), spread(origin, along, ndim, 0)
    again = ndimage.uniform_filter(input, spread(size, along, ndim, 1), mode=modes, cval=cval, origin=origins)
    options = {"mode": mode, "cval": cval, "origin": origin, "axes": axes}
    return given_by(again, ndimage.uniform_filter, (input, size), options)


def laplace(input, output=None, mode="reflect", cval=0.0, *, axes=None):
    ndim = np.ndim(input)
    along = chosen(axes, ndim)
    modes = spread(mode, along, ndim, "reflect")
    again = np.zeros_like(input)
    for axis in along:
        again = again + ndimage.correlate1d(input, np.array([1.0, -2.0, 1.0]), axis, mode=modes[axis], cval=cval)
    return given_by(again, ndimage.laplace, (input,), {"mode": mode, "cval": cval, "axes": axes})
