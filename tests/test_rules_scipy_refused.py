"""What is not differentiated of SciPy is refused at the user's line, with advice."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate, interpolate, linalg, ndimage, optimize, signal, stats
from scipy.sparse import linalg as sparse_linalg

import srcgrad as sg

P = np.array([1.3, 0.7])
V = np.array([1.0, -2.0, 0.5])
X = np.array([0.0, 0.3, 1.0, 1.4, 2.0])
Y = np.sin(3.0 * X)
SQUARE = np.array([[4.0, 1.0, 0.3], [0.2, 3.0, 1.0], [1.0, 0.1, 5.0]])


def other_results(p):
    return optimize.root(lambda x: x - p, np.ones(2)).jac[0, 0]


def singular(p):
    return integrate.quad(lambda x: x**-0.5 * np.cos(p[0] * x), 0.0, 1.0)[0]


def coefficients(p):
    return interpolate.CubicSpline(X, p[0] * X).roots()[0]


def periodic(p):
    return interpolate.PchipInterpolator(X, p[0] * X, extrapolate="periodic")(0.5)


def no_rule(p):
    return np.sum(ndimage.generic_filter(np.outer(p, p), np.mean, 2))


def counted(p):
    return stats.poisson.logpmf(p[0], 2.0)


def moments(p):
    return stats.norm(p[0]).expect()


def far_from_the_root(p):
    return optimize.root(lambda x: x**3 - p[0], [30.0], options={"maxfev": 3}).x[0]


def kept(p):
    log = []

    def f(x):
        log.append(x * p[0])
        return x**3 + x - p[0]

    return optimize.brentq(f, 0.0, 5.0) + log[0]


class Remembering:
    def __init__(self, rate):
        self.rate, self.last = rate, 0.0

    def slope(self, t, y):
        self.last = self.rate * t
        return -self.rate * y


def kept_in_an_object(p):
    decay = Remembering(p[0])
    return integrate.solve_ivp(decay.slope, (0.0, 1.0), [1.0]).y[0, -1] + decay.last


def no_tuple(p):
    return optimize.brentq(lambda x, k: x - k, 0.0, 5.0, args=p[0])


def peaks(p):
    x = np.sin(p[0] * X)
    return x[signal.find_peaks(x)[0]]


def dense(p):
    return sparse_linalg.splu(p[0] * SQUARE).solve(V)[0]


def of_a_number(p):
    return np.sum(linalg.solve(p[0], p[:, None]))


REFUSED = [
    (of_a_number, "np.atleast_2d"),
    (other_results, "'jac'"), (singular, "substitute"),
    (coefficients, "call it at points"), (periodic, "modulo the period"),
    (no_rule, "sliding_window_view"), (peaks, "stop_gradient"), (dense, "csc_matrix"),
    (counted, "'k'"), (moments, "frozen distribution"), (no_tuple, "args="),
    (far_from_the_root, "no solution"), (kept, "keeps numbers"), (kept_in_an_object, "keeps numbers"),
]  # fmt: skip


@pytest.mark.parametrize("f, words", REFUSED, ids=[f.__name__ for f, _ in REFUSED])
def test_what_is_not_differentiated_is_refused_at_the_users_line(f, words):
    with pytest.raises(sg.UnsupportedError) as error:
        sg.grad(f)(P)
    assert words in str(error.value) and __file__.rpartition("/")[2] in str(error.value)


def test_the_advice_on_peaks():
    def f(p):
        x = np.sin(p[0] * np.linspace(0.0, 9.0, 50))
        return np.sum(x[signal.find_peaks(sg.stop_gradient(x))[0]] * p[1])

    sg.check_grads(f, (P,), modes=("rev", "fwd"))
