"""What one kind of call compiled to in forward mode, and calls between tangent functions.

TangentEntry    the tangent function for one kind of call
CallTangent     called by emitted code in place of a user's function
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from srcgrad.analysis.activity import flows, lit
from srcgrad.analysis.kinds import Never, Num
from srcgrad.analysis.lookups import watching
from srcgrad.analysis.meaning import ByCall, ByChoice, BySlope
from srcgrad.callforward import CallForward
from srcgrad.checkpointing import Checkpoint
from srcgrad.custom import CustomRule
from srcgrad.customcalls import CustomTangent
from srcgrad.dispatch import MAKERS, dispatcher_of
from srcgrad.emit.python import print_function
from srcgrad.emit.register import note_user_lines
from srcgrad.entries import Entry, Values
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.runtime.tangents import Tangents
from srcgrad.tangent.assemble import TangentAssembly

if TYPE_CHECKING:
    from srcgrad.dispatch import Dispatcher


class TangentEntry(Entry):
    """A tangent function for one kind of call."""

    def __init__(
        self, dispatcher: Dispatcher, function: Any, values: Mapping[str, Any], modes: dict[str, str], purpose: str
    ) -> None:
        world = self.interpret(dispatcher, function, values, modes, purpose)
        self.see_written()
        made = TangentAssembly(self.inf, self.modes, purpose, CallTangent.for_meaning)
        self.tangents = self.assembly = made  # type: ignore[assignment]
        self.uses_dots, self.by_value = made.uses_dots, made.by_value
        self.forward_text, self.forward_lines = print_function(made.function, frozenset(), made.own)
        self.forward = self.compile(made.function, self.forward_text, function)
        note_user_lines(self.forward.__code__.co_filename, self.program.source.filename, self.forward_lines)
        self.register_nested(made.function)
        self.note_globals(world)

    def see_written(self) -> None:
        """Interpret again, where what came in without a tangent is written with values that have one.

        Its views are then written as well, and have tangents that are views.
        """
        inf = self.inf
        came_in = [version for version in (*inf.entry.values(), *inf.free.values()) if version.kind is not None]
        while changed := [v for v in came_in if isinstance(v.kind, Num) and flows(v.kind) and not v.kind.active]:
            for version in changed:
                version.kind = lit(version.kind)  # type: ignore[arg-type]
            with watching() as looked_up:
                inf.run()
            self.lookups += looked_up.values()

    def arguments(
        self, values: Mapping[str, Any], tangents: Mapping[str, Any], dots: Tangents
    ) -> tuple[Values, dict[str, Any]]:
        """What the tangent function is called with; `tangents` has those of the parameters whose mode is 'v' or 's'."""
        args, keywords = self.dispatcher.call_form(values)
        given = {dot: tangents[name] for name, dot in self.tangents.dot_params.items()}
        if self.uses_dots:
            given[self.tangents.dots] = dots
        if self.dispatcher.simple:
            return (*args, *given.values()), keywords
        return args, {**keywords, **given}

    def run(self, function: Any, values: Mapping[str, Any], tangents: Mapping[str, Any], dots: Tangents) -> Any:
        """The result and its tangent."""
        args, keywords = self.arguments(values, tangents, dots)
        try:
            result = self.bound_forward(function)(*args, **keywords)
        except BaseException as error:
            self.point(error)
            raise
        if isinstance(self.inf.return_kind, Never):
            source = self.program.source
            raise UnsupportedError(
                f"what {self.program.name}() returns",
                "write its recursion with a plain base case",
                source.filename,
                self.program.span.line,
            )
        return result


class CallTangent(CallForward):
    """Called by emitted code in place of a user's function: gives the result and its tangent.

    by_value  whether the call site takes the tangent; else it goes by identity, and the result comes alone
    """

    def __init__(
        self, function: Any, modes: str, keyword_modes: tuple[tuple[str | None, str], ...], closure: bool,
        by_value: bool,
    ) -> None:  # fmt: skip
        super().__init__(function, modes, keyword_modes, closure)
        self.by_value = self.gives_pair = by_value

    @staticmethod
    def for_meaning(meaning: ByCall, by_value: bool = True) -> Any:
        """The dispatcher for a call site; a function with a rule of its own has another one."""
        if isinstance(meaning.function, CustomRule):
            rule = meaning.function
            return CustomTangent(rule, meaning.modes, dict(meaning.keyword_modes), meaning.result, by_value)
        if isinstance(meaning, ByChoice):
            from srcgrad.chosencalls import ChosenTangent  # it builds on this module

            return ChosenTangent(meaning, by_value)
        if isinstance(meaning, BySlope):
            from srcgrad.slopes import SlopeTangent  # it builds on this module

            return SlopeTangent(meaning, by_value)
        return CallTangent(meaning.function, meaning.modes, meaning.keyword_modes, meaning.callee is not None, by_value)

    def __call__(self, *args: Any, dots: Tangents | None = None, **keywords: Any) -> Any:
        """The result and its tangent (the result alone where the tangent goes by identity)."""
        return self.run(args, keywords, new_dots() if dots is None else dots)

    def run(
        self, args: Values, keywords: dict[str, Any], dots: Tangents, run_entry: Callable[..., Any] = TangentEntry.run
    ) -> Any:
        """The same, for a callee that may have a parameter called `dots`; `run_entry` runs the tangent function."""
        given = self.modes.count("v")
        positional = args[: len(args) - given]
        places: list[Any] = [i for i, mode in enumerate(self.modes) if mode == "v"]
        tangents: dict[Any, Any] = dict(zip(places, args[len(args) - given :]))
        for key, mode in self.keyword_modes.items():
            if mode == "v":
                tangents[key] = keywords.pop(f"{key}_dot")
        function, entry, values = self.found(positional, keywords)
        by_name = self.by_name(entry.dispatcher, tangents)
        for name, tangent in by_name.items():
            if entry.modes[name] == "i":
                dots.set_items(values[name], tangent)
        value, tangent = run_entry(entry, function, values, by_name, dots)
        if self.by_value:
            return value, (tangent if entry.by_value else dots.items(value))
        if entry.by_value:
            dots.set_items(value, tangent)
        return value

    def by_name(self, dispatcher: Dispatcher, tangents: dict[Any, Any]) -> dict[str, Any]:
        """The tangents that the call site gave, by parameter."""
        return {dispatcher.positional[k] if isinstance(k, int) else k: t for k, t in tangents.items()}

    def found(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
        """The function, its entry for these arguments, and the arguments by name."""
        function = self.function
        if self.closure:
            function, args = args[0], args[1:]
        if isinstance(function, Checkpoint):
            function = function.function
        dispatcher = dispatcher_of(programs.program_of(function))
        values = dispatcher.bind(function, args, keywords)
        modes = self.param_modes(dispatcher, len(args), keywords, programs.active_captures(function.__code__))
        return function, dispatcher.entry(function, values, modes, "jvp-call"), values


class TangentByIdentity(CallTangent):
    """A call of which nothing was known: every tangent goes by identity."""

    def __init__(self, function: Any) -> None:
        super().__init__(function, "", (), False, False)

    def param_modes(
        self, dispatcher: Dispatcher, count: int, keywords: Mapping[str, Any], active_defaults: frozenset[str]
    ) -> dict[str, str]:
        return {p.name: "i" for p in dispatcher.program.params}


def new_dots() -> Tangents:
    """Tangents by identity, none known yet."""
    from srcgrad.runtime.tangent_operations import Dots  # it resolves operations by calls made here

    return Dots()


MAKERS["jvp"] = MAKERS["jvp-call"] = TangentEntry


def called(entries: list[Any]) -> list[TangentEntry]:
    """The entries of the functions that the text of these entries calls, directly or not."""
    waiting, seen = list(entries), list(entries)
    while waiting:
        for cell in waiting.pop(0).forward.__closure__ or ():
            callee = cell.cell_contents
            if not isinstance(callee, CallTangent):
                continue
            groups = [group for program in callee.programs() for group in dispatcher_of(program).entries.values()]
            for entry in [entry for group in groups for entry in group]:
                if isinstance(entry, TangentEntry) and entry.tangents.purpose == "jvp-call" and entry not in seen:
                    seen.append(entry)
                    waiting.append(entry)
    return seen[len(entries) :]
