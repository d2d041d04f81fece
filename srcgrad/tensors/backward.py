"""`backward()` and `grad()`: what they start with, what becomes of what arrives at the leaves, what is released."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from srcgrad.errors import a_type
from srcgrad.tensors.arrays import TensorError, real_as
from srcgrad.tensors.base import Base, Tensor, made, sync
from srcgrad.tensors.emitted import emitted_for
from srcgrad.tensors.graph import Leaf, Node, Op, count
from srcgrad.tensors.hooks import copies_of
from srcgrad.tensors.naming import what_names
from srcgrad.tensors.runs import SHORT, Run, collect, cut, hooked, outputs_of
from srcgrad.tensors.sites import line_of
from srcgrad.tensors.state import enable_grad, state
from srcgrad.tensors.structure import Piece
from srcgrad.tensors.writes import clock, written_after


def seeds(roots: Sequence[Any], gradients: Sequence[Any], create_graph: bool) -> list[Any]:
    """The adjoints of results: 1 for numbers, what was given for others."""
    found = []
    for root, gradient in zip(roots, gradients):
        if not isinstance(root, Base):
            raise TypeError(f"backward() starts at tensors; got {type(root).__name__}")
        if root._node is None:
            raise TensorError(
                "nothing here requires a gradient: no tensor with requires_grad=True went into this result, or it was "
                "computed inside no_grad() or detached; make the inputs with sg.tensor(..., requires_grad=True)"
            )
        if gradient is None:
            if root._a.size != 1:
                raise TensorError(
                    f"backward() of a tensor of shape {root.shape} needs gradient= (a tensor of that shape); "
                    f"or reduce the result to a number first, as in y.sum().backward()"
                )
            bar: Any = root._a.dtype.type(1.0)
            if root._a.ndim:
                bar = np.full(root.shape, bar)
        else:
            if not isinstance(gradient, (Base, np.ndarray, np.generic, int, float, complex)):
                raise TypeError(f"gradient= is a tensor; got {type(gradient).__name__}")
            bar = gradient._a if isinstance(gradient, Base) else np.asarray(gradient)[()]
            if np.shape(bar) != root.shape:
                raise TensorError(f"gradient= has shape {np.shape(bar)}; the result has shape {root.shape}")
            if np.iscomplexobj(bar) and root.dtype.kind != "c":
                raise TensorError("gradient= is complex; the result is real")
            if bar.dtype != root.dtype:
                bar = bar.astype(root.dtype)
            if create_graph and isinstance(gradient, Tensor):
                found.append(gradient)
                continue
        found.append(made(bar, None) if create_graph else bar)
    return found


def run(
    roots: Sequence[Any], gradients: Sequence[Any], watched: set[Any], retain: bool | None, create_graph: bool
) -> Run:
    """The adjoints of everything behind these results."""
    bars = seeds(roots, gradients, create_graph)
    for root in roots:
        if root._rare is not None:
            sync(root)
    starts = [root._node for root in roots]
    nodes, plain = collect(starts)
    watched = {node for node in watched if node.__class__ is Node}
    copies = copies_of(watched, nodes)
    result = Run(watched | copies.keys(), create_graph)
    for node, bar in zip(starts, bars):
        result.add(node, bar, False)
    before = state.enabled, state.functional, state.closed
    state.enabled = state.functional = state.closed = create_graph
    try:
        result.through(starts, nodes, plain)
    finally:
        state.enabled, state.functional, state.closed = before
    for copy, original in copies.items():
        bar = result.seen[copy]
        result.seen[original] = result.seen[original] + bar if original in result.seen else bar
    for leaf in result.leaves:
        if leaf.hooks:
            bar, _ = result.leaves[leaf]
            result.leaves[leaf] = hooked(leaf.hooks, bar, create_graph), False
    if not (create_graph if retain is None else retain):
        for node in nodes:
            if node.op.__class__ is Op and not node.op.named:
                node.value = node.args = None
            else:
                free(node)
    return result


def free(node: Node) -> None:
    """Let go of what a node remembers; its name stays."""
    op = node.op
    if op.__class__ is not Op:
        op.release()
        node.value = None
    else:
        node.value = what_names(node) if op.named else None
    node.args = None


def backward(
    roots: Sequence[Any], gradients: Sequence[Any], retain: bool | None, create_graph: bool, inputs: Any
) -> None:
    """Add the gradients of these results to `.grad` of the leaves behind them, or of `inputs` alone."""
    wanted = None
    if inputs is not None:
        inputs = (inputs,) if isinstance(inputs, Base) else tuple(inputs)
        if not inputs:
            raise TensorError("inputs= is empty; leave it out for the gradients of all leaves")
        wanted = [nodes_wanted(tensor) for tensor in inputs]
    result = run(roots, gradients, set(wanted or ()), retain, create_graph)
    if inputs is not None:
        for tensor, node in zip(inputs, wanted or ()):
            rare = tensor._rare
            if node.__class__ is Node and node in result.seen and (rare is None or not rare.retains):
                bar = result.seen[node]
                bar = bar if isinstance(bar, Tensor) else made(np.array(bar)[()], None)
                known = rare.grad if rare is not None else None
                tensor.grad = bar if known is None else known + bar
    for leaf, (bar, owned) in result.leaves.items():
        if wanted is None or leaf in wanted:
            accumulate(leaf, bar, owned)


def nodes_wanted(tensor: Any) -> Any:
    """The node or leaf of a tensor whose gradient is asked for."""
    if not isinstance(tensor, Base):
        advice = "make it with sg.tensor(x, requires_grad=True), or differentiate a function: sg.grad(f)(x)"
        raise TypeError(f"gradients are those of tensors; got {a_type(tensor)}: {advice}")
    if tensor._rare is not None:
        sync(tensor)
    if tensor._node is None:
        raise TensorError("a gradient was asked for a tensor that requires none: make it with requires_grad=True")
    return tensor._node


def accumulate(leaf: Leaf, bar: Any, owned: bool) -> None:
    """Add to a leaf's gradient, in place where it has one already."""
    tensor = leaf.tensor()
    if isinstance(bar, Tensor):
        bar = bar if tensor is None else as_value(bar, tensor._a)
        leaf.grad = bar if leaf.grad is None else leaf.grad + bar
        return
    if tensor is not None:
        bar = like_leaf(bar, tensor._a, owned)
    known = leaf.grad
    if known is not None and clock.last > leaf.gathered and tensor is not None:
        note_accumulation(leaf, tensor, known)
    leaf.gathered = next(count)
    if known is None:
        leaf.grad, leaf.summed = made(bar, None), False
    elif known._node is not None:
        leaf.grad = known + made(bar, None)
    elif type(known._a) is np.ndarray:
        known._a += bar
    else:
        known._a = known._a + bar


