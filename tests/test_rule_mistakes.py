"""Rules whose parameters have names of the language, and mistakes in rules and calls, found where they are made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, -0.7, 1.1])


def fall(t: Any, g: Any) -> Any:
    return 0.5 * g * t * t


@sg.rule(fall, elementwise=True)
def fall_rule(t: Any, g: Any) -> Any:
    t: g * t
    g: 0.5 * t * t


def blend(x: Any, y: Any, t: Any = 0.5) -> Any:
    return x * y * t + y * y


@sg.rule(blend)
def blend_rule(x: Any, y: Any, t: Any, *, g: Any) -> Any:
    k = y * t
    x: g * k
    y: g * (x * t + 2.0 * y)
    t: np.sum(g * x * y)


def along(x: Any, x_dot: Any) -> Any:
    return x * x_dot**2


@sg.rule(along, elementwise=True)
def along_rule(x: Any, x_dot: Any) -> Any:
    x: x_dot**2
    x_dot: 2.0 * x * x_dot


@pytest.mark.parametrize("f", [
    lambda x: np.sum(fall(x, 3.0)), lambda x: np.sum(fall(g=x, t=x[0])), lambda x: np.sum(blend(x, x**2)),
    lambda x: np.sum(blend(y=x, x=x**2, t=x[0]) ** 2), lambda x: np.sum(along(x, x_dot=np.sin(x))),
])  # fmt: skip
def test_parameters_with_names_of_the_language(f: Any) -> None:
    sg.check_grads(f, (X,), order=2, modes=("rev", "fwd"))


def test_a_parameter_without_a_line() -> None:
    def scaled(x: Any, k: Any) -> Any:
        return x * k

    @sg.rule(scaled)
    def scaled_rule(x: Any, k: Any, *, g: Any) -> Any:
        x: g * k

    with pytest.raises(sg.UnsupportedError, match=r"give it a line: `k: \.\.\.` \(.*test_rule_mistakes.py:\d+"):
        sg.grad(lambda x: np.sum(scaled(x, x)))(X)


def with_tangent(rule: Any) -> Any:
    """The gradient of a function with a tangent rule."""

    @sg.custom_jvp
    def product(x: Any, z: Any) -> Any:
        return x * z

    product.defjvp(rule)
    return sg.grad(lambda x: np.sum(product(x, x)))(X)


def test_tangents_that_are_not_linear() -> None:
    with pytest.raises(ValueError, match=r"test_rule_mistakes.py:\d+: .* is not linear in the tangents"):
        with_tangent(lambda p, t: (p[0] * p[1], t[0] * t[1]))
    with pytest.raises(ValueError, match="is not linear in the tangents"):
        with_tangent(lambda p, t: (p[0] * p[1], t[0] + 1.0))
    with pytest.raises(TypeError, match=r"must return \(result, tangent\); it returned a ndarray"):
        with_tangent(lambda p, t: p[0] * p[1])
    right = with_tangent(lambda p, t: (p[0] * p[1], t[0] * p[1] + p[0] * t[1]))
    np.testing.assert_allclose(right, 2.0 * X)


def test_products_with_keywords() -> None:
    def f(x: Any, z: Any = 2.0, *, k: Any = 1.0) -> Any:
        return np.sum(x**3 * z) * k

    for product in sg.hvp(f), sg.vhp(f):
        np.testing.assert_allclose(product(X, X, k=2.0), 24.0 * X * X)
        np.testing.assert_allclose(product(X, X, z=3.0, k=2.0), 36.0 * X * X)
    sg.check_grads(lambda x: np.sum(sg.hvp(f)(x, x, k=x[0]) + sg.vhp(f)(x, x, z=x[1])), (X,), modes=("rev", "fwd"))


def test_mistakes_in_calls() -> None:
    def square(x: Any) -> Any:
        return np.sum(x**2)

    for product in sg.hvp(square), sg.vhp(square):
        with pytest.raises(ValueError, match=r"square\(\): the direction has shape \(2,\); the argument has shape"):
            product(X, X[:2])
    with pytest.raises(TypeError, match="wrt is a name"):
        sg.grad(square, wrt=0)
    with pytest.raises(TypeError, match="as a tuple"):
        sg.check_grads(square, X)
    with pytest.raises(TypeError, match="solve= of .*wanted a function"):
        sg.implicit(root=lambda x, a: x - a, solve=3)(lambda a: a)
