"""Programs that look at arrays through other strides."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from programs.data import array


def convolved(image, kernel):
    rows, columns = (n - k + 1 for n, k in zip(image.shape, kernel.shape))
    patches = as_strided(image, shape=(rows, columns, *kernel.shape), strides=image.strides + image.strides)
    return np.einsum("ijkl,kl->ij", patches, kernel)


def convolved_in_columns(image, kernel):
    return convolved(np.asfortranarray(image * 2.0).T, kernel)


def rolling_deviation(x, length):
    shape = x.shape[:-1] + (x.shape[-1] - length + 1, length)
    windows = np.lib.stride_tricks.as_strided(x, shape=shape, strides=(*x.strides, x.strides[-1]))
    return np.sum(np.std(windows, axis=-1))


def backwards(x):
    y = x[::-1]
    return np.sum(as_strided(y, (2, 2), (y.strides[0], y.strides[0])) * np.array([[1.0, 2.0], [3.0, 4.0]]))


def overwritten_afterwards(x):
    y = np.outer(x, x)
    total = np.sum(as_strided(y, (2, 2), (8, 8)) ** 3)
    y[:] = 0.0
    return total + np.sum(y)


def written_through_the_array(x):
    y = np.outer(x, x)
    corner = as_strided(y, (2, 2), y.strides)
    y *= x
    return np.sum(corner**3)


CASES = [
    (convolved, (array(5, 4), array(2, 3)), None),
    (convolved, (array(3, 3), array(3, 1)), None),
    (convolved_in_columns, (array(5, 4), array(2, 3)), None),
    (rolling_deviation, (array(6), 3), None),
    (rolling_deviation, (array(2, 5)[0], 2), None),
    (backwards, (array(4),), None),
    (overwritten_afterwards, (array(3),), None),
    (written_through_the_array, (array(3),), None),
]
