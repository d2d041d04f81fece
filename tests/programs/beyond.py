"""Library functions and constructs beyond the promised language: differentiated rightly or refused, never wrong."""

import contextlib
import functools
import itertools
import math
import operator
import warnings
from collections import defaultdict, deque

import numpy as np

from programs.data import array, positive


class Scaled:
    """A context manager that gives a value and notes that it was left."""

    def __init__(self, value):
        self.value = value
        self.left = False

    def __enter__(self):
        return self.value * 2.0

    def __exit__(self, *details):
        self.left = True
        return False


def iterate_nd_items(m):
    total = 0.0
    for (i, j), value in np.ndenumerate(m):
        total += (i + 2 * j) * value * value
    return total


def over_ndindex(m):
    total = 0.0
    for i, j in np.ndindex(m.shape):
        total += (i + 1) * m[i, j] ** 2
    return total


def reduce_with_lambda(v):
    return functools.reduce(lambda a, b: a * 0.5 + b * b, v, 1.0)


def reduce_operator(x):
    return functools.reduce(operator.mul, [x, x + 1.0, x * x])


def recursion_through_reduce(tree):
    if isinstance(tree, tuple):
        return functools.reduce(lambda a, b: a * b, [recursion_through_reduce(item) + 1.0 for item in tree])
    return tree * tree


def defaultdict_groups(v, groups):
    sums = defaultdict(float)
    for value, group in zip(v, groups):
        sums[group] += value
    return sum(total * total for total in sums.values())


def deque_window(v):
    window = deque(maxlen=2)
    total = 0.0
    for value in v:
        window.append(value)
        total += sum(window) ** 2
    return total


def itertools_pairs(v):
    return sum(a * b for a, b in itertools.combinations(list(v), 2))


def itertools_accumulate(v):
    return sum(list(itertools.accumulate(list(v)))[1:])


def itertools_chain_product(a, b):
    total = 0.0
    for value in itertools.chain(a, b):
        total += value * value
    for p, q in itertools.product(a, b):
        total += p * q
    return total


def with_several_items(v):
    with np.errstate(all="ignore"), contextlib.suppress(ZeroDivisionError):
        return np.sum(np.log1p(v * v))


def with_target(x):
    with contextlib.nullcontext(x * x) as y:
        z = y * x
    return z + y


class TooLarge(Exception):
    """Raised by `limited`."""


def limited(x):
    if x > 1.0:
        raise TooLarge
    return x * x


def with_suppress(x):
    y = x
    with contextlib.suppress(TooLarge):
        y = limited(x)
    return y * x


def own_context_manager(x):
    manager = Scaled(x)
    with manager as doubled:
        y = doubled * x
    return y if manager.left else x


def warnings_caught(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = x * x
    return y


def select_arms(v):
    return np.sum(np.select([v < -0.3, v < 0.3], [v * v, np.sin(v)], np.exp(v)))


def weighted_average(v, w):
    return np.average(v, weights=w)


def meshgrid_sum(v, w):
    a, b = np.meshgrid(v, w)
    return np.sum(a * b * b)


def convolution(v, k):
    return np.convolve(v, k, mode="valid")


def searchsorted_index(x, v):
    edges = np.array([0.0, 0.5, 1.0])
    i = np.searchsorted(edges, x)
    return v[i] * (x - edges[i - 1])


def class_made_inside(x):
    class Pair:
        def __init__(self, a, b):
            self.a = a
            self.b = b

        def product(self):
            return self.a * self.b

    return Pair(x, x * x).product()


def exact_sum(x):
    return math.fsum([x, x * x, 1.0])


V = array(4)
CASES = [
    *[(f, (0.6,), None) for f in (
        reduce_operator, with_target, own_context_manager, warnings_caught, class_made_inside, exact_sum,
    )],
    *[(with_suppress, (x,), None) for x in (0.4, 1.7)],
    *[(f, (V,), None) for f in (
        reduce_with_lambda, deque_window, itertools_pairs, itertools_accumulate, with_several_items, select_arms,
    )],
    *[(f, (array(2, 3),), None) for f in (iterate_nd_items, over_ndindex)],
    (recursion_through_reduce, ((0.5, (0.2, 0.3), 0.4),), None),
    *[(defaultdict_groups, (V, groups), None) for groups in ("abab", "aaaa")],
    (itertools_chain_product, ([0.2, 0.3], [0.4]), None),
    (weighted_average, (array(3), positive(3)), None),
    (meshgrid_sum, (array(3), array(2)), None),
    (convolution, (array(6), array(3)), None),
    *[(searchsorted_index, (x, V), None) for x in (0.3, 0.8)],
]  # fmt: skip
