"""Versions: which assignment a name holds at a point of the program, and what kind of value that is.

    x = a              x: version 1
    while cond(x):     x at the top of a turn: version 2, merged from 1 and 3
        x = step(x)    x: version 3
    return x           x: version 2

A version's kind only ever grows (`Version.update`), so that repeated passes over a loop come to rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.choices import one_of, same
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.extents import Axis, Dim, is_not_one, join_axis
from srcgrad.analysis.kinds import (
    INT,
    Closure,
    Inert,
    Kind,
    Known,
    Method,
    Never,
    Num,
    OneOf,
    Ref,
    Seq,
    Site,
    Slope,
    Tup,
    Unknown,
    same_dtype,
    with_axes,
)
from srcgrad.analysis.places import changes, one_place
from srcgrad.analysis.texts import holds_text


@dataclass(slots=True, eq=False)
class Version:
    """One definition of a name, or a merge of several.

    scope   the loop (statement) whose turn it belongs to, None for the function's own level
    anchor  the statement at which it is defined, or the loop or branch that merges it; None for parameters
    place   where it comes to hold: 'after' the anchor, at the 'top' of the anchor's body, or at the function's 'entry'
    """

    name: str
    scope: Any
    anchor: Any
    place: str
    kind: Kind | None = None
    merge: bool = False
    maybe_unbound: bool = False
    sources: list[Version] = field(default_factory=list)
    own: set[Any] = field(default_factory=set)
    name_of_integer: Dim | None = None

    @property
    def active(self) -> bool:
        return self.kind is not None and is_active(self.kind)

    def update(self, kind: Kind, turn_mark: int | None = None) -> bool:
        """Grow the kind to cover `kind`; true when it changed.

        Extents made inside the loop (Dim.number >= turn_mark) that arrive at its top speak of the turn before: they
        become an extent of this version's own.
        """
        grown = kind if self.kind is None else self._grow(self.kind, kind)
        if turn_mark is not None:
            grown = self._forget_turn(grown, turn_mark)
        if is_integer(grown) and grown.extent is None and not isinstance(self.anchor, Site):
            grown = replace(grown, extent=self.named())
        if isinstance(grown, (Tup, Closure, OneOf, Slope)) and nesting(grown) > MAX_NESTING:
            # a chain of pairs, or of functions that capture each other, grows with the number of turns: what it is
            # made of is seen when it runs
            active = is_active(grown)
            escape(grown)
            grown = Unknown(active)
        changed = grown != self.kind
        self.kind = grown
        return changed

    def named(self) -> Dim:
        """The name of the integer that this version holds, of which nothing else is known."""
        if self.name_of_integer is None:
            self.name_of_integer = self._own_dim(False)
        return self.name_of_integer

    def _own_dim(self, not_one: bool) -> Dim:
        dim = Dim.joined(not_one)
        self.own.add(dim.base)
        return dim

    def _grow(self, old: Kind, new: Kind) -> Kind:
        """The kind that covers both, with extents of this version's own where they differ."""
        match old, new:
            case Num(), Num() if old == new:
                return same_places(old, new)
            case Num(shape=(*_,)), Num(shape=(*_,)) if len(old.shape or ()) == len(new.shape or ()):
                axes = tuple(self._grow_axis(a, b) for a, b in zip(old.shape or (), new.shape or ()))
                joined = join(replace(old, shape=()), replace(new, shape=()))
                assert isinstance(joined, Num)
                extent = None
                if old.extent is not None and new.extent is not None:
                    extent = self._grow_axis(old.extent, new.extent)
                return replace(joined, shape=axes, extent=extent)  # type: ignore[arg-type]
            case Tup(), Tup() if len(old.items) == len(new.items) and old.type is new.type:
                return Tup(tuple(map(self._grow, old.items, new.items)), old.type)
            case Seq(), Seq():
                return Seq(self._grow(old.elem, new.elem))
            case Closure(), Closure() if old.function is new.function and len(old.defaults) == len(new.defaults):
                captured = dict(old.captured)
                for name, kind in new.captured:
                    captured[name] = self._grow(captured[name], kind) if name in captured else kind
                defaults = tuple(map(self._grow, old.defaults, new.defaults))
                return Closure(old.function, tuple(captured.items()), defaults)
            case Slope(), Slope() if same_form(old, new):
                return replace(old, function=self._grow(old.function, new.function))
            case (OneOf(), _) | (_, OneOf()):
                return one_of(old, new, self._grow) or join(old, new)
        return join(old, new)

    def _grow_axis(self, old: Axis, new: Axis) -> Axis:
        if old == new:
            return old
        both = is_not_one(old) and is_not_one(new)
        if isinstance(old, Dim) and old.base in self.own:
            return old if both or not old.not_one else self._own_dim(False)
        return self._own_dim(both)

    def _forget_turn(self, kind: Kind, mark: int) -> Kind:
        """The kind with this version's own extents in place of those that a turn made."""

        def remembered(axis: Axis) -> Axis:
            of_turn = isinstance(axis, Dim) and axis.number >= mark and axis.base not in self.own
            return self._own_dim(is_not_one(axis)) if of_turn else axis

        return with_axes(kind, lambda shape: tuple(map(remembered, shape)))  # type: ignore[no-any-return]


