"""Gradients called inside a differentiated function, in all the ways that programs come to call one."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg


def energy(q, k=1.5):
    return 0.5 * k * np.sum(q * q) + 0.1 * np.sum(q**4)


def pair(q, p, k):
    return 0.5 * np.sum(p * p) * k + 0.25 * k * np.sum(q**4) * np.sum(np.cos(p))


def folded(q):
    if np.sum(q) < 0.0:
        return np.sum(q**3)
    return np.sum(q**4)


def helped(q):
    return energy(q, 2.0) + np.sum(np.tanh(q)) ** 2


def rewritten(q):
    w = q * 2.0
    w[0] = w[-1] * q[0]
    return np.sum(w * w)


def overwritten(q):
    q[0] = q[0] * q[-1]
    return np.sum(q**3)


force = sg.grad(energy)
forces = sg.value_and_grad(pair, argnums=(0, 1))


def made_outside(x):
    v = np.zeros_like(x)
    for _ in range(4):
        v = v - 0.1 * force(x)
        x = x + 0.1 * v
    return np.sum(x * v)


def made_inside(x):
    v = np.zeros_like(x)
    for _ in range(4):
        v = v - 0.1 * sg.grad(energy)(x, 0.7)
        x = x + 0.1 * v
    return np.sum(x * v)


def keyword(x):
    return np.sum(sg.grad(energy)(x, k=np.sum(x)) ** 2)


def two_arguments(x):
    p, total = 0.5 * x, 0.0
    for i in range(3):
        value, (x_slope, p_slope) = forces(x, p, 1.0 + i)
        x, p, total = x + 0.1 * p_slope, p - 0.1 * x_slope, total + value
    return total * np.sum(x * p)


def tuple_alone(x):
    found = sg.grad(pair, (1, 2))(x, 2.0 * x, np.sum(x))
    return np.sum(found[0] ** 2) * found[1]


def closure(x):
    v, k = np.zeros_like(x), np.sum(x)
    for i in range(3):
        v = v - 0.1 * sg.grad(lambda q: energy(q) * k + np.sum(q**3 * x) * (i + 1.0))(x)
        x = x + 0.1 * v
    return np.sum(x * v)


def closure_of_two_ways(x):
    def f(q):
        if np.sum(q) < 0.0:
            return np.sum(q**3 * x)
        return np.sum(q**2 * x) * np.sum(x)

    slope = sg.grad(f)
    return np.sum(slope(x) * slope(-x))


def two_ways(x):
    total = 0.0
    for sign in (1.0, -1.0, 1.0):
        total = total + np.sum(sg.grad(folded)(sign * x) ** 2)
    return total


def default(x):
    def f(q, c=2.0 * x):
        return np.sum(q**2 * c)

    return np.sum(sg.grad(f)(x**2))


def with_calls(x):
    for _ in range(3):
        x = x - 0.05 * sg.grad(helped)(x)
    return np.sum(x**2)


def with_writes(x):
    for _ in range(3):
        x = x - 0.05 * sg.grad(rewritten)(x)
    return np.sum(x**2)


def with_overwritten(x):
    w = x * 1.0
    slope = sg.grad(overwritten)(w)
    return np.sum(slope * w)


def result_written(x):
    u, total = x.copy(), 0.0
    for _ in range(3):
        slope = sg.grad(energy)(u)
        slope *= 0.1
        slope[0] = slope[0] * slope[-1]
        u -= slope
        total = total + np.sum(slope * u)
    return total


def argument_written(x):
    u, slope = x.copy(), sg.grad(energy)
    v = slope(u)
    u[0] = v[-1] * u[0]
    w = slope(u[:2])
    u += v
    return np.sum(slope(u) * v) + np.sum(w)


def of_a_constant(x):
    c = np.array([0.3, 0.5, -0.2])
    return np.sum(sg.grad(energy)(c) * x) + np.sum(sg.grad(lambda q: np.sum(q**2 * x))(c))


def same_object(x):
    def f(q):
        total = 0.0
        for part in [q, x]:
            total = total + np.sum(part**3) * total + np.sum(part**2)
        return total

    return np.sum(sg.grad(f)(x) * x)


def until(x):
    w, slope, steps = np.zeros(3), sg.grad(lambda w: np.sum((w - x) ** 2) + np.sum(w**4) * np.sum(x)), 0
    while np.sum(slope(w) ** 2) > 1e-3 and steps < 60:
        w = w - 0.1 * slope(w)
        steps += 1
    return np.sum(w * x)


def third(x):
    return np.sum(sg.grad(lambda q: np.sum(sg.grad(lambda r: np.sum(r**4 * q))(q) ** 2))(x))


def chosen(x):
    def of(f, w):
        return w - 0.1 * sg.grad(f)(w)

    return np.sum(of(folded, of(energy, x)) ** 2)


def several(x):
    for f in (energy, folded, helped):
        x = x - 0.05 * sg.grad(f)(x)
    return np.sum(x**2)


class System:
    def __init__(self, k):
        self.k, self.slope = k, sg.grad(self.energy)

    def energy(self, q):
        return energy(q, self.k) + np.sum(self.k * q**3)

    def force(self, q):
        return -sg.grad(self.energy)(q)

    def held(self, q):
        return -self.slope(q)


def methods(x):
    system, v = System(np.sum(x)), 0.0
    for _ in range(3):
        v = v + 0.1 * system.force(x) + 0.05 * system.held(x)
        x = x + 0.1 * v
    return np.sum(x**2)


PROGRAMS = [
    made_outside, made_inside, keyword, two_arguments, tuple_alone, closure, closure_of_two_ways, two_ways, default,
    with_calls, with_writes, with_overwritten, result_written, argument_written, of_a_constant, same_object, until,
    third, chosen, several, methods,
]  # fmt: skip
X = np.array([0.4, 0.7, -0.3])


@pytest.mark.parametrize("f", PROGRAMS)
def test_gradients_and_tangents(f):
    gradient, wanted, along = sg.grad(f), differences(f, X), np.array([0.3, -1.0, 0.6])
    for _ in range(4):
        np.testing.assert_allclose(gradient(X), wanted, rtol=2e-5, atol=1e-7)
    for _ in range(2):
        value, tangent = sg.jvp(f, (X,), (along,))
        assert value == pytest.approx(f(X), rel=1e-12)
        assert tangent == pytest.approx(np.sum(wanted * along), rel=2e-5)
    np.testing.assert_array_equal(X, [0.4, 0.7, -0.3])


@pytest.mark.parametrize("f", PROGRAMS)
def test_twice(f):
    along = np.array([0.3, -1.0, 0.6])
    wanted = differences(lambda x: np.sum(sg.grad(f)(x) * along), X)
    np.testing.assert_allclose(sg.hvp(f)(X, along), wanted, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(sg.grad(lambda x: np.sum(sg.grad(f)(x) * along))(X), wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("f", [made_outside, made_inside, two_arguments, with_writes, methods])
def test_other_kinds(f):
    """After one kind of argument another: lists of one, float32, other lengths."""
    gradient = sg.grad(f)
    for x in (X, X[:1], np.array([0.1, 0.2]), X, X.astype(np.float32), X):
        rough = x.dtype == np.float32
        found, wanted = gradient(x), differences(f, x.astype(float))
        assert found.dtype == x.dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-3 if rough else 2e-5, atol=1e-3 if rough else 1e-7)
