"""Images of `scipy.ndimage` between their samples: `map_coordinates`, `shift`, `zoom`, `affine_transform` and `rotate`.

SciPy gives the value; its derivative is that of the spline through the samples around each place: of order 0 (the
sample next to it), 1, 2 or 3.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import ndimage

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_images import corner_of, index_of, sampled_value, spline_matrix
from srcgrad.runtime.words_scipy_ode import attached

# by how much an image is continued before a spline goes through it, where it stays what it is at its edges
MARGIN = 12


def folded(c, n, mode):
    """Where in the image a place outside of it is taken from, along an axis of `n` samples."""
    if n == 1:
        return 0.0 * c
    if mode == "mirror":
        c = c - 2.0 * (n - 1) * np.floor(c / (2.0 * (n - 1)))
        return np.where(c > n - 1, 2.0 * (n - 1) - c, c)
    if mode == "reflect":
        c = c - 2.0 * n * np.floor((c + 0.5) / (2.0 * n))
        return np.where(c > n - 0.5, 2.0 * n - 1.0 - c, c)
    if mode == "wrap":
        c = np.where((c < 0.0) | (c > n - 1), c - (n - 1) * np.floor(c / (n - 1)), c)
    return np.where(c < 0.0, 0.0, np.where(c > n - 1, n - 1.0, c))


def weights_at(t, order):
    """What the samples around a place count; `t` is the place, from the sample that `corner_of` gives on."""
    if order > 3:
        raise UnsupportedError(f"an image between its samples with order={order}", "pass an order up to 3")
    if order == 0:
        return [1.0]
    if order == 1:
        return [1.0 - t, t]
    if order == 2:
        first, last = 0.5 * (0.5 - t) ** 2, 0.5 * (0.5 + t) ** 2
        return [first, 1.0 - first - last, last]
    first, last = (1.0 - t) ** 3 / 6.0, t**3 / 6.0
    second = (t * t * (t - 2.0) * 3.0 + 4.0) / 6.0
    return [first, second, 1.0 - first - second - last, last]


def spline_through(image, order, mode):
    """The coefficients of the spline through an image."""
    for k in range(np.ndim(image)):
        image = np.moveaxis(np.tensordot(spline_matrix(np.shape(image)[k], order, mode), image, (1, k)), 0, k)
    return image


def between_samples(image, places, mode, order=1, prefilter=True):
    """The image between its samples; `places` has a row an axis."""
    shape = np.shape(image)
    inside = True
    for k in range(len(shape)):
        inside = inside & (places[k] >= 0.0) & (places[k] <= shape[k] - 1)
    if order > 1 and prefilter:
        if mode == "nearest":
            image = np.pad(image, MARGIN, "edge")
            places = places + MARGIN
        image = spline_through(image, order, mode)
    found = []
    for k in range(len(shape)):
        n = np.shape(image)[k]
        c = places[k] if order > 1 and mode == "nearest" else folded(places[k], n, mode)
        cell = corner_of(c, order)
        weights = weights_at(c - cell, order)
        found.append([(weights[i], index_of(cell, i, n, order, mode)) for i in range(order + 1)])
    total = 0.0
    for corner in np.ndindex(*(order + 1,) * len(shape)):
        weight = 1.0
        place = ()
        for k in range(len(shape)):
            weight = weight * found[k][corner[k]][0]
            place = (*place, found[k][corner[k]][1])
        total = total + weight * image[place]
    return np.where(inside, total, 0.0) if mode == "constant" else total


def map_coordinates(input, coordinates, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    places = np.asarray(coordinates)
    options = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    value = sampled_value(ndimage.map_coordinates, input, (places,), options)
    return attached(between_samples(input, places, mode, order, prefilter), value)


def indices_of(shape):
    """Floating indices of an array's elements, a row an axis."""
    return np.indices(shape).astype(float)


def shift(input, shift, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    options = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    value = sampled_value(ndimage.shift, input, (shift,), options)
    ways = np.reshape(shift * np.ones(np.ndim(input)), (-1,) + (1,) * np.ndim(input))
    places = indices_of(np.shape(input)) - ways
    return attached(between_samples(input, places, mode, order, prefilter), value)


def zoom(input, zoom, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    options = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    value = sampled_value(ndimage.zoom, input, (zoom,), options)
    places = []
    for k in range(np.ndim(input)):
        line = np.linspace(0.0, np.shape(input)[k] - 1.0, np.shape(value)[k])
        places.append(np.reshape(line, [-1 if i == k else 1 for i in range(np.ndim(input))]))
    again = between_samples(input, np.stack(np.broadcast_arrays(*places)), mode, order, prefilter)
    return attached(again, value)


def affine_transform(input, matrix, offset=0.0, output_shape=None, output=None, order=3, mode="constant", cval=0.0,
                     prefilter=True):  # fmt: skip
    options = {"offset": offset, "output_shape": output_shape, "order": order, "mode": mode, "cval": cval,
               "prefilter": prefilter}  # fmt: skip
    value = sampled_value(ndimage.affine_transform, input, (matrix,), options)
    return attached(mapped(input, np.asarray(matrix), offset, np.shape(value), order, mode, prefilter), value)


def mapped(image, matrix, offset, shape, order, mode, prefilter):
    """An image at the places to which a matrix and an offset take indices of a shape."""
    places = np.tensordot(matrix, indices_of(shape), 1)
    places = places + np.reshape(offset * np.ones(np.ndim(image)), (-1,) + (1,) * np.ndim(image))
    return between_samples(image, places, mode, order, prefilter)


def rotate(input, angle, axes=(1, 0), reshape=True, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    options = {"axes": axes, "reshape": reshape, "order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    value = sampled_value(ndimage.rotate, input, (angle,), options)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    matrix = np.array([[cosine, sine], [-sine, cosine]])
    centre = matrix @ ((np.array(np.shape(value)) - 1.0) / 2.0)
    offset = (np.array(np.shape(input)) - 1.0) / 2.0 - centre
    return attached(mapped(input, matrix, offset, np.shape(value), order, mode, prefilter), value)
