"""The recorded graph: nodes, leaves, and what operations are.

    loss = np.sum(np.tanh(x) ** 2)

    Node sum    inputs (Node power,)            args (array,)
    Node power  inputs (Node tanh, None)        args (array, 2)
    Node tanh   inputs (Leaf x,)                args (array,)

A node refers to what it was computed from, never the other way round, and to no tensor: a graph lives as long as its
result, and holds no cycle.
"""

from __future__ import annotations

import itertools
import types
import weakref
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import Rule, lookup, lookup_attr, lookup_method
from srcgrad.rules.table import OPERATOR_FUNCTIONS
from srcgrad.tensors import reads

count = itertools.count(1)
ndarray = np.ndarray
SMALL = reads.SMALL


class Op:
    """An operation with a pattern of arguments, the same object whenever it occurs.

    what       ('operator', 'mul'), ('function', np.sum), ('method', 'sum'), ('attribute', 'T'), ('item',) or
               ('part',), an item of a list or tuple that an operation gave
    names      names of the arguments passed by keyword; they come last
    operands   for each argument whether it is one that the rule differentiates by
    indexed    whether the second argument is an index
    static     the places of the arguments that the rule does not differentiate by
    named      whether the name under which a node is printed depends on its arguments
    reads_arguments, reads_value  whether the reverse reads any of them, or the result, where all are tracked
    keeps      for each argument whether its value is read where all others are tracked, and it is not
    """

    __slots__ = (
        "_places",
        "_reads",
        "count",
        "indexed",
        "keeps",
        "named",
        "names",
        "operands",
        "reads_arguments",
        "reads_value",
        "rule",
        "static",
        "what",
    )

    def __init__(self, what: tuple[Any, ...], number: int, names: tuple[str, ...]) -> None:
        self.what, self.count, self.names = what, number, names
        self.rule = rule = rule_of(what)
        self.indexed = what[0] == "item" or self.name in ("with_item", "with_items")
        self.named = self.indexed or self.name == "matmul"
        total = number + len(names)
        operands = [True] * total
        self._places: dict[str, Any] = {}
        self._reads: dict[Any, reads.Reads] = {}
        if rule is not None:
            self._places = rule.bind(range(number), dict(zip(names, range(number, total))))
            for name, place in self._places.items():
                for each in place if isinstance(place, tuple) else (place,):
                    operands[each] = name in rule.formulas
        if self.indexed:
            operands[1] = True  # whether it stays in the text is asked as for an operand
        if what[0] == "part":
            operands[1] = False
        self.operands = tuple(operands)
        self.static = () if what[0] == "part" else tuple([i for i, own in enumerate(operands) if not own])
        most = self.reads((True,) * total)
        self.reads_arguments, self.reads_value = True in most.args, most.value and rule is not None
        self.keeps = tuple([self.reads([None if i == j else self for i in range(total)]).args[j] for j in range(total)])

    def reads(self, inputs: Any, words: tuple[tuple[int, str], ...] = ()) -> reads.Reads:
        """What the reverse reads where arguments come from these inputs; `words` are those that are words."""
        tracked = tuple([source is not None for source in inputs])
        key = (tracked, words) if words else tracked
        found = self._reads.get(key)
        if found is None:
            if self.rule is None:
                found = reads.Reads((True,) * len(tracked), True)
            else:
                found = reads.reads_of(self.rule, self._places, tracked, dict(words))
            self._reads[key] = found
        return found

    @property
    def name(self) -> str:
        """What the operation is called in messages."""
        if self.what[0] in ("operator", "method", "attribute"):
            return str(self.what[1])
        if self.what[0] == "function":
            return str(getattr(self.what[1], "__name__", self.what[1]))
        return "getitem"

    def __repr__(self) -> str:
        return f"<{self.name}>"


def rule_of(what: tuple[Any, ...]) -> Rule | None:
    """The entry of the derivative table that serves an operation."""
    match what:
        case ("operator", name):
            return lookup(OPERATOR_FUNCTIONS[name]) if name in OPERATOR_FUNCTIONS else None
        case ("function", function):
            return lookup(function)
        case ("method", name):
            return lookup_method(name)
        case ("attribute", name):
            return lookup_attr(name)
        case ("item",):
            return lookup_method("__getitem__")
    return None


_ops: dict[Any, Op] = {}


def op_for(what: tuple[Any, ...], number: int, names: tuple[str, ...] = ()) -> Op:
    """The operation; UnsupportedError where the rule does not know an argument."""
    key = (what, number, names)
    found = _ops.get(key)
    if found is None:
        found = _ops.setdefault(key, Op(what, number, names))
    return found


