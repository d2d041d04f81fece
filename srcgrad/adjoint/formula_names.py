"""The names of a rule's formula: parameters, `y` and `g`, asked of the forward only when the formula reads them.

Naming a value in a formula is what makes the forward keep it:

    def tanh(x, *, y):  x: 1.0 - y * y        the forward keeps y, and not x
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.values import Val, operand
from srcgrad.adjoint.writing import Writing
from srcgrad.analysis.kinds import Known
from srcgrad.analysis.meaning import ByRule
from srcgrad.analysis.versions import Version

LITERALS = (bool, int, float, complex, str, type(None))


class LazyNames(dict[str, Val]):
    """The names of a formula, remembered by the forward only when a formula reads them."""

    def __init__(self, reverse: Writing, stmt: Any, use: ByRule, version: Version) -> None:
        super().__init__()
        self.reverse, self.stmt, self.use, self.version = reverse, stmt, use, version

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name == "y" or any(p.name == name for p in self.use.rule.params)

    def __missing__(self, name: str) -> Val:
        if name == "y":
            val = operand(self.reverse.made(self.stmt, self.version), self.version.kind)
        else:
            val = self.parameter(name)
        self[name] = val
        return val

    def looked_at(self, name: str) -> Val | None:
        """A parameter or `y` of which only shape and type are asked: the array, whatever is in it by now.

        None where that is no array of the forward."""
        if name in self.keys():
            return self[name]
        if name == "y":
            return operand(self.reverse.shape_of_result(self.stmt, self.version), self.version.kind)
        bound = self.use.bound.get(name)
        if not isinstance(bound, ir.Var):
            return None
        val = operand(bound, self.use.kinds[name])
        if not isinstance(val.atom, ir.Const):
            listed = self.reverse.needs.listed(self.stmt, bound)
            val.atom = listed or self.reverse.shape_of_operand(self.stmt, bound)
        return val

    def parameter(self, name: str) -> Val:
        """A parameter of the rule: the operand, or its default where the call did not give it."""
        if name not in self.use.bound:
            default = self.use.rule.default(name)
            literal = ir.Const(default) if isinstance(default, LITERALS) else ir.Bound(name, default)
            return Val(literal, () if isinstance(default, (bool, int, float)) else None, False, Known(default), True)
        bound, kind = self.use.bound[name], self.use.kinds[name]
        if isinstance(bound, tuple):
            needs, stmt = self.reverse.needs, self.stmt
            atoms = tuple(needs.listed(stmt, b) or self.reverse.primal(stmt, b) for b in bound)
            return Val(self.reverse.emit(ir.Build("tuple", atoms), name))
        val = operand(bound, kind)
        if not isinstance(val.atom, ir.Const):
            given = self.reverse.primal if name in self.use.rule.formulas else self.reverse.fixed
            val.atom = self.reverse.needs.listed(self.stmt, bound) or given(self.stmt, bound)
        return val
