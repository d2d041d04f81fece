"""The reverse: statements in the opposite order, each replaced by what it does to adjoints.

    forward                        reverse
    z = x @ w                      y_bar is given
    y = np.tanh(z)                 z_bar = y_bar * (1.0 - y * y)
    return y                       x_bar = z_bar @ w.T
                                   w_bar = x.T @ z_bar

Adjoints go by name: `x_bar` is the adjoint of what `x` holds at that point.  An assignment to `x` takes `x_bar` and
leaves it unset; the first contribution assigns, further ones add.  Joins need nothing: both arms use the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.attempts import nothing, reverse_else, reverse_try
from srcgrad.adjoint.exits import Scope, exits_in
from srcgrad.adjoint.state import Adj, States, copied
from srcgrad.adjoint.statements import Statements
from srcgrad.analysis.kinds import Num


class Reverse(Statements):
    """Builds the reverse of one function for given decisions."""

    # ------------------------------------------------------------------------------------------------------- blocks

    def block(self, block: ir.Block, scope: Scope) -> None:
        """Reverse a block: code after an exit only where it was reached."""
        end = len(block)
        exits = [exits_in(stmt, scope) for stmt in block]
        while end > 0:
            # block[start:end] has no exits; what is before decides whether it ran
            start = end
            while start > 0 and not exits[start - 1]:
                start -= 1
            self.after(block[start:end], exits[:start], scope)
            end = start
            if end > 0:
                # the statement with the exit runs under the guard of the exits before it
                self.after(block[end - 1 : end], exits[: end - 1], scope)
                end -= 1

    def after(self, group: ir.Block, exits: list[list[int]], scope: Scope) -> None:
        """Reverse statements that stand after these exits."""
        self.past(scope, max((n for inner in exits for n in inner), default=-1), lambda: self.straight(group))

    def past(self, scope: Scope, before: int, write: Callable[[], None]) -> None:
        """What `write` writes, only where a turn, or the function, went past exit number `before`."""
        possible = self.decisions.exits(scope)
        if before < 0 or all(n > before for n in possible):
            write()
        elif any(n > before for n in possible):
            self.branch(self.after_exit(scope, before), write, nothing)

    def after_exit(self, scope: Scope, number: int) -> Any:
        """The test whether a turn, or the function, went past an exit."""
        if scope.anchor is None:
            return lambda: self.left_by(scope, list(range(number + 1, len(scope.sites) + 1)))
        left = self.needs.exit_of(scope)
        return lambda: self.emit_plain(ir.Prim("gt", (left, ir.Const(number))), "went_on")

    def left_by(self, scope: Scope, numbers: list[int]) -> ir.Atom:
        """The test whether a turn, or the function, was left by one of these exits."""
        if scope.anchor is None:
            bits = self.decisions.sites.exits.items()
            mask = sum(bit for (anchor, site), bit in bits if anchor is None and scope.number(site) in numbers)
            return self.emit_plain(ir.Prim("and_", (ir.Var("seen"), ir.Const(mask))), "went_on")
        ways = self.emit(ir.Build("tuple", tuple(ir.Const(n) for n in numbers)), "ways")
        return self.emit_plain(ir.Prim("in_", (self.needs.exit_of(scope), ways)), "went_on")

    def arm_taken(self, stmt: ir.If) -> ir.Atom:
        """The test whether a branch's first arm was taken."""
        if self.scope[-1] is None and (stmt, True) in self.decisions.sites.arms:
            return self.emit_plain(
                ir.Prim("and_", (ir.Var("seen"), ir.Const(self.decisions.sites.arms[stmt, True]))), "arm"
            )
        return self.needs.arm_of(stmt)

    def straight(self, stmts: ir.Block) -> None:
        """Reverse statements that no exit stands between."""
        for stmt in reversed(stmts):
            if stmt not in self.inf.reads:
                continue  # never reached
            if isinstance(stmt, (ir.If, ir.For, ir.While, ir.Try, ir.With)):
                if self.facts.relevant(stmt):
                    self.if_done(stmt, self.compound)
            elif stmt in self.facts.unpacked_call:
                continue  # goes with its call, right before it
            else:
                self.if_done(stmt, self.call_and_unpacking if stmt in self.unpackings else self.one)

    def one(self, stmt: Any) -> None:
        """Reverse one statement that is no control flow."""
        self.span, self.at = stmt.span, stmt
        self.simple(stmt)

    def call_and_unpacking(self, stmt: Any) -> None:
        """`a, b = f(...)`: the adjoints of the targets go to the call's reverse."""
        parts = self.unpackings[stmt]
        self.span, self.at = parts.span, parts
        self.result_parts(parts, stmt)
        self.one(stmt)

    def if_done(self, stmt: Any, write: Callable[[Any], None]) -> None:
        """What `write` writes for a statement, only where it was done before an exception ended the try body."""
        number = self.facts.steps.number.get(stmt)

        def guarded(guards: list[Any]) -> None:
            if not guards:
                write(stmt)
                return
            self.branch(
                lambda: self.emit(ir.Prim("gt", (guards[0](), ir.Const(number))), "done"),
                lambda: guarded(guards[1:]),
                nothing,
            )

        guarded(self.guards if number is not None else [])

    def compound(self, stmt: Any) -> None:
        """Reverse a statement that has blocks."""
        match stmt:
            case ir.If(body=body, orelse=orelse):
                self.if_(stmt, body, orelse)
            case ir.For() | ir.While():
                self.loop(stmt)
            case ir.With(body=body):
                self.block(body, self.current_scope())
            case ir.Try():
                reverse_try(self, stmt)

    def current_scope(self) -> Scope:
        return self.facts.scopes[self.scope[-1]]

    # ----------------------------------------------------------------------------------------------------- branches

    def if_(self, stmt: ir.If, body: ir.Block, orelse: ir.Block) -> None:
        """The arm that was taken; one alone where the signature says which."""
        arms = self.decisions.arms(stmt)
        if len(arms) == 1:
            self.block(body if arms[0] else orelse, self.current_scope())
        elif arms:
            scope = self.current_scope()
            self.branch(
                lambda: self.arm_taken(stmt), lambda: self.block(body, scope), lambda: self.block(orelse, scope)
            )

    def branch(self, test: Any, body: Any, orelse: Any) -> None:
        """`if test:` what `body` writes, `else:` what `orelse` writes."""
        self.settle()
        span = self.span
        start = copied(self.state)
        outer, quoted = self.out, self.quoted
        ends: list[tuple[ir.Block, States]] = []
        for arm in (body, orelse):
            self.out, self.quoted = [], None
            self.state = copied(start)
            arm()
            self.settle()
            ends.append((self.out, self.state))
        (then, after_then), (otherwise, after_otherwise) = ends
        self.out, self.quoted = outer, quoted
        self.state = {}
        for name in dict.fromkeys([*after_then, *after_otherwise]):
            a, b = after_then.get(name), after_otherwise.get(name)
            if a is not None and b is not None:
                full, owned, array = a.full and b.full, a.owned and b.owned, a.array and b.array
                self.state[name] = Adj(a.atom, full, owned, array=array, real=a.real or b.real)
                continue
            missing = then if a is None else otherwise
            present = a if a is not None else b
            assert present is not None
            zero = ir.Let(self.bar(name), ir.Const(0.0), span)
            if name not in start and missing is otherwise and not otherwise:
                self.write(zero)
            elif name not in start and missing is then and not then:
                self.write(zero)
            else:
                missing.append(zero)
            self.state[name] = Adj(present.atom, False, False, real=present.real)
        self.quoted = None
        if not then and not otherwise:
            return
        condition: ir.Atom = test()
        if not then:
            condition = self.emit(ir.Prim("not_", (condition,)), "skipped")
            then, otherwise = otherwise, then
        self.out.append(ir.If(condition, then, otherwise, span))

    # -------------------------------------------------------------------------------------------------------- loops

    def loop(self, stmt: Any) -> None:
        """A loop over the turns that the forward handed over, the last one first.

        What is known of adjoints where a turn's reverse begins has to hold where it ends, as the next one begins there:
        a turn is written again, with less taken for known, until it does.
        """
        reverse_else(self, stmt)
        through = self.facts.gathered.get(stmt)
        if through is not None:
            self.assign(through, ir.Build("list", ()), Adj(ir.Const(0.0), True, False))
        self.own_before(stmt)
        self.settle()
        outer, quoted = self.out, self.quoted
        start = copied(self.state)
        zeros: States = {}
        mark = self.names.mark()
        while True:
            self.names.reset(mark)
            entry = copied(start) | copied(zeros)
            self.turn(stmt, entry)
            if self.rests(stmt, entry, start, zeros):
                break
        body = self.out
        self.out, self.quoted = outer, quoted
        self.span = stmt.span
        after = self.state
        self.state = {}
        for name, adj in entry.items():
            now = after[name]
            owned, array = adj.owned and now.owned, adj.array and now.array
            self.state[name] = Adj(now.atom, adj.full and now.full, owned, array=array, real=adj.real or now.real)
        if not body:
            for name in zeros:
                self.state.pop(name, None)
            return
        self.quoted = None
        for name, adj in zeros.items():
            self.out.append(ir.Let(self.bar(name), self.zero_expr(stmt, name, adj), stmt.span))
        turns = self.needs.turns_of(stmt)
        again_over = self.emit_plain(ir.Call(ir.Bound("reversed", reversed), (turns,)), "back")
        reverse = ir.For(self.names.temp("turn"), again_over, body, [], stmt.span)
        self.loops.setdefault(stmt, []).append(reverse)
        self.out.append(reverse)
        self.quoted = None
        if through is not None:
            self.out.append(ir.Effect(ir.CallMethod(ir.Var(self.bar(through)), "reverse", ()), stmt.span))

    def turn(self, stmt: Any, entry: States) -> None:
        """The reverse of one turn, written for these adjoints at its beginning."""
        self.state = copied(entry)
        self.out, self.quoted = [], None
        self.scope.append(stmt)
        guards = self.guards
        self.guards = [lambda: self.needs.got_to(stmt)] if guards else []
        self.block(stmt.body, self.facts.scopes[stmt])
        self.guards = guards
        self.turn_target(stmt)
        self.own_again(stmt, entry)
        self.settle()
        self.scope.pop()

    def rests(self, stmt: Any, entry: States, start: States, zeros: States) -> bool:
        """Whether a turn ends with what it began with; else `start` and `zeros` say less, or of more names."""
        rests = True
        for name in list(self.state):
            if name not in entry:
                zeros[name] = self.zero_for(stmt, name)
                rests = False
        for name, adj in entry.items():
            now = self.state.get(name)
            if now is None:
                self.out.append(ir.Let(self.bar(name), ir.Const(0.0), stmt.span))
                now = self.state[name] = Adj(adj.atom, False, False)
            less = (adj.full and not now.full) or (adj.owned and not now.owned) or (adj.array and not now.array)
            if less or (now.real and not adj.real):
                source = start.get(name) or zeros[name]
                source.real = source.real or now.real
                source.full = source.full and now.full
                source.owned = source.owned and now.owned
                source.array = source.array and now.array
                rests = False
        return rests

    def zero_expr(self, stmt: Any, name: str, adj: Adj) -> ir.Expr:
        """What an adjoint is before the loop that first contributes to it."""
        version = self.facts.before_loop(stmt, name)
        if adj.full and version is not None and isinstance(version.kind, Num) and version.kind.shape != ():
            return ir.CallMethod(self.names.numpy, "zeros_like", (self.needs.version(version),))
        return ir.Const(0.0)

    def turn_target(self, stmt: Any) -> None:
        """A turn begins by binding the target: what it holds came out of the iterable."""
        if isinstance(stmt, ir.For):
            version = self.inf.defs.get(stmt, {}).get(stmt.target)
            self.span, self.at = stmt.span, stmt
            if version is not None and stmt in self.facts.gathered:
                self.put_item(stmt, version)
            elif version is not None:
                self.loaded(stmt.target, version)