class Node:
    """One operation that was recorded.

    inputs   for each argument the node or leaf that it came from, or None; a tuple of them for a list of arrays
    args     the arguments as they were: arrays and numbers, never tensors
    value    the result; a large array that the reverse does not read is a ghost, here and in `args`
    number   nodes made later have higher ones
    code     the code that the operation stood in, `at` the place in it
    """

    __slots__ = ("__weakref__", "args", "at", "code", "hooks", "inputs", "number", "op", "value")

    def __init__(self, op: Any, inputs: Any, args: Any, value: Any, code: types.CodeType, at: int) -> None:
        self.op = op
        self.inputs = inputs
        self.args = args
        self.value = value
        self.code = code
        self.at = at
        self.number = next(count)
        # called with the finished adjoint; a shared list, so that a handle can take itself out
        self.hooks: Any = None
        if value.__class__ is ndarray and value.nbytes > SMALL:
            self.forget()
            return
        for each in args:
            if each.__class__ is ndarray:
                base = each.base
                if each.nbytes > SMALL or (base is not None and (base.__class__ is not ndarray or base.nbytes > SMALL)):
                    self.forget()
                    return

    def reads(self) -> reads.Reads:
        """What the reverse of this operation reads."""
        op = self.op
        if not op.static:
            return op.reads(self.inputs)  # type: ignore[no-any-return]
        words = tuple([(place, a) for place, a in enumerate(self.args) if a.__class__ is str])
        return op.reads(self.inputs, words)  # type: ignore[no-any-return]

    def forget(self) -> None:
        """Let go of large arrays that the reverse does not read."""
        op = self.op
        if op.__class__ is not Op:
            return
        found = self.reads() if op.static else op.reads(self.inputs)
        args = []
        for a, keep, source in zip(self.args, found.args, self.inputs):
            if not keep:
                # what came from a node is remembered there, or is forgotten already
                known = source.value if source.__class__ is Node else None
                if known.__class__ is ndarray and known.shape == a.shape and known.dtype is a.dtype:
                    a = known
                else:
                    a = reads.forgotten(a)
            args.append(a)
        self.args = tuple(args)
        if not found.value and reads.is_large(self.value):
            self.value = reads.ghost(self.value)

    @property
    def next_functions(self) -> tuple[Any, ...]:
        """For each tracked input its node and 0, and for each that is not tracked (None, 0)."""
        from srcgrad.tensors.naming import Accumulates

        inputs = flat(self.inputs)
        if self.op.name in PAIRS:
            # what is not tracked comes last
            inputs.sort(key=lambda each: each is None)
        else:
            inputs = [each for each in inputs if each is not None]
        return tuple((Accumulates(each) if isinstance(each, Leaf) else each, 0) for each in inputs)

    def name(self) -> str:
        """The name under which the node is printed."""
        from srcgrad.tensors.naming import node_name

        return node_name(self)

    @property
    def source(self) -> str:
        """The emitted reverse of the graph that ends here, as `backward()` runs it."""
        from srcgrad.tensors.backward import source_of

        return source_of(self)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


# operations that print both operands among what came before, as (None, 0) where one is not tracked
PAIRS = {"add", "sub", "mul", "truediv", "subtract", "multiply", "divide"}


class Leaf:
    """A tensor that was not computed and requires a gradient: where its gradients are gathered.

    `tensor` is a weak reference: a graph does not keep the tensor, only its values.  `gathered` says when a gradient
    was last added, by the counter that numbers nodes and writes; `summed` whether one from before an update is in it.
    """

    __slots__ = ("gathered", "grad", "hooks", "summed", "tensor")

    def __init__(self, tensor: Any) -> None:
        self.tensor = weakref.ref(tensor)
        self.grad: Any = None
        self.hooks: Any = None
        self.gathered = 0
        self.summed = False


def flat(inputs: Any) -> list[Any]:
    """The inputs of a node, those of lists of arrays one by one."""
    result: list[Any] = []
    for each in inputs:
        if type(each) is tuple:
            result += flat(each)
        else:
            result.append(each)
    return result


def located(construct: str, advice: str, code: types.CodeType, at: int) -> UnsupportedError:
    """The error for something that cannot be recorded, at the user's line."""
    import linecache

    from srcgrad.tensors.sites import line_of

    line = line_of(code, at)
    return UnsupportedError(
        construct, advice, code.co_filename, line, linecache.getline(code.co_filename, line).strip()
    )


__all__ = ["Leaf", "Node", "Op", "count", "flat", "located", "op_for"]
