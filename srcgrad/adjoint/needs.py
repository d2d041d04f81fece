"""What a reverse reads of its forward: values, arms taken, turns, records of calls.

While a reverse is written, each such value is a placeholder (`@3`); a `Slot` says what it stands for and to which
scope (the function, or a turn of a loop) it belongs.  `srcgrad.adjoint.remember` makes the forward provide it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.sharing import Sharing
from srcgrad.adjoint.steady import Steady
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Known, Num, Ref
from srcgrad.analysis.meaning import Fills
from srcgrad.analysis.memory import kinds_in, parts_of
from srcgrad.analysis.versions import Version

VERSION, ARM, TURNS, EXIT, RECORD, USED, MADE, HELD, ITEMS, BROKE, OUTCOME, REACHED, RAISED = (
    "version", "arm", "turns", "exit", "record", "used", "made", "held", "items", "broke", "outcome",
    "reached", "raised",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Slot:
    """A value that the forward hands to the reverse.

    what    one of the words above
    anchor  the version, or the statement that it is about
    atom    for values read at a statement: the operand
    scope   the loop in whose turn it is, None for the function
    hint    the name it would like to have
    kind    its kind, where it is one of a version's
    after   a loop: where that is left for good, what the name holds then stands for a version that comes after it
    """

    placeholder: str
    what: str
    anchor: Any
    scope: Any
    hint: str
    atom: Any = None
    kind: Any = None
    after: Any = None


class Needs:
    """The slots that a function's reverses ask for; one object serves all its signatures.

    later   whether code that is not seen here runs between forward and reverse, and may change lists that it sees
    """

    def __init__(self, inf: Inference, scope_of: dict[Any, Any], sharing: Sharing, later: bool) -> None:
        self.inf = inf
        self.scope_of = scope_of
        self.sharing = sharing
        self.steady = Steady(sharing.facts)
        self.slots: dict[str, Slot] = {}
        self.by_key: dict[Any, Slot] = {}
        self.numbers: dict[Any, Version] = {}
        # numbers that reverses compute again
        self.again: set[Version] = set()
        seen_outside = [part for kind in sharing.visible_kinds() for part in kinds_in(kind)] if later else []
        self.lists_outside = {part.site for part in seen_outside if isinstance(part, Ref) and part.site.type is list}

    def slot(self, what: str, anchor: Any, scope: Any, hint: str, atom: Any = None, kind: Any = None) -> ir.Var:
        """The placeholder for a value of the forward; the same one whenever it is asked for."""
        key = (what, anchor, atom, scope)
        found = self.by_key.get(key)
        if found is None:
            found = Slot(f"@{len(self.slots)}", what, anchor, scope, hint, atom, kind)
            self.by_key[key] = self.slots[found.placeholder] = found
        return ir.Var(found.placeholder)

    def version(self, version: Version) -> ir.Var:
        """What a version holds: an array itself, whatever is written into it later."""
        return self.slot(VERSION, version, version.scope, version.name, None, version.kind)

    def alike(self, version: Version) -> ir.Var:
        """The value of a version, kept once where all turns of a loop compute it alike."""
        return self.slot(VERSION, version, self.steady.scope(version), version.name, None, version.kind)

    def after(self, loop: Any, version: Version) -> ir.Var:
        """What a name holds when a loop is over, or left for good: what its adjoint is shaped like there."""
        found = self.version(version)
        self.slots[found.name].after = loop
        return found

    def as_number(self, version: Version, kind: Num) -> Version:
        """A version of unknown kind where it is known what number it holds; the same one for every reverse."""
        return self.numbers.setdefault((version, kind), replace(version, kind=kind))

    def made(self, stmt: Any, version: Version) -> ir.Var:
        """What a statement made, as it was then."""
        scope, name = self.scope_of.get(stmt), version.name.partition(".")[0]
        if version.place == "written":
            meaning = self.inf.meanings.get(stmt)
            if not isinstance(meaning, Fills):
                return self.slot(MADE, stmt, scope, f"{name}_part", None, version.kind)
            if self.sharing.destroyed(stmt, version.kind, made=True):
                return self.slot(MADE, stmt, scope, f"{name}_made", meaning.out, version.kind)
            out = self.sharing.facts.version_of(stmt, meaning.out)
            assert out is not None
            return self.version(out)
        if self.sharing.destroyed(stmt, version.kind, made=True):
            return self.slot(MADE, stmt, scope, f"{name}_made", ir.Var(version.name), version.kind)
        return self.alike(version)

    def primal(self, stmt: Any, atom: Any) -> Any:
        """The value that an operand had when `stmt` ran."""
        if isinstance(atom, (ir.Const, ir.Bound)):
            return atom
        used = f"{getattr(atom, 'name', 'value').partition('.')[0]}_used"
        if isinstance(atom, ir.Global):
            kind = self.inf.global_kind(atom.name)
            if isinstance(kind, Known) and not isinstance(kind.value, (list, dict, tuple)):
                return ir.Bound(atom.name, kind.value)
            return self.slot(USED, stmt, self.scope_of.get(stmt), used, atom)
        version = self.inf.reads[stmt].get(atom.name)
        written = self.inf.writes_arrays and version is not None and may_be_written(version)
        if version is None or written or version.place == "item":
            of = None if version is None else version.kind
            return self.slot(USED, stmt, self.scope_of.get(stmt), used, atom, of)
        if self.sharing.destroyed(stmt, version.kind):
            if version.name in self.sharing.brief:
                return self.made(version.anchor, version)
            stmt = self.sharing.first_read(stmt, version)
            return self.slot(USED, stmt, self.scope_of.get(stmt), used, atom, version.kind)
        return self.shape(stmt, atom, version)

    def shape(self, stmt: Any, atom: Any, version: Version) -> ir.Var:
        """The array that an operand was when `stmt` ran, whatever was written into it since."""
        return self.held(stmt, atom, version) if self.steady.scope(version) is version.scope else self.alike(version)

    def same(self, stmt: Any, atom: Any) -> Any:
        """The very object that an operand was when `stmt` ran, or its items, where a list may change."""
        version = self.sharing.facts.version_of(stmt, atom)
        if version is None:
            return self.primal(stmt, atom)
        return self.items_at(stmt, atom) if self.changing(version.kind) else self.held(stmt, atom, version)

    def listed(self, stmt: Any, atom: Any) -> ir.Var | None:
        """The items of an operand that is a list which may hold others when the reverse runs; None for another one."""
        kind = self.kind_at(stmt, atom)
        if not self.changing(kind) or self.sharing.destroyed(stmt, kind) or self.taken_at_once(stmt, atom):
            return None
        return self.items_at(stmt, atom)

    def taken_at_once(self, stmt: Any, atom: Any) -> bool:
        """Whether an operand is a list that the user's line makes, and all that is done with it is to fill it before,
        with no other list than such."""
        facts, name = self.sharing.facts, getattr(atom, "name", "")
        made = facts.definition.get(name)
        if name not in self.inf.function.temps or not isinstance(made, ir.Let) or not isinstance(made.value, ir.Build):
            return False
        others = [use for use in facts.uses[name] if use is not stmt]
        items = [(made, item) for item in made.value.items] + [
            (use, use.value.args[0]) for use in others if fills(use, atom)
        ]
        return all(fills(use, atom) for use in others) and all(self.lasting(*item) for item in items)

    def lasting(self, stmt: Any, item: Any) -> bool:
        """Whether what is put into a list is no list that may change."""
        if isinstance(item, ir.Star):
            return not any(self.changing(part) for _, part in parts_of(self.kind_at(stmt, item.value)))
        return not self.changing(self.kind_at(stmt, item)) or self.taken_at_once(stmt, item)

    def changing(self, kind: Any) -> bool:
        """Whether a value is, or holds, a list that may hold other items when the reverse runs."""
        lists = [part.site for part in kinds_in(kind) if isinstance(part, Ref) and part.site.type is list]
        return any(site.mutated or site in self.lists_outside for site in lists)

    def held(self, stmt: Any, atom: Any, version: Version) -> ir.Var:
        """What a version holds, asked for where it is read: elsewhere it may have no value yet."""
        if version.merge and version.maybe_unbound:
            return self.slot(HELD, stmt, self.scope_of.get(stmt), f"{version.name}_held", atom, version.kind)
        return self.version(version)

    def fixed(self, stmt: Any, atom: Any) -> Any:
        """An argument that is no number, an index for one, as it was when `stmt` ran."""
        version = self.inf.reads[stmt].get(getattr(atom, "name", ""))
        if version is not None and self.changing(version.kind):
            return self.items_at(stmt, atom)
        return self.primal(stmt, atom)

    def arm_of(self, stmt: Any) -> ir.Var:
        return self.slot(ARM, stmt, self.scope_of[stmt], "arm")

    def turns_of(self, stmt: Any) -> ir.Var:
        return self.slot(TURNS, stmt, self.scope_of[stmt], "turns")

    def exit_of(self, scope: Any) -> ir.Var:
        return self.slot(EXIT, scope.anchor, scope.anchor, "left")

    def record_of(self, stmt: Any) -> ir.Var:
        names = ir.targets(stmt)
        return self.slot(RECORD, stmt, self.scope_of[stmt], f"{names[0] if names else 'effect'}_call")

    def broke_of(self, stmt: Any) -> ir.Var:
        return self.slot(BROKE, stmt, self.scope_of[stmt], "broke")

    def outcome_of(self, stmt: Any) -> ir.Var:
        return self.slot(OUTCOME, stmt, self.scope_of[stmt], "outcome")

    def raised_in(self, handler: Any, stmt: Any) -> ir.Var:
        """The record that the exception brought which a handler caught."""
        return self.slot(RAISED, handler, self.scope_of[stmt], f"{handler.name}_call")

    def got_to(self, stmt: Any) -> ir.Var:
        """How far a try body, or the turn of a loop inside one, had come."""
        scope = stmt if isinstance(stmt, (ir.For, ir.While)) else self.scope_of[stmt]
        return self.slot(REACHED, stmt, scope, "got_to")

    def items_at(self, stmt: Any, atom: Any) -> ir.Var:
        """The items of a list as they were at a statement."""
        hint = f"{getattr(atom, 'name', 'list')}_items"
        return self.slot(ITEMS, stmt, self.scope_of[stmt], hint, atom, self.kind_at(stmt, atom))

    def items_made(self, stmt: Any, version: Version) -> ir.Var:
        """The items of what a statement made, as they were then."""
        if not self.changing(version.kind):
            return self.version(version)
        hint = f"{version.name}_items"
        return self.slot(MADE, stmt, self.scope_of[stmt], hint, ir.Var(version.name), version.kind)

    def kind_at(self, stmt: Any, atom: Any) -> Any:
        """The kind of what an operand is when a statement runs; None where nothing is known of it."""
        if isinstance(atom, ir.Global):
            return self.inf.global_kind(atom.name)
        version = self.sharing.facts.version_of(stmt, atom)
        return None if version is None else version.kind


def fills(stmt: Any, items: Any) -> bool:
    """Whether a statement appends to a list."""
    value = stmt.value if isinstance(stmt, ir.Effect) else None
    return isinstance(value, ir.CallMethod) and value.name == "append" and value.obj == items


def may_be_written(version: Version) -> bool:
    """Whether a value could be an array that in-place writes elsewhere in the function change."""
    kind = version.kind
    return not (isinstance(kind, Num) and kind.is_number)


def placeholders(block: ir.Block) -> list[str]:
    """The placeholders that statements read, each once, in order."""
    found: dict[str, None] = {}
    for stmt in ir.walk(block):
        for atom in ir.statement_operands(stmt):
            if isinstance(atom, ir.Var) and atom.name.startswith("@"):
                found[atom.name] = None
    return list(found)


def reads_of(function: ir.Function, slots: dict[str, Slot]) -> dict[Slot, set[int]]:
    """Which lines of the user's read a slot, in a reverse whose placeholders are not named yet."""
    found: dict[Slot, set[int]] = {}
    for stmt in ir.walk(function.body):
        for atom in ir.statement_operands(stmt):
            if isinstance(atom, ir.Var) and atom.name in slots:
                found.setdefault(slots[atom.name], set()).add(stmt.span.line)
    return found


def rename(block: ir.Block, chosen: dict[str, str]) -> None:
    """Replace placeholders by names."""

    def change(atom: ir.Atom) -> ir.Atom:
        return ir.Var(chosen[atom.name]) if isinstance(atom, ir.Var) and atom.name in chosen else atom

    for stmt in ir.walk(block):
        ir.change_operands(stmt, change)
