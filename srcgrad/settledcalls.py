"""Calls from emitted code of which all is known before they run: the callee's forward is called at once.

    y, y_call = step_forward(body, h, k)      step_forward is a method of a `SettledForward`: it asks nothing

The callee is compiled when it is first called: functions that call each other have each other's entries.
"""

from __future__ import annotations

import builtins
import functools
import types
from collections.abc import Callable
from typing import Any

from srcgrad.analysis.meaning import ByCall
from srcgrad.callforward import CallForward
from srcgrad.dispatch import dispatcher_of
from srcgrad.emit.register import bind
from srcgrad.entries import Entry, Record, Values
from srcgrad.frontend import programs
from srcgrad.runtime.raised import leave_call

TEXT = """def call(self{params}):
    forward = self.forward
    if forward is None or self.function.__defaults__ is not self.defaults:
        return self.otherwise(({tuple}))
    record = self.record()
    try:
        if self.sites:
            value, record.seen, record.residual = forward({given})
        else:
            value, record.residual = forward({given})
    except BaseException as error:
        self.failed(error, ({tuple}))
        raise
    record.value = value
    return value, record
"""


@functools.cache
def calling(count: int, defaults: bool) -> Callable[..., Any]:
    """The method that calls with `count` arguments, `defaults`: and with those that the function has itself."""
    names = [f"x{i}" for i in range(count)]
    parts = {
        "params": "".join(f", {name}" for name in names),
        "given": ", ".join([*names, *(["*self.rest"] if defaults else [])]),
        "tuple": "".join(f"{name}, " for name in names).strip(),
    }
    return bind(TEXT.format(**parts), "call", {}, {"__builtins__": builtins}, {})["call"]


class SettledForward(CallForward):
    """Called by emitted code in place of a user's function, the kinds of whose arguments are known."""

    def __init__(self, meaning: ByCall) -> None:
        super().__init__(meaning.function, meaning.modes, (), False)
        self.settled: Any = meaning.settled
        self.forward: Any = None
        self.entry: Entry | None = None
        self.sites = False
        self.record: Any = None
        # what the function's defaults were, and those that the calls leave to it
        self.defaults: Any = None
        self.rest: Values = ()
        self.call_now: Any = None

    def positional(self, count: int) -> Any:
        """What emitted code calls."""
        missing = len(dispatcher_of(programs.program_of(self.function)).positional) - count
        self.defaults = self.function.__defaults__
        self.rest = (self.defaults or ())[len(self.defaults or ()) - missing :] if missing else ()
        self.arity = count
        self.call_now = types.MethodType(calling(count, missing > 0), self)
        return self.call_now

    def otherwise(self, args: Values) -> Any:
        """The first call, and calls where something is not as it was known to be."""
        if self.settled is not None and self.forward is None:
            self.compile()
        if self.forward is not None and self.function.__defaults__ is self.defaults:
            return self.call_now(*args)
        return self(*args)

    def compile(self) -> None:
        """Find or make the entry for the known kinds; none serves that depends on more than the caller asks for."""
        dispatcher = dispatcher_of(programs.program_of(self.function))
        modes = self.param_modes(dispatcher, len(self.modes), {}, frozenset())
        entry = dispatcher.settled_entry(self.function, self.settled, modes, self.purpose)
        asked = {(id(namespace), name) for namespace, name, _, _ in entry.globals_seen}
        asked |= {(id(owner), name) for owner, name, _ in entry.lookups}
        if not asked <= self.settled.guarded:
            self.settled = None
            return
        order = self.order(dispatcher)
        same = {"__slots__": (), "__init__": object.__init__, "entry": entry}
        same["order"] = None if order == entry.returned else order
        if not entry.has_sites:
            same["seen"] = 0
        self.record = type("Record", (Record,), same)
        self.entry, self.sites = entry, entry.has_sites
        self.forward = entry.bound_forward(self.function)

    def failed(self, error: BaseException, args: Values) -> None:
        """An exception leaves a call."""
        entry = self.entry
        assert entry is not None
        entry.point(error)
        if isinstance(error, Exception):
            leave_call(error, lambda: (entry, dict(zip(entry.dispatcher.positional, (*args, *self.rest)))))
