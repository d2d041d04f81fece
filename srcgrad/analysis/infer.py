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

import builtins
import types
from dataclasses import dataclass, field, replace
from typing import Any

from srcgrad import ir
from srcgrad.analysis import resolve
from srcgrad.analysis.aliases import check_augmented
from srcgrad.analysis.entry import FUNCTIONS, is_store, is_user_class, kind_of
from srcgrad.analysis.kinds import Dim, Kind, Known, Num, Ref, Site, Tup, Unknown
from srcgrad.analysis.meaning import ByRule, Copies, Meaning, Plain
from srcgrad.analysis.rewrite import copy_function, open_heads
from srcgrad.analysis.split import SplitStore, split_store
from srcgrad.analysis.versions import Version, changes, generalise, hold, is_active
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.rows import rows

Env = dict[str, Version]
# globals, by the identity of their namespace and name, and containers that classes hold, by their own identity, in
# which some differentiated function keeps active values
ACTIVE_GLOBALS: set[tuple[int, str] | int] = set()
MAX_PASSES = 24
ABSENT = object()  # what a module does not define: the builtin of that name is meant


@dataclass
class World:
    """What the inferences of one function and its callees share."""

    active_calls: dict[Any, Inference] = field(default_factory=dict)
    budget: int = 60_000
    opaque: bool = False
    depth: int = 0
    globals_used: dict[tuple[int, str], tuple[dict[str, Any], str, Any, Kind]] = field(default_factory=dict)

    values: dict[int, tuple[Any, Kind]] = field(default_factory=dict)
    memo: dict[int, Kind] = field(default_factory=dict)

    def kind_of(self, value: Any) -> Kind:
        """The kind of a value that is there already (a class attribute, a default); the same one for the same value."""
        found = self.values.get(id(value))
        if found is None:
            active = id(value) in ACTIVE_GLOBALS and is_store(value)
            found = self.values[id(value)] = (value, kind_of(value, active, self.memo))
        return found[1]

    @property
    def heap(self) -> int:
        """A number that is another one as soon as what objects hold is known otherwise."""
        return changes.count

    @heap.setter
    def heap(self, value: int) -> None:
        changes.count = value


