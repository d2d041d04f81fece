"""Calls that cannot work, or look as if they could not: what the user is told, and what works nevertheless."""

from __future__ import annotations

import functools
import math
from collections import deque

import numpy as np
import pytest

import srcgrad as sg

X = np.array([1.5, 0.25, 2.0])


def scaled(factor):
    def decorate(f):
        @functools.wraps(f)
        def wrapper(*args, **keywords):
            return factor * f(*args, **keywords)

        return wrapper

    return decorate


@scaled(3.0)
@scaled(2.0)
def energy(x, weight=2.0, *, offset=1.0):
    return np.sum(x**2) * weight + offset


class Model:
    def __init__(self):
        self.factor = 3.0

    @scaled(2.0)
    def loss(self, x):
        return self.factor * np.sum(x**2)

    @scaled(5.0)
    def __call__(self, x):
        return self.factor * np.sum(x**2)


def test_decorated_functions_have_the_parameters_of_what_they_decorate():
    np.testing.assert_allclose(sg.grad(energy)(X), 24.0 * X)
    np.testing.assert_allclose(sg.grad(energy, "weight")(X, offset=2.0), 6.0 * np.sum(X**2))
    both = sg.grad(energy, (0, 1))(X, 3.0)
    np.testing.assert_allclose(both[0], 36.0 * X)
    np.testing.assert_allclose(sg.jvp(energy, (X,), (np.ones(3),))[1], np.sum(24.0 * X))
    np.testing.assert_allclose(sg.vjp(energy, X)[1](1.0)[0], 24.0 * X)
    np.testing.assert_allclose(sg.hessian(energy)(X), 24.0 * np.eye(3))
    # a decorator copies what the function before it holds
    np.testing.assert_allclose(sg.grad(scaled(0.5)(energy))(X), 12.0 * X)
    np.testing.assert_allclose(sg.grad(Model().loss)(X), 12.0 * X)
    np.testing.assert_allclose(sg.grad(Model())(X), 30.0 * X)


def cube(x):
    return x**3


def one_of_two(x, chosen=(lambda x: np.sum(x), lambda x: x**3)):
    return chosen[int(x[0] < 100.0)](x)


@pytest.mark.parametrize(
    ("f", "message"),
    [(cube, r"shape \(3,\)"), (one_of_two, r"shape \(3,\)"), (lambda x: x[0] * 1j, "complex"), (lambda x: None, "None"),
     (lambda x: (np.sum(x), 1.0), "tuple"), (lambda x: int(x[0]), "an int"), (lambda x: bool(x[0] > 1.0), "a bool")],
)  # fmt: skip
def test_derivatives_of_derivatives_want_a_scalar_too(f, message):
    calls = [
        lambda: sg.grad(f)(X), lambda: sg.hessian(f)(X), lambda: sg.hvp(f)(X, X), lambda: sg.vhp(f)(X, X),
        lambda: sg.jacobian(sg.grad(f))(X), lambda: sg.jvp(sg.grad(f), (X,), (X,)),
        lambda: sg.grad(lambda x: np.sum(sg.grad(f)(x)))(X),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(TypeError, match=message):
            call()


def test_cotangents_may_be_lists():
    np.testing.assert_array_equal(sg.vjp(lambda x: x * 2.0, X)[1]([1.0, 2.0, 3.0])[0], [2.0, 4.0, 6.0])


@pytest.mark.parametrize("what", [3, "x**2", X])
def test_what_is_no_function(what):
    with pytest.raises(TypeError, match="wanted a function"):
        sg.grad(what)


def test_functions_without_source_say_how_to_go_on():
    cached = functools.lru_cache(lambda x: x * x)
    with pytest.raises(sg.UnsupportedError, match="__wrapped__"):
        sg.grad(cached)
    with pytest.raises(sg.UnsupportedError, match="wrap it"):
        sg.grad(math.hypot)


@pytest.mark.parametrize("made", [deque, set, frozenset, iter, lambda items: dict(enumerate(items)).values()])
def test_results_that_have_no_cotangent(made):
    _, pullback = sg.vjp(lambda x: (np.sum(x), made([x[0] * x[1]])), X)
    with pytest.raises(TypeError, match="which has no cotangent: return a list"):
        pullback((1.0, [1.0]))
    np.testing.assert_array_equal(pullback((1.0, None))[0], np.ones(3))
    _, pullback = sg.vjp(lambda x: (np.sum(x), {1, 2}), X)
    np.testing.assert_array_equal(pullback((1.0, {1, 2}))[0], np.ones(3))
