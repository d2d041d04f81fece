"""Temporaries waiting to be nested into the expression that uses them.

A statement may take waiting expressions when evaluating them where they are used instead of where they were made
changes nothing: what it takes keeps its order, and moves past others only where the two commute.
"""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass

# how an expression may move: past anything (it names things only), past other reads, past nothing with an effect
MOVABLE, READS, ACTS = range(3)


@dataclass(slots=True, eq=False)
class Waiting:
    """An expression, the temporary it would be bound to, how it may move, its width and its line."""

    name: str
    expr: ast.expr
    order: int
    width: int
    line: int
    lambdas: bool = False
    constant: bool = False

    def __post_init__(self) -> None:
        types = {type(node) for node in ast.walk(self.expr)}
        self.lambdas = ast.Lambda in types
        # a slice of numbers, say: it is the same wherever it is written
        self.constant = types.isdisjoint((ast.Name, ast.Call, ast.Lambda))

    def commutes(self, other: Waiting) -> bool:
        # the functions that emitted text makes are known by their order in it
        if self.lambdas and other.lambdas:
            return False
        return MOVABLE in (self.order, other.order) or self.order == other.order == READS


class Queue:
    """The waiting expressions of one block, in evaluation order."""

    def __init__(self) -> None:
        self.entries: list[Waiting] = []

    def add(self, entry: Waiting) -> None:
        self.entries.append(entry)

    def take(self, names: list[str], room: int, everything: bool) -> tuple[dict[str, Waiting], list[Waiting]]:
        """What an operation with these operands nests, and what must be written before it.

        `room` is the width left for operands; `everything` says that what is not taken is written now.
        """
        places = {name: index for index, name in enumerate(names)}
        start = len(self.entries)
        while start and self.entries[start - 1].name in places:
            start -= 1
        tail = self.entries[start:]
        wanted = {entry.name for entry in self.entries if entry.name in places}
        in_order = len(tail) == len(wanted) and all(
            places[a.name] < places[b.name] for a, b in itertools.pairwise(tail)
        )
        chosen = wanted if in_order else self._settle(set(wanted), places)
        width = sum(e.width - len(e.name) for e in self.entries if e.name in chosen)
        while width > room and chosen:
            widest = max((e for e in self.entries if e.name in chosen), key=lambda e: e.width - len(e.name))
            if widest.width <= len(widest.name) + 4:
                break
            chosen = self._settle(chosen - {widest.name}, places)
            width = sum(e.width - len(e.name) for e in self.entries if e.name in chosen)
        dropped = [i for i, e in enumerate(self.entries) if e.name in wanted and e.name not in chosen]
        if everything:
            left = [e for e in self.entries if e.name not in chosen]
            taken = {e.name: e for e in self.entries if e.name in chosen}
            self.entries = [e for e in left if e.constant and e.name not in places]
            return taken, [e for e in left if not e.constant or e.name in places]
        last = dropped[-1] + 1 if dropped else 0
        written = self.entries[:last]
        taken = {e.name: e for e in self.entries[last:] if e.name in chosen}
        self.entries = [e for e in self.entries[last:] if e.name not in taken]
        return taken, written

    def _settle(self, chosen: set[str], places: dict[str, int]) -> set[str]:
        """Leave out what would have to move past something that it does not commute with."""
        changed = True
        while changed:
            changed = False
            for index, entry in enumerate(self.entries):
                if entry.name not in chosen:
                    continue
                for other in self.entries[index + 1 :]:
                    kept = other.name in chosen and places[other.name] > places[entry.name]
                    if not kept and not entry.commutes(other):
                        chosen = chosen - {entry.name}
                        changed = True
                        break
        return chosen
