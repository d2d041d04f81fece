"""The emitted reverse of a piece of a graph, and what it is handed.

The program of the piece goes through the passes that functions go through.  Its forward has run already, an operation
at a time, so that only the reverse is printed and compiled; what a forward would have packed is picked from the nodes.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.adjoint.assemble import RESIDUAL, Assembly
from srcgrad.adjoint.looks import ATTRIBUTES, FUNCTIONS
from srcgrad.adjoint.writing import BARS
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.meaning import Dynamic
from srcgrad.analysis.world import World
from srcgrad.callforward import CallForward
from srcgrad.emit.python import bound_names, print_function
from srcgrad.emit.register import bind
from srcgrad.locking import collector_paused, compiling
from srcgrad.runtime import dynamic
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.graph import Node, located
from srcgrad.tensors.program import IN_A_FILE, Builder, Recorded, Where
from srcgrad.tensors.reads import shaped
from srcgrad.tensors.sites import line_of
from srcgrad.tensors.steps import PART
from srcgrad.tensors.structure import Piece
from srcgrad.tensors.writes import clock, written_after

MAX_CACHED = 1024


class Emitted:
    """The reverse of every piece of one structure.

    text    the printed reverse
    lines   for each of its lines the number of the user's line
    called  how often it ran
    count   how many there were
    """

    count = 0

    def __init__(self, piece: Piece, whole: bool) -> None:
        with compiling, collector_paused():
            self.recorded = recorded = Builder(piece).build()
            # places in code are told apart by identity in the key: the code must live as long as this does
            self.codes = [node.code for node in piece.nodes]
            function = recorded.function
            inf = Inference(function, recorded.kinds, {}, {}, World()).run()
            self.refuse_unknown(inf, piece)
            modes = {name: "v" if name in recorded.active else "-" for name in recorded.kinds}
            assembly = Assembly(inf, modes, "api" if whole else "call", CallForward.for_meaning, dynamic)
            self.reverse_function = reverse = assembly.reverse(None)
            self.text, self.lines = print_function(reverse, own=assembly.own)
            found = bind(self.text, reverse.name, bound_names(reverse), {"__builtins__": builtins}, {})
            self.function = found[reverse.name]
        self.uses_bars = assembly.uses_bars
        self.by_identity = assembly.protocol == "bars"
        slots = assembly.remember.layout.get(None, [])
        # a slot is about an operand of a statement, or about a version of a name; names are bound once here
        names = [slot.anchor.name if slot.atom is None else slot.atom.name for slot in slots]
        if any(name not in recorded.where for name in names):
            raise of_listed(piece)
        used = dict(zip(names, values_used(reverse, names)))
        # what is read whole is as old as the first operation that remembers it
        self.wanted: list[Where] = [recorded.held[name] if used[name] else recorded.where[name] for name in names]
        self.by_value = [where for name, where in zip(names, self.wanted) if used[name] and name not in recorded.unread]
        self.pick = picker(self.wanted)
        self.returned = list(assembly.returned)
        self.called = 0

    def refuse_unknown(self, inf: Inference, piece: Piece) -> None:
        """Refuse an operation of which the passes know nothing."""
        for stmt, meaning in inf.meanings.items():
            if isinstance(meaning, Dynamic):
                node = next(n for n in piece.nodes if self.line_number(n) == stmt.span.line % IN_A_FILE)
                raise located(f"{node.op.name}() of these operands", "pass arrays of numbers", node.code, node.at)

    @staticmethod
    def line_number(node: Node) -> int:
        return line_of(node.code, node.at)

    def residual(self, piece: Piece) -> Any:
        """What the reverse is handed of the values that the graph remembers."""
        nodes = piece.nodes
        if clock.last > nodes[0].number:
            self.refuse_stale(nodes)
        return self.pick(nodes)

    def refuse_stale(self, nodes: list[Node]) -> None:
        """Refuse to compute with a value whose memory was written since."""
        for where in self.by_value:
            node = nodes[where[1]]
            value = value_at(nodes, where)
            several = isinstance(value, (tuple, list)) and node.op is not PART
            for part in value if several else (value,):
                by = written_after(part, node.number)
                if by is not None:
                    raise stale(node, where, by)

    def run(self, piece: Piece, bars: Any) -> tuple[Any, ...]:
        """The adjoints of the piece's inputs from those of its outputs (a tuple where there are several)."""
        self.called += 1
        residual = self.residual(piece)
        if not self.uses_bars and not self.by_identity:
            result = self.function(residual, bars)
        else:
            table = Adjoints()
            if self.by_identity:
                values = tuple(node.value for node in piece.outputs)
                table.add_items(values if len(values) > 1 else values[0], bars)
                bars = None
            result = self.function(residual, bars, *(table,)[: self.uses_bars])
        return result if len(self.returned) != 1 else (result,)


