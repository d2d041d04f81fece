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
# functions that give the elements of their first argument other places: the shape of the result is read off its shape
MOVING = {
    "moveaxis", "swapaxes", "transpose", "reshape", "ravel", "expand_dims", "squeeze", "broadcast_to", "take",
    "asarray", "atleast_1d", "atleast_2d",
}  # fmt: skip


@functools.cache
def looks(word: Callable[..., Any], layout: bool = True, known: tuple[tuple[int, str], ...] = ()) -> frozenset[int]:
    """The positions of the parameters whose elements a word does not read; not `layout`: nor how they lie in memory.

    known   positions of parameters that are these words, as `np.pad` has for its mode
    """
    if not inspect.isfunction(word):
        return frozenset()
    try:
        tree: Any = definition_of(word)
    except UnsupportedError:
        return frozenset()
    names = [arg.arg for arg in (*tree.args.posonlyargs, *tree.args.args)]
    if known:
        scope = {**word.__globals__, **{names[position]: value for position, value in known}}
        tree = ast.Module(reached(tree.body, {names[position] for position, _ in known}, scope), [])
    # a word that calls itself reads what it reads besides
    found = frozenset(range(len(names)))
    while True:
        read = Reading(tree, word, layout, found).names
        fewer = frozenset(position for position in found if names[position] not in read)
        if fewer == found:
            return found
        found = fewer


class Reading:
    """The names in a function that do more than stand where a shape or a type is asked for, or than to give their
    elements to a name that does no more."""

    def __init__(self, tree: ast.AST, word: Any, layout: bool, own: frozenset[int]) -> None:
        self.word, self.layout, self.own = word, layout, own
        self.harmless: set[int] = set()
        # names with what their elements are those of
        self.shown: list[tuple[str, ast.Name]] = []
        for node in ast.walk(tree):
            self.note(node)
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        passed = {id(source) for _, source in self.shown}
        self.names = {node.id for node in names if id(node) not in self.harmless | passed}
        while more := {source.id for name, source in self.shown if name in self.names} - self.names:
            self.names |= more

    def note(self, node: ast.AST) -> None:
        """Note where names stand in a node."""
        match node:
            case ast.Attribute(value=value, attr=attr) if attr in ATTRIBUTES or (self.layout and attr in LAYOUT):
                self.passes(value)
            case ast.Call(args=args):
                for position in self.looked_at(node):
                    if position < len(args):
                        self.passes(args[position])
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
                self.passes(left)
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                self.shows(target, value)
            case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source):
                self.goes_through(target, source)

    def passes(self, node: ast.expr) -> None:
        """Nobody reads the elements of this expression."""
        name = moved(node)
        if name is not None:
            self.harmless.add(id(name))

    def shows(self, target: str, node: ast.expr) -> None:
        """A name has the elements of an expression."""
        name = moved(node)
        if name is not None:
            self.shown.append((target, name))

    def goes_through(self, target: ast.expr, source: ast.expr) -> None:
        """The target of a loop has the items of what it goes through."""
        match target, source:
            case ast.Name(id=name), _:
                self.shows(name, source)
            case ast.Tuple(elts=parts), ast.Call(func=ast.Name(id="zip"), args=args) if len(parts) == len(args):
                for part, arg in zip(parts, args):
                    self.goes_through(part, arg)
            case ast.Tuple(elts=[_, part]), ast.Call(func=ast.Name(id="enumerate"), args=[arg]):
                self.goes_through(part, arg)

    def looked_at(self, call: ast.Call) -> frozenset[int]:
        """The positions of a call's arguments whose elements it does not read."""
        match call.func:
            case ast.Attribute(value=ast.Name(id="np"), attr=name) if name in FUNCTIONS:
                return frozenset(range(len(call.args)))
            case ast.Name(id="len" | "type" | "isinstance"):
                return frozenset((0,))
            case ast.Name(id=name) if name == self.word.__name__:
                return self.own
            case ast.Name(id=name) if self.word.__globals__.get(name) is not None:
                return looks(self.word.__globals__[name], self.layout)
        return frozenset()


def moved(node: ast.expr) -> ast.Name | None:
    """The name of which an expression has the elements, at other places or fewer of them."""
    match node:
        case ast.Name():
            return node
        case ast.Subscript(value=value):
            return moved(value)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=name), args=[first, *_]) if name in MOVING:
            return moved(first)
    return None


def reached(body: list[ast.stmt], known: set[str], scope: dict[str, Any]) -> list[ast.stmt]:
    """The statements that run where some names are known; tests that are about these alone are decided."""
    found: list[ast.stmt] = []
    for stmt in body:
        if isinstance(stmt, ast.If) and about(stmt.test, known, scope):
            taken = eval(compile(ast.Expression(stmt.test), "<test>", "eval"), scope)
            found += reached(stmt.body if taken else stmt.orelse, known, scope)
        else:
            found.append(stmt)
        if found and isinstance(found[-1], ast.Return):
            break
    return found


def about(test: ast.expr, known: set[str], scope: dict[str, Any]) -> bool:
    """Whether a test asks for nothing but names that are known, and constants."""
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    others = [scope.get(name) for name in names - known]
    return bool(names & known) and all(isinstance(value, (tuple, str, dict)) for value in others)
