"""Operators, subscripts and methods of tensors.

Each is written by a small factory, and put into the class: `x * y` is one Python call and one node more than NumPy's.
"""

from __future__ import annotations

import builtins
import dis
import operator
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.rules.language import is_constant_method, lookup, lookup_attr, lookup_method
from srcgrad.runtime.words import is_basic
from srcgrad.tensor.base import Base, Tensor, TensorError, made, memory, sync
from srcgrad.tensor.graph import Leaf, Node, op_for
from srcgrad.tensor.inplace import check_writable, overwrite, store
from srcgrad.tensor.record import apply, kept, unwrapped, wrapped
from srcgrad.tensor.sites import called_path
from srcgrad.tensor.state import state
from srcgrad.tensor.views import Step, set_view
from srcgrad.tensor.writes import note_write, owner

PLAIN = (int, float, complex, np.ndarray, np.generic)


# ---------------------------------------------------------------------------------------------------------- operators


def binary(name: str, function: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Any, Any], Any]:
    """`self + other`, or `other + self` where swapped."""
    op = op_for(("operator", name), 2)
    # an array that is no tensor is copied where the other operand's gradient needs it
    keeps = op.keeps[0 if swapped else 1]

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
            value = function(a, b)
            if (node is not None or second is not None) and state.enabled:
                frame = sys._getframe(1)
                return made(value, Node(op, (node, second), (a, b), value, frame.f_code, frame.f_lasti))
            return made(value, None)
        if other.__class__ is not float:
            if isinstance(other, (list, tuple)):
                other = np.asarray(other)
            elif not isinstance(other, PLAIN):
                return NotImplemented
        if swapped:
            value = function(other, a)
            if node is not None and state.enabled:
                frame = sys._getframe(1)
                if keeps and type(other) is np.ndarray:
                    other = kept(other)
                return made(value, Node(op, (None, node), (other, a), value, frame.f_code, frame.f_lasti))
            return made(value, None)
        value = function(a, other)
        if node is not None and state.enabled:
            frame = sys._getframe(1)
            if keeps and type(other) is np.ndarray:
                other = kept(other)
            return made(value, Node(op, (node, None), (a, other), value, frame.f_code, frame.f_lasti))
        return made(value, None)

    return method


