"""Calls from emitted code to gradient functions: what is called is the function that computes the gradient.

    v = sg.grad(energy)(x)      v, v_call = energy_gradient_forward(x)
                                x_bar = v_call.reverse(bars, v_bar)

    v = sg.grad(lambda q: q * k)(x)     v, v_call = lambda_gradient_forward(v_arg, x)

Which function that is depends on the kinds of the arguments (`nested.py`); it is differentiated like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from srcgrad.analysis.meaning import BySlope
from srcgrad.arguments import among_constants
from srcgrad.callforward import CallForward
from srcgrad.dispatch import MAX_BUILT, MAX_FAST, Dispatcher, dispatcher_of
from srcgrad.entries import WAYS, Entry, Record, Values
from srcgrad.errors import UnsupportedError
from srcgrad.fastpath import complete
from srcgrad.fastslope import Met, fast_slope
from srcgrad.frontend import programs
from srcgrad.gradient import Gradient
from srcgrad.nested import Resolved, resolved
from srcgrad.tangent.entry import CallTangent


def as_they_are(*call: Any) -> None:
    """Leave arguments as they are: what has to be told apart is copied by the function that computes the gradient."""


class SlopeCall(CallForward):
    """How a call of a gradient function finds what serves it.

    Unless the gradient function is known, it comes in front of the arguments, or the function that it is the gradient
    of does (`by_function`).
    """

    def note_slope(self, meaning: BySlope) -> None:
        """Note what is known of the gradient function."""
        self.slope, self.names = meaning.slope, meaning.names
        self.by_function = meaning.instead is not None
        self.met: dict[Any, None] = {}
        # the entries whose gradients copy their arguments
        self.copying: set[Any] = set()

    def programs(self) -> list[Any]:
        """The programs of the functions that computed gradients."""
        return list(self.met)

    def gradient(self, args: Values) -> Gradient:
        """The gradient function that is called."""
        if not self.closure:
            return self.slope.made  # type: ignore[no-any-return]
        return Gradient(args[0], self.slope.argnums, False, self.slope.with_value) if self.by_function else args[0]

    def meet(self, args: Values, keywords: Mapping[str, Any], purpose: str) -> Met:
        """What computes the gradient, and the entry of it that serves the call.

        Where it may write into what lies in the memory of an argument, as far as can be seen, it copies that first: the
        call site has the adjoint of the argument under a name.
        """
        gradient = self.gradient(args)
        args, named = args[self.closure :], dict(keywords)
        values = gradient._dispatcher.bind(gradient._function, (*gradient._bound, *args), named)
        arrays = [name for name in values if isinstance(values[name], np.ndarray)]
        found = resolved(gradient, args, named, as_they_are)
        copied = tuple(among_constants(found.entry, gradient._function, values, arrays) if found.entry else ())
        if found.entry not in self.copying:
            if copied:
                found = resolved(gradient, args, named, as_they_are, copied)
            met = self.met_by(gradient, found, purpose, copied, False)
            if met is not None:
                return met
            self.copying.add(found.entry)
        copied = tuple([name for name in arrays if name in self.taken or name in copied])
        met = self.met_by(gradient, resolved(gradient, args, named, as_they_are, copied), purpose, copied, True)
        assert met is not None
        return met

    def met_by(
        self, gradient: Gradient, found: Resolved, purpose: str, copied: tuple[str, ...], copies_all: bool
    ) -> Met | None:
        """The same for one function; None where it should copy its arguments and does not yet."""
        program = programs.program_of(found.function)
        self.met[program] = None
        dispatcher = dispatcher_of(program)
        values = dispatcher.bind(found.function, (*found.bound, *found.args), found.keywords)
        given: dict[Any, str] = {**dict(zip(self.names, self.modes)), **self.keyword_modes}
        # what is bound goes by identity, and so do defaults that carry derivatives
        others = {*list(values)[: len(found.bound)], *programs.active_captures(gradient._function.__code__)}
        modes = {name: given.get(name, "i" if name in others else "-") for name in values}
        if purpose != "call":
            return Met(gradient, found, dispatcher.entry(found.function, values, modes, purpose), values, bool(copied))
        if self.ways:
            modes[WAYS] = self.ways  # type: ignore[assignment]
        try:
            entry = dispatcher.entry(found.function, values, modes, purpose)
        except UnsupportedError:
            if copies_all:
                raise
            return None
        met = Met(gradient, found, entry, values, bool(copied))
        return met if copies_all or not entry.assembly.kept_by_caller else None

    @property
    def taken(self) -> tuple[str, ...]:
        """The parameters whose adjoints the call site takes, in its order."""
        named = (*zip(self.names, self.modes), *self.keyword_modes.items())
        return tuple([str(name) for name, mode in named if mode == "v"])

    def order(self, dispatcher: Dispatcher) -> tuple[str, ...] | None:
        """The parameters whose adjoints the call site takes, in its order."""
        return self.taken


class SlopeForward(SlopeCall):
    """Called by emitted code in place of a gradient function: gives the gradient and the record of the call."""

    def __init__(self, meaning: BySlope) -> None:
        closure = meaning.callee is not None
        super().__init__(meaning.function, meaning.modes, meaning.keyword_modes, closure, meaning.ways)
        self.note_slope(meaning)

    def completed(self, args: Values, keywords: Mapping[str, Any]) -> Values | None:
        """All arguments by position (after the gradient function, where it is handed over)."""
        if not self.fits(len(args) - self.closure, keywords):
            return None
        gradient = self.gradient(args)
        given = (*gradient._bound, *args[self.closure :])
        found = complete(gradient._dispatcher, gradient._function, given, keywords)
        return None if found is None else (*args[: self.closure], *found[len(gradient._bound) :])

    def found(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Entry, dict[str, Any]]:
        """The function, its entry for these arguments, and the arguments by name."""
        met = self.meet(args, keywords, "call")
        return met.resolved.function, met.entry, met.values

    def call(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Record]:
        """The long way: what computes the gradient is found by the kinds of the arguments, or made."""
        met = self.meet(args, keywords, "call")
        entry = met.entry
        order = self.order(entry.dispatcher)
        if order == entry.returned:
            order = None
        if self.built < MAX_BUILT and self.fits(len(args) - self.closure, keywords) and met.simple:
            self.note_met(met, order)
        value, seen, residual = entry.run_forward(met.resolved.function, *entry.dispatcher.call_form(met.values))
        return value, Record(entry, seen, residual, value, order)

    def note_met(self, met: Met, order: Any) -> None:
        """Note what served a call; what did so lately gets a guarded function."""
        count = len(met.given) + self.closure
        if met.entry in self.again and self.count in (-1, count):
            self.count = count
            self.built += 1
            made = fast_slope(met, order, Record, self.closure, self.by_function)
            self.fast = (made, *self.fast[: MAX_FAST - 1])
        self.again = (met.entry, *self.again[: MAX_FAST - 1])


class SlopeTangent(SlopeCall, CallTangent):
    """The same in forward mode: gives the gradient and its tangent."""

    def __init__(self, meaning: BySlope, by_value: bool) -> None:
        closure = meaning.callee is not None
        CallTangent.__init__(self, meaning.function, meaning.modes, meaning.keyword_modes, closure, by_value)
        self.note_slope(meaning)

    def by_name(self, dispatcher: Dispatcher, tangents: dict[Any, Any]) -> dict[str, Any]:
        """The tangents that the call site gave, by parameter."""
        return {self.names[key] if isinstance(key, int) else key: t for key, t in tangents.items()}

    def found(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
        """The function, its entry for these arguments, and the arguments by name."""
        met = self.meet(args, keywords, "jvp-call")
        return met.resolved.function, met.entry, met.values
