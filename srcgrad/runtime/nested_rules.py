"""Functions that bring their own derivative, and checkpointed ones, inside a function that is differentiated.

What their forward and their backward do, the user's code included, is differentiated like any other code: the
derivative of such a gradient is that of the backward and of the forward.
"""

from __future__ import annotations

import types
from functools import partial
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.checkpointing import Checkpoint, check_snapshots
from srcgrad.custom import place_of
from srcgrad.customcalls import CustomForward, CustomRecord, CustomTangent
from srcgrad.frontend import programs
from srcgrad.pullback import vjp
from srcgrad.recompute import RecomputedForward, with_cells_as_they_are
from srcgrad.runtime import nested_bars
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.draws import Draws, sources_in
from srcgrad.runtime.helpers import fill, in_form_of, like
from srcgrad.runtime.hooks import HookRecord, replaced
from srcgrad.runtime.kept import Kept


def forward(run: Any, site: CustomForward, /, *args: Any, **keywords: Any) -> Any:
    """The result of a call of a function with a rule of its own, and its record."""
    return site.run(args, keywords, run)


def tangent(run: Any, site: CustomTangent, /, *args: Any, dots: Any = None, **keywords: Any) -> Any:
    """The same in forward mode: the result and its tangent."""
    return site.run(args, keywords, dots, run)


def reverse(run: Any, record: CustomRecord, bars: Adjoints, bar: Any = None) -> Any:
    """What `CustomRecord.reverse` does."""
    bar = gathered(run, record.value, bars) if bar is None else full(run, bar, record.value)
    return record.handed_on(bar, partial(nested_bars.add_items, run, bars), run)


def gathered(run: Any, value: Any, bars: Adjoints) -> Any:
    """What was gathered for the numbers in a result, in its structure; None for other parts of it."""
    if carries(value):
        return full(run, nested_bars.made(run, bars, value), value)
    if isinstance(value, (list, tuple)):
        items = [gathered(run, item, bars) for item in value]
        return in_form_of(value, items)
    if isinstance(value, dict):
        return {key: gathered(run, item, bars) for key, item in value.items()}
    return None


def full(run: Any, bar: Any, value: Any) -> Any:
    """A cotangent with the shape and type of its value, read-only where it is an array."""
    if isinstance(value, tuple) and isinstance(bar, tuple):
        return tuple(full(run, b, v) for b, v in zip(bar, value))
    if not isinstance(value, np.ndarray):
        return bar
    shaped = run(fill, bar, value)
    made = run(np.array, shaped) if np.iscomplexobj(bar) else run(like, shaped, value)
    made.flags.writeable = False
    return made


def hooked(run: Any, record: HookRecord, bars: Adjoints) -> None:
    """What `HookRecord.reverse` does."""
    value = record.value
    found = run(like, nested_bars.take(run, bars, value), value)
    given = replaced(run(record.hook, found), found)
    nested_bars.add(run, bars, value, given)


def recomputed(run: Any, site: RecomputedForward, /, *args: Any, **keywords: Any) -> Any:
    """A call of a checkpointed function, and its record.

    Where its arguments are all that it depends on, the call is a checkpointed one for the outer derivative too, and so
    is that of its pullback.  Else what it remembers is kept.
    """
    function = site.calls.function
    if site.calls.closure:
        holder, *rest = args
        function = holder.function if isinstance(holder, Checkpoint) else holder
        args = tuple(rest)
    plain = isinstance(function, types.FunctionType) and not programs.active_captures(function.__code__)
    if plain and not keywords and all(carries(a) or not list(arguments.leaves(a)) for a in args):
        record = PulledAgain(run, site.calls.modes, function, args)
        return record.value, record
    return run.forward(site.calls, *([function] if site.calls.closure else []), *args, **keywords)


class PulledAgain:
    """What a checkpointed call leaves for its reverse, inside a function that is differentiated: its arguments."""

    __slots__ = ("args", "draws", "function", "kept", "modes", "value")

    def __init__(self, run: Any, modes: str, function: Any, args: tuple[Any, ...]) -> None:
        self.function, self.args = with_cells_as_they_are(function), args
        self.modes = modes if len(modes) == len(args) else "i" * len(args)
        self.kept = Kept((self.function, *args), place_of(function))
        self.draws = Draws(sources_in((self.function, *args)))
        self.value = run(Checkpoint(function), *args)

    def reverse(self, run: Any, bars: Adjoints, bar: Any = None) -> Any:
        """The adjoints of the arguments: the call is computed again, as it will be by the outer derivative."""
        bar = gathered(run, self.value, bars) if bar is None else full(run, bar, self.value)
        self.kept.values()
        now = Draws(self.draws.sources)
        self.draws.put_back()
        try:
            gradients = run(Checkpoint(pulled_back, apart=True), self.function, bar, *self.args)
        finally:
            now.put_back()
        if any(param.kind == "var" for param in programs.program_of(self.function).params):
            *gradients, rest = gradients
            gradients = (*gradients, *rest)
        for mode, arg, gradient in zip(self.modes, self.args, gradients):
            if mode == "i" and carries(arg):
                nested_bars.add(run, bars, arg, gradient)
        returned = [0.0 if g is None else g for mode, g in zip(self.modes, gradients) if mode == "v"]
        return returned[0] if len(returned) == 1 else tuple(returned)


def pulled_back(function: Any, bar: Any, *args: Any) -> Any:
    """The gradients of a call for a cotangent of its result, from its arguments alone."""
    return vjp(function, *args)[1](bar)


def turns(run: Any, turn: Any, items: Any, snapshots: int | None, *state: Any) -> tuple[Any, ...]:
    """What `run_turns` does; what each turn remembers is kept, as the outer derivative needs it."""
    check_snapshots(snapshots)
    kept = []
    for item in items if isinstance(items, range) else tuple(items):
        *state, needed = run(turn, item, *state)
        kept.append(needed)
    return (*state, kept)
