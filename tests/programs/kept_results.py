"""Functions that keep their results, dicts that make what they lack, defaults, sums of lists, numbers told to somebody."""

import collections
import enum
import functools
import itertools
import logging

import numpy as np

from programs.data import array

log = logging.getLogger(__name__)
log.addHandler(logging.NullHandler())
log.setLevel(logging.INFO)
log.propagate = False


@functools.lru_cache
def powers_of(x, n):
    return x**n + n


def kept_by_module(x):
    return powers_of(x, 3) * powers_of(x * x, 2) + powers_of(x, 3)


@functools.cache
def weights(n):
    return np.arange(n, dtype=float) * (weights(n - 1).sum() if n > 1 else 1.0)


def constants_kept(x):
    return (weights(4) * x).sum() * x


class Basis:
    """Methods that keep their results."""

    def __init__(self, a):
        self.a = a

    @functools.cache
    def power(self, n):
        return self.a**n

    @functools.lru_cache(maxsize=8)
    def scaled(self, n, z=2.0):
        return self.a * n * z


def kept_by_methods(v):
    bases = [Basis(x) for x in v]
    total = sum(basis.power(i + 1) for i, basis in enumerate(bases))
    return total * bases[0].scaled(2) + bases[1].scaled(2, z=v[0])


def option_tree(x):
    @functools.lru_cache(maxsize=None)
    def value(i, ups):
        if i == 4:
            return max(x * 1.1**ups * 0.9 ** (i - ups) - 0.5, 0.0)
        return 0.99 * (0.5 * value(i + 1, ups) + 0.5 * value(i + 1, ups + 1))

    return value(0, 0)


def edit_distance(a, b, x):
    @functools.cache
    def distance(i, j):
        if i == 0 or j == 0:
            return (i + j) * x
        change = 0.0 if a[i - 1] == b[j - 1] else x * x
        return min(distance(i - 1, j) + x, distance(i, j - 1) + x, distance(i - 1, j - 1) + change)

    return distance(len(a), len(b))


def equal_arguments(x):
    @functools.lru_cache
    def f(t):
        return t * t + t

    return f(0.7) + f(x) + f(x) * f(0.7)


def cleared(x):
    @functools.cache
    def f(i, *, scale=2):
        return x * i * scale

    before = f(3) + f(3, scale=1)
    f.cache_clear()
    return before * f(3)


def of_a_lambda(x):
    f = functools.lru_cache(maxsize=32)(lambda i, name="a": x * i if name == "a" else np.sin(x))
    return f(2) + f(2, "b") * f(2, name="b")


def made_when_missing(x):
    made = collections.defaultdict(lambda: x * x)
    made["a"] += 1.0
    lists = collections.defaultdict(lambda: collections.defaultdict(list))
    lists["p"]["q"].append(x)
    return made["a"] * made["b"] + lists["p"]["q"][0] + len(made)


class Table(dict):
    """What is missing is computed from what is there."""

    def __missing__(self, key):
        self[key] = key * self["x"]
        return self[key]


def computed_when_missing(x):
    table = Table(x=x)
    return table[3.0] * table[3.0]


def default_of_next(x):
    empty = iter([])
    return next(empty, 1.5 * x) * next(iter([x]), 2.0) + next((v for v in [x] if v > 10.0), x * x)


class Bare:
    """An object that has one attribute, and knows of another."""

    def __init__(self, x):
        self.x = x

    def __getattr__(self, name):
        if name == "double":
            return 2.0 * self.x
        raise AttributeError(name)


def default_of_getattr(x):
    bare = Bare(x)
    return getattr(bare, "missing", x) * getattr(bare, "double", 1.0) + (3.0 if hasattr(bare, "q") else x)


def lists_joined(x):
    groups = {"a": [x, 2.0], "b": [x * x]}
    flat = sum(groups.values(), [])
    return sum(flat) * flat[-1] + sum([(x,), (x * x, 2.0)], ())[1] + sum([[x]], start=[2.0 * x])[0]


class Level(enum.IntEnum):
    """Names of numbers."""

    LOW = 1
    HIGH = 2


def named_numbers(x):
    levels = [level for level in Level]
    return levels[1] * x + x ** levels[1] + (x if Level.LOW < Level.HIGH else 0.0)


class Solver:
    """Tells what it does."""

    def __init__(self, x):
        self.x = x
        self.log = log

    def run(self):
        self.log.info("at %s", self.x)
        if self.x < 0.0:
            self.log.error("negative", extra={"value": self.x})
        return self.x**2


def told(x):
    logging.getLogger(__name__).debug("x = %g", x)
    log.warning(f"{x:.3f}")
    return Solver(x).run()


def pairs_of_rest(v):
    rest = iter(v)
    first = next(rest)
    return sum(a * b for a, b in itertools.pairwise(rest)) * first if hasattr(itertools, "pairwise") else first


CASES = [
    *[(f, (0.7,), None) for f in (
        kept_by_module, constants_kept, option_tree, equal_arguments, cleared, of_a_lambda, made_when_missing,
        computed_when_missing, default_of_next, default_of_getattr, lists_joined, named_numbers, told,
    )],
    (kept_by_methods, (array(3),), None),
    (edit_distance, ("kitten", "sitting", 0.7), None),
    (pairs_of_rest, (array(4),), None),
]  # fmt: skip
