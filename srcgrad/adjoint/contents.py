"""Which statements write into memory, and which values a later write destroys.

    y = np.exp(x)
    z = x * y          what y holds here is needed by the reverse ...
    y *= 2.0           ... and gone after this: a copy is made before

No copy is made where all writes come before, or write elsewhere (`adjoint/final.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint.final import Final
from srcgrad.adjoint.lazy import LAZILY, bound_late, taking
from srcgrad.adjoint.unseen import writes_unseen
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import ByCall, Rows
from srcgrad.analysis.memory import memory_in, places_in
from srcgrad.analysis.places import Memory
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts


class Contents:
    """What one function writes where, and when.

    stored   names whose adjoint is written in place: they alone show what they hold
    """

    def __init__(self, facts: Facts, called: bool) -> None:
        self.facts, self.inf, self.called = facts, facts.inf, called
        self.visible = self.find_visible() if called else set()
        self.final = Final(facts)
        self.stored: set[str] = set()
        self.versions: dict[str, list[Version]] = {}
        for version in self.inf.versions.values():
            self.versions.setdefault(version.name, []).append(version)
        # statements of which it is seen only when they run what they write
        self.unknown_writers: list[Any] = []
        self.writers = self.find_writers()
        self.check_rows()

    def find_writers(self) -> dict[Memory, list[Any]]:
        """The statements that may write into each place."""
        found: dict[Memory, list[Any]] = {}
        for stmt, places in self.inf.writes.items():
            if stmt in self.facts.block_of:
                for memory in places:
                    found.setdefault(memory.root(), []).append(stmt)
        for stmt, meaning in self.inf.meanings.items():
            if stmt in self.facts.block_of and writes_unseen(meaning):
                self.unknown_writers.append(stmt)
        return found

    def unpacked_at_once(self, stmt: Any) -> bool:
        """Whether the rows that a statement makes are all taken by the next one: `a, b = x`."""
        block, position = self.facts.block_of[stmt]
        after = block[position + 1] if position + 1 < len(block) else None
        made = ir.targets(stmt)
        return isinstance(after, ir.Unpack) and (getattr(after.value, "name", None),) == tuple(made)

    def check_rows(self) -> None:
        """Refuse going through numbers that are written meanwhile: they are read one by one, not all at once."""
        for stmt, meaning in self.inf.meanings.items():
            if stmt not in self.facts.block_of or (isinstance(meaning, Rows) and self.unpacked_at_once(stmt)):
                continue
            if bound_late(self.inf, self.facts, stmt):
                raise self.inf.refuse(
                    stmt,
                    "an iterator whose variables are bound again before it is used up",
                    "make a list of it at once",
                )
            memories = self.gone_through(stmt, meaning)
            meanwhile = taking(self.inf, self.facts, stmt) if memories else None
            writers = {writer for memory in memories for writer in self.writers_of(memory)} - {stmt}
            writers = {writer for writer in writers if not passes_all(writer, ir.targets(stmt))}
            if any(self.later(stmt, w) if meanwhile is None else w in meanwhile for w in writers):
                raise self.inf.refuse(
                    stmt, "going through an array that is written meanwhile", "loop over range(len(x)) and read x[i]"
                )

    def gone_through(self, stmt: Any, meaning: Any) -> list[Memory]:
        """The places that a statement goes through number by number, then or when it is asked to."""
        if isinstance(meaning, Rows):
            if not isinstance(stmt.value.func, ir.Bound):
                return []  # emitted code that asks for a list of them
            version = self.inf.reads.get(stmt, {}).get(getattr(meaning.source, "name", ""))
            source = meaning.source
            kind = (
                self.inf.global_kind(source.name) if isinstance(source, ir.Global) else getattr(version, "kind", None)
            )
            alone = isinstance(kind, Num) and (kind.shape is None or len(kind.shape) == 1)
            return memory_in(kind) if alone else []
        if isinstance(meaning, ByCall) and meaning.function in LAZILY:
            return [memory for version in self.inf.reads[stmt].values() for memory in memory_in(version.kind)]
        return []

    def find_visible(self) -> set[Memory]:
        """The places that whoever calls the function can see."""
        return {memory.root() for kind in self.visible_kinds() for memory in places_in(kind)}

    def visible_kinds(self) -> list[Any]:
        """The kinds of what the function shares with whoever calls it."""
        kinds = [version.kind for version in (*self.inf.entry.values(), *self.inf.free.values())]
        kinds += [kind for *_, kind in self.inf.world.globals_used.values()]
        return [*kinds, self.inf.return_kind]

    def destroyed(self, stmt: Any, kind: Any, made: bool = False) -> bool:
        """Whether what an operand holds at a statement (or what the statement `made`) may be written later."""
        return any(self.written_after(stmt, memory, made) for memory in memory_in(kind))

    def written_after(self, stmt: Any, memory: Memory, made: bool = False) -> bool:
        """Whether a place may be written once a statement has run, or while it runs.

        What whoever called the function can see may be written once it has returned.
        """
        root = memory.root()
        if root.outside or (root.written and root in self.visible):
            return True
        writers = self.writers_of(root)
        if made and not self.facts.loops(stmt):
            writers = [writer for writer in writers if writer is not stmt]
        later = [writer for writer in writers if self.later(stmt, writer)]
        return not all(made and self.apart(stmt, writer) for writer in later)

    def apart(self, stmt: Any, writer: Any) -> bool:
        """Whether what a subscript shows is surely not written by another statement later."""
        if not isinstance(stmt, ir.Let) or not isinstance(stmt.value, ir.Item):
            return False
        name = getattr(stmt.value.obj, "name", "")
        versions = [version for version in self.versions.get(name, ()) if not version.merge]
        return name in self.stored and len(versions) == 1 and self.final.apart(stmt, writer)

    def writers_of(self, memory: Memory) -> list[Any]:
        """The statements that may write into a place."""
        known, root = self.writers.get(memory.root(), []), memory.root()
        return [*known, *self.unknown_writers] if root.escaped and self.inf.world.writes_unknown else known

    def first_read(self, stmt: Any, version: Version) -> Any:
        """The first statement of a block that finds what `stmt` finds in a version, nothing being written between."""
        block, position = self.facts.block_of[stmt]
        kind, first = version.kind, stmt
        writers = {w for memory in memory_in(kind) for w in self.writers_of(memory)}
        for before in reversed(block[:position]):
            inside = {before, *(s for inner in ir.blocks(before) for s in ir.walk(inner))}
            if before is version.anchor or not inside.isdisjoint(writers):
                break
            if self.inf.reads.get(before, {}).get(version.name) is version:
                first = before
        return first

    def later(self, stmt: Any, writer: Any) -> bool:
        """Whether `writer` may run at or after `stmt`: it comes later in the text, or both are in one loop."""
        return self.facts.order[writer] >= self.facts.order[stmt] or self.facts.in_one_loop(stmt, writer)


def passes_all(call: Any, names: Any) -> bool:
    """Whether a call takes all items of one of these variables before it runs: `f(*rows)`."""
    args = getattr(getattr(call, "value", None), "args", ())
    return any(isinstance(arg, ir.Star) and getattr(arg.value, "name", None) in names for arg in args)
