"""Arrays that a program goes through row by row: the rows are made by one statement, and the program starts again.

    for row in x:              x_rows = rows(x)
        ...                    for row in x_rows: ...

Each row is then a value of its own, with an adjoint of its own.
"""

from __future__ import annotations

import inspect
import types
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import flows, is_active
from srcgrad.analysis.entry import is_user_class
from srcgrad.analysis.kinds import Kind, Num, Ref, Unknown
from srcgrad.analysis.lookups import stored
from srcgrad.analysis.own_iterators import own_iterator
from srcgrad.runtime.rows import rows
from srcgrad.written.python_iterators import Steps, taken


class NeedRows(Exception):
    """Something goes through an active array row by row: the rows are to be made one by one before `stmt`.

    With another `function` than `rows`, or a method of this name, its result takes the place of the operand.
    `earlier`: `stmt` was interpreted before.
    """

    def __init__(self, stmt: Any, atom: ir.Atom, function: Any = rows, earlier: bool = False) -> None:
        super().__init__()
        self.earlier = earlier
        self.stmt = stmt
        self.atom = atom
        self.function = function


def need_rows(stmt: Any, atom: ir.Atom, kind: Kind) -> None:
    """Ask for `atom` to be split into rows, if it is an active array, or may be one."""
    if isinstance(kind, Unknown) and kind.active:
        raise NeedRows(stmt, atom)
    if isinstance(kind, Ref) and kind.site.type is Steps and is_active(kind):
        raise NeedRows(stmt, atom, taken)
    if isinstance(kind, Ref) and is_active(kind) and is_user_class(kind.site.type):
        raise NeedRows(stmt, atom, "__iter__" if yields(kind.site.type) else own_iterator(kind.site.type))
    if isinstance(kind, Num) and flows(kind) and kind.box != "py" and kind.shape != ():
        raise NeedRows(stmt, atom)


def yields(cls: type) -> bool:
    """Whether the `__iter__` of a class is a generator function."""
    found = stored(cls, "__iter__")
    return isinstance(found, types.FunctionType) and bool(found.__code__.co_flags & inspect.CO_GENERATOR)


def row_kind(kind: Num) -> Num:
    """The kind of `x[0]`."""
    if kind.shape is None or not kind.shape:
        return Num(None, kind.dtype, None, kind.active, memory=kind.memory)
    rest = kind.shape[1:]
    return Num(rest, kind.dtype, kind.box if rest else "np", kind.active, memory=kind.memory if rest else None)


def insert_rows(function: ir.Function, stmt: Any, atom: Any, made_by: Any = rows) -> None:
    """Put `x_rows = rows(x)` before `stmt`, and have `stmt` use it for `x`."""
    name = f"{getattr(atom, 'name', 'array')}_{'items' if isinstance(made_by, str) else made_by.__name__}"
    while name in function.temps or any(p.name == name for p in function.params):
        name += "_2"
    function.temps.add(name)
    call: Any
    if isinstance(made_by, str):
        call = ir.CallMethod(atom, made_by, ())
    elif made_by is np.array:
        call = ir.CallMethod(ir.Bound("np", np), "array", (atom,))
    else:
        call = ir.Call(ir.Bound(made_by.__name__, made_by), (atom,))
    for block in [function.body, *(b for s in ir.walk(function.body) for b in ir.blocks(s))]:
        if stmt in block:
            block.insert(block.index(stmt), ir.Let(name, call, stmt.span))
            ir.replace_operand(stmt, atom, ir.Var(name))
            return
    raise AssertionError("statement not found")
