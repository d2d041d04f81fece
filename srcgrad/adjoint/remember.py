"""The augmented forward: the user's function, handing on what its reverse needs.

    for x in xs:                         turns = []
        u = u * x                        for x in xs:
    return u                                 u_before = u
                                             u = u * x
                                             turns.append((u_before, x))
                                         return u, turns

A value is packed under its own name where the name still holds it when the turn (or the function) ends; otherwise it
gets a second name right where it is made.  A slot that some path never fills is packed as None there.
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
from srcgrad.analysis.meaning import Dynamic, Rebinds
from srcgrad.analysis.versions import Version

END = 10**9
BOUND, UNBOUND, MAYBE = "bound", "unbound", "maybe"
Path = tuple[tuple[Any, int], ...]


class Remember:
    """Builds the forward for the slots that reverses ask for."""

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
        self.progress = Progress(self)
        for slot in slots:
            self.hold(slot)
        self.same: dict[Slot, list[Slot]] = {}
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

    # ------------------------------------------------------------------------------------------------- where to hold

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
        if isinstance(anchor, ir.Handler):
            return self.position[anchor] + 0.5, self.path[anchor]
        return self.position[anchor] - 0.5, self.path[anchor]

    def status(self, slot: Slot, site: Any, scope: Any) -> str:
        """Whether a slot has its value when the scope is left at `site`."""
        position, path = self.defined_at(slot)
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

    def overwritten(self, version: Version) -> bool:
        """Whether the name is bound again before its scope is left."""
        if version.name in self.inf.function.shared:
            return True
        slot = Slot("", n.VERSION, version, version.scope, version.name)
        position, path = self.defined_at(slot)
        inside = version.scope
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
            exclusive = any(
                s is o and a != b and isinstance(s, ir.If) for (s, a), (o, b) in zip(path, self.path[stmt])
            )
            if not exclusive:
                return True
        return False

    def within(self, stmt: Any, loop: Any) -> bool:
        return any(s is loop for s, _ in self.path[stmt]) or stmt is loop

    def exit_sites(self, scope: Any) -> list[Any]:
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
        if slot.what != n.VERSION:
            name = self.names.fresh(slot.hint)
            self.holder[slot] = ir.Var(name)
            if slot.what in (n.USED, n.ITEMS):
                self.before.setdefault(slot.anchor, []).append(ir.Let(name, self.captured(slot), slot.anchor.span))
            if uncertain:
                self.none_before(slot, name)
            return
        version: Version = slot.anchor
        if version.place == "free":
            self.holder[slot] = ir.Free(version.name)
            return
        temp = version.name in self.inf.function.temps
        lost = self.overwritten(version)
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

    def captured(self, slot: Slot) -> ir.Expr:
        """What an operand is when its statement runs; arrays that may be written later are copied."""
        if slot.what == n.ITEMS:
            return ir.Call(ir.Bound("tuple", tuple), (slot.atom,))
        version = self.inf.reads[slot.anchor].get(slot.atom.name)
        if version is not None or isinstance(slot.atom, (ir.Global, ir.Free)):
            if self.inf.writes_arrays:
                return ir.Call(self.names.helper("snapshot"), (slot.atom,))
        return slot.atom  # type: ignore[no-any-return]

    def none_before(self, slot: Slot, name: str) -> None:
        where = self.start.setdefault(None, []) if slot.scope is None else self.before.setdefault(slot.scope, [])
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

    # ---------------------------------------------------------------------------------------------------- the text

    def build(self, packed: bool = True) -> ir.Function:
        """The forward; not `packed`, it returns its result alone."""
        self.packed = packed
        function = self.inf.function
        body: ir.Block = []
        if self.sites.count:
            body.append(ir.Let(self.seen, ir.Const(0), self.span))
        body += self.start.get(None, [])
        body += self.block(function.body)
        if None in self.inf.fall_env:
            body += self.leave(FALL, None)
            body += self.give(ir.Const(None), FALL, function.span)
        return ir.Function(
            f"{clean(function.name)}_forward",
            function.params,
            body,
            function.source,
            function.span,
            set(function.temps) | self.names.temps,
            function.free,
            function.shared,
            function.captured,
            qualname=function.qualname,
            namespace=function.namespace,
        )

    def block(self, block: ir.Block) -> ir.Block:
        out: ir.Block = []
        for stmt in block:
            written = self.before.get(stmt, []) + self.progress.before(stmt) + self.statement(stmt)
            last = out[-1] if out else None
            if isinstance(stmt, ir.For) and isinstance(last, ir.Let) and ir.Var(last.target) == stmt.iter:
                # keep the iterable next to its loop, so that it is printed in the loop's head
                written = [*written[:-1], out.pop(), written[-1]]
            out += written
            out += self.after.get(stmt, []) + self.progress.after(stmt)
        return out

    def slot(self, what: str, stmt: Any) -> str | None:
        found = self.by_anchor.get((what, stmt))
        return None if found is None else self.holder[found].name  # type: ignore[union-attr]

    def statement(self, stmt: Any) -> ir.Block:
        span = stmt.span
        match stmt:
            case ir.If(test=test, body=body, orelse=orelse):
                out: ir.Block = []
                arm = self.slot(n.ARM, stmt)
                if arm is not None:
                    out.append(ir.Let(arm, ir.Call(ir.Bound("bool", bool), (test,)), span))
                    test = ir.Var(arm)
                then, otherwise = self.block(body), self.block(orelse)
                sugar = stmt.sugar
                if (stmt, True) in self.sites.arms:
                    then.insert(0, self.mark(self.sites.arms[stmt, True], span))
                    otherwise.insert(0, self.mark(self.sites.arms[stmt, False], span))
                    sugar = "if"
                return [*out, ir.If(test, then, otherwise, span, sugar)]
            case ir.For(target=target, iter=iterable, body=body, orelse=orelse):
                inner, other = self.turn(stmt, body), self.else_clause(stmt, orelse)
                return [*self.loop_start(stmt), ir.For(target, iterable, inner, other, span)]
            case ir.While(head=head, test=test, body=body, orelse=orelse):
                inner, other = self.turn(stmt, body), self.else_clause(stmt, orelse)
                return [*self.loop_start(stmt), ir.While(self.block(head), test, inner, other, span)]
            case ir.Return(value=value):
                return [*self.leave_all(stmt), *self.progress.exit_(stmt), *self.give(value, stmt, span)]
            case ir.Break() | ir.Continue():
                now = [] if stmt in self.progress.deferred else self.leaving_loop(stmt)
                return [*now, *self.progress.exit_(stmt), stmt]
            case ir.Try():
                return self.progress.try_(stmt)
            case ir.Raise() if self.packed:
                return self.progress.raise_(stmt)
            case ir.With(context=context, target=target, body=body):
                inner = self.start.get(stmt, []) + self.block(body)
                if not self.facts.relevant(stmt):
                    return [ir.With(context, target, inner, span)]
                flag = self.names.fresh("partly")
                inner.append(ir.Let(flag, ir.Const(False), span))
                return [
                    ir.Let(flag, ir.Const(True), span),
                    ir.With(context, target, inner, span),
                    self.progress.refuse(
                        ir.Var(flag), stmt, "a context manager that suppresses an exception", "write try and except"
                    ),
                ]
            case ir.Let() | ir.Effect() | ir.Unpack() | ir.StoreItem() | ir.StoreAttr():
                return self.calls.forward(self, stmt, self.inf.meanings.get(stmt), self.slot(n.RECORD, stmt))
            case ir.Augment(target=target, op=op, value=value):
                meaning = self.inf.meanings.get(stmt)
                if isinstance(meaning, Dynamic):
                    return self.calls.forward(self, stmt, meaning, self.slot(n.RECORD, stmt))
                if isinstance(meaning, Rebinds) and meaning.guard:
                    guard = ir.Call(self.names.helper("rebindable"), (ir.Var(target),))
                    return [ir.Let(target, guard, span), ir.Let(target, ir.Prim(op, (ir.Var(target), value)), span)]
                if isinstance(meaning, Rebinds) and meaning.fresh:
                    return [ir.Let(target, ir.Prim(op, (ir.Var(target), value)), span)]
                return [stmt]
            case _:
                return [stmt]

    def mark(self, bit: int, span: ir.Span) -> ir.Stmt:
        return ir.Augment(self.seen, "or_", ir.Const(bit), span)

    def loop_start(self, stmt: Any) -> ir.Block:
        out: ir.Block = []
        turns, broke = self.slot(n.TURNS, stmt), self.slot(n.BROKE, stmt)
        if turns is not None:
            count = not self.layout.get(stmt)
            empty: ir.Expr = ir.Const(0) if count else ir.Build("list", ())
            out.append(ir.Let(turns, empty, stmt.span))
        if broke is not None:
            out.append(ir.Let(broke, ir.Const(False), stmt.span))
        return out + self.progress.loop_begins(stmt)

    def turn(self, stmt: Any, body: ir.Block) -> ir.Block:
        return [
            *self.progress.turn_begins(stmt),
            *self.start.get(stmt, []),
            *self.block(body),
            *self.turn_end(stmt),
        ]

    def else_clause(self, stmt: Any, orelse: ir.Block) -> ir.Block:
        begins = self.progress.after(stmt) if orelse and stmt in self.facts.steps.turn else []
        return [*begins, *self.start.get((stmt, "else"), []), *self.block(orelse)]

    def leaving_loop(self, site: Any) -> ir.Block:
        """What a `break` or `continue` does first."""
        loop = self.facts.scope_of[site]
        out = self.leave(site, loop)
        broke = self.slot(n.BROKE, loop)
        if broke is not None and isinstance(site, ir.Break):
            out.append(ir.Let(broke, ir.Const(True), site.span))
        return out

    def turn_end(self, stmt: Any) -> ir.Block:
        return self.leave(FALL, stmt) if stmt in self.inf.fall_env else []

    def leave_all(self, site: Any) -> ir.Block:
        """What a return does for every loop that it leaves, from the innermost out."""
        out: ir.Block = []
        loop = self.facts.scope_of[site]
        while loop is not None:
            out += self.leave(site, loop)
            loop = self.facts.scope_of[loop]
        return out

    def leave(self, site: Any, scope: Any, span: ir.Span | None = None) -> ir.Block:
        """Hand over a turn."""
        if scope is None:
            return []
        span = span or (scope.span if site is FALL else site.span)
        out: ir.Block = []
        bit = self.sites.exits.get((scope, FALL if site is RAISED else site))
        if bit:
            out.append(self.mark(bit, span))
        turns = self.slot(n.TURNS, scope)
        out += self.hand_over(turns, site, scope, span) if turns is not None else []
        return out if site is RAISED else out + self.progress.loop_begins(scope)

    def hand_over(self, turns: str, site: Any, scope: Any, span: ir.Span) -> ir.Block:
        out: ir.Block = []
        slots = self.layout.get(scope, [])
        if not slots:
            return [*out, ir.Augment(turns, "add", ir.Const(1), span)]
        packed = self.pack(slots, site, scope, span, out)
        out.append(ir.Effect(ir.CallMethod(ir.Var(turns), "append", (packed,)), span))
        return out

    def pack(self, slots: list[Slot], site: Any, scope: Any, span: ir.Span, out: ir.Block) -> ir.Atom:
        atoms = [self.value_at(slot, site, scope) for slot in slots]
        if len(atoms) == 1:
            return atoms[0]
        name = self.names.temp("turn" if scope is not None else "residual")
        out.append(ir.Let(name, ir.Build("tuple", tuple(atoms)), span))
        return ir.Var(name)

    def value_at(self, slot: Slot, site: Any, scope: Any) -> ir.Atom:
        if slot.what == n.EXIT:
            # a turn that an exception ended went past every exit that it did not take
            return ir.Const(self.facts.scopes[scope].number(FALL if site is RAISED else site))
        if per_turn(slot):
            return ir.Var(self.progress.name) if site is RAISED else ir.Const(self.facts.steps.end)
        if all(self.status(each, site, scope) == UNBOUND for each in self.same[slot]):
            return ir.Const(None)
        return self.holder[slot]

    def handed(self, site: Any, span: ir.Span, out: ir.Block) -> tuple[ir.Atom | None, ir.Atom]:
        """The signature (where there are several) and the residual at an exit; what makes them is written to `out`."""
        slots = self.layout.get(None, [])
        residual = self.pack(slots, site, None, span, out) if slots else ir.Const(None)
        if not self.sites.count:
            return None, residual
        signature: ir.Atom = ir.Var(self.seen)
        bit = self.sites.exits.get((None, site))
        if bit:
            name = self.names.temp("signature")
            out.append(ir.Let(name, ir.Prim("or_", (ir.Var(self.seen), ir.Const(bit))), span))
            signature = ir.Var(name)
        return signature, residual

    def give(self, value: ir.Atom, site: Any, span: ir.Span) -> ir.Block:
        """`return value, signature, residual`."""
        if not self.packed:
            return [ir.Return(value, span)]
        out: ir.Block = []
        signature, residual = self.handed(site, span, out)
        parts = [value, residual] if signature is None else [value, signature, residual]
        name = self.names.temp("handed")
        out.append(ir.Let(name, ir.Build("tuple", tuple(parts)), span))
        return [*out, ir.Return(ir.Var(name), span)]


def per_turn(slot: Slot) -> bool:
    """Whether a slot's value is written where a turn is handed over: its exit, how far it had come."""
    return slot.what == n.EXIT or (slot.what == n.REACHED and slot.anchor is slot.scope)


def body_index(loop: Any) -> int:
    """The number of a loop's body among its blocks."""
    return 1 if isinstance(loop, ir.While) else 0


def bound_names(stmt: Any) -> tuple[str, ...]:
    """Names that a statement binds, a caught exception's included."""
    if isinstance(stmt, ir.Handler):
        return (stmt.name,) if stmt.name else ()
    return ir.targets(stmt)


def clean(name: str) -> str:
    """A function's name as part of an identifier."""
    return "lambda_" if name == "<lambda>" else name.strip("<>")

