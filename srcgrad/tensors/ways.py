"""Calls of functions and methods by ways that are worked out once: how many arguments there are, and which by name.

np.sum(x, axis=0)       way (np.sum, 1, axis): the first argument alone can be an operand, ndarray.sum does it
np.where(m, x, y)       way (np.where, 3)
x.reshape(3, 3)         way (ndarray.reshape, 3)
"""

from __future__ import annotations

from types import CodeType
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, op_for, rule_of
from srcgrad.tensors.record import ATOMS, DOUBLE, FLOATS, apply, kept, pattern_for
from srcgrad.tensors.state import state
from srcgrad.tensors.views import set_view
from srcgrad.tensors.writes import shows

# what these functions come to for arrays, with the same arguments
DIRECT: dict[Any, Any] = {
    getattr(getattr(np, name), "_implementation", getattr(np, name)): getattr(np.ndarray, name.removeprefix("a"))
    for name in ("sum", "mean", "prod", "max", "min", "amax", "amin", "std", "var")
}
ndarray = np.ndarray


class Way:
    """How calls of one pattern are run.

    plain        what is called
    direct       what it comes to where the first argument is an array
    op           the operation, where it has a rule
    first_alone  whether of all arguments the first alone can be an operand
    others       None for each of the other arguments
    """

    __slots__ = ("direct", "first_alone", "op", "others", "pattern", "plain")

    def __init__(self, what: tuple[Any, ...], plain: Any, count: int, names: tuple[str, ...]) -> None:
        self.pattern = pattern_for(what, count, names)
        self.plain = plain
        # `correction=` is not a method's
        self.direct = plain if "correction" in names else DIRECT.get(plain, plain)
        self.op: Any = None
        self.first_alone = False
        self.others = (None,) * (count + len(names) - 1)
        if count and rule_of(what) is not None:
            try:
                self.op = op = op_for(what, count, names)
            except UnsupportedError:
                return  # told where the call is made with something that is tracked
            self.first_alone = op.operands[0] and True not in op.operands[1:]

    def run(self, args: tuple[Any, ...], keywords: dict[str, Any], code: CodeType, at: int) -> Any:
        """Make the call, and record it where an argument is tracked."""
        first = args[0] if self.first_alone else None
        if first.__class__ is not Tensor or first._node is None or not state.enabled:
            return apply(self.pattern, self.plain, args, keywords, code, at)
        # one tensor and plain settings; there are no effects, so that the call may be made again for another result
        rest = (*args[1:], *keywords.values()) if keywords else args[1:]
        arrays = False
        for value in rest:
            if value.__class__ is ndarray:
                arrays = True
            elif value.__class__ not in ATOMS and not is_ints(value):
                return apply(self.pattern, self.plain, args, keywords, code, at)
        if first._rare is not None:
            sync(first)
        a = first._a
        function = self.direct if a.__class__ is ndarray else self.plain
        value = function(a, *args[1:], **keywords) if keywords else function(a, *rest)
        is_array = value.__class__ is ndarray
        if not is_array and not isinstance(value, np.generic):
            self.first_alone = False  # it gives lists and the like
            return apply(self.pattern, self.plain, args, keywords, code, at)
        if value.dtype is not DOUBLE and value.dtype.char not in FLOATS:
            return apply(self.pattern, self.plain, args, keywords, code, at)
        op = self.op
        if arrays:
            keeps = op.keeps
            rest = tuple([kept(x) if keeps[i] else x for i, x in enumerate(rest, 1)])
        result = made(value, Node(op, (first._node, *self.others), (a, *rest), value, code, at))
        if is_array and (value is a or value.base is a or shows(value, a)):
            set_view(result, first, (self.pattern, function, (), rest, code, at))
        return result


def is_ints(value: Any) -> bool:
    """Whether a setting is a tuple of integers, as axes and shapes are."""
    if value.__class__ is not tuple:
        return False
    for each in value:
        if each.__class__ is not int:
            return False
    return True