class Inference:
    """The result of interpreting one function for one kind of call."""

    def __init__(
        self,
        function: ir.Function,
        params: dict[str, Kind],
        free: dict[str, Kind],
        global_names: dict[str, Any],
        world: World | None = None,
    ) -> None:
        self.program = self.function = function
        self.free: Env = {}
        self.globals = global_names
        self.world = world or World()
        self.meanings: dict[Any, Meaning] = {}
        self.reads: dict[Any, dict[str, Version]] = {}
        self.defs: dict[Any, dict[str, Version]] = {}
        self.versions: dict[tuple[Any, str, str], Version] = {}
        self.sites: dict[Any, Site] = {}
        self.children: dict[Any, Inference] = {}
        self.exit_env: dict[Any, Env] = {}
        self.fall_env: dict[Any, Env] = {}
        self.before_env: dict[Any, Env] = {}
        self.result = Version("return", None, None, "after")
        self.captured: dict[str, Version] = {}
        self.default_kinds: dict[Any, tuple[Kind, ...]] = {}
        self.heap_seen = -1
        self.escaped: set[str] = set()
        self.moves = False
        self.writes_arrays = False
        self.mutates = False
        self.scope: list[Any] = []
        self.marks: dict[Any, int] = {}
        self.exits: list[tuple[list[Env], list[Env]]] = []
        self.entry: Env = {}
        self.changed = False
        for name, kind in params.items():
            self.entry[name] = self.version(None, "entry", name)
            self.entry[name].update(kind)
        for name, kind in free.items():
            self.free[name] = self.version(None, "free", name)
            self.free[name].update(kind)

    # ------------------------------------------------------------------------------------------------ whole function

    def run(self) -> Inference:
        """Interpret until nothing changes."""
        for _ in range(MAX_PASSES):
            self.changed = False
            heap = self.world.heap
            for name in self.function.shared & self.entry.keys():
                self.world.heap += hold(self.cell(name), self.entry[name].kind or Unknown())
            try:
                end = self.block(self.function.body, dict(self.entry))
            except resolve.NeedRows as need:
                stmt = self.start_again().get(need.stmt, need.stmt)
                insert_rows(self.function, stmt, need.atom)
                continue
            except SplitStore as store:
                stmt = self.start_again().get(store.stmt, store.stmt)
                split_store(self.function, stmt)
                continue
            if end is not None:
                self.returned(Known(None))
                self.fall_env[None] = end
            if (not self.changed or self.seen_at_once()) and heap == self.world.heap:
                if open_heads(self, search_only=True):
                    self.start_again()
                    open_heads(self, search_only=False)
                    continue
                check_augmented(self)
                self.note_active_globals()
                return self
        raise UnsupportedError(
            f"the types in {self.function.name}()",
            "they did not settle; give each variable one kind of value",
            self.function.source.filename,
            self.function.span.line,
        )

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

    def start_again(self) -> dict[Any, Any]:
        """Make ready to rewrite the program: it gets statements of its own; which of the old ones they stand for."""
        self.scope.clear()
        self.exits.clear()
        if self.function is not self.program:
            return {}
        self.function, became = copy_function(self.program)
        self.versions = {key: v for key, v in self.versions.items() if key[0] is None}
        for table in (self.meanings, self.reads, self.defs, self.children, self.marks):
            moved = {became.get(stmt, stmt): found for stmt, found in table.items()}
            table.clear()
            table.update(moved)
        for table in (self.exit_env, self.fall_env, self.before_env):
            table.clear()
        return became

    def version(self, anchor: Any, place: str, name: str, merge: bool = False) -> Version:
        """The version of `name` made at that place (the same object on every visit)."""
        key = (anchor, place, name)
        found = self.versions.get(key)
        if found is None:
            scope = anchor if place == "top" else (self.scope[-1] if self.scope else None)
            found = self.versions[key] = Version(name, scope, anchor, place, merge=merge)
            self.changed = True
        return found

    def returned(self, kind: Kind) -> None:
        self.changed |= self.result.update(kind)

    @property
    def return_kind(self) -> Kind | None:
        """What the function returns; None where it was never seen to."""
        return self.result.kind

    @property
    def captured_kinds(self) -> dict[str, Kind]:
        """What the variables hold that other functions share, whenever they look."""
        return {name: version.kind for name, version in self.captured.items() if version.kind is not None}

    def cell(self, name: str) -> Site:
        """The contents of a variable that some function rebinds with `nonlocal`: one object, whoever looks."""
        if name in self.free:
            kind = self.free[name].kind
            if isinstance(kind, Ref) and kind.site.type is types.CellType:
                return kind.site
        return self.sites.setdefault(("cell", name), Site(types.CellType, None, mutated=True))

    def ever_active(self, name: str) -> bool:
        """Whether a variable may hold something through which derivatives flow, at any point."""
        versions = (*self.versions.values(), *self.entry.values(), *self.free.values())
        if any(v.active for v in versions if v.name == name):
            return True
        return name in self.function.shared and is_active(Ref(self.cell(name)))

    def share(self, name: str, kind: Kind) -> None:
        """A variable that another function shares may hold such a value."""
        version = self.captured.get(name)
        if version is None:
            version = self.captured[name] = Version(name, None, None, "after")
        self.changed |= version.update(generalise(kind))

    # ------------------------------------------------------------------------------------------------------ merging

    def merge(self, envs: list[Env], anchor: Any, place: str, mark: int | None = None) -> Env:
        """The environment that covers several, with one merged version for each name on which they differ."""
        if len(envs) == 1:
            return envs[0]
        result: Env = {}
        names = dict.fromkeys(name for env in envs for name in env)
        for name in names:
            found = [env.get(name) for env in envs]
            first = found[0]
            if first is not None and all(v is first for v in found):
                result[name] = first
                continue
            merged = self.version(anchor, place, name, merge=True)
            self.grow(merged, [v for v in found if v is not None], mark)
            merged.maybe_unbound |= any(v is None or v.maybe_unbound for v in found)
            result[name] = merged
        return result

    def grow(self, merged: Version, sources: list[Version], mark: int | None = None) -> None:
        for source in sources:
            if source is merged:
                continue
            if source not in merged.sources:
                merged.sources.append(source)
            if source.kind is not None:
                self.changed |= merged.update(source.kind, mark)

    # ------------------------------------------------------------------------------------------------------- blocks

    def block(self, block: ir.Block, env: Env) -> Env | None:
        """Interpret a block; the environment at its end, or None when the end is never reached."""
        current: Env | None = env
        for stmt in block:
            if current is None:
                return None
            current = self.statement(stmt, current)
        return current

    def bind(self, stmt: Any, name: str, kind: Kind, env: Env, place: str = "after") -> Version:
        """Define `name` at `stmt`."""
        if self.world.opaque and isinstance(kind, Unknown):
            kind = Unknown(True)
        version = self.version(stmt, place, name)
        self.changed |= version.update(kind)
        self.defs.setdefault(stmt, {})[name] = version
        env[name] = version
        if name in self.function.captured:
            self.share(name, kind)
        return version

    def atom(self, atom: ir.Atom, env: Env) -> Kind:
        """The kind of an operand."""
        match atom:
            case ir.Var(name=name):
                version = env.get(name)
                return Unknown() if version is None or version.kind is None else version.kind
            case ir.Const(value=value) | ir.Bound(value=value):
                return Known(value)
            case ir.Free(name=name):
                found = self.free.get(name)
                return Unknown() if found is None or found.kind is None else found.kind
            case ir.Global(name=name):
                return self.global_kind(name)

    def global_kind(self, name: str) -> Kind:
        """The kind of what a global name stands for now."""
        kind: Kind
        if name in self.globals:
            value = self.globals[name]
        elif hasattr(builtins, name):
            kind = Known(getattr(builtins, name))
            self.world.globals_used[id(self.globals), name] = (self.globals, name, ABSENT, kind)
            return kind
        else:
            return Unknown()
        if isinstance(value, (types.FunctionType, types.MethodType, *FUNCTIONS)) or (
            callable(value) and not is_user_class(type(value))
        ):
            kind = Known(value)
        elif (id(self.globals), name) in self.world.globals_used:
            return self.world.globals_used[id(self.globals), name][3]
        else:
            kind = kind_of(value, (id(self.globals), name) in ACTIVE_GLOBALS, self.world.memo)
        self.world.globals_used[id(self.globals), name] = (self.globals, name, value, kind)
        return kind

    def note_reads(self, stmt: Any, env: Env) -> None:
        found = {}
        for atom in ir.statement_operands(stmt):
            if isinstance(atom, ir.Var) and atom.name in env:
                found[atom.name] = env[atom.name]
            elif isinstance(atom, ir.Free) and atom.name in self.free:
                found[atom.name] = self.free[atom.name]
        self.reads[stmt] = found

    def refuse(self, stmt: Any, construct: str, advice: str) -> UnsupportedError:
        """The error for a statement, located."""
        source, line = self.function.source, stmt.span.line
        return UnsupportedError(construct, advice, source.filename, line, source.line(line))

    def statement(self, stmt: ir.Stmt, env: Env) -> Env | None:
        self.world.budget -= 1
        self.note_reads(stmt, env)
        match stmt:
            case ir.Let(target=target, value=value):
                try:
                    kind, meaning = resolve.evaluate(self, stmt, value, env)
                except UnsupportedError as error:
                    if error.text:
                        raise
                    # it is about something without text to point at: the place is where the user calls it
                    raise self.refuse(stmt, error.construct, error.advice) from None
                self.meanings[stmt] = meaning
                self.bind(stmt, target, kind, env)
            case ir.Effect(value=value):
                try:
                    _, meaning = resolve.evaluate(self, stmt, value, env)
                except UnsupportedError as error:
                    if error.text:
                        raise
                    # it is about something without text to point at: the place is where the user calls it
                    raise self.refuse(stmt, error.construct, error.advice) from None
                self.meanings[stmt] = meaning
            case ir.Unpack():
                resolve.unpack(self, stmt, env)
            case ir.Augment():
                resolve.augment(self, stmt, env)
            case ir.StoreItem() | ir.StoreAttr() | ir.StoreCell():
                resolve.store(self, stmt, env)
            case ir.Delete(obj=obj, index=index, attr=attr):
                if index is None and attr is None and isinstance(obj, ir.Var):
                    env.pop(obj.name, None)
                else:
                    resolve.delete(self, stmt, env)
            case ir.If(body=body, orelse=orelse):
                ends = [e for e in (self.block(body, dict(env)), self.block(orelse, dict(env))) if e is not None]
                return self.merge(ends, stmt, "after") if ends else None
            case ir.For() | ir.While():
                return self.loop(stmt, env)
            case ir.Return(value=value):
                self.returned(self.atom(value, env))
                self.exit_env[stmt] = dict(env)
                return None
            case ir.Break() | ir.Continue():
                self.exit_env[stmt] = dict(env)
                self.exits[-1][isinstance(stmt, ir.Continue)].append(dict(env))
                return None
            case ir.Raise():
                return None
            case ir.Try():
                return self.try_(stmt, env)
            case ir.With(context=context, target=target, body=body):
                resolve.enter_context(self, stmt, env)
                return self.block(body, env)
            case ir.Import(module=module, attr=attr, target=target):
                self.bind(stmt, target, resolve.imported(module, attr), env)
            case ir.Comment():
                pass
        return env

    # -------------------------------------------------------------------------------------------------------- loops

    def loop(self, stmt: ir.For | ir.While, env: Env) -> Env | None:
        mark = self.marks.setdefault(stmt, Dim.new().base)
        assigned = assigned_names(stmt)
        before = self.before_env[stmt] = dict(env)
        head = dict(env)
        for name in assigned:
            if name in env:
                head[name] = self.version(stmt, "top", name, merge=True)
                self.grow(head[name], [env[name]])
                head[name].maybe_unbound |= env[name].maybe_unbound
        elem = resolve.iterate(self, stmt, env) if isinstance(stmt, ir.For) else None
        while True:
            outer_changed, self.changed = self.changed, False
            breaks: list[Env] = []
            continues: list[Env] = []
            self.exits.append((breaks, continues))
            self.scope.append(stmt)
            turn: Env | None = dict(head)
            normal = dict(head)
            assert turn is not None
            if isinstance(stmt, ir.While):
                turn = self.block(stmt.head, turn)
                normal = dict(turn) if turn is not None else normal
                self.note_reads_of_test(stmt, normal)
            else:
                assert elem is not None
                self.bind(stmt, stmt.target, elem, turn, "target")
            end = self.block(stmt.body, turn) if turn is not None else None
            self.scope.pop()
            self.exits.pop()
            if end is not None:
                self.fall_env[stmt] = end
            back = continues + ([end] if end is not None else [])
            for other in back:
                for name in assigned:
                    if name not in other:
                        continue
                    if name not in head:
                        head[name] = self.version(stmt, "top", name, merge=True)
                        head[name].maybe_unbound = True
                    self.grow(head[name], [other[name]], mark)
            again, self.changed = self.changed, self.changed or outer_changed
            if not again:
                break
        ends: list[Env] = []
        normal_after = self.after(stmt, "done", normal, assigned, before)
        if not (isinstance(stmt, ir.While) and isinstance(stmt.test, ir.Const) and stmt.test.value):
            done = self.block(stmt.orelse, normal_after) if stmt.orelse else normal_after
            if done is not None:
                ends.append(done)
        for env_at_break in breaks:
            ends.append(self.after(stmt, "broken", env_at_break, assigned, before))
        return self.merge(ends, stmt, "after") if ends else None

    def after(self, stmt: Any, place: str, env: Env, assigned: set[str], before: Env) -> Env:
        """Names after a loop are versions of their own: nothing of a turn is visible outside it."""
        result = dict(env)
        for name in assigned:
            if name in env:
                version = self.version(stmt, place, name, merge=True)
                self.grow(version, [env[name]])
                version.maybe_unbound |= name not in before or env[name].maybe_unbound
                result[name] = version
        return result

    def note_reads_of_test(self, stmt: ir.While, env: Env) -> None:
        self.reads[stmt] = (
            {stmt.test.name: env[stmt.test.name]}
            if isinstance(stmt.test, ir.Var) and stmt.test.name in env
            else {}
        )

    # ---------------------------------------------------------------------------------------------------- exceptions

    def try_(self, stmt: ir.Try, env: Env) -> Env | None:
        start = dict(env)
        marks = [len(envs) for envs in self.exits[-1]] if self.exits else []
        end = self.block(stmt.body, dict(env))
        ends = []
        if end is not None:
            done = self.block(stmt.orelse, end)
            if done is not None:
                ends.append(done)
        assigned = {name for inner in ir.walk(stmt.body) for name in ir.targets(inner)}
        made = [v for (_, _, n), v in list(self.versions.items()) if n in assigned and v.place != "entry"]
        for handler in stmt.handlers:
            caught = dict(start)
            for name in assigned:
                version = self.version(handler, "caught", name, merge=True)
                inside = [v for v in made if v.name == name]
                self.grow(version, ([start[name]] if name in start else []) + inside)
                version.maybe_unbound = name not in start
                caught[name] = version
            after_head = self.block(handler.head, caught)
            if after_head is None:
                continue
            if handler.name is not None:
                error = ir.Var(handler.name)
                used = any(error in ir.statement_operands(inner) for inner in ir.walk(handler.body))
                active = any(v.active for v in (*caught.values(), *made, *self.free.values()))
                self.bind(handler, handler.name, Unknown(used and active), after_head)
            done = self.block(handler.body, after_head)
            if done is not None:
                ends.append(done)
        if not stmt.final:
            return self.merge(ends, stmt, "after") if ends else None
        # what leaves by break or continue goes through the finally clause too
        leaving = [env for envs, mark in zip(self.exits[-1], marks) for env in envs[mark:]] if marks else []
        done = self.block(stmt.final, self.merge([*ends, *leaving], stmt, "final") if ends or leaving else dict(start))
        for envs, mark in zip(self.exits[-1], marks) if marks else ():
            envs[mark:] = [dict(done) for _ in envs[mark:]] if done is not None else []
        return done if ends else None


