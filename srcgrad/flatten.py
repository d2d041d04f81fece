"""A program with the small functions that it calls written into it, and the parts of its displays as variables.

    def energy(q):                          def energy(q):
        parts = [well(q), q**4]                 parts_0 = 0.5 * q * q        what well(q) says
        return parts[0] + 0.1 * parts[1]        parts_1 = q**4
                                                return parts_0 + 0.1 * parts_1

Gradients that are differentiated in turn are made of this: a call would be one of which the second derivative knows
nothing before it runs, and so would what is taken out of a list or dict.  Left as they are: functions of other modules,
with several `return`s, with functions inside, that call themselves; displays that anything else is done with.
"""

from __future__ import annotations

import linecache
import types
import weakref
from collections import Counter
from typing import Any

from srcgrad import ir
from srcgrad.analysis.entry import is_library
from srcgrad.analysis.rewrite import copy_function
from srcgrad.control import on_adjoint
from srcgrad.dispatch import short_way
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.rules.constants import is_constant
from srcgrad.rules.language import lookup
from srcgrad.rules.stand_ins import WRITTEN

# how many statements may be written in, and how deep calls may go
MAX_STATEMENTS, MAX_DEPTH = 120, 4
SIMPLE = (
    ir.Let, ir.Unpack, ir.Effect, ir.Augment, ir.StoreItem, ir.StoreAttr, ir.If, ir.For, ir.While, ir.Break,
    ir.Continue, ir.Raise,
)  # fmt: skip

# by program: what it became, and the functions that were written in with their code
_flat: weakref.WeakKeyDictionary[ir.Function, tuple[ir.Function, dict[str, Any]]]
_flat = short_way(weakref.WeakKeyDictionary())


def flattened(program: ir.Function) -> ir.Function:
    """The program, with calls and displays written out where that can be."""
    found = _flat.get(program)
    if found is not None:
        flat, written = found
        if all(_current(program, name) == seen for name, seen in written.items()):
            return flat
    made = Flattening(program)
    flat = made.program if made.changed else program
    _flat[program] = flat, {name: _current(program, name) for name in made.inlined}
    return flat


def _current(program: ir.Function, name: str) -> tuple[Any, Any]:
    """The function that a global name stands for, and its code."""
    function = program.namespace.get(name)
    return function, getattr(function, "__code__", None)


