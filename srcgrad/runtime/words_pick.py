"""Words for functions that put elements elsewhere: where each went is found by sending their numbers the same way.

Elements that the call brings in have the number -1:

    np.insert([a, b, c], 1, v)     of [0, 1, 2] and -1     [0, -1, 1, 2]: g[1] is v's, the others are a's, b's, c's
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_move import scatter, scatter_take
from srcgrad.runtime.words_reduce import unbroadcast


def numbers(x: Any, start: int = 0) -> Any:
    """The position of every element of `x`, in its shape, counted from `start`."""
    return np.reshape(np.arange(start, start + math.prod(np.shape(x))), np.shape(x))


def numbers_laid_out(x: Any, like: Any) -> Any:
    """The same, in the order in which the elements of another array of its shape lie in memory."""
    places = np.empty_like(like, dtype=int)
    places[...] = numbers(x)
    return places


def gathered(g: Any, x: Any, places: Any, start: int = 0) -> Any:
    """What `g` holds for each element of `x`, where `places` says whose number (counted from `start`) it shows."""
    size = math.prod(np.shape(x))
    out = np.zeros(size, np.result_type(g))
    at = (places >= start) & (places < start + size)
    np.add.at(out, places[at] - start, g[at])
    return np.reshape(out, np.shape(x))


def picked(x: Any, places: Any, start: int = 0) -> Any:
    """The elements of `x` whose numbers (counted from `start`) `places` shows, and 0 where it shows another's."""
    size = math.prod(np.shape(x))
    if size == 0:
        return np.zeros(np.shape(places), np.result_type(x))
    at = (places >= start) & (places < start + size)
    return np.where(at, np.take(x, np.where(at, places - start, 0)), 0.0)


def insert_cotangents(g: Any, arr: Any, obj: Any, values: Any, axis: Any = None) -> list[Any]:
    """The cotangents of `arr` and `values` in `np.insert(arr, obj, values, axis)`."""
    size = math.prod(np.shape(arr))
    places = np.insert(numbers(arr), obj, numbers(values, size), axis)
    return [gathered(g, arr, places), gathered(g, values, places, size)]


def delete_cotangent(g: Any, arr: Any, obj: Any, axis: Any = None) -> Any:
    """The cotangent of `arr` in `np.delete(arr, obj, axis)`."""
    return gathered(g, arr, np.delete(numbers(arr), obj, axis))


def resize_cotangent(g: Any, a: Any, new_shape: Any) -> Any:
    """The cotangent of `a` in `np.resize(a, new_shape)`."""
    return gathered(g, a, np.resize(numbers(a), new_shape))


def block_cotangents(g: Any, arrays: Any) -> Any:
    """The cotangents of nested lists of arrays in `np.block(arrays)`."""
    counter = [0]

    def numbered(x: Any) -> Any:
        if isinstance(x, list):
            return [numbered(item) for item in x]
        start = counter[0]
        counter[0] = start + math.prod(np.shape(x))
        return numbers(x, start)

    places = np.block(numbered(arrays))
    counter[0] = 0

    def collected(x: Any) -> Any:
        if isinstance(x, list):
            return [collected(item) for item in x]
        start = counter[0]
        counter[0] = start + math.prod(np.shape(x))
        return gathered(g, x, places, start)

    return collected(arrays)


def extract_cotangent(g: Any, condition: Any, arr: Any) -> Any:
    """The cotangent of `arr` in `np.extract(condition, arr)`."""
    return gathered(g, arr, np.extract(condition, numbers(arr)))


def partition_cotangent(g: Any, a: Any, y: Any, axis: Any = -1) -> Any:
    """The cotangent of `a` in `y = np.partition(a, kth, axis)`: elements find each other by their rank."""
    if axis is None:
        return np.reshape(partition_cotangent(g, np.ravel(a), y, 0), np.shape(a))
    ranked = np.take_along_axis(g, np.argsort(y, axis, kind="stable"), axis)
    order = np.argsort(a, axis, kind="stable")
    return np.take_along_axis(ranked, np.argsort(order, axis), axis)


def partition_tangent(a_dot: Any, a: Any, y: Any, axis: Any) -> Any:
    """The tangent of `y = np.partition(a, kth, axis)`: elements find each other by their rank."""
    if axis is None:
        return partition_tangent(np.ravel(a_dot), np.ravel(a), y, 0)
    ranked = np.take_along_axis(a_dot, np.argsort(a, axis, kind="stable"), axis)
    order = np.argsort(y, axis, kind="stable")
    return np.take_along_axis(ranked, np.argsort(order, axis), axis)


