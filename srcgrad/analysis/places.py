"""Which arrays may share memory, and which memory is written in place.

Every array kind says where its elements lie.  What may be the same place becomes one, so that two arrays of different
places never share an element:

    u = np.zeros(3)      a place of its own
    w = u[1:]            u's place: a view
    z = u + 1.0          a place of its own
    rows = [u, z]; r = rows[i]        r may be u or z: now they are one place
    w += v               that place is written, with what v carries

A place that is written and that something active lies in carries derivatives under all its names.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass


class Changes(threading.local):
    """How often something that interpretations share came to be known otherwise: what read it has to look again."""

    count = 0


changes = Changes()


@dataclass(slots=True, eq=False)
class Memory:
    """A place where arrays lie.

    written   some statement writes into it
    active    what derivatives flow through lies in it, at some time
    escaped   code that cannot be seen may hold it
    outside   a function from which this one was called writes into it
    """

    parent: Memory | None = None
    written: bool = False
    active: bool = False
    escaped: bool = False
    outside: bool = False

    def root(self) -> Memory:
        """The place that this one has become."""
        place = self
        while place.parent is not None:
            place = place.parent
        if place is not self:
            self.parent = place
        return place

    @property
    def carries(self) -> bool:
        """Whether arrays here are active whatever they were made of: something active was, or may be, written."""
        root = self.root()
        return root.written and root.active

    def mark(self, written: bool = False, active: bool = False, escaped: bool = False) -> None:
        """Note what happens to this place."""
        root = self.root()
        carried = root.carries, root.written
        root.written |= written
        root.active |= active
        root.escaped |= escaped
        changes.count += (root.carries, root.written) != carried


def one_place(a: Memory | None, b: Memory | None) -> Memory | None:
    """Make two places one."""
    if a is None or b is None:
        return b if a is None else a
    one, other = a.root(), b.root()
    if one is not other:
        before = one.carries, one.written, other.carries, other.written
        other.parent = one
        one.mark(other.written, other.active, other.escaped)
        one.written |= other.written
        one.outside |= other.outside
        changes.count += before != (one.carries, one.written, one.carries, one.written)
    return one
