"""Calls of a gradient that go to a guarded function at once: they are what they would be by the long way."""

from __future__ import annotations

import copy
import inspect
import pickle

import numpy as np
import pytest

import srcgrad as sg


def scaled(a, b=2.0, c=3.0):
    return a * a * b + c


def served(f, *args, **options):
    """A gradient function that has seen calls with such arguments."""
    gradient = sg.grad(f, **options)
    for _ in range(3):
        gradient(*args)
    assert type(gradient) is not type(sg.grad(f))
    return gradient


FACTOR = 1.0
module_gradient = sg.grad(scaled)


def test_any_form_of_call():
    gradient = served(scaled, 1.5, 2.0, 3.0)
    assert gradient(1.5, 2.0, 3.0) == 6.0
    assert gradient(1.5) == 6.0
    assert gradient(1.5, c=1.0) == 6.0
    assert gradient(b=4.0, a=1.5) == 12.0
    assert gradient(a=1.5, b=4.0, c=0.0) == 12.0
    np.testing.assert_array_equal(gradient(np.float64(1.5), 2.0, 3), 6.0)
    assert sg.grad(scaled, argnums=(0, 1))(1.5, 2.0) == (6.0, 2.25)


def test_wrong_calls_raise_what_they_would_raise():
    gradient, fresh = served(scaled, 1.5, 2.0, 3.0), sg.grad(scaled)
    for args, keywords in [((), {}), ((1.0, 2.0, 3.0, 4.0), {}), ((1.0,), {"d": 1.0}), ((1.0,), {"a": 1.0})]:
        with pytest.raises(TypeError) as wanted:
            fresh(*args, **keywords)
        with pytest.raises(TypeError) as got:
            gradient(*args, **keywords)
        assert str(got.value) == str(wanted.value)
    with pytest.raises(TypeError):
        gradient("text", 2.0, 3.0)


def test_arrays_of_other_kinds():
    gradient = served(lambda x, y: np.sum(x * y), np.ones((2, 3)), np.ones(3))
    np.testing.assert_array_equal(gradient(np.ones((2, 3)), np.ones((2, 1))), np.ones((2, 3)))
    np.testing.assert_array_equal(gradient(np.ones(3), np.ones((2, 3))), [2.0, 2.0, 2.0])
    assert gradient(np.ones((2, 3)), 2.0).tolist() == [[2.0] * 3] * 2


def test_it_is_a_function_like_any_other():
    gradient = served(scaled, 1.5, 2.0, 3.0)
    assert isinstance(gradient, type(sg.grad(scaled)))
    assert inspect.signature(gradient) == inspect.signature(scaled)
    assert gradient.__name__ == "scaled" and callable(gradient)
    assert "return" in gradient.source and gradient.cache_info().hits >= 2
    assert sg.grad(gradient)(1.5, 2.0, 3.0) == 4.0
    assert copy.copy(gradient)(1.5, 2.0, 3.0) == 6.0
    for _ in range(3):
        module_gradient(1.5, 2.0, 3.0)
    assert pickle.loads(pickle.dumps(module_gradient))(1.5, 2.0, 3.0) == 6.0


def test_calls_are_counted():
    gradient = served(scaled, 1.5, 2.0, 3.0)
    before = gradient.paths()[0].calls
    gradient(1.5, 2.0, 3.0)
    assert gradient.paths()[0].calls == before + 1


def test_methods():
    class Model:
        def __init__(self, w):
            self.w = w

        @sg.grad
        def slope(self, x):
            return self.w * x * x

        slope_in_x = sg.grad(slope.function, argnums=1)

    for w in (2.0, 3.0, 3.0, 4.0):
        assert Model(w).slope_in_x(1.5) == 3.0 * w
        assert Model.slope_in_x(Model(w), 1.5) == 3.0 * w


def test_paths_and_globals_that_are_new(monkeypatch):
    def bent(x):
        return x * 2.0 if x > FACTOR else x * x

    gradient = served(bent, 2.0)
    assert (gradient(2.0), gradient(0.5)) == (2.0, 1.0)
    monkeypatch.setitem(globals(), "FACTOR", 3)
    assert (gradient(2.0), gradient(5.0)) == (4.0, 2.0)
