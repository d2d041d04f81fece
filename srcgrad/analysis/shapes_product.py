"""Transfer functions of products and contractions.

x @ w                           x: (a, b), w: (b, c)       (a, c)
np.outer(x, y)                  x: (a,), y: (b,)           (a, b)
np.einsum("bij,bj->bi", m, v)   m: (a, b, c), v: (a, c)    (a, b)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Axis, Shape, broadcast, broadcast_axis
from srcgrad.analysis.kinds import Known, Num, Tup, result_num
from srcgrad.analysis.shapes import (
    Bound,
    array,
    axes_of,
    dtype_from,
    first,
    flat_shape,
    items_of,
    num,
    pair,
    static,
    strong,
    unknown_axes,
)


def matmul(bound: Bound, function: Any) -> Num:
    """`a @ b`."""
    a, b = pair(bound)
    dtype = asked_dtype(bound, dtypes.promote(a, b))
    if a.shape is None or b.shape is None or static(bound["axes"]) is not None:
        return result_num(None, dtype, a, b)
    if not a.shape or not b.shape:  # raises
        return result_num(None, dtype, a, b)
    batch = broadcast((a.shape[:-2], b.shape[:-2])) or ()
    rows: Shape = a.shape[-2:-1]
    columns: Shape = b.shape[-1:] if len(b.shape) > 1 else ()
    return result_num(batch + rows + columns, dtype, a, b)


def asked_dtype(bound: Bound, dtype: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """The dtype that `dtype=` asks for, or else the one that comes of the operands."""
    asked = bound.get("dtype", Known(None))
    return dtype if static(asked) is None else dtype_from(asked, None)


def dot(bound: Bound, function: Any) -> Num:
    """`np.dot(a, b)`."""
    a, b = pair(bound)
    dtype = dtypes.promote(a, b)
    if a.shape is None or b.shape is None:
        return result_num(None, dtype, a, b)
    if not a.shape or not b.shape:
        return result_num(a.shape + b.shape, dtype, a, b)
    return result_num(a.shape[:-1] + b.shape[:-2] + (b.shape[-1:] if len(b.shape) > 1 else ()), dtype, a, b)


def scalar_product(bound: Bound, function: Any) -> Num:
    """`np.vdot(a, b)`: no axes are left."""
    a, b = pair(bound)
    return result_num((), dtypes.promote(a, b), a, b)


def inner(bound: Bound, function: Any) -> Num:
    """`np.inner(a, b)`."""
    a, b = pair(bound)
    dtype = dtypes.promote(a, b)
    if a.shape is None or b.shape is None:
        return result_num(None, dtype, a, b)
    shape = a.shape[:-1] + b.shape[:-1] if a.shape and b.shape else a.shape + b.shape
    return result_num(shape, dtype, a, b)


def outer(bound: Bound, function: Any) -> Num:
    """`np.outer(a, b)`: both are flattened."""
    a, b = pair(bound)
    return array((*flat_shape(a.shape), *flat_shape(b.shape)), dtypes.promote(a, b), a, b)


def tensordot(bound: Bound, function: Any) -> Num:
    """`np.tensordot(a, b, axes)`."""
    a, b = pair(bound)
    dtype = dtypes.promote(a, b)
    count = static(bound["axes"])
    if a.shape is None or b.shape is None:
        return array(None, dtype, a, b)
    if isinstance(count, (int, np.integer)):
        return array(a.shape[: len(a.shape) - int(count)] + b.shape[int(count) :], dtype, a, b)
    sides = items_of(bound["axes"])
    left, right = (None, None) if sides is None else (_axes(k, n) for k, n in zip(sides, (a.shape, b.shape)))
    if left is None or right is None:
        return array(None, dtype, a, b)
    rest_a = tuple(s for i, s in enumerate(a.shape) if i not in left)
    rest_b = tuple(s for i, s in enumerate(b.shape) if i not in right)
    return array(rest_a + rest_b, dtype, a, b)


def _axes(kind: Any, shape: Shape) -> tuple[int, ...] | None:
    """The axes that one side of tensordot's `axes` names: an integer, or a list or tuple of them."""
    items = items_of(kind)
    values = [static(k) for k in (items if items is not None else [kind])]
    return tuple(v % len(shape) for v in values) if all(isinstance(v, int) for v in values) and shape else None


def einsum(bound: Bound, function: Any) -> Num:
    """`np.einsum("ij,jk->ik", a, b)`; with an ellipsis only the dtype is known."""
    operands = tuple(num(k) for k in bound["operands"])
    dtype = asked_dtype(bound, dtypes.promote(*(strong(o) for o in operands)))
    text = static(bound["subscripts"])
    if not isinstance(text, str) or "." in text:
        return result_num(None, dtype, *operands)
    inputs, arrow, output = text.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands) or any(o.shape is not None and len(t) != len(o.shape) for t, o in
                                          zip(terms, operands)):  # fmt: skip
        return result_num(None, dtype, *operands)
    if not arrow:
        output = "".join(sorted(c for c in set(inputs) - {","} if inputs.count(c) == 1))
    extents: dict[str, Axis] = {}
    for term, operand in zip(terms, operands):
        for letter, axis in zip(term, operand.shape if operand.shape is not None else unknown_axes(len(term))):
            extents[letter] = broadcast_axis(extents[letter], axis) if letter in extents else axis
    return result_num(tuple(extents[c] for c in output), dtype, *operands)


def trace(bound: Bound, function: Any) -> Num:
    """`np.trace(a)`: two axes go."""
    operand = first(bound)
    given = Tup((bound.get("axis1", Known(-2)), bound.get("axis2", Known(-1))))  # the array API's has the last two
    axes = axes_of(given, operand.ndim or 0)
    shape = operand.shape
    if shape is not None:
        shape = None if axes is None else tuple(a for i, a in enumerate(shape) if i not in axes)
    dtype = dtypes.sample_dtype(function, dtypes.promote(operand)) if static(bound["dtype"]) is None else None
    return result_num(shape, dtype, operand)


def kron(bound: Bound, function: Any) -> Num:
    """`np.kron(a, b)`."""
    a, b = pair(bound)
    ranks = [n.ndim for n in (a, b)]
    ndim = None if None in ranks else max(r for r in ranks if r is not None)
    return array(None if ndim is None else unknown_axes(ndim), dtypes.promote(a, b), a, b)


def cross(bound: Bound, function: Any) -> Num:
    """`np.cross(a, b)` of vectors of length 3 along the last axis."""
    a, b = pair(bound)
    dtype = dtypes.promote(a, b)
    axes = [static(bound[k]) for k in ("axisa", "axisb", "axisc", "axis") if k in bound]
    if any(axis not in (-1, None) for axis in axes):
        return result_num(None, dtype, a, b)
    shape = broadcast((a.shape, b.shape))
    if not shape or not all(n.shape and n.shape[-1] == 3 for n in (a, b)):
        return result_num(None, dtype, a, b)
    return array(shape, dtype, a, b)