def assigned_names(stmt: Any) -> set[str]:
    """Every name that a loop binds, its target and nested blocks included."""
    names = set(ir.targets(stmt))
    for block in ir.blocks(stmt):
        for inner in ir.walk(block):
            names.update(ir.targets(inner))
            if isinstance(inner, ir.Try):
                names.update(h.name for h in inner.handlers if h.name)
    return names


def insert_rows(function: ir.Function, stmt: Any, atom: Any) -> None:
    """Put `rows_of_x = rows(x)` before `stmt`, and have `stmt` use it for `x`."""
    name = f"{getattr(atom, 'name', 'array')}_rows"
    while name in function.temps or any(p.name == name for p in function.params):
        name += "_2"
    function.temps.add(name)
    for block in [function.body, *(b for s in ir.walk(function.body) for b in ir.blocks(s))]:
        if stmt in block:
            block.insert(block.index(stmt), ir.Let(name, ir.Call(ir.Bound("rows", rows), (atom,)), stmt.span))
            ir.replace_operand(stmt, atom, ir.Var(name))
            return
    raise AssertionError("statement not found")


def with_inactive(kind: Kind) -> Kind:
    """The kind of a result that carries no derivative."""
    if isinstance(kind, (Num, Unknown)):
        return replace(kind, active=False)
    if isinstance(kind, Tup):
        return Tup(tuple(with_inactive(k) for k in kind.items), kind.type)
    return kind