def note_accumulation(leaf: Leaf, tensor: Any, known: Any) -> None:
    """A gradient is added to one of the tensor's values before an update.  Warn where the last update went by such a
    sum: a loop forgot to reset it.  It may still be reset before, as where a loss only passes through a parameter."""
    by = written_after(tensor._a, leaf.gathered)
    if by is None:
        return
    summed, leaf.summed = leaf.summed, bool(np.any(known._a))
    if not (summed and leaf.summed):
        return
    what, code, at = by
    warnings.warn(
        f"backward() adds to a gradient that was gathered before {what} ({code.co_filename}:{line_of(code, at)}) "
        f"changed the tensor: gradients accumulate; write opt.zero_grad(), or w.grad = None, before backward()",
        UserWarning,
        stacklevel=5,
    )


def like_leaf(bar: Any, value: Any, owned: bool) -> Any:
    """An adjoint with the dtype of the leaf, in memory of its own."""
    if bar.__class__ is float:
        bar = np.float64(bar)
    if bar.shape != value.shape:
        raise AssertionError(f"a gradient of shape {bar.shape} for a tensor of shape {value.shape}; please report this")
    bar = real_as(bar, value)
    if bar.dtype != value.dtype:
        return bar.astype(value.dtype)
    return bar if owned or type(bar) is not np.ndarray else bar.copy()


def as_value(bar: Tensor, value: Any) -> Tensor:
    """A recorded adjoint with the dtype of its value."""
    if bar.dtype == value.dtype:
        return bar
    with enable_grad():
        real = real_as(bar, value)
        found: Tensor = real if real.dtype == value.dtype else real.astype(value.dtype)
    return found


def one_each(given: Any, results: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """The gradients of what comes after some results: of one alone it may be given by itself."""
    if given is None:
        return (None,) * len(results)
    found = tuple(given) if isinstance(given, (list, tuple)) else (given,)
    if len(found) != len(results):
        raise TensorError(f"{len(results)} {what} and {len(found)} gradients of them")
    return found


def gradients(
    outputs: Any, inputs: Any, grad_outputs: Any, retain: bool | None, create_graph: bool, allow_unused: bool
) -> tuple[Any, ...]:
    """The gradients of outputs with respect to inputs, a tensor for each input; `.grad` is left alone."""
    outputs = tuple(outputs) if isinstance(outputs, (list, tuple)) else (outputs,)
    inputs = tuple(inputs) if isinstance(inputs, Iterable) and not isinstance(inputs, Base) else (inputs,)
    given = one_each(grad_outputs, outputs, "outputs")
    wanted = [nodes_wanted(tensor) for tensor in inputs]
    result = run(outputs, given, set(wanted), retain, create_graph)
    found: list[Any] = []
    for position, (tensor, node) in enumerate(zip(inputs, wanted)):
        bar = result.leaves[node][0] if node in result.leaves else result.seen.get(node)
        if bar is None:
            if not allow_unused:
                raise TensorError(
                    f"input {position} was not used to compute the outputs; pass allow_unused=True to have None for it"
                )
            found.append(None)
        elif isinstance(bar, Tensor):
            found.append(as_value(bar, tensor._a))
        else:
            found.append(made(like_leaf(bar, tensor._a, False), None))
    return tuple(found)


def source_of(node: Node) -> str:
    """The emitted reverses of the graph that ends in a node, each once."""
    if node.args is None:
        return "# the graph was freed; ask before backward(), or pass retain_graph=True\n"
    nodes, plain = collect([node])
    groups = [nodes]
    if len(nodes) > SHORT or not plain:
        groups = cut(nodes, set())
    wanted = outputs_of(groups, [node], set())
    texts: dict[str, None] = {}
    for group in reversed(groups):
        if hasattr(group[0].op, "reverse"):
            texts[group[0].op.source(group[0])] = None
        else:
            piece = Piece(group, [each for each in group if each in wanted])
            texts[emitted_for(piece, len(groups) == 1).text.rstrip()] = None
    return "\n\n\n".join(texts) + "\n"
