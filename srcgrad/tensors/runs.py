"""One run from results back to leaves, by emitted reverses.

    loss                               the nodes behind it, by number
    n nodes                            one piece, or several where the graph is long
    each piece, the last one first     its reverse is looked up by its structure, or emitted, and run
    leaves                             what arrives is added to .grad

A graph of many operations is cut where the program comes back to a place where it was before: a piece is at most as
long as the program's text, and the turns of a loop share a reverse.  So emitted text and cache do not grow with a trip
count.  A piece also ends where someone wants to see the adjoint (a hook), and a function that was recorded as one
node is a piece by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import numpy as np

from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.base import Keep, Tensor, made
from srcgrad.tensors.emitted import emitted_for
from srcgrad.tensors.graph import Leaf, Node, Op, flat
from srcgrad.tensors.hooks import unhooked
from srcgrad.tensors.state import state
from srcgrad.tensors.steps import PART
from srcgrad.tensors.structure import Piece

# graphs of up to so many operations are one piece, whatever their program looks like
SHORT = 100
by_number = attrgetter("number")


def collect(roots: Iterable[Any], ends: Iterable[Any] = ()) -> tuple[list[Node], bool]:
    """The nodes behind these and not behind `ends`, in the order in which they were made, and whether each is a plain
    operation that nobody watches; RuntimeError where a graph was freed."""
    waiting = [root for root in roots if root.__class__ is Node]
    seen = {*waiting, *ends}
    found = []
    plain = True
    while waiting:
        node = waiting.pop()
        if node.args is None:
            raise TensorError(
                "backward() through a graph that was freed: the values it remembered went with the first backward(); "
                "write loss.backward(retain_graph=True) the first time, or compute the loss again"
            )
        found.append(node)
        if node.hooks is not None or node.op.__class__ is not Op:
            plain = False
        for source in node.inputs:
            if source.__class__ is Node:
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)
            elif source.__class__ is tuple:
                for inner in flat(source):
                    if inner.__class__ is Node and inner not in seen:
                        seen.add(inner)
                        waiting.append(inner)
    found.sort(key=by_number)
    return found, plain


def cut(nodes: list[Node], watched: set[Any]) -> list[list[Node]]:
    """The nodes in pieces."""
    groups: list[list[Node]] = []
    group: list[Node] = []
    places: set[Any] = set()
    long = len(nodes) > SHORT
    ended = False
    for node in nodes:
        place = (id(node.code), node.at, node.op)
        own = hasattr(node.op, "reverse")
        # the parts of a list or tuple stay with what gave it
        if group and node.op is not PART and (own or ended or (long and place in places)):
            groups.append(group)
            group, places = [], set()
            ended = False
        group.append(node)
        places.add(place)
        ended = bool(own or ended or node.hooks or node in watched)
    if group:
        groups.append(group)
    return groups


def outputs_of(groups: list[list[Node]], roots: Iterable[Any], watched: set[Any]) -> set[Any]:
    """The nodes whose adjoint is wanted between pieces."""
    wanted = {root for root in roots if root.__class__ is Node}
    if len(groups) == 1:
        return wanted
    home = {node: number for number, group in enumerate(groups) for node in group}
    for number, group in enumerate(groups):
        for node in group:
            for source in flat(node.inputs):
                if source.__class__ is Node and home.get(source, number) != number:
                    wanted.add(source)
            if node.hooks or node in watched:
                wanted.add(node)
    return wanted


class Run:
    """One run from results to leaves.

    bars     adjoints of nodes that have yet to be reversed
    leaves   adjoints of leaves; with each whether its memory is nobody else's
    watched  nodes whose adjoint was asked for, and `seen` what it was
    unhooked what stands for some nodes in a reverse that is recorded
    """

    def __init__(self, watched: set[Any], create_graph: bool) -> None:
        self.bars: dict[Any, Any] = {}
        self.leaves: dict[Leaf, tuple[Any, bool]] = {}
        self.watched = watched
        self.seen: dict[Any, Any] = {}
        self.create_graph = create_graph
        self.unhooked: dict[Node, Node] = {}

    def add(self, source: Any, bar: Any, owned: bool) -> None:
        """Add to the adjoint of a node or leaf."""
        if source.__class__ is Leaf:
            before = self.leaves.get(source)
            self.leaves[source] = (bar, owned) if before is None else (before[0] + bar, True)
        else:
            known = self.bars.get(source)
            self.bars[source] = bar if known is None else known + bar

    def through(self, roots: list[Any], nodes: list[Node], plain: bool) -> None:
        """Run the reverses of these nodes; `bars` has the adjoints of the results."""
        if self.create_graph and not plain:
            self.unhooked = unhooked(nodes)
        if plain and nodes and len(nodes) <= SHORT and not self.watched:
            self.piece(nodes, [node for node in dict.fromkeys(roots) if node.__class__ is Node], True)
            return
        groups = cut(nodes, self.watched)
        wanted = outputs_of(groups, roots, self.watched)
        for group in reversed(groups):
            outputs = [node for node in group if node in wanted]
            self.watch(outputs)
            if hasattr(group[0].op, "reverse"):
                self.function(group[0])
            else:
                self.piece(group, outputs, False)

    def watch(self, outputs: list[Node]) -> None:
        """The adjoints of these nodes are complete: hooks see them, and may replace them."""
        for node in outputs:
            if node.hooks:
                self.bars[node] = hooked(node.hooks, self.bars[node], self.create_graph)
            if node in self.watched:
                self.seen[node] = self.bars[node]

    def piece(self, nodes: list[Node], outputs: list[Node], whole: bool) -> None:
        """Run the reverse of a piece."""
        piece = Piece(nodes, outputs)
        emitted = emitted_for(piece, whole)
        if len(outputs) == 1:
            bars = self.bars.pop(outputs[0])
        else:
            bars = tuple([self.bars.pop(node) for node in outputs])
        if self.create_graph:
            from srcgrad.tensors.second import run_on_tensors

            results = run_on_tensors(emitted, piece, bars, self.unhooked)
        else:
            results = emitted.run(piece, bars)
        for source, bar in zip(piece.inputs, results):
            self.add(source, bar, whole)

    def function(self, node: Node) -> None:
        """Run the reverse of a function that was recorded as one node."""
        bar = self.bars.pop(node)
        results = node.op.reverse(self.unhooked.get(node, node), bar, self.create_graph)
        for source, result in zip(flat(node.inputs), results):
            if source is not None:
                self.add(source, result, False)


def hooked(hooks: list[Any], bar: Any, create_graph: bool) -> Any:
    """What hooks make of an adjoint: each sees it in memory of its own, and may write there; those that keep it for
    `.grad` see what the others made of it."""
    tensor = bar if isinstance(bar, Tensor) else made(np.array(bar)[()], None)
    before = state.enabled, state.functional, state.closed
    state.enabled, state.functional, state.closed = create_graph, False, False
    try:
        if create_graph:
            tensor = tensor.clone()
        for hook in sorted(hooks, key=keeps):
            replaced = hook(tensor)
            if replaced is None:
                continue
            if not isinstance(replaced, Tensor) or replaced.shape != tensor.shape:
                got = f"shape {replaced.shape}" if isinstance(replaced, Tensor) else type(replaced).__name__
                raise TensorError(f"a hook gives None or a tensor of the gradient's shape {tensor.shape}; got {got}")
            if replaced.dtype.kind == "c" and tensor.dtype.kind != "c":
                raise TensorError("a hook gave complex numbers for a gradient that is real")
            tensor = replaced if replaced.dtype == tensor.dtype else replaced.astype(tensor.dtype)
    finally:
        state.enabled, state.functional, state.closed = before
    return tensor if create_graph else tensor._a


def keeps(hook: Any) -> bool:
    """Whether a hook keeps the gradient of a computed tensor."""
    return isinstance(hook, Keep)
