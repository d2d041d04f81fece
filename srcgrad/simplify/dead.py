"""Removes what nobody reads: assignments to names that are never used, and comments left without a statement.

Before, and after:

    u_bar = g * x        g * x is not read
    w_bar = g * y        w_bar = g * y
    return w_bar         return w_bar
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from srcgrad import ir


def remove_dead(block: ir.Block, removable: Any) -> None:
    """Remove, in place, every `Let` or `Augment` of a name that is never read and that `removable(name)` allows."""
    uses: Counter[str] = Counter()
    by_target: dict[str, list[Any]] = {}
    for stmt in ir.walk(block):
        for atom in reads(stmt):
            uses[atom] += 1
        if isinstance(stmt, (ir.Let, ir.Augment)) and removable(stmt.target) and pure(stmt):
            by_target.setdefault(stmt.target, []).append(stmt)
    dead: set[Any] = set()
    work = [name for name in by_target if not uses[name]]
    while work:
        name = work.pop()
        for stmt in by_target.get(name, ()):
            if stmt in dead:
                continue
            dead.add(stmt)
            for other in reads(stmt):
                uses[other] -= 1
                if not uses[other] and other in by_target:
                    work.append(other)
    sweep(block, dead)


def reads(stmt: Any) -> list[str]:
    """Names that a statement reads (an augmented target does not count: it lives by other reads)."""
    if isinstance(stmt, ir.Augment):
        return [stmt.value.name] if isinstance(stmt.value, ir.Var) else []
    names = [a.name for a in ir.statement_operands(stmt) if isinstance(a, ir.Var)]
    if isinstance(stmt, ir.Let):
        names = [n for n in names if n != stmt.target]
    return names


def pure(stmt: Any) -> bool:
    """Whether a reverse statement only computes (calls on `bars` and records of calls do more)."""
    value = stmt.value
    if isinstance(value, ir.CallMethod):
        return isinstance(value.obj, ir.Bound) or value.name in ("copy", "astype")
    return True


def sweep(block: ir.Block, dead: set[Any]) -> None:
    for stmt in block:
        for inner in ir.blocks(stmt):
            sweep(inner, dead)
    kept: ir.Block = []
    for stmt in block:
        if stmt in dead or (isinstance(stmt, ir.If) and not stmt.body and not stmt.orelse):
            continue
        if isinstance(stmt, ir.For) and not has_code(stmt.body):
            continue
        kept.append(stmt)
    block[:] = [
        stmt
        for i, stmt in enumerate(kept)
        if not isinstance(stmt, ir.Comment) or (i + 1 < len(kept) and not isinstance(kept[i + 1], ir.Comment))
    ]


def has_code(block: ir.Block) -> bool:
    return any(not isinstance(stmt, ir.Comment) for stmt in block)
