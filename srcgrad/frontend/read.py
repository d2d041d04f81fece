"""Find the source of a Python function and parse it.

`def` statements are cut out of their file at the line their code object names; a lambda is found in its file by the
columns of its bytecode (CPython 3.11+), or else by compiling every lambda that starts on the line and comparing code.
Line numbers of the parsed tree are those of the user's file.
"""

from __future__ import annotations
import __future__

import ast
import functools
import inspect
import linecache
from collections.abc import Iterator, Set
from types import CodeType, FunctionType
from typing import Any

import gast

from srcgrad.errors import UnsupportedError
from srcgrad.ir import SourceText

_FUTURE_FLAGS = functools.reduce(
    lambda flags, name: flags | getattr(__future__, name).compiler_flag, __future__.all_feature_names, 0
)


def read_function(fn: Any) -> tuple[Any, SourceText, int]:
    """The gast tree of `fn` (FunctionDef or Lambda), the text it was read from, and its first line."""
    function = getattr(fn, "__func__", fn)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        raise UnsupportedError(
            f"the callable {_describe(fn)} (it has no Python source)", "pass a function written in Python"
        )
    namespace = getattr(function, "__globals__", {})
    if namespace.get("__file__") == code.co_filename:
        linecache.lazycache(code.co_filename, namespace)  # for modules that are in no file: those of a zip archive
    return _read(code, code.co_filename)


def _describe(fn: Any) -> str:
    return str(getattr(fn, "__qualname__", None) or repr(fn))


@functools.lru_cache(maxsize=8)
def _read(code: CodeType, filename: str) -> tuple[Any, SourceText, int]:
    # equal code objects may come from different files, which the key tells apart
    lines = _file_lines(code)
    if code.co_name == "<lambda>":
        node: Any = _find_lambda(code, lines)
        first = node.lineno
        last = node.end_lineno
    else:
        node = _find_def(code, lines)
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        last = node.end_lineno
    source = SourceText(filename, first, tuple(line.rstrip("\n") for line in lines[first - 1 : last]))
    return gast.ast_to_gast(node), source, first


def definition_of(function: FunctionType) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The definition of a function made with `def`, as Python's own parser gives it."""
    return _find_def(function.__code__, _file_lines(function.__code__))


def rebound_beside(code: CodeType) -> Set[str]:
    """Which of its captured variables a function shares with one beside it that rebinds them with `nonlocal`."""
    lines = _file_lines(code) if code.co_freevars else []
    if not any("nonlocal" in line for line in lines):
        return set()
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef)
    rebound: set[str] = set()
    for node in _walk_statements(_parse_file("".join(lines), code)):
        if isinstance(node, definitions) and node.lineno <= code.co_firstlineno <= (node.end_lineno or 0):
            rebound.update(*(stmt.names for stmt in _walk_statements(node) if isinstance(stmt, ast.Nonlocal)))
    return rebound.intersection(code.co_freevars)


def _file_lines(code: CodeType) -> list[str]:
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    if len(lines) < code.co_firstlineno:
        raise _no_source(code)
    return list(lines)


def _no_source(code: CodeType) -> UnsupportedError:
    return UnsupportedError(
        f"the function {code.co_name!r}, of which Python keeps no source,",
        "write it to a file or a notebook cell, or register its text in linecache.cache before calling",
        code.co_filename,
        code.co_firstlineno,
    )


