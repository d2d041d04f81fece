"""What programs do with the adjoints of tensors: `on_adjoint(h, fn)`, and `with adjoint_of(h) as h_bar:`.

    u = h * 2                       reads h's node
    sg.on_adjoint(h, clip)          a node that gives h on, with a hook: h comes from it from now on
    v = h * 3                       reads that node

So the adjoint that is handed over is what comes from below the line, as where a function is differentiated from its
source.  A leaf stays a leaf: its adjoint is all of it.  A block is compiled once, as a function of the adjoint and of
what it reads, under its own file and lines.
"""

from __future__ import annotations

import ast
import linecache
import weakref
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.tensors.base import Tensor, hooks_of, made, sync
from srcgrad.tensors.graph import Leaf, Node, Op, flat
from srcgrad.tensors.inplace import was_written
from srcgrad.tensors.state import state

SEEN = Op(("operator", "pos"), 1, ())
NUMBERS = (float, int, complex, np.generic, np.ndarray)


def at_adjoint(h: Tensor, fn: Callable[[Any], Any], frame: FrameType) -> None:
    """Have `fn` see the adjoint of a tensor, and replace it by what it gives or writes there."""

    def hook(gradient: Any) -> Any:
        given = fn(gradient)
        return made(np.asarray(given)[()], None) if isinstance(given, NUMBERS) else given

    if h._rare is not None:
        sync(h)
    node = h._node
    if state.enabled and not (type(node) is Leaf and node.tensor() is h):
        node = Node(SEEN, (node,), (h._a,), h._a, frame.f_code, frame.f_lasti)
        base = h._rare.base if h._rare is not None else None
        if base is None or type(base._node) is Leaf:
            h._node = node
        else:
            # what else shows this memory is read through the node as well
            was_written(h, node)
    hooks_of(node).append(hook)


# what a reverse that is recorded reads, without these hooks: the nodes that were copied for it
_originals: weakref.WeakKeyDictionary[Node, Node] = weakref.WeakKeyDictionary()


def unhooked(nodes: list[Node]) -> dict[Node, Node]:
    """Copies of the nodes behind which an adjoint is seen, that do not pass it on the way to leaves.

    What a recorded reverse computes with comes from these: its own adjoints are not those that the program asked for.
    """
    found: dict[Any, Node] = {}
    for node in nodes:
        seen = node.op is SEEN and node.hooks
        if seen or any(source in found for source in flat(node.inputs)):
            copy = object.__new__(Node)
            for name in Node.__slots__:
                if name != "__weakref__":
                    setattr(copy, name, getattr(node, name))
            copy.inputs = replaced(node.inputs, found)
            copy.hooks = None if seen else node.hooks
            found[node] = copy
            _originals[copy] = node
    return found


def replaced(inputs: Any, by: dict[Any, Node]) -> tuple[Any, ...]:
    """Inputs, copies where there are any."""
    return tuple([replaced(each, by) if each.__class__ is tuple else by.get(each, each) for each in inputs])


def copies_of(wanted: set[Any], nodes: list[Node]) -> dict[Node, Node]:
    """Which of these nodes are copies of nodes that are wanted, with the latter."""
    if not wanted or not _originals:
        return {}
    pairs = ((node, _originals.get(node)) for node in nodes)
    return {node: original for node, original in pairs if original is not None and original in wanted}


# ------------------------------------------------------------------------------------------------------------- blocks

# by code: the blocks by file and line, and their functions by those and the variables that were there
_blocks: weakref.WeakKeyDictionary[CodeType, dict[Any, Any]] = weakref.WeakKeyDictionary()


