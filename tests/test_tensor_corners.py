"""Corners that programs run into: empty lists, parts of einsum, gradients that pass through parameters of others."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from support import differences

import srcgrad as sg

X = np.array([0.5, -1.2, 0.9])

EMPTY = [
    lambda x: np.append(x, []), lambda x: np.append([], x**2), lambda x: np.concatenate([x, [], x**2, [1.0]]),
    lambda x: np.hstack([x, [], 1.0]), lambda x: np.insert(x, [], []), lambda x: np.delete(x**2, []),
    lambda x: np.stack([x, [1.0, 2.0, 3.0]]), lambda x: np.vstack([x, (0, 0, 0), x]), lambda x: np.append(x, ()),
    lambda x: np.concatenate([x, x[[]], x[3:]]), lambda x: np.append(x, [[1.0, 2.0]]), lambda x: np.split(x, [])[0],
]  # fmt: skip


@pytest.mark.parametrize("function", EMPTY)
def test_empty_lists_beside_tensors(function):
    weights = np.cos(np.arange(function(X).size)).reshape(function(X).shape)

    def gradient(value, create_graph=False):
        x = sg.tensor(value, requires_grad=True)
        return x, sg.autograd.grad(np.sum(function(x) ** 3 * weights), x, create_graph=create_graph)[0]

    x, first = gradient(X, True)
    np.testing.assert_allclose(first.detach(), differences(lambda v: np.sum(function(v) ** 3 * weights), X), rtol=1e-6)
    second = sg.autograd.grad(first.sum(), x)[0]
    np.testing.assert_allclose(second, differences(lambda v: gradient(v)[1].numpy().sum(), X), rtol=1e-6)


def test_where_of_a_condition_alone():
    x = sg.tensor([0.0, 2.0, 3.0], requires_grad=True)
    for _ in range(2):
        (places,) = np.where(x)
        assert places.tolist() == [1, 2] and not places.requires_grad
    x[places].sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 1.0]
    np.where(x > 1.0, x, 0.0).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 2.0]


def test_a_diagonal_is_written():
    """The reverse is handed the operand with those that it reads, and reads the others only."""

    def halved(x, w):
        y = x * 1.0
        np.einsum("ii->i", y)[...] = w
        diagonal = np.einsum("ii->i", y)
        diagonal *= 2.0
        return np.sum(y**2 * np.arange(9.0).reshape(3, 3))

    a = np.arange(9.0).reshape(3, 3) / 5.0
    x, w = sg.tensor(a, requires_grad=True), sg.tensor(X, requires_grad=True)
    halved(x, w).backward()
    np.testing.assert_allclose(x.grad, differences(lambda v: halved(v, X), a), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(w.grad, differences(lambda v: halved(a, v), X), rtol=1e-6, atol=1e-8)
    y, z = x * 1.0, x * 2.0
    product = np.einsum("ij,jk->ik", y, z)
    y *= 2.0
    with pytest.raises(RuntimeError, match="gradient of einsum .*needs an operand of it"):
        product.sum().backward()


def test_gradients_that_pass_through_the_parameters_of_another_step():
    """Two networks in turn: what the second loss adds to the first one's parameters is reset before it is used."""
    maker, judge = sg.tensor(X, requires_grad=True), sg.tensor(X, requires_grad=True)
    first, second = sg.optim.SGD([maker], lr=0.1), sg.optim.SGD([judge], lr=0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(4):
            fake = np.tanh(maker * 2.0)
            second.zero_grad()
            np.sum(judge * fake.detach()).backward()
            second.step()
            first.zero_grad()
            np.sum(judge * fake).backward()
            first.step()
