"""Apply class-private name mangling: `self.__x` in a method of class A is `self._A__x`."""

from __future__ import annotations

import copy
from typing import Any

import gast


def class_of(qualname: str) -> str | None:
    """The innermost class around a function, by its qualified name."""
    parts = qualname.split(".")
    for index in range(len(parts) - 2, -1, -1):
        if parts[index] != "<locals>" and parts[index + 1] != "<locals>":
            return parts[index]
    return None


def mangle(node: Any, owner: str) -> Any:
    """The tree with every private name spelled as the class `owner` spells it."""
    prefix = owner.lstrip("_")
    if not prefix or not any(_is_private(name) for inner in gast.walk(node) for name in _names(inner)):
        return node

    def spelled(name: str) -> str:
        return f"_{prefix}{name}" if _is_private(name) else name

    # the reader keeps its tree for the next caller
    node = copy.deepcopy(node)
    for inner in gast.walk(node):
        for field in ("id", "attr", "name", "arg", "asname", "rest"):
            value = getattr(inner, field, None)
            if isinstance(value, str) and not (field == "name" and isinstance(inner, gast.alias)):
                setattr(inner, field, spelled(value))
        if isinstance(inner, (gast.Nonlocal, gast.Global)):
            inner.names = [spelled(name) for name in inner.names]
        if isinstance(inner, gast.alias) and inner.asname is None and _is_private(inner.name):
            inner.asname = spelled(inner.name)
        if isinstance(inner, gast.MatchClass):
            inner.kwd_attrs = [spelled(name) for name in inner.kwd_attrs]
    return node


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__") and "." not in name


def _names(node: Any) -> list[str]:
    found = [getattr(node, field, None) for field in ("id", "attr", "name", "arg", "rest")]
    found += [*getattr(node, "names", ()), *getattr(node, "kwd_attrs", ())]
    return [name for name in found if isinstance(name, str)]
