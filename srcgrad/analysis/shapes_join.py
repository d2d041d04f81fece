"""Transfer functions of functions that join arrays or split one.

np.concatenate([x, y])    x: (a, c), y: (b, c)    (?, c)
np.stack([x, y])          x: (a,), y: (a,)        (2, a)
np.split(x, 2)            x: (a, b)               a list of two (?, b)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Axis, Dim, is_not_one
from srcgrad.analysis.kinds import Kind, Known, Num, Ref, Seq, Site
from srcgrad.analysis.shapes import (
    NOT_KNOWN,
    Bound,
    array,
    dtype_from,
    first,
    items_of,
    num,
    static,
    strong,
    unknown_axes,
)
from srcgrad.analysis.shapes_move import same


def _items(bound: Bound) -> list[Num] | None:
    items = items_of(next(iter(bound.values())))
    return None if items is None else [num(i) for i in items]


def _elem(bound: Bound) -> Num:
    """What the items of a sequence of unknown length have in common."""
    kind = next(iter(bound.values()))
    if isinstance(kind, Ref) and kind.site.elem is not None:
        return num(kind.site.elem)
    if isinstance(kind, Seq):
        return num(kind.elem)
    if isinstance(kind, Num):
        return Num(None if kind.shape is None else kind.shape[1:], kind.dtype, "array", kind.active)
    return num(kind)


def concatenate(bound: Bound, function: Any) -> Num:
    """`np.concatenate(arrays, axis)`: the other axes are equal."""
    items = _items(bound)
    axis = static(bound["axis"])
    if not items:
        elem = _elem(bound)
        items = [elem]
        exact = False
    else:
        exact = True
    dtype = dtype_from(bound.get("dtype", Known(None)), dtypes.promote(*items))
    if axis is None:
        return array((Dim.new(),), dtype, *items)
    ranks = {i.ndim for i in items} - {None}
    if not ranks:
        return array(None, dtype, *items)
    rank = ranks.pop()
    assert rank is not None
    if axis is NOT_KNOWN or not rank:
        return array(unknown_axes(rank) if rank else None, dtype, *items)
    shape: list[Axis] = list(unknown_axes(rank))
    for i in range(rank):
        known = [item.shape[i] for item in items if item.shape is not None]
        if i != axis % rank:  # all are equal, or the program raises
            shape[i] = next(
                (a for a in known if isinstance(a, int)), next((a for a in known if is_not_one(a)), known[0])
            )
        elif exact and len(items) == 1:
            shape[i] = known[0]
        elif exact and len(known) == len(items) and all(isinstance(a, int) for a in known):
            shape[i] = sum(a for a in known if isinstance(a, int))
        elif (exact and any(isinstance(a, int) and a > 1 for a in known)) or (
            exact and sum(isinstance(a, int) and a >= 1 for a in known) > 1
        ):
            shape[i] = Dim.new(not_one=True)
    return array(tuple(shape), dtype, *items)


def stack(bound: Bound, function: Any) -> Num:
    """`np.stack(arrays, axis)`: one more axis, as long as the list."""
    items = _items(bound)
    axis = static(bound["axis"])
    count: Axis = len(items) if items else Dim.new()
    items = items or [_elem(bound)]
    dtype = dtype_from(bound.get("dtype", Known(None)), dtypes.promote(*(strong(i) for i in items)))
    shape = next((i.shape for i in items if i.shape is not None), None)
    if shape is None or axis is NOT_KNOWN:
        return array(None if shape is None else unknown_axes(len(shape) + 1), dtype, *items)
    for item in items:
        if item.shape is not None:
            shape = tuple(a if isinstance(a, int) else b for a, b in zip(shape, item.shape))
    result = list(shape)
    result.insert(axis % (len(shape) + 1), count)
    return array(tuple(result), dtype, *items)


def joined(bound: Bound, function: Any) -> Num:
    """hstack, vstack, column_stack, append: the rank follows from the items', the extents are not said."""
    items = _items(bound) or [_elem(bound)]
    if function is np.append:
        items = [num(v) for v in list(bound.values())[:2]]
    dtype = dtype_from(bound.get("dtype", Known(None)), dtypes.promote(*(strong(i) for i in items)))
    rank = next((i.ndim for i in items if i.ndim is not None), None)
    if function is np.append:
        axis = static(bound["axis"])
        rank = 1 if axis is None else None if axis is NOT_KNOWN else rank
    elif rank is not None:
        rank = max(rank, {np.hstack: 1, np.dstack: 3}.get(function, 2))
    return array(None if rank is None else unknown_axes(rank), dtype, *items)


def split(bound: Bound, function: Any) -> Kind:
    """`np.split(x, sections, axis)`: a list of arrays."""
    operand = first(bound)
    sections = static(bound["indices_or_sections"])
    axis = static(bound.get("axis", Known(0)))
    rank = operand.ndim
    place = axis % rank if isinstance(axis, int) and rank else None

    def part() -> Num:
        if operand.shape is None:
            return same(operand, None)
        # each part has an extent of its own
        axes = tuple(Dim.joined(False) if place is None or i == place else a for i, a in enumerate(operand.shape))
        return same(operand, axes)

    if isinstance(sections, (int, np.integer)):
        parts: dict[Any, Kind] = {i: part() for i in range(int(sections))}
    elif isinstance(sections, (tuple, list)):
        parts = {i: part() for i in range(len(sections) + 1)}
    else:
        return Ref(Site(list, None, part()))
    return Ref(Site(list, parts, part()))
