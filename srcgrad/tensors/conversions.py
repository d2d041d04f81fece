"""What Python makes of tensors: truth values, numbers, copies, pickles.

Numbers leave the graph where the user says so (`float(x)`, `x.item()`), and not where some function asks for one.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.rules import stand_ins
from srcgrad.rules.language import is_constant, lookup, refuses_active
from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.base import made
from srcgrad.tensors.callees import call_at, operation_at, value_of
from srcgrad.tensors.graph import Leaf, Node
from srcgrad.tensors.sites import line_of
from srcgrad.tensors.state import state


def truth(self: Any) -> bool:
    """`if x:`; an error where there are several elements, as in NumPy."""
    if self._a.size != 1:
        raise TensorError(
            f"the truth value of a tensor with {self._a.size} elements (shape {self.shape}) is ambiguous: "
            f"write (x > 0).any() or (x > 0).all()"
        )
    frame = sys._getframe(1)
    if frame.f_code.co_name == CHECKING:
        refuse_checked(frame)
    return bool(self._a)


# where SciPy's bracketing methods ask whether a function's value is nan, before they take it for a number
CHECKING = "f_raise"


def refuse_checked(frame: FrameType) -> None:
    """Refuse a tensor with a history as what a function gives to such a method: what is raised later, where it is
    converted, goes unnoticed, and the method goes on."""
    value = frame.f_locals.get("fx")
    if package_of(frame) == "scipy" and getattr(value, "_node", None) is not None and state.enabled:
        raise asked_within(outside_libraries(frame))


def as_float(self: Any) -> float:
    """`float(x)`; an error where something else asks for a number, which would forget the history."""
    if self._node is not None and state.enabled:
        refuse_asking(sys._getframe(1))
    self._leave("float()")
    return float(self._number())


def as_complex(self: Any) -> complex:
    """`complex(x)`; an error where something else asks for a number, as for `float`."""
    if self._node is not None and state.enabled:
        refuse_asking(sys._getframe(1))
    self._leave("complex()")
    return complex(self._number())


CONVERSIONS = {float, complex, int}
# places that ask for a number to print it
PRINTING = {"BINARY_OP %"}


def refuse_asking(frame: FrameType) -> None:
    """Refuse to give a number to anything but a conversion that the user wrote (`float(x)`, also in `map(float, xs)`),
    formatting, and functions that no gradient flows through.

    A number goes on without its history: `math.sin(x)` would lose the gradient, and say nothing.
    """
    user = outside_libraries(frame)
    if user is not frame:
        raise asked_within(user)
    code, at = frame.f_code, frame.f_lasti
    operation = operation_at(code, at)
    if operation in PRINTING:
        return
    if operation == "STORE_SUBSCR":
        raise TensorError(
            "a tensor that requires a gradient is stored into a plain array, which knows nothing of gradients: "
            "make the array a tensor (sg.tensor(np.zeros(n))), or store x.detach()"
        )
    path, read = call_at(code, at)
    function = value_of(path, frame)
    if function in CONVERSIONS or (function is not None and is_constant(function) and not refuses_active(function)):
        return
    if function is None or module_of(function) == "builtins":
        # a function that calls others, as in `list(map(float, xs))`
        called = [value for value in (value_of(each, frame) for each in read) if callable(value)]
        others = [value for value in called if module_of(value) != "builtins"]
        if any(value in CONVERSIONS for value in called) and not any(lookup(value) for value in others):
            return
    what = f"{name_of(function)}()" if callable(function) else "what is called here"
    known = f"np.{function.__name__}" if hasattr(np, getattr(function, "__name__", " ")) else "np.sin, not math.sin"
    raise TensorError(
        f"{what} takes numbers, which know nothing of gradients: use a function of arrays ({known}), or say that the "
        f"number is meant with float(x) or x.item() ({code.co_filename}:{line_of(code, at)})"
    )


def array_refused(frame: Any) -> TensorError:
    """The error where an array is asked for, which would forget the history; it names the function that asks."""
    user = outside_libraries(frame)
    if user is not frame or asks_library(frame):
        return asked_within(user)
    return TensorError(
        "an array was asked for, which knows nothing of gradients, and this tensor requires one: write "
        "x.detach().numpy() for its values, np.stack([...]) for one tensor of several, and NumPy's function "
        "in place of a method of arrays (np.dot(a, x), not a.dot(x))"
    )


LIBRARIES = ("numpy", "scipy", "srcgrad")


def outside_libraries(frame: Any) -> Any:
    """The first frame that is neither a library's nor ours, from this one on outwards."""
    while frame is not None and package_of(frame) in LIBRARIES:
        frame = frame.f_back
    return frame


