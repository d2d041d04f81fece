"""Rules for draws of random numbers whose parameters are active.

A draw is a function of its parameters and of a number that does not depend on them, which is found again from the
result: `x = loc + scale * z`, so that the derivative by `scale` is `z = (x - loc) / scale`.  The draw itself is made
once, by the call that the user wrote, and leaves the generator as it would be without derivatives.

Draws whose parameters are inactive are constants, as are all others.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import random

import numpy as np

from srcgrad.analysis import shapes_random as of
from srcgrad.analysis.shapes_python import python_float
from srcgrad.rules.language import elementwise, general
from srcgrad.runtime.words import unbroadcast

GENERATOR = "np.random.default_rng(3)"
OLD = "np.random.RandomState(3)"


def draws(text):
    """Test calls of a draw with these arguments, by either kind of generator."""
    return f"f({OLD}, {text})", f"f({OLD}, {text}, 4)", f"f({OLD}, {text}, size=(2, 3))"


TWO = ("f(S(), S())", "f(A(3), A(3) + 3.0)", "f(A(2, 1), S(), (4, 2, 3))", "f(S(), S(), size=3)", "f(A(3))")
TWO_OF = (*draws("S(), S()"), f"f({OLD}, A(3), A(2, 1) + 3.0)", f"f({OLD}, A(3))")
ONE = ("f(S())", "f(A(3) + 3.0)", "f(A(2, 1) + 3.0, (4, 2, 3))")
ONE_OF = (*draws("S()"), f"f({OLD}, A(3) + 3.0)")

# ------------------------------------------------------------------------------------------------ location and scale


@general(np.random.normal, np.random.laplace, np.random.logistic, np.random.gumbel, kind=of.draw, cases=TWO)
def location_scale(loc=0.0, scale=1.0, size=None, *, y, g):
    loc: unbroadcast(g, loc)
    scale: unbroadcast(g * ((y - loc) / scale), scale)
    y_dot: loc_dot + scale_dot * ((y - loc) / scale)


@general(
    np.random.Generator.normal, np.random.Generator.laplace, np.random.Generator.logistic, np.random.Generator.gumbel,
    np.random.RandomState.normal, np.random.RandomState.laplace, np.random.RandomState.logistic,
    np.random.RandomState.gumbel,
    kind=of.draw,
    cases=TWO_OF,
)  # fmt: skip
def location_scale_of(self, loc=0.0, scale=1.0, size=None, *, y, g):
    loc: unbroadcast(g, loc)
    scale: unbroadcast(g * ((y - loc) / scale), scale)
    y_dot: loc_dot + scale_dot * ((y - loc) / scale)


@general(np.random.uniform, kind=of.draw, cases=("f(S(), 3.0)", "f(A(3), A(3) + 5.0)", "f(S(), 4.0, (2, 3))"))
def uniform(low=0.0, high=1.0, size=None, *, y, g):
    low: unbroadcast(g * ((high - y) / (high - low)), low)
    high: unbroadcast(g * ((y - low) / (high - low)), high)
    y_dot: low_dot * ((high - y) / (high - low)) + high_dot * ((y - low) / (high - low))


@general(
    np.random.Generator.uniform,
    np.random.RandomState.uniform,
    kind=of.draw,
    cases=(*draws("S(), 3.0"), f"f({OLD}, A(3), A(3) + 5.0)"),
)
def uniform_of(self, low=0.0, high=1.0, size=None, *, y, g):
    low: unbroadcast(g * ((high - y) / (high - low)), low)
    high: unbroadcast(g * ((y - low) / (high - low)), high)
    y_dot: low_dot * ((high - y) / (high - low)) + high_dot * ((y - low) / (high - low))


# ------------------------------------------------------------------------------------------------------- scale alone


@general(np.random.exponential, np.random.rayleigh, kind=of.draw, cases=ONE)
def scaled(scale=1.0, size=None, *, y, g):
    scale: unbroadcast(g * (y / scale), scale)
    y_dot: scale_dot * (y / scale)


@general(
    np.random.Generator.exponential, np.random.Generator.rayleigh, np.random.RandomState.exponential,
    np.random.RandomState.rayleigh,
    kind=of.draw,
    cases=ONE_OF,
)  # fmt: skip
def scaled_of(self, scale=1.0, size=None, *, y, g):
    scale: unbroadcast(g * (y / scale), scale)
    y_dot: scale_dot * (y / scale)


# ------------------------------------------------------------------------------------------------------------ shapes


@general(np.random.lognormal, kind=of.draw, cases=TWO)
def lognormal(mean=0.0, sigma=1.0, size=None, *, y, g):
    mean: unbroadcast(g * y, mean)
    sigma: unbroadcast(g * (y * (np.log(y) - mean) / sigma), sigma)
    y_dot: mean_dot * y + sigma_dot * (y * (np.log(y) - mean) / sigma)


@general(np.random.Generator.lognormal, np.random.RandomState.lognormal, kind=of.draw, cases=TWO_OF)
def lognormal_of(self, mean=0.0, sigma=1.0, size=None, *, y, g):
    mean: unbroadcast(g * y, mean)
    sigma: unbroadcast(g * (y * (np.log(y) - mean) / sigma), sigma)
    y_dot: mean_dot * y + sigma_dot * (y * (np.log(y) - mean) / sigma)


@general(np.random.weibull, kind=of.draw, cases=ONE)
def weibull(a, size=None, *, y, g):
    a: unbroadcast(-g * (y * np.log(y) / a), a)
    y_dot: -a_dot * (y * np.log(y) / a)


@general(np.random.Generator.weibull, np.random.RandomState.weibull, kind=of.draw, cases=ONE_OF)
def weibull_of(self, a, size=None, *, y, g):
    a: unbroadcast(-g * (y * np.log(y) / a), a)
    y_dot: -a_dot * (y * np.log(y) / a)


@general(np.random.pareto, kind=of.draw, cases=ONE)
def pareto(a, size=None, *, y, g):
    a: unbroadcast(-g * ((1.0 + y) * np.log1p(y) / a), a)
    y_dot: -a_dot * ((1.0 + y) * np.log1p(y) / a)


@general(np.random.Generator.pareto, np.random.RandomState.pareto, kind=of.draw, cases=ONE_OF)
def pareto_of(self, a, size=None, *, y, g):
    a: unbroadcast(-g * ((1.0 + y) * np.log1p(y) / a), a)
    y_dot: -a_dot * ((1.0 + y) * np.log1p(y) / a)


@general(np.random.power, kind=of.draw, cases=ONE)
def power(a, size=None, *, y, g):
    a: unbroadcast(-g * (y * np.log(y) / a), a)
    y_dot: -a_dot * (y * np.log(y) / a)


@general(np.random.Generator.power, np.random.RandomState.power, kind=of.draw, cases=ONE_OF)
def power_of(self, a, size=None, *, y, g):
    a: unbroadcast(-g * (y * np.log(y) / a), a)
    y_dot: -a_dot * (y * np.log(y) / a)


# ------------------------------------------------------------------------------- by some of the parameters, or by parts


@general(np.random.gamma, kind=of.draw, cases=("f(2.0, S())", "f(np.array([0.7, 3.0]), A(2) + 3.0)"))
def gamma(shape, scale=1.0, size=None, *, y, g):
    scale: unbroadcast(g * (y / scale), scale)
    y_dot: scale_dot * (y / scale)


@general(
    np.random.Generator.gamma,
    np.random.RandomState.gamma,
    kind=of.draw,
    cases=(f"f({OLD}, 2.0, S())", f"f({OLD}, 0.7, A(3) + 3.0, (2, 3))"),
)
def gamma_of(self, shape, scale=1.0, size=None, *, y, g):
    scale: unbroadcast(g * (y / scale), scale)
    y_dot: scale_dot * (y / scale)


@general(np.random.vonmises, kind=of.draw, cases=("f(S(), 2.0)", "f(A(3), np.array([0.0, 1.0, 2e6]))"))
def vonmises(mu, kappa, size=None, *, g):
    moved = np.where(np.less(kappa, 1e-8), 0.0, 1.0)
    mu: unbroadcast(g * moved, mu)
    y_dot: mu_dot * moved


@general(
    np.random.Generator.vonmises,
    np.random.RandomState.vonmises,
    kind=of.draw,
    cases=(f"f({OLD}, S(), 2.0)", f"f({OLD}, A(3), np.array([0.0, 1.0, 2e6]), (2, 3))"),
)
def vonmises_of(self, mu, kappa, size=None, *, g):
    moved = np.where(np.less(kappa, 1e-8), 0.0, 1.0)
    mu: unbroadcast(g * moved, mu)
    y_dot: mu_dot * moved


# a root on either side of the mode: y = left + sqrt(u (mode - left) (right - left)), and its mirror image
SIDES = ("f(S(), 3.0, S() + 5.0)", "f(A(3), A(3) + 5.0, A(3) + 9.0)", "f(A(2, 1), A(3) + 5.0, S() + 8.0, (4, 2, 3))")


@general(np.random.triangular, kind=of.draw, cases=SIDES)
def triangular(left, mode, right, size=None, *, y, g):
    below = y <= mode
    near = 0.5 * np.where(below, y - left, right - y) / np.where(below, mode - left, right - mode)
    far = 0.5 * np.where(below, y - left, right - y) / (right - left)
    left: unbroadcast(g * np.where(below, 1.0 - near - far, far), left)
    mode: unbroadcast(g * near, mode)
    right: unbroadcast(g * np.where(below, far, 1.0 - near - far), right)
    y_dot: (
        left_dot * np.where(below, 1.0 - near - far, far)
        + mode_dot * near
        + right_dot * np.where(below, far, 1.0 - near - far)
    )


@general(
    np.random.Generator.triangular,
    np.random.RandomState.triangular,
    kind=of.draw,
    cases=tuple(case.replace("f(", f"f({OLD}, ", 1) for case in SIDES),
)
def triangular_of(self, left, mode, right, size=None, *, y, g):
    below = y <= mode
    near = 0.5 * np.where(below, y - left, right - y) / np.where(below, mode - left, right - mode)
    far = 0.5 * np.where(below, y - left, right - y) / (right - left)
    left: unbroadcast(g * np.where(below, 1.0 - near - far, far), left)
    mode: unbroadcast(g * near, mode)
    right: unbroadcast(g * np.where(below, far, 1.0 - near - far), right)
    y_dot: (
        left_dot * np.where(below, 1.0 - near - far, far)
        + mode_dot * near
        + right_dot * np.where(below, far, 1.0 - near - far)
    )


# ------------------------------------------------------------------------------------------------- the random module


@elementwise(random.gauss, random.normalvariate, kind=python_float, holomorphic=False, cases=("f(S(), S())",))
def gauss(mu=0.0, sigma=1.0, *, y):
    mu: 1.0
    sigma: (y - mu) / sigma


@elementwise(random.uniform, kind=python_float, holomorphic=False, cases=("f(S(), 3.0)", "f(S(), S())"))
def python_uniform(a, b, *, y):
    a: (b - y) / (b - a)
    b: (y - a) / (b - a)


@elementwise(random.expovariate, kind=python_float, holomorphic=False, cases=("f(S())",))
def expovariate(lambd, *, y):
    lambd: -y / lambd
