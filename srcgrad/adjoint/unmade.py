"""Gradient functions that a call does not need made.

sg.grad(energy)(x)          which function computes the gradient is known
sg.grad(lambda q: ...)(x)   it is found by the function itself
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.meaning import BySlope, Plain

if TYPE_CHECKING:
    from srcgrad.adjoint.places import Places


def find_unmade(places: Places) -> set[Any]:
    """The statements that make gradient functions for calls which do not need them."""
    return {unneeded(places, stmt, meaning) for stmt, meaning in places.inf.meanings.items()} - {None}


def unneeded(places: Places, stmt: Any, meaning: Any) -> Any:
    """The statement that makes the gradient function which a call is given, where the call does without it."""
    func = getattr(getattr(stmt, "value", None), "func", None)
    if not isinstance(meaning, BySlope) or not isinstance(func, ir.Var) or stmt not in places.block_of:
        return None
    if not places.only_use(func.name):
        return None
    made = places.definition.get(func.name)
    if not isinstance(made, ir.Let) or not isinstance(made.value, (ir.Call, ir.CallMethod)):
        return None
    if isinstance(places.inf.meanings.get(made), Plain) and meaning.callee is None:
        return made
    (block, first), (other, last) = places.block_of[made], places.block_of[stmt]
    source = made.value.args[0] if made.value.args else None
    between = [name for s in block[first:last] for inner in ir.walk([s]) for name in ir.targets(inner)]
    if block is not other or not isinstance(source, ir.Var) or source.name in between:
        return None
    meaning.callee = meaning.instead = source
    return made
