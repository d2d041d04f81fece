"""Rules for Python numbers: the `math` module and builtin functions.  Formulas stay with `math`, so floats stay floats."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors
# ruff: noqa: E501  (none longer than the cases that belong on one line)

from __future__ import annotations

import builtins
import math
import statistics
import sys

import numpy as np

from srcgrad.analysis import shapes_python
from srcgrad.rules.language import elementwise, general, linear
from srcgrad.runtime.words import (
    digamma,
    log_or_zero,
    power_partial,
    quotient,
    ratio,
    sign,
    unbroadcast,
)
from srcgrad.runtime.words_sequence import (
    distance_cotangent,
    distance_tangent,
    extremum_tangent,
    factors,
    fmean_tangent,
    hypot_cotangents,
    hypot_tangent,
    mean_items,
    mean_weights,
    product_tangent,
    scalar_extremum,
    scaled_items,
    sum_tangent,
    summands,
    sumprod_tangent,
)
from srcgrad.runtime.words_tangent import extremum_tangent, hypot_tangent, product_tangent

# `weights` came with Python 3.11
WEIGHTED_MEANS = ("f([S(), S()], [S(), 1.5])", "f(A(3), A(3) + 3.0)") if sys.version_info >= (3, 11) else ()
NUMBER = {"kind": shapes_python.python_float, "holomorphic": False}
POSITIVE = (0.5, 2.0)
UNIT = (-0.9, 0.9)


@general(builtins.complex, kind=shapes_python.python_complex, cases=("f(S(), S())", "f(S())"))
def complex_(real, imag=0.0, /, *, g):
    real: np.real(g)
    imag: np.imag(g)
    y_dot: real_dot + 1j * imag_dot
    y_dot: real_dot + 1j * imag_dot


@elementwise(builtins.float, **NUMBER)
def float_(x, /):
    x: 1.0


@elementwise(math.fabs, **NUMBER)
def fabs(x, /):
    x: sign(x)


@elementwise(math.exp, **NUMBER)
def exp(x, /, *, y):
    x: y


@elementwise(math.expm1, **NUMBER)
def expm1(x, /, *, y):
    x: y + 1.0


@elementwise(math.log, **NUMBER, domain=((1.5, 3.0), (1.5, 3.0)))
def log(x, base=None, /, *, y):
    x: 1.0 / x if base is None else 1.0 / (x * math.log(base))
    base: 0.0 if base is None else -y / (base * math.log(base))


@elementwise(math.log2, **NUMBER, domain=POSITIVE)
def log2(x, /):
    x: 1.4426950408889634 / x


@elementwise(math.log10, **NUMBER, domain=POSITIVE)
def log10(x, /):
    x: 0.4342944819032518 / x


@elementwise(math.log1p, **NUMBER, domain=POSITIVE)
def log1p(x, /):
    x: 1.0 / (1.0 + x)


@elementwise(math.sqrt, **NUMBER, domain=POSITIVE)
def sqrt(x, /, *, y):
    x: quotient(0.5, y)


@elementwise(math.pow, **NUMBER, domain=(POSITIVE, (-2.0, 2.0)))
def pow_(x, exponent, /, *, y):
    x: power_partial(x, exponent)
    exponent: y * log_or_zero(x)


@elementwise(math.sin, **NUMBER)
def sin(x, /):
    x: math.cos(x)


@elementwise(math.cos, **NUMBER)
def cos(x, /):
    x: -math.sin(x)


@elementwise(math.tan, **NUMBER, domain=(-1.2, 1.2))
def tan(x, /, *, y):
    x: 1.0 + y * y


@elementwise(math.asin, **NUMBER, domain=UNIT)
def asin(x, /):
    x: quotient(1.0, math.sqrt((1.0 - x) * (1.0 + x)))


@elementwise(math.acos, **NUMBER, domain=UNIT)
def acos(x, /):
    x: quotient(-1.0, math.sqrt((1.0 - x) * (1.0 + x)))


@elementwise(math.atan, **NUMBER)
def atan(x, /):
    x: 1.0 / (1.0 + x * x)


@elementwise(math.atan2, **NUMBER)
def atan2(a, b, /):
    square = a * a + b * b
    a: ratio(b, square)
    b: -ratio(a, square)


@elementwise(math.sinh, **NUMBER)
def sinh(x, /):
    x: math.cosh(x)


@elementwise(math.cosh, **NUMBER)
def cosh(x, /):
    x: math.sinh(x)


@elementwise(math.tanh, **NUMBER)
def tanh(x, /, *, y):
    x: 1.0 - y * y


@elementwise(math.asinh, **NUMBER)
def asinh(x, /):
    x: 1.0 / math.sqrt(1.0 + x * x)


@elementwise(math.acosh, **NUMBER, domain=(1.1, 3.0))
def acosh(x, /):
    x: quotient(1.0, math.sqrt((x - 1.0) * (x + 1.0)))


@elementwise(math.atanh, **NUMBER, domain=UNIT)
def atanh(x, /):
    x: 1.0 / ((1.0 - x) * (1.0 + x))


@elementwise(math.erf, **NUMBER)
def erf(x, /):
    x: 1.1283791670955126 * math.exp(-x * x)


@elementwise(math.erfc, **NUMBER)
def erfc(x, /):
    x: -1.1283791670955126 * math.exp(-x * x)


@elementwise(math.gamma, **NUMBER, domain=POSITIVE)
def gamma(x, /, *, y):
    x: y * digamma(x)


@elementwise(math.lgamma, **NUMBER, domain=POSITIVE)
def lgamma(x, /):
    x: digamma(x)


@elementwise(math.degrees, **NUMBER)
def degrees(x, /):
    x: 57.29577951308232


@elementwise(math.radians, **NUMBER)
def radians(x, /):
    x: 0.017453292519943295


@elementwise(math.copysign, **NUMBER)
def copysign(x, like, /):
    x: sign(x) * math.copysign(1.0, like)
    like: 0


@elementwise(math.fmod, **NUMBER, domain=((3.1, 3.4), (1.7, 1.9)))
def fmod(a, b, /):
    a: 1.0
    b: -math.trunc(a / b)


@elementwise(math.remainder, **NUMBER, domain=((3.1, 3.4), (1.7, 1.9)))
def remainder(a, b, /, *, y):
    a: 1.0
    b: (y - a) / b


@elementwise(math.ldexp, **NUMBER, cases=("f(S(), 3)",))
def ldexp(x, exponent, /):
    x: math.ldexp(1.0, exponent)
    exponent: 0


@general(math.hypot, kind=shapes_python.python_float_star, cases=("f(S(), S())", "f(S(), S(), S())"))
def hypot(*coordinates, y, g):
    coordinates: hypot_cotangents(g, coordinates, y)
    y_dot: hypot_tangent(coordinates, coordinates_dot, y)
    y_dot: hypot_tangent(coordinates_dot, coordinates, y)


@general(
    builtins.max,
    kind=shapes_python.python_extremum,
    cases=("f(S(), S())", "f(S(), 0.5, S())", "f([S(), S()])", "f(A(3))"),
)
def max_(*values, y, g):
    values: scalar_extremum(g, values, y)
    y_dot: extremum_tangent(values, values_dot, y)
    y_dot: extremum_tangent(values_dot, values, y)


@general(
    builtins.min,
    kind=shapes_python.python_extremum,
    cases=("f(S(), S())", "f(S(), 0.5, S())", "f([S(), S()])", "f(A(3))"),
)
def min_(*values, y, g):
    values: scalar_extremum(g, values, y)
    y_dot: extremum_tangent(values, values_dot, y)
    y_dot: extremum_tangent(values_dot, values, y)


@linear(builtins.sum, kind=shapes_python.python_sum, sequence="iterable",
         cases=("f([S(), S()])", "f([A(2), A(3, 1)])", "f((S(), A(3)), 1.0)", "f([A(2)], A(2))", "f(A(3))"))  # fmt: skip
def sum_(iterable, /, start=0, *, g):
    iterable: summands(g, iterable)
    start: unbroadcast(g, start)
    y_dot: start_dot + sum_tangent(iterable_dot)


@general(math.prod, kind=shapes_python.python_product, sequence="iterable",
         cases=("f([S(), S(), S()])", "f((S(), 0.0), start=2.0)", "f(A(3))"))  # fmt: skip
def prod(iterable, /, *, start=1, g):
    iterable: factors(g, iterable, start)
    y_dot: product_tangent(iterable, iterable_dot, start)
    y_dot: product_tangent(iterable_dot, iterable, start)


# ------------------------------------------------------------------------------------- sequences and parts of numbers


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


@general(math.modf, kind=shapes_python.python_pair, cases=("f(S())",))
def modf(x, /, *, g):
    x: g[0]
    y_dot: (x_dot, None)


@general(math.frexp, kind=shapes_python.python_pair, cases=("f(S())",))
def frexp(x, /, *, y, g):
    x: math.ldexp(g[0], -y[1])
    y_dot: (math.ldexp(x_dot, -y[1]), None)


if hasattr(math, "fma"):

    @elementwise(math.fma, **NUMBER)
    def fma(a, b, c, /):
        a: b
        b: a
        c: 1.0


@general(
    statistics.fmean,
    kind=shapes_python.python_float_of,
    sequence="data",
    cases=("f([S(), S(), 2.0])", "f(A(4))", *WEIGHTED_MEANS),
)
def fmean(data, weights=None, *, y, g):
    data: mean_items(g, data, weights)
    weights: mean_weights(g, data, weights, y)
    y_dot: fmean_tangent(data_dot, weights_dot, data, weights, y)


if hasattr(math, "cbrt"):

    @elementwise(math.cbrt, **NUMBER, domain=POSITIVE)
    def cbrt(x, /, *, y):
        x: quotient(1.0, 3.0 * y * y)

    @elementwise(math.exp2, **NUMBER)
    def exp2(x, /, *, y):
        x: 0.6931471805599453 * y
