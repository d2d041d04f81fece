"""The forward of `try`: it notes which handler ran and how far the body had come.

    outcome = -1;  got_to = 9;  reached = 0
    try:
        y = f(x)
        reached = 1
        y = g(y)
        reached = 2
    except E:
        got_to = reached
        outcome = 0
        y = y * 2.0

Nothing of this is written for a `try` that does not matter to the reverse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint import needs as n
from srcgrad.adjoint.steps import RAISED
from srcgrad.analysis.kinds import Known
from srcgrad.analysis.meaning import ByCall, Dynamic
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.helpers import refuse_if
from srcgrad.runtime.raised import HERE, carrying, raised, refuse_half_done

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts
    from srcgrad.adjoint.remember import Remember


class Progress:
    """What the forward of one function writes about its try statements."""

    def __init__(self, remember: Remember) -> None:
        self.r = remember
        self.steps = remember.facts.steps
        self.counting = any(slot.what == n.REACHED for slots in remember.layout.values() for slot in slots)
        self.name = remember.names.fresh("reached") if self.counting else ""
        self.flags: dict[Any, str] = {}
        self.leaving: dict[Any, str] = {}
        self.deferred = deferred_exits(remember.facts)

    # --------------------------------------------------------------------------------------------------------- steps

    def at(self, number: int, span: ir.Span) -> ir.Block:
        """`reached = number`."""
        return [ir.Let(self.name, ir.Const(number), span)] if self.counting else []

    def before(self, stmt: Any) -> ir.Block:
        """A call that must not be left half done says that it begins."""
        number = self.steps.number.get(stmt)
        if number is None or not any(stmt in unsafe for unsafe in self.steps.unsafe.values()):
            return []
        return self.at(number, stmt.span)

    def after(self, stmt: Any) -> ir.Block:
        """What is reached once a statement is done."""
        if stmt in self.steps.after:
            return self.at(self.steps.after[stmt], stmt.span)
        number = self.steps.number.get(stmt)
        if number is None or isinstance(stmt, ir.Return) or stmt in self.r.facts.unpacked_call.values():
            return []
        return self.at(number + 1, stmt.span)

    def loop_begins(self, stmt: Any) -> ir.Block:
        return self.at(self.steps.turn[stmt][0] - 1, stmt.span) if stmt in self.steps.turn else []

    def turn_begins(self, stmt: Any) -> ir.Block:
        return self.at(self.steps.turn[stmt][0], stmt.span) if stmt in self.steps.turn else []

    # ----------------------------------------------------------------------------------------------------------- try

    def try_(self, stmt: ir.Try) -> ir.Block:
        """A try statement of the forward."""
        r, span = self.r, stmt.span
        outcome, got_to = r.slot(n.OUTCOME, stmt), r.slot(n.REACHED, stmt)
        first: ir.Block = []
        if outcome is not None:
            first.append(ir.Let(outcome, ir.Const(-1), span))
        if got_to is not None:
            first.append(ir.Let(got_to, ir.Const(self.steps.end), span))
        if stmt in self.steps.first:
            first += self.at(self.steps.first[stmt], span)
            # finally clauses inside that an exception passed through cannot be told from ones that it did not
            for inner in self.steps.finals[stmt]:
                first.append(ir.Let(self.flag(inner), ir.Const(False), span))
        passes = [self.flags[stmt]] if stmt in self.flags else []
        first += [ir.Let(flag, ir.Const(True), span) for flag in passes]
        completed: ir.Block = [ir.Let(flag, ir.Const(False), span) for flag in passes]
        leaving = self.leaving_flag(stmt)
        if leaving:
            first.append(ir.Let(leaving, ir.Const(0), span))
        body = r.block(stmt.body)
        orelse = r.block(stmt.orelse)
        handlers = [self.handler(stmt, index, outcome, got_to, completed) for index in range(len(stmt.handlers))]
        (orelse if orelse else body).extend(completed)
        if self.would_swallow(stmt):
            unsupported = ir.Bound("UnsupportedError", UnsupportedError)
            handlers.insert(0, ir.Handler([], unsupported, None, [ir.Raise(None, None, span)], span))
        final = [*r.start.get((stmt, "final"), []), *r.block(stmt.final)]
        for number, site in enumerate(self.sites_left_by(stmt)):
            left = r.names.temp("left_here")
            final.append(ir.Let(left, ir.Prim("eq", (ir.Var(leaving), ir.Const(number + 1))), site.span))
            final.append(ir.If(ir.Var(left), r.leaving_loop(site), [], site.span))
        return [*first, ir.Try(body, handlers, orelse, final, span)]

    def handler(
        self, stmt: ir.Try, index: int, outcome: str | None, got_to: str | None, completed: ir.Block
    ) -> ir.Handler:
        r, handler = self.r, stmt.handlers[index]
        span = handler.span
        inside: ir.Block = []
        if self.counting and stmt in self.steps.first:
            unsafe = self.steps.unsafe[stmt]
            resolved = [s for s in unsafe if isinstance(r.inf.meanings.get(s), Dynamic)]
            seen = [s for s in unsafe if s not in resolved]
            for calls, helper in (seen, refuse_if), (resolved, refuse_half_done):
                if calls:
                    numbers = tuple(ir.Const(self.steps.number[s]) for s in calls)
                    places, partly = r.names.temp("places"), r.names.temp("partly")
                    inside.append(ir.Let(places, ir.Build("tuple", numbers), span))
                    inside.append(ir.Let(partly, ir.Prim("in_", (ir.Var(self.name), ir.Var(places))), span))
                    what, advice = (
                        "an exception inside a call that changes objects",
                        "catch it inside the function that is called",
                    )
                    inside.append(self.refuse(ir.Var(partly), stmt, what, advice, helper))
            for inner in self.steps.finals[stmt]:
                what, advice = "an exception that passes through a finally clause", "catch it in the same try statement"
                inside.append(self.refuse(ir.Var(self.flag(inner)), inner, what, advice))
            for loop in reversed(self.steps.loops[stmt]):
                inside += self.hand_over(loop, span)
        record = r.slot(n.RAISED, handler)
        if record is not None:
            source = r.inf.function.source
            args = (ir.Var(str(handler.name)), ir.Const(source.filename), ir.Const(span.line))
            inside.append(ir.Let(record, ir.Call(ir.Bound("raised", raised), args), span))
        if got_to is not None:
            inside.append(ir.Let(got_to, ir.Var(self.name), span))
        if any(stmt in body for body in self.guarded_tries()):
            inside += self.at(self.steps.first[handler], span)
        if outcome is not None:
            inside.append(ir.Let(outcome, ir.Const(index), span))
        if (stmt, index) in r.sites.arms:
            inside.append(r.mark(r.sites.arms[stmt, index], span))
        inside += r.start.get(handler, []) + r.block(handler.body) + completed
        return ir.Handler(r.block(handler.head), handler.type, handler.name, inside, span)

    def would_swallow(self, stmt: ir.Try) -> bool:
        """Whether a handler could take the refusal of a call in the body for one of the user's own exceptions."""
        inf = self.r.inf
        inside = list(ir.walk(stmt.body))
        if not any(isinstance(inf.meanings.get(s), (ByCall, Dynamic)) or self.is_refused(s) for s in inside):
            return False
        for handler in stmt.handlers:
            kind = inf.global_kind(handler.type.name) if isinstance(handler.type, ir.Global) else None
            caught = kind.value if isinstance(kind, Known) else None
            if not isinstance(caught, type) or issubclass(UnsupportedError, caught):
                return True
        return False

    def refuse(self, test: ir.Atom, stmt: Any, construct: str, advice: str, helper: Any = refuse_if) -> ir.Stmt:
        """A refusal where `test` holds."""
        source = self.r.inf.function.source
        texts = (ir.Const(construct), ir.Const(advice), ir.Const(source.filename), ir.Const(stmt.span.line))
        return ir.Effect(ir.Call(ir.Bound(helper.__name__, helper), (test, *texts)), stmt.span)

    def guarded_tries(self) -> list[set[Any]]:
        """The statements inside the body of each try statement that counts steps."""
        return [set(ir.walk(s.body)) for s in self.steps.loops]

    def hand_over(self, loop: Any, span: ir.Span) -> ir.Block:
        """The turn of a loop in which the exception came, if it came inside one."""
        r = self.r
        if r.slot(n.TURNS, loop) is None:
            return []
        low, high = self.steps.turn[loop]
        begun, ended, inside = (r.names.temp(hint) for hint in ("begun", "ended", "inside"))
        return [
            ir.Let(begun, ir.Prim("ge", (ir.Var(self.name), ir.Const(low))), span),
            ir.Let(ended, ir.Prim("le", (ir.Var(self.name), ir.Const(high))), span),
            ir.Let(inside, ir.Prim("and_", (ir.Var(begun), ir.Var(ended))), span),
            ir.If(ir.Var(inside), r.leave(RAISED, loop, span), [], span),
        ]

    def raise_(self, stmt: ir.Raise) -> ir.Block:
        """An exception that takes values along takes along what was remembered, too."""
        here = self.r.facts.carried.get(stmt)
        if here is None:
            return [stmt]
        assert stmt.exc is not None
        span = stmt.span
        name = self.r.names.temp("carried")
        if here:
            out: ir.Block = []
            call = ir.Call(ir.Bound("carrying", carrying), (stmt.exc, ir.Const(HERE), ir.Const(None)))
        else:
            out = self.r.leave_all(stmt)
            signature, residual = self.r.handed(stmt, span, out)
            call = ir.Call(ir.Bound("carrying", carrying), (stmt.exc, signature or ir.Const(0), residual))
        return [*out, ir.Let(name, call, span), ir.Raise(ir.Var(name), stmt.cause, span)]

    # ------------------------------------------------------------------------------------------------------- finally

    def flag(self, stmt: ir.Try) -> str:
        """The variable that says that an exception passes through this `finally`."""
        if stmt not in self.flags:
            self.flags[stmt] = self.r.names.fresh("unwinding")
        return self.flags[stmt]

    def sites_left_by(self, stmt: ir.Try) -> list[Any]:
        """The exits whose turn is handed over at the end of this `finally`, because it belongs to the turn."""
        return [site for site, final in self.deferred.items() if final is stmt]

    def leaving_flag(self, stmt: ir.Try) -> str:
        if not self.sites_left_by(stmt):
            return ""
        if stmt not in self.leaving:
            self.leaving[stmt] = self.r.names.fresh("leaving")
        return self.leaving[stmt]

    def exit_(self, site: Any) -> ir.Block:
        """What is written before a `break`, `continue` or `return`, if there is a `finally` that matters around it."""
        through = finals_through(self.r.facts, site)
        out: ir.Block = [ir.Let(self.flags[s], ir.Const(False), site.span) for s in through if s in self.flags]
        if self.is_refused(site):
            what = "a finally clause that changes objects after a return has fixed the result"
            out.append(self.refuse(ir.Const(True), site, what, "return after the try statement"))
        final = self.deferred.get(site)
        if final is not None:
            number = self.sites_left_by(final).index(site) + 1
            out.append(ir.Let(self.leaving_flag(final), ir.Const(number), site.span))
        return out

    def is_refused(self, site: Any) -> bool:
        """Whether a statement is a `return` after which a `finally` changes what others see."""
        finals = finals_through(self.r.facts, site) if isinstance(site, ir.Return) else []
        return any(self.r.facts.hands_over(inner) for stmt in finals for inner in ir.walk(stmt.final))


def finals_through(facts: Facts, site: Any) -> list[Any]:
    """The try statements with a `finally` that matters through which an exit passes, from the inside out."""
    found = []
    for stmt in facts.scope_of:
        if isinstance(stmt, ir.Try) and facts.final_matters(stmt):
            covered = (stmt.body, stmt.orelse, *(h.body for h in stmt.handlers))
            inside = {s for block in covered for s in ir.walk(block)}
            same_loop = facts.scope_of[stmt] is facts.scope_of[site]
            if site in inside and (isinstance(site, ir.Return) or same_loop):
                found.append(stmt)
    return found[::-1]


def deferred_exits(facts: Facts) -> dict[Any, Any]:
    """Exit of a turn: the outermost try statement whose `finally` still belongs to the turn."""
    found = {}
    for scope in facts.scopes.values():
        for site in scope.sites:
            if isinstance(site, (ir.Break, ir.Continue)):
                through = finals_through(facts, site)
                if through:
                    found[site] = through[-1]
    return found
