"""Builtins that hand references on: `list`, `zip`, `enumerate`, `sorted`, `max(xs, key=f)` ...

The items are the same objects, in another container:

    for i, x in enumerate(xs)          i: an integer; x: what xs holds
    pairs = list(zip(xs, ys))          a list made here, of pairs
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import prelude
from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.by_rows import need_rows
from srcgrad.analysis.containers import active_operands, as_tuple, element, fresh_dict, fresh_list, held_in, join_all
from srcgrad.analysis.displays import build_dict
from srcgrad.analysis.entry import is_user_class
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import INT, Kind, Known, Never, Num, Ref, Seq, Site, Tup, Unknown
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import Dynamic, Moves, Plain, Result
from srcgrad.analysis.versions import add_key, join

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


MOVERS: dict[Any, str] = {
    list: "list", sorted: "list", set: "set", frozenset: "set", tuple: "tuple", reversed: "iter", iter: "iter",
    next: "next", zip: "zip", enumerate: "enumerate", dict: "dict",
    vars: "vars", np.ndindex: "ndindex", itertools.count: "count", itertools.product: "product",
    itertools.combinations: "picked", itertools.combinations_with_replacement: "picked",
    itertools.permutations: "picked", itertools.islice: "iter", itertools.cycle: "iter", itertools.tee: "tee",
    itertools.repeat: "repeat",
}  # fmt: skip


def builtin(
    inf: Inference, stmt: Any, function: Any, kinds: list[Kind], args: tuple[Any, ...], keywords: Any, env: Env
) -> Result | None:
    """A builtin that hands references on: list, zip, enumerate, sorted ...; None for another function."""
    if function in (max, min) and (keywords or compares_sequences(kinds)):
        # one of the items, chosen by a key or a default: the very same object
        if len(kinds) == 1 and not isinstance(args[0], ir.Star):
            need_rows(stmt, args[0], kinds[0])
        items = [element(kinds[0])] if len(kinds) == 1 else kinds
        named = [inf.atom(atom, env) for name, atom in keywords if name == "default"]
        atoms = [*args, *(atom for name, atom in keywords if name == "default")]
        return join_all([*items, *named]), Moves(active_operands(inf, atoms, env))
    if function not in MOVERS:
        return None
    if any(isinstance(a, ir.Star) for a in args):
        if function is not zip:
            return Unknown(any(is_active(k) for k in kinds)), Moves(active_operands(inf, args, env))
        inner = join_all([element(element(k) if isinstance(a, ir.Star) else k) for k, a in zip(kinds, args)])
        if any(isinstance(k, Num) and k.active for k in kinds) or (isinstance(inner, Num) and inner.box is None):
            return Seq(Unknown(any(is_active(k) for k in kinds))), Moves()
        return Seq(fresh_list(inf, stmt, inner, tuple)), Moves()
    if function is reversed and isinstance(kinds[0], Ref) and is_user_class(kinds[0].site.type):
        own = class_attribute(kinds[0].site.type, "__reversed__")
        return call_function(inf, stmt, own or prelude.backwards, None, args, (), env)
    if function is reversed and isinstance(kinds[0], Unknown) and kinds[0].active:
        return Unknown(True), Dynamic(function, args)
    for kind, atom in zip(kinds, args) if function not in (vars, itertools.repeat) else ():
        need_rows(stmt, atom, kind)
    held = [element(k) for k in kinds]
    first = held[0] if held else Never()
    match MOVERS[function]:
        case "list":
            return fresh_list(inf, stmt, first), Moves()
        case "set":
            return fresh_list(inf, stmt, first, set), Moves()
        case "tuple":
            if kinds and isinstance(as_tuple(kinds[0]), Tup):
                return as_tuple(kinds[0]), Moves()
            if kinds and isinstance(kinds[0], Ref) and kinds[0].site.items is not None and kinds[0].site.type is list:
                held_at = kinds[0].site.items
                return Tup(tuple(held_at[k] for k in sorted(held_at))), Moves()
            return fresh_list(inf, stmt, first, tuple), Moves()
        case "ndindex":
            axes = as_tuple(kinds[0]) if len(kinds) == 1 else None
            rank = len(axes.items) if isinstance(axes, Tup) else len(kinds)
            known = isinstance(axes, Tup) or all(isinstance(generalise(kind), Num) for kind in kinds)
            return Seq(Tup((INT,) * rank) if known else Unknown()), Plain()
        case "count":
            whole = all(isinstance(kind, Known) and type(kind.value) is int for kind in kinds) and not keywords
            return Seq(INT if whole else Unknown()), Plain()
        case "product":
            repeat = [inf.atom(atom, env) for _, atom in keywords]
            times = literal(repeat[0]) if repeat else 1
            return Seq(Tup(tuple(held) * times) if times is not None else Unknown(is_active(first))), Moves()
        case "picked":
            length = literal(kinds[1]) if len(kinds) == 2 else None
            return Seq(Tup((first,) * length) if length is not None else Unknown(is_active(first))), Moves()
        case "vars":
            # the very dict of the object: what is done to it is done to the attributes
            inf.world.opaque = True
            for kind in kinds:
                escape(kind)
            return Unknown(any(map(is_active, kinds))), Moves()
        case "iter":
            return Seq(first), Moves()
        case "tee":
            count = literal(kinds[1]) if len(kinds) > 1 else 2
            return (Seq(Seq(first)) if count is None else Tup((Seq(first),) * count)), Moves()
        case "repeat":
            return Seq(generalise(kinds[0])), Moves(active_operands(inf, args, env))
        case "next":
            elem = kinds[0].elem if isinstance(kinds[0], Seq) else Unknown(is_active(kinds[0]))
            return (elem if len(kinds) == 1 else join(elem, generalise(kinds[1]))), Moves(
                active_operands(inf, args[1:], env)
            )
        case "zip":
            return Seq(Tup(tuple(held))), Moves()
        case "enumerate":
            return Seq(Tup((INT, first))), Moves()
        case "dict":
            if kinds and isinstance(kinds[0], Ref) and kinds[0].site.type is dict and not keywords:
                return fresh_dict(inf, stmt, kinds[0].site), Moves()
            if kinds:
                pair = as_tuple(first)
                site = inf.sites.setdefault(stmt, Site(dict, None))
                good = isinstance(pair, Tup) and len(pair.items) == 2
                value = pair.items[1] if good else Unknown(is_active(first))  # type: ignore[union-attr]
                add_key(site, pair.items[0] if good else Unknown())  # type: ignore[union-attr]
                if not isinstance(value, Never):
                    held_in(inf, site, value)
                for _, atom in keywords:
                    held_in(inf, site, inf.atom(atom, env))
                return Ref(site), Moves(active_operands(inf, [a for _, a in keywords], env))
            pairs = tuple((ir.Const(name), atom) for name, atom in keywords)
            return build_dict(inf, stmt, pairs, env)
    return None


def compares_sequences(kinds: list[Kind]) -> bool:
    """Whether `max` or `min` compares tuples or lists: it gives one of them, not a number."""
    items = [element(kinds[0])] if len(kinds) == 1 else kinds
    return any(isinstance(k, Tup) or (isinstance(k, Ref) and k.site.type is list) for k in items)


def literal(kind: Kind) -> int | None:
    """A whole number that is known, or None."""
    return kind.value if isinstance(kind, Known) and type(kind.value) is int else None
