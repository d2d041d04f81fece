"""What is read of an object soon after it was read or stored there: known, unless something happened between."""

from __future__ import annotations

import numpy as np
import pytest
from test_object_operators import right

import srcgrad as sg


class Body:
    def __init__(self, x, v):
        self.x, self.v = x, v


class Doubling(Body):
    """Reading x gives something else than was stored."""

    @property
    def x(self):
        return 2.0 * self.own

    @x.setter
    def x(self, value):
        self.own = value * value


class Logged:
    def __init__(self, x):
        self.log, self.x = [], x

    def __setattr__(self, name, value):
        if name == "x":
            self.log.append(value)
            value = 0.5 * value
        object.__setattr__(self, name, value)


def test_updates_of_attributes():
    def f(x, v, k):
        p = Body(x, v)
        for _ in range(4):
            force = -k * p.x - 0.1 * p.v
            p.v += 0.1 * force
            p.x += 0.1 * p.v
            p.x *= p.x + p.v
        return p.x * p.v

    right(f, 0.3, 1.1, 1.3)


def test_two_names_of_one_object():
    def f(x, v):
        p = Body(x, v)
        q = p
        total = 0.0
        for _ in range(3):
            before = p.x
            q.x += p.v * p.x
            total += p.x * before
            p.x -= 0.1 * q.x
            q.v = p.x * q.x
        return total + q.x * p.v

    right(f, 0.3, 1.1)


def test_objects_that_take_turns():
    def f(x, v):
        p, q = Body(x, v), Body(v, x)
        for _ in range(3):
            p.x += q.x * p.v
            p, q = q, p
            p.x += 0.1 * q.x
        return p.x * q.x

    right(f, 0.3, 1.1)


def test_properties_and_setattr():
    def f(x, v):
        p, q = Doubling(x, v), Logged(v)
        for _ in range(2):
            p.x += p.v * q.x
            q.x += p.x
            p.v *= q.x + q.log[-1]
        return p.x * q.x + p.v

    right(f, 0.3, 0.7)


def test_a_list_under_two_names_and_places_from_its_end():
    def f(x, y):
        s = [x, y, 0.5]
        t = s
        for i in range(3):
            s[0] += t[1] * s[0]
            t[-3] *= s[0]
            s[1] = s[0] * t[0] + t[-2]
            t[i] += s[i] * s[0]
            s[2] += s[0]
        return s[0] * s[1] + t[2]

    right(f, 0.3, 0.7)


def test_a_list_that_moves_between():
    def f(x, y):
        s = [x, y, 0.5]
        a = s[0] * s[1]
        s.reverse()
        a += s[0] * s[1]
        s.insert(0, x * y)
        a += s[0] * s[1]
        s[0] = s[0] * a
        del s[1]
        return a * s[0] + s[1]

    right(f, 0.3, 0.7)


def test_a_dict_within_a_dict():
    def f(x, y):
        d = {"a": x, "b": {"a": y}}
        inner = d["b"]
        for _ in range(3):
            d["a"] += inner["a"] * d["a"]
            inner["a"] *= d["a"]
            d["b"]["a"] += d["a"] * inner["a"]
        d.update(a=x)
        return d["a"] * inner["a"]

    right(f, 0.3, 0.7)


def test_numbers_that_become_arrays():
    def f(x):
        p = Body(0.0, x)
        for _ in range(3):
            p.x += p.v * p.v
        kept = p.x
        p.x += p.v
        return np.sum(kept * p.x)

    x = np.array([0.3, -0.7])
    wanted = [(f(x + h) - f(x - h)) / 2e-6 for h in np.eye(2) * 1e-6]
    gradient = sg.grad(f)
    for _ in range(3):
        np.testing.assert_allclose(gradient(x), wanted, rtol=1e-6)


def test_a_method_that_writes_between():
    class Counted(Body):
        def kick(self, by):
            self.v += by * self.x
            return self.v

    def f(x, v):
        p = Counted(x, v)
        total = p.v
        for _ in range(3):
            p.kick(x)
            total += p.v * p.kick(p.v) * p.v
        return total

    right(f, 0.3, 0.7)


def test_a_branch_that_writes_between():
    def f(x, v):
        p = Body(x, v)
        total = 0.0
        for i in range(4):
            total += p.x * p.v
            if i % 2:
                p.x = p.v * total
            total += p.x * p.x
        return total

    right(f, 0.3, 0.7)


def test_an_object_of_the_caller():
    def f(p, k):
        p.v += k * p.x
        p.x += p.v * p.v
        return p.x * p.v

    for _ in range(3):
        p = Body(0.3, 0.7)
        found, slope = sg.grad(f, argnums=(0, 1))(p, 1.3)
        v = 0.7 + 1.3 * 0.3
        x = 0.3 + v * v
        assert (p.x, p.v) == (x, v)
        assert found.x == pytest.approx(v + 1.3 * (2 * v * v + x))
        assert found.v == pytest.approx(2 * v * v + x)
        assert slope == pytest.approx(0.3 * (2 * v * v + x))


def test_derivatives_of_derivatives():
    def f(x, k):
        p, s = Body(x, k), [x, k]
        for _ in range(3):
            p.v += 0.1 * k * p.x
            p.x += p.v * s[0]
            s[0] += p.x * s[1]
        return p.x * p.v + s[0]

    right(lambda x, k: sg.grad(f)(x, k) ** 2, 0.7, 0.3)
