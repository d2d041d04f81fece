"""Transfer functions of functions that move, repeat, join or cast elements.

np.reshape(x, (-1, 1))     x: (a, b)              (?, 1)
np.concatenate([x, y])     x: (a, c), y: (b, c)   (?, c)
x.T                        x: (a, 1)              (1, a)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Axis, Dim, Shape, is_not_one
from srcgrad.analysis.kinds import Known, Num, Tup
from srcgrad.analysis.shapes import (
    NOT_KNOWN,
    Bound,
    array,
    array_or_scalar,
    axes_of,
    first,
    flat_shape,
    num,
    shape_from,
    static,
    strong,
    unknown_axes,
)
from srcgrad.errors import UnsupportedError


def same(operand: Num, shape: Shape | None, dtype: np.dtype[Any] | None = None) -> Num:
    """An array of other axes with the operand's dtype."""
    return array_or_scalar(shape, dtype or dtypes.promote(operand), operand)


def reshape(bound: Bound, function: Any) -> Num:
    """`np.reshape(x, shape)`; with one -1 beside known extents that axis is known when all of x's are."""
    operand, asked = first(bound), bound["shape"]
    if isinstance(asked, tuple):  # x.reshape(2, 3)
        asked = asked[0] if len(asked) == 1 else Tup(asked)
    shape = shape_from(asked, inferred=True)
    if shape is None:
        return same(operand, None)
    if -1 in shape:
        rest = [a for a in shape if a != -1]
        exact = operand.shape is not None and all(isinstance(a, int) for a in (*rest, *operand.shape))
        missing: Axis = Dim.new()
        if all(a == 1 for a in rest):
            missing = flat_shape(operand.shape)[0]
        elif exact and operand.shape is not None and 0 not in rest:
            missing = math.prod(a for a in operand.shape if isinstance(a, int)) // math.prod(
                a for a in rest if isinstance(a, int)
            )
        shape = tuple(missing if a == -1 else a for a in shape)
    elif operand.shape is not None and len(shape) == 1 and not isinstance(shape[0], int):
        shape = flat_shape(operand.shape)
    return same(operand, shape)


def flatten(bound: Bound, function: Any) -> Num:
    """`np.ravel(x)`, `x.flatten()`."""
    operand = first(bound)
    flat = operand.shape is not None and len(operand.shape) == 1
    return same(operand, operand.shape if flat else flat_shape(operand.shape))


def transpose(bound: Bound, function: Any) -> Num:
    """`x.T`, `np.transpose(x, axes)`, `x.transpose(1, 0)`."""
    operand = first(bound)
    axes = bound.get("axes", Known(None))
    if isinstance(axes, tuple):
        axes = Known(None) if not axes else axes[0] if len(axes) == 1 else Tup(axes)
    shape = operand.shape
    order = static(axes)
    if shape is not None and order is None:
        shape = shape[::-1]
    elif shape is not None and order is not NOT_KNOWN:
        shape = tuple(shape[i] for i in order) if len(order) == len(shape) else None
    elif shape is not None:
        shape = unknown_axes(len(shape))
    return same(operand, shape)


def swapaxes(bound: Bound, function: Any) -> Num:
    """`np.swapaxes(x, axis1, axis2)`."""
    operand = first(bound)
    axes = static(Tup((bound["axis1"], bound["axis2"])))
    if operand.shape is None:
        return same(operand, None)
    if axes is NOT_KNOWN:
        return same(operand, unknown_axes(len(operand.shape)))
    shape = list(operand.shape)
    i, j = axes
    shape[i], shape[j] = shape[j], shape[i]
    return same(operand, tuple(shape))


def moveaxis(bound: Bound, function: Any) -> Num:
    """`np.moveaxis(x, source, destination)`."""
    operand = first(bound)
    if operand.shape is None:
        return same(operand, None)
    rank = len(operand.shape)
    source, target = axes_of(bound["source"], rank), axes_of(bound["destination"], rank)
    if source is None or target is None or len(source) != len(target):
        return same(operand, unknown_axes(rank))
    order = [i for i in range(rank) if i not in source]
    for position, axis in sorted(zip(target, source)):
        order.insert(position, axis)
    return same(operand, tuple(operand.shape[i] for i in order))


def expand_dims(bound: Bound, function: Any) -> Num:
    """`np.expand_dims(x, axis)`."""
    operand = first(bound)
    axis = static(bound["axis"])
    if operand.shape is None or axis is NOT_KNOWN:
        return same(operand, None)
    new = axis if isinstance(axis, tuple) else (axis,)
    rank = len(operand.shape) + len(new)
    rest = iter(operand.shape)
    places = {a % rank for a in new}
    if len(places) < len(new):
        return same(operand, None)  # NumPy says so when the call runs
    return same(operand, tuple(1 if i in places else next(rest) for i in range(rank)))


