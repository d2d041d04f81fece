"""Shape functions, joining and splitting, constructors, indexing of every kind."""

import numpy as np

from programs.data import array


def reshape_forms(v):
    return np.sum(np.reshape(v, (2, 3)) ** 2 @ v.reshape(3, 2)) + np.sum(v.reshape((-1, 3))[0])


def ravel_flatten(m):
    return np.sum(m.ravel() * np.ravel(m.T) + m.flatten() ** 2)


def transposes(t):
    return np.sum(t.transpose(2, 0, 1)[0] * np.transpose(t, (2, 0, 1))[1]) + np.sum(t.T[0] ** 2)


def swap_and_move(t):
    return np.swapaxes(t, 0, -1) * np.moveaxis(t, 0, 2).transpose(1, 0, 2)


def squeeze_expand(v):
    column = np.expand_dims(v, axis=1)
    return np.squeeze(column * 2.0) * v + np.squeeze(column, axis=-1)


def expand_several(v):
    return np.expand_dims(v, (0, 2)) * v[np.newaxis, :, np.newaxis]


def broadcast_explicit(v):
    return np.broadcast_to(v, (2, 3)) * array(2, 3)


def repeat_and_tile(v):
    return np.sum(np.repeat(v, 2) * np.tile(v, 2)) + np.sum(np.tile(v, (2, 1)) ** 2)


def repeat_axis(m):
    return np.repeat(m, 3, axis=1)


def flips_and_rolls(m):
    return np.flip(m) * m + np.flip(m, axis=0) * np.fliplr(m) + np.roll(m, 1, axis=1) + np.roll(m, 2)


def atleast(v, x):
    return np.sum(np.atleast_2d(v) @ np.atleast_1d(x * v))


def concatenate_axes(a, b):
    return np.sum(np.concatenate([a, b, a], axis=0) ** 2) + np.sum(np.concatenate((a, b), axis=-1)[0])


def stack_axes(a, b):
    return np.stack([a, b]) * np.stack((b, a), axis=0) + np.stack([a, b, a], axis=-1).sum()


def stacks_named(v, w):
    return np.sum(np.vstack([v, w]) ** 2) + np.sum(np.hstack([v, w]) ** 3) + np.sum(np.column_stack([v, w])[0])


def split_evenly(v):
    a, b, c = np.split(v, 3)
    return np.sum(a * b * c)


def split_at_indices(v):
    a, b = np.split(v, [2])
    return np.sum(a) * np.sum(b**2)


def split_axis(m):
    left, right = np.split(m, 2, axis=-1)
    top, bottom = np.split(m, 2, axis=0)
    return np.sum(left * right) + np.sum(top * bottom)


def array_split_uneven(v):
    return sum(np.sum(part) ** 2 for part in np.array_split(v, 4))


def array_from_scalars(x, y):
    m = np.array([[x, y], [y * x, 1.0]])
    return np.sum(m @ m)


def array_from_rows(v):
    return np.sum(np.array([v, v * v]) ** 2)


def asarray_forms(v):
    return np.sum(np.asarray(v) * np.array(v, copy=True) * np.copy(v) * v.copy())


def constructors(x, v):
    base = np.zeros(3) + np.ones(3) * x + np.full(3, 2.0) + np.arange(3.0) * x
    return np.sum(base * v) + np.sum(np.eye(3) @ v) + np.sum(np.zeros_like(v) + v + np.ones_like(v))


def full_of_active(x):
    return np.sum(np.full((2, 2), x) ** 2)


def linspace_of_active(x):
    return np.sum(np.linspace(0.0, x, 5) ** 2)


def diagonal_matrix(v):
    return np.sum(np.diag(v) @ np.diag(v, 1)[:-1, :-1])


def padding(v):
    return np.pad(v, (1, 2)) * 2.0


def basic_integer(m):
    return m[0, 1] * m[-1, 0] + m[1][2]


def basic_slices(m):
    return m[:, 1:] * m[:, :-1] + m[::-1, 1:]


def basic_steps(v):
    return np.sum(v[::2]) * np.sum(v[1::2]) + np.sum(v[::-1] * v) + np.sum(v[-2:] ** 2)


def basic_ellipsis(t):
    return t[..., 0] * t[0, ...].sum() + t[..., -1]


def basic_newaxis(m):
    return m[:, None] * m[None, :, :]


def fancy_rows(m, rows):
    return m[rows] ** 2


def fancy_pairs(m, rows, columns):
    return m[rows, columns] * 3.0