def is_integer(kind: Any) -> TypeGuard[Num]:
    """Whether a value is an integer of Python's."""
    return isinstance(kind, Num) and kind.box == "py" and kind.dtype == INT.dtype and not kind.maybe_none


MAX_NESTING = 8


def nesting(kind: Kind) -> int:
    """How deep tuples lie within tuples, functions in what functions captured."""
    match kind:
        case Tup(items=items):
            return 1 + max(map(nesting, items), default=0)
        case Closure(captured=captured):
            return 1 + max([nesting(held) for _, held in captured], default=0)
        case OneOf(members=members):
            return max(map(nesting, members))
        case Slope(function=function):
            return nesting(function)
    return 0


def same_form(a: Slope, b: Slope) -> bool:
    """Whether two gradient functions differ in nothing but the function that they are the gradients of."""
    return (a.argnums, a.with_value, a.made) == (b.argnums, b.with_value, b.made)


def join(a: Kind, b: Kind) -> Kind:
    """The smallest kind (of those at hand) that covers both."""
    if a is b or isinstance(b, Never):
        return a
    if a == b:
        return same_places(a, b)
    if isinstance(a, Never):
        return b
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Known) and one.value is None:
            kind = generalise(other)
            if isinstance(kind, (Num, Ref)):
                return replace(kind, maybe_none=True)
            if isinstance(kind, (Tup, Closure, Seq, Method, OneOf, Slope)):
                return kind  # what is done with it would raise for None
    a, b = generalise(a), generalise(b)
    match a, b:
        case Num(), Num():
            if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
                shape = None
            else:
                shape = tuple(join_axis(x, y) for x, y in zip(a.shape, b.shape))
            return Num(
                shape,
                a.dtype if same_dtype(a.dtype, b.dtype) else None,
                a.box if a.box == b.box else "scalar" if a.is_number and b.is_number else None,
                a.active or b.active,
                a.maybe_none or b.maybe_none,
                one_place(a.memory, b.memory),
            )
        case Tup(), Tup() if len(a.items) == len(b.items) and a.type is b.type:
            return Tup(tuple(join(x, y) for x, y in zip(a.items, b.items)), a.type)
        case Ref(), Ref() if same(a, b):
            unify(a.site, b.site)
            return replace(a, maybe_none=a.maybe_none or b.maybe_none)
        case (Ref(), Tup() | Known()) | (Tup() | Known(), Ref()):
            held, items = (a, tuple_items(b)) if isinstance(a, Ref) else (b, tuple_items(a))
            if isinstance(held, Ref) and held.site.type is tuple and items is not None:
                for item in items:
                    hold(held.site, item)
                return held
        case Closure(), Closure() if a.function is b.function:
            captured = dict(a.captured)
            for name, kind in b.captured:
                captured[name] = join(captured[name], kind) if name in captured else kind
            return Closure(a.function, tuple(captured.items()), tuple(map(join, a.defaults, b.defaults)))
        case Seq(), Seq():
            return Seq(join(a.elem, b.elem))
        case Tup() | Seq(), Tup() | Seq() if is_shape(a) and is_shape(b):
            return Seq(INT)
        case Slope(), Slope() if same_form(a, b):
            return replace(a, function=join(a.function, b.function))
        case Inert(), Inert():
            return Inert(a.type if a.type is b.type else None, a.printed or b.printed)
        case Unknown(), Unknown():
            return Unknown(a.active or b.active, a.printed or b.printed)
        case Known() | Inert(), Known() | Inert():
            if not _callable(a) and not _callable(b):
                types = {k.type if isinstance(k, Inert) else type(k.value) for k in (a, b)}
                return Inert(types.pop() if len(types) == 1 else None, holds_text(a) or holds_text(b))
    several = one_of(a, b, join)
    if several is not None:
        return several
    escape(a)
    escape(b)
    return Unknown(is_active(a) or is_active(b), holds_text(a) or holds_text(b))


