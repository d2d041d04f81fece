"""`create_graph=True` through functions that are one node: the gradient is one node in turn."""

from __future__ import annotations

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


@sg.differentiable
def reading(x):
    return scale * np.sum(x**2)


@sg.differentiable
def starred(*parts):
    return np.sum(parts[0] ** 2)


@sg.differentiable
def of_complex(z):
    return np.sum(np.real(z * z))


@pytest.mark.parametrize(("function", "value"), [(reading, [1.0]), (starred, [1.0]), (of_complex, [1.0 + 2.0j])])
def test_what_is_refused(function, value):
    y = function(t(value))
    with pytest.raises(sg.UnsupportedError, match="recorded as one node"):
        y.backward(create_graph=True)
