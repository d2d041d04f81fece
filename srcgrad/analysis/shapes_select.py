"""Transfer functions of functions that choose or take apart, element by element.

np.where(c, x, 0.0)    c: (a, b) bool, x: (b,)    (a, b)
np.clip(x, 0.0, 1.0)   x: (a,) float32            (a,) float32
x.real                 x: (a,) complex128         (a,) float64
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import broadcast
from srcgrad.analysis.kinds import Num, result_num
from srcgrad.analysis.shapes import Bound, array, decided, dtype_from, elementwise_array, first, num, static
from srcgrad.errors import UnsupportedError


def where(bound: Bound, function: Any) -> Num:
    """`np.where(condition, a, b)`: the condition broadcasts, and has no say in the dtype."""
    condition, a, b = (num(v) for v in bound.values())
    shape = broadcast((condition.shape, a.shape, b.shape))
    return array(shape, dtypes.promote(a, b), a, b, Num(condition.shape, condition.dtype, condition.box))


def clip(bound: Bound, function: Any) -> Num:
    """`np.clip(a, a_min, a_max)`; a bound of None does not count."""
    nums = [num(v) for name, v in bound.items() if name != "dtype" and static(v) is not None]
    if static(bound["dtype"]) is not None:
        asked = dtype_from(bound["dtype"], None)
        return Num(broadcast(n.shape for n in nums), asked, None, any(n.active for n in nums))
    if not all(n.shape is not None for n in nums) or any(n.maybe_none for n in nums):
        return result_num(None, None, *nums)
    result = result_num(broadcast(n.shape for n in nums), dtypes.promote(*nums), *nums)
    return Num(result.shape, result.dtype, None if not result.shape else result.box, result.active)


def real_part(bound: Bound, function: Any) -> Num:
    """`x.real`, `np.real(x)`, `x.imag`, `np.imag(x)`."""
    operand = first(bound)
    dtype = operand.dtype
    if dtype is not None and dtype.kind == "c":
        dtype = np.zeros(0, dtype).real.dtype
    return Num(operand.shape, dtype, operand.box, operand.active)


def without_nan(bound: Bound, function: Any) -> Num:
    """`np.nan_to_num(x)`: as of the array alone."""
    if not decided(bound, "copy", "nan_to_num"):
        raise UnsupportedError("nan_to_num() with 'copy=False'", "leave it out, and assign the result")
    return elementwise_array({"x": next(iter(bound.values()))}, function)


def angle(bound: Bound, function: Any) -> Num:
    """`np.angle(z, deg)`: a real number for each."""
    operand = first(bound)
    dtype = dtypes.promote(operand)
    real = None if dtype is None else np.angle(np.ones(1, dtype)).dtype
    return Num(operand.shape, real, operand.box if operand.shape else None, operand.active)


def maybe_complex(bound: Bound, function: Any) -> Num:
    """`np.emath.sqrt(x)`: complex where it has to be."""
    nums = [num(v) for v in bound.values()]
    shape = broadcast(n.shape for n in nums)
    return Num(shape, None, "array" if shape else None, any(n.active for n in nums))
