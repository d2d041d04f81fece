"""Derivatives of derivatives on tensors through functions with rules of their own."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


@sg.custom_vjp
def cubed(x):
    return x**3


cubed.defvjp(lambda x: (x**3, x), lambda x, bar: 3.0 * x**2 * bar)


@sg.custom_vjp
def scaled(x, factor, *, power):
    return factor * x**power


scaled.defvjp(
    lambda x, factor, power: (factor * x**power, (x, factor, power)),
    lambda kept, bar: (
        kept[1] * kept[2] * kept[0] ** (kept[2] - 1) * bar,
        np.sum(bar * kept[0] ** kept[2]),
        None,
    ),
)


@sg.custom_vjp
def product(a, b):
    return a @ b


product.defvjp(lambda a, b: (a @ b, (a, b)), lambda kept, bar: (bar @ kept[1].T, kept[0].T @ bar))


@sg.custom_vjp
def both(x, y):
    return x * y, np.sum(np.sin(x))


def both_backward(kept, bars):
    x, y = kept
    product_bar, sum_bar = bars
    return y * product_bar + np.cos(x) * sum_bar, x * product_bar


both.defvjp(lambda x, y: ((x * y, np.sum(np.sin(x))), (x, y)), both_backward)


@sg.custom_jvp
def blended(x, y, *, weight=0.25):
    return weight * x**2 * y


def blended_tangent(primals, tangents):
    (x, y, weight), (x_dot, y_dot, weight_dot) = primals, tangents
    tangent = 2.0 * weight * x * y * x_dot + weight * x**2 * y_dot
    if weight_dot is not None:
        tangent = tangent + x**2 * y * weight_dot
    return weight * x**2 * y, tangent


blended.defjvp(blended_tangent)


def mixed(a, b, t):
    return a * (1.0 - t) + b * t


@sg.rule(mixed)
def mixed_rule(a, b, t, *, g):
    a: g * (1.0 - t)
    b: g * t
    t: np.sum(g * (b - a))


def odd(x):
    return np.abs(x)


@sg.rule(odd, elementwise=True)
def odd_rule(x):
    x: np.sin(x) * x


X, Y, S = np.array([0.6, 1.2, 0.9]), np.array([1.4, 0.8, 1.1]), 0.7
A, B = np.arange(6.0).reshape(2, 3) / 5 + 0.3, np.arange(12.0).reshape(3, 4) / 9 - 0.5
PROGRAMS = {
    "one": (lambda x: np.sum(cubed(x * 2.0) * x), (X,)),
    "with a number": (lambda x, s: np.sum(scaled(x, s, power=3.0) ** 2), (X, S)),
    "matrices": (lambda a, b: np.sum(product(a, b) ** 3), (A, B)),
    "two results": (lambda x, y: np.sum(both(x, y)[0] ** 2) * both(x, y)[1], (X, Y)),
    "one of two results": (lambda x, y: both(x, y)[1] ** 3 + np.sum(y**2), (X, Y)),
    "tangent": (lambda x, y: np.sum(blended(x, y, weight=0.5) ** 2), (X, Y)),
    "tangent by all": (lambda x, y, s: np.sum(blended(x, y, weight=s) ** 3), (X, Y, S)),
    "line": (lambda a, b, s: np.sum(mixed(a, b, s * s) ** 3), (X, Y, S)),
    "one in another": (lambda x: np.sum(cubed(blended(x, cubed(x)))), (X,)),
}


def derivative(program, order, values):
    """The order-th derivative of a program along a generic way, on tensors; and the next one."""
    ways = [[np.cos(7.0 * k + np.arange(v.size).reshape(v.shape)) for v in map(np.asarray, values)] for k in range(4)]
    tensors = [t(value) for value in values]
    result = program(*tensors)
    for k in range(order):
        found = sg.autograd.grad(result, tensors, create_graph=True, allow_unused=True)
        result = sum(np.sum(each * way) for each, way in zip(found, ways[k]) if each is not None)
    found = sg.autograd.grad(result, tensors, allow_unused=True)
    return result.item(), [np.zeros_like(v) if f is None else f.numpy() for f, v in zip(found, values)]


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives_against_differences(name, order):
    program, values = PROGRAMS[name]
    found = derivative(program, order, values)[1]
    for place, value in enumerate(values):

        def along(changed, place=place):
            return derivative(program, order, [*values[:place], changed, *values[place + 1 :]])[0]

        np.testing.assert_allclose(found[place], differences(along, value), rtol=1e-6, atol=1e-7)


def test_rules_by_lines_hold_in_functions_that_are_nodes():
    @sg.differentiable
    def marked(x):
        return np.sum(odd(x))

    x = t(X)
    (first,) = sg.autograd.grad(marked(x), x, create_graph=True)
    np.testing.assert_allclose(first.detach().numpy(), np.sin(X) * X)
    (second,) = sg.autograd.grad(first.sum(), x)
    np.testing.assert_allclose(second.numpy(), np.cos(X) * X + np.sin(X))
    # the third time it would run by its operations, of which the rule is no derivative
    (first,) = sg.autograd.grad(marked(x), x, create_graph=True)
    with pytest.raises(sg.UnsupportedError, match=r"odd\(\), which has a rule"):
        sg.autograd.grad(first.sum(), x, create_graph=True)


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_marked_function_with_a_rule_by_lines_is_a_node_of_that_rule(create_graph):
    x, marked = t(X), sg.differentiable(odd)
    (first,) = sg.autograd.grad(np.sum(marked(x)), x, create_graph=create_graph)
    np.testing.assert_allclose(first.detach().numpy(), np.sin(X) * X)
    if create_graph:
        (second,) = sg.autograd.grad(first.sum(), x, create_graph=True)
        np.testing.assert_allclose(second.detach().numpy(), np.cos(X) * X + np.sin(X))
        (third,) = sg.autograd.grad(second.sum(), x)
        np.testing.assert_allclose(third.numpy(), 2.0 * np.cos(X) - X * np.sin(X))
    np.testing.assert_array_equal(marked(X), np.abs(X))


def test_functions_of_scipy():
    special, linalg = pytest.importorskip("scipy.special"), pytest.importorskip("scipy.linalg")
    logsumexp, solve, eigh = map(sg.differentiable, (special.logsumexp, linalg.solve, linalg.eigh))

    def energy(a, b):
        square = a @ a.T + np.diag([1.0, 2.0])
        return np.sum(logsumexp(a, axis=1) ** 2) + np.sum(solve(square, b=a) ** 2 @ b) + np.sum(eigh(square)[0] ** 3)

    for order in (0, 1):
        found = derivative(energy, order, [A, B])[1]
        for place, value in enumerate((A, B)):

            def along(changed, place=place, order=order):
                return derivative(energy, order, [changed, B] if place == 0 else [A, changed])[0]

            np.testing.assert_allclose(found[place], differences(along, value), rtol=1e-5, atol=1e-6)
    with pytest.raises(RuntimeError, match=r"call it as sg\.differentiable\(special\.logsumexp\)"):
        special.logsumexp(t(A))
    with pytest.raises(RuntimeError, match=r"integrate\.romb\(\) makes .* call it inside a function marked"):
        integrate = pytest.importorskip("scipy.integrate")
        integrate.romb(t(X))


def test_parameters_by_name_alone_in_functions():
    def energy(x, s):
        return np.sum(blended(x, 2.0 * x, weight=s)) + np.sum(scaled(x, s, power=2.0))

    sg.check_grads(energy, (X, S), order=2)
    sg.check_grads(lambda x: np.sum(blended(x, x)), (X,), order=2, modes=("rev", "fwd"))


@sg.custom_vjp
def misshapen(x):
    return x * 1.0


misshapen.defvjp(lambda x: (x * 1.0, x), lambda x, bar: np.sum(bar * x))


def test_wrong_rules_are_told():
    x = t(X)
    with pytest.raises(ValueError, match=r"the gradient for 'x' has shape \(\)"):
        sg.autograd.grad(np.sum(misshapen(x)), x, create_graph=True)
