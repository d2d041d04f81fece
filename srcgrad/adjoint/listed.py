"""Operands and results of rules that are lists: of arrays to join, of rows, of the parts of a split.

y = np.stack([a, b])       a_bar = y_bar[0];  b_bar = y_bar[1]
y = np.array([a, b])       a_bar, b_bar = y_bar
a, b = np.split(x, 2)      x_bar = join_split((a_bar, b_bar), x, 2)
"""

from __future__ import annotations

import ast
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.formula import Writer
from srcgrad.adjoint.formula_names import LazyNames
from srcgrad.adjoint.relevance import Leaf
from srcgrad.adjoint.shadows import Shadows
from srcgrad.adjoint.state import Adj
from srcgrad.adjoint.values import Val, maybe_complex
from srcgrad.adjoint.writing import BARS
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import ByRule
from srcgrad.analysis.versions import Version
from srcgrad.rules.formulas import names_in

# rules whose lists of cotangents are full, item by item
FULL_PARTS = {"concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "array", "asarray", "append"}


class Listed(Shadows):
    """Hands the cotangents of lists to their items, and those of several results to the operand."""

    def sequence(self, stmt: Any, use: ByRule, writer: Writer, formula: ast.expr, bound: Any, result: Num) -> None:
        """An operand that is a list or tuple of arrays: a list of cotangents, one an item."""
        if "g" in names_in(formula):
            writer.full_g(writer.names["g"])
        if getattr(bound, "name", None) in self.facts.summed.values():
            self.contribute(bound.name, writer.names["g"], True)
            return
        nested = "nested_items" in names_in(formula) and not isinstance(bound, tuple)
        if getattr(bound, "name", None) in self.facts.gathered.values():
            writer.by_leaf = nested
            val = writer.value(formula)
            assert val.atom is not None
            made = ir.Call(ir.Bound("list", list), (val.atom,))
            self.assign(bound.name, made, Adj(ir.Const(0.0), True, False))
            return
        leaves = self.facts.leaves_of(stmt, bound) if nested else None
        writer.by_leaf = leaves is not None
        val = writer.value(formula)
        assert val.atom is not None
        if leaves is not None:
            self.give_leaves(stmt, bound, leaves, writer, val.atom, result)
            return
        items = bound if isinstance(bound, tuple) else self.facts.items_of(stmt, bound)
        if items is not None:
            for position, item in enumerate(items):
                version = self.facts.version_of(stmt, item)
                if version is not None and version.active and isinstance(version.kind, Num):
                    part = self.emit(ir.Item(val.atom, ir.Const(position)), f"{item.name}_bar_here")
                    full = version.kind.shape == () or use.rule.name in FULL_PARTS
                    val_here = real_part(writer, Val(part, None, False), version.kind, result)
                    self.contribute(item.name, val_here, full)
                elif version is not None and version.active:
                    self.uses_bars = True
                    part = self.emit(ir.Item(val.atom, ir.Const(position)), f"{item.name}_bar_here")
                    given = ir.CallMethod(BARS, "add_items", (self.needs.same(stmt, item), part))
                    self.write(ir.Effect(given, self.span))
            return
        self.uses_bars = True
        kept = self.needs.items_at(stmt, bound)
        self.write(ir.Effect(ir.CallMethod(BARS, "add_items", (kept, val.atom)), self.span))

    def give_leaves(self, stmt: Any, bound: Any, leaves: list[Leaf], writer: Writer, g: ir.Atom, result: Num) -> None:
        """`np.array([[a, b], [c, d]])`: the adjoint of each item is what stands at its place."""
        names = [self.names.temp(f"{item.name}_bar_here") for _, item, _ in leaves]
        every = [(i,) for i in range(len(self.facts.items_of(stmt, bound) or ()))]
        if len(leaves) > 1 and [place for place, _, _ in leaves] == every:
            self.write(ir.Unpack(tuple(names), None, g, self.span))
        else:
            for (place, _, _), name in zip(leaves, names):
                parts = tuple(map(ir.Const, place))
                index = self.emit(ir.Build("tuple", parts), "place") if len(parts) > 1 else parts[0]
                self.write(ir.Let(name, ir.Item(g, index), self.span))
        for (_, item, _), name in zip(leaves, names):
            version = self.facts.version_of(stmt, item)
            assert version is not None and isinstance(version.kind, Num)
            part = real_part(writer, Val(ir.Var(name), None, False), version.kind, result)
            self.contribute(item.name, part, True)

    def by_rule_sequence(self, stmt: Any, use: ByRule, version: Version) -> None:
        """A rule whose result is several arrays (np.split): the adjoints of its items, gathered by identity unless all
        that is done with them is to give them names."""
        self.state.pop(version.name, None)
        bars, some = self.pending_bars.pop(stmt, ((), True))
        if not some:
            return
        if bars:
            gathered = self.emit(ir.Build("tuple", tuple(bars)), f"{version.name}_bar")
        else:
            self.uses_bars = True
            made = self.needs.items_made(stmt, version)
            gathered = self.emit(ir.CallMethod(BARS, "take_items", (made,)), f"{version.name}_bar")
        writer = Writer(self.emit, self.span, self.shapes)
        writer.reverse = self
        writer.of_numpy = True
        names: Any = LazyNames(self, stmt, use, version)
        names["g"] = Val(gathered)
        writer.names = names
        writer.pending, writer.shared = dict(use.rule.lets), self.shared
        for name, formula in use.rule.formulas.items():
            bound = use.bound.get(name)
            if bound is None or name in use.rule.zero or not any_active(use.kinds[name]):
                continue
            val = writer.value(formula)
            if isinstance(bound, (ir.Var, ir.Free)):
                kind, items = use.kinds[name], getattr(use.result, "items", ())
                several = [item for item in items or () if isinstance(item, Num) and maybe_complex(item)]
                if several and isinstance(kind, Num):
                    val = real_part(writer, val, kind, several[0])
                self.contribute(bound.name, val, True)
            elif isinstance(bound, tuple) and val.atom is not None:
                for position, (item, kind) in enumerate(zip(bound, use.kinds[name])):
                    if is_active(kind) and isinstance(item, (ir.Var, ir.Free)):
                        part = self.emit(ir.Item(val.atom, ir.Const(position)), f"{item.name}_bar_here")
                        self.contribute(item.name, Val(part, None, False), True)


def real_part(writer: Writer, val: Val, kind: Num, result: Num) -> Val:
    """A contribution to an operand that is known to be real, from the cotangent of what may be complex."""
    if not maybe_complex(result) or val.real or val.atom is None or kind.dtype is None or kind.dtype.kind == "c":
        return val
    return writer.emit(ir.CallMethod(writer.module, "real", (val.atom,)), val.shape, False, True)


def any_active(kind: Any) -> bool:
    """Whether an operand, or one of several, is active."""
    return any(is_active(k) for k in kind) if isinstance(kind, tuple) else is_active(kind)
