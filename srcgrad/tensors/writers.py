"""Functions that write into their first argument, on tensors: each comes to stores of elements.

np.copyto(y, x, where=m)    y[m] = x[m]
np.fill_diagonal(y, v)      y[[0, 1, 2], [0, 1, 2]] = v
np.add.at(y, i, v)          added_at(y, i, v)
np.multiply.at(y, i, v)     y[i] = y[i] * v, as often as an element is named
np.log(x, out=y, where=m)   y[m] = np.log(x[m])
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import getitem
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
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, located, op_for
from srcgrad.tensors.inplace import among, check_writable, spare, store, was_written, write_into
from srcgrad.tensors.record import apply, indexing, pattern_for, unwrapped, wrapped
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

        run = runner(code, at)
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


def runner(code: CodeType, at: int) -> Call:
    """What runs operations at a place of the user's, subscripts (`operator.getitem`) among them."""

    def run(called: Any, *operands: Any, **named: Any) -> Any:
        what = ("item",) if called is getitem else ("function", called)
        plain = getattr(called, "_implementation", called)
        return apply(pattern_for(what, len(operands), tuple(named)), plain, operands, named, code, at)

    return run


def block(run: Call, arrays: Any) -> Any:
    """`np.block(arrays)`: the innermost lists are joined along the last axis, those around them before it."""

    def depth(part: Any) -> int:
        return 1 + max(map(depth, part)) if isinstance(part, list) else 0

    def rank(part: Any) -> int:
        return max(map(rank, part)) if isinstance(part, list) else np.ndim(part)

    deep = depth(arrays)
    axes = max(deep, rank(arrays))

    def joined(part: Any, axis: int) -> Any:
        if isinstance(part, list):
            return run(np.concatenate, [joined(each, axis + 1) for each in part], axis)
        shape = np.shape(part)
        return run(np.reshape, part, (1,) * (axes - len(shape)) + shape)

    return joined(arrays, axes - deep)


def where_chosen(ufunc: Any, args: Any, keywords: dict[str, Any], code: CodeType, at: int) -> Any:
    """`ufunc(..., where=m)`: elements that are not chosen keep what `out` has there, which without it is anything."""
    mask = unwrapped(keywords.pop("where"))[0]
    (target,) = keywords.pop("out", (None,))
    pairs = [unwrapped(arg) for arg in args]
    tracked = state.enabled and any(node is not None for _, node in (*pairs, unwrapped(target)))
    run = runner(code, at)
    if mask is True:
        if target is None:
            return run(ufunc, *args, **keywords)
        return write_into(ufunc, args, keywords, (target,), code, at)
    if not tracked:
        raw = [plain for plain, _ in pairs]
        if not isinstance(target, Tensor):
            return wrapped(ufunc(*raw, **keywords, out=target, where=mask))
        ufunc(*raw, **keywords, out=memory(target), where=mask)
        note_write(target._a, (ufunc, code, at))
        return target
    if target is not None and not isinstance(target, Tensor):
        return write_into(ufunc, args, keywords, (target,), code, at)  # which refuses
    shapes = [np.shape(plain) for plain, _ in pairs]
    shape = np.broadcast_shapes(*shapes, np.shape(mask)) if target is None else target.shape
    mask = np.broadcast_to(mask, shape)
    operands = [run(getitem, run(np.broadcast_to, x, shape), mask) if own else x for x, own in zip(args, shapes)]
    chosen = run(ufunc, *operands, **keywords)
    if target is None:
        target = made(np.empty(shape, chosen.dtype), None)
    store(target, mask, chosen, code, at)
    return target


def each_time(ufunc: Any, target: Tensor, indices: Any, *b: Any, run: Call, code: CodeType, at: int) -> None:
    """`ufunc.at(target, indices, b)`, or without `b`: what is named several times is computed with as often."""
    index, _ = indexing(indices)
    if ufunc in ADDED:
        name = f"np.{ufunc.__name__}.at()"
        check_writable(target, name)
        if target._rare is not None:
            sync(target)
        array, (raw, node) = memory(target), unwrapped(b[0])
        spare(target)
        ufunc.at(array, index, raw)
        note_write(array, (name, code, at))
        if node is not None:
            raw, node = among(raw, node, array.dtype, code, at)
        op = op_for(("function", ADDED[ufunc]), 3)
        was_written(target, Node(op, (target._node, None, node), (array, index, raw), array, code, at))
        return
    shape = memory(target)[index].shape
    whole = [run(np.broadcast_to, operand, shape) for operand in b]
    for places, chosen in rounds(memory(target).shape, index):
        operands = [run(getitem, operand, chosen) for operand in whole]
        store(target, places, run(ufunc, run(getitem, target, places), *operands), code, at)


# ------------------------------------------------------------------------------- what is written where, by function


def copyto(run: Call, shape: Any, src: Any, casting: str = "same_kind", where: Any = True) -> Iterator[Any]:
    """`np.copyto(y, src)`."""
    if where is True:
        yield Ellipsis, src
    else:
        mask = np.broadcast_to(unwrapped(where)[0], shape)
        yield mask, run(getitem, run(np.broadcast_to, src, shape), mask)


def put(run: Call, shape: Any, ind: Any, v: Any, mode: str = "raise") -> Iterator[Any]:
    """`np.put(y, ind, v)`: indices and values in one row, values again from the start where they do not suffice."""
    index = flat_places(shape, unwrapped(ind)[0], mode)
    yield index, repeated(run, v, len(index[0]))


def putmask(run: Call, shape: Any, mask: Any, values: Any) -> Iterator[Any]:
    """`np.putmask(y, mask, values)`: each element takes the value at its own place."""
    chosen = np.flatnonzero(unwrapped(mask)[0])
    picked = chosen % np.size(unwrapped(values)[0])
    yield np.unravel_index(chosen, shape), run(getitem, run(np.ravel, values), picked)


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
    return run(getitem, run(np.ravel, values), np.arange(count) % np.size(unwrapped(values)[0]))


PLACES: dict[Any, Call] = {
    getattr(np, each.__name__): each for each in (copyto, put, putmask, place, put_along_axis, fill_diagonal)
}
