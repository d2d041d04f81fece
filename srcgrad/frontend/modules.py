"""Reads of module names where they are used.

    np.log(np.sum(x))     lowered   np_now = np; total = np.sum(x); y = np_now.log(total)
                          here      total = np.sum(x); y = np.log(total)

Python reads the first `np` before it evaluates the arguments.  For a name that holds a module that makes no
difference: nobody imports another module under it in the middle of an expression.  A variable of an enclosing
function that is read as `Free` is not rebound while the function runs, whatever it holds.
"""

from __future__ import annotations

import types
from typing import Any

from srcgrad import ir


def read_modules_in_place(function: ir.Function) -> None:
    """Replace, in place, temporaries that only hold a global module, or an outer variable, by that."""
    bound: dict[str, list[ir.Stmt]] = {}
    for stmt in ir.walk(function.body):
        for name in ir.targets(stmt):
            bound.setdefault(name, []).append(stmt)
    found: dict[str, ir.Global | ir.Free] = {}
    for name, (first, *others) in bound.items():
        if others or name not in function.temps or not isinstance(first, ir.Let):
            continue
        if isinstance(first.value, ir.Free):
            found[name] = first.value
        elif isinstance(first.value, ir.Global):
            if isinstance(function.namespace.get(first.value.name), types.ModuleType):
                found[name] = first.value
    if not found:
        return

    def change(atom: Any) -> Any:
        return found.get(atom.name, atom) if isinstance(atom, ir.Var) else atom

    for stmt in list(ir.walk(function.body)):
        ir.change_operands(stmt, change)
        if isinstance(stmt, ir.While):
            stmt.test = change(stmt.test)
        for block in ir.blocks(stmt):
            drop(block, found)
    drop(function.body, found)
    function.temps -= found.keys()


def drop(block: ir.Block, found: dict[str, ir.Global | ir.Free]) -> None:
    """Remove what binds the temporaries."""
    block[:] = [s for s in block if not (isinstance(s, ir.Let) and s.target in found)]
