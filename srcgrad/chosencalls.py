"""Calls from emitted code to one of several functions: each that is met is differentiated itself.

    y = layer(x)           y, y_call = layer_forward(layer, x)      the function or object in front of the arguments
    y = shape.area(k)      y, y_call = area_forward(shape, k)       the object whose method it is

What is no function with source, a ufunc or a `partial`, is called by a function that is written for it.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from srcgrad import ir
from srcgrad.analysis import entry
from srcgrad.analysis.dispatching import dispatches
from srcgrad.analysis.meaning import ByCall, Choice
from srcgrad.callforward import CallForward, writes_unseen
from srcgrad.emit.register import bind
from srcgrad.entries import Entry, Record, Values
from srcgrad.frontend import programs
from srcgrad.positional import FUNCTION, METHOD, calling
from srcgrad.rules import stand_ins
from srcgrad.rules.language import BY_FUNCTION, is_constant
from srcgrad.runtime.tangents import Tangents
from srcgrad.tangent.entry import CallTangent, TangentEntry

Site = TypeVar("Site", bound=CallForward)


class Choices(Generic[Site]):
    """What serves the calls of a call site, by the code of the function that is met.

    make   gives what serves calls of a function that is handed over in front of the arguments, from their modes and
           the names that what is called gives besides
    """

    def __init__(self, meaning: ByCall, make: Callable[[str, tuple[str, ...]], Site]) -> None:
        choice: Choice = meaning.function
        self.attribute = choice.name if choice.attribute else None
        # of the arguments alone
        self.modes = meaning.modes[1:] if choice.attribute else meaning.modes
        self.make = make
        # what serves functions: by the operands that belong to what is called, how many and by which names; by code
        self.functions: dict[Any, programs.ByCode[Site]] = {}
        # by form of the call: what calls that which has no source
        self.callers: dict[Any, types.FunctionType] = {}

    def site(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Site, Values, Mapping[str, Any]]:
        """What serves a call, and the arguments that it takes: the function, those of its own, and the others."""
        func = args[0] if self.attribute is None else getattr(args[0], self.attribute)
        rest = args[1:]
        own: Values = ()
        named: tuple[str, ...] = ()
        if type(func) is functools.partial:
            named = tuple(name for name in func.keywords if name not in keywords)
            own, keywords, func = func.args, {**func.keywords, **keywords}, func.func
        if type(func) is types.MethodType:
            own, func = (func.__self__, *own), func.__func__
        table = self.functions.setdefault((len(own), named), programs.ByCode())
        found = table.get(func.__code__) if type(func) is types.FunctionType else None
        if found is None and not (type(func) is types.FunctionType and has_source(func)):
            own = func, *own
            form = len(own) + len(rest), tuple(keywords)
            func = self.callers.get(form) or self.callers.setdefault(form, caller_of(*form))
            table = self.functions.setdefault((len(own), named), programs.ByCode())
            found = table.get(func.__code__)
        if found is None:
            found = table[func.__code__] = self.make("i" * len(own) + self.modes, named)
        return found, (func, *own, *rest), keywords

    def codes(self) -> list[types.CodeType]:
        """The code of the functions that were met."""
        return [code for table in self.functions.values() for code in table.codes()]


def has_source(function: types.FunctionType) -> bool:
    """Whether calls of a function are differentiated by its source."""
    if dispatches(function) or function in BY_FUNCTION or is_constant(function) or function in stand_ins.WRITTEN:
        return False
    return not entry.is_library(function)


def caller_of(count: int, keywords: tuple[str, ...]) -> types.FunctionType:
    """A function that calls its first argument with the others: `count` in all."""
    names = [f"x{i}" for i in range(count - 1)]
    function = next(name for name in ("function", "function_", "called") if name not in keywords)
    given = ", ".join([*names, *(f"{name}={name}" for name in keywords)])
    text = f"def call({', '.join([function, *names, *keywords])}):\n    return {function}({given})\n"
    return bind(text, "call", {}, {"__builtins__": __builtins__}, {})["call"]


class OneForward(CallForward):
    """Serves calls of one of several functions, none of which is known to write into its arguments."""

    chosen: dict[int, Any]

    def serve(self, function: Any, guarded: Any) -> None:
        """Have a guarded function serve calls with `arity` arguments."""
        self.chosen[id(function.__code__)] = guarded

    def found(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, Entry, dict[str, Any]]:
        """The function, its entry for these arguments, and the arguments by name."""
        function, entry, values = super().found(args, keywords)
        if entry.writes_arguments:
            raise writes_unseen(entry)
        return function, entry, values


class ChosenForward(CallForward):
    """Called by emitted code in place of one of several functions: gives the result and the record of the call."""

    def __init__(self, meaning: ByCall) -> None:
        super().__init__(None, meaning.modes, meaning.keyword_modes, meaning.callee is not None, meaning.ways)
        self.choices: Choices[CallForward] = Choices(meaning, self.site)
        self.attribute = self.choices.attribute
        # guarded functions, by the code of the function that is met
        self.serving: dict[int, Any] = {}

    def site(self, modes: str, named: tuple[str, ...]) -> CallForward:
        """What serves calls of one function."""
        keyword_modes: dict[str | None, str] = {**self.keyword_modes}
        keyword_modes.update(dict.fromkeys(named, "i"))
        made = OneForward(None, modes, tuple(keyword_modes.items()), True, self.ways)
        made.purpose, made.chosen = self.purpose, self.serving
        if len(modes) == len(self.modes) and not named:
            # the usual form: what else has the same code is called with other arguments in front
            made.arity = len(modes) + 1
        return made

    def positional(self, count: int) -> Any:
        """What emitted code calls where it hands over so many arguments and no keywords."""
        return types.MethodType(calling(FUNCTION if self.attribute is None else METHOD, count), self)

    def __call__(self, *args: Any, **keywords: Any) -> tuple[Any, Record]:
        """The result and the record."""
        site, given, named = self.choices.site(args, keywords)
        return site(*given, **named)

    def serving_site(self, args: Values, keywords: Mapping[str, Any]) -> tuple[CallForward, Values, Mapping[str, Any]]:
        """What serves a call, and the arguments that it takes."""
        return self.choices.site(args, keywords)

    def programs(self) -> list[ir.Function]:
        """What was called so far."""
        return [programs.program_of_code(code) for code in self.choices.codes()]


class ChosenTangent(CallTangent):
    """The same in forward mode: gives the result and its tangent."""

    def __init__(self, meaning: ByCall, by_value: bool) -> None:
        super().__init__(None, meaning.modes, meaning.keyword_modes, meaning.callee is not None, by_value)
        self.choices: Choices[CallTangent] = Choices(meaning, self.site)

    def site(self, modes: str, named: tuple[str, ...]) -> CallTangent:
        """What serves calls of one function."""
        keyword_modes: dict[str | None, str] = {**self.keyword_modes}
        keyword_modes.update(dict.fromkeys(named, "i"))
        return CallTangent(None, modes, tuple(keyword_modes.items()), True, self.by_value)

    def run(
        self, args: Values, keywords: dict[str, Any], dots: Tangents, run_entry: Callable[..., Any] = TangentEntry.run
    ) -> Any:
        """The result and its tangent (the result alone where the tangent goes by identity)."""
        count = len(args) - self.modes.count("v")  # tangents come after the arguments
        site, given, named = self.choices.site(args[:count], dict.fromkeys(self.keyword_modes))  # type: ignore[arg-type]
        # what belongs to the callee alone
        own = {name: value for name, value in named.items() if name not in self.keyword_modes}
        return site.run((*given, *args[count:]), {**own, **keywords}, dots, run_entry)

    def programs(self) -> list[ir.Function]:
        """What was called so far."""
        return [programs.program_of_code(code) for code in self.choices.codes()]
