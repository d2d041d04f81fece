"""Which statements may write into arrays that they are not known to hold, and what of that calls have to know.

f(box)               f is found when it runs: it may be what writes into an array that it captured
np.sin(box.u)        writes nothing, whatever it is called with
bars.add(box.u, d)   writes no array of the program's: adjoints have memory of their own
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.meaning import ByCall, ByChoice, BySlope, Dynamic
from srcgrad.analysis.memory import ANY, Way, places_in, ways_to_written
from srcgrad.analysis.subscripts import getitem
from srcgrad.rules.language import lookup
from srcgrad.rules.table import MISSING
from srcgrad.runtime.rows import rows

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

READERS = [getitem, rows, *(getattr(operator, name) for name in ir.OPERATORS if hasattr(operator, name))]


def quiet(meaning: ByCall) -> bool:
    """Whether a function that is called writes into no array that was there before."""
    child = meaning.child
    if child is None or writes_unseen(meaning):
        return False
    seen = [version.kind for version in (*child.entry.values(), *child.free.values())]
    seen += [kind for *_, kind in child.world.globals_used.values()]
    stored = {memory.root() for places in child.writes.values() for memory in places}
    return all(memory.root() not in stored for kind in seen for memory in places_in(kind))


def note_ways(inf: Inference) -> None:
    """Have calls know which of the arrays that they see may be written, here or elsewhere."""
    world, meanings = inf.world, list(inf.meanings.values())
    if world.writes or (world.writes_unknown and any(map(writes_unseen, meanings))):
        for meaning in meanings:
            if isinstance(meaning, ByCall):
                meaning.ways = ways_to_writes(meaning)


def ways_to_writes(meaning: ByCall) -> frozenset[Way]:
    """The ways to those arrays that a callee can see, or returns, and that may be written somewhere."""
    child = meaning.child
    if isinstance(meaning, ByChoice) or child is None:
        return frozenset({(ANY,)})
    ways = [("return", ANY)] if isinstance(meaning, BySlope) else ways_to_written(meaning.result, "return")
    for name, version in child.entry.items():
        ways += ways_to_written(version.kind, name)
    for name, version in child.free.items():
        ways += [("free", *way) for way in ways_to_written(version.kind, name)]
    for (_, name), (*_, kind) in child.world.globals_used.items():
        ways += [("global", *way) for way in ways_to_written(kind, name)]
    return frozenset(ways)


def writes_unseen(meaning: Any, seen: set[int] | None = None) -> bool:
    """Whether what a statement means may write into an array that it is not known to hold."""
    if isinstance(meaning, Dynamic):
        return not (meaning.quiet or meaning.func in READERS or only_reads(meaning))
    if not isinstance(meaning, ByCall):
        return False
    if type(meaning) is not ByCall or meaning.child is None:
        return True
    return callee_writes_unseen(meaning.child, set() if seen is None else seen)


def callee_writes_unseen(child: Inference, seen: set[int]) -> bool:
    """The same for a function that is called: for everything that it does."""
    if id(child) in seen:
        return False  # it is being asked
    seen.add(id(child))
    return any(writes_unseen(meaning, seen) for meaning in child.meanings.values())


def only_reads(meaning: Dynamic) -> bool:
    """Whether a function of the table is called with nothing but what it computes with: with no `out`, say."""
    rule = lookup(meaning.func)
    if rule is None or meaning.keywords or any(isinstance(a, ir.Star) for a in meaning.args):
        return False
    return len(meaning.args) <= sum(param.default is MISSING for param in rule.params)
