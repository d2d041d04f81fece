"""What the forward keeps for a path's reverse: under which name, how many bytes, and which lines ask for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from srcgrad.adjoint import needs as n
from srcgrad.adjoint.needs import Slot
from srcgrad.analysis.versions import Version
from srcgrad.homes import package_of
from srcgrad.runtime.turns import Turns

WORDS = {
    n.VERSION: "value",
    n.USED: "value",
    n.ITEMS: "items",
    n.ARM: "which arm was taken",
    n.EXIT: "how the turn was left",
    n.TURNS: "turns",
    n.RECORD: "record of the call",
    n.BROKE: "whether the loop was left by break",
    n.OUTCOME: "which handler ran",
    n.REACHED: "how far the try came",
    n.RAISED: "record of the call that raised",
}


@dataclass(frozen=True)
class Remembered:
    """One thing that the forward keeps.

    function  the function that keeps it: the one that is differentiated, or one that it calls
    name    its name in the emitted text
    what    what it is: a value, an arm, the record of a call, the turns of a loop
    line    the user's line that it is about
    loop    the line of the loop that keeps one for each turn; None where there is one
    needed  the user's lines whose reverse reads it
    bytes   memory of all of it in the first call along the path, arrays that several names hold counted once; None
            where forward and reverse are one function, and it is gone when that returns, and in functions that are
            called, where it is counted with the record of the call
    """

    function: str
    name: str
    what: str
    line: int
    loop: int | None
    needed: tuple[int, ...]
    bytes: int | None

    def __str__(self) -> str:
        each = f", one a turn of line {self.loop}" if self.loop is not None else ""
        lines = " and ".join(str(line) for line in self.needed)
        size = f"; {self.bytes} bytes" if self.bytes is not None else ""
        held = f"{self.name} in {self.function}(): {self.what} of line {self.line}{each}{size}"
        return f"{held}, for the reverse of line {lines}"


def remembered(entry: Any, reads: dict[Slot, set[int]], sizes: dict[Slot, int] | None) -> list[Remembered]:
    """What a path's reverse reads of its forward; `reads` says in which lines, `sizes` how large it is."""
    held = entry.assembly.remember
    function = entry.program.qualname.rpartition("<locals>.")[2]
    found = []
    for scope, slots in held.layout.items():
        if entry.alone and scope is None:
            continue  # variables of the one function, which any function has
        for slot in slots:
            lines = {line for each in held.same[slot] for line in reads.get(each, ())}
            if slot.what == n.TURNS:
                lines = {slot.anchor.span.line} & {
                    line for inner in reads for line in (inner_line(inner, slot),) if line
                }
            if lines:
                name = str(getattr(held.holder.get(slot), "name", slot.hint))
                what = WORDS.get(slot.what, "value")
                loop = None if scope is None else scope.span.line
                size = None if sizes is None else sizes.get(slot, 0)
                needed = tuple(sorted(lines))
                found.append(Remembered(function, name, what, line_of(slot, entry), loop, needed, size))
    return found


def inner_line(slot: Slot, turns: Slot) -> int | None:
    """The line of a loop, where a slot belongs to one of its turns."""
    return turns.anchor.span.line if slot.scope is turns.anchor or slot is turns else None


def line_of(slot: Slot, entry: Any) -> int:
    """The user's line that a slot is about."""
    anchor = slot.anchor.anchor if isinstance(slot.anchor, Version) else slot.anchor
    span = getattr(anchor, "span", None)
    return int(span.line if span is not None else entry.program.span.line)


# -------------------------------------------------------------------------------------------------------------- bytes


def measured(entry: Any, residual: Any) -> dict[Slot, int]:
    """The bytes of each slot in what a forward handed over."""
    layout = entry.assembly.remember.layout
    sizes: dict[Slot, int] = {}
    seen: set[int] = set()

    def measure(slots: list[Slot], packed: Any) -> None:
        values = (packed,) if len(slots) == 1 else packed
        for slot, value in zip(slots, values):
            inner = layout.get(slot.anchor) if slot.what == n.TURNS else None
            if inner and isinstance(value, list):
                sizes[slot] = sizes.get(slot, 0) + sys.getsizeof(value)
                for turn in value:
                    measure(inner, turn)
            else:
                sizes[slot] = sizes.get(slot, 0) + bytes_of(value, seen)

    if layout.get(None):
        measure(layout[None], residual)
    return sizes


def bytes_of(value: Any, seen: set[int]) -> int:
    """The bytes of a value and of all that it holds, each object once."""
    if isinstance(value, np.ndarray):
        while isinstance(value.base, np.ndarray):
            value = value.base
        if id(value) in seen:
            return 0
        seen.add(id(value))
        return int(value.nbytes)
    if value is None or isinstance(value, (bool, int, str, type)) or id(value) in seen:
        return 0
    if isinstance(value, (float, complex, np.generic)):
        return sys.getsizeof(value)
    seen.add(id(value))
    return sum(bytes_of(part, seen) for part in parts(value))


def parts(value: Any) -> Iterator[Any]:
    """What a residual, or the record of a call in it, holds."""
    if isinstance(value, (list, tuple, set)):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, Turns):
        yield from (snapshot.state for snapshot in value.snapshots)
    elif package_of(value) == "srcgrad":
        for name in ("residual", "value", "carrier", "values", "args", "keywords", "records", "x", "parts"):
            part = getattr(value, name, None)
            if part is not None and not callable(part):
                yield part
