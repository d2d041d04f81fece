"""Subscripts and methods of tensors, put into the class: those of arrays, and those that only tensors have."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.rules.language import is_constant_method, lookup_attr, lookup_method
from srcgrad.rules.positional import named, positional
from srcgrad.tensors.arrays import TensorError, memory
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.conversions import as_complex, as_float, copied, missing, reduced, truth
from srcgrad.tensors.graph import Node, op_for
from srcgrad.tensors.inplace import COPIED, check_writable, store
from srcgrad.tensors.operators import SYMBOLS, add_operators, in_place
from srcgrad.tensors.record import apply, indexing, pattern_for, unwrapped, wrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.views import set_view
from srcgrad.tensors.ways import Way
from srcgrad.tensors.writers import runner, write_only
from srcgrad.tensors.writes import note_write, shows

# --------------------------------------------------------------------------------------------------------- subscripts

ITEM, ITEM_PATTERN = op_for(("item",), 2), pattern_for(("item",), 2)


def getitem(self: Any, index: Any) -> Any:
    """`self[index]`; a view of the same memory where NumPy gives one."""
    frame = sys._getframe(1)
    return subscript(self, index, frame.f_code, frame.f_lasti)


def subscript(self: Any, index: Any, code: CodeType, at: int) -> Any:
    """The tensor for a subscript, at a place of the user's."""
    if self._rare is not None:
        sync(self)
    index, basic = (index, True) if index.__class__ is int else indexing(index)
    a, node = self._a, self._node
    value = a[index]
    if node is None or not state.enabled:
        result = made(value, None)
    else:
        result = made(value, Node(ITEM, (node, None), (a, index), value, code, at))
    if basic and value.__class__ is np.ndarray:
        set_view(result, self, (ITEM_PATTERN, operator.getitem, (), (index,), code, at))
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


def ruled(name: str) -> Callable[..., Any]:
    """An array method that the table serves."""
    ways: dict[tuple[Any, ...], Way] = {}
    of_array = getattr(np.ndarray, name)
    of_number = getattr(np.generic, name, of_array)
    rule = lookup_method(name)

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        frame = sys._getframe(1)
        key = (self._a.__class__ is np.ndarray, len(args), *keywords)
        way = ways.get(key)
        if way is None:
            if rule is not None:
                args, pairs = named(rule, rule.functions[0], args, tuple(keywords.items()), 1)
                keywords = {name: value for name, value in pairs if name != "out" or value is not None}
            if "out" in keywords:
                raise TensorError(f".{name}(out=...): write np.{name}(x, ..., out=out)")
            plain = of_array if key[0] else of_number
            way = Way(("method", name), plain, 1 + len(args), tuple(keywords))
            if (key[0], len(args), *keywords) == key:
                ways[key] = way
        return way.run((self, *args), keywords, frame.f_code, frame.f_lasti)

    method.__name__ = name
    method.__doc__ = f"As `numpy.ndarray.{name}`, recorded."
    return method


def attribute(name: str) -> property:
    """An array attribute that the table serves: `.T`, `.real`, `.imag`."""
    op, pattern = op_for(("attribute", name), 1), pattern_for(("attribute", name), 1)
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
        if value.__class__ is np.ndarray and (value is a or value.base is a or shows(value, a)):
            set_view(result, self, (pattern, get, (), (), code, at))
        return result

    return property(read, doc=f"As `numpy.ndarray.{name}`, recorded.")


def add_methods() -> None:
    """Give the class the methods of arrays: those with rules are recorded, those without derivatives are called."""
    own = {name for cls in Tensor.__mro__[:-1] for name in vars(cls)}
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
    names = positional(getattr(np, name, None))
    place = names.index("out") - 1 if "out" in names else len(names)

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        by_position = args[place : place + 1]
        if keywords.get("out") is not None or (by_position and by_position[0] is not None):
            raise TensorError(f".{name}(out=...): write np.{name}(x, ..., out=out)")
        raw = [unwrapped(arg)[0] for arg in args]
        return wrapped(getattr(self._a, name)(*raw, **{key: unwrapped(v)[0] for key, v in keywords.items()}))

    method.__name__ = name
    method.__doc__ = f"As `numpy.ndarray.{name}`; not tracked."
    return method


# ----------------------------------------------------------------------------- methods that only tensors have


def clone(self: Any) -> Any:
    """A copy in memory of its own, through which gradients flow."""
    frame = sys._getframe(1)
    function = np.ndarray.copy if type(self._a) is np.ndarray else np.generic.copy
    return apply(COPIED, function, (self,), {}, frame.f_code, frame.f_lasti)


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


def fill_by(self: Any, value: Any) -> None:
    """Set all elements to a number, which may be a tensor, in place; gives nothing, as in NumPy."""
    frame = sys._getframe(1)
    store(self, Ellipsis, value, frame.f_code, frame.f_lasti)


def put(self: Any, indices: Any, values: Any, mode: str = "raise") -> None:
    """As `np.put`."""
    frame = sys._getframe(1)
    write_only(np.put, (self, indices, values, mode), {}, frame.f_code, frame.f_lasti)


def ordered(function: Any) -> Callable[..., None]:
    """`x.sort()` or `x.partition(k)`: what NumPy's function gives, written into the tensor."""

    def method(self: Any, *args: Any, **keywords: Any) -> None:
        frame = sys._getframe(1)
        run = runner(frame.f_code, frame.f_lasti)
        before = apply(COPIED, np.ndarray.copy, (self,), {}, frame.f_code, frame.f_lasti)  # its gradient reads it
        store(self, Ellipsis, run(function, before, *args, **keywords), frame.f_code, frame.f_lasti)

    method.__name__ = function.__name__
    method.__doc__ = f"As `numpy.ndarray.{function.__name__}`: in place."
    return method


def copy_(self: Any, source: Any) -> Any:
    """Overwrite the elements with those of `source`, in place; gives the tensor."""
    frame = sys._getframe(1)
    store(self, Ellipsis, source, frame.f_code, frame.f_lasti)
    return self


def changed(name: str, op_name: str) -> Callable[[Any, Any], Any]:
    """`x.add_(y)`, which is `x += y`."""
    method = in_place(op_name, f"{name}()", getattr(Tensor, f"__{op_name}__"))
    method.__name__ = name
    method.__doc__ = f"`x {SYMBOLS[op_name]}= y`; gives the tensor."
    return method


add_operators()

OWN: dict[str, Any] = {
    "__bool__": truth,
    "__float__": as_float,
    "__int__": lambda self: int(self._number()),
    "__complex__": as_complex,
    "__index__": lambda self: operator.index(self._number()),
    "__len__": lambda self: len(self._a),
    "__contains__": lambda self, value: bool((self._a == unwrapped(value)[0]).any()),
    "__divmod__": lambda self, other: (self // other, self % other),
    "__rdivmod__": lambda self, other: (other // self, other % self),
    "__format__": lambda self, spec: format(self._number(), spec) if spec else repr(self),
    "__round__": lambda self, digits=None: wrapped(np.round(self._a, digits or 0)),
    "__deepcopy__": copied,
    "__copy__": copied,
    "__getattr__": missing,
    "__reduce_ex__": reduced,
    "clone": clone,
    "zero_": zero_,
    "fill": fill_by,
    "fill_": fill_,
    "put": put,
    "sort": ordered(np.sort),
    "partition": ordered(np.partition),
    "copy_": copy_,
    "add_": changed("add_", "add"),
    "sub_": changed("sub_", "sub"),
    "mul_": changed("mul_", "mul"),
    "div_": changed("div_", "truediv"),
}

add_methods()
