"""What one kind of call compiled to: the forward, its reverses by signature, and what a call leaves for its reverse.

    Entry        the forward for one kind of call, and whether what it depends on is still as it was
    Path         the reverse for one signature
    Record       what one call leaves for its reverse

A reverse is emitted when its signature first occurs; beyond 32 of them one general reverse serves.
"""

from __future__ import annotations

import contextlib
import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.adjoint.assemble import Assembly
from srcgrad.adjoint.decisions import describe
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.arms import leave_out
from srcgrad.analysis.entry import cell_kind, key_of, kind_of
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Kind, Never, Num, Ref
from srcgrad.analysis.lookups import stored, watching
from srcgrad.analysis.memory import ANY, mutated, note_outside, places_in, together
from srcgrad.analysis.repeats import share_repeats
from srcgrad.analysis.resolved import is_tensor, tensor_refused
from srcgrad.analysis.settled import Settled, settle_calls
from srcgrad.analysis.updates import write_updates
from srcgrad.analysis.world import ABSENT, ACTIVE_GLOBALS, World
from srcgrad.elsewhere import global_objects
from srcgrad.emit.frames import point_at_user_line, user_place
from srcgrad.emit.python import bound_names, print_function
from srcgrad.emit.register import bind, note_user_lines
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.locking import collector_paused, compiling
from srcgrad.runtime.adjoints import Adjoints

if TYPE_CHECKING:
    from srcgrad.dispatch import Dispatcher


MAX_SIGNATURES = 32
# among the modes of a call's parameters: the ways to arrays that are written elsewhere
WAYS = "written elsewhere"
# what cannot change its kind without becoming another object
UNCHANGING = (types.ModuleType, types.BuiltinFunctionType, np.ufunc, bool, int, float, complex, str, np.generic)
Values = tuple[Any, ...]


class Record:
    """What a call leaves for its reverse: the entry that ran, the path it took, what it remembered, its result."""

    __slots__ = ("entry", "order", "residual", "seen", "value")

    def __init__(self, entry: Entry, seen: int, residual: Any, value: Any, order: tuple[str, ...] | None) -> None:
        self.entry, self.seen, self.residual, self.value, self.order = entry, seen, residual, value, order

    def reverse(self, bars: Adjoints, bar: Any = None) -> Any:
        """Run the reverse; the adjoints of the arguments whose mode is 'v', in the call's order, one alone as it is."""
        entry = self.entry
        if bar is None:
            if entry.protocol != "bars":
                bar = self.gathered(bars)
        elif entry.protocol == "bars":
            # the call site knew more about the result than the callee does: its cotangent goes by identity
            bars.add_items(self.value, bar)
            bar = None
        if self.order is None:
            reverse = entry.reverses.get(self.seen)
            if reverse is not None:
                return reverse(self.residual, bar, bars) if entry.uses_bars else reverse(self.residual, bar)
        result = entry.run_reverse(self.seen, self.residual, bar, bars)
        if self.order is None or self.order == entry.returned:
            return result
        by_name = dict(zip(entry.returned, result if len(entry.returned) != 1 else (result,)))
        # an argument that turned out to be an integer has no adjoint of its own
        results = tuple(by_name[name] if entry.modes[name] == "v" else 0.0 for name in self.order)
        return results[0] if len(results) == 1 else results

    def gathered(self, bars: Adjoints) -> Any:
        """The cotangent of the result, where it goes by identity."""
        value = self.value
        if self.entry.protocol != "value":
            return bars.take_items(value)
        if type(value) is float:
            return bars.take(value)
        bar = bars.made(value)
        shape = getattr(value, "shape", ())
        return bar if getattr(bar, "shape", ()) == shape else np.broadcast_to(bar, shape)


class Path:
    """One signature of an entry: its reverse, its description and how often it ran."""

    def __init__(self, entry: Entry, seen: int | None) -> None:
        self.entry = entry
        self.seen = seen
        assert not entry.alone
        function = entry.finished(entry.assembly.reverse(seen))
        # which of the user's lines ask for what was remembered
        self.reads = entry.assembly.reads
        self.text, self.line_map = print_function(function, own=entry.assembly.own)
        self.function = entry.compile(function, self.text)
        note_user_lines(self.function.__code__.co_filename, entry.program.source.filename, self.line_map)
        self.wants_seen = any(p.name == "seen" for p in function.params)

    def describe(self) -> list[str]:
        return [] if self.seen is None else describe(self.entry.assembly.sites, self.seen)


