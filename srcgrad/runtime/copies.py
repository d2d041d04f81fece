"""Copies made when they run: each array is copied by an operation with a record, and put into the copy of its holder.

Numbers stay the objects that they are, so that adjoints that go by identity find them.
"""

from __future__ import annotations

import copy
import dataclasses
import types
from collections import deque
from typing import Any

import numpy as np

from srcgrad.analysis import entry
from srcgrad.analysis.lookups import class_attribute
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.asked import is_array
from srcgrad.runtime.helpers import in_form_of
from srcgrad.runtime.records import NOTHING, Several


def copied(operations: Any, function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """`copy.copy`, `copy.deepcopy`, `asdict`, `astuple` of anything, and the record."""
    if len(args) != 1 or keywords:
        raise UnsupportedError(f"{function.__name__}() with more than the object to be copied", "leave it out")
    value = args[0]
    if function is copy.copy:
        own = class_attribute(type(value), "__copy__")
        if isinstance(own, types.FunctionType):
            return operations.call(own, value)  # type: ignore[no-any-return]
        return operations.by_rule(np.copy, args, {}) if is_array(value) else (copy.copy(value), NOTHING)
    records: list[Any] = []
    if function is copy.deepcopy:
        return deep(operations, value, records), Several(records)
    return by_field(operations, value, function is dataclasses.asdict, records), Several(records)


def deep(operations: Any, value: Any, records: list[Any]) -> Any:
    """`copy.deepcopy(value)`."""
    memo: dict[int, Any] = {}
    seen: dict[int, Any] = {}
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        if is_array(part) and carries(part):
            memo[id(part)], record = operations.by_rule(np.copy, (part,), {})
            records.append(record)
        elif isinstance(part, np.generic):
            memo[id(part)] = part
        elif isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, (list, tuple, set, frozenset, deque)):
            waiting += part
        elif isinstance(class_attribute(type(part), "__deepcopy__"), types.FunctionType):
            what = f"copy.deepcopy() of {a_type(part)}, which has a __deepcopy__,"
            raise UnsupportedError(what, "copy its attributes one by one")
        if entry.is_user_class(type(part)) and not isinstance(part, type):
            waiting += entry.attributes_of(part).values()
    return copy.deepcopy(value, memo)


def by_field(operations: Any, value: Any, named: bool, records: list[Any]) -> Any:
    """`dataclasses.asdict(value)` where `named`, else `dataclasses.astuple(value)`."""

    def inner(part: Any) -> Any:
        if dataclasses.is_dataclass(part) and not isinstance(part, type):
            held = [(field.name, inner(getattr(part, field.name))) for field in dataclasses.fields(part)]
            return dict(held) if named else tuple(item for _, item in held)
        if isinstance(part, (list, tuple)):
            return in_form_of(part, [inner(item) for item in part])
        if isinstance(part, dict):
            return type(part)((inner(key), inner(item)) for key, item in part.items())
        return deep(operations, part, records)

    return inner(value)
