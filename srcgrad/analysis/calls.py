"""What a call is: an entry of the table, a constant, a container's, a class, or a function to differentiate."""

from __future__ import annotations

import collections
import dataclasses
import functools
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import advice, checkpointing, ir
from srcgrad.analysis import (
    attributes,
    caches,
    chosen,
    constants,
    containers,
    copies,
    custom,
    entry,
    movers,
    nested,
    outputs,
    partials,
    prelude,
    prelude_iterators,
    prelude_lazy,
    writers,
)  # fmt: skip
from srcgrad.analysis.activity import as_index, is_active
from srcgrad.analysis.arms import instance_test
from srcgrad.analysis.by_rows import need_rows, row_kind
from srcgrad.analysis.classes import GETTERS, construct
from srcgrad.analysis.dispatching import dispatches, may_dispatch
from srcgrad.analysis.driven import goes_by_steps, need_all, need_steps
from srcgrad.analysis.escapes import settled
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import (
    BOOL,
    Closure,
    Inert,
    Kind,
    Known,
    Method,
    Never,
    Num,
    OneOf,
    Ref,
    Seq,
    Slope,
    Tup,
    Unknown,
)
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import Dynamic, Keywords, Moves, Plain, Result, Rows
from srcgrad.analysis.memory import at
from srcgrad.analysis.narrowing import note_test
from srcgrad.analysis.resolved import is_ours, is_recording, refuse_recording
from srcgrad.analysis.ruled import by_rule, located, made_here, with_inactive
from srcgrad.analysis.shapes import NOT_KNOWN, known_by
from srcgrad.analysis.texts import WRITERS, written
from srcgrad.analysis.unknown import dynamic, may_be_array
from srcgrad.emit.register import shown_name
from srcgrad.errors import UnsupportedError
from srcgrad.rules import stand_ins
from srcgrad.rules.language import Rule, constant_kind, is_constant, lookup, refuses_active
from srcgrad.rules.made import made_kind
from srcgrad.runtime.rows import rows

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def call(inf: Inference, stmt: Any, kind: Kind, func: Any, args: Any, keywords: Keywords, env: Env) -> Result:
    """`func(*args, **keywords)` where func is of this kind."""
    kinds = [inf.whole(a.value if isinstance(a, ir.Star) else a, env) for a in args]
    keyword_kinds = [inf.whole(v, env) for _, v in keywords]
    active = any(is_active(k) for k in (*kinds, *keyword_kinds))
    split_starred(stmt, args, kinds)
    if not keeps_choices(kind):
        kinds, keyword_kinds = list(map(settled, kinds)), list(map(settled, keyword_kinds))
    match kind:
        case Slope():
            return nested.slope_call(inf, stmt, kind, func, args, keywords, kinds, keyword_kinds, env)
        case OneOf():
            return chosen.call(inf, stmt, kind, func, args, keywords, env)
        case Method(function=checkpointing.Checkpoint):
            return custom.checkpointed_call(inf, stmt, kind, func, args, keywords, kinds + keyword_kinds, env)
        case Known(value=None):
            return Never(), Plain()  # it raises
        case Known(value=function):
            if function is dataclasses.replace:
                seen = attributes.replaced(inf, stmt, kinds, keywords, keyword_kinds, env)
            else:
                seen = attributes.call(inf, stmt, function, args, kinds, env)
            if seen is not None:
                return seen
            return known_call(inf, stmt, function, func, args, keywords, kinds, keyword_kinds, active, env)
        case Method(obj=obj, function=types.FunctionType() as function):
            # which object it is bound to is seen when it runs
            result, meaning = call_function(inf, stmt, function, None, args, keywords, env, obj)
            return chosen.when_run(inf, stmt, func, args, keywords, (result, [meaning]), env)
        case Closure() if may_dispatch(kind):
            return dynamic(inf, func, args, keywords, kind, kinds + keyword_kinds)
        case Closure() if isinstance(func, ir.Attr):
            # a function that an object holds: which one is seen when it runs
            result, meaning = call_function(inf, stmt, kind, None, args, keywords, env)
            return chosen.when_run(inf, stmt, func, args, keywords, (result, [meaning]), env)
        case Closure():
            return call_function(inf, stmt, kind, func, args, keywords, env)
        case Ref(site=site):
            seen = partials.call(inf, stmt, site, func, args, keywords, env) if site.type is functools.partial else None
            if seen is not None:
                return seen
            found = class_attribute(site.type, "__call__")
            if isinstance(found, types.FunctionType) and isinstance(func, ir.Attr):
                result, meaning = call_function(inf, stmt, found, None, args, keywords, env, kind)
                return chosen.when_run(inf, stmt, func, args, keywords, (result, [meaning]), env)
            if isinstance(found, types.FunctionType):
                return call_function(inf, stmt, found, None, (func, *args), keywords, env)
        case Never():
            return Never(), Plain()
    return dynamic(inf, func, args, keywords, kind, kinds + keyword_kinds)


