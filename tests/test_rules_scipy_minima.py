"""Minima that SciPy finds, without being told derivatives: compared with differences, in reverse and forward mode."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import optimize
from test_rules_through_grad import differences

import srcgrad as sg

P = np.array([1.3, 0.7])
W = np.array([1.0, 2.0])
X = np.linspace(0.0, 2.0, 7)
START = np.array([1.0, 0.5])
TRUE = np.array([1.2, 0.4])
EXACT = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}


def energy(x, p):
    return np.sum((x - p) ** 4 + x**2) + 0.3 * x[0] * x[1] * p[0]


class Energy:
    def __init__(self, p):
        self.p = p

    def value(self, x):
        return energy(x, self.p)


def captured(p):
    found = optimize.minimize(lambda x: energy(x, p), START, tol=1e-12)
    return found.x @ W * found.fun


def passed(p):
    return optimize.minimize(energy, [1.0, 1.0], args=(p,), method="Nelder-Mead", tol=1e-13).x @ W


def of_an_object(p):
    return optimize.minimize(Energy(p).value, START, tol=1e-12)["x"] @ W


def one_unknown(p):
    return optimize.minimize(lambda x: (x[0] - p[0]) ** 2 * p[1] + x[0] ** 4, 1.0, tol=1e-12).x[0]


def by_what_is_passed(p):
    total = 0.0
    for jac in (None, "3-point"):
        total = total + optimize.minimize(energy, START, (p,), "BFGS", jac, tol=1e-12).x @ W
    return total


def at_a_bound(p):
    options = {"args": (p,), "tol": 1e-13}
    found = optimize.minimize(energy, START, bounds=[(0.0, 0.4), (None, 5.0)], method="L-BFGS-B", **options)
    other = optimize.minimize(energy, START, bounds=optimize.Bounds(-1.0, 0.4), method="SLSQP", **options)
    return found.x @ W * p[0] + found.fun + other.x @ W


def at_a_bound_that_moves(p):
    found = optimize.minimize(energy, START, (p,), bounds=[(0.0, 0.5 * p[1]), (-1.0, 0.3 * p[0])], tol=1e-12)
    return found.x @ W


def of_one_number(p):
    found = optimize.minimize_scalar(lambda x: (x - p[0]) ** 4 + x * x * p[1], tol=1e-12)
    inside = optimize.minimize_scalar(
        lambda x, k: (x - p[0]) ** 4 + x * x * k, bounds=(0.0, 2.0), args=(p[1],), options={"xatol": 1e-12}
    )
    return found.x * found.fun + inside.x


def everywhere(p):
    found = optimize.dual_annealing(lambda x: energy(x, p), [(-2.0, 0.4), (-2.0, 2.0)], rng=1, maxiter=20)
    return found.x @ W


def evolved(p):
    return optimize.differential_evolution(energy, [(-2.0, 2.0), (-2.0, 2.0)], (p,), rng=1, tol=1e-12).x @ W


def older_ones(p):
    total = optimize.fmin(energy, START, args=(p,), xtol=1e-11, ftol=1e-14, disp=False) @ W
    total = total + optimize.fmin_bfgs(lambda x: energy(x, p), START, gtol=1e-9, disp=False) @ W
    total = total + optimize.fmin_cg(energy, START, None, (p,), gtol=1e-9, disp=False) @ W
    return total * (optimize.fmin_powell(energy, START, (p,), xtol=1e-11, ftol=1e-14, disp=False) @ W)


def decay(q, p):
    return q[0] * np.exp(-q[1] * X) - p[0] * np.cos(p[1] * X)


def least_squares(p):
    found = optimize.least_squares(lambda q: decay(q, p), START, **EXACT)
    return found.x @ W + found.cost + found.fun[2]


def robust(p):
    total = 0.0
    for loss in ("soft_l1", "huber", "cauchy", "arctan"):
        total = total + fitted_with(loss, p)
    return total


def fitted_with(loss, p):
    if loss == "soft_l1":
        found = optimize.least_squares(decay, START, loss="soft_l1", f_scale=0.3, args=(p,), **EXACT)
    elif loss == "huber":
        found = optimize.least_squares(decay, START, loss="huber", f_scale=0.3 * p[0], args=(p,), **EXACT)
    elif loss == "cauchy":
        found = optimize.least_squares(decay, START, loss="cauchy", args=(p,), **EXACT)
    else:
        found = optimize.least_squares(decay, START, loss="arctan", f_scale=2.0, args=(p,), **EXACT)
    return found.x @ W + found.cost


def within_bounds(p):
    free = optimize.least_squares(decay, START, bounds=([0.0, 0.0], [9.0, 5.0]), args=(p,), **EXACT)
    stopped = optimize.least_squares(decay, START, bounds=(0.0, 0.9 * p[0]), args=(p,), **EXACT)
    return free.x @ W + stopped.x @ W + stopped.cost


def least_squares_of_old(p):
    return optimize.leastsq(decay, START, args=(p,), **EXACT)[0] @ W


def curve_through(f, x, y):
    return optimize.minimize(lambda q: np.sum((f(x, q[0], q[1]) - y) ** 2), START, tol=1e-12).x


def of_a_function_passed_on(p):
    return curve_through(model, X, p[0] * np.cos(p[1] * X)) @ W


SOLVERS = [
    captured, passed, of_an_object, one_unknown, by_what_is_passed, at_a_bound, at_a_bound_that_moves, of_one_number,
    everywhere, evolved, older_ones, least_squares, robust, within_bounds, least_squares_of_old,
    of_a_function_passed_on,
]  # fmt: skip


@pytest.mark.parametrize("f", SOLVERS, ids=lambda f: f.__name__)
def test_places_of_minima(f):
    value, found = sg.value_and_grad(f)(P)
    assert value == f(P)
    # what a solver finds is known to about 1e-8
    wanted = differences(f, P, 1e-3)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)
    forward = [sg.jvp(f, (P,), (unit,))[1] for unit in np.eye(2)]
    np.testing.assert_allclose(forward, found, rtol=1e-6)


TWICE = [captured, passed, of_an_object, one_unknown, at_a_bound, at_a_bound_that_moves, of_one_number, least_squares,
         robust, within_bounds, of_a_function_passed_on]  # fmt: skip


@pytest.mark.parametrize("f", TWICE, ids=lambda f: f.__name__)
def test_second_derivatives(f):
    slope = sg.grad(f)
    wanted = np.array([(slope(P + 1e-4 * unit) - slope(P - 1e-4 * unit)) / 2e-4 for unit in np.eye(2)])
    np.testing.assert_allclose(sg.hessian(f)(P), wanted, rtol=2e-3, atol=2e-3)
    twice = [sg.vhp(f)(P, unit) for unit in np.eye(2)]
    np.testing.assert_allclose(twice, wanted, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("f", [captured, least_squares], ids=lambda f: f.__name__)
def test_third_derivatives_are_refused(f):
    with pytest.raises(sg.UnsupportedError, match="srcgrad.implicit"):
        sg.grad(lambda p: np.sum(sg.hvp(f)(p, W)))(P)


# ------------------------------------------------------------------------------------------------------- fitted curves


def model(x, a, b):
    return a * np.exp(-b * x)


def fit(p):
    y = p[0] * np.cos(p[1] * X)
    places, _ = optimize.curve_fit(model, X * p[0], y, p0=START, **EXACT)
    return places @ W


def fit_with_deviations(p):
    y = p[0] * np.cos(p[1] * X)
    return optimize.curve_fit(model, X, y, sigma=p[1] + X, **EXACT)[0] @ W


def fit_with_covariances(p):
    y = p[0] * np.cos(p[1] * X)
    sigma = np.eye(7) + 0.2 * np.outer(X, X) * p[0]
    return optimize.curve_fit(lambda x, a, b: model(x, a, b) * p[1], X, y, START, sigma, bounds=(-9, 9), **EXACT)[0] @ W


def fit_at_a_bound_and_how_sure_it_is(p):
    y = p[0] * np.cos(p[1] * X)
    places, covariance = optimize.curve_fit(model, X, y, bounds=([0.0, 0.0], [3.0, 0.3 * p[1]]), **EXACT)
    _, other = optimize.curve_fit(model, X, y, START, 0.1 * p[0] + X, True, **EXACT)
    return places @ W + covariance[0, 1] + np.sqrt(np.diag(other)) @ W


FITS = [fit, fit_with_deviations, fit_with_covariances, fit_at_a_bound_and_how_sure_it_is]


@pytest.mark.parametrize("f", FITS, ids=lambda f: f.__name__)
def test_fitted_curves(f):
    found = sg.grad(f)(P)
    np.testing.assert_allclose(found, differences(f, P, 1e-3), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(sg.jvp(f, (P,), (W,))[1], found @ W, rtol=1e-6)


def test_an_exact_fit_is_differentiated_twice():
    def misfit(p):
        return np.sum((optimize.curve_fit(model, X, model(X, p[0], p[1]), START, **EXACT)[0] - TRUE) ** 2)

    # the places are the parameters, so that the misfit is the sum of squares of what these are off
    np.testing.assert_allclose(sg.hessian(misfit)(TRUE.copy()), 2.0 * np.eye(2), atol=1e-5)


# ------------------------------------------------------------------------------------------------------------- refused


def flat(p):
    return optimize.minimize(lambda x: (x[0] + x[1] - p[0]) ** 2, START).x[0]


def inside_a_bound(p):
    found = optimize.minimize(energy, START, (p,), bounds=[(0.0, 0.4)] * 2, method="trust-constr", tol=1e-4)
    return found.x @ W


def weighed(p):
    return optimize.least_squares(decay, START, loss=lambda z: np.array([z, z, z]), args=(p,)).x[0]


REFUSED = [
    (flat, "stop_gradient"), (inside_a_bound, "away from the bounds"),
    (weighed, "into the residuals"),
]  # fmt: skip


@pytest.mark.parametrize("f, words", REFUSED, ids=[f.__name__ for f, _ in REFUSED])
@pytest.mark.filterwarnings("ignore")
def test_what_is_not_differentiated_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(P)
    assert __file__.rpartition("/")[2] in str(error.value)
