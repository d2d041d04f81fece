"""What names hold at a point of the program: versions, their joins, and the kinds of operands.

    x = a              x: a version made here
    if c: x = b        x after the branch: a version merged of both

Asking for the version of a name at the same place again gives the same object, whose kind grows.
"""

from __future__ import annotations

import builtins
import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import generalise, is_active, lit
from srcgrad.analysis.entry import FUNCTIONS, is_user_class, kind_of
from srcgrad.analysis.escapes import escape, settled
from srcgrad.analysis.kinds import Closure, Kind, Known, Never, Ref, Site, Unknown, without_extents
from srcgrad.analysis.meaning import Meaning
from srcgrad.analysis.memory import placed
from srcgrad.analysis.places import Memory
from srcgrad.analysis.resolved import TABLES
from srcgrad.analysis.versions import Version
from srcgrad.analysis.world import ABSENT, ACTIVE_GLOBALS, World
from srcgrad.errors import UnsupportedError
from srcgrad.written import is_written

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


Env = dict[str, Version]


class Environment:
    """The tables that interpreting one function fills, and what is read off them."""

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
        self.places: dict[Any, Memory] = {}
        # statement: the places that it may write into
        self.writes: dict[Any, list[Memory]] = {}
        # the statement that is interpreted, and the one interpreted before it
        self.latest: Any = None
        self.before: Any = None
        # what a store finds in its place, and leaves there: no variable of the user's
        self.marked: dict[Any, Version] = {}
        self.children: dict[Any, Inference] = {}
        # tests of types by the statement that makes them, and what those that hold here leave of versions
        self.tests: dict[Any, Any] = {}
        self.narrowed: dict[Version, Kind] = {}
        # branches of which one arm is never taken, and which arm is
        self.decided: dict[Any, bool] = {}
        self.exit_env: dict[Any, Env] = {}
        self.fall_env: dict[Any, Env] = {}
        self.before_env: dict[Any, Env] = {}
        self.result = Version("return", None, None, "after")
        self.captured: dict[str, Version] = {}
        # generator functions that were written out where their items are used, by the statements that came from them
        self.woven: dict[Any, tuple[Any, ...]] = {}
        self.default_kinds: dict[Any, tuple[Kind, ...]] = {}
        self.heap_seen = -1
        self.escaped: set[str] = set()
        self.writes_arrays = False
        self.mutates = False
        # some operation is resolved when it runs: it may do anything to the objects that it is given
        self.resolves = False
        self.scope: list[Any] = []
        self.marks: dict[Any, int] = {}
        # the unknown extents that each statement makes
        self.extents: dict[Any, list[int]] = {}
        # whether the call that is interpreted may be run several times: it stands in a loop
        self.repeated = False
        # which of several objects or functions is called, where that is asked of each in turn
        self.member: int | None = None
        # the function, where it was made while the program runs
        self.closure: Closure | None = None
        self.exits: list[tuple[list[Env], list[Env]]] = []
        self.entry: Env = {}
        self.changed = False
        for name, kind in params.items():
            self.entry[name] = self.version(None, "entry", name)
            self.entry[name].update(kind)
        for name, kind in free.items():
            self.free[name] = self.version(None, "free", name)
            self.free[name].update(kind)

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
        """The function may return such a value."""
        if self.result.update(kind):
            self.changed = True
            # what it calls may have called it in turn, and been told less
            self.world.heap += self.world.recursive

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

    def merge(self, envs: list[Env], anchor: Any, place: str, mark: int | None = None) -> Env:
        """The environment that covers several, with one merged version for each name on which they differ."""
        if len(envs) == 1:
            return envs[0]
        result: Env = {}
        names = dict.fromkeys(name for env in envs for name in env)
        before, *others = envs
        for name in names:
            first = before.get(name)
            if first is not None and all(env.get(name) is first for env in others):
                result[name] = first
                continue
            found = [env.get(name) for env in envs]
            merged = self.version(anchor, place, name, merge=True)
            self.grow(merged, [v for v in found if v is not None], mark)
            merged.maybe_unbound |= any(v is None or v.maybe_unbound for v in found)
            result[name] = merged
        return result

    def grow(self, merged: Version, sources: list[Version], mark: int | None = None) -> None:
        """Make a merged version cover these."""
        for source in sources:
            if source is merged:
                continue
            if source not in merged.sources:
                merged.sources.append(source)
            if source.kind is not None:
                self.changed |= merged.update(source.kind, mark)

    def bind(self, stmt: Any, name: str, kind: Kind, env: Env, place: str = "after") -> Version:
        """Define `name` at `stmt`."""
        if self.world.opaque and isinstance(kind, Unknown):
            kind = Unknown(True, kind.printed, kind.type if kind.type in TABLES else None)
        kind = lit(placed(kind, self.places, (stmt, name)))
        version = self.version(stmt, place, name)
        self.changed |= version.update(kind)
        self.defs.setdefault(stmt, {})[name] = version
        env[name] = version
        if name in self.function.captured:
            self.share(name, kind)
        return version

    def atom(self, atom: ir.Atom, env: Env) -> Kind:
        """The kind of an operand, by one who makes no choice between several."""
        return settled(self.whole(atom, env))

    def whole(self, atom: ir.Atom, env: Env) -> Kind:
        """The kind of an operand: active where what was written into its memory by now is."""
        kind = lit(self.known_kind(atom, env))
        if self.world.opaque and isinstance(kind, Ref) and kind.site.escaped and not is_active(kind):
            # code that cannot be seen may hold it, and was given what derivatives flow through
            escape(kind, active=True)
        return kind

    def known_kind(self, atom: ir.Atom, env: Env) -> Kind:
        """The same, by what is seen."""
        match atom:
            case ir.Var(name=name):
                # a variable without a value: reading it raises, and nothing is computed from it
                version = env.get(name)
                if version is None or version.kind is None:
                    return Never()
                return self.narrowed.get(version, version.kind) if self.narrowed else version.kind
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
            if self.world.opaque or self.world.unseen:
                kind = without_extents(kind)
        self.world.globals_used[id(self.globals), name] = (self.globals, name, value, kind)
        return kind

    def note_reads(self, stmt: Any, env: Env) -> None:
        """Remember which versions a statement reads."""
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
        if is_written(source.filename):
            return UnsupportedError(construct, advice)  # the place is where the user calls it
        return UnsupportedError(construct, advice, source.filename, line, source.line(line))
