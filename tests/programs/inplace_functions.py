"""NumPy functions that write: `ufunc.at`, `put`, `copyto`, `fill`, sorting in place."""

import numpy as np

from programs.data import array, positive

# ---------------------------------------------------------------------------------------------------------- ufunc.at


def add_at_repeated(v):
    w = np.ones(3)
    np.add.at(w, [0, 2, 0, 0, 1, 2], v)
    return np.sum(w**2)


def add_at_in_matrix(m):
    w = np.zeros((3, 2))
    np.add.at(w, ([0, 2, 0], [1, 1, 1]), m[0] * m[1])
    np.add.at(w, (slice(None), 0), m[0])
    np.add.at(w, [1, 1], m[:, :2])
    return np.sum(w**3)


def add_at_scalar(v):
    w = v * 1.0
    np.add.at(w, [1, 1, 3], v[0] ** 2)
    np.add.at(w, 2, v[1])
    np.add.at(w, v > 0.5, 1.0)
    return np.sum(w**2)


def subtract_at(v):
    w = v * v
    np.subtract.at(w, np.array([0, 0, 5]), v[:3])
    return np.sum(w * v)


def multiply_at_repeated(v):
    w = v * 1.0
    np.multiply.at(w, [0, 0, 2], v[3:])
    np.multiply.at(w, [1], 3.0)
    return np.sum(w**2)


def divide_at(v):
    w = v * 1.0
    np.divide.at(w, [4, 4], v[:2])
    np.divide.at(w, [0, 1], 2.0)
    return np.sum(w)


def maximum_at(v):
    w = np.full(3, -0.3)
    np.maximum.at(w, [0, 1, 0, 2, 2, 1], v)
    np.minimum.at(w, [2, 2], v[:2] * 3.0)
    return np.sum(w**2 * np.arange(1.0, 4.0))


def unary_at(v):
    w = v * v
    np.negative.at(w, [0, 1])
    np.sin.at(w, [2, 3])
    np.exp.at(w, v > 0.0)
    return np.sum(w * v)


def power_at(v):
    w = v * 1.0
    np.power.at(w, [0, 3], 2.0)
    np.power.at(w, [1], v[2:3])
    return np.sum(w)


def at_through_a_view(m):
    w = m * 1.0
    np.add.at(w.T, [0, 0], m[:, 1])
    np.add.at(w.ravel(), [1, 1, 5], m[1])
    return np.sum(w**2)


def histogram_of_masses(v, bins):
    counts = np.zeros(4)
    np.add.at(counts, bins, v**2)
    return np.sum(counts**2) + counts[1] * v[-1]


def histogram_linear(positions, masses):
    grid = np.zeros(6)
    left = np.floor(positions).astype(int)
    share = positions - left
    np.add.at(grid, left, masses * (1.0 - share))
    np.add.at(grid, left + 1, masses * share)
    return np.sum(grid**2)


def histogram_by_loop(positions, masses):
    grid = np.zeros(6)
    for x, m in zip(positions, masses):
        i = int(x)
        grid[i] += m * (1.0 - (x - i))
        grid[i + 1] += m * (x - i)
    return np.sum(grid**2)


def graph_messages(x, weights):
    source, target = np.array([0, 1, 2, 2, 0]), np.array([1, 2, 0, 1, 1])
    for _ in range(2):
        inbox = np.zeros_like(x)
        np.add.at(inbox, target, weights[:, None] * x[source])
        x = np.tanh(x + inbox)
    return np.sum(x**2)


# ------------------------------------------------------------------------------------------------- put, copyto, place


def put_values(v):
    w = v * 1.0
    np.put(w, [0, -1, 0], v[1:4])
    np.put(w, [2, 3], v[5])
    w.put([1, 4], v[:2] ** 2)
    return np.sum(w**2)


def put_repeats_values(m):
    w = m * 1.0
    np.put(w, [0, 2, 4], m[0, :2])
    np.put(w, [7, 1], m[1, 1], mode="wrap")
    np.put(w, [99], 2.0 * m[1, 2], mode="clip")
    return np.sum(w**3)


def copyto_whole(v):
    w = np.empty(6)
    np.copyto(w, v)
    np.copyto(w[1:3], v[0])
    np.copyto(w, v * v, where=v > 0.0)
    return np.sum(w**2)


def copyto_broadcast(m):
    w = np.zeros((2, 3))
    np.copyto(w, m[0])
    np.copyto(w[:, 1:], m[:, :1])
    np.copyto(w, 1.0, where=[True, False, False])
    return np.sum(w**2)


def place_values(v):
    w = v * 1.0
    np.place(w, w > 0.0, v[:2])
    np.place(w, [0, 0, 0, 0, 1, 1], [3.0])
    np.place(w, np.zeros(6, dtype=bool), v)
    return np.sum(w**2)


def putmask_values(v):
    w = v * 1.0
    np.putmask(w, w > 0.0, v[::-1] * 2.0)
    np.putmask(w, [True, True, False, False, False, True], v[:4])
    np.putmask(w, v < -0.9, 7.0)
    return np.sum(w**2)


