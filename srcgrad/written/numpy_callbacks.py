"""NumPy's functions that call back, written out in Python: a call of one is a call of the function here.

    np.apply_along_axis(f, 0, x)    a loop over the columns of x that calls f, differentiated like any other loop

Each calls the user's function as often and in the same order as NumPy does, on the same values.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from srcgrad.runtime.words_pad import pad_widths
from srcgrad.runtime.words_pick import (
    einsum_text,
    joined_shape,
    piecewise_conditions,
    stored,
    type_characters,
    typed,
)


def apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.apply_along_axis`: the results have the dtype of the first, and their axes where `axis` was."""
    place = axis % np.ndim(arr)
    moved = np.moveaxis(arr, place, -1)
    outer = np.shape(moved)[:-1]
    results = []
    for row in np.reshape(moved, (math.prod(outer), np.shape(moved)[-1])):
        results.append(func1d(row, *args, **kwargs))
    if not results:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    inner = np.ndim(results[0])
    joined = typed(np.stack(results), type_characters(results[0])[0])
    joined = np.reshape(joined, joined_shape(outer, results[0]))
    sources = tuple(range(len(outer), len(outer) + inner))
    return np.moveaxis(joined, sources, tuple(range(place, place + inner)))


def apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    """`np.apply_over_axes`: one axis after the other, which stay as axes of length 1."""
    value = np.asarray(a)
    rank = value.ndim
    for axis in np.atleast_1d(axes):
        axis = int(axis) % rank if axis < 0 else int(axis)
        result = func(value, axis)
        if result.ndim != value.ndim:
            result = np.expand_dims(result, axis)
            if result.ndim != value.ndim:
                raise ValueError("function is not returning an array of the correct shape")
        value = result
    return value


def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """`np.piecewise`: each function is called on the elements that its condition chooses."""
    conditions = piecewise_conditions(condlist, np.ndim(x), len(funclist))
    shape = np.shape(x)
    x = np.reshape(x, shape if np.ndim(x) else (1,))  # an array, or the tensor that it was
    y = np.zeros_like(x)
    for i in range(len(funclist)):
        condition, function = conditions[i], funclist[i]
        if not callable(function):
            y = stored(y, condition, function)
        elif np.count_nonzero(condition):
            y = stored(y, condition, function(x[condition], *args, **kw))
    return y if shape else np.reshape(y, ())


def einsum_of_lists(
    *args: Any, out: Any = None, dtype: Any = None, order: Any = "K", casting: Any = "safe", optimize: Any = False
) -> Any:
    """`np.einsum(x, [0, 1], y, [1, 2], [0, 2])`: lists of axes in the place of letters."""
    text, operands = einsum_text(*args), args[0 : len(args) - len(args) % 2 : 2]
    return np.einsum(text, *operands, out=out, dtype=dtype, order=order, casting=casting, optimize=optimize)


def fromfunction(function: Any, shape: Any, *, dtype: Any = float, **kwargs: Any) -> Any:
    """`np.fromfunction`: the function on the arrays of indices, once."""
    return function(*np.indices(shape, dtype=dtype), **kwargs)


def fromiter(iter: Any, dtype: Any, count: int = -1) -> Any:
    """`np.fromiter`: the items, or the first of them."""
    items: list[Any] = []
    if count != 0:
        for item in iter:
            items.append(item)
            if len(items) == count:
                break
    if len(items) < count:
        raise ValueError(f"iterator too short: Expected {count} but iterator had only {len(items)} items.")
    return np.array(items, dtype=dtype)


def pad_by(array: Any, pad_width: Any, mode: Any, **kwargs: Any) -> Any:
    """`np.pad(x, width, function)`: zeros all around, then the function on each vector along each axis, in place."""
    array = np.asarray(array)
    widths = pad_widths(array.ndim, pad_width)
    padded = np.pad(array, pad_width)
    for axis in range(padded.ndim):
        view = np.moveaxis(padded, axis, -1)
        for index in np.ndindex(view.shape[:-1]):
            mode(view[index], widths[axis], axis, kwargs)
    return padded
