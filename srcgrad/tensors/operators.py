"""Operators of tensors: `x * y` is one Python call and one node more than NumPy's.

Each method is written by a small factory, and put into the class.
"""

from __future__ import annotations

import builtins
import operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.tensors.base import Base, Tensor, made, sync
from srcgrad.tensors.graph import Node, op_for
from srcgrad.tensors.inplace import compute_into
from srcgrad.tensors.record import kept, refuse_other_meaning, unwrapped, wrapped
from srcgrad.tensors.sparse import beside
from srcgrad.tensors.state import state

NUMBERS = frozenset({float, int})
PLAIN = (int, float, complex, np.ndarray, np.generic)


def binary(name: str, function: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Any, Any], Any]:
    """`self + other`, or `other + self` where swapped; an array that is no tensor is copied where the gradient of
    `self` needs it."""
    op = op_for(("operator", name), 2)
    place = 0 if swapped else 1

    def method(self: Any, other: Any) -> Any:
        if self._rare is not None:
            sync(self)
        node = self._node
        a = self._a
        if other.__class__ is Tensor:
            if other._rare is not None:
                sync(other)
            second = other._node
            b = other._a
            if swapped:  # called by its name: Python itself would ask the first operand
                node, a, second, b = second, b, node, a
            value = function(a, b)
            if (node is not None or second is not None) and state.enabled:
                frame = sys._getframe(1)
                return made(value, Node(op, (node, second), (a, b), value, frame.f_code, frame.f_lasti))
            return made(value, None)
        if other.__class__ not in NUMBERS and other.__class__ is not np.ndarray:
            if isinstance(other, (list, range, tuple)):
                other = np.asarray(other)
            elif isinstance(other, np.ndarray):
                refuse_other_meaning(other)
            elif not isinstance(other, PLAIN):
                return beside(self, other, function, swapped, sys._getframe(1))
        if swapped:
            value = function(other, a)
            if value.__class__ is complex:  # Python's complex numbers take NumPy's for floats of its own
                value = np.complex128(value)
            if node is not None and state.enabled:
                frame = sys._getframe(1)
                if other.__class__ is np.ndarray and op.keeps[place]:
                    other = kept(other)
                return made(value, Node(op, (None, node), (other, a), value, frame.f_code, frame.f_lasti))
            return made(value, None)
        value = function(a, other)
        if node is not None and state.enabled:
            frame = sys._getframe(1)
            if other.__class__ is np.ndarray and op.keeps[place]:
                other = kept(other)
            return made(value, Node(op, (node, None), (a, other), value, frame.f_code, frame.f_lasti))
        return made(value, None)

    return method


def in_place(name: str, symbol: str, plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`self += other`, under the name that messages give it; `plain` is what it is in a reverse that is recorded."""
    op, ufunc = op_for(("operator", name), 2), UFUNCS[name]

    def method(self: Any, other: Any) -> Any:
        if state.functional:
            return plain(self, other)
        frame = sys._getframe(1)
        if not compute_into(self, symbol, ufunc, op, (self, other), frame.f_code, frame.f_lasti):
            compute_into(self, symbol, ufunc, op, (self, np.asarray(other)), frame.f_code, frame.f_lasti)
        return self

    return method


def unary(name: str, function: Callable[[Any], Any], what: tuple[Any, ...]) -> Callable[[Any], Any]:
    """`-self` and `abs(self)`."""
    op = op_for(what, 1)

    def method(self: Any) -> Any:
        if self._rare is not None:
            sync(self)
        node, a = self._node, self._a
        value = function(a)
        if node is None or not state.enabled:
            return made(value, None)
        frame = sys._getframe(1)
        return made(value, Node(op, (node,), (a,), value, frame.f_code, frame.f_lasti))

    return method


def untracked(function: Callable[..., Any]) -> Callable[..., Any]:
    """A comparison or another operation through which no gradient flows."""

    def method(self: Any, *others: Any) -> Any:
        raw = [unwrapped(other)[0] for other in others]
        if others and not isinstance(raw[0], (*PLAIN, list, tuple)):
            return NotImplemented
        return wrapped(function(self._a, *raw))

    return method


SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
}  # fmt: skip
UFUNCS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide, "floordiv": np.floor_divide,
    "mod": np.remainder, "pow": np.power, "matmul": np.matmul,
}  # fmt: skip


def add_operators() -> None:
    """Give the class its operators."""
    for name in UFUNCS:
        function = getattr(operator, name)
        plain = binary(name, function, False)
        setattr(Tensor, f"__{name}__", plain)
        setattr(Tensor, f"__r{name}__", binary(name, function, True))
        setattr(Tensor, f"__i{name}__", in_place(name, f"`{SYMBOLS[name]}=`", plain))
    for name in ("neg", "pos"):
        setattr(Tensor, f"__{name}__", unary(name, getattr(operator, name), ("operator", name)))
    setattr(Tensor, "__abs__", unary("abs", builtins.abs, ("function", builtins.abs)))  # noqa: B010
    for name in ("lt", "le", "gt", "ge", "eq", "ne", "and_", "or_", "xor", "invert"):
        setattr(Tensor, f"__{name.rstrip('_')}__", untracked(getattr(operator, name)))
    for name in ("and_", "or_", "xor"):
        function = getattr(operator, name)
        setattr(Tensor, f"__r{name.rstrip('_')}__", untracked(lambda a, b, function=function: function(b, a)))
    Tensor.__hash__ = Base.__hash__  # type: ignore[method-assign]
