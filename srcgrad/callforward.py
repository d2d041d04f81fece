"""Calls from emitted code to functions that are differentiated themselves."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from srcgrad import ir
from srcgrad.analysis.meaning import ByCall, ByChoice, BySlope, Recomputed
from srcgrad.analysis.memory import ANY
from srcgrad.custom import CustomRule
from srcgrad.customcalls import CustomForward
from srcgrad.dispatch import MAX_BUILT, MAX_FAST, Dispatcher, dispatcher_of
from srcgrad.entries import WAYS, Entry, Record, Values
from srcgrad.errors import UnsupportedError
from srcgrad.fastpath import complete, fast_call
from srcgrad.frontend import programs
from srcgrad.guards import MISS
from srcgrad.positional import ONE, calling
from srcgrad.runtime.raised import leave_call

NO_KEYWORDS: Mapping[str, Any] = {}


class CallForward:
    """Called by emitted code in place of a user's function: gives the result and the record of the call."""

    # what a call gives: the result with something else
    gives_pair = True

    def __init__(
        self, function: Any, modes: str, keyword_modes: tuple[tuple[str | None, str], ...], closure: bool,
        ways: frozenset[Any] = frozenset(),
    ) -> None:  # fmt: skip
        self.function, self.modes, self.keyword_modes, self.closure = function, modes, dict(keyword_modes), closure
        # to the arrays that are written elsewhere
        self.ways = ways
        # whether the function is known to write into no array that was there before
        self.quiet = False
        # which entries serve: others have checks
        self.purpose = "call"
        # guarded functions for kinds of arguments that came twice, the entries that served last
        self.fast: tuple[Any, ...] = ()
        self.again: tuple[Entry, ...] = ()
        self.count = -1
        self.built = 0
        # the one that served calls with `arity` arguments last
        self.serving: Any = None
        self.arity = -1

    @staticmethod
    def for_meaning(meaning: ByCall) -> Any:
        """The dispatcher for a call site; a function with a rule of its own has another one."""
        if isinstance(meaning.function, CustomRule):
            return CustomForward.for_meaning(meaning)
        if isinstance(meaning, Recomputed):
            from srcgrad.recompute import RecomputedForward  # it builds on this module

            return RecomputedForward.for_meaning(meaning)
        if isinstance(meaning, BySlope):
            from srcgrad.slopes import SlopeForward  # it builds on this module

            return SlopeForward(meaning)
        closure = meaning.callee is not None
        if isinstance(meaning, ByChoice):
            from srcgrad.chosencalls import ChosenForward  # it builds on this module

            return ChosenForward(meaning)
        if meaning.settled is not None:
            from srcgrad.settledcalls import SettledForward  # it builds on this module

            return SettledForward(meaning)
        return CallForward(meaning.function, meaning.modes, meaning.keyword_modes, closure, meaning.ways)

    def __call__(self, *args: Any, **keywords: Any) -> tuple[Any, Record]:
        """The result and the record: by the short way where it is there, else by the long one."""
        try:
            # the short way for kinds of arguments that came before, else the long one
            if self.fast:
                whole: Any = args
                if keywords or len(args) != self.count:
                    whole = self.completed(args, keywords)
                if whole is not None:
                    for fast in self.fast:
                        result = fast(*whole)
                        if result is not MISS:
                            return result  # type: ignore[no-any-return]
            return self.call(args, keywords)
        except Exception as error:
            self.left(error, args, keywords)
            raise

    def positional(self, count: int) -> Any:
        """What emitted code calls where it hands over so many arguments and no keywords."""
        self.arity = count
        return types.MethodType(calling(ONE, count), self)

    def left(self, error: BaseException, args: Values, keywords: Mapping[str, Any] = NO_KEYWORDS) -> None:
        """An exception leaves a call."""
        site, args, keywords = self.serving_site(args, keywords)
        leave_call(error, lambda: site.found(args, keywords)[1:])

    def serving_site(self, args: Values, keywords: Mapping[str, Any]) -> tuple[CallForward, Values, Mapping[str, Any]]:
        """What serves a call, and the arguments that it takes."""
        return self, args, keywords

    def programs(self) -> list[ir.Function]:
        """What is called, as far as is known."""
        target = self.function
        if isinstance(target, types.CodeType):
            return [programs.program_of_code(target)]
        return [target if isinstance(target, ir.Function) else programs.program_of(target)]

    def fits(self, count: int, keywords: Mapping[str, Any]) -> bool:
        """Whether a call has the form that the modes speak of."""
        return count == len(self.modes) and keywords.keys() == self.keyword_modes.keys()

    def completed(self, args: Values, keywords: Mapping[str, Any]) -> Values | None:
        """All arguments by position (after the function, where it is handed over), if the call has the usual form."""
        function, given = (args[0], args[1:]) if self.closure else (self.function, args)
        if not self.fits(len(given), keywords):
            return None
        found = complete(dispatcher_of(programs.program_of(function)), function, given, keywords)
        return found if found is None or not self.closure else (function, *found)

    def call(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Record]:
        """The long way: an entry is found by the key of the arguments, or made."""
        function, entry, values = self.found(args, keywords)
        dispatcher = entry.dispatcher
        order = self.order(dispatcher)
        if order == entry.returned:
            order = None
        if self.built < MAX_BUILT and dispatcher.simple and isinstance(function, types.FunctionType):
            # before the call, which may change what it was given
            self.note(function, entry, values, order, self.fits(len(args) - self.closure, keywords))
        value, seen, residual = entry.run_forward(function, *dispatcher.call_form(values))
        return value, Record(entry, seen, residual, value, order)

    def note(self, function: Any, entry: Entry, values: Mapping[str, Any], order: Any, usual: bool) -> None:
        """Note that an entry served a call; one that did so lately gets a guarded function."""
        count = len(values) + self.closure
        if usual and entry in self.again and self.count in (-1, count):
            self.count = count
            self.built += 1
            made = fast_call(entry, function, values, order, Record, self.closure)
            self.fast = (made, *self.fast[: MAX_FAST - 1])
            if count == self.arity:
                self.serve(function, made)
        self.again = (entry, *self.again[: MAX_FAST - 1])

    def serve(self, function: Any, guarded: Any) -> None:
        """Have a guarded function serve calls with `arity` arguments."""
        self.serving = guarded

    def found(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Entry, dict[str, Any]]:
        """The function, its entry for these arguments, and the arguments by name."""
        function = self.function
        if self.closure:
            function, args = args[0], args[1:]
        dispatcher = dispatcher_of(programs.program_of(function))
        values = dispatcher.bind(function, args, keywords)
        modes = self.param_modes(dispatcher, len(args), keywords, programs.active_captures(function.__code__))
        if self.ways:
            modes[WAYS] = self.ways  # type: ignore[assignment]
        return function, dispatcher.entry(function, values, modes, self.purpose), values

    def param_modes(
        self, dispatcher: Dispatcher, count: int, keywords: Mapping[str, Any], active_defaults: frozenset[str]
    ) -> dict[str, str]:
        """How the adjoint of each parameter comes back."""
        modes: dict[str, str] = {}
        starred = count != len(self.modes)
        letters = "i" * count if starred else self.modes
        for param in dispatcher.program.params:
            if param.kind in ("pos", "posonly") and letters:
                modes[param.name], letters = letters[0], letters[1:]
            elif param.kind == "var":
                modes[param.name] = "i" if letters.strip("-") else "-"
                letters = ""
            elif param.kind == "varkw":
                modes[param.name] = "i"
            elif param.name in keywords or None in self.keyword_modes:
                modes[param.name] = self.keyword_modes.get(param.name, "i")
            else:
                modes[param.name] = "i" if param.name in active_defaults else "-"
        return modes

    def order(self, dispatcher: Dispatcher) -> tuple[str, ...] | None:
        """The parameters whose adjoints the call site takes, in its order."""
        names = [p for p, mode in zip(dispatcher.positional, self.modes) if mode == "v"]
        return (*names, *(str(k) for k, mode in self.keyword_modes.items() if mode == "v"))


