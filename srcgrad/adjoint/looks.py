"""Which words look at an operand's shape and type alone.

What is written later keeps its shape, so the array itself may be handed to such a word, where one that reads elements
needs a copy from before the write:

    def scatter(g, x, index):          x: only np.shape(x), x.dtype, np.zeros_like(x) and the like
        out = np.zeros(np.shape(x), ...)
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

# attributes and functions of NumPy (and builtins) that do not read elements
ATTRIBUTES = {"shape", "ndim", "size", "dtype"}
FUNCTIONS = {"shape", "ndim", "size", "zeros_like", "ones_like", "empty_like", "iscomplexobj", "result_type", "len"}


@functools.cache
def looks(word: Callable[..., Any]) -> frozenset[int]:
    """The positions of the parameters whose elements a word does not read."""
    if not inspect.isfunction(word):
        return frozenset()
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(word))).body[0]
    except (OSError, SyntaxError):
        return frozenset()
    if not isinstance(tree, ast.FunctionDef):
        return frozenset()
    names = [arg.arg for arg in (*tree.args.posonlyargs, *tree.args.args)]
    found: dict[str, int] = {name: position for position, name in enumerate(names)}
    for name in reading(tree, word):
        found.pop(name, None)
    return frozenset(found.values())


def reading(tree: ast.FunctionDef, word: Any) -> set[str]:
    """The names in a function that do more than stand where a shape or a type is asked for."""
    harmless: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            harmless.add(id(node.value))
        elif isinstance(node, ast.Call):
            harmless |= {id(node.args[position]) for position in looked_at(node, word) if position < len(node.args)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in harmless}


def looked_at(call: ast.Call, word: Any) -> frozenset[int]:
    """The positions of a call's arguments whose elements it does not read."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="np"), attr=name) if name in FUNCTIONS:
            return frozenset(range(len(call.args)))
        case ast.Name(id="len" | "type"):
            return frozenset((0,))
        case ast.Name(id=name) if word.__globals__.get(name) not in (None, word):
            return looks(word.__globals__[name])
    return frozenset()
