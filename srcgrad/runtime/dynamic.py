"""Operations of which nothing was known when text was emitted: resolved here, when they run.

Each gives its result and a record.  Numbers and arrays go through a small function of one operation, differentiated
like any other; containers only move references; functions and methods go to their own dispatcher.
"""

from __future__ import annotations

import copy
import functools
import math
import operator
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from srcgrad import advice, ir
from srcgrad.analysis import (
    caches,
    calls,
    classes,
    containers,
    dispatching,
    entry,
    prelude,
    prelude_iterators,
    prelude_lazy,
    stores,
    subscripts,
    writers,
)
from srcgrad.analysis.copies import DEEP
from srcgrad.analysis.interpret import tells
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.own_iterators import own_iterator
from srcgrad.analysis.read_back import ADVICE, READERS
from srcgrad.analysis.resolved import is_ours, is_recording, is_tensor, refuse_recording, tensor_refused
from srcgrad.callforward import CallByIdentity
from srcgrad.dispatch import short_way
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.homes import is_word
from srcgrad.rules import stand_ins
from srcgrad.rules.language import (
    BY_FUNCTION,
    is_constant,
    lookup_method,
    refuses_active,
)
from srcgrad.runtime import hooks, words_complex
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.asked import (
    NUMBERS,
    active_inside,
    call_of,
    carried_by,
    is_array,
    is_container,
    is_mover,
    is_number,
    lists_among,
    lookup_safe,
    sequence_place,
)
from srcgrad.runtime.copies import copied
from srcgrad.runtime.dynamic_operators import Operators
from srcgrad.runtime.dynamic_places import Places
from srcgrad.runtime.operations import one_operation
from srcgrad.runtime.powers import ToThe
from srcgrad.runtime.raised import may_carry
from srcgrad.runtime.records import NOTHING, RowsRecord, Several
from srcgrad.runtime.rows import rows
from srcgrad.written.python_iterators import Steps, taken

OPERATORS = {getattr(operator, name): name for name in ir.OPERATORS if hasattr(operator, name)}
IN_PLACE = {getattr(operator, f"i{name.rstrip('_')}"): name for name, (_, count) in ir.OPERATORS.items()
            if count == 2 and hasattr(operator, f"i{name.rstrip('_')}")}  # fmt: skip
# methods of containers that go through their arguments
GOING_THROUGH = frozenset({"extend", "extendleft", "update", "union"})
CONTAINERS = (list, dict, set, frozenset, tuple)
GATHERERS = (sum, max, min, math.prod)
CONVERSIONS: dict[Any, str] = {float: "__float__", complex: "__complex__", abs: "__abs__", round: "__round__"}
# functions that are told by what they are, and numbers: with these, what a call comes to was the same the last time
NAMED = frozenset({types.BuiltinFunctionType, types.BuiltinMethodType, np.ufunc, type(np.sum)} - {types.FunctionType})
# by function and number of arguments: the operation that a call with numbers comes to
by_name: dict[Any, tuple[Any, ...]] = short_way({})
# by function or class: what resolves calls of it, where the questions below need not be asked
at_once: dict[Any, Callable[..., tuple[Any, Any]]] = {
    subscripts.getitem: lambda operations, func, args, keywords: operations.item(*args),
    stores.setitem: lambda operations, func, args, keywords: operations.set_item(*args),
}
# by class of srcgrad's own: what resolves calls of methods of its objects
methods_at_once: dict[type, Callable[..., tuple[Any, Any]]] = {}
# codes of functions whose calls are differentiated by their source, whatever they are called with
by_source: programs.ByCode[bool] = short_way(programs.ByCode())


