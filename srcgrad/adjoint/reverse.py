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
from typing import Any

from srcgrad import ir
from srcgrad.adjoint import relevance
from srcgrad.adjoint.decisions import Decisions
from srcgrad.adjoint.exits import Scope, exits_in
from srcgrad.adjoint.formula import Val, Writer, operand
from srcgrad.adjoint.needs import Needs
from srcgrad.adjoint.state import Adj, States
from srcgrad.adjoint.unbroadcast import reduce_to
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Num, Tup
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
        if old.owned and old.full and old.atom == ir.Var(target):
            self.release(target)
            self.write(ir.Augment(target, "add", val.atom, self.span))
            old.shape = None
            return
        self.assign(name, ir.Prim("add", (old.atom, val.atom)), Adj(old.atom, full_now, full_now))

    def full_atom(self, atom: ir.Atom, shape: Any) -> bool:
        """Whether an atom is known to have exactly this shape."""
        if shape is None or not isinstance(atom, ir.Var):
            return False
        slot = self.needs.slots.get(atom.name)
        if slot is not None:
            kind = slot.anchor.kind if isinstance(slot.anchor, Version) else None
            return isinstance(kind, Num) and kind.shape == shape
        return self.shapes.get(atom.name) == shape

    # ------------------------------------------------------------------------------------------------------ primals

    def primal(self, stmt: Any, atom: Any) -> Any:
        """The value that an operand had at a statement, as the reverse sees it."""
        return self.needs.primal(stmt, atom)

    def result(self, version: Version) -> ir.Var:
        return self.needs.version(version)

    # ------------------------------------------------------------------------------------------------------- blocks

    def block(self, block: ir.Block, scope: Scope) -> None:
        """Reverse a block: code after an exit only where it was reached."""
        end = len(block)
        exits = [exits_in(stmt, scope) for stmt in block]
        possible = self.decisions.exits(scope)
        while end > 0:
            start = end
            while start > 0 and not exits[start - 1]:
                start -= 1
            # block[start:end] has no exits but those of its last group; what is before decides whether it ran
            before = max((n for group in exits[:start] for n in group), default=-1)
            group = block[start:end]
            if before < 0 or all(n > before for n in possible):
                self.straight(group)
            elif any(n > before for n in possible):
                self.branch(self.after_exit(scope, before), lambda g=group: self.straight(g), nothing)  # type: ignore[misc]
            end = start
            if end > 0:
                # the statement with the exit runs under the guard of the exits before it
                before = max((n for g in exits[: end - 1] for n in g), default=-1)
                if before < 0 or all(n > before for n in possible):
                    self.straight(block[end - 1 : end])
                elif any(n > before for n in possible):
                    self.branch(self.after_exit(scope, before), lambda g=block[end - 1 : end]: self.straight(g), nothing)  # type: ignore[misc]
                end -= 1

    def after_exit(self, scope: Scope, number: int) -> Any:
        """The test whether a turn, or the function, went past an exit."""
        if scope.anchor is None:
            sites = self.decisions.sites
            mask = sum(bit for (anchor, site), bit in sites.exits.items() if anchor is None and scope.number(site) > number)
            return lambda: self.emit(ir.Prim("and_", (ir.Var("seen"), ir.Const(mask))), "went_on")
        left = self.needs.exit_of(scope)
        return lambda: self.emit(ir.Prim("gt", (left, ir.Const(number))), "went_on")

    def arm_taken(self, stmt: ir.If) -> ir.Atom:
        """The test whether a branch's first arm was taken."""
        if self.scope[-1] is None and (stmt, True) in self.decisions.sites.arms:
            return self.emit(ir.Prim("and_", (ir.Var("seen"), ir.Const(self.decisions.sites.arms[stmt, True]))), "arm")
        return self.needs.arm_of(stmt)

    def straight(self, stmts: ir.Block) -> None:
        for stmt in reversed(stmts):
            if isinstance(stmt, (ir.If, ir.For, ir.While, ir.Try, ir.With)):
                if self.facts.relevant(stmt):
                    self.compound(stmt)
            else:
                self.span = stmt.span
                self.simple(stmt)

    def compound(self, stmt: Any) -> None:
        match stmt:
            case ir.If(body=body, orelse=orelse):
                self.if_(stmt, body, orelse)
            case ir.For() | ir.While():
                self.loop(stmt)
            case ir.With(body=body):
                self.block(body, self.current_scope())
            case ir.Try():
                self.try_(stmt)

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
        if stmt.orelse and any(self.facts.relevant(s) for s in stmt.orelse):
            broke = self.needs.broke_of(stmt) if self.facts.breaks(stmt) else None
            if broke is None:
                self.block(stmt.orelse, self.current_scope())
            else:
                scope = self.current_scope()
                self.branch(lambda: broke, nothing, lambda: self.block(stmt.orelse, scope))
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
            self.block(stmt.body, scope)
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

    # --------------------------------------------------------------------------------------------------- exceptions

    def try_(self, stmt: ir.Try) -> None:
        outcomes = [-1, *range(len(stmt.handlers))]
        possible = self.decisions.arms(stmt, tuple(outcomes))

        def body_reached() -> None:
            self.partial(stmt)

        self.alternatives(stmt, possible, body_reached)

    def alternatives(self, stmt: ir.Try, possible: list[int], partial: Any) -> None:
        if not possible:
            return
        scope = self.current_scope()
        if possible == [-1]:
            self.block(stmt.body + stmt.orelse, scope)
            return
        outcome = possible[-1]

        def handled() -> None:
            handler = stmt.handlers[outcome]
            self.block(handler.body, scope)
            partial()

        if len(possible) == 1:
            handled()
            return
        self.branch(
            lambda: self.emit(ir.Prim("eq", (self.needs.outcome_of(stmt), ir.Const(outcome))), "handled"),
            handled,
            lambda: self.alternatives(stmt, possible[:-1], partial),
        )

    def partial(self, stmt: ir.Try) -> None:
        """The statements of a try body that were done when the exception came."""
        last = [i for i, s in enumerate(stmt.body) if self.facts.counts(s)]
        for number, index in reversed(list(enumerate(last))):
            inner = stmt.body[index]
            reached = self.needs.reached_of(stmt)
            self.branch(
                lambda r=reached, n=number: self.emit(ir.Prim("gt", (r, ir.Const(n))), "reached"),  # type: ignore[misc]
                lambda s=inner: self.straight([s]),  # type: ignore[misc]
                nothing,
            )

    # --------------------------------------------------------------------------------------------------- statements

    def simple(self, stmt: Any) -> None:
        match stmt:
            case ir.Let(target=target):
                self.let(stmt, target, self.inf.meanings.get(stmt))
            case ir.Effect():
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
        writer = self.writer(stmt, use, version, adj, kind)
        if rule.cls != "elementwise" and rule.name not in LAZY:
            writer.full_g(writer.names["g"])
        for name, formula, bound in [line for line in lines if line not in overwriting] + overwriting:
            operand_kind = use.kinds[name]
            if isinstance(bound, tuple) or name == rule.star:
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
            if rule.cls == "elementwise":
                val, full = self.elementwise(stmt, use, writer, name, formula, kind, adj)
            else:
                val = writer.value(formula)
                full = val.shape is None or operand_kind.shape == () or val.shape == operand_kind.shape
                if val is writer.names["g"]:
                    full = adj.full
            self.contribute(bound.name, val, full)

    def elementwise(
        self, stmt: Any, use: ByRule, writer: Writer, name: str, formula: ast.expr, kind: Num, adj: Adj
    ) -> tuple[Val, bool]:
        """A partial times the cotangent, summed to the operand's shape."""
        rule, bound, operand_kind = use.rule, use.bound[name], use.kinds[name]
        if name in rule.partial:
            val = writer.times(writer.names["g"], formula, rule.holomorphic and maybe_complex(kind))
        else:
            val = writer.value(formula)
        if maybe_complex(kind) and operand_kind.dtype is not None and operand_kind.dtype.kind != "c":
            val = writer.emit(ir.CallMethod(writer.module, "real", (val.atom,)), val.shape, False, True)  # type: ignore[arg-type]
        return reduce_to(self, writer, stmt, bound, operand_kind, val, kind, adj)

    def writer(self, stmt: Any, use: ByRule, version: Version, adj: Adj, kind: Num) -> Writer:
        """A writer with the rule's names bound: parameters, `y`, `g` and shared sub-expressions."""
        rule = use.rule
        writer = Writer(self.emit, self.span, self.shapes)
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
            if isinstance(bound, (ir.Var, ir.Free)) and is_active(use.kinds[name]) and name not in use.rule.zero:
                val = writer.value(formula)
                self.contribute(bound.name, val, True)


# rules whose lists of cotangents are full, item by item
FULL_PARTS = {"concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "array", "asarray", "append"}
# rules that take a cotangent which stands for a larger array as it is
LAZY = {"sum", "mean", "copy", "astype", "cast"}


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


def nothing() -> None:
    """The arm that writes nothing."""
