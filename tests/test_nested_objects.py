"""Objects that give derivatives, made outside and inside of functions that are differentiated, and differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import differences

import srcgrad as sg

X = np.array([0.3, 0.5, 1.7])
V = np.array([1.0, -0.5, 0.2])


def both_modes(f: Any, *args: Any) -> None:
    sg.check_grads(f, args, modes=("rev", "fwd"))


def energy(x: Any) -> Any:
    u = np.zeros(3)
    u[:] = x
    for i in range(1, 3):
        u[i] += 0.3 * u[i - 1] * np.sin(u[i])
    return np.sum(np.tanh(u) ** 2 * x)


def field(x: Any, k: Any = 2.0) -> Any:
    out = np.zeros(2)
    for i in range(2):
        out[i] = np.sin(x[i] * x[i + 1]) * k
    return out


def parts(p: Any, s: Any) -> Any:
    return {"y": np.sin(p["a"]) * s, "z": [np.sum(p["b"] ** 2), p["a"][0] * s * s]}


class Model:
    def __init__(self, w: Any) -> None:
        self.w = w

    def __call__(self, x: Any) -> Any:
        return np.tanh(self.w * x) * np.sum(x)


# ------------------------------------------------------------------------------------------- called inside a function

TANGENT = sg.jvp(field)
VALUE, PULLBACK = sg.vjp(lambda x: field(x, 3.0), X)
_, LINEAR = sg.linearize(field, X)
_, LINEAR_IN_TWO = sg.linearize(lambda x, s: (x * s, np.sum(x)), X, 2.0)
_, LINEAR_OF_PARTS = sg.linearize(parts, {"a": X, "b": V}, 0.5)
_, LINEAR_OF_A_MODEL = sg.linearize(Model(X), X)
PRODUCT, PRODUCT_LEFT, MATRIX = sg.hvp(energy), sg.vhp(energy), sg.hessian(energy)
JACOBIANS = [sg.jacobian(field), sg.jacrev(field), sg.jacfwd(field)]


def of_tangents(x: Any) -> Any:
    y, t = TANGENT((x,), (x * x,))
    _, t2, aux = sg.jvp(lambda x: (field(x), x * 2.0), (np.cos(x),), (x,), has_aux=True)
    return np.sum(y * t * t2) + np.sum(aux)


def of_pullbacks(x: Any) -> Any:
    (g,) = PULLBACK(x[1:] * x[:2])
    return np.sum(g * x)


def of_linear_maps(x: Any) -> Any:
    y = LINEAR(x * x)
    u, n = LINEAR_IN_TWO(None, x[0] * x[1])
    p, m = LINEAR_IN_TWO(np.sin(x), None)
    q = LINEAR_OF_PARTS({"a": x, "b": x * x}, x[0])
    r = LINEAR_OF_A_MODEL(x**2)
    back, _ = LINEAR.transpose(y)
    return np.sum(y**2) + np.sum(u * p) + n * m + np.sum(q["y"] ** 2) * q["z"][0] * q["z"][1] + np.sum(back * r)


def of_linear_maps_made_inside(x: Any) -> Any:
    total = 0.0
    for k in range(2):
        value, linear = sg.linearize(field, x * (k + 1.0), x[0])
        t = linear(x * x, None)
        a, b = linear.transpose(t)
        total = total + np.sum(value * t) + np.sum(a) * b
    _, of_parts, aux = sg.linearize(lambda p: (parts(p, p["b"][0]), p["a"]), {"a": x, "b": x}, has_aux=True)
    q = of_parts({"a": x * x, "b": np.cos(x)})
    return total + np.sum(q["y"] * aux) + q["z"][0] * q["z"][1] + np.sum(LINEAR_OF_A_MODEL.value * x)


def of_products(x: Any) -> Any:
    u = x
    for _ in range(2):
        u = u - 0.1 * PRODUCT(u, x) + 0.1 * PRODUCT_LEFT(x, u)
    return np.sum(u * sg.hvp(energy)(u, np.sin(x)) * sg.vhp(energy)(u, np.cos(x)))


def of_products_in_two(x: Any) -> Any:
    def two(a: Any, b: Any) -> Any:
        return np.sum(a * b["p"] ** 2) * b["q"]

    args = (x, {"p": x * x, "q": x[0]})
    p, q = sg.hvp(two, (0, 1))(*args, (x, {"p": x, "q": x[1]}))
    r = sg.vhp(two, 1)(*args, {"p": p, "q": q["q"]})
    return np.sum(p * q["p"]) + np.sum(r["p"]) * r["q"]


def of_matrices(x: Any) -> Any:
    h = MATRIX(x)
    a = JACOBIANS[0](x, 3.0) @ h
    b = JACOBIANS[1](x, k=x[0]) @ x
    c = JACOBIANS[2](np.sin(x))
    return np.sum(a**2) + np.sum(b) + np.sum(c * a)


def of_blocks(x: Any) -> Any:
    j = sg.jacobian(parts, (0, 1))({"a": x, "b": x * x}, x[0])
    by_p, by_s = j["y"]
    first, second = sg.hessian(lambda a, s: np.sum(np.sin(a * s)), (0, 1))(x, x[1])
    k, aux = sg.jacrev(lambda x: (np.sum(x**3), x * 2.0), has_aux=True)(x)
    total = np.sum(by_p["a"] ** 2) + np.sum(by_s * x) + np.sum(j["z"][0][0]["b"] * x) + j["z"][1][1]
    return total + np.sum(first[0] @ first[1]) + second[1] + np.sum(k * aux)


def of_equations(x: Any) -> Any:
    @sg.implicit(root=sg.grad(lambda y, a: np.sum((y - a) ** 4 / 4.0 + np.cosh(y) * (1.0 + a))))
    def lowest(a: Any) -> Any:
        y = a * 1.0
        step = sg.grad(lambda y, a: np.sum((y - a) ** 4 / 4.0 + np.cosh(y) * (1.0 + a)))
        for _ in range(300):
            y = y - 0.1 * step(y, a)
        return y

    return np.sum(lowest(x[:2]) * x[1:])


def of_written_arguments(x: Any) -> Any:
    def scale(u: Any, s: Any) -> Any:
        u *= s
        return np.sum(u)

    u = x * 1.0
    _, pullback = sg.vjp(scale, u, x[0], mutated=True)
    a, b = pullback((2.0, (x * x, None)))
    return np.sum(a * x) + b


INSIDE = [
    of_tangents, of_pullbacks, of_linear_maps, of_linear_maps_made_inside, of_products, of_products_in_two, of_matrices,
    of_blocks, of_equations, of_written_arguments,
]  # fmt: skip


@pytest.mark.parametrize("f", INSIDE, ids=lambda f: f.__name__)
def test_called_in_a_function_that_is_differentiated(f: Any) -> None:
    both_modes(f, X)


@pytest.mark.parametrize("f", [of_linear_maps, of_linear_maps_made_inside, of_pullbacks], ids=lambda f: f.__name__)
def test_in_functions_that_are_differentiated_twice(f: Any) -> None:
    both_modes(sg.grad(f), X)


def test_user_code_runs_once() -> None:
    calls = []

    def counted(x):
        calls.append(1)
        return np.sin(x) * x

    def program(x):
        _, linear = sg.linearize(counted, x)
        return np.sum(linear(x) * linear(x * x)) + np.sum(sg.jacobian(counted)(x))

    sg.grad(program)(X)
    calls.clear()
    sg.grad(program)(X)
    assert len(calls) == 2


# ---------------------------------------------------------------------------------------------- differentiated itself


def test_differentiated_themselves() -> None:
    for f in JACOBIANS:
        both_modes(f, X)
    both_modes(MATRIX, X)
    both_modes(PRODUCT, X, V)
    both_modes(PRODUCT_LEFT, X, V)
    both_modes(PULLBACK, np.array([0.3, 0.7]))
    both_modes(LINEAR, X)
    both_modes(LINEAR_OF_PARTS, {"a": X, "b": V}, 0.3)
    both_modes(LINEAR.transpose, np.array([0.3, 0.7]))
    both_modes(TANGENT, (X,), (V,))


def test_products_with_the_hessian_by_what_an_object_holds() -> None:
    def loss(model: Model, x: Any) -> Any:
        model.h = np.tanh(model.w * x)
        return np.sum(model.h**2 * x)

    def gradient(t: float) -> Any:
        return sg.grad(loss, argnums=(0, 1))(Model(X + t * V), X + 2.0 * t * V)

    (up, x_up), (down, x_down) = gradient(1e-6), gradient(-1e-6)
    for product in (sg.hvp, sg.vhp):
        by_model, by_x = product(loss, argnums=(0, 1))(Model(X.copy()), X, (Model(V), 2.0 * V))
        np.testing.assert_allclose(by_model.w, (up.w - down.w) / 2e-6, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(by_x, (x_up - x_down) / 2e-6, rtol=1e-6, atol=1e-8)


def test_gradients_jacobians_and_tangents_of_them() -> None:
    def cube(x):
        return x**3

    assert sg.grad(sg.hessian(cube))(2.0) == 6.0
    assert sg.grad(sg.hvp(cube))(2.0, 3.0) == 18.0
    assert sg.grad(sg.hvp(cube), 1)(2.0, 3.0) == 12.0
    assert sg.grad(sg.vhp(cube), "x")(2.0, 3.0) == 18.0
    assert sg.grad(sg.jacobian(cube))(2.0) == 12.0
    assert sg.grad(sg.derivative(cube, 2))(2.0) == 6.0
    assert sg.hessian(sg.jacrev(cube))(2.0) == 6.0
    assert sg.jvp(sg.jvp(cube), ((2.0,), (1.0,)), ((1.0,), (0.0,)))[1] == (12.0, 12.0)
    third = sg.jacobian(sg.hessian(energy))(X)
    step = 1e-5
    for i, unit in enumerate(np.eye(3)):
        want = (MATRIX(X + step * unit) - MATRIX(X - step * unit)) / (2.0 * step)
        np.testing.assert_allclose(third[:, :, i], want, rtol=1e-6, atol=1e-7)
    rows = sg.jacobian(LINEAR)(X)
    np.testing.assert_allclose(rows, JACOBIANS[0](X))
    np.testing.assert_allclose(sg.jacobian(LINEAR.transpose)(VALUE)[0], rows.T)


def test_what_cannot_be_is_refused_with_advice() -> None:
    pytest.importorskip("scipy")
    sparse = sg.sparse_jacobian(lambda x: x**2)
    with pytest.raises(sg.UnsupportedError, match="use sg.jacobian"):
        sg.grad(lambda x: np.sum(sparse(x) @ x))(X)
    with pytest.raises(sg.UnsupportedError, match="use sg.jacobian"):
        sg.jacobian(sparse)(X)


def chain(x):
    w = x.copy()
    for i in range(1, len(x)):
        w[i] = w[i - 1] * x[i] + np.sin(w[i])
    return w


DIRECTIONS = np.array([[0.3, -1.0, 0.6], [1.0, -0.5, 0.25], [0.0, 2.0, -1.0], [-0.7, 0.1, 0.4]])


def gradients_for_several(x):
    return np.sum(sg.vjp(chain, x)[1].batch(DIRECTIONS * x)[0] ** 2 * DIRECTIONS)


def tangents_along_several(x):
    linear = sg.linearize(chain, x)[1]
    return np.sum(linear.batch(DIRECTIONS * x) * linear.transpose.batch(DIRECTIONS * x)[0])


def several_for_a_structure(x):
    _, pullback = sg.vjp(lambda p: p["a"] * chain(p["b"]), {"a": x * 2.0, "b": x**2})
    found = pullback.batch(DIRECTIONS * x)[0]
    return np.sum(found["a"] ** 2 * DIRECTIONS) + np.sum(found["b"] ** 2)


def several_for_a_number(x):
    _, pullback = sg.vjp(lambda s: chain(s * x), x[0])
    return np.sum(pullback.batch(DIRECTIONS * x)[0] * np.arange(4.0))


@pytest.mark.parametrize(
    "f", [gradients_for_several, tangents_along_several, several_for_a_structure, several_for_a_number]
)
def test_several_directions_at_once(f) -> None:
    wanted = differences(f, X)
    np.testing.assert_allclose(sg.grad(f)(X), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(sg.jvp(f, (X,), (V,))[1], np.sum(wanted * V), rtol=1e-5)


def test_no_direction_at_all() -> None:
    _, pullback = sg.vjp(chain, X)
    assert sg.grad(lambda c: np.sum(pullback.batch(c)[0]))(np.ones((0, 3))).shape == (0, 3)


def cotangent_for(x):
    """A function that has the very array among its constants that it is differentiated by."""
    return lambda q: np.sum(sg.vjp(lambda r: r**2 * np.sum(r), x)[1](q)[0] * q)


def gradient_at_its_constant(z):
    x = z * 1.0
    return np.sum(sg.grad(cotangent_for(x))(x) * z)


def pullback_at_its_constant(z):
    x = z * 1.0
    return np.sum(sg.vjp(cotangent_for(x), x)[1](1.0)[0] * z)


def hessian_at_its_constant(z):
    x = z * 1.0
    return np.sum(sg.hessian(cotangent_for(x))(x) * np.outer(z, z))


def test_a_constant_that_is_the_argument_as_well() -> None:
    at_x = cotangent_for(X)
    for _ in range(3):
        np.testing.assert_allclose(sg.grad(at_x)(X), differences(at_x, X), rtol=1e-6)
        np.testing.assert_allclose(sg.vjp(at_x, X)[1](1.0)[0], differences(at_x, X), rtol=1e-6)
        np.testing.assert_allclose(sg.grad(at_x)(X + 0.1), differences(at_x, X + 0.1), rtol=1e-6)
    slope = sg.grad(lambda q: np.sum(sg.grad(at_x)(q)))(X)
    np.testing.assert_allclose(sg.hvp(at_x)(X, np.ones(3)), slope, rtol=1e-9)
    np.testing.assert_allclose(slope, differences(lambda q: np.sum(sg.grad(at_x)(q)), X + 0.0), rtol=1e-6)


@pytest.mark.parametrize("f", [gradient_at_its_constant, pullback_at_its_constant, hessian_at_its_constant])
def test_such_a_constant_inside_a_differentiated_function(f) -> None:
    wanted = differences(f, X)
    for _ in range(3):
        np.testing.assert_allclose(sg.grad(f)(X), wanted, rtol=1e-5)
    np.testing.assert_allclose(sg.jvp(f, (X,), (V,))[1], np.sum(wanted * V), rtol=1e-5)


def test_an_array_that_is_written_before_its_pullback_is_noticed() -> None:
    def program(x):
        u = x * 1.0
        _, pullback = sg.vjp(lambda z: np.sum(z**3), u)
        u[:] = 0.0
        return np.sum(pullback(1.0)[0])

    with pytest.raises(RuntimeError, match="was changed after the call"):
        sg.grad(program)(X)


# ------------------------------------------------------------------------------------------------- views handed on


def with_last_row(z: Any, f: Any) -> Any:
    return z + f(z[2])


def of_rows_handed_on(p: Any) -> Any:
    def scaled(y: Any) -> Any:
        return -p * y

    z = np.outer(np.array([0.1, 0.3, -0.2]), np.ones(3))
    for _ in range(2):
        z = with_last_row(z, scaled)
    return z[2] @ z[2]


def test_views_of_results_that_are_handed_on() -> None:
    sg.check_grads(of_rows_handed_on, (X,), order=3, modes=("rev", "fwd"))
