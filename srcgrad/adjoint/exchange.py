"""Adjoints that change hands: those of values that objects hold, and those of calls.

What stands on the left in the forward is reversed by what stands on the right:

    items.append(y)            y_bar = bars.take(y)
    y = items[0]               bars.add(y, y_bar)
    y = f(x)                   x_bar = y_record.reverse(bars, y_bar)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.partials import Partials
from srcgrad.adjoint.relevance import parts_taken
from srcgrad.adjoint.state import Adj
from srcgrad.adjoint.values import Val, surely
from srcgrad.adjoint.writing import BARS
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Kind, Num, Tup
from srcgrad.analysis.meaning import ByCall, ByRule, Dynamic, Rows
from srcgrad.analysis.versions import Version


class Exchange(Partials):
    """Reverses what moves references, and calls."""

    def take(self, name: str, version: Version) -> Adj | None:
        """The adjoint of a variable at its definition, which ends it; what objects that held it gathered is in it."""
        if self.in_memory(name):
            return self.popped(name, version) if version.active else None
        adj = self.state.pop(name, None)
        if name not in self.facts.held or not isinstance(version.kind, Num) or not version.active:
            return adj
        self.uses_bars = True
        # what whoever called the function made of its result may be other views of the same memory
        handed = name in self.facts.handed_out and not version.kind.is_number
        gathered = self.emit(
            ir.CallMethod(BARS, "made" if handed else "take", (self.result(version),)), f"{name}_gathered"
        )
        if adj is None:
            return Adj(gathered, False, False)
        total = self.emit(ir.Prim("add", (adj.atom, gathered)), f"{name}_total")
        return Adj(total, adj.full, False)

    def loaded(self, name: str, version: Version) -> None:
        """A value that came out of an object: its adjoint is kept for whoever put it in."""
        if self.in_memory(name):
            return  # whoever put it in finds it by memory as well
        part = self.facts.parts.get((version.anchor, name))
        # the part of an argument is this statement's own; other objects may hold it as well
        adj = self.state.pop(name, None) if part is None else self.take(name, version)
        if adj is None or not isinstance(version.kind, Num) or not version.active:
            return
        if part is not None:
            self.contribute(part, Val(adj.atom, adj.shape, adj.owned), adj.full, version.kind, adj.real)
            return
        self.to_bars(self.result(version), adj)

    def give(self, stmt: Any, source: Any, adj: Adj) -> None:
        """Hand an adjoint to a value of unknown kind, by identity."""
        self.to_bars(self.needs.same(stmt, source), adj)

    def state_to_bars(self, target: str, version: Version) -> None:
        adj = self.state.pop(target, None)
        if adj is not None:
            self.to_bars(self.result(version), adj)

    def dynamic(self, stmt: Any) -> None:
        """A call that was resolved when it ran: its record knows what to do."""
        self.uses_bars = True
        self.write(ir.Effect(ir.CallMethod(self.needs.record_of(stmt), "reverse", (BARS,)), self.span))

    def rows(self, stmt: Any, target: str, meaning: Rows) -> None:
        """`rows(x)`: the adjoints of the rows, gathered by identity, are the adjoint of the array."""
        if isinstance(meaning.source, (ir.Var, ir.Free)):
            source = self.inf.reads[stmt].get(meaning.source.name)
            if source is None or not source.active:
                return
            self.uses_bars = True
            rows = self.result(self.inf.defs[stmt][target])
            stack = ir.CallMethod(BARS, "stack", (rows, self.needs.same(stmt, meaning.source)))
            gathered = self.emit(stack, f"{meaning.source.name}_rows")
            self.contribute(meaning.source.name, Val(gathered, None, True), True)

    def call(self, stmt: Any, meaning: Any, target: str | None, version: Version | None) -> None:
        """A call of a function that has a reverse of its own."""
        if isinstance(meaning, Dynamic):
            self.dynamic(stmt)
            return
        if not isinstance(meaning, ByCall):
            return
        known = version is not None and isinstance(version.kind, Num) and isinstance(meaning.result, Num)
        adj = None
        if target is not None and version is not None and (known or not self.in_memory(target)):
            # the adjoint of memory of unknown kind stays where the call's record looks for it
            adj = self.take(target, version)
        bar: ir.Atom = ir.Const(None)
        wanted = "i" in meaning.modes or any(m == "i" for _, m in meaning.keyword_modes) or self.facts.has_effects(stmt)
        result = version.kind if version is not None else meaning.result
        if isinstance(meaning.result, Num) and isinstance(result, Num):
            if adj is not None and version is not None:
                bar = self.filled(adj, version).atom
                wanted = True
        elif isinstance(meaning.result, Tup) and stmt in self.pending_bars:
            bars, some = self.pending_bars.pop(stmt)
            bar = self.emit(ir.Build("tuple", tuple(bars)), f"{target}_bar")
            wanted = wanted or some
        elif is_active(meaning.result):
            wanted = True
        if not wanted:
            return
        returned = [atom for atom, mode in self.facts.passed(meaning) if mode == "v"]
        self.uses_bars = True
        record = self.needs.record_of(stmt)
        expr = ir.CallMethod(record, "reverse", (BARS, bar))
        if not returned:
            self.write(ir.Effect(expr, self.span))
            return
        if len(returned) == 1:
            only = returned[0]
            given = self.emit(expr, f"{getattr(only, 'name', 'argument')}_bar_here")
            if isinstance(only, (ir.Var, ir.Free)):
                self.from_call(stmt, only.name, given)
            return
        names = []
        for atom in returned:
            hint = f"{getattr(atom, 'name', 'argument')}_bar_here"
            names.append(self.names.temp(hint))
        result_var = self.emit(expr, f"{target or 'call'}_arguments_bar")
        self.write(ir.Unpack(tuple(names), None, result_var, self.span))
        for atom, name in zip(returned, names):
            if isinstance(atom, (ir.Var, ir.Free)):
                self.from_call(stmt, atom.name, ir.Var(name))

    def from_call(self, stmt: Any, name: str, bar: ir.Atom) -> None:
        """The adjoint of an argument, as the call's reverse gives it."""
        version = self.inf.reads[stmt].get(name)
        kind = None if version is None else version.kind
        self.contribute(name, Val(bar, None, False), True, kind, surely(kind, "c"))

    def nothing(self, kind: Kind | None, value: Callable[[], ir.Atom], hint: str) -> ir.Atom:
        """The adjoint of a result that nothing reads: zero, in the shape that what takes it counts on."""
        if not isinstance(kind, Num) or not kind.active or kind.is_number or kind.shape == ():
            return ir.Const(0.0)
        return self.emit(ir.CallMethod(self.names.numpy, "zeros_like", (value(),)), hint)

    def result_parts(self, stmt: Any, call: ir.Let) -> None:
        """`a, b = f(...)`, `a = f(...)[0]`: the adjoints of the parts go to the reverse of the call as they are."""
        versions, whole = self.inf.defs[stmt], self.inf.defs[call][call.target]
        result = self.inf.meanings[call].result  # type: ignore[union-attr]
        assert isinstance(result, Tup)
        if isinstance(self.inf.meanings[call], ByRule) and any(self.in_memory(name) for name in versions):
            for name, version in versions.items():
                self.loaded(name, version)
            return
        bars: list[ir.Atom] = []
        some = False
        for place, (part, kind) in enumerate(zip(parts_taken(stmt, result) or (), result.items)):
            if part is None:
                item = partial(self.emit, ir.Item(self.result(whole), ir.Const(place)))
                bars.append(self.nothing(kind, item, f"{whole.name}_bar"))
                continue
            version = versions[part]
            adj = self.take(part, version)
            some = some or adj is not None
            if adj is not None:
                bars.append(self.filled(adj, version).atom)
            else:
                bars.append(self.nothing(version.kind, partial(self.needs.version, version), f"{part}_bar"))
        self.pending_bars[call] = (bars, some)
