"""Nested arguments and results: containers, dataclasses and objects of arrays and numbers.

A *leaf* is a floating or complex number or array: what carries a derivative.  Everything else is a container that is
looked into, or is handed on as it is.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np

from srcgrad.homes import package_of
from srcgrad.runtime.helpers import in_form_of

# How a leaf is reached: ('item', key) or ('attribute', name), from the outside in.
Path = tuple[tuple[str, Any], ...]


def is_leaf(value: Any) -> bool:
    """A float, a complex number, or an array or NumPy scalar of them."""
    if isinstance(value, (np.ndarray, np.generic)):
        return bool(np.issubdtype(value.dtype, np.inexact))
    return isinstance(value, (float, complex))


def leaves(value: Any, path: Path = (), inside: frozenset[int] = frozenset()) -> Iterator[tuple[Path, Any]]:
    """The leaves in a value, each with its path; an object inside itself is not entered again."""
    if is_leaf(value):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, ("item", key)), inside)
    elif isinstance(value, (tuple, list)):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, ("item", index)), inside)
    elif id(value) not in inside:
        for name in attributes(value):
            yield from leaves(getattr(value, name), (*path, ("attribute", name)), inside | {id(value)})


def mapped(value: Any, change: Callable[[Any], Any], around: Mapping[int, Any] = MappingProxyType({})) -> Any:
    """The same structure, made anew, with `change` applied to what is no container; in the order of `leaves`.

    around  what the objects that this value lies in became; a reference back to one of them stays such a reference
    """
    if isinstance(value, dict):
        items = {key: mapped(item, change, around) for key, item in value.items()}
        return items if type(value) is dict else _refilled(value, items)
    if isinstance(value, (tuple, list)):
        row = [mapped(item, change, around) for item in value]
        return in_form_of(value, row)
    if id(value) in around:
        return around[id(value)]
    names = attributes(value)
    if not names:
        return change(value)
    made = copy.copy(value)
    around = {**around, id(value): made}
    for name in names:
        # Not setattr: a frozen dataclass refuses it, and a property of the class must not run.
        object.__setattr__(made, name, mapped(getattr(value, name), change, around))
    return made


def attributes(value: Any) -> list[str]:
    """The attributes of a dataclass, a namespace or an object of a class that is not Python's or NumPy's own."""
    if isinstance(value, type) or is_leaf(value):
        return []
    names = [each.name for each in fields(value)] if is_dataclass(value) else []
    module = package_of(value)
    own = hasattr(value, "__dict__") and module != "numpy" and module not in sys.stdlib_module_names
    if own or type(value) is SimpleNamespace:
        names += [name for name in vars(value) if name not in names]
    return names


def copied(value: Any) -> Any:
    """A copy of a nested value that shares no memory with it."""
    return mapped(value, copied_leaf)


def copied_leaf(value: Any) -> Any:
    """A private copy; an object that cannot be copied (an open file, a lock) is handed on as it is."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    try:
        return copy.deepcopy(value)
    except TypeError:
        return value


def spell(path: Path) -> str:
    """A path as a reader would write it; its first step is the number of an argument."""
    argument, rest = path[0][1], path[1:]
    return f"argument {argument}" + "".join(f"[{key!r}]" if kind == "item" else f".{key}" for kind, key in rest)


def _refilled(value: dict[Any, Any], items: dict[Any, Any]) -> dict[Any, Any]:
    """A dict subclass with other items (a defaultdict keeps its factory)."""
    made = copy.copy(value)
    made.update(items)
    return made
