"""Attributes and items, read.

    x.shape            array       Plain, the lengths where they are known
    x.T                array       ByRule(transpose)
    self.w             object      Moves, or ByCall where it is a property
    x[0], rows[0]                  ByRule(getitem), Moves

What `super().name` finds is looked up here too.
"""

from __future__ import annotations

import functools
import operator
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import constants, containers, interpret, lookups, prelude, subscripts
from srcgrad.analysis.activity import as_index, generalise, is_active
from srcgrad.analysis.arms import lacks
from srcgrad.analysis.by_rows import NeedRows
from srcgrad.analysis.entry import attributes_of
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.flat import flat, stores_through, used_at
from srcgrad.analysis.kinds import (
    INT,
    Inert,
    Kind,
    Known,
    Method,
    Never,
    Num,
    OneOf,
    Ref,
    Seq,
    Site,
    Super,
    Tup,
    Unknown,
)
from srcgrad.analysis.lookups import class_attribute, descriptor, stored
from srcgrad.analysis.meaning import Dynamic, Moves, Plain, Result
from srcgrad.analysis.ruled import by_rule
from srcgrad.analysis.shapes import length
from srcgrad.analysis.versions import contents, join
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import is_constant_attr, lookup, lookup_attr
from srcgrad.rules.made import GRIDS, grid_kind, limit_kind
from srcgrad.runtime.words_joined import spelled_row

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def behind(kind: Super, name: str) -> Any:
    """The class attribute that `super().name` finds, or None."""
    cls = kind.obj.site.type if isinstance(kind.obj, Ref) else getattr(kind.obj, "value", None)
    if not isinstance(cls, type) or kind.after not in cls.__mro__:
        return None
    order = cls.__mro__
    for base in order[order.index(kind.after) + 1 :]:
        if name in base.__dict__:
            return class_attribute(base, name)
    return None


ARRAY_FACTS: dict[str, Kind] = {"ndim": INT, "size": INT, "itemsize": INT, "nbytes": INT, "dtype": Inert(np.dtype)}


def attribute(inf: Inference, stmt: Any, obj: ir.Atom, name: str, env: Env) -> Result:
    """`obj.name`."""
    kind = inf.whole(obj, env)
    if isinstance(kind, OneOf):
        found = held_by_each(kind, name)
        if found is not None:
            return found
        kind = inf.atom(obj, env)
    match kind:
        case Num():
            return array_attribute(inf, stmt, obj, kind, name)
        case Known(value=value) if not isinstance(value, (np.ndarray, np.generic, tuple)):
            try:
                found = getattr(value, name)
            except AttributeError:
                return Unknown(), Plain()
            lookups.note(value, name, lookups.stored(value, name) if isinstance(value, type) else found)
            whole = type(found) in prelude.JOINED or isinstance(found, GRIDS)
            if whole or callable(found) or isinstance(found, types.ModuleType):
                return Known(found), Plain()
            return inf.world.kind_of(found) if not isinstance(found, (int, str)) else Known(found), Plain()
        case Tup(items=items, type=cls) if cls is not tuple and name in getattr(cls, "_fields", ()):
            return items[cls._fields.index(name)], Moves()  # type: ignore[attr-defined]
        case Ref(site=site):
            return object_attribute(inf, stmt, obj, kind, site, name, env)
        case Super(atom=atom):
            found = behind(kind, name)
            if isinstance(found, property) and found.fget is not None:
                return interpret.call_function(inf, stmt, found.fget, None, (atom,), (), env)
        case Inert(type=cls):
            return limit_kind(cls, name) or Unknown(), Plain()
        case Unknown(active=True):
            return Unknown(True), Dynamic(getattr, (obj, ir.Const(name)))
    if is_active(kind):
        return Unknown(True), Dynamic(getattr, (obj, ir.Const(name)))
    return constants.attribute(kind, name) if isinstance(kind, Unknown) else Unknown(), Plain()


