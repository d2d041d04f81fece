"""Extents: lengths of axes that are not known before a program runs, and which of them are equal.

    x[1:]                   Dim(n, -1), where x has the axis Dim(n)
    for i in range(k):      i has the name Dim(i) in its turn
        x[i : i + w]        Dim(slice(n, i, add(i, w))): equal wherever it is made of the same

An integer without a name of another's gets one where it is assigned (`versions.Version.named`).
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Union

_fresh = itertools.count()


class Extents(threading.local):
    """The extents that the statement at hand made when it was interpreted before: it gets the same ones again.

    made   those extents, by number; None where it gets new ones every time
    once   whether the statement runs once in a call, so that there is one such extent
    next   how many of them were given out this time
    """

    made: list[int] | None = None
    once = False
    next = 0

    def begin(self, made: list[int] | None, once: bool = False) -> tuple[list[int] | None, bool, int]:
        """Go on with the extents of another statement; what `end` goes back to."""
        before = self.made, self.once, self.next
        self.made, self.once, self.next = made, once, 0
        return before

    def end(self, before: tuple[list[int] | None, bool, int]) -> None:
        self.made, self.once, self.next = before

    def number(self) -> int:
        """The number of the next extent."""
        if self.made is None:
            return next(_fresh)
        if self.next == len(self.made):
            self.made.append(next(_fresh))
        self.next += 1
        return self.made[self.next - 1]


extents = Extents()


@dataclass(frozen=True, slots=True)
class Dim:
    """A symbolic extent `max(0, base + offset)`; `not_one` when its length is known not to be 1.

    Two axes with equal Dim have the same length at the same time.  An axis known exactly is a plain int instead.
    `base`: a number of its own, or what it is made of.  `once`: there is one such extent in a call, so that they have
    it at any time; what a container holds may have been put there at any time.  `sure`: of an integer, that it is the
    length of something, and not negative.
    """

    base: int | Made
    offset: int = 0
    not_one: bool = field(default=False, compare=False)
    once: bool = field(default=False, compare=False)
    sure: bool = field(default=False, compare=False)

    @staticmethod
    def new(not_one: bool = False) -> Dim:
        """An extent about which nothing else is known."""
        # a statement's extent that was not 1 when it was interpreted before, and may be now, is another one
        numbers = extents.number(), extents.number()
        return Dim(numbers[not_one], 0, not_one, extents.once)

    @staticmethod
    def given(not_one: bool) -> Dim:
        """The extent of a value that is there before the call."""
        return Dim(next(_fresh), 0, not_one, True)

    @staticmethod
    def made(op: str, *parts: Any) -> Dim:
        """The extent that others make, and numbers: the same one wherever it is made of the same."""
        made = Made(op, parts)
        if made.depth > MAX_DEPTH:
            return Dim.new()  # what loops and long programs pile up
        return Dim(made, 0, once=all(p.once for p in parts if isinstance(p, Dim)))

    @property
    def number(self) -> int:
        """What is larger for what was made later."""
        return self.base.number if isinstance(self.base, Made) else self.base

    @staticmethod
    def joined(not_one: bool) -> Dim:
        """The extent of what may be one of two values."""
        return Dim(next(_fresh), 0, not_one)


class Made:
    """What an extent is made of: `i + n`, or the part of an axis that a slice takes."""

    __slots__ = ("depth", "hash", "number", "op", "parts")

    def __init__(self, op: str, parts: tuple[Any, ...]) -> None:
        self.op, self.parts = op, parts
        dims = [part for part in parts if isinstance(part, Dim)]
        self.number: int = max([dim.number for dim in dims], default=0)
        self.depth: int = 1 + max([dim.base.depth for dim in dims if isinstance(dim.base, Made)], default=0)
        self.hash = hash((op, parts))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Made):
            return NotImplemented
        return self is other or (self.hash, self.op, self.parts) == (other.hash, other.op, other.parts)

    def __hash__(self) -> int:
        return self.hash

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.parts))})"


MAX_DEPTH = 4
Axis = Union[int, Dim]
Shape = tuple[Axis, ...]


def join_axis(a: Axis, b: Axis) -> Axis:
    """The axis kind that covers both."""
    if a == b:
        return a
    return Dim.joined(is_not_one(a) and is_not_one(b))


def is_one(axis: Axis) -> bool:
    """Known to have length 1."""
    return axis == 1


def is_not_one(axis: Axis) -> bool:
    """Known not to have length 1."""
    return axis != 1 if isinstance(axis, int) else axis.not_one


def broadcast_axis(a: Axis, b: Axis) -> Axis:
    """The axis that two axes broadcast to.

    Two axes that are both known not to be 1 must be equal, or the program raises: either stands for the result.
    """
    if a is b or a == b or is_one(b):
        return a
    if is_one(a):
        return b
    if is_not_one(a):
        return b if isinstance(b, int) and is_not_one(b) else a
    if is_not_one(b):
        return b
    return Dim.new()


def broadcast(shapes: Iterable[Shape | None]) -> Shape | None:
    """The shape that shapes broadcast to; None where one is unknown."""
    result: Shape = ()
    for shape in shapes:
        if shape is None:
            return None
        if not shape or shape is result:
            continue
        if not result:
            result = shape
            continue
        length = max(len(result), len(shape))
        left: Shape = (1,) * (length - len(result)) + result
        right: Shape = (1,) * (length - len(shape)) + shape
        result = tuple(broadcast_axis(a, b) for a, b in zip(left, right))
    return result


def axes_to_sum(own: Shape, out: Shape) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The axes to drop and the axes to sum to length 1; None where it depends on lengths."""
    extra = len(out) - len(own)
    if extra < 0:
        return None  # axes of length 1 that were dropped
    ones = []
    for i, axis in enumerate(own):
        if axis == out[extra + i]:
            continue
        if is_one(axis):
            ones.append(extra + i)
        elif not is_not_one(axis):
            return None
    return tuple(range(extra)), tuple(ones)
