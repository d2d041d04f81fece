"""Abstract interpretation: kinds, versions and meanings of every statement, for one kind of call.

    def f(x, n):              x: array of 2 axes, active;  n: int
        y = x * 2.0           y: same axes as x, active;   ByRule(multiply)
        for i in range(n):    y at the top of a turn: merged from before and from the turn's end
            y = y + x[i]      ByRule(getitem), ByRule(add)
        return y

Loops are repeated until the kinds at their top rest; a version's kind only grows, so they do.  What objects hold is
tracked per place of creation and independent of order (`Site`), so the whole function is repeated until that rests too.
"""

from __future__ import annotations

import sys
import types
from dataclasses import replace
from typing import Any

from srcgrad import ir
from srcgrad.analysis import contexts, read_back, resolve, squares, statements, unseen_calls
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.arms import decided
from srcgrad.analysis.control import loop, try_
from srcgrad.analysis.entry import is_store
from srcgrad.analysis.environment import Env, Environment
from srcgrad.analysis.escapes import escape, hands_on, of_objects, tells
from srcgrad.analysis.extents import extents
from srcgrad.analysis.kinds import Kind, Known, Num, Tup, Unknown, loosened
from srcgrad.analysis.meaning import ByCall, ByChoice, ByRule, Copies, Dynamic, Meaning, Moves, Plain
from srcgrad.analysis.narrowing import narrowed
from srcgrad.analysis.rewrite import copy_function, open_heads
from srcgrad.analysis.rewriting import REWRITES, rewrite
from srcgrad.analysis.versions import hold
from srcgrad.analysis.world import ACTIVE_GLOBALS
from srcgrad.errors import UnsupportedError
from srcgrad.written import is_written

# of one text of the function, and of all that it is rewritten to
MAX_PASSES, MAX_PASSES_IN_ALL = 24, 2000


