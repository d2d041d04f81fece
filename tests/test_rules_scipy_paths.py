"""Trajectories of `scipy.integrate`: between the steps, up to events, by every method; in both modes, and twice."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate
from test_rules_through_grad import differences

import srcgrad as sg

P = np.array([1.3, 0.7])
TIGHT = {"rtol": 1e-10, "atol": 1e-12}
LOOSER = {"rtol": 1e-8, "atol": 1e-10}
INSIDE = np.array([0.1, 0.75, 2.9])


def oscillator(t, y, k):
    return [y[1], -k * y[0] - 0.1 * y[1]]


def between_steps(p):
    found = integrate.solve_ivp(oscillator, (0.0, 3.0), p, dense_output=True, args=(p[0],), **TIGHT)
    return np.sum(found.sol(INSIDE) ** 2) + found.sol(1.234)[0] * found.sol(p[1])[1] + found.y[0, -1]


def between_steps_of_high_order(p):
    found = integrate.solve_ivp(oscillator, [0.0, p[0]], p, "DOP853", None, True, args=(p[0],), **TIGHT)
    return np.sum(found.sol(INSIDE / 3.0) ** 2)


def between_given_times(p):
    times = np.array([0.5, 1.0])
    found = integrate.solve_ivp(oscillator, (3.0, 0.0), p, "RK23", times[::-1], True, args=(p[1],), **LOOSER)
    return np.sum(found.sol(INSIDE) ** 3) + np.sum(found.y**2)


def between_implicit_steps(p):
    found = integrate.solve_ivp(oscillator, (0.0, 1.0), p, "Radau", dense_output=True, args=(p[0],), **LOOSER)
    return np.sum(found.sol(INSIDE[:2]) ** 2) + found.sol(0.3)[1]


def falling(p):
    def fall(t, y):
        return [y[1], -9.81 - p[0] * y[1]]

    def ground(t, y):
        return y[0] - 0.1 * p[1]

    ground.terminal = True
    found = integrate.solve_ivp(fall, (0.0, 30.0), [1.0, p[1]], events=ground, **TIGHT)
    return found.t[-1] + found.t_events[0][0] * found.y_events[0][0, 1] + found.y[1, -1]


def zero(t, y, k):
    return y[0] - 0.2 * k


def turn(t, y, k):
    return y[1]


zero.terminal = 2
turn.direction = -1.0


def several_events(p):
    found = integrate.solve_ivp(oscillator, (0.0, 9.0), p, events=[turn, zero], args=(p[0],), max_step=0.2, **LOOSER)
    return np.sum(found.t_events[0]) + np.sum(found.y_events[1] ** 2) + found.t[-1] * found.y[1, -1]


def events_beside_given_times(p):
    never = lambda t, y, k: y[0] - 50.0
    found = integrate.solve_ivp(
        oscillator, (0.0, -7.0), p, "DOP853", [0.0, -0.5, -4.0], events=(zero, never), args=(p[0],), **TIGHT
    )
    return np.sum(found.y**2) + np.sum(found.t_events[0] ** 2) + len(found.t_events[1])


def event_of_an_implicit_method(p):
    found = integrate.solve_ivp(oscillator, (0.0, 9.0), p, "LSODA", events=zero, args=(p[0],), **LOOSER)
    return found.t[-1] * found.y[1, -1] + found.t_events[0][0]


def slopes_given(p):
    def change(t, y):
        return -p[0] * y

    found = integrate.solve_ivp(
        change, (0.0, 1.0), p, integrate.BDF, jac=lambda t, y: -p[0] * np.eye(2), vectorized=True, args=None, **LOOSER
    )
    return np.sum(found.y[:, -1] ** 2)


def old_interface_with_report(p):
    times = np.linspace(0.0, p[1], 4)
    y, report = integrate.odeint(
        lambda y, t, k: [y[1], -k * y[0]], p, times, (p[0],), lambda y, t, k: [[0.0, 1.0], [-k, 0.0]], full_output=True
    )
    return np.sum(y**2) if report["nst"][-1] > 0 else 0.0


CASES = [
    between_steps, between_steps_of_high_order, between_given_times, between_implicit_steps, falling, several_events,
    events_beside_given_times, event_of_an_implicit_method, slopes_given, old_interface_with_report,
]  # fmt: skip


@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_derivatives_match_differences(f):
    value, got = sg.value_and_grad(f)(P)
    assert value == f(P)
    np.testing.assert_allclose(got, differences(f, P), rtol=1e-3, atol=1e-4)
    direction = np.array([0.6, -0.8])
    np.testing.assert_allclose(sg.jvp(f, (P,), (direction,))[1], got @ direction, rtol=1e-5)


@pytest.mark.parametrize("f", [between_steps, falling, between_implicit_steps], ids=lambda f: f.__name__)
def test_second_derivatives_match_differences(f):
    direction, slope = np.array([0.6, -0.8]), sg.grad(f)
    wanted = (slope(P + 1e-4 * direction) - slope(P - 1e-4 * direction)) / 2e-4
    np.testing.assert_allclose(sg.hvp(f)(P, direction), wanted, rtol=1e-3, atol=1e-3)


def grazing(p):
    found = integrate.solve_ivp(lambda t, y: [-p[0] * y[0]], (0.0, 1.0), [1.0], events=lambda t, y: np.sign(t - 0.5))
    return found.t_events[0][0] + p[0]


def other_facts(p):
    return integrate.solve_ivp(lambda t, y: -p[0] * y, (0.0, 1.0), [1.0], dense_output=True).sol.ts[1]


@pytest.mark.parametrize("f, words", [(grazing, "crosses zero"), (other_facts, "call it at times")])
def test_what_is_not_differentiated_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(f)(P)