def asks_library(frame: FrameType) -> bool:
    """Whether a frame calls something of SciPy, or what draws numbers, by its name."""
    path = call_at(frame.f_code, frame.f_lasti)[0]
    function = value_of(path, frame) if path else None
    drawing = isinstance(getattr(function, "__self__", None), (np.random.Generator, np.random.RandomState))
    return function is not None and (drawing or module_of(function) == "scipy")


def asked_within(frame: Any) -> TensorError:
    """The error where a function of a library asks for numbers or arrays; this frame calls it."""
    path = () if frame is None else call_at(frame.f_code, frame.f_lasti)[0]
    function = value_of(path, frame) if path else None
    operation = "" if frame is None else operation_at(frame.f_code, frame.f_lasti)
    name = "what is called here"
    if path:
        name = f"{'.'.join(path)}()"
    elif operation.startswith("BINARY_OP"):
        name = f"`{operation.removeprefix('BINARY_OP ')}`"
    known = lookup(function) is not None or stand_ins.of_class(type(function), "__call__") is not None
    call = f"call it as sg.differentiable({'.'.join(path)}), or" if known else "call it"
    place = "" if frame is None else f" ({frame.f_code.co_filename}:{line_of(frame.f_code, frame.f_lasti)})"
    return TensorError(
        f"{name} makes arrays or numbers of what it is given, which know nothing of gradients{place}: {call} inside a "
        f"function marked @sg.differentiable, which is one node of the graph; or pass x.detach().numpy()"
    )


def package_of(frame: FrameType) -> str:
    """The package that running code belongs to."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def module_of(function: Any) -> str:
    """The package that a function, or the class that it is a method of, belongs to."""
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(owner).__module__
    return str(module).partition(".")[0]


# what PyTorch's methods are for arrays, where NumPy has no function of the name
NAMED_OTHERWISE = {
    "unsqueeze": "np.expand_dims(x, axis)", "permute": "x.transpose(axes)", "t": "x.T", "numel": "x.size",
    "expand": "np.broadcast_to(x, shape)", "sub": "x - y", "mul": "x * y", "div": "x / y", "neg": "-x", "pow": "x ** y",
    "matmul": "x @ y", "mm": "x @ y", "bmm": "x @ y", "float": "x.astype(np.float32)", "double": "x.astype(float)",
    "norm": "np.linalg.norm(x)", "det": "np.linalg.det(x)", "inverse": "np.linalg.inv(x)", "dim": "x.ndim",
    "flat": "x.reshape(-1), or x.ravel() to write into", "sigmoid": "1 / (1 + np.exp(-x))", "relu": "np.maximum(x, 0)",
    "masked_fill": "np.where(mask, value, x)", "gather": "np.take_along_axis(x, i, axis)", "clamp": "x.clip(low, high)",
    "index_select": "np.take(x, i, axis)", "resize": "np.resize(x, shape)", "view_as": "x.reshape(y.shape)",
    "to": "x.astype(dtype), as elements are always in main memory", "type": "x.astype(dtype)", "long": "x.astype(int)",
    "int": "x.astype(int)", "bool": "x.astype(bool)", "cpu": "x, as its elements are always in main memory",
    "cuda": "the function with CuPy and take sg.grad of it, as elements of tensors are in main memory",
}  # fmt: skip


def missing(self: Any, name: str) -> Any:
    """AttributeError; it names NumPy's function where there is one, as tensors have the methods of arrays."""
    found = NAMED_OTHERWISE.get(name)
    if found is None and not name.startswith("_") and callable(getattr(np, name, None)):
        found = f"np.{name}(x)"
    raise AttributeError(f"'Tensor' object has no attribute '{name}'" + (f": write {found}" if found else ""))


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
