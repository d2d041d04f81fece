"""What programs do with their own adjoints: `on_adjoint` and `adjoint_of`."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from support import check

import srcgrad as sg

V = np.array([0.5, -1.0, 1.5])
SEEN: list = []


@pytest.fixture(autouse=True)
def nothing_seen():
    SEEN.clear()


def clip(bar):
    return np.clip(bar, -1.0, 1.0)


def look(bar):
    SEEN.append(bar.copy())


def clipped(x):
    h = x * 2.0
    sg.on_adjoint(h, clip)
    return np.sum(h * h)


def looked_at(x):
    h = np.sin(x)
    sg.on_adjoint(h, look)
    return np.sum(h * h)


def with_block(x, limit):
    total = 0.0
    for k in range(3):
        x = np.sin(x)
        with sg.adjoint_of(x) as x_bar:
            norm = np.linalg.norm(x_bar)
            if norm > limit:
                x_bar = x_bar * (limit / norm)
            SEEN.append((k, norm))
        total = total + np.sum(x)
    return total


def test_undecorated_functions_are_plain():
    assert clipped(V) == np.sum((2.0 * V) ** 2)
    assert looked_at(V) == np.sum(np.sin(V) ** 2)
    with_block(V, 0.1)
    assert SEEN == []
    assert sg.on_adjoint(V, clip) is None
    with sg.adjoint_of(V) as bar:
        SEEN.append(bar)
    assert SEEN == [] and sys.gettrace() is None


def test_a_tracer_stays_in_place():
    lines = []

    def trace(frame, event, arg):
        lines.append((frame.f_code.co_name, event))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with_block(V, 0.1)
        now = sys.gettrace()
    finally:
        sys.settrace(before)
    assert now is trace and ("with_block", "return") in lines


def test_an_error_before_the_block_is_left_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        with sg.adjoint_of(1 / 0):
            pass


def test_what_is_returned_replaces_the_adjoint():
    gradient = sg.grad(clipped)
    np.testing.assert_array_equal(gradient(V), 2.0 * np.clip(4.0 * V, -1.0, 1.0))
    np.testing.assert_array_equal(gradient(0.1), 0.8)
    assert "h_bar = replaced(clip(h_bar), h_bar" in gradient.source


def test_none_leaves_the_adjoint_as_it_is():
    check(looked_at, V)
    np.testing.assert_array_equal(SEEN[0], 2.0 * np.sin(V))


def test_what_is_written_into_the_adjoint_counts():
    def zero_first(bar):
        bar[0] = 0.0

    def f(x):
        h = x * 1.0
        sg.on_adjoint(h, zero_first)
        return np.sum(h * x)

    np.testing.assert_array_equal(sg.grad(f)(V), V + [0.0, V[1], V[2]])


def test_only_lines_below_have_contributed():
    def f(x):
        h = x * 1.0
        early = np.sum(h)
        sg.on_adjoint(h, look)
        return early + np.sum(3.0 * h)

    check(f, V)
    np.testing.assert_array_equal(SEEN[0], [3.0, 3.0, 3.0])


def test_an_adjoint_that_nothing_contributed_to_is_zero():
    def f(x):
        h = x * 2.0
        sg.on_adjoint(h, look)
        return np.sum(x)

    np.testing.assert_array_equal(sg.grad(f)(V), np.ones(3))
    np.testing.assert_array_equal(SEEN[0], np.zeros(3))


def test_the_block_runs_in_the_reverse_with_the_values_of_its_turn():
    gradient = sg.grad(with_block)
    gradient(V, 0.5)
    assert [k for k, _ in SEEN] == [2, 1, 0]
    text = gradient.source
    forward, reverse = text.split("def with_block_reverse")
    assert "norm" not in forward
    assert "norm = np.linalg.norm(x_bar)" in reverse and "x_bar = x_bar * (limit / norm)" in reverse


def test_a_block_that_changes_nothing_changes_nothing():
    def f(x, w):
        for k in range(2):
            x = np.tanh(w @ x)
            with sg.adjoint_of(x) as bar:
                SEEN.append(float(np.sum(bar)) + k)
        return np.sum(x * x)

    check(f, V, np.arange(9.0).reshape(3, 3) / 9.0)


def test_the_adjoint_scaled_in_place():
    def f(x):
        h = x * 2.0
        with sg.adjoint_of(h) as g:
            g *= 0.5
        return np.sum(h * h)

    np.testing.assert_array_equal(sg.grad(f)(V), 4.0 * V)
    np.testing.assert_array_equal(sg.grad(f)(0.5), 2.0)


def test_values_that_objects_hold():
    def f(x):
        h = x * 2.0
        items = [h, x]
        sg.on_adjoint(h, clip)
        return np.sum(items[0] ** 2) + np.sum(h)

    np.testing.assert_array_equal(sg.grad(f)(V), 2.0 * np.clip(8.0 * V / 2.0 + 1.0, -1.0, 1.0))


def test_branches_and_called_functions():
    def inner(h):
        h = np.sin(h)
        if np.sum(h) > 0.0:
            sg.on_adjoint(h, lambda bar: 2.0 * bar)
        return h

    def f(x):
        return np.sum(inner(x) + inner(-x))

    gradient = sg.grad(f)
    np.testing.assert_allclose(gradient(V), np.cos(V) * (2.0 - 1.0))
    np.testing.assert_allclose(gradient(-V), np.cos(V) * (1.0 - 2.0))


class Layer:
    def __init__(self, limit):
        self.limit = limit
        self.seen = []

    def __call__(self, x):
        h = np.tanh(x)
        with sg.adjoint_of(h) as bar:
            self.seen.append(bar.copy())
            bar = np.clip(bar, -self.limit, self.limit)
        return h


def test_methods():
    layer = Layer(0.5)

    def f(x):
        return np.sum(layer(x) ** 2)

    np.testing.assert_allclose(sg.grad(f)(V), np.clip(2.0 * np.tanh(V), -0.5, 0.5) * (1.0 - np.tanh(V) ** 2))
    assert len(layer.seen) == 1


def test_a_function_that_is_only_seen_when_it_runs():
    def apply(tools, x):
        h = x * 3.0
        tools["hook"](h, clip)
        return np.sum(h * h)

    tools = {"hook": sg.on_adjoint, "other": np.sin}

    def f(x):
        return apply({**tools}, x)

    np.testing.assert_array_equal(sg.grad(f)(V), 3.0 * np.clip(6.0 * V, -1.0, 1.0))


@pytest.mark.parametrize(
    "given, error",
    [(lambda bar: bar[:1], ValueError), (lambda bar: "no", TypeError), (lambda bar: 1j * bar, TypeError)],
)
def test_a_replacement_of_another_form_is_refused(given, error):
    def f(x):
        h = x * 2.0
        sg.on_adjoint(h, given)
        return np.sum(h)

    with pytest.raises(error, match=r"test_adjoint_hooks.py:\d+: the adjoint"):
        sg.grad(f)(V)


def of_an_expression(x):
    sg.on_adjoint(x * 2.0, clip)
    return np.sum(x)


def of_a_container(x):
    items = [x, x]
    sg.on_adjoint(items, clip)
    return np.sum(items[0])


def block_that_returns(x):
    with sg.adjoint_of(x) as bar:
        return bar
    return np.sum(x)


def block_that_assigns_a_variable(x):
    scale = 1.0
    with sg.adjoint_of(x) as bar:
        scale = 2.0 * bar
    return np.sum(x * scale)


def block_that_writes_an_array(x):
    table = np.zeros(3)
    with sg.adjoint_of(x) as bar:
        table[0] = bar[0]
    return np.sum(x * table)


def block_without_a_name(x):
    with sg.adjoint_of(x):
        print("no")
    return np.sum(x)


@pytest.mark.parametrize(
    "f",
    [
        of_an_expression, of_a_container, block_that_returns, block_that_assigns_a_variable, block_that_writes_an_array,
        block_without_a_name,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_refused_with_the_place(f):
    with pytest.raises(sg.UnsupportedError) as caught:
        sg.grad(f)(V)
    assert caught.value.filename == __file__ and caught.value.advice


def test_two_calls_of_the_pullback_run_the_hook_twice():
    value, pullback = sg.vjp(looked_at, V)
    first, second = pullback(1.0)[0], pullback(1.0)[0]
    assert len(SEEN) == 2
    np.testing.assert_array_equal(first, second)


def doubled(bar):
    return 2.0 * bar


def test_arrays_that_are_written_into():
    def above(x):
        u = x * 1.0
        sg.on_adjoint(u, doubled)
        u[0] = u[1] * 3.0
        return np.sum(u * u)

    def below(x):
        u = x * 1.0
        u[0] = u[1] * 3.0
        sg.on_adjoint(u, doubled)
        return np.sum(u * u)

    for f in (above, below):
        np.testing.assert_allclose(sg.grad(f)(V), [0.0, 40.0 * V[1], 4.0 * V[2]])

    def view(x):
        u = x * 1.0
        v = u[1:]
        sg.on_adjoint(v, doubled)
        u[0] = 4.0
        return np.sum(v * v) + np.sum(u)

    with pytest.raises(sg.UnsupportedError, match="under another name"):
        sg.grad(view)(V)
