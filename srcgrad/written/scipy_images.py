"""`map_coordinates`, `shift`, `zoom` and `affine_transform` of `scipy.ndimage` with order=1.

SciPy gives the value; its derivative is that of the linear function between the samples around each place.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import ndimage

from srcgrad.runtime.words_scipy_images import corner_of, sampled_value
from srcgrad.runtime.words_scipy_ode import attached


def folded(c, n, mode):
    """Where in the image a place outside of it is taken from, along an axis of `n` samples."""
    if n == 1:
        return 0.0 * c
    if mode == "mirror":
        c = c - 2.0 * (n - 1) * np.floor(c / (2.0 * (n - 1)))
        return np.where(c > n - 1, 2.0 * (n - 1) - c, c)
    if mode == "reflect":
        c = c - 2.0 * n * np.floor((c + 0.5) / (2.0 * n))
        c = np.where(c > n - 0.5, 2.0 * n - 1.0 - c, c)
    if mode == "wrap":
        c = np.where((c < 0.0) | (c > n - 1), c - (n - 1) * np.floor(c / (n - 1)), c)
    return np.where(c < 0.0, 0.0, np.where(c > n - 1, n - 1.0, c))


def between_samples(image, places, mode):
    """The image between its samples; `places` has a row an axis."""
    inside = True
    cells = []
    parts = []
    for k in range(np.ndim(image)):
        n = np.shape(image)[k]
        inside = inside & (places[k] >= 0.0) & (places[k] <= n - 1)
        c = folded(places[k], n, mode)
        cell = corner_of(c, n)
        parts.append(c - cell)
        cells.append(cell)
    total = 0.0
    for corner in np.ndindex(*(2,) * np.ndim(image)):
        weight = 1.0
        place = ()
        for k in range(np.ndim(image)):
            weight = weight * (parts[k] if corner[k] else 1.0 - parts[k])
            place = (*place, np.minimum(cells[k] + corner[k], np.shape(image)[k] - 1))
        total = total + weight * image[place]
    return np.where(inside, total, 0.0) if mode == "constant" else total


def map_coordinates(input, coordinates, output=None, order=1, mode="constant", cval=0.0, prefilter=True):
    places = np.asarray(coordinates)
    value = sampled_value(ndimage.map_coordinates, input, (places,), {"order": 1, "mode": mode, "cval": cval})
    return attached(between_samples(input, places, mode), value)


def indices_of(shape):
    """Floating indices of an array's elements, a row an axis."""
    return np.indices(shape).astype(float)


def shift(input, shift, output=None, order=1, mode="constant", cval=0.0, prefilter=True):
    value = sampled_value(ndimage.shift, input, (shift,), {"order": 1, "mode": mode, "cval": cval})
    ways = np.reshape(shift * np.ones(np.ndim(input)), (-1,) + (1,) * np.ndim(input))
    return attached(between_samples(input, indices_of(np.shape(input)) - ways, mode), value)


def zoom(input, zoom, output=None, order=1, mode="constant", cval=0.0, prefilter=True):
    value = sampled_value(ndimage.zoom, input, (zoom,), {"order": 1, "mode": mode, "cval": cval})
    places = []
    for k in range(np.ndim(input)):
        line = np.linspace(0.0, np.shape(input)[k] - 1.0, np.shape(value)[k])
        places.append(np.reshape(line, [-1 if i == k else 1 for i in range(np.ndim(input))]))
    return attached(between_samples(input, np.stack(np.broadcast_arrays(*places)), mode), value)


def affine_transform(input, matrix, offset=0.0, output_shape=None, output=None, order=1, mode="constant", cval=0.0,
                     prefilter=True):  # fmt: skip
    options = {"offset": offset, "output_shape": output_shape, "order": 1, "mode": mode, "cval": cval}
    value = sampled_value(ndimage.affine_transform, input, (matrix,), options)
    matrix = np.asarray(matrix)
    places = np.tensordot(matrix, indices_of(np.shape(value)), 1)
    places = places + np.reshape(offset * np.ones(np.ndim(input)), (-1,) + (1,) * np.ndim(input))
    return attached(between_samples(input, places, mode), value)
