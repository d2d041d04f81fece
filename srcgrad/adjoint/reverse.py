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

import ast
import operator
from collections.abc import Callable
from typing import Any

from numpy import add

from srcgrad import ir
from srcgrad.adjoint import relevance
from srcgrad.adjoint.attempts import nothing, reverse_else, reverse_try
from srcgrad.adjoint.decisions import Decisions
from srcgrad.adjoint.exits import Scope, exits_in
from srcgrad.adjoint.formula import Val, Writer, operand
from srcgrad.adjoint.needs import Needs
from srcgrad.adjoint.state import Adj, States
from srcgrad.adjoint.unbroadcast import reduce_to
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Inert, Known, Num, Tup
from srcgrad.analysis.meaning import ByCall, ByRule, Copies, Dynamic, Moves, Rebinds, Rows
from srcgrad.analysis.versions import Version, is_active
from srcgrad.rules.language import names_in

BARS = ir.Var("bars")


class Reverse:
    """Builds the reverse of one function for given decisions."""

    def __init__(self, inf: Inference, facts: relevance.Facts, decisions: Decisions, names: Any, needs: Needs) -> None:
        self.inf = inf
        self.facts = facts
        self.decisions = decisions
        self.names = names
        self.needs = needs
        self.out: ir.Block = []
        self.state: States = {}
        self.scope: list[Any] = [None]
        self.span = inf.function.span
        self.target = "value"
        self.quoted: int | None = None
        self.uses_bars = False
        self.shapes: dict[str, Any] = {}
        self.loops: dict[Any, list[ir.For]] = {}
        self.seed: Adj | None = None
        # whether the result is (value, aux), of which only the value has a cotangent
        self.aux = False
        self.guards: list[Callable[[], ir.Var]] = []
        self.unpackings = {call: unpacking for unpacking, call in facts.unpacked_call.items()}
        self.pending_bars: dict[Any, tuple[list[ir.Atom], bool]] = {}

    # ----------------------------------------------------------------------------------------------------- writing

    def bar(self, name: str) -> str:
        """The name of a variable's adjoint."""
        return self.names.adjoint(name)

    def emit(self, expr: ir.Expr, hint: str | None = None) -> ir.Var:
        """Bind an expression to a fresh temporary."""
        name = self.names.temp(hint or f"{self.target}_bar_part")
        self.write(ir.Let(name, expr, self.span))
        return ir.Var(name)

    def write(self, stmt: ir.Stmt) -> None:
        if self.quoted != self.span.line and not isinstance(stmt, ir.Comment):
            self.quoted = self.span.line
            text = self.inf.function.source.line(self.span.line)
            if text:
                self.out.append(ir.Comment(f"{self.span.line}: {text}", self.span))
        self.out.append(stmt)

    def assign(self, name: str, expr: ir.Expr, adj: Adj) -> None:
        """`name_bar = expr`, after whoever still refers to the old name_bar has been given a name of its own."""
        target = self.bar(name)
        self.release(target)
        self.write(ir.Let(target, expr, self.span))
        adj.atom = ir.Var(target)
        self.state[name] = adj

    def release(self, target: str) -> None:
        for other, adj in self.state.items():
            if adj.atom == ir.Var(target) and self.bar(other) != target:
                self.write(ir.Let(self.bar(other), adj.atom, self.span))
                adj.atom = ir.Var(self.bar(other))
                adj.owned = False

    def settle(self) -> None:
        """Give every adjoint its own name, as control flow wants it."""
        for name, adj in self.state.items():
            if adj.atom != ir.Var(self.bar(name)):
                self.write(ir.Let(self.bar(name), adj.atom, self.span))
                adj.atom = ir.Var(self.bar(name))
                adj.owned = False

    def contribute(self, name: str, val: Val, full: bool) -> None:
        """Add a value to a variable's adjoint."""
        assert val.atom is not None
        old = self.state.get(name)
        if old is None:
            last = self.out[-1] if self.out else None
            if val.fresh and isinstance(last, ir.Let) and val.atom == ir.Var(last.target) and self.names.is_temp(last.target):
                # the value was computed just now: name it for what it is
                self.release(self.bar(name))
                if self.out[-1] is last:
                    last.target = self.bar(name)
                    self.state[name] = Adj(ir.Var(last.target), full, True, val.shape)
                    return
            self.state[name] = Adj(val.atom, full, val.fresh, val.shape)
            return
        if isinstance(old.atom, ir.Const) and old.atom.value == 0.0:
            self.state[name] = Adj(val.atom, full, val.fresh, val.shape)
            return
        target = self.bar(name)
        full_now = old.full or full
        op = "add"
        last = self.out[-1] if self.out else None
        if isinstance(last, ir.Let) and val.atom == ir.Var(last.target) and self.names.is_temp(last.target):
            if isinstance(last.value, ir.Prim) and last.value.op == "neg":
                # x_bar + -(y) is written x_bar - y
                self.out.pop()
                op, val.atom = "sub", last.value.args[0]
        both = (old.atom, val.atom)
        if all(isinstance(a, ir.Const) for a in both):
            total = old.atom.value + val.atom.value if op == "add" else old.atom.value - val.atom.value  # type: ignore[union-attr]
            self.state[name] = Adj(ir.Const(total), False, False, ())
            return
        if op == "sub" and old.atom == val.atom:
            # what comes on one way goes on the other: a maximum subtracted before exp and added after log
            self.state[name] = Adj(ir.Const(0.0), False, False, ())
            return
        if old.owned and old.full and old.atom == ir.Var(target):
            self.release(target)
            self.write(ir.Augment(target, op, val.atom, self.span))
            old.shape = None
            return
        self.assign(name, ir.Prim(op, (old.atom, val.atom)), Adj(old.atom, full_now, full_now))

    def shape_of_atom(self, atom: ir.Atom) -> Any:
        """The shape of an atom of the reverse, None where it is not known."""
        if isinstance(atom, ir.Const):
            return () if isinstance(atom.value, (int, float, complex)) else None
        if not isinstance(atom, ir.Var):
            return None
        slot = self.needs.slots.get(atom.name)
        if slot is not None:
            kind = slot.anchor.kind if isinstance(slot.anchor, Version) else None
            return kind.shape if isinstance(kind, Num) else None
        return self.shapes.get(atom.name)

    def full_atom(self, atom: ir.Atom, shape: Any) -> bool:
        """Whether an atom is known to have exactly this shape."""
        return shape is not None and self.shape_of_atom(atom) == shape

    # ------------------------------------------------------------------------------------------------------ primals

    def primal(self, stmt: Any, atom: Any) -> Any:
        """The value that an operand had at a statement, as the reverse sees it."""
        written = self.index_again(stmt, atom)
        return self.needs.primal(stmt, atom) if written is None else written

    def index_again(self, stmt: Any, atom: Any) -> ir.Atom | None:
        """An index that the user wrote out with constants (`1:-1`, `:, None`), written out once more."""
        version = self.inf.reads[stmt].get(atom.name) if isinstance(atom, ir.Var) else None
        if version is None or version.name not in self.inf.function.temps:
            return None
        return written_index(version.kind, self.emit)

    def result(self, version: Version) -> ir.Var:
        return self.needs.version(version)

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
            return self.emit_plain(ir.Prim("and_", (ir.Var("seen"), ir.Const(self.decisions.sites.arms[stmt, True]))), "arm")
        return self.needs.arm_of(stmt)

    def straight(self, stmts: ir.Block) -> None:
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
        self.span = stmt.span
        self.simple(stmt)

    def call_and_unpacking(self, stmt: Any) -> None:
        self.one(self.unpackings[stmt])
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
        start = {n: a.copy() for n, a in self.state.items()}
        outer, quoted = self.out, self.quoted
        ends: list[tuple[ir.Block, States]] = []
        for arm in (body, orelse):
            self.out, self.quoted = [], None
            self.state = {n: a.copy() for n, a in start.items()}
            arm()
            self.settle()
            ends.append((self.out, self.state))
        (then, after_then), (otherwise, after_otherwise) = ends
        self.out, self.quoted = outer, quoted
        self.state = {}
        for name in dict.fromkeys([*after_then, *after_otherwise]):
            a, b = after_then.get(name), after_otherwise.get(name)
            if a is not None and b is not None:
                self.state[name] = Adj(a.atom, a.full and b.full, a.owned and b.owned)
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
            self.state[name] = Adj(present.atom, False, False)
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
        reverse_else(self, stmt)
        self.settle()
        scope = self.facts.scopes[stmt]
        outer, quoted = self.out, self.quoted
        start = {n: a.copy() for n, a in self.state.items()}
        zeros: dict[str, Adj] = {}
        mark = self.names.mark()
        while True:
            self.names.reset(mark)
            entry = {n: a.copy() for n, a in start.items()} | {n: a.copy() for n, a in zeros.items()}
            self.state = {n: a.copy() for n, a in entry.items()}
            self.out, self.quoted = [], None
            self.scope.append(stmt)
            guards = self.guards
            self.guards = [lambda: self.needs.got_to(stmt)] if guards else []
            self.block(stmt.body, scope)
            self.guards = guards
            self.turn_target(stmt)
            self.settle()
            self.scope.pop()
            again = False
            for name in list(self.state):
                if name not in entry:
                    zeros[name] = self.zero_for(stmt, name)
                    again = True
            for name, adj in entry.items():
                now = self.state.get(name)
                if now is None:
                    self.out.append(ir.Let(self.bar(name), ir.Const(0.0), stmt.span))
                    now = self.state[name] = Adj(adj.atom, False, False)
                if (adj.full and not now.full) or (adj.owned and not now.owned):
                    source = start.get(name) or zeros[name]
                    source.full = source.full and now.full
                    source.owned = source.owned and now.owned
                    again = True
            if not again:
                break
        body = self.out
        self.out, self.quoted = outer, quoted
        self.span = stmt.span
        after = self.state
        self.state = {}
        for name, adj in entry.items():
            now = after[name]
            self.state[name] = Adj(now.atom, adj.full and now.full, adj.owned and now.owned)
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

    def emit_plain(self, expr: ir.Expr, hint: str) -> ir.Var:
        name = self.names.temp(hint)
        self.out.append(ir.Let(name, expr, self.span))
        return ir.Var(name)

    def zero_for(self, stmt: Any, name: str) -> Adj:
        """The adjoint with which a variable that only gets one inside a loop starts."""
        version = self.facts.before_loop(stmt, name)
        own = ir.Var(self.bar(name))
        if version is None or not isinstance(version.kind, Num) or version.maybe_unbound:
            return Adj(own, False, False)
        kind, head = version.kind, self.inf.versions.get((stmt, "top", name))
        if kind.shape == ():
            return Adj(own, True, False)
        if head is not None and head.kind != kind:
            return Adj(own, False, False)
        if kind.shape and kind.box == "array" and not kind.maybe_none and kind.dtype is not None and kind.active:
            return Adj(own, True, True)
        return Adj(own, False, False)

    def zero_expr(self, stmt: Any, name: str, adj: Adj) -> ir.Expr:
        version = self.facts.before_loop(stmt, name)
        if adj.full and version is not None and isinstance(version.kind, Num) and version.kind.shape != ():
            return ir.CallMethod(self.names.numpy, "zeros_like", (self.needs.version(version),))
        return ir.Const(0.0)

    def turn_target(self, stmt: Any) -> None:
        """A turn begins by binding the target: what it holds came out of the iterable."""
        if isinstance(stmt, ir.For):
            version = self.inf.defs.get(stmt, {}).get(stmt.target)
            self.span = stmt.span
            if version is not None:
                self.loaded(stmt.target, version)

    # --------------------------------------------------------------------------------------------------- statements

    def simple(self, stmt: Any) -> None:
        match stmt:
            case ir.Let(target=target):
                self.let(stmt, target, self.inf.meanings.get(stmt))
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
        version = self.facts.version_of(stmt, value)
        if version is None or not version.active:
            return
        if isinstance(kind, Num) and isinstance(version.kind, Num):
            self.contribute(value.name, Val(seed.atom, seed.shape, False), seed.full)  # type: ignore[union-attr]
        elif isinstance(kind, Tup):
            items = self.facts.items_of(stmt, value)
            if items is None:
                self.uses_bars = True
                self.write(ir.Effect(ir.CallMethod(BARS, "add_items", (self.primal(stmt, value), seed.atom)), self.span))
                return
            for position, (item, inner) in enumerate(zip(items, kind.items)):
                found = self.facts.version_of(stmt, item)
                if self.aux and kind is self.inf.return_kind and position:
                    continue
                if found is not None and found.active:
                    part = self.emit(ir.Item(seed.atom, ir.Const(position)), f"{item.name}_bar_given")
                    self.seed_value(stmt, item, Adj(part, True, False), inner)

    def take(self, name: str, version: Version) -> Adj | None:
        """The adjoint of a variable at its definition, which ends it; what objects that held it gathered is in it."""
        adj = self.state.pop(name, None)
        if name not in self.facts.held or not isinstance(version.kind, Num) or not version.active:
            return adj
        self.uses_bars = True
        gathered = self.emit(ir.CallMethod(BARS, "take", (self.result(version),)), f"{name}_gathered")
        if adj is None:
            return Adj(gathered, False, False)
        total = self.emit(ir.Prim("add", (adj.atom, gathered)), f"{name}_total")
        return Adj(total, adj.full, False)

    def loaded(self, name: str, version: Version) -> None:
        """A value that came out of an object: its adjoint is kept for whoever put it in."""
        adj = self.state.pop(name, None)
        if adj is None or not isinstance(version.kind, Num) or not version.active:
            return
        self.uses_bars = True
        self.write(ir.Effect(ir.CallMethod(BARS, "add", (self.result(version), adj.atom)), self.span))

    def let(self, stmt: Any, target: str, meaning: Any) -> None:
        version = self.inf.defs[stmt][target]
        self.target = target
        if isinstance(meaning, Moves):
            self.loaded(target, version)
            return
        if isinstance(meaning, Dynamic):
            self.state_to_bars(target, version)
            self.dynamic(stmt)
            return
        if isinstance(meaning, Copies):
            adj = self.take(target, version)
            if adj is not None and isinstance(meaning.source, (ir.Var, ir.Free)):
                source = self.inf.reads[stmt].get(meaning.source.name)
                if source is not None and source.active and isinstance(source.kind, Num):
                    self.contribute(meaning.source.name, Val(adj.atom, adj.shape, adj.owned), adj.full)
                elif source is not None and source.active:
                    self.give(stmt, meaning.source, adj)
            return
        if isinstance(meaning, Rows):
            self.rows(stmt, target, meaning)
            return
        if isinstance(meaning, ByCall):
            self.call(stmt, meaning, target, version)
            return
        adj = self.take(target, version)
        rule = meaning.use if isinstance(meaning, Rebinds) else meaning
        if isinstance(rule, ByRule):
            if isinstance(rule.result, Num):
                if adj is not None:
                    self.by_rule(stmt, rule, adj, version)
            else:
                self.by_rule_sequence(stmt, rule, version)

    def give(self, stmt: Any, source: Any, adj: Adj) -> None:
        """Hand an adjoint to a value of unknown kind, by identity."""
        self.uses_bars = True
        self.write(ir.Effect(ir.CallMethod(BARS, "add", (self.primal(stmt, source), adj.atom)), self.span))

    def state_to_bars(self, target: str, version: Version) -> None:
        adj = self.state.pop(target, None)
        if adj is not None:
            self.uses_bars = True
            self.write(ir.Effect(ir.CallMethod(BARS, "add", (self.result(version), adj.atom)), self.span))

    def dynamic(self, stmt: Any) -> None:
        """A call that was resolved when it ran: its record knows what to do."""
        self.uses_bars = True
        self.write(ir.Effect(ir.CallMethod(self.needs.record_of(stmt), "reverse", (BARS,)), self.span))

    def rows(self, stmt: Any, target: str, meaning: Rows) -> None:
        if isinstance(meaning.source, (ir.Var, ir.Free)):
            source = self.inf.reads[stmt].get(meaning.source.name)
            if source is None or not source.active:
                return
            self.uses_bars = True
            rows = self.result(self.inf.defs[stmt][target])
            gathered = self.emit(
                ir.CallMethod(BARS, "stack", (rows, self.primal(stmt, meaning.source))), f"{meaning.source.name}_rows"
            )
            self.contribute(meaning.source.name, Val(gathered, None, True), True)

    def unpack(self, stmt: ir.Unpack) -> None:
        meaning = self.inf.meanings.get(stmt)
        versions = self.inf.defs[stmt]
        if isinstance(meaning, Dynamic):
            for name in stmt.targets:
                self.state_to_bars(name, versions[name])
            self.dynamic(stmt)
            return
        pairs = self.facts.parallel.get(stmt)
        if pairs is not None:
            taken = [(source, self.take(name, versions[name]), versions[name]) for name, source in zip(stmt.targets, pairs)]
            for (source, adj, _), name in zip(taken, stmt.targets):
                if adj is not None and isinstance(source, (ir.Var, ir.Free)):
                    reads = self.inf.reads[self.facts.parallel_build[stmt]].get(source.name)
                    if reads is not None and reads.active:
                        if isinstance(reads.kind, Num):
                            keep = self.keep_name(adj, name)
                            self.contribute(source.name, Val(keep, adj.shape, False), adj.full)
                        else:
                            self.give(self.facts.parallel_build[stmt], source, adj)
            return
        call = self.facts.unpacked_call.get(stmt)
        if call is not None:
            self.facts_call_bars(stmt, call, versions)
            return
        for name in stmt.targets:
            self.loaded(name, versions[name])

    def keep_name(self, adj: Adj, name: str) -> ir.Atom:
        """Parallel assignment: adjoints change places all at once, so each is read before any is written."""
        if isinstance(adj.atom, ir.Var) and any(adj.atom.name == self.bar(n) for n in (name,)):
            return self.emit(adj.atom, f"{name}_bar_old")
        return adj.atom

    def facts_call_bars(self, stmt: ir.Unpack, call: Any, versions: dict[str, Version]) -> None:
        """Targets of `a, b = f(...)`: their adjoints go to the call's reverse as they are."""
        bars: list[ir.Atom] = []
        some = False
        for name in stmt.targets:
            adj = self.take(name, versions[name])
            version = versions[name]
            if adj is None:
                bars.append(ir.Const(0.0))
                continue
            some = True
            bars.append(self.filled(adj, version).atom)
        self.pending_bars[call] = (bars, some)

    # -------------------------------------------------------------------------------------------------------- calls

    def call(self, stmt: Any, meaning: Any, target: str | None, version: Version | None) -> None:
        """A call of a function that has a reverse of its own."""
        if isinstance(meaning, Dynamic):
            self.dynamic(stmt)
            return
        if not isinstance(meaning, ByCall):
            return
        adj = self.take(target, version) if target is not None and version is not None else None
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
        returned = [
            (atom, mode)
            for atom, mode in [
                *zip(self.facts.call_args(meaning), meaning.modes),
                *zip((v for _, v in meaning.keywords), (m for _, m in meaning.keyword_modes)),
            ]
            if mode == "v"
        ]
        self.uses_bars = True
        record = self.needs.record_of(stmt)
        expr = ir.CallMethod(record, "reverse", (BARS, bar))
        if not returned:
            self.write(ir.Effect(expr, self.span))
            return
        if len(returned) == 1:
            only = returned[0][0]
            given = self.emit(expr, f"{getattr(only, 'name', 'argument')}_bar_here")
            if isinstance(only, (ir.Var, ir.Free)):
                self.contribute(only.name, Val(given, None, False), True)
            return
        names = []
        for atom, _ in returned:
            hint = f"{getattr(atom, 'name', 'argument')}_bar_here"
            names.append(self.names.temp(hint))
        result_var = self.emit(expr, f"{target or 'call'}_arguments_bar")
        self.write(ir.Unpack(tuple(names), None, result_var, self.span))
        for (atom, _), name in zip(returned, names):
            if isinstance(atom, (ir.Var, ir.Free)):
                self.contribute(atom.name, Val(ir.Var(name), None, False), True)

    def filled(self, adj: Adj, version: Version) -> Adj:
        """An adjoint with the shape of its variable."""
        if adj.full or (isinstance(version.kind, Num) and version.kind.shape == ()):
            return adj
        var = self.emit(ir.Call(self.names.helper("fill"), (adj.atom, self.result(version))), f"{version.name}_bar_full")
        return Adj(var, True, False, None)

    # -------------------------------------------------------------------------------------------------------- rules

    def by_rule(self, stmt: Any, use: ByRule, adj: Adj, version: Version) -> None:
        """What a rule's lines say, for each active operand."""
        if adj.atom == ir.Const(0.0):
            return
        rule = use.rule
        kind = version.kind
        assert isinstance(kind, Num)
        own = adj.atom.name if isinstance(adj.atom, ir.Var) else None
        lines = []
        for name, formula in rule.formulas.items():
            bound = use.bound.get(name)
            if bound is not None and name not in rule.zero:
                lines.append((name, formula, bound))
        # who gets his adjoint under the name that the cotangent has now comes last
        overwriting = [line for line in lines if self.bar(getattr(line[2], "name", "")) == own]
        if len(overwriting) > 1:
            adj.atom = self.emit(adj.atom, f"{version.name}_bar_old")
        if rule.name == "multiply" and use.bound["a"] == use.bound["b"] and isinstance(use.kinds["a"], Num):
            # x * x: twice the same contribution
            lines, overwriting = [line for line in lines if line[0] == "a"], []
            adj.atom, adj.owned = self.doubled(adj), False
        passed_on: list[str] = []
        writer = self.writer(stmt, use, version, adj, kind)
        if rule.cls != "elementwise" and rule.name not in LAZY:
            writer.full_g(writer.names["g"])
        for name, formula, bound in [line for line in lines if line not in overwriting] + overwriting:
            operand_kind = use.kinds[name]
            if isinstance(bound, tuple) or (name == rule.star and not isinstance(operand_kind, Num)):
                if any_active(operand_kind):
                    self.sequence(stmt, use, writer, name, formula, bound)
                continue
            if not is_active(operand_kind):
                continue
            if not isinstance(operand_kind, Num):
                self.sequence(stmt, use, writer, name, formula, bound)
                continue
            if not isinstance(bound, (ir.Var, ir.Free)):
                continue
            if name == "a" and operator.getitem in rule.functions and self.indexed(stmt, use, writer, bound):
                continue
            if rule.cls == "elementwise":
                val, full = self.elementwise(stmt, use, writer, name, formula, kind, adj)
            else:
                val = writer.value(formula)
                full = val.shape is None or operand_kind.shape == () or val.shape == operand_kind.shape
                if val is writer.names["g"]:
                    full = adj.full
            if val.atom == adj.atom:
                passed_on.append(bound.name)
            first = bound.name not in self.state
            self.contribute(bound.name, val, full)
            if first and kind.shape is not None and operand_kind.shape == kind.shape:
                self.state[bound.name].mask = self.mask_after(rule, name, writer, adj)
        if len(passed_on) == 1 and adj.owned and self.state[passed_on[0]].atom == adj.atom:
            self.state[passed_on[0]].owned = True  # the cotangent itself changed hands

    def mask_after(self, rule: Any, name: str, writer: Writer, adj: Adj) -> tuple[ir.Atom, bool] | None:
        """The mask of a contribution: an arm of a `where`, or element by element behind one."""
        if rule.name == "where":
            condition = writer.names["condition"]
            return None if condition.atom is None else (condition.atom, name == "a")
        return adj.mask if rule.cls == "elementwise" else None

    def masked(self, writer: Writer, val: Val, mask: tuple[ir.Atom, bool]) -> Val:
        """A contribution that is exactly 0 in the arm that was not taken, where its partial may be infinite."""
        condition, holds = mask
        arms = (val.atom, ir.Const(0.0)) if holds else (ir.Const(0.0), val.atom)
        call = ir.CallMethod(writer.module, "where", (condition, *arms))  # type: ignore[arg-type]
        return writer.emit(call, val.shape, True, val.real)

    def doubled(self, adj: Adj) -> ir.Atom:
        """Twice an adjoint."""
        if isinstance(adj.atom, ir.Const):
            return ir.Const(2.0 * adj.atom.value)
        return self.emit(ir.Prim("mul", (ir.Const(2.0), adj.atom)))

    def indexed(self, stmt: Any, use: ByRule, writer: Writer, bound: Any) -> bool:
        """`y = x[i]`: add to `x_bar[i]` in place, where x_bar is an array of its own; false where it is not.

        In a loop it is made before the loop, so that n reads cost n, not n times the size of `x`.
        """
        version = self.inf.reads[stmt].get(bound.name)
        state = self.state.get(bound.name)
        if version is None or not isinstance(version.kind, Num) or version.kind.box != "array":
            return False
        if state is None and version.scope is not self.scope[-1] and self.can_start(bound.name):
            state = self.state[bound.name] = Adj(ir.Var(self.bar(bound.name)), True, True)
        target = ir.Var(self.bar(bound.name))
        if state is None or not (state.full and state.owned and state.atom == target):
            return False
        self.release(target.name)
        g = writer.names["g"]
        index = writer.names["b"]
        assert g.atom is not None and index.atom is not None
        g_atom = g.atom
        if maybe_complex(use.result) and version.kind.dtype is not None and version.kind.dtype.kind != "c":  # type: ignore[arg-type]
            g_atom = self.emit(ir.CallMethod(writer.module, "real", (g_atom,)))
        if unrepeated(use.kinds.get("b")):
            self.write(ir.StoreItem(target, index.atom, g_atom, self.span, "add"))
        else:
            add_at = ir.Bound("add_at", add.at)
            self.write(ir.Effect(ir.Call(add_at, (target, index.atom, g_atom)), self.span))
        return True

    def can_start(self, name: str) -> bool:
        """Whether the loop at hand can begin with zeros of a variable's shape as its adjoint."""
        return self.zero_for(self.scope[-1], name).owned

    def elementwise(
        self, stmt: Any, use: ByRule, writer: Writer, name: str, formula: ast.expr, kind: Num, adj: Adj
    ) -> tuple[Val, bool]:
        """A partial times the cotangent, summed to the operand's shape."""
        rule, bound, operand_kind = use.rule, use.bound[name], use.kinds[name]
        if name in rule.partial:
            val = writer.times(writer.names["g"], formula, rule.holomorphic and maybe_complex(kind))
            if adj.mask is not None and not (isinstance(formula, (ast.Constant, ast.UnaryOp)) and is_literal(formula)):
                val = self.masked(writer, val, adj.mask)
        else:
            val = writer.value(formula)
        if maybe_complex(kind) and operand_kind.dtype is not None and operand_kind.dtype.kind != "c":
            val = writer.emit(ir.CallMethod(writer.module, "real", (val.atom,)), val.shape, False, True)  # type: ignore[arg-type]
        return reduce_to(self, writer, stmt, bound, operand_kind, val, kind, adj)

    def writer(self, stmt: Any, use: ByRule, version: Version, adj: Adj, kind: Num) -> Writer:
        """A writer with the rule's names bound: parameters, `y`, `g` and shared sub-expressions."""
        rule = use.rule
        writer = Writer(self.emit, self.span, self.shapes)
        writer.target = version.name
        if kind.box == "cupy":
            writer.module = self.names.cupy
        names: Any = LazyNames(self, stmt, use, version)
        shape = kind.shape if adj.full else adj.shape
        if adj.full and kind.shape is None:
            shape = None
        if kind.shape == ():
            shape = ()
        real = kind.dtype is not None and kind.dtype.kind != "c"
        names["g"] = Val(adj.atom, shape, False, None, real)
        if isinstance(adj.atom, ir.Var):
            self.shapes[adj.atom.name] = shape
        writer.names = names
        writer.pending = dict(rule.lets)
        if not adj.full and kind.shape != ():

            def fill() -> Val:
                filled = self.filled(adj, version)
                return Val(filled.atom, kind.shape, False, None, real)

            writer.full_shape = fill
        return writer

    def sequence(self, stmt: Any, use: ByRule, writer: Writer, name: str, formula: ast.expr, bound: Any) -> None:
        """An operand that is a list or tuple of arrays: a list of cotangents, one an item."""
        if "g" in names_in(formula):
            writer.full_g(writer.names["g"])
        val = writer.value(formula)
        assert val.atom is not None
        items = bound if isinstance(bound, tuple) else self.facts.items_of(stmt, bound)
        if items is not None:
            for position, item in enumerate(items):
                version = self.facts.version_of(stmt, item)
                if version is not None and version.active and isinstance(version.kind, Num):
                    part = self.emit(ir.Item(val.atom, ir.Const(position)), f"{item.name}_bar_here")
                    full = version.kind.shape == () or use.rule.name in FULL_PARTS
                    self.contribute(item.name, Val(part, None, False), full)
                elif version is not None and version.active:
                    self.uses_bars = True
                    part = self.emit(ir.Item(val.atom, ir.Const(position)), f"{item.name}_bar_here")
                    self.write(
                        ir.Effect(ir.CallMethod(BARS, "add_items", (self.primal(stmt, item), part)), self.span)
                    )
            return
        self.uses_bars = True
        kept = self.needs.items_at(stmt, bound)
        self.write(ir.Effect(ir.CallMethod(BARS, "add_items", (kept, val.atom)), self.span))

    def by_rule_sequence(self, stmt: Any, use: ByRule, version: Version) -> None:
        """A rule whose result is a list of arrays (np.split): the adjoints of its items, gathered by identity."""
        self.uses_bars = True
        self.state.pop(version.name, None)
        result = self.result(version)
        gathered = self.emit(ir.CallMethod(BARS, "take_items", (result,)), f"{version.name}_bar")
        writer = Writer(self.emit, self.span, self.shapes)
        names: Any = LazyNames(self, stmt, use, version)
        names["g"] = Val(gathered)
        writer.names = names
        writer.pending = dict(use.rule.lets)
        for name, formula in use.rule.formulas.items():
            bound = use.bound.get(name)
            if bound is None or name in use.rule.zero or not any_active(use.kinds[name]):
                continue
            val = writer.value(formula)
            if isinstance(bound, (ir.Var, ir.Free)):
                self.contribute(bound.name, val, True)
            elif isinstance(bound, tuple) and val.atom is not None:
                for position, (item, kind) in enumerate(zip(bound, use.kinds[name])):
                    if is_active(kind) and isinstance(item, (ir.Var, ir.Free)):
                        part = self.emit(ir.Item(val.atom, ir.Const(position)), f"{item.name}_bar_here")
                        self.contribute(item.name, Val(part, None, False), True)