def of_listed(piece: Piece) -> Exception:
    """The refusal of a list, with tensors in it or empty, where an array is meant."""
    node = next((n for n in piece.nodes if any(isinstance(source, tuple) for source in n.inputs)), None)
    if node is None:
        nodes = [n for n in piece.nodes if any(isinstance(arg, (list, tuple)) for arg in n.args)]
        node = nodes[0] if nodes else piece.nodes[0]
        return located(f"{node.op.name}() of a list", "pass an array (np.array([]))", node.code, node.at)
    return located(
        f"{node.op.name}() of a list or tuple with tensors in it", "join them first (np.stack)", node.code, node.at
    )


def value_at(nodes: list[Node], where: Where) -> Any:
    """A value that the graph remembers."""
    if where[0] == "value":
        return nodes[where[1]].value
    value = nodes[where[1]].args
    for place in where[2:]:
        value = value[place]
    return np.asarray(value) if where[0] == "array" else value


def picker(wanted: list[Where]) -> Callable[[list[Node]], Any]:
    """The function that picks these values from a piece's nodes: a tuple, or the only one."""
    if not wanted:
        return lambda nodes: None
    parts = []
    for kind, number, *places in wanted:
        if kind == "value":
            parts.append(f"nodes[{number}].value")
        else:
            argument = f"nodes[{number}].args" + "".join(f"[{place}]" for place in places)
            parts.append(f"asarray({argument})" if kind == "array" else argument)
    text = parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
    made: Callable[[list[Node]], Any] = eval(f"lambda nodes: {text}", {"asarray": np.asarray})
    return made


def values_used(reverse: ir.Function, names: list[str]) -> list[bool]:
    """For each value that is handed over whether its elements matter, or only its shape and dtype."""
    first = reverse.body[0] if reverse.body else None
    targets: tuple[str, ...] = ()
    if isinstance(first, ir.Unpack) and first.value == RESIDUAL:
        targets = first.targets
    elif isinstance(first, ir.Let) and first.value == RESIDUAL:
        targets = (first.target,)
    if len(targets) != len(names):
        return [True] * len(names)
    matter: set[str] = set()
    lists: list[ir.Let] = []
    for stmt in ir.walk(reverse.body):
        if isinstance(stmt, ir.Let) and isinstance(stmt.value, ir.Build):
            lists.append(stmt)
        elif stmt is not first:
            matter |= read_by_value(stmt)
    for stmt in reversed(lists):
        # items of a list matter where the list does
        if stmt.target in matter:
            matter |= read_by_value(stmt)
    return [target in matter for target in targets]


def read_by_value(stmt: ir.Stmt) -> set[str]:
    """The names that a statement reads for more than their shape."""
    value = getattr(stmt, "value", None)
    skipped: frozenset[int] = frozenset()
    match value:
        case ir.Attr(name=name) if name in ATTRIBUTES:
            return set()
        case ir.CallMethod(obj=obj, name=name) if obj == BARS or (isinstance(obj, ir.Bound) and name in FUNCTIONS):
            return set()  # adjoints by identity; np.shape(x) and the like
        case ir.Call(func=ir.Bound(value=function), args=args):
            given = [(i, a.value) for i, a in enumerate(args) if isinstance(a, ir.Const) and isinstance(a.value, str)]
            skipped = shaped(function, tuple(given), len(args))
    passed = [atom for place, atom in enumerate(getattr(value, "args", ())) if place in skipped]
    found = []
    for atom in ir.statement_operands(stmt):
        if any(atom is each for each in passed):
            passed = [each for each in passed if each is not atom]
        elif isinstance(atom, ir.Var):
            found.append(atom.name)
    return set(found)


def stale(node: Node, where: Where, by: Any) -> TensorError:
    """The error for a value that was written after it was computed with."""
    what, code, at = by
    role = "its result" if where[0] == "value" else "an operand of it"
    return TensorError(
        f"the gradient of {node.op.name} ({node.code.co_filename}:{line_of(node.code, node.at)}) needs {role}, which "
        f"was modified in place by {what} ({code.co_filename}:{line_of(code, at)}) after the operation: "
        f"write to a copy (y = y.clone()), or compute a new value (y = y + ... instead of y += ...)"
    )


_cache: dict[Any, Emitted] = {}


def emitted_for(piece: Piece, whole: bool) -> Emitted:
    """The reverse for a piece, emitted when its structure is new."""
    key = (whole, piece.key)
    found = _cache.get(key)
    if found is None:
        with compiling:
            settled = (whole, piece.settled())
            found = _cache.get(settled)
            while len(_cache) >= MAX_CACHED:
                _cache.pop(next(iter(_cache)))
            if found is None:
                found = _cache[settled] = Emitted(piece, whole)
                Emitted.count += 1
            _cache[key] = found
    return found


def emissions() -> int:
    """How many reverses were emitted."""
    return Emitted.count


__all__ = ["Emitted", "Recorded", "emissions", "emitted_for"]
