"""Calls of functions as nodes of the graph: what a call leaves for `backward()`.

y = layer(x)            Node(FunctionCall)
y, z = both(x)          Node(FunctionCall), and a Node(FunctionPart) for each of y and z
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.adjoint.decisions import describe
from srcgrad.analysis.calls import name_of
from srcgrad.arguments import arrays_in
from srcgrad.entries import Record
from srcgrad.pullback import fingerprint, reaches
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.emitted import stale
from srcgrad.tensors.graph import Node
from srcgrad.tensors.writes import clock, written_after


class FunctionCall:
    """One call of a function, as the operation of a node.

    leaves  the arrays that went in for tracked tensors, in the order of the node's inputs; by parameter where one is
            an argument itself
    values  all arguments by parameter, tensors as arrays
    owners  the parameters that these are in
    reads_outside  whether tensors are read besides the arguments
    overwritten  results that were written since, of which `record` has copies
    derived  how the call is made again by operations, once that was asked for
    """

    names: tuple[str, ...] = ()
    what = ("call",)
    indexed = False
    named = reads_value = True

    def __init__(self, function: Any, entry: Any, seen: int, residual: Any, value: Any) -> None:
        self.function, self.entry, self.seen = function, entry, seen
        self.record: Any = Record(entry, seen, residual, value, None)
        self.leaves: list[tuple[str | None, Any]] = []
        self.owners: list[str] = []
        self.prints: list[tuple[Any, int]] = []
        self.values: dict[str, Any] = {}
        self.reads_outside = False
        self.overwritten: list[Any] = []
        self.derived: Any = None

    @property
    def name(self) -> str:
        """The function's name."""
        return name_of(self.function).rpartition(".")[2]

    def describe(self) -> str:
        """The function and the path that the call took."""
        entry = self.entry
        path = "; ".join(describe(entry.assembly.sites, self.seen)) if entry.has_sites else "the only path"
        return f"{self.name}Backward: {path}"

    def source(self, node: Node) -> str:
        """The emitted forward and reverse of the path."""
        reverse = self.entry.path(self.seen).text
        return f"{self.entry.forward_text.rstrip()}\n\n\n{reverse.rstrip()}"

    def release(self) -> None:
        """Let go of what the call remembered."""
        self.record = self.derived = None
        self.leaves, self.prints, self.values, self.overwritten = [], [], {}, []

    def spare(self, node: Node, array: Any) -> None:
        """A result is about to be written: have a copy of it, unless it was written already, past the graph."""
        if node.args is not None and written_after(array, node.number) is None:
            replaced(self.record, array, array.copy())
            self.overwritten.append(array)

    def reverse(self, node: Node, bar: Any, create_graph: bool) -> list[Any]:
        """The adjoints of the inputs."""
        self.refuse_changed(node, create_graph)
        if create_graph:
            from srcgrad.tensors.again import adjoints_on_tensors

            return adjoints_on_tensors(node, bar)
        record = self.record
        if isinstance(bar, Parts):
            bar = bar.structured(record.value)
        bars = Adjoints()
        result = record.reverse(bars, bar)
        returned = record.entry.returned
        by_name = dict(zip(returned, result if len(returned) != 1 else (result,)))
        found = []
        for name, array in self.leaves:
            found.append(full(by_name[name] if name in by_name else bars.take(array), array))
        return found

    def refuse_changed(self, node: Node, again: bool) -> None:
        """RuntimeError where something that the reverse needs was written after the call: what the call remembered, and
        all arguments where it is run again."""
        residual = self.record.residual
        for array, before in self.prints:
            if fingerprint(array) != before and (again or reaches(residual, array)):
                raise TensorError(
                    f"an argument of {self.name}() was changed after the call, and its gradient needs the old values: "
                    f"pass a copy"
                )
        if clock.last > node.number:
            for _, array in self.leaves:
                by = written_after(array, node.number)
                if by is not None and (again or reaches(residual, array)):
                    raise stale(node, ("arg", 0), by)
            written = [] if again else self.overwritten
            for array in (*arrays_in(self.record.value), *written):
                by = written_after(array, node.number)
                if by is not None and (again or reaches(residual, array)):
                    raise stale(node, ("value", 0), by)


def replaced(remembered: Any, array: Any, copy: Any) -> Any:
    """What a call remembered with a copy in place of an array: wherever it is, since adjoints may go by identity."""
    if remembered is array:
        return copy
    if type(remembered) is tuple or type(remembered) is list:
        return type(remembered)([replaced(part, array, copy) for part in remembered])
    if type(remembered) is Record:
        remembered.residual = replaced(remembered.residual, array, copy)
        if any(each is array for each in arrays_in(remembered.value)):
            remembered.value = arguments.rebuilt(remembered.value, lambda x: copy if x is array else x, lambda x: x)
    return remembered


class FunctionPart:
    """One of several results of a function."""

    names: tuple[str, ...] = ()
    what = ("part",)
    name = "part"
    indexed = False
    named = reads_value = True

    def __init__(self, position: int) -> None:
        self.position = position

    def describe(self) -> str:
        """How the node is printed."""
        return f"ResultBackward: {self.position}"

    def source(self, node: Node) -> str:
        """Nothing is computed."""
        return f"# result {self.position} of a function"

    def release(self) -> None:
        """Nothing is remembered."""

    def spare(self, node: Node, array: Any) -> None:
        """The result is about to be written."""
        call = node.inputs[0]
        call.op.spare(call, array)

    def reverse(self, node: Node, bar: Any, create_graph: bool) -> list[Any]:
        """The adjoint, as that of one part."""
        return [Parts({self.position: bar})]


class Parts:
    """Adjoints of some of a function's results."""

    def __init__(self, bars: dict[int, Any]) -> None:
        self.bars = bars

    def __add__(self, other: Parts) -> Parts:
        joined = dict(self.bars)
        for position, bar in other.bars.items():
            joined[position] = joined[position] + bar if position in joined else bar
        return Parts(joined)

    def structured(self, value: Any) -> Any:
        """The adjoints in the structure of the results, zeros where there is none."""
        position = -1

        def leaf(x: Any) -> Any:
            nonlocal position
            position += 1
            return self.bars.get(position, np.zeros(np.shape(x))[()])

        return arguments.rebuilt(value, leaf, lambda x: None, plain=True)


def full(bar: Any, array: Any) -> Any:
    """An adjoint of the shape of its array."""
    bar = np.asarray(bar) if type(bar) in (float, int, complex) else bar
    return bar if np.shape(bar) == np.shape(array) else np.broadcast_to(bar, np.shape(array))
