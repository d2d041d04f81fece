"""Transfer functions of subscripts: `x[1:-1]`, `x[i, None]`, `x[mask]`, `np.take(x, i, axis)`.

x: (a, b)    x[1:, 0]       (a - 1)
             x[..., None]   (a, b, 1)
             x[[2, 0, 0]]   (3, b)
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Axis, Dim, Shape, broadcast, is_not_one
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Ref, Tup, Unknown, result_num
from srcgrad.analysis.shapes import NOT_KNOWN, Bound, array, flat_shape, items_of, num, static, unknown_axes


def slice_axis(axis: Axis, part: Any, bounds: tuple[Any, ...] | None = None) -> Axis:
    """The extent of `x[part]` for a slice: `n - 1` for `x[1:]`, one made of `n` and of the names of the bounds where
    they are seen when it runs."""
    if not isinstance(part, slice):
        return Dim.new() if bounds is None else axis if bounds in whole(axis) else Dim.made("slice", axis, *bounds)
    lower, upper, step = part.start, part.stop, part.step
    if isinstance(axis, int):
        return len(range(*part.indices(axis)))
    if lower in (None, 0) and upper is None and step in (None, 1, -1):
        return axis
    if step == -1 and lower is None and upper is None:
        return axis
    if step not in (None, 1):
        return Dim.new()
    first = lower in (None, 0) and upper is not None and upper > 1
    last = lower is not None and lower < -1 and upper is None
    if is_not_one(axis) and (first or last):
        return Dim.new(not_one=True)  # two or more of them, or none
    cut = 0
    if lower is not None and lower >= 0 and (upper is None or upper < 0):
        cut = lower - (upper or 0)
    elif lower in (None, 0) and upper is not None and upper < 0:
        cut = -upper
    else:
        return Dim.new()
    return Dim(axis.base, axis.offset - cut, once=axis.once)


def whole(axis: Axis) -> tuple[tuple[Any, ...], ...]:
    """The bounds of `x[:n]` and the like, for an axis of length n."""
    return (None, axis, None), (0, axis, None)


def _elements(index: Kind) -> list[Kind] | None:
    """The parts of a subscript; None when it may be one or several."""
    if isinstance(index, Tup):
        return list(index.items)
    if isinstance(index, Known):
        return [Known(v) for v in index.value] if isinstance(index.value, tuple) else [index]
    if isinstance(index, (Num, Ref)) or (isinstance(index, Inert) and index.type is slice):
        return [index]
    return None


def index_shape(shape: Shape | None, index: Kind) -> Shape | None:
    """The shape of `x[index]` for an array of a shape; None when its rank is not known."""
    elements = _elements(index)
    if elements is None or shape is None:
        return None
    consumed = 0
    for element in elements:
        size = _consumes(element)
        if size is None:
            return None
        consumed += size
    if consumed > len(shape):
        return None
    ellipses = [i for i, e in enumerate(elements) if static(e) is Ellipsis]
    if not ellipses:
        elements = [*elements, Known(Ellipsis)]
    axes = list(shape)
    result: list[Axis] = []
    advanced: list[Shape | None] = []
    places: list[int] = []  # where in the result advanced parts stand
    gaps: list[int] = []  # which elements are advanced
    for position, element in enumerate(elements):
        value = static(element)
        if value is None:
            result.append(1)
        elif value is Ellipsis:
            for _ in range(len(shape) - consumed):
                result.append(axes.pop(0))
        elif isinstance(value, slice) or isinstance(element, Inert):
            result.append(slice_axis(axes.pop(0), value, element.bounds if isinstance(element, Inert) else None))
        else:
            operand = num(element)
            places.append(len(result))
            gaps.append(position)
            if operand.dtype is not None and operand.dtype.kind == "b":
                count = len(operand.shape or ())
                del axes[:count]
                advanced.append((Dim.new(),))
            else:
                axes.pop(0)
                advanced.append(operand.shape)
    if all(a == () for a in advanced) and not any(_is_array(e) for e in elements):
        return tuple(result)
    joined = broadcast(advanced)
    if joined is None:
        return None
    together = all(b - a == 1 for a, b in itertools.pairwise(gaps))
    place = places[0] if together and places else 0
    return tuple(result[:place]) + joined + tuple(result[place:])


def _is_array(element: Kind) -> bool:
    operand = num(element) if isinstance(element, (Num, Ref, Known)) and static(element) is not None else None
    return operand is not None and operand.shape not in (None, ()) and not isinstance(static(element), slice)


def _consumes(element: Kind) -> int | None:
    """How many axes a part of a subscript takes up; None when not known."""
    value = static(element)
    if value is None or value is Ellipsis:
        return 0
    if isinstance(value, slice) or (isinstance(element, Inert) and element.type is slice):
        return 1
    if isinstance(value, bool):
        return None
    if isinstance(element, (Unknown, Inert)):
        return None
    operand = num(element)
    if operand.dtype is None or operand.shape is None or operand.maybe_none:
        return None
    if operand.dtype.kind == "b":
        return len(operand.shape) or None
    return 1 if operand.dtype.kind in "iu" else None


def index_kind(base: Num, index: Kind) -> Num:
    """The kind of `base[index]`: a NumPy scalar where every axis is picked by an integer, else an array."""
    shape = index_shape(base.shape, index)
    if shape is None:
        return result_num(None, base.dtype, base)
    elements = _elements(index) or []
    picked = shape == () and not any(static(e) is Ellipsis or _is_array(e) for e in elements)
    result = result_num(shape, base.dtype, base)
    if shape == () and base.box != "cupy":
        return Num((), base.dtype, None if not picked or any(_may_be_0d(e) for e in elements) else "np", result.active)
    return result


def _may_be_0d(element: Kind) -> bool:
    """Whether an index may be a 0-d array, which gives a 0-d array or a scalar depending on NumPy."""
    return isinstance(element, Num) and not element.is_number


def getitem(bound: Bound, function: Any) -> Num:
    """`x[index]` as a function."""
    base, index = bound.values()
    return index_kind(num(base), index)


def take(bound: Bound, function: Any) -> Num:
    """`np.take(x, indices, axis)`."""
    operand, indices = (num(v) for v in list(bound.values())[:2])
    axis = static(bound["axis"])
    shape = operand.shape
    if indices.shape is None:
        return result_num(None, operand.dtype, operand)
    if axis is None:
        return result_num(indices.shape, operand.dtype, operand)
    if shape is None or not isinstance(axis, (int, np.integer)) or not shape:
        return result_num(None, operand.dtype, operand)
    place = int(axis) % len(shape)
    return result_num(shape[:place] + indices.shape + shape[place + 1 :], operand.dtype, operand)


def take_along_axis(bound: Bound, function: Any) -> Num:
    """`np.take_along_axis(x, indices, axis)`."""
    operand, indices = (num(v) for v in list(bound.values())[:2])
    if static(bound["axis"]) is NOT_KNOWN or indices.shape is None:
        return array(None, operand.dtype, operand)
    return array(unknown_axes(len(indices.shape)), operand.dtype, operand)


def diag(bound: Bound, function: Any) -> Num:
    """`np.diag(x, k)`: a matrix of a vector, a vector of a matrix."""
    operand = bound["v"]
    operand = num(operand)
    shape: Shape | None = None
    if operand.shape is not None:
        if len(operand.shape) == 1:
            axis = operand.shape[0] if static(bound["k"]) == 0 else Dim.new()
            shape = (axis, axis)
        else:
            shape = unknown_axes(1)
    return array(shape, dtypes.promote(operand), operand)


def diag_flat(bound: Bound, function: Any) -> Num:
    """`np.diagflat(x, k)`: a matrix."""
    operand = num(bound["v"])
    return array(unknown_axes(2), dtypes.promote(operand), operand)


def diagonal(bound: Bound, function: Any) -> Num:
    """`np.diagonal(x, offset, axis1, axis2)`."""
    operand = num(next(iter(bound.values())))
    axes = static(Tup((bound.get("axis1", Known(-2)), bound.get("axis2", Known(-1)))))  # the array API has the last two
    if operand.shape is None or axes is NOT_KNOWN:
        return array(None, dtypes.promote(operand), operand)
    gone = {a % len(operand.shape) for a in axes}
    rest = tuple(a for i, a in enumerate(operand.shape) if i not in gone)
    return array((*rest, Dim.new()), dtypes.promote(operand), operand)


def compressed(bound: Bound, function: Any) -> Num:
    """`np.compress(condition, a, axis)`: a selection of unknown length, flat without an axis."""
    operand = num(bound["a"] if "a" in bound else bound["self"])
    axis = static(bound["axis"])
    rank = 1 if axis is None or operand.shape == () else None if axis is NOT_KNOWN else operand.ndim
    return array(None if rank is None else unknown_axes(rank), dtypes.promote(operand), operand)


def selected(bound: Bound, function: Any) -> Num:
    """`np.select(condlist, choicelist, default)`."""
    choices = items_of(bound["choicelist"])
    nums = [num(c) for c in choices] if choices is not None else [num(bound["choicelist"])]
    return array(None, None, *nums, num(bound["default"]))


def grids(bound: Bound, function: Any) -> Kind:
    """`np.meshgrid(*xi)`: a tuple (a list before NumPy 2) of arrays of one shape."""
    (arrays, indexing) = (bound["xi"], static(bound["indexing"]))
    nums = [num(x) for x in arrays]
    axes = [flat_shape(n.shape)[0] for n in nums]
    if indexing == "xy" and len(axes) > 1:
        axes[:2] = axes[1::-1]
    shape = tuple(axes) if indexing in ("xy", "ij") and static(bound["sparse"]) is False else unknown_axes(len(axes))
    return Tup(tuple(array(shape, n.dtype, n) for n in nums))


def open_mesh(bound: Bound, function: Any) -> Kind:
    """`np.ix_(*args)`: a tuple of arrays, each along an axis of its own."""
    nums = [num(x) for x in bound["args"]]
    rank = len(nums)
    parts = []
    for place, n in enumerate(nums):
        along = n.shape[0] if n.shape is not None and len(n.shape) == 1 else Dim.new()
        # a condition stands for the positions where it holds, an empty argument for positions as well
        positions = n.dtype is None or n.dtype.kind == "b" or n.shape is None
        shape = tuple((Dim.new() if positions else along) if i == place else 1 for i in range(rank))
        parts.append(array(shape, None, n))
    return Tup(tuple(parts))