class Flattening:
    """One program that is written anew."""

    def __init__(self, program: ir.Function) -> None:
        self.program, _ = copy_function(program)
        self.locals = {p.name for p in program.params} | set(program.free) | program.temps
        self.locals |= {name for stmt in ir.walk(program.body) for name in ir.targets(stmt)}
        self.globals = set(program.namespace) | globals_of(program)
        self.left = MAX_STATEMENTS
        self.inlined: dict[str, Any] = {}
        self.calls(self.program.body, (program.name,))
        self.program.inlined = tuple(self.inlined)
        self.changed = bool(self.inlined)
        while self.displays():
            self.changed = True

    def fresh(self, name: str) -> str:
        """A name like this one that nothing has."""
        made, number = name, 2
        while made in self.locals or made in self.globals:
            made, number = f"{name}_{number}", number + 1
        self.locals.add(made)
        return made

    # ----------------------------------------------------------------------------------------------------- calls

    def calls(self, block: ir.Block, within: tuple[str, ...]) -> None:
        """Write the functions that a block calls into it."""
        result: ir.Block = []
        for stmt in block:
            for inner in ir.blocks(stmt):
                self.calls(inner, within)
            written = self.written_in(stmt, within) if isinstance(stmt, ir.Let) else None
            result += [stmt] if written is None else written
        block[:] = result

    def written_in(self, stmt: ir.Let, within: tuple[str, ...]) -> ir.Block | None:
        """What a call says in the place where it stands; None for a call that stays one."""
        call = stmt.value
        if not isinstance(call, ir.Call) or not isinstance(call.func, ir.Global) or len(within) > MAX_DEPTH:
            return None
        name = call.func.name
        callee = None if name in within else self.small(self.program.namespace.get(name))
        given = None if callee is None else arguments_of(call, callee)
        if callee is None or given is None or not self.quotes(callee.source):
            return None
        size, read = sum(1 for _ in ir.walk(callee.body)), globals_of(callee)
        if size > self.left or read & self.locals:
            return None
        self.left -= size
        self.globals |= read
        self.inlined[name] = True
        body = self.renamed(stmt, callee, given)
        self.calls(body, (*within, name))
        return body

    def small(self, function: Any) -> ir.Function | None:
        """The program of a function that can be written in."""
        if type(function) is not types.FunctionType or function.__globals__ is not self.program.namespace:
            return None
        known = is_library(function) or is_constant(function) or lookup(function) is not None or function in WRITTEN
        if known or function.__closure__ or hasattr(function, "__wrapped__"):
            return None
        try:
            callee = programs.program_of(function)
        except UnsupportedError:
            return None  # the call says so when it is made
        if not callee.body or not isinstance(callee.body[-1], ir.Return):
            return None
        plain = all(isinstance(s, SIMPLE) for s in ir.walk(callee.body[:-1]))
        values = [getattr(s, "value", None) for s in ir.walk(callee.body)]
        plain = plain and not any(isinstance(v, (ir.MakeFunction, ir.AtAdjoint, ir.CellLoad)) for v in values)
        plain = plain and not any(self.asks_for_adjoints(value) for value in values)
        return callee if plain and not callee.shared else None

    def asks_for_adjoints(self, value: Any) -> bool:
        """Whether an expression is about the adjoint at its line, which would be another one elsewhere."""
        if isinstance(value, ir.CallMethod):
            return value.name == on_adjoint.__name__
        named = isinstance(value, ir.Call) and isinstance(value.func, ir.Global)
        return named and self.program.namespace.get(value.func.name) is on_adjoint

    def renamed(self, stmt: ir.Let, callee: ir.Function, given: dict[str, ir.Atom]) -> ir.Block:
        """The statements of a callee, in variables of their own, ending with an assignment of what it returns."""
        own, _ = copy_function(callee)
        bound = [name for inner in ir.walk(own.body) for name in ir.targets(inner)]
        names = {name: self.fresh(name) for name in dict.fromkeys(bound)}
        self.program.temps |= {names[name] for name in callee.temps & names.keys()}
        start: ir.Block = []
        atoms: dict[str, ir.Atom] = {name: ir.Var(new) for name, new in names.items()}
        for name, atom in given.items():
            if name in names:
                start.append(ir.Let(names[name], atom, stmt.span))
            else:
                atoms[name] = atom
        for inner in ir.walk(own.body):
            ir.change_operands(inner, lambda a: atoms.get(a.name, a) if isinstance(a, ir.Var) else a)
            ir.change_targets(inner, names.__getitem__)
        last = own.body.pop()
        assert isinstance(last, ir.Return)
        return [*start, *own.body, ir.Let(stmt.target, last.value, stmt.span)]

    def quotes(self, source: ir.SourceText) -> bool:
        """Have the program's text hold the lines of another function of its file; whether that is known."""
        mine = self.program.source
        if source.filename != mine.filename:
            return False
        first = min(mine.first_line, source.first_line)
        last = max(mine.first_line + len(mine.lines), source.first_line + len(source.lines)) - 1
        lines = [line.rstrip("\n") for line in linecache.getlines(mine.filename)[first - 1 : last]]
        if len(lines) != last - first + 1:
            return False
        self.program.source = ir.SourceText(mine.filename, first, tuple(lines))
        return True

    # -------------------------------------------------------------------------------------------------- displays

    def displays(self) -> bool:
        """Have a variable for each part of lists and dicts of which only parts are read; whether there were any."""
        assigned: Counter[str] = Counter(p.name for p in self.program.params)
        assigned.update(name for stmt in ir.walk(self.program.body) for name in ir.targets(stmt))
        parts = self.parted(assigned)
        if parts:
            self.split(self.program.body, parts)
        return bool(parts)

    def parted(self, assigned: Counter[str]) -> dict[str, dict[Any, str]]:
        """The variables that hold such a display: the new variable for each key."""
        keys: dict[str, list[Any]] = {}
        for stmt in ir.walk(self.program.body):
            if isinstance(stmt, ir.Let) and assigned[stmt.target] == 1:
                found = keys_of(stmt.value)
                if found:
                    keys[stmt.target] = found
        for name in self.program.captured | self.program.shared:
            keys.pop(name, None)
        for stmt in ir.walk(self.program.body):
            read = stmt.value if isinstance(stmt, ir.Let) and isinstance(stmt.value, ir.Item) else None
            for atom in ir.all_operands(stmt):
                if isinstance(atom, ir.Var) and atom.name in keys:
                    part = read is not None and read.obj == atom and isinstance(read.index, ir.Const)
                    if not part or not has_key(keys[atom.name], read.index.value):  # type: ignore[union-attr]
                        del keys[atom.name]
        parts = {name: {key: self.fresh(f"{name}_{key}") for key in found} for name, found in keys.items()}
        self.program.temps |= {part for found in parts.values() for part in found.values()}
        return parts

    def split(self, block: ir.Block, parts: dict[str, dict[Any, str]]) -> None:
        """Write a block with these variables."""
        result: ir.Block = []
        for stmt in block:
            for inner in ir.blocks(stmt):
                self.split(inner, parts)
            value = getattr(stmt, "value", None)
            if isinstance(stmt, ir.Let) and stmt.target in parts:
                items = value.items if isinstance(value, ir.BuildDict) else list(enumerate(value.items))  # type: ignore[union-attr]
                for key, item in items:
                    name = parts[stmt.target][key.value if isinstance(key, ir.Const) else key]
                    result.append(ir.Let(name, item, stmt.span))
                continue
            if isinstance(value, ir.Item) and isinstance(value.obj, ir.Var) and value.obj.name in parts:
                names, index = parts[value.obj.name], value.index.value  # type: ignore[union-attr]
                stmt.value = ir.Var(names[index + len(names) if type(index) is int and index < 0 else index])  # type: ignore[union-attr]
            result.append(stmt)
        block[:] = result


