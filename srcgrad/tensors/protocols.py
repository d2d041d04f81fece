"""NumPy's protocols: `np.tanh(x)` and `np.sum(x, axis=0)` of tensors end up here.

Ufuncs of one and two operands take a short way, as they are most of what programs do.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.rules.language import lookup
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, Op, located, op_for
from srcgrad.tensors.inplace import write_into, write_only
from srcgrad.tensors.record import ATOMS, FLOATS, apply, kept
from srcgrad.tensors.state import state
from srcgrad.tensors.views import Step, set_view
from srcgrad.tensors.writes import owner


def array_ufunc(self: Tensor, ufunc: Any, method: str, *args: Any, **keywords: Any) -> Any:
    """`np.tanh(x)`, `np.add(x, y, out=z)`, `np.add.reduce(x)`."""
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    if method == "__call__" and not keywords:
        if len(args) == 1:
            return one(self, ufunc, code, at)
        if len(args) == 2:
            return two(args[0], args[1], ufunc, code, at)
    out = keywords.pop("out", None)
    if method == "__call__":
        if out is not None:
            return write_into(ufunc, args, keywords, out, code, at)
        return apply(("function", ufunc), ufunc, args, keywords, code, at)
    function = getattr(ufunc, method)
    if out is not None:
        raise located(f"np.{ufunc.__name__}.{method}() with out=", "assign the result instead", code, at)
    if method == "at":
        return write_only(function, args, keywords, code, at)
    return apply(("function", function), function, args, keywords, code, at)


# ufuncs whose only result is differentiated wherever an operand is tracked, by the number of operands
_short: dict[tuple[Any, int], Op] = {}


def one(x: Tensor, ufunc: Any, code: CodeType, at: int) -> Any:
    """A ufunc of one tensor."""
    op = _short.get((ufunc, 1))
    if op is None:
        return first(ufunc, (x,), code, at)
    if x._rare is not None:
        sync(x)
    node, a = x._node, x._a
    value = ufunc(a)
    if node is None or not state.enabled:
        return made(value, None)
    return made(value, Node(op, (node,), (a,), value, code, at))


def two(x: Any, y: Any, ufunc: Any, code: CodeType, at: int) -> Any:
    """A ufunc of two operands, of which one is a tensor."""
    op = _short.get((ufunc, 2))
    if op is None:
        return first(ufunc, (x, y), code, at)
    a = b = None
    if x.__class__ is Tensor:
        if x._rare is not None:
            sync(x)
        a, x = x._node, x._a
    elif x.__class__ is np.ndarray:
        if op.keeps[0]:
            x = kept(x)
    elif x.__class__ not in ATOMS and not isinstance(x, np.generic):
        return apply(("function", ufunc), ufunc, (x, y), {}, code, at)
    if y.__class__ is Tensor:
        if y._rare is not None:
            sync(y)
        b, y = y._node, y._a
    elif y.__class__ is np.ndarray:
        if op.keeps[1]:
            y = kept(y)
    elif y.__class__ not in ATOMS and not isinstance(y, np.generic):
        return apply(("function", ufunc), ufunc, (made(x, a), y), {}, code, at)
    value = ufunc(x, y)
    if (a is None and b is None) or not state.enabled:
        return made(value, None)
    return made(value, Node(op, (a, b), (x, y), value, code, at))


def first(ufunc: Any, args: tuple[Any, ...], code: CodeType, at: int) -> Any:
    """The long way; ufuncs that a gradient always flows through take the short one from now on."""
    result = apply(("function", ufunc), ufunc, args, {}, code, at)
    rule = lookup(ufunc)
    if rule is not None and ufunc.nout == 1 and set(rule.formulas) - rule.zero and isinstance(result, Tensor):
        if result._node is not None:
            _short[ufunc, len(args)] = op_for(("function", ufunc), len(args))
    return result


WRITERS = {np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis}


def array_function(self: Tensor, function: Any, types: Any, args: Any, keywords: Any) -> Any:
    """`np.sum(x, axis=0)`, `np.concatenate([x, y])`, `np.linalg.solve(a, x)`."""
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    short = _first_alone.get((function, len(args), *keywords))
    if short is not None:
        result = of_first(self, *short, args, keywords, code, at)
        if result is not None:
            return result
    if function in WRITERS:
        return write_only(function, args, keywords, code, at)
    out = keywords.get("out")
    if out is not None:
        without = {name: value for name, value in keywords.items() if name != "out"}
        return write_into(function, args, without, out if isinstance(out, tuple) else (out,), code, at)
    # tensors have become arrays by then: nobody else has to be asked
    plain = getattr(function, "_implementation", function)
    result = apply(("function", function), plain, args, keywords, code, at)
    note_first_alone(result, function, args, keywords)
    return result


# functions of which the first argument alone is an operand, by the number of arguments and the names of the others
# each with what NumPy runs for plain arrays once it has asked for anything else
_first_alone: dict[tuple[Any, ...], tuple[Op, Any]] = {}
# what these functions of NumPy come to for arrays, with the same arguments
DIRECT: dict[Any, Any] = {
    getattr(getattr(np, name), "_implementation", getattr(np, name)): getattr(np.ndarray, name.removeprefix("a"))
    for name in ("sum", "mean", "prod", "max", "min", "amax", "amin")
}


def of_first(
    self: Tensor, op: Op, function: Any, args: tuple[Any, ...], keywords: dict[str, Any], code: CodeType, at: int
) -> Any:
    """The short way for a function of one tensor and plain settings, `np.sum(x, axis=0)`; None where it is not taken:
    for a setting that is no plain one, and for a result that is no array of floats."""
    node = self._node
    if node is None or args[0] is not self or not state.enabled:
        return None
    for value in args[1:]:
        if value.__class__ not in ATOMS and not is_ints(value):
            return None
    for value in keywords.values():
        if value.__class__ not in ATOMS and not is_ints(value):
            return None
    if self._rare is not None:
        sync(self)
        node = self._node
    a = self._a
    if a.__class__ is np.ndarray:
        function = DIRECT.get(function, function)
    value = function(a, *args[1:], **keywords)
    if (value.__class__ is not np.ndarray and not isinstance(value, np.generic)) or value.dtype.char not in FLOATS:
        return None
    rest = (*args[1:], *keywords.values()) if keywords else args[1:]
    result = made(value, Node(op, (node, *[None] * len(rest)), (a, *rest), value, code, at))
    if value.__class__ is np.ndarray is a.__class__ and (value.base is not None or value is a):
        if owner(value) is owner(a):
            set_view(result, self, Step(op.what, op.count, op.names, function, 0, (a, *rest), code, at))
    return result


INT = {int}


def is_ints(value: Any) -> bool:
    """Whether a setting is a tuple of integers, as axes and shapes are."""
    return value.__class__ is tuple and {*map(type, value)} <= INT


def note_first_alone(result: Any, function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Have a function take the short way from now on, where it made a node of which the first argument alone can be an
    operand: it has no effects, so that a call that turns out to be another kind of call may take the long way after."""
    if not args or args[0].__class__ is not Tensor or result.__class__ is not Tensor or result._node is None:
        return
    op = result._node.op
    if op.__class__ is Op and op.what == ("function", function) and op.operands[0] and True not in op.operands[1:]:
        call = (function, len(args), *keywords)
        _first_alone[call] = op, getattr(function, "_implementation", function)


Tensor.__array_ufunc__ = array_ufunc
Tensor.__array_function__ = array_function
