"""Forward mode inside a function that is differentiated: tangents that go by identity, calls of tangent functions."""

from __future__ import annotations

import types
from functools import partial
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis import stores
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import attributes_of, is_named_tuple
from srcgrad.custom import CustomRule
from srcgrad.customcalls import CustomTangent
from srcgrad.jvp import Jvp, any_given
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import like
from srcgrad.runtime.nested_apart import Apart
from srcgrad.runtime.records import NOTHING
from srcgrad.runtime.tangent_operations import Dots, Forward, tangent_entry_of
from srcgrad.runtime.tangents import zero_of
from srcgrad.tangent.entry import TangentByIdentity


def jvp(run: Any, f: Any, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """`jvp(f, primals, tangents)`: (value, tangent) or (value, tangent, aux)."""
    return along(run, Jvp(f, has_aux), primals, tangents)


def along(run: Any, made: Jvp, primals: Any, tangents: Any) -> Any:
    """What a `Jvp` gives for primals and tangents."""
    if len(tangents) != len(primals):
        name = name_of(made._function)
        raise ValueError(f"jvp of {name}() got {len(primals)} arguments and {len(tangents)} tangents")
    dispatcher = made._dispatcher
    values = dispatcher.bind(made._function, (*made._bound, *primals), made._keywords)
    by_name = made._by_parameter(dispatcher, tangents)
    modes = dict.fromkeys(values, "-")
    with Apart(run) as apart:
        for name, tangent in by_name.items():
            if not any_given(tangent):
                continue
            arguments.check_active(values[name], name, made._function)
            made._checked(tangent, values[name], f"'{name}'")
            modes[name] = "v" if carries(values[name]) else "i"
            if modes[name] == "i":
                values[name] = apart.structure(values[name])
        entry: Any = dispatcher.entry(made._function, values, modes, "jvp")
        given = {name: shaped(run, by_name[name], values[name]) for name, mode in modes.items() if mode != "-"}
        dots = Dots()
        for name, mode in entry.modes.items():
            if mode == "i" and name in given:
                dots.set_items(values[name], given[name])
        value, tangent = run_tangent(run, entry, made._function, values, given, dots)
    if not made._has_aux:
        return value, finished(run, tangent, value, {})
    return value[0], finished(run, tangent[0], value[0], {}), value[1]


def shaped(run: Any, tangent: Any, value: Any) -> Any:
    """A tangent in the structure, shapes and dtypes of its argument, in memory of its own."""
    if carries(value):
        return zero_of(value) if tangent is None else run(like, tangent, value)
    if tangent is None or not arguments.children(value):
        return None
    if isinstance(value, dict):
        return {key: shaped(run, tangent[key], part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        made = [shaped(run, t, part) for t, part in zip(tangent, value)]
        return type(value)(*made) if is_named_tuple(type(value)) else type(value)(made)
    own = tangent if isinstance(tangent, dict) else attributes_of(tangent)
    return {key: shaped(run, own.get(key), part) for key, part in attributes_of(value).items()}


def run_tangent(run: Any, entry: Any, function: Any, values: Any, tangents: Any, dots: Any) -> Any:
    """The result of a tangent function and its tangent: what `TangentEntry.run` does, differentiated."""
    args, keywords = entry.arguments(values, tangents, dots)
    return run(entry.bound_forward(function), *args, **keywords)


def finished(run: Any, tangent: Any, value: Any, given: dict[int, Any]) -> Any:
    """The tangent of a result as the caller gets it."""
    if carries(value):
        if isinstance(value, np.ndarray):
            own = isinstance(tangent, np.ndarray) and tangent.base is None and id(tangent) not in given
            if own and tangent.shape == value.shape and tangent.dtype == value.dtype:
                given[id(tangent)] = tangent
                return tangent
        return run(like, tangent, value)
    if isinstance(value, dict):
        return {k: finished(run, tangent[k], v, given) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and tangent is not None:
        made = [finished(run, t, v, given) for t, v in zip(tangent, value)]
        return type(value)(*made) if is_named_tuple(type(value)) else type(value)(made)
    return tangent if arguments.children(value) else None


def call(run: Any, site: Any, /, *args: Any, dots: Dots | None = None, **keywords: Any) -> Any:
    """What a call of a tangent function gives: `CallTangent.__call__`, differentiated."""
    return site.run(args, keywords, Dots() if dots is None else dots, partial(run_tangent, run))


def into(run: Any, dot: Any, tangent: Any, value: Any) -> Any:
    """The tangent of what `name op= ...` made: written into `dot` where `value` is an array."""
    if not isinstance(value, np.ndarray):
        return tangent
    run(stores.setitem, dot, Ellipsis, tangent)
    return dot


def method(run: Any, dots: Dots, name: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """`dots.name(*args)`: most hand references on."""
    if name in ("call", "method"):
        return getattr(ForwardWithin(run, dots), name)(*args, **keywords)[0]
    if name == "set_rows":
        rows, tangent = args
        for i, row in enumerate(rows):
            dots.set(row, run.item(tangent, i))
        return None
    return getattr(dots, name)(*args, **keywords)


class ForwardWithin(Forward):
    """Operations that a tangent function resolves when they run, inside a function that is differentiated."""

    def __init__(self, run: Any, dots: Any) -> None:
        super().__init__(dots)
        self.run = run

    def function(self, func: Any) -> Any:
        """A function with source: its tangent function, run so that it is differentiated."""

        def within(*args: Any, **keywords: Any) -> tuple[Any, Any]:
            site = TangentByIdentity(func)
            return site.run(args, keywords, self.dots, partial(run_tangent, self.run)), NOTHING

        return within

    def among(self, dots: Any) -> Forward:
        """The same operations, with tangents of their own."""
        return ForwardWithin(self.run, dots)

    def one_operation(self, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A function of one operation: its tangent function, run so that it is differentiated."""
        found, values = tangent_entry_of(self.dots, what, args, keywords)
        value, tangent = run_tangent(self.run, found, None, values, {}, self.dots)
        self.dots.set_items(value, tangent)
        return value, NOTHING

    def special(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any] | None:
        """What programs say of their own derivative."""
        if isinstance(func, types.MethodType) and isinstance(func.__func__, CustomRule):
            func, args = func.__func__, (func.__self__, *args)
        if isinstance(func, CustomRule):
            return CustomTangent(func, "", {}, None, False).run(args, keywords, self.dots, self.run), NOTHING
        return super().special(func, args, keywords)

    def rows(self, x: Any) -> tuple[Any, Any]:
        """An array taken apart into rows that are values of their own."""
        parts = [self.run.item(x, i) for i in range(len(x))]
        tangent = self.dots.get(x)
        for i, part in enumerate(parts):
            self.dots.set(part, self.run.item(tangent, i))
        return parts, NOTHING
