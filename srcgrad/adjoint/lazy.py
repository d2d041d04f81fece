"""From when an iterator is made until its last item was taken: what is written meanwhile, it may show.

    pairs = zip(w, u)          from here ...
    w[0] = 5.0
    for a, b in pairs:
        ...                    ... to here

Emitted code makes the items at once; where no one of these statements writes what is gone through, that is the same.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import prelude, prelude_arrays, prelude_iterators
from srcgrad.analysis.kinds import Closure, Inert, Kind, Known, Num, Ref, Tup
from srcgrad.analysis.meaning import ByCall
from srcgrad.analysis.memory import parts_of

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts
    from srcgrad.analysis.infer import Inference

# what is written out for functions that make their items when they are asked for
LAZILY = {
    prelude.map_, prelude.map_one, prelude.map_two, prelude.filter_, prelude_iterators.running_sums,
    prelude_iterators.from_iterable, *prelude_iterators.WRITTEN.values(), *prelude_arrays.WRITTEN.values(),
}  # fmt: skip


def taking(inf: Inference, facts: Facts, stmt: Any) -> set[Any] | None:
    """The statements that run until the last item of what one makes was taken; None where that is not seen."""
    block, position = facts.block_of[stmt]
    names = set(ir.targets(stmt))
    filled: set[str] = set()
    found: set[Any] = set()
    between: list[Any] = [stmt]
    for after in block[position + 1 :]:
        inside = [after, *(s for inner in ir.blocks(after) for s in ir.walk(inner))]
        between += inside
        if not any(names & inf.reads.get(s, {}).keys() for s in inside) and not generated(after, filled):
            continue
        found.update(between)
        between = []
        filled.update(*map(filled_by, inside))
        for made in inside:
            names |= {name for name, v in inf.defs.get(made, {}).items() if is_lazy(v.kind)}
        names |= set(ir.targets(after)) if generated(after, filled) else set()
    elsewhere = any(names & reads.keys() for s, reads in inf.reads.items() if s not in found)
    return None if elsewhere or names & inf.function.captured else found


def filled_by(stmt: Any) -> set[str]:
    """The list, if any, that a statement puts an item into."""
    match stmt:
        case ir.Effect(value=ir.CallMethod(obj=ir.Var(name=name))):
            return {name}
    return set()


def generated(stmt: Any, filled: set[str]) -> bool:
    """Whether a statement makes an iterator of such a list: a generator expression."""
    match stmt:
        case ir.Let(value=ir.Call(func=ir.Global(name="iter") | ir.Bound(value=builtins.iter), args=(made,))):
            return getattr(made, "name", None) in filled
    return False


def bound_late(inf: Inference, facts: Facts, stmt: Any) -> list[Any]:
    """The statements that bind a variable again that the items of what one makes are computed from when asked for."""
    meaning = inf.meanings[stmt]
    if isinstance(meaning, ByCall) and meaning.function in LAZILY:
        kinds = [version.kind for version in inf.reads[stmt].values()]
        names = {name for kind in kinds if isinstance(kind, Closure) for name, _ in kind.captured}
    else:
        names = read_by_generator(inf, facts, stmt)
    if not names:
        return []
    meanwhile = taking(inf, facts, stmt)
    binding = [s for s in facts.block_of if names & set(ir.targets(s))]
    if meanwhile is None:
        return [s for s in binding if facts.order[s] > facts.order[stmt] or facts.in_one_loop(stmt, s)]
    return [s for s in binding if s in meanwhile]


def read_by_generator(inf: Inference, facts: Facts, stmt: Any) -> set[str]:
    """The variables that a generator expression reads item by item."""
    block, position = facts.block_of[stmt]
    loop = block[position - 1] if position else None
    if not isinstance(loop, ir.For) or not generated(stmt, set().union(*map(filled_by, ir.walk(loop.body)))):
        return set()
    inside = list(ir.walk(loop.body))
    own = {stmt.value.args[0].name, *ir.targets(loop), *(name for s in inside for name in ir.targets(s))}
    return {name for s in inside for name in inf.reads.get(s, {})} - own


def is_lazy(kind: Kind | None, _seen: frozenset[int] = frozenset()) -> bool:
    """Whether a value may make items when it is asked for them, or holds one that does."""
    match kind:
        case None | Num() | Known() | Inert():
            return False
        case Tup(items=items):
            return any(is_lazy(item, _seen) for item in items)
        case Ref(site=site) if site.type in (list, tuple, dict, set):
            # its parts as they stand: their join would make their places one, of which writers are known by now
            return id(site) not in _seen and any(is_lazy(part, _seen | {id(site)}) for _, part in parts_of(kind))
    return True
