"""Stores into arrays: every form of index."""

import numpy as np

from programs.data import array


def one_element(v):
    w = np.zeros(4)
    w[2] = v[0] * v[1]
    w[-1] = v[2] ** 2
    return np.sum(w * w) + w[2]


def element_of_matrix(m):
    w = m.copy()
    w[0, 1] = m[1, 2] * m[0, 0]
    w[-1, -2] = np.sin(w[0, 1])
    return np.sum(w**3)


def element_in_two_steps(m):
    w = m * 1.0
    w[1][2] = w[0][0] * w[1][1]
    w[0][1] += w[1][2]
    return np.sum(w**2)


def rows_and_columns(m):
    w = np.ones(m.shape)
    w[0] = m[0] * m[1]
    w[:, 1] = m[:, 0] ** 2
    return np.sum(w * m)


def slices_with_steps(v):
    w = np.zeros(7)
    w[::3] = v[:3]
    w[1::3] = v[3:5] * v[0]
    w[-2:2:-3] = v[5]
    return np.sum(w * np.arange(7.0)) + np.sum(w**2)


def slices_backwards(v):
    w = v.copy()
    w[::-1] = v * np.arange(1.0, 7.0)
    w[4:1:-1] = v[:3]
    w[:-4:-1] *= 2.0
    return np.sum(w * np.cos(v))


def open_and_overlong_slices(v):
    w = v * 2.0
    w[4:100] = v[0]
    w[:-5] += v[1]
    w[10:] = 3.0
    return np.sum(w**2)


def slice_from_a_variable(v, first, last):
    where = slice(first, last)
    w = np.zeros_like(v)
    w[where] = v[where] ** 2
    first, where = 0, slice(None)
    w[where] += v
    return np.sum(w * w)


def ellipsis_stores(t):
    w = np.zeros(t.shape)
    w[...] = t * 2.0
    w[..., 0] = t[..., 1] * t[..., 2]
    w[1, ...] += t[0]
    w[..., 1:, ::2] *= 3.0
    return np.sum(w**2)


def newaxis_stores(v):
    w = np.zeros((3, 3))
    w[:, np.newaxis] += v
    w[None, 0] = v * v
    w[np.newaxis, :, 2] = v[0]
    return np.sum(w * np.arange(9.0).reshape(3, 3)) + np.sum(w**2)


def zero_dimensional(x):
    w = np.zeros(())
    w[()] = x * x
    w[...] += x
    w += np.sin(x)
    return w[()] * 2.0


def zero_dimensional_argument(a):
    w = a * 1.0 + np.zeros(())
    w = np.asarray(w)
    w[...] = w * a
    return np.sum(w**2)


def list_as_index(v):
    w = np.zeros(5)
    w[[3, 0, 1]] = v[:3] * v[3]
    w[[-1]] = v[4]
    return np.sum(w**2 * np.arange(1.0, 6.0))


def array_as_index(v):
    places = np.array([4, 2, 0])
    w = v * 1.0
    w[places] = v[places - 1] ** 2
    w[places[:2]] *= v[:2]
    return np.sum(w * v)


def two_arrays_as_index(m):
    rows, columns = np.array([0, 1, 1]), np.array([2, 0, 1])
    w = m * 2.0
    w[rows, columns] = m[0] * m[1]
    w[rows, 0] += 1.0
    return np.sum(w**2)


def broadcast_arrays_as_index(m):
    w = np.zeros((3, 4))
    w[np.array([[0], [2]]), np.array([1, 3, 0])] = m
    w[np.ix_([1, 2], [0, 2])] += m[:, :2]
    return np.sum(w**2 * np.arange(12.0).reshape(3, 4))


def arrays_apart_in_index(t):
    w = np.zeros((2, 3, 4))
    w[[0, 1], :, [3, 0]] = t[:, :, 0] * 2.0
    w[1, [0, 2], 1:3] = t[0, :2, :2]
    w[0, :, [1, 2]] += t[1, 0, :3]
    return np.sum(w**2)


def array_with_slice(m):
    w = m.copy()
    w[[1, 0], 1:] = m[:, :-1] * m[:, 1:]
    w[:, [2]] += m[:, [0]]
    return np.sum(w**3)


def boolean_mask(v):
    w = v * 2.0
    w[v > 0.0] = 1.5
    w[v < -0.4] *= v[0]
    return np.sum(w * w) + np.sum(w)


def mask_with_array_value(v):
    mask = np.array([True, False, True, True, False, False])
    w = np.ones(6)
    w[mask] = v[:3] * v[3:]
    w[~mask] += v[~mask]
    return np.sum(w**2)


def mask_of_rows(m):
    w = m * 1.0
    w[np.array([False, True])] = m[0] ** 2
    w[np.array([True, False]), 1:] -= m[1, 1:]
    return np.sum(w**2)


def mask_of_a_matrix(m):
    w = m + 1.0
    mask = m > 0.0
    w[mask] = m[mask] ** 2
    w[np.logical_not(mask)] = 0.0
    return np.sum(w * m)


def mask_that_selects_nothing(v):
    w = v * 1.0
    w[v > 100.0] = v[0]
    w[np.zeros(6, dtype=bool)] += 1.0
    w[[]] = 4.0
    return np.sum(w**2)


def mask_of_where(v):
    w = v * v
    w[np.where(v > 0.0)] = v[0] * 2.0
    w[np.nonzero(v < -0.5)[0]] += v[1]
    w[np.flatnonzero(v > 0.6)] = 0.0
    return np.sum(w * v)


def index_of_numpy_integers(v):
    w = np.zeros(6)
    w[np.argmax(v)] = v[0] * v[1]
    w[np.int64(2)] += v[2]
    w[v.argsort()[0]] += v[3] ** 2
    return np.sum(w**2)


def boolean_scalars_as_index(v):
    w = v * 1.0
    w[np.bool_(True)] *= v[0]
    w[False] = 5.0
    return np.sum(w**2)


def flat_index(m):
    w = m * 1.0
    w.flat[4] = m[0, 0] * m[1, 1]
    w.flat[[0, 5]] = m[0, :2]
    w.flat = w * 2.0
    return np.sum(w**2)


V, M, T = array(6), array(2, 3), array(2, 3, 4)
X = 0.7
CASES = [
    *[(f, (array(3),), None) for f in (one_element, newaxis_stores)],
    *[(f, (V,), None) for f in (
        slices_with_steps, slices_backwards, open_and_overlong_slices, list_as_index, array_as_index, boolean_mask,
        mask_with_array_value, mask_that_selects_nothing, mask_of_where, index_of_numpy_integers,
        boolean_scalars_as_index,
    )],
    *[(f, (M,), None) for f in (
        element_of_matrix, element_in_two_steps, rows_and_columns, two_arrays_as_index, broadcast_arrays_as_index,
        array_with_slice, mask_of_rows, mask_of_a_matrix, flat_index,
    )],
    *[(f, (T,), None) for f in (ellipsis_stores, arrays_apart_in_index)],
    (slice_from_a_variable, (V, 1, 4), 0),
    (slice_from_a_variable, (V, 4, 1), 0),
    (slice_from_a_variable, (V, None, -2), 0),
    (zero_dimensional, (X,), None),
    (zero_dimensional_argument, (np.array(0.7),), None),
]  # fmt: skip
