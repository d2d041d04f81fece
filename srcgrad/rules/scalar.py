"""Rules for Python numbers: `math` and builtin functions of one number.  Formulas stay with `math`: floats stay floats."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors
# ruff: noqa: E501  (none longer than the cases that belong on one line)

from __future__ import annotations

import builtins
import math

from srcgrad.analysis import shapes_python
from srcgrad.rules.language import elementwise, general
from srcgrad.runtime.words import (
    digamma,
    log_or_zero,
    power_partial,
    quotient,
    ratio,
    sign,
)

NUMBER = {"kind": shapes_python.python_float, "holomorphic": False}
POSITIVE = (0.5, 2.0)
UNIT = (-0.9, 0.9)


@elementwise(
    builtins.complex,
    kind=shapes_python.python_complex,
    cases=("f(S(), S())", "f(S())", "f(imag=S())", "f(real=S(), imag=S())"),
)
def complex_(real=0.0, imag=0.0):
    real: 1.0
    imag: 1j


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
def expm1(x, /):
    x: math.exp(x)


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
    norm = math.hypot(a, b)
    a: ratio(ratio(b, norm), norm)
    b: -ratio(ratio(a, norm), norm)


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
    x: 1.0 / math.hypot(1.0, x)


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


@elementwise(math.nextafter, **NUMBER)
def nextafter(x, like, /):
    x: 1.0
    like: 0


@elementwise(math.fmod, **NUMBER, domain=((3.1, 3.4), (1.7, 1.9)))
def fmod(a, b, /):
    a: 1.0
    b: -np.trunc(a / b)


@elementwise(math.remainder, **NUMBER, domain=((3.1, 3.4), (1.7, 1.9)))
def remainder(a, b, /, *, y):
    a: 1.0
    b: (y - a) / b


@elementwise(math.ldexp, **NUMBER, cases=("f(S(), 3)",))
def ldexp(x, exponent, /):
    x: math.ldexp(1.0, exponent)
    exponent: 0


if hasattr(math, "cbrt"):

    @elementwise(math.cbrt, **NUMBER, domain=POSITIVE)
    def cbrt(x, /, *, y):
        x: quotient(1.0, 3.0 * y * y)

    @elementwise(math.exp2, **NUMBER)
    def exp2(x, /, *, y):
        x: 0.6931471805599453 * y


# ------------------------------------------------------------------------------------------------- parts of a number


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
