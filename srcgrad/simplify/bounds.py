"""Gives helpers that emitted text names a name of their own, where the user's text already has it.

For a helper that is called `rows`, as a variable of the user's is:

    user's text     rows = [f(r) for r in table]
    emitted         rows_2(table) stands for the helper `rows`
"""

from __future__ import annotations

import builtins
from typing import Any

from srcgrad import ir


def distinct_bounds(function: ir.Function, taken: set[str]) -> None:
    """Rename, in place, every `Bound` whose name means something else in the function's text.

    `taken` are the names of the user's variables and globals; a global that holds the very same object may share it.
    """
    chosen: dict[tuple[str, int], str] = {}
    used: dict[str, Any] = {}
    namespace = function.namespace

    def name_for(atom: ir.Bound) -> str:
        key = (atom.name, id(atom.value))
        if key not in chosen:
            name, number = atom.name, 2
            while not free(name, atom.value):
                name = f"{atom.name}_{number}"
                number += 1
            chosen[key] = name
            used[name] = atom.value
        return chosen[key]

    def free(name: str, value: Any) -> bool:
        if name in used:
            return used[name] is value
        if name not in taken:
            return True
        return namespace.get(name, getattr(builtins, name, None)) is value and name not in locals_

    locals_ = {name for stmt in ir.walk(function.body) for name in ir.targets(stmt)} | {p.name for p in function.params}

    def change(atom: ir.Atom) -> ir.Atom:
        return ir.Bound(name_for(atom), atom.value) if isinstance(atom, ir.Bound) else atom

    for stmt in ir.walk(function.body):
        ir.change_operands(stmt, change)
