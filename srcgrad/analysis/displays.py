"""Containers that an expression makes: displays, and `+`, `*`, `|` on those that are there.

    [a, b]             a list made here that holds the kinds of a and b, position by position
    {"w": w}           a dict with what is under each key
    xs + ys            a list that holds what both hold

The same place of the program always stands for the same object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.by_rows import need_rows
from srcgrad.analysis.containers import (
    active_operands,
    as_tuple,
    element,
    fresh_list,
    held_in,
    is_text,
    join_all,
)
from srcgrad.analysis.kinds import Inert, Kind, Known, Never, Num, Ref, Site, Tup, Unknown
from srcgrad.analysis.meaning import Moves, Plain, Result
from srcgrad.analysis.texts import written
from srcgrad.analysis.versions import add_key, contents, join, key_kind

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def build(inf: Inference, stmt: Any, kind: str, items: tuple[Any, ...], env: Env) -> Result:
    """A tuple, list or set display."""
    kinds: list[Kind] | None = []
    loose: Kind = Never()
    for entry in items:
        if isinstance(entry, ir.Star):
            inner = inf.atom(entry.value, env)
            need_rows(stmt, entry.value, inner)
            if isinstance(inner, Tup) and kinds is not None:
                kinds.extend(inner.items)
            else:
                loose = join(loose, element(inner))
                loose = join(loose, join_all(kinds or []))
                kinds = None
        elif kinds is not None:
            kinds.append(inf.whole(entry, env))
        else:
            loose = join(loose, generalise(inf.whole(entry, env)))
    moved = Moves(active_operands(inf, items, env))
    if kind == "tuple" and kinds is not None:
        if all(isinstance(k, Known) for k in kinds):
            return Known(tuple(k.value for k in kinds)), Plain()  # type: ignore[union-attr]
        return Tup(tuple(kinds)), moved
    cls = {"tuple": tuple, "list": list, "set": set}[kind]
    site = inf.sites.get(stmt)
    if site is None:
        exact = kinds is not None and kind == "list"
        site = inf.sites[stmt] = Site(cls, {i: generalise(k) for i, k in enumerate(kinds or [])} if exact else None)
    for i, inner in enumerate(kinds or []):
        held_in(inf, site, inner, i)
    if not isinstance(loose, Never):
        held_in(inf, site, loose)
    return Ref(site), moved


def build_dict(inf: Inference, stmt: Any, pairs: tuple[tuple[Any, Any], ...], env: Env) -> Result:
    """A dict display."""
    keys = [None if k is None else inf.atom(k, env) for k, _ in pairs]
    exact = all(isinstance(k, Known) for k in keys)
    site = inf.sites.get(stmt)
    if site is None:
        site = inf.sites[stmt] = Site(dict, {} if exact else None)
        if exact:
            site.items = {k.value: generalise(inf.whole(v, env)) for k, (_, v) in zip(keys, pairs)}  # type: ignore[union-attr]
    for key, (_, atom) in zip(keys, pairs):
        value = inf.whole(atom, env)
        if key is None:
            if isinstance(value, Ref):
                held_in(inf, site, contents(value.site) or Never())
                add_key(site, key_kind(value.site))
            else:
                held_in(inf, site, Unknown(is_active(value)))
                add_key(site, Unknown())
            continue
        held_in(inf, site, value, key.value if isinstance(key, Known) else None)
        if not isinstance(key, Known) or site.items is None:
            add_key(site, key)
    return Ref(site), Moves(active_operands(inf, [atom for pair in pairs for atom in pair if atom is not None], env))


def may_count(kind: Kind, items: Kind) -> bool:
    """Whether a sequence times a number is so many of it, and no array: surely so where derivatives are at stake."""
    if not isinstance(kind, Num):
        return isinstance(kind, Known) and isinstance(kind.value, int)
    if kind.shape == () and kind.dtype is not None:
        return kind.dtype.kind in "biu"
    return not (is_active(kind) or is_active(items))


def operator(inf: Inference, stmt: Any, expr: ir.Prim, kinds: list[Kind]) -> Result | None:
    """`+` and `*` on tuples and lists; None when it is something else."""
    if expr.op == "add" and len(kinds) == 2:
        a, b = (as_tuple(k) for k in kinds)
        if isinstance(a, Tup) and isinstance(b, Tup):
            return Tup(a.items + b.items), Moves()
        if all(isinstance(k, Ref) and k.site.type is list for k in kinds):
            return fresh_list(inf, stmt, join_all([element(k) for k in kinds])), Moves()
    if expr.op == "or_" and all(isinstance(k, Ref) and k.site.type is dict for k in kinds):
        sites = [k.site for k in kinds]  # type: ignore[union-attr]
        merged = inf.sites.setdefault(stmt, Site(dict, None))
        held_in(inf, merged, join_all([contents(site) or Never() for site in sites]))
        for site in sites:
            add_key(merged, key_kind(site))
        return Ref(merged), Moves()
    if expr.op == "mul" and len(kinds) == 2:
        for one, other in (kinds, kinds[::-1]):
            if may_count(other, one):
                if isinstance(one, Ref) and one.site.type is list:
                    return fresh_list(inf, stmt, element(one)), Moves()
                if isinstance(one, Tup):
                    if isinstance(other, Known) and isinstance(other.value, int):
                        return Tup(one.items * other.value), Moves()
                    return fresh_list(inf, stmt, join_all(one.items), tuple), Moves()
    if all(isinstance(k, (Inert, Known)) for k in kinds):
        if all(isinstance(k, Known) and isinstance(k.value, str) for k in kinds) and expr.op == "add":
            return Known(kinds[0].value + kinds[1].value), Plain()  # type: ignore[union-attr]
        return Inert(str if expr.op == "add" and all(map(is_text, kinds)) else None), Plain()
    if expr.op == "mod" and isinstance(kinds[0], (Inert, Known)) and is_text(kinds[0]):
        return written(inf, str) if any(is_active(k) for k in kinds) else (Inert(str), Plain())
    return None
