"""Rules for functions of one element: exponentials, trigonometry, extrema of two arrays, complex parts."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes, shapes_select
from srcgrad.rules.language import elementwise
from srcgrad.runtime.words import clip_high, clip_low, clip_value, conj, larger_share, ratio, smaller_share
from srcgrad.runtime.words_complex import angle_cotangent, angle_tangent, imag_cotangent
from srcgrad.runtime.words_element import bessel_i1, root_of_square, sinc_partial

POSITIVE = (0.5, 2.0)
UNIT = (-0.9, 0.9)
ABOVE_ONE = (1.1, 3.0)

# --------------------------------------------------------------------------------------------- exponentials and roots


@elementwise(np.exp)
def exp(a, *, y):
    a: y


@elementwise(np.exp2)
def exp2(a, *, y):
    a: 0.6931471805599453 * y


# not `y + 1.0`, which is 0 where the exponential is small
@elementwise(np.expm1)
def expm1(a):
    a: np.exp(a)


@elementwise(np.log, domain=POSITIVE)
def log(a):
    a: 1.0 / a


@elementwise(np.log2, domain=POSITIVE)
def log2(a):
    a: 1.4426950408889634 / a


@elementwise(np.log10, domain=POSITIVE)
def log10(a):
    a: 0.4342944819032518 / a


@elementwise(np.log1p, domain=POSITIVE)
def log1p(a):
    a: 1.0 / (1.0 + a)


# by what the arguments differ in: the result, rounded, is no more than them where they are large
@elementwise(np.logaddexp, holomorphic=False)
def logaddexp(a, b):
    a: np.exp(-np.logaddexp(0.0, b - a))
    b: np.exp(-np.logaddexp(0.0, a - b))


@elementwise(np.logaddexp2, holomorphic=False)
def logaddexp2(a, b):
    a: np.exp2(-np.logaddexp2(0.0, b - a))
    b: np.exp2(-np.logaddexp2(0.0, a - b))


@elementwise(np.sqrt, domain=POSITIVE)
def sqrt(a, *, y):
    a: 0.5 / y


@elementwise(np.cbrt, domain=POSITIVE, holomorphic=False)
def cbrt(a, *, y):
    a: 1.0 / (3.0 * y * y)


@elementwise(np.hypot, holomorphic=False)
def hypot(a, b, *, y):
    a: ratio(a, y)
    b: ratio(b, y)


# ----------------------------------------------------------------------------------------------------- trigonometry


@elementwise(np.sin)
def sin(a):
    a: np.cos(a)


@elementwise(np.cos)
def cos(a):
    a: -np.sin(a)


@elementwise(np.tan, domain=(-1.2, 1.2))
def tan(a, *, y):
    a: 1.0 + y * y


@elementwise(np.arcsin, domain=UNIT)
def arcsin(a):
    a: 1.0 / np.sqrt((1.0 - a) * (1.0 + a))


@elementwise(np.arccos, domain=UNIT)
def arccos(a):
    a: -1.0 / np.sqrt((1.0 - a) * (1.0 + a))


@elementwise(np.arctan)
def arctan(a):
    a: 1.0 / (1.0 + a * a)


@elementwise(np.arctan2, holomorphic=False)
def arctan2(a, b):
    norm = np.hypot(a, b)
    a: ratio(ratio(b, norm), norm)
    b: -ratio(ratio(a, norm), norm)


@elementwise(np.sinh)
def sinh(a):
    a: np.cosh(a)


@elementwise(np.cosh)
def cosh(a):
    a: np.sinh(a)


@elementwise(np.tanh)
def tanh(a, *, y):
    a: 1.0 - y * y


@elementwise(np.arcsinh)
def arcsinh(a):
    a: 1.0 / root_of_square(a)


@elementwise(np.arccosh, domain=ABOVE_ONE)
def arccosh(a):
    a: 1.0 / (np.sqrt(a - 1.0) * np.sqrt(a + 1.0))


@elementwise(np.arctanh, domain=UNIT)
def arctanh(a):
    a: 1.0 / ((1.0 - a) * (1.0 + a))


@elementwise(np.sinc, kind=shapes.elementwise_array, cases=("f(A(3))", "f(0.02 * A(2, 2))", "f(S())", "f(C(3))"))
def sinc(x, *, y):
    x: sinc_partial(x, y)


@elementwise(np.i0, kind=shapes.elementwise_array, holomorphic=False, cases=("f(A(3))", "f(3.0 * A(2, 2))", "f(S())"))
def i0(x):
    x: bessel_i1(x)


@elementwise(np.deg2rad, np.radians)
def deg2rad(a):
    a: 0.017453292519943295


@elementwise(np.rad2deg, np.degrees)
def rad2deg(a):
    a: 57.29577951308232


# ------------------------------------------------------------------------------------------- extrema, signs, clipping


@elementwise(np.maximum, holomorphic=False)
def maximum(a, b, *, g):
    a: larger_share(g, a, b)
    b: larger_share(g, b, a)


@elementwise(np.minimum, holomorphic=False)
def minimum(a, b, *, g):
    a: smaller_share(g, a, b)
    b: smaller_share(g, b, a)


# not where they equal the result, which `dtype=` may have rounded
@elementwise(np.fmax, holomorphic=False)
def fmax(a, b, *, g):
    a: np.where(a == b, 0.5 * g, np.where((a > b) | (b != b), g, 0.0))
    b: np.where(a == b, 0.5 * g, np.where((b > a) | (a != a), g, 0.0))


@elementwise(np.fmin, holomorphic=False)
def fmin(a, b, *, g):
    a: np.where(a == b, 0.5 * g, np.where((a < b) | (b != b), g, 0.0))
    b: np.where(a == b, 0.5 * g, np.where((b < a) | (a != a), g, 0.0))


@elementwise(np.fabs, holomorphic=False)
def fabs(a):
    a: np.sign(a)


@elementwise(np.heaviside, holomorphic=False)
def heaviside(a, b):
    a: 0
    b: a == 0.0


@elementwise(np.nextafter)
def nextafter(a, b):
    a: 1.0
    b: 0


@elementwise(np.copysign, holomorphic=False)
def copysign(a, b):
    a: np.sign(a) * np.copysign(1.0, b)
    b: 0


@elementwise(
    np.clip,
    kind=shapes_select.clip,
    aliases={"min": "a_min", "max": "a_max"},
    holomorphic=False,
    cases=("f(A(4, 3), -0.7, 0.6)", "f(A(4, 3), A(3) - 0.5, 0.6)", "f(A(5), None, 0.3)", "f(A(5), 0.3, None)",
           "f(A(5), a_min=-0.2, a_max=A(5))"),
)  # fmt: skip
def clip(a, a_min=None, a_max=None, *, g):
    a: clip_value(g, a, a_min, a_max)
    a_min: clip_low(g, a, a_min, a_max)
    a_max: clip_high(g, a, a_min, a_max)


@elementwise(np.ndarray.clip, method="clip", kind=shapes_select.clip, holomorphic=False,
             cases=("f(A(4, 3), -0.7, 0.6)", "f(A(5), min=0.3)", "f(A(5), max=A(5))"))  # fmt: skip
def clip_method(self, min=None, max=None, *, g):
    self: clip_value(g, self, min, max)
    min: clip_low(g, self, min, max)
    max: clip_high(g, self, min, max)


@elementwise(
    np.nan_to_num,
    kind=shapes_select.without_nan,
    holomorphic=False,
    cases=("f(A(3))", "f(A(2, 3))", "f(np.array([np.nan, np.inf, -np.inf, 1.0]), nan=S(), posinf=S(), neginf=S())",
           "f(S())"),
)  # fmt: skip
def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None, *, g):
    x: np.where(np.isfinite(x), g, 0.0)
    copy: 0
    nan: np.where(np.isnan(x), g, 0.0)
    posinf: np.where(np.isposinf(x), g, 0.0)
    neginf: np.where(np.isneginf(x), g, 0.0)


@elementwise(
    np.where,
    kind=shapes_select.where,
    holomorphic=False,
    cases=("f(A(3, 4) > 0.0, A(3, 4), A(4))", "f(True, A(2), 1.5)", "f(A(2, 1) > 0.0, 0.5, A(3))"),
)
def where(condition, a, b, /, *, g):
    condition: 0
    a: np.where(condition, g, 0.0)
    b: np.where(condition, 0.0, g)
    y_dot: np.where(condition, a_dot, b_dot)
    y_dot: np.where(condition, a_dot, b_dot)


# ----------------------------------------------------------------------------------------------------- complex parts


@elementwise(np.real, kind=shapes_select.real_part, attribute="real", holomorphic=False, cases=("f(C(3))",))
def real(val, *, g):
    val: np.real(g)
    y_dot: np.real(val_dot)


@elementwise(np.imag, kind=shapes_select.real_part, attribute="imag", holomorphic=False, cases=("f(C(3))", "f(A(3))"))
def imag(val, *, g):
    val: imag_cotangent(g, val)
    y_dot: np.imag(val_dot)
    y_dot: np.imag(val_dot)


@elementwise(
    np.conjugate, kind=shapes.elementwise_array, method=("conj", "conjugate"), holomorphic=False, cases=("f(C(3))",)
)
def conjugate(a, *, g):
    a: conj(g)
    y_dot: conj(a_dot)
    y_dot: conj(a_dot)


@elementwise(
    np.angle,
    kind=shapes_select.angle,
    holomorphic=False,
    real=True,
    cases=("f(C(3))", "f(C(2, 2), True)", "f(A(3))", "f(S())"),
)
def angle(z, deg=False, *, g):
    z: angle_cotangent(g, z, deg)
    deg: 0
    y_dot: angle_tangent(z_dot, z, deg)
