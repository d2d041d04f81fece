"""What goes into a function that is one node: tensors among its arguments and in what it reads besides them.

w = sg.tensor(...)                    scaled(x, w_read): the program with `w` as a parameter
def scaled(x): return w * x           values {x: array, w_read: array}, sources (x's leaf, w's leaf)
"""

from __future__ import annotations

import types
import weakref
from typing import Any

import numpy as np

from srcgrad import arguments, ir
from srcgrad.adjoint.names import Names
from srcgrad.analysis.rewrite import copy_function
from srcgrad.frontend import programs
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import fresh
from srcgrad.tensors.base import Tensor, sync


def holds_tensor(value: Any, seen: set[int] | None = None) -> bool:
    """Whether a value is a tensor, or a structure with one in it."""
    if isinstance(value, Tensor):
        return True
    if value is None or isinstance(value, NO_STRUCTURE) or carries(value):
        return False
    seen = set() if seen is None else seen
    if id(value) in seen:
        return False
    seen.add(id(value))
    return any(holds_tensor(part, seen) for part in arguments.children(value))


NO_STRUCTURE = (float, int, str, np.ndarray, types.ModuleType, type, types.FunctionType)


class Inputs:
    """The values of a call with arrays in place of tensors, and where those came from."""

    def __init__(self) -> None:
        self.sources: list[Any] = []
        self.leaves: list[tuple[str | None, Any]] = []
        self.owners: list[str] = []
        self.modes: dict[str, str] = {}
        self.tensors: list[Tensor] = []
        self.tracked = False

    def taken(self, name: str, value: Any) -> Any:
        """A parameter's value."""
        if isinstance(value, Tensor):
            array, node = self.array(value)
            active = node is not None and carries(array)
            self.modes[name] = "v" if active else "-"
            if active:
                self.note(name, node, array, name)
            return array
        self.modes[name] = "-"
        if not holds_tensor(value):
            return value
        before = len(self.sources)

        def leaf(x: Any) -> Any:
            if not isinstance(x, Tensor):
                return x
            array, node = self.array(x)
            array = fresh(array)
            if node is not None:
                self.note(None, node, array, name)
            return array

        rebuilt = arguments.rebuilt(value, leaf, lambda x: leaf(x) if isinstance(x, Tensor) else x)
        if len(self.sources) > before:
            self.modes[name] = "i"
        return rebuilt

    def note(self, name: str | None, node: Any, array: Any, owner: str) -> None:
        """Note an array that went in for a tracked tensor: the parameter that it is, or is in."""
        self.sources.append(node)
        self.leaves.append((name, array))
        self.owners.append(owner)

    def array(self, tensor: Tensor) -> tuple[Any, Any]:
        """A tensor's array and node."""
        if tensor._rare is not None:
            sync(tensor)
        self.tracked = self.tracked or tensor._node is not None
        self.tensors.append(tensor)
        return tensor._a, tensor._node


Lifted = tuple[ir.Function, dict[str, str]]
_lifted: weakref.WeakKeyDictionary[ir.Function, dict[tuple[str, ...], Lifted]] = weakref.WeakKeyDictionary()


def read_outside(program: ir.Function, function: Any) -> dict[str, Any]:
    """What the program reads of globals and closure cells that is, or holds, a tensor; by name."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    found: dict[str, Any] = {}
    for name, is_free in names_outside(program):
        try:
            value = cells[name].cell_contents if is_free else function.__globals__.get(name)
        except (KeyError, ValueError):
            continue
        if holds_tensor(value):
            found[name] = value
    return found


_outside: weakref.WeakKeyDictionary[ir.Function, tuple[tuple[str, bool], ...]] = weakref.WeakKeyDictionary()


def names_outside(program: ir.Function) -> tuple[tuple[str, bool], ...]:
    """The globals and free variables that a program reads itself, with whether they are free variables."""
    found = _outside.get(program)
    if found is None:
        names: dict[tuple[str, bool], None] = {}
        for stmt in ir.walk(program.body):
            for atom in ir.all_operands(stmt):
                if isinstance(atom, (ir.Global, ir.Free)):
                    names[atom.name, isinstance(atom, ir.Free)] = None
        found = _outside[program] = tuple(names)
    return found


def lifted(program: ir.Function, names: tuple[str, ...]) -> tuple[ir.Function, dict[str, str]]:
    """The program with these globals and free variables as parameters, and the names of those parameters.

    The names are new ones: the function that is called still has the cells that the old ones stand for.
    """
    known = _lifted.setdefault(program, {})
    found = known.get(names)
    if found is not None:
        return found
    made_, _ = copy_function(program)
    taken = Names(program)
    params_of = {name: taken.fresh(f"{name}_read") for name in names}

    def change(atom: Any) -> Any:
        outside = isinstance(atom, (ir.Global, ir.Free)) and atom.name in params_of
        return ir.Var(params_of[atom.name]) if outside else atom

    for stmt in ir.walk(made_.body):
        ir.change_operands(stmt, change)
    plain = all(p.kind in ("pos", "posonly") for p in program.params)
    extra = tuple(ir.Param(params_of[name], "pos" if plain else "kwonly") for name in names)
    params = list(program.params)
    end = next((i for i, p in enumerate(params) if p.kind == "varkw"), len(params))
    made_.params = (*params[:end], *extra, *params[end:])
    made_.free = made_.free - set(names)
    programs.set_namespace(made_, program.namespace)
    known[names] = made_, params_of
    return known[names]
