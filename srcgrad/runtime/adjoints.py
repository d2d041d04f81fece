"""Adjoints of values that objects hold, by the identity of the value, and of memory that is written, by place.

A value that is put into a list, a dict or an attribute and taken out again is the same object.  So a read adds the
adjoint of what it read under that object's identity (`add`), and the statement that made the value collects it
(`take`), whatever path the reference took in between.  The value is kept alive with its adjoint, so that no identity
is used twice.

Memory that is written has a *shadow*: an array of the same layout, in which the adjoint of every view of that memory
is the same view (`shadow`).  What waited under the identity of an array goes into the shadow of its memory as soon as
there is one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis.entry import attributes_of, is_user_class
from srcgrad.analysis.memory import owner_of
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.runtime.helpers import fill, module_of

# real numbers, of which it need not be asked what they are
NUMBERS = frozenset({float, np.float64})


class Shadow:
    """The adjoint of the memory that one array owns."""

    __slots__ = ("flat", "owner", "start", "views")

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.start = address(owner)
        # memory of records and the like holds numbers as bytes
        floats = owner.dtype.kind in "fc"
        self.flat = np.zeros(owner.size, owner.dtype) if floats else np.zeros(owner.nbytes, np.uint8)
        # views by the identity of the array that they are the adjoint of
        self.views: dict[int, tuple[Any, Any]] = {}

    def of(self, array: Any) -> Any:
        """The adjoint of an array in this memory: the same view of the shadow."""
        found = self.views.get(id(array))
        if found is None:
            view = same_view(array, self.start, self.flat)
            found = self.views[id(array)] = (array, view)
        return found[1]


def address(array: Any) -> int:
    """Where the first element of an array lies."""
    return int(array.__array_interface__["data"][0])


def same_view(array: Any, start: int, memory: Any) -> Any:
    """The view of other memory that an array is of the memory that begins at `start`; an empty one lies anywhere."""
    if not array.size:
        return np.zeros(array.shape, array.dtype)
    return np.ndarray(array.shape, array.dtype, memory, address(array) - start, array.strides)


def dense(array: Any) -> bool:
    """Whether an array fills its memory without gaps, its axes in any order."""
    reach = array.itemsize
    for step, length in sorted(zip(array.strides, array.shape)) if array.size else ():
        if length > 1:
            if step != reach:
                return False
            reach *= length
    return True


def overlaps_itself(array: Any) -> bool:
    """Whether two places of a view may be one element (broadcast views, sliding windows)."""
    if array.base is None or array.flags.forc or array.size < 2:
        return False
    steps = sorted((abs(step), length) for step, length in zip(array.strides, array.shape) if length > 1)
    reach = array.itemsize
    for step, length in steps:
        if step < reach:
            return True
        reach = step * (length - 1) + reach
    return False


class Adjoints:
    """The adjoints that wait for the statement that made their value."""

    __slots__ = ("shadows", "waiting", "waiting_in")

    def __init__(self) -> None:
        self.waiting: dict[int, tuple[Any, Any]] = {}
        # memory by the identity of the array that owns it: its shadow; identities of what waits in it
        self.shadows: dict[int, Shadow] = {}
        self.waiting_in: dict[int, list[int]] = {}

    def add(self, value: Any, bar: Any) -> None:
        """Add to the adjoint of a value."""
        key = id(value)
        if type(value) in NUMBERS:
            found = self.waiting.get(key)
            self.waiting[key] = (value, bar if found is None else found[1] + bar)
            return
        if not carries(value):
            return
        if isinstance(value, np.ndarray):
            owner = value if value.base is None else owner_of(value)
            shadow = self.shadows.get(id(owner)) if self.shadows else None
            if shadow is not None:
                add_into(shadow, value, bar)
                return
            if key not in self.waiting:
                self.waiting_in.setdefault(id(owner), []).append(key)
        found = self.waiting.get(key)
        self.waiting[key] = (value, bar if found is None else found[1] + bar)

    def take(self, value: Any) -> Any:
        """What was gathered for a value, and forget it; 0.0 where nothing was."""
        if type(value) not in NUMBERS and isinstance(value, np.ndarray) and self.in_memory(value):
            return self.pop(value)
        found = self.waiting.pop(id(value), None)
        if found is None:
            return 0.0
        bar = found[1]
        return bar if type(bar) in NUMBERS else real_for(bar, value)

    def shadow(self, array: Any) -> Any:
        """The adjoint of an array as part of the adjoint of its memory, to be written in place."""
        if type(array) is not np.ndarray:
            raise UnsupportedError(f"writing into {a_type(array)}", "use plain arrays")
        owner = array if array.base is None else owner_of(array)
        shadow = self.shadows.get(id(owner))
        if shadow is None:
            if not dense(owner):
                raise UnsupportedError("writing into memory of an unusual layout", "write into a copy of the array")
            shadow = self.shadows[id(owner)] = Shadow(owner)
            for key in self.waiting_in.pop(id(owner), ()):
                found = self.waiting.get(key)
                if found is not None and owner_of(found[0]) is owner:  # else the identity has been used again
                    del self.waiting[key]
                    add_into(shadow, *found)
        if overlaps_itself(array):
            raise UnsupportedError("writing into a view whose elements overlap", "write into a copy of the array")
        return shadow.of(array)

    def pop(self, array: Any) -> Any:
        """The adjoint of an array, full, where it gets its elements: what they were before has none of it."""
        if not isinstance(array, np.ndarray):
            return self.take(array)
        owner = array if array.base is None else owner_of(array)
        if overlaps_itself(array):
            return self.pop_shared(array, self.shadows.get(id(owner)))
        view = self.shadow(array)
        if array is owner:
            del self.shadows[id(owner)]
            return view
        bar = view.copy()
        view[...] = 0.0
        return bar

    def pop_shared(self, array: Any, shadow: Shadow | None) -> Any:
        """The same for an array several of whose places are one element: the first of them gets all of it.

        What it is a view of may be no value of the program: `np.broadcast_to(2.0 * s, 3)` makes an array of a number.
        """
        if shadow is None:
            return np.array(fill(self.take(array), array), array.dtype)
        bar, places = np.zeros(array.shape, array.dtype), elements_of(array, shadow)
        flat = shadow.flat.view(array.dtype)
        elements, first = np.unique(places, return_index=True)
        bar.flat[first] = flat[elements]
        flat[elements] = 0.0
        return bar

    def add_items(self, values: Any, bars: Any) -> None:
        """Add a structure of adjoints to a structure of values."""
        if carries(values):
            # as of the items of a list that was joined with complex ones
            self.add(values, real_for(bars, values))
        elif isinstance(values, dict):
            for key, value in values.items():
                self.add_items(value, bars[key])
        elif bars is None or isinstance(bars, float):
            pass  # nothing was gathered for a structure without numbers
        elif isinstance(values, (list, tuple)):
            for value, bar in zip(values, bars):
                if bar is not None:
                    self.add_items(value, bar)
        elif is_user_class(type(values)):
            for name, value in attributes_of(values).items():
                bar = bars.get(name) if isinstance(bars, dict) else getattr(bars, name, None)
                if bar is not None:
                    self.add_items(value, bar)

    def take_items(self, values: Any) -> Any:
        """What was gathered for the items of a list or tuple, in the same structure, zeros where nothing was."""
        if type(values) in NUMBERS:
            return self.take(values)
        if carries(values):
            bar = fill(self.made(values), values)
            # the reverse may go on adding to what it was given
            return np.array(bar, values.dtype) if becomes_complex(bar, values) else bar
        if isinstance(values, (list, tuple)):
            return [self.take_items(value) for value in values]
        return np.zeros(values.shape) if isinstance(values, np.ndarray) else None

    def in_memory(self, array: Any) -> bool:
        """Whether the adjoint of an array is that of its memory: this has a shadow, or views of what the array itself
        owns were handed on."""
        if array.base is None:
            return id(array) in self.shadows or self.seen_otherwise(array)
        return bool(self.shadows) and id(owner_of(array)) in self.shadows

    def made(self, value: Any) -> Any:
        """What was gathered for the result of a call, whichever view of its memory it waits under."""
        return self.pop(value) if self.seen_otherwise(value) else self.take(value)

    def seen_otherwise(self, value: Any) -> bool:
        """Whether something waits under the identity of another view of an array's memory."""
        if not self.waiting_in or not isinstance(value, np.ndarray):
            return False
        owner = value if value.base is None else owner_of(value)
        keys = self.waiting_in.get(id(owner))
        if keys is None or keys.count(id(value)) == len(keys) or overlaps_itself(value):
            return False
        others = [self.waiting.get(key) for key in keys if key != id(value)]
        return any(found is not None and owner_of(found[0]) is owner for found in others)

    def stack(self, rows: Any, x: Any) -> Any:
        """The adjoint of an array, from what was gathered for its rows."""
        if module_of(x) is not np:
            adjoint = module_of(x).zeros_like(x)
            for i, row in enumerate(rows):
                bar = self.take(row)
                adjoint[i] = bar if x.dtype.kind == "c" else bar.real
            return adjoint
        result = np.zeros(np.shape(x), dtype=np.result_type(x, float) if x.dtype.kind not in "fc" else x.dtype)
        for i, row in enumerate(rows):
            result[i] = real_for(self.take(row), result)
        return result


