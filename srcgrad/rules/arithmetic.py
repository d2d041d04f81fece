"""Rules for Python's operators and the ufuncs that they apply."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import builtins
import operator

import numpy as np

from srcgrad.rules.language import elementwise
from srcgrad.runtime.words import conj, literal, log_or_zero, power_partial, sign
from srcgrad.runtime.words_element import ufunc_power_partial

POSITIVE = (0.5, 2.0)
AWAY = (1.1, 1.9)


@elementwise(np.add, operator.add)
def add(a, b):
    a: 1.0
    b: 1.0


@elementwise(np.subtract, operator.sub)
def subtract(a, b):
    a: 1.0
    b: -1.0


@elementwise(np.multiply, operator.mul)
def multiply(a, b):
    a: b
    b: a


@elementwise(np.divide, operator.truediv, domain=((-2.0, 2.0), POSITIVE))
def divide(a, b, *, y):
    a: 1.0 / b
    b: -y / b


@elementwise(np.floor_divide, operator.floordiv, domain=(POSITIVE, (3.0, 4.0)))
def floor_divide(a, b):
    a: 0
    b: 0


@elementwise(np.remainder, operator.mod, domain=((3.1, 3.9), AWAY))
def remainder(a, b):
    a: 1.0
    b: -(a // b)


@elementwise(np.fmod, domain=((3.1, 3.4), (1.7, 1.9)))
def fmod(a, b):
    a: 1.0
    b: -np.trunc(a / b)


POWERS = ("f(A(3), 2)", "f(A(3), 3)", "f(A(3), 1)", "f(A(3), 0)", "f(A(3) + 3.0, -2.0)")


@elementwise(operator.pow, domain=(POSITIVE, (-2.0, 2.0)), cases=POWERS)
def power(a, b, *, y):
    a: (
        (1.0 if b == 1 else 2.0 * a if b == 2 else b * a ** (b - 1) if b > 1 or b < 0 else power_partial(a, b))
        if literal(b)
        else power_partial(a, b)
    )
    b: y * log_or_zero(a)


@elementwise(np.power, np.float_power, domain=(POSITIVE, (-2.0, 2.0)), cases=POWERS)
def ufunc_power(a, b, *, y):
    a: (
        (1.0 if b == 1 else 2.0 * a if b == 2 else b * a ** (b - 1) if b > 1 or b < 0 else ufunc_power_partial(a, b))
        if literal(b)
        else ufunc_power_partial(a, b)
    )
    b: y * log_or_zero(a)


@elementwise(builtins.pow, domain=(POSITIVE, (-2.0, 2.0)))
def builtin_pow(base, exp, *, y):
    base: power_partial(base, exp)
    exp: y * log_or_zero(base)


@elementwise(np.negative, operator.neg)
def negative(a):
    a: -1.0


@elementwise(np.positive, operator.pos)
def positive(a):
    a: 1.0


@elementwise(np.absolute, holomorphic=False, real=True, cases=("f(C(3))",))
def absolute(a, *, g):
    a: g * np.sign(a)
    y_dot: np.real(conj(np.sign(a)) * a_dot)


@elementwise(builtins.abs, operator.abs, holomorphic=False, real=True)
def builtin_abs(a, *, g):
    a: g * sign(a)
    y_dot: np.real(conj(sign(a)) * a_dot)
    y_dot: np.real(conj(sign(a)) * a_dot)


@elementwise(np.reciprocal, domain=POSITIVE)
def reciprocal(a, *, y):
    a: -y * y


@elementwise(np.square)
def square(a):
    a: 2.0 * a