def unique_places(ar: Any, axis: int | None = None, equal_nan: bool = True) -> Any:
    """Where what `np.unique(ar, axis=axis)` gives stands first in `ar`, which is flattened without an axis."""
    return np.unique(ar, return_index=True, axis=axis, equal_nan=equal_nan)[1]


def common_places(ar1: Any, ar2: Any) -> Any:
    """Where what two arrays have in common stands first in each of them, in the order of its values."""
    first, second = unique_places(ar1), unique_places(ar2)
    return first[np.isin(np.ravel(ar1)[first], ar2)], second[np.isin(np.ravel(ar2)[second], ar1)]


def unique_tangent(first_dot: Any, y: Any) -> Any:
    """The tangent of `y = np.unique(ar, return_...=True)`: of the elements alone."""
    return (first_dot, *(None for _ in y[1:]))


def unique_values_cotangent(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of `x` in `y = np.unique_values(x)`, whose elements come in any order."""
    return scatter_take(g[np.argsort(y)], x, unique_places(x, None, False))


def unique_values_tangent(x_dot: Any, x: Any, y: Any) -> Any:
    """The tangent of `y = np.unique_values(x)`, whose elements come in any order."""
    return np.ravel(x_dot)[unique_places(x, None, False)][np.argsort(np.argsort(y))]


def choose_cotangents(g: Any, a: Any, choices: Sequence[Any], mode: str = "raise") -> list[Any]:
    """The cotangents of `choices` in `np.choose(a, choices, mode=mode)`."""
    if mode != "raise":
        a = np.asarray(a) % len(choices) if mode == "wrap" else np.clip(a, 0, len(choices) - 1)
    return [unbroadcast(np.where(np.equal(a, i), g, 0.0), x) for i, x in enumerate(choices)]


def windows_cotangent(g: Any, x: Any, window_shape: Any, axis: Any) -> Any:
    """The cotangent of `x` in `sliding_window_view(x, window_shape, axis)`: elements stand in several windows."""
    return gathered(g, x, np.lib.stride_tricks.sliding_window_view(numbers(x), window_shape, axis))


def strided_places(x: Any, shape: Any, strides: Any) -> Any:
    """The numbers of the elements of `x` that `as_strided(x, shape, strides)` shows."""
    own = offsets(x.shape, x.strides).ravel()
    order = np.argsort(own, kind="stable")
    view = np.lib.stride_tricks.as_strided(x, shape, strides)
    shown = offsets(view.shape, view.strides)
    found = np.minimum(np.searchsorted(own[order], shown), max(own.size - 1, 0))
    if not np.array_equal(own[order[found]], shown):
        raise UnsupportedError("as_strided() that shows more than the array's own elements", "pad the array before")
    return order[found]


def strided_tangent(x_dot: Any, x: Any, shape: Any, strides: Any) -> Any:
    """The tangent of `as_strided(x, shape, strides)`: a view, where the tangent of `x` lies in memory as `x` does."""
    if np.shape(x_dot) == np.shape(x) and x_dot.strides == x.strides:
        return np.lib.stride_tricks.as_strided(x_dot, shape, strides)
    return picked(x_dot, strided_places(x, shape, strides))


def offsets(shape: Any, strides: Any) -> Any:
    """Where the elements of such an array lie in memory, from its first on, in bytes."""
    found = np.zeros(shape, dtype=int)
    for axis, (length, step) in enumerate(zip(shape, strides)):
        found += np.expand_dims(np.arange(length) * step, tuple(range(1, len(shape) - axis)))
    return found


def split_along(g: Any, x: Any, axis: int = 0) -> Any:
    """The cotangent of `x` in `np.unstack(x, axis=axis)`."""
    if np.size(x) == 0:
        return np.zeros_like(x)
    return np.stack([np.broadcast_to(part, np.shape(np.take(x, 0, axis))) for part in g], axis)


def rolled_back(g: Any, axis: int, start: int) -> Any:
    """The cotangent of `a` in `np.rollaxis(a, axis, start)`."""
    n = np.ndim(g)
    axis, start = axis % n, start + n if start < 0 else start
    return np.moveaxis(g, start - 1 if axis < start else start, axis)


def broadcast_back(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of the arguments of `np.broadcast_arrays(*arrays)`."""
    return [unbroadcast(part, x) for part, x in zip(g, arrays)]


def inside(indices: Any, x: Any, axis: Any, mode: str) -> Any:
    """The positions that `np.take(x, indices, axis, mode=mode)` reads: wrapped around, or clipped at the ends."""
    size = np.size(x) if axis is None else np.shape(x)[axis]
    return np.asarray(indices) % size if mode == "wrap" else np.clip(indices, 0, size - 1)


def sort_tangent(a_dot: Any, a: Any, axis: Any) -> Any:
    """The tangent of `np.sort(a, axis)`: in the order of the elements, equal ones as they stand."""
    if axis is None:
        return np.ravel(a_dot)[np.argsort(a, axis=None, kind="stable")]
    return np.take_along_axis(a_dot, np.argsort(a, axis=axis, kind="stable"), axis)


def flattened_back(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of one-dimensional arguments that a function gave more axes of length 1."""
    return [np.reshape(part, np.shape(x)) if np.ndim(part) else part for part, x in zip(g, arrays)]


def item_cotangent(g: Any, x: Any, places: tuple[Any, ...]) -> Any:
    """The cotangent of `x` in `x.item(*places)`: of its only element, of one by its number, or by an index."""
    if not places:
        return np.reshape(np.asarray(g, dtype=np.result_type(x)), np.shape(x))
    place = places[0] if len(places) == 1 else places
    return scatter(g, x, place if isinstance(place, tuple) else np.unravel_index(place % np.size(x), np.shape(x)))


def stored(y: Any, condition: Any, values: Any) -> Any:
    """A copy of `y` with `values` where `condition` holds, in the type of `y`."""
    result = y.copy()
    result[condition] = values
    return result


def typed(values: Any, dtype: Any) -> Any:
    """Values in a type; in that of integers they have no derivative."""
    return np.reshape(values, np.shape(values)).astype(dtype)  # of tensors too


def typed_cotangent(g: Any, dtype: Any) -> Any:
    """The cotangent of `values` in `typed(values, dtype)`."""
    return g if np.dtype(dtype).kind in "fc" else np.zeros_like(g, dtype=float)


def type_characters(value: Any) -> list[str]:
    """The types of a result as characters: one, or one for each item of a tuple."""
    parts = value if isinstance(value, tuple) else (value,)
    return [np.result_type(np.asarray(p) if isinstance(p, (str, bytes)) else p).char for p in parts]


def joined_shape(outer: Any, value: Any) -> tuple[int, ...]:
    """A shape followed by that of a value."""
    return (*outer, *np.shape(value))


def common_shape(*arrays: Any) -> tuple[int, ...]:
    """The shape that arrays broadcast to."""
    return np.broadcast_shapes(*[np.shape(x) for x in arrays])


def spacing_at_one(x: Any) -> Any:
    """The distance from 1 to the next number in the type of `x`."""
    return np.finfo(np.result_type(x)).eps


def piecewise_conditions(condlist: Any, rank: int, count: int) -> Any:
    """The conditions of `np.piecewise`, one a function: the last function may have none, and takes what is left."""
    if np.isscalar(condlist) or (not isinstance(condlist[0], (list, np.ndarray)) and rank != 0):
        condlist = [condlist]
    conditions = np.asarray(condlist, dtype=bool) if rank else np.reshape(np.asarray(condlist, dtype=bool), (-1, 1))
    given = len(conditions)
    if given == count - 1:
        return np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)], axis=0)
    if given != count:
        raise ValueError(f"with {given} condition(s), either {given} or {given + 1} functions are expected")
    return conditions


def einsum_text(*args: Any) -> str:
    """The subscripts of `np.einsum(x, [0, 1], y, [1, 2], [0, 2])` as a text: letters in the order of the numbers."""
    count = len(args) - len(args) % 2
    terms = [_letters(axes) for axes in args[1:count:2]]
    return ",".join(terms) + ("->" + _letters(args[-1]) if len(args) % 2 else "")


def _letters(axes: Any) -> str:
    return "".join("..." if i is Ellipsis else chr(ord("A") + i if i < 26 else ord("a") + i - 26) for i in axes)
