"""Whether derivatives may flow through a value, and what kind a literal is of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from srcgrad.analysis.kinds import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    Closure,
    Inert,
    Kind,
    Known,
    Method,
    Never,
    Num,
    OneOf,
    Ref,
    Seq,
    Slope,
    Super,
    Tup,
    Unknown,
)


def literal_kind(value: Any) -> Kind:
    """The kind of a literal's type: what a variable that holds several such literals has."""
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return INT
    if isinstance(value, float):
        return FLOAT
    if isinstance(value, complex):
        return COMPLEX
    if isinstance(value, tuple):
        return Tup(tuple(Known(v) for v in value))
    return Inert(type(value))


def generalise(kind: Kind) -> Kind:
    """A Known literal as the kind of its type; other kinds as they are."""
    if isinstance(kind, Known) and isinstance(kind.value, (bool, int, float, complex, str, bytes, tuple)):
        return literal_kind(kind.value)
    return kind


def is_active(kind: Kind) -> bool:
    """Whether a derivative may flow through a value of this kind."""
    match kind:
        case Num():
            return flows(kind)
        case Unknown(active=active):
            return active
        case Known() | Inert() | Never():
            return False
    return _holds_active(kind, set())


def flows(kind: Num) -> bool:
    """Whether derivatives flow through a number or array: as it was made, or by what is written where it lies."""
    return kind.active or (kind.memory is not None and kind.memory.carries and kind.differentiable)


def as_index(kind: Kind) -> Kind:
    """The kind of what is used as an index of an array: whatever else is not known of it, it holds integers."""
    match kind:
        case Num(dtype=None):
            return replace(kind, active=False, memory=None)
        case Unknown():
            return Unknown()
        case Tup(items=items):
            return Tup(tuple(as_index(item) for item in items), kind.type)
        case Ref(site=site) if site.items is None and isinstance(site.elem, Unknown):
            return Unknown()
    return kind


def lit(kind: Kind) -> Kind:
    """The kind of a value that gets a name: active where what lies in its memory is."""
    return replace(kind, active=True) if isinstance(kind, Num) and not kind.active and flows(kind) else kind


def _holds_active(kind: Kind, seen: set[int]) -> bool:
    """Whether a value, or anything that it holds, is active; each object is looked into once."""
    match kind:
        case Num():
            return flows(kind)
        case Unknown(active=active):
            return active
        case Tup(items=items):
            return any(_holds_active(item, seen) for item in items)
        case Ref(site=site):
            if id(site) in seen:
                return False
            seen.add(id(site))
            held = list(site.items.values()) if site.items is not None else []
            held += [kind for kind in (site.elem, site.key) if kind is not None]
            return any(_holds_active(k, seen) for k in held)
        case Closure(captured=captured, defaults=defaults):
            return any(_holds_active(k, seen) for _, k in captured) or any(_holds_active(k, seen) for k in defaults)
        case Method(obj=obj) | Super(obj=obj) | Slope(function=obj):
            return _holds_active(obj, seen)
        case Seq(elem=elem):
            return _holds_active(elem, seen)
        case OneOf(members=members):
            return any(_holds_active(k, seen) for k in members)
        case _:
            return False
