"""`create_graph=True`: the emitted reverse runs on tensors, so that it is recorded in turn.

The text is the same; what it is handed are tensors that know where they came from, and the words that have a rule of
their own (`scatter`, `unbroadcast`) are recorded under that rule rather than by what they do inside.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from srcgrad.emit.python import bound_names
from srcgrad.emit.register import bind
from srcgrad.errors import UnsupportedError
from srcgrad.homes import is_word
from srcgrad.locking import compiling
from srcgrad.rules.language import is_constant, lookup
from srcgrad.runtime import words_vectors
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import in_form_of
from srcgrad.runtime.words import scatter
from srcgrad.tensors.arrays import TensorError, real_as
from srcgrad.tensors.base import Tensor, made
from srcgrad.tensors.emitted import Emitted, value_at
from srcgrad.tensors.graph import Leaf, Node
from srcgrad.tensors.inplace import store
from srcgrad.tensors.record import apply, pattern_for, unwrapped
from srcgrad.tensors.steps import PART
from srcgrad.tensors.structure import Piece

_functions: dict[Emitted, Any] = {}


def run_on_tensors(emitted: Emitted, piece: Piece, bars: Any, unhooked: dict[Node, Node]) -> tuple[Any, ...]:
    """The adjoints of the piece's inputs, as tensors with a history, in which nodes of `unhooked` stand for others."""
    function = _functions.get(emitted)
    if function is None:
        with compiling:
            reverse = emitted.reverse_function
            helpers = {name: on_tensors(value) for name, value in bound_names(reverse).items()}
            made_here = bind(emitted.text, reverse.name, helpers, {"__builtins__": builtins}, {})
            function = _functions[emitted] = made_here[reverse.name]
    emitted.residual(piece)  # refuses values that were written since
    values = Values(piece, unhooked)
    handed = [values.at(where) for where in emitted.wanted]
    residual: Any = None if not handed else handed[0] if len(handed) == 1 else tuple(handed)
    if emitted.uses_bars or emitted.by_identity:
        table = TensorAdjoints()
        if emitted.by_identity:
            results = tuple(values.tensor(node.value, node) for node in piece.outputs)
            table.add_items(results if len(results) > 1 else results[0], bars)
            bars = None
        result = function(residual, bars, *(table,)[: emitted.uses_bars])
    else:
        result = function(residual, bars)
    found = result if len(emitted.returned) != 1 else (result,)
    return tuple(each if isinstance(each, Tensor) else made(np.asarray(each)[()], None) for each in found)


class Values:
    """What a graph remembers, as tensors with the history that they have: one tensor a value, since adjoints of the
    results of functions that give several go by identity."""

    def __init__(self, piece: Piece, unhooked: dict[Node, Node]) -> None:
        self.nodes, self.unhooked = piece.nodes, unhooked
        self.made: dict[tuple[int, int], Tensor] = {}
        self.parts = {id(node.value): node for node in piece.nodes if node.op is PART}

    def at(self, where: Any) -> Any:
        """The value at a place."""
        value = value_at(self.nodes, where)
        if where[0] == "array":  # made of a list of numbers
            return value
        source: Any = self.nodes[where[1]]
        if where[0] == "arg":
            source = source.inputs[where[2]]
            for place in where[3:]:
                source = source[place] if isinstance(source, tuple) else None
        return self.tensor(value, source)

    def tensor(self, value: Any, source: Any) -> Any:
        """A value, or a list of them, that comes from this node or leaf."""
        if isinstance(source, tuple):
            return type(value)([self.tensor(part, inner) for part, inner in zip(value, source)])
        if isinstance(value, (list, tuple)) and isinstance(source, Node):
            parts = [self.part(value, place, source) for place in range(len(value))]
            return in_form_of(value, parts)
        if isinstance(source, Leaf):
            tensor = source.tensor()
            return made(value, source) if tensor is None else tensor
        if not isinstance(source, Node):
            return value
        source = self.unhooked.get(source, source)
        key = (id(value), id(source))  # the real part of real numbers is they themselves
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = made(value, source)
        return found

    def part(self, value: Any, place: int, source: Node) -> Any:
        """An item of what a node gave; of one that the program did not use, the reverse may make use all the same."""
        part = value[place]
        node = self.parts.get(id(part))
        if node is None and carries(part):
            node = Node(PART, (self.unhooked.get(source, source), None), (value, place), part, source.code, source.at)
            self.parts[id(part)] = node
        return self.tensor(part, node)


