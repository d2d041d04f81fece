"""What a call is: an entry of the table, a constant, a container's, a class, or a function to differentiate."""

from __future__ import annotations

import copy
import dataclasses
import functools
import inspect
import json
import os
import operator
import pickle
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import attributes, containers, entry, lookups, prelude
from srcgrad.analysis.kinds import Closure, Inert, Kind, Known, Method, Never, Num, Ref, Seq, Site, Super, Tup, Unknown
from srcgrad.analysis.meaning import ByCall, Dynamic, Meaning, Moves, Plain, Rows
from srcgrad.analysis.versions import escape, generalise, is_active
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.rules.language import constant_kind, is_constant, lookup, lookup_method, refuses_active
from srcgrad.runtime.rows import rows

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Env, Inference

Result = tuple[Kind, Meaning]
Keywords = tuple[tuple[Any, Any], ...]
MAX_DEPTH = 24
GETTERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller)


def constant_result(function: Any, kinds: list[Kind]) -> Kind:
    """The kind of a call whose result carries no derivative."""
    from srcgrad.analysis.infer import with_inactive

    rule = lookup(function)
    if rule is not None:
        try:
            names = [p.name for p in rule.params]
            return with_inactive(rule.result(function, dict(zip(names, kinds))))
        except (UnsupportedError, ValueError, TypeError, IndexError, KeyError):
            return Unknown()
    found = constant_kind(function, kinds, {})
    return Unknown() if found is None else with_inactive(found)


def call(inf: Inference, stmt: Any, kind: Kind, func: Any, args: Any, keywords: Keywords, env: Env) -> Result:
    """`func(*args, **keywords)` where func is of this kind."""
    kinds = [inf.atom(a.value if isinstance(a, ir.Star) else a, env) for a in args]
    keyword_kinds = [inf.atom(v, env) for _, v in keywords]
    active = any(is_active(k) for k in (*kinds, *keyword_kinds))
    split_starred(stmt, args, kinds)
    match kind:
        case Known(value=function):
            if function is dataclasses.replace:
                seen = attributes.replaced(inf, stmt, args, kinds, keywords, keyword_kinds, env)
            else:
                seen = attributes.call(inf, stmt, function, args, kinds, env)
            if seen is not None:
                return seen
            return known_call(inf, stmt, function, func, args, keywords, kinds, keyword_kinds, active, env)
        case Method(obj=obj, function=types.FunctionType() as function):
            # what it does is known; which object it is bound to is seen when it runs
            result, meaning = call_function(inf, stmt, function, None, args, keywords, env, obj)
            return result, Plain() if isinstance(meaning, Plain) else Dynamic(func, tuple(args), keywords)
        case Closure(function=function):
            return call_function(inf, stmt, kind, func, args, keywords, env)
        case Ref(site=site):
            from srcgrad.analysis.resolve import class_attribute

            found = class_attribute(site.type, "__call__")
            if isinstance(found, types.FunctionType):
                return call_function(inf, stmt, found, None, (func, *args), keywords, env)
        case Never():
            return Never(), Plain()
    return dynamic(inf, func, args, keywords, kind, kinds + keyword_kinds)


def split_starred(stmt: Any, args: Any, kinds: list[Kind]) -> None:
    """`f(*x)` of an active array: its rows become values of their own."""
    from srcgrad.analysis.resolve import need_rows

    for atom, kind in zip(args, kinds):
        if isinstance(atom, ir.Star):
            need_rows(stmt, atom.value, kind)


def dynamic(inf: Inference, func: Any, args: Any, keywords: Keywords, kind: Kind, kinds: list[Kind]) -> Result:
    """A call of something unknown."""
    for other in (kind, *kinds):
        escape(other)
    if not any(is_active(k) for k in (kind, *kinds)):
        inf.writes_arrays |= any(may_be_array(k) for k in kinds)
        return Unknown(), Plain()
    inf.world.opaque = True
    return Unknown(True), Dynamic(func, tuple(args), keywords)


def may_be_array(kind: Kind) -> bool:
    """Whether code that gets such a value could write into an array."""
    return isinstance(kind, (Unknown, Ref)) or (isinstance(kind, Num) and not kind.is_number)


