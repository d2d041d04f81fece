"""The checker accepts right gradients, names what is wrong in wrong ones, and never touches its arguments."""

from __future__ import annotations

import collections
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import srcgrad as sg


class Pair(collections.namedtuple("Pair", "left right")):
    pass


@dataclass
class Weights:
    w: Any
    b: Any


def claim(monkeypatch: pytest.MonkeyPatch, pull: Callable[..., Any]) -> None:
    """Let `sg.vjp` return the value of the function and the pullback `pull(args, cotangent)`."""
    monkeypatch.setattr(sg, "vjp", lambda f, *args: (f(*args), lambda cotangent: pull(args, cotangent)))


def test_accepts_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, lambda args, g: (g * np.cos(args[0]) * args[1], g * np.sin(args[0])))
    a, b = np.linspace(-1, 1, 6).reshape(2, 3), np.full((2, 3), 3.0)
    sg.check_grads(lambda x, y: np.sin(x) * y, (a, b))


def test_names_argument_element_and_values(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(args: Any, g: Any) -> Any:
        bars = 2 * args[1] * g
        bars[1, 2] += 0.5
        return np.zeros_like(args[0]), bars

    claim(monkeypatch, wrong)
    with pytest.raises(AssertionError, match=r"argument 1, element \[1, 2\]: numeric -?\d.*, analytic -?\d"):
        sg.check_grads(lambda x, y: y * y, (np.ones(2), np.arange(6.0).reshape(2, 3)))
    sg.check_grads(lambda x, y: y * y, (np.ones(2), np.arange(6.0).reshape(2, 3)), argnums=0)


def test_nested_structures(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(params: Any) -> Any:
        pair, layers = params["pair"], params["layers"]
        return {"sum": pair.left * pair.right, "rest": [layers[0].w @ layers[0].b, params["name"]]}

    def pull(args: Any, g: Any) -> Any:
        pair, layer = args[0]["pair"], args[0]["layers"][0]
        total, rest = g["sum"], g["rest"][0]
        assert g["rest"][1] is None
        bars = Weights(np.outer(rest, layer.b), layer.w.T @ rest)
        return ({"pair": Pair(total * pair.right, total * pair.left), "layers": [bars], "name": None},)

    claim(monkeypatch, pull)
    params = {
        "pair": Pair(2.0, np.float64(3.0)),
        "layers": [Weights(np.arange(6.0).reshape(2, 3), np.ones(3))],
        "name": "net",
    }
    sg.check_grads(f, (params,))

    def wrong(args: Any, g: Any) -> Any:
        (made,) = pull(args, g)
        made["layers"][0].b = made["layers"][0].b + 1.0
        return (made,)

    claim(monkeypatch, wrong)
    with pytest.raises(AssertionError, match=r"argument 0\['layers'\]\[0\]\.b, element \[0\]"):
        sg.check_grads(f, (params,))


class Model:
    """An object with arrays, a number that is not differentiated, and a reference to itself."""

    def __init__(self) -> None:
        self.w = np.array([0.5, -2.0])
        self.power = 3
        self.parts: list[Any] = [1.5]
        self.me = self

    def __call__(self, x: Any) -> Any:
        return np.sum(self.w**self.power) * x * self.parts[0]


def test_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(args: Any, g: Any) -> Any:
        model, x = args
        bars = Model()
        bars.w = g * 3 * model.w**2 * x * model.parts[0]
        bars.parts = [g * np.sum(model.w**3) * x]
        return bars, g * np.sum(model.w**3) * model.parts[0]

    claim(monkeypatch, pull)
    model = Model()
    sg.check_grads(lambda model, x: model(x), (model, 2.0))
    assert model.me is model and model.w.tolist() == [0.5, -2.0]
    claim(monkeypatch, lambda args, g: (None, pull(args, g)[1]))
    with pytest.raises(AssertionError, match=r"argument 0\.w is missing"):
        sg.check_grads(lambda model, x: model(x), (model, 2.0))


def test_complex(monkeypatch: pytest.MonkeyPatch) -> None:
    z = np.array([1 + 2j, -0.5 + 0.25j])
    claim(monkeypatch, lambda args, g: (g * np.conj(2 * args[0]),))
    sg.check_grads(lambda x: x * x, (z,))
    sg.check_grads(lambda x: x * x, (1.5 - 2j,))
    claim(monkeypatch, lambda args, g: (g * 2 * args[0],))
    with pytest.raises(AssertionError, match="element"):
        sg.check_grads(lambda x: x * x, (z,))


def test_complex_to_real(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, lambda args, g: (2 * g * args[0],))
    sg.check_grads(lambda x: (x * np.conj(x)).real, (np.array([1 + 2j, -0.5 + 0.25j]),))


@pytest.mark.parametrize("inside", [False, True])
def test_single_precision(monkeypatch: pytest.MonkeyPatch, inside: bool) -> None:
    def f(x: Any) -> Any:
        return np.exp(x.astype(np.float32) if inside else x)

    x = np.linspace(-1, 2, 5, dtype=np.float32)
    claim(monkeypatch, lambda args, g: (g * np.exp(args[0]),))
    sg.check_grads(f, (x,))
    claim(monkeypatch, lambda args, g: (g * np.exp(args[0]) * np.float32(1.1),))
    with pytest.raises(AssertionError, match="argument 0"):
        sg.check_grads(f, (x,))
    claim(monkeypatch, lambda args, g: ((g * np.exp(args[0])).astype(float),))
    with pytest.raises(AssertionError, match="wanted shape .* of float32"):
        sg.check_grads(f, (x,))


def test_large_inputs_by_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).normal(size=(40, 50))
    claim(monkeypatch, lambda args, g: (g * 3 * args[0] ** 2,))
    sg.check_grads(lambda x: x**3, (x,))

    def wrong(args: Any, g: Any) -> Any:
        bars = g * 3 * args[0] ** 2
        bars[17] = 0.0
        return (bars,)

    claim(monkeypatch, wrong)
    with pytest.raises(AssertionError, match="random direction|element"):
        sg.check_grads(lambda x: x**3, (x,))


def test_scalars_integers_and_missing_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, lambda args, g: (args[1] * args[0] ** (args[1] - 1) * g, None))
    sg.check_grads(lambda x, n: x**n, (1.5, 3))
    claim(monkeypatch, lambda args, g: (None, None))
    with pytest.raises(AssertionError, match="argument 0: wanted"):
        sg.check_grads(lambda x, n: x**n, (1.5, 3))
    claim(monkeypatch, lambda args, g: ())
    with pytest.raises(AssertionError, match="argument 0 is missing"):
        sg.check_grads(lambda x, n: x**n, (1.5, 3))


