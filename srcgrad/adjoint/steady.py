"""Values that all turns of a loop compute alike: one of them stands for all.

for _ in range(n):
    decay = np.exp(-k * dt)       k and dt come from outside the loop
    u = u * decay                 the reverse of every turn reads the one decay that is kept
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Tup
from srcgrad.analysis.meaning import ByRule, Plain, Snapshots
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts

LOOKS = {"T", "real", "imag", "size", "shape", "ndim", "dtype"}
BUILTINS = (abs, float, int, len, max, min, round)


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
        if self.facts.sharing.destroyed(stmt, version.kind):
            return own
        return self.scope(version)


def computes(inf: Any, stmt: ir.Let) -> bool:
    """Whether a statement does nothing but compute, the same from the same operands."""
    value, reads = stmt.value, inf.reads[stmt]
    meaning = inf.meanings.get(stmt)
    if not isinstance(meaning, (ByRule, Plain)) or stmt in inf.writes:
        return False
    atoms = [atom for atom in ir.operands(value) if isinstance(atom, (ir.Var, ir.Free))]
    if not all(atom.name in reads and number_or_array(reads[atom.name].kind) for atom in atoms):
        return False
    match value:
        case ir.Prim() | ir.Item() | ir.Slice():
            return True
        case ir.Build(kind="tuple"):
            return True
        case ir.Attr(obj=ir.Global() as module):
            return library(inf, module) is not None
        case ir.Attr(name=name):
            return name in LOOKS
        case ir.CallMethod(obj=ir.Global() as module, name=name):
            return library(inf, module) is not None and not name.startswith("empty")
        case ir.CallMethod(obj=ir.Var()):
            return isinstance(meaning, ByRule)
        case ir.Call(func=ir.Global() as function):
            kind = inf.global_kind(function.name)
            return isinstance(kind, Known) and any(kind.value is each for each in BUILTINS)
    return False


def library(inf: Any, module: ir.Global) -> Any:
    """NumPy or `math`, where a global stands for it; else None."""
    kind = inf.global_kind(module.name)
    return kind.value if isinstance(kind, Known) and any(kind.value is each for each in (np, math)) else None


def number_or_array(kind: Kind | None) -> bool:
    """Whether a value is a number, an array, or an index made of them: what operators on it do is known."""
    if isinstance(kind, Tup):
        return all(map(number_or_array, kind.items))
    if isinstance(kind, Known):
        return isinstance(kind.value, (bool, int, float, complex, slice, np.generic, type(None), type(Ellipsis)))
    return isinstance(kind, Num) or (isinstance(kind, Inert) and kind.type is slice)


def callable_or_module(kind: Kind) -> bool:
    """Whether a global stands for something that the text was made for."""
    return isinstance(kind, Known) and (callable(kind.value) or type(kind.value) is type(np))
