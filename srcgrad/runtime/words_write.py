"""Where functions that write into arrays write, and what they leave there."""

from __future__ import annotations

from typing import Any

import numpy as np


def added_at(a: Any, indices: Any, b: Any) -> Any:
    """What `np.add.at(a, indices, b)` leaves in `a`."""
    result = a.copy()
    np.add.at(result, indices, b)
    return result


def subtracted_at(a: Any, indices: Any, b: Any) -> Any:
    """What `np.subtract.at(a, indices, b)` leaves in `a`."""
    result = a.copy()
    np.subtract.at(result, indices, b)
    return result


def check_cast(array: Any, values: Any, casting: Any = None) -> None:
    """Raise what `np.copyto` (without `casting`: `np.putmask`, `np.place`) raises for values that it does not cast to
    the array's dtype; a store casts them all."""
    if getattr(values, "dtype", None) == array.dtype:
        return
    if casting is None:
        np.putmask(np.empty(0, array.dtype), np.empty(0, bool), values)
    else:
        np.copyto(np.empty(np.shape(values), array.dtype), values, casting)


def flat_places(shape: tuple[int, ...], ind: Any, mode: str = "raise") -> tuple[Any, ...]:
    """The index of the elements that `np.put` writes: `ind` counts through the array row by row."""
    size = int(np.prod(shape))
    flat = np.ravel(ind) if np.size(ind) else np.zeros(0, int)
    if mode == "wrap":
        flat = flat % size
    elif mode == "clip":
        flat = np.clip(flat, 0, size - 1)
    else:
        outside = flat[(flat < -size) | (flat >= size)]
        if len(outside):
            raise IndexError(f"index {outside[0]} is out of bounds for axis 0 with size {size}")
        flat = np.where(flat < 0, flat + size, flat)
    return np.unravel_index(flat, shape)


def places_along(shape: tuple[int, ...], indices: Any, axis: int | None) -> tuple[Any, ...]:
    """The index of the elements that `np.put_along_axis` writes."""
    if axis is None:
        return np.unravel_index(np.where(indices < 0, indices + int(np.prod(shape)), indices), shape)
    index = list(np.ogrid[tuple(slice(n) for n in shape)])
    index[axis] = indices
    return tuple(index)


def diagonal_places(shape: tuple[int, ...], wrap: bool = False) -> tuple[Any, ...]:
    """The index of the elements that `np.fill_diagonal` writes."""
    if len(shape) != 2:
        return (np.arange(shape[0]),) * len(shape)
    end = int(np.prod(shape)) if wrap else min(shape[0], shape[1]) * shape[1]
    return np.unravel_index(np.arange(0, end, shape[1] + 1), shape)


def rounds(shape: tuple[int, ...], indices: Any) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """What `ufunc.at` does one after the other: for each round the places of `a`, each named once, and the operands.

    An element that is named k times takes part in the first k rounds, with its operands in order.
    """
    numbers = np.arange(int(np.prod(shape))).reshape(shape)[indices]
    flat = np.ravel(numbers)
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    first = np.searchsorted(ordered, ordered)
    turn = np.empty(flat.size, dtype=int)
    turn[order] = np.arange(flat.size) - first
    found = []
    for number in range(int(turn.max()) + 1 if turn.size else 0):
        chosen = np.flatnonzero(turn == number)
        operands = np.unravel_index(chosen, np.shape(numbers)) if np.ndim(numbers) else ()
        found.append((np.unravel_index(flat[chosen], shape), operands))
    return found
