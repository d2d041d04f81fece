"""Emitted text for arrays on a GPU: what it calls of NumPy becomes CuPy's, its words work on CuPy.

    for NumPy arrays       x_bar = g * np.cos(x)          unbroadcast(g, b)     the word, with `np` for NumPy
    for CuPy arrays        x_bar = g * cp.cos(x)          unbroadcast(g, b)     the same code, with CuPy for `np`

The text is written as for NumPy and turned over as a whole: a function works on arrays of one of the two.  Nothing is
ever copied between GPU and host on its account; what CuPy has not is refused by name.
"""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import textwrap
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Kind, Num, Tup
from srcgrad.rules.twins import stands_for
from srcgrad.runtime.adjoints import last_written

# settings of NumPy's that also hold for arithmetic with its scalars, which CuPy has not in this form
HOST_ONLY = frozenset({"errstate"})
ADVICE = "compute this part from other functions, or on NumPy arrays: cp.asnumpy(x) outside the differentiated function"


def uses_cupy(inf: Inference) -> bool:
    """Whether a function works on CuPy arrays; refused where derivatives are in NumPy arrays too."""
    if "cupy" not in sys.modules:
        return False
    kinds = [v.kind for group in (inf.versions, inf.entry, inf.free) for v in group.values() if v.kind is not None]
    boxes = {(box, active) for kind in kinds for box, active in boxes_in(kind)}
    if not any(box == "cupy" for box, _ in boxes):
        return False
    if ("array", True) in boxes and ("cupy", True) in boxes:
        raise inf.refuse(
            inf.function,
            "a function with derivatives in NumPy arrays and in CuPy arrays",
            "bring all arrays to one side before the call: cp.asarray(x) or cp.asnumpy(x)",
        )
    return True


def boxes_in(kind: Kind) -> list[tuple[str | None, bool]]:
    """The boxes of the numbers of a kind, and whether each is active."""
    if isinstance(kind, Num):
        return [(kind.box, kind.active)]
    return [box for item in kind.items for box in boxes_in(item)] if isinstance(kind, Tup) else []


def turn_over(inf: Inference, function: ir.Function) -> None:
    """Have emitted text call CuPy, in place."""
    cupy = sys.modules["cupy"]
    areas: dict[str, Any] = {}

    for stmt in ir.walk(function.body):
        value = getattr(stmt, "value", None)
        owner = getattr(value, "obj", None)
        if isinstance(owner, ir.Bound) and owner.value is np and isinstance(value, (ir.CallMethod, ir.Attr)):
            if value.name in HOST_ONLY:
                continue
            asked(inf, stmt, cupy, "cupy", value.name)
            if isinstance(value, ir.Attr) and isinstance(stmt, ir.Let):
                areas[stmt.target] = getattr(cupy, value.name)
        elif isinstance(owner, ir.Var) and owner.name in areas and isinstance(value, ir.CallMethod):
            asked(inf, stmt, areas[owner.name], areas[owner.name].__name__, value.name)

        def change(atom: ir.Atom, stmt: Any = stmt) -> ir.Atom:
            return turned(inf, stmt, atom, cupy) if isinstance(atom, ir.Bound) else atom

        ir.change_operands(stmt, change)


def asked(inf: Inference, stmt: Any, owner: Any, place: str, name: str) -> None:
    """Refuse a function that CuPy has not."""
    if not hasattr(owner, name):
        raise inf.refuse(stmt, lacking(f"{place}.{name}"), ADVICE)


def lacking(what: str) -> str:
    return f"a derivative on CuPy arrays that needs {what}, which this CuPy does not have,"


def turned(inf: Inference, stmt: Any, atom: ir.Bound, cupy: ModuleType) -> ir.Bound:
    """What text for CuPy arrays names in place of an object that text for NumPy arrays names."""
    value = atom.value
    if value is np:
        return ir.Bound("cp", cupy)
    if isinstance(getattr(value, "__self__", None), np.ufunc):  # np.add.at
        return ir.Bound(atom.name, getattr(getattr(cupy, value.__self__.__name__), value.__name__))
    if isinstance(value, FunctionType) and is_word(value):
        missing = missing_in(value, cupy)
        if missing:
            raise inf.refuse(stmt, lacking(missing[0]), ADVICE)
        return ir.Bound(atom.name, on_cupy(value, cupy))
    return atom


# ---------------------------------------------------------------------------------------------------------- words


def is_word(function: Any) -> bool:
    """Whether a function is a word of the rule language, or works as words do."""
    home = getattr(function, "__module__", "") or ""
    return isinstance(function, FunctionType) and (home.startswith("srcgrad.runtime.words") or function is last_written)


@functools.cache
def on_cupy(word: FunctionType, cupy: ModuleType) -> FunctionType:
    """A word whose `np` is CuPy: the same code, and so are the words that it calls."""
    namespace = namespace_of(word.__module__, cupy)
    made = FunctionType(word.__code__, namespace, word.__name__, word.__defaults__, word.__closure__)
    made.__kwdefaults__, made.__doc__, made.__module__ = word.__kwdefaults__, word.__doc__, word.__module__
    made.__qualname__ = word.__qualname__
    stands_for(made, word, cupy)
    return made


_namespaces: dict[tuple[str, ModuleType], dict[str, Any]] = {}


def namespace_of(module: str, cupy: ModuleType) -> dict[str, Any]:
    """The names of a module of words as they are for CuPy arrays."""
    found = _namespaces.get((module, cupy))
    if found is None:
        found = _namespaces[(module, cupy)] = dict(vars(sys.modules[module]))
        for name, value in list(found.items()):
            if value is np:
                found[name] = cupy
            elif isinstance(value, FunctionType) and is_word(value):
                found[name] = on_cupy(value, cupy)
            elif isinstance(value, dict) and value and all(hasattr(np, str(key)) for key in named(value)):
                found[name] = {key: getattr(cupy, each.__name__, each) for key, each in value.items()}
    return found


def named(table: dict[Any, Any]) -> list[Any]:
    """The names of the functions of a table of NumPy's functions; [None] where it is none."""
    functions = [getattr(value, "__name__", None) for value in table.values() if callable(value)]
    return functions if len(functions) == len(table) else [None]


@functools.cache
def missing_in(word: FunctionType, cupy: ModuleType) -> tuple[str, ...]:
    """What a word, or one that it calls, needs of NumPy and CuPy has not, as it would be called there."""
    found: list[str] = []
    seen: set[Any] = set()
    work = [word]
    while work:
        each = work.pop()
        if each in seen:
            continue
        seen.add(each)
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(each)))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                called = each.__globals__.get(node.id)
                if isinstance(called, FunctionType) and is_word(called):
                    work.append(called)
            if isinstance(node, ast.Attribute) and not in_cupy(node, cupy):
                found.append(ast.unparse(node).replace("np.", "cupy.", 1))
    return tuple(found)


def in_cupy(node: ast.Attribute, cupy: ModuleType) -> bool:
    """Whether CuPy has what an expression `np.a.b` names; other expressions count as had."""
    parts = ast.unparse(node).split(".")
    if parts[0] != "np" or not all(part.isidentifier() for part in parts):
        return True
    found: Any = cupy
    for part in parts[1:]:
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True
