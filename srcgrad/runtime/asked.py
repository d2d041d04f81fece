"""What is asked of values and callables when operations are resolved as they run."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from srcgrad.analysis import entry, movers
from srcgrad.rules.language import lookup
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.raised import may_carry

# the types of numbers and arrays: those of subclasses may be asked for more
NUMBERS = frozenset({bool, int, float, complex, np.ndarray, *np.sctypeDict.values()})


def is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic, np.ndarray)) or entry.is_cupy(value)


def is_array(value: Any) -> bool:
    """Whether a value is an array, which may be written."""
    return isinstance(value, np.ndarray) or entry.is_cupy(value)


def is_mover(func: Any) -> bool:
    """Whether a callable is a builtin that hands references on."""
    try:
        return func in movers.MOVERS
    except TypeError:
        return False


def is_container(value: Any, method: str = "__iter__") -> bool:
    """Whether a value holds its items as Python's own containers do, and gives them out as these do."""
    own = getattr(type(value), method, None)
    return isinstance(value, (list, tuple, dict, set, frozenset)) and not isinstance(own, types.FunctionType)


def call_of(func: Any) -> Any:
    """The `__call__` of an object of a user's class."""
    found = getattr(type(func), "__call__", None)  # noqa: B004 - the method itself is wanted
    return found if isinstance(found, types.FunctionType) else None


def lookup_safe(func: Any) -> Any:
    try:
        return lookup(func)
    except TypeError:
        return None


def active_inside(value: Any) -> bool:
    """Whether a value is or holds floating numbers (which may carry derivatives)."""
    if carries(value):
        return True
    if isinstance(value, (list, tuple, set)):
        return any(active_inside(v) for v in value)
    return isinstance(value, dict) and any(active_inside(v) for v in value.values())


def carried_by(args: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """Whether any argument may carry a derivative."""
    return any(may_carry(value) for value in (*args, *keywords.values()))


def sequence_place(func: Any) -> int | None:
    """Which argument of a function is a sequence of arrays."""
    if func is np.array:
        return 0
    rule = lookup_safe(func)
    names = [] if rule is None else [p.name for p in rule.params if p.kind != "var"]
    return names.index(rule.star) if rule is not None and rule.star in names else None


def lists_among(items: Any, beside_arrays: bool) -> bool:
    """Whether some of the items that are to be joined are lists or ranges, and others, if so asked, arrays."""
    if not isinstance(items, (list, tuple)) or not any(isinstance(item, (list, tuple, range)) for item in items):
        return False
    return not beside_arrays or any(is_array(item) for item in items)
