"""Hooks of tensors, and gradients of what comes after that are handed in."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def t(value):
    return sg.tensor(value, requires_grad=True)


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_hook_may_write_into_the_gradient_that_it_is_given(create_graph):
    x, w = t([1.0, 2.0]), t([3.0, 4.0])
    y = x * 1.0
    y.register_hook(lambda g: g.mul_(3.0))
    y.register_hook(lambda g: g.__iadd__(1.0))
    y.register_hook(lambda g: g.__setitem__(0, 0.0))
    ((y + w) ** 2).sum().backward(create_graph=create_graph)  # one adjoint for both operands
    np.testing.assert_array_equal(w.grad.detach().numpy(), [8.0, 12.0])
    np.testing.assert_array_equal(x.grad.detach().numpy(), [0.0, 37.0])
    x, w = t([1.0, 2.0]), t([3.0, 4.0])
    y = x * 1.0
    y.register_hook(lambda g: g.mul_(3.0))
    (y + w).sum().backward(create_graph=create_graph)  # a number that stands for an array
    np.testing.assert_array_equal(x.grad.detach().numpy(), [3.0, 3.0])
    np.testing.assert_array_equal(w.grad.detach().numpy(), [1.0, 1.0])


def test_what_is_kept_is_what_hooks_made_of_it():
    x = t([1.0, 2.0])
    y = x * 2.0
    y.retain_grad()
    y.register_hook(lambda g: g * 10.0)
    y.sum().backward(retain_graph=True)
    assert y.grad.tolist() == [10.0, 10.0] and x.grad.tolist() == [20.0, 20.0]
    kept = y.grad
    y.sum().backward()
    assert y.grad.tolist() == [20.0, 20.0] and kept.tolist() == [10.0, 10.0]


def test_what_is_kept_of_a_tensor_that_is_written_is_the_gradient_of_what_it_is_now():
    x = t([1.0, 2.0])
    y = x * 3.0
    y.retain_grad()
    seen = []
    y.register_hook(lambda g: seen.append(g.tolist()))  # of what it was
    y *= 2.0
    (y**2).sum().backward()
    assert y.grad.tolist() == [12.0, 24.0] and seen == [[24.0, 48.0]]
    y = x * 3.0
    part = y[1:]
    y.retain_grad()
    part.retain_grad()
    part *= 2.0
    y[0] = 5.0
    ((y**2).sum() + part.sum()).backward()
    assert y.grad.tolist() == [10.0, 25.0] and part.grad.tolist() == [1.0]  # what reads y does not read part
    buffer, x = sg.tensor(np.zeros(2)), t(3.0)
    buffer[0] = x
    buffer.retain_grad()
    buffer[1] = x * x
    (buffer**2).sum().backward()
    assert buffer.grad.tolist() == [6.0, 18.0] and x.grad.item() == 114.0


def test_gradients_of_what_comes_after():
    x = t([1.0, 2.0, 3.0])
    weights = np.array([1.0, 10.0, 100.0])
    for given in (weights, sg.tensor(weights), [weights], (sg.tensor(weights),)):
        assert sg.autograd.grad(x**2, x, given)[0].tolist() == [2.0, 40.0, 600.0]
    assert sg.autograd.grad((x**2).sum(), x, 3.0)[0].tolist() == [6.0, 12.0, 18.0]
    sg.autograd.backward([x * 2.0, x.sum()], [weights, None])
    assert x.grad.tolist() == [3.0, 21.0, 201.0]
    with pytest.raises(RuntimeError, match="2 outputs and 1 gradients"):
        sg.autograd.grad([x.sum(), x.sum()], x, weights)
    with pytest.raises(RuntimeError, match="2 tensors and 3 gradients"):
        sg.autograd.backward([x.sum(), x.sum()], [None] * 3)