def in_place(name: str, ufunc: Any, plain: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """`self += other`."""
    op = op_for(("operator", name), 2)
    symbol = f"`{SYMBOLS[name]}=`"

    def method(self: Any, other: Any) -> Any:
        if state.functional:
            return plain(self, other)
        frame = sys._getframe(1)
        return overwrite(self, symbol, ufunc, op, (other,), frame.f_code, frame.f_lasti)

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
    for name, ufunc in UFUNCS.items():
        function = getattr(operator, name)
        plain = binary(name, function, False)
        setattr(Tensor, f"__{name}__", plain)
        setattr(Tensor, f"__r{name}__", binary(name, function, True))
        setattr(Tensor, f"__i{name}__", in_place(name, ufunc, plain))
    for name in ("neg", "pos"):
        setattr(Tensor, f"__{name}__", unary(name, getattr(operator, name), ("operator", name)))
    setattr(Tensor, "__abs__", unary("abs", builtins.abs, ("function", builtins.abs)))  # noqa: B010
    for name in ("lt", "le", "gt", "ge", "eq", "ne", "and_", "or_", "xor", "invert"):
        setattr(Tensor, f"__{name.rstrip('_')}__", untracked(getattr(operator, name)))
    for name in ("and_", "or_", "xor"):
        function = getattr(operator, name)
        setattr(Tensor, f"__r{name.rstrip('_')}__", untracked(lambda a, b, function=function: function(b, a)))
    Tensor.__hash__ = Base.__hash__  # type: ignore[method-assign]


# --------------------------------------------------------------------------------------------------------- subscripts

ITEM = op_for(("item",), 2)


NUMBER = frozenset({int, type(None)})


def getitem(self: Any, index: Any) -> Any:
    """`self[index]`; a view of the same memory where NumPy gives one."""
    frame = sys._getframe(1)
    return subscript(self, index, frame.f_code, frame.f_lasti)


def subscript(self: Any, index: Any, code: CodeType, at: int) -> Any:
    """The tensor for a subscript, at a place of the user's."""
    if self._rare is not None:
        sync(self)
    cls = index.__class__
    basic = cls is int or (
        cls is slice
        and index.start.__class__ in NUMBER
        and index.stop.__class__ in NUMBER
        and index.step.__class__ in NUMBER
    )
    if not basic:
        index, tracked = unwrapped(index)
        if tracked is not None:
            raise TensorError("an index cannot require a gradient; pass i.detach()")
        basic = is_basic(index)
        if not basic:
            index = kept(index)
    a, node = self._a, self._node
    value = a[index]
    if node is None or not state.enabled:
        result = made(value, None)
    else:
        result = made(value, Node(ITEM, (node, None), (a, index), value, code, at))
    if basic and value.__class__ is np.ndarray:
        set_view(result, self, Step(ITEM.what, 2, (), operator.getitem, 0, (a, index), code, at))
    return result


def setitem(self: Any, index: Any, value: Any) -> None:
    """`self[index] = value`, recorded as a new version of the tensor."""
    frame = sys._getframe(1)
    store(self, index, value, frame.f_code, frame.f_lasti)


def rows(self: Any) -> Iterator[Any]:
    """The rows, each a tensor."""
    if self._a.ndim == 0:
        raise TypeError("a tensor without axes cannot be iterated over")
    frame = sys._getframe(1)
    code, at = frame.f_code, frame.f_lasti
    del frame
    return (subscript(self, i, code, at) for i in range(len(self._a)))


# ------------------------------------------------------------------------------------------------------------ methods

METHODS = {name: ("method", name) for name in dir(np.ndarray)}


def ruled(name: str) -> Callable[..., Any]:
    """An array method that the table serves."""
    function = getattr(np.ndarray, name)

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        frame = sys._getframe(1)
        return called(self, name, function, args, keywords, frame.f_code, frame.f_lasti)

    method.__name__ = name
    method.__doc__ = f"As `numpy.ndarray.{name}`, recorded."
    return method


def called(
    self: Any, name: str, function: Any, args: tuple[Any, ...], keywords: dict[str, Any], code: CodeType, at: int
) -> Any:
    """A method of a tensor, at a place of the user's."""
    if "out" in keywords:
        raise TensorError(f".{name}(out=...): write np.{name}(x, ..., out=out)")
    if self._a.__class__ is not np.ndarray:
        function = getattr(np.generic, name)
    return apply(METHODS[name], function, (self, *args), keywords, code, at)


def attribute(name: str) -> property:
    """An array attribute that the table serves: `.T`, `.real`, `.imag`."""
    op = op_for(("attribute", name), 1)
    get = operator.attrgetter(name)

    def read(self: Any) -> Any:
        if self._rare is not None:
            sync(self)
        a, node = self._a, self._node
        value = get(a)
        frame = sys._getframe(1)
        code, at = frame.f_code, frame.f_lasti
        tracked = node is not None and state.enabled
        result = made(value, Node(op, (node,), (a,), value, code, at) if tracked else None)
        if value.__class__ is np.ndarray and owner(value) is owner(a):
            set_view(result, self, Step(op.what, 1, (), get, 0, (a,), code, at))
        return result

    return property(read, doc=f"As `numpy.ndarray.{name}`, recorded.")


def add_methods() -> None:
    """Give the class the methods of arrays: those with rules are recorded, those without derivatives are called."""
    own = set(vars(Base)) | set(vars(Tensor))
    for name in dir(np.ndarray):
        if name.startswith("_") or name in own:
            continue
        if lookup_attr(name) is not None:
            setattr(Tensor, name, attribute(name))
        elif lookup_method(name) is not None:
            setattr(Tensor, name, ruled(name))
        elif is_constant_method(name):
            setattr(Tensor, name, constant(name))
    for name, method in {"__getitem__": getitem, "__setitem__": setitem, "__iter__": rows, **OWN}.items():
        setattr(Tensor, name, method)


def constant(name: str) -> Callable[..., Any]:
    """An array method through which no gradient flows."""

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        raw = [unwrapped(arg)[0] for arg in args]
        return wrapped(getattr(self._a, name)(*raw, **{key: unwrapped(v)[0] for key, v in keywords.items()}))

    method.__name__ = name
    method.__doc__ = f"As `numpy.ndarray.{name}`; not tracked."
    return method


# ----------------------------------------------------------------------------- methods that only tensors have


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


def clone(self: Any) -> Any:
    """A copy in memory of its own, through which gradients flow."""
    frame = sys._getframe(1)
    function = np.ndarray.copy if type(self._a) is np.ndarray else np.generic.copy
    return called(self, "copy", function, (), {}, frame.f_code, frame.f_lasti)


def fill(self: Any, value: Any, what: str) -> Any:
    """Overwrite all elements with a number that is not tracked."""
    check_writable(self, what)
    frame = sys._getframe(2)
    if state.enabled and self._node is not None:
        store(self, Ellipsis, value, frame.f_code, frame.f_lasti)
        return self
    array = memory(self)
    array[...] = value
    note_write(array, (what, frame.f_code, frame.f_lasti))
    return self


def zero_(self: Any) -> Any:
    """Set all elements to zero, in place; gives the tensor."""
    return fill(self, 0, "zero_()")


def fill_(self: Any, value: float) -> Any:
    """Set all elements to a number, in place; gives the tensor."""
    return fill(self, value, "fill_()")


def copy_(self: Any, source: Any) -> Any:
    """Overwrite the elements with those of `source`, in place; gives the tensor."""
    frame = sys._getframe(1)
    store(self, Ellipsis, source, frame.f_code, frame.f_lasti)
    return self


def changed(name: str, op_name: str) -> Callable[[Any, Any], Any]:
    """`x.add_(y)`, which is `x += y`."""
    op, ufunc = op_for(("operator", op_name), 2), UFUNCS[op_name]

    def method(self: Any, other: Any) -> Any:
        frame = sys._getframe(1)
        return overwrite(self, f"{name}()", ufunc, op, (other,), frame.f_code, frame.f_lasti)

    method.__name__ = name
    method.__doc__ = f"`x {SYMBOLS[op_name]}= y`; gives the tensor."
    return method


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


OWN: dict[str, Any] = {
    "__bool__": truth,
    "__float__": as_float,
    "__int__": lambda self: int(self.item()),
    "__complex__": lambda self: complex(self.item()),
    "__index__": lambda self: operator.index(self.item()),
    "__len__": lambda self: len(self._a),
    "__contains__": lambda self, value: bool((self._a == unwrapped(value)[0]).any()),
    "__divmod__": lambda self, other: (self // other, self % other),
    "__format__": lambda self, spec: format(self._a.item(), spec) if spec else repr(self),
    "__deepcopy__": copied,
    "__copy__": copied,
    "__reduce_ex__": reduced,
    "clone": clone,
    "zero_": zero_,
    "fill_": fill_,
    "copy_": copy_,
    "add_": changed("add_", "add"),
    "sub_": changed("sub_", "sub"),
    "mul_": changed("mul_", "mul"),
    "div_": changed("div_", "truediv"),
}

add_operators()
add_methods()
