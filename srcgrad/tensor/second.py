"""`create_graph=True`: the emitted reverse runs on tensors, so that it is recorded in turn.

The text is the same; what it is handed are tensors that know where they came from, and the words that have a rule of
their own (`scatter`, `unbroadcast`) are recorded under that rule rather than by what they do inside.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad.emit.python import bound_names
from srcgrad.emit.register import bind
from srcgrad.locking import compiling
from srcgrad.rules.language import lookup
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.runtime.words import scatter
from srcgrad.tensor import base
from srcgrad.tensor.base import Tensor, made
from srcgrad.tensor.emitted import Emitted, value_at
from srcgrad.tensor.graph import Leaf, Node
from srcgrad.tensor.record import apply
from srcgrad.tensor.structure import Piece

_functions: dict[Emitted, Any] = {}


def run_on_tensors(emitted: Emitted, piece: Piece, bars: Any) -> tuple[Any, ...]:
    """The adjoints of the piece's inputs, as tensors with a history."""
    function = _functions.get(emitted)
    if function is None:
        with compiling:
            reverse = emitted.reverse_function
            helpers = {name: on_tensors(value) for name, value in bound_names(reverse).items()}
            function = _functions[emitted] = bind(emitted.text, reverse.name, helpers, {"__builtins__": builtins}, {})[reverse.name]
    emitted.residual(piece)  # refuses values that were written since
    values = [as_tensor(piece.nodes, where) for where in emitted.wanted]
    residual: Any = None if not values else values[0] if len(values) == 1 else tuple(values)
    if emitted.uses_bars or emitted.by_identity:
        table = Adjoints()
        result = function(residual, bars, table)
    else:
        result = function(residual, bars)
    results = result if len(emitted.returned) != 1 else (result,)
    return tuple(each if isinstance(each, Tensor) else made(np.asarray(each)[()], None) for each in results)


def as_tensor(nodes: list[Node], where: Any) -> Any:
    """A value that the graph remembers, with the history that it has."""
    value = value_at(nodes, where)
    source: Any = nodes[where[1]]
    if where[0] == "arg":
        source = source.inputs
        for place in where[2:]:
            source = source[place] if isinstance(source, tuple) else None
    return with_history(value, source)


def with_history(value: Any, source: Any) -> Any:
    """A value, or a list of them, as tensors that come from these nodes and leaves."""
    if isinstance(source, tuple):
        return type(value)([with_history(part, inner) for part, inner in zip(value, source)])
    if isinstance(source, Leaf):
        return source.tensor() or made(value, source)
    return made(value, source) if isinstance(source, Node) else value


def on_tensors(helper: Any) -> Any:
    """What emitted text calls, for tensors."""
    special = SPECIAL.get(getattr(helper, "__name__", ""))
    if special is not None and not isinstance(helper, type):
        return special
    if callable(helper) and lookup(helper) is not None:
        return recorded(helper)
    return helper


def recorded(word: Callable[..., Any]) -> Callable[..., Any]:
    """A word that is recorded under its rule."""

    def call(*args: Any, **keywords: Any) -> Any:
        frame = sys._getframe(1)
        return apply(("function", word), word, args, keywords, frame.f_code, frame.f_lasti)

    return call


def like(g: Any, x: Any) -> Any:
    """The adjoint as it is: tensors are never written in place while a reverse is recorded."""
    g = fill(g, x)
    if g.dtype.kind == "c" and x.dtype.kind != "c":
        g = np.real(g)
    return g if g.dtype == x.dtype else g.astype(x.dtype)


def fill(g: Any, x: Any) -> Any:
    """`g`, which stands for an array, with the shape of `x`."""
    if not isinstance(g, Tensor):
        g = made(np.asarray(g, dtype=x.dtype)[()], None)
    return g if g.shape == np.shape(x) else np.broadcast_to(g, np.shape(x))


def add_at(target: Tensor, index: Any, g: Any) -> None:
    """`np.add.at`, as an addition of what is scattered."""
    frame = sys._getframe(1)
    total = target + recorded(scatter)(g, target, index)
    base.store(target, Ellipsis, total, frame.f_code, frame.f_lasti)


SPECIAL: dict[str, Any] = {"like": like, "fill": fill, "add_at": add_at}
