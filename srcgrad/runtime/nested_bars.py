"""Adjoints by identity, inside a function that is differentiated.

The table is the same; where it adds, the addition is an operation that is differentiated.  What it only hands on is the
same object before and after, so that nothing has to be said of it.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from srcgrad.analysis import stores
from srcgrad.analysis.entry import attributes_of, is_user_class
from srcgrad.analysis.memory import owner_of
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.adjoints import Adjoints, becomes_complex, carries, elements_of, is_complex, overlaps_itself
from srcgrad.runtime.helpers import fill, like


def add(run: Any, table: Adjoints, value: Any, bar: Any) -> None:
    """`bars.add(value, bar)`."""
    if not carries(value):
        return
    key = id(value)
    if isinstance(value, np.ndarray):
        owner = value if value.base is None else owner_of(value)
        shadow = table.shadows.get(id(owner))
        if shadow is not None:
            into(run, shadow, value, bar)
            return
        if key not in table.waiting:
            table.waiting_in.setdefault(id(owner), []).append(key)
    found = table.waiting.get(key)
    table.waiting[key] = (value, bar if found is None else run(operator.add, found[1], bar))


def into(run: Any, shadow: Any, value: Any, bar: Any) -> None:
    """What `add_into` does."""
    if overlaps_itself(value):
        raise UnsupportedError(
            "a view whose elements overlap and that is written, in a derivative that is differentiated again",
            "write into a copy of the array",
        )
    run(operator.iadd, view_of(run, shadow, value), real_for(run, bar, value))


def view_of(run: Any, shadow: Any, array: Any) -> Any:
    """The adjoint of an array in the memory of a shadow."""
    view = shadow.of(array)
    run.seen_in(view, shadow.flat)
    return view


def take(run: Any, table: Adjoints, value: Any) -> Any:
    """`bars.take(value)`."""
    if isinstance(value, np.ndarray) and table.in_memory(value):
        return pop(run, table, value)
    found = table.waiting.pop(id(value), None)
    return 0.0 if found is None else real_for(run, found[1], value)


def real_for(run: Any, bar: Any, value: Any) -> Any:
    """The adjoint of a value: its real part where that is real."""
    return run(np.real, bar) if is_complex(bar) and not is_complex(value) else bar


def made(run: Any, table: Adjoints, value: Any) -> Any:
    """`bars.made(value)`."""
    return pop(run, table, value) if table.seen_otherwise(value) else take(run, table, value)


def shadow(run: Any, table: Adjoints, array: Any) -> Any:
    """`bars.shadow(array)`."""
    owner = array if getattr(array, "base", None) is None else owner_of(array)
    waiting = []
    if id(owner) not in table.shadows:
        for key in table.waiting_in.pop(id(owner), ()):
            found = table.waiting.pop(key, None)
            if found is not None:
                waiting.append(found)
    table.shadow(array)
    view = view_of(run, table.shadows[id(owner)], array)
    for value, bar in waiting:
        into(run, table.shadows[id(owner)], value, bar)
    return view


def pop(run: Any, table: Adjoints, array: Any) -> Any:
    """`bars.pop(array)`."""
    if not isinstance(array, np.ndarray):
        return take(run, table, array)
    owner = array if array.base is None else owner_of(array)
    if overlaps_itself(array):
        return pop_shared(run, table, array, table.shadows.get(id(owner)))
    view = shadow(run, table, array)
    if array is owner:
        del table.shadows[id(owner)]
        return view
    bar = run(np.array, view)
    run(stores.setitem, view, Ellipsis, 0.0)
    return bar


def pop_shared(run: Any, table: Adjoints, array: Any, shadow: Any) -> Any:
    """What `bars.pop(array)` gives for an array several of whose places are one element."""
    if shadow is None:
        return run(like, take(run, table, array), array)
    if shadow.flat.dtype != array.dtype:
        raise UnsupportedError(
            "a view of another dtype whose elements overlap, in a derivative that is differentiated again",
            "make a copy of the array",
        )
    elements, first = np.unique(elements_of(array, shadow), return_index=True)
    bar = np.zeros(array.shape, array.dtype)
    run(stores.setitem, bar, np.unravel_index(first, array.shape), run.item(shadow.flat, elements))
    run(stores.setitem, shadow.flat, elements, 0.0)
    return bar


def add_items(run: Any, table: Adjoints, values: Any, bars: Any) -> None:
    """`bars.add_items(values, bars)`."""
    if carries(values):
        add(run, table, values, real_for(run, bars, values))
    elif isinstance(values, dict):
        for key, value in values.items():
            add_items(run, table, value, bars[key])
    elif isinstance(bars, float):
        pass
    elif isinstance(values, (list, tuple)):
        parts = [run.item(bars, i) for i in range(len(bars))] if isinstance(bars, np.ndarray) else bars
        for value, bar in zip(values, parts):
            if bar is not None:
                add_items(run, table, value, bar)
    elif bars is not None and is_user_class(type(values)):
        for name, value in attributes_of(values).items():
            bar = bars.get(name) if isinstance(bars, dict) else getattr(bars, name, None)
            if bar is not None:
                add_items(run, table, value, bar)


def take_items(run: Any, table: Adjoints, values: Any) -> Any:
    """`bars.take_items(values)`."""
    if carries(values):
        bar = made(run, table, values)
        bar = bar if np.shape(bar) == np.shape(values) else run(fill, bar, values)
        return run(like, bar, values) if becomes_complex(np.asarray(bar), values) else bar
    if isinstance(values, (list, tuple)):
        return [take_items(run, table, value) for value in values]
    return np.zeros(values.shape) if isinstance(values, np.ndarray) else None


def stack(run: Any, table: Adjoints, rows: Any, x: Any) -> Any:
    """`bars.stack(rows, x)`."""
    if not len(rows):
        return table.stack(rows, x)
    parts = [take(run, table, row) for row in rows]
    parts = [part if np.shape(part) == np.shape(row) else run(fill, part, row) for part, row in zip(parts, rows)]
    made = run(np.stack, parts)
    return real_for(run, made, x)


METHODS = {
    "add": add, "take": take, "made": made, "shadow": shadow, "pop": pop, "add_items": add_items,
    "take_items": take_items, "stack": stack,
}  # fmt: skip
