"""Derivatives of tangents, and tangents of gradients, of programs that keep values in lists, dicts and objects."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import differences

import srcgrad as sg

NODES = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [-1.0, 2.0, 0.0]])
WEIGHTS = np.array([1 / 6, 2 / 3, 1 / 6])
X, V = np.array([1.1, 0.4, 0.3, 0.9]), np.array([1.0, -1.0, 0.5, 2.0])


def slope(y: Any, x: Any) -> Any:
    return np.array([x[0] * y[0] - x[1] * y[0] * y[1], x[2] * y[0] * y[1] - x[3] * y[1]])


def slope_in_place(y: Any, x: Any) -> Any:
    made = np.zeros(2)
    made[0] = x[0] * y[0] - x[1] * y[0] * y[1]
    made[1] = x[2] * y[0] * y[1] - x[3] * y[1]
    return made


class Tableau:
    def __init__(self, nodes: Any, weights: Any) -> None:
        self.nodes, self.weights = nodes, weights

    def step(self, f: Any, y: Any, h: Any, x: Any) -> Any:
        slopes: list[Any] = []
        for i in range(len(self.weights)):
            inner = y
            for j in range(i):
                inner = inner + h * self.nodes[i, j] * slopes[j]
            slopes.append(f(inner, x))
        for b, k in zip(self.weights, slopes):
            y = y + h * b * k
        return y


def of_a_tableau(x: Any) -> Any:
    y, method = np.array([1.0, 0.5]), Tableau(NODES, WEIGHTS)
    for f in (slope, slope_in_place):
        y = method.step(f, y, 0.3, x)
    return np.sum(y**2)


def of_given_tables(x: Any, nodes: Any = NODES, weights: Any = WEIGHTS) -> Any:
    y, slopes = np.array([1.0, 0.5]), []  # type: ignore[var-annotated]
    for row in nodes:
        inner = y
        for a, k in zip(row, slopes):
            inner = inner + 0.3 * a * k
        slopes.append(slope(inner, x))
    for b, k in zip(weights, slopes):
        y = y + 0.3 * b * k
    return np.sum(y**2)


def of_rows_of_a_global(x: Any) -> Any:
    y, slopes = np.array([1.0, 0.5]), np.zeros((3, 2))
    for i, row in enumerate(NODES):
        slopes[i] = slope(y + 0.3 * (row[:i] @ slopes[:i]), x)
    for b, k in zip(WEIGHTS, slopes):
        y = y + 0.3 * b * k
    return np.sum(y**2)


class Path:
    def __init__(self, x: Any) -> None:
        self.x, self.met = x, {}  # type: ignore[var-annotated]

    def follow(self, weights: Any) -> None:
        y = np.array([1.0, 0.5])
        for i, w in enumerate(weights):
            y = y + w * 0.1 * slope(y, self.x)
            self.met[i, len(self.met)] = y


def of_an_object(x: Any) -> Any:
    path = Path(x)
    path.follow(np.array([1.0, 2.0]) * x[0])
    path.follow(x)
    return sum(np.sum(y**2) for y in path.met.values())


@pytest.mark.parametrize("f", [of_a_tableau, of_given_tables, of_rows_of_a_global, of_an_object])
def test_second_derivatives(f: Any) -> None:
    expected = differences(lambda x: np.vdot(sg.grad(f)(x), V), X)
    by_tangents = sg.grad(lambda x: sg.jvp(f, (x,), (V,))[1])(X)
    of_gradients = sg.jvp(sg.grad(f), (X,), (V,))[1]
    twice = sg.jvp(lambda x: sg.jvp(f, (x,), (V,))[1], (X,), (V,))[1]
    np.testing.assert_allclose(by_tangents, expected, rtol=1e-6)
    np.testing.assert_allclose(of_gradients, expected, rtol=1e-6)
    np.testing.assert_allclose(twice, expected @ V, rtol=1e-6)


@pytest.mark.parametrize("f", [of_a_tableau, of_rows_of_a_global, of_an_object])
def test_gradients(f: Any) -> None:
    np.testing.assert_allclose(sg.grad(f)(X), differences(f, X), rtol=1e-6)
