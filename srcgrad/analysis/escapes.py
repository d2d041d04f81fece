"""What is forgotten of values that reach code which cannot be seen."""

from __future__ import annotations

from typing import TypeGuard

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Closure, Kind, Method, Num, OneOf, Ref, Seq, Slope, Super, Tup, Unknown
from srcgrad.analysis.places import changes
from srcgrad.analysis.texts import holds_text

# operators whose results are truth values
LOOKS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "is_", "is_not", "in_", "not_in", "not_"})
# attributes of whatever is known by them
TELLING = {"__name__", "__qualname__", "__module__", "__doc__"}


def escape(kind: Kind, _seen: set[int] | None = None, active: bool = False) -> None:
    """Forget what is known of the contents of objects that reach code which cannot be seen.

    `active`: what that code may put into them carries derivatives, even where what they hold now does not.
    """
    seen = set() if _seen is None else _seen
    match kind:
        case Num(memory=memory):
            if memory is not None:
                memory.mark(escaped=True)
        case Ref(site=site):
            if id(site) in seen:
                return
            seen.add(id(site))
            active = active or is_active(kind)
            inner: list[Kind] = list(site.items.values()) if site.items is not None else []
            inner += [site.elem] if site.elem is not None else []
            # first of all: what it holds may hold it in turn
            before = (site.items, site.elem)
            site.items = None if issubclass(site.type, (list, dict, set)) else {}
            site.elem = Unknown(active, holds_text(kind))
            if "elem" in site.growers:
                site.growers["elem"].kind = site.elem
            if site.type is dict:
                site.key = Unknown(active, holds_text(site.key))
            site.mutated = site.escaped = True
            if before != (site.items, site.elem):
                changes.count += 1
            for part in inner:
                escape(part, seen, active)
        case Tup(items=items):
            for item in items:
                escape(item, seen, active)
        case Seq(elem=elem):
            escape(elem, seen, active)
        case Method(obj=obj) | Super(obj=obj) | Slope(function=obj):
            escape(obj, seen, active)
        case OneOf(members=members):
            for member in members:
                escape(member, seen, active)
        case Closure(captured=captured):
            for _, found in captured:
                escape(found, seen, active)
        case _:
            return


def settled(kind: Kind) -> Kind:
    """The kind of a value where no choice is made between several: it may be anything."""
    if not isinstance(kind, (OneOf, Slope)):
        return kind
    active = isinstance(kind, Slope) or is_active(kind)
    escape(kind)
    return Unknown(active)


def hands_on(kind: Kind) -> bool:
    """Whether what an operation gives may be what it was given, or hold it: a method by name, an item of a deque."""
    match kind:
        case Num():
            return of_objects(kind)
        case Unknown():
            return not kind.active
        case Seq(elem=elem):
            return hands_on(elem)
        case Tup(items=items):
            return any(map(hands_on, items))
        case Ref(site=site):
            return site.elem is not None and hands_on(site.elem)
    return False


def tells(expr: ir.Expr) -> bool:
    """Whether an operation does no more than tell something of its operands: a comparison, a name."""
    return (isinstance(expr, ir.Prim) and expr.op in LOOKS) or (isinstance(expr, ir.Attr) and expr.name in TELLING)


def of_objects(kind: Kind) -> TypeGuard[Num]:
    """Whether a value is an array of objects, or one of them."""
    return isinstance(kind, Num) and kind.dtype is not None and kind.dtype.kind == "O"
