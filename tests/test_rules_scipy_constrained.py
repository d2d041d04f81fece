"""Minima under constraints, and least squares within bounds: compared with what is known, and with differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import optimize
from test_rules_through_grad import differences

import srcgrad as sg

P = np.array([1.3, 0.7, 0.4])
W = np.array([1.0, 2.0, -1.0])
A = np.array([[1.0, 2.0, 0.3], [0.2, 1.0, -1.0], [2.0, 0.1, 1.0], [1.0, -1.0, 0.5]])
B = np.array([1.0, -2.0, 0.3, 1.0])
TIGHT = {"ftol": 1e-15, "maxiter": 500}


def distance(x, p):
    return np.sum((x - p) ** 2)


def on_a_plane(p):
    plane = {"type": "eq", "fun": lambda x, c: np.sum(x) - c, "args": (p[0],)}
    return optimize.minimize(distance, np.ones(3), args=(p,), constraints=plane, options=TIGHT).x


def beside_a_wall(p):
    walls = [{"type": "ineq", "fun": lambda x: x[0] - 2.0 * p[1]}, {"type": "ineq", "fun": lambda x: x[2] + 5.0}]
    return optimize.minimize(distance, np.ones(3), (p,), "SLSQP", constraints=walls, options=TIGHT).x


def in_a_box(p):
    plane = {"type": "eq", "fun": lambda x: np.array([np.sum(x) - 1.0])}
    bounds = [(None, 0.5), (0.0, None), (-4.0, 4.0)]
    return optimize.minimize(distance, np.ones(3), (p,), bounds=bounds, constraints=[plane], options=TIGHT).x


def out_of_reach(p):
    wall = {"type": "ineq", "fun": lambda x: 100.0 - np.sum(x)}
    return optimize.minimize(distance, np.ones(3), (p,), constraints=(wall,), options=TIGHT).x


EQUAL = np.eye(3) - 1.0 / 3.0 + np.outer(np.ones(3) / 3.0, [1.0, 0.0, 0.0])
WALL = np.array([[0.0, 2.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
BOX = np.array([[0.0, 0.0, 0.0], [0.0, 0.5, -0.5], [0.0, -0.5, 0.5]])


@pytest.mark.parametrize(("f", "wanted"), [
    (on_a_plane, EQUAL), (beside_a_wall, WALL), (in_a_box, BOX), (out_of_reach, np.eye(3)),
], ids=["plane", "wall", "box", "free"])  # fmt: skip
def test_minima_under_constraints(f, wanted):
    assert np.array_equal(sg.vjp(f, P)[0], f(P))
    np.testing.assert_allclose(sg.jacrev(f)(P), wanted, atol=1e-7)
    np.testing.assert_allclose(sg.jacfwd(f)(P), wanted, atol=1e-7)


def curved(p):
    def energy(x):
        return np.sum((x - p) ** 4 + x**2) + 0.3 * x[0] * x[1] * p[0]

    def slope(x):
        return 4.0 * (x - p) ** 3 + 2.0 * x + 0.3 * p[0] * np.array([x[1], x[0], 0.0])

    sphere = {"type": "eq", "fun": lambda x: np.sum(x**2) - p[1], "jac": lambda x: 2.0 * x}
    found = optimize.minimize(energy, np.ones(3), jac=slope, constraints=sphere, options=TIGHT)
    return found.x @ W * found.fun


def no_less_than_zero(p):
    x, norm = optimize.nnls(A * p[0], B * p[1] + p[2] * A[:, 1])
    return x @ W + norm


def within_bounds(p):
    a, b = A * p[0], B * p[1] + p[2]
    found = optimize.lsq_linear(a, b, bounds=(-0.2, np.array([0.3 * p[2], 1.0, 2.0])), method="bvls")
    total = found.x @ W + found.cost + optimize.lsq_linear(a, b).x @ W + found.fun[1]
    return total + optimize.lsq_linear(a, b, (0.0, np.inf), tol=1e-14).x @ W


@pytest.mark.parametrize("f", [curved, no_less_than_zero, within_bounds], ids=lambda f: f.__name__)
def test_to_order_two(f):
    value, slope = sg.value_and_grad(f)(P)
    assert value == f(P)
    np.testing.assert_allclose(slope, differences(f, P), rtol=2e-4, atol=2e-5)
    direction = np.array([1.0, -0.5, 0.3])
    np.testing.assert_allclose(sg.jvp(f, (P,), (direction,))[1], slope @ direction, rtol=1e-8)
    gradient = sg.grad(f)
    wanted = (gradient(P + 1e-4 * direction) - gradient(P - 1e-4 * direction)) / 2e-4
    for found in (sg.hvp(f)(P, direction), sg.vhp(f)(P, direction)):
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def by_an_object(p):
    plane = optimize.LinearConstraint(np.ones((1, 3)), 1.0, 1.0)
    return np.sum(optimize.minimize(distance, np.ones(3), (p,), constraints=plane).x)


def several_solutions(p):
    return np.sum(optimize.nnls(np.ones((3, 2)) * p[0], np.ones(3))[0])


def stopped_early(p):
    plane = {"type": "eq", "fun": lambda x: np.sum(x**3) - 1.0}
    found = optimize.minimize(distance, 5.0 * np.ones(3), (p,), constraints=plane, options={"maxiter": 1})
    return np.sum(found.x)


@pytest.mark.parametrize(("f", "words"), [
    (by_an_object, "'type'"), (several_solutions, "more than one|others"), (stopped_early, "no solution"),
], ids=["object", "several", "early"])  # fmt: skip
def test_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(f)(P)
