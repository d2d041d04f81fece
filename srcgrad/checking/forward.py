"""What forward mode says of the change that `check_grads` measures by differences."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.checking.differences import Array
from srcgrad.checking.trees import copied, is_leaf, leaves, mapped, spell


def claimed_change(
    jvp: Callable[..., Any], args: tuple[Any, ...], place: int, direction: Array, cotangents: Any, outputs: Any
) -> float:
    """The derivative of `phi` as leaf number `place` moves along `direction`, by the tangent of the outputs.

    jvp  what `srcgrad.jvp(f)` gives

    Raises AssertionError where the value is not that of `f`, or an output has no tangent like it.
    """
    numbers = itertools.count()

    def tangent(leaf: Any) -> Any:
        if not is_leaf(leaf):
            return None
        like = np.asarray(leaf)
        moved = np.asarray(direction, like.dtype) if next(numbers) == place else np.zeros_like(like)
        return moved if isinstance(leaf, np.ndarray) else type(leaf)(moved[()])

    value, found = jvp(copied(args), mapped(args, tangent))
    wanted, got = dict(leaves(outputs)), dict(leaves(value))
    same = list(wanted) == list(got)
    if not same or not all(np.array_equal(wanted[p], got[p], equal_nan=True) for p in wanted):
        raise AssertionError("jvp returned another value than f")
    total = 0.0
    for path, cotangent in leaves(cotangents):
        part = found
        for kind, key in path:
            part = part[key] if kind == "item" else getattr(part, key)
        if not is_leaf(part) or np.shape(part) != np.shape(cotangent):
            where = spell((("item", 0), *path)).removeprefix("argument 0")
            raise AssertionError(f"the tangent of the result{where} is {part!r}: wanted shape {np.shape(cotangent)}")
        total += float(np.sum((np.conj(cotangent) * part).real))
    return total
