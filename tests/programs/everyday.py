"""Idioms of everyday programs: arguments by star, iterators, lists where arrays are meant, joins by subscript."""

from __future__ import annotations

import itertools
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
from programs.data import array

Pair = namedtuple("Pair", "first second")


class Controller:
    """A limit whose default is a number that arguments have as well: one object in the file."""

    def __init__(self, gain, rate, limit=2.0):
        self.gain, self.rate, self.limit = gain, rate, limit
        self.total = 0.0

    def update(self, error):
        self.total += error
        wanted = self.gain * error + self.rate * self.total
        return min(wanted, self.limit) if wanted > 0 else wanted


@dataclass
class Spring:
    stiffness: float
    length: float
    damping: float = 2.0


def controlled(gains, goal):
    controller = Controller(*gains)
    x = 0.0
    for _ in range(4):
        x = x + 0.1 * controller.update(goal - x)
    return x * controller.limit


def spring_energy(values):
    spring = Spring(*values)
    return spring.stiffness * spring.length**2 * spring.damping


def spring_by_name(values):
    spring = Spring(**values)
    return spring.stiffness * spring.length**2 * spring.damping


def pair_by_star(values):
    pair = Pair(*values)
    return pair.first**2 * pair.second


def pair_by_name(values):
    pair = Pair(**values)
    return pair.first**2 * pair.second


def fill(out, a, b):
    out[0] = a * b
    out[1] = a + b


def filled_by_star(values):
    out = np.zeros(2)
    fill(out, *values)
    return 3.0 * out[0] * out[1]


def set_both(box, a, b):
    box.first, box.second = a * b, a


class Box:
    pass


def set_by_star(values):
    box = Box()
    set_both(box, *values)
    return box.first * box.second


def constant_among_values(values, c=2.0):
    items = [values[0], c]
    for i in range(2):
        items.append(items[i] * values[1])
    return items[0] * items[1] * items[2] * items[3]


def state_changed(state):
    state["steps"] += 1
    state["x"] = state["x"] + state["v"] * state["rate"]
    return state["x"] ** 2


def lists_for_arrays(values):
    x, *rest = values
    scale = np.linalg.norm(rest) * np.max(rest)
    return np.sum(np.square(rest)) * x + scale + np.multiply([x, scale], (1.0, x)).sum() + np.polyval([x, 1.0], x)


def nested_lists_for_arrays(x):
    return np.linalg.det([[x, 1.0], [0.5, x * x]]) + np.trace([[x, 2.0], [1.0, 3.0 * x]])


def nearest(points, goal):
    return min(points, key=lambda point: abs(point - goal)) ** 2


def longest(points):
    return np.sum(max(points, key=np.linalg.norm) ** 2)


def positions_from_params(params, image):
    angle, *shift = params
    y = np.arange(3.0) * angle + shift[0]
    lower = np.clip(np.floor(y).astype(int), 0, len(image) - 2)
    part = y - lower
    return np.sum(image[lower] * (1.0 - part) + image[lower + 1] * part) + np.sum(np.square(shift))


def running_products(values):
    total = 0.0
    for product in itertools.accumulate(values, lambda a, b: a * b):
        total += product
    return total + sum(itertools.accumulate(values)) + sum(itertools.accumulate(values, initial=1.5))


def pairs_of_values(values):
    total = sum((a - b) ** 2 for a, b in itertools.combinations(values, 2))
    total += sum(a * a * b for a, b in itertools.product(values, values[1:]))
    total += sum(a * b for a, b in itertools.pairwise(values)) if hasattr(itertools, "pairwise") else 0.0
    return total + sum(a * b**2 for a, b in itertools.permutations(values, 2))


def joined_iterators(values):
    total = sum(v * v for v in itertools.chain(values, values[1:]))
    total += sum(v**3 for v in itertools.chain.from_iterable([values, values[:1]]))
    total += sum(a * b for a, b in itertools.zip_longest(values, values[1:], fillvalue=2.0))
    return total + sum(itertools.starmap(lambda a, b: a * b * b, zip(values, values[1:])))