class Operations(Places, Operators):
    """How operations are resolved; the functions that they come to are differentiated as `function` says."""

    # a call gives the result with its record
    gives_pair = True
    # whether arrays are written in place around the operations, and whether functions may write into arguments
    written = False
    may_write = True
    # what serves calls of functions with source, by their code
    sites: programs.ByCode[CallByIdentity] = short_way(programs.ByCode())

    def site(self, func: Any) -> CallByIdentity:
        """What serves calls of a function with source: called with it and the arguments."""
        found = self.sites.get(func.__code__)
        if found is None:
            found = self.sites[func.__code__] = CallByIdentity(self.written, self.may_write)
        return found

    def function(self, func: Any) -> Callable[..., tuple[Any, Any]]:
        """What to call in place of a function with source: it gives the result and a record."""
        return functools.partial(self.site(func), func)

    def one_operation(self, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A function of one operation: its result and record."""
        return one_operation(what, args, keywords, self.written)

    def special(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any] | None:
        """A call of one of srcgrad's own functions, and its record; None for any other."""
        return hooks.special(func, args, keywords)

    def rows(self, x: Any) -> tuple[Any, Any]:
        """An array taken apart into rows that are values of their own, and the record."""
        parts = list(x)
        return parts, RowsRecord(parts, x)

    def call(self, func: Any, /, *args: Any, **keywords: Any) -> tuple[Any, Any]:
        """`func(*args, **keywords)` and its record."""
        cls = type(func)
        if cls is types.FunctionType or cls is types.MethodType:
            plain = func if cls is types.FunctionType else func.__func__
            if type(plain) is types.FunctionType and by_source.get(plain.__code__) and plain not in BY_FUNCTION:
                run = self.function(plain)
                return run(*args, **keywords) if plain is func else run(func.__self__, *args, **keywords)
            if plain is not func and type(func.__self__) in methods_at_once:
                return methods_at_once[type(func.__self__)](self, func, args, keywords)
            if plain in at_once:
                return at_once[plain](self, func, args, keywords)
            what = by_name.get((func, len(args))) if plain is func and not keywords else None
            if what is not None and all(type(a) in NUMBERS for a in args):
                return self.one_operation(what, args, keywords)
        elif cls in at_once:
            return at_once[cls](self, func, args, keywords)
        elif func is getattr:
            return self.attribute(*args)
        elif func is setattr:
            return self.set_attribute(*args)
        elif cls in NAMED and not keywords:
            what = by_name.get((func, len(args)))
            if (what is not None or func in IN_PLACE) and all(type(a) in NUMBERS for a in args):
                return self.one_operation(what, args, keywords) if what else self.augmented(IN_PLACE[func], *args)
        return self.resolve(func, args, keywords)

    def resolve(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """The same, by asking what it is that is called."""
        own = self.special(func, args, keywords)
        if own is not None:
            return own
        if is_ours(func):
            from srcgrad.runtime.nested_calls import resolve  # it builds on this module

            return resolve(self, func, args, keywords)
        if is_recording(getattr(func, "__func__", func)) and lookup_safe(func) is None:
            values = [a for a in (*args, *keywords.values()) if not is_tensor(a)]
            refuse_recording(func, any(active_inside(a) for a in values))
            return func(*args, **keywords), NOTHING
        if func is object.__setattr__:
            return func(*args), NOTHING
        if any(func is one for one in (copy.copy, *DEEP)):
            return copied(self, func, args, keywords)
        if func is rows:
            if is_number(args[0]) and carries(args[0]) and np.ndim(args[0]) > 0:
                return self.rows(args[0])
            if entry.is_user_class(type(args[0])) and may_carry(args[0]) and not is_container(args[0]):
                made, record = self.call(own_iterator(type(args[0])), args[0])
                if type(made) is Steps:
                    raise UnsupportedError(
                        "an iterator of which it is seen only when it runs that it makes its items one by one",
                        "go through it where it is made, or make a list of it there",
                    )
                return made, record
            return args[0], NOTHING
        if args and dispatching.dispatches(func):
            return self.call(dispatching.implementation(func, args), *args, **keywords)
        if isinstance(func, types.MethodType) and isinstance(func.__func__, caches.WRAPPER):
            return self.call(func.__func__, func.__self__, *args, **keywords)
        if isinstance(func, caches.WRAPPER) and carried_by(args, keywords):
            return self.call(func.__wrapped__, *args, **keywords)
        if isinstance(func, functools.partial):
            return self.call(func.func, *func.args, *args, **{**func.keywords, **keywords})
        if call_of(func) is not None and (entry.is_user_class(type(func)) or not containers.hashable(func)):
            if stand_ins.of_class(type(func), "__call__") is None:
                return self.call(call_of(func), func, *args, **keywords)
        written_out = prelude.replacement(func, len(args)) if not keywords else None
        if written_out is None and carried_by(args, keywords) and containers.hashable(func):
            written_out = prelude_iterators.written(func, len(args), keywords)
        if written_out is not None:
            return self.function(written_out)(*args, **keywords)
        instead = stand_ins.of_call(func, args, keywords)
        if instead is not None and instead != func:
            return self.call(instead, *args, **keywords)
        if func in OPERATORS:
            if len(args) == ir.OPERATORS[OPERATORS[func]][1]:
                by_name[func, len(args)] = ("operator", OPERATORS[func])
            return self.operation(OPERATORS[func], args)
        if func in IN_PLACE:
            return self.augmented(IN_PLACE[func], *args)
        if writers.is_at(func) and is_array(args[0]):
            return self.one_operation(("at", func, len(args)), args, {})
        if isinstance(func, types.MethodType) and isinstance(func.__func__, types.FunctionType) and instead is None:
            return self.call(func.__func__, func.__self__, *args, **keywords)
        special = CONVERSIONS.get(func) if isinstance(func, (type, types.BuiltinFunctionType)) else None
        written = getattr(type(args[0]), special, None) if special is not None and args else None
        if isinstance(written, types.FunctionType):
            return self.call(written, *args, **keywords)
        if func in GATHERERS and args and not is_number(args[0]):
            return self.gather(func, args, keywords)
        if lookup_safe(func) is not None:
            if (type(func) in NAMED or is_word(func)) and func not in stand_ins.WRITTEN and not keywords:
                by_name[func, len(args)] = ("function", func, len(args), ())
            return self.by_rule(func, args, keywords)
        if func is reversed and entry.is_user_class(type(args[0])) and not is_container(args[0], "__reversed__"):
            return self.call(class_attribute(type(args[0]), "__reversed__") or prelude.backwards, *args)
        maker = prelude_lazy.maker(func, len(args))
        if maker is not None and (func is iter or any(map(may_carry, (*args, *keywords.values())))):
            return self.function(maker)(*args, **keywords)
        if is_mover(func):
            return self.by_items(func, args, keywords)
        if isinstance(func, classes.GETTERS):
            return self.getter(func, *args)
        if func is np.sign and args and np.iscomplexobj(args[0]):
            # no step, but a direction
            return self.by_rule(words_complex.complex_sign, args, keywords)
        if is_constant(func) and active_inside((keywords.get("out"), *args[getattr(func, "nin", len(args)) :])):
            raise UnsupportedError(
                f"{func.__name__}() with out=, of which it is seen only when it runs what it is given,",
                "write its arguments without a star, or assign the result",
            )
        refused = func in calls.ITERATES or refuses_active(func) if is_constant(func) else True
        if not refused or (is_constant(func) and not any(active_inside(a) for a in (*args, *keywords.values()))):
            return func(*args, **keywords), NOTHING
        if isinstance(func, types.FunctionType):
            if tells(func):
                return func(*args, **keywords), NOTHING
            by_source[func.__code__] = not (entry.is_library(func) or is_constant(func) or func in stand_ins.WRITTEN)
            return self.function(func)(*args, **keywords)
        if isinstance(func, type):
            return self.construct(func, args, keywords)
        if isinstance(func, calls.OF_CLASSES) and args and is_number(args[0]) and func.__objclass__ is not object:
            return self.method(args[0], func.__name__, *args[1:], **keywords)
        owner = getattr(func, "__self__", None)
        if owner is not None and not isinstance(owner, (np.ndarray, np.generic, float, complex, types.ModuleType)):
            # a method of a builtin container: it moves references
            builtin = type(owner).__module__ in ("collections", "builtins")
            if builtin or isinstance(owner, (list, dict, set, tuple, str)):
                if func.__name__ in GOING_THROUGH:
                    return self.by_items(func, args, keywords)
                return func(*args, **keywords), NOTHING
        if owner is not None and is_number(owner):
            return self.method(owner, func.__name__, *args, **keywords)
        if isinstance(owner, (np.random.Generator, np.random.RandomState)):
            unbound = getattr(type(owner), func.__name__)
            if lookup_safe(unbound) is not None:
                return self.by_rule(unbound, (owner, *args), keywords)
        special = call_of(func)
        if special is not None:
            return self.call(special, func, *args, **keywords)
        self.refuse_active(func, args, keywords)
        return func(*args, **keywords), NOTHING

    def by_items(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A call of what goes through its arguments: it gets the rows of an array, each a value of its own."""
        pairs = [self.call(rows, a) for a in args]
        return func(*[a for a, _ in pairs], **keywords), Several([record for _, record in pairs])

    def refuse_active(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        """Refuse a call that nothing is known of, where derivatives may flow through an argument."""
        if any(active_inside(a) for a in (*args, *keywords.values())):
            raise UnsupportedError(
                f"{calls.name_of(func)}() on values that depend on the input",
                advice.for_call(func),
            )

    def getter(self, func: Any, obj: Any) -> tuple[Any, Any]:
        """`itemgetter(...)(obj)`, `attrgetter(...)(obj)`, `methodcaller(...)(obj)` and the record."""
        made, parts = func.__reduce__()
        if not isinstance(func, operator.methodcaller):
            one = self.item if isinstance(func, operator.itemgetter) else self.attribute_path
            pairs = [one(obj, part) for part in parts]
            values = tuple(value for value, _ in pairs)
            return values if len(values) > 1 else values[0], Several([record for _, record in pairs])
        keywords = made.keywords if isinstance(made, functools.partial) else {}
        name, *args = (*made.args, *parts) if isinstance(made, functools.partial) else parts
        return self.method(obj, name, *args, **keywords)

    def gather(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """`sum`, `max`, `min` or `prod` of what is in a container or comes out of an iterator."""
        single = len(args) == 1 or func is sum
        if single and hasattr(type(args[0]), "__next__") and entry.is_user_class(type(args[0])):
            items, record = self.drained(args[0])
            value, gathered = self.gather(func, (items, *args[1:]), keywords)
            return value, Several([record, gathered])
        if single and not is_container(args[0]):
            made, record = self.call(rows, args[0])
            if made is not args[0]:
                value, gathered = self.gather(func, (list(made), *args[1:]), keywords)
                return value, Several([record, gathered])
        items = list(args[0]) if single else list(args)
        if "key" in keywords:
            return func(items, *args[1:] if single else (), **keywords), NOTHING
        if all(is_number(v) for v in items) and (not single or "default" not in keywords or items):
            keywords.pop("default", None)
            return self.by_rule(func, (items, *args[1:]) if single else args, keywords)
        if func is sum:
            return self.function(prelude.sum_)(items, *args[1:], **keywords)
        if func is math.prod:
            raise UnsupportedError("math.prod() of values that are no numbers", "multiply them in a loop")
        return func(items if single else args[0], *args[1:], **keywords), NOTHING

    def drained(self, iterator: Any) -> tuple[list[Any], Any]:
        """All that an iterator of a user's class makes, and the record."""
        if type(iterator) is Steps:
            return self.call(taken, iterator)
        steps, begun = self.call(own_iterator(type(iterator)), iterator)
        items, record = self.call(taken, steps)
        return items, Several([begun, record])

    def method(self, obj: Any, name: str, /, *args: Any, **keywords: Any) -> tuple[Any, Any]:
        """`obj.name(*args, **keywords)` and its record."""
        if is_number(obj):
            if name == "astype" and isinstance(obj, np.ndarray) and obj.dtype.kind in "SU":
                raise UnsupportedError("astype() of texts that values may have been written into", ADVICE)
            if lookup_method(name) is not None or carries(obj):
                return self.one_operation(("method", name, len(args), tuple(keywords)), (obj, *args), keywords)
            return getattr(obj, name)(*args, **keywords), NOTHING
        return self.call(getattr(obj, name), *args, **keywords)

    def by_rule(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A function of the table; what an iterator yields is gathered first."""
        if func in READERS and any(isinstance(a, (str, bytes)) for a in args):
            raise UnsupportedError(f"{calls.name_of(func)}() of a text that values may have been written into", ADVICE)
        if any(is_tensor(a) for a in (*args, *keywords.values())):
            raise tensor_refused(f"{calls.name_of(func)}() of a tensor")
        args = tuple(list(a) if isinstance(a, Iterator) else a for a in args)
        what = ("function", func, len(args), tuple(keywords))
        place = sequence_place(func)
        if place is None or len(args) <= place or not lists_among(args[place], func is np.array):
            return self.one_operation(what, args, keywords)
        arrays, made = self.function(prelude.each_array)(args[place])
        value, record = self.one_operation(what, (*args[:place], arrays, *args[place + 1 :]), keywords)
        return value, Several([made, record])

    def construct(self, cls: type, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """An instance of a class."""
        init = cls.__init__  # type: ignore[misc]
        error = issubclass(cls, BaseException)
        plain = not entry.is_user_class(cls) or cls is types.SimpleNamespace or entry.is_named_tuple(cls)
        plain = plain or (error and not carried_by(args, keywords))
        generated = isinstance(init, types.FunctionType) and init.__code__.co_filename == "<string>"
        new = class_attribute(cls, "__new__")
        written_new = getattr(new, "__func__", None)
        if not plain and not error and isinstance(written_new, types.FunctionType):
            made, record = self.function(written_new)(cls, *args, **keywords)
            if not isinstance(made, cls) or not isinstance(init, types.FunctionType):
                return made, record
            return made, Several([record, self.function(init)(made, *args, **keywords)[1]])
        if not plain and not error and new is not object.__new__ and not issubclass(cls, CONTAINERS):
            self.refuse_active(cls, args, keywords)
        if plain or generated or not isinstance(init, types.FunctionType):
            written = prelude.init_of(cls) if generated else None
            if written is not None:
                blank: Any = object.__new__(cls)
                return blank, self.function(written)(blank, *args, **keywords)[1]
            if any(is_number(a) and np.ndim(a) and carries(a) for a in args) and cls in (float, int, complex):
                return self.one_operation(("function", cls, len(args), tuple(keywords)), args, keywords)
            if cls in classes.HOLDING_ITEMS:
                return self.by_items(cls, args, keywords)
            return cls(*args, **keywords), NOTHING
        create: Any = cls.__new__
        made = create(cls, *args, **keywords) if error else create(cls)
        _, record = self.function(init)(made, *args, **keywords)
        return made, record


def taken_apart(operations: Operations, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """`rows(x)` and its record."""
    x = args[0]
    if type(x) is np.ndarray and x.ndim and carries(x):
        return operations.rows(x)
    return (x, NOTHING) if type(x) is list else operations.resolve(func, args, keywords)


def power(operations: Operations, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """A power by a number of the text, and its record."""
    if type(args[0]) in NUMBERS:
        return operations.one_operation(("operator", "pow", 2, (), ((1, func.exponent),)), args, {})
    return operations.call(operator.pow, args[0], func.exponent)


at_once.update({rows: taken_apart, ToThe: power})


class AmongWrites(Operations):
    """How they are resolved where arrays are written in place."""

    written = True
    sites: programs.ByCode[CallByIdentity] = short_way(programs.ByCode())


class RefusingWrites(AmongWrites):
    """How they are resolved where a caller keeps the adjoint of an argument under a name."""

    may_write = False
    sites: programs.ByCode[CallByIdentity] = short_way(programs.ByCode())

    def one_operation(self, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A function of one operation: its result and record."""
        if what[0] in ("store", "augment", "at"):
            raise UnsupportedError(
                "writing into an array of which it was not known that it is written", "write into a copy of it"
            )
        return super().one_operation(what, args, keywords)


REVERSE, AMONG_WRITES, REFUSING_WRITES = Operations(), AmongWrites(), RefusingWrites()
call, method = REVERSE.call, REVERSE.method
