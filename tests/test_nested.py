"""Derivatives of derivatives: orders, nestings, derivatives taken inside the function that is differentiated."""

from __future__ import annotations

import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, 0.5, 1.7, 0.2, 1.1])


def nested(f: Any, order: int, x: float) -> Any:
    for _ in range(order):
        f = sg.grad(f)
    return f(x)


def sine(x: Any) -> Any:
    return np.sin(x)


def power(x: Any) -> Any:
    return x**5


def exponential(x: Any) -> Any:
    return np.exp(2.0 * x)


@pytest.mark.parametrize("order", range(5))
def test_orders_against_closed_forms(order: int) -> None:
    x = 0.7
    assert nested(sine, order, x) == pytest.approx(np.sin(x + order * np.pi / 2), abs=1e-13)
    assert nested(power, order, x) == pytest.approx(math.perm(5, order) * x ** (5 - order), abs=1e-12)
    assert nested(exponential, order, x) == pytest.approx(2.0**order * np.exp(2.0 * x), rel=1e-13)
    assert sg.derivative(exponential, order)(x) == pytest.approx(2.0**order * np.exp(2.0 * x), rel=1e-13)


# ---------------------------------------------------------------------------------------------- derivatives inside


def energy(x: Any, w: Any) -> Any:
    return np.sum(np.tanh(x * w) ** 2) + np.sum(w**3 * x)


def captured(x: Any) -> Any:
    return np.sum(sg.grad(lambda y: np.sum(x * y**3 + y))(x) ** 2)


def captured_by_a_function_that_derives(x: Any) -> Any:
    def f(y: Any) -> Any:
        return np.sum((y - x) ** 4)

    def slope(y: Any) -> Any:
        return sg.grad(f)(y)

    return np.sum(slope(np.ones(5)) ** 2) + np.sum(slope(x * x) ** 3)


def descent(x: Any) -> Any:
    gradient = sg.grad(energy, 1)
    w = np.ones(5)
    for _ in range(4):
        w = w - 0.1 * gradient(x, w)
    return np.sum(w**2)


def until_small(x: Any) -> Any:
    w, n = x * 0.1, 0
    while True:
        value, g = sg.value_and_grad(energy, 1)(x, w)
        w = w - 0.1 * g
        n += 1
        if np.sum(g * g) < 1e-1 or n > 20:
            break
    return np.sum(w * w) + value


def tangents(x: Any) -> Any:
    y, t = sg.jvp(lambda z: np.sin(z) * x, (x,), (np.ones_like(x),))
    return np.sum(t * y)


def pullbacks(x: Any) -> Any:
    y, pullback = sg.vjp(lambda z: np.sin(z) * x, x)
    (b,) = pullback(x * 2)
    return np.sum(b**2) + np.sum(y)


def stencil(u: Any) -> Any:
    a = np.zeros(5)
    a[:] = u
    for _ in range(3):
        a[1:-1] += 0.1 * a[:-2] * a[2:]
    return np.sum(a**3)


def of_stencil(x: Any) -> Any:
    return np.sum(sg.grad(stencil)(x) ** 2)


def of_dict(x: Any) -> Any:
    def loss(p: Any) -> Any:
        return np.sum(p["a"] ** 3 * p["b"][0]) * p["b"][1]

    g = sg.grad(loss)({"a": x, "b": [x**2, np.sum(x)]})
    return np.sum(g["a"] * g["b"][0]) + g["b"][1]


class Model:
    def __init__(self, w: Any) -> None:
        self.w = w

    def loss(self, x: Any) -> Any:
        return np.sum(np.sin(self.w * x) ** 2)


def of_method(x: Any) -> Any:
    return np.sum(sg.grad(Model(x * 2).loss)(x) ** 2)


def of_object(x: Any) -> Any:
    def loss(model: Any) -> Any:
        return model.loss(x)

    return np.sum(sg.grad(loss)(Model(x * 2)).w ** 2)


def breaking(x: Any) -> Any:
    s = 0.0
    for _ in range(10):
        s = s + np.sum(x**3) * 0.1
        if s > 1.0:
            break
    return s * s


def early(x: Any) -> Any:
    if x[0] > 0.2:
        return np.sum(x**3)
    return np.sum(x**2)


def recursive(x: Any, n: int) -> Any:
    return np.sum(x) if n == 0 else recursive(x * x * 0.7 + 0.1, n - 1) * 0.9


def listed(x: Any) -> Any:
    items = []
    for i in range(5):
        items.append(x[i] ** 3)
    return sum(items) * items[2]