def selected_by_iterators(values):
    total = sum(v * v for v in itertools.takewhile(lambda v: v < 2.0, values))
    total += sum(v**3 for v in itertools.dropwhile(lambda v: v < 1.0, values))
    total += sum(v * v for v in itertools.filterfalse(lambda v: v < 1.0, values))
    return total + sum(v * v for v in itertools.compress(values, [1, 0, 1]))


def knots(inner):
    t = np.r_[[0.0] * 3, inner, 1.0]
    return np.sum(np.diff(t) ** 2 * t[1:])


def columns(x):
    return np.sum(np.c_[x, x * x, np.ones(3)] @ np.array([1.0, 2.0, 3.0]) * x)


def diagonal_added(m, noise):
    k = m @ m.T
    k[np.diag_indices_from(k)] += noise**2
    return np.linalg.slogdet(k)[1]


def unpacked_then_written(v):
    z = v * v
    for _ in range(3):
        a, b, c = z
        z[0] = a * b
        z[1] = b + c * a
    return np.sum(z**2)


def unpacked_rows_then_written(m):
    z = m * m
    top, bottom = z
    z[0] *= 2.0
    return np.sum(top * bottom + z)


def starred_then_written(v):
    first, *rest = v
    v[1] = first
    return rest[0] * v[1] * v[2]


def newton_steps(rates, y, h):
    """Implicit Euler steps of a reaction, each by Newton's method."""
    forth, back = rates
    for _ in range(2):
        z = y.copy()
        for _ in range(20):
            a, b = z
            f = np.array([-forth * a + back * b * b, forth * a - back * b * b])
            jacobian = np.array([[-forth, 2 * back * b], [forth, -2 * back * b]])
            step = np.linalg.solve(np.eye(2) - h * jacobian, z - y - h * f)
            z -= step
            if np.linalg.norm(step) < 1e-13:
                break
        y = z
    return y


V = 0.2 * array(3, seed=3) ** 2 + np.array([0.5, 1.5, 2.5])
L = [0.5, 1.5, 2.5]
CASES = [
    (controlled, ((2.0, 0.5), 1.0), (0, 1)),
    (controlled, ([2.0, 0.5], 1.0), (0, 1)),
    (controlled, (np.array([2.0, 0.5]), 1.0), (0, 1)),
    (spring_energy, ([2.0, 3.0],), 0),
    (spring_energy, ((2.0, 3.0),), 0),
    (spring_by_name, ({"stiffness": 2.0, "length": 3.0},), 0),
    (pair_by_star, ([2.0, 3.0],), 0),
    (pair_by_star, (np.array([2.0, 3.0]),), 0),
    (pair_by_name, ({"first": 2.0, "second": 3.0},), 0),
    (filled_by_star, ([2.0, 3.0],), 0),
    (filled_by_star, (np.array([2.0, 3.0]),), 0),
    (set_by_star, ([2.0, 3.0],), 0),
    (constant_among_values, ([2.0, 3.0],), 0),
    (constant_among_values, ((2.0, 2.0),), 0),
    (state_changed, ({"x": 0.5, "v": 0.5, "rate": 0.5, "steps": 1},), 0),
    (lists_for_arrays, ([1.5, 0.7, 2.2],), 0),
    (lists_for_arrays, (V,), 0),
    (nested_lists_for_arrays, (1.3,), 0),
    (nearest, (V, 1.4), 0),
    (nearest, (L, 1.4), 0),
    (longest, (array(3, 2, seed=4),), 0),
    (positions_from_params, (np.array([0.65, 0.3, 0.2]), V), (0, 1)),
    (positions_from_params, ([0.65, 0.3, 0.2], V), (0, 1)),
    *[(f, (a,), 0) for f in (running_products, pairs_of_values, joined_iterators) for a in (V, L)],
    *[(selected_by_iterators, (a,), 0) for a in (V, L)],
    (knots, (np.array([0.3, 0.6]),), 0),
    (columns, (V,), 0),
    (unpacked_then_written, (V,), 0),
    (unpacked_rows_then_written, (array(2, 3, seed=6),), 0),
    (starred_then_written, (V,), 0),
    (newton_steps, (np.array([0.4, 3.0]), np.array([1.0, 0.2]), 0.1), (0, 1, 2)),
    (diagonal_added, (array(3, 3, seed=5), 0.7), (0, 1)),
]