def _find_def(code: CodeType, lines: list[str]) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The definition whose first line (that of its first decorator) is the code's."""
    start = code.co_firstlineno
    block = inspect.getblock(lines[start - 1 :])
    indented = block[0][:1].isspace()
    # a block inside a class or function is parsed under an `if`, which keeps columns and multi-line strings as they are
    text = ("if 1:\n" if indented else "") + "".join(block)
    try:
        tree = ast.parse(text)
        ast.increment_lineno(tree, start - (2 if indented else 1))
    except SyntaxError:
        tree = _parse_file("".join(lines), code)
    for node in _walk_statements(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _fits(node, code):
            return node
    raise _changed(code)


def _walk_statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement of a tree, outer ones first."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.stmt, ast.ExceptHandler)) or type(child).__name__ == "match_case":
            yield child
            yield from _walk_statements(child)


def _fits(node: ast.FunctionDef | ast.AsyncFunctionDef, code: CodeType) -> bool:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    if node.name != code.co_name or first != code.co_firstlineno:
        return False
    return _same_parameters(node.args, code)


def _same_parameters(arguments: ast.arguments, code: CodeType) -> bool:
    positional = [*arguments.posonlyargs, *arguments.args]
    names = [a.arg for a in (*positional, *arguments.kwonlyargs)]
    count = code.co_argcount + code.co_kwonlyargcount
    # a name that starts with two underscores may have been mangled by its class
    return len(positional) == code.co_argcount and all(
        own.endswith(name) for own, name in zip(code.co_varnames[:count], names)
    )


def _changed(code: CodeType) -> UnsupportedError:
    if code.co_filename in ("<string>", "<stdin>"):
        return _no_source(code)  # newer Pythons keep another text under this name: that of `python -c`
    return UnsupportedError(
        f"the function {code.co_name!r}, whose text is not at the line Python names (the file has changed)",
        "reload the module",
        code.co_filename,
        code.co_firstlineno,
    )


@functools.lru_cache(maxsize=8)
def _parse_text(text: str) -> ast.Module:
    return ast.parse(text)


def _parse_file(text: str, code: CodeType) -> ast.Module:
    try:
        return _parse_text(text)
    except SyntaxError as error:
        raise _changed(code) from error


@functools.lru_cache(maxsize=8)
def _lambdas_by_line(tree: ast.Module) -> dict[int, list[ast.Lambda]]:
    found: dict[int, list[ast.Lambda]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            found.setdefault(node.lineno, []).append(node)
    return found


def _find_lambda(code: CodeType, lines: list[str]) -> ast.Lambda:
    on_line = _lambdas_by_line(_parse_file("".join(lines), code)).get(code.co_firstlineno, [])
    candidates = [node for node in on_line if _same_parameters(node.args, code)]
    if len(candidates) > 1:
        candidates = _by_position(candidates, code) or [node for node in candidates if _compiles_to(node, code)]
    if not candidates:
        raise _changed(code)
    if len({ast.dump(node) for node in candidates}) > 1:
        raise UnsupportedError(
            "a lambda that cannot be told from another on its line",
            "put the lambdas on lines of their own, or use def",
            code.co_filename,
            code.co_firstlineno,
            lines[code.co_firstlineno - 1].strip(),
        )
    return candidates[0]


def _by_position(candidates: list[ast.Lambda], code: CodeType) -> list[ast.Lambda]:
    """The lambdas whose body spans exactly the columns that the bytecode was made from (3.11+)."""
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return []
    places = {p for p in positions() if None not in p and p[2:] != (0, 0)}
    if not places:
        return []
    start = min((line, col) for line, _, col, _ in places)
    end = max((line, col) for _, line, _, col in places)
    # the body's own operation is among the instructions, so its extent is that of all of them
    return [
        node
        for node in candidates
        if (node.body.lineno, node.body.col_offset) == start and (node.body.end_lineno, node.body.end_col_offset) == end
    ]


def _compiles_to(node: ast.Lambda, code: CodeType) -> bool:
    """Whether the lambda, compiled among the same free variables, gives the same code."""
    inner = ast.Return(value=node)
    wrapper = ast.parse(f"def wrapper({', '.join(n for n in code.co_freevars)}): pass").body[0]
    assert isinstance(wrapper, ast.FunctionDef)
    wrapper.body = [inner]
    module = ast.fix_missing_locations(ast.Module(body=[wrapper], type_ignores=[]))
    flags = code.co_flags & _FUTURE_FLAGS
    compiled = compile(module, code.co_filename, "exec", flags=flags, dont_inherit=True)
    outer = next(c for c in compiled.co_consts if isinstance(c, CodeType))
    made = [c for c in outer.co_consts if isinstance(c, CodeType) and c.co_name == "<lambda>"]
    return any(_same_code(c, code) for c in made)


def _same_code(a: CodeType, b: CodeType) -> bool:
    if (a.co_code, a.co_names, a.co_varnames, a.co_freevars, len(a.co_consts)) != (
        b.co_code,
        b.co_names,
        b.co_varnames,
        b.co_freevars,
        len(b.co_consts),
    ):
        return False
    for x, y in zip(a.co_consts, b.co_consts):
        if isinstance(x, CodeType) and isinstance(y, CodeType):
            if not _same_code(x, y):
                return False
        elif type(x) is not type(y) or (x != y and not isinstance(x, str)):
            return False
    return True
