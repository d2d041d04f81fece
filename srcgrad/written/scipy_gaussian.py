"""The Gaussian filters of `scipy.ndimage`, as correlations with weights that depend on the width."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import ndimage

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_ndimage import filtered_axes, gaussian_reach, mode_at, order_at, place_of


def gaussian_weights(sigma, order, reach):
    """The weights of a Gaussian of this width, or of a derivative of it, turned round."""
    x = np.arange(reach, -reach - 1.0, -1.0)
    weights = np.exp(-0.5 * x**2 / sigma**2)
    weights = weights / np.sum(weights)
    # the derivative of order k is q_k times the Gaussian: q_(k + 1) = q_k' - q_k x / sigma^2
    before = np.zeros_like(x)
    factor = np.ones_like(x)
    for k in range(order):
        before, factor = factor, -(x * factor + k * before) / sigma**2
    return factor * weights


def gaussian_filter1d(input, sigma, axis=-1, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0, *,
                      radius=None):  # fmt: skip
    weights = gaussian_weights(sigma, order, gaussian_reach(sigma, truncate, radius))
    again = ndimage.correlate1d(input, weights, axis, mode=mode, cval=cval)
    options = {"mode": mode, "cval": cval, "truncate": truncate, "radius": radius}
    return given_by(again, ndimage.gaussian_filter1d, (input, sigma, axis, order), options)


def smoothed(input, sigma, order, mode, cval, truncate, radius, axes):
    """The image smoothed along one axis after another, in any order."""
    count = filtered_axes(axes, np.ndim(input))
    widths = np.asarray(sigma) * np.ones(count)
    again = input
    for axis in range(np.ndim(input)):
        place = place_of(axis, axes, np.ndim(input))
        if place >= 0 and widths[place] > 1e-15:
            reach = gaussian_reach(widths[place], truncate, radius, count, place)
            weights = gaussian_weights(widths[place], order_at(order, count, place), reach)
            again = ndimage.correlate1d(again, weights, axis, mode=mode_at(mode, count, place), cval=cval)
    return again


def gaussian_filter(input, sigma, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0, *, radius=None,
                    axes=None):  # fmt: skip
    again = smoothed(input, sigma, order, mode, cval, truncate, radius, axes)
    options = {"mode": mode, "cval": cval, "truncate": truncate, "radius": radius, "axes": axes}
    return given_by(again, ndimage.gaussian_filter, (input, sigma, order), options)


def slopes(input, sigma, order, mode, cval):
    """The smoothed image's derivatives of an order along each axis, stacked."""
    parts = []
    for k in range(np.ndim(input)):
        orders = [order if i == k else 0 for i in range(np.ndim(input))]
        parts.append(smoothed(input, sigma, orders, mode, cval, 4.0, None, None))
    return np.stack(parts)


def gaussian_laplace(input, sigma, output=None, mode="reflect", cval=0.0):
    again = np.sum(slopes(input, sigma, 2, mode, cval), axis=0)
    return given_by(again, ndimage.gaussian_laplace, (input, sigma), {"mode": mode, "cval": cval})


def gaussian_gradient_magnitude(input, sigma, output=None, mode="reflect", cval=0.0):
    again = np.linalg.norm(slopes(input, sigma, 1, mode, cval), axis=0)
    return given_by(again, ndimage.gaussian_gradient_magnitude, (input, sigma), {"mode": mode, "cval": cval})