def is_shape(kind: Kind) -> bool:
    """Whether a kind is that of a tuple of Python's integers, as shapes are."""
    items: Any = kind.items if isinstance(kind, Tup) and kind.type is tuple else (getattr(kind, "elem", None),)
    return all(map(is_integer, items))


def tuple_items(kind: Kind) -> tuple[Kind, ...] | None:
    """The kinds of the items of a tuple of known length; None of anything else."""
    if isinstance(kind, Known) and type(kind.value) is tuple:
        return tuple(map(Known, kind.value))
    return kind.items if isinstance(kind, Tup) and kind.type is tuple else None


def same_places(a: Kind, b: Kind) -> Kind:
    """A kind, its arrays at the place where those of an equal kind lie as well."""
    match a, b:
        case Num(), Num():
            if a.memory is not b.memory:
                memory = one_place(a.memory, b.memory)
                return a if a.memory is not None else replace(a, memory=memory)
        case Tup(), Tup():
            return Tup(tuple(map(same_places, a.items, b.items)), a.type)
        case Seq(), Seq():
            return Seq(same_places(a.elem, b.elem))
        case Closure(), Closure():
            for (_, one), (_, other) in zip(a.captured, b.captured):
                same_places(one, other)
        case Slope(), Slope():
            return replace(a, function=same_places(a.function, b.function))
        case OneOf(), OneOf():
            return OneOf(tuple(map(same_places, a.members, b.members)))
    return a


def _callable(kind: Kind) -> bool:
    return isinstance(kind, Known) and callable(kind.value)


def hold(site: Site, kind: Kind, key: Any = None) -> bool:
    """Record that the objects of `site` hold a value of `kind` (under `key`, where known); true when that is news."""
    kind = generalise(kind)
    site.mutated = True
    changed = False
    if site.items is not None and key is not None and not site.escaped:
        if key in site.items or not issubclass(site.type, (list, dict, set)):
            changed = _grow_slot(site, ("item", key), site.items.get(key), kind)
            if forgotten(site):
                return True  # on the way: what is held holds the object itself
            site.items[key] = site.growers["item", key].kind
            if not issubclass(site.type, (list, dict, set)):
                # attributes are told apart: what one holds says nothing of what another does
                changes.count += changed
                return changed
            # what is held elsewhere lies elsewhere, as long as it is known what is held where
            kind = replace(kind, memory=None) if isinstance(kind, Num) else kind
    changed |= _grow_slot(site, "elem", site.elem, kind)
    site.elem = site.growers["elem"].kind
    changes.count += changed
    return changed


