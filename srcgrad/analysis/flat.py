"""`x.flat`, written in terms of what has a derivative.

    for v in x.flat: ...        for v in x.ravel(): ...
    v = x.flat[i]               v = x[np.unravel_index(range(x.size)[i], x.shape)]
    x.flat[i] += v              x[np.unravel_index(range(x.size)[i], x.shape)] += v
    v = x.flat[::2]             v = x.flatten()[::2]
    x.flat[::5] = v             np.put(x, np.arange(x.size)[::5], v)
    x.flat[::5] += v            items = np.take(x, places);  items += v;  np.put(x, places, items)
    x.flat = v                  x.flat[...] = v

An iterator that has a name, or is handed to functions that may write through it, is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.kinds import Known, Method, Num
from srcgrad.analysis.meaning import Plain, Result
from srcgrad.analysis.split import block_with, new_name
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

# builtins that go through what they are given, and do nothing else with it
GOING_THROUGH = frozenset({
    "sum", "list", "tuple", "enumerate", "zip", "max", "min", "sorted", "map", "filter", "iter", "len", "any", "all",
})  # fmt: skip
_NP = ir.Bound("np", np)


class FlatUse(Exception):
    """A statement that uses `x.flat` is to be written otherwise; `single`: what it reads or writes is one element."""

    def __init__(self, stmt: Any, single: bool = False) -> None:
        super().__init__()
        self.stmt, self.single = stmt, single


def flat(inf: Inference, stmt: Any, kind: Num) -> Result:
    """`x.flat`: what is read and written by it is told by the statement that uses it."""
    use = only_use(inf.function, stmt)
    if isinstance(use, ir.StoreItem) or isinstance(getattr(use, "value", None), ir.Item):
        return Method(kind, "flat"), Plain()
    if use is not None and goes_through(inf, use):
        raise FlatUse(stmt)
    raise UnsupportedError("the array attribute .flat with a name", "use .ravel() to read, and np.put() to write")


def stores_through(function: ir.Function, stmt: Any) -> bool:
    """Whether `x.flat` is what a statement stores into."""
    return isinstance(only_use(function, stmt), ir.StoreItem)


def used_at(stmt: Any, obj: Any, index: Any) -> None:
    """Ask for a statement to be written otherwise that reads or writes an item of `x.flat`."""
    if isinstance(obj, Method) and obj.name == "flat":
        whole = isinstance(index, Num) and index.is_number and index.dtype is not None and index.dtype.kind == "i"
        raise FlatUse(stmt, whole or (isinstance(index, Known) and type(index.value) is int))


def only_use(function: ir.Function, stmt: Any) -> Any:
    """The one statement that uses what `stmt` makes, where that has no other name and is used at once; else None."""
    if not isinstance(stmt, ir.Let) or stmt.target not in function.temps:
        return None
    block = block_with(function, stmt)
    after = block[block.index(stmt) + 1 :]
    uses = [use for use in after if ir.Var(stmt.target) in ir.statement_operands(use)]
    array = getattr(stmt.value.obj, "name", None)  # type: ignore[union-attr]
    if len(uses) != 1 or any(array in ir.targets(between) for between in after[: after.index(uses[0])]):
        return None
    return uses[0]


def goes_through(inf: Inference, use: Any) -> bool:
    """Whether a statement takes the items of what it is given one after the other, or all at once."""
    if isinstance(use, (ir.For, ir.Unpack)):
        return True
    match getattr(use, "value", None):
        case ir.Call(func=ir.Global(name=name)):
            return name in GOING_THROUGH and inf.function.namespace.get(name) is None
        case ir.CallMethod(obj=ir.Global(name=name)):
            return inf.function.namespace.get(name) is np
        case ir.Build(items=items):
            return any(isinstance(item, ir.Star) for item in items)
    return False


def write_out(function: ir.Function, stmt: Any, single: bool) -> None:
    """Write a statement that uses `x.flat`, or makes it to go through it, without it."""
    if isinstance(stmt, ir.Let) and isinstance(stmt.value, ir.Attr):
        stmt.value = ir.CallMethod(stmt.value.obj, "ravel", ())
        return
    Rewriting(function, stmt).use(single)


class Rewriting:
    """Writes one statement otherwise."""

    def __init__(self, function: ir.Function, stmt: Any) -> None:
        self.function, self.stmt = function, stmt
        self.written: ir.Block = []

    def use(self, single: bool) -> None:
        """A statement that reads or writes an item of `x.flat`, or all of it."""
        stmt = self.stmt
        block = block_with(self.function, stmt)
        if isinstance(stmt, ir.StoreAttr):
            self.put(stmt.obj, ir.Const(Ellipsis))
        else:
            item: Any = stmt if isinstance(stmt, ir.StoreItem) else stmt.value
            made: Any = next(s for s in block if item.obj.name in ir.targets(s))
            array, index = made.value.obj, item.index
            if single:
                block.remove(made)
                item = replace(item, obj=array, index=self.place(array, index))
                self.written.append(item if isinstance(stmt, ir.StoreItem) else replace(stmt, value=item))
            elif isinstance(stmt, ir.StoreItem):
                block.remove(made)
                self.put(array, index)
            else:
                made.value = ir.CallMethod(array, "flatten", ())
                return
        at = block.index(stmt)
        block[at : at + 1] = self.written

    def let(self, hint: str, value: ir.Expr) -> ir.Var:
        """Bind a temporary."""
        name = new_name(self.function, hint)
        self.function.temps.add(name)
        self.written.append(ir.Let(name, value, self.stmt.span))
        return ir.Var(name)

    def place(self, array: ir.Atom, index: ir.Atom) -> ir.Var:
        """The index in `array` of one element of `array.flat`."""
        name = getattr(array, "name", "array")
        every = self.let(f"{name}_range", ir.Call(ir.Bound("range", range), (self.let_size(array),)))
        number = self.let(f"{name}_number", ir.Item(every, index))
        shape = self.let(f"{name}_shape", ir.Attr(array, "shape"))
        return self.let(f"{name}_place", ir.CallMethod(_NP, "unravel_index", (number, shape)))

    def let_size(self, array: ir.Atom) -> ir.Var:
        return self.let(f"{getattr(array, 'name', 'array')}_size", ir.Attr(array, "size"))

    def put(self, array: ir.Atom, index: ir.Atom) -> None:
        """Store into several elements of `array.flat`."""
        name, stmt = getattr(array, "name", "array"), self.stmt
        every = self.let(f"{name}_every", ir.CallMethod(_NP, "arange", (self.let_size(array),)))
        places = self.let(f"{name}_places", ir.Item(every, index))
        value = stmt.value
        if stmt.op is not None:
            item = new_name(self.function, f"{name}_items")
            self.written.append(ir.Let(item, ir.CallMethod(_NP, "take", (array, places)), stmt.span))
            self.written.append(ir.Augment(item, stmt.op, value, stmt.span))
            value = ir.Var(item)
        self.written.append(ir.Effect(ir.CallMethod(_NP, "put", (array, places, value)), stmt.span))
