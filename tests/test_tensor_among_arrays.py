"""Tensors, and what switches their recording, where functions are differentiated from their source."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import srcgrad as sg

X = np.array([1.0, 2.0])
W = sg.tensor([3.0, 4.0], requires_grad=True)


def total(x):
    return np.sum(x**2)


@pytest.mark.parametrize(
    "derivative",
    [
        lambda x: sg.vjp(total, x), lambda x: sg.jacobian(total)(x), lambda x: sg.hessian(total)(x),
        lambda x: sg.linearize(total, x), lambda x: sg.check_grads(total, (x,)), lambda x: sg.hvp(total)(x, X),
    ],
)  # fmt: skip
def test_a_tensor_where_arrays_are_differentiated(derivative):
    with pytest.raises(TypeError, match=r"a tensor among values .*x\.detach\(\)\.numpy\(\)"):
        derivative(sg.tensor(X, requires_grad=True))


def weighted(x):
    return np.sum(x * W)


def of_weighted(x):
    return weighted(x) ** 2


class Layer:
    def __init__(self):
        self.w = W

    def __call__(self, x):
        return np.dot(self.w, x)


def made_here(x):
    return np.sum(sg.tensor(x) ** 2)


def met(x):
    return np.sum(sg.tensor([1.0, 2.0]) * x)


@pytest.mark.parametrize("function", [weighted, of_weighted, made_here, met, Layer().__call__])
def test_a_tensor_that_meets_arrays_is_refused_at_its_line(function):
    with pytest.raises(sg.UnsupportedError, match="among values that a function is differentiated by") as refused:
        sg.grad(lambda x: function(x))(X)
    assert refused.value.filename == __file__
    line = inspect.getsource(weighted if function is of_weighted else function).splitlines()[-1].strip()
    assert refused.value.text == line


def test_what_is_read_by_a_function_within_is_told():
    with pytest.raises(sg.UnsupportedError, match=r"as arguments, globals of its own or attributes of self"):
        sg.differentiable(of_weighted)(sg.tensor(X, requires_grad=True))
    y = sg.differentiable(weighted)(sg.tensor(X, requires_grad=True))
    (bar,) = sg.autograd.grad(y, W)
    np.testing.assert_array_equal(bar, X)


def in_a_block(x):
    with sg.no_grad():
        c = np.sum(x)
    return np.sum(x * c)


@sg.no_grad()
def constant(x):
    return np.sum(x)


@sg.no_grad
def constant_too(x):
    return np.sum(x)


def by_a_decorator(x):
    return np.sum(x * constant(x))


def by_a_bare_decorator(x):
    return np.sum(x * constant_too(x))


def by_the_switch(x):
    sg.set_grad_enabled(False)
    c = np.sum(x)
    sg.set_grad_enabled(True)
    return np.sum(x * c)


@pytest.mark.parametrize("function", [in_a_block, by_a_decorator, by_a_bare_decorator, by_the_switch])
def test_switching_off_in_differentiated_code_is_refused(function):
    """It was passed over, and what counts as a constant on tensors was differentiated."""
    x = sg.tensor(X, requires_grad=True)
    for call in (
        lambda: sg.grad(function)(X),
        lambda: sg.differentiable(function)(x),
        lambda: sg.jvp(function, (X,), (X,)),
    ):
        with pytest.raises(sg.UnsupportedError, match=r"no_grad\(\) .*stop_gradient\(value\)"):
            call()
    function(x).backward()
    np.testing.assert_array_equal(x.grad, [3.0, 3.0])


def test_a_backward_of_its_own():
    """Tensors that have nothing to do with the input do what they do."""

    @sg.grad
    def f(v):
        w = sg.tensor([1.0, 2.0, 3.0], requires_grad=True)
        loss = np.sum(w**2)
        loss.backward()
        return np.sum(v**2 * w.grad.numpy()) + loss.item() * v[0]

    np.testing.assert_allclose(f(np.array([1.0, 2.0, 3.0])), [18.0, 16.0, 36.0])