# functions that copy or pack values, so that what comes out can no longer be told to be what went in
UNTRACKED: dict[Any, str] = {
    copy.deepcopy: "copy the arrays that are needed one by one: x.copy()",
    pickle.dumps: "store values after the gradient was taken",
    json.dumps: "write values after the gradient was taken",
    np.save: "store values after the gradient was taken",
}
WRITTEN_OUT = {str, repr, format, ascii, np.array2string, np.array_str, np.array_repr, np.format_float_positional}
READ_BACK = {float, int, complex, np.float64, np.float32, np.array, np.asarray, np.fromstring, json.loads}


def _hashable(function: Any) -> bool:
    try:
        hash(function)
    except TypeError:
        return False
    return True


def _printed(kind: Kind) -> bool:
    """Whether a value is a text, or holds texts, that numbers depending on the input were written into."""
    if isinstance(kind, Seq):
        return _printed(kind.elem)
    if isinstance(kind, Tup):
        return any(_printed(item) for item in kind.items)
    if isinstance(kind, Ref) and kind.site.elem is not None:
        return _printed(kind.site.elem)
    return isinstance(kind, Inert) and kind.printed


def known_call(
    inf: Inference, stmt: Any, function: Any, func: Any, args: Any, keywords: Keywords,
    kinds: list[Kind], keyword_kinds: list[Kind], active: bool, env: Env,
) -> Result:  # fmt: skip
    """A call of a function known now."""
    from srcgrad.analysis.resolve import by_rule, row_kind

    if function is rows:
        source = kinds[0]
        if isinstance(source, Num) and source.active:
            return containers.fresh_list(inf, stmt, row_kind(source)), Rows(args[0])
        if isinstance(source, Unknown) and source.active:
            return Seq(Unknown(True)), Dynamic(rows, tuple(args))
        return source, Moves()
    if function is range:
        return Inert(range), Plain()
    if active and _hashable(function) and function in UNTRACKED:
        raise UnsupportedError(f"{name_of(function)}() on values that depend on the input", UNTRACKED[function])
    if active and _hashable(function) and function in WRITTEN_OUT:
        return Inert(str, printed=True), Plain()
    if _hashable(function) and function in READ_BACK and any(_printed(k) for k in kinds):
        raise UnsupportedError(
            f"{name_of(function)}() of a text that values were written into", "keep the number itself, not its digits"
        )
    written_out = prelude.replacement(function, len(args))
    if written_out is not None:
        result, meaning = call_function(inf, stmt, written_out, None, args, keywords, env)
        if isinstance(meaning, Plain) and function in (map, filter):
            result = Seq(containers.element(inf, result))
        return result, meaning
    try:
        moved = containers.builtin(inf, stmt, function, kinds, args, keywords, env)
    except TypeError:
        moved = None
    if moved is not None:
        return moved
    rule = lookup(function)
    if rule is not None:
        starred = any(isinstance(a, ir.Star) for a in args) or any(name is None for name, _ in keywords)
        if starred:
            if active:
                return Unknown(True), Dynamic(func, tuple(args), keywords)
            return Unknown(), Plain()
        if not active and out_argument(keywords):
            inf.writes_arrays = inf.mutates = True
            return Unknown(), Plain()
        try:
            bound = rule.bind(list(args), {name: atom for name, atom in keywords})
            bound_kinds = rule.bind(kinds, {name: k for (name, _), k in zip(keywords, keyword_kinds)})
        except UnsupportedError:
            if active:
                raise
            return Unknown(), Plain()
        if not active:
            try:
                from srcgrad.analysis.infer import with_inactive

                return with_inactive(rule.result(function, bound_kinds)), Plain()
            except (UnsupportedError, ValueError, TypeError, IndexError, KeyError):
                return Unknown(), Plain()
        return by_rule(inf, stmt, rule, function, bound, bound_kinds)
    if is_constant(function):
        if active and function in ITERATES:
            raise UnsupportedError(
                f"{name_of(function)}() on values that depend on the input", "loop over np.ndindex(x.shape) and read x[index]"
            )
        if function in WRITERS or out_argument(keywords):
            if active:
                raise UnsupportedError(f"{name_of(function)}() on active values", "build a new array instead")
            inf.writes_arrays = inf.mutates = True
        if active and refuses_active(function):
            raise UnsupportedError(
                f"{name_of(function)}() with a value that depends on the input",
                "it has no derivative here; compute it from differentiable functions, or from values that do not depend on it",
            )
        named = {str(name): kind for (name, _), kind in zip(keywords, keyword_kinds)}
        found = constant_kind(function, list(kinds), named)
        from srcgrad.analysis.infer import with_inactive

        return (Unknown() if found is None else with_inactive(found)), Plain()
    if isinstance(function, type):
        return construct(inf, stmt, function, args, keywords, kinds, active, env)
    if isinstance(function, types.FunctionType):
        if entry.is_library(function) and not active:
            inf.writes_arrays |= any(may_be_array(k) for k in kinds)
            return Unknown(), Plain()
        return call_function(inf, stmt, function, None, args, keywords, env)
    if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType):
        receiver = ir.Bound(function.__self__.__name__, function.__self__) if isinstance(function.__self__, type) else None
        if receiver is not None:
            return call_function(inf, stmt, function.__func__, None, (receiver, *args), keywords, env)
    if isinstance(function, (functools.partial, *GETTERS)) or is_gradient(function):
        return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
    if not active:
        inf.writes_arrays |= any(may_be_array(k) for k in kinds)
        return Unknown(), Plain()
    if isinstance(function, types.MethodType):
        return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
    raise UnsupportedError(
        f"{name_of(function)}() on values that depend on the input",
        "it has no derivative rule and no Python source; write it with NumPy functions that have one",
    )


