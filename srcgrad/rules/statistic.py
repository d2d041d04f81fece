"""Rules for the functions of `statistics` that compute in fractions, and so have no source to follow."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import math
import statistics

from srcgrad.analysis import shapes_python
from srcgrad.rules.language import elementwise, general
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.runtime.words_sequence import mean_items, mean_tangent
from srcgrad.runtime.words_spread import (
    half_over,
    harmonic_items,
    harmonic_tangent,
    harmonic_weights,
    variance_centre,
    variance_items,
    variance_tangent,
)
from srcgrad.written.python_statistics import mean_and_deviation

MANY = ("f([S(), S(), 2.0])", "f(A(4))", "f((S(), 0.5 * S()))")
CENTRED = (*MANY, "f([S(), S(), 2.0], S())", "f(A(4), 0.7)")
POSITIVE = ("f([S(), S(), 2.0])", "f(A(4) + 3.0)", "f([S(), 2.0], [S(), 1.5])", "f(A(3) + 3.0, A(3) + 3.0)")


@general(statistics.mean, kind=shapes_python.python_number_of, sequence="data", cases=MANY)
def mean(data, *, g):
    data: mean_items(g, data, None)
    y_dot: mean_tangent(data_dot, data)


@general(statistics.variance, kind=shapes_python.python_number_of, sequence="data", cases=CENTRED)
def variance(data, xbar=None, *, g):
    data: variance_items(g, data, xbar, 1)
    xbar: variance_centre(g, data, xbar, 1)
    y_dot: variance_tangent(data_dot, xbar_dot, data, xbar, 1)


@general(statistics.pvariance, kind=shapes_python.python_number_of, sequence="data", cases=CENTRED)
def pvariance(data, mu=None, *, g):
    data: variance_items(g, data, mu, 0)
    mu: variance_centre(g, data, mu, 0)
    y_dot: variance_tangent(data_dot, mu_dot, data, mu, 0)


@general(statistics.stdev, kind=shapes_python.python_number_of, sequence="data", cases=CENTRED)
def stdev(data, xbar=None, *, y, g):
    data: variance_items(half_over(g, y), data, xbar, 1)
    xbar: variance_centre(half_over(g, y), data, xbar, 1)
    y_dot: half_over(variance_tangent(data_dot, xbar_dot, data, xbar, 1), y)


@general(statistics.pstdev, kind=shapes_python.python_number_of, sequence="data", cases=CENTRED)
def pstdev(data, mu=None, *, y, g):
    data: variance_items(half_over(g, y), data, mu, 0)
    mu: variance_centre(half_over(g, y), data, mu, 0)
    y_dot: half_over(variance_tangent(data_dot, mu_dot, data, mu, 0), y)


@general(statistics.harmonic_mean, kind=shapes_python.python_number_of, sequence="data", cases=POSITIVE)
def harmonic_mean(data, weights=None, *, y, g):
    data: harmonic_items(g, data, weights, y)
    weights: harmonic_weights(g, data, weights, y)
    y_dot: harmonic_tangent(data_dot, weights_dot, data, weights, y)


@elementwise(
    statistics._normal_dist_inv_cdf,
    kind=shapes_python.python_float,
    holomorphic=False,
    cases=("f(0.3, S(), S())", "f(0.2 * S(), 0.5, 2.0)"),
)
def normal_dist_inv_cdf(p, mu, sigma, /, *, y):
    p: sigma * 2.5066282746310002 * math.exp(0.5 * ((y - mu) / sigma) ** 2)
    mu: 1.0
    sigma: (y - mu) / sigma


if hasattr(statistics, "_mean_stdev"):
    WRITTEN[statistics._mean_stdev] = mean_and_deviation
