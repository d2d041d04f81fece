"""NumPy's protocols: `np.tanh(x)` and `np.sum(x, axis=0)` of tensors end up here.

Ufuncs of one and two operands take a short way, as they are most of what programs do.
"""

from __future__ import annotations

import sys
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.rules import stand_ins
from srcgrad.rules.language import is_constant, lookup, refuses_active
from srcgrad.rules.positional import named
from srcgrad.runtime.words_complex import complex_sign
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, Op, located, op_for
from srcgrad.tensors.inplace import compute_into, write_into
from srcgrad.tensors.record import ATOMS, apply, kept, pattern_for, unwrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.ways import Way
from srcgrad.tensors.writers import PLACES, block, runner, where_chosen, write_only


def array_ufunc(self: Tensor, ufunc: Any, method: str, *args: Any, **keywords: Any) -> Any:
    """`np.tanh(x)`, `np.add(x, y, out=z)`, `np.add.reduce(x)`."""
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    if method == "__call__":
        if not keywords:
            if len(args) == 1:
                return one(self, ufunc, code, at)
            if len(args) == 2:
                return two(args[0], args[1], ufunc, code, at)
        out = keywords.get("out")
        if out is not None and len(keywords) == 1 and out[0].__class__ is Tensor and not state.functional:
            op = _short[ufunc]
            if op.__class__ is Op and compute_into(out[0], ufunc, ufunc, op, args, code, at):
                return out[0]
        if "where" in keywords and ufunc.nout == 1 and ufunc.signature is None:
            return where_chosen(smooth(ufunc, args[0]), args, keywords, code, at)
        if out is not None:
            del keywords["out"]
            return write_into(smooth(ufunc, args[0]), args, keywords, out, code, at)
        asked = smooth(ufunc, args[0])
        return apply(pattern_for(("function", asked), len(args), tuple(keywords)), asked, args, keywords, code, at)
    function = getattr(ufunc, method)
    if keywords.pop("out", None) is not None:
        raise located(f"np.{ufunc.__name__}.{method}() with out=", "assign the result instead", code, at)
    if method == "at":
        return write_only(function, args, keywords, code, at)
    pattern = pattern_for(("function", function), len(args), tuple(keywords))
    if pattern.op is None:
        form = stand_ins.written(function, args, keywords)
        if form is not None and is_tracked(args, keywords):
            return as_one_node(form, args, keywords, code, at)
    return apply(pattern, function, args, keywords, code, at)


LONG: Any = object()


class Short(dict[Any, Any]):
    """By ufunc: the operation where its only result is differentiated wherever an operand is tracked, None where no
    gradient flows through it, LONG for the others."""

    def __missing__(self, ufunc: Any) -> Any:
        rule = lookup(ufunc)
        found = LONG
        if ufunc is np.sign:
            pass  # asks for the dtype
        elif ufunc.nout == 1 and rule is None and is_constant(ufunc) and not refuses_active(ufunc):
            found = None
        elif ufunc.nout == 1 and rule is not None and set(rule.formulas) - rule.zero:
            try:
                found = op_for(("function", ufunc), ufunc.nin)
            except UnsupportedError:
                pass  # told at the user's line by the long way
        self[ufunc] = found
        return found


_short = Short()


def smooth(ufunc: Any, x: Any) -> Any:
    """What a ufunc of this operand goes by: the sign of a complex number is no step but a direction."""
    return complex_sign if ufunc is np.sign and unwrapped(x)[0].dtype.kind == "c" else ufunc


def one(x: Tensor, ufunc: Any, code: CodeType, at: int) -> Any:
    """A ufunc of one tensor."""
    op = _short[ufunc]
    if op is LONG:
        function = smooth(ufunc, x)
        return apply(pattern_for(("function", function), 1), function, (x,), {}, code, at)
    if x._rare is not None:
        sync(x)
    node, a = x._node, x._a
    value = ufunc(a)
    if op is None or node is None or not state.enabled:
        return made(value, None)
    return made(value, Node(op, (node,), (a,), value, code, at))


def two(x: Any, y: Any, ufunc: Any, code: CodeType, at: int) -> Any:
    """A ufunc of two operands, of which one is a tensor."""
    op = _short[ufunc]
    if op is LONG:
        return apply(pattern_for(("function", ufunc), 2), ufunc, (x, y), {}, code, at)
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


def array_function(self: Tensor, function: Any, types: Any, args: Any, keywords: Any) -> Any:
    """`np.sum(x, axis=0)`, `np.concatenate([x, y])`, `np.linalg.solve(a, x)`."""
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    key = (function, len(args), *keywords) if keywords else (function, len(args))
    way = _ways.get(key)
    whole = key
    if way is VARIES:
        whole = (*key, args[0].__class__)
        way = _ways.get(whole)
    if way is None:
        if function in PLACES:
            return write_only(function, args, keywords, code, at)
        if function is np.where and len(args) + len(keywords) == 1:
            function = np.nonzero
        form = stand_ins.written(function, args, keywords)
        if form is not None and is_tracked(args, keywords):
            return as_one_node(form, args, keywords, code, at)
        if function is np.block and is_tracked(args, keywords):
            return block(runner(code, at), *args, **keywords)
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
            if function in stand_ins.WRITTEN and args:
                _ways[key], whole = VARIES, (*key, args[0].__class__)
            _ways[whole] = way
    if way.first_alone and args[0].__class__ is Tensor:
        return way.run(args, keywords, code, at)
    return apply(way.pattern, way.plain, args, keywords, code, at)


def is_tracked(args: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """Whether a call of these arguments is recorded."""
    return state.enabled and unwrapped((*args, *keywords.values()))[1] is not None


def as_one_node(form: Any, args: tuple[Any, ...], keywords: dict[str, Any], code: CodeType, at: int) -> Any:
    """A call of a function that is written out in Python."""
    from srcgrad.tensors.function import on_tensors

    try:
        return on_tensors(form, args, keywords, 3)
    except UnsupportedError as error:
        if error.filename:
            raise
        raise located(error.construct, error.advice, code, at) from None


# stands for the ways of a function that goes by the type of its first argument
VARIES: Any = object()
_ways: dict[tuple[Any, ...], Any] = {}
Tensor.__array_ufunc__ = array_ufunc
Tensor.__array_function__ = array_function
