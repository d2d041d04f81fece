"""Functions that are not written in Python are differentiated by themselves, with the parameters in the table."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest
from support import numeric_gradient

import srcgrad as sg


@pytest.mark.parametrize(
    ("f", "shape"),
    [(np.tanh, ()), (np.mean, (3, 2)), (np.linalg.norm, (3, 2)), (np.linalg.det, (3, 3)), (np.max, (4,)), (abs, ())],
)
def test_the_gradient_of_a_function_of_numpy(f, shape):
    x = np.random.default_rng(0).normal(size=shape)
    x = x if shape else float(x)
    np.testing.assert_allclose(sg.grad(f)(x), numeric_gradient(f, (x,), (0,))[0], rtol=1e-6)
    np.testing.assert_allclose(sg.vjp(f, x)[1](1.0)[0], numeric_gradient(f, (x,), (0,))[0], rtol=1e-6)


def test_two_arguments():
    assert sg.grad(np.hypot, argnums=(0, 1))(3.0, 4.0) == (0.6, 0.8)
    assert sg.grad(operator.mul, argnums=1)(3.0, 4.0) == 3.0
    assert sg.grad(math.atan2)(0.0, 2.0) == 0.5


def test_arguments_by_name_and_by_position():
    x = np.arange(6.0).reshape(2, 3)
    for made in (sg.jacobian(np.cumsum)(x, axis=1), sg.jacobian(np.cumsum)(x, 1)):
        np.testing.assert_array_equal(made[1, 2, 1], [1.0, 1.0, 1.0])
        assert not made[1, 2, 0].any()
    assert sg.jacobian(np.cumsum)(x).shape == (6, 2, 3)


def test_a_parameter_that_is_called_y():
    """In a rule `y` is the result."""
    x = np.array([1.0, 2.0, 4.0])
    np.testing.assert_allclose(sg.jacobian(np.cov)(x, y=2.0 * x)[0, 1], [-4.0 / 3.0, -1.0 / 3.0, 5.0 / 3.0])


def test_the_text_names_the_function_as_people_do():
    pullback = sg.vjp(np.linalg.det, np.eye(2))[1]
    assert pullback.source.startswith("def det_forward(a):\n    np_linalg_det = np.linalg.det(a)\n")
    assert repr(pullback) == "<pullback of det>"


def test_derivatives_of_derivatives():
    assert sg.grad(sg.grad(np.sin))(1.0) == -math.sin(1.0)
    np.testing.assert_allclose(sg.hessian(np.prod)(np.array([1.0, 2.0, 3.0])), [[0, 3, 2], [3, 0, 1], [2, 1, 0]])
    assert sg.jvp(np.sin, (0.0,), (2.0,)) == (0.0, 2.0)


def test_objects_that_call():
    square = np.vectorize(lambda x: x**2)
    np.testing.assert_allclose(sg.vjp(square, np.array([1.0, 2.0]))[1](np.ones(2))[0], [2.0, 4.0])
    assert sg.grad(np.polynomial.Polynomial([1.0, 2.0, 3.0]))(2.0) == 14.0


def test_a_function_of_scipy_with_an_entry():
    linalg = pytest.importorskip("scipy.linalg")
    a = np.array([[0.1, 0.2], [0.3, -0.4]])
    made = sg.jacobian(linalg.expm)(a)
    for i in range(2):
        for j in range(2):
            step = np.zeros((2, 2))
            step[i, j] = 1e-6
            expected = (linalg.expm(a + step) - linalg.expm(a - step)) / 2e-6
            np.testing.assert_allclose(made[:, :, i, j], expected, atol=1e-8)


@pytest.mark.parametrize("f", [max, math.hypot, np.einsum, np.random.default_rng(0).normal])
def test_where_the_number_of_arguments_is_not_known(f):
    with pytest.raises(sg.UnsupportedError, match=r"is not known; wrap it: lambda x: f\(x\)"):
        sg.grad(f)(1.0)
