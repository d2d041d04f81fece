"""Transfer functions of `np.fft`, of convolutions, and of functions of sampled curves.

np.fft.rfft(x)          x: (a, b) float32    (a, ?) complex64
np.convolve(x, v)       x: (a,), v: (b,)     (?,)
np.gradient(x)          x: (a, b)            a tuple of two (a, b)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Kind, Known, Num, Tup, result_num
from srcgrad.analysis.shapes import (
    NOT_KNOWN,
    Bound,
    Undecided,
    array,
    decided,
    first,
    items_of,
    num,
    shape_from,
    static,
    unknown_axes,
)
from srcgrad.analysis.shapes_linalg import inexact
from srcgrad.analysis.shapes_reduce import reduced_shape


def _transformed(bound: Bound) -> tuple[Num, Any]:
    """The operand of a transform, and its result's shape."""
    operand = first(bound)
    return operand, None if operand.shape is None else unknown_axes(len(operand.shape))


def spectrum(bound: Bound, function: Any) -> Num:
    """Transforms with complex results."""
    operand, shape = _transformed(bound)
    dtype = operand.dtype
    known = dtype is not None and dtype.kind in "fc" and dtype.itemsize in (4, 8, 16) and operand.box != "py"
    single = dtype in (np.dtype(np.float32), np.dtype(np.complex64))
    complex_dtype = np.dtype(np.complex64 if single else np.complex128)
    return array(shape, complex_dtype if known and dtype != np.dtype(np.longdouble) else None, operand)


def signal(bound: Bound, function: Any) -> Num:
    """Transforms with real results."""
    operand, shape = _transformed(bound)
    return array(shape, None, operand)


def convolution(bound: Bound, function: Any) -> Num:
    """`np.convolve(a, v, mode)`, `np.correlate`: one axis."""
    a, v = (num(x) for x in list(bound.values())[:2])
    return array((Dim.new(),), dtypes.promote(a, v), a, v)


def slopes(bound: Bound, function: Any) -> Kind:
    """`np.gradient(f, ..., axis)`: an array for one axis, a tuple (a list before NumPy 2) for several."""
    operand, axis = first(bound), bound["axis"]
    asked = items_of(axis)
    single = isinstance(axis, (Num, Known)) and num(axis).shape == () and not num(axis).maybe_none
    count = 1 if single else len(asked) if asked is not None else None
    if static(axis) is None and operand.shape is not None:
        count = len(operand.shape)
    if count is None:
        raise Undecided("np.gradient over axes that are not known in advance", "ask for one axis at a time: axis=0")
    dtype = operand.dtype if operand.dtype is not None and operand.dtype.kind in "fc" else None
    spacings = [num(spacing) for spacing in bound.get("varargs", ())]
    parts = tuple(array(operand.shape, dtype, operand, *spacings) for _ in range(count))
    return parts[0] if count == 1 else Tup(parts)


def area(bound: Bound, function: Any) -> Num:
    """`np.trapezoid(y, x, dx, axis)`: the axis is summed over."""
    operand, x = num(bound["values"]), bound["x"]
    if operand.shape is None or static(bound["axis"]) is NOT_KNOWN or not operand.shape:
        return result_num(None, None, operand)
    beside = num(x).shape if static(x) is not None else ()
    if beside is None or len(beside) > 1:
        return result_num(None, None, operand)
    return Num(reduced_shape(operand.shape, bound["axis"], Known(False)), None, None, operand.active)


def flat(bound: Bound, function: Any) -> Num:
    """One axis of unknown extent."""
    operands = [num(v) for v in bound.values() if isinstance(v, Num)]
    return array((Dim.new(),), None, *operands)


def polynomial(bound: Bound, function: Any) -> Num:
    """`np.polyval(p, x)`: the shape of `x`."""
    p, x = (num(v) for v in list(bound.values())[:2])
    shape = x.shape if p.shape is not None and len(p.shape) == 1 else None
    return Num(shape, None, "array" if shape else None, p.active or x.active)


def powers(bound: Bound, function: Any) -> Num:
    """`np.vander(x, N)`."""
    operand = first(bound)
    shape = shape_from(bound["N"]) if static(bound["N"]) is not None else None
    columns = shape[0] if shape and len(shape) == 1 else Dim.new()
    rows = operand.shape[0] if operand.shape and len(operand.shape) == 1 else Dim.new()
    return array((rows, columns), None, operand)


def covariances(bound: Bound, function: Any) -> Num:
    """`np.cov(m)`, `np.corrcoef(x)`: a matrix, or a number for one row."""
    operands = [num(v) for v in list(bound.values())[:2] if static(v) is not None]
    dtype = inexact(*operands)
    active = any(o.active for o in operands) or num(bound.get("aweights")).active
    return Num(None, dtype if dtype == dtypes.FLOAT else None, None, active)


def same_or_unknown(bound: Bound, function: Any) -> Num:
    """The shape of the operand, the dtype not said."""
    operand = first(bound)
    return array(operand.shape, None, operand)


def averaged(bound: Bound, function: Any) -> Kind:
    """`np.average(a, axis, weights, keepdims)`, and the sum of the weights where that is asked for."""
    a, weights = num(bound["a"]), bound["weights"]
    shape = reduced_shape(a.shape, bound["axis"], bound["keepdims"])
    operands = [a, num(weights)] if static(weights) is not None else [a]
    result = Num(shape, None, None, any(o.active for o in operands))
    if not decided(bound, "returned", "np.average"):
        return result
    return Tup((result, replace(result, active=len(operands) > 1 and operands[1].active)))


def frequencies(bound: Bound, function: Any) -> Num:
    """`np.fft.fftfreq(n, d)`."""
    spacing = num(bound.get("d", Known(1.0)))
    return Num((Dim.new(),) if spacing.shape == () else None, dtypes.FLOAT, "array", spacing.active)
