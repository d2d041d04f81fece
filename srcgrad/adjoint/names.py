"""Names of emitted variables: `x_bar` for the adjoint of `x`, temporaries by role, never a name that the user has."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.runtime import helpers

# names that emitted text gives a meaning of its own
RESERVED = frozenset({"bars", "residual", "seen"})


class Names:
    """Hands out the names of one emitted function; `user` are those that the user's text mentions."""

    def __init__(self, function: ir.Function) -> None:
        self.user = all_names(function)
        self.taken = self.user | RESERVED
        self.adjoints: dict[str, str] = {}
        self.temps: set[str] = set()
        self.numpy = ir.Bound("np" if "np" not in local_names(function) else "numpy", np)

    def adjoint(self, name: str) -> str:
        """The name of a variable's adjoint."""
        found = self.adjoints.get(name)
        if found is None:
            found = self.adjoints[name] = self.fresh(f"{name}_bar")
        return found

    def temp(self, hint: str) -> str:
        """A temporary, which the printer may nest away."""
        name = self.fresh(hint)
        self.temps.add(name)
        return name

    def is_temp(self, name: str) -> bool:
        return name in self.temps

    def nestable(self, function: ir.Function) -> set[str]:
        """What the printer may nest away: temporaries, and adjoints of the temporaries of the user's text."""
        return self.temps | {bar for name, bar in self.adjoints.items() if name in function.temps}

    def fresh(self, hint: str) -> str:
        """A name like this one that nothing has."""
        hint = re.sub(r"\W", "_", hint)
        name, number = hint, 2
        while name in self.taken:
            name = f"{hint}_{number}"
            number += 1
        self.taken.add(name)
        return name

    def mark(self) -> tuple[set[str], set[str]]:
        return set(self.taken), set(self.temps)

    def reset(self, mark: tuple[set[str], set[str]]) -> None:
        """Forget the temporaries made since `mark` (adjoints keep their names)."""
        self.taken = mark[0] | set(self.adjoints.values())
        self.temps = set(mark[1])

    def helper(self, name: str) -> ir.Bound:
        """A run-time helper."""
        return ir.Bound(name, getattr(helpers, name))


def local_names(function: ir.Function) -> set[str]:
    names = {p.name for p in function.params} | function.temps | set(function.free) | set(function.shared)
    for stmt in ir.walk(function.body):
        names.update(ir.targets(stmt))
        if isinstance(stmt, ir.Try):
            names.update(h.name for h in stmt.handlers if h.name)
    return names


def all_names(function: ir.Function) -> set[str]:
    """Every name that a function's text may mention."""
    names = local_names(function)
    for stmt in ir.walk(function.body):
        for atom in ir.all_operands(stmt):
            if isinstance(atom, (ir.Global, ir.Free, ir.Var)):
                names.add(atom.name)
        value: Any = getattr(stmt, "value", None)
        if isinstance(value, ir.MakeFunction):
            names |= all_names(value.function)
    return names