def raising(x: Any) -> Any:
    try:
        if x[0] > 0:
            raise ValueError(np.sum(x))
        return np.sum(x**2)
    except ValueError:
        return np.sum(x**3)


def cube(x: Any) -> Any:
    return x * x * x


def mapped(x: Any) -> Any:
    def total(z: Any) -> Any:
        t = 0.0
        for f, v in [(np.sin, z), (cube, z), (np.exp, z * z)]:
            t = t + np.sum(f(v))
        return t

    return np.sum(sg.grad(total)(x) ** 2)


def hessian_vector(x: Any) -> Any:
    def h(y: Any) -> Any:
        return np.sum(y * np.sin(y))

    return np.sum(sg.jvp(sg.grad(h), (x,), (x**2,))[1])


def listed_sum(x: Any) -> Any:
    parts = {"a": 0.8, "b": x[1]}
    s = np.cos(np.sum([0.0, parts["a"], parts["b"]]))
    return s


def called_twice(x: Any) -> Any:
    return listed_sum(x * 1.0) * listed_sum(x * 2.0)


def squared(f: Any, *rest: Any) -> Any:
    def program(x: Any) -> Any:
        return np.sum(sg.grad(f)(x, *rest) ** 2)

    program.__name__ = f"squared_{f.__name__}"
    return program


PROGRAMS = [
    captured, captured_by_a_function_that_derives, descent, until_small, tangents, pullbacks, of_stencil, of_dict,
    of_method, of_object, mapped,
    hessian_vector, squared(breaking), squared(early), squared(recursive, 3), squared(listed), squared(raising),
    squared(called_twice),
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_derivatives_inside_a_differentiated_function(program: Any) -> None:
    sg.check_grads(program, (X,), modes=("rev", "fwd"))


def spread_number(x: Any) -> Any:
    table = {"squares": lambda u: u[0] * u[1]}
    squares = table["squares"](np.broadcast_to(np.sum(x * x), (2, 5)))
    squares[0] = 1.0
    return np.sum(squares)


def test_adjoints_of_a_number_that_was_spread_out() -> None:
    sg.check_grads(spread_number, (X,), order=2, modes=("rev", "fwd"))


def test_no_perturbation_confusion() -> None:
    # d/dx [x d/dy (x y)] = 2x, where the inner derivative must not see the outer direction
    def f(x: Any) -> Any:
        return x * sg.grad(lambda y: x * y)(1.0)

    assert sg.grad(f)(3.0) == 6.0
    assert sg.jvp(f, (3.0,), (1.0,))[1] == 6.0

    def g(x: Any) -> Any:
        return x * sg.jvp(lambda y: x * y, (1.0,), (1.0,))[1]

    assert sg.grad(g)(3.0) == 6.0
    assert sg.jvp(g, (3.0,), (1.0,))[1] == 6.0


def test_three_levels_in_one_function() -> None:
    def f(x: Any) -> Any:
        return sg.grad(lambda a: sg.grad(lambda b: a * b**3 * x)(a))(x)

    assert f(1.3) == pytest.approx(9 * 1.3**3)
    assert sg.grad(f)(1.3) == pytest.approx(27 * 1.3**2)


def rows(x: Any) -> Any:
    if len(x) == 1:
        return x[0][0]
    found = 0
    for j in range(len(x)):
        found += (-1) ** j * x[0][j] * rows([np.concatenate((row[:j], row[j + 1 :])) for row in x[1:]])
    return found


def expanded(x: Any) -> Any:
    return rows(np.array([x[:2], x[2:4]]) * x[4]) ** 2


def rotated(x: Any) -> Any:
    state = np.array([1.0, 0.5j])
    for t in x:
        state = np.array([[np.cos(t), -1j * np.sin(t)], [-1j * np.sin(2.0 * t), np.cos(t)]]) @ state
    return np.abs(state) ** 2 @ np.array([1.0, 2.0])


def elements(x: Any) -> Any:
    matrix, load = np.eye(5), np.zeros(5)
    for i in range(4):
        pair = np.array([i, i + 1])
        matrix[np.ix_(pair, pair)] += np.exp(x[i]) * np.array([[1.0, -1.0], [-1.0, 1.0]])
        load[pair] += x[i + 1] / 3
    free = np.setdiff1d(np.arange(5), [0])
    u = np.zeros(5)
    u[free] = np.linalg.solve(matrix[np.ix_(free, free)], load[free])
    return u @ matrix @ u


class Charge:
    def __init__(self, place: Any, charge: Any) -> None:
        self.place, self.charge = place, charge

    def energy(self, other: Any) -> Any:
        return self.charge * other.charge / (1.0 + (self.place - other.place) ** 2)


def charges(x: Any) -> Any:
    held = [Charge(x[i], x[i + 1]) for i in range(4)]
    total = 0.0
    for i, one in enumerate(held):
        for other in held[i + 1 :]:
            total = total + one.energy(other)
    return total


@pytest.mark.parametrize(
    "f", [stencil, breaking, early, listed, expanded, rotated, elements, charges], ids=lambda f: f.__name__
)
def test_hessians_by_all_nestings(f: Any) -> None:
    v = np.linspace(-1.0, 1.0, 5)
    hessian = sg.hessian(f)(X)
    assert hessian.shape == (5, 5)
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-12)
    np.testing.assert_allclose(sg.hvp(f)(X, v), hessian @ v, atol=1e-12)
    np.testing.assert_allclose(sg.vhp(f)(X, v), hessian @ v, atol=1e-12)
    _, pushed = sg.jvp(sg.grad(f), (X,), (v,))
    np.testing.assert_allclose(pushed, hessian @ v, atol=1e-12)
    gradient = sg.grad(f)
    want = (gradient(X + 1e-6 * v) - gradient(X - 1e-6 * v)) / 2e-6
    np.testing.assert_allclose(hessian @ v, want, rtol=1e-6, atol=1e-7)


