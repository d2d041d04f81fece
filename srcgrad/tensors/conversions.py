"""What Python makes of tensors: truth values, numbers, copies, pickles.

Numbers leave the graph where the user says so (`float(x)`, `x.item()`), and not where some function asks for one.
"""

from __future__ import annotations

import builtins
import dis
import sys
from types import FrameType
from typing import Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.rules.language import lookup
from srcgrad.tensors.base import TensorError, made
from srcgrad.tensors.graph import Leaf, Node
from srcgrad.tensors.sites import called_path


def truth(self: Any) -> bool:
    """`if x:`; an error where there are several elements, as in NumPy."""
    if self._a.size != 1:
        raise TensorError(
            f"the truth value of a tensor with {self._a.size} elements (shape {self.shape}) is ambiguous: "
            f"write (x > 0).any() or (x > 0).all()"
        )
    return bool(self._a)


def as_float(self: Any) -> float:
    """`float(x)`; an error where an element of a plain array would be set, which would forget the history."""
    self._leave("float()")
    if self._node is not None:
        frame = sys._getframe(1)
        if frame.f_code.co_code[frame.f_lasti] == STORE:
            raise TensorError(
                "a tensor that requires a gradient is stored into a plain array, which knows nothing of gradients: "
                "make the array a tensor (sg.tensor(np.zeros(n))), or store x.detach()"
            )
        function = called_at(frame)
        if function not in CONVERSIONS and (lookup(function) is not None or module_of(function) == "numpy"):
            raise TensorError(
                f"{name_of(function)}() takes numbers, which know nothing of gradients: use a function of arrays "
                f"(np.{function.__name__}, where there is one), or pass x.item()"
            )
    return float(self.item())


STORE = dis.opmap["STORE_SUBSCR"]
CONVERSIONS = (float, int, complex, round, None)


def called_at(frame: FrameType) -> Any:
    """The function that the call at hand in a frame is of, where it is written as a name or an attribute of one."""
    path = called_path(frame.f_code, frame.f_lasti)
    if not path:
        return None
    scopes = (frame.f_locals, frame.f_globals)
    found = next((scope[path[0]] for scope in scopes if path[0] in scope), getattr(builtins, path[0], None))
    for name in path[1:]:
        found = getattr(found, name, None)
    return found


def module_of(function: Any) -> str:
    """The package that a function, or the class that it is a method of, belongs to."""
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(owner).__module__
    return str(module).partition(".")[0]


def copied(self: Any, memo: Any = None) -> Any:
    """A leaf with the same elements and a gradient of its own; RuntimeError for computed tensors."""
    if isinstance(self._node, Node):
        raise TensorError("only leaves can be copied with copy or deepcopy; write x.detach().clone() or x.clone()")
    result = made(self._a.copy(), None)
    if type(self._node) is Leaf:
        result._node = Leaf(result)
        grad = self._node.grad
        result._node.grad = None if grad is None else made(grad._a.copy(), None)
    if memo is not None:
        memo[id(self)] = result
    return result


def reduced(self: Any, protocol: Any) -> Any:
    """How a leaf is pickled; RuntimeError for computed tensors."""
    if isinstance(self._node, Node):
        raise TensorError("only leaves can be pickled; write x.detach()")
    grad = self._node.grad if type(self._node) is Leaf else None
    return restored, (np.asarray(self._a), self._node is not None, None if grad is None else np.asarray(grad._a))


def restored(array: Any, requires_grad: bool, grad: Any) -> Any:
    """A leaf from its pickled parts."""
    result = made(array[()], None)
    if requires_grad:
        result._node = Leaf(result)
        result._node.grad = None if grad is None else made(grad[()], None)
    return result
