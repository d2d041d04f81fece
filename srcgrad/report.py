"""What a differentiated function can say of itself: sources, paths, cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from srcgrad.dispatch import Dispatcher, Entry
from srcgrad.show import highlight, side_by_side


@dataclass(frozen=True)
class PathReport:
    """One path that was taken.

    description  the arms and exits that it is for
    calls        how often its reverse ran
    source       the forward and the reverse
    """

    description: str
    calls: int
    source: str


@dataclass(frozen=True)
class CacheInfo:
    """Use of the cache.

    hits         calls for which everything was there
    misses       calls for whose kind of arguments the function was compiled
    emissions    texts emitted: forwards and reverses
    signatures   paths for which there is a reverse
    last_miss    why the last miss was one
    """

    hits: int
    misses: int
    emissions: int
    signatures: int
    last_miss: str


def entries(dispatcher: Dispatcher) -> Iterator[Entry]:
    """The entries of a function, in the order in which they were made."""
    for group in list(dispatcher.entries.values()):
        yield from group


def source(dispatcher: Dispatcher) -> str:
    """All emitted text of a function."""
    parts: list[str] = []
    for entry in entries(dispatcher):
        parts.append(entry.forward_text.rstrip())
        parts.extend(path.text.rstrip() for path in list(entry.paths.values()))
    return "\n\n\n".join(dict.fromkeys(parts)) + "\n" if parts else ""


def paths(dispatcher: Dispatcher) -> list[PathReport]:
    """The paths of a function."""
    found = []
    for entry in entries(dispatcher):
        for path in list(entry.paths.values()):
            description = "; ".join(path.describe()) or "the only path"
            found.append(PathReport(description, path.calls, f"{entry.forward_text.rstrip()}\n\n\n{path.text.rstrip()}\n"))
    return found


def cache_info(dispatcher: Dispatcher) -> CacheInfo:
    """The state of a function's cache."""
    signatures = sum(len(entry.paths) for entry in entries(dispatcher))
    return CacheInfo(dispatcher.hits, dispatcher.misses, dispatcher.emissions, signatures, dispatcher.last_miss)


def show(dispatcher: Dispatcher, stream: Any = None) -> None:
    """Print a function's derivative, each reverse line beside the primal line."""
    for entry in entries(dispatcher):
        print(highlight(entry.forward_text))
        for path in list(entry.paths.values()):
            print(side_by_side(path.text, path.line_map, entry.program.source))
