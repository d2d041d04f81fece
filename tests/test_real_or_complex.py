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


def spread(x):
    return x * (1 + 0.5j) + 0.3j * x * x


def stored(x):
    a = spread(x)
    b = a * 1.0
    b[1:] = a[1:].real
    b[0] += np.abs(a[2])
    return np.sum(np.imag(b * b * (1 + 1j)))


def converted(x):
    b = spread(x).real.astype(complex) * (1 + 1j)
    return np.sum(np.imag(b * b))


def joined(x):
    a = spread(x)
    b = np.concatenate([a.real, a]) * np.cumsum(np.stack([np.abs(a), a]))
    return np.sum(np.imag(b * b * (1 + 1j)))


def directions(x):
    return np.sum(np.sign(spread(x)).real) + np.sum(np.abs(spread(x)) ** 3)


def multiplied(x):
    a = spread(x)
    b = np.outer(a.real, a) @ np.fft.fft(a.imag) + np.dot(np.abs(a), a)
    return np.sum(np.imag(b * b * (1 + 1j)))


def angles_of_real_numbers(x):
    u = x * 2.0
    return np.sum(np.angle(u) * u + u**2 + np.angle(-u, True) * u**2)


def real_part_last(x):
    a = spread(x)
    product = a * a
    return np.real(np.sum(product * (1 + 2j))) + np.sum(x * -np.real(-a))


def arm_last(x):
    a = spread(x)
    product = a * a
    b = np.where(x > 0.7, a, 0.3)
    return np.real(np.sum(product * (1 + 2j))) + np.sum(np.real(b) * x)


def moved_and_summed(x):
    a = spread(x)
    product, power = a * a, a**3
    b = (a + 1.0)[::-1]
    c = a * 2.0
    return np.imag(np.sum(product * (1 + 2j) + power)) + np.sum(np.real(b) * x) + np.sum(np.real(c) * x**2)


def turn_by_turn(x):
    a = spread(x)
    total = 0.0
    for i in range(3):
        total = total + np.imag(np.sum(a * a)) * i
        a = a * (1 + 0.1j)
        if i > 1:
            total = total + np.sum(a.real * x)
    return total + np.sum(a.real * x)


def by_index(x):
    a = spread(x)
    total = np.imag(a[0] * a[1] * (2 + 1j)) + np.sum(np.imag(a[1:] ** 2))
    return total + np.sum(np.real(a) * x)


def written_later(x):
    a = spread(x)
    total, b = np.sum(np.imag(a * a)), a + 0.0
    b[1:] = b[1:] * 1j + x[1:]
    return total + np.sum(b.real * x) + np.sum(a.real * x)


@pytest.mark.parametrize("order", [[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]])
def test_one_place_that_gives_real_and_complex_numbers(order):
    """Whether a root is complex is up to the values: graphs of one structure then have reverses of their own."""

    def gradient(value, create_graph=False):
        x = sg.tensor(value, requires_grad=True)
        u = np.emath.sqrt(x)
        v = u * u * u
        (found,) = sg.autograd.grad(np.sum(np.abs(v + u * 2.0)), x, create_graph=create_graph)
        return x, found

    for sign in order:
        x, first = gradient(X * sign, True)
        (second,) = sg.autograd.grad(np.sum(first * X), x)
        expected = sg.grad(lambda x: np.sum(np.abs(np.emath.sqrt(x) ** 3 + np.emath.sqrt(x) * 2.0)))(X * sign)
        np.testing.assert_allclose(first.detach().numpy(), expected)
        steps = [gradient(X * sign + step * X)[1].numpy() for step in (1e-6, -1e-6)]
        np.testing.assert_allclose(second.numpy(), (steps[0] - steps[1]) / 2e-6, rtol=1e-6)


FUNCTIONS = [
    angles_of_real_numbers, real_part_last, arm_last, moved_and_summed, turn_by_turn, by_index, written_later, roots,
    logarithms, angles, angles_of_what_is_unknown, stored, converted, joined, directions, multiplied,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_first_and_second_derivatives(function):
    gradient, way = sg.grad(function), np.array([0.3, -1.0, 0.7])
    first, second = differences(function, X), differences(lambda x: np.sum(gradient(x) * way), X)
    np.testing.assert_allclose(gradient(X), first, rtol=1e-6)
    np.testing.assert_allclose(sg.hessian(function)(X) @ way, second, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sg.grad(lambda x: np.sum(gradient(x) * way))(X), second, rtol=1e-5, atol=1e-6)
    x = sg.tensor(X, requires_grad=True)
    (found,) = sg.autograd.grad(function(x), x, create_graph=True)
    np.testing.assert_allclose(found.detach().numpy(), first, rtol=1e-6)
    np.testing.assert_allclose(sg.autograd.grad(np.sum(found * way), x)[0].numpy(), second, rtol=1e-5, atol=1e-6)


def test_writes_of_real_values_into_complex_tensors():
    def program(x, buffer):
        a = spread(x)
        np.add(a.real, a.imag, out=buffer)
        buffer *= 1 + 2j
        np.add.at(buffer, [0, 0, 1], np.abs(a))
        np.copyto(buffer[2:], a.real[2:])
        return np.sum(np.imag(buffer * buffer * (1 + 1j)))

    x = sg.tensor(X, requires_grad=True)
    program(x, sg.tensor(np.zeros(3, complex))).backward()
    np.testing.assert_allclose(x.grad.numpy(), differences(lambda v: program(v, np.zeros(3, complex)), X), rtol=1e-6)


def test_recorded_gradients_have_the_dtype_of_their_values():
    x, y = sg.tensor(X, requires_grad=True), sg.tensor(X.astype(np.float32), requires_grad=True)
    total = np.sum(np.abs(np.exp(1j * x) * y + 0.1) ** 2)
    for found, value in zip(sg.autograd.grad(total, (x, y), create_graph=True), (x, y)):
        assert found.dtype == value.dtype
    total.backward(create_graph=True)
    assert (x.grad.dtype, y.grad.dtype) == (x.dtype, y.dtype)