def squeeze(bound: Bound, function: Any) -> Num:
    """`np.squeeze(x, axis)`; without an axis only when every axis is known."""
    operand = first(bound)
    axis = bound.get("axis", Known(None))
    shape = operand.shape
    if shape is None:
        return same(operand, None)
    if static(axis) is None:
        known = all(a == 1 or is_not_one(a) for a in shape)
        return same(operand, tuple(a for a in shape if a != 1) if known else None)
    axes = axes_of(axis, len(shape))
    return same(operand, None if axes is None else tuple(a for i, a in enumerate(shape) if i not in axes))


def same_shape(bound: Bound, function: Any) -> Num:
    """Functions that keep the shape: flip, roll, sort, copy."""
    operand = first(bound)
    found = same(operand, operand.shape)
    # of no axes, `np.flip(x)` is a number
    return found if operand.shape else Num(found.shape, found.dtype, None, found.active)


def triangle(bound: Bound, function: Any) -> Num:
    """`np.tril(m, k)`: a vector is every row of a square matrix."""
    operand = first(bound)
    shape = operand.shape
    return same(operand, shape * 2 if shape is not None and len(shape) == 1 else shape)


def at_least(count: int) -> Any:
    """The transfer function of `np.atleast_{count}d`."""

    def kind(bound: Bound, function: Any) -> Num:
        operand = first(bound)
        shape = operand.shape
        if shape is None:
            return same(operand, None)
        if count == 3 and len(shape) in (1, 2):
            return same(operand, (1, *shape, 1) if len(shape) == 1 else (*shape, 1))
        return same(operand, (1,) * (count - len(shape)) + shape)

    return kind


def broadcast_to(bound: Bound, function: Any) -> Num:
    """`np.broadcast_to(x, shape)`, `np.full(shape, x)`."""
    return same(num(bound[next(k for k in bound if k != "shape")]), shape_from(bound["shape"]))


def rank_only(bound: Bound, function: Any) -> Num:
    """Functions that keep the rank and change extents: repeat with an axis, tile, pad, diff, take_along_axis."""
    operand = first(bound)
    return same(operand, None if operand.shape is None else unknown_axes(len(operand.shape)))


def as_second(bound: Bound, function: Any) -> Num:
    """Words that give a cotangent the shape of the value it belongs to."""
    value, x = (num(v) for v in list(bound.values())[:2])
    result = array(x.shape, None, value, x)
    return Num(x.shape, None, result.box if x.shape else None, value.active)


def repeat(bound: Bound, function: Any) -> Num:
    """`np.repeat(x, repeats, axis)`."""
    operand = first(bound)
    axis = static(bound["axis"])
    if axis is None:
        return same(operand, unknown_axes(1))
    if operand.shape is None or axis is NOT_KNOWN or not operand.shape:
        return same(operand, None)
    place = axis % len(operand.shape)
    return same(operand, tuple(Dim.new() if i == place else a for i, a in enumerate(operand.shape)))


def tile(bound: Bound, function: Any) -> Num:
    """`np.tile(x, reps)`."""
    operand = first(bound)
    reps = shape_from(bound["reps"])
    rank = None if reps is None or operand.ndim is None else max(len(reps), operand.ndim)
    return same(operand, None if rank is None else unknown_axes(rank))


def sorted_shape(bound: Bound, function: Any) -> Num:
    """`np.sort(x, axis)`: flat without an axis."""
    operand = first(bound)
    axis = static(bound["axis"])
    if axis is None:
        return flatten(bound, function)
    return same(operand, None if axis is NOT_KNOWN else operand.shape)


def interpolated(bound: Bound, function: Any) -> Num:
    """`np.interp(x, xp, fp)`: float64 in the shape of `x`."""
    operand, values = first(bound), num(bound["fp"])
    if static(bound["period"]) is not None and getattr(num(bound["period"]).dtype, "kind", "f") == "c":
        raise UnsupportedError("np.interp() with a complex 'period='", "pass its size: period=abs(period)")
    real = values.dtype is not None and values.dtype.kind != "c"
    result = array(operand.shape, dtypes.FLOAT if real else None, operand, values)
    return Num(result.shape, result.dtype, None if not result.shape else result.box, result.active)


def differences(bound: Bound, function: Any) -> Num:
    """`np.diff(x, n, axis, prepend, append)`."""
    found = rank_only(bound, function)
    ends = [num(bound[k]) for k in ("prepend", "append") if static(bound[k]) is not None]
    dtype = dtypes.promote(*(strong(n) for n in (first(bound), *ends)))
    if ends and static(bound["n"]) in (0, NOT_KNOWN):  # of order 0 it is the array as it came
        dtype = None
    return Num(found.shape, dtype, found.box if found.shape else None, found.active or any(e.active for e in ends))


def like_second(bound: Bound, function: Any) -> Num:
    """`like(value, x)`: an array or number as `x` is."""
    value, x = (num(v) for v in list(bound.values())[:2])
    return Num(x.shape, x.dtype, x.box, value.active)


def filled_like_second(bound: Bound, function: Any) -> Num:
    """`fill(value, x)`: the value, an array where `x` is one."""
    value, x = (num(v) for v in list(bound.values())[:2])
    box = value.box if x.shape == () else x.box if x.shape else None
    return Num(x.shape, value.dtype, box, value.active)