def held_by_each(kind: OneOf, name: str) -> Result | None:
    """`obj.name` where each of several objects holds it; None where it may come from elsewhere."""
    found: Kind | None = None
    for member in kind.members:
        site = member.site if isinstance(member, Ref) else None
        if site is None or site.items is None or name not in site.items:
            return None
        if isinstance(class_attribute(site.type, name), property):
            return None
        found = site.items[name] if found is None else join(found, site.items[name])
    return (found or Unknown()), Moves()


def array_attribute(inf: Inference, stmt: Any, obj: ir.Atom, kind: Num, name: str) -> Result:
    """An attribute of an array: a fact, a view from the table, or refused."""
    if name == "shape":
        if kind.shape is None:
            return Seq(INT), Plain()
        return Tup(tuple(map(length, kind.shape))), Plain()
    if name == "strides":
        return (Seq(INT) if kind.shape is None else Tup((INT,) * len(kind.shape))), Plain()
    if name in ARRAY_FACTS:
        if name == "ndim" and kind.shape is not None:
            return Known(len(kind.shape)), Plain()
        if name == "size" and kind.shape is not None and len(kind.shape) == 1:
            return length(kind.shape[0]), Plain()
        return ARRAY_FACTS[name], Plain()
    rule = lookup_attr(name)
    if rule is not None:
        param = rule.params[0].name
        return by_rule(inf, stmt, rule, rule.functions[0] if rule.functions else None, {param: obj}, {param: kind})
    if name == "flat" and (is_active(kind) or stores_through(inf.function, stmt)):
        return flat(inf, stmt, kind)
    if lacks(kind, name):
        return Never(), Plain()
    if is_active(kind) and not is_constant_attr(name):
        raise UnsupportedError(f"the array attribute .{name}", "compute it from the array's values")
    return Unknown(), Plain()


def object_attribute(inf: Inference, stmt: Any, obj: ir.Atom, kind: Ref, site: Site, name: str, env: Env) -> Result:
    """An attribute of an object: what its class says comes before what it holds, as in Python."""
    found = class_attribute(site.type, name)
    if isinstance(found, functools.cached_property):
        # whether this read computes the value or finds it is seen when it runs
        result, meaning = interpret.call_function(inf, stmt, found.func, None, (obj,), (), env)
        containers.held_in(inf, site, result)
        return result, Plain() if isinstance(meaning, Plain) else Dynamic(getattr, (obj, ir.Const(name)))
    if name == "__dict__":
        # what is done to it is done to the attributes
        active = is_active(kind)
        inf.world.opaque = True
        escape(kind)
        return Unknown(active), Moves()
    if isinstance(stored(site.type, "__getattribute__"), types.FunctionType):
        raise UnsupportedError("a class with __getattribute__", "use properties, or __getattr__")
    get = descriptor(found, "__get__")
    if get is not None and (descriptor(found, "__set__") is not None or name not in (site.items or {})):
        owner = (ir.Bound(type(found).__name__, found), obj, ir.Bound(site.type.__name__, site.type))
        return interpret.call_function(inf, stmt, get, None, owner, (), env)
    if site.items is not None and name in site.items and not issubclass(site.type, (list, dict, set)):
        held = site.items[name]
        return (join(held, Known(None)) if none_by_class(site, name) else held), Moves()
    if found is None and not site.escaped and none_by_class(site, name):
        return Known(None), Plain()
    if isinstance(found, property) and found.fget is not None:
        return interpret.call_function(inf, stmt, found.fget, None, (obj,), (), env)
    if isinstance(found, types.FunctionType):
        return Method(kind, name, found), Moves()
    if isinstance(found, (staticmethod, classmethod)):
        return Known(getattr(site.type, name)), Plain()
    if issubclass(site.type, (list, dict, set)):
        return Method(kind, name), Moves()
    if found is not None and not isinstance(site.elem, Unknown):
        return inf.world.kind_of(found), Plain()
    special = class_attribute(site.type, "__getattr__")
    if site.elem is not None and (site.escaped or special is None):
        if special is not None and is_active(kind):
            return Unknown(True), Dynamic(getattr, (obj, ir.Const(name)))
        return contents(site) or Unknown(), Moves()
    if isinstance(special, types.FunctionType):
        return interpret.call_function(inf, stmt, special, None, (obj, ir.Const(name)), (), env)
    return Unknown(is_active(kind)), Moves()


