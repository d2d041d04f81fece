"""Derivatives as linear maps: `linearize`, its transpose, batches of directions, and short calls of `jvp`."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from jvp_support import direction, only_leaves
from support import assert_close, assert_like, leaves, normalised
from test_language_programs import EXACT

import srcgrad as sg
from srcgrad.fasttangent import Shortcuts


@pytest.mark.parametrize(("f", "args", "argnums"), [pytest.param(*c[1:4], id=c[0]) for c in EXACT[::6]])
def test_programs(f: Any, args: tuple[Any, ...], argnums: Any) -> None:
    """The map gives what forward mode gives, and is the transpose of its transpose."""
    numbers = normalised(args, argnums)
    tangents = direction(args, numbers)
    given = [only_leaves(t, a) if i in numbers else None for i, (t, a) in enumerate(zip(tangents, args))]
    try:
        value, linear = sg.linearize(f, *copy.deepcopy(args))
        found = linear(*given)
    except sg.UnsupportedError as error:
        assert error.construct and error.advice
        return
    _, expected = sg.jvp(f, copy.deepcopy(args), tuple(given))
    single = any(np.asarray(leaf).dtype in (np.float32, np.complex64) for leaf in leaves((args, value)))
    assert_like(found, value, "tangent")
    assert_close(found, expected, single)
    again = linear(*given)
    for one, other in zip(leaves(found), leaves(again)):
        assert np.array_equal(one, other, equal_nan=True)


def stepping(x: Any, steps: int) -> Any:
    u = x.copy()
    for _ in range(steps):
        u[1:-1] += 0.1 * (u[:-2] - 2.0 * u[1:-1] + u[2:]) * x[1:-1]
    return u


def test_the_function_runs_once() -> None:
    runs = []

    def counted(x: Any) -> Any:
        runs.append(len(x))
        return np.tanh(x) * np.sum(x)

    x = np.array([0.1, 0.2, 0.3])
    value, linear = sg.linearize(counted, x)
    columns = np.array([linear(row) for row in np.eye(3)]).T
    rows = np.array([linear.transpose(row)[0] for row in np.eye(3)])
    assert runs == [3] and linear.runs == 1
    np.testing.assert_allclose(columns, rows)
    assert np.array_equal(value, counted(x))
    assert "def counted_reverse_reverse" in linear.source


def test_batches() -> None:
    x = np.array([0.1, 0.2, 0.3, 0.4])
    _, linear = sg.linearize(stepping, x, 5)
    together = linear.batch(np.eye(4), None)
    np.testing.assert_array_equal(together, [linear(row, None) for row in np.eye(4)])
    by_rows, nothing = linear.transpose.batch(np.eye(4))
    np.testing.assert_allclose(by_rows, together.T)
    assert nothing is None
    assert linear.batch(np.zeros((0, 4)), None).shape == (0, 4)
    assert linear.transpose.batch(np.zeros((0, 4)))[0].shape == (0, 4)
    for wrong in (np.ones((2, 3)), np.ones(4), 1.0):
        with pytest.raises(ValueError, match=r"shape|batch"):
            linear.batch(wrong, None)
        with pytest.raises(ValueError, match=r"shape|batch"):
            linear.transpose.batch(wrong)


def test_batches_of_structures() -> None:
    def layer(p: Any, x: Any) -> Any:
        return {"h": np.tanh(p["w"] @ x) + p["b"][0], "n": 3}

    p = {"w": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": [0.5]}
    value, pullback = sg.vjp(layer, p, np.array([0.1, 0.2]))
    p_bar, x_bar = pullback.batch({"h": np.eye(2), "n": None})
    one = pullback({"h": np.array([0.0, 1.0]), "n": None})
    assert np.array_equal(p_bar["w"][1], one[0]["w"]) and np.array_equal(p_bar["b"][0][1], one[0]["b"][0])
    assert np.array_equal(x_bar[1], one[1])
    _, linear = sg.linearize(layer, p, np.array([0.1, 0.2]))
    dots = linear.batch({"w": np.ones((3, 2, 2)), "b": [np.arange(3.0)]}, None)
    alone = linear({"w": np.ones((2, 2)), "b": [2.0]}, None)
    assert np.array_equal(dots["h"][2], alone["h"]) and dots["n"] is None
    with pytest.raises(ValueError, match="same length"):
        linear.batch({"w": np.ones((3, 2, 2)), "b": [np.arange(2.0)]}, None)


def test_objects_in_batches() -> None:
    class Box:
        def __init__(self, a: Any) -> None:
            self.a = a

    def inside(box: Any) -> Any:
        return box.a**2

    _, pullback = sg.vjp(inside, Box(np.array([1.0, 2.0])))
    assert pullback.batch(np.eye(2))[0].a.tolist() == [[2, 0], [0, 4]]


def helper(x: Any) -> Any:
    return np.sin(x) * x


def test_functions_that_are_run_again() -> None:
    x = np.array([0.1, 0.2])
    value, linear = sg.linearize(lambda x: helper(x) + helper(2.0 * x), x)
    expected = np.sin(x) + x * np.cos(x) + 2 * (np.sin(2 * x) + 2 * x * np.cos(2 * x))
    np.testing.assert_allclose(linear(np.ones(2)), expected)
    x[:] = 5.0  # the map is that of the point where it was made
    try:
        np.testing.assert_allclose(linear(np.ones(2)), expected)
    except RuntimeError as error:
        assert "changed after the call" in str(error)


def test_written_since() -> None:
    x = np.array([0.1, 0.2])
    _, linear = sg.linearize(lambda x: x * x, x)
    x[0] = 3.0
    with pytest.raises(RuntimeError, match="changed after the call"):
        linear(np.ones(2))


def test_tangents_that_do_not_fit() -> None:
    _, linear = sg.linearize(stepping, np.ones(4), 2)
    with pytest.raises(ValueError, match="2 tangents"):
        linear(np.ones(4), None, None)
    with pytest.raises(ValueError, match="shape"):
        linear(np.ones(3), None)
    with pytest.raises(TypeError, match="cannot differentiate"):
        linear(np.ones(4), 1.0)


def test_value_beside_it() -> None:
    value, linear, aux = sg.linearize(lambda x: (x * x, "done"), np.array([1.0, 2.0]), has_aux=True)
    assert value.tolist() == [1, 4] and aux == "done"
    assert linear(np.ones(2)).tolist() == [2, 4] and linear.transpose(np.ones(2))[0].tolist() == [2, 4]


def test_default_and_variable_arguments() -> None:
    def scaled(x: Any, factor: float = 3.0) -> Any:
        return x * factor

    _, linear = sg.linearize(scaled, np.ones(2))
    assert linear(np.ones(2)).tolist() == [3, 3]

    def summed(*xs: Any) -> Any:
        return xs[0] * xs[1]

    _, linear = sg.linearize(summed, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert linear(np.ones(2), None).tolist() == [3, 4]


# ------------------------------------------------------------------------------------------------- short calls of jvp


def test_short_calls_of_jvp() -> None:
    def layer(x: Any, w: Any, scale: float) -> Any:
        return np.tanh(w @ x) * scale

    made = sg.jvp(layer)
    x, w = np.array([0.1, 0.2]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    long = made((x, w, 2.0), (x, None, 1.0))
    for _ in range(3):
        value, tangent = made((x, w, 2.0), (x, None, 1.0))
        assert np.array_equal(value, long[0]) and np.array_equal(tangent, long[1])
    assert isinstance(made._shortcuts, Shortcuts) and len(made._shortcuts.fast) == 1
    # other tangents, shapes and dtypes go their own way
    np.testing.assert_allclose(made((x, w, 2.0), (None, w, None))[1], 2 * (1 - np.tanh(w @ x) ** 2) * (w @ x))
    assert made((x.astype(np.float32), w.astype(np.float32), 2.0), (x.astype(np.float32), None, 1.0))[1].dtype == "f4"
    with pytest.raises(ValueError, match="shape"):
        made((x, w, 2.0), (np.ones(3), None, 1.0))
    with pytest.raises(TypeError, match="complex"):
        made((x, w, 2.0), (x * 1j, None, 1.0))


def test_short_calls_keep_memory_apart() -> None:
    made = sg.jvp(lambda x: x)
    for _ in range(4):
        x, x_dot = np.ones(2), np.ones(2)
        _, tangent = made((x,), (x_dot,))
        tangent[0] = 7.0
        assert x_dot.tolist() == [1, 1]

    def writing(x: Any, y: Any) -> Any:
        x *= y
        return x

    made = sg.jvp(writing)
    for _ in range(3):
        x, x_dot = np.array([2.0, 3.0]), np.ones(2)
        assert made((x, np.array([4.0, 5.0])), (x_dot, None))[1].tolist() == [4, 5]
        assert x.tolist() == [8, 15] and x_dot.tolist() == [1, 1]
    both = np.ones(2)
    with pytest.raises(sg.UnsupportedError, match="share memory"):
        made((both, both), (np.ones(2), None))


def test_short_calls_see_globals_change() -> None:
    space: dict[str, Any] = {"factor": 2.0}
    cell = 3.0

    def scaled(x: Any) -> Any:
        return x * cell

    made = sg.jvp(scaled)
    for _ in range(3):
        assert made((1.0,), (1.0,)) == (3.0, 3.0)
    cell = np.array([1.0, 2.0])
    assert made((1.0,), (1.0,))[1].tolist() == [1, 2]
    assert space


def test_user_errors_on_the_short_way() -> None:
    made = sg.jvp(lambda x: 1.0 / x)
    for _ in range(3):
        made((2.0,), (1.0,))
    with pytest.raises(ZeroDivisionError):
        made((0.0,), (1.0,))
