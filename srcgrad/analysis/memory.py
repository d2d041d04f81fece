"""The places of kinds: where the arrays of a value, an operand or a result lie.

placed(kind)     the result of an operation that makes new arrays
at(kind, m)      the result of one whose arrays lie where its operand's do
together(kinds)  one place for the arrays of several operands, any of which the result may be
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from srcgrad.analysis.kinds import Closure, Kind, Method, Num, OneOf, Ref, Seq, Slope, Super, Tup, Unknown
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


# the ways that are told apart; objects that hold each other have more of them than could be gone
MAX_WAYS = 1000


def parts_of(kind: Any) -> list[tuple[Way, Any]]:
    """What a value holds, each with its key, position or attribute."""
    match kind:
        case Tup(items=items):
            return [((i,), item) for i, item in enumerate(items)]
        case Seq(elem=elem):
            return [((ANY,), elem)]
        case Method(obj=obj) | Super(obj=obj) | Slope(function=obj):
            return [((), obj)]
        case OneOf(members=members):
            return [((), member) for member in members]
        case Closure(captured=captured):
            return [((name,), part) for name, part in captured]
        case Ref(site=site):
            held: list[tuple[Way, Any]] = [((key,), part) for key, part in (site.items or {}).items()]
            return held if site.elem is None else [*held, ((ANY,), site.elem)]
    return []


def ways_to_arrays(kind: Any, way: Way = (), _seen: frozenset[int] = frozenset()) -> Iterator[tuple[Way, Memory]]:
    """All places of arrays that a value is or holds, each with every way to it."""
    if isinstance(kind, Num) and kind.memory is not None:
        yield way, kind.memory
    if isinstance(kind, Ref):
        if id(kind.site) in _seen:
            return
        _seen = _seen | {id(kind.site)}
    for step, part in parts_of(kind):
        yield from ways_to_arrays(part, (*way, *step), _seen)


def kinds_in(kind: Any) -> Iterator[Any]:
    """The kinds of a value and of all that it holds."""
    waiting, seen = [kind], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, Ref):
            if id(part.site) in seen:
                continue
            seen.add(id(part.site))
        yield part
        waiting += [inner for _, inner in reversed(parts_of(part))]


def places_in(kind: Any, floating: bool = False) -> list[Memory]:
    """The places of all (`floating`: floating) arrays that a value is or holds."""
    numbers = [part for part in kinds_in(kind) if isinstance(part, Num) and part.memory is not None]
    return [part.memory for part in numbers if part.differentiable or not floating]  # type: ignore[misc]


def written(memory: Memory) -> bool:
    """Whether what lies at a place is written somewhere."""
    return memory.root().written or memory.root().outside


def ways_to_written(kind: Any, first: Any) -> list[Way]:
    """The ways to those arrays of a value that may be written somewhere: known ones, and any of what is not known."""
    if any(isinstance(part, Unknown) for part in kinds_in(kind)):
        return [(first, ANY)]
    if not any(map(written, places_in(kind))):
        return []
    found = list(islice(ways_to_arrays(kind), MAX_WAYS))
    if len(found) == MAX_WAYS:
        return [(first, ANY)]
    return [(first, *way) for way, memory in found if written(memory)]


def note_outside(kind: Any, way: Way) -> None:
    """Note that the array to which a way leads is written elsewhere (ANY: all arrays there)."""
    found = [] if way == (ANY,) else list(islice(ways_to_arrays(kind), MAX_WAYS))
    if way == (ANY,) or len(found) == MAX_WAYS:
        for memory in places_in(kind):
            memory.root().outside = True
    for other, memory in found:
        if len(other) == len(way) and all(a == b or ANY in (a, b) for a, b in zip(other, way)):
            memory.root().outside = True


def mutated(kind: Any, doubt: bool = False, seen: set[int] | None = None) -> bool:
    """Whether the program changes an object that a value is, or holds: what it holds, not what lies in its arrays.

    `doubt`: what to say of values of which nothing is known.
    """
    seen = set() if seen is None else seen
    match kind:
        case Unknown():
            return doubt
        case Ref(site=site) if id(site) not in seen:
            seen.add(id(site))
            held = [*(site.items or {}).values(), *([site.elem] if site.elem is not None else [])]
            return site.mutated or any(mutated(part, doubt, seen) for part in held)
        case Tup(items=items):
            return any(mutated(item, doubt, seen) for item in items)
        case OneOf(members=members):
            return any(mutated(member, doubt, seen) for member in members)
    return False
