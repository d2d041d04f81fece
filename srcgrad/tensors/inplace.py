"""Writes into tensors: the memory changes, and the graph gets a node for what is there from now on.

    y += w              the addition's node, its result in y's memory
    y[i] = w            with_item(y, i, w)
    v = y[1:]; v *= 2   the product's node for v, with_view(y, place, v) for y

A value that was remembered before and is needed by a gradient has gone stale (`writes`); what the operation itself
needs of the old value it keeps as a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import TensorError, memory
from srcgrad.tensors.base import Tensor, rare_of, sync
from srcgrad.tensors.graph import Leaf, Node, count, located, op_for
from srcgrad.tensors.record import ATOMS, apply, indexing, kept, pattern_for, unwrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.stores import Place, with_item, with_items, with_view
from srcgrad.tensors.writes import note_write, owner

WITH_ITEM = op_for(("function", with_item), 3)
WITH_ITEMS = op_for(("function", with_items), 3)
WITH_VIEW = op_for(("function", with_view), 3)
BROADCAST = op_for(("function", np.broadcast_to), 2)
COPY = op_for(("method", "copy"), 1)
COPIED = pattern_for(COPY.what, 1)
STACKED = pattern_for(("function", np.stack), 1)


def check_writable(tensor: Tensor, what: str) -> None:
    """RuntimeError where a write would change a leaf that requires a gradient, while it is recorded."""
    if not state.enabled:
        return
    root = tensor._rare.base if tensor._rare is not None else None
    if type(tensor._node) is Leaf:
        raise TensorError(
            f"{what} changes a leaf that requires a gradient in place; to update a parameter, write "
            f"`with sg.no_grad(): w -= rate * w.grad`; to go on computing with a changed copy, start with w.clone()"
        )
    if root is not None and type(root._node) is Leaf:
        raise TensorError(
            f"{what} changes a view of a leaf that requires a gradient in place; write it inside "
            f"`with sg.no_grad():`, or take the view of w.clone()"
        )


def was_written(tensor: Tensor, node: Any) -> None:
    """Have `tensor`, and whatever shows the same memory, come from `node` from now on."""
    tensor._node = node
    rare = rare_of(tensor)
    base = rare.base
    if base is None:
        rare.history += 1
        return
    args = (memory(base), Place(rare.steps), tensor._a)
    through = Node(WITH_VIEW, (base._node, None, node), args, args[0], node.code, node.at)
    base._node = through
    rare_of(base).history += 1
    # read through the base, so that later writes to other parts leave this one alone
    sync(tensor)


def renewed(tensor: Tensor) -> Any:
    """The memory to write into: a copy of it in a reverse that is recorded, whose values are read again."""
    array = memory(tensor)
    if state.functional and (tensor._rare is None or tensor._rare.base is None):
        array = tensor._a = array.copy()
    return array


def store(tensor: Tensor, index: Any, value: Any, code: CodeType, at: int) -> None:
    """`tensor[index] = value`."""
    check_writable(tensor, "an assignment to elements")
    if tensor._rare is not None:
        sync(tensor)
    index, basic = indexing(index)
    raw, node = unwrapped(value)
    if type(node) is tuple:
        joined = apply(STACKED, np.stack, (value,), {}, code, at)
        raw, node = joined._a, joined._node
    array = renewed(tensor)
    if node is not None and state.enabled and array.dtype.kind not in "fc":
        raise TensorError(
            f"a value that requires a gradient would be stored into a tensor of {array.dtype}: make it of floats"
        )
    array[index] = raw
    note_write(array, ("an assignment to elements", code, at))
    if state.enabled and (node is not None or tensor._node is not None):
        if node is not None:
            region = array[index].shape
            if raw.shape != region:
                spread = np.broadcast_to(raw, region)
                node = Node(BROADCAST, (node, None), (raw, region), spread, code, at)
                raw = spread
        op = WITH_ITEM if basic else WITH_ITEMS
        was_written(tensor, Node(op, (tensor._node, None, node), (array, index, raw), array, code, at))


def overwrite(
    tensor: Tensor, name: str, compute: Callable[..., Any], op: Any, other: Any, code: CodeType, at: int
) -> Tensor:
    """`tensor op= other`: compute into the tensor's memory, and record it as the operation that it is."""
    check_writable(tensor, name)
    if tensor._rare is not None:
        sync(tensor)
    array = memory(tensor)
    mine = tensor._node
    plain, node = unwrapped(other)
    tracked = state.enabled and (mine is not None or node is not None)
    before, value = array, plain
    if tracked:
        if array.dtype.kind not in "fc":
            raise TensorError(
                f"{name} would store a value that requires a gradient into a tensor of {array.dtype}: make it of floats"
            )
        # what the gradient needs and is about to be overwritten goes on as a copy
        reads = op.reads((mine, node)).args
        if reads[0]:
            before, mine = copied(array, mine, code, at)
        if reads[1] and same_memory(plain, array):
            value, node = copied(plain, node, code, at)
        if reads[1] and node is None and other.__class__ is not Tensor:
            value = kept(value)
    compute(array, plain, out=array)
    note_write(array, (name, code, at))
    if tracked:
        was_written(tensor, Node(op, (mine, node), (before, value), array, code, at))
    return tensor


