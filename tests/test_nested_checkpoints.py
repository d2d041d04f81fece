"""Checkpointed calls in gradients that are differentiated in turn: right, and kept by their arguments alone."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import srcgrad as sg
from srcgrad.runtime.draws import reached

X = np.array([0.3, -0.7, 1.1])


def layer(u: Any, k: Any) -> Any:
    for _ in range(12):
        u = np.sin(u) * 1.01 + 0.01 * k * u
    return u


KEPT, AGAIN = layer, sg.checkpoint(layer)


def plain(u: Any) -> Any:
    for k in range(10):
        u = KEPT(u, 0.1 * k)
    return np.sum(u * u)


def checkpointed(u: Any) -> Any:
    for k in range(10):
        u = AGAIN(u, 0.1 * k)
    return np.sum(u * u)


WAYS: dict[str, Callable[[Any, Any], Any]] = {
    "forward over reverse": lambda f, x: sg.hvp(f)(x, x),
    "reverse over reverse": lambda f, x: sg.vhp(f)(x, x),
    "inside a function": lambda f, x: sg.grad(lambda u: np.sum(sg.grad(f)(u) ** 2))(x),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_memory_is_that_of_one_call(way: Any) -> None:
    x = np.linspace(0.0, 1.0, 20_000)

    def peak(f: Any) -> int:
        way(f, x)
        tracemalloc.start()
        way(f, x)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(checkpointed) < 0.5 * peak(plain)
    np.testing.assert_allclose(way(checkpointed, X), way(plain, X), rtol=1e-12)


@sg.checkpoint
def small_layer(u: Any, k: Any) -> Any:
    for _ in range(2):
        u = np.sin(u) * 1.01 + 0.01 * k * u
    return u


def small(u: Any) -> Any:
    for k in range(2):
        u = small_layer(u, 0.1 * k)
    return np.sum(u * u)


@sg.checkpoint
def several(u: Any, k: int, name: str) -> Any:
    v = np.tanh(u) * k
    return v, {"square": v * v, name: np.sum(v)}


def of_structures(u: Any) -> Any:
    total = 0.0
    for k in range(1, 3):
        u, found = several(u, k, "sum")
        total = total + found["sum"] * np.sum(found["square"])
    return total


@sg.checkpoint
def written(u: Any) -> Any:
    v = np.zeros(3)
    for i in range(3):
        v[i] = u[i] * v[i - 1] + np.cos(u[i - 1])
    return v


def of_written(u: Any) -> Any:
    return np.sum(written(written(u)) ** 3)


def of_captured(u: Any) -> Any:
    w = u[0] * u

    @sg.checkpoint
    def inner(v: Any) -> Any:
        return np.sin(v * w)

    return np.sum(inner(u) * inner(w))


@pytest.mark.parametrize("f", [small, of_structures, of_written, of_captured])
def test_second_and_third_derivatives(f: Any) -> None:
    sg.check_grads(sg.grad(f), (X,), modes=("rev", "fwd"))
    sg.check_grads(lambda x: np.sum(sg.grad(f)(x) ** 2), (X,), order=2)


def test_the_same_numbers_are_drawn() -> None:
    def of(rng: Any, wrap: Any) -> Any:
        def noisy(u: Any) -> Any:
            return np.sin(u + rng.normal(size=3)) * u

        step = wrap(noisy)
        return lambda u: np.sum(step(step(u)) ** 2)

    for way in WAYS.values():
        results, after = [], []
        for wrap in (lambda f: f, sg.checkpoint):
            rng = np.random.default_rng(3)
            results.append(way(of(rng, wrap), X))
            after.append(rng.normal())
        np.testing.assert_allclose(results[0], results[1], rtol=1e-12)
        assert after[0] == after[1]


def test_an_argument_that_is_written_meanwhile_is_noticed() -> None:
    def f(u: Any) -> Any:
        v = u * 2.0
        w = AGAIN(v, 0.5)
        v[0] = 7.0
        return np.sum(w * v)

    with pytest.raises(RuntimeError, match="pass a copy"):
        sg.vhp(f)(X, X)


def test_generators_are_looked_for_in_the_users_code_alone() -> None:
    """What srcgrad's own functions name is the whole table, for every call that is computed again."""

    def slope(u: Any) -> Any:
        return sg.grad(small)(u) + sg.vjp(np.sin, u)[0]

    assert len(list(reached([slope, sg.grad(slope), sg.checkpoint(slope)]))) < 40
