"""Transfer functions of reductions and cumulative functions.

np.sum(x, axis=0)                   x: (a, 1) float32    (1,) float32
np.mean(x, axis=-1, keepdims=True)  x: (a, b) int64      (a, 1) float64
np.cumsum(x)                        x: (a, 1)            (a,)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Dim, Shape
from srcgrad.analysis.kinds import Known, Num, result_num, same_dtype
from srcgrad.analysis.shapes import (
    NOT_KNOWN,
    Bound,
    array,
    axes_of,
    decided,
    first,
    flat_shape,
    num,
    pair,
    static,
    unknown_axes,
)
from srcgrad.errors import UnsupportedError


def reduced_shape(shape: Shape | None, axis: Any, keepdims: Any) -> Shape | None:
    """What is left of a shape when `axis` is reduced."""
    keep = static(keepdims)
    if shape is None:
        return () if static(axis) is None and keep is False else None
    axes = axes_of(axis, len(shape))
    if keep is True:
        return tuple(1 if axes is not None and i in axes else a if axes is not None else Dim.new() for i, a in
                     enumerate(shape))  # fmt: skip
    if keep is not False:
        return None
    if axes is None:
        one = isinstance(axis, Num) and axis.shape == () and not axis.maybe_none
        return unknown_axes(len(shape) - 1) if one and shape else None
    return tuple(a for i, a in enumerate(shape) if i not in axes)


def reduction(bound: Bound, function: Any) -> Num:
    """Reductions over `axis`, with `keepdims` where the rule has it."""
    operand = first(bound)
    shape = reduced_shape(operand.shape, bound.get("axis", Known(None)), bound.get("keepdims", Known(False)))
    dtype = operand.dtype if operand.box != "py" else dtypes.promote(operand)
    asked = static(bound.get("dtype", Known(None)))
    result = dtypes.sample_dtype(function, dtype) if asked is None else None
    if static(bound.get("mean", Known(None))) is not None:  # from which it is computed, whatever that is
        mean = num(bound["mean"])
        if mean.dtype is not None and mean.dtype.kind == "c" and (dtype is None or dtype.kind != "c"):
            # what they differ by is squared as it is, without conjugates
            what = f"np.{function.__name__}() of real numbers with a complex 'mean='"
            raise UnsupportedError(what, "write what it computes: np.mean((x - mean) ** 2)")
        same = mean.shape is not None and operand.shape is not None and len(mean.shape) == len(operand.shape)
        return result_num(shape if same else None, result if same_dtype(mean.dtype, dtype) else None, operand, mean)
    return result_num(shape, result, operand)


def cumulative(bound: Bound, function: Any) -> Num:
    """cumsum and its kin: the shape stays, or is flat without an axis."""
    operand = first(bound)
    axis = static(bound.get("axis", Known(None)))
    shape = operand.shape
    if axis is None:
        shape = shape if shape is not None and len(shape) == 1 else flat_shape(shape)
    elif axis is NOT_KNOWN and (shape is None or len(shape) != 1):
        shape = None
    asked = static(bound.get("dtype", Known(None)))
    dtype = dtypes.sample_dtype(function, dtypes.promote(operand)) if asked is None else None
    return array(shape, dtype, operand)


def median(bound: Bound, function: Any) -> Num:
    """`np.median(a, axis, keepdims)`."""
    unspoilt(bound, function)
    found = reduction(bound, function)
    # of no axes, with `keepdims` it is an array
    return found if found.shape or static(bound["keepdims"]) is False else replace(found, box=None)


def nanmedian(bound: Bound, function: Any) -> Num:
    """`np.nanmedian(a, axis, keepdims)`."""
    unspoilt(bound, function)
    return unsaid(bound, function)


def unspoilt(bound: Bound, function: Any) -> None:
    """Refuse a function that may leave its argument in another order."""
    if decided(bound, "overwrite_input", f"np.{function.__name__}"):
        raise UnsupportedError(f"np.{function.__name__}() with overwrite_input=True", "leave it out")


def quantile(bound: Bound, function: Any) -> Num:
    """`np.quantile(a, q, axis, keepdims)` at one point `q`."""
    unspoilt(bound, function)
    operand, q = pair(bound)
    if q.shape != ():
        return result_num(None, None, operand)
    shape = reduced_shape(operand.shape, bound["axis"], bound["keepdims"])
    if static(bound["weights"]) is not None:
        return Num(shape, None, None, operand.active)
    return result_num(shape, None if operand.dtype != dtypes.FLOAT else operand.dtype, operand)


def unsaid(bound: Bound, function: Any) -> Num:
    """Reductions written in Python: number or array of no axes, and the dtype, are not said."""
    operand = first(bound)
    shape = reduced_shape(operand.shape, bound.get("axis", Known(None)), bound.get("keepdims", Known(False)))
    return Num(shape, None, None, operand.active)


def variance(bound: Bound, function: Any) -> Num:
    """`np.nanvar(a)`, `np.nanstd(a)`: real numbers."""
    asked = static(bound.get("dtype", Known(None)))
    dtype = dtypes.sample_dtype(function, first(bound).dtype) if asked is None else None
    return replace(unsaid(bound, function), dtype=dtype)


def unsaid_quantile(bound: Bound, function: Any) -> Num:
    """`np.nanquantile(a, q, axis, keepdims)`."""
    found = quantile(bound, function)
    return Num(found.shape, None, None, found.active)


def unsaid_array(bound: Bound, function: Any) -> Num:
    """An array about which nothing is said."""
    return array(None, None, first(bound))