def none_by_class(site: Site, name: str) -> bool:
    """Whether an attribute may not be the object's own yet, and is None in its class."""
    held_before = site.value is not None and name in attributes_of(site.value)
    return not held_before and any(name in vars(cls) and vars(cls)[name] is None for cls in site.type.__mro__)


def joins_numbers(kinds: tuple[Kind, ...]) -> bool:
    """Whether a subscript of `np.r_` holds numbers, arrays and lists, one number or array at least."""
    parts = [generalise(part) for part in kinds]
    if not all(isinstance(part, (Num, Seq)) or (isinstance(part, Ref) and part.site.type is list) for part in parts):
        return False
    return any(isinstance(part, Num) for part in parts)


def joined(inf: Inference, stmt: Any, joiner: type, index: ir.Atom, key: Kind, env: Env) -> Result:
    """`np.r_[a, b]`, `np.c_[a, b]`."""
    name, by_parts, as_said, alone = prelude.JOINED[joiner]
    parts = key.items if isinstance(key, Tup) else (key,)
    form = by_parts if isinstance(key, Tup) else alone
    if isinstance(parts[0], Known) and isinstance(parts[0].value, str):
        form, parts = as_said, parts[1:]
    spell_out(inf, index, key)
    if not joins_numbers(parts):
        advice = "use np.concatenate, or np.column_stack for columns"
        raise UnsupportedError(f"np.{name}[...] of anything but numbers, arrays, lists and slices", advice)
    return interpret.call_function(inf, stmt, form, None, (index,), (), env)


def spell_out(inf: Inference, index: ir.Atom, key: Kind) -> None:
    """Ask for the numbers that slices and ranges in `np.r_[x, 0:3]` stand for."""
    if not isinstance(key, Tup):
        return
    for made in ir.walk(inf.function.body):
        if isinstance(made, ir.Let) and ir.Var(made.target) == index and isinstance(made.value, ir.Build):
            for atom, kind in zip(made.value.items, key.items):
                found = type(kind.value) if isinstance(kind, Known) else getattr(kind, "type", None)
                if found in (slice, range) and not isinstance(atom, ir.Star):
                    raise NeedRows(made, atom, spelled_row if found is slice else np.array, earlier=True)


def item(inf: Inference, stmt: Any, obj: ir.Atom, index: ir.Atom, env: Env) -> Result:
    """`obj[index]`."""
    kind, key = inf.atom(obj, env), inf.atom(index, env)
    used_at(stmt, kind, key)
    if isinstance(kind, Known) and isinstance(kind.value, (tuple, list, dict)) and isinstance(key, Known):
        try:
            return inf.world.kind_of(kind.value[key.value]), Moves()
        except (KeyError, IndexError, TypeError):
            return Unknown(), Plain()
    if isinstance(kind, Known) and type(kind.value) in prelude.JOINED and is_active(key):
        return joined(inf, stmt, type(kind.value), index, key, env)
    grid = grid_kind(kind.value, key) if isinstance(kind, Known) and not is_active(key) else None
    if grid is not None:
        return grid, Plain()
    if isinstance(kind, Num) or (isinstance(kind, Known) and isinstance(kind.value, np.ndarray)):
        rule = lookup(operator.getitem)
        assert rule is not None
        names = [p.name for p in rule.params]
        key = as_index(key)
        if is_active(key):
            raise UnsupportedError("an index that depends on the input", "make the index an integer computed apart")
        if isinstance(key, Unknown):
            key = Inert()  # an index of unknown kind is fine: the rule only hands it on
        return by_rule(inf, stmt, rule, operator.getitem, dict(zip(names, (obj, index))), dict(zip(names, (kind, key))))
    return subscripts.item(inf, stmt, obj, index, kind, key, env)