def block_of(frame: FrameType, marker: Any) -> Callable[[Any], Any]:
    """The block of the `with marker(h) as h_bar:` that a frame is at, as a function that gives `h_bar` as the block
    leaves it; other variables are as they are now.

    UnsupportedError where there is no text, and for statements that would leave the block.
    """
    known = _blocks.setdefault(frame.f_code, {})
    place = frame.f_code.co_filename, frame.f_lineno
    if place not in known:
        known[place] = block_at(frame, marker)
    node, reads = known[place]
    here = frame.f_locals
    values = {name: here[name] for name in reads if name in here}
    key = *place, tuple(values)
    if key not in known:
        known[key] = compiled(node, tuple(values), frame)
    made_here: dict[str, Any] = {}
    exec(known[key], frame.f_globals, made_here)
    (block,) = made_here.values()
    return lambda bar: block(bar, **values)


def block_at(frame: FrameType, marker: Any) -> tuple[ast.With, tuple[str, ...]]:
    """The `with` statement at a frame's line, and the names in its block."""
    line, text = frame.f_lineno, "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.With) and node.lineno <= line <= node.body[0].lineno and is_call(node, marker, frame)
    ]
    if len(found) != 1:
        raise refusal("adjoint_of() of a tensor in code without a text", "write h.register_hook(fn)", frame)
    (node,) = found
    target = node.items[-1].optional_vars
    if not isinstance(target, ast.Name):
        raise refusal("adjoint_of() in this form", "write: with adjoint_of(h) as h_bar:", frame)
    for inner in leaving(node.body, False):
        word = type(inner).__name__.lower()
        raise refusal(f"{word} in the block of adjoint_of()", "the block runs in the reverse: let it end", frame)
    parts = [each for part in node.body for each in ast.walk(part)]
    for each in parts:
        if isinstance(each, ast.Attribute) and each.attr.startswith("__") and not each.attr.endswith("__"):
            raise refusal(f"{each.attr} in the block of adjoint_of()", "give it a name above the block", frame)
    return node, tuple(sorted({each.id for each in parts if isinstance(each, ast.Name)} - {target.id}))


def compiled(node: ast.With, reads: tuple[str, ...], frame: FrameType) -> CodeType:
    """The definition of a block as a function of the adjoint and of these variables."""
    target, call = node.items[-1].optional_vars, node.items[-1].context_expr
    assert isinstance(target, ast.Name) and isinstance(call, ast.Call)
    name = f"adjoint_of_{ast.unparse(call.args[0])}" if isinstance(call.args[0], ast.Name) else "adjoint_of_block"
    module = ast.parse(f"def {name}({', '.join((target.id, *reads))}):\n    return {target.id}")
    ast.increment_lineno(module, node.lineno - 1)
    definition = module.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.body = [*node.body, *definition.body]
    try:
        return compile(module, frame.f_code.co_filename, "exec", dont_inherit=True)
    except SyntaxError as error:
        why = f"the block of adjoint_of() as a function of its own ({error.msg})"
        raise refusal(why, "assign variables of its own in it", frame) from None


def is_call(node: ast.With, marker: Any, frame: FrameType) -> bool:
    """Whether the last item of a `with` calls this object with one variable, under whatever name a frame has for it."""
    call = node.items[-1].context_expr
    if not isinstance(call, ast.Call) or len(call.args) != 1 or call.keywords:
        return False
    names = ast.unparse(call.func).split(".")
    value = frame.f_locals.get(names[0], frame.f_globals.get(names[0]))
    for name in names[1:]:
        value = getattr(value, name, None)
    return value is marker


def leaving(body: list[Any], in_loop: bool) -> Iterator[ast.AST]:
    """The statements that would leave a block for the function around it."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom, ast.Await)):
            yield node
        if isinstance(node, (ast.Break, ast.Continue)) and not in_loop:
            yield node
        yield from leaving(list(ast.iter_child_nodes(node)), in_loop or isinstance(node, (ast.For, ast.While)))


def refusal(construct: str, advice: str, frame: FrameType) -> UnsupportedError:
    """The error for a block that cannot run by itself."""
    filename, line = frame.f_code.co_filename, frame.f_lineno
    return UnsupportedError(construct, advice, filename, line, linecache.getline(filename, line).strip())
