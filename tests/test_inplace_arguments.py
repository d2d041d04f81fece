"""Arguments that are written: what the caller sees, and `vjp(mutated=True)`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inplace_support import FINISHED, check_mutated, mutated_vjp, refusable
from support import assert_close, assert_same_bits

import srcgrad as sg

V, U, M = np.array([0.3, -0.7, 1.1]), np.array([0.9, 0.4, -0.2]), np.arange(6.0).reshape(2, 3) * 0.3 - 0.7


def scale_and_sum(v):
    v *= 2.0
    v[0] = v[1] * v[2]
    return np.sum(v**2)


def fill_only(v, out):
    out[:] = v**2
    out[1:] += out[:-1]


def step_only(state, dt):
    state["v"] -= dt * np.sin(state["x"])
    state["x"] += dt * state["v"]


class Body:
    """A position that moves."""

    def __init__(self, x):
        self.x = x

    def move(self, dx):
        self.x += dx * np.cos(self.x)


# ------------------------------------------------------------------------------------------------ what the caller sees


@pytest.mark.parametrize("transform", [sg.grad, sg.value_and_grad], ids=["grad", "value_and_grad"])
def test_caller_sees_the_writes(transform: Any) -> None:
    gradient = transform(scale_and_sum)
    for _ in range(4):
        plain, used = V.copy(), V.copy()
        scale_and_sum(plain)
        with refusable():
            gradient(used)
        assert_same_bits(used, plain, "argument")


def test_caller_sees_the_writes_through_its_own_views() -> None:
    memory = np.arange(12.0).reshape(3, 4) * 0.2 - 1.0
    plain = memory.copy()
    scale_and_sum(plain[:, 1])
    with refusable():
        sg.grad(scale_and_sum)(memory[:, 1])
    assert_same_bits(memory, plain, "memory of the argument")


def test_caller_sees_writes_made_before_an_exception() -> None:
    def f(v, w):
        v[0] = 5.0
        w[1] = v[2] * v[1]
        v[3] = w[1]
        return np.sum(v)

    used = V.copy(), U.copy()
    plain = copy.deepcopy(used)
    with pytest.raises(IndexError):
        f(*plain)
    with refusable(), pytest.raises(IndexError):
        sg.grad(f)(*used)
    assert_same_bits(used, plain, "arguments after the exception")


def test_objects_keep_their_arrays() -> None:
    def f(body):
        body.move(0.5)
        return np.sum(body.x**2)

    x = V.copy()
    body = Body(x)
    with refusable():
        sg.grad(f)(body)
    assert body.x is x
    plain = Body(V.copy())
    f(plain)
    assert_same_bits(x, plain.x, "the attribute")


def test_written_global_and_closure() -> None:
    memory = np.zeros(3)

    def f(v):
        memory[:] = v * v
        memory[0] += memory[1]
        return np.sum(memory * v)

    plain = f(V)
    left = memory.copy()
    memory[:] = 7.0
    with refusable():
        value, gradient = sg.value_and_grad(f)(V)
    assert_same_bits(value, plain, "value")
    assert_same_bits(memory, left, "closure")
    assert_close(gradient, 3.0 * V**2 + np.array([V[1] ** 2, 2.0 * V[0] * V[1], 0.0]))


# ----------------------------------------------------------------------------------------------- results and arguments


def returns_nothing_of_the_argument(v, w):
    total = np.sum(v * w)
    v[:] = np.sin(v)
    w[0] = total
    return total


def returns_the_argument(v):
    v[1:] *= v[:-1]
    return v


def returns_views(m):
    m[0] *= m[1]
    return m.T, m[0], np.sum(m)


def replaces_list_items(items):
    items[0][1] = items[1][0] * 2.0
    items[1] *= items[0]


def swaps_contents(v, w):
    kept = v.copy()
    v[:] = w * v
    w[:] = kept


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (scale_and_sum, (V,)),
        (fill_only, (V, np.zeros(3))),
        (fill_only, (V[:1], np.zeros(1))),
        (fill_only, (V[:0], np.zeros(0))),
        (step_only, ({"x": V, "v": U}, 0.1)),
        (returns_nothing_of_the_argument, (V, U)),
        (returns_the_argument, (V,)),
        (returns_views, (M,)),
        (replaces_list_items, ([V, U],)),
        (swaps_contents, (V, U)),
        (fill_only, (V.astype(np.float32), np.zeros(3, np.float32))),
        (lambda body, dx: body.move(dx), (Body(V), 0.3)),
        (lambda v, n: [v.__setitem__(k % 3, v[k % 3 - 1] ** 2) for k in range(n)], (V, 0)),
        (lambda v: v[0] * 2.0, (V,)),
    ],
)
def test_cotangents_for_results_and_arguments(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    with refusable():
        check_mutated(f, *args)


def test_only_some_cotangents_given() -> None:
    with refusable():
        out, finals, pullback = mutated_vjp(fill_only, V.copy(), np.zeros(3))
    assert out is None
    assert_same_bits(finals[0], V, "unwritten argument")
    gradient, buffer = pullback(None, (None, np.array([0.0, 0.0, 1.0])))
    assert_close(gradient, np.array([0.0, 2.0, 2.0]) * V)
    assert_close(buffer, np.zeros(3))
    gradient, buffer = pullback(None, (np.array([1.0, 2.0, 3.0]), None))
    assert_close(gradient, np.array([1.0, 2.0, 3.0]))


def test_final_arguments_are_the_callers_objects() -> None:
    v, out = V.copy(), np.zeros(3)
    with refusable():
        _, finals, _ = mutated_vjp(fill_only, v, out)
    assert finals[0] is v and finals[1] is out


@pytest.mark.parametrize("wrong", [np.zeros(2), "x", {}, (1.0, 2.0, 3.0)])
def test_wrong_cotangents_of_arguments_are_named(wrong: Any) -> None:
    with refusable():
        _, _, pullback = mutated_vjp(scale_and_sum, V.copy())
    with pytest.raises((TypeError, ValueError), match=r"scale_and_sum|argument|cotangent"):
        pullback(1.0, (wrong,))


@pytest.mark.parametrize("transform", [sg.grad, sg.value_and_grad], ids=["grad", "value_and_grad"])
def test_a_function_that_only_writes_has_no_gradient(transform: Any) -> None:
    with pytest.raises((TypeError, sg.UnsupportedError)) as caught:
        transform(fill_only)(V.copy(), np.zeros(3))
    assert isinstance(caught.value, sg.UnsupportedError) or "None" in str(caught.value)
    if FINISHED:
        assert "mutated=True" in str(caught.value)
