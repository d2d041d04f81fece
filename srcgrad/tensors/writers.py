"""Functions that write into their first argument, on tensors: each comes to stores of elements.

np.copyto(y, x, where=m)    y[m] = x[m]
np.fill_diagonal(y, v)      y[[0, 1, 2], [0, 1, 2]] = v
np.add.at(y, i, v)          added_at(y, i, v)
np.multiply.at(y, i, v)     y[i] = y[i] * v, as often as an element is named
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.runtime.words_write import (
    added_at,
    diagonal_places,
    flat_places,
    places_along,
    rounds,
    subtracted_at,
)
from srcgrad.tensors.arrays import memory
from srcgrad.tensors.base import Tensor, sync
from srcgrad.tensors.graph import Node, located, op_for
from srcgrad.tensors.inplace import check_writable, spare, store, was_written
from srcgrad.tensors.record import apply, indexing, pattern_for, unwrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.writes import note_write

Call = Callable[..., Any]
ADDED = {np.add: added_at, np.subtract: subtracted_at}


def write_only(function: Any, args: Any, keywords: Any, code: CodeType, at: int) -> Any:
    """Run a function that writes into its first argument; where something is tracked, as stores."""
    pairs = [unwrapped(arg) for arg in args]
    named = {name: unwrapped(value) for name, value in keywords.items()}
    tracked = any(node is not None for _, node in (*pairs, *named.values()))
    target = args[0] if args else None
    if tracked and state.enabled:
        name = f"{name_of(function)}() on tensors that require a gradient"
        if not isinstance(target, Tensor):
            raise located(f"{name}, which writes into a plain array,", "make the array a tensor", code, at)
        places = PLACES.get(function)
        if places is None and not isinstance(getattr(function, "__self__", None), np.ufunc):
            raise located(name, "write y[index] = value, or y[index] += value", code, at)

        def run(called: Any, *operands: Any) -> Any:
            plain = getattr(called, "_implementation", called)
            return apply(pattern_for(("function", called), len(operands)), plain, operands, {}, code, at)

        if places is None:
            return each_time(function.__self__, target, *args[1:], run=run, code=code, at=at)
        for index, value in places(run, memory(target).shape, *args[1:], **keywords):
            store(target, index, value, code, at)
        return None
    raw = [plain for plain, _ in pairs]
    if isinstance(target, Tensor):
        raw[0] = memory(target)
        note_write(raw[0], (f"{name_of(function)}()", code, at))
    return function(*raw, **{name: plain for name, (plain, _) in named.items()})


def each_time(ufunc: Any, target: Tensor, indices: Any, b: Any, *, run: Call, code: CodeType, at: int) -> None:
    """`ufunc.at(target, indices, b)`: elements that are named several times are computed with several times."""
    index, _ = indexing(indices)
    if ufunc in ADDED:
        name = f"np.{ufunc.__name__}.at()"
        check_writable(target, name)
        if target._rare is not None:
            sync(target)
        array, (raw, node) = memory(target), unwrapped(b)
        spare(target)
        ufunc.at(array, index, raw)
        note_write(array, (name, code, at))
        op = op_for(("function", ADDED[ufunc]), 3)
        was_written(target, Node(op, (target._node, None, node), (array, index, raw), array, code, at))
        return
    shape = memory(target)[index].shape
    whole = run(np.broadcast_to, b, shape)
    for places, operands in rounds(memory(target).shape, index):
        store(target, places, run(ufunc, target[places], whole[operands]), code, at)


# ------------------------------------------------------------------------------- what is written where, by function


def copyto(run: Call, shape: Any, src: Any, casting: str = "same_kind", where: Any = True) -> Iterator[Any]:
    """`np.copyto(y, src)`."""
    if where is True:
        yield Ellipsis, src
    else:
        mask = np.broadcast_to(unwrapped(where)[0], shape)
        yield mask, run(np.broadcast_to, src, shape)[mask]


def put(run: Call, shape: Any, ind: Any, v: Any, mode: str = "raise") -> Iterator[Any]:
    """`np.put(y, ind, v)`: indices and values in one row, values again from the start where they do not suffice."""
    index = flat_places(shape, unwrapped(ind)[0], mode)
    yield index, repeated(run, v, len(index[0]))


def putmask(run: Call, shape: Any, mask: Any, values: Any) -> Iterator[Any]:
    """`np.putmask(y, mask, values)`: each element takes the value at its own place."""
    chosen = np.flatnonzero(unwrapped(mask)[0])
    yield np.unravel_index(chosen, shape), run(np.ravel, values)[chosen % np.size(unwrapped(values)[0])]


def place(run: Call, shape: Any, mask: Any, vals: Any) -> Iterator[Any]:
    """`np.place(y, mask, vals)`: values one after the other."""
    index = np.nonzero(np.reshape(unwrapped(mask)[0], shape))
    yield index, repeated(run, vals, len(index[0]))


def put_along_axis(run: Call, shape: Any, indices: Any, values: Any, axis: Any) -> Iterator[Any]:
    """`np.put_along_axis(y, indices, values, axis)`."""
    yield places_along(shape, unwrapped(indices)[0], axis), values


def fill_diagonal(run: Call, shape: Any, val: Any, wrap: bool = False) -> Iterator[Any]:
    """`np.fill_diagonal(y, val)`."""
    index = diagonal_places(shape, wrap)
    yield index, repeated(run, val, len(index[0]))


def repeated(run: Call, values: Any, count: int) -> Any:
    """As many values as there are places."""
    return run(np.ravel, values)[np.arange(count) % np.size(unwrapped(values)[0])]


PLACES: dict[Any, Call] = {
    getattr(np, each.__name__): each for each in (copyto, put, putmask, place, put_along_axis, fill_diagonal)
}
