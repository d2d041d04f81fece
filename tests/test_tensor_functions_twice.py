"""`create_graph=True` through functions that are one node: the gradient is one node in turn."""

from __future__ import annotations

import math

import numpy as np
import pytest

import srcgrad as sg


def t(value):
    return sg.tensor(value, requires_grad=True)


def looping(x, w, turns=2):
    for _ in range(turns):
        x = np.tanh(x * w)
        if np.sum(x) > 0:
            x = x * 2.0
    return x


def stepping(x, w):
    u = x.copy()
    for i in range(1, len(u)):
        u[i] = u[i] * u[i - 1] + w[i] ** 3
    return u


def total(x, w):
    return np.sum(x**3 * w**2)


def two(x, w):
    return np.sin(x * w), np.sum(w**3)


def nested(x, w):
    return x * w, (np.sum(x**2 * w), 2.0 * w)


def summed(found):
    if isinstance(found, (tuple, list)):
        return sum((number + 1.0) * summed(part) for number, part in enumerate(found))
    return np.sum(found**2)


def orders(function):
    """First and second derivatives, along a generic way, of what a function gives."""
    x, w = t([0.3, -0.4, 0.8]), t([0.5, 1.5, -0.7])
    loss = summed(function(x * 1.5, w))
    gx, gw = sg.autograd.grad(loss, (x, w), create_graph=True)
    along = np.sum(gx * gw) + np.sum(gw**2)
    hx, hw = sg.autograd.grad(along, (x, w))
    return [part.detach().numpy() for part in (gx, gw, hx, hw)]


@pytest.mark.parametrize("function", [looping, stepping, total, two, nested])
def test_a_function_node_is_differentiated_twice(function):
    for mine, other in zip(orders(sg.differentiable(function)), orders(function)):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-13)


def test_a_gradient_function_called_on_tensors():
    f = sg.grad(total)
    x, w = t([1.0, 2.0]), t([3.0, 1.0])
    (first,) = sg.autograd.grad(f(x, w), x, create_graph=True)
    np.testing.assert_allclose(first.detach().numpy(), [27.0, 12.0])
    first.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [54.0, 12.0])
    np.testing.assert_allclose(w.grad.numpy(), [18.0, 24.0])


def test_backward_with_create_graph_leaves_gradients_with_a_history():
    f = sg.differentiable(total)
    x, w = t([1.0, 2.0]), sg.tensor([3.0, 1.0])
    f(x, w).backward(create_graph=True)
    assert x.grad.requires_grad and w.grad is None
    (second,) = sg.autograd.grad(x.grad.sum(), x)
    np.testing.assert_allclose(second.numpy(), [54.0, 12.0])


def test_a_random_function_is_refused_and_its_generator_left_alone():
    random = np.random.default_rng(0)

    @sg.differentiable
    def noisy(x):
        return np.sum(x**2 * random.normal(size=2))

    x = t([1.0, 2.0])
    y = noisy(x)
    state = random.bit_generator.state
    with pytest.raises(sg.UnsupportedError, match="another result"):
        y.backward(create_graph=True)
    assert random.bit_generator.state == state


def test_an_argument_that_changed_is_refused():
    a, x = np.array([1.0, 2.0]), t([1.0, 2.0])
    y = sg.differentiable(lambda x, a: np.sum(x**2) + np.sum(a))(x, a)
    a[0] = 5.0
    with pytest.raises(RuntimeError, match="changed after the call"):
        y.backward(create_graph=True)


scale = sg.tensor(2.0, requires_grad=True)


def reading(x, w):
    return scale * np.sum(x**3 * w) + scale**2


def starred(*parts):
    return np.sum(parts[0] ** 2 * parts[1] ** 3)


def by_keyword(x, *, w):
    return np.sum(x**2 * w**3)


def of_complex(x, w):
    z = (x + 1j * w) ** 3
    return np.sum(np.real(z * z)) + np.imag(z[0])


class Layer:
    def __init__(self, w):
        self.parts = [w, w * 2.0]

    def __call__(self, x):
        return np.sum(x**3 * self.parts[0] * self.parts[1])


def in_a_layer(function):
    return lambda x, w: function(Layer(w), x)


def called(layer, x):
    return layer(x)


OTHERS = [
    (reading, lambda f: f),
    (starred, lambda f: f),
    (by_keyword, lambda f: lambda x, w: f(x, w=w)),
    (of_complex, lambda f: f),
    (called, in_a_layer),
]


@pytest.mark.parametrize(("function", "as_called"), OTHERS)
def test_functions_that_are_not_of_arrays_alone_go_by_operations(function, as_called):
    for mine, other in zip(orders(as_called(sg.differentiable(function))), orders(as_called(function))):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-13)