class Inference(Environment):
    """The result of interpreting one function for one kind of call."""

    def run(self) -> Inference:
        """Interpret until nothing changes."""
        before = extents.begin(None)
        try:
            return self.repeat()
        finally:
            extents.end(before)

    def repeat(self) -> Inference:
        for name in self.function.inlined:
            self.global_kind(name)  # what was made holds as long as these functions do
        passes = 0
        for _ in range(MAX_PASSES_IN_ALL):
            passes += 1
            if passes > MAX_PASSES:
                break
            self.changed = False
            heap = self.world.heap
            for name in self.function.shared & self.entry.keys():
                self.world.heap += hold(self.cell(name), self.entry[name].kind or Unknown())
            try:
                end = self.block(self.function.body, dict(self.entry))
            except REWRITES as need:
                rewrite(self, need)
                passes = 0
                continue
            if end is not None:
                self.returned(Known(None))
                self.fall_env[None] = end
            self.note_escaped()
            if (not self.changed or self.seen_at_once()) and heap == self.world.heap:
                if open_heads(self, search_only=True):
                    self.start_again()
                    open_heads(self, search_only=False)
                    passes = 0
                    continue
                self.note_active_globals()
                return self
        raise UnsupportedError(
            f"the types in {self.function.name}()",
            "they did not settle; give each variable one kind of value",
            self.function.source.filename,
            self.function.span.line,
        )

    def trusted(self) -> bool:
        """Whether the function is srcgrad's own: of what it calls it is known what it does."""
        return is_written(self.function.source.filename) or str(self.globals.get("__name__")).startswith("srcgrad.")

    def apart(self, expr: ir.Expr, env: Env) -> bool:
        """Whether an expression calls a function or class of a library that is installed: these keep what they are
        given to themselves."""
        called: Any = None
        if isinstance(expr, ir.Call):
            called = getattr(self.known_kind(expr.func, env), "value", None)
        elif isinstance(expr, ir.CallMethod):
            home = getattr(self.known_kind(expr.obj, env), "value", None)
            called = getattr(home, expr.name, None) if isinstance(home, types.ModuleType) else None
        package = str(getattr(called, "__module__", None) or "builtins").partition(".")[0]
        return callable(called) and package not in sys.stdlib_module_names

    def callee(self, program: ir.Function, global_names: dict[str, Any]) -> Inference:
        """The inference, not yet run, of a function that this one calls."""
        child = Inference(program, {}, {}, global_names, self.world)
        child.repeated = self.repeated or bool(self.scope)
        return child

    def seen_at_once(self) -> bool:
        """Whether one pass saw all: what a statement reads is known when it is reached, and nothing is shared."""
        function = self.function
        if function.captured or function.shared or len(self.meanings) < 8:
            return False
        if not all(isinstance(meaning, (ByRule, Copies, Plain)) for meaning in self.meanings.values()):
            return False
        return not any(isinstance(stmt, (ir.For, ir.While, ir.Try)) for stmt in ir.walk(function.body))

    def note_active_globals(self) -> None:
        """Remember which global containers may hold what derivatives flow through, for the functions called here."""
        for key, (_, _, _, kind) in list(self.world.globals_used.items()):
            if is_active(kind):
                ACTIVE_GLOBALS.add(key)
        for number, (value, kind) in list(self.world.values.items()):
            if is_store(value) and is_active(kind):
                ACTIVE_GLOBALS.add(number)

    def note_escaped(self) -> None:
        """Where something unknown is written, arrays that unknown code may hold are."""
        if not self.world.writes_unknown:
            return
        for version in self.versions.values():
            memory = version.kind.memory if isinstance(version.kind, Num) else None
            if memory is not None and memory.root().escaped:
                memory.mark(written=True, active=True)

    def start_again(self) -> dict[Any, Any]:
        """Make ready to rewrite the program: it gets statements of its own; which of the old ones they stand for."""
        self.scope.clear()
        self.exits.clear()
        if self.function is not self.program:
            return {}
        self.function, became = copy_function(self.program)
        self.forget_versions()
        for table in (self.meanings, self.reads, self.defs, self.children, self.marks, self.writes, self.woven):
            moved = {moved_key(stmt, became): found for stmt, found in table.items()}
            table.clear()
            table.update(moved)
        made: tuple[dict[Any, Any], ...] = (self.sites, self.places, self.marked)
        for found_at in made:
            # what a statement makes is the same for the one that stands for it
            renamed = {moved_key(key, became): found for key, found in found_at.items()}
            found_at.clear()
            found_at.update(renamed)
        for table in (self.exit_env, self.fall_env, self.before_env):
            table.clear()
        return became

    def forget_versions(self) -> None:
        """Statements come to stand elsewhere: what they bind is told anew."""
        self.versions = {key: version for key, version in self.versions.items() if key[0] is None}

    # ------------------------------------------------------------------------------------------------------- blocks

    def block(self, block: ir.Block, env: Env) -> Env | None:
        """Interpret a block; the environment at its end, or None when the end is never reached."""
        current: Env | None = env
        known = self.narrowed
        try:
            for stmt in block:
                if current is None:
                    return None
                try:
                    current = self.statement(stmt, current)
                except UnsupportedError as error:
                    if error.text or error.filename:
                        raise
                    raise self.refuse(stmt, error.construct, error.advice) from None
        finally:
            self.narrowed = known
        return current

    def branch(self, stmt: ir.If, body: ir.Block, orelse: ir.Block, env: Env) -> Env | None:
        """Interpret the arms of an `if`; what a test leaves of a value holds on where one arm leaves the block."""
        unseen_calls.of_truth(self, stmt, self.whole(stmt.test, env))
        arm = decided(self, stmt, env)
        if arm is not None:
            return self.block(body if arm else orelse, dict(env))
        known = self.narrowed
        ends, after = [], []
        for block, narrower in zip((body, orelse), narrowed(self, stmt.test, env)):
            self.narrowed = {**known, **narrower} if narrower else known
            end = self.block(block, dict(env))
            if end is not None:
                ends.append(end)
                after.append(self.narrowed)
        self.narrowed = after[0] if len(after) == 1 else known
        return self.merge(ends, stmt, "after") if ends else None

    def statement(self, stmt: ir.Stmt, env: Env) -> Env | None:
        """Interpret a statement; the environment after it, None when that is never reached."""
        self.world.budget -= 1
        self.note_reads(stmt, env)
        self.before, self.latest = self.latest, stmt
        match stmt:
            case ir.Let(target=target, value=value):
                kind = self.evaluate(stmt, value, env)
                if isinstance(kind, Num) and kind.dtype is None and self.function.recorded:
                    kind = replace(kind, dtype=self.function.recorded.get(target))
                self.bind(stmt, target, kind, env)
            case ir.Effect(value=value):
                self.evaluate(stmt, value, env)
            case ir.Unpack():
                statements.unpack(self, stmt, env)
            case ir.Augment():
                statements.augment(self, stmt, env)
            case ir.StoreItem() | ir.StoreAttr() | ir.StoreCell():
                statements.store(self, stmt, env)
            case ir.Delete(obj=obj, index=index, attr=attr):
                if index is None and attr is None and isinstance(obj, ir.Var):
                    env.pop(obj.name, None)
                else:
                    statements.delete(self, stmt, env)
            case ir.If(body=body, orelse=orelse):
                return self.branch(stmt, body, orelse, env)
            case ir.For() | ir.While():
                return loop(self, stmt, env)
            case ir.Return(value=value):
                if not self.world.depth:
                    read_back.returned(self.whole(value, env))
                self.returned(self.whole(value, env))
                self.exit_env[stmt] = dict(env)
                return None
            case ir.Break() | ir.Continue():
                self.exit_env[stmt] = dict(env)
                self.exits[-1][isinstance(stmt, ir.Continue)].append(dict(env))
                return None
            case ir.Raise():
                return None
            case ir.Try():
                return try_(self, stmt, env)
            case ir.With(body=body):
                contexts.enter(self, stmt, env)
                after = self.block(body, env)
                contexts.leave(self, stmt, env if after is None else after)
                return after
            case ir.Import(module=module, attr=attr, target=target):
                package = self.function.namespace.get("__package__")
                self.bind(stmt, target, statements.imported(module, attr, package), env)
            case ir.Comment():
                pass
        return env

    def evaluate(self, stmt: Any, expr: ir.Expr, env: Env) -> Kind:
        """The kind of a statement's expression; its meaning is noted."""
        once = not (self.scope or self.repeated or self.world.recursive)
        # where a function calls itself, its statement's extents of several calls meet
        before = extents.begin(None if self.world.recursive else self.extents.setdefault(stmt, []), once)
        try:
            kind, meaning = resolve.evaluate(self, stmt, expr, env)
            if of_objects(kind) and kind.box != "array":
                kind = Unknown(kind.active)  # an item
            if (
                isinstance(meaning, Plain)
                and hands_on(kind)
                and not (tells(expr) or self.trusted() or self.apart(expr, env))
            ):
                for atom in ir.operands(expr):
                    escape(self.known_kind(atom, env))
            self.meanings[stmt] = squares.of_size(self, stmt, meaning, env)
        except UnsupportedError as error:
            if error.text:
                raise
            # it is about something without text to point at: the place is where the user calls it
            raise self.refuse(stmt, error.construct, error.advice) from None
        else:
            self.resolves |= isinstance(self.meanings[stmt], (ByChoice, Dynamic))
            return loosened(kind) if self.takes_out(expr, self.meanings[stmt], env) else kind
        finally:
            extents.end(before)

    def takes_out(self, expr: ir.Expr, meaning: Meaning, env: Env) -> bool:
        """Whether the value of an expression was there before: in a container that changes, an object, or behind a
        call."""
        match expr:
            case ir.Build(items=items) if not any(isinstance(item, ir.Star) for item in items):
                return False
            case ir.Item(obj=obj) if isinstance(self.known_kind(obj, env), Tup):
                return False
        return isinstance(meaning, (Moves, ByCall, Dynamic)) or (
            isinstance(meaning, Plain) and isinstance(expr, (ir.Item, ir.Attr))
        )


def moved_key(key: Any, became: dict[Any, Any]) -> Any:
    """A key that names a statement, naming the one that stands for it now."""
    if isinstance(key, tuple):
        return tuple(moved_key(part, became) for part in key)
    try:
        return became.get(key, key)
    except TypeError:
        return key
