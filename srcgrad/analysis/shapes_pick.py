"""Transfer functions of functions that insert, delete, choose and take apart.

np.delete(x, 1, axis=0)    x: (a, b)    (?, ?)
np.unstack(x)              x: (3, b)    a tuple of three (b,)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Dim, broadcast
from srcgrad.analysis.kinds import Kind, Known, Num, Ref, Seq, Site, Tup
from srcgrad.analysis.shapes import (
    NOT_KNOWN,
    Bound,
    array,
    decided,
    elementwise,
    first,
    items_of,
    num,
    shape_from,
    static,
    unknown_axes,
)
from srcgrad.errors import UnsupportedError


def picked(bound: Bound, function: Any) -> Num:
    """`np.insert`, `np.delete`: flat without an axis, else the operand's rank."""
    operand = first(bound)
    axis = static(bound["axis"])
    rank = 1 if axis is None else None if axis is NOT_KNOWN else operand.ndim
    return array(None if rank is None else unknown_axes(rank), dtypes.promote(operand), operand)


def inserted(bound: Bound, function: Any) -> Num:
    """`np.insert(arr, obj, values, axis)`: the dtype of `arr`; active also by the values."""
    found = picked(bound, function)
    return Num(found.shape, found.dtype, found.box, found.active or num(bound["values"]).active)


def resized(bound: Bound, function: Any) -> Num:
    """`np.resize(a, new_shape)`."""
    operand = first(bound)
    return array(shape_from(bound["new_shape"]), dtypes.promote(operand), operand)


def flat(bound: Bound, function: Any) -> Num:
    """`np.unique(x)`, `np.extract(condition, x)`: one axis of unknown extent."""
    operand = num(bound["arr"] if "arr" in bound else next(iter(bound.values())))
    return array((Dim.new(),), dtypes.promote(operand), operand)


def distinct(bound: Bound, function: Any) -> Kind:
    """`np.unique(x, return_index, return_inverse, return_counts)`: the elements, and integers that tell of them."""
    asked = [decided(bound, name, "np.unique") for name in ("return_index", "return_inverse", "return_counts")]
    if not decided(bound, "sorted", "np.unique"):
        raise UnsupportedError("np.unique with sorted=False", "leave it out, or write np.unique_values(x)")
    operand = first(bound)
    rank: int | None = 1
    if static(bound["axis"]) is not None:
        rank = None if operand.shape is None else len(operand.shape)
    elements = array(None if rank is None else unknown_axes(rank), dtypes.promote(operand), operand)
    integers = tuple(Num(None, np.dtype(np.intp), "array") for a in asked if a)
    return Tup((elements, *integers)) if integers else elements


def distinct_with(bound: Bound, function: Any) -> Kind:
    """`np.unique_counts(x)`, `unique_inverse`, `unique_all`: the elements, and integers that tell of them."""
    made = function(np.zeros(1))
    return Tup((flat(bound, function), *(Num(None, np.dtype(np.intp), "array") for _ in made[1:])), type(made))


def windows(bound: Bound, function: Any) -> Num:
    """`sliding_window_view(x, window_shape, axis)`: an axis more for each axis of the windows."""
    if decided(bound, "writeable", "sliding_window_view"):
        raise UnsupportedError("sliding_window_view() with writeable=True", "its elements overlap: write into x itself")
    operand, asked = first(bound), shape_from(bound["window_shape"])
    rank = None if operand.shape is None or asked is None else len(operand.shape) + len(asked)
    return array(None if rank is None else unknown_axes(rank), operand.dtype, operand)


def strided(bound: Bound, function: Any) -> Num:
    """`as_strided(x, shape, strides)`: as many axes as asked for."""
    operand, asked = first(bound), shape_from(bound.get("shape", Known(None)))
    return array(None if asked is None else unknown_axes(len(asked)), operand.dtype, operand)


def unsaid(bound: Bound, function: Any) -> Num:
    """An array about which nothing is said."""
    operands = [num(v) for v in bound.values() if isinstance(v, Num)]
    return Num(None, None, None, any(o.active for o in operands))


