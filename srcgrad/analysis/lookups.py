"""What was read off classes and modules while a function was interpreted: a call may use the result only while a look
there finds the same.

    model.act(x)        Model, 'act': the function
    settings.rate       settings (a module), 'rate': a number

The libraries that differentiated functions are written with are taken to stay as they are.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from srcgrad.homes import package_of

LIBRARIES = frozenset({"numpy", "scipy", "cupy", "srcgrad", "builtins"})
Lookups = dict[tuple[int, str], tuple[Any, str, Any]]

# one function is interpreted at a time (srcgrad.locking)
_watching: list[Lookups] = []


@contextmanager
def watching() -> Iterator[Lookups]:
    """Gather what is looked up meanwhile."""
    found: Lookups = {}
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.pop()


def note(owner: Any, name: str, value: Any) -> None:
    """Remember that `owner`, a class or a module, has `value` under `name`."""
    if not _watching or value is None or not isinstance(owner, (type, types.ModuleType)):
        return
    home = owner.__name__ if isinstance(owner, types.ModuleType) else owner.__module__
    top = str(home).partition(".")[0]
    if top not in LIBRARIES and (top == "__main__" or top not in sys.stdlib_module_names):
        _watching[-1][id(owner), name] = (owner, name, value)


def stored(owner: Any, name: str) -> Any:
    """What a class (with its bases) or a module has under a name, or None."""
    for place in owner.__mro__ if isinstance(owner, type) else (owner,):
        if name in place.__dict__:
            return place.__dict__[name]
    return None


def own_setattr(cls: type) -> Any:
    """The `__setattr__` that a class has written in Python; that of a frozen dataclass raises, and is none."""
    found = class_attribute(cls, "__setattr__")
    return found if isinstance(found, types.FunctionType) and found.__code__.co_filename != "<string>" else None


def descriptor(found: Any, special: str) -> Any:
    """The `__get__` or `__set__` of what a class has under a name, where a user wrote it; or None."""
    if found is None or package_of(found) in ("builtins", "functools", "types"):
        return None
    method = stored(type(found), special)
    return method if isinstance(method, types.FunctionType) else None


def class_attribute(cls: type, name: str) -> Any:
    """An attribute of a class as it is stored (functions, properties, static methods unbound), or None."""
    found = stored(cls, name)
    note(cls, name, found)
    return found
