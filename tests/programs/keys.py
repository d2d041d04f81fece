"""Programs that find what they compute with by the keys of dicts: keys that come and go, dicts of several forms."""

from __future__ import annotations

import numpy as np
from programs.data import array

CONFIG = {"weights": {"0": 1.0, "1": 2.0}}


def weighted(x, weights):
    return sum(x[k] * v for k, v in weights.items())


def popped(x):
    d = {0: 1.0, 1: 2.0}
    d.pop(0)
    e = {0: 1.0, 2: 5.0}
    k, v = e.popitem()
    return weighted(x, d) + x[k] * v


def deleted(x):
    d = {0: 1.0, 1: 2.0, 2: 3.0}
    del d[1]
    total = 0.0
    for k in d:
        total = total + x[k] ** 2
    return total * x[list(d)[0]]


def added(x):
    d = {0: 1.0}
    d[2] = 4.0
    e = {(0, 1): 2.0}
    e[1, 2] = 3.0
    return weighted(x, d) + sum(x[i] * x[j] * w for (i, j), w in e.items())


def one_of_two_dicts(x):
    return weighted(x, {0: 1.0} if x[0] > 1.0 else {1: 2.0})


def several_dicts(x):
    total = 0.0
    for d in [{0: 1.0}, {1: 2.0, 2: 1.0}, {}]:
        total = total + weighted(x, d)
    return total


def graph(x):
    neighbours = {0: {1: 2.0}, 1: {2: 1.0, 0: 3.0}, 2: {}}
    return sum(x[a] * x[b] * w for a, n in neighbours.items() for b, w in n.items())


class Graph:
    def __init__(self):
        self.weights = {}

    def edge(self, a, b):
        self.weights.setdefault(a, {})[b] = 1.0
        self.weights.setdefault(b, {})[a] = 2.0


def graph_of_an_object(x):
    g = Graph()
    g.edge(0, 1)
    g.edge(1, 2)
    return sum(x[a] * x[b] ** 2 * w for a, n in g.weights.items() for b, w in n.items())


def copied_and_merged(x):
    d = {0: 1.0, 1: 2.0}
    e = d.copy()
    e.pop(0)
    return weighted(x, e) + weighted(x, d | {2: 3.0}) * weighted(x, {**d, 2: 1.0, **e})


def keys_of_texts(x):
    return sum(x[int(k)] * v for k, v in CONFIG["weights"].items())


def reactions(k, c, orders):
    rates = [rate * np.prod([c[s] ** n for s, n in order.items()]) for rate, order in zip(k, orders)]
    return np.sum(np.array(rates))


def dict_of_dicts(x, d):
    return sum(x[i] * w for part in d.values() for i, w in part.items())


CASES = [
    *[(function, (array(3),), None) for function in (
        popped, deleted, added, one_of_two_dicts, several_dicts, graph, graph_of_an_object, copied_and_merged,
        keys_of_texts,
    )],
    (one_of_two_dicts, (array(3) + 1.0,), None),
    (reactions, ([0.5, 0.3, 0.7], array(3), [{0: 1}, {}, {1: 2, 0: 1}]), (0, 1)),
    (reactions, ([0.5, 0.3], array(3), [{2: 3}, {1: 2}]), (0, 1)),
    (dict_of_dicts, (array(3), {"a": {}, "b": {0: 1.5}, "c": {1: 2.0, 2: 2.0}}), 0),
]  # fmt: skip
