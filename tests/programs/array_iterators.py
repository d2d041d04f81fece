"""Arrays gone through, read and written by NumPy's iterators: `.flat`, `np.ndenumerate`, `np.nditer`, `np.ndindex`."""

from __future__ import annotations

import numpy as np
from programs.data import array


class Stencil:
    """An object that keeps an array which is written by places in it."""

    def __init__(self, x):
        self.cells = np.zeros((2, 2))
        self.cells.flat[0] = x[0, 0]

    def run(self, x):
        self.cells.flat[1:3] = x[0, :2]
        self.cells.flat[3] += x[1, 1] * self.cells.flat[1]
        return np.sum(self.cells.flat[1:] ** 2)


def flat_loop(x):
    total = 0.0
    for v in x.flat:
        total += v * v
    return total


def flat_numbered(x):
    total = 0.0
    for i, v in enumerate(x.T.flat):
        total += i * v * v
    return total


def flat_zipped(x):
    return sum(a * b for a, b in zip(x.flat, x.T.flat))


def flat_items(x):
    total = 0.0
    for i in range(x.size):
        total += x.flat[i] * x.flat[-i - 1] * i
    return total


def flat_slice_is_a_copy(x):
    w = x.flat[1:4]
    w *= 2.0
    return np.sum(w**2) + np.sum(x)


def flat_places(x):
    several = np.sum(x.flat[[0, 2]]) + np.sum(x.flat[np.array([[0, 1], [1, 3]])] ** 3)
    return several + np.sum(x.flat[x.ravel() > 0.0] ** 2) + np.sum(x.T.flat[::2] ** 2)


def flat_at_largest(x):
    return x.flat[x.argmax()] * x.flat[np.argmin(x)] ** 2 + x[np.unravel_index(np.argmax(x), x.shape)]


def flat_in_functions(x):
    total = np.sum(x.flat) + np.max(x.flat) * np.array(x.flat)[2] + max(x.flat) + list(x.flat)[1] ** 2
    return total + len(x.flat) * np.mean(x.T.flat) + np.fromiter(x.flat, float)[3] + sum(map(np.sin, x.flat))


def flat_unpacked(x):
    a, b, *c = x.flat
    return a * b * c[1] + sum([*x.flat, 1.0][2:])


def flat_stored(x):
    w = x * 1.0
    w.flat[1] = 0.0
    w.flat[-1] = x[0, 1] ** 2
    return np.sum(w**2)


def flat_diagonal(x):
    w = x @ x.T
    w.flat[::3] = x[0, :2] ** 2
    w.flat[::3] += 1.0
    return np.sum(w**3)


def flat_whole(x):
    w, u = np.zeros((3, 2)), np.zeros((3, 2))
    w.flat = x
    u.flat[:] = x.ravel()
    return np.sum(w[1] ** 2) + w[0, 1] + np.sum(u.T * x)


def flat_stored_by_turns(x):
    w = np.ones(4)
    for i in range(4):
        w.flat[i] = x[0, 0] * i
    w.flat[2] *= x[1, 1]
    return np.sum(w**2)


def flat_repeats_what_is_shorter(x):
    w = np.zeros((2, 3))
    w.flat[:4] = x[0, :2]
    w.flat[np.array([False, False, True] * 2)] = x[1, 0]
    return np.sum(w * x)


def flat_of_a_view(x):
    table = np.zeros((4, 6))
    w = table[::2, ::2]
    w.flat[1:5] = x[1, 1]
    w.flat[0] = x[0, 0] ** 2
    return np.sum(table[0] ** 2) + np.sum(table * 2.0)


def flat_of_an_attribute(x):
    stencil = Stencil(x)
    return stencil.run(x) * stencil.cells.flat[0]


def flat_of_an_argument(w, v):
    w.flat[1] = v
    return np.sum(w**2)


def enumerated(x):
    total = 0.0
    for index, v in np.ndenumerate(x.T):
        if index[0] > 0:
            total += v**3
        else:
            total -= v * x[index[::-1]]
    return total


def enumerated_into_another(x):
    out = np.zeros_like(x)
    for index, v in np.ndenumerate(x):
        out[index] = v * v if v > 0.0 else v
    return np.sum(out**2)


def enumerated_before_written(x):
    w = x * 1.0
    total = 0.0
    for index, v in np.ndenumerate(w):
        total += v * (index[0] + 1)
    w *= 3.0
    return total * np.sum(w)


def enumerated_bit_by_bit(x):
    items = np.ndenumerate(x)
    first = next(items)[1]
    return first * sum(v for _, v in items) + dict(np.ndenumerate(x))[0, 1]


def enumerated_twice(x):
    total = 0.0
    for k, (index, v) in enumerate(np.ndenumerate(x)):
        total += k * v**2 * sum(index)
    return total


def nditer_loop(x):
    total = 0.0
    for v in np.nditer(x):
        total += v * v * 2.0
    return total


def nditer_in_memory_order(x):
    return [v * 1.0 for v in np.nditer(x.T)], np.array([np.sin(v) ** 2 for v in np.nditer(x[:, ::2])])


def indices(x):
    out = np.empty_like(x)
    for i in np.ndindex(*x.shape):
        out[i] = x[i] ** 2
    for i, j in np.ndindex(x.shape[0], 2):
        out[i, j] *= x[i, j]
    return np.sum(out) + sum(np.sum(x[i] ** (k + 2)) for k, i in enumerate(np.ndindex(x.shape[:1])))


X = array(2, 3)
CASES = [
    *[(f, (X,), None) for f in (
        flat_loop, flat_numbered, flat_zipped, flat_items, flat_slice_is_a_copy, flat_places, flat_at_largest,
        flat_in_functions, flat_unpacked, flat_stored, flat_diagonal, flat_whole, flat_stored_by_turns,
        flat_repeats_what_is_shorter, flat_of_a_view, flat_of_an_attribute, enumerated, enumerated_into_another,
        enumerated_before_written, enumerated_bit_by_bit, enumerated_twice, nditer_loop, nditer_in_memory_order, indices,
    )],
    *[(f, (np.asfortranarray(X),), None) for f in (flat_loop, flat_items, flat_stored, enumerated, nditer_loop)],
    *[(f, (X.astype(np.float32),), None) for f in (flat_items, flat_whole, enumerated, nditer_loop)],
    *[(flat_of_an_argument, (w, 0.3), None) for w in (X, np.asfortranarray(X))],
    *[(f, (np.array(0.4),), None) for f in (flat_loop, nditer_loop)],
]  # fmt: skip
