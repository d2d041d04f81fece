"""Places in the user's code where operations were recorded: the line, and the names of what was computed with.

    h = np.tanh(x @ w + b)      the matmul at (code, 14): line 12, operands 'x' and 'w', no target
                                the tanh at (code, 30):   line 12, operands none, target 'h'

All of it is worked out when text is emitted; recording keeps the code object and the offset in it.
"""

from __future__ import annotations

import ast
import dis
import functools
import itertools
import linecache
import types
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Site:
    """A place: its line, the name that its result is assigned to, the names of its operands (None: no plain name), and
    in a call of an attribute the name of what that belongs to: an array, or a module."""

    line: int
    target: str | None
    operands: tuple[str | None, ...]
    owner: str | None


@functools.lru_cache(maxsize=1024)
def line_of(code: types.CodeType, at: int) -> int:
    """The line of an instruction."""
    best = code.co_firstlineno
    for start, end, line in code.co_lines():
        if line is not None and start <= at < end:
            return line
        if line is not None and start <= at:
            best = line
    return best


@functools.lru_cache(maxsize=1024)
def instruction_at(code: types.CodeType, at: int) -> int:
    """Where the instruction begins that a place is in: its caches belong to it, and a call is one with what comes
    before it (CPython 3.11)."""
    starts = [each for each in dis.get_instructions(code) if each.opname != "CACHE"]
    number = max(n for n, each in enumerate(starts) if each.offset <= max(at, 0))
    return starts[number + (starts[number].opname == "PRECALL")].offset


@functools.lru_cache(maxsize=1024)
def site_of(code: types.CodeType, at: int) -> Site:
    """What is known of a place."""
    operands, owner = operands_at(code, at)
    return Site(line_of(code, at), target_at(code, at), operands, owner)


def target_at(code: types.CodeType, at: int) -> str | None:
    """The name that an instruction's result goes to right away, if it is a plain one."""
    found = False
    for instruction in dis.get_instructions(code):
        if instruction.opname == "CACHE":
            continue
        if instruction.offset <= at:
            # the offset may be that of a cache entry behind the instruction
            found = True
            continue
        if not found:
            return None
        name, _, kind = instruction.opname.partition("_")
        if name == "STORE" and kind in ("FAST", "NAME", "GLOBAL", "DEREF"):
            return str(instruction.argval)
        if instruction.opname in ("STORE_FAST_STORE_FAST", "STORE_FAST_LOAD_FAST"):
            return str(instruction.argval[0])
        return None
    return None


def operands_at(code: types.CodeType, at: int) -> tuple[tuple[str | None, ...], str | None]:
    """The names of the operands of the expression at an instruction, in order, and that of what a called attribute
    belongs to."""
    tree = expression_at(code, at)
    if tree is None:
        return (), None
    owner = tree.func.value if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute) else None
    return tuple(plain_name(part) for part in operands_of(tree)), plain_name(owner)


def expression_at(code: types.CodeType, at: int) -> ast.expr | None:
    """The expression that an instruction is about, where the interpreter tells columns and there is a text."""
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return None
    found = next(itertools.islice(positions(), at // 2, None), None)
    if found is None or None in found:
        return None
    line, end_line, column, end_column = found
    lines = [linecache.getline(code.co_filename, n).encode() for n in range(line, end_line + 1)]
    if not all(lines):
        return None
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    try:
        return ast.parse(b"(" + b"".join(lines) + b")", mode="eval").body
    except (SyntaxError, ValueError):
        return None


def operands_of(tree: ast.expr) -> list[Any]:
    """The operands of an expression: an operator's, the arguments of a call, the array that a subscript is of."""
    match tree:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Subscript(value=value):
            return [value]
        case ast.Attribute(value=value):
            return [value]
        case ast.Call(args=args):
            return list(args)
    return []


def plain_name(tree: Any) -> str | None:
    """The name in an expression that is one, or the last one of `self.layer.w`."""
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Attribute):
        return tree.attr
    return None


_constants: dict[int, tuple[types.CodeType, frozenset[Any]]] = {}


def constants_of(code: types.CodeType) -> frozenset[Any]:
    """The numbers written in a piece of code, as (type, number)."""
    found = _constants.get(id(code))
    if found is None or found[0] is not code:
        if len(_constants) > 1000:
            _constants.clear()
        found = _constants[id(code)] = (code, frozenset(numbers_in(code.co_consts)))
    return found[1]


def numbers_in(value: Any) -> list[Any]:
    """The numbers in a constant, those in tuples and slices too, and their negatives."""
    if isinstance(value, (bool, int, float, complex)):
        # `-1` may be the constant 1 and a sign
        return [(type(value), value), (type(-value), -value)]
    if isinstance(value, slice):
        value = (value.start, value.stop, value.step)
    if isinstance(value, (tuple, frozenset)):
        return [number for part in value for number in numbers_in(part)]
    return []


def is_written(value: Any, code: types.CodeType) -> bool:
    """Whether a number, or a slice of numbers, stands in the program's text, or only came about when it ran."""
    if value is None or value is Ellipsis or value is True or value is False:
        return True
    if isinstance(value, slice):
        return all(is_written(part, code) for part in (value.start, value.stop, value.step))
    return (type(value), value) in constants_of(code)
