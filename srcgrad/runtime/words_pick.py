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
from srcgrad.runtime.words_reduce import unbroadcast


def numbers(x: Any, start: int = 0) -> Any:
    """The position of every element of `x`, in its shape, counted from `start`."""
    return np.reshape(np.arange(start, start + math.prod(np.shape(x))), np.shape(x))


def gathered(g: Any, x: Any, places: Any, start: int = 0) -> Any:
    """What `g` holds for each element of `x`, where `places` says whose number (counted from `start`) it shows."""
    size = math.prod(np.shape(x))
    out = np.zeros(size, np.result_type(g))
    at = (places >= start) & (places < start + size)
    np.add.at(out, places[at] - start, g[at])
    return np.reshape(out, np.shape(x))


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


def pad_cotangent(g: Any, x: Any, pad_width: Any, mode: Any, reflect_type: str = "even") -> Any:
    """The cotangent of `x` in `np.pad(x, pad_width, mode)`."""
    if mode in ("constant", "empty"):
        return gathered(g, x, np.pad(numbers(x, 1), pad_width, "constant"), 1)
    if mode not in ("edge", "wrap", "reflect", "symmetric") or reflect_type != "even":
        raise UnsupportedError(f"np.pad with mode {mode!r}", "use 'constant', 'edge', 'wrap', 'reflect' or 'symmetric'")
    return gathered(g, x, np.pad(numbers(x), pad_width, mode))


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


def unique_cotangent(g: Any, ar: Any) -> Any:
    """The cotangent of `ar` in `np.unique(ar)`: the first of equal elements has it."""
    _, first = np.unique(ar, return_index=True)
    out = np.zeros(math.prod(np.shape(ar)), np.result_type(g))
    out[first] = g
    return np.reshape(out, np.shape(ar))


def choose_cotangents(g: Any, a: Any, choices: Sequence[Any]) -> list[Any]:
    """The cotangents of `choices` in `np.choose(a, choices)`."""
    return [unbroadcast(np.where(a == i, g, 0.0), x) for i, x in enumerate(choices)]


def split_along(g: Any, x: Any, axis: int = 0) -> Any:
    """The cotangent of `x` in `np.unstack(x, axis=axis)`."""
    return np.stack([np.broadcast_to(part, np.shape(np.take(x, 0, axis))) for part in g], axis)


def rolled_back(g: Any, axis: int, start: int) -> Any:
    """The cotangent of `a` in `np.rollaxis(a, axis, start)`."""
    n = np.ndim(g)
    axis, start = axis % n, start + n if start < 0 else start
    return np.moveaxis(g, start - 1 if axis < start else start, axis)


def histogram_cotangent(g: Any, a: Any, bins: Any, range: Any, density: Any, weights: Any, y: Any) -> Any:
    """The cotangent of `weights` in `y = np.histogram(a, bins, range, density, weights)`."""
    counts_bar = g[0]
    edges = y[1]
    values = np.ravel(a)
    at = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    inside = (values >= edges[0]) & (values <= edges[-1])
    if density:
        widths = np.diff(edges)
        total = np.sum(np.where(inside, np.ravel(weights), 0.0))
        counts_bar = counts_bar / widths / total
        counts_bar = counts_bar - np.sum(g[0] * y[0]) / total
    return np.reshape(np.where(inside, counts_bar[at], 0.0), np.shape(weights))


def broadcast_back(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of the arguments of `np.broadcast_arrays(*arrays)`."""
    return [unbroadcast(part, x) for part, x in zip(g, arrays)]
