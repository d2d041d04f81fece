"""From a piece of a recorded graph to a function in normal form, the same that reading source gives.

    Node matmul (Leaf, Leaf)  at h = np.tanh(x @ w)      def loss(x, w):
    Node tanh   (Node 0,)                                    h_arg = x @ w
    Node sum    (Node 1,)     at loss = np.sum(h)            h = tanh(h_arg)
                                                             loss = sum(h)
                                                             return loss

Names come from the user's code where it has them.
"""

from __future__ import annotations

import keyword
import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.adjoint.names import RESERVED
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.constants import is_sparse
from srcgrad.analysis.entry import kind_of
from srcgrad.analysis.kinds import Inert, Kind
from srcgrad.tensors.graph import Leaf, Node
from srcgrad.tensors.sites import is_written, site_of
from srcgrad.tensors.stores import Place
from srcgrad.tensors.structure import NUMBERS, Piece, numbers_listed

# operations that leave a new version of their first operand
WRITES = {"with_item", "with_items", "with_view", "added_at", "subtracted_at"}
# operations whose arguments stand the other way round in the program's text
SWAPPED = {"product_with_sparse"}
# more lines than a file has
IN_A_FILE = 1_000_000
# where a value of the program is: ('arg', node, argument, ...) or ('value', node)
Where = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Lines(ir.SourceText):
    """The lines that a graph was recorded from: they may stand in several files, so each has a number of its own.

    texts  number: text
    files  the files, in the order of their numbers
    """

    texts: tuple[tuple[int, str], ...] = ()
    files: tuple[str, ...] = ()

    def line(self, number: int) -> str:
        """The text of a line."""
        return dict(self.texts).get(number, "")

    def quoted(self, number: int) -> str:
        """The text of a line behind its number in its file, which is named where it is not the first."""
        file, own = divmod(number, IN_A_FILE)
        where = f"{Path(self.files[file]).name}:{own}" if file else own
        text = self.line(number)
        return f"{where}: {text}" if text else ""


@dataclass
class Recorded:
    """A piece as a program.

    function  the function in normal form; its parameters are the piece's inputs and the values it computes with
    kinds     parameter: kind
    active    the parameters that are tracked, in the order of the piece's inputs
    where     name: where its value is
    held      name: where its value is remembered whole, not only as a shape
    unread    those among them that are handed over in a list of which others are read
    """

    function: ir.Function
    kinds: dict[str, Kind]
    active: list[str]
    where: dict[str, Where]
    held: dict[str, Where]
    unread: set[str]


