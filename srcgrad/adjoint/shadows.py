"""Adjoints of memory that is written in place: arrays under a name, or places in `bars`.

    u[i] = v         stored:     v_bar = u_bar[i]               by memory:     u_bar = bars.shadow(u)
                                 u_bar[i] = 0.0                                v_bar = u_bar[i]
                                                                               u_bar[i] = 0.0
    y = f(u)                     u_bar += ...                                  bars.add(u, ...)
    u = np.sin(x)                x_bar = u_bar * np.cos(x)                     u_bar = bars.pop(u)
                                                                               x_bar = u_bar * np.cos(x)

An array under a name is made full, in memory of its own, before anything is stored into it; in a loop, before the loop.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import replace
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.adjoint.state import Adj, States
from srcgrad.adjoint.values import Val
from srcgrad.adjoint.writing import BARS, Writing
from srcgrad.adjoint.written import unrepeated
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Tup
from srcgrad.analysis.meaning import ByRule, Fills, Stores
from srcgrad.analysis.versions import Version
from srcgrad.runtime.adjoints import last_written


class Shadows(Writing):
    """Keeps adjoints where the memory they belong to is written."""

    # the statement that is reversed
    at: Any = None

    def in_memory(self, name: str) -> bool:
        """Whether a variable's adjoint lies in `bars`, by memory."""
        return name in self.facts.sharing.by_memory

    def name_for(self, operand: Any) -> str | None:
        """The name of an operand's adjoint, free to be assigned now, where it has had no contribution yet."""
        name = getattr(operand, "name", "")
        if name in self.state or not isinstance(operand, ir.Var) or self.in_memory(name):
            return None
        self.release(self.bar(name))
        return self.bar(name)

    def contribute(self, name: str, val: Val, full: bool, kind: Any = None, maybe_real: bool = False) -> None:
        """Add a value to a variable's adjoint."""
        if not self.in_memory(name):
            super().contribute(name, val, full, kind, maybe_real)
            return
        assert val.atom is not None
        self.to_bars(self.reference(name), Adj(val.atom, full, False))

    def reference(self, name: str) -> ir.Atom:
        """The value that a variable held at the statement at hand, whatever is written into it later."""
        version = self.version_here(name)
        if isinstance(self.at, tuple) and self.at[0] == "after":
            return self.needs.after(self.at[1], version)
        if isinstance(self.at, tuple) or self.at not in self.inf.reads or name not in self.inf.reads[self.at]:
            return self.needs.version(version)
        return self.needs.held(self.at, ir.Var(name), version)

    def version_here(self, name: str) -> Version:
        """The version of a variable that is reversed here: at a statement, at the top of a turn, or after a loop."""
        found = None
        if isinstance(self.at, tuple):
            place, loop = self.at
            found = self.inf.versions.get((loop, place, name))
            if found is None and place == "after":
                # the loop has one end only: there is no version that covers several
                found = self.inf.versions.get((loop, "broken" if endless(loop) else "done", name))
            found = found or self.facts.before_loop(loop, name)
        elif self.at is not None:
            found = self.facts.version_of(self.at, ir.Var(name))
        version = found or self.inf.entry.get(name) or self.inf.free.get(name)
        assert version is not None, name
        return version

    def shadow(self, name: str) -> ir.Var:
        """The adjoint of the memory that a variable shows, to be written in place."""
        self.refuse_on_cupy(name)
        self.uses_bars = True
        return self.emit(ir.CallMethod(BARS, "shadow", (self.reference(name),)), f"{name}_shadow")

    def refuse_on_cupy(self, name: str) -> None:
        """Refuse CuPy arrays whose memory several names show: where they lie in memory is only known for NumPy's."""
        if self.on_cupy:
            raise self.inf.refuse(
                self.at if hasattr(self.at, "span") else self.inf.function,
                f"the CuPy array '{name}', whose memory may be written and which several names or objects may show,",
                "write into an array of one name, read copies of its parts, or make the array anew",
            )

    def popped(self, name: str, version: Version) -> Adj:
        """The adjoint of a variable's memory where the variable gets it: nothing before that belongs to it."""
        self.refuse_on_cupy(name)
        self.uses_bars = True
        number = isinstance(version.kind, Num) and version.kind.is_number
        taken = ir.CallMethod(BARS, "take" if number else "pop", (self.result(version),))
        bar = self.bar(name)
        self.release(bar)
        self.write(ir.Let(bar, taken, self.span))
        kind = version.kind
        return Adj(ir.Var(bar), True, not number, kind.shape if isinstance(kind, Num) else None)

    def target_of(self, name: str) -> ir.Var | None:
        """The adjoint of an array as memory that may be written; None where nothing has been added to it."""
        if self.in_memory(name):
            return self.shadow(name)
        if name not in self.state:
            return None
        self.own(name)
        return ir.Var(self.bar(name))

    def own(self, name: str) -> None:
        """Make an adjoint under a name full, and its memory its own."""
        adj, bar = self.state[name], self.bar(name)
        kind = self.version_here(name).kind
        # what is computed from an array of no axes is a number
        array = adj.array or (isinstance(kind, Num) and bool(kind.shape))
        if adj.real or not (adj.owned and adj.full and array and adj.atom == ir.Var(bar)):
            if isinstance(adj.atom, ir.Const) and adj.atom.value == 0.0:
                made: ir.Expr = self.zeros_like(name)
            elif adj.full and array and not adj.real and not isinstance(adj.atom, ir.Const):
                made = ir.CallMethod(adj.atom, "copy", ())
            else:
                made = ir.Call(self.names.helper("like"), (adj.atom, self.reference(name)))
            self.assign(name, made, Adj(adj.atom, True, True, array=True))
        self.state[name].shape = self.state[name].mask = None

    def zeros_like(self, name: str) -> ir.Expr:
        return ir.CallMethod(self.names.numpy, "zeros_like", (self.reference(name),))

    def own_before(self, loop: Any) -> None:
        """Before a loop that stores into arrays, or reads them by index, their adjoints are made ready for it."""
        self.at = ("after", loop)
        sharing = self.facts.sharing
        for name in dict.fromkeys([*sharing.stored_in(loop), *sharing.indexed_in(loop)]):
            if name in self.state and not self.in_memory(name):
                self.own(name)

    def own_again(self, loop: Any, entry: States) -> None:
        """A turn that began with memory of its own ends with it, as the next one begins there."""
        self.at = ("top", loop)
        for name in self.facts.sharing.stored_in(loop):
            if name in self.state and name in entry and entry[name].owned:
                self.own(name)

    # ------------------------------------------------------------------------------------------------------- stores

    def store(self, stmt: ir.StoreItem, meaning: Stores) -> None:
        """`a[i] = v`, `a[i] += v`: what flowed to that part flows to `v`, and to what was there."""
        name = stmt.obj.name  # type: ignore[union-attr]
        self.target = name
        target = self.target_of(name)
        if target is None:
            return
        self.release(target.name)
        index = self.fixed(stmt, stmt.index)
        if meaning.use is None:
            self.write(ir.StoreItem(target, index, ir.Const(0.0), self.span))
            return
        given = getattr(stmt.value, "name", "")
        repeated = not unrepeated(meaning.index)
        if repeated or given == name or self.in_memory(given):
            # what flows to the value may reach the same memory: the part is emptied first
            if repeated:
                word = ir.Bound("last_written", last_written)
                part = self.emit(ir.Call(word, (target, index)), f"{name}_part_bar")
            else:
                part = self.emit(ir.Item(target, index), f"{name}_part")
                part = self.emit(self.copy_of(part, meaning.part), f"{name}_part_bar")
            self.write(ir.StoreItem(target, self.fixed(stmt, stmt.index), ir.Const(0.0), self.span))
            before = self.by_part(stmt, meaning, part)
            if before is not None and repeated:
                add_at = ir.Bound("add_at", np.add.at)
                self.write(ir.Effect(ir.Call(add_at, (target, index, before.atom)), self.span))
            elif before is not None:
                self.write(ir.StoreItem(target, self.fixed(stmt, stmt.index), before.atom, self.span, "add"))
            return
        before = self.by_part(stmt, meaning, self.emit(ir.Item(target, index), f"{name}_part_bar"))
        if stmt.op not in ("add", "sub"):
            left = ir.Const(0.0) if before is None else before.atom
            self.write(ir.StoreItem(target, self.fixed(stmt, stmt.index), left, self.span))

    def fill(self, stmt: Any, meaning: Fills) -> None:
        """`np.multiply(a, b, out=u)`: what flowed to `u` flows to the operands, nothing to what was in `u` before."""
        name = meaning.out.name  # type: ignore[union-attr]
        self.target = name
        version = self.facts.version_of(stmt, meaning.out)
        assert version is not None
        (made,) = self.inf.defs[stmt].values()
        if meaning.use is not None and passes(meaning.use, name):
            # what was there is part of what is there: its adjoint stays
            adj = self.kept(name)
            if adj is not None:
                self.stays = True
                self.by_rule(stmt, without(meaning.use, name), adj, made)
                self.stays = False
            return
        if meaning.where is not None:
            self.fill_where(stmt, meaning, name, made)
            return
        adj = self.popped(name, version) if self.in_memory(name) else self.state.pop(name, None)
        if adj is not None and meaning.use is not None:
            self.by_rule(stmt, meaning.use, adj, made)

    def kept(self, name: str) -> Adj | None:
        """The adjoint of an array that stays what it is."""
        if self.in_memory(name):
            return Adj(self.shadow(name), True, False)
        if name not in self.state:
            return None
        self.own(name)
        adj = self.state[name]
        return Adj(adj.atom, True, False, adj.shape)

    def fill_where(self, stmt: Any, meaning: Fills, name: str, made: Version) -> None:
        """`np.divide(a, b, out=u, where=m)`: only where the mask holds."""
        target = self.target_of(name)
        if target is None:
            return
        self.release(target.name)
        mask = self.primal(stmt, meaning.where)
        part = self.emit(ir.CallMethod(self.names.numpy, "where", (mask, target, ir.Const(0.0))), f"{name}_part_bar")
        copyto = ir.CallMethod(self.names.numpy, "copyto", (target, ir.Const(0.0)), (("where", mask),))
        self.write(ir.Effect(copyto, self.span))
        if meaning.use is None:
            return
        shape = made.kind.shape if isinstance(made.kind, Num) else None
        outer, self.out = self.out, []
        self.by_rule(stmt, meaning.use, Adj(part, True, True, shape, (mask, True)), made)
        inner, self.out = self.out, outer
        # what the mask kept from being computed is computed here, and left out afterwards
        quiet = self.emit_plain(
            ir.CallMethod(self.names.numpy, "errstate", (), (("all", ir.Const("ignore")),)), "quiet"
        )
        self.out.append(ir.With(quiet, None, inner, self.span))

    def copy_of(self, part: ir.Atom, kind: Num) -> ir.Expr:
        """A copy of a part of an adjoint."""
        if (kind.box == "array" and kind.shape) or kind.box == "cupy":
            return ir.CallMethod(part, "copy", ())
        return ir.Call(self.names.helper("snapshot"), (part,))

    def by_part(self, stmt: ir.StoreItem, meaning: Stores, part: ir.Var) -> Adj | None:
        """Send on what flowed to a part of an array; what of it flows to what was there before."""
        assert meaning.use is not None
        given = getattr(stmt.value, "name", "")
        (after,) = self.inf.defs[stmt].values()
        had = self.state.get(given)
        self.by_rule(stmt, meaning.use, Adj(part, True, False, meaning.part.shape), after)
        adj = self.state.get(given)
        if adj is not None and adj is not had and not adj.owned and not meaning.part.is_number:
            # it may be a view of what is written next
            adj.atom = self.emit(self.copy_of(adj.atom, meaning.part), f"{given}_bar")
            adj.owned = adj.full
        return self.state.pop(f"{getattr(stmt.obj, 'name', 'array')}.item", None)

    def by_rule(self, stmt: Any, use: ByRule, adj: Adj, version: Version) -> None:
        raise NotImplementedError


