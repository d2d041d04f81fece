"""Objects that a function gets under two names, or also finds as a global: what serves two does not."""

from __future__ import annotations

import types

import numpy as np
import pytest

import srcgrad as sg


class Held:
    def __init__(self, w):
        self.w = w


WORLD = Held(2.0)
COUNTS = {"calls": 0}


def both(gradient, *calls):
    """Each call twice over, so that short ways made for one kind are asked to serve the others."""
    for _ in range(3):
        for args, wanted in calls:
            np.testing.assert_allclose(gradient(*args()), wanted)


def test_one_object_as_two_arguments():
    def f(p, q, x):
        p.w = x * x
        return q.w * x

    def same():
        p = Held(2.0)
        return p, p, 0.5

    gradient = sg.grad(f, argnums=2)
    both(gradient, (lambda: (Held(2.0), Held(3.0), 0.5), 3.0), (same, 0.75))
    both(sg.grad(f, argnums=2), (same, 0.75), (lambda: (Held(2.0), Held(3.0), 0.5), 3.0))


def test_one_list_as_two_arguments():
    def f(a, b, x):
        a.append(x * x)
        b.append(x)
        return a[0] * x + b[0]

    def same():
        a = []
        return a, a, 0.5

    both(sg.grad(f, argnums=2), (lambda: ([], [], 0.5), 1.75), (same, 1.75))
    both(sg.grad(f, argnums=2), (same, 1.75), (lambda: ([], [], 0.5), 1.75))


def test_which_of_several_is_the_same():
    def f(held, x):
        held["a"].w = x * x
        return held["b"].w * x + held["c"].w

    def call(pattern):
        made = {name: Held(2.0) for name in pattern}
        return {key: made[name] for key, name in zip("abc", pattern)}, 0.5

    calls = [(lambda: call("pqr"), 2.0), (lambda: call("ppq"), 0.75), (lambda: call("pqp"), 3.0)]
    calls += [(lambda: call("pqq"), 2.0), (lambda: call("ppp"), 1.75)]
    both(sg.grad(f, argnums=1), *calls)


def test_objects_that_only_keys_tell():
    class Slotted:
        __slots__ = ("inner",)

        def __init__(self, inner):
            self.inner = inner

    def f(a, p, x):
        p.w = x * x
        return a.inner.w * x

    def same():
        p = Held(2.0)
        return Slotted(p), p, 0.5

    both(sg.grad(f, argnums=2), (lambda: (Slotted(Held(3.0)), Held(2.0), 0.5), 3.0), (same, 0.75))


def test_objects_captured_and_given():
    def make(held):
        def f(p, x):
            p.w = x * x
            return held.w * x

        return f

    p = Held(2.0)
    gradient = sg.grad(make(p), argnums=1)
    for _ in range(3):
        p.w = 2.0
        assert gradient(Held(3.0), 0.5) == 2.0
    assert gradient(p, 0.5) == 0.75


def test_an_argument_that_is_a_global():
    def f(p, x):
        p.w = x * x
        return WORLD.w * x

    gradient = sg.grad(f, argnums=1)
    for _ in range(3):
        WORLD.w = 2.0
        assert gradient(Held(3.0), 0.5) == 2.0
    for given in (WORLD, types.SimpleNamespace(w=1.0, other=[WORLD])):
        if given is WORLD:
            with pytest.raises(sg.UnsupportedError, match="what is held by the global 'WORLD'"):
                gradient(given, 0.5)
        else:
            with pytest.raises(sg.UnsupportedError, match="'p'"):
                gradient(given, 0.5)


def test_a_global_that_only_counts():
    def step(counts, x):
        counts["calls"] += 1
        return x * x * (1.0 + 0.0 * COUNTS["calls"])

    def f(x):
        return step(COUNTS, x)

    gradient = sg.grad(f)
    for _ in range(3):
        assert gradient(0.5) == 1.0


def test_a_graph_as_an_argument():
    class Cell:
        def __init__(self, v):
            self.v, self.near = v, []

    cells = [Cell(0.1 * i) for i in range(40)]
    for i, cell in enumerate(cells):
        cell.near = [cells[(i + step) % 40] for step in (-7, -1, 1, 7)]

    def f(x, cells):
        total = 0.0
        for cell in cells:
            for other in cell.near:
                total = total + x * (cell.v - x * other.v) ** 2
        return total

    gradient = sg.grad(f)
    for _ in range(3):
        assert gradient(0.7, cells) == pytest.approx((f(0.7 + 1e-6, cells) - f(0.7 - 1e-6, cells)) / 2e-6)


WEIGHTS = np.array([0.3, 0.8, 0.5])


def held_beside_a_global(x):
    items = [x]
    return np.sum(items[0] ** 2 * WEIGHTS)


def test_a_global_array_as_the_argument():
    def slope(x):
        return sg.jvp(held_beside_a_global, (x,), (np.ones(3),))[1]

    gradient = sg.grad(slope)
    for _ in range(2):
        np.testing.assert_allclose(gradient(WEIGHTS.copy()), 2.0 * WEIGHTS)
        for shared in (WEIGHTS, WEIGHTS[::-1]):
            with pytest.raises(sg.UnsupportedError, match=r"memory of the global 'WEIGHTS' as well.*pass a copy"):
                gradient(shared)
    np.testing.assert_allclose(sg.grad(held_beside_a_global)(WEIGHTS), 2.0 * WEIGHTS**2)
