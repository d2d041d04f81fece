"""What is asked of values and callables when operations are resolved as they run."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from srcgrad.analysis import entry, movers
from srcgrad.rules.language import lookup
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.raised import may_carry


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


def is_container(value: Any) -> bool:
    """Whether a value holds its items as Python's own containers do."""
    return isinstance(value, (list, tuple, dict, set, frozenset))


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
