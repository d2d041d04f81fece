"""Gradients with options in functions that are differentiated, and arguments that hold one object at two places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, 0.5, 1.7, 0.2, 1.1])
WEIGHTS = np.array([1.0, 2.0, 3.0, 0.5, 1.5])


def both_modes(f: Any, *args: Any) -> None:
    sg.check_grads(f, args, modes=("rev", "fwd"))


def energy(x: Any, w: Any) -> Any:
    u = np.zeros(5)
    u[:] = x * w
    for i in range(1, 5):
        u[i] += 0.3 * u[i - 1] * np.sin(u[i])
    return np.sum(np.tanh(u) ** 2) + np.sum(w**3 * x)


def weighted(x: Any, k: Any = 2.0) -> Any:
    return np.sum((WEIGHTS * x) ** 3) * k


class Model:
    def __init__(self, w: Any, b: Any) -> None:
        self.w = w
        self.parts = {"b": b}

    def loss(self, x: Any) -> Any:
        h = x
        for _ in range(2):
            h = np.sin(self.w * h + self.parts["b"])
        return np.sum(h * h)


# -------------------------------------------------------------------------------------------------------------- debug


def test_gradients_with_checks() -> None:
    checked = sg.grad(energy, (0, 1), debug=True)

    def program(x: Any) -> Any:
        a, b = checked(x, x * x)
        value, g = sg.value_and_grad(energy, "w", debug=True)(x, w=np.sin(x))
        return np.sum(a * b) + value * np.sum(g)

    both_modes(program, X)
    both_modes(checked, X, WEIGHTS)
    for inner in (True, False):
        assert sg.grad(sg.grad(lambda x: x**3, debug=inner), debug=True)(2.0) == 12.0


def test_checks_speak_in_derivatives_of_derivatives() -> None:
    roots = sg.grad(lambda y: np.sum(np.sqrt(y)), debug=True)
    with pytest.raises(sg.NotFiniteError, match=r"test_nested_options.py:\d+: the adjoint of y became inf"):
        with np.errstate(all="ignore"):
            sg.grad(lambda x: np.sum(roots(x)))(np.zeros(2))
    logs = sg.grad(lambda y: np.sum(np.log(y)), debug=True)
    with pytest.raises(sg.NotFiniteError, match=r"the value of .* is -?inf"):
        with np.errstate(all="ignore"):
            sg.jvp(lambda x: np.sum(logs(x)), (np.zeros(2),), (np.ones(2),))


# ---------------------------------------------------------------------------------------------------------------- wrt


def of_an_attribute(x: Any) -> Any:
    model = Model(x * 2.0, np.cos(x))
    w, b = sg.grad(model.loss, wrt=("self.w", "self.parts['b']"))(x)
    return np.sum(w * b) + np.sum(model.w * w)


def of_a_captured_variable(x: Any) -> Any:
    total = 0.0
    for k in range(3):
        w = np.cos(x + k)

        def loss(y: Any) -> Any:
            return np.sum((w * y) ** 3)

        value, g = sg.value_and_grad(loss, wrt="w")(x * x)
        total = total + value * np.sum(g * w)
    return total


def of_a_global(x: Any) -> Any:
    by_weights, by_x = sg.grad(weighted, wrt=("WEIGHTS", "x"))(np.sin(x), k=x[0])
    return np.sum(by_weights * by_x * x)


@pytest.mark.parametrize("f", [of_an_attribute, of_a_captured_variable, of_a_global], ids=lambda f: f.__name__)
def test_gradients_by_named_variables(f: Any) -> None:
    both_modes(f, X)


def test_gradients_by_named_variables_outermost() -> None:
    gradient = sg.grad(weighted, wrt="WEIGHTS")
    both_modes(gradient, X, 2.0)
    # the last argument is k, not the variable
    both_modes(lambda k: sg.grad(lambda x, k: np.sum(gradient(x, k)), -1)(X, k), 2.0)
    second = sg.grad(lambda x: np.sum(gradient(x)), wrt="x")
    np.testing.assert_allclose(second(X), 18.0 * WEIGHTS**2 * X**2)
    model = Model(X, WEIGHTS)
    both_modes(sg.grad(model.loss, wrt="self.w"), X)
    np.testing.assert_allclose(sg.jacobian(gradient)(X), np.diag(18.0 * WEIGHTS**2 * X**2))


# ------------------------------------------------------------------------------------------------------- holomorphic


def test_complex_derivatives() -> None:
    def wave(z: Any) -> Any:
        u = z * 1.0
        for _ in range(2):
            u = np.sin(u) * z
        return np.sum(u)

    def of_pairs(pair: Any) -> Any:
        return wave(pair["z"]) * pair["c"][0] ** 2

    def program(x: Any) -> Any:
        z = x * (1.0 + 0.5j)
        g = sg.grad(wave, holomorphic=True)(z)
        both = sg.grad(of_pairs, holomorphic=True)({"z": z, "c": [z[0]]})
        return np.sum(np.abs(g) ** 2) + np.sum((both["z"] * g).imag) + np.abs(both["c"][0])

    both_modes(program, X[:3])
    twice = sg.grad(sg.grad(lambda z: z**4, holomorphic=True), holomorphic=True)
    assert twice(1.0 + 2.0j) == pytest.approx(12.0 * (1.0 + 2.0j) ** 2)
    with pytest.raises(TypeError, match="not holomorphic"):
        sg.grad(lambda x: np.abs(sg.grad(lambda z: z * np.conj(z) * 1j, holomorphic=True)(x * 1j)))(2.0)


# ------------------------------------------------------------------------------------------------- argnums, has_aux


def test_argnums_and_aux() -> None:
    def aux(x: Any, w: Any) -> Any:
        return np.sum(x**3 * w), {"k": x * w}

    def program(x: Any) -> Any:
        (a, b), first = sg.grad(aux, (0, 1), has_aux=True)(x, x * x)
        (value, second), c = sg.value_and_grad(aux, "w", has_aux=True)(x, x * x)
        d, third = sg.grad(aux, -1, has_aux=True, debug=True)(x, np.sin(x))
        return np.sum(a * b * first["k"]) + value * np.sum(c * second["k"]) + np.sum(d * third["k"])

    both_modes(program, X)
    outer = sg.grad(lambda x: sg.grad(lambda y: (np.sum(y**3), y), has_aux=True)(x)[0].sum(), has_aux=False)
    np.testing.assert_allclose(outer(X), 6.0 * X)
    nested = sg.grad(sg.grad(lambda x: (x**3, x * 2.0), has_aux=True), has_aux=True)
    assert nested(2.0) == (12.0, 4.0)


# ------------------------------------------------------------------------------------- one object at several places


def loss(p: Any) -> Any:
    return np.sum(np.sin(p["a"]) * p["b"][0] ** 2) * p["c"][0] * p["c"][1] ** 2


def same_twice(x: Any) -> Any:
    s = x[0]
    g = sg.grad(loss)({"a": x, "b": [x, x * 2.0], "c": (s, s)})
    return np.sum(g["a"] * g["b"][0]) + g["c"][0] * g["c"][1]


def same_twice_in_pullbacks(x: Any) -> Any:
    def inner(p: Any) -> Any:
        return np.sum(p[0] ** 2 * p[1]) * p[2]

    value, pullback = sg.vjp(inner, [x, x, x[0]])
    _, tangent = sg.jvp(inner, ([x, x, x[0]],), ([x * x, x, x[1]],))
    (g,) = pullback(value)
    return np.sum(g[0] * g[1]) * tangent + g[2]


def same_twice_in_objects(x: Any) -> Any:
    model = Model(x, x)
    total = 0.0
    for _ in range(2):
        g = sg.grad(lambda m: m.loss(x) + np.sum(m.w))(model)
        total = total + np.sum(g.w * g.parts["b"])
        model.w = model.w - 0.1 * g.w
    return total


@pytest.mark.parametrize("f", [same_twice, same_twice_in_pullbacks, same_twice_in_objects], ids=lambda f: f.__name__)
def test_one_object_at_several_places(f: Any) -> None:
    both_modes(f, X)


def test_one_object_at_several_places_outermost() -> None:
    x = np.array([3.0])
    for product in (sg.hvp, sg.vhp):
        assert product(lambda q: q[0] * q[1] ** 2)([3.0, 3.0], [1.0, 0.0]) == [0.0, 6.0]
        found = product(lambda q: np.sum(q[0] * q[1] ** 2))([x, x], [x * 0.0 + 1.0, x * 0.0])
        assert [float(part[0]) for part in found] == [0.0, 6.0]
    blocks = sg.hessian(lambda q: np.sum(q[0] * q[1] ** 2))([x, x])
    assert [[float(b[0, 0]) for b in row] for row in blocks] == [[0.0, 6.0], [6.0, 6.0]]
    twice = sg.grad(sg.grad(lambda x, q: x * x * q[0] * q[1]))
    assert twice(2.0, [3.0, 3.0]) == 18.0


def captured_too(x: Any) -> Any:
    model = Model(x, np.cos(x))
    (g,) = sg.vjp(lambda m: np.sum(np.sin(m.w) * x**2) + np.sum(m.parts["b"] * x), model)[1](2.0)
    h = sg.grad(lambda p: p["s"] * np.sum(p["x"] ** 2) * np.sum(x) * x[0])({"x": x, "s": x[0]})
    _, t = sg.jvp(lambda p: np.sum(p[0] ** 2 * x), ([x],), ([x * x],))
    return np.sum(g.w) + np.sum(g.parts["b"]) + np.sum(h["x"]) * h["s"] + t


def test_what_an_argument_holds_may_be_captured_too() -> None:
    # the inner derivative is with respect to the argument alone
    both_modes(captured_too, X)


def test_arguments_are_left_as_they_are() -> None:
    model = Model(X, X)
    model.parts["seen"] = []

    def inner(m: Any, x: Any) -> Any:
        m.parts["seen"].append(m.w * x)
        m.last = m.w * 2.0
        return np.sum(m.parts["seen"][0] ** 2 * m.parts["b"])

    def program(x: Any) -> Any:
        model.parts["seen"] = []
        g = sg.grad(inner)(model, x)
        return np.sum(g.w * x) + np.sum(model.last) + np.sum(model.parts["seen"][0])

    before = X.copy()
    # 2 w x**2 b x, and 2 w + w x, where w and b are X
    np.testing.assert_allclose(sg.grad(program)(X.copy()), 6.0 * X**2 * X**2 + X)
    assert model.w is X and model.parts["b"] is X
    np.testing.assert_array_equal(X, before)
