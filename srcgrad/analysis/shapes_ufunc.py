"""Transfer functions of the methods of ufuncs, and of ufuncs that contract axes.

np.add.reduce(x)           x: (a, b)              (b,)
np.multiply.outer(x, v)    x: (a, b), v: (c,)     (a, b, c)
np.matvec(a, v)            a: (a, b), v: (b,)     (a,)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import broadcast
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.shapes import Bound, array, dtype_from, first, num, static, strong
from srcgrad.analysis.shapes_reduce import reduced_shape


def reduced(bound: Bound, function: Any) -> Num:
    """`np.add.reduce(x, axis, keepdims=keepdims)`."""
    operand = first(bound)
    # scipy.special.logsumexp takes a number for an array of one axis where it is asked for an axis
    shape = operand.shape if operand.shape or static(bound["axis"]) is None else None
    return Num(reduced_shape(shape, bound["axis"], bound["keepdims"]), None, None, operand.active)


def accumulated(bound: Bound, function: Any) -> Num:
    """`np.add.accumulate(x, axis)`: the shape stays."""
    operand = first(bound)
    return array(operand.shape, None, operand)


def outer(bound: Bound, function: Any) -> Num:
    """`np.multiply.outer(a, b)`: the axes of both."""
    a, b = (num(v) for v in list(bound.values())[:2])
    shape = None if a.shape is None or b.shape is None else a.shape + b.shape
    dtype = dtypes.promote(strong(a), strong(b)) if static(bound["dtype"]) is None else dtype_from(bound["dtype"], None)
    return Num(shape, dtype, "array" if shape else None, a.active or b.active)


def contracted(bound: Bound, function: Any) -> Num:
    """`np.vecdot`, `np.matvec`, `np.vecmat`."""
    a, b = (num(v) for v in list(bound.values())[:2])
    plain = all(static(bound.get(name, Known(None))) in (None, False) for name in ("axes", "keepdims", "dtype"))
    if a.shape is None or b.shape is None or not plain:
        return Num(None, None, None, a.active or b.active)
    kept_a, kept_b = {"vecdot": (1, 1), "matvec": (2, 1), "vecmat": (1, 2)}[getattr(function, "__name__", "")]
    if static(bound.get("axis", Known(-1))) != -1 or len(a.shape) < kept_a or len(b.shape) < kept_b:
        return Num(None, None, None, a.active or b.active)
    batch = broadcast((a.shape[:-kept_a], b.shape[:-kept_b]))
    rest = a.shape[-2:-1] if kept_a == 2 else b.shape[-1:] if kept_b == 2 else ()
    shape = None if batch is None else batch + rest
    dtype = dtypes.promote(a, b)
    return Num(shape, dtype if dtype == np.dtype(float) else None, "array" if shape else None, a.active or b.active)


def like_first(bound: Bound, function: Any) -> Num:
    """The shape of the operand; number or array, and the dtype, are not said."""
    operand = first(bound)
    return Num(operand.shape, None, "array" if operand.shape else None, operand.active)