def put_along_axis(m):
    w = m * 1.0
    top = np.argmax(m, axis=1)[:, None]
    np.put_along_axis(w, top, m[:, :1] ** 2, axis=1)
    np.put_along_axis(w, np.array([[0, 1, 1]]), 2.0, axis=0)
    np.put_along_axis(w, np.array([0, 5]), m[0, :2], axis=None)
    return np.sum(w**2)


def fill_diagonal(q, x):
    w = q * 1.0
    np.fill_diagonal(w, x)
    total = np.sum(w**2)
    np.fill_diagonal(w, q[0])
    np.fill_diagonal(w[:, :2], 0.0)
    return total * np.sum(w**3)


def fill_diagonal_wrapped(t):
    w = t * 1.0
    np.fill_diagonal(w, t[0, 0] ** 2, wrap=True)
    u = np.zeros((2, 2, 2))
    np.fill_diagonal(u, t[1, 1])
    return np.sum(w**2) + np.sum(u**3)


def fill_method(v, x):
    w = v * v
    y = w * 2.0
    w.fill(x)
    w[1:].fill(x * x)
    y[::2].fill(3.0)
    return np.sum(w * v) + np.sum(y)


def masked_and_selected(v):
    w = v * v
    w[np.isnan(np.where(v > 0.5, np.nan, v))] = 0.0
    np.nan_to_num(w, copy=False)
    np.clip(w, 0.1, 0.6, out=w)
    return np.sum(w * v)


# ---------------------------------------------------------------------------------------------- sort, partition, moves


def sort_in_place(v):
    w = v * v
    w.sort()
    w[::-1].sort()
    w[1:4].sort()
    return np.sum(w * np.arange(6.0))


def sort_along_axes(m):
    w = m * 1.0
    w.sort(axis=0)
    total = np.sum(w * np.arange(6.0).reshape(2, 3))
    w.sort()
    w.T[0].sort()
    return total + np.sum(w**2 * np.arange(6.0).reshape(2, 3))


def sort_stably_in_place(v):
    w = np.round(v * 2.0) * 0.0 + v
    w.sort(kind="stable")
    v.sort()
    return np.sum(w * v * np.arange(6.0))


def partition_in_place(v):
    w = v * v
    w.partition(2)
    smallest = np.sum(w[:2])
    w.partition((1, 4))
    return smallest * w[2] + w[4] ** 2 * w[1]


def sort_then_used(v):
    w = v * 1.0
    y = w * w
    w.sort()
    z = y * w
    w[0] = z[1]
    return np.sum(z) + np.sum(w**2)


def running_median(v):
    window = np.zeros(3)
    total = 0.0
    for i in range(len(v) - 2):
        window[:] = v[i : i + 3]
        window.sort()
        total += window[1] ** 2
    return total


def shuffled_in_place(v, seed):
    rng = np.random.default_rng(seed)
    w = v * v
    rng.shuffle(w)
    w[0] *= 2.0
    return np.sum(w * np.arange(6.0))


V, M, Q, T = array(6), array(2, 3), array(3, 3), array(5, 2)
P = positive(6)
BINS = np.array([1, 0, 1, 3, 3, 3])
def assembled_from_lists(v):
    w = np.zeros((3, 3))
    rows, columns, values = [], [], []
    for i in range(3):
        for j in (i, (i + 1) % 3, i):
            rows.append(i)
            columns.append(j)
            values.append(v[i] * v[j] + j)
    np.add.at(w, (rows, columns), values)
    np.subtract.at(w, ([0, 0], [1, 1]), [v[0], 2.0])
    np.multiply.at(w, ([2], [2]), [v[1]])
    return np.sum(w**3)


CASES = [
    (assembled_from_lists, (array(3),), None),
    *[(f, (V,), None) for f in (
        add_at_repeated, add_at_scalar, subtract_at, multiply_at_repeated, maximum_at, unary_at, put_values,
        copyto_whole, place_values, putmask_values, masked_and_selected, sort_in_place, sort_stably_in_place,
        partition_in_place, sort_then_used, running_median,
    )],
    *[(f, (P,), None) for f in (divide_at, power_at)],
    *[(f, (M,), None) for f in (
        add_at_in_matrix, at_through_a_view, put_repeats_values, copyto_broadcast, put_along_axis, sort_along_axes,
    )],
    (histogram_of_masses, (V, BINS), 0),
    (histogram_of_masses, (V[:1], BINS[:1]), 0),
    *[(f, (P * 3.0, V), None) for f in (histogram_linear, histogram_by_loop)],
    (graph_messages, (array(3, 2), array(5)), None),
    (fill_diagonal, (Q, 0.7), None),
    (fill_diagonal_wrapped, (T,), None),
    (fill_method, (V, 0.7), None),
    (shuffled_in_place, (V, 3), 0),
]  # fmt: skip
