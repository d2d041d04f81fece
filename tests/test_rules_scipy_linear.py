"""Linear programs, assignments, and reports of solvers of `scipy.optimize`; in both modes, and twice."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import optimize

import srcgrad as sg

P = np.array([1.3, 0.7])
A = np.array([[1.0, 2.0, 0.5], [3.0, 1.0, 1.5]])
B = np.array([4.0, 6.0])
C = np.array([-1.0, -1.2, -0.3])
W = np.array([1.0, 2.0, 3.0])
COSTS = np.array([[4.0, 1.0, 3.0], [2.0, 0.0, 5.0], [3.0, 2.0, 2.0]])


def at_inequalities(p):
    found = optimize.linprog(C, A_ub=A + np.outer(p, W) * 0.1, b_ub=B * p)
    return found.fun + found.x @ W if found.success else 0.0


def at_equations_and_bounds(p):
    c = C * p[0] + 0.01 * np.array([p[1], 0.0, 0.0])
    found = optimize.linprog(c, A * p[1], B * p[0], [[1.0, 1.0, p[0]]], [p[1] * 2.0], [(0, None), (0, 0.4), (0, p[0])])
    return found.fun * (found["x"] @ W)


def assigned(p):
    costs = COSTS * p[0] + np.sin(p[1] * COSTS)
    rows, columns = optimize.linear_sum_assignment(costs)
    return np.sum(costs[rows, columns] ** 2)


def with_reports(p):
    root, report = optimize.brentq(lambda x: x**3 + x - p[0], 0.0, 3.0, full_output=True)
    x, facts, found, _ = optimize.fsolve(lambda x: x**3 + x - p, np.ones(2), xtol=1e-13, full_output=True)
    assert report.converged and report.root == root and found == 1 and facts["nfev"] > 0
    return root * p[1] + x @ p


def several_at_once(p):
    roots = optimize.newton(lambda x: x**3 + x - p, np.ones(2), fprime=lambda x: 3.0 * x**2 + 1.0, tol=1e-12)
    both = optimize.root_scalar(lambda x: (x**3 + x - p[0], 3.0 * x * x + 1.0), method="newton", x0=1.0, fprime=True)
    return roots @ np.array([1.0, 2.0]) + both.root**2


@pytest.mark.parametrize(
    "f", [at_inequalities, at_equations_and_bounds, assigned, with_reports, several_at_once], ids=lambda f: f.__name__
)
def test_solutions(f):
    assert sg.value_and_grad(f)(P)[0] == f(P)
    sg.check_grads(f, (P,), order=2, modes=("rev", "fwd"))


def several_solutions(p):
    return optimize.linprog(np.array([-1.0, -1.0]), [[1.0, 1.0]], p[:1]).x[0]


def without_solution(p):
    return optimize.linprog([-1.0, -1.0], -np.eye(2), p).fun


def one_pair_that_moves(p):
    return optimize.linprog(C[:2], A[:, :2], B, bounds=(0.0, p[0])).fun


def whole(p):
    return optimize.linprog(C, A, B * p, integrality=1).fun


@pytest.mark.parametrize("f, words", [
    (several_solutions, "several solutions"), (without_solution, "without a solution"),
    (one_pair_that_moves, "pair of its own"), (whole, "integrality"),
])  # fmt: skip
def test_what_is_not_differentiated_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(P)
    assert __file__.rpartition("/")[2] in str(error.value)