def called_object(
    inf: Inference, stmt: Any, cls: type, func: Any, args: Any, keywords: Keywords, kinds: list[Kind], env: Env
) -> Result:
    """A call of an object of a library's class: of the function that stands in, which takes the object first."""
    form = stand_ins.of_class(cls, "__call__")
    if isinstance(form, stand_ins.OfObject) and isinstance(form.function, types.FunctionType):
        return call_function(inf, stmt, form.function, None, (func, *args), keywords, env)
    return dynamic(inf, func, args, keywords, Unknown(), kinds)


def keeps_choices(kind: Kind) -> bool:
    """Whether a call hands its arguments to a text that is interpreted, or only looks at them."""
    if isinstance(kind, Known):
        function = kind.value
        return isinstance(function, types.FunctionType) or (containers.hashable(function) and is_constant(function))
    return isinstance(kind, (Closure, Ref, Method, OneOf))


def split_starred(stmt: Any, args: Any, kinds: list[Kind]) -> None:
    """`f(*x)` of an active array: its rows become values of their own."""
    for atom, kind in zip(args, kinds):
        if isinstance(atom, ir.Star):
            need_rows(stmt, atom.value, kind)


# what keeps values: a method of one, `history.append` given as a callback, moves references
CONTAINERS = (list, dict, set, collections.deque)
# methods as a class gives them: `np.ndarray.sum(x)`
OF_CLASSES = (types.MethodDescriptorType, types.WrapperDescriptorType)
# functions that give the exception at hand without its name, so that what it carries cannot be followed
EXCEPTION_STATE = [sys.exc_info, getattr(sys, "exception", sys.exc_info)]
# functions that store values, so that what comes out can no longer be told to be what went in
UNTRACKED: dict[Any, str] = {np.save: "store values after the gradient was taken"}


