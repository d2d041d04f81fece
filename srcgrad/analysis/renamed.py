"""The statements of one function put into another: under names that nothing there has."""

from __future__ import annotations

import builtins
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from srcgrad import ir
from srcgrad.analysis.rewrite import copy_statement
from srcgrad.errors import UnsupportedError

ADVICE = "collect the values in a list and return it"


class Renaming:
    """Copies of the statements of `program` that stand in `function`, all at one place of the user's file.

    made    the copies
    """

    def __init__(self, function: ir.Function, program: ir.Function, span: ir.Span) -> None:
        self.function, self.program, self.span = function, program, span
        self.made: set[Any] = set()
        self.atoms: dict[str, ir.Atom] = {}
        if any(isinstance(getattr(stmt, "value", None), ir.AtAdjoint) for stmt in ir.walk(program.body)):
            raise UnsupportedError("adjoint_of in a generator function", ADVICE)
        self.taken = names_in(function)
        # variables that would be taken for globals of the same name
        self.hiding = {*own_names(function), *function.temps, *function.free, *function.shared}
        for name in own_names(program):
            mine = self.fresh(name) if name in self.taken else name
            if mine != name and (name in program.captured or name in program.shared):
                raise UnsupportedError(f"a generator function whose variable {name!r} others share", ADVICE)
            if name in program.temps:
                function.temps.add(mine)
            self.taken.add(mine)
            self.atoms[name] = ir.Var(mine)
        function.captured |= program.captured
        function.shared |= program.shared

    def fresh(self, wanted: str) -> str:
        """A name that nothing here has."""
        name, number = wanted, 2
        while name in self.taken or name in self.function.namespace:
            name, number = f"{wanted}_{number}", number + 1
        self.taken.add(name)
        return name

    def temp(self, wanted: str) -> ir.Var:
        """A temporary."""
        name = self.fresh(wanted)
        self.function.temps.add(name)
        return ir.Var(name)

    # ------------------------------------------------------------------------------------------------------ parameters

    def bind(self, values: dict[str, Any], use: Any) -> ir.Block:
        """Give the parameters what a call gives them: by another name for it, where neither is bound again."""
        bound = {name for stmt in ir.walk(self.program.body) for name in ir.targets(stmt)}
        given: ir.Block = []
        for name, value in values.items():
            if name not in bound and name not in self.program.captured and self.lasting(value, use):
                self.atoms[name] = value
            else:
                given.append(ir.Let(self.atoms[name].name, value, self.span))  # type: ignore[union-attr]
        self.made.update(given)
        return given

    def lasting(self, value: Any, use: Any) -> bool:
        """Whether an operand is the same whenever the generator runs."""
        if isinstance(value, (ir.Const, ir.Bound)):
            return True
        shared = self.function.captured | self.function.shared
        if not isinstance(value, ir.Var) or value.name in shared:
            return False
        bindings = [stmt for stmt in ir.walk(self.function.body) if value.name in ir.targets(stmt)]
        once = len(bindings) + any(param.name == value.name for param in self.function.params) == 1
        return once and not any(stmt in bindings for stmt in ir.walk([use]))

    # ------------------------------------------------------------------------------------------------------ statements

    def block(self, block: ir.Block) -> ir.Block:
        """The copies of a block's statements."""
        return self.renamed([copy_statement(stmt, {}) for stmt in block])

    def renamed(self, block: ir.Block) -> ir.Block:
        """Statements that are copies already, under the names that hold here."""
        written: ir.Block = []
        for stmt in block:
            self.made.add(stmt)
            stmt.span = self.span
            ir.change_targets(stmt, self.name)
            if isinstance(stmt, ir.Try):
                self.rename_handlers(stmt)
            for inner in ir.blocks(replace(stmt, handlers=[]) if isinstance(stmt, ir.Try) else stmt):
                inner[:] = self.renamed(inner)
            # the test of a `while` is read in each turn, after its head
            before = stmt.head if isinstance(stmt, ir.While) else written
            ir.change_operands(stmt, partial(self.atom, before=before))
            written.append(stmt)
        return written

    def rename_handlers(self, stmt: ir.Try) -> None:
        """The handlers of a `try`."""
        for handler in stmt.handlers:
            handler.span = self.span
            handler.head = self.renamed(handler.head)
            if handler.type is not None:
                handler.type = self.atom(handler.type, handler.head)
            if handler.name is not None:
                handler.name = self.name(handler.name)
            handler.body = self.renamed(handler.body)

    def name(self, name: str) -> str:
        return self.atoms[name].name  # type: ignore[union-attr]

    def atom(self, atom: ir.Atom, before: ir.Block) -> ir.Atom:
        """What an operand is called here; statements that it takes to read it go to `before`."""
        if isinstance(atom, ir.Var):
            return self.atoms.get(atom.name, atom)
        if isinstance(atom, ir.Free) and atom.name not in self.function.free:
            return ir.Var(atom.name)  # the generator function stands in this one
        if not isinstance(atom, ir.Global):
            return atom
        home, here = self.program.namespace, self.function.namespace
        hidden = atom.name in self.hiding
        if not hidden and (home is here or (atom.name not in home and atom.name not in here)):
            return atom
        if atom.name not in home:
            return ir.Bound(self.fresh(f"builtin_{atom.name}"), getattr(builtins, atom.name))
        module = sys.modules.get(home.get("__name__", ""))
        if module is None or vars(module) is not home:
            raise UnsupportedError(f"a generator function that reads the global {atom.name!r}", ADVICE)
        read = self.temp(f"{atom.name}_read")
        made = ir.Let(read.name, ir.Attr(ir.Bound(module.__name__.rpartition(".")[2], module), atom.name), self.span)
        self.made.add(made)
        before.append(made)
        return read


def own_names(program: ir.Function) -> list[str]:
    """The parameters and variables of a function, in the order in which they come."""
    found = dict.fromkeys(param.name for param in program.params)
    for stmt in ir.walk(program.body):
        found.update(dict.fromkeys(ir.targets(stmt)))
        if isinstance(stmt, ir.Try):
            found.update(dict.fromkeys(handler.name for handler in stmt.handlers if handler.name is not None))
    return list(found)


def names_in(function: ir.Function) -> set[str]:
    """Every name that a function's text mentions."""
    found = {*own_names(function), *function.temps, *function.free, *function.shared}
    for stmt in ir.walk(function.body):
        found.update(atom.name for atom in ir.all_operands(stmt) if isinstance(atom, (ir.Global, ir.Free)))
    return found
