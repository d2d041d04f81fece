"""Values that are stored, broadcast and converted, and augmented assignments of all operators."""

import numpy as np

from programs.data import array, positive

# ------------------------------------------------------------------------------------------------- values stored


def scalar_into_slice(x, v):
    w = v.copy()
    w[1:4] = x * x
    w[5] = x
    return np.sum(w * w)


def broadcast_value(v):
    w = np.zeros((2, 3))
    w[:] = v
    w[:, :2] += v[1:]
    w[1] = v[0]
    return np.sum(w**2 * np.arange(1.0, 7.0).reshape(2, 3))


def broadcast_column(m):
    w = np.ones((2, 3))
    w[:, :] = m[:, :1]
    w[:, 1:] *= m[:, 2:]
    return np.sum(w**2)


def value_with_leading_ones(m):
    w = np.zeros(3)
    w[:] = m[:1]
    w[1:] += m[1:, :2].reshape(1, 1, 2)[0, 0]
    return np.sum(w**2)


def one_row_axes(m):
    w = np.zeros((1, 3))
    w[0] = m[0]
    w[:] += m[:1]
    w += m[1]
    u = np.zeros((2, 1))
    u[:, 0] = w[0, :2]
    u += m[:, :1]
    return np.sum(w**2) + np.sum(u**3)


def list_as_value(x, y):
    w = np.zeros((2, 2))
    w[0] = [x, y]
    w[1] = (x * y, 1.0)
    w[:, 1] += [y, x]
    return np.sum(w**2)


def number_as_value(v):
    w = v * v
    w[0] = 2
    w[1:3] = -1.5
    w[3] = float(v[0])
    w[4] = v[1].item()
    return np.sum(w**2)


def tuple_of_elements(v):
    w = v.copy()
    w[0], w[1] = w[1], w[0] * w[1]
    w[2], (w[3], w[4]) = v[0], v[1:3]
    return np.sum(w**2 * np.arange(1.0, 7.0))


def chain_of_targets(v):
    w, u = np.zeros(3), np.ones(3)
    w[0] = u[1] = z = v[0] * v[1]
    w[1:] = u[:2] = v[1:3]
    return np.sum(w**2) + np.sum(u * v[:3]) + z


def starred_into_elements(v):
    w = np.zeros(3)
    w[0], *rest, w[2] = v
    return np.sum(w**2) + sum(rest) ** 2


def loop_into_element(v):
    w = np.zeros(2)
    total = 0.0
    for w[1] in v:
        total = total + w[1] ** 2
        w[0] += w[1]
    return total + w[0] * w[1]


def value_is_a_view_of_the_target(v):
    w = v * 1.0
    w[1:] = w[:-1]
    w[:3] += w[3:]
    return np.sum(w**2 * v)


def value_is_the_target_reversed(v):
    w = v * 2.0
    w[:] = w[::-1]
    w[::2] *= w[1::2]
    return np.sum(w * np.arange(6.0) * v)


def target_added_to_itself(v):
    w = v * v
    w += w
    w *= w
    w[:] = w
    w -= w[::-1] * 0.5
    return np.sum(w * v)


def transpose_added_to_itself(q):
    w = q * 1.0
    w += w.T
    w[:2] *= w[1:].T[:2, :2].T.sum()
    return np.sum(w**2)


def permuted_rows(m):
    w = m * m
    w[[0, 1]] = w[[1, 0]]
    w[:, [0, 2]] = w[:, [2, 0]] * 2.0
    return np.sum(w * m)


def rounded_into_integers(v):
    counts = np.zeros(3, dtype=int)
    counts[0] = 2.0
    counts[1:] = v[:2] * 10.0
    return np.sum(counts * v[:3])


# ------------------------------------------------------------------------------------------- augmented assignments


def augmented_elements(v):
    w = np.full(6, 1.4)
    w[0] += v[0]
    w[1] -= v[1]
    w[2] *= v[2]
    w[3] /= v[3]
    w[4] **= v[4]
    w[5] **= 2
    return np.sum(w**2)


def augmented_slices(v):
    w = np.full((2, 3), 2.7)
    w[0] += v
    w[1] -= 0.5 * v * v
    w[:, 1] *= v[0]
    w[:, :2] /= v[1:]
    w[:, 0] **= v[:2]
    w[1:, 1:] **= 3
    return np.sum(w**2)


def augmented_arrays(v):
    w = np.full(6, 1.3)
    w += v
    w -= v**2
    w *= v
    w /= v + 0.5
    w **= 2
    w **= v[0]
    return np.sum(w * v)


def augmented_by_broadcast(v, x):
    w = np.ones((2, 6))
    w += v
    w *= x
    w /= v
    w -= np.array([[1.0], [2.0]]) * x
    return np.sum(w**2)


def floor_and_remainder(v):
    w = v * 7.0
    w //= 2.0
    u = v * 7.0
    u %= 2.0
    u[1:] %= v[0]
    w[0] //= 1.5
    return np.sum(w * v) + np.sum(u**2)


def matrix_product_in_place(q):
    w = q * 1.0
    w @= q
    w @= w
    return np.sum(w * q)


def vector_times_matrix_in_place(q):
    w = q[0] * 1.0
    w @= q
    u = q * 1.0
    u[0] @= q
    return np.sum(w**2) + np.sum(u**3)


def repeated_index_added(v):
    w = np.ones(3)
    w[[0, 0, 1]] += v[:3]
    w[[2, 2]] *= v[3:5]
    return np.sum(w**2)


def repeated_index_stored(v):
    w = np.zeros(3)
    w[np.array([1, 0, 1, 1])] = v[:4] ** 2
    w[[0, 0]] = v[4]
    return np.sum(w**2 * np.array([1.0, 2.0, 3.0]))


def repeated_pairs_stored(m):
    w = np.zeros((2, 2))
    w[[0, 1, 0], [1, 1, 1]] = m[0]
    w[[1, 1], 0] += m[1, :2]
    return np.sum(w**3)


def repeated_rows_stored(m):
    w = np.ones((3, 3))
    w[[2, 2]] = m
    w[[0, 2, 0]] -= m[[1, 0, 0]]
    return np.sum(w**2)


def repeated_reads(v):
    w = v * v
    w[:3] = w[[4, 4, 5]]
    w[[0, 1]] += w[[5, 5]]
    return np.sum(w**2)


V, M, Q, T = array(6), array(2, 3), array(3, 3), array(2, 3, 4)
P, X = positive(6), 0.7
CASES = [
    (broadcast_value, (array(3),), None),
    *[(f, (V,), None) for f in (
        number_as_value, tuple_of_elements, chain_of_targets, starred_into_elements, loop_into_element,
        value_is_a_view_of_the_target, value_is_the_target_reversed, target_added_to_itself, rounded_into_integers,
        repeated_index_added, repeated_index_stored, repeated_reads,
    )],
    *[(f, (M,), None) for f in (
        broadcast_column, value_with_leading_ones, one_row_axes, permuted_rows, repeated_pairs_stored,
        repeated_rows_stored,
    )],
    *[(f, (Q,), None) for f in (transpose_added_to_itself, matrix_product_in_place, vector_times_matrix_in_place)],
    (scalar_into_slice, (X, V), None),
    (list_as_value, (0.4, -0.7), None),
    (augmented_elements, (P,), None),
    (augmented_slices, (positive(3),), None),
    (augmented_arrays, (P,), None),
    (augmented_by_broadcast, (P, X), None),
    (floor_and_remainder, (P,), None),
]  # fmt: skip
