"""Methods of lists, dicts, sets and tuples: references move.

A method of a list or dict changes what all that refer to it know:

    xs.append(y)       xs holds y's kind too, at no known position
    d.get(k, z)        the join of what d holds and z
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.by_rows import need_rows
from srcgrad.analysis.caches import found_by_value
from srcgrad.analysis.containers import (
    active_operands,
    element,
    extend,
    forget_positions,
    fresh_dict,
    fresh_list,
    hashable,
    held_in,
)
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import INT, Kind, Known, Never, Ref, Seq, Site, Tup, Unknown
from srcgrad.analysis.meaning import Moves, Plain, Result
from srcgrad.analysis.versions import add_key, contents, join, key_kind

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


LIST_FACTS = {"index": INT, "count": INT}


def method(inf: Inference, stmt: Any, kind: Kind, name: str, args: list[Kind], atoms: Any, env: Env) -> Result | None:
    """A method of a list, dict, set or tuple; None when it is not one of those known here."""
    if args and name in ("get", "pop", "setdefault"):
        found_by_value(inf, kind, args[0])
    if isinstance(kind, Tup):
        return (INT, Plain()) if name in LIST_FACTS else None
    if not isinstance(kind, Ref):
        return None
    moved = Moves(active_operands(inf, atoms, env))
    if kind.site.type is list:
        return list_method(inf, stmt, kind.site, name, args, atoms, moved)
    if kind.site.type is dict:
        return dict_method(inf, stmt, kind.site, name, args, moved)
    if kind.site.type is set:
        return set_method(inf, kind.site, name, args, moved)
    return None


def list_method(
    inf: Inference, stmt: Any, site: Site, name: str, args: list[Kind], atoms: Any, moved: Moves
) -> Result | None:
    """A method of a list."""
    none = Known(None)
    first: Kind = args[0] if args else Never()
    inf.mutates |= name not in ("index", "count", "copy")
    match name:
        case "append":
            forget_positions(inf, site)
            held_in(inf, site, first)
            return none, moved
        case "extend":
            need_rows(stmt, atoms[0], first)
            extend(inf, site, first)
            return none, moved
        case "insert":
            forget_positions(inf, site)
            held_in(inf, site, args[1] if len(args) > 1 else Unknown(is_active(first)))
            return none, moved
        case "pop":
            forget_positions(inf, site)
            return contents(site) or Never(), Moves()
        case "remove" | "reverse" | "sort" | "clear":
            forget_positions(inf, site)
            return none, Moves()
        case "copy":
            return fresh_list(inf, stmt, contents(site)), Moves()
        case "index" | "count":
            return INT, Plain()
    return None


def dict_method(inf: Inference, stmt: Any, site: Site, name: str, args: list[Kind], moved: Moves) -> Result | None:
    """A method of a dict."""
    none = Known(None)
    first: Kind = args[0] if args else Never()
    inf.mutates |= name in ("pop", "setdefault", "update", "clear", "popitem")
    held = contents(site) or Never()
    match name:
        case "get" | "pop" | "setdefault":
            exact = None
            if isinstance(first, Known) and site.items is not None and hashable(first.value):
                exact = site.items.get(first.value)
            default = args[1] if len(args) > 1 else Known(None)
            if name == "pop":
                forget_positions(inf, site)
            if name == "setdefault":
                forget_positions(inf, site)
                held_in(inf, site, default)
                add_key(site, first)
                return contents(site) or Never(), moved
            if exact is not None:
                return exact, moved
            if name == "pop" and len(args) < 2:
                return held, moved
            return join(held, generalise(default) if not isinstance(default, Known) else default), moved
        case "items":
            return Seq(Tup((key_kind(site), held))), Moves()
        case "values":
            return Seq(held), Moves()
        case "keys":
            return Seq(key_kind(site)), Moves()
        case "copy":
            return fresh_dict(inf, stmt, site), Moves()
        case "clear":
            forget_positions(inf, site)
            return none, Moves()
        case "popitem":
            forget_positions(inf, site)
            return Tup((key_kind(site), held)), Moves()
        case "update":
            forget_positions(inf, site)
            for other in args:
                if isinstance(other, Ref) and other.site.type is dict:
                    held_in(inf, site, contents(other.site) or Never())
                    add_key(site, key_kind(other.site))
                else:
                    escape(other)
                    held_in(inf, site, Unknown(is_active(other)))
                    add_key(site, Unknown())
            return none, moved
    return None


def set_method(inf: Inference, site: Site, name: str, args: list[Kind], moved: Moves) -> Result | None:
    """A method of a set."""
    if name not in ("add", "discard", "remove", "clear", "update"):
        return None
    inf.mutates = True
    if args:
        held_in(inf, site, args[0] if name == "add" else element(args[0]) if name == "update" else Never())
    return Known(None), moved