def is_gradient(function: Any) -> bool:
    """Whether a callable is one of srcgrad's own derivative objects."""
    return type(function).__module__.startswith("srcgrad.")


def out_argument(keywords: Keywords) -> bool:
    return any(name == "out" for name, _ in keywords)


# what gives the elements themselves, one by one
ITERATES = {np.ndenumerate, np.nditer}
WRITERS = {np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.add.at, np.subtract.at, np.multiply.at}


def name_of(function: Any) -> str:
    """A readable name of a callable."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function)
    module = getattr(function, "__module__", None)
    return f"{module}.{name}" if module and module not in ("builtins", "__main__") else str(name)


# -------------------------------------------------------------------------------------------------------- methods


ARRAY_WRITERS = {"fill", "sort", "partition", "put", "itemset", "resize", "setfield", "setflags", "byteswap"}


def call_method(
    inf: Inference, stmt: Any, obj: ir.Atom, name: str, args: Any, keywords: Keywords, env: Env
) -> Result:
    """`obj.name(*args, **keywords)`."""
    from srcgrad.analysis import resolve

    kind = inf.atom(obj, env)
    kinds = [inf.atom(a.value if isinstance(a, ir.Star) else a, env) for a in args]
    keyword_kinds = [inf.atom(v, env) for _, v in keywords]
    active = any(is_active(k) for k in (*kinds, *keyword_kinds))
    split_starred(stmt, args, kinds)
    method = ir.Attr(obj, name)
    match kind:
        case Num() if not kind.maybe_none or True:
            return array_method(inf, stmt, obj, kind, name, args, keywords, kinds, keyword_kinds, active)
        case Known(value=value):
            try:
                found = getattr(value, name)
            except AttributeError:
                return Unknown(), Plain()
            lookups.note(value, name, lookups.stored(value, name) if isinstance(value, type) else found)
            if isinstance(found, (types.FunctionType, types.MethodType, type, np.ufunc)) or callable(found):
                if isinstance(value, (str, bytes, tuple)):
                    return containers_of_text(value, name, active), Plain()
                if not isinstance(value, (types.ModuleType, type)) and not isinstance(found, types.FunctionType):
                    if active:
                        return dynamic(inf, method, args, keywords, Unknown(), kinds + keyword_kinds)
                return call(inf, stmt, Known(found), method, args, keywords, env)
            found_kind = inf.world.kind_of(found)
            return call(inf, stmt, found_kind, method, args, keywords, env)
        case Super(obj=inner, atom=atom):
            found = attributes.behind(kind, name)
            if isinstance(found, types.FunctionType):
                return call_function(inf, stmt, found, None, (atom, *args), keywords, env)
            if isinstance(found, classmethod) and isinstance(found.__func__, types.FunctionType):
                cls = inner.site.type if isinstance(inner, Ref) else getattr(inner, "value", None)
                receiver = ir.Bound(getattr(cls, "__name__", "cls"), cls)
                return call_function(inf, stmt, found.__func__, None, (receiver, *args), keywords, env)
            if isinstance(found, staticmethod):
                return call(inf, stmt, Known(found.__func__), method, args, keywords, env)
            if name == "__init__" and not args and not keywords:
                return Known(None), Plain()
            return dynamic(inf, method, args, keywords, kind, kinds + keyword_kinds)
        case Tup(type=cls) if cls is not tuple:
            found = resolve.class_attribute(cls, name)
            if name == "_replace" and not args:
                items = list(kind.items)
                for (key, _), value_kind in zip(keywords, keyword_kinds):
                    items[cls._fields.index(key)] = value_kind  # type: ignore[attr-defined]
                return Tup(tuple(items), cls), Moves(containers.active_operands(inf, [a for _, a in keywords], env))
            if isinstance(found, types.FunctionType) and not name.startswith("_"):
                return call_function(inf, stmt, found, None, (obj, *args), keywords, env)
        case Ref(site=site):
            moved = containers.method(
                inf, stmt, kind, name, [*kinds, *keyword_kinds], [*args, *(v for _, v in keywords)], env
            )
            if moved is not None:
                return moved
            if site.items is not None and name in site.items and not issubclass(site.type, (list, dict, set)):
                return call(inf, stmt, site.items[name], method, args, keywords, env)
            found = resolve.class_attribute(site.type, name)
            if isinstance(found, types.FunctionType):
                return call_function(inf, stmt, found, None, (obj, *args), keywords, env)
            if isinstance(found, staticmethod):
                return call(inf, stmt, Known(found.__func__), method, args, keywords, env)
            if isinstance(found, classmethod):
                bound = getattr(site.type, name)
                return call(inf, stmt, Known(bound), method, args, keywords, env)
            if isinstance(found, property):
                return dynamic(inf, method, args, keywords, Unknown(is_active(kind)), kinds + keyword_kinds)
        case Tup():
            moved = containers.method(inf, stmt, kind, name, kinds, args, env)
            if moved is not None:
                return moved
        case Inert(type=cls) if cls in (str, bytes):
            return containers_of_text("", name, active or _printed(kind)), Plain()
        case Inert(type=cls) if cls is not None and issubclass(cls, (np.random.Generator, np.random.RandomState)):
            inf.writes_arrays |= name in ("shuffle", "permuted")
            return Num(None, None, None), Plain()
        case Never():
            return Never(), Plain()
    if isinstance(kind, (Unknown, Ref, Seq, Closure, Method)) or active:
        for other in (kind, *kinds, *keyword_kinds):
            escape(other)
        if is_active(kind) or active:
            inf.world.opaque = True
            return Unknown(True), Dynamic(method, tuple(args), keywords)
        inf.writes_arrays |= isinstance(kind, (Unknown, Ref)) or any(may_be_array(k) for k in kinds)
    return Unknown(), Plain()


def containers_of_text(value: Any, name: str, printed: bool) -> Kind:
    """The kind of a string method's result; `printed` where values that depend on the input are in the text."""
    if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return Seq(Inert(str, printed))
    if name.startswith("is") or name in ("startswith", "endswith"):
        return Num((), np.dtype(bool), "py")
    if name in ("index", "count", "find", "rfind", "rindex"):
        return Num((), np.dtype(int), "py")
    return Inert(type(value), printed) if isinstance(value, (str, bytes)) else Unknown()