class Entry:
    """A function compiled for one kind of call."""

    def __init__(
        self, dispatcher: Dispatcher, function: Any, values: Mapping[str, Any] | Settled, modes: dict[str, str],
        purpose: str,
    ) -> None:  # fmt: skip
        world = self.interpret(dispatcher, function, values, modes, purpose)
        # what this one calls has entries in turn: both modules build on this one
        from srcgrad.callforward import CallForward
        from srcgrad.runtime import dynamic

        settle_calls(self.inf)
        self.assembly: Assembly = Assembly(self.inf, self.modes, self.role(purpose), self.calls(CallForward), dynamic)
        self.protocol = self.assembly.protocol
        self.returned = tuple(self.assembly.returned)
        self.uses_bars = self.assembly.uses_bars
        self.has_sites = self.assembly.sites.count > 0
        self.alone: bool = self.assembly.alone
        self.paths: dict[int | None, Path] = {}
        # the reverses by signature, those that do not ask for it
        self.reverses: dict[int, Any] = {}
        forward = self.finished(self.assembly.forward)
        forward.params = tuple(ir.Param(p.name, p.kind) for p in forward.params)
        keep = frozenset(self.assembly.remember.keep)
        self.forward_text, self.forward_lines = print_function(forward, keep, self.assembly.own)
        self.forward = self.compile(forward, self.forward_text, function)
        note_user_lines(self.forward.__code__.co_filename, self.program.source.filename, self.forward_lines)
        self.register_nested(forward)
        self.note_globals(world)

    # ------------------------------------------------------------------ what other kinds of entries do otherwise

    def role(self, purpose: str) -> str:
        """What the entry is for, as the assembly knows it."""
        return purpose

    def calls(self, forward: Any) -> Any:
        """What makes the dispatcher of a call site."""
        return forward.for_meaning

    def finished(self, function: ir.Function) -> ir.Function:
        """The forward or a reverse, before it is printed."""
        return function

    # ------------------------------------------------------------------ making one

    def interpret(
        self, dispatcher: Dispatcher, function: Any, values: Mapping[str, Any] | Settled, modes: dict[str, str],
        purpose: str,
    ) -> World:  # fmt: skip
        """Infer what the program means for this kind of call: `inf`, and the modes now that kinds are known."""
        active = programs.captures(function, purpose)
        self.dispatcher = dispatcher
        self.key: Any = None
        self.program = program = dispatcher.program
        memo: dict[Any, Any] = {}
        if isinstance(values, Settled):
            params = values.kinds()
        else:
            if any(is_tensor(value) and modes.get(name, "-") != "-" for name, value in values.items()):
                raise TypeError(str(tensor_refused("a tensor")))  # at the call, whatever derivative it asks for
            params = {name: kind_of(value, modes.get(name, "-") != "-", memo) for name, value in values.items()}
        free = {}
        for name, cell in cells_of(function).items():
            if name in params:
                continue  # a parameter of this program (`wrt`)
            kind = cell_kind(cell, name in active, name in program.shared, memo)
            if kind is not None:
                free[name] = kind
        # arrays whose adjoints go by memory may overlap in another call of this kind
        by_identity = [kind for name, kind in params.items() if modes.get(name) == "i"]
        together([memory for kind in (*by_identity, *free.values()) for memory in places_in(kind, floating=True)])
        world = World(within=purpose.endswith("call"))
        places: dict[int, Any] = memo.setdefault("places", {})
        world.memo["places"] = places
        self.inf = inf = Inference(program, params, free, program.namespace, world)
        world.active_calls[program] = [inf]
        ways: Any = modes.get(WAYS, ())
        with watching() as looked_up:
            world.lookups = looked_up
            note_ways(inf, ways)
            inf.run()
            if world.loosen_globals():
                inf.run()
            if leave_out(inf):
                inf.run()
            if write_updates(inf):
                inf.run()
            if share_repeats(inf):
                inf.run()
            if note_ways(inf, ways):
                inf.run()  # what is written elsewhere is seen by now; calls hand the news on
        # the parameters that hold arrays which are written
        held = {name: places_in(version.kind) for name, version in inf.entry.items()}
        self.written = frozenset(n for n, found in held.items() if any(memory.root().written for memory in found))
        # whether one of its statements is seen to write into them
        stored = {memory.root() for places in inf.writes.values() for memory in places}
        self.writes_arguments = any(memory.root() in stored for found in held.values() for memory in found)
        self.lookups = list(looked_up.values())
        given = {name: mode for name, mode in modes.items() if name != WAYS}
        self.modes = {name: returned_mode(params[name]) if mode == "v" else mode for name, mode in given.items()}
        # what is known of the arguments stays, they themselves do not
        places.clear()
        for kind in memo.values():
            if isinstance(kind, Ref):
                kind.site.value = None
        return world

    def note_globals(self, world: World) -> None:
        """Remember what the text depends on besides its arguments."""
        self.global_objects = global_objects(self.inf)
        self.quiet_globals = {*world.globals_used, *world.values} - ACTIVE_GLOBALS
        self.globals_seen = [
            (namespace, name, value, key_of(value)) for namespace, name, value, _ in world.globals_used.values()
        ]

    def constants(self, function: Any) -> list[Any]:
        """The arrays that the function and those that it calls have as globals, or captured."""
        kinds = np.ndarray, types.FunctionType
        waiting = [namespace.get(name) for namespace, name, value, _ in self.globals_seen if type(value) in kinds]
        waiting.append(function)
        found, seen = [], set()
        while waiting:
            value = waiting.pop()
            if type(value) is np.ndarray:
                found.append(value)
            elif type(value) is types.FunctionType and value not in seen:
                seen.add(value)
                for cell in value.__closure__ or ():
                    with contextlib.suppress(ValueError):  # not bound yet
                        waiting.append(cell.cell_contents)
        return found

    def compile(self, function: ir.Function, text: str, source: Any = None) -> Any:
        """The emitted function, in the user's namespace and with the user's cells."""
        cells = cells_of(source)
        found = bind(text, function.name, bound_names(function), self.program.namespace, cells)
        if cells:
            programs.captures_like(found[function.name].__code__, source.__code__)
        return found[function.name]

    def refusal(self, name: str) -> UnsupportedError | None:
        """What to raise where an argument holds one object at two places; None where that makes no difference."""
        version = self.inf.entry.get(name)
        if version is None or not (self.inf.world.identities or mutated(version.kind, doubt=True)):
            return None
        source, line = self.program.source, self.program.span.line
        what = f"argument '{name}' of {self.program.name}(), which holds one object at two places,"
        why = "in a function that changes what it holds or asks which objects are one,"
        advice = "put a copy in one of the places"
        return UnsupportedError(f"{what} {why}", advice, source.filename, line, source.line(line))

    def register_nested(self, forward: ir.Function) -> None:
        """Tell the front end which functions the emitted code makes."""
        made = [
            s.value for s in ir.walk(forward.body)
            if isinstance(s, (ir.Let, ir.Effect)) and isinstance(s.value, ir.MakeFunction)
        ]  # fmt: skip
        codes = [c for c in self.forward.__code__.co_consts if isinstance(c, types.CodeType)]
        codes = [c for c in codes if c.co_name not in ("<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>")]
        for code, expr in zip(codes, made):
            inner = expr.function
            active = {name for name in inner.free if self.inf.ever_active(name)}
            version = [p.name for p in inner.params if p.has_default]
            defaults = self.inf.default_kinds.get(expr, ())
            active |= {name for name, kind in zip(version, defaults) if is_active(kind)}
            programs.register(code, inner, frozenset(active))

    def bound_forward(self, function: Any) -> Any:
        """The emitted forward with the closure cells of this function object."""
        if function is not None and function.__code__.co_freevars:
            return rebound(self.forward, function)
        return self.forward

    def point(self, error: BaseException) -> None:
        """Show the user's lines in the traceback of an error that the forward raised."""
        source = self.program.source
        if isinstance(error, UnsupportedError) and not error.filename:
            error.locate(*user_place(error.__traceback__))
        point_at_user_line(error, self.forward_lines, source.filename, self.program.name, self.forward.__code__)

    def valid(self) -> bool:
        """Whether the globals that the text depends on are still of the kind they were."""
        if not self.quiet_globals.isdisjoint(ACTIVE_GLOBALS):
            return False
        for namespace, name, value, key in self.globals_seen:
            now = namespace.get(name, ABSENT)
            if now is value and isinstance(value, UNCHANGING):
                continue
            if now is ABSENT or value is ABSENT:
                if now is not value:
                    return False
            elif (now is not value and callable(value)) or key_of(now) != key:
                return False
        for owner, name, value in self.lookups:
            now = stored(owner, name)
            if now is not value and (callable(value) or isinstance(owner, type) or key_of(now) != key_of(value)):
                return False
        return True

    def run_forward(self, function: Any, args: Values, keywords: Mapping[str, Any]) -> tuple[Any, int, Any]:
        """Run the forward: the result, the signature, and what was remembered (`alone`: the gradients)."""
        try:
            result = self.bound_forward(function)(*args, **keywords)
        except BaseException as error:
            self.point(error)
            raise
        if isinstance(self.inf.return_kind, Never):
            name, line = self.program.name, self.program.span.line
            raise UnsupportedError(
                f"what {name}() returns",
                "write its recursion with a plain base case",
                self.program.source.filename,
                line,
            )
        return result if self.has_sites else (result[0], 0, result[1])

    def path(self, seen: int) -> Path:
        """The reverse for a signature."""
        key = seen if self.has_sites else None
        found = self.paths.get(key)
        if found is None:
            with compiling, collector_paused():
                found = self.paths.get(key)
                if found is None:
                    if len(self.paths) >= MAX_SIGNATURES:
                        found = self.paths.get(-1) or Path(self, None)
                        self.paths[-1] = found
                    else:
                        found = self.paths[key] = Path(self, key)
                    if not found.wants_seen:
                        self.reverses[seen] = found.function
        return found

    def run_reverse(self, seen: int, residual: Any, bar: Any, bars: Adjoints | None) -> Any:
        """Run the reverse for the path that was taken."""
        path = self.path(seen)
        args = [residual, bar]
        if self.uses_bars:
            args.append(bars)
        if path.wants_seen:
            args.append(seen)
        try:
            return path.function(*args)
        except UnsupportedError as error:
            if not error.filename:
                error.locate(*user_place(error.__traceback__))
            raise


