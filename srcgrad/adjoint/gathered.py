"""Lists that a function fills, and then reads as a whole: the adjoint is a list too, and `append` reverses to `pop`.

    path = [x]                          path_bar = list(rows_bar)
    for _ in range(n):                  for ... in reversed(turns):
        x = step(x)                         x_bar += path_bar.pop()
        path.append(x)                      ...
    rows = np.array(path)               x_bar += path_bar.pop()

A loop that goes through it gathers the adjoints of the items, the last one first:

    for p in path:                      path_bar = []
        total += np.sum(p * p)          for p in reversed(turns):
                                            path_bar.append(2.0 * total_bar * p)
                                        path_bar.reverse()

The list is nobody else's, so that its items need not be found by identity.  All that fills it runs before it is read,
and nothing leaves in between: what was appended last has the last adjoint.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.needs import fills
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.meaning import ByRule, Plain, Snapshots
from srcgrad.analysis.memory import places_in, written

# rules that read a list whole, and whose cotangents have the shapes of its items
WHOLE = {"array", "asarray", "stack", "concatenate", "vstack", "hstack", "dstack", "column_stack"}


def find_gathered(facts: Any) -> dict[Any, str]:
    """The statements that make and fill such lists, and loops that go through them, with the name of the list."""
    found: dict[Any, str] = {}
    if any(isinstance(meaning, Snapshots) for meaning in facts.inf.meanings.values()):
        return found  # turns that run again in the reverse would fill it again
    for loop in [stmt for stmt in facts.block_of if isinstance(stmt, ir.For) and goes_through(facts, stmt)]:
        name = loop.iter.name  # type: ignore[union-attr]
        stmts = filling(facts, loop, name)
        found |= dict.fromkeys([*stmts, loop] if stmts else [], name)
    for stmt, meaning in facts.inf.meanings.items():
        if isinstance(meaning, ByRule) and meaning.rule.name in WHOLE and is_real(meaning.result):
            for parameter, bound in meaning.bound.items():
                if isinstance(bound, ir.Var) and not isinstance(meaning.kinds[parameter], (Num, Known)):
                    found |= dict.fromkeys(filling(facts, stmt, bound.name), bound.name)
    return found


def goes_through(facts: Any, loop: ir.For) -> bool:
    """Whether a loop surely takes every item of a variable, each an active number or array."""
    inside = list(ir.walk(loop.body))
    stops = [s for s in inside if isinstance(s, ir.Break) and facts.scope_of[s] is loop]
    version = facts.inf.defs.get(loop, {}).get(loop.target)
    some = version is not None and version.active and is_real(version.kind)
    plain = isinstance(loop.iter, ir.Var) and not any(isinstance(s, (ir.Return, ir.Try, ir.With)) for s in inside)
    return plain and some and not stops


def filling(facts: Any, whole: Any, name: str) -> list[Any]:
    """The statements that make and fill a list, where all of it is read by one statement, and nothing else is done."""
    function = facts.inf.function
    made = facts.definition.get(name)
    if not isinstance(made, ir.Let) or not isinstance(made.value, ir.Build) or made.value.kind != "list":
        return []
    once = sum(name in ir.targets(stmt) for stmt in facts.block_of) == 1
    if not once or name in function.captured or name in function.shared or any(p.name == name for p in function.params):
        return []
    others = [use for use in facts.uses[name] if use is not whole]
    appends = [use for use in others if fills(use, ir.Var(name))]
    asked = [use for use in others if use not in appends]
    if not appends or len(others) + 1 != len(facts.uses[name]) or not all(asks_length(facts, use) for use in asked):
        return []
    block, start = facts.block_of[made]
    end = facts.block_of[whole][1]
    if facts.block_of[whole][0] is not block or end < start:
        return []
    between = list(ir.walk(block[start + 1 : end]))
    if not set(appends) <= set(between) or any(leaves(facts, stmt, between) for stmt in between):
        return []
    tries = [stmt for stmt in facts.block_of if isinstance(stmt, (ir.Try, ir.With))]
    if any(made in ir.walk([stmt]) for stmt in tries):
        return []
    items = [(made, item) for item in made.value.items] + [(append, append.value.args[0]) for append in appends]
    return [made, *appends] if all(can_pop(facts, stmt, item) for stmt, item in items) else []


def asks_length(facts: Any, use: Any) -> bool:
    """Whether a statement is `len` of a list."""
    value = getattr(use, "value", None)
    called = isinstance(value, ir.Call) and isinstance(facts.inf.meanings.get(use), Plain)
    return called and getattr(value.func, "name", None) == "len"  # type: ignore[union-attr]


def leaves(facts: Any, stmt: Any, between: list[Any]) -> bool:
    """Whether a statement may go on elsewhere than behind these."""
    if isinstance(stmt, (ir.Break, ir.Continue)):
        return facts.scope_of[stmt] not in between
    return isinstance(stmt, (ir.Return, ir.Try, ir.With))


def can_pop(facts: Any, stmt: Any, item: Any) -> bool:
    """Whether an item's adjoint goes by name: a real number, or array that nobody writes, or no adjoint at all."""
    if isinstance(item, ir.Star):
        return False
    version = facts.version_of(stmt, item)
    if version is None or not version.active:
        return version is None or not is_active(version.kind)
    return is_real(version.kind) and not any(map(written, places_in(version.kind)))


def is_real(kind: Any) -> bool:
    """Whether a value surely is a real number or an array of them."""
    return isinstance(kind, Num) and kind.dtype is not None and kind.dtype.kind == "f"
