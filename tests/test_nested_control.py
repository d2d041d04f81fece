"""What programs say of their own derivative, in functions that are differentiated twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import test_checkpointed_loops as loops
import test_control as calls

import srcgrad as sg

X = np.array([0.3, 0.5, 1.7, 0.2, 1.1])


def check_twice(f: Any, *args: Any) -> None:
    """The gradient of `f`, differentiated by reverse and by forward mode, against its central differences."""
    argnums: Any = tuple(i for i, a in enumerate(args) if not isinstance(a, int))
    sg.check_grads(sg.grad(f, argnums), args, modes=("rev", "fwd"))


def stopped(x: Any) -> Any:
    y = np.sin(x)
    return np.sum(sg.stop_gradient(y) * y * x + sg.stop_gradient(x * y) * y**2)


def hooked(x: Any) -> Any:
    y = x * x
    sg.on_adjoint(y, lambda bar: 2.0 * bar * x)
    with sg.adjoint_of(y) as y_bar:
        y_bar = y_bar * np.sin(x)
    held = [y * x]
    z = held[0]
    sg.on_adjoint(z, lambda bar: bar * z)
    return np.sum(z * y)


def test_what_is_stopped_is_a_constant_in_every_derivative() -> None:
    assert sg.grad(sg.grad(lambda x: sg.stop_gradient(x) * x))(3.0) == 0.0
    x, y, slope = X, np.sin(X), np.cos(X)
    want = y * (2.0 * slope - y * x) + x * y * 2.0 * (slope**2 - y**2)
    np.testing.assert_allclose(sg.hvp(stopped)(X, np.ones(5)), want)
    np.testing.assert_allclose(sg.vhp(stopped)(X, np.ones(5)), want)


def test_adjoints_that_programs_change() -> None:
    check_twice(hooked, X)


# ---------------------------------------------------------------------------------------------------- checkpoints


def writes_in_turns(x: Any) -> Any:
    u, v = x * 1.0, np.zeros(5)
    for k in sg.checkpoint(range(4), snapshots=2):
        u[1:] += 0.2 * u[:-1] * u[1:]
        v[k] = np.sum(u * u)
        u[k] *= v[k]
    return np.sum(u * v)


def nested_calls(x: Any) -> Any:
    @sg.checkpoint
    def inner(h: Any) -> Any:
        out = np.zeros_like(h)
        for i in range(1, len(h)):
            out[i] = np.sin(h[i] * h[i - 1])
        return out

    @sg.checkpoint
    def outer(h: Any) -> Any:
        return inner(h) * h + inner(h * h), {"norm": np.sum(h * h)}

    y, parts = outer(x)
    z, _ = outer(y + x)
    return np.sum(z) * parts["norm"]


def parametrised(x: Any, w: Any) -> Any:
    u = x
    for k in sg.checkpoint(range(3)):
        layer = sg.checkpoint(calls.layer)
        u = layer(u, w) if k != 1 else np.sin(u)
    return np.sum(u * u)


def over_a_list(u: Any) -> Any:
    return loops.over_a_list(u, [1, 2, 3]) * loops.over_a_list(u, [])


V, SQUARE = calls.V, calls.W
CHECKPOINTED = [
    (calls.checkpointed_network, V, SQUARE), (calls.loop_of_lambdas, V, [SQUARE, SQUARE.T.copy()]),
    (calls.object_network, calls.Net(), V), (calls.branches, V, SQUARE), (loops.checkpointed_relax, V, 1.3, 9, 2),
    (loops.nested, V, SQUARE), (loops.calls_in_turns, V, {"w": SQUARE, "scale": 1.1}), (over_a_list, V),
    (loops.in_place, V), (writes_in_turns, X), (nested_calls, X), (parametrised, V, SQUARE),
]  # fmt: skip


@pytest.mark.parametrize("case", CHECKPOINTED, ids=lambda case: case[0].__name__)
def test_second_derivatives_of_checkpoints(case: Any) -> None:
    check_twice(*case)


def test_checkpoints_change_second_derivatives_by_rounding_alone() -> None:
    """Sums of two terms are added up in another order where a call is a step of its own."""

    def product(f: Any, *args: Any) -> Any:
        return sg.vjp(sg.grad(f), *args)[1](V[::-1].copy())[0]

    pairs = (
        (product(calls.checkpointed_network, V, SQUARE), product(calls.network, V, SQUARE)),
        (product(loops.checkpointed_relax, V, 1.3, 9, 2), product(loops.relax, V, 1.3, 9)),
    )
    for with_checkpoints, without in pairs:
        np.testing.assert_allclose(with_checkpoints, without, rtol=1e-14)


def test_gradients_of_checkpoints_inside_a_differentiated_function() -> None:
    def program(x: Any) -> Any:
        u = x
        for _ in range(2):
            u = 0.5 * u - 0.1 * sg.grad(writes_in_turns)(u) * np.tanh(sg.grad(nested_calls)(x))
        return np.sum(u * u)

    sg.check_grads(program, (0.3 * X,), modes=("rev", "fwd"))


def test_checkpoints_draw_the_same_numbers_in_second_derivatives() -> None:
    def run(checkpointed: Any) -> Any:
        loops.RNG = np.random.default_rng(7)
        f = loops.drawing_loop if checkpointed else loops.plain_drawing_loop
        return [*sg.hvp(f)(V, 4, V), *sg.vhp(f)(V, 4, V), loops.RNG.random()]

    assert run(True) == pytest.approx(run(False), rel=1e-14)
