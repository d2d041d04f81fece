"""Augmented assignment to attributes and items that are no part of an array, written as Python does it.

What the user wrote, and what takes its place:

    self.total += y            total_held = self.total
                               total_held += y
                               self.total = total_held

On objects whose class has no method for it, it is the operator and an assignment:

    v += w                     v = v + w

So is `del` of what a class has a method for:

    del box[i]                 box.__delitem__(i)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from srcgrad import ir


class SplitStore(Exception):
    """To be written out: `obj.name op= value` or `obj[index] op= value`, `array.real = value`, and, on objects,
    `v op= w` and `del obj[i]`."""

    def __init__(self, stmt: Any) -> None:
        super().__init__()
        self.stmt = stmt


def split_store(function: ir.Function, stmt: Any) -> None:
    """Write an augmented store as a read, an operation and a store."""
    if isinstance(stmt, ir.Delete):
        name, what = ("__delattr__", ir.Const(stmt.attr)) if stmt.index is None else ("__delitem__", stmt.index)
        block, at = place_in(function, stmt)
        block[at] = ir.Effect(ir.CallMethod(stmt.obj, name, (what,)), stmt.span)
        return
    if isinstance(stmt, ir.Augment):
        block, at = place_in(function, stmt)
        block[at] = ir.Let(stmt.target, ir.Prim(stmt.op, (ir.Var(stmt.target), stmt.value)), stmt.span)
        return
    owner = getattr(stmt.obj, "name", "item")
    name = new_name(function, f"{stmt.name}_held" if isinstance(stmt, ir.StoreAttr) else f"{owner}_item")
    read = ir.Attr(stmt.obj, stmt.name) if isinstance(stmt, ir.StoreAttr) else ir.Item(stmt.obj, stmt.index)
    block, at = place_in(function, stmt)
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


def place_in(function: ir.Function, stmt: Any) -> tuple[ir.Block, int]:
    """The block in which a statement stands, and where there."""
    block = block_with(function, stmt)
    return block, next(i for i, s in enumerate(block) if s is stmt)


def block_with(function: ir.Function, stmt: Any) -> ir.Block:
    """The block in which a statement stands."""
    blocks = [function.body, *(b for s in ir.walk(function.body) for b in ir.blocks(s))]
    return next(block for block in blocks if any(s is stmt for s in block))