def reranked(bound: Bound, function: Any) -> Num:
    """`np.rollaxis(a, axis, start)`: the rank stays."""
    operand = first(bound)
    return array(None if operand.shape is None else unknown_axes(len(operand.shape)), dtypes.promote(operand), operand)


def unstacked(bound: Bound, function: Any) -> Kind:
    """`np.unstack(x, axis=axis)`: a tuple of arrays."""
    operand, axis = first(bound), static(bound["axis"])
    shape = operand.shape
    if shape is None or not isinstance(axis, int) or not isinstance(shape[axis], int):
        return Ref(Site(tuple, None, Num(None, operand.dtype, None, operand.active)))
    place = axis % len(shape)
    rest = shape[:place] + shape[place + 1 :]
    extent = shape[place]
    assert isinstance(extent, int)
    box = "array" if rest else None
    return Tup(tuple(Num(rest, operand.dtype, box, operand.active) for _ in range(extent)))


def histogram(bound: Bound, function: Any) -> Kind:
    """`np.histogram(a, weights=weights)`: the counts and the edges."""
    weights = num(bound["weights"]) if static(bound["weights"]) is not None else Num(None, None, None)
    return Tup((Num((Dim.new(),), None, "array", weights.active), Num((Dim.new(),), None, "array")))


def histogram_of_pairs(bound: Bound, function: Any) -> Kind:
    """`np.histogram2d(x, y, weights=weights)`: the sums and the edges of both axes."""
    weights = num(bound["weights"]) if static(bound["weights"]) is not None else Num(None, None, None)
    edges = Num((Dim.new(),), None, "array")
    return Tup((Num(unknown_axes(2), None, "array", weights.active), edges, edges))


def histogram_of_points(bound: Bound, function: Any) -> Kind:
    """`np.histogramdd(sample, weights=weights)`: the sums and a list of edges."""
    weights = num(bound["weights"]) if static(bound["weights"]) is not None else Num(None, None, None)
    edges = Num((Dim.new(),), None, "array")
    return Tup((Num(None, None, "array", weights.active), Seq(edges)))


def counts(bound: Bound, function: Any) -> Num:
    """`np.bincount(x, weights, minlength)`."""
    weights = bound["weights"]
    integers = static(weights) is None
    return Num((Dim.new(),), np.dtype(np.intp) if integers else dtypes.FLOAT, "array", num(weights).active)


def pair_of(bound: Bound, function: Any) -> Kind:
    """`np.divmod(a, b)`, `np.modf(a)`, `np.frexp(a)`: two results of one shape."""
    found = elementwise(bound, np.add) if "b" in bound else first(bound)
    box = found.box if found.shape else None
    exponents = np.dtype(np.intc) if function is np.frexp else None
    return Tup((Num(found.shape, None, box, found.active), Num(found.shape, exponents, box, found.active)))


def sections(count_axis: int) -> Any:
    """The transfer function of hsplit, vsplit, dsplit: `np.split` along that axis."""

    def kind(bound: Bound, function: Any) -> Kind:
        operand = first(bound)
        asked = static(bound["indices_or_sections"])
        many = isinstance(asked, (tuple, list))
        count = len(asked) + 1 if many else int(asked) if isinstance(asked, (int, np.integer)) else None
        # each part has extents of its own
        axes = None if operand.shape is None else tuple(Dim.joined(False) for _ in operand.shape)
        part = array(axes, dtypes.promote(operand), operand)
        return Ref(Site(list, None if count is None else dict.fromkeys(range(count), part), part))

    return kind


def blocks(bound: Bound, function: Any) -> Num:
    """`np.block(arrays)`."""
    return Num(None, None, None, _active(bound["arrays"]))


def _active(kind: Any) -> bool:
    items = items_of(kind)
    return any(map(_active, items)) if items is not None else bool(getattr(kind, "active", False))


def broadcast_all(bound: Bound, function: Any) -> Kind:
    """`np.broadcast_arrays(*args)`: a tuple of arrays of one shape."""
    nums = [num(x) for x in bound["args"]]
    shape = broadcast(n.shape for n in nums)
    return Tup(tuple(array(shape, dtypes.promote(n), n) for n in nums))
