"""Augmented assignment to attributes and items that are no part of an array, written as Python does it.

What the user wrote, and what takes its place:

    self.total += y            total_held = self.total
                               total_held += y
                               self.total = total_held
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from srcgrad import ir


class SplitStore(Exception):
    """The statement `obj.name op= value` or `obj[index] op= value`, or `array.real = value`, is to be written out."""

    def __init__(self, stmt: Any) -> None:
        super().__init__()
        self.stmt = stmt


def split_store(function: ir.Function, stmt: Any) -> None:
    """Write an augmented store as a read, an operation and a store."""
    owner = getattr(stmt.obj, "name", "item")
    name = new_name(function, f"{stmt.name}_held" if isinstance(stmt, ir.StoreAttr) else f"{owner}_item")
    read = ir.Attr(stmt.obj, stmt.name) if isinstance(stmt, ir.StoreAttr) else ir.Item(stmt.obj, stmt.index)
    block = block_with(function, stmt)
    at = next(i for i, s in enumerate(block) if s is stmt)
    if stmt.op is None:
        # `z.real = v` writes into z
        part = ir.StoreItem(ir.Var(name), ir.Const(Ellipsis), stmt.value, stmt.span)
        block[at : at + 1] = [ir.Let(name, read, stmt.span), part]
        return
    block[at : at + 1] = [
        ir.Let(name, read, stmt.span),
        ir.Augment(name, stmt.op, stmt.value, stmt.span),
        replace(stmt, value=ir.Var(name), op=None),
    ]


def new_name(function: ir.Function, wanted: str) -> str:
    """A name that nothing in the function has."""
    taken = {p.name for p in function.params} | function.temps | function.free | set(function.namespace)
    for stmt in ir.walk(function.body):
        taken.update(ir.targets(stmt))
        taken.update(a.name for a in ir.all_operands(stmt) if isinstance(a, (ir.Var, ir.Free, ir.Global)))
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def block_with(function: ir.Function, stmt: Any) -> ir.Block:
    """The block in which a statement stands."""
    blocks = [function.body, *(b for s in ir.walk(function.body) for b in ir.blocks(s))]
    return next(block for block in blocks if any(s is stmt for s in block))
