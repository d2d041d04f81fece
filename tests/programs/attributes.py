"""Other ways to attributes and items: descriptors, `__dict__`, `vars()`; heaps, sorted lists, named tuples made of lists."""

from __future__ import annotations

import bisect
import heapq
import itertools
from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np

from programs.data import array


class Scaled:
    """An attribute that is stored under another name, in other units."""

    def __init__(self, name, unit):
        self.name, self.unit = f"_{name}", unit

    def __get__(self, obj, owner=None):
        return getattr(obj, self.name) * self.unit

    def __set__(self, obj, value):
        setattr(obj, self.name, value / 3.0)


class Stored:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, obj, owner=None):
        return obj.__dict__[self.name]

    def __set__(self, obj, value):
        obj.__dict__[self.name] = value


class Measured:
    w: Any = Scaled("w", 2.0)
    b = Stored()

    def __init__(self, w, b):
        self.w, self.b = w, b


def descriptors(x, b):
    made = Measured(x * 2.0, b)
    made.w = made.w * made.b
    return np.sum(made.w * x)


def descriptors_of_an_argument(made):
    return np.sum(made.w**2 * made.b)


class Net:
    def __init__(self, w, b):
        self.w, self.b, self.steps = w, b, 0

    def squares(self):
        return sum(np.sum(v**2) for v in vars(self).values() if isinstance(v, (np.ndarray, float)))

    def forward(self, x):
        self.steps += 1
        return np.tanh(x @ self.w + self.b)


def penalty_over_vars(w, b, x):
    net = Net(w, b)
    return np.sum(net.forward(x)) + 0.1 * net.squares() * net.steps


def changed_through_vars(net, x):
    vars(net)["b"] = vars(net)["b"] * 2.0
    return np.sum(net.forward(x)) * net.squares()


def items_of_dict_attribute(net, x):
    total = np.sum(net.__dict__["w"] ** 2)
    for name, value in net.__dict__.items():
        if name == "b":
            total += np.sum(value * x)
    return total


class Bag:
    def __init__(self, **values):
        self.__dict__.update(values)


class Pair:
    def __init__(self, a, b):
        vars(self).update(a=a, b=b)


def made_by_update(x):
    bag, pair = Bag(w=x * 2.0), Pair(x * 3.0, x)
    return np.sum(bag.w * x * pair.a * pair.b)


Point = namedtuple("Point", "x y")


class State(NamedTuple):
    a: Any
    b: Any

    def scaled(self, k):
        return State._make([part * k for part in self])


def named_tuples_made_of_lists(x, v):
    p = Point._make((x, v * 2.0))
    q = Point._make([p.y, p.x])
    s = State(x, v).scaled(3.0)
    return np.sum(p.x * q.x) + s.a + np.sum(s._asdict()["b"])


def between_knots(x, y, t):
    i = min(max(bisect.bisect_right(x, t) - 1, 0), len(x) - 2)
    w = (t - x[i]) / (x[i + 1] - x[i])
    return (1 - w) * y[i] + w * y[i + 1]


def merged_from_a_heap(weights):
    heap = [(w, i) for i, w in enumerate(weights)]
    heapq.heapify(heap)
    total, count = 0.0, len(heap)
    while len(heap) > 1:
        a, _ = heapq.heappop(heap)
        b, _ = heapq.heappop(heap)
        total += (a + b) ** 2
        heapq.heappush(heap, (a + b, count))
        count += 1
    return total


def shortest_path(lengths, roads, start, goal):
    best, heap, done = {start: 0.0}, [(0.0, start)], set()
    while heap:
        distance, here = heapq.heappop(heap)
        if here in done:
            continue
        if here == goal:
            return distance
        done.add(here)
        for there, road in roads[here]:
            further = distance + lengths[road] ** 2
            if there not in best or further < best[there]:
                best[there] = further
                heapq.heappush(heap, (further, there))
    return 0.0 * lengths[0]


def largest_kept(xs, k):
    kept = []
    for x in xs:
        if len(kept) < k:
            heapq.heappush(kept, x * x)
        else:
            heapq.heappushpop(kept, x * x)
    return kept[0] + sum(heapq.nlargest(2, kept)) - min(heapq.nsmallest(1, xs, key=lambda v: v * v))


def queue_kept_sorted(times, rates):
    queue, out, now = [], 0.0, 0.0
    for t, r in zip(times, rates):
        bisect.insort(queue, (t * r, t))
    while queue:
        at, t = queue.pop(0)
        out += (at - now) * t
        now = at
        if at < 0.3:
            bisect.insort(queue, (at + 0.35 * t, t))
    return out


def indices_of_itertools(m):
    total = 0.0
    for i, j in itertools.product(range(2), repeat=2):
        total += m[i, j] * m[j, i]
    for i, j in itertools.combinations(range(3), 2):
        total += m[0, i] * m[1, j] ** 2
    for index in np.ndindex(m.shape):
        total += m[index] ** 3
    for i in itertools.count(1):
        if i == 3:
            break
        total += sum(m[0, j] for j in range(i)) * max([m[1, j] for j in range(i)])
    return total


