"""Print functions of the normal form as Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from srcgrad import ir
from srcgrad.emit.writer import write
from srcgrad.simplify.nest import nest
from srcgrad.simplify.numbers import drop_numbers
from srcgrad.simplify.signs import tidy_signs


def to_python(function: ir.Function, keep: frozenset[str] = frozenset()) -> ast.FunctionDef:
    """The running Python, its statements at the user's lines; names in `keep` stay variables."""
    return ast.fix_missing_locations(nest(function, keep))


def print_function(
    function: ir.Function, keep: frozenset[str] = frozenset(), own: frozenset[str] | None = None
) -> tuple[str, list[int | None]]:
    """The text of a function, and for each of its lines the user's line that it comes from.

    keep  names that stay variables
    own   for a forward or reverse: the user's names, which stay as they are
    """
    tree = nest(function, keep)
    if own is not None:
        drop_numbers(tree, own)
        tidy_signs(tree, whole=function.name.endswith("_reverse"))
    return write(tree)


def bound_names(function: ir.Function) -> dict[str, object]:
    """The objects that the text refers to by names of its own: what must be in its globals when it is compiled."""
    found: dict[str, object] = {}
    for atom in _atoms(function):
        if isinstance(atom, ir.Bound):
            if found.setdefault(atom.name, atom.value) is not atom.value:
                raise ValueError(f"two objects are bound to the name {atom.name!r} in {function.name}")
    return found


def _atoms(function: ir.Function) -> Iterator[ir.Atom]:
    for stmt in ir.walk(function.body):
        yield from ir.all_operands(stmt)
        if isinstance(stmt, (ir.Let, ir.Effect)) and isinstance(stmt.value, ir.MakeFunction):
            yield from _atoms(stmt.value.function)
