"""The module `statistics`: values as they are, derivatives of both orders."""

from __future__ import annotations

import statistics
import sys

import numpy as np
import pytest
from two_orders import check

import srcgrad as sg

X = np.array([0.7, 1.9, -0.4, 2.3])
Y = np.array([1.0, -0.3, 0.8, 1.2])
gaussian = statistics.NormalDist(0.2, 1.4)


def normal(x, y):
    return statistics.NormalDist(x[0], x[1])


PROGRAMS = {
    "mean": lambda x, y: statistics.mean(list(x)),
    "mean_of_an_array": lambda x, y: statistics.mean(x * y),
    "mean_of_what_is_yielded": lambda x, y: statistics.mean(v * v for v in x),
    "variance": lambda x, y: statistics.variance((x[0], x[1] * y[0], x[2])),
    "variance_about": lambda x, y: statistics.variance(list(x), y[0]),
    "variance_about_the_mean": lambda x, y: statistics.variance(list(x), statistics.mean(list(x))),
    "pvariance": lambda x, y: statistics.pvariance(list(x), mu=y[1]),
    "stdev": lambda x, y: statistics.stdev(list(x)) * statistics.stdev(list(y), y[0]),
    "pstdev": lambda x, y: statistics.pstdev(x),
    "harmonic_mean": lambda x, y: statistics.harmonic_mean([v * v for v in x]),
    "harmonic_mean_weighted": lambda x, y: statistics.harmonic_mean([v * v for v in x], [v * v for v in y]),
    "geometric_mean": lambda x, y: statistics.geometric_mean([v * v for v in x]),
    "covariance": lambda x, y: statistics.covariance(list(x), list(y)),
    "correlation": lambda x, y: statistics.correlation(list(x), list(y)),
    "linear_regression": lambda x, y: tuple(statistics.linear_regression(list(x), list(y))),
    "median": lambda x, y: statistics.median(list(x)) * statistics.median_low(list(y)),
    "quantiles": lambda x, y: statistics.quantiles(list(x), n=5, method="inclusive")[1],
    "density": lambda x, y: normal(x, y).pdf(0.3) * normal(x, y).cdf(y[0]),
    "quantile": lambda x, y: normal(x, y).inv_cdf(0.3 * y[0]),
    "quantile_of_a_constant": lambda x, y: gaussian.inv_cdf(0.3 * y[0] * x[0]),
    "quantiles_of_a_distribution": lambda x, y: normal(x, y).quantiles(4)[2],
    "overlap": lambda x, y: normal(x, y).overlap(statistics.NormalDist(y[0], y[2])),
    "sums": lambda x, y: (normal(x, y) * 2.0 + statistics.NormalDist(y[0], y[2])).stdev,
    "from_samples": lambda x, y: statistics.NormalDist.from_samples(list(x)).pdf(y[0]),
}
# written in terms of sums of fractions before
NEWER = (
    {"covariance", "correlation", "linear_regression", "harmonic_mean_weighted"} if sys.version_info < (3, 11) else ()
)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in NEWER])
def test_derivatives(name):
    f = PROGRAMS[name]
    value, _ = sg.vjp(f, X, Y)
    assert value == f(X, Y) and type(value) is type(f(X, Y))
    check(f, (X, Y))


def test_the_deviation_of_what_is_all_the_same():
    f = lambda x: statistics.pstdev([x[0], x[0] * 1.0, x[0]])
    assert sg.grad(f)(X).tolist() == [0.0] * 4
    assert sg.jvp(f, (X,), (Y,))[1] == 0.0


def test_errors_are_those_of_the_module():
    with pytest.raises(statistics.StatisticsError):
        sg.grad(lambda x: statistics.variance([x[0]]))(X)
