"""Values of which it is known only when they run whether they are complex: adjoints of real ones stay real."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg

X = np.array([0.5, 1.5, 0.8])


def roots(x):
    u = np.emath.power(x, 1.5)
    return np.sum(np.real(np.outer(u, u) @ np.array([1 + 1j, 2j, 3.0]))) + np.real(np.dot(u, u * 1j + 1))


def logarithms(x):
    u = np.emath.log(x)
    total = np.real(np.sum(u) * np.exp(1j * u[0]))
    return total + np.sum(np.real((u[:, None] * np.array([[1 + 1j, 2.0]])) ** 2)) + np.imag(u[0] * u[0] * (1 + 2j))


def angles(x):
    return np.sum(np.angle(x * 1j + 2) ** 3)


def angles_of_what_is_unknown(x):
    u = np.emath.sqrt(x)
    return np.sum(np.abs(1j * np.angle(u + 1j) ** 2 + u) ** 2)


@pytest.mark.parametrize("function", [roots, logarithms, angles, angles_of_what_is_unknown])
def test_first_and_second_derivatives(function):
    gradient, way = sg.grad(function), np.array([0.3, -1.0, 0.7])
    first, second = differences(function, X), differences(lambda x: np.sum(gradient(x) * way), X)
    np.testing.assert_allclose(gradient(X), first, rtol=1e-6)
    np.testing.assert_allclose(sg.hessian(function)(X) @ way, second, rtol=1e-5, atol=1e-6)
    x = sg.tensor(X, requires_grad=True)
    (found,) = sg.autograd.grad(function(x), x, create_graph=True)
    np.testing.assert_allclose(found.detach().numpy(), first, rtol=1e-6)
    np.testing.assert_allclose(sg.autograd.grad(np.sum(found * way), x)[0].numpy(), second, rtol=1e-5, atol=1e-6)
