"""Objects that a function is given and also finds as a global: what it does to the one it does to the other.

def f(body, x):
    body.x = x * x
    return WORLD.x * x          f(WORLD, x): refused, as `body` is WORLD

Likewise an array that it is given and reads as a global, or a view of it, where operations are resolved when they run:
the adjoint of either would be the other's, and only one of them is differentiated by.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.entry import attributes_of, is_store
from srcgrad.analysis.kinds import Kind, Ref, Tup, Unknown
from srcgrad.analysis.meaning import Dynamic
from srcgrad.analysis.memory import mutated
from srcgrad.errors import UnsupportedError
from srcgrad.homes import package_of

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

Names = list[tuple[dict[str, Any], str]]


def changes_objects(inf: Inference) -> bool:
    """Whether a function changes objects that it is given or has captured: which of them are one makes a difference."""
    return any(mutated(version.kind) for version in (*inf.entry.values(), *inf.free.values()))


def global_objects(inf: Inference) -> dict[str, Names]:
    """For each argument the globals that stand for objects, where values that derivatives flow through are put into
    what the one or the other holds."""
    used = [found for found in inf.world.globals_used.values() if is_store(found[2])]
    changed = [(namespace, name) for namespace, name, _, kind in used if put_into(kind)]
    read = global_arrays(inf)
    found = {}
    for argument, version in inf.entry.items():
        names = [(namespace, name) for namespace, name, *_ in used] if put_into(version.kind) else changed
        found[argument] = names if isinstance(version.kind, (Ref, Tup, Unknown)) else []
        if version.kind is not None and is_active(version.kind):
            found[argument] = [*found[argument], *read]
    return {argument: names for argument, names in found.items() if names}


def global_arrays(inf: Inference) -> Names:
    """The global arrays that are operands of operations which go by the identity of these."""
    read: set[str] = set()
    for meaning in inf.meanings.values():
        if isinstance(meaning, Dynamic):
            operands = (*meaning.args, *(value for _, value in meaning.keywords))
            read.update(atom.name for atom in operands if isinstance(atom, ir.Global))
    used = inf.world.globals_used.values() if read else ()
    return [(namespace, name) for namespace, name, value, _ in used if name in read and is_array(value)]


def is_array(value: Any) -> bool:
    """Whether a value is an array that derivatives may flow through."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "fc"


def put_into(kind: Kind | None) -> bool:
    """Whether the program puts things into an object that holds what derivatives flow through."""
    return kind is not None and is_active(kind) and mutated(kind)


def objects_in(values: list[Any]) -> tuple[set[int], list[Any]]:
    """The identities of the objects that values are, or hold, and the arrays."""
    found: set[int] = set()
    arrays = []
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, tuple):
            waiting += value
        elif is_array(value):
            arrays.append(value)
        elif is_store(value) and id(value) not in found and not of_library(value):
            found.add(id(value))
            held = value.values() if isinstance(value, dict) else value if isinstance(value, (list, set)) else ()
            waiting += [*held, *attributes_of(value).values()]
    return found, arrays


def of_library(value: Any) -> bool:
    """Whether an object's class is one of the standard library's, whose objects are no places for a user's values."""
    top = package_of(value)
    return top in sys.stdlib_module_names and top not in ("__main__", "builtins", "types")


def apart(names: Names, value: Any) -> bool:
    """Whether no object that a value is, or holds, is one of a global's, and no array lies where a global does."""
    globals_ = [namespace.get(name) for namespace, name in names]
    mine, arrays = objects_in([value])
    if any(overlap(own, each) for each in globals_ if is_array(each) for own in arrays):
        return False
    return objects_in(globals_)[0].isdisjoint(mine)


def overlap(a: Any, b: Any) -> bool:
    """Whether two arrays have memory in common: asked of the bounds first, which answer nearly always."""
    return a is b or bool(np.may_share_memory(a, b) and np.shares_memory(a, b))


def refuse_shared(inf: Inference, tests: Mapping[str, Names], values: Mapping[str, Any]) -> None:
    """UnsupportedError where an argument is, or holds, an object that a global holds as well."""
    for argument, names in tests.items():
        if not apart(names, values[argument]):
            shared = next(name for namespace, name in names if not apart([(namespace, name)], values[argument]))
            of_array = any(is_array(namespace.get(name)) for namespace, name in names if name == shared)
            held = "lies in the memory of" if of_array else "holds what is held by"
            what = f"argument '{argument}' of {inf.function.name}(), which {held} the global '{shared}' as well,"
            why = "where operations are resolved when they run," if of_array else "in a function that changes objects,"
            source, line = inf.program.source, inf.program.span.line
            raise UnsupportedError(
                f"{what} {why}", "pass a copy, or use the argument alone", source.filename, line, source.line(line)
            )
