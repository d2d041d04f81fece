"""Numbers that the reverse computes again, from what is kept anyway, rather than have the forward keep them.

x = 0.5 * (x + a / x)       x is kept for the derivative: so is a / x, which is written out again
"""

from __future__ import annotations

from collections.abc import Iterable

from srcgrad import ir
from srcgrad.adjoint.needs import VERSION, Slot
from srcgrad.adjoint.steady import Steady
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Kind, Known, Num
from srcgrad.analysis.meaning import ByRule, Plain
from srcgrad.analysis.versions import Version

# what is computed about as fast as it is kept and found again
ARITHMETIC = {"add", "sub", "mul", "truediv", "neg"}
# more often than this it is kept
MAX_READS = 2


def computed_again(
    inf: Inference, steady: Steady, reverse: ir.Block, slots: Iterable[Slot], alone: bool
) -> set[Version]:
    """The versions that a reverse computes again; `alone`: it finds the parameters under their own names."""
    # what objects hold has to be the very object
    held = steady.facts.held
    asked = {slot.anchor: slot for slot in slots if slot.what == VERSION}
    reads = count_reads(reverse)
    chosen: set[Version] = set()
    # what the others are computed from has to be kept
    needed: set[Version] = set()
    for version in sorted(asked, key=lambda each: -steady.facts.order.get(each.anchor, -1)):
        operation = arithmetic(inf, version)
        if (
            operation is None
            or version in needed
            or version.name in held
            or reads.get(asked[version].placeholder, 0) > MAX_READS
        ):
            continue
        found = [inf.reads[version.anchor][atom.name] for atom in operation.args if isinstance(atom, ir.Var)]
        if all(each in asked or kept_once(version, each, alone) for each in found):
            chosen.add(version)
            needed.update(found)
    return chosen


def kept_once(version: Version, operand: Version, alone: bool) -> bool:
    """Whether an operand is there, or kept once for all turns in which a version is computed again from it."""
    if isinstance(operand.kind, Known) or (alone and operand.place == "entry") or operand.place == "target":
        return True  # of a turn, its number is kept as easily as what it gives
    return operand.scope is not version.scope and not operand.maybe_unbound


def arithmetic(inf: Inference, version: Version) -> ir.Prim | None:
    """The operation on numbers that made a version, where the user gave its result no name."""
    made, function = version.anchor, inf.function
    if version.merge or version.place != "after" or version.name not in function.temps or function.recorded:
        return None
    if not isinstance(made, ir.Let) or not isinstance(made.value, ir.Prim) or made.value.op not in ARITHMETIC:
        return None
    if not isinstance(inf.meanings.get(made), (ByRule, Plain)):
        return None
    if not all(isinstance(atom, (ir.Const, ir.Var)) for atom in made.value.args):
        return None
    return made.value if all(is_number(read.kind) for read in inf.reads[made].values()) else None


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
