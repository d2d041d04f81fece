"""What two graphs must have in common to share a reverse, and where their values are.

    loss = ((w * x - y) ** 2).sum()         key (mul, place, Leaf 0 'd' 1, array 'd' 1, sub, place, node 0, ...)

Operations, edges, what is tracked, the program's places and literals, dtypes (of results, where they are not float64)
and axes of length 1 are in the key; sizes and values are not.  A piece's values are found by where they stand: the
argument of a node, or its result.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis.constants import is_sparse
from srcgrad.tensors.graph import Node, Op
from srcgrad.tensors.sites import instruction_at, is_written
from srcgrad.tensors.stores import Place

NUMBERS = (bool, int, float, complex)
DOUBLE = np.dtype(float)


class Piece:
    """Some nodes of a graph, in the order in which they were made, whose reverse is emitted as one function.

    nodes    the nodes
    outputs  those whose value is wanted outside: the results, and what later pieces read
    inputs   leaves and nodes of other pieces that these nodes read, in the order in which they are first read
    """

    __slots__ = ("first", "inputs", "key", "nodes", "outputs", "places")

    def __init__(self, nodes: list[Node], outputs: list[Node]) -> None:
        self.nodes, self.outputs = nodes, outputs
        self.inputs: list[Any] = []
        # for each input the argument in which it is first read: (node, argument) or (node, argument, item)
        self.first: list[tuple[int, ...]] = []
        self.places: dict[Any, int] = {}
        self.key = self.structure()

    def structure(self) -> Any:
        """The key."""
        places = self.places
        parts: list[Any] = []
        add, get, ndarray = parts.append, places.get, np.ndarray
        for number, node in enumerate(self.nodes):
            op = node.op
            code = node.code
            parts += (op, id(code), node.at)
            position = 0
            args = node.args
            for source in node.inputs:
                place = get(source)
                if place is not None:
                    add(place)
                elif source is None:
                    value = args[position]
                    if value.__class__ is ndarray and 1 not in value.shape:
                        parts += (value.dtype, value.ndim)  # most that is not tracked
                    else:
                        add(argument_key(value, op.operands[position], code))
                elif source.__class__ is tuple:
                    add(self.several(node, number, position, source))
                else:
                    add(self.entered(source, (number, position)))
                    add(value_key(args[position]))
                position += 1
            if getattr(node.value, "dtype", DOUBLE) is not DOUBLE:
                add(node.value.dtype)
            places[node] = number
        add(tuple([places[node] for node in self.outputs]))
        return tuple(parts)

    def settled(self) -> Any:
        """The key by instructions: where the interpreter says that code is changes as it specializes a call."""
        parts = list(self.key)
        starts = [place for place, part in enumerate(parts) if part.__class__ is Op]
        for place, node in zip(starts, self.nodes):
            parts[place + 2] = instruction_at(node.code, node.at)
        return tuple(parts)

    def entered(self, source: Any, where: tuple[int, ...]) -> int:
        """The place of a leaf, or of a node of another piece: a negative number."""
        self.inputs.append(source)
        self.first.append(where)
        place = self.places[source] = -len(self.inputs)
        return place

    def several(self, node: Node, number: int, position: int, sources: tuple[Any, ...]) -> tuple[Any, ...]:
        """The key of an argument that is a list of arrays."""
        parts: list[Any] = [node.args[position].__class__]
        for item, (source, value) in enumerate(zip(sources, node.args[position])):
            if source is None:
                parts.append(argument_key(value, True, node.code))
                continue
            if source.__class__ is tuple:
                raise nested(node)
            place = self.places.get(source)
            if place is None:
                place = self.entered(source, (number, position, item))
                parts.append(value_key(value))
            parts.append(place)
        return tuple(parts)


def nested(node: Node) -> Exception:
    """The refusal of lists of lists of tensors."""
    from srcgrad.tensors.graph import located

    return located(
        f"{node.op.name}() of nested lists of tensors", "join the inner lists first (np.stack)", node.code, node.at
    )


def value_key(value: Any) -> Any:
    """What emitted text may depend on, of an array or number."""
    if value.__class__ is np.ndarray:
        shape = value.shape
        if 1 in shape:
            return value.dtype.char, tuple([n == 1 for n in shape])
        return value.dtype.char, len(shape)
    if isinstance(value, np.generic):
        return value.dtype.char
    return value.__class__


def argument_key(value: Any, operand: bool, code: Any) -> Any:
    """The key of an argument that is not tracked: its value where it stays in the text, else its kind."""
    cls = value.__class__
    if cls is np.ndarray or isinstance(value, np.generic):
        return value_key(value)
    if cls in NUMBERS:
        # an axis is part of the text, and so is a number that the program's text has; others are values
        return (cls, value) if not operand or is_written(value, code) else cls
    if cls is slice:
        return (cls, value.start, value.stop, value.step) if is_written(value, code) else cls
    if cls is Place or is_sparse(cls):
        return cls
    if cls is tuple or cls is list:
        return (cls, *[argument_key(part, operand, code) for part in value])
    try:
        hash(value)
    except TypeError:
        return cls, id(value)
    return cls, value


def numbers_listed(value: Any) -> bool:
    """Whether this is a list or tuple of numbers, nested or not, that NumPy takes for an array; it may be empty."""
    return type(value) in (tuple, list) and all(type(part) in NUMBERS or numbers_listed(part) for part in value)
