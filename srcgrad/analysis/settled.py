"""Calls of which all is known before they run: the callee is compiled for the kinds of its arguments at the call site.

    for body in bodies:            body: an object of class Body that holds a float under x and one under v
        body.step(h, k)            nothing has to be asked of the arguments when the call is made

Other calls ask what they are given each time, and are compiled for every answer: for every length of a list that an
object gathers, for every form of a tree.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import entry
from srcgrad.analysis.activity import generalise
from srcgrad.analysis.extents import Axis, Dim, Made
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Ref, Site, Tup
from srcgrad.analysis.meaning import ByCall
from srcgrad.analysis.memory import written
from srcgrad.analysis.places import Memory
from srcgrad.frontend import programs

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

CONTAINERS = (list, dict, set, tuple)


class Unsettled(Exception):
    """Something is not known before it runs."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The kinds of a callee's parameters.

    key      what tells them from others
    guarded  the globals and attributes of classes that the caller's text depends on: it is not run where they changed
    """

    params: Mapping[str, Kind]
    key: Any
    guarded: frozenset[Any]

    def kinds(self) -> dict[str, Kind]:
        """The kinds, with objects and memory of their own."""
        copies = Copies()
        return {name: copies.kind(kind)[0] for name, kind in self.params.items()}


def settle_calls(inf: Inference) -> None:
    """Note the kinds of the arguments of all calls of which nothing has to be asked when they run."""
    world = inf.world
    if world.opaque or world.unseen or world.writes or world.writes_unknown or world.sets_outside:
        return
    guarded = frozenset((*world.globals_used, *world.lookups))
    for meaning in inf.meanings.values():
        if type(meaning) is ByCall and plain_call(meaning):
            meaning.settled = settled(meaning, guarded)


def plain_call(meaning: ByCall) -> bool:
    """Whether a call of a function without captured variables hands over plain arguments, by position or by name."""
    function, child = meaning.function, meaning.child
    if not isinstance(function, types.FunctionType) or function.__code__.co_freevars or child is None:
        return False
    starred = ir.has_stars(meaning.args, meaning.keywords)
    if meaning.callee is not None or starred:
        return False
    program = programs.program_of(function)
    if child.program is not program or any(name.startswith("_") for name, _ in meaning.keywords):  # type: ignore[union-attr]
        return False
    given, others = program.params[: len(meaning.modes)], program.params[len(meaning.modes) :]
    return all(p.kind in ("pos", "posonly") for p in given) and all(p.kind == "pos" for p in others)


def settled(meaning: ByCall, guarded: frozenset[Any]) -> Settled | None:
    """The kinds of a call's arguments, where they are known."""
    params = {name: version.kind for name, version in meaning.child.entry.items()}
    copies = Copies()
    try:
        key = tuple(copies.kind(kind)[1] for kind in params.values())
    except Unsettled:
        return None
    return Settled(params, (key, meaning.modes, meaning.keyword_modes), guarded)


class Copies:
    """Copies of kinds, with what tells them from others."""

    def __init__(self) -> None:
        self.sites: dict[int, tuple[Ref, int]] = {}
        self.extents: dict[int, int] = {}
        self.memory: dict[int, tuple[Memory, Memory, int]] = {}

    def kind(self, kind: Kind | None) -> tuple[Kind, Any]:
        """A copy of a kind, and its key."""
        kind = None if kind is None else generalise(kind)
        match kind:
            case Num(shape=tuple() as shape, dtype=np.dtype() as dtype, box=str() as box):
                place, number = self.place(kind)
                axes = tuple(map(self.axis, shape))
                flags = kind.active, kind.maybe_none, number, None if kind.extent is None else self.axis(kind.extent)
                return replace(kind, memory=place), ("number", axes, dtype, box, *flags)
            case Known(value=None):
                return kind, None
            case Known(value=value) if isinstance(value, (*entry.FUNCTIONS, str, bytes)):
                return kind, value if isinstance(value, (str, bytes)) else entry.Same(value)
            case Inert(type=type() as cls, printed=False, bounds=bounds):
                return kind, cls if bounds is None else (cls, *map(self.axis, bounds))
            case Tup(items=items, type=cls):
                parts = [self.kind(item) for item in items]
                return Tup(tuple(part for part, _ in parts), cls), (cls, tuple(key for _, key in parts))
            case Ref(site=site) if site.type in CONTAINERS or entry.is_user_class(site.type):
                return self.object(kind, site)
        raise Unsettled

    def object(self, kind: Ref, site: Site) -> tuple[Kind, Any]:
        """A copy of an object with what it holds; the same one where it is met again."""
        if site.escaped or (issubclass(site.type, CONTAINERS) and site.type not in CONTAINERS):
            raise Unsettled
        if id(site) in self.sites:
            known, number = self.sites[id(site)]
            return replace(known, maybe_none=kind.maybe_none), ("again", number, kind.maybe_none)
        made = Site(site.type, None, mutated=site.mutated)
        self.sites[id(site)] = Ref(made), len(self.sites)
        parts: list[Any] = [site.type, site.mutated, kind.maybe_none]
        if site.items is not None:
            held = {name: self.kind(inner) for name, inner in site.items.items()}
            made.items = {name: inner for name, (inner, _) in held.items()}
            parts.append(tuple((name, key) for name, (_, key) in held.items()))
        for name in ("elem", "key"):
            inner = getattr(site, name)
            if inner is not None:
                copy, key = self.kind(inner)
                setattr(made, name, copy)
                parts.append((name, key))
        return Ref(made, kind.maybe_none), tuple(parts)

    def place(self, kind: Num) -> tuple[Memory | None, int | None]:
        """A place of its own for what lies at one place; nothing may be written there."""
        if kind.memory is None:
            return None, None
        if written(kind.memory) or kind.memory.root().escaped:
            raise Unsettled
        root = kind.memory.root()
        _, made, number = self.memory.setdefault(id(root), (root, Memory(), len(self.memory)))
        return made, number

    def axis(self, axis: Axis | None) -> Any:
        """What tells an axis from others: which axes have its length, or what makes it."""
        if not isinstance(axis, Dim):
            return axis
        if isinstance(axis.base, Made):
            number: Any = axis.base.op, *map(self.axis, axis.base.parts)
        else:
            number = self.extents.setdefault(axis.base, len(self.extents))
        return number, axis.offset, axis.not_one, axis.once, axis.sure