def test_mixed_second_derivatives() -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x * y**2)

    blocks = sg.hessian(f, (0, 1))(X, X)
    np.testing.assert_allclose(blocks[0][1], np.diag(2.0 * X))
    np.testing.assert_allclose(blocks[1][1], np.diag(2.0 * X))
    both = sg.hvp(f, (0, 1))(X, X, (X, X))
    np.testing.assert_allclose(both[0], 2.0 * X * X)
    np.testing.assert_allclose(sg.vhp(f, (0, 1))(X, X, (X, X))[1], both[1])


def test_user_code_runs_once() -> None:
    calls = []

    def f(x: Any) -> Any:
        calls.append(1)
        return np.sum(x**3)

    second = sg.hvp(f)
    second(X, X)
    calls.clear()
    second(X, X)
    assert len(calls) == 1


def test_source_of_second_order_is_short_and_runs() -> None:
    second = sg.grad(sg.grad(power))
    second(2.0)
    assert len(second.source.splitlines()) < 12
    assert "bars" not in second.source
    assert second.cache_info().signatures == 1


def test_caches_do_not_grow_with_turns() -> None:
    outer = sg.grad(descent)
    outer(X)
    from srcgrad.dispatch import dispatcher_of
    from srcgrad.frontend import programs

    def count() -> int:
        return sum(len(found) for found in dispatcher_of(programs.program_of(energy)).entries.values())

    before = count()
    for _ in range(3):
        outer(X)
    assert count() == before


def test_check_grads_of_higher_orders() -> None:
    sg.check_grads(energy, (X, X), order=2, modes=("rev", "fwd"))
    sg.check_grads(stencil, (X,), order=2, modes=("rev", "fwd"))
    sg.check_grads(cube, (X,), order=3, modes=("rev", "fwd"))
    with pytest.raises(ValueError, match="order=0"):
        sg.check_grads(cube, (X,), order=0)


def test_sign_of_a_complex_number_has_a_derivative() -> None:
    z = np.array([0.3 + 0.4j, 1.0 - 2.0j])
    sg.check_grads(lambda z: np.sign(z), (z,), modes=("rev", "fwd"))
    sg.check_grads(lambda z: np.abs(z), (z,), order=2, modes=("rev", "fwd"))


def test_conversion_to_complex_keeps_both_parts() -> None:
    sg.check_grads(lambda z: complex(z) ** 2, (0.3 + 0.4j,), modes=("rev", "fwd"))


def test_orders_and_directions_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="not negative"):
        sg.derivative(sine, -1)
    with pytest.raises(TypeError, match="whole number"):
        sg.derivative(sine, 1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="direction"):
        sg.hvp(stencil)(X)
    with pytest.raises(ValueError, match="out of range"):
        sg.hvp(stencil, 2)(X, X)


def test_descent_inside_descent_and_a_particle_driven_by_a_gradient() -> None:
    space = runpy.run_path(str(Path(__file__).parent.parent / "examples" / "nested_derivatives.py"))
    np.testing.assert_allclose(space["saddle_point"](), [0.5, 0.5], atol=1e-4)
    assert space["aim"]() == pytest.approx(1.5, abs=1e-4)