def test_zero_dimensional_and_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, lambda args, g: (np.asarray(2 * g * args[0]),))
    sg.check_grads(lambda x: x * x, (np.array(3.0),))
    sg.check_grads(lambda x: x * x, (np.zeros((0, 3)),))


def test_arguments_are_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def scale_in_place(x: Any, log: Any) -> Any:
        x *= 2.0
        log.append(float(x[0]))
        return x

    claim(monkeypatch, lambda args, g: (2 * g, None))
    x, log = np.array([1.0, 2.0]), [0.5]
    sg.check_grads(scale_in_place, (x, log), argnums=0)
    assert x.tolist() == [1.0, 2.0] and log == [0.5]


def test_random_functions_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, lambda args, g: (g, None))
    shared = np.random.default_rng(0)
    with pytest.raises(AssertionError, match="different values"):
        sg.check_grads(lambda x: x + shared.normal(), (1.0,))
    sg.check_grads(lambda x, rng: x + rng.normal(), (1.0, shared))


def test_a_wrong_value_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sg, "vjp", lambda f, *args: (f(*args) + 1.0, lambda g: (g,)))
    with pytest.raises(AssertionError, match="another value"):
        sg.check_grads(lambda x: x, (1.0,))


def test_what_is_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="order=0"):
        sg.check_grads(lambda x: x, (1.0,), order=0)
    with pytest.raises(ValueError, match="a mode is 'rev' or 'fwd'"):
        sg.check_grads(lambda x: x, (1.0,), modes=("forward",))
    with pytest.raises(ValueError, match="'rev', 'fwd' or both"):
        sg.check_grads(lambda x: x, (1.0,), modes=())
    with pytest.raises(ValueError, match="argnums has 3, but there are 1"):
        sg.check_grads(lambda x: x, (1.0,), argnums=3)


def test_tolerances_and_steps_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    claim(monkeypatch, lambda args, g: (g * 1.01,))
    sg.check_grads(lambda x: x, (1.0,), rtol=0.05, eps=1e-4)
    with pytest.raises(AssertionError):
        sg.check_grads(lambda x: x, (1.0,), rtol=1e-3)


def structured(params, x):
    hidden = np.tanh(params["w"] @ x + params["b"][0])
    return {"out": hidden * 2.0, "parts": [np.sum(hidden), x[0] * 1j]}


def test_both_modes_are_checked() -> None:
    params = {"w": np.array([[0.3, -0.2], [0.1, 0.5]]), "b": (np.array([0.1, 0.2]), 3)}
    sg.check_grads(structured, (params, np.array([0.4, -1.2])), modes=("rev", "fwd"))
    sg.check_grads(lambda z: np.abs(z) * z, (np.array([1.0 + 2.0j, -0.5j]),), modes=("fwd",))


def test_a_wrong_tangent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def claims(tangent):
        monkeypatch.setattr(sg, "jvp", lambda f: lambda args, tangents: (f(*args), tangent(args, tangents)))

    claims(lambda args, tangents: 1.01 * tangents[0])
    with pytest.raises(AssertionError, match=r"tangent of .* with respect to argument 0, element \[0\]: numeric"):
        sg.check_grads(lambda x: 1.0 * x, (np.array([0.0, 1.0]),), modes=("fwd",))
    claims(lambda args, tangents: None)
    with pytest.raises(AssertionError, match="the tangent of the result is None"):
        sg.check_grads(lambda x: 1.0 * x, (1.0,), modes=("fwd",))
    monkeypatch.setattr(sg, "jvp", lambda f: lambda args, tangents: (f(*args) + 1.0, tangents[0]))
    with pytest.raises(AssertionError, match="jvp returned another value"):
        sg.check_grads(lambda x: 1.0 * x, (1.0,), modes=("fwd",))
