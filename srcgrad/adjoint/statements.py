"""Statements that are no control flow: each by its meaning.

A statement's meaning says how it is reversed:

    y = np.tanh(z)      ByRule      the rule's lines
    y = f(x)            ByCall      the record of the call
    a, b = b, a         Moves       the adjoints change places too
    return y            y_bar is the cotangent of the result
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.adjoint.exchange import Exchange
from srcgrad.adjoint.hooks import reverse_hook
from srcgrad.adjoint.shadows import always_view
from srcgrad.adjoint.state import Adj
from srcgrad.adjoint.values import Val, surely
from srcgrad.adjoint.writing import BARS
from srcgrad.analysis.kinds import Num, Tup
from srcgrad.analysis.meaning import Apart, ByCall, ByRule, Copies, Dynamic, Fills, Hooked, Moves, Rebinds, Rows, Stores
from srcgrad.analysis.versions import Version


class Statements(Exchange):
    """Reverses one statement at a time."""

    def simple(self, stmt: Any) -> None:
        """Reverse a statement that has no blocks."""
        match stmt:
            case ir.Let(target=target):
                self.let(stmt, target, self.inf.meanings.get(stmt))
            case ir.Effect() if isinstance(self.inf.meanings.get(stmt), Hooked):
                reverse_hook(self, stmt, self.inf.meanings[stmt])  # type: ignore[arg-type]
            case ir.Effect() if stmt in self.facts.summed:
                adj, item = self.state.get(self.facts.summed[stmt]), stmt.value.args[0]  # type: ignore[union-attr]
                version = self.facts.version_of(stmt, item)
                if adj is not None and version is not None and version.active:
                    self.contribute(version.name, Val(adj.atom, (), False), True)
            case ir.Effect() if stmt in self.facts.gathered:
                self.pop_item(stmt, stmt.value.args[0])  # type: ignore[union-attr]
            case ir.Effect() if isinstance(self.inf.meanings.get(stmt), Fills):
                self.fill(stmt, self.inf.meanings[stmt])  # type: ignore[arg-type]
            case ir.StoreItem() if isinstance(self.inf.meanings.get(stmt), Stores):
                self.store(stmt, self.inf.meanings[stmt])  # type: ignore[arg-type]
            case ir.Effect() | ir.StoreItem() | ir.StoreAttr():
                self.target = "value"
                self.call(stmt, self.inf.meanings.get(stmt), None, None)
            case ir.Augment(target=target):
                self.let(stmt, target, self.inf.meanings.get(stmt))
            case ir.Unpack():
                self.unpack(stmt)
            case ir.Return(value=value):
                self.return_(stmt, value)
            case ir.Import(target=target):
                self.state.pop(target, None)
            case _:
                return

    def return_(self, stmt: ir.Return, value: ir.Atom) -> None:
        """The result's cotangent goes to what was returned."""
        if self.seed is not None:
            self.seed_value(stmt, value, self.seed, self.inf.return_kind)

    def seed_value(self, stmt: Any, value: ir.Atom, seed: Adj, kind: Any) -> None:
        """Give a value the cotangent of the result, or its part of it where the result is a tuple."""
        version = self.facts.version_of(stmt, value)
        if version is None or not version.active:
            return
        if isinstance(kind, Num) and isinstance(version.kind, Num):
            given = Val(seed.atom, seed.shape, False)
            self.contribute(value.name, given, seed.full, version.kind, surely(version.kind, "c"))  # type: ignore[union-attr]
        elif isinstance(kind, Tup):
            items = self.facts.items_of(stmt, value)
            if items is None:
                self.uses_bars = True
                self.write(
                    ir.Effect(ir.CallMethod(BARS, "add_items", (self.needs.same(stmt, value), seed.atom)), self.span)
                )
                return
            for position, (item, inner) in enumerate(zip(items, kind.items)):
                found = self.facts.version_of(stmt, item)
                if self.aux and kind is self.inf.return_kind and position:
                    continue
                if found is not None and found.active:
                    part = self.emit(ir.Item(seed.atom, ir.Const(position)), f"{item.name}_bar_given")
                    self.seed_value(stmt, item, Adj(part, True, False), inner)

    def let(self, stmt: Any, target: str, meaning: Any) -> None:
        """An assignment takes the adjoint of its target and gives it to what the value was made of."""
        version = self.inf.defs[stmt][target]
        self.target = target
        if stmt in self.facts.gathered:
            for item in reversed(stmt.value.items):
                self.pop_item(stmt, item)
            self.state.pop(target, None)
            return
        if isinstance(meaning, Moves):
            self.loaded(target, version)
            return
        if isinstance(meaning, Dynamic):
            self.state_to_bars(target, version)
            self.dynamic(stmt)
            return
        if isinstance(meaning, Fills):
            self.fill_and_name(stmt, meaning, target, version)
            return
        if self.in_memory(target) and self.same_memory(stmt, meaning, version):
            return
        if isinstance(meaning, Copies):
            adj = self.take(target, version)
            if adj is not None and isinstance(meaning.source, (ir.Var, ir.Free)):
                source = self.inf.reads[stmt].get(meaning.source.name)
                if source is not None and source.active and isinstance(source.kind, Num):
                    given = Val(adj.atom, adj.shape, adj.owned)
                    self.contribute(meaning.source.name, given, adj.full, source.kind, adj.real)
                elif source is not None and source.active:
                    self.give(stmt, meaning.source, adj)
            return
        if isinstance(meaning, Rows):
            self.rows(stmt, target, meaning)
            return
        if isinstance(meaning, Hooked):
            reverse_hook(self, stmt, meaning)
            return
        if isinstance(meaning, ByCall):
            self.call(stmt, meaning, target, version)
            return
        rule = meaning.use if isinstance(meaning, Rebinds) else meaning
        if self.in_memory(target) and not isinstance(rule, ByRule):
            # what it is made of has no adjoint; what was there before has none left
            if isinstance(stmt, ir.Augment):
                self.popped(target, version)
            return
        adj = self.take(target, version)
        if isinstance(rule, ByRule):
            if isinstance(rule.result, Num) and not isinstance(version.kind, Num):
                # whoever uses it goes by identity
                adj, version = self.gathered(version, adj, rule.result)
            if isinstance(rule.result, Num):
                if adj is not None:
                    self.by_rule(stmt, rule, adj, version)
            else:
                self.by_rule_sequence(stmt, rule, version)

    def pop_item(self, stmt: Any, item: Any) -> None:
        """`path.append(x)`: what is last in the list's adjoint is that of `x`."""
        adj = self.state.get(self.facts.gathered[stmt])
        if adj is None:
            return
        popped = ir.CallMethod(adj.atom, "pop", ())
        version = self.facts.version_of(stmt, item)
        if version is None or not version.active:
            self.write(ir.Effect(popped, self.span))
            return
        self.target = version.name
        shape = () if version.kind.shape == () else None  # type: ignore[union-attr]
        part = Val(self.emit(popped, f"{version.name}_bar_here"), shape, False)
        self.contribute(version.name, part, True, version.kind)

    def put_item(self, loop: ir.For, version: Version) -> None:
        """`for p in path`: the adjoint of `p` is an item of the list's."""
        adj = self.filled(self.take(version.name, version) or Adj(ir.Const(0.0), False, False), version)
        bars = self.state[self.facts.gathered[loop]].atom
        self.write(ir.Effect(ir.CallMethod(bars, "append", (adj.atom,)), self.span))

    def fill_and_name(self, stmt: Any, meaning: Fills, target: str, version: Version) -> None:
        """`z = np.multiply(a, b, out=u)`: z is another name for u; without `out`, an array of its own."""
        out = getattr(meaning.out, "name", None)
        if out is not None and out != target and not self.in_memory(target):
            adj = self.state.pop(target, None)
            if adj is not None:
                self.contribute(out, Val(adj.atom, adj.shape, False), adj.full, version.kind, adj.real)
        if out is not None:
            self.fill(stmt, meaning)
            return
        adj = self.take(target, version)
        if adj is not None and meaning.use is not None:
            adj = self.filled(adj, version)
            adj.mask = (self.primal(stmt, meaning.where), True)
            self.by_rule(stmt, meaning.use, adj, version)

    def gathered(self, version: Version, adj: Adj | None, kind: Num) -> tuple[Adj, Version]:
        """The adjoint of a number that a variable of unknown kind holds."""
        self.uses_bars = True
        known = self.needs.as_number(version, kind)
        found = self.emit(ir.CallMethod(BARS, "take", (self.result(known),)), f"{version.name}_gathered")
        if adj is not None:
            found = self.emit(ir.Prim("add", (adj.atom, found)), f"{version.name}_total")
        return Adj(found, False, False), known

    def same_memory(self, stmt: Any, meaning: Any, version: Version) -> bool:
        """Whether a variable shows memory that another one shows as well: its adjoint is part of that one's."""
        sources = meaning.rule.formulas if isinstance(meaning, ByRule) else ("source",)
        if isinstance(meaning, ByRule) and not always_view(meaning, version.kind):
            return False
        if not isinstance(meaning, (ByRule, Copies)):
            return False
        bound = [meaning.bound.get(n) if isinstance(meaning, ByRule) else meaning.source for n in sources]
        return all(self.in_memory(getattr(atom, "name", "")) for atom in bound if atom is not None)

    def swap(self, targets: tuple[str, ...], sources: list[str]) -> None:
        """`u, v = v, u`: the adjoints change places too."""
        before = {name: self.state.pop(name, None) for name in targets}
        moved = [(source, adj) for target, source in zip(targets, sources) if (adj := before[target]) is not None]
        held = self.emit(ir.Build("tuple", tuple(adj.atom for _, adj in moved)), "swapped")
        bars = tuple(self.bar(source) for source, _ in moved)
        for bar in bars:
            self.release(bar)
        if len(moved) == 1:
            self.out.pop()
            self.write(ir.Let(bars[0], moved[0][1].atom, self.span))
        else:
            self.write(ir.Unpack(bars, None, held, self.span))
        for (source, adj), bar in zip(moved, bars):
            self.state[source] = Adj(ir.Var(bar), adj.full, adj.owned, adj.shape, real=adj.real)

    def unpack(self, stmt: ir.Unpack) -> None:
        """`a, b = value`: to the sources of a display, to a call, or to the objects that were held."""
        meaning = self.inf.meanings.get(stmt)
        versions = self.inf.defs[stmt]
        if isinstance(meaning, Dynamic):
            for name in stmt.targets:
                self.state_to_bars(name, versions[name])
            self.dynamic(stmt)
            return
        pairs = self.facts.parallel.get(stmt)
        if pairs is not None and self.facts.sharing.swapped(stmt, pairs):
            self.swap(stmt.targets, [source.name for source in pairs])
            return
        if pairs is not None:
            taken = [
                (source, self.take(name, versions[name]), versions[name])
                for name, source in zip(stmt.targets, pairs)
                if not (self.in_memory(name) and self.in_memory(getattr(source, "name", "")))
            ]
            sources = {getattr(source, "name", None) for source, _, _ in taken}
            for source, adj, version in taken:
                name = version.name
                if adj is not None and isinstance(source, (ir.Var, ir.Free)):
                    reads = self.inf.reads[self.facts.parallel_build[stmt]].get(source.name)
                    if reads is not None and reads.active:
                        if isinstance(reads.kind, Num):
                            keep = self.keep_name(adj, name) if name in sources else adj.atom
                            moved = Val(keep, adj.shape, False)
                            self.contribute(source.name, moved, adj.full, reads.kind, adj.real)
                        else:
                            self.give(self.facts.parallel_build[stmt], source, adj)
            return
        if isinstance(meaning, Apart):
            self.numbers(stmt, meaning, [self.take(name, versions[name]) for name in stmt.targets])
            return
        for name in stmt.targets:
            self.loaded(name, versions[name])

    def numbers(self, stmt: ir.Unpack, meaning: Apart, adjoints: list[Adj | None]) -> None:
        """`a, b = x`: the adjoints of the numbers are the elements of that of the array."""
        name = meaning.source.name  # type: ignore[union-attr]
        version = self.inf.reads[stmt].get(name)
        if version is None or not version.active or not any(adjoints):
            return
        kind = version.kind
        assert isinstance(kind, Num)
        items = tuple(ir.Const(0.0) if adj is None else adj.atom for adj in adjoints)
        parts = self.emit(ir.Build("list", items), f"{name}_bar_items")
        dtype: tuple[Any, ...] = ()
        if kind.dtype != np.float64:
            given = self.shape_of_operand(stmt, meaning.source)
            dtype = (("dtype", self.emit(ir.Attr(given, "dtype"), f"{name}_dtype")),)
        made = self.emit(ir.CallMethod(self.names.numpy, "array", (parts,), dtype), f"{name}_bar_part")
        self.contribute(name, Val(made, kind.shape, True, boxed=True), True)

    def keep_name(self, adj: Adj, name: str) -> ir.Atom:
        """Parallel assignment: adjoints change places all at once, so each is read before any is written."""
        if isinstance(adj.atom, ir.Var) and any(adj.atom.name == self.bar(n) for n in (name,)):
            return self.emit(adj.atom, f"{name}_bar_old")
        return adj.atom
