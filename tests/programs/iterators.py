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


CASES = [
    (function, (array(3),), None)
    for function in (
        rebound_in_an_outer_loop, written_between_loops, listed_before_written, comprehension_before_written,
        mapped_before_written, used_up, taken_one_by_one,
    )
]  # fmt: skip
