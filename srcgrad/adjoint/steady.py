"""Values that all turns of a loop compute alike: one of them stands for all.

    for _ in range(n):
        decay = np.exp(-k * dt)       k and dt come from outside the loop
        u = u * decay                 the reverse of every turn reads the one decay that is kept

What they are computed from is the same in all turns, and nothing that runs in a turn writes there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import Snapshots
from srcgrad.analysis.pure import callable_or_module, computes, number_or_array
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts


class Steady:
    """The outermost scope that a value is the same in."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.inf = facts, facts.inf
        self.scopes: dict[Version, Any] = {}

    def scope(self, version: Version) -> Any:
        """The loop whose turns may differ in what a version holds: that of its statement, one further out, or None."""
        if version.scope is None or version.merge or version.place != "after":
            return version.scope
        if version not in self.scopes:
            self.scopes[version] = version.scope
            self.scopes[version] = self.find(version)
        return self.scopes[version]

    def find(self, version: Version) -> Any:
        """What `scope` gives, found for the first time."""
        stmt, own = version.anchor, version.scope
        if not isinstance(stmt, ir.Let) or not computes(self.inf, stmt):
            return own
        around: list[Any] = [own]
        while around[-1] is not None and not self.runs_again(around[-1]):
            around.append(self.facts.scope_of[around[-1]])
        changing = [self.of_operand(stmt, atom, own) for atom in ir.operands(stmt.value)]
        return next((loop for loop in around if loop in changing), around[-1])

    def runs_again(self, loop: Any) -> bool:
        """Whether the turns of a loop are computed again in the reverse."""
        made = self.facts.definition.get(getattr(loop.iter, "name", "")) if isinstance(loop, ir.For) else None
        return isinstance(self.inf.meanings.get(made), Snapshots)

    def of_operand(self, stmt: Any, atom: Any, own: Any) -> Any:
        """The scope of an operand; the statement's own where it may hold something else in each turn."""
        if isinstance(atom, (ir.Const, ir.Bound)):
            return None
        function = self.inf.function
        if isinstance(atom, ir.Global):
            return None if callable_or_module(self.inf.global_kind(atom.name)) else own
        version = self.inf.reads[stmt].get(atom.name)
        if version is None or atom.name in function.shared or not number_or_array(version.kind):
            return own
        number = isinstance(version.kind, Num) and version.kind.is_number
        if self.facts.sharing.destroyed(stmt, version.kind) or (self.inf.writes_arrays and not number):
            return own
        return self.scope(version)
