"""Iterators that go step by step: generators that are kept, handed on or sent through others, classes with `__next__`."""

import collections
import functools
import itertools
import math

import numpy as np

from programs.data import array, positive


def decays(x):
    while True:
        yield x
        x = x * x * 0.9


def sines(x, n):
    for i in range(n):
        x = np.sin(x) + i
        yield x


def by_hand(x):
    steps = decays(x)
    return next(steps) + 2.0 * next(steps) * next(steps)


def beside_others(x, weights):
    total = 0.0
    for w, v in zip(weights, decays(x)):
        total += w * v
    for v, w in zip(decays(x), weights):
        total += w * v * v
    return total


def first_few(x):
    total = sum(itertools.islice(decays(x), 4))
    for v in itertools.islice(decays(x), 1, 6, 2):
        total += v * v
    return total


def through_itertools(x):
    total = sum(v * v for v in itertools.chain(sines(x, 2), sines(2.0 * x, 3)))
    total += sum(itertools.accumulate(sines(x, 4))) + sum(itertools.accumulate(sines(x, 3), lambda a, b: a * b * 0.5))
    total += sum(a * b for a, b in itertools.product(sines(x, 2), sines(x * x, 3)))
    return total + sum(itertools.takewhile(lambda v: v > 0.01, decays(x)))


def taken_in_a_function(steps, n):
    total = 0.0
    for _ in range(n):
        total += next(steps)
    return total


def cubes(items):
    total = 0.0
    for v in items:
        total += v**3
    return total


def handed_on(x):
    return taken_in_a_function(decays(x), 3) * cubes(sines(x, 3))


def rest_of_it(x):
    steps = sines(x, 5)
    first = next(steps)
    head = [next(steps) for _ in range(2)]
    return first * sum(head) + 3.0 * sum(steps) + next(steps, x)


def until_it_stops(x):
    steps, total = sines(x, 3), 0.0
    try:
        while True:
            total += next(steps) ** 2
    except StopIteration:
        pass
    return total


def windows(items, n):
    items = iter(items)
    window = collections.deque(itertools.islice(items, n), maxlen=n)
    yield tuple(window)
    for item in items:
        window.append(item)
        yield tuple(window)


def by_windows(x):
    return sum(a * b for a, b in windows(sines(x, 4), 2))


def means(values):
    total, n = 0.0, 0
    for v in values:
        total += v
        n += 1
        yield total / n


def nested(x):
    return list(means(means(sines(x, 4))))[-1]


def interleaved(a, b):
    a, b = iter(a), iter(b)
    for u, v in zip(a, b):
        yield u
        yield v


def of_two(x):
    return sum(v * w for v, w in zip(interleaved(sines(x, 2), [x, 2.0]), [1.0, x, 3.0, x]))


def leaves_of(node):
    if isinstance(node, tuple):
        for child in node:
            yield from leaves_of(child)
    else:
        yield node


def over_a_tree(x):
    return sum(v * v for v in leaves_of((x, (x * x, 2.0), ((x,),))))


def several_at_once(x):
    steps = [sines(x, 2), sines(2.0 * x, 2)]
    return sum(next(s) for s in steps) + 2.0 * sum(sum(s) for s in steps)


def with_else_and_breaks(x, limit):
    def values():
        for i in range(4):
            if i == 1:
                continue
            y = x * (i + 1)
            if y > limit:
                break
            yield y
        else:
            yield -x
        k = 0
        while k < 2:
            yield x**k
            k += 1
        else:
            yield 5.0 * x

    steps = values()
    total = next(steps) * 2.0
    for i, v in enumerate(steps):
        total += (i + 1) * v * v
    return total


def memory_of_a_generator(x):
    seen = []

    def values():
        nonlocal x
        for i in range(3):
            seen.append(x)
            yield x * i
            x = x * 1.1

    steps = values()
    total = next(steps)
    x = x * x
    for v in steps:
        total += v * x
    return total + sum(seen)


class Simulation:
    """A generator method that keeps what it did."""

    def __init__(self, k):
        self.k = k
        self.log = []

    def states(self, x):
        while True:
            yield x
            x = x - self.k * x * 0.1
            self.log.append(x)

    def run(self, x, n):
        for _, state in zip(range(n), self.states(x)):
            last = state
        return last + sum(self.log)


def simulated(k, x):
    return Simulation(k).run(x, 4)


def of_arrays(v):
    def relaxed(u):
        for _ in range(3):
            u = u - 0.1 * (u - np.mean(u)) ** 3
            yield u

    states = relaxed(v)
    first, *_, last = states
    return np.sum(first * last) + np.sum(np.stack(list(relaxed(v)))[1] ** 2)


class Squares:
    """Makes its items one by one."""

    def __init__(self, x, n):
        self.x = x
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        self.x = self.x * self.x
        return self.x


def own_items(x):
    total = 0.0
    for v in Squares(x, 3):
        total += v
    for i, v in zip(range(5), Squares(x, 3)):
        total += i * v
    for i, v in enumerate(Squares(x, 2)):
        total += (i + 1) * v
    return total + np.sum(np.array([v for v in Squares(x, 3)]))


def own_items_at_once(x):
    return sum(Squares(x, 3)) + max(Squares(x, 2)) + math.prod(Squares(x, 2)) + len(list(Squares(x, 2)))


def own_items_by_hand(x):
    squares = Squares(x, 3)
    return next(squares) + next(squares) * 2.0 + next(squares) * next(squares, x)


class Weighted:
    """Begins anew whenever somebody goes through it."""

    def __init__(self, values):
        self.values = values

    def __iter__(self):
        self.i = 0
        return self

    def __next__(self):
        i = self.i
        if i < len(self.values):
            self.i += 1
            return self.values[i] * (i + 1)
        raise StopIteration()


def gone_through_again(v):
    weighted, total = Weighted(v), 0.0
    for a in weighted:
        total += a
    for a in weighted:
        total += a * a
    return total + sum(weighted)


class Doubled:
    """Ends where another iterator does."""

    def __init__(self, values):
        self.values = iter(values)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.values) * 2.0


def ends_with_another(v):
    return sum(a * b for a, b in zip(Doubled(v), Doubled(v * 2.0)))


class Made:
    """Gives an iterator of another class."""

    def __init__(self, x):
        self.x = x

    def __iter__(self):
        return Squares(self.x, 2)


def of_another_class(x):
    total = 0.0
    for v in Made(x):
        total += v
    a, b = Made(x)
    return total * a + b


def reduced(x):
    return functools.reduce(lambda a, b: a * b + 1.0, sines(x, 3)) + dict(zip("abc", sines(x, 3)))["b"]


def called_for_ever(x):
    factors = [x]
    return sum(itertools.islice(iter(lambda: factors[0] * x, None), 3))


CASES = [
    *[(f, (0.7,), None) for f in (
        by_hand, first_few, through_itertools, handed_on, rest_of_it, until_it_stops, by_windows, nested, of_two,
        over_a_tree, several_at_once, memory_of_a_generator, own_items, own_items_at_once, own_items_by_hand,
        of_another_class, reduced, called_for_ever,
    )],
    (beside_others, (0.7, array(3)), None),
    *[(with_else_and_breaks, (0.7, limit), 0) for limit in (1.0, 9.0)],
    (simulated, (0.8, 0.6), None),
    (of_arrays, (array(3),), None),
    *[(f, (positive(3),), None) for f in (gone_through_again, ends_with_another)],
]  # fmt: skip
