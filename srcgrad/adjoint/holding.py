"""Under which name the forward holds a value that its reverse asks for, until it is handed over.

The cases, in a loop over turns:

    u = u * x              u is bound again before the turn ends: u_before = u is written first
    y = np.tanh(u)         y still holds it at the end of the turn: no name of its own
    if c: z = f(x)         on some path z has no value: z = None is written before
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint import needs as n
from srcgrad.adjoint.decisions import Sites
from srcgrad.adjoint.exits import FALL
from srcgrad.adjoint.guarded import Progress
from srcgrad.adjoint.names import Names
from srcgrad.adjoint.needs import Slot
from srcgrad.adjoint.relevance import Facts
from srcgrad.adjoint.steps import RAISED
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Num, Ref, is_array
from srcgrad.analysis.meaning import Stores
from srcgrad.analysis.memory import parts_of
from srcgrad.analysis.versions import Version

END = 10**9
BOUND, UNBOUND, MAYBE = "bound", "unbound", "maybe"
Path = tuple[tuple[Any, int], ...]


class Holding:
    """Where each slot's value is held, and what has to be written for that."""

    progress: Progress
    ranges: dict[Any, ir.Var]

    def __init__(self, inf: Inference, facts: Facts, slots: list[Slot], sites: Sites, names: Names, calls: Any) -> None:
        self.inf, self.facts, self.sites, self.names, self.calls = inf, facts, sites, names, calls
        self.layout: dict[Any, list[Slot]] = {}
        for slot in slots:
            self.layout.setdefault(slot.scope, []).append(slot)
        self.by_anchor: dict[tuple[str, Any], Slot] = {(s.what, s.anchor): s for s in slots}
        self.position: dict[Any, int] = {}
        self.end: dict[Any, int] = {}
        self.path: dict[Any, Path] = {}
        self.number(inf.function.body, ())
        # where each name is bound
        self.bindings: dict[str, list[Any]] = {}
        for stmt in self.position:
            for name in bound_names(stmt):
                self.bindings.setdefault(name, []).append(stmt)
        self.holder: dict[Slot, ir.Atom] = {}
        self.start: dict[Any, ir.Block] = {}
        self.after: dict[Any, ir.Block] = {}
        self.before: dict[Any, ir.Block] = {}
        self.keep: set[str] = set()
        self.span = inf.function.span
        self.seen = names.fresh("paths_seen") if "seen" in names.user else "seen"
        self.same: dict[Slot, list[Slot]] = {}

    def hold_all(self, slots: list[Slot]) -> None:
        """Decide where each slot's value is held, and which of them one value stands for."""
        for slot in slots:
            self.hold(slot)
        for scope, group in self.layout.items():
            self.layout[scope] = self.packed_once(group)

    def packed_once(self, slots: list[Slot]) -> list[Slot]:
        """Slots without those that an earlier slot of the same name stands for."""
        first: dict[ir.Atom, Slot] = {}
        kept = []
        for slot in slots:
            holder = self.holder.get(slot)
            if slot.what == n.VERSION and holder in first:
                self.same[first[holder]].append(slot)
                continue
            if slot.what == n.VERSION and holder is not None:
                first[holder] = slot
            self.same[slot] = [slot]
            kept.append(slot)
        return kept

    def number(self, block: ir.Block, path: Path) -> None:
        """Textual positions, and the branches that a statement stands in."""
        for stmt in block:
            self.position[stmt] = len(self.position)
            self.path[stmt] = path
            handlers = {id(h.body): h for h in stmt.handlers} if isinstance(stmt, ir.Try) else {}
            for index, inner in enumerate(ir.blocks(stmt)):
                conditional = not isinstance(stmt, ir.With) and not (isinstance(stmt, ir.While) and index == 0)
                inner_path = (*path, (stmt, index)) if conditional else path
                handler = handlers.get(id(inner))
                if handler is not None:
                    self.position[handler] = len(self.position)
                    self.path[handler] = inner_path
                self.number(inner, inner_path)
            self.end[stmt] = len(self.position)

    def defined_at(self, slot: Slot) -> tuple[float, Path]:
        """Position and path of the place where a slot gets its value."""
        anchor = slot.anchor
        if isinstance(anchor, Version):
            if anchor.place in ("entry", "free"):
                return -1, ()
            stmt = anchor.anchor
            if anchor.place in ("top", "target"):
                return self.position[stmt] + 0.5, (*self.path[stmt], (stmt, body_index(stmt)))
            if anchor.place == "caught":
                return self.position[stmt] + 0.5, self.path[stmt]
            if anchor.place == "done" and stmt.orelse:
                return self.position[stmt.orelse[0]] - 0.5, self.path[stmt.orelse[0]]
            if anchor.place == "final":
                inside = stmt.final[0]
                return self.position[inside] - 0.5, self.path[inside]
            if stmt in self.end and not isinstance(stmt, ir.With):
                return self.end[stmt] - 0.5, self.path[stmt]
            return self.position[stmt] + 0.5, self.path[stmt]
        if per_turn(slot):
            return -1, ()
        if isinstance(anchor, ir.Handler) or slot.what == n.MADE:
            return self.position[anchor] + 0.5, self.path[anchor]
        return self.position[anchor] - 0.5, self.path[anchor]

    def steady_in(self, slot: Slot) -> Any:
        """The outermost loop of whose turns one value stands for all, where the slot's does."""
        if slot.what != n.VERSION or slot.anchor.scope is slot.scope:
            return None
        loop = slot.anchor.scope
        while self.facts.scope_of[loop] is not slot.scope:
            loop = self.facts.scope_of[loop]
        return loop

    def status(self, slot: Slot, site: Any, scope: Any) -> str:
        """Whether a slot has its value when the scope is left at `site`."""
        position, path = self.defined_at(slot)
        steady = self.steady_in(slot)
        if steady is not None and site in self.path and self.within(site, steady):
            return MAYBE  # from a turn before, wherever this one is left
        if site is RAISED:
            # anywhere in the turn
            always = isinstance(slot.anchor, Version) and slot.anchor.place in ("top", "target", "entry", "free")
            return BOUND if per_turn(slot) or always else MAYBE
        final = self.progress.deferred.get(site)
        site_path: Path
        if site is FALL:
            at, site_path = END, ()
            if scope is not None:
                site_path = (*self.path[scope], (scope, body_index(scope)))
        elif final is not None:
            # handed over at the end of the finally clause that the exit passes through
            at, site_path = self.end[final], self.path[final.final[-1]]
            if position > at - 0.9 and path[: len(site_path)] != site_path:
                return UNBOUND  # it belongs to what comes after the try statement
            own = self.path[site]
            pairs = zip(path, own)
            if any(a is b and arm != other and isinstance(a, ir.If) for (a, arm), (b, other) in pairs):
                return UNBOUND
            if position < self.position[site] and own[: len(path)] == path:
                return BOUND
            if position < self.position[final.final[0]] - 0.75 and not position < self.position[site]:
                return MAYBE
        else:
            at, site_path = self.position[site], self.path[site]
        if slot.what in (n.TURNS, n.BROKE, n.OUTCOME, n.REACHED):
            position = position - 0.25
        if position > at:
            return UNBOUND
        if site_path[: len(path)] == path:
            return BOUND
        for (stmt, arm), (other, other_arm) in zip(path, site_path):
            if stmt is other and arm != other_arm and isinstance(stmt, ir.If):
                return UNBOUND
        return MAYBE

    def overwritten(self, slot: Slot) -> bool:
        """Whether the name of a version is bound again, by another statement, before the slot's scope is left."""
        version, inside = slot.anchor, slot.scope
        if version.name in self.inf.function.shared:
            return True
        position, path = self.defined_at(slot)
        if self.steady_in(slot) is not None:
            return any(stmt is not version.anchor for stmt in self.bindings[version.name])
        for stmt in self.bindings.get(version.name, ()):
            if self.position[stmt] < position:
                continue
            if stmt is version.anchor and not isinstance(stmt, (ir.For, ir.While)):
                continue
            if stmt is version.anchor and version.place == "target":
                continue
            if inside is not None and not self.within(stmt, inside):
                continue
            if stmt is inside:
                continue
            exclusive = any(s is o and a != b and isinstance(s, ir.If) for (s, a), (o, b) in zip(path, self.path[stmt]))
            if not exclusive:
                return True
        return False

    def within(self, stmt: Any, loop: Any) -> bool:
        return any(s is loop for s, _ in self.path[stmt]) or stmt is loop

    def exit_sites(self, scope: Any) -> list[Any]:
        """The places at which a scope is left: jumps, the end of its text, exceptions caught outside it."""
        sites = list(self.facts.scopes[scope].sites)
        if scope in self.inf.fall_env:
            sites.append(FALL)
        if self.progress.counting and scope in self.facts.steps.turn:
            sites.append(RAISED)
        return sites

    def hold(self, slot: Slot) -> None:
        """Decide under which name a slot's value is kept, and what has to be written for that."""
        if per_turn(slot):
            self.holder[slot] = ir.Var(slot.hint)
            return
        maybe = [site for site in self.exit_sites(slot.scope) if self.status(slot, site, slot.scope) == MAYBE]
        uncertain = bool(maybe)
        if slot.what == n.TURNS and slot.anchor in self.ranges:
            name = self.ranges[slot.anchor].name
            self.holder[slot] = ir.Var(name)
            self.keep.add(name)
            if uncertain:
                self.none_before(slot, name)
            return
        if slot.what != n.VERSION:
            name = self.names.fresh(slot.hint)
            self.holder[slot] = ir.Var(name)
            if slot.what in (n.USED, n.HELD, n.ITEMS):
                self.before.setdefault(slot.anchor, []).extend(self.captured(slot, name))
            elif slot.what == n.MADE:
                self.after.setdefault(slot.anchor, []).extend(self.captured(slot, name))
            if uncertain:
                self.none_before(slot, name)
            return
        version: Version = slot.anchor
        if version.place == "free":
            self.holder[slot] = ir.Free(version.name)
            return
        temp = version.name in self.inf.function.temps
        lost = self.overwritten(slot)
        if not lost and all(self.surely_bound(version.name, site, slot.scope) for site in maybe):
            uncertain = False  # whatever else the name may hold there is not looked at
        if not lost and (temp or not uncertain):
            self.holder[slot] = ir.Var(version.name)
            self.keep.add(version.name)
            if uncertain:
                self.none_before(slot, version.name)
            return
        ending = "before" if lost and version.place in ("top", "entry", "target") else "kept"
        name = self.names.fresh(f"{version.name}_{ending}")
        self.holder[slot] = ir.Var(name)
        copy = ir.Let(name, ir.Var(version.name), self.span)
        if uncertain:
            self.none_before(slot, name)
        self.place(version, copy)

    def surely_bound(self, name: str, site: Any, scope: Any) -> bool:
        """Whether a name holds some value when its scope is left at `site`."""
        env = self.inf.fall_env.get(scope) if site is FALL else self.inf.exit_env.get(site)
        return env is not None and name in env and not env[name].maybe_unbound

    def captured(self, slot: Slot, name: str) -> ir.Block:
        """What an operand is when its statement runs, or what the statement made: a copy of what is written later."""
        stmt, atom, span = slot.anchor, slot.atom, slot.anchor.span
        if isinstance(stmt, ir.StoreItem) and (atom is None or "." in getattr(atom, "name", "")):
            # what is in the array where something is stored
            part = ir.Item(stmt.obj, stmt.index)
            meaning = self.inf.meanings.get(stmt)
            if isinstance(meaning, Stores) and meaning.part.is_number:
                return [ir.Let(name, part, span)]
            found = self.names.temp(f"{name}_now")
            return [ir.Let(found, part, span), self.copy_of(name, ir.Var(found), meaning.part, span)]  # type: ignore[union-attr]
        version = self.inf.reads[stmt].get(getattr(atom, "name", ""))
        kind = slot.kind if slot.what == n.MADE else version.kind if version else None
        if isinstance(atom, ir.Global):
            kind = self.inf.global_kind(atom.name)
        destroyed = slot.what == n.MADE or self.facts.sharing.destroyed(stmt, kind)
        if slot.what == n.HELD:
            return [ir.Let(name, atom, span)]
        if slot.what == n.ITEMS or (slot.what == n.MADE and isinstance(kind, Ref)):
            flat = all(isinstance(part, Num) for _, part in parts_of(slot.kind))
            taken = ir.Bound("list", list) if flat else self.names.helper("items_of")
            return [ir.Let(name, ir.Call(taken, (atom,)), span)]
        if destroyed:
            return [self.copy_of(name, atom, kind, span)]
        if self.inf.writes_arrays and (version is not None or isinstance(atom, (ir.Global, ir.Free))):
            return [ir.Let(name, ir.Call(self.names.helper("snapshot"), (atom,)), span)]
        return [ir.Let(name, atom, span)]

    def copy_of(self, name: str, atom: ir.Atom, kind: Any, span: ir.Span) -> ir.Let:
        """`name = atom.copy()`, or what comes to that where it is not known to be an array."""
        if is_array(kind):
            return ir.Let(name, ir.CallMethod(atom, "copy", ()), span)
        return ir.Let(name, ir.Call(self.names.helper("snapshot"), (atom,)), span)

    def none_before(self, slot: Slot, name: str) -> None:
        first = self.steady_in(slot)
        if first is not None:
            # right before the loop, or what of the scope's statements it stands in
            around = [stmt for stmt, _ in self.path[first]]
            around = around[around.index(slot.scope) + 1 :] if slot.scope in around else around
            first = around[0] if around else first
        else:
            first = slot.scope
        where = self.start.setdefault(None, []) if first is None else self.before.setdefault(first, [])
        where.append(ir.Let(name, ir.Const(None), self.span))

    def place(self, version: Version, copy: ir.Let) -> None:
        """Write `kept = name` right where the version comes to hold."""
        anchor, where = version.anchor, version.place
        copy.span = anchor.span if anchor is not None else self.span
        if where == "entry":
            self.start.setdefault(None, []).append(copy)
        elif where in ("top", "target", "caught") or isinstance(anchor, (ir.With, ir.Handler)):
            self.start.setdefault(anchor, []).append(copy)
        elif where == "final":
            self.start.setdefault((anchor, "final"), []).append(copy)
        elif where == "done" and anchor.orelse:
            self.start.setdefault((anchor, "else"), []).append(copy)
        else:
            self.after.setdefault(anchor, []).append(copy)


def per_turn(slot: Slot) -> bool:
    """Whether a slot's value is written where a turn is handed over: its exit, how far it had come."""
    return slot.what == n.EXIT or (slot.what == n.REACHED and slot.anchor is slot.scope)


def body_index(loop: Any) -> int:
    """The number of a loop's body among its blocks."""
    return 1 if isinstance(loop, ir.While) else 0


def bound_names(stmt: Any) -> tuple[str, ...]:
    """Names that a statement binds or deletes, a caught exception's included."""
    if isinstance(stmt, ir.Handler):
        return (stmt.name,) if stmt.name else ()
    if isinstance(stmt, ir.Delete) and isinstance(stmt.obj, ir.Var) and stmt.index is None and stmt.attr is None:
        return (stmt.obj.name,)
    return ir.targets(stmt)
