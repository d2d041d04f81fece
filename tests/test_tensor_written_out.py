"""Functions without an entry that fits the call, on tensors: written out in Python, or in terms of others."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg

X = np.array([[0.7, 1.9, -0.4], [2.3, 0.2, 1.1]])


def in_lists(x):
    return np.block([[x, x[:, :1] ** 2], [x[0] * 3.0, 2.0]])


def in_lists_of_lists(x):
    return np.block([[[x[0]], [x[1] * x[0]]], [[np.ones(3)], [x[0] ** 2]]])


def in_one_list(x):
    return np.block([x[0], x[1] ** 2, x[0, 0]])


def rows_with_lists(x):
    return np.block([[x, np.eye(2)], [np.zeros((1, 4)), x[:1, :1]]])


def by_lists_of_axes(x):
    return np.einsum(x, [0, 1], x**2, [2, 1], [0, 2])


def by_both_forms(x):
    return np.einsum("ij,kj", x, x) + np.einsum(x, [0, 1], x, [2, 1], [0, 2]) + np.einsum("ij,kj->ik", x, x)


def of_a_ufunc(x):
    return np.logaddexp.reduce(x, axis=1) * np.hypot.accumulate(x, axis=1)[:, 2]


def outer_of_a_ufunc(x):
    return np.divide.outer(x[0], x[1] + 3.0)


def along_an_axis(x):
    return np.apply_along_axis(lambda row: row**3 * row.sum(), 1, x)


def of_numbers_along_an_axis(x):
    return np.apply_along_axis(lambda row: (row**2).sum(), 0, x)


def in_pieces(x):
    return np.piecewise(x, [x < 1.0, x >= 1.0], [lambda v: v**3, lambda v: v**2 * 3.0])


FUNCTIONS = [
    in_lists, in_lists_of_lists, in_one_list, rows_with_lists, by_lists_of_axes, by_both_forms, of_a_ufunc,
    outer_of_a_ufunc, along_an_axis, of_numbers_along_an_axis, in_pieces,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_first_and_second_derivatives(function):
    weights = np.cos(np.arange(float(np.size(function(X))))).reshape(np.shape(function(X)))
    way = np.sin(np.arange(6.0)).reshape(2, 3)

    def gradient(value, create_graph=False):
        x = sg.tensor(value, requires_grad=True)
        result = function(x)
        np.testing.assert_allclose(result.detach().numpy(), function(value))
        return x, sg.autograd.grad((result * weights).sum(), x, create_graph=create_graph)[0]

    x, first = gradient(X, True)
    expected = differences(lambda value: np.sum(function(value) * weights), X)
    np.testing.assert_allclose(first.detach().numpy(), expected, rtol=1e-6, atol=1e-7)
    (second,) = sg.autograd.grad((first * way).sum(), x)
    expected = differences(lambda value: np.sum(gradient(value)[1].numpy() * way), X)
    np.testing.assert_allclose(second.numpy(), expected, rtol=1e-6, atol=1e-7)


def test_a_function_of_numbers_is_called_by_its_own_name():
    square = sg.differentiable(np.vectorize(lambda v: v**2 + 1.0))
    x = sg.tensor(X, requires_grad=True)
    (square(x) * X).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 2.0 * X * X)
    np.testing.assert_array_equal(square(X), X**2 + 1.0)


def with_item(x, w):
    return x[0].item() ** 3 * w * x[1]


def with_float(x, w):
    return float(x[0]) ** 3 * w * x[1]


def with_list(x, w):
    return x.tolist()[0] ** 3 * w * x[1]


@pytest.mark.parametrize("function", [with_item, with_float, with_list])
def test_numbers_taken_out_where_a_function_runs_again_by_operations_are_refused(function):
    w = sg.tensor(2.0, requires_grad=True)

    @sg.differentiable
    def closed(x):
        return function(x, w)

    x = sg.tensor([2.0, 3.0], requires_grad=True)
    closed(x).backward()
    np.testing.assert_allclose(x.grad.numpy(), [72.0, 16.0])
    with pytest.raises(sg.UnsupportedError, match="knows nothing of gradients"):
        sg.autograd.grad(closed(x), x, create_graph=True)


def test_sorting_in_place():
    x = sg.tensor(X, requires_grad=True)
    y, z = x * 1.0, x * 1.0
    y.sort(axis=0, kind="stable")
    z.partition(1, axis=1)
    np.testing.assert_array_equal(y.detach().numpy(), np.sort(X, axis=0))
    np.testing.assert_array_equal(z.detach().numpy(), np.partition(X, 1, axis=1))
    weights = np.arange(6.0).reshape(2, 3)
    ((y + z) * weights).sum().backward()
    order, parts = np.argsort(X, axis=0), np.argpartition(X, 1, axis=1)
    expected = np.zeros((2, 3))
    np.put_along_axis(expected, order, weights, 0)
    moved = np.zeros((2, 3))
    np.put_along_axis(moved, parts, weights, 1)
    np.testing.assert_allclose(x.grad.numpy(), expected + moved)
    plain = sg.tensor([3, 1, 2])
    plain.sort()
    assert plain.tolist() == [1, 2, 3]
