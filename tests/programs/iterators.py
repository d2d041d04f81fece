"""Programs that go through arrays which are written before or after, and iterators that are used up."""

from __future__ import annotations

import itertools

import numpy as np
from programs.data import array


def rebound_in_an_outer_loop(x):
    total = 0.0
    for _ in range(3):
        for v in x:
            total += v * v
        y = x * 0.5
        y[0] = 1.0
        x = y
    return total


def written_between_loops(x):
    sums = np.zeros(3)
    w = x.copy()
    for _ in range(3):
        for i, v in enumerate(w):
            sums[i] = sums[i] + v * v
        w += 0.1 * sums
    return np.sum(sums) + np.sum(w)


def listed_before_written(x):
    w = x.copy()
    values = list(w)
    w[0] = 5.0
    return sum(values) * w[0]


def comprehension_before_written(x):
    w = x.copy()
    total = 0.0
    for k in range(2):
        total += sum([v * v for v in w])
        w[k] = total
    return total


def mapped_before_written(x):
    w = x.copy()
    total = 0.0
    for k in range(2):
        for v in map(np.sin, w):
            total = total + v * v
        for v in itertools.accumulate(w):
            total = total + v
        w[k] = total
    return total


def used_up(x):
    squares = map(lambda v: v * v, x)
    return sum(squares) + sum(squares) * 3.0 + x[0]


def taken_one_by_one(x):
    chained = itertools.chain([x[0]], [x[1] ** 2], x[1:])
    first = next(chained) * next(chained)
    return first + sum(chained)


def parts_of_iterators(x):
    squares = iter([v * v for v in x])
    first = list(itertools.islice(squares, 2))
    total = first[0] * first[1] + next(squares)
    total += sum(itertools.islice(x, 1, None)) + sum(x[0] ** k for k in itertools.islice(itertools.count(1), 3))
    return total


def endless_iterators(x):
    total = 0.0
    for v, w in zip(itertools.cycle(x), range(7)):
        total += v * v * w
    for v, first in zip(x, itertools.repeat(x[0] ** 2)):
        total += v * first
    for v, w in zip(itertools.count(x[1], step=x[2]), x):
        total += v * w
    return total + sum(itertools.repeat(x[1] ** 2, 3))


def split_iterators(x):
    a, b = itertools.tee(v * v for v in x)
    total = sum(a) * sum(b)
    for large, group in itertools.groupby(x, key=lambda v: v > 1.0):
        total += sum(v**3 for v in group) * (2.0 if large else 1.0)
    return total


def merged_dicts(x):
    d = {"a": x[0], "b": x[1]}
    d |= {"b": x[2], "c": x[1]}
    return d["a"] * d["b"] * d["c"]


CASES = [
    (function, (array(3),), None)
    for function in (
        rebound_in_an_outer_loop, written_between_loops, listed_before_written, comprehension_before_written,
        mapped_before_written, used_up, taken_one_by_one, parts_of_iterators, endless_iterators, split_iterators, merged_dicts,
    )
]  # fmt: skip