def keys_of(value: Any) -> list[Any] | None:
    """The keys of a display that is written item by item; None for anything else."""
    if isinstance(value, ir.Build) and value.kind == "list":
        return None if any(isinstance(item, ir.Star) for item in value.items) else list(range(len(value.items)))
    if isinstance(value, ir.BuildDict):
        keys = [key.value if isinstance(key, ir.Const) else None for key, _ in value.items]
        plain = all(isinstance(key, str) and key.isidentifier() for key in keys) and len(set(keys)) == len(keys)
        return keys if plain else None
    return None


def has_key(keys: list[Any], index: Any) -> bool:
    """Whether a display has a part of this index or key."""
    if type(index) is int and index < 0:
        return type(keys[0]) is int and index + len(keys) in keys
    return type(index) in (int, str) and index in keys


def arguments_of(call: ir.Call, callee: ir.Function) -> dict[str, ir.Atom] | None:
    """What a call passes by parameter; None where it leaves something to defaults, or to be seen when it runs."""
    names = [p.name for p in callee.params]
    starred = ir.has_stars(call.args, call.keywords)
    if starred or len(call.args) > len(names) or any(p.kind not in ("pos", "posonly", "kwonly") for p in callee.params):
        return None
    positional = sum(p.kind != "kwonly" for p in callee.params)
    by_name = {name for name in names if name not in {p.name for p in callee.params if p.kind == "posonly"}}
    given: dict[str, Any] = dict(zip(names, call.args))
    if len(call.args) > positional or any(name not in by_name or name in given for name, _ in call.keywords):
        return None
    given.update(call.keywords)  # type: ignore[arg-type]
    return given if given.keys() == set(names) else None


def globals_of(program: ir.Function) -> set[str]:
    """The globals and builtins that a function reads."""
    atoms = [atom for stmt in ir.walk(program.body) for atom in ir.all_operands(stmt)]
    return {atom.name for atom in atoms if isinstance(atom, ir.Global)}