def array_method(
    inf: Inference, stmt: Any, obj: ir.Atom, kind: Num, name: str, args: Any, keywords: Keywords,
    kinds: list[Kind], keyword_kinds: list[Kind], active: bool,
) -> Result:  # fmt: skip
    """A method of an array or number."""
    from srcgrad.analysis.infer import with_inactive
    from srcgrad.analysis.resolve import by_rule

    if name in ARRAY_WRITERS:
        if kind.active or active:
            raise UnsupportedError(
                f"the array method .{name}()", "it writes in place; build a new array (np.sort(x), np.full_like(x, v))"
            )
        inf.writes_arrays = inf.mutates = True
        return Known(None), Plain()
    rule = lookup_method(name)
    starred = any(isinstance(a, ir.Star) for a in args) or any(n is None for n, _ in keywords)
    if rule is None or starred:
        if kind.active or active:
            if name in ("any", "all", "argmax", "argmin", "argsort", "nonzero", "tolist", "is_integer"):
                if name == "tolist":
                    raise UnsupportedError("the array method .tolist()", "loop over the array: [v for v in x]")
                return (Num(None, None, None) if name != "nonzero" else Seq(Num(None, None, None))), Plain()
            if starred:
                return Unknown(True), Dynamic(ir.Attr(obj, name), tuple(args), keywords)
            raise UnsupportedError(f"the array method .{name}()", f"use a NumPy function for it (np.{name}(...))")
        if name in ("any", "all", "argmax", "argmin", "argsort", "tolist", "item"):
            return (Unknown() if name == "tolist" else Num(None, None, None)), Plain()
        return Unknown(), Plain()
    function = next((f for f in rule.functions if getattr(f, "__name__", "") == name), rule.functions[0])
    try:
        bound = rule.bind([obj, *args], dict(keywords))
        bound_kinds = rule.bind([kind, *kinds], {n: k for (n, _), k in zip(keywords, keyword_kinds)})
    except UnsupportedError:
        if kind.active or active:
            raise
        return Unknown(), Plain()
    if not (kind.active or active):
        try:
            return with_inactive(rule.result(function, bound_kinds)), Plain()
        except (UnsupportedError, ValueError, TypeError, IndexError, KeyError):
            return Unknown(), Plain()
    return by_rule(inf, stmt, rule, function, bound, bound_kinds)


