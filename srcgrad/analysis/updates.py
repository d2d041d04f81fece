"""Updates of numbers that objects hold: what is held is read, and another number is stored.

    self.total += y            total = self.total
                               total_2 = total + y
                               self.total = total_2

Python's own order (`split`) binds one name twice, as an array would be written in place; a number never is.  With a
name for each value, what is read again soon after is known to be what was stored (`repeats`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import Plain, Rebinds
from srcgrad.analysis.rewrite import block_of, fresh_temp

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def write_updates(inf: Inference) -> bool:
    """Give the values of such updates names of their own; whether there were any."""
    found = [] if inf.function.recorded else list(updates(inf))
    if not found:
        return False
    became = inf.start_again()
    function = inf.function
    for found_update, found_store in found:
        update, store = became.get(found_update, found_update), became.get(found_store, found_store)
        function.temps.add(update.target)
        new = fresh_temp(function, update.target)
        value = ir.Prim(update.op, (ir.Var(update.target), update.value))
        block = block_of(function, update)
        block[block.index(update)] = ir.Let(new, value, update.span)
        block[block.index(store)] = replace(store, value=ir.Var(new))
    return True


def updates(inf: Inference) -> Any:
    """The operation and the store of each augmented store to a number."""
    function = inf.function
    names: dict[str, int] = {}
    for stmt in ir.walk(function.body):
        for name in (*ir.targets(stmt), *(a.name for a in ir.statement_operands(stmt) if isinstance(a, ir.Var))):
            names[name] = names.get(name, 0) + 1
    for block in [function.body, *(b for s in ir.walk(function.body) for b in ir.blocks(s))]:
        for read, update, store in zip(block, block[1:], block[2:]):
            if not isinstance(update, ir.Augment) or not isinstance(read, ir.Let) or read.target != update.target:
                continue
            name = update.target
            held = ir.Var(name)
            own = names[name] == 3 + ir.statement_operands(update).count(held) and ir.Var(name) != update.value
            stored = isinstance(store, (ir.StoreAttr, ir.StoreItem)) and store.value == held and store.op is None
            private = name not in function.captured and name not in function.shared
            if own and stored and private and holds_number(inf, read, update):
                yield update, store


def holds_number(inf: Inference, read: ir.Let, update: ir.Augment) -> bool:
    """Whether what is held is a number, before and after."""
    kinds = [inf.defs.get(stmt, {}).get(update.target) for stmt in (read, update)]
    meaning = inf.meanings.get(update)
    plain = isinstance(meaning, Plain) or (isinstance(meaning, Rebinds) and not meaning.in_place)
    return plain and all(v is not None and isinstance(v.kind, Num) and v.kind.is_number for v in kinds)
