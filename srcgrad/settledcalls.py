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

TEXT = """def call(_site{params}):
    _forward = _site.forward
    if _forward is None or _site.function.__defaults__ is not _site.defaults:
        return _site.otherwise(({given}), {named})
    _record = _site.record()
    try:
        if _site.sites:
            _value, _record.seen, _record.residual = _forward({all})
        else:
            _value, _record.residual = _forward({all})
    except BaseException as _error:
        _site.failed(_error, ({given}), {named})
        raise
    _record.value = _value
    return _value, _record
"""


@functools.cache
def calling(count: int, keywords: tuple[str, ...], defaults: bool) -> Callable[..., Any]:
    """The method that calls with `count` arguments and others by name, `defaults`: and with the function's own."""
    names = [f"_{i}" for i in range(count)]
    by_name = [f"{name}={name}" for name in keywords]
    parts = {
        "params": "".join(f", {name}" for name in (*names, *keywords)),
        "all": ", ".join([*names, *by_name, *(["**_site.rest"] if defaults else [])]),
        "given": "".join(f"{name}, " for name in names).strip(),
        "named": "{" + ", ".join(f"{name!r}: {name}" for name in keywords) + "}",
    }
    return bind(TEXT.format(**parts), "call", {}, {"__builtins__": builtins}, {})["call"]


class SettledForward(CallForward):
    """Called by emitted code in place of a user's function, the kinds of whose arguments are known."""

    def __init__(self, meaning: ByCall) -> None:
        super().__init__(meaning.function, meaning.modes, meaning.keyword_modes, False)
        self.settled: Any = meaning.settled
        self.keywords = tuple(str(name) for name, _ in meaning.keywords)
        self.forward: Any = None
        self.entry: Entry | None = None
        self.sites = False
        self.record: Any = None
        # what the function's defaults were, and those that the calls leave to it
        self.defaults: Any = None
        self.rest: dict[str, Any] = {}
        self.call_now: Any = None

    def positional(self, count: int) -> Any:
        """What emitted code calls."""
        names = dispatcher_of(programs.program_of(self.function)).positional
        self.defaults = self.function.__defaults__
        own = dict(zip(reversed(names), reversed(self.defaults or ())))
        self.rest = {name: own[name] for name in names[count:] if name not in self.keywords}
        self.arity = count
        self.call_now = types.MethodType(calling(count, self.keywords, bool(self.rest)), self)
        return self.call_now

    def otherwise(self, args: Values, keywords: dict[str, Any]) -> Any:
        """The first call, and calls where something is not as it was known to be."""
        if self.settled is not None and self.forward is None:
            self.compile()
        if self.forward is not None and self.function.__defaults__ is self.defaults:
            return self.call_now(*args, **keywords)
        return self(*args, **keywords)

    def compile(self) -> None:
        """Find or make the entry for the known kinds; none serves that depends on more than the caller asks for."""
        dispatcher = dispatcher_of(programs.program_of(self.function))
        modes = self.param_modes(dispatcher, len(self.modes), dict.fromkeys(self.keywords), frozenset())
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

    def failed(self, error: BaseException, args: Values, keywords: dict[str, Any]) -> None:
        """An exception leaves a call."""
        entry = self.entry
        assert entry is not None
        entry.point(error)
        if isinstance(error, Exception):
            values = {**dict(zip(entry.dispatcher.positional, args)), **keywords, **self.rest}
            leave_call(error, lambda: (entry, values))
