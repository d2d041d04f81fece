"""Control flow: loops stay loops and branches stay branches, each with the tangents of its statements inside.

    for x in xs:                     for x in xs:
        if x > 0.0:                      x_dot = dots.get(x)
            total += x * w               if x > 0.0:
                                             total += x * w
                                             total_dot = total_dot + (x_dot * w + x * w_dot)

Whatever way a block is left, variables and their tangents are in step there, so exits and exceptions need nothing.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.relevance import plain_tuple
from srcgrad.analysis.kinds import Num, Tup
from srcgrad.tangent.statements import Statements


class Blocks(Statements):
    """Builds the tangent of one function.

    whole   whether the tangent of a result that is a structure is returned as a structure of the same form
    """

    whole = False

    def block(self, block: ir.Block) -> ir.Block:
        """A block of the user's, with the tangents of its statements."""
        outer, self.out = self.out, []
        for stmt in block:
            self.statement(stmt)
            self.done.add(stmt)
        self.settle()
        written, self.out = self.out, outer
        return written

    def settle(self) -> None:
        """Where control flow begins or ends, every tangent has its name and the shape of its value."""
        for name, tan in list(self.state.items()):
            temporary = name in self.inf.function.temps
            over = temporary and all(use in self.done for use in self.facts.uses.get(name, ()))
            if not tan.full and not over:
                fill = ir.Call(self.names.helper("fill"), (tan.atom, ir.Var(name)))
                stmt = ir.Let(self.names.dot(name), fill, self.span)
                self.made.add(stmt)
                self.waiting.append(stmt)
        self.state = {}
        self.flush()

    def statement(self, stmt: Any) -> None:
        """A statement of the user's and its tangent."""
        self.span = stmt.span
        if stmt not in self.inf.reads:
            # never reached: what it would do is not known
            self.settle()
            self.out.append(stmt)
            return
        match stmt:
            case ir.If(test=test, body=body, orelse=orelse, sugar=sugar):
                self.settle()
                self.out.append(ir.If(test, self.block(body), self.block(orelse), stmt.span, sugar))
            case ir.For(target=target, iter=iterable, body=body, orelse=orelse):
                self.settle()
                loop_over = self.rows.get(stmt)
                if loop_over is not None:
                    self.out.append(self.by_rows(stmt, loop_over))
                    return
                self.out.append(ir.For(target, iterable, self.turn(stmt, body), self.block(orelse), stmt.span))
            case ir.While(head=head, test=test, body=body, orelse=orelse):
                self.settle()
                loop = ir.While(self.block(head), test, self.block(body), self.block(orelse), stmt.span)
                self.out.append(loop)
            case ir.With(context=context, target=target, body=body):
                self.settle()
                self.guarded += 1
                inner = self.entered(stmt, target) + self.block(body)
                self.guarded -= 1
                self.out.append(ir.With(context, target, inner, stmt.span))
            case ir.Try():
                self.settle()
                self.out.append(self.attempt(stmt))
            case ir.Return(value=value):
                self.returned(stmt, value)
            case ir.Break() | ir.Continue() | ir.Raise():
                self.settle()
                self.out.append(stmt)
            case _:
                self.simple(stmt)

    def by_rows(self, stmt: ir.For, tangent: Any) -> ir.For:
        """`for row, row_dot in zip(rows(x), x_dot)`."""
        both = self.names.temp("both")
        pairs = ir.Call(ir.Bound("zip", zip), (stmt.iter, tangent))
        self.out.append(ir.Let(both, pairs, stmt.span))
        pair = self.names.temp("pair")
        first: ir.Block = [ir.Unpack((stmt.target, self.names.dot(stmt.target)), None, ir.Var(pair), stmt.span)]
        self.keep(stmt.target, ir.Var(stmt.target))
        first += self.now
        self.now = []
        return ir.For(pair, ir.Var(both), first + self.block(stmt.body), self.block(stmt.orelse), stmt.span)

    def turn(self, stmt: ir.For, body: ir.Block) -> ir.Block:
        """The body of a loop: its target is bound first."""
        return self.entered(stmt, stmt.target) + self.block(body)

    def entered(self, stmt: Any, target: str | None) -> ir.Block:
        """The tangent of a variable that a block begins with."""
        version = self.inf.defs.get(stmt, {}).get(target) if target is not None else None
        if version is None or target is None:
            return []
        if self.numeric(version):
            self.loaded(stmt, target, version)
        else:
            self.zero(target, version, ir.Var(target))
        written, self.now = self.now, []
        return written

    def attempt(self, stmt: ir.Try) -> ir.Try:
        """A try statement: in its body, values and tangents are in step at every point that may raise."""
        self.guarded += 1
        body = self.block(stmt.body)
        self.guarded -= 1
        handlers = []
        for handler in stmt.handlers:
            self.span = handler.span
            # the head computes the class that is caught, and cannot hold statements
            begin = self.entered(handler, handler.name)
            handlers.append(
                ir.Handler(handler.head, handler.type, handler.name, begin + self.block(handler.body), handler.span)
            )
        return ir.Try(body, handlers, self.block(stmt.orelse), self.block(stmt.final), stmt.span)

    # ----------------------------------------------------------------------------------------------------- results

    def returned(self, stmt: ir.Return, value: ir.Atom) -> None:
        """`return value, tangent`."""
        self.flush()
        last = self.out[-1] if self.out else None
        if isinstance(last, ir.Unpack) and self.handed_on(last, value):
            # what a call gave is returned as it is
            self.out[-1] = ir.Return(last.value, stmt.span)
            self.state = {}
            return
        tangent = self.tangent_result(stmt, value, self.inf.return_kind)
        pair = self.names.temp("value_and_tangent")
        self.write(ir.Let(pair, ir.Build("tuple", (value, tangent)), stmt.span))
        self.write(ir.Return(ir.Var(pair), stmt.span))
        self.out += self.now
        self.now = []
        self.state = {}

    def handed_on(self, last: ir.Unpack, value: Any) -> bool:
        """Whether a value and its tangent were bound just now, for nothing but to be returned."""
        name = getattr(value, "name", "")
        if not isinstance(self.inf.return_kind, Num) or last.targets != (name, self.names.of.get(name)):
            return False
        return self.facts.only_use(name) and name not in self.aliased

    def tangent_result(self, stmt: Any, value: Any, kind: Any) -> ir.Atom:
        """The tangent of what is returned; None where it goes by identity."""
        version = self.version(stmt, value)
        if isinstance(kind, Num):
            tan = self.full(stmt, value) if kind.active or (version is not None and version.active) else None
            if tan is not None:
                return self.copied(tan.atom, value.name) if value.name in self.aliased else tan.atom
            made = self.zeros(version.kind if version is not None else None, value)
            return made if isinstance(made, ir.Const) else self.emit(made)
        if isinstance(kind, Tup) and plain_tuple(kind):
            items = self.facts.items_of(stmt, value)
            if items is not None:
                made_at = self.facts.definition[value.name]
                parts = [self.tangent_result(made_at, item, inner) for item, inner in zip(items, kind.items)]
                return self.emit(ir.Build("tuple", tuple(parts)), "tangents")
            return self.asked("items", value, "tangents")
        if self.whole:
            return self.asked("like", value, "tangent")
        return ir.Const(None)
