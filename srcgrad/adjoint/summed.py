"""Sums of what a comprehension gathers: the adjoint of each item is the sum's.

    energy = sum(0.5 * m * v**2 for m, v in bodies)

The list that the comprehension fills is nobody else's.  So its items need not be found by identity: its name has the
adjoint that all of them have, and what was appended to it gets that.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.gathered import is_real
from srcgrad.adjoint.needs import fills
from srcgrad.analysis.meaning import ByRule

SUMS = {"sum_": "iterable", "fsum": "seq"}


def find_summed(facts: Any) -> dict[Any, str]:
    """The statements that append to such a list, with its name."""
    found = {}
    for stmt, meaning in facts.inf.meanings.items():
        if isinstance(meaning, ByRule) and meaning.rule.name in SUMS and is_real_number(meaning.result):
            name = getattr(meaning.bound.get(SUMS[meaning.rule.name]), "name", "")
            append = only_append(facts, stmt, name)
            if append is not None:
                found[append] = name
    return found


def only_append(facts: Any, total: Any, name: str) -> Any:
    """The statement that fills the list of a name, where that is all that is done with it besides the sum."""
    made = facts.definition.get(name)
    empty = isinstance(made, ir.Let) and made.value == ir.Build("list", ())
    others = [use for use in facts.uses.get(name, ()) if use is not total]
    if name not in facts.inf.function.temps or not empty or len(others) != 1:
        return None
    append = others[0]
    if not fills(append, ir.Var(name)):
        return None
    block = facts.block_of[made][0]
    loops = [stmt for stmt in block if isinstance(stmt, ir.For) and append in stmt.body]
    if not loops or facts.block_of[total][0] is not block:
        return None
    item = facts.version_of(append, append.value.args[0])
    return append if item is not None and is_real_number(item.kind) else None


def is_real_number(kind: Any) -> bool:
    """Whether a value is surely a real number."""
    return is_real(kind) and kind.is_number
