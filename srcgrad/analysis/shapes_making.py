"""Transfer functions of functions that make arrays: from lists, from other arrays, from spaced points.

np.array([x, y])           x: (a,), y: (a,)    (2, a)
x.astype(np.float32)       x: (a, b)           (a, b) float32
np.linspace(a, b, 5)       two floats          (5,) float64
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Kind, Known, Num, Ref, Site, Tup
from srcgrad.analysis.shapes import Bound, array, array_or_scalar, decided, dtype_from, first, num, shape_from, static
from srcgrad.errors import UnsupportedError


def _asked_dtype(bound: Bound, default: np.dtype[Any] | None) -> np.dtype[Any] | None:
    return dtype_from(bound.get("dtype", Known(None)), default)


def to_array(bound: Bound, function: Any) -> Num:
    """`np.array(x)`, `np.asarray(x, dtype)`, `x.astype(dtype)`."""
    operand = first(bound)
    shape = operand.shape
    axes = static(bound.get("ndmin", Known(0)))
    if shape is not None:
        shape = None if not isinstance(axes, int) else (1,) * (axes - len(shape)) + shape
    # methods give a NumPy scalar of one, functions an array without axes
    method = function is np.copy or "astype" in function.__name__
    made = array_or_scalar if method else array
    return made(shape, _asked_dtype(bound, dtypes.promote(operand)), operand)


def to_array_with_axes(bound: Bound, function: Any) -> Num:
    """`np.ascontiguousarray(x)`: at least one axis."""
    operand = first(bound)
    shape = (1,) if operand.shape == () else operand.shape
    return array(shape, _asked_dtype(bound, dtypes.promote(operand)), operand)


def viewed(bound: Bound, function: Any) -> Num:
    """`x.view()`, with a dtype only where it is the array's own."""
    operand = first(bound)
    asked = static(bound["dtype"])
    if asked is not None and (operand.dtype is None or _asked_dtype(bound, None) != operand.dtype):
        raise UnsupportedError("the array method .view() with another type", "convert the values: x.astype(dtype)")
    return array_or_scalar(operand.shape, operand.dtype, operand)


def cast(bound: Bound, function: Any) -> Num:
    """`np.float32(x)`: a scalar, or an array of that dtype for an array."""
    operand = first(bound)
    dtype = np.dtype(function)
    box = "np" if operand.shape == () and operand.is_number else "array" if operand.shape else None
    return Num(operand.shape, dtype, box, operand.active)


def item(bound: Bound, function: Any) -> Num:
    """`x.item()`: a Python number."""
    operand = first(bound)
    kind = None if operand.dtype is None else operand.dtype.kind
    dtype = {"b": dtypes.BOOL, "i": dtypes.INT, "u": dtypes.INT, "f": dtypes.FLOAT, "c": dtypes.COMPLEX}.get(kind or "")
    return Num((), dtype, "py", operand.active)


def to_list(bound: Bound, function: Any) -> Kind:
    """`x.tolist()` of an array of one axis: Python numbers."""
    operand = first(bound)
    if operand.shape is None or len(operand.shape) > 1:
        raise UnsupportedError("the array method .tolist() of an array of many axes", "loop over it: [v for v in x]")
    element = item(bound, function)
    if not operand.shape:
        return element
    extent = operand.shape[0]
    items: dict[Any, Kind] | None = dict.fromkeys(range(extent), element) if isinstance(extent, int) else None
    return Ref(Site(list, items, element))


def full(bound: Bound, function: Any) -> Num:
    """`np.full(shape, fill_value, dtype)`."""
    operand = num(bound["fill_value"])
    own = np.dtype(object) if static(bound["fill_value"]) is None else dtypes.promote(operand)
    return array(shape_from(bound["shape"]), _asked_dtype(bound, own), operand)


def like(bound: Bound, function: Any) -> Num:
    """`np.full_like(a, fill_value)`: the shape and dtype of `a`, the activity of the fill value."""
    operand, fill = (num(v) for v in list(bound.values())[:2])
    shape = operand.shape if static(bound["shape"]) is None else shape_from(bound["shape"])
    result = array(shape, _asked_dtype(bound, operand.dtype), operand)
    return Num(result.shape, result.dtype, result.box, fill.active and result.differentiable)


# ----------------------------------------------------------------------------------------------------- spaced points


def arange(bound: Bound, function: Any) -> Num:
    """`np.arange(start, stop, step)`: how many there are is not said."""
    bounds = [num(kind) for kind in bound["bounds"]]
    plain = all(n.dtype is not None and n.box == "py" for n in bounds)
    integers = plain and all(n.dtype is not None and n.dtype.kind in "i" for n in bounds)
    dtype = dtypes.INT if integers else dtypes.promote(*bounds) if plain else None
    return array((Dim.new(),), _asked_dtype(bound, dtype), *bounds)


def linear_space(bound: Bound, function: Any) -> Kind:
    """`np.linspace(start, stop, num)` between two scalars, and the step where that is asked for."""
    start, stop = (num(bound[k]) for k in ("start", "stop"))
    shape = shape_from(bound["num"])
    scalars = start.shape == () and stop.shape == ()
    double = all(n.dtype is not None and (n.dtype == dtypes.FLOAT or n.dtype.kind in "iu") for n in (start, stop))
    dtype = _asked_dtype(bound, dtypes.FLOAT if double else None)
    points = array(shape if scalars else None, dtype, start, stop)
    if not decided(bound, "retstep", "np.linspace"):
        return points
    step = Num(() if scalars else None, None, None, points.active)
    return Tup((points, step))


def curve(bound: Bound, function: Any) -> Num:
    """`np.geomspace(start, stop, num)`, `np.logspace` between two scalars."""
    ends = [num(bound[k]) for k in ("start", "stop", "base") if k in bound]
    scalars = all(e.shape == () for e in ends)
    return array(shape_from(bound["num"]) if scalars else None, _asked_dtype(bound, None), *ends)
