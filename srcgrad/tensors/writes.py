"""When memory was last written: what tells whether a value that a node remembers is still the one it computed with.

    y = x ** 2          node 1
    z = y ** 2          node 2 remembers y
    d = y.detach()      the same memory
    d *= 2              written at 3: node 2's y is stale, which the backward of z refuses

Nodes and writes are numbered by one counter.  Only memory that is ever written has an entry.
"""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from srcgrad.tensors.graph import count


class Clock:
    """The number of the last write to any memory: graphs that are younger need not look."""

    __slots__ = ("last",)
    last: int


clock = Clock()
clock.last = 0

# memory, by the identity of the array that owns it: a reference that takes the entry out, the number, what wrote
_written: dict[int, list[Any]] = {}
# numbers that became memory of their own when someone asked for it: the number itself, and that memory
_numbers: dict[int, tuple[Any, weakref.ref[Any]]] = {}


def owner(array: Any) -> Any:
    """The array that an array is a view of, itself where it is none."""
    while array.base is not None:
        base = array.base
        if type(base) is not np.ndarray:
            base = getattr(base, "base", None)  # what strided views are made of lies between
            if type(base) is not np.ndarray:
                break
        array = base
    return array


def shows(value: Any, array: Any) -> bool:
    """Whether an array is a view of what another one, or a number, is a view of."""
    return value.base is not None and array.__class__ is np.ndarray and owner(value) is owner(array)


def note_write(array: Any, by: Any) -> None:
    """Memory is being written; `by` says by what: (name of the operation or function with out=, code, place)."""
    root = array if array.base is None else owner(array)
    clock.last = number = next(count)
    known = _written.get(id(root))
    if known is None:
        first_written(root, number, by)
    else:  # of this very array: an entry goes before its memory can be another's
        known[1] = number
        known[2] = by


def first_written(root: Any, number: int, by: Any) -> None:
    """Memory that had not been written before; its entry goes when the memory does."""
    key = id(root)

    def forget(gone: Any) -> None:
        found = _written.get(key)
        if found is not None and found[0] is gone:
            _written.pop(key, None)

    _written[key] = [weakref.ref(root, forget), number, by]


def name_of_write(what: Any) -> str:
    """What wrote, as messages call it: a name, or a function whose `out=` it was."""
    return what if isinstance(what, str) else f"np.{getattr(what, '__name__', what)}(..., out=)"


def as_memory(number: Any) -> Any:
    """An array without axes that holds a NumPy scalar, as memory that can be shared and written."""
    array = np.array(number)
    key = id(number)
    _numbers[key] = (number, weakref.ref(array, lambda _: _numbers.pop(key, None)))
    return array


def written_after(value: Any, number: int) -> Any:
    """What wrote to a value's memory after the node of that number was made; None where nothing did."""
    if type(value) is not np.ndarray:
        found = _numbers.get(id(value))
        if found is None:
            return None
        value = found[1]()
        if value is None:
            return None
    entry = _written.get(id(owner(value)))
    if entry is None or entry[1] <= number:
        return None
    what, code, at = entry[2]
    return name_of_write(what), code, at