# rules whose lists of cotangents are full, item by item
FULL_PARTS = {"concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "array", "asarray", "append"}
# rules that take a cotangent which stands for a larger array as it is
LAZY = {"sum", "mean", "copy", "astype", "cast"}


def written_index(kind: Any, emit: Callable[[ir.Expr, str | None], ir.Var]) -> ir.Atom | None:
    """A constant slice, or tuple of constants with slices, as text; None for anything else."""
    plain = (int, type(None), type(Ellipsis))
    match kind:
        case Known(value=slice() as value):
            if all(isinstance(p, plain) for p in (value.start, value.stop, value.step)):
                return emit(ir.Slice(ir.Const(value.start), ir.Const(value.stop), ir.Const(value.step)), "index")
        case Known(value=tuple() as values):
            return written_index(Tup(tuple(Known(value) for value in values)), emit)
        case Tup(items=items) if any(isinstance(i, Known) and isinstance(i.value, slice) for i in items):
            parts = [
                ir.Const(i.value) if isinstance(i, Known) and isinstance(i.value, plain) else written_index(i, emit)
                for i in items
            ]
            if all(part is not None for part in parts):
                return emit(ir.Build("tuple", tuple(parts)), "index")  # type: ignore[arg-type]
    return None


def is_literal(formula: ast.expr) -> bool:
    """Whether a partial is a number."""
    return not names_in(formula)


def unrepeated(kind: Any) -> bool:
    """Whether an index surely names no element twice: integers, slices, None, Ellipsis, a mask."""
    match kind:
        case Tup(items=items):
            return all(unrepeated(item) and not (isinstance(item, Num) and item.shape) for item in items)
        case Known(value=value):
            if isinstance(value, tuple):
                return all(unrepeated(Known(v)) for v in value)
            return isinstance(value, (int, slice, type(None), type(Ellipsis)))
        case Inert(type=cls):
            return cls is slice
        case Num(shape=(), dtype=dtype):
            return dtype is not None
        case Num(dtype=dtype):
            return dtype is not None and dtype.kind == "b"
    return False


def any_active(kind: Any) -> bool:
    """Whether an operand, or one of several, is active."""
    return any(is_active(k) for k in kind) if isinstance(kind, tuple) else is_active(kind)


def maybe_complex(kind: Num) -> bool:
    """Whether a value may be complex."""
    return kind.dtype is None or kind.dtype.kind == "c"


class LazyNames(dict[str, Val]):
    """The names of a formula, remembered by the forward only when a formula reads them."""

    def __init__(self, reverse: Reverse, stmt: Any, use: ByRule, version: Version) -> None:
        super().__init__()
        self.reverse, self.stmt, self.use, self.version = reverse, stmt, use, version

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name == "y" or any(p.name == name for p in self.use.rule.params)

    def __missing__(self, name: str) -> Val:
        if name == "y":
            val = operand(self.reverse.result(self.version), self.version.kind)
        else:
            val = self.parameter(name)
        self[name] = val
        return val

    def parameter(self, name: str) -> Val:
        if name not in self.use.bound:
            default = self.use.rule.default(name)
            literal = ir.Const(default) if isinstance(default, LITERALS) else ir.Bound(name, default)
            from srcgrad.analysis.kinds import Known

            return Val(literal, () if isinstance(default, (bool, int, float)) else None, False, Known(default), True)
        bound, kind = self.use.bound[name], self.use.kinds[name]
        if isinstance(bound, tuple):
            atoms = tuple(self.reverse.primal(self.stmt, b) for b in bound)
            return Val(self.reverse.emit(ir.Build("tuple", atoms), name))
        val = operand(bound, kind)
        if not isinstance(val.atom, ir.Const):
            val.atom = self.reverse.primal(self.stmt, bound)
        return val


LITERALS = (bool, int, float, complex, str, type(None))
