"""Items of lists, dicts, tuples and objects: read, stored, unpacked.

The kind of what is there, as exactly as the key is known:

    d["w"]             the kind under that key, where it is known; else the join of all
    xs[i] = y          xs holds y's kind too
    a, *b = pair       the kinds of its items
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import constants, interpret, stores
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.by_rows import need_rows
from srcgrad.analysis.caches import found_by_value
from srcgrad.analysis.containers import (
    as_tuple,
    element,
    forget_positions,
    fresh_list,
    hashable,
    held_in,
    is_text,
    join_all,
)
from srcgrad.analysis.kinds import INT, Inert, Kind, Known, Never, Num, Ref, Seq, Tup, Unknown
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import Dynamic, Moves, Plain, Result
from srcgrad.analysis.split import SplitStore
from srcgrad.analysis.versions import add_key, contents

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def item(inf: Inference, stmt: Any, obj: ir.Atom, index: ir.Atom, kind: Kind, key: Kind, env: Env) -> Result:
    """`obj[index]` where obj is no array."""
    kind = as_tuple(kind)
    found_by_value(inf, kind, key)
    sliced = isinstance(key, Inert) or (isinstance(key, Known) and isinstance(key.value, slice))
    match kind:
        case Tup(items=items):
            if isinstance(key, Known) and isinstance(key.value, int):
                if -len(items) <= key.value < len(items):
                    return items[key.value], Moves()
                return Never(), Plain()
            if isinstance(key, Known) and isinstance(key.value, slice):
                return Tup(items[key.value]), Moves()
            if sliced:
                return fresh_list(inf, stmt, join_all(items), tuple), Moves()
            return join_all(items), Moves()
        case Ref(site=site) if site.type in (list, tuple):
            if sliced:
                return fresh_list(inf, stmt, contents(site), site.type), Moves()
            if isinstance(key, Known) and isinstance(key.value, int) and site.items:
                position = key.value + len(site.items) if key.value < 0 else key.value
                if position in site.items:
                    return site.items[position], Moves()
            return contents(site) or Never(), Moves()
        case Ref(site=site) if site.type is dict:
            if isinstance(key, Known) and site.items is not None and hashable(key.value) and key.value in site.items:
                return site.items[key.value], Moves()
            return contents(site) or Never(), Moves()
        case Ref(site=site):
            found = class_attribute(site.type, "__getitem__")
            if found is not None:
                return interpret.call_function(inf, stmt, found, None, (obj, index), (), env)
        case Seq(elem=elem):
            return elem, Moves()
        case Inert(type=cls) if cls is range and not sliced:
            return INT, Plain()
        case Known(value=value) if is_active(key) and isinstance(
            made := getattr(value, "__class_getitem__", None), types.MethodType
        ):
            return interpret.call_function(inf, stmt, made.__func__, None, (obj, index), (), env)
        case Inert() | Known() if not is_active(key):
            return (Inert(str) if is_text(kind) else Unknown()), Plain()
    if is_active(kind) or is_active(key):
        return Unknown(True), Dynamic(getitem, (obj, index))
    return Unknown(), Moves()


def getitem(obj: Any, index: Any) -> Any:
    """`obj[index]`."""
    return obj[index]


def store_item(inf: Inference, stmt: ir.StoreItem, kind: Kind, value: Kind, env: Env) -> None:
    """`obj[index] = value`."""
    key = inf.atom(stmt.index, env)
    if isinstance(kind, Num):
        stores.store(inf, stmt, kind, value, env)
        return
    inf.mutates = True
    inf.meanings[stmt] = Moves((stmt.value,) if is_active(value) else ())
    if isinstance(kind, Ref):
        site = kind.site
        if site.type is dict:
            known = isinstance(key, Known) and hashable(key.value)
            if not (known and site.items is not None and key.value in site.items):  # type: ignore[union-attr]
                forget_positions(inf, site)
                add_key(site, key)
            held_in(inf, site, value, key.value if known else None)  # type: ignore[union-attr]
            if is_active(key):
                inf.meanings[stmt] = Moves(
                    tuple(a for a, k in ((stmt.index, key), (stmt.value, value)) if is_active(k))
                )
            return
        if site.type is list:
            sliced = isinstance(key, Inert) or (isinstance(key, Known) and isinstance(key.value, slice))
            if sliced:
                need_rows(stmt, stmt.value, value)
                forget_positions(inf, site)
                held_in(inf, site, element(value))
            elif isinstance(key, Known) and site.items is not None:
                position = key.value + len(site.items) if key.value < 0 else key.value
                held_in(inf, site, value, position)
            else:
                if site.items is not None:
                    for position in site.items:
                        held_in(inf, site, value, position)
                held_in(inf, site, value)
            return
        found = class_attribute(site.type, "__setitem__")
        if found is not None:
            place = (stmt.obj, stmt.index, stmt.value)
            _, inf.meanings[stmt] = interpret.call_function(inf, stmt, found, None, place, (), env)
            return
    if is_active(value) and isinstance(kind, Unknown) and kind.type is not None:
        raise inf.refuse(stmt, *constants.WRITTEN)
    if is_active(value) and isinstance(kind, Inert):
        raise inf.refuse(stmt, "writing into an array with fields", "keep the fields in arrays of their own")
    if is_active(value) or is_active(kind) or is_active(key):
        inf.world.opaque = inf.world.writes_unknown = True
        inf.meanings[stmt] = Dynamic(stores.setitem, (stmt.obj, stmt.index, stmt.value))
    elif isinstance(kind, (Unknown, Ref)):
        inf.writes_arrays = True


def augmented_store(inf: Inference, stmt: Any, kind: Kind, value: Kind, env: Env) -> None:
    """`obj[index] op= value` and `obj.name op= value`; written out where the target is no part of an array."""
    if isinstance(stmt, ir.StoreItem) and isinstance(kind, Num):
        stores.store(inf, stmt, kind, value, env)
    elif isinstance(stmt, ir.StoreItem) and isinstance(kind, Never):
        inf.meanings[stmt] = Plain()
    else:
        raise SplitStore(stmt)


def unpack_kinds(inf: Inference, stmt: Any, kind: Kind, count: int, star: int | None) -> list[Kind]:
    """The kinds of `a, *b, c = value`."""
    kind = as_tuple(kind)
    items: list[Kind] | None = None
    if isinstance(kind, Tup):
        items = list(kind.items)
    elif isinstance(kind, Ref) and kind.site.type is list and kind.site.items is not None:
        items = [kind.site.items[k] for k in sorted(kind.site.items)]
    if items is not None and star is None and len(items) == count:
        return items
    if items is not None and star is not None and len(items) >= count - 1:
        after = count - star - 1
        middle = items[star : len(items) - after]
        rest = fresh_list(inf, (stmt, "star"), join_all(middle))
        return [*items[:star], rest, *items[len(items) - after :]]
    elem = element(kind)
    kinds: list[Kind] = [elem] * count
    if star is not None:
        kinds[star] = fresh_list(inf, (stmt, "star"), elem)
    return kinds
