"""Python's operators on what is seen when they run."""

from __future__ import annotations

import enum
import operator
import types
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.errors import UnsupportedError
from srcgrad.homes import is_written
from srcgrad.rules import stand_ins
from srcgrad.runtime.asked import active_inside, is_array, is_number
from srcgrad.runtime.records import NOTHING
from srcgrad.runtime.resolving import Resolving
from srcgrad.runtime.rows import rows


class Operators(Resolving):
    """Operators, in place too: of numbers and arrays, of a user's class, of containers."""

    def operation(self, op: str, args: tuple[Any, ...]) -> tuple[Any, Any]:
        """A Python operator and its record."""
        args = tuple([int(a) if isinstance(a, enum.Enum) and isinstance(a, int) else a for a in args])
        # NumPy makes arrays of sequences beside its numbers too, but for a product, which it leaves to the sequence
        by_numpy = any(is_array(a) or (isinstance(a, np.generic) and op != "mul") for a in args)
        beside = (list, range, tuple) if by_numpy else ()
        if all(is_number(a) or type(a) in beside for a in args):
            return self.one_operation(("operator", op), args, {})
        name = f"__{op.rstrip('_')}__"
        asked = [(args[0], name), (args[-1], name.replace("__", "__r", 1))]
        for owner, special in reversed(asked) if subclass_first(*args, special=asked[1][1]) else asked:
            library = stand_ins.of_class(type(owner), special)
            if library is not None:
                return self.call(library(owner), args[-1] if owner is args[0] else args[0])
            found = getattr(type(owner), special, None)
            if isinstance(found, types.FunctionType):
                ordered = args if owner is args[0] else args[::-1]
                value, record = self.call(found, *ordered)
                if value is not NotImplemented:
                    return value, record
        if any(is_written(type(a)) for a in args):
            what = f"'{ir.OPERATORS[op][0]}' of a {type(args[0]).__name__.lower()} whose numbers depend on the input"
            raise UnsupportedError(what, "compute with the arrays that it is made of")
        result = getattr(operator, op)(*args)
        if is_number(result) and any(active_inside(a) for a in args):
            kinds = " and ".join(type(a).__name__ for a in args)
            what = f"'{ir.OPERATORS[op][0]}' of {kinds} that depend on the input"
            raise UnsupportedError(what, "make them arrays before: np.array(items)")
        return result, NOTHING

    def augmented(self, op: str, target: Any, value: Any) -> tuple[Any, Any]:
        """`target op= value` and its record."""
        found = getattr(type(target), f"__i{op.rstrip('_')}__", None)
        if isinstance(found, types.FunctionType):
            result, record = self.call(found, target, value)
            if result is not NotImplemented:
                return result, record
        if isinstance(target, list) and op == "add" and not (is_array(value) or isinstance(value, np.generic)):
            items, record = self.call(rows, value)
            target += items
            return target, record
        if isinstance(target, (dict, set)):
            return getattr(operator, f"i{op.rstrip('_')}")(target, value), NOTHING
        if is_array(target):
            return self.one_operation(("augment", op), (target, value), {})
        return self.operation(op, (target, value))


def subclass_first(left: Any, right: Any = None, *, special: str) -> bool:
    """Whether Python asks the right operand first: its class is derived from the left one's, and has its own method."""
    one, other = type(left), type(right)
    own = getattr(other, special, None)
    return other is not one and issubclass(other, one) and own is not None and own is not getattr(one, special, None)
