"""Exits: the ways in which a turn of a loop, or the function, ends, numbered in textual order.

    for x in xs:
        if bad(x):
            continue          exit 0
        if done(x):
            return y          exit 1 (of the turn), exit 0 of the function
        y = y + x
                              exit 2: falling through

Code after exit k ran in a turn that left by exit n exactly if n > k.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from srcgrad import ir

FALL = "fall"


@dataclass(slots=True)
class Scope:
    """A loop's turn (anchor: the loop) or the function (anchor None) and its exits; falling through comes last."""

    anchor: Any
    sites: list[Any] = field(default_factory=list)

    def number(self, site: Any) -> int:
        """The number of an exit; FALL is falling through."""
        return len(self.sites) if site is FALL else self.sites.index(site)


def find_scopes(function: ir.Function, raises: Collection[Any] = ()) -> dict[Any, Scope]:
    """The scopes of a function, by the loop (None: the function itself); some `raise` statements are exits too."""
    scopes: dict[Any, Scope] = {None: Scope(None)}

    def visit(block: ir.Block, loops: tuple[Any, ...]) -> None:
        for stmt in block:
            match stmt:
                case ir.Return() | ir.Raise() if isinstance(stmt, ir.Return) or stmt in raises:
                    for loop in (*loops, None):
                        scopes[loop].sites.append(stmt)
                case ir.Break() | ir.Continue():
                    scopes[loops[-1]].sites.append(stmt)
                case ir.For() | ir.While():
                    scopes[stmt] = Scope(stmt)
                    if isinstance(stmt, ir.While):
                        visit(stmt.head, (*loops, stmt))
                    visit(stmt.body, (*loops, stmt))
                    visit(stmt.orelse, loops)
                    continue
                case _:
                    pass
            for inner in ir.blocks(stmt):
                visit(inner, loops)

    visit(function.body, ())
    return scopes


def exits_in(stmt: ir.Stmt, scope: Scope) -> list[int]:
    """The numbers of the scope's exits inside a statement (or that it is)."""
    inside = {stmt, *(s for block in ir.blocks(stmt) for s in ir.walk(block))}
    return [i for i, site in enumerate(scope.sites) if site in inside]


def always_leaves(block: ir.Block) -> bool:
    """Whether control never reaches the end of a block."""
    for stmt in block:
        if isinstance(stmt, (ir.Return, ir.Break, ir.Continue, ir.Raise)):
            return True
        if isinstance(stmt, ir.If) and always_leaves(stmt.body) and always_leaves(stmt.orelse):
            return True
    return False
