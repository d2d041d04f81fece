"""Names of tangents: `x_dot` is the tangent of what `x` holds."""

from __future__ import annotations

from srcgrad import ir
from srcgrad.adjoint.names import Names
from srcgrad.runtime import tangents


class DotNames(Names):
    """The names of one emitted tangent function."""

    def __init__(self, function: ir.Function) -> None:
        super().__init__(function)
        self.dots = self.fresh("dots")
        self.of: dict[str, str] = {}

    def dot(self, name: str) -> str:
        """The name of a variable's tangent."""
        found = self.of.get(name)
        if found is None:
            found = self.of[name] = self.fresh(f"{name}_dot")
        return found

    def tangent_helper(self, name: str) -> ir.Bound:
        """A function that emitted tangents call."""
        return ir.Bound(name, getattr(tangents, name))

    def may_nest(self, function: ir.Function) -> set[str]:
        """What the printer may nest away: temporaries, and tangents of the temporaries of the user's text."""
        return self.temps | {dot for name, dot in self.of.items() if name in function.temps}
