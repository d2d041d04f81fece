"""`np.vectorize` with `signature=`, `excluded=`, `otypes=`, `cache=` and keywords."""

from __future__ import annotations

import numpy as np
import pytest
from two_orders import check

import srcgrad as sg

M = np.array([[0.7, 1.9, -0.4], [2.3, 0.2, 1.1]])
V = np.array([1.0, -0.3, 0.8])


def weighted(a, b):
    return np.sum(a * b) * a[0]


def horner(p, x):
    found = 0.0
    for c in p:
        found = found * x + c
    return found


def scaled(x, s=1.5):
    return s * x * x


rows_of_a_module = np.vectorize(weighted, signature="(n),(n)->()")
polynomial = np.vectorize(horner, excluded={0})

PROGRAMS = {
    "rows": lambda a, b: rows_of_a_module(a, b),
    "rows_made_inside": lambda a, b: np.vectorize(weighted, signature="(n),(n)->()")(a, b),
    "rows_to_rows": lambda a, b: np.vectorize(lambda v: v / np.sum(v * v), signature="(n)->(n)")(a),
    "rows_captured": lambda a, b: np.vectorize(lambda v: v * b, signature="(n)->(n)")(a),
    "two_results": lambda a, b: np.vectorize(lambda v: (v.sum(), v * v), signature="(n)->(),(n)")(a)[1] * b,
    "new_axis": lambda a, b: np.vectorize(np.convolve, signature="(n),(m)->(k)")(a, b[:2]),
    "matrix_and_vector": lambda a, b: np.vectorize(np.dot, signature="(m,n),(n)->(m)")(a * np.ones((2, 2, 3)), b),
    "one_call": lambda a, b: np.vectorize(weighted, signature="(n),(n)->()")(a[0], b),
    "types": lambda a, b: np.vectorize(lambda v: v * v.sum(), otypes=[float], signature="(n)->(n)")(a),
    "excluded": lambda a, b: polynomial(b, a),
    "excluded_by_name": lambda a, b: np.vectorize(lambda p, x: np.sum(p) * x, excluded=["p"])(p=b, x=a),
    "keywords": lambda a, b: np.vectorize(scaled)(a, s=b),
    "default": lambda a, b: np.vectorize(scaled)(a) * b,
    "cached": lambda a, b: np.vectorize(lambda x, y: x * y * y, cache=True)(a, b),
    "a_letter": lambda a, b: np.vectorize(lambda x, y: x * y * y, otypes="d")(a, b),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives(name):
    def loss(a, b):
        y = PROGRAMS[name](a, b)
        return np.sum(y + 0.3 * y * y)

    value = sg.value_and_grad(loss)(M, V)[0]
    np.testing.assert_array_equal(value, loss(M, V))
    check(PROGRAMS[name], (M, V))


def test_the_object_is_read_when_it_is_called():
    f = np.vectorize(scaled)

    def loss(x):
        return f(x).sum()

    gradient = sg.grad(loss)
    np.testing.assert_allclose(gradient(V), 3.0 * V)
    np.testing.assert_allclose(gradient(V), 3.0 * V)
    f.pyfunc = np.sin
    np.testing.assert_allclose(gradient(V), np.cos(V))


def test_functions_are_called_as_often_as_by_numpy():
    seen = []

    def noted(v):
        seen.append(v.tolist())
        return v * v

    f = np.vectorize(noted, signature="(n)->(n)")
    f(M)
    plain, seen[:] = list(seen), []
    sg.grad(lambda a: f(a).sum())(M)
    assert seen == plain


def test_without_rows():
    f = np.vectorize(weighted, signature="(n),(n)->()", otypes=[float])
    assert sg.grad(lambda a: np.sum(f(a, a)))(np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(ValueError, match="size 0"):
        sg.grad(lambda a: np.sum(rows_of_a_module(a, a)))(np.zeros((0, 3)))


@pytest.mark.parametrize(("a", "b"), [(M, V[:2]), (V, np.array(1.0))])
def test_shapes_that_do_not_fit(a, b):
    with pytest.raises(ValueError, match="core dimension|enough dimensions"):
        rows_of_a_module(a, b)
    with pytest.raises(ValueError, match="core dimension|enough dimensions"):
        sg.grad(lambda a: np.sum(rows_of_a_module(a, b)))(a)


def test_wrong_numbers_of_arguments_and_results():
    with pytest.raises(TypeError, match="expected 2, got 1"):
        sg.grad(lambda a: np.sum(rows_of_a_module(a)))(M)
    f = np.vectorize(lambda v: (v, v), signature="(n)->(n)")
    with pytest.raises(ValueError, match="wrong number of outputs"):
        sg.grad(lambda a: np.sum(f(a)))(M)
