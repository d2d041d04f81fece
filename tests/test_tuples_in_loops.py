"""Tuples whose length is seen in one place and not in another: states of integrators."""

from __future__ import annotations

import numpy as np
from test_one_of_several import right


def lotka(s, p):
    x, y = s
    return p * x - x * y, x * y - y


def step(f, s, h, p):
    k1 = f(s, p)
    k2 = f(tuple(a + h * k for a, k in zip(s, k1)), p)
    return tuple(a + 0.5 * h * (u + v) for a, u, v in zip(s, k1, k2))


def test_a_state_that_begins_as_a_display():
    def f(p):
        s = (p, 0.5)
        for _ in range(8):
            s = step(lotka, s, 0.1, p)
        return s[0] ** 2 + s[1]

    gradient = right(f, 0.7)
    assert "dynamic" not in gradient.source


def test_a_state_that_begins_as_a_constant():
    def f(p):
        s = (1.0, 0.5)
        for i in range(8):
            s = step(lotka, s, 0.1, p) if i % 3 else (s[1] * p, s[0])
        first, second = s
        return first * second

    gradient = right(f, 0.7)
    assert "dynamic" not in gradient.source


def test_arrays_of_several_shapes_in_one_state():
    def f(x):
        s = (x, np.sum(x))
        for i in range(4):
            s = tuple(part * np.sin(s[1]) for part in s) if i % 2 else (s[0] * 2.0, s[1] * s[1])
        return np.sum(s[0]) * s[1]

    right(f, np.array([0.3, -0.7]))


def test_tuples_that_may_be_longer():
    def f(x):
        found = ()
        for i in range(3):
            found = tuple(found) + (x * i,)
        return sum(part * part for part in found)

    right(f, 0.7)


def test_dict_fromkeys():
    def f(x):
        change = dict.fromkeys({"a": x, "b": 2.0}, 0.0)
        start = dict.fromkeys(("a", "b"), x * x)
        for name in change:
            change[name] += start[name] * x
            start[name] = change["a"]
        empty = dict.fromkeys(change)
        return sum(change.values()) * start["b"] if empty["a"] is None else x

    right(f, 0.7)
