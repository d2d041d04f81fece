"""Rules of the user's own, equations and what programs say of adjoints, in functions that are differentiated twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, 0.5, 1.7, 0.2, 1.1])
W = np.linspace(-1.0, 1.0, 15).reshape(3, 5)


def check_twice(f: Any, *args: Any) -> None:
    """The gradient of `f`, differentiated by reverse and by forward mode, against its central differences."""
    argnums: Any = tuple(i for i, a in enumerate(args) if not isinstance(a, int))
    sg.check_grads(sg.grad(f, argnums), args, modes=("rev", "fwd"))


# ------------------------------------------------------------------------------------------------------- the rules


@sg.custom_vjp
def cube(x: Any) -> Any:
    return x**3


cube.defvjp(lambda x: (x**3, x), lambda x, bar: 3.0 * x * x * bar)


@sg.custom_vjp
def soft(x: Any) -> Any:
    return np.log(1.0 + np.exp(x))


def soft_forward(x: Any) -> Any:
    e = np.exp(x)
    return np.log(1.0 + e), e


def soft_backward(e: Any, bar: Any) -> Any:
    # in place, with a loop and a branch, so that the backward is a program in its own right
    out = np.zeros_like(e)
    flat, from_bar = out.reshape(-1), np.ravel(bar)
    for i, item in enumerate(e.reshape(-1)):
        flat[i] = from_bar[i] / (1.0 + 1.0 / item) if item < 2.0 else from_bar[i] * item / (1.0 + item)
    return out


soft.defvjp(soft_forward, soft_backward)


@sg.custom_vjp
def weighted(params: Any, x: Any, power: int = 2) -> Any:
    return params["w"] @ x**power + params["b"], np.sum(x * x)


weighted.defvjp(
    lambda params, x, power: ((params["w"] @ x**power + params["b"], np.sum(x * x)), (params, x, power)),
    lambda kept, bars: (
        {"w": np.outer(bars[0], kept[1] ** kept[2]), "b": bars[0]},
        kept[0]["w"].T @ bars[0] * kept[2] * kept[1] ** (kept[2] - 1) + 2.0 * bars[1] * kept[1],
        None,
    ),
)


@sg.custom_jvp
def sine(x: Any) -> Any:
    return np.sin(x)


sine.defjvp(lambda primals, tangents: (sine(primals[0]), np.cos(primals[0]) * tangents[0]))


@sg.custom_jvp
def product(a: Any, b: Any) -> Any:
    return a @ b


def product_tangent(primals: Any, tangents: Any) -> Any:
    (a, b), (a_dot, b_dot) = primals, tangents
    return a @ b, a_dot @ b + a @ b_dot


product.defjvp(product_tangent)


def blend(a: Any, t: Any) -> Any:
    return a * t * t


@sg.rule(blend)
def blend_rule(a: Any, t: Any, *, g: Any) -> Any:
    a: g * t * t
    t: 2.0 * g * a * t


def bump(x: Any) -> Any:
    return x * np.exp(-x * x)


@sg.rule(bump, elementwise=True)
def bump_rule(x: Any) -> Any:
    x: np.exp(-x * x) * (1.0 - 2.0 * x * x)


class Scale:
    def __init__(self, factor: Any) -> None:
        self.factor = factor

    @sg.custom_vjp
    def apply(self, x: Any) -> Any:
        return self.factor * x * x

    apply.defvjp(
        lambda self, x: (self.factor * x * x, (self.factor, x)),
        lambda kept, bar: ({"factor": np.sum(bar * kept[1] ** 2)}, 2.0 * bar * kept[0] * kept[1]),
    )


@sg.implicit(root=lambda y, a, b: y**3 + b * y - a)
def root(a: Any, b: Any) -> Any:
    y = a * 0.0
    for _ in range(80):
        y = y - (y**3 + b * y - a) / (3.0 * y * y + b)
    return y


def update(x: Any, params: Any, s: Any) -> Any:
    return np.tanh(params["w"] @ x + params["b"]) * s


@sg.implicit(fixed_point=update)
def settle(params: Any, s: Any) -> Any:
    x = np.zeros(3)
    for _ in range(400):
        x = update(x, params, s)
    return x


def by_iteration(apply: Any, b: Any) -> Any:
    w = b
    for _ in range(400):
        w = w + (b - apply(w))
    return w


settle_by_iteration = sg.implicit(settle.function, fixed_point=update, solve=by_iteration)
PARAMS = {"w": 0.3 * W[:, 1:4], "b": X[:3]}


# ---------------------------------------------------------------------------------------------------- the programs


def of_one(x: Any) -> Any:
    return np.sum(np.sin(cube(x) * x))


def of_a_loop(x: Any) -> Any:
    u = x
    for k in range(4):
        u = 0.5 * soft(u) + x if k % 2 else u - 0.1 * cube(u)
    return np.sum(u * u)


def in_place(x: Any) -> Any:
    u = np.zeros(5)
    u[:] = x
    for i in range(1, 4):
        u[i] += 0.3 * cube(u[i - 1]) * soft(u[i + 1])
    u[1:3] *= sine(u[3:5])
    return np.sum(u**2)


def of_structures(w: Any, x: Any) -> Any:
    u, size = weighted({"w": w, "b": w[:, 0]}, x)
    v, _ = weighted({"w": w, "b": w[:, 1]}, x, power=3)
    return np.sum(u * v) * size


def of_methods(x: Any) -> Any:
    scale = Scale(x[0])
    return np.sum(scale.apply(np.sin(x)) ** 2) * np.sum(Scale(2.0).apply(x))


def of_products(w: Any, x: Any) -> Any:
    return np.sum(product(w, product(w.T, product(w, x))) ** 2)


def picked_when_it_runs(x: Any) -> Any:
    total = 0.0
    for fn in [cube, sine, np.exp, soft]:
        total = total + np.sum(fn(x) * x)
    return total


def of_rules(x: Any) -> Any:
    return np.sum(bump(np.sin(x) * bump(x)))


def of_held(x: Any) -> Any:
    tools = {"act": cube, "parts": [x, sine(x)]}
    return np.sum(tools["act"](tools["parts"][1]) * tools["parts"][0])


def of_roots(x: Any) -> Any:
    return np.sum(root(x, 1.0 + x * x) ** 2 * x) + root(x[0], x[1])


def of_roots_in_a_loop(x: Any) -> Any:
    u = np.zeros(5)
    for i in range(5):
        u[i] = root(x[i] + np.sum(u), 2.0)
    return np.sum(u * u)


def of_fixed_points(params: Any, s: Any) -> Any:
    return np.sum(settle(params, s) ** 2)


def of_iterations(params: Any, s: Any) -> Any:
    return np.sum(settle_by_iteration(params, s) ** 2)


PROGRAMS = [
    (of_one, X), (of_one, np.array(0.7)), (of_a_loop, X), (in_place, X), (of_structures, W, X), (of_methods, X),
    (of_products, W, X), (picked_when_it_runs, X), (of_rules, X), (of_held, X), (of_roots, X), (of_roots_in_a_loop, X),
    (of_fixed_points, PARAMS, 0.7), (of_iterations, PARAMS, 0.7),
]  # fmt: skip


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case[0].__name__)
def test_second_derivatives(case: Any) -> None:
    check_twice(*case)


@pytest.mark.parametrize("f", [of_one, of_a_loop, in_place, of_methods, of_rules, of_roots], ids=lambda f: f.__name__)
def test_all_nestings_agree(f: Any) -> None:
    v = np.linspace(-1.0, 1.0, 5)
    gradient = sg.grad(f)
    want = (gradient(X + 1e-6 * v) - gradient(X - 1e-6 * v)) / 2e-6
    for got in (
        sg.hvp(f)(X, v), sg.vhp(f)(X, v), sg.hessian(f)(X) @ v, sg.jacfwd(gradient)(X) @ v, sg.jacrev(gradient)(X) @ v,
        sg.grad(lambda x: np.sum(gradient(x) * v))(X), sg.jvp(gradient, (X,), (v,))[1],
    ):  # fmt: skip
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("f", [of_one, in_place, of_methods, of_held, of_roots], ids=lambda f: f.__name__)
def test_gradients_inside_a_differentiated_function(f: Any) -> None:
    def program(x: Any) -> Any:
        u = 0.5 * x
        for _ in range(2):
            u = u - 0.1 * np.sin(sg.grad(f)(u)) * x
        return np.sum(u * u)

    sg.check_grads(program, (X,), modes=("rev", "fwd"))


def test_tangents_of_rules_are_differentiated() -> None:
    # reverse over forward, and forward over forward
    for f in (lambda x: np.sum(sine(x * x) * x), of_roots, of_rules):
        sg.check_grads(lambda x, v, f=f: sg.jvp(f, (x,), (v,))[1], (X, X[::-1].copy()), modes=("rev", "fwd"))
    sg.check_grads(of_products, (W, X), order=2, modes=("rev", "fwd"))


def test_third_derivatives() -> None:
    x = 0.7
    assert sg.derivative(lambda x: cube(x) * x, 3)(x) == pytest.approx(24.0 * x)
    assert sg.derivative(lambda x: sine(x) * 2.0, 3)(x) == pytest.approx(-2.0 * np.cos(x))
    # y**3 + 2 y = x
    y = root(x, 2.0)
    s = 3.0 * y * y + 2.0
    assert sg.derivative(lambda x: root(x, 2.0), 3)(x) == pytest.approx(-6.0 / s**4 + 108.0 * y * y / s**5)


def test_the_derivative_is_that_of_the_backward() -> None:
    @sg.custom_vjp
    def clipped(x):
        return x

    # the gradient is clipped, and its derivative is that of what clips it
    clipped.defvjp(lambda x: (x, x), lambda x, bar: np.clip(bar * x, -1.0, 1.0))
    second = sg.grad(sg.grad(lambda x: np.sum(clipped(x) * 2.0)))
    assert second(0.3) == 2.0
    assert second(0.8) == 0.0


def test_each_call_has_its_own_carrier() -> None:
    seen = []

    @sg.custom_vjp
    def scaled(x, k):
        return x * k * k

    def forward(x, k):
        seen.append(k)
        return x * k * k, (x, k)

    scaled.defvjp(forward, lambda kept, bar: (bar * kept[1] ** 2, 2.0 * bar * kept[0] * kept[1]))

    def f(x):
        return scaled(scaled(x, 2.0), x) + scaled(x, 3.0)

    # 4 x**3 + 9 x
    assert sg.grad(sg.grad(f))(1.5) == pytest.approx(24.0 * 1.5)
    seen.clear()
    sg.hvp(f)(1.5, 1.0)
    assert seen == [2.0, 1.5, 3.0]


def test_a_rule_with_a_tangent_line() -> None:
    def mix(a, t):
        return a * t * t

    @sg.rule(mix)
    def mix_rule(a, t, *, g):
        a: g * t * t
        t: 2.0 * g * a * t
        y_dot: a_dot * t * t + 2.0 * a * t * t_dot  # noqa: F821, F842

    check_twice(lambda x: np.sum(mix(np.sin(x), x * x)), X)


def test_shapes_and_dtypes() -> None:
    def total(x):
        return np.sum(cube(x))

    single = X.astype(np.float32)
    for product in (sg.hvp, sg.vhp):
        assert product(total)(single, single).dtype == np.float32
        assert product(total)(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)
        assert product(cube)(np.array(2.0), np.array(1.0)) == 12.0
        assert product(cube)(2.0, 1.0) == 12.0
    assert sg.hessian(total)(np.zeros((0, 3))).shape == (0, 3, 0, 3)


def test_checks_are_those_of_the_first_derivative() -> None:
    @sg.custom_vjp
    def wrong(x):
        return x * 2.0

    wrong.defvjp(lambda x: (x * 2.0, None), lambda _, bar: bar[:1])
    with pytest.raises(ValueError, match=r"the gradient for 'x' has shape \(1,\)"):
        sg.hvp(lambda x: np.sum(wrong(x)))(X, X)

    @sg.custom_vjp
    def writing(x):
        return x * 2.0

    def backward(_, bar):
        bar *= 2.0
        return bar

    writing.defvjp(lambda x: (x * 2.0, None), backward)
    with pytest.raises(ValueError, match="read-only"):
        sg.vhp(lambda x: np.sum(writing(x) * x))(X, X)
    # in forward mode alone a backward says nothing
    with pytest.raises(sg.UnsupportedError, match="backward alone"):
        sg.grad(lambda x: sg.jvp(of_one, (x,), (x,))[1])(X)


def test_rules_by_themselves() -> None:
    for rule in (cube, sine, soft):
        sg.check_grads(sg.grad(lambda x, rule=rule: np.sum(rule(x))), (X,), modes=("rev", "fwd"))
    assert sg.grad(sg.grad(cube))(2.0) == 12.0
    assert sg.grad(sg.grad(sine))(0.4) == pytest.approx(-np.sin(0.4))
