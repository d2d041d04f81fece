"""Views: tensors that show the memory of another one.

    y = x * 2
    v = y[1:].T         base y, steps (item 1:, attribute T)
    y[2] = 0            y's history is one longer
    v.sum()             v is read through y: its node is made again, by the same steps from y's node

So a write to any of them is seen by all, in the graph as in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import Rare
from srcgrad.tensors.base import Tensor
from srcgrad.tensors.graph import Node, op_for
from srcgrad.tensors.writes import owner

PART = op_for(("part",), 2)


def set_view(result: Tensor, source: Tensor, step: Any) -> Tensor:
    """Note that `result`, made just now, shows the memory of `source`."""
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
    step = Step(pattern, function, tuple(raw[:place]), tuple(raw[place + 1 :]), code, at)
    if result.__class__ is Tensor:
        set_view(result, source, step)
        return
    for i, (part, array) in enumerate(zip(result, value)):
        if isinstance(part, Tensor) and type(array) is np.ndarray and owner(array) is root:
            set_view(part, source, PartStep(step, i))


class Step:
    """One step from an array to a view of it: an operation with its other arguments."""

    __slots__ = ("after", "at", "before", "code", "function", "pattern")

    def __init__(
        self, pattern: Any, function: Callable[..., Any], before: tuple[Any, ...], after: tuple[Any, ...],
        code: CodeType, at: int,
    ) -> None:  # fmt: skip
        self.pattern, self.function, self.before, self.after = pattern, function, before, after
        self.code, self.at = code, at

    def __call__(self, array: Any) -> Any:
        """The view of this array."""
        args = (*self.before, array, *self.after)
        count = self.pattern.count
        return self.function(*args[:count], **dict(zip(self.pattern.names, args[count:])))

    def again(self, node: Any, array: Any) -> tuple[Any, Any]:
        """The node of this step from what the base comes from now, and the view."""
        value = self(array)
        if node is None:
            return None, value
        pattern, before, after = self.pattern, self.before, self.after
        inputs = (*[None] * len(before), node, *[None] * len(after))
        op = op_for(pattern.what, pattern.count, pattern.names)
        return Node(op, inputs, (*before, array, *after), value, self.code, self.at), value


class PartStep:
    """The step to one of several views that an operation gives."""

    __slots__ = ("position", "step")

    def __init__(self, step: Step, position: int) -> None:
        self.step, self.position = step, position

    def __call__(self, array: Any) -> Any:
        """The view of this array."""
        return self.step(array)[self.position]

    def again(self, node: Any, array: Any) -> tuple[Any, Any]:
        """The node of this step from what the base comes from now, and the view."""
        node, values = self.step.again(node, array)
        value = values[self.position]
        if node is None:
            return None, value
        return Node(PART, (node, None), (values, self.position), value, node.code, node.at), value
