"""What the forward holds as an index, and whether the reverse can write it out again.

An index made of constants is written a second time:

    y = x[1:-1]        x_bar[1:-1] += y_bar: the index is text, not a value that has to be remembered
    y = x[i - 1]       x_bar[i - 1] += y_bar: of the turn, i has to be remembered
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from srcgrad import ir
from srcgrad.analysis.kinds import Inert, Known, Num, Tup

# what is computed again rather than remembered
ARITHMETIC = {"add", "sub", "mul", "floordiv", "mod", "neg"}


def written_index(kind: Any, emit: Callable[[ir.Expr, str | None], ir.Var]) -> ir.Atom | None:
    """A constant slice, or tuple of constants with slices, as text; None for anything else."""
    plain = (int, type(None), type(Ellipsis))
    match kind:
        case Known(value=slice() as value):
            if all(isinstance(p, plain) for p in (value.start, value.stop, value.step)):
                return emit(ir.Slice(ir.Const(value.start), ir.Const(value.stop), ir.Const(value.step)), "index")
        case Known(value=tuple() as values):
            return written_index(Tup(tuple(Known(value) for value in values)), emit)
        case Tup(items=items) if any(isinstance(i, Known) and isinstance(i.value, slice) for i in items):
            parts = [
                ir.Const(i.value) if isinstance(i, Known) and isinstance(i.value, plain) else written_index(i, emit)
                for i in items
            ]
            if all(part is not None for part in parts):
                return emit(ir.Build("tuple", tuple(parts)), "index")  # type: ignore[arg-type]
    return None


def computed_integer(inf: Any, stmt: Any, atom: Any) -> tuple[ir.Let, ir.Prim] | None:
    """The statement that computed an index, and how, where it is cheap to do again: from one integer and constants."""
    version = inf.reads[stmt].get(atom.name) if isinstance(atom, ir.Var) else None
    made = version.anchor if version is not None and version.name in inf.function.temps else None
    if not isinstance(made, ir.Let) or not isinstance(made.value, ir.Prim) or made.value.op not in ARITHMETIC:
        return None
    others = [part for part in made.value.args if not (isinstance(part, ir.Const) and type(part.value) is int)]
    if len(others) != 1 or not isinstance(others[0], ir.Var):
        return None
    read = inf.reads[made].get(others[0].name)
    kind = read.kind if read is not None else None
    if not isinstance(kind, Num) or not kind.is_number or kind.box != "py" or kind.dtype is None:
        return None
    return (made, made.value) if kind.dtype.kind == "i" else None


def unrepeated(kind: Any) -> bool:
    """Whether an index surely names no element twice: integers, slices, None, Ellipsis, a mask."""
    match kind:
        case Tup(items=items):
            return all(unrepeated(item) and not (isinstance(item, Num) and item.shape) for item in items)
        case Known(value=value):
            if isinstance(value, tuple):
                return all(unrepeated(Known(v)) for v in value)
            return isinstance(value, (int, slice, type(None), type(Ellipsis)))
        case Inert(type=cls):
            return cls is slice
        case Num(shape=(), dtype=dtype):
            return dtype is not None
        case Num(dtype=dtype):
            return dtype is not None and dtype.kind == "b"
    return False
