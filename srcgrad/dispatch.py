"""From a call to the emitted code that serves it: kinds of the arguments, and an entry for them.

    Dispatcher   one a program (a function's IR); finds or makes the entry for a call

An entry is found by the key of the arguments, and used while the globals and attributes that it read are the same.
"""

from __future__ import annotations

import inspect
import types
import weakref
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from srcgrad import ir
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import key_of
from srcgrad.analysis.settled import Settled
from srcgrad.elsewhere import refuse_shared
from srcgrad.entries import Entry, Values
from srcgrad.errors import UnsupportedError
from srcgrad.fastpath import complete
from srcgrad.frontend import programs
from srcgrad.locking import collector_paused, compiling

T = TypeVar("T")
MAX_FAST = 4
# guarded functions that one call site or gradient object may compile: some never fit twice
MAX_BUILT = 12


# what makes the entries for purposes other than a gradient
MAKERS: dict[str, type[Entry]] = {}


class Dispatcher:
    """The entries of one program."""

    def __init__(self, program: ir.Function) -> None:
        self.program = program
        self.entries: dict[Any, list[Entry]] = {}
        self.positional = [p.name for p in program.params if p.kind in ("pos", "posonly")]
        self.simple = all(p.kind in ("pos", "posonly") for p in program.params)
        # the parameter that takes what is left, where all others are positional
        *others, last = [p.kind for p in program.params] or [""]
        plain = last == "var" and all(kind in ("pos", "posonly") for kind in others)
        self.rest = program.params[-1].name if plain else None

    def entry(self, function: Any, values: Mapping[str, Any], modes: dict[str, str], purpose: str) -> Entry:
        """The entry for a call, made when there is none."""
        seen: dict[int, int] = {}
        key: Any = (purpose, tuple(modes.items()), tuple([key_of(v, seen) for v in values.values()]))
        if function is not None and function.__code__.co_freevars:
            key += (programs.captures(function, purpose), tuple(_cell_key(c, seen) for c in function.__closure__))
        entry = self.found(key, function, values, modes, purpose)
        if entry.global_objects:
            refuse_shared(entry.inf, entry.global_objects, values)
        return entry

    def settled_entry(self, function: Any, settled: Settled, modes: dict[str, str], purpose: str) -> Entry:
        """The entry for calls with arguments of known kinds."""
        return self.found((purpose, tuple(modes.items()), Settled, settled.key), function, settled, modes, purpose)

    def found(
        self, key: Any, function: Any, values: Mapping[str, Any] | Settled, modes: dict[str, str], purpose: str
    ) -> Entry:
        """The entry of a key, made when there is none."""
        for found in self.entries.get(key, ()):
            if found.valid():
                return found
        with compiling:
            known = self.entries.get(key, [])
            for found in known:
                if found.valid():
                    return found
            with collector_paused():
                try:
                    made = MAKERS.get(purpose, Entry)(self, function, values, modes, purpose)
                except UnsupportedError as refusal:
                    # it says where in the user's code: the way by which that was found is of no interest to them
                    raise refusal.with_traceback(None) from refusal.__cause__
            made.key = key
            self.entries[key] = [*known[-3:], made]
            return made

    def bind(self, function: Any, args: Values, keywords: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments by parameter name, defaults filled in."""
        if self.simple and not keywords and len(args) == len(self.positional):
            return dict(zip(self.positional, args))
        if function is None:
            return dict(zip(self.positional, args))
        if self.rest is not None and not keywords and len(args) >= len(self.positional):
            return {**dict(zip(self.positional, args)), self.rest: args[len(self.positional) :]}
        completed = complete(self, function, args, keywords)
        if completed is not None:
            return dict(zip(self.positional, completed))
        signature = signature_of(function)
        try:
            bound = signature.bind(*args, **keywords)
        except TypeError as error:
            plain = [parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
            shown = signature.replace(parameters=plain, return_annotation=signature.empty)
            raise TypeError(f"{name_of(function)}{shown}: {error}") from None
        bound.apply_defaults()
        return dict(bound.arguments)

    def call_form(self, values: Mapping[str, Any]) -> tuple[Values, dict[str, Any]]:
        """Bound values as the emitted forward takes them."""
        if self.simple:
            return tuple(values.values()), {}
        args: list[Any] = []
        keywords: dict[str, Any] = {}
        for param in self.program.params:
            if param.kind == "var":
                args.extend(values[param.name])
            elif param.kind == "varkw":
                keywords.update(values[param.name])
            elif param.kind == "kwonly":
                keywords[param.name] = values[param.name]
            else:
                args.append(values[param.name])
        return tuple(args), keywords


def _cell_key(cell: types.CellType, seen: dict[int, int]) -> Any:
    try:
        return key_of(cell.cell_contents, seen)
    except ValueError:
        return None


def describe_key(values: Mapping[str, Any]) -> str:
    """The kinds of arguments in words."""
    parts = []
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            axes = ", ".join("1" if s == 1 else "n" for s in value.shape)
            parts.append(f"{name}: {value.dtype} array ({axes})")
        else:
            parts.append(f"{name}: {type(value).__name__}")
    return "; ".join(parts) or "no arguments"


def signature_of(function: Any) -> inspect.Signature:
    """A function's own signature, whatever it says of itself; made anew each time, as defaults may change."""
    if hasattr(function, "__signature__") and isinstance(function, types.FunctionType):
        own = types.FunctionType(function.__code__, {}, None, function.__defaults__, function.__closure__)
        own.__kwdefaults__ = function.__kwdefaults__
        return inspect.signature(own)
    return inspect.signature(function, follow_wrapped=False)


_dispatchers: weakref.WeakKeyDictionary[ir.Function, Dispatcher] = weakref.WeakKeyDictionary()


def dispatcher_of(program: ir.Function) -> Dispatcher:
    """The dispatcher of a program."""
    found = _dispatchers.get(program)
    if found is None:
        with compiling:
            found = _dispatchers.setdefault(program, Dispatcher(program))
    return found


_short_ways: list[Any] = []
_uses: weakref.WeakSet[Any] = weakref.WeakSet()


def remember_uses(uses: Any) -> None:
    """Note an object with a short way for calls, to be told to `forget` it by `forget_entries`."""
    _uses.add(uses)


def short_way(table: T) -> T:
    """Note a table by which something compiled is found sooner, to be emptied by `forget_entries`."""
    _short_ways.append(table)
    return table


def forget_entries() -> None:
    """Have everything compiled anew when it is called next: the table of derivatives has changed."""
    with compiling:
        for dispatcher in list(_dispatchers.values()):
            dispatcher.entries.clear()
        for table in _short_ways:
            table.clear()
        for uses in list(_uses):
            uses.forget()