def numbers_as_keys(x):
    costs = {x[i] ** 2: i for i in range(3)}
    found = {}
    for i in range(3):
        found[x[i] * 2.0] = i
    found.setdefault(x[0] * 3.5, 7)
    pairs = dict(zip([v * 3.0 for v in x], x))
    best = min(costs)
    total = best * x[costs[best]] + sum(found) * max(found) + sum(k * v for k, v in pairs.items())
    for (value, name), weight in {(x[1] * 2.0, "a"): 1.5}.items():
        total += value * weight * len(name)
    return total


class Doubled:
    """Goes through what it holds, doubled."""

    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter([2.0 * item for item in self.items])


class Stack(list):
    def push(self, value):
        self.append(2.0 * value)
        return self

    @property
    def top(self):
        return self[-1]


def objects_gone_through(x):
    total = 0.0
    for i, v in enumerate(Doubled(x)):
        total += v * v * i
    first, *rest = Doubled([x[0], x[1]])
    return total + first * rest[0] + sum(Doubled(x)) + max(list(Doubled(x)))


def argument_gone_through(items):
    return sum(v * v for v in items)


def class_derived_from_list(x):
    return Stack([x[0]]).push(x[1]).top * 3.0 + sum(Stack(x * 2.0))


class Tank:
    """Numbers and methods, of which names are known when it runs."""

    def __init__(self, level, rate):
        self.level, self.rate = level, rate

    def drain(self, share):
        self.level = self.level * (1.0 - share * self.rate)


class Odd(Tank):
    """One that makes numbers of names."""

    def __getattr__(self, name):
        if not name.startswith("at_"):
            raise AttributeError(name)
        return self.level * float(name[3:])


class Settings:
    """Whatever is asked for is in its dict: asked for anything else, it fails, and not by an AttributeError."""

    def __init__(self, kept):
        self.__dict__["kept"] = kept

    def __getattr__(self, name):
        return self.kept[name]


def settings(x):
    made = Settings({"rate": x, "level": x**2})
    return made.rate * made.level


def attributes_by_name(level, rate, names):
    tank = Tank(level, rate)
    total = 0.0
    for name in names:
        total = total + getattr(tank, name) * getattr(tank, name)
        tank.drain(0.5)
        setattr(tank, name, getattr(tank, name) * 0.9)
    return total


def methods_by_name(level, rate, names):
    tank = Tank(level, rate)
    for name in names:
        getattr(tank, name)(0.5)
    return tank.level * tank.rate


def made_of_names(level, rate, names):
    odd = Odd(level, rate)
    total = 0.0
    for name in names:
        total = total + getattr(odd, name) * 2.0
    return total


def array_attributes_by_name(level, rate, names):
    tank = Tank(level, rate)
    total = 0.0
    for name in names:
        kept = getattr(tank, name)
        kept *= 0.5
        total = total + np.sum(kept * tank.level)
    return total


ROADS = {0: [(1, 0), (2, 2)], 1: [(2, 1)], 2: [(3, 3)], 3: []}
NET = Net(array(2, 3), array(3))
CASES = [
    (settings, (0.7,), None),
    (descriptors, (array(2), 0.7), None),
    (descriptors_of_an_argument, (Measured(array(2), 0.7),), None),
    *[(penalty_over_vars, (array(2, 3), b, array(4, 2)), None) for b in (array(3), 0.3)],
    *[(changed_through_vars, (NET, array(4, 2)), number) for number in (0, 1)],
    (items_of_dict_attribute, (NET, array(3)), None),
    (made_by_update, (array(2),), None),
    (named_tuples_made_of_lists, (0.4, array(2)), None),
    *[(between_knots, ([0.1, 0.5, 0.9], [1.0, 2.0, 0.5], t), None) for t in (0.02, 0.3, 0.7, 2.0)],
    *[(merged_from_a_heap, (w,), None) for w in ([0.2, 0.5, 0.1, 0.9], [0.4])],
    *[(shortest_path, ([0.4, 0.3, 0.9, 0.2], ROADS, 0, goal), None) for goal in (3, 2)],
    *[(largest_kept, (x, k), None) for x, k in (([0.2, -0.5, 0.1, 0.9], 2), ([0.3, 0.4], 3))],
    *[(queue_kept_sorted, (t, r), None) for t, r in (([0.2, 0.5, 0.8], [1.0, 0.7, 0.5]), ([0.9], [2.0]))],
    (objects_gone_through, (np.array([0.6, 0.9, 0.7]),), None),
    (argument_gone_through, (Doubled(array(3)),), None),
    (class_derived_from_list, (array(3),), None),
    *[(attributes_by_name, (0.7, 0.4, names), (0, 1)) for names in ([], ["rate"], ["level", "rate", "level"])],
    *[(methods_by_name, (0.7, 0.4, names), (0, 1)) for names in ([], ["drain", "drain"])],
    *[(made_of_names, (0.7, 0.4, names), (0, 1)) for names in ([], ["level", "at_3", "rate", "at_2"])],
    *[(array_attributes_by_name, (array(3), array(3), names), (0, 1)) for names in ([], ["rate", "level"])],
    (numbers_as_keys, (np.array([0.6, 0.9, 0.7]),), None),
    (indices_of_itertools, (array(2, 3),), None),
]