def known_call(
    inf: Inference, stmt: Any, function: Any, func: Any, args: Any, keywords: Keywords,
    kinds: list[Kind], keyword_kinds: list[Kind], active: bool, env: Env,
) -> Result:  # fmt: skip
    """A call of a function known now."""
    if active and dispatches(function):
        return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
    special = custom.special_call(inf, stmt, function, args, keywords, kinds, keyword_kinds, env)
    if special is not None:
        return special
    if is_ours(function):
        return nested.nested_call(inf, stmt, function, func, args, keywords, kinds, keyword_kinds, env)
    if function is isinstance and len(args) == 2 and not keywords:
        verdict = instance_test(*kinds)
        note_test(inf, stmt, args[0], kinds[1], env)
        return (BOOL if verdict is None else Known(verdict)), Plain()
    if function is rows:
        source = kinds[0]
        if isinstance(source, Num) and source.active:
            return containers.fresh_list(inf, stmt, row_kind(source)), Rows(args[0])
        if isinstance(source, Unknown) and source.active:
            return Seq(Unknown(True)), Dynamic(rows, tuple(args))
        return source, Moves()
    if function is id:
        inf.world.identities = True
    if function is range:
        return Inert(range), Plain()
    if function is slice and not any(isinstance(a, ir.Star) for a in args):
        return slice_of(kinds), Plain()
    if any(function is one for one in EXCEPTION_STATE):
        raise UnsupportedError(f"{name_of(function)}()", "name the exception: except Error as error")
    if active and containers.hashable(function) and function in UNTRACKED:
        raise UnsupportedError(f"{name_of(function)}() on values that depend on the input", UNTRACKED[function])
    copied = copies.call(inf, stmt, function, args, kinds, env) if active and not keywords else None
    if copied is not None:
        return copied
    if active and function is print:
        inf.world.texts |= bool(keywords)  # what it is printed into may be read
    if active and containers.hashable(function) and function in WRITERS:
        return written(inf, WRITERS[function])
    need_steps(stmt, function, args, kinds)
    written_out = prelude_lazy.maker(function, len(args)) if active else None
    if any(map(goes_by_steps, kinds)) and not keywords and containers.hashable(function):
        written_out = prelude_lazy.WRITTEN.get((function, len(args)))
    if written_out is not None:
        return call_function(inf, stmt, written_out, None, args, keywords, env)
    written_out = prelude.replacement(function, len(args))
    if written_out is None and active and containers.hashable(function):
        written_out = prelude_iterators.written(function, len(args), [name for name, _ in keywords])
    if function is sum and active and joins(args, kinds, keywords, keyword_kinds):
        written_out = prelude.sum_
    if written_out is not None:
        result, meaning = call_function(inf, stmt, written_out, None, args, keywords, env)
        if isinstance(meaning, Plain) and function in (map, filter):
            result = Seq(containers.element(result))
        return result, meaning
    decorator = caches.decorator(function, kinds)
    if decorator is not None:
        return decorator
    if isinstance(function, caches.WRAPPER) and active:
        return call_function(inf, stmt, caches.behind(inf, function), None, args, keywords, env)
    library_form = caches.made(function, active) if containers.hashable(function) else None
    if library_form is None and (active or any(function is one for one in stand_ins.CALLED)):
        starred = ir.has_stars(args, keywords)
        if starred and stand_ins.chooses(function):
            return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
        values = [as_argument(k) for k in (*kinds, *keyword_kinds)]
        named = dict(zip((name for name, _ in keywords), values[len(kinds) :]))
        try:
            library_form = stand_ins.written(function, values[: len(kinds)], named)
        except UnsupportedError:
            if not any(value is stand_ins.LATER or isinstance(value, stand_ins.Held) for value in values):
                raise
            # what is refused may not be asked for, which is seen when it runs
            return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
        if library_form is None and stand_ins.of_class(type(function), "__call__") is not None:
            return called_object(inf, stmt, type(function), func, args, keywords, kinds + keyword_kinds, env)
    if isinstance(library_form, type):
        return construct(inf, stmt, library_form, args, keywords, kinds, active, env)
    if library_form is not None:
        return call_function(inf, stmt, library_form, None, args, keywords, env)
    try:
        moved = movers.builtin(inf, stmt, function, kinds, args, keywords, env)
    except TypeError:
        moved = None
    if moved is not None:
        return moved
    if not isinstance(function, (types.FunctionType, types.MethodType, type)):
        need_all(stmt, args, kinds)
    into = writers.call(inf, stmt, function, args, keywords, kinds, active, env)
    if into is not None:
        return into
    rule = lookup(nested.smooth_form(function, kinds))
    if rule is not None:
        starred = ir.has_stars(args, keywords)
        if not starred:
            return tabled_call(inf, stmt, rule, function, args, keywords, active, env)
        if outputs.may_write(function, args, kinds, keywords, keyword_kinds):
            return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
        return (Unknown(True), Dynamic(func, tuple(args), keywords)) if active else (Unknown(), Plain())
    if is_constant(function):
        found = constant_call(inf, function, keywords, kinds, keyword_kinds, active)
        if ir.has_stars(args, keywords):
            if outputs.may_write(function, args, kinds, keywords, keyword_kinds):
                return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
            return found
        _, _, out, where = outputs.split_outputs(inf, None, function, args, keywords, env)
        return found if out is None else outputs.into(inf, stmt, found, out, where, env)
    if is_recording(function):
        refuse_recording(function, active)
        return Unknown(), Plain()
    if isinstance(function, type):
        made, meaning = construct(inf, stmt, function, args, keywords, kinds, active, env)
        return (made_by(function) if made == Unknown() else made), meaning
    # what the table does not have of CuPy is refused: it compiles kernels
    if isinstance(function, types.FunctionType) and not (active and (function.__module__ or "").startswith("cupy")):
        if entry.is_library(function) and not active:
            inf.writes_arrays |= any(may_be_array(k) for k in kinds)
            return made_kind(function, kinds) or made_by(function), Plain()
        return call_function(inf, stmt, function, None, args, keywords, env)
    if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType):
        receiver = (
            ir.Bound(function.__self__.__name__, function.__self__) if isinstance(function.__self__, type) else None
        )
        if receiver is not None:
            return call_function(inf, stmt, function.__func__, None, (receiver, *args), keywords, env)
    if isinstance(function, (functools.partial, *GETTERS)):
        return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
    if not active:
        inf.writes_arrays |= any(may_be_array(k) for k in kinds)
        return made_kind(function, kinds) or Unknown(), Plain()
    bound = isinstance(function, types.MethodType) or isinstance(getattr(function, "__self__", None), CONTAINERS)
    if bound or (isinstance(function, OF_CLASSES) and kinds and isinstance(kinds[0], Num)):
        return dynamic(inf, func, args, keywords, Unknown(), kinds + keyword_kinds)
    raise UnsupportedError(
        f"{name_of(function)}() on values that depend on the input",
        advice.for_call(function),
    )


