"""Operations of which nothing was known when text was emitted, in forward mode: resolved when they run.

    z = fn(x)        z = dots.call(fn, x)

The tangents of what goes in and of what comes out go by identity.
"""

from __future__ import annotations

import types
from collections import ChainMap
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad import arguments, control
from srcgrad.analysis import activity, entry
from srcgrad.checkpointing import Checkpoint, checkpoint
from srcgrad.custom import CustomRule
from srcgrad.customcalls import CustomTangent
from srcgrad.dispatch import dispatcher_of, short_way
from srcgrad.runtime.adjoints import NUMBERS
from srcgrad.runtime.dynamic import Operations
from srcgrad.runtime.hooks import special
from srcgrad.runtime.operations import MAX_KNOWN, UNDECIDED, kinds_of, program_for, stays, undecided, with_values
from srcgrad.runtime.records import NOTHING
from srcgrad.runtime.stopped import detached
from srcgrad.runtime.tangents import Tangents
from srcgrad.tangent.entry import TangentByIdentity


def tangent_entry_of(
    dots: Tangents, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[Any, Any]:
    """What the tangent of a function of one operation compiled to for these arguments, and the arguments by name."""
    given = (*args, *keywords.values())
    moving = tuple([moves(dots, v) for v in given])
    key = what, moving, kinds_of(given)
    found = _known.get(key)
    if found is None:
        found = tangent_entry_for(what, args, keywords, moving)
        if undecided(found.inf, what, args, keywords):
            found = UNDECIDED
        if found is UNDECIDED or stays(found):
            if len(_known) >= MAX_KNOWN:
                _known.clear()
            _known[key] = found
    if found is UNDECIDED:
        return tangent_entry_of(dots, *with_values(what, args, keywords))
    return found, dict(zip(found.dispatcher.positional, given))


# entries that depend on nothing but which operands move and on the kinds of all, by operation and these
_known: dict[Any, Any] = short_way({})


def tangent_entry_for(
    what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any], moving: tuple[bool, ...]
) -> Any:
    """The tangent of a function of one operation, found by its dispatcher."""
    program = program_for(what, len(args), tuple(keywords))
    values = dict(zip((p.name for p in program.params), (*args, *keywords.values())))
    modes = {name: "i" if moves else "-" for name, moves in zip(values, moving)}
    return dispatcher_of(program).entry(None, values, modes, "jvp-call")


def moves(dots: Tangents, value: Any) -> bool:
    """Whether a value may have a tangent: a number surely has none that nobody spoke of.

    What a rule says of such a number would be multiplied by zero, and need not be finite: `log(x)` in `x ** 2.0`.
    """
    cls = type(value)
    if cls in NUMBERS:
        return id(value) in dots.known
    return value.dtype.kind in "fcO" if cls is np.ndarray else activity.is_active(entry.kind_of(value, True))


class Forward(Operations):
    """Resolves operations; what they come to gives its tangents to `dots`."""

    def __init__(self, dots: Tangents) -> None:
        self.dots = dots

    def function(self, func: Any) -> Callable[..., tuple[Any, Any]]:
        """A function with source: its result, and no record, as there is nothing to go back for."""

        def run(*args: Any, **keywords: Any) -> tuple[Any, Any]:
            return TangentByIdentity(func).run(args, keywords, self.dots), NOTHING

        return run

    def one_operation(self, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any]:
        """A function of one operation."""
        found, values = tangent_entry_of(self.dots, what, args, keywords)
        value, tangent = found.run(None, values, {}, self.dots)
        self.dots.set_items(value, tangent)
        return value, NOTHING

    def rows(self, x: Any) -> tuple[Any, Any]:
        """An array taken apart into rows that are values of their own."""
        parts = list(x)
        self.dots.set_rows(parts, self.dots.get(x))
        return parts, NOTHING

    def special(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any] | None:
        """A call of one of srcgrad's own functions: those about adjoints mean nothing here."""
        if func is control.on_adjoint:
            return None, NOTHING
        if func is control.stop_gradient or func is detached:
            return special(func, args, keywords)
        if isinstance(func, types.MethodType) and isinstance(func.__func__, CustomRule):
            func, args = func.__func__, (func.__self__, *args)
        if isinstance(func, CustomRule):
            return CustomTangent(func, "", {}, None, False)(*args, dots=self.dots, **keywords), NOTHING
        if func is checkpoint:
            return checkpoint(*args, **keywords), NOTHING
        if isinstance(func, Checkpoint):
            # nothing is kept in forward mode: the function itself
            return (self.apart if func.apart else self.call)(func.function, *args, **keywords)
        return None

    def apart(self, func: Any, *args: Any) -> tuple[Any, Any]:
        """The same, where the tangents of what is made on the way are forgotten."""
        dots = Dots()
        dots.known = ChainMap({}, self.dots.known)  # type: ignore[assignment]
        value, _ = self.among(dots).call(func, *args)
        for leaf in arguments.leaves(value):
            self.dots.set(leaf, dots.get(leaf))
        return value, NOTHING

    def among(self, dots: Tangents) -> Forward:
        """The same operations, with tangents of their own."""
        return Forward(dots)


class Dots(Tangents):
    """The tangents that go by identity, as emitted code sees them: it also has operations resolved here."""

    __slots__ = ()

    # operations are made for each call: kept here they would keep the tangents, until cycles are collected

    def call(self, func: Any, /, *args: Any, **keywords: Any) -> Any:
        """`func(*args, **keywords)`."""
        return Forward(self).call(func, *args, **keywords)[0]

    def method(self, obj: Any, name: str, /, *args: Any, **keywords: Any) -> Any:
        """`obj.name(*args, **keywords)`."""
        return Forward(self).method(obj, name, *args, **keywords)[0]
