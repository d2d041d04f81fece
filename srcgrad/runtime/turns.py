"""Loops whose turns are computed again in the reverse, from a chosen number of states.

    u, turns = run_turns(turn, range(n), 3, u)            turn(k, u) gives the next u, and what its reverse needs
    for u_before in reversed(turns):                      computes every turn again, the last one first
        ...

Which states are kept decides how often turns run again.  With `s` states there is a schedule in which no turn runs
again more than `t` times as long as there are no more than C(s + t, s) turns, and none is better (A. Griewank and
A. Walther, "Algorithm 799: revolve", ACM TOMS 26, 2000).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.checkpointing import check_snapshots
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.draws import Draws, sources_in
from srcgrad.runtime.kept import Kept

State = tuple[Any, ...]


def run_turns(turn: Callable[..., Any], items: Any, snapshots: int | None, *state: Any) -> tuple[Any, ...]:
    """Run a loop: the state at its end, and the turns for its reverse."""
    check_snapshots(snapshots)
    items = items if isinstance(items, range) else tuple(items)
    count = len(items)
    allowed = math.ceil(math.sqrt(2 * count)) if snapshots is None else snapshots
    turns = Turns(turn, items, allowed)
    turns.refuse_overlap(state)
    kept = set(first_positions(count, allowed))
    for number, item in enumerate(items):
        if number in kept:
            turns.keep(number, state)
        state = turn(item, *state)[:-1]
    turns.end = copies(state)
    turns.refuse_writing()
    return (*state, turns)


def copies(state: State) -> State:
    """A state in arrays of its own: turns may write into those that they are given."""
    return tuple([value.copy() if isinstance(value, np.ndarray) else value for value in state])


class Snapshot:
    """The state before a turn, and of the random generators."""

    __slots__ = ("draws", "number", "state")

    def __init__(self, number: int, state: State, sources: list[Any]) -> None:
        self.number, self.state, self.draws = number, copies(state), Draws(sources)


class Turns:
    """The turns of a loop that has run; `reversed` computes them again."""

    def __init__(self, turn: Callable[..., Any], items: Any, allowed: int) -> None:
        self.turn, self.items, self.allowed = turn, items, allowed
        self.snapshots: list[Snapshot] = []
        self.end: State = ()
        self.where = f"{turn.__name__}()"
        # a turn has what it reads of the function around it as defaults
        self.sources = sources_in((turn,))
        self.around = Kept((turn,), self.where)

    def keep(self, number: int, state: State) -> None:
        """Keep the state before a turn."""
        self.snapshots.append(Snapshot(number, state, self.sources))

    def refuse_writing(self) -> None:
        """Refuse turns that write into what is around the loop: run again, they would find something else."""
        if self.around.changed():
            raise UnsupportedError(
                "a loop over checkpoint() that writes into what several turns share",
                "write into variables of the loop, or make new ones: u = u + ...",
            )

    def refuse_overlap(self, state: State) -> None:
        """Refuse variables of the loop that share memory: a state keeps each for itself."""
        arrays = [value for value in state if isinstance(value, np.ndarray)]
        others = [array for array, _ in self.around.arrays]
        for number, array in enumerate(arrays):
            if any(np.may_share_memory(array, other) for other in (*arrays[number + 1 :], *others)):
                raise UnsupportedError(
                    "a loop over checkpoint() with variables that share memory", "copy one of them before the loop"
                )

    def __reversed__(self) -> Iterator[Any]:
        """What the reverse needs of each turn, the last one first."""
        self.around.values()
        # states that are done with are let go; the first is enough to begin again
        kept, self.snapshots = self.snapshots, self.snapshots[:1]
        last = len(self.items)
        while last:
            start = kept[-1]
            steps = last - start.number
            free = self.allowed + 1 - len(kept)
            if steps > 1 and free > 0:
                kept.append(self.advanced(start, split(steps, free + 1)))
                continue
            needed = self.needed(start, last)
            last -= 1
            if kept[-1].number == last:
                kept.pop()
            yield needed

    def advanced(self, start: Snapshot, steps: int) -> Snapshot:
        """The state that many turns further on."""
        with Again(start, self.sources):
            state = copies(start.state)
            for item in self.items[start.number : start.number + steps]:
                state = self.turn(item, *state)[:-1]
            return Snapshot(start.number + steps, state, self.sources)

    def needed(self, start: Snapshot, last: int) -> Any:
        """What the reverse needs of turn number `last - 1`."""
        with Again(start, self.sources):
            state = copies(start.state)
            for item in self.items[start.number : last]:
                *state, found = self.turn(item, *state)
        if last == len(self.items) and not same(tuple(state), self.end):
            raise RuntimeError(
                f"{self.where} gave another result when it was computed again; a loop over checkpoint() depends on its "
                f"variables and on random generators alone"
            )
        return found


class Again:
    """Random generators as they were at a snapshot, for a while."""

    def __init__(self, snapshot: Snapshot, sources: list[Any]) -> None:
        self.snapshot, self.sources = snapshot, sources

    def __enter__(self) -> None:
        self.now = Draws(self.sources)
        self.snapshot.draws.put_back()

    def __exit__(self, *error: Any) -> None:
        self.now.put_back()


def same(state: State, other: State) -> bool:
    """Whether two states have the same bits."""
    pairs = zip(arguments.leaves(state), arguments.leaves(other))
    return all(
        a is b or (a.tobytes() == b.tobytes() if hasattr(a, "tobytes") else repr(a) == repr(b)) for a, b in pairs
    )


def first_positions(count: int, allowed: int) -> Iterator[int]:
    """The turns before which the first run keeps the state: those that the schedule starts with."""
    position = 0
    if count:
        yield 0
    while allowed and count - position > 1:
        position += split(count - position, allowed + 1)
        allowed -= 1
        yield position


def split(steps: int, states: int) -> int:
    """How many turns to go on before the next state is kept, with `states` of them for `steps` turns, the first of
    which is that of the first turn."""
    times = 0
    while math.comb(states + times, states) < steps:
        times += 1
    low = max(
        math.comb(states + times - 2, states) if times > 1 else 0, steps - math.comb(states + times - 1, states - 1)
    )
    return min(max(1, low), steps - 1)
