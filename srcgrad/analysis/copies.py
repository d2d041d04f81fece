"""Copies of values that hold others: `copy.copy`, `copy.deepcopy`, `dataclasses.asdict` and `astuple`.

    q = copy.copy(p)         another object, which holds the same values
    q = copy.deepcopy(p)     another object, which holds copies of all arrays; they are made when it runs
    d = asdict(state)        a dict of such copies, by the names of the fields

What a copy holds has the kinds of what was copied; its arrays lie elsewhere.
"""

from __future__ import annotations

import copy
import dataclasses
import operator
import types
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad.analysis.activity import is_active
from srcgrad.analysis.containers import forget_positions, fresh_dict, fresh_list, held_in
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Kind, Known, Num, Ref, Seq, Site, Tup, Unknown
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import Dynamic, Moves, Result
from srcgrad.analysis.places import Memory
from srcgrad.analysis.ruled import by_rule
from srcgrad.analysis.versions import add_key, contents, key_kind
from srcgrad.rules.language import lookup

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

DEEP = (copy.deepcopy, dataclasses.asdict, dataclasses.astuple)


def call(inf: Inference, stmt: Any, function: Any, args: Any, kinds: list[Kind], env: Env) -> Result | None:
    """A call of one of these functions on something active; None for another function."""
    if len(args) != 1 or (function is not copy.copy and function not in DEEP):
        return None
    kind = kinds[0]
    if isinstance(kind, Num):
        same = operator.pos if kind.is_number else np.copy
        rule = lookup(same)
        assert rule is not None
        name = rule.params[0].name
        return by_rule(inf, stmt, rule, same, {name: args[0]}, {name: kind})
    if function in DEEP:
        return Copied(inf, stmt, function).kind_of(kind, ()), Dynamic(function, tuple(args))
    match kind:
        case Tup():
            return kind, Moves()
        case Ref(site=site) if site.type in (list, set):
            return fresh_list(inf, stmt, contents(site), site.type), Moves()
        case Ref(site=site) if site.type is dict:
            return fresh_dict(inf, stmt, site), Moves()
        case Ref(site=site) if site.items is not None and not site.escaped:
            own = class_attribute(site.type, "__copy__")
            if isinstance(own, types.FunctionType):
                return call_function(inf, stmt, own, None, args, (), env)
            made = inf.sites.setdefault(stmt, Site(site.type, {}))
            for name, held in site.items.items():
                held_in(inf, made, held, name)
            return Ref(made), Moves()
    return Unknown(is_active(kind)), Dynamic(function, tuple(args))


class Copied:
    """The kinds of what one call copies, by the way to it; an object met twice is copied once."""

    def __init__(self, inf: Inference, stmt: Any, function: Any) -> None:
        self.inf, self.stmt, self.function = inf, stmt, function
        self.made: dict[int, Kind] = {}

    def kind_of(self, kind: Kind, way: tuple[Any, ...]) -> Kind:
        """The kind of the copy of a value."""
        match kind:
            case Num():
                if kind.is_number:
                    return kind
                return replace(kind, memory=self.inf.places.setdefault((self.stmt, *way), Memory()))
            case Tup(items=items):
                return replace(kind, items=tuple(self.kind_of(item, (*way, i)) for i, item in enumerate(items)))
            case Seq():
                return Unknown(is_active(kind))
            case Ref(site=site):
                if id(site) not in self.made:
                    self.fill(site, way)
                return self.made[id(site)]
        return kind

    def fill(self, site: Site, way: tuple[Any, ...]) -> None:
        """Make the kind of the copy of an object."""
        by_field = self.function is not copy.deepcopy and dataclasses.is_dataclass(site.type)
        if by_field and (site.items is None or self.function is dataclasses.astuple):
            held = site.items or {}
            names = [field.name for field in dataclasses.fields(site.type)]
            known = site.items is not None and set(names) <= set(held)
            parts = tuple(self.kind_of(held[name], (*way, name)) for name in names) if known else ()
            self.made[id(site)] = Tup(parts) if known else Unknown(is_active(Ref(site)))
            return
        cls = dict if by_field else site.type
        made = self.inf.sites.setdefault((self.stmt, *way, "copy"), Site(cls, {} if site.items is not None else None))
        self.made[id(site)] = Ref(made)
        for key, part in (site.items or {}).items():
            held_in(self.inf, made, self.kind_of(part, (*way, key)), key)
        if site.elem is not None:
            held_in(self.inf, made, self.kind_of(site.elem, (*way, "item")))
        if cls is dict:
            add_key(made, Known("") if by_field else key_kind(site))
        exact = site.items is not None and made.items is not None and site.items.keys() == made.items.keys()
        if not exact and issubclass(cls, (list, dict, set)):
            forget_positions(self.inf, made)
