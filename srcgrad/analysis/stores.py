"""Writes into arrays: what is written where, and what flows.

    a[i] = v           Stores: v flows to that part of a, what was there is gone
    a[i] += v          Stores, with the rule of +, of what was there and v
    a += v             Rebinds in place: the rule of +, of a as it was and v

The memory in which `a` lies is written, and carries derivatives from then on if `v` does (`analysis/places.py`).
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import as_index, flows, is_active, lit
from srcgrad.analysis.by_rows import NeedRows
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import Kind, Known, Num, Ref, Seq, Tup
from srcgrad.analysis.meaning import ByRule, Dynamic, Meaning, Plain, Stores
from srcgrad.analysis.places import Memory
from srcgrad.analysis.ruled import by_rule
from srcgrad.analysis.split import SplitStore
from srcgrad.analysis.texts import holds_text
from srcgrad.analysis.versions import Version
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import lookup

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def writes_into(inf: Inference, stmt: Any, kind: Num, value: Kind) -> None:
    """Note that a statement writes such a value into an array."""
    inf.mutates = inf.world.writes = True
    if kind.memory is None:
        return
    if (is_active(value) or flows(kind)) and kind.differentiable and held_by_module(inf, kind.memory):
        raise inf.refuse(
            stmt, "writing a value that depends on the input into an array that a module or class holds",
            "pass the array as an argument, or keep it in an instance",
        )  # fmt: skip
    carries = is_active(value) and kind.differentiable
    kind.memory.mark(written=True, active=carries or kind.active)
    inf.writes.setdefault(stmt, []).append(kind.memory)


def held_by_module(inf: Inference, memory: Memory) -> bool:
    """Whether an array is a global variable, or a class attribute: other functions read it without being handed it."""
    kinds = [kind for *_, kind in inf.world.globals_used.values()]
    kinds += [kind for _, kind in inf.world.values.values()]
    return any(k.memory.root() is memory.root() for k in kinds if isinstance(k, Num) and k.memory is not None)


def setitem(obj: Any, index: Any, value: Any) -> None:
    """`obj[index] = value`."""
    obj[index] = value


def store(inf: Inference, stmt: ir.StoreItem, kind: Num, value: Kind, env: Env) -> None:
    """`obj[index] = value` and `obj[index] op= value`, where obj is an array."""
    key = as_index(inf.atom(stmt.index, env))
    if is_active(key):
        raise inf.refuse(stmt, "an index that depends on the input", "make the index an integer computed apart")
    if holds_text(value) and kind.differentiable:
        raise inf.refuse(stmt, "writing a text that values were written into into an array", "write the number itself")
    if isinstance(value, (Tup, Ref, Seq)) and is_active(value):
        raise NeedRows(stmt, stmt.value, np.array)
    inf.writes.pop(stmt, None)
    writes_into(inf, stmt, kind, value)
    kind = lit(kind)  # type: ignore[assignment]
    flowing = flows(kind) and kind.differentiable
    if is_active(value) and kind.dtype is not None and kind.dtype.kind not in "biufc":
        raise inf.refuse(stmt, f"writing into an array of dtype {kind.dtype}", "use arrays of floating numbers")
    if flowing and isinstance(key, Known) and isinstance(key.value, str):
        raise inf.refuse(stmt, "writing into an array with fields", "keep the fields in arrays of their own")
    inf.meanings[stmt] = meaning = stored(inf, stmt, kind, key, value) if flowing else Plain()
    if isinstance(meaning, Dynamic):
        # what is stored is of unknown kind
        if stmt.op is not None:
            raise SplitStore(stmt)
        inf.world.opaque = True
        escape(kind)


def stored(inf: Inference, stmt: ir.StoreItem, kind: Num, key: Kind, value: Kind) -> Meaning:
    """What a store into an active array means."""
    getitem = lookup(operator.getitem)
    assert getitem is not None
    try:
        part = getitem.result(operator.getitem, dict(zip((p.name for p in getitem.params), (kind, key))))
    except (UnsupportedError, IndexError, ValueError):
        part = Num(None, kind.dtype, None)
    assert isinstance(part, Num)
    part = replace(part, active=True, memory=None, maybe_none=False)
    scope = inf.scope[-1] if inf.scope else None
    name = getattr(stmt.obj, "name", "array")
    before, after = f"{name}.item", f"{name}.new"
    written = inf.marked.setdefault((stmt, "new"), Version(after, scope, stmt, "written"))
    written.kind = part
    inf.defs[stmt] = {after: written}
    operands: tuple[Any, ...] = (stmt.value,)
    taken: tuple[Kind, ...] = (value,)
    function: Any = np.positive
    if stmt.op is not None:
        old = inf.marked.setdefault((stmt, "old"), Version(before, scope, stmt, "item"))
        old.kind = part
        inf.reads[stmt][before] = old
        function = getattr(operator, stmt.op)
        operands, taken = (ir.Var(before), stmt.value), (part, value)
    rule = lookup(function)
    if rule is None:
        raise inf.refuse(stmt, f"'{ir.OPERATORS[str(stmt.op)][0]}=' on an active array", "use another operator")
    names = [p.name for p in rule.params]
    _, meaning = by_rule(inf, stmt, rule, function, dict(zip(names, operands)), dict(zip(names, taken)))
    if isinstance(meaning, Dynamic):
        return Dynamic(setitem, (stmt.obj, stmt.index, stmt.value))
    use = replace(meaning, result=part) if isinstance(meaning, ByRule) else None
    return Stores(use, part, key)


def whole(inf: Inference, stmt: ir.Augment, kind: Num, value: Kind) -> Num:
    """`name op= value` on an array: the kind of the array afterwards."""
    inf.writes.pop(stmt, None)
    writes_into(inf, stmt, kind, value)
    return lit(kind)  # type: ignore[return-value]
