"""How the adjoint of memory that is written in place is kept.

What is written is not one value but a place that several names may show.  Its adjoint is a place as well:

    stored        one name shows it at a time: the adjoint is an array under that name, written in place too
                      u[i] = v         v_bar = u_bar[i];  u_bar[i] = 0.0
    by memory     several names, objects or functions may show it: the adjoint lies in `bars`, found by memory
                      w = u[1:]        (nothing: the adjoint of w is part of that of u)
                      w += v           v_bar = bars.shadow(w)

A view that is only read before the next write is as good as a copy, and has an adjoint of its own (`momentary`).
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint.contents import Contents
from srcgrad.analysis.kinds import Num, is_array
from srcgrad.analysis.meaning import Apart, ByCall, ByRule, Copies, Dynamic, Fills, Plain, Rebinds, Rows, Stores
from srcgrad.analysis.memory import memory_in, places_in
from srcgrad.analysis.places import Memory
from srcgrad.analysis.quiet import quiet
from srcgrad.analysis.ruled import sharing
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts


class Sharing(Contents):
    """What is known of the memory that one function writes.

    stored      names whose adjoint is written in place
    by_memory   names whose adjoint lies in `bars`
    """

    def __init__(self, facts: Facts, modes: dict[str, str], called: bool) -> None:
        super().__init__(facts, called)
        self.modes = modes
        self.by_memory: set[str] = set()
        groups: dict[Memory, set[str]] = {}
        for version in self.inf.versions.values():
            kind = version.kind
            if isinstance(kind, Num) and kind.memory is not None and kind.memory.carries and kind.differentiable:
                groups.setdefault(kind.memory.root(), set()).add(version.name)
        # `u, v = np.zeros(n), np.ones(n)`: what makes the arrays gives them to the names at once
        given = {name for stmt in facts.parallel for name in self.handed_on(stmt)}
        for names in groups.values():
            names -= given
        # views that are only read before the next write
        self.brief: set[str] = set()
        held = self.find_held()
        for memory, names in groups.items():
            lasting = {name for name in names if not self.momentary(name, memory)}
            self.brief |= names - lasting
            unseen = memory.escaped and self.inf.world.writes_unknown
            alone = not unseen and memory not in held and all(self.alone(name, memory, names) for name in lasting)
            (self.stored if alone else self.by_memory).update(lasting)
        self.stored -= self.by_memory
        self.pass_by_memory()

    def pass_by_memory(self) -> None:
        """Calls that are given memory whose adjoint lies in `bars` find it there."""
        for meaning in self.inf.meanings.values():
            if isinstance(meaning, ByCall):
                atoms = self.facts.call_args(meaning)
                modes = zip(atoms, meaning.modes)
                meaning.modes = "".join(self.mode(atom, mode) for atom, mode in modes) + meaning.modes[len(atoms) :]
                named = zip(meaning.keywords, meaning.keyword_modes)
                meaning.keyword_modes = tuple((name, self.mode(atom, mode)) for (_, atom), (name, mode) in named)

    def mode(self, atom: Any, mode: str) -> str:
        """How the adjoint of an argument comes back."""
        return "i" if mode == "v" and getattr(atom, "name", None) in self.by_memory else mode

    def stored_in(self, loop: Any) -> list[str]:
        """The stored names into which, or from which by index, something inside a loop stores or reads."""
        found: dict[str, None] = {}
        for stmt in ir.walk([loop]):
            meaning = self.inf.meanings.get(stmt)
            name = None
            if isinstance(meaning, Stores):
                name = getattr(stmt.obj, "name", None)  # type: ignore[union-attr]
            elif isinstance(meaning, ByRule) and operator.getitem in meaning.rule.functions:
                name = getattr(meaning.bound["a"], "name", None)
            if name in self.stored:
                found[str(name)] = None
        return list(found)

    def indexed_in(self, loop: Any) -> list[str]:
        """The arrays of before a loop that something inside it reads by index."""
        found: dict[str, None] = {}
        before = self.inf.before_env[loop]
        for stmt in ir.walk([loop]):
            meaning = self.inf.meanings.get(stmt)
            if isinstance(meaning, ByRule) and operator.getitem in meaning.rule.functions:
                name = str(getattr(meaning.bound["a"], "name", ""))
                version = before.get(name)
                if version is not None and self.inf.reads[stmt].get(name) is version and is_array(version.kind):
                    found[name] = None
        return list(found)

    def may_write(self, names: set[str]) -> bool:
        """Whether any of these variables shows memory whose adjoint lies in `bars`."""
        return not names.isdisjoint(self.by_memory)

    def filled_in(self, loop: Any, name: str) -> bool:
        """Whether a turn of a loop gives all of an array new elements."""
        for stmt in ir.walk(loop.body if loop is not None else []):
            meaning = self.inf.meanings.get(stmt)
            if isinstance(meaning, Fills) and getattr(meaning.out, "name", None) == name:
                return True
            if isinstance(meaning, Rebinds) and stmt.target == name:  # type: ignore[union-attr]
                return True
        return False

    def writes(self, version: Version) -> bool:
        """Whether what a version shows may be written, and its adjoint lies in `bars`."""
        return version.name in self.by_memory and any(memory.carries for memory in memory_in(version.kind))

    def seen_written(self, version: Version) -> bool:
        """Whether a statement is seen to write into what a version shows."""
        return any(memory.root() in self.writers for memory in memory_in(version.kind))

    def swapped(self, stmt: Any, sources: tuple[Any, ...]) -> bool:
        """Whether `u, v = v, u` has arrays change places whose adjoints go by name."""
        names = {getattr(source, "name", None) for source in sources}
        return names == set(stmt.targets) and names <= self.stored

    # ----------------------------------------------------------------------------------------------------------- names

    def find_held(self) -> set[Memory]:
        """The places of arrays that objects, containers or functions hold, as far as this function sees any."""
        displays = {name for made in self.facts.consumed_builds() for name in ir.targets(made)}
        versions = [v for v in (*self.inf.versions.values(), *self.inf.free.values()) if v.name not in displays]
        kinds = [v.kind for v in versions if not isinstance(v.kind, Num) or v.place == "free"]
        kinds += [kind for *_, kind in self.inf.world.globals_used.values()]
        return {memory.root() for kind in kinds for memory in places_in(kind)}

    def momentary(self, name: str, memory: Memory) -> bool:
        """Whether a name is a view, or another name, that is only read before anything is written to that memory."""
        versions = [version for version in self.versions[name] if not version.merge]
        function = self.inf.function
        if len(versions) != 1 or name in function.captured or name in function.shared or name in self.facts.held:
            return False
        made = versions[0].anchor
        if not isinstance(made, ir.Let) or made not in self.facts.block_of:
            return False
        meaning = self.inf.meanings.get(made)
        view = isinstance(meaning, ByRule) and sharing(meaning.rule, meaning.kinds)
        if not view and not isinstance(meaning, (Copies, Fills)):
            return False
        if memory.escaped and self.inf.world.writes_unknown:
            return False
        block, start = self.facts.block_of[made]
        uses = self.facts.uses.get(name, [])
        if not all(self.inf.reads.get(use, {}).get(name) in (versions[0], None) for use in uses):
            return False
        if not all(self.only_read(use, name, memory) for use in uses):
            return False
        writers = self.writers_of(memory)
        waiting = list(uses)
        for stmt in block[start + 1 :]:
            if not waiting:
                return True
            inside = {stmt, *(s for inner in ir.blocks(stmt) for s in ir.walk(inner))}
            waiting = [use for use in waiting if use not in inside]
            if any(writer in inside for writer in writers):
                # the statement that writes may read it for the last time
                return not waiting and stmt in writers
        return not waiting

    def only_read(self, use: Any, name: str, memory: Memory) -> bool:
        """Whether a statement does no more with a value than compute from it."""
        meaning = self.inf.meanings.get(use)
        match meaning:
            case Stores():
                return getattr(use.obj, "name", None) != name
            case Fills(out=out):
                return getattr(out, "name", None) != name
            case Rebinds():
                return str(use.target) != name
            case ByRule() | Copies() | Apart():
                return True
            case Plain():
                return isinstance(use, (ir.Let, ir.Effect)) and quiet(self.inf, use.value)
            case ByCall():
                return all(place.root() is not memory for place in self.inf.writes.get(use, ()))
        return isinstance(use, ir.Return) and isinstance(self.inf.return_kind, Num)

    def alone(self, name: str, memory: Memory, group: set[str]) -> bool:
        """Whether nothing but this name shows what it holds."""
        function = self.inf.function
        if name in function.captured or name in function.shared or name in function.free or name in self.facts.held:
            return False
        if not all(self.made_here(version, group) for version in self.versions[name] if not version.merge):
            return False
        for use in self.facts.uses.get(name, ()):
            meaning = self.inf.meanings.get(use)
            if isinstance(meaning, (Dynamic, Rows)):
                return False
            if isinstance(meaning, ByCall):
                if any(place.root() is memory for place in self.inf.writes.get(use, ())):
                    return False
        return True

    def made_here(self, version: Version, group: set[str]) -> bool:
        """Whether a version is an array that no other name has had."""
        if version.place == "entry":
            return self.modes.get(version.name, "-") in ("v", "-") and not self.called
        kind, stmt = version.kind, version.anchor
        if not isinstance(kind, Num) or kind.is_number:
            return version.place == "after" and isinstance(stmt, (ir.Let, ir.Augment))
        meaning = self.inf.meanings.get(stmt)
        match stmt:
            case ir.Let():
                if isinstance(meaning, ByCall):
                    given = {getattr(a, "name", None) for a in (*meaning.args, *(v for _, v in meaning.keywords))}
                    return given.isdisjoint(group) and isinstance(meaning.result, Num)
                if isinstance(meaning, Fills):
                    return getattr(meaning.out, "name", version.name) == version.name
                if isinstance(meaning, ByRule):
                    return not sharing(meaning.rule, meaning.kinds)
                return isinstance(meaning, Plain) and (stmt, version.name) in self.inf.places
            case ir.Augment():
                return isinstance(meaning, Rebinds)
            case ir.Unpack():
                sources = self.facts.parallel.get(stmt, ())
                source = dict(zip(stmt.targets, sources)).get(version.name)
                if sources and getattr(source, "name", None) in self.handed_on(stmt):
                    return True
                return {getattr(source, "name", None) for source in sources} == set(stmt.targets)
        return False

    def handed_on(self, stmt: Any) -> list[str]:
        """The sources of a parallel assignment that are arrays made for it, and used for nothing else."""
        found = []
        for source in self.facts.parallel[stmt]:
            made = self.facts.version_of(self.facts.parallel_build[stmt], source)
            if made is not None and self.facts.only_use(made.name) and self.made_here(made, {made.name}):
                found.append(made.name)
        return found
