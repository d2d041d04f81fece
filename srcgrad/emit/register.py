"""Compile emitted text so that it is real source: printed in tracebacks, stepped through, read by `inspect`.

    text     def area_forward(r):            the functions that `bind` returns
                 return pi * square(r)       `pi` is the user's global, read live
                                             `square` is a helper, bound in a closure cell

The functions' globals are the user's own dictionary, so that what the user rebinds there is seen by the next call.
What srcgrad adds (helpers) must not be written into that dictionary, and what the user's function captured has to
stay shared with it; both are therefore free variables of the emitted functions.  The text is compiled inside two
functions that exist only for their scopes:

    def captured(count):                     cells of the user's function, taken over as they are
        def helpers(square):                 fresh cells
            def area_forward(r): ...

`captured` never runs.  `helpers` runs once, with the user's cells as its closure, and Python itself then hands every
emitted function the cells it names, evaluates parameter defaults, and lets the functions refer to each other.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import weakref
from collections.abc import Iterator, Mapping, Sequence
from types import CellType, CodeType, FunctionType
from typing import Any

_numbers = itertools.count(1)
WITHIN = "captured.<locals>.helpers.<locals>."


def bind(
    text: str,
    name: str,
    helpers: Mapping[str, object],
    user_globals: dict[str, Any],
    user_cells: Mapping[str, CellType],
    filename: str | None = None,
) -> dict[str, FunctionType]:
    """The functions that `text` defines at its top level, by name.

    helpers       objects that the text names; they hide globals of the same name
    user_globals  the `__globals__` of the functions
    user_cells    cells that the text reads, or writes after a `nonlocal` declaration
    filename      what tracebacks show; made from `name` when not given, and different for every call of `bind`
    """
    filename = filename or unique_filename(name)
    tree = ast.parse(text, filename)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    code = _inner_code(compile(_scoped(tree, names, helpers, user_cells), filename, "exec", dont_inherit=True))
    closure = tuple(user_cells[free] for free in code.co_freevars)
    _register(text, filename, code)
    functions: dict[str, FunctionType] = FunctionType(code, user_globals, closure=closure)(*helpers.values())
    for function in functions.values():
        function.__qualname__ = function.__name__
    return functions


_user_lines: dict[str, tuple[str, Sequence[int | None]]] = {}


def note_user_lines(filename: str, source: str, lines: Sequence[int | None]) -> None:
    """Remember which line of the user's file each line of an emitted text comes from."""
    _user_lines[filename] = (source, lines)


def user_lines(filename: str) -> tuple[str, Sequence[int | None]] | None:
    """The user's file that an emitted text comes from, and the line for each of its lines."""
    return _user_lines.get(filename)


def shown_name(function: Any) -> str:
    """The name of a function for people: one that emitted code made is inside none of the functions written here."""
    name = str(getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function))
    made = getattr(getattr(function, "__code__", None), "co_filename", "") in _user_lines
    return name.rpartition("<locals>.")[2] if made else name


def shown_place(code: CodeType) -> tuple[str, int]:
    """The file and line of a function for people: of the user's function, where emitted code made it."""
    source, lines = user_lines(code.co_filename) or (None, ())
    line = lines[code.co_firstlineno - 1] if code.co_firstlineno <= len(lines) else None
    return (source, line) if source and line else (code.co_filename, code.co_firstlineno)


def unique_filename(name: str) -> str:
    """A file name that no other emitted text has; the angle brackets tell pdb and inspect that it is no file."""
    return f"<srcgrad {name} {next(_numbers)}>"


def _scoped(
    tree: ast.Module, names: list[str], helpers: Mapping[str, object], user_cells: Mapping[str, CellType]
) -> ast.Module:
    """The module whose `helpers` function holds the body of `tree` and returns the functions called `names`.

    The frame is parsed rather than built, because the fields of a FunctionDef differ between Python versions.
    """
    result = ", ".join(f"{name!r}: {name}" for name in names)
    frame = ast.parse(
        f"def captured({', '.join(user_cells)}):\n def helpers({', '.join(helpers)}):\n  return {{{result}}}\n"
    )
    captured = frame.body[0]
    assert isinstance(captured, ast.FunctionDef)
    inner = captured.body[0]
    assert isinstance(inner, ast.FunctionDef)
    inner.body[:0] = tree.body
    return frame


def _inner_code(code: CodeType) -> CodeType:
    """The code of `helpers`, two functions down."""
    for _ in range(2):
        code = next(const for const in code.co_consts if isinstance(const, CodeType))
    found: CodeType = _renamed(code) if hasattr(code, "co_qualname") else code
    return found


def _renamed(code: Any) -> Any:
    """The code, in which no name of a function speaks of the functions around the text."""
    consts = [_renamed(const) if isinstance(const, CodeType) else const for const in code.co_consts]
    return code.replace(co_consts=tuple(consts), co_qualname=code.co_qualname.removeprefix(WITHIN))


def _register(text: str, filename: str, code: CodeType) -> None:
    """Let linecache know the text for as long as some function made from it is alive.

    A modification time of None keeps `linecache.checkcache` from dropping the entry.  Nested functions may outlive
    the function that made them, so every code object of the text counts: the last one to go takes the entry with it.
    """
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    codes = list(codes_within(code))
    tokens = [None] * len(codes)
    for each in codes:
        weakref.finalize(each, _release, filename, tokens).atexit = False


def codes_within(code: CodeType) -> Iterator[CodeType]:
    """The code of every function, lambda and comprehension inside `code`, at any depth."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from codes_within(const)


def _release(filename: str, tokens: list[None]) -> None:
    """One code object is gone.  No lock: this may run inside any allocation, and `list.pop` is atomic."""
    tokens.pop()
    if not tokens:
        linecache.cache.pop(filename, None)
        _user_lines.pop(filename, None)
