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
from dataclasses import replace

import numpy as np

from srcgrad.analysis import shapes_random as of
from srcgrad.analysis.shapes_python import drawn
from srcgrad.rules.language import elementwise
from srcgrad.rules.table import RuleParam, register

OLD = "np.random.RandomState(3)"


def draw(*names, cases):
    """An entry for functions of `np.random`, and for the methods of generators that have their names."""

    def define(function):
        made = elementwise(*[getattr(np.random, name) for name in names], kind=of.draw, cases=cases)(function)
        classes = (np.random.Generator, np.random.RandomState)
        methods = tuple(getattr(cls, name) for cls in classes for name in names)
        params = RuleParam("self", "pos"), *made.params
        called = tuple(case.replace("f(", f"f({OLD}, ", 1) for case in cases)
        register(replace(made, name=f"{made.name}_of", functions=methods, params=params, cases=called))
        return made

    return define


TWO = ("f(S(), S())", "f(A(3), A(3) + 3.0)", "f(A(2, 1), S(), (4, 2, 3))", "f(S(), S(), size=3)", "f(A(3))")
ONE = ("f(S())", "f(A(3) + 3.0)", "f(A(2, 1) + 3.0, (4, 2, 3))", "f(S(), size=(2, 3))")

# ------------------------------------------------------------------------------------------------ location and scale


@draw("normal", "laplace", "logistic", "gumbel", cases=TWO)
def location_scale(loc=0.0, scale=1.0, size=None, *, y):
    loc: 1.0
    scale: (y - loc) / scale


@draw("uniform", cases=("f(S(), 3.0)", "f(A(3), A(3) + 5.0)", "f(S(), 4.0, (2, 3))"))
def uniform(low=0.0, high=1.0, size=None, *, y):
    low: (high - y) / (high - low)
    high: (y - low) / (high - low)


# ------------------------------------------------------------------------------------------------------- scale alone


@draw("exponential", "rayleigh", cases=ONE)
def scaled(scale=1.0, size=None, *, y):
    scale: y / scale


@draw("gamma", cases=("f(2.0, S())", "f(np.array([0.7, 3.0]), A(2) + 3.0)", "f(0.7, A(3) + 3.0, (2, 3))"))
def gamma(shape, scale=1.0, size=None, *, y):
    scale: y / scale


# ------------------------------------------------------------------------------------------------------------ shapes


@draw("lognormal", cases=TWO)
def lognormal(mean=0.0, sigma=1.0, size=None, *, y):
    mean: y
    sigma: y * (np.log(y) - mean) / sigma


@draw("weibull", "power", cases=ONE)
def weibull(a, size=None, *, y):
    a: -y * np.log(y) / a


@draw("pareto", cases=ONE)
def pareto(a, size=None, *, y):
    a: -(1.0 + y) * np.log1p(y) / a


@draw("vonmises", cases=("f(S(), 2.0)", "f(A(3), np.array([0.0, 1.0, 2e6]))", "f(A(3), 2.0, (2, 3))"))
def vonmises(mu, kappa, size=None):
    mu: np.where(np.less(kappa, 1e-8), 0.0, 1.0)


# a root on either side of the mode: y = left + sqrt(u (mode - left) (right - left)), and its mirror image
SIDES = ("f(S(), 3.0, S() + 5.0)", "f(A(3), A(3) + 5.0, A(3) + 9.0)", "f(A(2, 1), A(3) + 5.0, S() + 8.0, (4, 2, 3))")


@draw("triangular", cases=SIDES)
def triangular(left, mode, right, size=None, *, y):
    below = y <= mode
    near = 0.5 * np.where(below, y - left, right - y) / np.where(below, mode - left, right - mode)
    far = 0.5 * np.where(below, y - left, right - y) / (right - left)
    left: np.where(below, 1.0 - near - far, far)
    mode: near
    right: np.where(below, far, 1.0 - near - far)


# ------------------------------------------------------------------------------------------------- the random module


@elementwise(random.gauss, random.normalvariate, kind=drawn, holomorphic=False, cases=("f(S(), S())",))
def gauss(mu=0.0, sigma=1.0, *, y):
    mu: 1.0
    sigma: (y - mu) / sigma


@elementwise(random.uniform, kind=drawn, holomorphic=False, cases=("f(S(), 3.0)", "f(S(), S())"))
def python_uniform(a, b, *, y):
    a: (b - y) / (b - a)
    b: (y - a) / (b - a)


@elementwise(random.expovariate, kind=drawn, holomorphic=False, cases=("f(S())",))
def expovariate(lambd, *, y):
    lambd: -y / lambd