# -------------------------------------------------------------------------------------------------------- classes


def construct(
    inf: Inference, stmt: Any, cls: type, args: Any, keywords: Keywords, kinds: list[Kind], active: bool, env: Env
) -> Result:
    """`Class(*args)`."""
    from srcgrad.analysis.resolve import class_attribute

    every = [*args, *(v for _, v in keywords)]
    moved = Moves(containers.active_operands(inf, every, env))
    if issubclass(cls, BaseException):
        if not active:
            return Inert(cls), Plain()
        if isinstance(class_attribute(cls, "__init__"), types.FunctionType):
            return dynamic(inf, ir.Bound(cls.__name__, cls), args, keywords, Unknown(True), kinds)
        for kind in kinds:
            escape(kind)
        return Unknown(True), moved
    starred = any(isinstance(a, ir.Star) for a in args) or any(name is None for name, _ in keywords)
    if entry.is_named_tuple(cls) and not starred:
        fields = dict(zip(cls._fields, kinds))  # type: ignore[attr-defined]
        fields.update({name: inf.atom(v, env) for name, v in keywords})
        for name, value in getattr(cls, "_field_defaults", {}).items():
            fields.setdefault(name, entry.kind_of(value))
        return Tup(tuple(fields[f] for f in cls._fields), cls), moved  # type: ignore[attr-defined]
    if entry.is_user_class(cls) and type(cls) is type and not starred:
        site = inf.sites.get(stmt)
        if site is None:
            site = inf.sites[stmt] = Site(cls, {})
        init = class_attribute(cls, "__init__")
        if dataclasses.is_dataclass(cls) and "__init__" in generated_methods(cls):
            written = prelude.init_of(cls)
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
                if field.name not in values:
                    default = field.default
                    if default is dataclasses.MISSING and field.default_factory is not dataclasses.MISSING:
                        default = field.default_factory()
                    values[field.name] = entry.kind_of(default)
            for name, value in values.items():
                containers.held_in(inf, site, generalise(value), name)
            return Ref(site), moved
        if class_attribute(cls, "__new__") is not object.__new__:
            return dynamic(inf, ir.Bound(cls.__name__, cls), args, keywords, Unknown(), kinds)
        if isinstance(init, types.FunctionType):
            receiver = Ref(site)
            _, meaning = call_function(inf, stmt, init, None, args, keywords, env, receiver)
            if isinstance(meaning, ByCall):
                meaning.construct = cls
            return receiver, meaning
        return Ref(site), moved
    if not active:
        return Unknown(), Plain()
    if cls is functools.partial or cls in GETTERS:
        inf.world.opaque = True
        for kind in kinds:
            escape(kind)
        return Unknown(True), moved
    if cls.__module__ in ("collections", "types"):
        inf.world.opaque = True
        for kind in kinds:
            escape(kind)
        return Unknown(True), moved
    raise UnsupportedError(f"{cls.__qualname__}() on values that depend on the input", "use a class written in Python")


