"""Derivatives of derivatives where what is handed on are views: no adjoint gets lost that waits for another view."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg

X, V, C = np.array([0.4, 0.7, -0.3]), np.array([0.3, -1.0, 0.6]), np.array([1.0, -0.5, 0.25])


def turned(a):
    return np.swapaxes(a, -1, -2)


def through_a_view(g, a):
    return turned(a) @ g[:]


def through_views(g, a):
    return np.linalg.solve(turned(a), np.expand_dims(g, -1))[..., 0]


def first_column(g, a):
    return (turned(a) @ g[:, None])[:, 0]


@pytest.mark.parametrize("step", [through_a_view, through_views, first_column])
def test_reverse_over_forward_through_views(step):
    def twice(x):
        a = np.diag(x) + np.eye(3)
        return np.sum(step(step(x, a), a))

    def along(x):
        return sg.jvp(twice, (x,), (V,))[1]

    np.testing.assert_allclose(sg.grad(along)(X), differences(along, X), rtol=1e-6)


def solved(x):
    return np.linalg.solve(np.diag(x) + np.eye(3), np.sin(x))


def solved_of_outer(x):
    return np.linalg.solve(np.outer(x, x) + np.eye(3), np.ones(3))


def from_a_dict(x):
    parts = {"a": x[:2], "b": {"c": x[1:]}}
    made = {key: (np.sum(value) if key == "a" else value["c"] * 2.0) for key, value in parts.items()}
    return np.append(made["b"] * made["a"], made["a"] ** 3)


@pytest.mark.parametrize("f", [solved, solved_of_outer, from_a_dict])
def test_third_order_through_a_call(f):
    def loss(x):
        return np.sum(C * f(x) ** 2)

    def product(x):
        return C @ sg.hvp(loss)(x, V)

    wanted = differences(product, X)
    np.testing.assert_allclose(sg.grad(product)(X), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(sg.grad(lambda x: C @ sg.hessian(loss)(x) @ V)(X), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(sg.grad(lambda x: C @ sg.vhp(loss)(x, V))(X), wanted, rtol=1e-5, atol=1e-7)
    slopes = sg.grad(lambda x: C @ sg.grad(lambda y: V @ sg.grad(loss)(y))(x))
    np.testing.assert_allclose(slopes(X), wanted, rtol=1e-5, atol=1e-7)


def outer_of_itself(x):
    return np.sum(np.linalg.inv(np.outer(x, x) + np.eye(3)))


def test_a_gradient_whose_text_may_write_where_its_argument_lies():
    def product(x):
        return V @ sg.grad(outer_of_itself)(x)

    for _ in range(3):
        np.testing.assert_allclose(sg.grad(product)(X), differences(product, X), rtol=1e-5)


def filtered(x):
    state = {"p": np.diag(x)}
    for _ in range(2):
        state = {"p": state["p"] + x[0]}
        state = {"p": np.linalg.solve(state["p"] + np.eye(3), state["p"])}
    return np.sum(state["p"] ** 2)


def test_adjoints_added_to_what_a_word_gave():
    """The emitted `p_bar += ...` writes into what `solve_right` remembers for its own reverse."""

    def product(x):
        return V @ sg.grad(filtered)(x)

    np.testing.assert_allclose(sg.grad(product)(X), differences(product, X), rtol=1e-5, atol=1e-7)
