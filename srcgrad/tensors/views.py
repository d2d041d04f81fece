"""Views: tensors that show the memory of another one.

    y = x * 2
    v = y[1:].T         base y, steps (item 1:, attribute T)
    y[2] = 0            y's history is one longer
    v.sum()             v is read through y: its node is made again, by the same steps from y's node

So a write to any of them is seen by all, in the graph as in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import Rare, TensorError
from srcgrad.tensors.base import Tensor, sync
from srcgrad.tensors.sites import line_of
from srcgrad.tensors.steps import PartStep, Step
from srcgrad.tensors.writes import owner

ITEM = ("item",)


class Shown:
    """The step to what a function gave, as one node, that shows memory of its arguments or of another result: how, the
    graph does not know, so that neither may be written while the other is in use."""

    __slots__ = ("at", "code", "name")

    def __init__(self, name: str, code: CodeType, at: int) -> None:
        self.name, self.code, self.at = name, code, at

    def refusal(self, why: str) -> TensorError:
        """The error for a write that the other tensor would not know of."""
        place = f"{self.code.co_filename}:{line_of(self.code, self.at)}"
        return TensorError(
            f"what {self.name}() gave ({place}) shares memory with its arguments or with another result, and {why}: "
            f"have {self.name}() return a copy, or clone() the tensor first"
        )

    def __call__(self, array: Any) -> Any:
        """Refused: what is shown would be taken from another array."""
        raise self.refusal("the graph does not know how")

    def again(self, node: Any, array: Any) -> tuple[Any, Any]:
        """Refused: what is shown was written."""
        raise self.refusal("that was written since")


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


def note_shown(results: list[Tensor], given: Sequence[Tensor], step: Shown) -> None:
    """Note which results of a function show the memory of tensors that went into it, or of results before them."""
    others = list(given)
    for result in results:
        if type(result._a) is np.ndarray:
            root = owner(result._a)
            for other in others:
                if type(other._a) is np.ndarray and owner(other._a) is root:
                    set_view(result, other, step)
                    break
            others.append(result)


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