def forgotten(site: Site) -> bool:
    """Whether it is no longer known what is held where."""
    return site.items is None


def _grow_slot(site: Site, slot: Any, known: Kind | None, kind: Kind) -> bool:
    """Grow what a site holds at one place; a version of its own keeps extents that differ at rest."""
    grower = site.growers.get(slot)
    if grower is None:
        grower = site.growers[slot] = Version(str(slot), None, site, "after")
    if known is not None and known is not grower.kind:
        grower.update(known)
    return bool(grower.update(kind))


def contents(site: Site) -> Kind | None:
    """The join of all that the objects of a site hold; None when nothing yet."""
    if site.items is None:
        return site.elem
    held = [generalise(kind) for kind in site.items.values()]
    if site.elem is not None:
        held.append(site.elem)
    for kind in held:
        _grow_slot(site, "contents", None, kind)
    return site.growers["contents"].kind if held else None


def key_kind(site: Site) -> Kind:
    """The kind of a dict's keys."""
    result: Kind = Never() if site.key is None else site.key
    for key in site.items or ():
        kind = generalise(Known(key))
        result = kind if isinstance(result, Never) else join(result, kind)
    return result


def add_key(site: Site, kind: Kind) -> None:
    """Record that a dict has such keys."""
    known = Never() if site.key is None else site.key
    joined = join(known, generalise(kind))
    if joined != known:
        site.key = joined
        changes.count += 1


def forget_items(site: Site) -> None:
    """Forget what is held under which key, not what kinds of values and keys there are."""
    site.elem = contents(site)
    if site.type is dict:
        add_key(site, key_kind(site))
    site.items = None


MAX_PAIRS = 1000
# how deep pairs of sites are made one within each other; others wait until those are
MAX_DEPTH = 20
# pairs that were met since the outermost one, those that wait, and those that are being made one
_met: set[tuple[int, int]] = set()
_waiting: list[tuple[Site, Site]] = []
_within: list[tuple[Site, Site]] = []


def unify(a: Site, b: Site) -> None:
    """Make two sites one, as far as their contents go: each then covers what the other holds.

    What they hold is made one in turn, a pair of sites once: they may hold each other.  Of graphs with very many
    nodes the contents are forgotten: they are seen when it runs.
    """
    pair = (id(a), id(b))
    if a is b or pair in _met:
        return
    if len(_met) > MAX_PAIRS:
        escape(Ref(a))
        escape(Ref(b))
        return
    _met.add(pair)
    if len(_within) >= MAX_DEPTH:
        _waiting.append((a, b))
        return
    outermost = not _within
    _within.append((a, b))
    try:
        _unify(a, b)
        while outermost and _waiting:
            _unify(*_waiting.pop())
    finally:
        _within.pop()
        if outermost:
            _met.clear()
            _waiting.clear()


def _unify(a: Site, b: Site) -> None:
    merged_keys = a.items is not None and b.items is not None and a.items.keys() == b.items.keys()
    if merged_keys:
        assert a.items is not None and b.items is not None
        for key in list(a.items):
            mine, yours = (a.items or {}).get(key), (b.items or {}).get(key)
            if mine is None or yours is None:
                break  # they hold each other, and have been made one, or been forgotten, on the way
            if mine != yours:
                hold(a, yours, key)
                hold(b, (a.items or {}).get(key, mine), key)
    else:
        for one, other in ((a, b), (b, a)):
            held = contents(other)
            if held is not None:
                hold(one, held)
        for site in (a, b):
            if issubclass(site.type, (list, dict, set)):
                forget_items(site)
        if a.type is dict:
            for one, other in ((a, b), (b, a)):
                add_key(one, key_kind(other))
    if a.escaped or b.escaped:
        escape(Ref(a))
        escape(Ref(b))
    a.mutated = b.mutated = a.mutated or b.mutated
