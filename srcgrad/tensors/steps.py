"""The steps from an array to a view of it, which can be taken again from another array.

v = y[1:].T         Step(item, 1:), Step(attribute T)
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from srcgrad.tensors.graph import Node, op_for

PART = op_for(("part",), 2)


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