def on_tensors(helper: Any) -> Any:
    """What emitted text calls, for tensors."""
    special = SPECIAL.get(getattr(helper, "__name__", ""))
    if special is not None and not isinstance(helper, type):
        return special
    if callable(helper) and lookup(helper) is not None:
        return recorded(helper)
    if isinstance(helper, FunctionType) and is_constant(helper):
        return constant(helper)
    if is_word(helper):
        return traced(helper)
    return helper


def recorded(word: Callable[..., Any]) -> Callable[..., Any]:
    """A word that is recorded under its rule."""

    def call(*args: Any, **keywords: Any) -> Any:
        frame = sys._getframe(1)
        pattern = pattern_for(("function", word), len(args), tuple(keywords))
        return apply(pattern, word, args, keywords, frame.f_code, frame.f_lasti)

    return call


def constant(word: Callable[..., Any]) -> Callable[..., Any]:
    """A word through which no gradient flows."""

    def call(*args: Any) -> Any:
        return word(*[unwrapped(arg)[0] for arg in args])

    return call


_traced: dict[FunctionType, Callable[..., Any]] = {}


def traced(word: FunctionType) -> Callable[..., Any]:
    """A word without a rule: what it does is recorded, or, where it writes into buffers of its own, the whole call is
    one node, differentiated from the word's source.  Words have no effects: one may be tried after the other.  The
    words that it calls are for tensors as well."""
    from srcgrad.tensors.function import on_tensors as as_one_node

    known = _traced.get(word)
    if known is not None:
        return known
    scope = dict(word.__globals__)
    inner = FunctionType(word.__code__, scope, word.__name__, word.__defaults__, word.__closure__)
    inner.__kwdefaults__ = word.__kwdefaults__

    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return inner(*args, **keywords)
        except (UnsupportedError, TensorError, TypeError, ValueError, AttributeError):
            return as_one_node(word, args, keywords, 2)

    _traced[word] = call  # first: words may call themselves
    for name in names_read(word.__code__):
        value = scope.get(name)
        if is_word(value):
            scope[name] = on_tensors(value)
    return call


def names_read(code: CodeType) -> set[str]:
    """The names of globals, and of attributes, that a function and those defined in it read."""
    found = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found |= names_read(inner)
    return found


def like(g: Any, x: Any) -> Any:
    """The adjoint as it is: tensors are never written in place while a reverse is recorded."""
    g = real_as(fill(g, x), x)
    return g if g.dtype == x.dtype else g.astype(x.dtype)


def fill(g: Any, x: Any) -> Any:
    """`g`, which stands for an array, with the shape of `x`."""
    if not isinstance(g, Tensor):
        g = made(np.asarray(g, dtype=None if np.iscomplexobj(g) else x.dtype)[()], None)
    return g if g.shape == np.shape(x) else np.broadcast_to(g, np.shape(x))


class TensorAdjoints(Adjoints):
    """The adjoints that wait for the statement that made their value, all of them tensors."""

    __slots__ = ()

    def take_items(self, values: Any) -> Any:
        """What was gathered for the items of a list or tuple, in the same structure, zeros where nothing was."""
        if isinstance(values, (list, tuple)):
            return [self.take_items(value) for value in values]
        if isinstance(values, np.ndarray) and not carries(values):
            return made(np.zeros(values.shape), None)
        return fill(self.take(values), values) if carries(values) else None


def add_at(target: Tensor, index: Any, g: Any) -> None:
    """`np.add.at`, as an addition of what is scattered."""
    frame = sys._getframe(1)
    total = target + recorded(scatter)(g, target, index)
    store(target, Ellipsis, total, frame.f_code, frame.f_lasti)


def is_given(bar: Any) -> bool:
    """Whether a cotangent says anything: also where it is 0, if it is differentiated in turn."""
    plain, node = unwrapped(bar)
    return node is not None or words_vectors.is_given(plain)


SPECIAL: dict[str, Any] = {"like": like, "fill": fill, "add_at": add_at, "sign": np.sign, "is_given": is_given}
