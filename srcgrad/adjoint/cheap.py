"""Numbers that the reverse computes again, from what is kept anyway, rather than have the forward keep them.

    x = 0.5 * (x + a / x)       a / x: x is kept for the derivative
    s = s + w[i] * x[i - 1]     w[i], x[i - 1]: the arrays are there, and i is kept

What the user gave a name is kept under that name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from srcgrad import ir
from srcgrad.adjoint.needs import VERSION, Slot
from srcgrad.adjoint.steady import Steady
from srcgrad.adjoint.written import computed_integer
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Kind, Known, Num
from srcgrad.analysis.meaning import ByRule, Plain
from srcgrad.analysis.memory import memory_in
from srcgrad.analysis.places import Memory
from srcgrad.analysis.versions import Version

# what is computed about as fast as it is kept and found again
ARITHMETIC = {"add", "sub", "mul", "truediv", "neg"}
# more often than this it is kept
MAX_READS = 2


def computed_again(
    inf: Inference, steady: Steady, reverse: ir.Block, slots: Iterable[Slot], alone: bool, visible: Collection[Memory]
) -> set[Version]:
    """The versions that a reverse computes again.

    alone    it finds the parameters under their own names
    visible  the memory that may be written between forward and reverse, by who called
    """
    # what objects hold has to be the very object
    held = steady.facts.held
    asked = {slot.anchor: slot for slot in slots if slot.what == VERSION}
    reads = count_reads(reverse)
    chosen: set[Version] = set()
    # what the others are computed from has to be kept
    needed: set[Version] = set()
    for version in sorted(asked, key=lambda each: -steady.facts.order.get(each.anchor, -1)):
        if version in needed or version.name in held:
            continue
        found = operands(inf, version)
        if found is None:
            found = loaded_by(steady, version, visible)
        if found is None or reads.get(asked[version].placeholder, 0) > MAX_READS:
            continue
        there = {each for each in found if each in asked or kept_once(version, each, alone)}
        # one more operation, of which nothing is kept either
        before = {each: operands(inf, each) or [] for each in found if each not in there}
        parts = [part for each in before.values() for part in each]
        if all(before.values()) and all(part in asked or kept_once(version, part, alone) for part in parts):
            chosen.update((version, *before))
            needed.update(there, parts)
    return chosen


def kept_once(version: Version, operand: Version, alone: bool) -> bool:
    """Whether an operand is there, or kept once for all turns in which a version is computed again from it."""
    if isinstance(operand.kind, Known) or (alone and operand.place == "entry") or operand.place == "target":
        return True  # of a turn, its number is kept as easily as what it gives
    return operand.scope is not version.scope and not operand.maybe_unbound


def unnamed(inf: Inference, version: Version) -> ir.Let | None:
    """The statement that made a number which the user gave no name."""
    made, function = version.anchor, inf.function
    if version.merge or version.place != "after" or version.name not in function.temps or function.recorded:
        return None
    if not isinstance(made, ir.Let) or not isinstance(inf.meanings.get(made), (ByRule, Plain)):
        return None
    return made if is_number(version.kind) else None


def operands(inf: Inference, version: Version) -> list[Version] | None:
    """What a number is made of by one operation on numbers."""
    made = unnamed(inf, version)
    if made is None or not isinstance(made.value, ir.Prim) or made.value.op not in ARITHMETIC:
        return None
    if not all(isinstance(atom, (ir.Const, ir.Var)) for atom in made.value.args):
        return None
    found = list(inf.reads[made].values())
    return found if all(is_number(read.kind) for read in found) else None


def loaded_by(steady: Steady, version: Version, visible: Collection[Memory]) -> list[Version] | None:
    """The numbers that pick an element in a loop out of an array from outside, in which it stays what it is."""
    inf, sharing = steady.inf, steady.facts.sharing
    made = unnamed(inf, version)
    if made is None or version.scope is None or not isinstance(made.value, ir.Item):
        return None
    array = inf.reads[made].get(getattr(made.value.obj, "name", ""))
    if not isinstance(made.value.obj, ir.Var) or array is None or array.scope is version.scope or array.maybe_unbound:
        return None
    if not isinstance(array.kind, Num) or array.kind.box != "array":
        return None
    memories = memory_in(array.kind)
    if any(memory.root() in visible or sharing.written_after(made, memory, made=True) for memory in memories):
        return None
    return index_parts(inf, made, made.value.index)


def index_parts(inf: Inference, stmt: ir.Let, atom: ir.Atom) -> list[Version] | None:
    """The integers that an index is written with; None where it cannot be written again."""
    if isinstance(atom, ir.Const):
        return []
    version = inf.reads[stmt].get(getattr(atom, "name", ""))
    if not isinstance(atom, ir.Var) or version is None:
        return None
    if isinstance(version.kind, Known):
        return [] if type(version.kind.value) is int else None
    made = version.anchor if version.name in inf.function.temps else None
    again = computed_integer(inf, stmt, atom)
    parts = again[1].args if again is not None else ()
    if again is None and isinstance(made, ir.Let) and isinstance(made.value, ir.Build) and made.value.kind == "tuple":
        parts = made.value.items  # type: ignore[assignment]
    if not parts:
        return [version] if is_number(version.kind) and version.kind.dtype is not None else None  # type: ignore[union-attr]
    found = [index_parts(inf, made, part) for part in parts]  # type: ignore[arg-type]
    return None if None in found else [each for part in found for each in part or ()]


def is_number(kind: Kind | None) -> bool:
    """Whether a value is a number."""
    if isinstance(kind, Known):
        return type(kind.value) in (int, float)
    return isinstance(kind, Num) and kind.is_number


def count_reads(block: ir.Block) -> dict[str, int]:
    """How many statements of a reverse read each placeholder."""
    found: dict[str, int] = {}
    for stmt in ir.walk(block):
        for name in {atom.name for atom in ir.statement_operands(stmt) if isinstance(atom, ir.Var)}:
            found[name] = found.get(name, 0) + 1
    return found
