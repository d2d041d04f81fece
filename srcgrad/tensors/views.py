"""Views: tensors that show the memory of another one.

    y = x * 2
    v = y[1:].T         base y, steps (item 1:, attribute T)
    y[2] = 0            y's history is one longer
    v.sum()             v is read through y: its node is made again, by the same steps from y's node

So a write to any of them is seen by all, in the graph as in memory.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import Rare
from srcgrad.tensors.base import Tensor, sync
from srcgrad.tensors.steps import PartStep, Step
from srcgrad.tensors.writes import owner

ITEM = ("item",)


def set_view(result: Tensor, source: Tensor, step: Any) -> Tensor:
    """Note that `result`, made just now, shows the memory of `source`; `step` is a PartStep, or the arguments of the
    Step that leads to it, which few views are ever asked for."""
    rare = source._rare
    base = source if rare is None or rare.base is None else rare.base
    result._rare = Rare(base, source, step, 0 if base._rare is None else base._rare.history)
    return result


def set_views(
    result: Any,
    value: Any,
    given: tuple[Any, ...],
    raw: list[Any],
    pattern: Any,
    function: Any,
    code: CodeType,
    at: int,
) -> None:
    """Note which results of an operation show the memory of the tensor that went into it first."""
    source, place = given[0], 0
    if source.__class__ is not Tensor:
        place, source = next(((i, x) for i, x in enumerate(given) if isinstance(x, Tensor)), (0, None))
    if source is None or type(source._a) is not np.ndarray:
        return
    root = owner(source._a)
    if result.__class__ is Tensor and owner(value) is not root:
        return
    step = pattern, function, tuple(raw[:place]), tuple(raw[place + 1 :]), code, at
    if result.__class__ is Tensor:
        set_view(result, source, step)
        return
    for i, (part, array) in enumerate(zip(result, value)):
        if isinstance(part, Tensor) and type(array) is np.ndarray and owner(array) is root:
            set_view(part, source, PartStep(Step(*step), i))


def is_part(value: Tensor, tensor: Tensor, index: Any) -> bool:
    """Whether a value is what `tensor[index]` shows already: `y[1:] += 2` stores the view that it wrote through."""
    rare: Any = value._rare
    if (
        rare.source is not tensor
        or rare.step.__class__ is not tuple
        or rare.step[0].what != ITEM
        or not same_index(rare.step[3][0], index)
    ):
        return False
    sync(value)
    tracked_alike = (value._node is None) == (tensor._node is None)
    return tracked_alike and owner(value._a) is owner(tensor._a)


def same_index(a: Any, b: Any) -> bool:
    """Whether two indices are one; from CPython 3.12 on the slice of `y[1:] += 2` is made twice."""
    if a is b or type(a) is not slice or type(b) is not slice:
        return a is b
    parts = ((a.start, b.start), (a.stop, b.stop), (a.step, b.step))
    return all(x is y or (type(x) is int and type(y) is int and x == y) for x, y in parts)
