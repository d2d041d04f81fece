"""Operators and builtins that a program calls by the names of their methods, on arrays and numbers.

    x.__add__(y)        x + y
    x.__rsub__(1.0)     1.0 - x
    x.__abs__()         abs(x)

Where a method would answer that it is not for its operand, which the operator never does, nothing is known.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.kinds import Kind, Known, Num
from srcgrad.analysis.ruled import is_sequence, numeric_kind

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

BUILTINS: dict[str, Any] = {
    "__abs__": abs, "__float__": float, "__int__": int, "__complex__": complex, "__bool__": bool, "__len__": len,
    "__iter__": iter, "__divmod__": divmod, "__copy__": copy.copy, "__deepcopy__": copy.deepcopy,
}  # fmt: skip


def operation(inf: Inference, expr: ir.CallMethod, env: Env) -> ir.Expr | None:
    """The operator or the call of a builtin that a call of an array's method spells out; None for others."""
    kind = inf.atom(expr.obj, env)
    operands = (expr.obj, *(a for a in expr.args if not isinstance(a, ir.Star)))
    if not isinstance(kind, Num) or expr.keywords or len(operands) != len(expr.args) + 1:
        return None
    if expr.name == "__array__" and kind.box == "array":
        return ir.CallMethod(ir.Bound("np", np), "asarray", operands)
    if len(operands) == 2 and not takes(kind, inf.atom(operands[1], env)):
        return None
    if expr.name in BUILTINS:
        return ir.Call(ir.Bound(BUILTINS[expr.name].__name__, BUILTINS[expr.name]), operands)
    name = expr.name.strip("_")
    if name == "rdivmod":
        return ir.Call(ir.Bound("divmod", divmod), operands[::-1])
    if name == "contains":
        return ir.Prim("in_", operands[::-1])
    for op in (name, f"{name}_"):
        if op in ir.OPERATORS and ir.OPERATORS[op][1] == len(operands):
            return ir.Prim(op, operands)
    reflected = name[1:] if name.startswith("r") and len(operands) == 2 else ""
    return ir.Prim(reflected, operands[::-1]) if reflected in ir.OPERATORS else None


def is_settled(kind: Kind) -> bool:
    """Whether it is known of a number or array which class's methods it has."""
    return not isinstance(kind, Num) or (kind.box not in (None, "scalar") and kind.dtype is not None)


def takes(kind: Num, other: Kind) -> bool:
    """Whether a method of a number or array is for this operand, whatever that knows of it."""
    number = isinstance(other, Num) or (isinstance(other, Known) and isinstance(other.value, (int, float, complex)))
    if not (is_settled(kind) and is_settled(other)):
        return False
    if kind.box not in ("py", "np"):
        return number or is_sequence(other)
    second = numeric_kind(other)
    # a smaller type leaves the operation to the larger one; Python's numbers make Python's of all that they take
    of_one_sort = second.box == "py" or (kind.box == "np" and second.box == "np")
    return number and of_one_sort and np.result_type(kind.dtype, second.dtype) == kind.dtype
