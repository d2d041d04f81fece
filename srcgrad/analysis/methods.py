"""Calls of methods: those of arrays from the table, those of containers and text, those of classes in Python."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import advice, ir
from srcgrad.analysis import (
    access,
    attributes,
    caches,
    chosen,
    constants,
    container_methods,
    containers,
    lookups,
    nested,
    outputs,
    prelude,
    texts,
    writers,
)
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.arms import lacks
from srcgrad.analysis.calls import call, plain_call, split_starred
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Closure, Inert, Kind, Known, Method, Never, Num, OneOf, Ref, Seq, Super, Tup, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Moves, Plain, Result
from srcgrad.analysis.ruled import by_rule, located, made_here, with_inactive
from srcgrad.analysis.spelled import is_settled
from srcgrad.analysis.texts import WRITING_METHODS
from srcgrad.analysis.unknown import dynamic, hand_over, may_be_array
from srcgrad.checkpointing import Checkpoint
from srcgrad.custom import CustomRule
from srcgrad.errors import UnsupportedError
from srcgrad.rules import stand_ins
from srcgrad.rules.language import Rule, constant_kind, lookup, lookup_method
from srcgrad.rules.made import made_kind

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


GENERATORS = (np.random.Generator, np.random.RandomState)
# methods of arrays that tell places, or whether something holds
PLACES = ("any", "all", "argmax", "argmin", "argsort", "argpartition", "searchsorted")


def call_method(inf: Inference, stmt: Any, obj: ir.Atom, name: str, args: Any, keywords: Keywords, env: Env) -> Result:
    """`obj.name(*args, **keywords)`."""
    kind = inf.whole(obj, env)
    if isinstance(kind, OneOf):
        return chosen.method(inf, stmt, kind, obj, name, args, keywords, env)
    look = inf.whole if isinstance(kind, (Ref, Tup, Super, Known)) else inf.atom
    kinds = [look(a.value if isinstance(a, ir.Star) else a, env) for a in args]
    keyword_kinds = [look(v, env) for _, v in keywords]
    active = any(is_active(k) for k in (*kinds, *keyword_kinds))
    split_starred(stmt, args, kinds)
    method = ir.Attr(obj, name)
    given = nested.table_method(inf, kind, method, args, kinds) if isinstance(kind, Unknown) and not keywords else None
    if given is not None:
        return given
    match kind:
        case Num():
            return array_method(inf, stmt, obj, kind, name, args, keywords, kinds, keyword_kinds, active, env)
        case Known(value=value) if isinstance(value, GENERATORS):
            return draw(inf, stmt, obj, kind, type(value), name, args, keywords, kinds, keyword_kinds, active, env)
        case Known(value=value):
            try:
                found = getattr(value, name)
            except AttributeError:
                return Unknown(), Plain()
            lookups.note(value, name, lookups.stored(value, name) if isinstance(value, type) else found)
            if isinstance(found, (types.FunctionType, types.MethodType, type, np.ufunc)) or callable(found):
                if isinstance(value, (str, bytes, tuple)):
                    return text_method(inf, value, name, active), Plain()
                known = isinstance(value, (types.ModuleType, type, np.ufunc)) or isinstance(found, types.FunctionType)
                if not known:
                    instead = stand_ins.stand_in(found)
                    if instead is not None:
                        return call(inf, stmt, Known(instead), method, args, keywords, env)
                    if active:
                        return dynamic(inf, method, args, keywords, Unknown(), kinds + keyword_kinds)
                return call(inf, stmt, Known(found), method, args, keywords, env)
            found_kind = inf.world.kind_of(found)
            return call(inf, stmt, found_kind, method, args, keywords, env)
        case Super(obj=inner, atom=atom):
            found = access.behind(kind, name)
            if isinstance(found, types.FunctionType):
                return call_function(inf, stmt, found, None, (atom, *args), keywords, env)
            if isinstance(found, classmethod) and isinstance(found.__func__, types.FunctionType):
                cls = inner.site.type if isinstance(inner, Ref) else getattr(inner, "value", None)
                receiver = ir.Bound(getattr(cls, "__name__", "cls"), cls)
                return call_function(inf, stmt, found.__func__, None, (receiver, *args), keywords, env)
            if isinstance(found, staticmethod):
                return call(inf, stmt, Known(found.__func__), method, args, keywords, env)
            if name == "__setattr__" and found is object.__setattr__ and len(args) == 2:
                return attributes.put(inf, found, (atom, *args), [inner, *kinds])
            if name == "__init__" and not args and not keywords:
                return Known(None), Plain()
            return dynamic(inf, method, args, keywords, kind, kinds + keyword_kinds)
        case Tup(type=cls) if cls is not tuple:
            found = lookups.class_attribute(cls, name)
            if name == "_replace" and not args:
                items = list(kind.items)
                for (key, _), value_kind in zip(keywords, keyword_kinds):
                    items[cls._fields.index(key)] = value_kind  # type: ignore[attr-defined]
                return Tup(tuple(items), cls), Moves(containers.active_operands(inf, [a for _, a in keywords], env))
            if isinstance(found, types.FunctionType) and not name.startswith("_"):
                return call_function(inf, stmt, found, None, (obj, *args), keywords, env)
        case Ref(site=site):
            moved = container_methods.method(
                inf, stmt, kind, name, [*kinds, *keyword_kinds], [*args, *(v for _, v in keywords)], env
            )
            if moved is not None:
                return moved
            if site.items is not None and name in site.items and not issubclass(site.type, (list, dict, set)):
                return call(inf, stmt, site.items[name], method, args, keywords, env)
            found = lookups.class_attribute(site.type, name)
            if isinstance(found, types.FunctionType):
                return call_function(inf, stmt, found, None, (obj, *args), keywords, env)
            if isinstance(found, caches.WRAPPER) and (active or is_active(kind)):
                return call_function(inf, stmt, caches.behind(inf, found), None, (obj, *args), keywords, env)
            if isinstance(found, staticmethod):
                return call(inf, stmt, Known(found.__func__), method, args, keywords, env)
            if isinstance(found, (Checkpoint, CustomRule)):
                return call(inf, stmt, Known(found), method, (obj, *args), keywords, env)
            if isinstance(found, classmethod):
                bound = getattr(site.type, name)
                return call(inf, stmt, Known(bound), method, args, keywords, env)
            if isinstance(found, property) or lookups.descriptor(found, "__get__") is not None:
                return dynamic(inf, method, args, keywords, Unknown(is_active(kind)), kinds + keyword_kinds)
        case Tup():
            moved = container_methods.method(inf, stmt, kind, name, kinds, args, env)
            if moved is not None:
                return moved
        case Unknown(type=cls) if cls is not None and constants.stays(cls, name) and not active:
            return Unknown(type=cls), Plain()
        case Unknown(type=cls) if active and constants.is_sparse(cls) and not stand_ins.of_class(cls, name):  # type: ignore[arg-type]
            raise inf.refuse(stmt, constants.CALLED.format(name), constants.WRITTEN[1])
        case Inert(type=cls) if cls in (str, bytes):
            return text_method(inf, "", name, active), Plain()
        case Inert(type=cls) if cls is not None and issubclass(cls, GENERATORS):
            return draw(inf, stmt, obj, kind, cls, name, args, keywords, kinds, keyword_kinds, active, env)
        case Never():
            return Never(), Plain()
    if isinstance(kind, (Unknown, Ref, Seq, Closure, Method)) or active:
        if hand_over(inf, [kind, *kinds, *keyword_kinds]):
            return Unknown(True), Dynamic(method, tuple(args), keywords)
        inf.writes_arrays |= isinstance(kind, (Unknown, Ref)) or any(may_be_array(k) for k in kinds)
        inf.world.unseen |= isinstance(kind, Unknown)
    return Unknown(), Plain()


def draw(
    inf: Inference, stmt: Any, obj: ir.Atom, kind: Kind, cls: type, name: str, args: Any, keywords: Keywords,
    kinds: list[Kind], keyword_kinds: list[Kind], active: bool, env: Env,
) -> Result:  # fmt: skip
    """A draw from a generator of random numbers."""
    function = getattr(cls, name, None)
    rule = lookup(function)
    starred = ir.has_stars(args, keywords)
    if rule is not None and not starred:
        bound = rule.bind([obj, *args], dict(keywords), function)
        bound_kinds = rule.bind([kind, *kinds], {n: k for (n, _), k in zip(keywords, keyword_kinds)})
        if active:
            return by_rule(inf, stmt, rule, function, bound, bound_kinds)
        return with_inactive(rule.result(function, bound_kinds)), Plain()
    form = stand_ins.of_class(cls, name)
    first = kinds[0] if kinds else next((k for (n, _), k in zip(keywords, keyword_kinds) if n in ("x", "a")), Known(0))
    moves = active if name == "multivariate_normal" else is_active(first)
    if isinstance(form, stand_ins.OfObject) and moves:
        return call_function(inf, stmt, form.function, None, (obj, *args), keywords, env)
    if active:
        instead = "draw from a distribution without parameters, and compute with the result"
        raise UnsupportedError(f"{cls.__name__}.{name}() with parameters that depend on the input", instead)
    inf.writes_arrays |= name in ("shuffle", "permuted")
    others: dict[str, Kind] = {"spawn": Seq(Inert(cls)), "bytes": Inert(bytes), "get_state": Unknown()}
    return made_kind(function, kinds) or others.get(name, Num(None, None, None)), Plain()


def text_method(inf: Inference, value: Any, name: str, active: bool) -> Kind:
    """The kind of a string method's result; `active` where values that depend on the input are written into it."""
    inf.world.texts |= active
    if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return Seq(Inert(str))
    if name.startswith("is") or name in ("startswith", "endswith"):
        return Num((), np.dtype(bool), "py")
    if name in ("index", "count", "find", "rfind", "rindex"):
        return Num((), np.dtype(int), "py")
    return Inert(type(value), active) if isinstance(value, (str, bytes)) else Unknown()


