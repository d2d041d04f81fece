"""Which words look at an operand's shape and type alone.

What is written later keeps its shape, and its layout in memory, so the array itself may be handed to such a word, where
one that reads elements needs a copy from before the write:

    def scatter(g, x, index):          x: only np.shape(x), x.dtype, np.zeros_like(x) and the like
        out = np.zeros(np.shape(x), ...)
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable
from typing import Any

from srcgrad.errors import UnsupportedError
from srcgrad.frontend.read import definition_of

# attributes and functions of NumPy (and builtins) that do not read elements
ATTRIBUTES = {"shape", "ndim", "size", "dtype"}
LAYOUT = {"flags", "strides"}
FUNCTIONS = {"shape", "ndim", "size", "zeros_like", "ones_like", "empty_like", "iscomplexobj", "result_type", "len"}


@functools.cache
def looks(word: Callable[..., Any], layout: bool = True) -> frozenset[int]:
    """The positions of the parameters whose elements a word does not read; not `layout`: nor how they lie in memory."""
    if not inspect.isfunction(word):
        return frozenset()
    try:
        tree = definition_of(word)
    except UnsupportedError:
        return frozenset()
    names = [arg.arg for arg in (*tree.args.posonlyargs, *tree.args.args)]
    found: dict[str, int] = {name: position for position, name in enumerate(names)}
    for name in reading(tree, word, layout):
        found.pop(name, None)
    return frozenset(found.values())


def reading(tree: ast.AST, word: Any, layout: bool) -> set[str]:
    """The names in a function that do more than stand where a shape or a type is asked for."""
    harmless: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (node.attr in ATTRIBUTES or (layout and node.attr in LAYOUT)):
            harmless.add(id(node.value))
        elif isinstance(node, ast.Call):
            harmless |= {
                id(node.args[position]) for position in looked_at(node, word, layout) if position < len(node.args)
            }
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in harmless}


def looked_at(call: ast.Call, word: Any, layout: bool) -> frozenset[int]:
    """The positions of a call's arguments whose elements it does not read."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="np"), attr=name) if name in FUNCTIONS:
            return frozenset(range(len(call.args)))
        case ast.Name(id="len" | "type" | "isinstance"):
            return frozenset((0,))
        case ast.Name(id=name) if word.__globals__.get(name) not in (None, word):
            return looks(word.__globals__[name], layout)
    return frozenset()
