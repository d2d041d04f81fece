"""NumPy's protocols: `np.tanh(x)` and `np.sum(x, axis=0)` of tensors end up here.

Ufuncs of one and two operands take a short way, as they are most of what programs do.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.rules import stand_ins
from srcgrad.rules.language import is_constant, lookup, refuses_active
from srcgrad.rules.positional import named
from srcgrad.runtime.words_complex import complex_sign
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, Op, located, op_for
from srcgrad.tensors.inplace import computed_into, write_into
from srcgrad.tensors.record import ATOMS, apply, kept, pattern_for, unwrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.ways import Way
from srcgrad.tensors.writers import PLACES, write_only


def array_ufunc(self: Tensor, ufunc: Any, method: str, *args: Any, **keywords: Any) -> Any:
    """`np.tanh(x)`, `np.add(x, y, out=z)`, `np.add.reduce(x)`."""
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    if method == "__call__" and not keywords:
        if len(args) == 1:
            return one(self, ufunc, code, at)
        if len(args) == 2:
            return two(args[0], args[1], ufunc, code, at)
    if ufunc is np.sign and self.dtype.kind == "c":
        raise located("np.sign() of complex tensors with out=, where= or dtype=", "write np.sign(x) alone", code, at)
    out = keywords.pop("out", None)
    if method == "__call__":
        if out is not None:
            op = _short.get((ufunc, len(args))) if not keywords and len(out) == 1 else None
            if op is not None and out[0].__class__ is Tensor and computed_into(out[0], ufunc, op, args, code, at):
                return out[0]
            return write_into(ufunc, args, keywords, out, code, at)
        return apply(pattern_for(("function", ufunc), len(args), tuple(keywords)), ufunc, args, keywords, code, at)
    function = getattr(ufunc, method)
    if out is not None:
        raise located(f"np.{ufunc.__name__}.{method}() with out=", "assign the result instead", code, at)
    if method == "at":
        return write_only(function, args, keywords, code, at)
    return apply(pattern_for(("function", function), len(args), tuple(keywords)), function, args, keywords, code, at)


# by ufunc and number of operands: for those whose only result is differentiated wherever an operand is tracked the
# operation, for those through which no gradient flows None
_short: dict[tuple[Any, int], Op | None] = {}
UNKNOWN: Any = object()


def one(x: Tensor, ufunc: Any, code: CodeType, at: int) -> Any:
    """A ufunc of one tensor."""
    op = _short.get((ufunc, 1), UNKNOWN)
    if op is UNKNOWN:
        return first(ufunc, (x,), code, at)
    if x._rare is not None:
        sync(x)
    node, a = x._node, x._a
    value = ufunc(a)
    if op is None or node is None or not state.enabled:
        return made(value, None)
    return made(value, Node(op, (node,), (a,), value, code, at))


def two(x: Any, y: Any, ufunc: Any, code: CodeType, at: int) -> Any:
    """A ufunc of two operands, of which one is a tensor."""
    op = _short.get((ufunc, 2), UNKNOWN)
    if op is UNKNOWN:
        return first(ufunc, (x, y), code, at)
    a = b = None
    if x.__class__ is Tensor:
        if x._rare is not None:
            sync(x)
        a, x = x._node, x._a
    elif x.__class__ is np.ndarray:
        if op is not None and op.keeps[0]:
            x = kept(x)
    elif x.__class__ not in ATOMS and not isinstance(x, np.generic):
        return apply(pattern_for(("function", ufunc), 2), ufunc, (x, y), {}, code, at)
    if y.__class__ is Tensor:
        if y._rare is not None:
            sync(y)
        b, y = y._node, y._a
    elif y.__class__ is np.ndarray:
        if op is not None and op.keeps[1]:
            y = kept(y)
    elif y.__class__ not in ATOMS and not isinstance(y, np.generic):
        return apply(pattern_for(("function", ufunc), 2), ufunc, (made(x, a), y), {}, code, at)
    value = ufunc(x, y)
    if op is None or (a is None and b is None) or not state.enabled:
        return made(value, None)
    return made(value, Node(op, (a, b), (x, y), value, code, at))


def first(ufunc: Any, args: tuple[Any, ...], code: CodeType, at: int) -> Any:
    """The long way; ufuncs that a gradient always flows through, or never, take the short one from now on."""
    if ufunc is np.sign:  # a step where numbers are real, a direction where they are complex
        function = complex_sign if args[0].dtype.kind == "c" else ufunc
        return apply(pattern_for(("function", function), 1), function, args, {}, code, at)
    result = apply(pattern_for(("function", ufunc), len(args)), ufunc, args, {}, code, at)
    rule = lookup(ufunc)
    if ufunc.nout == 1 and isinstance(result, Tensor):
        if rule is None:
            if is_constant(ufunc) and not refuses_active(ufunc):
                _short[ufunc, len(args)] = None
        elif set(rule.formulas) - rule.zero and result._node is not None:
            _short[ufunc, len(args)] = op_for(("function", ufunc), len(args))
    return result


def array_function(self: Tensor, function: Any, types: Any, args: Any, keywords: Any) -> Any:
    """`np.sum(x, axis=0)`, `np.concatenate([x, y])`, `np.linalg.solve(a, x)`."""
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    key = (function, len(args), *keywords) if keywords else (function, len(args))
    way = _ways.get(key)
    if way is None:
        if function in PLACES:
            return write_only(function, args, keywords, code, at)
        form = stand_ins.written(function, args, keywords)
        if form is not None and state.enabled and unwrapped((*args, *keywords.values()))[1] is not None:
            from srcgrad.tensors.function import on_tensors

            return on_tensors(form, args, keywords, 2)
        args, pairs = named(lookup(function), function, args, tuple(keywords.items()))
        keywords = {name: value for name, value in pairs if name != "out" or value is not None}
        if keywords.get("out") is not None:
            without = {name: value for name, value in keywords.items() if name != "out"}
            out = keywords["out"]
            return write_into(function, args, without, out if isinstance(out, tuple) else (out,), code, at)
        # tensors have become arrays by then: nobody else has to be asked
        plain = getattr(function, "_implementation", function)
        way = Way(("function", function), plain, len(args), tuple(keywords))
        if form is None and (function, len(args), *keywords) == key:
            _ways[key] = way
    return way.run(args, keywords, code, at)


_ways: dict[tuple[Any, ...], Way] = {}
Tensor.__array_ufunc__ = array_ufunc
Tensor.__array_function__ = array_function