class CallByIdentity(CallForward):
    """Calls of which nothing was known, of functions of one code: every adjoint goes by identity.

    It is called with the function in front of the arguments.
    """

    def __init__(self, among_writes: bool = True, may_write: bool = True) -> None:
        super().__init__(None, "", (), True, frozenset({(ANY,)}) if among_writes else frozenset())
        self.may_write = may_write

    def fits(self, count: int, keywords: Mapping[str, Any]) -> bool:
        """Any form does: no parameter has a mode of its own."""
        return True

    def found(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Entry, dict[str, Any]]:
        """The function, its entry for these arguments, and the arguments by name."""
        function, entry, values = super().found(args, keywords)
        if entry.written and not self.may_write:
            raise writes_unseen(entry)
        return function, entry, values

    def param_modes(
        self, dispatcher: Dispatcher, count: int, keywords: Mapping[str, Any], active_defaults: frozenset[str]
    ) -> dict[str, str]:
        return {p.name: "i" for p in dispatcher.program.params}

    def order(self, dispatcher: Dispatcher) -> tuple[str, ...] | None:
        return None


def writes_unseen(entry: Entry) -> UnsupportedError:
    """The error for a function of which it is seen too late that it writes, or may write, into its arguments."""
    if entry.writes_arguments:
        what = f"{entry.program.name}(), which writes into its arguments and is only known when it runs"
        return UnsupportedError(what, "call it by its name, or write into a copy")
    what = f"{entry.program.name}(), only known when it runs, which calls what might write into its arguments,"
    return UnsupportedError(what, "call it by its name, or what it calls")
