"""Gradients that are differentiated in turn: small functions and parts of displays are written into them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, -0.7, 1.1])


def half_square(q: Any) -> Any:
    return q * q * 0.5


def blended(a: Any, b: Any = 1.0, *, k: Any = 2.0) -> Any:
    t = a * b
    t = t + half_square(t) * k
    return t


def scaled(u: Any, factor: Any) -> Any:
    u *= factor
    return u


def summed(w: Any, n: Any) -> Any:
    acc = 0.0
    for i in range(n):
        if w[i] > 0:
            acc = acc + half_square(w[i])
        else:
            acc = acc - w[i] ** 3
            continue
    sum = acc * 2.0  # a builtin's name
    return sum


def even(q: Any, n: Any) -> Any:
    return q if n == 0 else odd(q * q, n - 1)


def odd(q: Any, n: Any) -> Any:
    return even(q + 1.0, n) * 0.5


def size(values: Any) -> Any:
    return abs(values)


def hooked(h: Any) -> Any:
    sg.on_adjoint(h, lambda h_bar: 2.0 * h_bar)
    return h * h


def displays(q: Any) -> Any:
    parts = {"a": blended(q, 2.0, k=3.0), "b": [q * 2.0, q * q], "c": half_square(q)}
    last = [parts["a"], parts["c"]]
    b = parts["b"]
    return np.sum(last[-1] * last[0] + b[0] * b[1])


def in_place(w: Any) -> Any:
    u = scaled(w * 1.0, w[0])
    v = scaled(u, 2.0)
    return np.sum(u * v) + summed(w, 3)


def with_names_of_builtins(w: Any) -> Any:
    abs = w * 2.0
    return np.sum(abs) + np.sum(size(w) ** 3)


def through_themselves(w: Any) -> Any:
    return np.sum(even(w, 3))


def in_turns(w: Any) -> Any:
    t = 0.0
    for i in range(3):
        p = [w[i], half_square(w[i - 1])]
        t = t + p[0] * p[1]
        w = blended(w, 0.5, k=t)
    return t * p[0]


def nested_calls(w: Any) -> Any:
    q = w[0]
    both = half_square(half_square(q) + half_square(w[1]))
    return both * blended(w[2], b=q, k=both)


def with_hooks(w: Any) -> Any:
    return np.sum(hooked(w) * w)


FUNCTIONS = [
    displays, in_place, with_names_of_builtins, through_themselves, in_turns, nested_calls, with_hooks,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS)
def test_derivatives_of_gradients(f: Any) -> None:
    sg.check_grads(sg.grad(f), (X,), modes=("rev", "fwd"))
    sg.check_grads(lambda x: np.sum(sg.grad(f)(x) ** 2 * x), (X,))


def test_no_call_and_no_display_is_left() -> None:
    def energy(q: Any) -> Any:
        parts = [half_square(q), {"k": q**4}["k"]]
        return parts[0] + 0.1 * parts[-1]

    product = sg.hvp(energy)
    product(0.7, 1.0)
    assert "half_square" not in product.source
    assert "parts[" not in product.source
    assert "dynamic" not in product.source


def test_functions_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    product = sg.hvp(nested_calls)
    before = product(X, X)
    monkeypatch.setitem(globals(), "half_square", lambda q: q**3)
    after = product(X, X)
    assert not np.allclose(before, after)
    sg.check_grads(sg.grad(nested_calls), (X,))
    monkeypatch.undo()
    np.testing.assert_array_equal(product(X, X), before)


def test_rules_given_later_are_used() -> None:
    product = sg.hvp(lambda x: np.sum(ruled(x)))
    np.testing.assert_allclose(product(X, X), 6.0 * X * X)

    @sg.rule(ruled, elementwise=True)
    def ruled_rule(x: Any) -> Any:
        x: 5.0 * x**2

    np.testing.assert_allclose(product(X, X), 10.0 * X * X)


def ruled(x: Any) -> Any:
    return x**3
