"""What derivatives are made of, inside a function that is differentiated: resolved when it runs.

A gradient comes to the function that computes it, a call between emitted functions to the callee's emitted forward and
later to its reverse; each is differentiated like any function.  What only hands references on (records of calls) stays
as it is: adjoints and tangents of what it holds go by identity.
"""

from __future__ import annotations

import types
from typing import Any

from srcgrad import arguments
from srcgrad.analysis.nested import resolve_when_run
from srcgrad.callforward import CallForward
from srcgrad.entries import Record
from srcgrad.errors import UnsupportedError
from srcgrad.gradient import Gradient, grad, value_and_grad
from srcgrad.nested import function_for, general_path
from srcgrad.runtime import nested_bars
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.runtime.records import NOTHING, Several

MAKERS = (grad, value_and_grad)


def resolve(operations: Any, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """A call of one of srcgrad's own objects and its record; `operations` says how functions are differentiated."""
    run = Run(operations)
    value = run.call(func, args, keywords)
    return value, run.record()


class Run:
    """Runs what one call comes to, and gathers the records."""

    def __init__(self, operations: Any) -> None:
        self.operations = operations
        self.records: list[Any] = []

    def record(self) -> Any:
        """The record of everything that was done."""
        found = [record for record in self.records if record is not NOTHING]
        return NOTHING if not found else found[0] if len(found) == 1 else Several(found)

    def __call__(self, func: Any, *args: Any, **keywords: Any) -> Any:
        """The result of a function; its record is kept."""
        value, record = self.operations.call(func, *args, **keywords)
        self.records.append(record)
        return value

    def call(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of one of srcgrad's own."""
        if isinstance(func, Gradient):
            function, given, named = function_for(func, args, keywords)
            return self(function, *given, **named)
        if any(func is maker for maker in MAKERS):
            return func(*args, **keywords)
        if func is Adjoints:
            return Adjoints()
        if func is arguments.structure_snapshot:
            return func(*args)
        if func is arguments.gradient_of:
            return self.gradient_of(*args)
        if isinstance(func, CallForward):
            return self.forward(func, args, keywords)
        owner = getattr(func, "__self__", None)
        if isinstance(func, types.MethodType):
            if isinstance(owner, Record):
                return self.reverse(owner, *args, **keywords)
            if type(owner) is Adjoints:
                return nested_bars.METHODS[func.__name__](self, owner, *args)
        raise UnsupportedError(
            f"{described(func)} in a derivative that is differentiated again",
            "differentiate the outer function alone",
        )

    # ------------------------------------------------------------------------------- calls between emitted functions

    def forward(self, site: CallForward, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of a callee, and the record of its call."""
        function, entry, values = site.found(args, keywords)
        given, named = entry.dispatcher.call_form(values)
        handed = self(entry.bound_forward(function), *given, **named)
        value, seen, residual = handed if entry.has_sites else (handed[0], 0, handed[1])
        order = site.order(entry.dispatcher)
        return value, Record(entry, seen, residual, value, None if order == entry.returned else order)

    def reverse(self, record: Record, bars: Adjoints, bar: Any = None) -> Any:
        """The adjoints of a callee's arguments: what `Record.reverse` does, its steps differentiated."""
        entry = record.entry
        if bar is None and entry.protocol != "bars":
            bar = self.taken(bars, record.value)
        elif bar is not None and entry.protocol == "bars":
            self(bars.add_items, record.value, bar)
            bar = None
        # one reverse serves all paths: those of this function are followed like anybody's
        path = general_path(entry)
        args = [record.residual, bar]
        if entry.uses_bars:
            args.append(bars)
        if path.wants_seen:
            args.append(record.seen)
        result = self(path.function, *args)
        if record.order is None or record.order == entry.returned:
            return result
        by_name = dict(zip(entry.returned, result if len(entry.returned) != 1 else (result,)))
        results = tuple(by_name[name] if entry.modes[name] == "v" else 0.0 for name in record.order)
        return results[0] if len(results) == 1 else results

    def taken(self, bars: Adjoints, value: Any) -> Any:
        """What was gathered for a result, or for the items of a tuple."""
        return self(bars.take_items, value)

    # ---------------------------------------------------------------------------------------------------- structures

    def gradient_of(self, value: Any, bars: Adjoints, written: bool = False) -> Any:
        """The gradient with respect to a structure, in its form."""
        take = bars.pop if written else bars.take

        def leaf(x: Any) -> Any:
            from srcgrad.runtime.helpers import like

            return self(like, self(take, x), x)

        return arguments.rebuilt(value, leaf, lambda x: None, plain=True)


def described(func: Any) -> str:
    """One of srcgrad's own, in words."""
    owner = getattr(func, "__self__", None)
    if owner is not None:
        return f"{type(owner).__name__}.{func.__name__}()"
    return getattr(func, "__name__", None) or f"a {type(func).__name__}"




resolve_when_run(*MAKERS, Adjoints, arguments.structure_snapshot, arguments.gradient_of)
