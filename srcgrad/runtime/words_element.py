"""Words for functions of one element: powers, signs, clipping."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy import errstate


def literal(x: Any) -> bool:
    """Whether `x` is a number written in the program: decided when text is emitted, then folded away.

    In a formula that is run as it stands it says whether `x` is a Python number.
    """
    return type(x) is int or type(x) is float


def sign(x: Any) -> Any:
    """The sign of a number, 0 at 0; a Python float for a Python float."""
    if type(x) is float:
        return math.copysign(1.0, x) if x else x * 0.0
    return np.sign(x)


def quotient(a: float, b: float) -> float:
    """`a / b` for Python floats, infinite as NumPy's where `b` is 0: an infinite slope, not a ZeroDivisionError."""
    return a / b if b else math.copysign(math.inf, a)


def power_partial(a: Any, b: Any) -> Any:
    """The derivative of `a ** b` by `a`: `b * a ** (b - 1)`, and 0 where `b` is 0 and `a` is 0 or nan.

    Where `b` is 0 and `a` is not, the formula is 0 as well, but not its derivative by `b`.
    """
    if type(b) is int or type(b) is float:
        if b != 0:
            if type(a) is float and a == 0.0 and b < 1:
                with errstate(divide="ignore"):
                    return float(b * np.float64(a) ** (b - 1))  # Python's 0.0 ** -0.5 raises
            return b * a ** (b - 1)
        if type(b) is int or (type(a) is float and (a == 0.0 or a != a)):
            return 0.0
        if type(a) is float:
            return b / a
    if isinstance(b, (np.ndarray, np.generic)) and b.dtype.kind in "iub":
        b = b.astype(np.result_type(a, b))  # one less than the least integer is the greatest
    none = (b == 0) & ((a == 0) | (a != a))
    return np.where(none, 0.0, b * np.where(none, 1.0, a) ** (b - 1))


def ufunc_power_partial(a: Any, b: Any) -> Any:
    """The derivative of `np.power(a, b)` by `a`: also for Python's floats what NumPy has, nan or inf."""
    return power_partial(np.float64(a) if type(a) is float and np.ndim(b) == 0 else a, b)


def log_or_zero(a: Any) -> Any:
    """`log(a)`, and 0 where `a` is 0: what `a ** b` needs for its derivative by `b`."""
    if type(a) is float:
        return math.log(a) if a > 0.0 else 0.0 if a == 0.0 else math.nan
    zero = a == 0
    return np.where(zero, 0.0, np.log(np.where(zero, 1.0, a)))


def selected(bar: Any, chosen: Any) -> Any:
    """`np.where(chosen, bar, 0.0)`: zeros also where `bar` is infinite or nan.

    np.where takes 3 ns an element of a large array whose mask has no pattern, which no processor can foretell; masking
    its bits takes 0.6.
    """
    large = type(bar) is np.ndarray and bar.size > 4096
    if large and bar.dtype in (np.float64, np.float32) and bar.shape == np.shape(chosen):
        bits = np.dtype(f"i{bar.itemsize}")
        return (bar.view(bits) & -chosen.astype(bits)).view(bar.dtype)
    return np.where(chosen, bar, 0.0)


def reached(value: Any, bar: Any) -> Any:
    """What a cotangent gives on, and exactly 0 where the cotangent is 0, also where its factor is infinite or nan.

    The arm of an `np.where` that was not taken gets zeros, and hands on zeros.
    """
    return selected(value, bar != 0.0)


def either(bar: Any, bar_dot: Any) -> Any:
    """Where a cotangent or its tangent is not 0."""
    return (bar != 0.0) | (bar_dot != 0.0)


def larger_share(bar: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.maximum(a, b)`: `bar` where `a` is larger or nan, half where they are equal."""
    return _halved(selected(bar, (a >= b) | (a != a)), a == b)


def smaller_share(bar: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.minimum(a, b)`: `bar` where `a` is smaller or nan, half where they are equal."""
    return _halved(selected(bar, (a <= b) | (a != a)), a == b)


def _halved(g: Any, ties: Any) -> Any:
    none = type(ties) is np.ndarray and not np.count_nonzero(ties)
    return g if none else np.where(ties, 0.5 * g, g)


def clip_value(g: Any, a: Any, low: Any, high: Any) -> Any:
    """The cotangent of `a` in `np.clip(a, low, high)`: `g` inside and on the bounds, else 0."""
    below = False if low is None else a < low
    above = False if high is None else a > high
    return selected(g, np.logical_not(below | above))


def clip_low(g: Any, a: Any, low: Any, high: Any) -> Any:
    """The cotangent of `low` in `np.clip(a, low, high)`: `g` where the lower bound is the result."""
    return np.where((a < low) if high is None else (a < low) & np.less_equal(low, high), g, 0.0)


def clip_high(g: Any, a: Any, low: Any, high: Any) -> Any:
    """The cotangent of `high` in `np.clip(a, low, high)`: `g` where the upper bound is the result."""
    return np.where((a > high) if low is None else (a > high) | np.greater(low, high), g, 0.0)


def root_of_square(x: Any) -> Any:
    """`sqrt(1 + x ** 2)`, also where the square of a real number would overflow."""
    return np.sqrt(1.0 + x * x) if np.iscomplexobj(x) else np.hypot(1.0, x)


def bessel_i1(x: Any) -> Any:
    """The modified Bessel function of order 1, the derivative of `np.i0`.

    It is the mean of `cos(t) * sinh(x * cos(t))` over the circle, of which no term is negative; the trapezoidal rule
    converges faster than any power, with about eight times the square root of the argument points to full precision.
    """
    largest = min(720.0, float(np.max(np.abs(x), initial=0.0)))  # beyond which it overflows
    points = 32 + int(8.0 * math.sqrt(largest))
    dtype = np.result_type(getattr(x, "dtype", float), np.float32)  # a number of Python's is in double precision
    cosines = np.cos(2.0 * math.pi / points * np.arange(points)).astype(dtype, copy=False)
    return np.sum(np.sinh(np.expand_dims(x, -1) * cosines) * (cosines / points), axis=-1)


def sinc_partial(x: Any, y: Any) -> Any:
    """The derivative of `y = np.sinc(x)`: `(cos(pi x) - y) / x`, near 0 by its series, where that would cancel."""
    near = np.abs(x) < 0.1
    small = np.where(near, x, 0.0)
    square = (math.pi * math.pi) * small * small
    tail = 1 / 45360 - square * (1 / 3991680 - square / 518918400)
    series = -(math.pi * math.pi) * small * (1 / 3 - square * (1 / 30 - square * (1 / 840 - square * tail)))
    return np.where(near, series, (np.cos(math.pi * x) - y) / np.where(near, 1.0, x))
