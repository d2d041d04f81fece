"""Wrong calls: a TypeError or ValueError that names the function, the argument, what came and what was wanted."""

from __future__ import annotations

import inspect
import traceback

import numpy as np
import pytest

import srcgrad as sg

V = np.array([0.3, -0.7, 1.1])


def product(w, b, x=2.0):
    """The product of its arguments."""
    return np.sum(w * x) * b


@pytest.mark.parametrize("result", [lambda v: v, lambda v: (np.sum(v), 1.0), lambda v: [np.sum(v)], lambda v: None])
def test_result_that_is_no_scalar(result):
    with pytest.raises((TypeError, ValueError)) as caught:
        sg.grad(result)(V)
    assert "<lambda>" in str(caught.value)
    assert "scalar" in str(caught.value)


def test_shape_of_a_result_that_is_no_scalar():
    def vector_valued(v):
        return v * 2.0

    with pytest.raises((TypeError, ValueError)) as caught:
        sg.grad(vector_valued)(V)
    assert "vector_valued" in str(caught.value) and "(3,)" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "word"),
    [(3, "int"), (True, "bool"), ("text", "str"), (np.arange(3), "int"), (np.array([True]), "bool"), (None, "None")],
    ids=repr,
)
def test_argument_that_cannot_be_active(value, word):
    calls = []

    def f(first, weight):
        calls.append(1)
        return first

    with pytest.raises(TypeError) as caught:
        sg.grad(f, argnums="weight")(0.5, value)
    message = str(caught.value)
    assert "f" in message and "weight" in message and word in message
    assert not calls


def test_integer_stays_refused_after_floats_worked():
    gradient = sg.grad(lambda x: x * x)
    assert float(gradient(2.0)) == 4.0
    with pytest.raises(TypeError):
        gradient(2)
    assert float(gradient(3.0)) == 6.0


@pytest.mark.parametrize("argnums", [3, -4, "missing", (0, 7), ("w", "nope"), 1.5, (0, None)], ids=repr)
def test_wrong_argnums(argnums):
    with pytest.raises((TypeError, ValueError)) as caught:
        sg.grad(product, argnums=argnums)(V, 0.5)
    assert "product" in str(caught.value)
    assert "argnums" in str(caught.value)


def test_argnums_twice():
    with pytest.raises((TypeError, ValueError)):
        sg.grad(product, argnums=(0, 0))(V, 0.5)


def test_wrong_number_of_arguments():
    gradient = sg.grad(product)
    for args in ((), (V,), (V, 1.0, 2.0, 3.0)):
        with pytest.raises(TypeError, match="argument"):
            gradient(*args)
    with pytest.raises(TypeError):
        gradient(V, 1.0, nonsense=2.0)


def failing(x, n):
    y = x * x
    if n > 2:
        raise ArithmeticError("too many")  # the line
    return y / n


def calls_failing(x, n):
    return failing(x * 2.0, n) + 1.0


def raising_line() -> int:
    lines, first = inspect.getsourcelines(failing)
    return next(first + i for i, line in enumerate(lines) if "# the line" in line)


@pytest.mark.parametrize("f", [failing, calls_failing])
def test_traceback_points_at_the_users_line(f):
    gradient = sg.grad(f)
    gradient(0.7, 1)
    with pytest.raises(ArithmeticError) as caught:
        gradient(0.7, 3)
    text = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert f'File "{__file__}", line {raising_line()}' in text
    assert 'raise ArithmeticError("too many")' in text


def test_exceptions_of_numpy_point_at_the_users_line():
    def mismatched(v):
        w = v * 2.0
        return np.sum(w @ np.ones(7))

    with pytest.raises(ValueError) as caught:
        sg.grad(mismatched)(V)
    text = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert f'File "{__file__}", line {inspect.getsourcelines(mismatched)[1] + 2}' in text


def np_outer(v, w):
    return np.outer(v, w)


@pytest.mark.parametrize(
    ("f", "cotangent"),
    [
        (lambda v: v * 2.0, np.ones(4)),
        (lambda v: v * 2.0, np.ones((3, 1))),
        (lambda v: v * 2.0, (np.ones(3),)),
        (lambda v: np.sum(v), np.ones(2)),
        (lambda v: (v, v), np.ones(3)),
        (lambda v: (v, v), (np.ones(3),)),
        (lambda v: (v, v), (np.ones(3), np.ones(2))),
        (lambda v: {"a": v}, {"b": np.ones(3)}),
        (lambda v: [v], None),
        (lambda v: v, "text"),
    ],
)
def test_wrong_cotangent(f, cotangent):
    _, pullback = sg.vjp(f, V)
    with pytest.raises((TypeError, ValueError)) as caught:
        pullback(cotangent)
    message = str(caught.value)
    assert "<lambda>" in message
    assert "cotangent" in message


def test_wrong_cotangent_says_both_shapes():
    _, pullback = sg.vjp(np_outer, V, V)
    with pytest.raises((TypeError, ValueError)) as caught:
        pullback(np.ones((2, 5)))
    message = str(caught.value)
    assert "np_outer" in message and "(2, 5)" in message and "(3, 3)" in message