def joins(args: Any, kinds: list[Kind], keywords: Keywords, keyword_kinds: list[Kind]) -> bool:
    """Whether `sum(items, start)` joins lists or tuples, and adds no numbers."""
    starts = [*kinds[1:2], *(kind for (name, _), kind in zip(keywords, keyword_kinds) if name == "start")]
    starred = any(isinstance(a, ir.Star) for a in args)
    return not starred and any(isinstance(containers.as_tuple(start), (Tup, Ref)) for start in starts)


def made_by(function: Any) -> Kind:
    """The kind of what a function or class of a library makes of constants."""
    return Unknown(type=stand_ins.MAKERS.get(function))


def slice_of(kinds: list[Kind]) -> Kind:
    """The kind of `slice(...)`, or of `start:stop:step`: known, or told by the names of its integers."""
    if any(is_active(as_index(kind)) for kind in kinds):
        advice = "make them integers computed apart; for numbers in an interval write np.linspace or np.arange"
        raise UnsupportedError("a slice with ends that depend on the input", advice)
    values = [kind.value for kind in kinds if isinstance(kind, Known)]
    if 0 < len(kinds) == len(values):
        return Known(slice(*values))
    filled = [Known(None), *kinds, Known(None)] if len(kinds) == 1 else [*kinds, Known(None)][:3]
    bounds = tuple(map(known_by, filled))
    return Inert(slice, bounds=None if NOT_KNOWN in bounds else bounds)


def as_argument(kind: Kind) -> Any:
    """What is known of an argument's value."""
    if isinstance(kind, Known):
        return kind.value
    called = isinstance(kind, Ref) and class_attribute(kind.site.type, "__call__") is not None
    if called or isinstance(kind, (Closure, Method)):
        return stand_ins.FUNCTION
    held = kind.site.type if isinstance(kind, Ref) else kind.type if isinstance(kind, (Tup, Unknown)) else None
    if held is not None:
        return stand_ins.Held(held)
    if isinstance(kind, Num) and kind.box in ("array", "cupy"):
        return stand_ins.Array(None if kind.shape is None else len(kind.shape))
    return stand_ins.LATER


def tabled_call(
    inf: Inference, stmt: Any, rule: Rule, function: Any, args: Any, keywords: Keywords, active: bool, env: Env
) -> Result:
    """A call of a function that has an entry in the table."""
    args, keywords, out, where = outputs.split_outputs(inf, rule, function, args, keywords, env)
    if out is not None or where is not None:
        found = plain_call(inf, stmt, rule, function, args, keywords, env, active)
        return outputs.into(inf, stmt, found, out, where, env)
    return plain_call(inf, stmt, rule, function, args, keywords, env, active)


def plain_call(
    inf: Inference, stmt: Any, rule: Rule, function: Any, args: Any, keywords: Keywords, env: Env, active: bool
) -> Result:
    """A call of a function that has an entry in the table, and gives a new result."""
    try:
        bound = rule.bind(list(args), dict(keywords), function)
        bound_kinds = rule.bind([inf.atom(a, env) for a in args], {name: inf.atom(v, env) for name, v in keywords})
    except UnsupportedError:
        if active:
            raise
        return Unknown(), Plain()
    if not active:
        try:
            matrix = constants.computed(rule, bound_kinds)
            if matrix is not None:
                return matrix, Plain()
            result = located(inf, stmt, rule, bound_kinds, rule.result(function, bound_kinds))
            return with_inactive(made_here(inf, stmt, result)), Plain()
        except (UnsupportedError, ValueError, TypeError, IndexError, KeyError):
            return Unknown(), Plain()
    return by_rule(inf, stmt, rule, function, bound, bound_kinds)


def constant_call(
    inf: Inference, function: Any, keywords: Keywords, kinds: list[Kind], keyword_kinds: list[Kind], active: bool
) -> Result:
    """A call of a function whose result carries no derivative."""
    if active and function in ITERATES:
        raise UnsupportedError(
            f"{name_of(function)}() on values that depend on the input",
            "loop over np.ndindex(x.shape) and read x[index]",
        )
    if active and refuses_active(function):
        raise UnsupportedError(
            f"{name_of(function)}() with a value that depends on the input",
            "it has no derivative here; compute it from differentiable functions, or from values that do not "
            "depend on it",
        )
    named = {str(name): kind for (name, _), kind in zip(keywords, keyword_kinds) if name != "out"}
    found = constant_kind(function, list(kinds), named)
    return (Unknown() if found is None else with_inactive(at(found, None))), Plain()


# what gives the elements themselves, one by one
ITERATES = {np.ndenumerate, np.nditer}


def name_of(function: Any) -> str:
    """A readable name of a callable."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"np.{owner.__name__}.{function.__name__}"
    name = shown_name(function)
    module = getattr(function, "__module__", None)
    return f"{module}.{name}" if module and module not in ("builtins", "__main__") else name