class Builder:
    """Writes the program of one piece."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.taken = set(RESERVED) | {"np"}
        self.names: dict[Any, str] = {}
        self.params: dict[str, Kind] = {}
        self.where: dict[str, Where] = {}
        self.temps: set[str] = set()
        self.body: ir.Block = []
        self.span = ir.Span(0, 0)
        self.texts: dict[int, str] = {}
        self.files: dict[str, int] = {}

    def build(self) -> Recorded:
        """The program."""
        piece = self.piece
        hints = {source: self.hint(source) for source in piece.inputs}
        for source, where in zip(piece.inputs, piece.first):
            value = piece.nodes[where[0]].args[where[1]]
            value = value[where[2]] if len(where) == 3 else value
            self.names[source] = self.param(hints[source], value, ("arg", *where), True)
        active = list(self.params)
        for number, node in enumerate(piece.nodes):
            self.node(number, node)
        results = tuple(ir.Var(self.names[node]) for node in piece.outputs)
        if len(results) == 1:
            self.body.append(ir.Return(results[0], self.span))
        else:
            self.temps.add("results")
            self.body.append(ir.Let("results", ir.Build("tuple", results), self.span))
            self.body.append(ir.Return(ir.Var("results"), self.span))
        last = piece.outputs[-1]
        lines = Lines(last.code.co_filename, 1, (), tuple(self.texts.items()), tuple(self.files))
        name = site_of(last.code, last.at).target or "graph"
        dtypes = {self.names[node]: getattr(node.value, "dtype", None) for node in piece.nodes}
        function = ir.Function(
            f"{clean(name)}", tuple(ir.Param(p) for p in self.params), self.body, lines, self.span, self.temps,
            qualname=name, namespace={}, recorded=dtypes,
        )  # fmt: skip
        held = self.held()
        unread = {name: where for name, where in self.among() if name not in held}
        return Recorded(function, self.params, active, self.where, {**unread, **held}, set(unread))

    def held(self) -> dict[str, Where]:
        """Where each value is remembered whole: by the operation that gave it, or by one that read it."""
        reads = [node.reads() for node in self.piece.nodes]
        found = {n: where for n, where in self.where.items() if where[0] != "value" and reads[where[1]].args[where[2]]}
        for number, node in enumerate(self.piece.nodes):
            for position, source in enumerate(node.inputs):
                if reads[number].args[position]:
                    many = source.__class__ is tuple
                    for item, inner in enumerate(source if many else (source,)):
                        if inner is not None:
                            where = ("arg", number, position, item) if many else ("arg", number, position)
                            found.setdefault(self.names[inner], where)
            if reads[number].value:
                found[self.names[node]] = ("value", number)
        return found

    def among(self) -> Iterator[tuple[str, Where]]:
        """What is handed over among others that are read, and where it is."""
        for number, node in enumerate(self.piece.nodes):
            for position in node.reads().among:
                if node.inputs[position] is not None:
                    yield self.names[node.inputs[position]], ("arg", number, position)

    # ------------------------------------------------------------------------------------------------------- names

    def fresh(self, hint: str) -> str:
        """A name like this one that nothing has."""
        name, number = hint, 2
        while name in self.taken:
            name = f"{hint}_{number}"
            number += 1
        self.taken.add(name)
        return name

    def hint(self, source: Any) -> str:
        """What an input is called where it is first read."""
        if isinstance(source, Node):
            found = site_of(source.code, source.at).target
            if found is not None:
                return clean(found)
        number, position, *_ = self.piece.first[self.piece.inputs.index(source)]
        return self.named(number, position) or "x"

    def named(self, number: int, position: int) -> str | None:
        """The name of an argument in the user's text."""
        node = self.piece.nodes[number]
        site = site_of(node.code, node.at)
        operands = site.operands
        if node.op.name in SWAPPED:
            operands = operands[::-1]
        if node.op.what[0] == "method":
            operands = (site.owner, *operands)
        if position < len(operands) and operands[position]:
            return clean(str(operands[position]))
        return None

    def param(self, hint: str, value: Any, where: Where, active: bool) -> str:
        """A parameter for a value."""
        name = self.fresh(hint)
        self.params[name] = Inert(type(value)) if isinstance(value, (slice, Place)) else kind_of(value, active)
        self.where[name] = where
        return name

    def line(self, node: Node) -> ir.Span:
        """The place of a node, its line numbered so that lines of different files differ."""
        filename, number = node.code.co_filename, site_of(node.code, node.at).line
        first = self.files.setdefault(filename, len(self.files) * IN_A_FILE)
        self.texts.setdefault(first + number, linecache.getline(filename, number).strip())
        return ir.Span(first + number, first + number)

    # -------------------------------------------------------------------------------------------------- statements

    def node(self, number: int, node: Node) -> None:
        """The statement of a node."""
        self.span = self.line(node)
        atoms = [self.argument(number, position, node, source) for position, source in enumerate(node.inputs)]
        expression = self.expression(node, atoms)
        site = site_of(node.code, node.at)
        written = node.op.name in WRITES
        if written:
            source = node.inputs[0]
            name = self.fresh(self.original(self.names[source]) if source is not None else self.role(number, node))
        elif site.target is not None and not self.same_site_later(number, node):
            name = self.fresh(clean(site.target))
        else:
            name = self.fresh(self.role(number, node))
            self.temps.add(name)
        self.names[node] = name
        self.where[name] = ("value", number)
        self.body.append(ir.Let(name, expression, self.span))

    def same_site_later(self, number: int, node: Node) -> bool:
        """Whether a later node has the same place: it is its result that the name is given to."""
        following = self.piece.nodes[number + 1 : number + 4]
        return any(other.code is node.code and other.at == node.at for other in following) and not any(
            site_of(other.code, other.at).line != site_of(node.code, node.at).line for other in following[:1]
        )

    @staticmethod
    def original(name: str) -> str:
        """The name of a variable without the number that tells its values apart."""
        return re.sub(r"_\d+$", "", name)

    def role(self, number: int, node: Node) -> str:
        """A name for what has none in the program: what the operation that reads it calls it, or by that operation."""
        for further, later in enumerate(self.piece.nodes[number + 1 :], number + 1):
            if node in later.inputs:
                called = self.named(further, later.inputs.index(node))
                if called is not None:
                    return called
                target = site_of(later.code, later.at).target
                return f"{clean(target)}_arg" if target is not None else f"{clean(later.op.name)}_arg"
        return "value"

    def argument(self, number: int, position: int, node: Node, source: Any) -> ir.Atom:
        """The atom for an argument."""
        value = node.args[position]
        if isinstance(source, (Node, Leaf)):
            return ir.Var(self.names[source])
        if isinstance(source, tuple):
            atoms: list[ir.Atom] = []
            for item, (inner, part) in enumerate(zip(source, value)):
                if inner is not None:
                    atoms.append(ir.Var(self.names[inner]))
                    continue
                where, listed = (number, position, item), numbers_listed(part)
                part = np.asarray(part) if listed else part
                atoms.append(self.constant(part, True, node, ("array" if listed else "arg", *where), "item"))
            made = ir.Build("tuple" if isinstance(value, tuple) else "list", tuple(atoms))
            return self.let("arrays", made, ("arg", number, position))
        index = node.op.indexed and position == 1
        other = "view" if isinstance(value, Place) else "index" if index else "factor"
        hint = self.named(number, position) or other
        operand = node.op.operands[position]
        if operand and not index and numbers_listed(value):
            # formulas compute with numbers in a list as with an array
            return ir.Var(self.param(hint, np.asarray(value), ("array", number, position), False))
        return self.constant(value, operand, node, ("arg", number, position), hint)

    def let(self, hint: str, expression: ir.Expr, where: Where) -> ir.Var:
        """Bind an expression to a temporary; the graph remembers its value as well."""
        name = self.fresh(hint)
        self.temps.add(name)
        self.where[name] = where
        self.body.append(ir.Let(name, expression, self.span))
        return ir.Var(name)

    def constant(self, value: Any, operand: bool, node: Node, where: Where, hint: str) -> ir.Atom:
        """An argument that is not tracked: a literal, or a parameter."""
        cls = type(value)
        if value is None or value is Ellipsis or cls is str:
            return ir.Const(value)
        if cls in NUMBERS:
            # a literal: an axis, or a number that stands in the program's text
            literal = not operand or is_written(value, node.code)
            return ir.Const(value) if literal else ir.Var(self.param(hint, value, where, False))
        if cls is slice and is_written(value, node.code):
            return self.let("part", ir.Slice(*map(ir.Const, (value.start, value.stop, value.step))), where)
        if cls in (tuple, list):
            atoms = tuple(self.constant(part, operand, node, (*where, item), hint) for item, part in enumerate(value))
            return self.let("parts", ir.Build(cls.__name__, atoms), where)
        if cls is np.ndarray or isinstance(value, np.generic) or cls is slice or cls is Place or is_sparse(cls):
            return ir.Var(self.param(hint, value, where, False))
        return ir.Bound(self.fresh(clean(name_of(value))), value)

    def expression(self, node: Node, atoms: list[ir.Atom]) -> ir.Expr:
        """What a node computes."""
        op = node.op
        keywords = tuple(zip(op.names, atoms[op.count :] if op.names else ()))
        args = tuple(atoms[: op.count])
        match op.what:
            case ("operator", name):
                return ir.Prim(name, args)
            case ("item",) | ("part",):
                return ir.Item(args[0], args[1])
            case ("attribute", name):
                return ir.Attr(args[0], name)
            case ("method", name):
                return ir.CallMethod(args[0], name, args[1:], keywords)
        function = op.what[1]
        return ir.Call(ir.Bound(clean(name_of(function)).replace(".", "_"), function), args, keywords)


def clean(name: str) -> str:
    """A name as an identifier that is no keyword."""
    name = re.sub(r"\W", "_", name).strip("_") or "value"
    return f"{name}_" if keyword.iskeyword(name) else f"_{name}" if name[0].isdigit() else name
