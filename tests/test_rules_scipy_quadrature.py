"""Integrals of `scipy.integrate`: by limits, arguments and what functions captured; in both modes, and twice."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate

import srcgrad as sg

P = np.array([1.3, 0.7])


def with_kinks(p):
    total = integrate.quad(lambda x: abs(x - 0.5) * np.exp(p[0] * x), -p[0], p[1], points=[0.5, 0.0])[0]
    return total + integrate.quad(lambda x: abs(x) * p[0], p[1], -p[0], points=[0.0])[0]


def with_report(p):
    value, error, report = integrate.quad(lambda x, k: np.exp(-k * x), 0.0, p[1], args=(p[0],), full_output=1)
    return value * report["last"] + error * 0.0


def of_complex_functions(p):
    value, _ = integrate.quad(lambda x: np.exp(1j * p[0] * x), 0.0, p[1], complex_func=True)
    return np.abs(value) ** 2 + value.real


def of_several_functions(p):
    wide = integrate.quad_vec(lambda x: np.exp(-p * x * x), -np.inf, np.inf)[0]
    above = integrate.quad_vec(lambda x, k: np.exp(-k * p * x), p[0], np.inf, args=(p[1],))[0]
    table = integrate.quad_vec(lambda x: np.outer(np.cos(p * x), p), p[0], p[1], points=[1.0], epsrel=1e-10)[0]
    return np.sum(wide**2) * np.sum(above) + np.sum(table**3)


def over_triangles(p):
    total = integrate.dblquad(lambda y, x: np.exp(-p[0] * x * y), 0.0, p[1], lambda x: -x, lambda x: p[0] * x)[0]
    return total * integrate.dblquad(lambda y, x, k: np.cos(k * x + y), 0, p[0], 0, 1, args=(p[1],), epsabs=1e-10)[0]


def over_bodies(p):
    def f(z, y, x):
        return np.exp(-p[0] * x * z) + y

    return integrate.tplquad(f, 0.0, 1.0, 0.0, lambda x: p[1] * x, lambda x, y: -y, p[0])[0]


@pytest.mark.parametrize(
    "f", [with_kinks, with_report, of_complex_functions, of_several_functions, over_triangles], ids=lambda f: f.__name__
)
def test_integrals(f):
    assert sg.value_and_grad(f)(P)[0] == f(P)
    sg.check_grads(f, (P,), order=2, modes=("rev", "fwd"))


def test_integrals_over_ranges():
    def f(p):
        wide = integrate.nquad(lambda x, y, k: np.exp(-k * x) * y, [lambda y, k: (0.0, y), (0.0, p[1])], args=(p[0],))
        return wide[0] ** 2

    assert sg.value_and_grad(f)(P)[0] == f(P)
    sg.check_grads(f, (P,), modes=("rev", "fwd"))


def test_an_integral_over_a_body():
    sg.check_grads(over_bodies, (P,), modes=("rev", "fwd"))


def test_errors_are_those_of_scipy():
    def error(p):
        return integrate.dblquad(lambda y, x: np.exp(-p[0] * x * y), 0, 1, 0, 1)[1] + p[0]

    assert sg.value_and_grad(error)(P) == (error(P), pytest.approx([1.0, 0.0]))


def weighed(p):
    return integrate.quad(lambda x: np.exp(-p[0] * x), 0.0, 1.0, weight="cos", wvar=3.0)[0]


def boundary_values(p):
    def ends(left, right):
        return np.array([left[0] - p[0], right[0]])

    return integrate.solve_bvp(lambda x, y: np.vstack((y[1], -y[0])), ends, np.linspace(0, 1, 5), np.zeros((2, 5))).y[
        1, 0
    ]


def steps_by_hand(p):
    return integrate.RK45(lambda t, y: -p[0] * y, 0.0, p, 1.0).y[0]


@pytest.mark.parametrize("f, words", [
    (weighed, "into the function"), (boundary_values, "points of a mesh"), (steps_by_hand, "solve_ivp"),
])  # fmt: skip
def test_what_is_not_differentiated_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(f)(P)