def function_of(rule: Rule, name: str) -> Any:
    """The function that a method of an array is."""
    return next((f for f in rule.functions if getattr(f, "__name__", "") == name), rule.functions[0])


def array_method(
    inf: Inference, stmt: Any, obj: ir.Atom, kind: Num, name: str, args: Any, keywords: Keywords,
    kinds: list[Kind], keyword_kinds: list[Kind], active: bool, env: Env,
) -> Result:  # fmt: skip
    """A method of an array or number."""
    written = writers.method(inf, stmt, obj, kind, name, args, keywords, kinds, active, env)
    if written is not None:
        return written
    if kind.active and name in WRITING_METHODS:
        return texts.written(inf, WRITING_METHODS[name])
    if name == "tolist" and kind.active and len(kind.shape or ()) == 2:
        return call_function(inf, stmt, prelude.list_of_rows, None, (obj,), (), env)
    rule = lookup_method(name)
    starred = ir.has_stars(args, keywords)
    if name == "round" and not starred:
        _, _, out, _ = outputs.split_outputs(inf, None, np.round, args, keywords, env, 1)
        rounded = constant_kind(np.round, [kind])
        found: Result = with_inactive(Num(None, None, None) if rounded is None else rounded), Plain()
        return found if out is None else outputs.into(inf, stmt, found, out, None, env)
    function = None if rule is None else function_of(rule, name)
    if starred and rule is not None and outputs.may_write(function, args, kinds, keywords, keyword_kinds, 1):
        return dynamic(inf, ir.Attr(obj, name), args, keywords, kind, kinds + keyword_kinds)
    if rule is None or starred:
        if kind.active or active:
            if name in (*PLACES, "nonzero", "is_integer"):
                return (Num(None, None, None) if name != "nonzero" else Seq(Num(None, None, None))), Plain()
            if starred:
                return Unknown(True), Dynamic(ir.Attr(obj, name), tuple(args), keywords)
            if lacks(kind, name):
                return Never(), Plain()
            if name.startswith("__") and not all(map(is_settled, (kind, *kinds))):
                return dynamic(inf, ir.Attr(obj, name), args, keywords, kind, kinds + keyword_kinds)
            raise UnsupportedError(f"the array method .{name}()", advice.for_method(name))
        if name in (*PLACES, "item"):
            return Num(None, None, None), Plain()
        return Unknown(), Plain()
    if any(n in ("out", "where") for n, _ in keywords) or len(args) >= rule.positional:
        args, keywords, out, where = outputs.split_outputs(inf, rule, function, args, keywords, env, 1)
        found = plain_call(inf, stmt, rule, function, (obj, *args), keywords, env, kind.active or active)
        return found if out is None and where is None else outputs.into(inf, stmt, found, out, where, env)
    try:
        bound = rule.bind([obj, *args], dict(keywords))
        bound_kinds = rule.bind([kind, *kinds], {n: k for (n, _), k in zip(keywords, keyword_kinds)})
    except UnsupportedError:
        if kind.active or active:
            raise
        return Unknown(), Plain()
    if not (kind.active or active):
        try:
            result = located(inf, stmt, rule, bound_kinds, rule.result(function, bound_kinds))
            return with_inactive(made_here(inf, stmt, result)), Plain()
        except (UnsupportedError, ValueError, TypeError, IndexError, KeyError):
            return Unknown(), Plain()
    return by_rule(inf, stmt, rule, function, bound, bound_kinds)