def note_ways(inf: Inference, ways: Any) -> bool:
    """Note which of the arrays that a function can see are written elsewhere; true where there are any."""
    inf.world.writes |= bool(ways)
    globals_used = {name: kind for (_, name), (*_, kind) in inf.world.globals_used.items()}
    for way in ways:
        if way == (ANY,):
            kinds = [version.kind for version in (*inf.entry.values(), *inf.free.values())]
            for kind in (*kinds, *globals_used.values(), inf.return_kind):
                note_outside(kind, way)
            continue
        first, *rest = way
        if first == "return":
            note_outside(inf.return_kind, tuple(rest))
        elif first in ("free", "global"):
            version = inf.free.get(rest[0])
            kind = globals_used.get(rest[0]) if first == "global" else version.kind if version else None
            note_outside(kind, tuple(rest[1:]))
        elif first in inf.entry:
            note_outside(inf.entry[first].kind, tuple(rest))
    return bool(ways)


def cells_of(function: Any) -> dict[str, types.CellType]:
    """A function's closure cells by name."""
    if function is None:
        return {}
    return dict(zip(function.__code__.co_freevars, function.__closure__ or ()))


def rebound(forward: Any, function: Any) -> Any:
    """The emitted forward with the closure cells of this function object."""
    own = cells_of(function)
    closure = tuple(own.get(name, cell) for name, cell in zip(forward.__code__.co_freevars, forward.__closure__ or ()))
    result = types.FunctionType(forward.__code__, forward.__globals__, forward.__name__, forward.__defaults__, closure)
    result.__kwdefaults__ = forward.__kwdefaults__
    return result


def returned_mode(kind: Kind) -> str:
    """The mode of a parameter whose adjoint was to be returned, now that its kind is known."""
    if not is_active(kind):
        return "-"
    return "v" if isinstance(kind, Num) else "i"
