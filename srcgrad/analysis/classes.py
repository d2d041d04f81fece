"""Calls of classes: dataclasses, named tuples, exceptions and classes with an `__init__` in Python."""

from __future__ import annotations

import collections
import dataclasses
import functools
import operator
import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.advice import INSTEAD
from srcgrad.analysis import containers, entry, partials, prelude
from srcgrad.analysis.activity import generalise
from srcgrad.analysis.by_rows import need_rows
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Inert, Kind, Ref, Site, Tup, Unknown
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import ByCall, Keywords, Moves, Plain, Result
from srcgrad.analysis.unknown import dynamic
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


# classes of the standard library that go through what they are given
HOLDING_ITEMS = (collections.deque, collections.UserList)
GETTERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller)


def construct(
    inf: Inference, stmt: Any, cls: type, args: Any, keywords: Keywords, kinds: list[Kind], active: bool, env: Env
) -> Result:
    """`Class(*args)`."""
    every = [*args, *(v for _, v in keywords)]
    all_kinds = [*kinds, *(inf.atom(v, env) for _, v in keywords)]
    moved = Moves(containers.active_operands(inf, every, env))
    if issubclass(cls, BaseException):
        if not active:
            return Inert(cls), Plain()
        if isinstance(class_attribute(cls, "__init__"), types.FunctionType):
            return dynamic(inf, ir.Bound(cls.__name__, cls), args, keywords, Unknown(True), all_kinds)
        for kind in all_kinds:
            escape(kind)
        return Unknown(True), moved
    starred = ir.has_stars(args, keywords)
    if entry.is_named_tuple(cls) and not starred:
        fields = dict(zip(cls._fields, kinds))  # type: ignore[attr-defined]
        fields.update({name: inf.atom(v, env) for name, v in keywords})
        for name, value in getattr(cls, "_field_defaults", {}).items():
            fields.setdefault(name, inf.world.kind_of(value))
        return Tup(tuple(fields[f] for f in cls._fields), cls), moved  # type: ignore[attr-defined]
    if entry.is_user_class(cls) and issubclass(cls, (list, dict, set, frozenset)):
        if not active:
            return Unknown(), Plain()
        made = [class_attribute(cls, name) for name in ("__init__", "__new__")]
        if cls.__module__ != "collections" and any(isinstance(method, types.FunctionType) for method in made):
            base = cls.__mro__[-2].__name__
            raise UnsupportedError(f"__init__ of a class derived from {base}", "keep the items in an attribute")
        for atom, kind in zip(args, kinds):
            need_rows(stmt, atom, kind)
        inf.world.opaque = True
        for kind in all_kinds:
            escape(kind)
        return Unknown(True), moved
    if cls is types.SimpleNamespace and not args and not starred:
        site = inf.sites.setdefault(stmt, Site(cls, {}))
        for name, v in keywords:
            containers.held_in(inf, site, generalise(inf.atom(v, env)), name)
        return Ref(site), moved
    if entry.is_user_class(cls) and cls is not types.SimpleNamespace and type(cls).__call__ is type.__call__:
        # one of several classes makes objects of its own
        site = inf.sites.setdefault(stmt if inf.member is None else (stmt, inf.member), Site(cls, {}))
        init = class_attribute(cls, "__init__")
        if dataclasses.is_dataclass(cls) and "__init__" in generated_methods(cls):
            written = prelude.init_of(cls)
            if starred and written is None:
                return dynamic(inf, ir.Bound(cls.__name__, cls), args, keywords, Unknown(), all_kinds)
            if written is not None:
                receiver = Ref(site)
                _, meaning = call_function(inf, stmt, written, None, args, keywords, env, receiver)
                if isinstance(meaning, ByCall):
                    meaning.construct = cls
                return receiver, meaning
            values: dict[str, Kind] = {}
            names = [f.name for f in dataclasses.fields(cls) if f.init]
            values.update(zip(names, kinds))
            values.update({name: inf.atom(v, env) for name, v in keywords})
            for field in dataclasses.fields(cls):
                if field.name not in values and field.name not in (site.items or {}):
                    values[field.name] = default_kind(inf, stmt, field)
            for name, value in values.items():
                containers.held_in(inf, site, generalise(value), name)
            return Ref(site), moved
        if entry.is_named_tuple(cls) or class_attribute(cls, "__new__") is not object.__new__:
            return dynamic(inf, ir.Bound(cls.__name__, cls), args, keywords, Unknown(), all_kinds)
        if isinstance(init, types.FunctionType):
            receiver = Ref(site)
            _, meaning = call_function(inf, stmt, init, None, args, keywords, env, receiver)
            if isinstance(meaning, ByCall):
                meaning.construct = cls
            return receiver, meaning
        return Ref(site), moved
    if cls is functools.partial and kinds and not starred:
        bound = partials.make(inf, stmt, all_kinds, [str(name) for name, _ in keywords])
        return bound, moved if active else Plain()
    if not active:
        return Inert(slice) if cls is slice else Unknown(), Plain()
    if cls in (functools.partial, slice, *GETTERS):
        inf.world.opaque = True
        for kind in all_kinds:
            escape(kind)
        return Inert(slice) if cls is slice else Unknown(True), moved
    if cls.__module__ in ("collections", "types"):
        for atom, kind in zip(args, kinds) if cls in HOLDING_ITEMS else ():
            if not isinstance(atom, ir.Star):
                need_rows(stmt, atom, kind)
        inf.world.opaque = True
        for kind in all_kinds:
            escape(kind)
        return Unknown(True), moved
    instead = INSTEAD.get(cls.__name__, "it is not written in Python; use arrays, or a class of your own")
    raise UnsupportedError(f"{cls.__qualname__}() on values that depend on the input", instead)


def default_kind(inf: Inference, stmt: Any, field: dataclasses.Field[Any]) -> Kind:
    """The kind of what a field holds where it is not given: the same one in every pass."""
    make: Any = field.default_factory
    if make is dataclasses.MISSING:
        return inf.world.kind_of(field.default)
    made_at = (stmt, field.name) if inf.member is None else (stmt, inf.member, field.name)
    return Ref(inf.sites.setdefault(made_at, Site(make, None if make is set else {})))


def generated_methods(cls: type) -> set[str]:
    """Names of the methods that dataclasses wrote for a class or its bases."""
    init = cls.__init__  # type: ignore[misc]
    code = getattr(init, "__code__", None)
    return {"__init__"} if code is not None and code.co_filename == "<string>" else set()
