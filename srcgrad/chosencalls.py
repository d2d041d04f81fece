"""Calls from emitted code to one of several functions: each that is met is differentiated itself.

    y = layer(x)           y, y_call = layer_forward(layer, x)      the function or object in front of the arguments
    y = shape.area(k)      y, y_call = area_forward(shape, k)       the object whose method it is

What is no function with source, a ufunc or a `partial`, is called by a function that is written for it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from srcgrad import ir
from srcgrad.analysis import entry
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

    make   gives what serves calls of a function that is handed over in front of the arguments, from their modes
    """

    def __init__(self, meaning: ByCall, make: Callable[[str], Site]) -> None:
        choice: Choice = meaning.function
        self.attribute = choice.name if choice.attribute else None
        # of the arguments alone
        self.modes = meaning.modes[1:] if choice.attribute else meaning.modes
        self.make = make
        self.functions: programs.ByCode[Site] = programs.ByCode()
        self.methods: programs.ByCode[Site] = programs.ByCode()
        # by form of the call: what calls that which has no source, and what serves that
        self.callers: dict[Any, tuple[types.FunctionType, Site]] = {}

    def site(self, args: Values, keywords: Mapping[str, Any]) -> tuple[Site, Values]:
        """What serves a call, and the arguments that it takes."""
        first = args[0]
        func = first if self.attribute is None else getattr(first, self.attribute)
        cls = type(func)
        if cls is types.FunctionType:
            found = self.functions.get(func.__code__)
            if found is None and has_source(func):
                found = self.functions[func.__code__] = self.make(self.modes)
            if found is not None:
                return found, args if func is first else (func, *args[1:])
        elif cls is types.MethodType:
            method = func.__func__
            found = self.methods.get(method.__code__) if type(method) is types.FunctionType else None
            if found is None and type(method) is types.FunctionType and has_source(method):
                found = self.methods[method.__code__] = self.make("i" + self.modes)
            if found is not None:
                return found, (method, func.__self__, *args[1:])
        form = len(args), tuple(keywords)
        if form not in self.callers:
            self.callers[form] = caller_of(len(args) - 1, form[1]), self.make("i" + self.modes)
        caller, found = self.callers[form]
        return found, (caller, func, *args[1:])

    def codes(self) -> list[types.CodeType]:
        """The code of the functions that were met."""
        return [*self.functions.codes(), *self.methods.codes(), *(f.__code__ for f, _ in self.callers.values())]


def has_source(function: types.FunctionType) -> bool:
    """Whether calls of a function are differentiated by its source."""
    if function in BY_FUNCTION or is_constant(function) or function in stand_ins.WRITTEN:
        return False
    return not entry.is_library(function)


def caller_of(count: int, keywords: tuple[str, ...]) -> types.FunctionType:
    """A function that calls its first argument with the others."""
    names = [f"x{i}" for i in range(count)]
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

    def site(self, modes: str) -> CallForward:
        """What serves calls of one function."""
        made = OneForward(None, modes, tuple(self.keyword_modes.items()), True, self.ways)
        made.purpose, made.chosen = self.purpose, self.serving
        made.arity = len(modes) + 1
        return made

    def positional(self, count: int) -> Any:
        """What emitted code calls where it hands over so many arguments and no keywords."""
        return types.MethodType(calling(FUNCTION if self.attribute is None else METHOD, count), self)

    def __call__(self, *args: Any, **keywords: Any) -> tuple[Any, Record]:
        """The result and the record."""
        site, given = self.choices.site(args, keywords)
        return site(*given, **keywords)

    def serving_site(self, args: Values, keywords: Mapping[str, Any]) -> tuple[CallForward, Values]:
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

    def site(self, modes: str) -> CallTangent:
        """What serves calls of one function."""
        return CallTangent(None, modes, tuple(self.keyword_modes.items()), True, self.by_value)

    def run(
        self, args: Values, keywords: dict[str, Any], dots: Tangents, run_entry: Callable[..., Any] = TangentEntry.run
    ) -> Any:
        """The result and its tangent (the result alone where the tangent goes by identity)."""
        count = len(args) - self.modes.count("v")  # tangents come after the arguments
        site, given = self.choices.site(args[:count], self.keyword_modes)  # type: ignore[arg-type]
        return site.run((*given, *args[count:]), keywords, dots, run_entry)

    def programs(self) -> list[ir.Function]:
        """What was called so far."""
        return [programs.program_of_code(code) for code in self.choices.codes()]
