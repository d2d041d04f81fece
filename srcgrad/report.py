"""What a differentiated function can say of itself: sources, paths, cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

from srcgrad.analysis.kinds import Num
from srcgrad.callforward import CallForward
from srcgrad.dispatch import describe_key, dispatcher_of, remember_uses
from srcgrad.entries import Entry
from srcgrad.fastpath import PathUse, Use
from srcgrad.locking import compiling
from srcgrad.remembered import Remembered, remembered
from srcgrad.settledcalls import SettledForward
from srcgrad.show import highlight, side_by_side


@dataclass(frozen=True)
class PathReport:
    """One path that was taken.

    description  the arms and exits that it is for
    calls        how often its reverse ran
    source       the forward and the reverse, or the one function that is both
    remembered   what the forward keeps for the reverse: name, bytes, and the lines that ask for it
    """

    description: str
    calls: int
    source: str
    remembered: tuple[Remembered, ...] = ()


@dataclass(frozen=True)
class CacheInfo:
    """Use of the cache.

    hits         calls for which everything was there
    misses       calls of a kind, or along a path, that was new
    emissions    texts that came into use: forwards and reverses
    signatures   paths for which there is a reverse
    last_miss    why the last miss was one
    """

    hits: int
    misses: int
    emissions: int
    signatures: int
    last_miss: str


class Uses:
    """The entries that one gradient object used.  They are shared between the gradients of a function."""

    def __init__(self) -> None:
        remember_uses(self)
        self.by_entry: dict[Entry, Use] = {}
        self.misses = self.emissions = 0
        self.last_miss = "no call yet"
        # guarded functions for the kinds of calls that came twice, the latest first
        self.fast: tuple[Any, ...] = ()
        self.built = 0
        # the gradients that call one of them at once
        self.served: WeakSet[Any] = WeakSet()

    def forget(self) -> None:
        """Have calls take the long way."""
        self.fast, self.built = (), 0
        for gradient in list(self.served):
            gradient.take_long_way()

    def of(self, entry: Entry, values: Mapping[str, Any]) -> tuple[Use, bool]:
        """The use of an entry, and whether this is the first."""
        found = self.by_entry.get(entry)
        if found is not None:
            return found, False
        with compiling:
            found = self.by_entry.get(entry)
            if found is not None:
                return found, False
            made = Use(entry)
            if entry.alone:
                made.paths[None] = PathUse(None)
            known = any(other.dispatcher is entry.dispatcher and other.key == entry.key for other in self.by_entry)
            self.misses += 1
            self.emissions += 1
            self.last_miss = "a new kind of arguments: " + describe_key(values)
            if known:
                self.last_miss = "what the function reads besides its arguments changed"
            self.by_entry[entry] = made
            return made, True

    def path(self, use: Use, seen: int) -> PathUse:
        """The use of the path that a call took."""
        key = seen if use.entry.has_sites else None
        found = use.paths.get(key)
        if found is not None:
            return found
        path = use.entry.path(seen)
        key = key if path.seen == key else -1
        with compiling:
            found = use.paths.get(key)
            if found is None:
                self.emissions += 1
                if use.paths:
                    self.misses += 1
                    self.last_miss = "a new path: " + ("; ".join(path.describe()) or "any")
                found = use.paths[key] = PathUse(path)
            return found

    def __iter__(self) -> Iterator[Use]:
        return iter(list(self.by_entry.values()))


def texts(use: Use) -> Iterator[tuple[PathUse, str, str]]:
    """For each path: its use, what it is for, and the texts that run on it."""
    for path_use in list(use.paths.values()):
        parts = [use.entry.forward_text.rstrip()]
        description = "the only path"
        if path_use.path is not None:
            parts.append(path_use.path.text.rstrip())
            description = "; ".join(path_use.path.describe()) or description
        yield path_use, description, "\n\n\n".join(parts) + "\n"


def source(uses: Uses) -> str:
    """All emitted text of a function, and of the functions that it calls."""
    own = {use.entry: [p.path.text for p in list(use.paths.values()) if p.path is not None] for use in uses}
    return whole(own)


def whole(own: Mapping[Entry, list[str]]) -> str:
    """The texts of these entries' forwards, of some of their reverses, and of the functions that they call."""
    parts: list[str] = []
    for entry, reverses in own.items():
        parts += [entry.forward_text, *reverses]
    for entry in called(list(own)):
        parts += [entry.forward_text, *(path.text for path in list(entry.paths.values()))]
    return "\n\n\n".join(dict.fromkeys(part.rstrip() for part in parts)) + "\n" if parts else ""


def called(entries: list[Entry]) -> Iterator[Entry]:
    """The entries of the functions that the text of these entries calls, directly or not."""
    waiting, seen = list(entries), set(entries)
    while waiting:
        for cell in waiting.pop(0).forward.__closure__ or ():
            callee = getattr(cell.cell_contents, "__self__", cell.cell_contents)
            if not isinstance(callee, CallForward):
                continue
            for entry in serving(callee):
                if entry not in seen:
                    seen.add(entry)
                    waiting.append(entry)
                    yield entry


def serving(callee: CallForward) -> list[Entry]:
    """The entries that serve a call, or may."""
    if isinstance(callee, SettledForward) and callee.settled is not None:
        return [] if callee.entry is None else [callee.entry]
    groups = [group for program in callee.programs() for group in list(dispatcher_of(program).entries.values())]
    entries = [entry for group in groups for entry in group]
    return [entry for entry in entries if entry.assembly.purpose == "call" and may_serve(callee, entry)]


def may_serve(callee: CallForward, entry: Entry) -> bool:
    """Whether an entry may be one of a call's: it gives adjoints of those arguments that have one there."""
    if type(callee) is not CallForward:
        return True
    for name, mode in zip(entry.dispatcher.positional, callee.modes):
        own, kind = entry.modes.get(name, "-"), entry.inf.entry[name].kind
        floats = isinstance(kind, Num) and kind.dtype is not None and kind.differentiable
        if (mode == "-" and own != "-") or (mode != "-" and own == "-" and floats):
            return False
    return True


def paths(uses: Uses) -> list[PathReport]:
    """The paths of a function."""
    return [
        PathReport(description, path_use.calls, text, kept(use, path_use))
        for use in uses
        for path_use, description, text in texts(use)
        if path_use.calls
    ]


def kept(use: Use, path_use: PathUse) -> tuple[Remembered, ...]:
    """What the forward keeps for a path, and what the functions keep that it calls."""
    entry = use.entry
    reads = entry.assembly.reads if path_use.path is None else path_use.path.reads
    found = remembered(entry, reads, None if entry.alone else path_use.sizes or {})
    for callee in called([entry]):
        for path in list(callee.paths.values()):
            found += remembered(callee, path.reads, None)
    return tuple(dict.fromkeys(found))


def cache_info(uses: Uses) -> CacheInfo:
    """The state of a function's cache."""
    calls = sum(path.calls for use in uses for path in list(use.paths.values()))
    signatures = sum(len(use.paths) for use in uses)
    return CacheInfo(max(0, calls - uses.misses), uses.misses, uses.emissions, signatures, uses.last_miss)


def show(uses: Uses) -> None:
    """Print a function's derivative, each reverse line beside the primal line."""
    for use in uses:
        entry = use.entry
        if entry.alone:
            print(side_by_side(entry.forward_text, entry.forward_lines, entry.program.source))
            continue
        print(highlight(entry.forward_text))
        for path_use in list(use.paths.values()):
            assert path_use.path is not None
            print(side_by_side(path_use.path.text, path_use.path.line_map, entry.program.source))
