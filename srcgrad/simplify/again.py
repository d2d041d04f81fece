"""The adjoint of one memory, asked for once where statements follow each other.

    bars.shadow(u)[i] += a          u_shadow = bars.shadow(u)
    bars.shadow(u)[i - 1] += b      u_shadow[i] += a
                                    u_shadow[i - 1] += b

It stays what it is until somebody takes the adjoint: `bars.pop`, or the record of a call.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from srcgrad import ir


def ask_once(block: ir.Block) -> None:
    """Leave out, in place, what asks for a shadow that is at hand."""
    bound = Counter(name for stmt in ir.walk(block) for name in ir.targets(stmt))
    instead: dict[str, ir.Var] = {}
    within(block, bound, instead)
    if instead:
        for stmt in ir.walk(block):
            ir.change_operands(stmt, lambda atom: instead.get(atom.name, atom) if isinstance(atom, ir.Var) else atom)


def within(block: ir.Block, bound: Counter[str], instead: dict[str, ir.Var]) -> None:
    """Note, for one block and those in it, which name says what another one says already."""
    known: dict[ir.Expr, str] = {}
    kept: ir.Block = []
    for stmt in block:
        for inner in ir.blocks(stmt):
            within(inner, bound, instead)
        if isinstance(stmt, ir.Let) and asks(stmt.value) and bound[stmt.target] == 1:
            first = known.setdefault(stmt.value, stmt.target)
            if first != stmt.target:
                instead[stmt.target] = ir.Var(first)
                continue
        elif any(True for _ in ir.blocks(stmt)) or takes(getattr(stmt, "value", None)):
            known.clear()
        kept.append(stmt)
    block[:] = kept


def asks(value: Any) -> bool:
    """Whether an expression is the shadow of a value of the forward, which has one name throughout."""
    if not isinstance(value, ir.CallMethod) or value.name != "shadow" or value.obj != ir.Var("bars"):
        return False
    return isinstance(value.args[0], ir.Var) and value.args[0].name.startswith("@")


def takes(value: Any) -> bool:
    """Whether an expression may take adjoints away, or hands `bars` to somebody who may."""
    if isinstance(value, ir.CallMethod) and value.obj == ir.Var("bars"):
        return value.name not in ("shadow", "add")
    return isinstance(value, (ir.Call, ir.CallMethod)) and ir.Var("bars") in ir.operands(value)