def fancy_and_slice(m, columns):
    return m[1:, columns] * m[0, columns]


def fancy_outer(m):
    return m[np.ix_([0, 1], [0, 2])] * m[[[0], [1]], [2, 0]]


def fancy_repeated(v):
    index = np.array([0, 0, 2, 0])
    return np.sum(v[index] * np.arange(1.0, 5.0)) + np.sum(v[[1, 1]] ** 2)


def fancy_negative(v):
    return np.sum(v[[-1, 0, -1]] ** 2)


def fancy_list_of_bool(v):
    return np.sum(v[[True, False, True, False, True, False]] ** 2)


def boolean_mask(v):
    return np.sum(v[v > 0.0] ** 2) + np.sum(v[~(v > 0.3)])


def boolean_mask_2d(m):
    return np.sum(np.exp(m[m < 0.2]))


def boolean_rows(m, keep):
    return np.sum(m[keep] ** 2) + np.sum(m[keep, 0])


def take_forms(m, index):
    return np.sum(np.take(m, index, axis=1) ** 2) + np.sum(m.take([0, 0, 1]))


def take_along(m):
    order = np.argsort(m, axis=1)
    return np.take_along_axis(m, order, axis=1)


def index_computed_in_loop(v, steps):
    i = 0
    total = 0.0
    for step in steps:
        i = (i + step) % len(v)
        total += v[i] * total + v[i] ** 2
    return total


def slices_in_loop(v):
    total = 0.0
    for i in range(0, len(v) - 1, 2):
        window = v[i : i + 2]
        total += np.prod(window) * v[i]
    return total


def slice_objects(v):
    part = slice(1, 4)
    return np.sum(v[part] ** 2) + np.sum(v[slice(None, None, 3)])


def item_of_item(t):
    return t[0][1][0] * t[1, 0][1] + np.sum(t[0][1:])


def nonzero_index(v):
    (places,) = np.nonzero(v > 0.0)
    return np.sum(v[places] * places) + np.sum(v[np.where(v < 0.0)] ** 2)


def attributes(m):
    return m.shape[0] * np.sum(m) + m.size * np.sum(m.T @ m) + m.ndim * m[0, 0] + m.real.sum() + len(m)


def unpacked_shape(m):
    rows, columns = m.shape
    return np.sum(m.reshape(columns, rows) ** 2) / (rows * columns)


def astype_and_dtype(v):
    return np.sum(v.astype(v.dtype) * np.asarray(v, dtype=float))


def triangular_indices(m):
    return np.sum(m[np.triu_indices(2)] ** 2)


M, T, V6 = array(2, 4), array(2, 3, 2), array(6)
CASES = [
    *[(f, (V6,), None) for f in (
        reshape_forms, squeeze_expand, split_evenly, split_at_indices, array_split_uneven, array_from_rows,
        asarray_forms, diagonal_matrix, padding, basic_steps, fancy_repeated, fancy_negative, fancy_list_of_bool,
        boolean_mask, slices_in_loop, slice_objects, nonzero_index, astype_and_dtype,
    )],
    *[(f, (M,), None) for f in (
        ravel_flatten, repeat_axis, flips_and_rolls, split_axis, basic_integer, basic_slices, basic_newaxis,
        fancy_outer, boolean_mask_2d, take_along, attributes, unpacked_shape, triangular_indices,
    )],
    *[(f, (T,), None) for f in (transposes, swap_and_move, basic_ellipsis, item_of_item)],
    *[(f, (array(3),), None) for f in (expand_several, broadcast_explicit, repeat_and_tile)],
    (atleast, (array(3), 0.6), None),
    *[(f, (array(2, 2), array(2, 2, seed=1)), None) for f in (concatenate_axes, stack_axes)],
    (stacks_named, (array(3), array(3, seed=1)), None),
    (array_from_scalars, (0.6, 0.7), None),
    (constructors, (0.6, array(3)), None),
    (full_of_active, (0.6,), None),
    (linspace_of_active, (0.6,), None),
    (fancy_rows, (M, np.array([1, 0, 1])), None),
    (fancy_rows, (M, [1, 1]), None),
    (fancy_pairs, (M, np.array([0, 1, 0]), np.array([3, 2, 3])), None),
    (fancy_and_slice, (M, [2, 0]), None),
    (boolean_rows, (M, np.array([True, False])), None),
    (take_forms, (M, np.array([3, 0, 3])), None),
    *[(index_computed_in_loop, (V6, steps), 0) for steps in ([1, 2, 4], [], [6, 6])],
]  # fmt: skip
