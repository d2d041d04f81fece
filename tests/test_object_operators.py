"""Operators on objects whose classes define them: calls like any other."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def right(f, *args):
    """The gradient and the tangent with respect to all arguments, twice each: the second call is a short one."""
    numbers = tuple(range(len(args)))
    gradient = sg.grad(f, argnums=numbers)
    wanted = [slope(f, args, i) for i in numbers]
    for _ in range(3):
        assert gradient(*args) == pytest.approx(wanted, rel=2e-5, abs=1e-7)
    assert sg.jvp(f, args, args)[1] == pytest.approx(np.dot(wanted, args), rel=2e-5, abs=1e-7)
    return gradient


def slope(f, args, i, step=1e-6):
    """A central difference in one argument."""
    there, back = ([a + h * (i == j) for j, a in enumerate(args)] for h in (step, -step))
    return (f(*there) - f(*back)) / (2.0 * step)


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)

    def __rmul__(self, s):
        return Vec(s * s * self.x, s * self.y)

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Longer(Vec):
    def __add__(self, other):
        return Longer(self.x + 2.0 * other.x, self.y + other.y)

    def __radd__(self, other):
        return Longer(3.0 * self.x + other.x, self.y * other.y)


class Ledger:
    def __init__(self, total):
        self.total = total

    def __iadd__(self, x):
        self.total = self.total + x * x
        return self


class Other:
    def __init__(self, x):
        self.x = x

    def __rmul__(self, other):
        return Maybe(self.x * other.x * 2.0)


class Maybe:
    def __init__(self, x):
        self.x = x

    def __mul__(self, other):
        if isinstance(other, Other):
            return NotImplemented
        return Maybe(self.x * other)


def test_states_that_an_integrator_replaces():
    def f(x, y, k):
        p, v = Vec(x, y), Vec(0.0, 1.0)
        for _ in range(5):
            v = v + p * (-k) * 0.1
            p = p + 0.1 * v
        return p.dot(p) + (-v).dot(p)

    gradient = right(f, 0.3, 0.1, 1.2)
    assert "dynamic" not in gradient.source


def test_one_object_on_both_sides_and_under_two_names():
    def f(x, y):
        p = Vec(x, y)
        q = p
        r = p + q
        q.x = q.x * y
        return (r + p).dot(q)

    right(f, 0.3, 1.1)


def test_operators_that_assign():
    def f(x, y):
        v = Vec(x, y)
        before = v
        for _ in range(3):
            v += Vec(y, x * y)
            v *= x
        return v.dot(before)

    gradient = right(f, 0.3, 1.1)
    assert "dynamic" not in gradient.source


def test_a_method_that_assigns_in_place():
    def f(x):
        a = Ledger(x)
        b = a
        for _ in range(3):
            a += x
        return b.total * a.total

    right(f, 0.7)


def test_a_subclass_comes_first():
    def f(x, y):
        return (Longer(x, y) + Vec(y, x)).dot(Vec(x, y) + Longer(y, x))

    p, q = Longer(0.3, 1.1) + Vec(1.1, 0.3), Vec(0.3, 1.1) + Longer(1.1, 0.3)
    assert f(0.3, 1.1) == p.dot(q)
    right(f, 0.3, 1.1)


def test_a_method_that_declines():
    def f(x, y):
        return (Maybe(x) * Other(y)).x + (Maybe(x) * y).x ** 2

    right(f, 0.3, 1.1)


def test_methods_that_are_replaced_between_calls():
    class Scaled:
        def __init__(self, x):
            self.x = x

        def __mul__(self, s):
            return self.x * s

    def f(x):
        return Scaled(x) * x

    gradient = sg.grad(f)
    assert gradient(3.0) == 6.0
    assert gradient(3.0) == 6.0
    Scaled.__mul__ = lambda self, s: self.x * s * s
    assert gradient(3.0) == 27.0


def test_derivatives_of_derivatives():
    def f(x, k):
        p = Vec(x, x * k)
        for _ in range(3):
            p = p + p * k
        return p.dot(p)

    def again(x):
        return sg.grad(lambda u: f(u, 0.5))(x) ** 2

    right(again, 0.7)
