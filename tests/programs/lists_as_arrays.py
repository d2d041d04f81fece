"""Lists and tuples of numbers that NumPy takes for arrays: joined with arrays, and beside them in an operator."""

import numpy as np

from programs.data import array, positive


def joined_with_arrays(x):
    front = np.concatenate(([0.0], np.cumsum(x), [x[0], 2.0]))
    back = np.hstack([[x[1]], x])
    return np.sum(front * front) + np.sum(back**3)


def joined_in_tuples(x):
    return np.concatenate(((0.0,), x, (x[0], 1.0))) ** 2


def stacked_with_lists(x):
    rows = np.stack([[1.0, 2.0, x[0]], x, [x[2], 0.0, x[1]]])
    return np.array([x, [1.0, x[0], 3.0]]) @ rows


def joined_from_a_list_that_grew(x):
    parts = [[1.0]]
    for i in range(3):
        parts.append(x * i)
    parts = parts + [[x[0]]]
    return np.concatenate(parts)


def mean_of_rows(x):
    return np.mean([x * x, [1.0, x[0], 2.0]], axis=0)


def list_times_array(x):
    return [1.0, 2.0, x[1]] @ x + np.sum(x * (x[0], 1.0, 2.0)) - np.sum((x - [0.5, 0.25, 2.0]) ** 2)


def matrix_of_lists(x):
    c, s = np.cos(x[0]), np.sin(x[0])
    return [[c, -s], [s, c]] @ x[1:]


def list_in_place(x):
    u = x * 1.0
    u *= [1.0, x[0], 2.0]
    u += (x[1], x[0], 1.0)
    return u


def lists_by_name(x):
    held = {"list": [x[0], x[1], 2.0], "tuple": (x[2], 1.0, x[0]), "array": x}
    total = 0.0
    for name in held:
        total += held[name] @ x
    return total


def so_many_or_so_much(x, times):
    held = {"times": times}
    return np.sum([x[0], x[1]] * held["times"])


def joined_by_subscript(x):
    return np.r_[0.0, x, 2, x[0], [x[1], 1.0]]


def columns_by_subscript(x):
    return np.c_[x, [1, 2, 3], x * x]


def list_becomes_an_array(v):
    items = [1.0, 2.0, 3.0]
    others = items
    items *= v
    items -= [1.0, 1.0, v[0]]
    pair = (v[0], 2.0)
    pair += v[:2]
    rest = [v[1]]
    for _ in range(2):
        rest += v[:1]
    return np.sum(items**2) * len(others) * sum(others) + np.prod(pair) * rest[0]


def list_beside_numbers_of_numpy(items):
    shifted = items - np.max(items)
    scaled = np.sum(items) - items
    return np.sum(shifted**2) + np.sum((scaled / np.std(items)) ** 3)


def list_beside_a_number_found_when_it_runs(items):
    (find,) = [np.logaddexp.reduce]
    return np.sum((items - find(items)) ** 2)


def list_in_place_by_a_number_of_numpy(items):
    left = others = list(items)
    left -= np.mean(items)
    left += np.float64(2.0)
    others.append(left[0])
    twice = [items[0]] * np.int64(2)
    return np.sum(left**3) * sum(others) * sum(twice)


SINGLE = positive(3).astype(np.float32)
CASES = [
    *[
        (f, (positive(3),), None)
        for f in (
            joined_with_arrays, joined_in_tuples, stacked_with_lists, joined_from_a_list_that_grew, mean_of_rows,
            list_times_array, matrix_of_lists, list_in_place, lists_by_name, list_becomes_an_array,
        )
    ],
    *[(f, ([0.3, 1.2, 0.7],), None) for f in (
        list_beside_numbers_of_numpy, list_beside_a_number_found_when_it_runs, list_in_place_by_a_number_of_numpy,
    )],
    *[(so_many_or_so_much, (array(3), times), 0) for times in (2, np.array([0.5, 2.0]))],
    *[(joined_by_subscript, (x,), None) for x in (positive(3), SINGLE)],
    *[(columns_by_subscript, (x,), None) for x in (positive(3), SINGLE)],
]  # fmt: skip
