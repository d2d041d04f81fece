"""Rules for histograms, by the weights of the samples."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_pick as of
from srcgrad.rules.language import general
from srcgrad.runtime.words_histogram import (
    columns_of,
    histogram_cotangent,
    histogram_tangent,
    histogramdd_cotangent,
    histogramdd_tangent,
)


@general(
    np.histogram,
    kind=of.histogram,
    cases=("f(np.array([0.5, 1.5, 1.7, 3.0]), 3, weights=A(4))",
           "f(np.array([0.5, 1.5, 1.7, 9.0]), np.array([0.0, 1.0, 3.0]), density=True, weights=A(4) + 3.0)"),
)  # fmt: skip
def histogram(a, bins=10, range=None, density=None, weights=None, *, y, g):
    weights: histogram_cotangent(g, a, bins, range, density, weights, y)
    y_dot: histogram_tangent(weights_dot, a, density, weights, y)


@general(
    np.histogram2d,
    kind=of.histogram_of_pairs,
    aliases={"y": "values"},  # in a rule `y` is the result
    cases=("f(np.array([0.5, 1.5, 1.7, 3.0]), np.array([0.1, 0.9, 0.3, 0.2]), 3, weights=A(4))",
           "f(np.array([0.5, 1.5, 9.0]), np.array([0.1, 0.9, 0.3]), [[0.0, 1.0, 3.0], [0.0, 0.2, 1.0]], weights=A(3))",
           "f(np.array([0.5, 1.5, 1.7]), np.array([0.1, 0.9, 0.3]), 2, density=True, weights=A(3) + 3.0)"),
)  # fmt: skip
def histogram2d(x, values, bins=10, range=None, density=None, weights=None, *, y, g):
    weights: histogramdd_cotangent(g[0], [x, values], [y[1], y[2]], density, weights, y[0])
    y_dot: (histogramdd_tangent(weights_dot, [x, values], [y[1], y[2]], density, weights, y[0]), None, None)


@general(
    np.histogramdd,
    kind=of.histogram_of_points,
    cases=("f(np.array([[0.5, 0.1], [1.5, 0.9], [1.7, 0.3], [3.0, 0.2]]), 3, weights=A(4))",
           "f([np.array([0.5, 1.5, 9.0])] * 3, [[0.0, 1.0, 3.0], [0.0, 2.0, 9.0], 2], density=True, weights=A(3) + 3)",
           "f(np.array([[0.5], [1.5], [1.7]]), [np.array([0.0, 1.0, 1.7])], weights=A(3))"),
)  # fmt: skip
def histogramdd(sample, bins=10, range=None, density=None, weights=None, *, y, g):
    weights: histogramdd_cotangent(g[0], columns_of(sample), y[1], density, weights, y[0])
    y_dot: (histogramdd_tangent(weights_dot, columns_of(sample), y[1], density, weights, y[0]), None)