def passes(use: ByRule, name: str) -> bool:
    """Whether a rule hands the cotangent on to this operand as it is (`np.add.at`)."""
    formulas = [formula for p, formula in use.rule.formulas.items() if getattr(use.bound.get(p), "name", None) == name]
    return len(formulas) == 1 and isinstance(formulas[0], ast.Name) and formulas[0].id == "g"


def without(use: ByRule, name: str) -> ByRule:
    """A rule for its other operands."""
    return replace(use, bound={p: atom for p, atom in use.bound.items() if getattr(atom, "name", None) != name})


def always_view(meaning: Any, result: Any) -> bool:
    """Whether an operation surely gives a view: its adjoint is part of that of what it shows."""
    if not isinstance(meaning, ByRule) or not isinstance(result, Num) or result.box != "array":
        return False
    if operator.getitem in meaning.rule.functions:
        return basic(meaning.kinds.get("b"))
    return meaning.rule.name in VIEWS


VIEWS = {"T", "transpose", "swapaxes", "moveaxis", "rollaxis", "expand_dims", "flip", "flipud", "fliplr"}


def basic(index: Kind | None) -> bool:
    """Whether an index surely names a region: integers, slices, None, Ellipsis."""
    match index:
        case Tup(items=items):
            return all(basic(item) for item in items)
        case Known(value=tuple() as items):
            return all(basic(Known(item)) for item in items)
        case Known(value=value):
            return isinstance(value, (int, slice, type(None), type(Ellipsis))) and not isinstance(value, bool)
        case Inert(type=cls):
            return cls is slice
        case Num(shape=(), dtype=dtype):
            return dtype is not None and dtype.kind in "iu"
    return False


def endless(loop: Any) -> bool:
    """Whether a loop is only left by `break`."""
    return isinstance(loop, ir.While) and isinstance(loop.test, ir.Const) and bool(loop.test.value)
