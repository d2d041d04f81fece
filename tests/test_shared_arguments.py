"""Arguments that hold one array, or one object, at two places: right, or refused where a function would notice."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import srcgrad as sg

V = np.array([1.0, 2.0])


class Layer:
    def __init__(self, w: Any) -> None:
        self.w, self.calls = w, 0

    def __call__(self, x: Any) -> Any:
        return np.tanh(x * self.w)


class Counting(Layer):
    def __call__(self, x: Any) -> Any:
        self.calls += 1
        return np.tanh(x * self.w)


class Pair:
    def __init__(self, a: Any, b: Any) -> None:
        self.a, self.b = a, b


def through(layers, x):
    for layer in layers:
        x = layer(x)
    return np.sum(x)


def weighted(p):
    return np.sum(2.0 * p[0] + 3.0 * p[1])


def appended(p):
    p.append(p[0] * 2.0)
    return np.sum(p[0] * p[1] + p[2])


def attribute_set(pair):
    pair.h = pair.a * 2.0
    return np.sum(pair.b * pair.h)


def shared_state(states):
    states[0]["h"] = states[0]["w"] * 2.0
    return np.sum(states[1]["h"] * states[1]["w"])


def inner_list(pair):
    items, w = pair
    items.append(w)
    return np.sum(items[0] * items[1])


def tied(p):
    return np.sum(p[0] * 3.0) if p[0] is p[1] else np.sum(p[0])


def by_number(p):
    return np.sum(p[0] * len({id(w) for w in p}))


def item_set(params):
    params["c"] = params["a"] * 2.0
    return np.sum(params["a"] * params["b"] + params["c"])


def test_each_place_has_a_gradient():
    first, second = sg.grad(weighted)([V, V])
    np.testing.assert_array_equal(first, [2.0, 2.0])
    np.testing.assert_array_equal(second, [3.0, 3.0])
    layer = Layer(V)
    got = sg.grad(through)([layer, layer], V)
    apart = sg.grad(through)([Layer(V.copy()), Layer(V.copy())], V)
    for one, other in zip(got, apart):
        np.testing.assert_array_equal(one.w, other.w)


def shared_dict() -> Any:
    state = {"w": V, "h": V * 0.0}
    return [state, state]


NOTICING = [
    (appended, lambda: [V, V]),
    (attribute_set, lambda: Pair(V, V)),
    (shared_state, shared_dict),
    (inner_list, lambda: ([V], V)),
    (tied, lambda: [V, V]),
    (by_number, lambda: [V, V]),
    (item_set, lambda: OrderedDict(a=V, b=V)),
    (lambda layers: through(layers, V), lambda: [Counting(V)] * 2),
    (item_set, lambda: {"a": V, "b": V}),
]


def derivatives(f: Any) -> dict[str, Any]:
    """Ways to a derivative by the first argument."""
    return {
        "grad": lambda p: sg.grad(f)(p),
        "vjp": lambda p: sg.vjp(f, p),
        "debug": lambda p: sg.grad(f, debug=True)(p),
        "mutated": lambda p: sg.vjp(f, p, mutated=True),
    }


@pytest.mark.parametrize(("f", "make"), NOTICING)
@pytest.mark.parametrize("way", ["grad", "vjp", "debug", "mutated"])
def test_refused_where_the_function_would_notice(f, make, way):
    with pytest.raises(sg.UnsupportedError, match="at two places") as caught:
        derivatives(f)[way](make())
    error = caught.value
    assert error.filename and error.line and error.advice


def test_refused_in_forward_mode_too():
    with pytest.raises(sg.UnsupportedError, match="at two places"):
        sg.jvp(appended, ([V, V],), ([V, V],))
    value, tangent = sg.jvp(weighted, ([V, V],), ([V, 0.0 * V],))
    assert (value, tangent) == (15.0, 6.0)


def test_a_call_that_was_compiled_before_is_looked_at_as_well():
    gradient = sg.grad(appended)
    for _ in range(3):
        gradient([V, V.copy()])
    with pytest.raises(sg.UnsupportedError, match="at two places"):
        gradient([V, V])


def test_changes_of_an_argument_are_seen_by_the_caller():
    pair = Pair(V, V.copy())
    sg.grad(attribute_set)(pair)
    np.testing.assert_array_equal(pair.h, 2.0 * V)


def test_arguments_that_share_memory_are_refused_with_mutated_too():
    def overwritten(x, y):
        x[:] = 2.0 * x
        return np.sum(x * y)

    w = V.copy()
    with pytest.raises(ValueError, match="share memory"):
        sg.vjp(overwritten, w, w, mutated=True)
    np.testing.assert_array_equal(w, V)