def same_memory(value: Any, array: Any) -> bool:
    """Whether a value may show memory that an array shows."""
    return type(value) is np.ndarray and owner(value) is owner(array)


def copied(value: Any, node: Any, code: CodeType, at: int) -> tuple[Any, Any]:
    """A copy of a value, and its node."""
    copy = value.copy()
    return copy, node and Node(COPY, (node,), (value,), copy, code, at)


def computed_into(target: Tensor, ufunc: Any, op: Any, args: tuple[Any, ...], code: CodeType, at: int) -> bool:
    """`np.add(x, y, out=z)` the short way, computed right into `z`; False where it is not taken: for operands that are
    no tensors, arrays or numbers or show `z`'s memory, and where none is tracked or of `z`'s shape."""
    array = target._a
    if array.__class__ is not np.ndarray or not state.enabled or state.functional:
        return False
    raw, inputs, fits = [], [], False
    for place, each in enumerate(args):
        node = None
        if each.__class__ is Tensor:
            if each._rare is not None:
                sync(each)
            each, node = each._a, each._node
        elif each.__class__ is np.ndarray:
            each = kept(each) if op.keeps[place] else each
        elif each.__class__ not in ATOMS:
            return False
        if each.__class__ is np.ndarray:
            fits = fits or each.shape == array.shape
            if owner(each) is owner(array):
                return False
        raw.append(each)
        inputs.append(node)
    if not fits or inputs.count(None) == len(inputs) or array.dtype.kind not in "fc":
        return False
    name = f"np.{ufunc.__name__}(..., out=)"
    check_writable(target, name)
    ufunc(*raw, out=array)
    note_write(array, (name, code, at))
    was_written(target, Node(op, tuple(inputs), tuple(raw), array, code, at))
    return True


def write_into(function: Any, args: Any, keywords: Any, out: Any, code: CodeType, at: int) -> Any:
    """`np.add(x, y, out=z)`: the result is computed into `z`, which comes from this operation from now on."""
    target = out[0]
    if len(out) != 1:
        raise located("out= for several results", "assign the results instead", code, at)
    if not isinstance(target, Tensor):
        if state.enabled and any(unwrapped(arg)[1] is not None for arg in (*args, *keywords.values())):
            raise TensorError(
                "the result would be written into a plain array (`a += x`, or out=), which knows nothing of gradients, "
                "and an operand requires one: write a = a + x, leave out= out, or make the array a tensor"
            )
        raw = [unwrapped(arg)[0] for arg in args]
        return function(*raw, **{name: unwrapped(value)[0] for name, value in keywords.items()}, out=target)
    name = f"np.{getattr(function, '__name__', function)}(..., out=)"
    check_writable(target, name)
    array = renewed(target)
    # operands that are about to be overwritten go on as copies
    if any(arg.__class__ is Tensor and same_memory(arg._a, array) for arg in args):
        args = tuple(
            apply(COPIED, np.ndarray.copy, (arg,), {}, code, at)
            if isinstance(arg, Tensor) and same_memory(arg._a, array)
            else arg
            for arg in args
        )
    pattern = pattern_for(("function", function), len(args), tuple(keywords))
    result = apply(pattern, function, args, keywords, code, at)
    if result.shape != array.shape:
        raise ValueError(f"out= has shape {array.shape}; the result has shape {result.shape}")
    if result.dtype == array.dtype:
        array[...] = result._a
    else:
        np.copyto(array, result._a, casting="same_kind")
    note_write(array, (name, code, at))
    node = result._node
    if node is not None:
        # the values are in the memory of `out` from now on: what the node remembers must not go stale by itself
        if node.op.reads(node.inputs).value:
            node.value = array
        node.number = next(count)
        was_written(target, node)
    elif state.enabled and target._node is not None:
        # all of it was overwritten with what is not tracked
        if target._rare is not None and target._rare.base is not None:
            raise TensorError("out= is a view of a tracked tensor: write y[index] = value instead")
        target._node = None
        rare_of(target).history += 1
    return target
