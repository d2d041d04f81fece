"""Writes into tensors: the memory changes, and the graph gets a node for what is there from now on.

    y += w              the addition's node, its result in y's memory
    y[i] = w            with_item(y, i, w)
    v = y[1:]; v *= 2   the product's node for v, with_view(y, place, v) for y

A value that was remembered before and is needed by a gradient has gone stale (`writes`); what the operation itself
needs of the old value it keeps as a copy.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import Rare, TensorError, memory
from srcgrad.tensors.base import Tensor, come_from, rare_of, sync
from srcgrad.tensors.graph import Leaf, Node, Op, count, op_for
from srcgrad.tensors.record import ATOMS, DOUBLE, apply, indexing, kept, pattern_for, unwrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.stores import Place, with_item, with_items, with_view
from srcgrad.tensors.views import Shown, is_part
from srcgrad.tensors.writes import name_of_write, note_write, owner, written_after

ndarray = np.ndarray
WITH_ITEM = op_for(("function", with_item), 3)
WITH_ITEMS = op_for(("function", with_items), 3)
WITH_VIEW = op_for(("function", with_view), 3)
BROADCAST = op_for(("function", np.broadcast_to), 2)
ASTYPE = op_for(("method", "astype"), 2)
COPY = op_for(("method", "copy"), 1)
COPIED = pattern_for(COPY.what, 1)
STACKED = pattern_for(("function", np.stack), 1)


def check_writable(tensor: Tensor, what: Any) -> None:
    """RuntimeError where a write would change a leaf that requires a gradient, while it is recorded."""
    if not state.enabled:
        return
    if tensor._node.__class__ is Leaf:
        raise TensorError(
            f"{name_of_write(what)} changes a leaf that requires a gradient in place; to update a parameter, write "
            f"`with sg.no_grad(): w -= rate * w.grad`; to go on computing with a changed copy, start with w.clone()"
        )
    rare = tensor._rare
    if rare is not None and rare.base is not None and rare.base._node.__class__ is Leaf:
        raise TensorError(
            f"{name_of_write(what)} changes a view of a leaf that requires a gradient in place; write it inside "
            f"`with sg.no_grad():`, or take the view of w.clone()"
        )
    while rare is not None and rare.base is not None:
        if rare.step.__class__ is Shown:
            raise rare.step.refusal(f"{name_of_write(what)} would write into it")
        rare = rare.source._rare


def was_written(tensor: Tensor, node: Any) -> None:
    """Have `tensor`, and whatever shows the same memory, come from `node` from now on."""
    rare = tensor._rare
    if rare is None:
        rare = tensor._rare = Rare()
    if rare.retains:
        come_from(tensor, node)
    else:
        tensor._node = node
    base = rare.base
    if base is None:
        rare.history += 1
        return
    args = (memory(base), Place(rare.steps), tensor._a)
    through = Node(WITH_VIEW, (base._node, None, node), args, args[0], node.code, node.at)
    rare_of(base).history += 1
    come_from(base, through)
    # read through the base, so that later writes to other parts leave this one alone
    sync(tensor)


def spare(tensor: Tensor) -> None:
    """A tensor's memory is about to be written: what it was computed by goes on with a copy of the result, where the
    gradient reads that, as that of `y = a / b`; not where it was written already, past the graph."""
    rare = tensor._rare
    if rare is not None and rare.base is not None:
        tensor = rare.base
    node, array = tensor._node, tensor._a
    if node.__class__ is Node and node.op.reads_value:
        if node.op.__class__ is not Op:
            node.op.spare(node, array)
        elif node.value is array and node.reads().value and written_after(array, node.number) is None:
            node.value = array.copy()


def renewed(tensor: Tensor) -> Any:
    """The memory to write into: a copy of it in a reverse that is recorded, whose values are read again."""
    array = memory(tensor)
    if state.functional and (tensor._rare is None or tensor._rare.base is None):
        array = tensor._a = array.copy()
    return array


def store(tensor: Tensor, index: Any, value: Any, code: CodeType, at: int) -> None:
    """`tensor[index] = value`."""
    rare, enabled = tensor._rare, state.enabled
    if rare is not None or tensor._node.__class__ is Leaf:
        check_writable(tensor, "an assignment to elements")
        if rare is not None:
            sync(tensor)
    node = None
    if value.__class__ is Tensor:
        if value._rare is not None:
            if is_part(value, tensor, index):
                return
            sync(value)
        raw, node = value._a, value._node
    elif value.__class__ in ATOMS:
        raw = value
    else:
        raw, node = unwrapped(value)
        if type(node) is tuple:
            joined = apply(STACKED, np.stack, (value,), {}, code, at)
            raw, node = joined._a, joined._node
    index, basic = (index, True) if index.__class__ is int else indexing(index)
    array = tensor._a
    if array.__class__ is not ndarray or state.functional:
        array = renewed(tensor)
    if node is not None and enabled and array.dtype.kind not in "fc":
        raise TensorError(
            f"a value that requires a gradient would be stored into a tensor of {array.dtype}: make it of floats"
        )
    spare(tensor)
    array[index] = raw
    note_write(array, ("an assignment to elements", code, at))
    if enabled and (node is not None or tensor._node is not None):
        if node is not None:
            raw, node = among(raw, node, array.dtype, code, at)
            region = array[index].shape
            if raw.shape != region:
                spread = np.broadcast_to(raw, region)
                node = Node(BROADCAST, (node, None), (raw, region), spread, code, at)
                raw = spread
        op = WITH_ITEM if basic else WITH_ITEMS
        was_written(tensor, Node(op, (tensor._node, None, node), (array, index, raw), array, code, at))


def among(value: Any, node: Any, dtype: Any, code: CodeType, at: int) -> tuple[Any, Any]:
    """A value as it is stored among numbers of this dtype, and its node: a real one among complex numbers has an
    adjoint that is real."""
    if dtype.kind != "c" or value.dtype.kind == "c":
        return value, node
    stored = value.astype(dtype.type)
    return stored, Node(ASTYPE, (node, None), (value, dtype.type), stored, code, at)


def compute_into(
    target: Tensor, what: Any, ufunc: Any, op: Any, args: tuple[Any, ...], code: CodeType, at: int
) -> bool:
    """`z += y` and `np.add(x, y, out=z)`: compute into the target's memory, and record the operation that it is.

    what  the name of the operation, or the ufunc where it was called with out=

    False, and nothing is done, where operands are no tensors, arrays or numbers, where none has the target's shape and
    kind of numbers, and where something tracked would be overwritten with what is not.
    """
    enabled, rare, array = state.enabled, target._rare, target._a
    is_view = rare is not None and rare.base is not None
    before = target._node
    if is_view or before.__class__ is Leaf:
        check_writable(target, what)
        if is_view:
            sync(target)
            before = target._node
    if array.__class__ is not ndarray:
        array = memory(target)
    dtype = array.dtype
    raw: list[Any] = []
    inputs: list[Any] = []
    tracked = fits = False
    for each in args:
        node = None
        if each.__class__ is Tensor:
            if each._rare is not None:
                sync(each)
            node = each._node
            each = each._a
            if node is not None:
                tracked = enabled
        elif each.__class__ is not ndarray and each.__class__ not in ATOMS and not isinstance(each, np.generic):
            return False
        if not fits and each.__class__ is ndarray:
            fits = each is array or (
                each.shape == array.shape and (each.dtype is dtype or each.dtype.kind == dtype.kind)
            )
        raw.append(each)
        inputs.append(node)
    if not fits or (enabled and not tracked and before is not None):
        return False
    operands = raw
    if tracked:
        if dtype is not DOUBLE and dtype.kind not in "fc":
            raise TensorError(
                f"{name_of_write(what)} would store a value that requires a gradient into a tensor of {dtype}: "
                f"make it of floats"
            )
        if op.reads_arguments:
            # what the gradient needs and is about to be overwritten goes on as a copy
            read = op.reads(inputs).args
            for place, value in enumerate(raw):
                if value.__class__ is ndarray and read[place]:
                    if operands is raw:
                        operands = raw.copy()
                    if owner(value) is owner(array):
                        operands[place], inputs[place] = copied(value, inputs[place], code, at)
                    elif args[place].__class__ is not Tensor:
                        operands[place] = kept(value)
    if is_view or (before.__class__ is Node and before.op.reads_value):
        spare(target)
    if len(raw) == 2:
        ufunc(raw[0], raw[1], out=array)  # faster than what follows
    else:
        ufunc(*raw, out=array)
    note_write(array, (what, code, at))
    if tracked:
        was_written(target, Node(op, inputs, operands, array, code, at))
    return True


def same_memory(value: Any, array: Any) -> bool:
    """Whether a value may show memory that an array shows."""
    return type(value) is np.ndarray and owner(value) is owner(array)


def copied(value: Any, node: Any, code: CodeType, at: int) -> tuple[Any, Any]:
    """A copy of a value, and its node."""
    copy = value.copy()
    return copy, node and Node(COPY, (node,), (value,), copy, code, at)


INTO_PLAIN = (
    "the result would be written into a plain array (`a += x`, or out=), which knows nothing of gradients, "
    "and an operand requires one: write a = a + x, leave out= out, or make the array a tensor"
)


def write_parts(function: Any, args: Any, keywords: Any, out: Any, code: CodeType, at: int) -> Any:
    """`np.modf(x, out=(y, z))`: each of the results is stored where it belongs."""
    where = keywords.pop("where", True)
    parts = apply(pattern_for(("function", function), len(args), tuple(keywords)), function, args, keywords, code, at)
    for target, part in zip(out, parts):
        if target is None:
            continue
        if not isinstance(target, Tensor) and unwrapped(part)[1] is not None:
            raise TensorError(INTO_PLAIN)
        np.copyto(target, part, where=where)
    return tuple([part if target is None else target for target, part in zip(out, parts)])


def write_into(function: Any, args: Any, keywords: Any, out: Any, code: CodeType, at: int) -> Any:
    """`np.add(x, y, out=z)`: the result is computed into `z`, which comes from this operation from now on."""
    if len(out) != 1:
        return write_parts(function, args, keywords, out, code, at)
    target = out[0]
    if not isinstance(target, Tensor):
        if state.enabled and any(unwrapped(arg)[1] is not None for arg in (*args, *keywords.values())):
            raise TensorError(INTO_PLAIN)
        raw = [unwrapped(arg)[0] for arg in args]
        return function(*raw, **{name: unwrapped(value)[0] for name, value in keywords.items()}, out=target)
    check_writable(target, function)
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
    if result._node is not None and array.dtype.kind != result.dtype.kind:
        store(target, Ellipsis, result, code, at)
        return target
    spare(target)
    if result.dtype == array.dtype:
        array[...] = result._a
    else:
        np.copyto(array, result._a, casting="same_kind")
    note_write(array, (function, code, at))
    node = result._node
    if node is not None:
        # the values are in the memory of `out` from now on: what the node remembers must not go stale by itself
        if node.reads().value:
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