def test_what_is_read_besides_the_arguments_has_second_derivatives():
    x, w = t([1.0, 2.0]), t([3.0, 1.0])
    (first,) = sg.autograd.grad(sg.differentiable(reading)(x, w), scale, create_graph=True)
    np.testing.assert_allclose(first.item(), 3.0 + 8.0 + 2 * 2.0)
    of_x, of_scale = sg.autograd.grad(first, (x, scale))
    np.testing.assert_allclose(of_x.numpy(), [9.0, 12.0])
    np.testing.assert_allclose(of_scale.numpy(), 2.0)


def higher(function, x, w):
    """Derivatives of the first to fourth order along generic ways."""
    y = summed(function(x * 1.5, w))
    found = []
    for order in range(4):
        gx, gw = sg.autograd.grad(y, (x, w), create_graph=order < 3)
        found += [gx, gw]
        y = np.sum(gx * x) + np.sum(gw * w**2)
    return [part.detach().numpy() for part in found]


@pytest.mark.parametrize("function", [looping, stepping, total, two, nested, reading, of_complex])
def test_derivatives_of_every_order(function):
    values = [0.3, -0.4, 0.8], [0.5, 1.5, -0.7]
    mine = higher(sg.differentiable(function), *map(t, values))
    for found, other in zip(mine, higher(function, *map(t, values))):
        np.testing.assert_allclose(found, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("function", [looping, stepping, two])
def test_third_derivatives_against_differences(function):
    f = sg.differentiable(function)
    w = sg.tensor([0.5, 1.5, -0.7])

    def second(x):
        (g,) = sg.autograd.grad(summed(f(x, w)), x, create_graph=True)
        return sg.autograd.grad(np.sum(g**2), x, create_graph=True)[0]

    x, way, step = np.array([0.3, -0.4, 0.8]), np.array([0.7, -1.1, 0.4]), 1e-5
    leaf = t(x)
    (third,) = sg.autograd.grad(np.sum(second(leaf) * way), leaf)
    for i, unit in enumerate(np.eye(3)):
        high, low = (np.sum(second(t(x + sign * step * unit)).detach().numpy() * way) for sign in (1.0, -1.0))
        assert third.numpy()[i] == pytest.approx((high - low) / (2 * step), rel=1e-6, abs=1e-7)


def test_powers_to_the_fifth_order():
    f = sg.grad(lambda x: np.sum(x**5))
    x = t([1.0, 2.0])
    y = f(x)
    for factor, power in ((5, 4), (20, 3), (60, 2), (120, 1), (120, 0)):
        (y,) = sg.autograd.grad(y.sum(), x, create_graph=power > 0)
        np.testing.assert_allclose(y.detach().numpy(), factor * x.detach().numpy() ** power)


def test_one_tensor_at_two_places():
    @sg.differentiable
    def product(x, y):
        return np.sum(x**2 * y)

    x = t([1.0, 2.0])
    y = product(x, x)  # x**3
    for expected in ([3.0, 12.0], [6.0, 12.0], [6.0, 6.0]):
        (y,) = sg.autograd.grad(y.sum(), x, create_graph=True)
        np.testing.assert_allclose(y.detach().numpy(), expected)


def test_a_function_that_takes_numbers_is_refused_where_it_would_have_to_run_on_tensors():
    @sg.differentiable
    def with_math(x):
        return math.sin(x) * x

    x = t(0.5)
    (first,) = sg.autograd.grad(with_math(x), x, create_graph=True)
    (second,) = sg.autograd.grad(first, x, retain_graph=True)
    assert second.item() == pytest.approx(2 * math.cos(0.5) - 0.5 * math.sin(0.5))
    with pytest.raises(sg.UnsupportedError, match=r"does not run on tensors .math.sin\(\) takes numbers"):
        sg.autograd.grad(first, x, create_graph=True)


def written_in_parts(x, w):
    u = np.outer(x, w)
    v = u * 1.0
    v[1:, ::2] *= 0.5
    v[0] = np.split(u, [1], axis=0)[1].sum(0)
    v -= v.sum() * 0.1
    return np.sum(np.tanh(v) @ w)


def test_functions_whose_emitted_gradient_is_not_differentiated_go_by_operations():
    for mine, other in zip(higher(sg.differentiable(written_in_parts), t([0.3, -0.4]), t([0.5, 1.5, -0.7])),
                           higher(written_in_parts, t([0.3, -0.4]), t([0.5, 1.5, -0.7]))):  # fmt: skip
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-11)
