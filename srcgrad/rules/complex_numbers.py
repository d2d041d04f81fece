"""Rules for the `cmath` module and for `np.emath`, whose results may be complex where arguments are real.

For a real argument only the real part of a cotangent counts.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import cmath

import numpy as np

from srcgrad.analysis import shapes_python, shapes_select
from srcgrad.rules.language import elementwise, general
from srcgrad.runtime.words import conj, ratio
from srcgrad.runtime.words_complex import (
    across,
    cmath_log,
    complex_cos,
    complex_cosh,
    complex_sin,
    complex_sinh,
    complex_sqrt,
    unit,
    wide_log,
    wide_power,
    wide_sqrt,
)
from srcgrad.runtime.words_reduce import floating

NUMBER = {"kind": shapes_python.python_complex}
CASES = ("f(0.3 - 1.2j)", "f(S())", "f(-0.4 + 0.7j)")

# ------------------------------------------------------------------------------------------------------------ cmath


@elementwise(cmath.exp, **NUMBER, cases=CASES)
def exp(z, /, *, y):
    z: y


@elementwise(cmath.log, **NUMBER, cases=(*CASES, "f(0.3 - 1.2j, 2.5)", "f(1.5, 0.4 + 1j)"))
def log(z, base=None, /, *, y):
    z: 1.0 / z if base is None else 1.0 / (z * cmath_log(base))
    base: 0.0 if base is None else -y / (base * cmath_log(base))


@elementwise(cmath.log10, **NUMBER, cases=CASES)
def log10(z, /):
    z: 0.4342944819032518 / z


@elementwise(cmath.sqrt, **NUMBER, cases=CASES)
def sqrt(z, /, *, y):
    z: 0.5 / y


@elementwise(cmath.sin, **NUMBER, cases=CASES)
def sin(z, /):
    z: complex_cos(z)


@elementwise(cmath.cos, **NUMBER, cases=CASES)
def cos(z, /):
    z: -complex_sin(z)


@elementwise(cmath.tan, **NUMBER, cases=CASES)
def tan(z, /, *, y):
    z: 1.0 + y * y


@elementwise(cmath.asin, **NUMBER, cases=(*CASES[::2], "f(0.4)"))
def asin(z, /):
    z: 1.0 / complex_sqrt(1.0 - z * z)


@elementwise(cmath.acos, **NUMBER, cases=(*CASES[::2], "f(0.4)"))
def acos(z, /):
    z: -1.0 / complex_sqrt(1.0 - z * z)


@elementwise(cmath.atan, **NUMBER, cases=CASES)
def atan(z, /):
    z: 1.0 / (1.0 + z * z)


@elementwise(cmath.sinh, **NUMBER, cases=CASES)
def sinh(z, /):
    z: complex_cosh(z)


@elementwise(cmath.cosh, **NUMBER, cases=CASES)
def cosh(z, /):
    z: complex_sinh(z)


@elementwise(cmath.tanh, **NUMBER, cases=CASES)
def tanh(z, /, *, y):
    z: 1.0 - y * y


@elementwise(cmath.asinh, **NUMBER, cases=CASES)
def asinh(z, /):
    z: 1.0 / complex_sqrt(1.0 + z * z)


@elementwise(cmath.acosh, **NUMBER, cases=CASES[::2])
def acosh(z, /):
    z: 1.0 / (complex_sqrt(z - 1.0) * complex_sqrt(z + 1.0))


@elementwise(cmath.atanh, **NUMBER, cases=(*CASES[::2], "f(0.4)"))
def atanh(z, /):
    z: 1.0 / (1.0 - z * z)


@general(cmath.phase, kind=shapes_python.python_float_of, broadcast="z", cases=CASES)
def phase(z, /, *, g):
    z: g * across(z)
    y_dot: np.real(conj(across(z)) * z_dot)


@general(cmath.polar, kind=shapes_python.polar, broadcast="z", cases=CASES)
def polar(z, /, *, y, g):
    z: g[0] * ratio(z, y[0]) + g[1] * across(z)
    y_dot: (np.real(conj(ratio(z, y[0])) * z_dot), np.real(conj(across(z)) * z_dot))


@general(cmath.rect, kind=shapes_python.python_complex, cases=("f(S(), S())",))
def rect(r, phi, /, *, y, g):
    r: np.real(conj(g) * unit(phi))
    phi: np.real(conj(g) * 1j * y)
    y_dot: unit(phi) * r_dot + 1j * y * phi_dot


# --------------------------------------------------------------------------------------------------------- np.emath

AXES = ("f(A(3))", "f(A(2, 3))", "f(C(3))", "f(S())", "f(-1.3)")


@elementwise(np.emath.sqrt, kind=shapes_select.maybe_complex, cases=AXES)
def emath_sqrt(x, *, y):
    x: 0.5 / y


@elementwise(np.emath.log, kind=shapes_select.maybe_complex, cases=AXES)
def emath_log(x):
    x: 1.0 / x


@elementwise(np.emath.log2, kind=shapes_select.maybe_complex, cases=AXES)
def emath_log2(x):
    x: 1.4426950408889634 / x


@elementwise(np.emath.log10, kind=shapes_select.maybe_complex, cases=AXES)
def emath_log10(x):
    x: 0.4342944819032518 / x


@elementwise(
    np.emath.logn,
    kind=shapes_select.maybe_complex,
    cases=("f(2.0, A(3))", "f(S() + 1.5, A(2, 1))", "f(A(3), A(2, 1))", "f(2.5, C(3))"),
)
def emath_logn(n, x, *, y):
    n: -y / (n * wide_log(n))
    x: 1.0 / (x * wide_log(n))


@elementwise(
    np.emath.power,
    kind=shapes_select.maybe_complex,
    cases=("f(A(3) + 3.0, A(3))", "f(A(2, 3), 2)", "f(-1.3, 0.5)", "f(A(2, 1) - 4.0, A(3))", "f(C(2), 1.5)"),
)
def emath_power(x, p, *, y):
    x: p * wide_power(x, p - 1.0)
    p: y * wide_log(floating(x))


@elementwise(np.emath.arcsin, kind=shapes_select.maybe_complex, cases=("f(0.4 * A(3))", "f(C(3))", "f(0.4)"))
def emath_arcsin(x):
    x: 1.0 / wide_sqrt(1.0 - x * x)


@elementwise(np.emath.arccos, kind=shapes_select.maybe_complex, cases=("f(0.4 * A(3))", "f(C(3))", "f(0.4)"))
def emath_arccos(x):
    x: -1.0 / wide_sqrt(1.0 - x * x)


@elementwise(
    np.emath.arctanh,
    kind=shapes_select.maybe_complex,
    cases=("f(0.4 * A(3))", "f(A(3) + 4.0)", "f(C(3))", "f(0.4)"),
)
def emath_arctanh(x):
    x: 1.0 / (1.0 - x * x)
