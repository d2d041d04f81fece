"""Gradients called inside a differentiated function: right, found once for a kind of call, what follows stays known."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg
from srcgrad.runtime import nested_calls

A = np.array([[1.0, 0.5], [0.2, 2.0], [0.3, -1.0]])


def loss(w, a):
    return np.sum((A @ w - a) ** 2) + np.sum(w**4)


def energy(x):
    return 0.5 * x * x + 0.1 * x**4


def descent(a, n):
    w = np.zeros(2)
    slope = sg.grad(loss)
    for _ in range(n):
        w = w - 0.02 * slope(w, a)
    return np.sum(w * w)


def particle(x, n):
    v = 0.1
    for _ in range(n):
        v = v - 0.01 * sg.grad(energy)(x)
        x = x + 0.01 * v
    return x


def with_value(x, n):
    total = 0.0
    both = sg.value_and_grad(energy)
    for _ in range(n):
        value, slope = both(x)
        total = total + value * slope
        x = x - 0.1 * slope
    return total * x


def second_argument(a, n):
    w = np.ones(2)
    for _ in range(n):
        a = a - 0.05 * sg.grad(loss, argnums=1)(w, a)
        w = w - 0.02 * sg.grad(loss, 0)(w, a)
    return np.sum(a * a) + np.sum(w)


CASES = [
    (descent, np.array([0.3, -0.2, 1.0])),
    (particle, 0.7),
    (particle, np.float64(0.7)),
    (with_value, 0.7),
    (second_argument, np.array([0.3, -0.2, 1.0])),
]


@pytest.mark.parametrize("f,x", CASES)
def test_gradients_and_tangents(f, x):
    gradient = sg.grad(f)
    wanted = differences(lambda v: f(v, 4), x)
    for _ in range(3):
        np.testing.assert_allclose(gradient(x, 4), wanted, rtol=1e-5, atol=1e-8)
        along = np.cos(np.arange(np.size(x)) + 1.0).reshape(np.shape(x))[()]
        found = sg.jvp(f, (x, 4), (along, None))[1]
        np.testing.assert_allclose(found, np.sum(along * wanted), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("f,x", CASES)
def test_a_call_of_a_kind_that_came_before_is_bound_no_more(f, x, monkeypatch):
    gradient = sg.grad(f)
    gradient(x, 2)
    gradient(x, 2)
    asked = []
    monkeypatch.setattr(nested_calls, "function_for", lambda *args: asked.append(args))
    gradient(x, 20)
    assert not asked


@pytest.mark.parametrize("f,x", CASES)
def test_what_follows_is_known(f, x):
    gradient = sg.grad(f)
    gradient(x, 2)
    assert "dynamic" not in gradient.source
    assert not any(f"({op}, " in gradient.source for op in ("mul", "sub", "add"))


RATE = 0.5


def by_global(x):
    return RATE * np.sum(x**3)


def global_slope(x):
    return np.sum(sg.grad(by_global)(x) ** 2)


def test_globals_are_read_when_the_call_happens():
    global RATE
    gradient, x = sg.grad(global_slope), np.array([0.3, -0.4])
    for RATE in (0.5, 2.0, np.array(3.0), 0.25):
        for _ in range(3):
            np.testing.assert_allclose(gradient(x), 2.0 * (3 * RATE) ** 2 * 2.0 * x**3, rtol=1e-12)
    RATE = 0.5


def any_kind(x):
    slope = sg.grad(lambda v: np.sum(v**3))
    return np.sum(slope(x) * slope(x.astype(np.float32)) * 1.0) + np.sum(slope(x[:1]) + slope(x[0]))


def test_kinds_of_arguments():
    x = np.array([0.3, -0.4, 0.8])
    np.testing.assert_allclose(sg.grad(any_kind)(x), 36.0 * x**3 + np.array([12.0 * 0.3, 0.0, 0.0]), rtol=1e-5)


def shadowed(x):
    """The gradient of a function that was made here: what it captured carries derivatives."""
    total = 0.0
    for i in range(3):
        total = total + sg.grad(lambda v, k=float(i): np.sum(v * v * x) * (k + 1.0))(x * (i + 1.0))
    return np.sum(total)


def test_captured():
    x = np.array([0.3, -0.4])
    np.testing.assert_allclose(sg.grad(shadowed)(x), differences(shadowed, x), rtol=1e-6)
    assert sg.grad(shadowed)(0.7) == pytest.approx(differences(shadowed, 0.7), rel=1e-6)


def written_inside(w):
    u = w * 2.0
    u[0] = u[1] * w[0]
    return np.sum(u * u)


def step_in_place(w):
    u = w.copy()
    for _ in range(3):
        g = sg.grad(written_inside)(u)
        g *= 0.01
        u -= g
    return np.sum(u * w)


def test_in_place_around_inner_gradients():
    x = np.array([0.3, -0.4, 0.8])
    for _ in range(2):
        np.testing.assert_allclose(sg.grad(step_in_place)(x), differences(step_in_place, x), rtol=1e-6)
