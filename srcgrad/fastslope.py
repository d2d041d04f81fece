"""The way that calls of gradient functions take from emitted code, for kinds of arguments seen before.

    def energy_gradient_call(x):
        try:
            if not (type(x) is float and energy.__code__ is code):
                return MISS
        except gone:
            return MISS
        _record = Record()
        _value, _record.residual = energy_gradient_forward(x)
        _record.value = _value
        return _value, _record

What it gives MISS for goes the long way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from srcgrad.elsewhere import changes_objects
from srcgrad.entries import Entry
from srcgrad.fastpath import call_name, no_constants, recorded
from srcgrad.gradient import Gradient
from srcgrad.guards import Guard
from srcgrad.nested import Resolved


@dataclass
class Met:
    """What a call of a gradient function came to.

    resolved  the function that computes the gradient
    entry     the one of it that served the call
    values    its arguments by name
    copied    whether it copies some of them first
    """

    gradient: Gradient
    resolved: Resolved
    entry: Entry
    values: dict[str, Any]
    copied: bool

    @property
    def given(self) -> list[str]:
        """The parameters that are not bound."""
        return list(self.values)[len(self.resolved.bound) :]

    @property
    def simple(self) -> bool:
        """Whether another call like it can be told by tests of one parameter after the other."""
        inner = self.resolved.entry
        if inner is None or self.copied or self.gradient._keywords or not inner.dispatcher.simple:
            return False
        # whether arrays overlap, one of which is written, is seen in each call
        return not inner.written or len(self.values) < 2


def fast_slope(met: Met, order: Any, record: Any, handed: bool, by_function: bool) -> Any:
    """The function that serves a call site: the gradient and the record of the call.

    It asks for what decides which function computes the gradient, and which entry of it serves.
    """
    entry, inner, function = met.entry, met.resolved.entry, met.gradient._function
    assert inner is not None
    callee, given = "callee", met.given
    while callee in given:
        callee += "_"
    guard = Guard([callee, *given] if handed else given, function.__globals__)
    bound = [f"{callee}._bound[{i}]" for i in range(len(met.gradient._bound))]
    if not handed:
        held = guard.name(guard.identifier(function.__name__) + "_seen", function)
    elif not by_function:
        held = f"{callee}._function"
    elif bound:
        held, bound = f"{callee}.__func__", [f"{callee}.__self__"]
    else:
        held = callee
    guard.callee(held, function)
    for place, value in zip(bound, met.gradient._bound):
        guard.value(place, value)
    for name in given:
        guard.value(name, met.values[name])
    if changes_objects(inner.inf):
        guard.same_objects()
    for used in (entry, inner):
        guard.globals(used.globals_seen)
        guard.lookups(used.lookups)
    no_constants(guard, inner, held, function, given, met.values)
    if len(met.resolved.bound) > len(bound):
        # the forward reads captured variables, and is handed over
        bound.insert(0, f"{guard.name('bound_forward', inner.bound_forward)}({held})")
        run = guard.name(entry.forward.__name__, entry.forward)
    elif function.__closure__:
        run = f"{guard.name('bound_forward', entry.bound_forward)}({held})"
    else:
        run = guard.name(entry.forward.__name__, entry.forward)
    body = recorded(guard, entry, f"{run}({', '.join([*bound, *given])})", record, order)
    return guard.compile(call_name(entry), body)
