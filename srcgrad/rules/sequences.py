"""Rules for Python's functions of several numbers: `sum`, `max`, `math.hypot`, `math.dist`, `statistics.fmean`."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import builtins
import math
import statistics
import sys

from srcgrad.analysis import shapes_python
from srcgrad.rules.language import general, linear
from srcgrad.runtime.words_sequence import (
    distance_cotangent,
    distance_tangent,
    extremum_tangent,
    factors,
    fmean_tangent,
    hypot_cotangents,
    hypot_tangent,
    mean_items,
    mean_tangent,
    mean_weights,
    product_tangent,
    scalar_extremum,
    scaled_items,
    sum_tangent,
    summands,
    sumprod_tangent,
    times_items,
)


@general(math.hypot, kind=shapes_python.python_float_star, cases=("f(S(), S())", "f(S(), S(), S())"))
def hypot(*coordinates, y, g):
    coordinates: hypot_cotangents(g, coordinates, y)
    y_dot: hypot_tangent(coordinates, coordinates_dot, y)


@general(
    builtins.max,
    kind=shapes_python.python_extremum,
    cases=("f(S(), S())", "f(S(), 0.5, S())", "f([S(), S()])", "f(A(3))"),
)
def max_(*values, y, g):
    values: scalar_extremum(g, values, y)
    y_dot: extremum_tangent(values, values_dot, y)


@general(
    builtins.min,
    kind=shapes_python.python_extremum,
    cases=("f(S(), S())", "f(S(), 0.5, S())", "f([S(), S()])", "f(A(3))"),
)
def min_(*values, y, g):
    values: scalar_extremum(g, values, y)
    y_dot: extremum_tangent(values, values_dot, y)


@linear(
    builtins.sum,
    kind=shapes_python.python_sum,
    broadcast="start",
    sequence="iterable",
    cases=("f([S(), S()])", "f([A(2), A(3, 1)])", "f((S(), A(3)), 1.0)", "f([A(2)], A(2))", "f(A(3))"),
)
def sum_(iterable, /, start=0, *, g):
    iterable: summands(g, iterable)
    start: g
    y_dot: start_dot + sum_tangent(iterable_dot)


@general(math.prod, kind=shapes_python.python_product, sequence="iterable",
         cases=("f([S(), S(), S()])", "f((S(), 0.0), start=2.0)", "f(A(3))", "f([S(), S()], start=S())",
                "f([1j * S(), S() - 1j], start=2j)"))  # fmt: skip
def prod(iterable, /, *, start=1, g):
    iterable: factors(g, iterable, start)
    start: times_items(g, iterable, start)
    y_dot: product_tangent(iterable, iterable_dot, start, start_dot)


@general(math.fsum, kind=shapes_python.python_float_of, sequence="seq", cases=("f([S(), S(), 1.0])", "f(A(3))"))
def fsum(seq, /, *, g):
    seq: summands(g, seq)
    y_dot: sum_tangent(seq_dot)


@general(
    math.dist,
    kind=shapes_python.python_float_of,
    cases=("f([S(), S()], [S(), S()])", "f(A(3), A(3))", "f((S(), 1.0), [0.5, S()])"),
)
def dist(p, q, /, *, y, g):
    p: distance_cotangent(g, p, q, y)
    q: distance_cotangent(-g, p, q, y)
    y_dot: distance_tangent(p_dot, q_dot, p, q, y)


if hasattr(math, "sumprod"):

    @general(
        math.sumprod,
        kind=shapes_python.python_float_of,
        cases=("f([S(), S()], [S(), S()])", "f(A(3), A(3))", "f((S(), 1.0), [0.5, S()])"),
    )
    def sumprod(p, q, /, *, g):
        p: scaled_items(g, q, p)
        q: scaled_items(g, p, q)
        y_dot: sumprod_tangent(p_dot, q) + sumprod_tangent(q_dot, p)


if sys.version_info >= (3, 11):

    @general(
        statistics.fmean,
        kind=shapes_python.python_float_of,
        sequence="data",
        cases=("f([S(), S(), 2.0])", "f(A(4))", "f([S(), S()], [S(), 1.5])", "f(A(3), A(3) + 3.0)"),
    )
    def fmean(data, weights=None, *, y, g):
        data: mean_items(g, data, weights)
        weights: mean_weights(g, data, weights, y)
        y_dot: fmean_tangent(data_dot, weights_dot, data, weights, y)

else:

    @general(
        statistics.fmean,
        kind=shapes_python.python_float_of,
        sequence="data",
        cases=("f([S(), S(), 2.0])", "f(A(4))"),
    )
    def fmean(data, *, g):
        data: mean_items(g, data, None)
        y_dot: mean_tangent(data_dot, data)
