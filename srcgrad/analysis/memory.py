"""The places of kinds: where the arrays of a value, an operand or a result lie.

placed(kind)     the result of an operation that makes new arrays
at(kind, m)      the result of one whose arrays lie where its operand's do
together(kinds)  one place for the arrays of several operands, any of which the result may be
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from srcgrad.analysis.kinds import Closure, Kind, Method, Num, Ref, Seq, Super, Tup, Unknown
from srcgrad.analysis.places import Memory, one_place

ANY = "*"


def owner_of(array: Any) -> Any:
    """The array that owns the memory in which another one lies."""
    owner = array
    if not isinstance(array, np.ndarray):  # of CuPy: a view knows the array that owns its memory
        base = getattr(array, "base", None)
        return array if base is None else base
    while True:
        base = getattr(owner, "base", None)
        if base is not None and not isinstance(base, np.ndarray):
            base = getattr(base, "base", None)  # what as_strided puts between
        if not isinstance(base, np.ndarray):
            return owner
        owner = base


def place_of(array: Any, memo: dict[Any, Any]) -> Memory:
    """The place of an actual array, the same one for arrays that lie in the same memory."""
    places = memo.setdefault("places", {})
    owner = owner_of(array)
    found = places.get(id(owner))
    if found is None:
        found = places[id(owner)] = (owner, Memory())
    return found[1]  # type: ignore[no-any-return]


def placed(kind: Kind, places: dict[Any, Memory], key: Any) -> Kind:
    """The kind of a result, its arrays at places of their own where they have none."""
    match kind:
        case Num() if kind.is_number:
            return replace(kind, memory=None) if kind.memory is not None else kind
        case Num(memory=None):
            found = places.get(key)
            if found is None:
                found = places[key] = Memory()
            return replace(kind, memory=found)
        case Tup(items=items):
            return Tup(tuple(placed(item, places, (key, i)) for i, item in enumerate(items)), kind.type)
    return kind


def at(kind: Any, memory: Memory | None) -> Any:
    """The kind of a result whose arrays lie at this place (None: at new ones)."""
    match kind:
        case Num():
            return kind if kind.memory is memory else replace(kind, memory=None if kind.is_number else memory)
        case Tup(items=items):
            return Tup(tuple(at(item, memory) for item in items), kind.type)
        case Seq(elem=elem):
            return Seq(at(elem, memory))
        case Ref(site=site):
            if site.items is not None:
                site.items = {key: at(item, memory) for key, item in site.items.items()}
            if site.elem is not None:
                site.elem = at(site.elem, memory)
    return kind


def memory_in(kind: Any) -> list[Memory]:
    """The places of the arrays in an operand: one array, or a sequence of arrays."""
    match kind:
        case tuple():
            return [m for part in kind for m in memory_in(part)]
        case Num(memory=Memory() as memory):
            return [memory]
        case Tup(items=items):
            return [m for item in items for m in memory_in(item)]
        case Seq(elem=elem):
            return memory_in(elem)
        case Ref(site=site) if site.type in (list, tuple):
            held = [*(site.items or {}).values(), *([] if site.elem is None else [site.elem])]
            return [m for item in held for m in memory_in(item)]
    return []


def together(places: Iterable[Memory]) -> Memory | None:
    """Make several places one."""
    found: Memory | None = None
    for memory in places:
        found = one_place(found, memory)
    return found


Way = tuple[Any, ...]


def reachable(kind: Any, way: Way = (), _seen: frozenset[int] = frozenset()) -> list[tuple[Way, Num]]:
    """All arrays that a value is or holds, each with the way to it: keys, positions, attributes."""
    match kind:
        case Num(memory=Memory()):
            return [(way, kind)]
        case Tup(items=items):
            return [found for i, item in enumerate(items) for found in reachable(item, (*way, i), _seen)]
        case Seq(elem=elem):
            return reachable(elem, (*way, ANY), _seen)
        case Method(obj=obj) | Super(obj=obj):
            return reachable(obj, way, _seen)
        case Closure(captured=captured):
            return [found for name, part in captured for found in reachable(part, (*way, name), _seen)]
        case Ref(site=site) if id(site) not in _seen:
            seen = _seen | {id(site)}
            found = [f for key, part in (site.items or {}).items() for f in reachable(part, (*way, key), seen)]
            return found if site.elem is None else [*found, *reachable(site.elem, (*way, ANY), seen)]
    return []


def ways_to_written(kind: Any, first: Any) -> list[Way]:
    """The ways to those arrays of a value that are written somewhere."""
    return [(first, *way) for way, memory in places_in(kind) if memory.root().written or memory.root().outside]


def places_in(kind: Any, floating: bool = False) -> list[tuple[Way, Memory]]:
    """The places of all (`floating`: floating) arrays that a value is or holds, each with the way to it."""
    found = reachable(kind)
    return [(way, num.memory) for way, num in found if num.memory is not None and (num.differentiable or not floating)]


def note_outside(kind: Any, way: Way) -> None:
    """Note that the array to which a way leads is written elsewhere (ANY: all arrays there)."""
    for found, memory in places_in(kind):
        if way == (ANY,) or (len(found) == len(way) and all(a == b or ANY in (a, b) for a, b in zip(found, way))):
            memory.root().outside = True


def mutated(kind: Any, doubt: bool = False, _seen: tuple[int, ...] = ()) -> bool:
    """Whether the program changes an object that a value is, or holds: what it holds, not what lies in its arrays.

    `doubt`: what to say of values of which nothing is known.
    """
    match kind:
        case Unknown():
            return doubt
        case Ref(site=site) if id(site) not in _seen:
            held = [*(site.items or {}).values(), *([site.elem] if site.elem is not None else [])]
            return site.mutated or any(mutated(part, doubt, (*_seen, id(site))) for part in held)
        case Tup(items=items):
            return any(mutated(item, doubt, _seen) for item in items)
    return False
