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
from srcgrad.adjoint.holding import UNBOUND, Holding, per_turn
from srcgrad.adjoint.hooks import without_hooks
from srcgrad.adjoint.names import Names
from srcgrad.adjoint.needs import Slot
from srcgrad.adjoint.relevance import Facts
from srcgrad.adjoint.snapshots import find_snapshots, give_turn, loop_of_turns
from srcgrad.adjoint.steps import RAISED
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Known
from srcgrad.analysis.meaning import Detached, Dynamic, Hooked, Snapshots


class Remember(Holding):
    """Builds the forward for the slots that reverses ask for."""

    def __init__(self, inf: Inference, facts: Facts, slots: list[Slot], sites: Sites, names: Names, calls: Any) -> None:
        super().__init__(inf, facts, slots, sites, names, calls)
        turned = {slot.anchor for slot in slots if slot.what == n.TURNS}
        kept = {loop for loop in turned if self.layout.get(loop)}
        self.snapshots = {loop: meaning for loop, meaning in find_snapshots(facts).items() if loop in kept}
        self.progress = Progress(self)
        # loops over a range whose turns the reverse can go through by it: what they count is all that it reads of them
        self.ranges = {loop: made for loop in turned if (made := self.range_of(loop)) is not None}
        self.renamed = {loop.iter.name: made.name for loop, made in self.ranges.items() if loop.iter != made}
        self.hold_all(slots)

    def range_of(self, loop: Any) -> ir.Var | None:
        """The range that a loop goes through to its end, where nothing is kept of a turn but the number at hand."""
        made = self.facts.definition.get(getattr(getattr(loop, "iter", None), "name", ""))
        if loop in self.snapshots or not isinstance(made, ir.Let) or self.bindings[made.target] != [made]:
            return None
        call = made.value
        if not isinstance(call, ir.Call) or not isinstance(call.func, ir.Global):
            return None
        kind = self.inf.global_kind(call.func.name)
        if not isinstance(kind, Known) or kind.value is not range or made.target not in self.inf.function.temps:
            return None
        if any(site is not FALL and not isinstance(site, ir.Continue) for site in self.exit_sites(loop)):
            return None
        slots = self.layout.get(loop, [])
        counted = [slot.what == n.VERSION and slot.anchor.place == "target" for slot in slots]
        if len(slots) > 1 or not all(counted) or (slots and len(self.bindings[loop.target]) > 1):
            return None
        if self.facts.uses.get(made.target) != [loop]:
            return None
        # where the user gave what is counted no name, the range counts the turns
        return ir.Var(made.target if loop.target.strip("_") else self.names.fresh("turns"))

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
        """A block of the user's with what is remembered before and after its statements."""
        out: ir.Block = []
        for stmt in block:
            written = self.before.get(stmt, []) + self.progress.before(stmt) + self.statement(stmt)
            last = out[-1] if out else None
            if isinstance(stmt, ir.For) and isinstance(last, ir.Let) and ir.Var(last.target) == stmt.iter:
                # keep the iterable next to its loop, so that it is printed in the loop's head
                place = -1
                if stmt in self.snapshots:
                    place = next(i for i, s in enumerate(written) if stmt.iter in ir.statement_operands(s))
                heads = [out.pop()]
                while out and isinstance(out[-1], ir.Let) and ir.Var(out[-1].target) == heads[0].value:  # type: ignore[union-attr]
                    heads.insert(0, out.pop())
                written = [*written[:place], *heads, *written[place:]]
            out += written
            out += self.after.get(stmt, []) + self.progress.after(stmt)
        return out

    def slot(self, what: str, stmt: Any) -> str | None:
        """The name under which a value that belongs to a statement is kept, if any reverse asks for it."""
        found = self.by_anchor.get((what, stmt))
        return None if found is None else self.holder[found].name  # type: ignore[union-attr]

    def statement(self, stmt: Any) -> ir.Block:
        """The statements that stand for one of the user's."""
        span = stmt.span
        if stmt in self.facts.unmade:
            return []
        if isinstance(stmt, ir.Let) and stmt.target in self.renamed:
            return [ir.Let(self.renamed[stmt.target], stmt.value, span)]
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
            case ir.For() if stmt in self.snapshots:
                return loop_of_turns(self, stmt, self.snapshots[stmt])
            case ir.For(target=target, iter=iterable, body=body, orelse=orelse):
                iterable = self.ranges.get(stmt, iterable)
                inner, other = self.turn(stmt, body), self.else_clause(stmt, orelse)
                return [*self.loop_start(stmt), ir.For(target, iterable, inner, other, span)]
            case ir.While(head=head, test=test, body=body, orelse=orelse):
                inner, other = self.turn(stmt, body), self.else_clause(stmt, orelse)
                return [*self.loop_start(stmt), ir.While(self.block(head), test, inner, other, span)]
            case ir.Return(value=value):
                return [*self.leave_all(stmt), *self.progress.exit_(stmt), *self.give(value, stmt, span)]
            case ir.Break() | ir.Continue():
                now = [] if stmt in self.progress.deferred else self.leaving_loop(stmt)
                if self.facts.scope_of[stmt] in self.snapshots:
                    return now  # the turn is a function, and has returned
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
                meaning = self.inf.meanings.get(stmt)
                if isinstance(meaning, (Detached, Hooked, Snapshots)):
                    return without_hooks(self.inf, stmt, meaning)
                return self.calls.forward(stmt, meaning, self.slot(n.RECORD, stmt))  # type: ignore[no-any-return]
            case ir.Augment():
                meaning = self.inf.meanings.get(stmt)
                if isinstance(meaning, Dynamic):
                    return self.calls.forward(stmt, meaning, self.slot(n.RECORD, stmt))  # type: ignore[no-any-return]
                return [stmt]
            case _:
                return [stmt]

    def mark(self, bit: int, span: ir.Span) -> ir.Stmt:
        """`seen |= bit`."""
        return ir.Augment(self.seen, "or_", ir.Const(bit), span)

    def loop_start(self, stmt: Any) -> ir.Block:
        """What a loop begins with: no turns yet, and not left by `break`."""
        out: ir.Block = []
        turns, broke = self.slot(n.TURNS, stmt), self.slot(n.BROKE, stmt)
        if turns is not None and stmt not in self.ranges:
            count = not self.layout.get(stmt)
            empty: ir.Expr = ir.Const(0) if count else ir.Build("list", ())
            out.append(ir.Let(turns, empty, stmt.span))
        if broke is not None:
            out.append(ir.Let(broke, ir.Const(False), stmt.span))
        return out + self.progress.loop_begins(stmt)

    def turn(self, stmt: Any, body: ir.Block) -> ir.Block:
        """A turn: what is kept of its beginning, the user's statements, what it hands over."""
        return [
            *self.progress.turn_begins(stmt),
            *self.start.get(stmt, []),
            *self.block(body),
            *self.turn_end(stmt),
        ]

    def else_clause(self, stmt: Any, orelse: ir.Block) -> ir.Block:
        """The else clause of a loop, which begins where the last turn ended."""
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
        """What the end of a turn's text does, where it is reached."""
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
        """`turns.append(...)`, or a count where there is nothing to hand over."""
        if scope in self.ranges:
            return []
        out: ir.Block = []
        slots = self.layout.get(scope, [])
        if not slots and scope not in self.snapshots:
            return [*out, ir.Augment(turns, "add", ir.Const(1), span)]
        packed = self.pack(slots, site, scope, span, out) if slots else ir.Const(None)
        if scope in self.snapshots:
            return [*out, *give_turn(self, packed, scope, span)]
        out.append(ir.Effect(ir.CallMethod(ir.Var(turns), "append", (packed,)), span))
        return out

    def pack(self, slots: list[Slot], site: Any, scope: Any, span: ir.Span, out: ir.Block) -> ir.Atom:
        """The values of these slots as one: a tuple where there are several."""
        atoms = [self.value_at(slot, site, scope) for slot in slots]
        if len(atoms) == 1:
            return atoms[0]
        name = self.names.temp("turn" if scope is not None else "residual")
        out.append(ir.Let(name, ir.Build("tuple", tuple(atoms)), span))
        return ir.Var(name)

    def value_at(self, slot: Slot, site: Any, scope: Any) -> ir.Atom:
        """The value of a slot where its scope is left: None where it has none there."""
        if slot.what == n.EXIT:
            # a turn that an exception ended went past every exit that it did not take
            return ir.Const(self.facts.scopes[scope].number(FALL if site is RAISED else site))
        if per_turn(slot):
            return ir.Var(self.progress.name) if site is RAISED else ir.Const(self.facts.steps.end)
        if all(self.status(each, site, scope) == UNBOUND for each in self.same[slot]):
            return self.before_its_time(slot, site)
        return self.holder[slot]

    def before_its_time(self, slot: Slot, site: Any) -> ir.Atom:
        """What stands for a value that has yet to come about: None, but where a loop is left that it comes after."""
        for each in self.same[slot]:
            name = getattr(each.anchor, "name", "")
            if each.after is not None and site in self.path and self.within(site, each.after):
                if self.surely_bound(name, site, slot.scope):
                    self.keep.add(name)
                    return ir.Var(name)
        return ir.Const(None)

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


def clean(name: str) -> str:
    """A function's name as part of an identifier."""
    return "lambda_" if name == "<lambda>" else name.strip("<>")