def generated_methods(cls: type) -> set[str]:
    """Names of the methods that dataclasses wrote for a class or its bases."""
    init = cls.__init__  # type: ignore[misc]
    code = getattr(init, "__code__", None)
    return {"__init__"} if code is not None and code.co_filename == "<string>" else set()


# ------------------------------------------------------------------------------------------------------ functions


def call_function(
    inf: Inference, stmt: Any, function: Any, callee: Any, args: Any, keywords: Keywords, env: Env,
    receiver: Kind | None = None,
) -> Result:  # fmt: skip
    """A call of a function with source: its result's kind by interpreting it with these arguments."""
    kinds = [inf.atom(a.value if isinstance(a, ir.Star) else a, env) for a in args]
    keyword_kinds = [inf.atom(v, env) for _, v in keywords]
    captures = function.captured if isinstance(function, Closure) else ()
    every = [*kinds, *keyword_kinds, *([receiver] if receiver is not None else [])]
    active = any(is_active(k) for k in every) or (isinstance(function, Closure) and is_active(function))
    actual_args = args if receiver is None else (None, *args)
    actual_kinds = kinds if receiver is None else [receiver, *kinds]
    try:
        result, child = interpret(inf, stmt, function, actual_args, actual_kinds, keywords, keyword_kinds, captures)
    except UnsupportedError:
        if active:
            raise
        for kind in every:
            escape(kind)
        return Unknown(), Plain()
    active = active or is_active(result)
    if child is not None:
        inf.mutates |= child.mutates
        inf.writes_arrays |= child.writes_arrays
    if receiver is not None:
        active = active or is_active(receiver)
    if not active:
        return result, Plain()
    target = function.function if isinstance(function, Closure) else function
    modes, keyword_modes = passing_modes(load(function, captures)[0], actual_args, actual_kinds, keywords, keyword_kinds)
    return result, ByCall(target, callee, tuple(args), keywords, modes, keyword_modes, result)


def passing_modes(
    program: ir.Function, args: Any, kinds: list[Kind], keywords: Keywords, keyword_kinds: list[Kind]
) -> tuple[str, tuple[tuple[str | None, str], ...]]:
    """How each argument's adjoint comes back: 'v' returned, 'i' by identity, '-' not at all.

    Only a number that is a parameter of its own has an adjoint to return: what lands in `*args` or `**options`, or
    after a starred argument, is part of a structure.
    """
    own = sum(p.kind in ("pos", "posonly") for p in program.params)
    named = {p.name for p in program.params if p.kind in ("pos", "kwonly")}
    starred = any(isinstance(a, ir.Star) for a in args) or any(name is None for name, _ in keywords)

    def mode(kind: Kind, alone: bool) -> str:
        if not is_active(kind):
            return "-"
        return "v" if isinstance(kind, Num) and alone and not starred else "i"

    modes = "".join(mode(kind, position < own) for position, kind in enumerate(kinds))
    return modes, tuple((name, mode(kind, name in named)) for (name, _), kind in zip(keywords, keyword_kinds))