def real_for(bar: Any, value: Any) -> Any:
    """The adjoint of a value: its real part where that is real, also on CuPy."""
    if type(bar) in NUMBERS:
        return bar
    return bar.real if is_complex(bar) and not is_complex(value) else bar


def becomes_complex(bar: Any, value: Any) -> bool:
    """Whether the adjoint of a complex array is real so far."""
    return isinstance(value, np.ndarray) and value.dtype.kind == "c" and not is_complex(bar)


def is_complex(value: Any) -> bool:
    """Whether a number or array is complex."""
    dtype = dtype_of(value)
    return isinstance(value, complex) if dtype is None else dtype.kind == "c"


def add_into(shadow: Shadow, array: Any, bar: Any) -> None:
    """Add to the adjoint of an array in this memory."""
    bar = real_for(bar, array)
    if not overlaps_itself(array):
        view = shadow.of(array)
        view += bar
        return
    # several places may be one element: each adds to it
    np.add.at(shadow.flat.view(array.dtype), elements_of(array, shadow), bar)


def elements_of(array: Any, shadow: Shadow) -> Any:
    """Which element of its memory stands at each place of an array."""
    places = np.full(array.shape, address(array) - shadow.start)
    for axis, step in enumerate(array.strides):
        shape = [1] * array.ndim
        shape[axis] = -1
        places += (np.arange(array.shape[axis]) * step).reshape(shape)
    return places // array.itemsize


def last_written(bar: Any, index: Any) -> Any:
    """`bar[index]`, zero where another value was stored in the same element later.

    Of the values that `a[index] = v` stores in one element the last stays, so it alone has an adjoint.
    """
    part = bar[index]
    order = np.arange(part.size).reshape(part.shape)
    stays = np.empty(bar.shape, dtype=order.dtype)
    stays[index] = order
    return np.where(stays[index] == order, part, 0.0)


def carries(value: Any) -> bool:
    """Whether a value is a floating or complex number or array."""
    if type(value) is np.ndarray:
        return value.dtype.kind in "fc"
    if isinstance(value, (float, complex)):
        return True
    kind = getattr(dtype_of(value), "kind", None)
    return kind == "f" or kind == "c"


def dtype_of(value: Any) -> Any:
    """The dtype of an array, None of anything else: an object's own `__getattr__` is not asked for one."""
    return getattr(value, "dtype", None) if hasattr(type(value), "dtype") else None
