"""Calls that are computed again in the reverse.

y = sg.checkpoint(layer)(x)     y, y_call = layer_forward(x)        runs `layer` as it is, keeps x
                                x_bar = y_call.reverse(bars, y_bar) runs its forward again, then its reverse
"""

from __future__ import annotations

import copy
import types
from typing import Any

from srcgrad import arguments
from srcgrad.analysis.meaning import Recomputed
from srcgrad.callforward import CallByIdentity, CallForward
from srcgrad.checkpointing import Checkpoint
from srcgrad.custom import place_of
from srcgrad.errors import UnsupportedError
from srcgrad.functions import bound_keywords, plain_function
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.runtime.draws import Draws, sources_in
from srcgrad.runtime.kept import Kept, everything_in


class RecomputedForward:
    """Called by emitted code in place of a checkpointed function: gives the result and the record of the call."""

    gives_pair = True

    def __init__(self, calls: CallForward) -> None:
        self.calls = calls

    @staticmethod
    def for_meaning(meaning: Recomputed) -> RecomputedForward:
        """The forward for a call site."""
        function = meaning.function
        return RecomputedForward(
            CallForward(function, meaning.modes, meaning.keyword_modes, meaning.callee is not None, meaning.ways)
        )

    def __call__(self, *args: Any, **keywords: Any) -> tuple[Any, RecomputedRecord]:
        """The result of the function as it is, and the record."""
        function = self.calls.function
        if self.calls.closure:
            holder, args = args[0], args[1:]
            function = holder.function if isinstance(holder, Checkpoint) else holder
        where = place_of(function)
        again = with_cells_as_they_are(function)
        sources = sources_in((again, *args, *keywords.values()))
        draws = Draws(sources)
        kept = Kept((again, *args, *keywords.values()), where)
        value = function(*args, **keywords)
        if kept.changed() or cells_moved(function, again):
            raise UnsupportedError(f"{where} under checkpoint()", "it writes into what it was given: write into a copy")
        refuse_functions(value, where)
        return value, RecomputedRecord(self.calls, again, args, keywords, kept, draws, value)


class RecomputedRecord:
    """What a checkpointed call leaves for the reverse: its arguments, and the state of random generators."""

    __slots__ = ("args", "calls", "draws", "function", "kept", "keywords", "leaves")

    def __init__(
        self, calls: CallForward, function: Any, args: tuple[Any, ...], keywords: dict[str, Any], kept: Kept,
        draws: Draws, value: Any,
    ) -> None:  # fmt: skip
        self.calls, self.function, self.args, self.keywords = calls, function, args, keywords
        self.kept, self.draws = kept, draws
        self.leaves = tuple(arguments.leaves(value))

    def reverse(self, bars: Adjoints, bar: Any = None) -> Any:
        """Compute the call again, and run its reverse."""
        self.kept.values()
        now = Draws(self.draws.sources)
        self.draws.put_back()
        try:
            value, record = call_again(self.calls, self.function, self.args, self.keywords)
        finally:
            now.put_back()
        leaves = tuple(arguments.leaves(value))
        if len(leaves) != len(self.leaves) or any(bits(a) != bits(b) for a, b in zip(leaves, self.leaves)):
            raise RuntimeError(
                f"{place_of(self.function)} gave another result when it was computed again; checkpoint() needs a "
                f"function that depends on its arguments and on random generators alone"
            )
        if bar is None:
            # adjoints that wait under the identity of the result belong to the result computed again
            gathered = [(new, bars.made(old)) for old, new in zip(self.leaves, leaves)]
            for new, found in gathered:
                bars.add(new, found)
        return record.reverse(bars, bar)


def call_again(calls: CallForward, function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
    """The result of a function's forward, and its record."""
    if calls.closure:
        return calls(function, *args, **keywords)
    if function is calls.function:
        return calls(*args, **keywords)
    # the same code with the cells that it had
    other = copy.copy(calls)
    other.function, other.fast, other.again = function, (), ()
    return other.call(args, keywords)


def with_cells_as_they_are(function: Any) -> Any:
    """The function with cells of its own that hold what its cells hold now: a loop's variable moves on."""
    if not isinstance(function, types.FunctionType) or not function.__closure__:
        return function
    cells = []
    for cell in function.__closure__:
        try:
            cells.append(types.CellType(cell.cell_contents))
        except ValueError:
            cells.append(cell)
    made = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, tuple(cells)
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def cells_moved(function: Any, before: Any) -> bool:
    """Whether a function rebound a variable that it captured."""
    pairs = zip(getattr(function, "__closure__", None) or (), getattr(before, "__closure__", None) or ())
    return any(a is not b and a.cell_contents is not b.cell_contents for a, b in pairs)


def refuse_functions(value: Any, where: str) -> None:
    """Refuse a result that holds functions: what they captured cannot be told from what is computed again."""
    for part in everything_in((value,)):
        if isinstance(part, (types.FunctionType, types.MethodType)) or hasattr(part, "__next__"):
            raise UnsupportedError(
                f"{where} under checkpoint()", "it returns a function: return numbers and containers"
            )


def bits(value: Any) -> Any:
    """A number or array by its bits."""
    return value.tobytes() if hasattr(value, "tobytes") else repr(value)


def recomputed(checkpointed: Checkpoint, args: tuple[Any, ...]) -> tuple[RecomputedForward, tuple[Any, ...]]:
    """What is called in place of a checkpointed function of which nothing was known when text was emitted."""
    function, bound = plain_function(checkpointed.function)
    if bound_keywords(checkpointed.function):
        raise UnsupportedError("checkpoint() of a partial with keywords", "checkpoint a function that calls it")
    return RecomputedForward(CallByIdentity()), (function, *bound, *args)