def interpret(
    inf: Inference, stmt: Any, function: Any, args: Any, kinds: list[Kind], keywords: Keywords,
    keyword_kinds: list[Kind], captures: Any,
) -> tuple[Kind, Any]:  # fmt: skip
    """The kind that a function returns for arguments of these kinds, and its inference."""
    from srcgrad.analysis.infer import Inference

    world = inf.world
    active = any(is_active(k) for k in (*kinds, *keyword_kinds))

    def give_up() -> tuple[Kind, Any]:
        for kind in (*kinds, *keyword_kinds):
            escape(kind)
        return Unknown(active), None

    program, signature, global_names, free = load(function, captures, world.memo)
    if world.budget < 0 or world.depth > MAX_DEPTH:
        return give_up()
    params = bind_params(program, signature, args, kinds, keywords, keyword_kinds, world.memo)
    if params is None:
        return give_up()
    for param in program.params:
        options = params.get(param.name)
        if param.kind == "varkw" and isinstance(options, Ref):
            site = inf.sites.setdefault((stmt, param.name), options.site)
            for key, kind in (options.site.items or {}).items():
                containers.held_in(inf, site, kind, key)
            params[param.name] = Ref(site)
    running = world.active_calls.get(program)
    if running is not None:
        for name, kind in params.items():
            if running.entry[name].update(generalise(kind)):
                running.changed = True
        for name, kind in free.items():
            # another closure of the same function: it may have captured something else
            if name not in running.free:
                running.free[name] = running.version(None, "free", name)
            if running.free[name].update(kind):
                running.changed = True
        return (running.return_kind or Never()), running
    child = inf.children.get(stmt)
    if child is None or child.program is not program:
        child = inf.children[stmt] = Inference(program, {}, {}, global_names, world)
        for name in params:
            child.entry[name] = child.version(None, "entry", name)
        for name in free:
            child.free[name] = child.version(None, "free", name)
        fresh = True
    else:
        fresh = False
    for name, kind in params.items():
        fresh |= child.entry[name].update(kind)
    for name, kind in free.items():
        if name not in child.free:
            child.free[name] = child.version(None, "free", name)
        fresh |= child.free[name].update(kind)
    if fresh or child.heap_seen != world.heap:
        world.active_calls[program] = child
        world.depth += 1
        try:
            child.run()
        finally:
            world.depth -= 1
            del world.active_calls[program]
        child.heap_seen = world.heap
    return child.return_kind or Never(), child


def load(
    function: Any, captures: Any, memo: dict[int, Kind] | None = None
) -> tuple[ir.Function, Any, dict[str, Any], dict[str, Kind]]:
    """The IR of a function, its signature with defaults, its globals and the kinds of its free variables."""
    if isinstance(function, Closure):
        target = function.function
        program = target if isinstance(target, ir.Function) else programs.program_of_code(target)
        return program, function.defaults, program.namespace, dict(captures)
    try:
        program = programs.program_of(function)
    except UnsupportedError as error:
        if os.path.exists(error.filename) or "source" not in error.construct:
            raise
        # there is no place of its own to point at: the call is pointed at instead
        raise UnsupportedError(f"a call of {error.construct}", error.advice) from None
    active = programs.active_captures(function.__code__)
    free = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        kind = entry.cell_kind(cell, name in active, name in program.shared, {} if memo is None else memo)
        if kind is not None:
            free[name] = kind
    return program, inspect.signature(function), function.__globals__, free


def bind_params(
    program: ir.Function, signature: Any, args: Any, kinds: list[Kind], keywords: Keywords, keyword_kinds: list[Kind],
    memo: dict[int, Kind],
) -> dict[str, Kind] | None:  # fmt: skip
    """The kinds of a function's parameters for a call; None where that cannot be said."""
    if any(isinstance(a, ir.Star) and not isinstance(containers.as_tuple(k), Tup) for a, k in zip(args, kinds)):
        return None
    if any(name is None for name, _ in keywords):
        return None
    flat: list[Kind] = []
    for atom, kind in zip(args, kinds):
        kind = containers.as_tuple(kind) if isinstance(atom, ir.Star) else kind
        flat.extend(kind.items if isinstance(atom, ir.Star) and isinstance(kind, Tup) else [kind])
    named = {name: kind for (name, _), kind in zip(keywords, keyword_kinds)}
    params: dict[str, Kind] = {}
    with_default = [p for p in program.params if p.has_default]
    for param in program.params:
        if param.kind == "var":
            params[param.name] = Tup(tuple(generalise(k) for k in flat))
            flat = []
        elif param.kind == "varkw":
            params[param.name] = Ref(Site(dict, {k: generalise(v) for k, v in named.items()}))
            named = {}
        elif param.kind in ("pos", "posonly") and flat:
            params[param.name] = flat.pop(0)
        elif param.name in named:
            params[param.name] = named.pop(param.name)
        elif isinstance(signature, inspect.Signature) and param.name in signature.parameters:
            default = signature.parameters[param.name].default
            if default is inspect.Parameter.empty:
                return None
            params[param.name] = entry.kind_of(default, False, memo)
        elif param.has_default and isinstance(signature, tuple) and len(signature) == len(with_default):
            params[param.name] = signature[with_default.index(param)]
        elif param.has_default:
            params[param.name] = Unknown()
        else:
            return None
    return None if flat or named else params


