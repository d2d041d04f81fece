"""Writing tangent statements beside the user's: names, what is known of each tangent, the order of both.

The statements of one of the user's lines come first, those of its tangents after them, so that the line can be
printed as the user wrote it:

    z = x @ w                   y = np.tanh(x @ w)
    z_dot = x_dot @ w           y_dot = x_dot @ w * (1.0 - y * y)
    y = np.tanh(z)
    y_dot = z_dot * ...

A tangent that needs a value which its own statement overwrites is written before it:

    x_dot = x_dot * np.cos(x)
    x = np.sin(x)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.relevance import Facts
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import Copies
from srcgrad.analysis.versions import Version
from srcgrad.errors import UnsupportedError
from srcgrad.tangent.names import DotNames

# what a formula reads as the result, until it is known whether the name still holds what it held before
RESULT = "\0result"


@dataclass(slots=True)
class Tan:
    """What is known of a tangent: its operand, its axes, and whether it has the shape of its value for sure."""

    atom: Any
    shape: Any = None
    full: bool = True


class Writing:
    """The statements written so far."""

    def __init__(self, inf: Inference, facts: Facts, names: DotNames) -> None:
        self.inf = inf
        self.facts = facts
        self.names = names
        self.dots = ir.Var(names.dots)
        self.uses_dots = False
        self.out: ir.Block = []
        # the tangents of the statements of this line, and the statement at hand's
        self.waiting: ir.Block = []
        self.now: ir.Block = []
        self.made: set[Any] = set()
        self.span = inf.function.span
        self.state: dict[str, Tan] = {}
        self.shapes: dict[str, Any] = {}
        self.target = "value"
        self.guarded = 0
        # variables whose tangent is that of another one, though their value is not
        self.aliased: set[str] = set()
        # variables whose tangent was computed for them alone
        self.owned: set[str] = set()
        self.wanted = wanted_zeros(inf)
        self.held = held_names(inf, facts)
        # the statements that are written already
        self.done: set[Any] = set()

    # --------------------------------------------------------------------------------------------------- statements

    def emit(self, expr: ir.Expr, hint: str | None = None) -> ir.Var:
        """Bind an expression of a tangent to a fresh temporary."""
        name = self.names.temp(hint or f"{self.target}_dot_part")
        self.write(ir.Let(name, expr, self.span))
        return ir.Var(name)

    def write(self, stmt: ir.Stmt) -> None:
        """Write a statement about tangents."""
        self.now.append(stmt)
        self.made.add(stmt)

    def place(self, stmts: ir.Block, target: str | None = None, moves: bool = True) -> None:
        """Put the user's statements, and the tangents written for them, where both mean what they should.

        target   the name that the statements bind
        moves    whether tangents that were written for the statements before may stand after these
        """
        tangents, self.now = self.now, []
        if not moves or (self.waiting and self.waiting[-1].span.line != self.span.line):
            self.flush()
        if target is None:
            self.out += stmts
            self.waiting += tangents
            self.settle_line(moves)
            return
        own = ir.Var(target)
        if any(own in ir.statement_operands(s) for s in self.waiting):
            self.flush()
        old = any(own in ir.statement_operands(s) for s in tangents)
        new = any(ir.Var(RESULT) in ir.statement_operands(s) for s in tangents)
        if old and (new or self.guarded):
            before = self.names.fresh(f"{target}_before")
            self.flush()
            self.out.append(ir.Let(before, own, self.span))
            for stmt in tangents:
                ir.replace_operand(stmt, own, ir.Var(before))
            old = False
        for stmt in tangents:
            ir.replace_operand(stmt, ir.Var(RESULT), own)
        if old:
            self.flush()
            self.out += tangents
            self.out += stmts
        else:
            self.out += stmts
            self.waiting += tangents
        self.settle_line(moves)

    def settle_line(self, moves: bool) -> None:
        """Write what waits where nothing may come between: a handler must find values and tangents in step."""
        if not moves or (self.guarded and any(t not in self.names.temps for s in self.waiting for t in ir.targets(s))):
            self.flush()

    def flush(self) -> None:
        """Write the tangents that wait."""
        self.out += self.waiting
        self.waiting = []

    def refuse(self, construct: str, advice: str) -> UnsupportedError:
        """The error for the statement at hand, located."""
        source, line = self.inf.function.source, self.span.line
        return UnsupportedError(construct, advice, source.filename, line, source.line(line))

    def again(self, stmt: Any, atom: Any) -> Any:
        """An index that the user wrote out, written out once more: `x_dot[i, 1:]` beside `x[i, 1:]`."""
        made = self.facts.definition.get(atom.name) if isinstance(atom, ir.Var) else None
        if not isinstance(made, ir.Let) or atom.name not in self.inf.function.temps or stmt not in self.facts.block_of:
            return atom
        if self.facts.block_of[made][0] is not self.facts.block_of[stmt][0]:
            return atom
        parts = [a for a in ir.operands(made.value) if isinstance(a, ir.Var)]
        if any(self.facts.rebound_between(made, stmt, part) for part in parts):
            return atom
        match made.value:
            case ir.Slice() | ir.Build(kind="tuple"):
                pass
            case ir.Prim(op="add" | "sub" | "neg" | "floordiv") if is_count(self.inf.defs[made][atom.name].kind):
                pass
            case _:
                return atom
        return self.emit(ir.map_atoms(made.value, lambda part: self.again(stmt, part)), f"{atom.name}_again")

    # ----------------------------------------------------------------------------------------------------- tangents

    def version(self, stmt: Any, atom: Any) -> Version | None:
        """The version that an operand holds."""
        return self.facts.version_of(stmt, atom)

    def numeric(self, version: Version | None) -> bool:
        """Whether a version's tangent goes by name."""
        return version is not None and version.active and isinstance(version.kind, Num)

    def tangent(self, stmt: Any, atom: Any) -> Tan | None:
        """The tangent of an operand that is a number; None where it is zero."""
        version = self.version(stmt, atom)
        if version is None or not version.active or not isinstance(version.kind, Num):
            return None
        found = self.state.get(atom.name)
        return found or Tan(ir.Var(self.names.dot(atom.name)), version.kind.shape)

    def full(self, stmt: Any, atom: Any) -> Tan | None:
        """The tangent of an operand, surely of its shape."""
        tan = self.tangent(stmt, atom)
        if tan is None or tan.full:
            return tan
        version = self.version(stmt, atom)
        assert version is not None and isinstance(version.kind, Num)
        tan = self.filled(tan, atom)
        tan.shape = version.kind.shape
        self.state[atom.name] = tan
        return tan

    def filled(self, tan: Tan, value: ir.Atom) -> Tan:
        """A tangent with the shape of its value."""
        expr = ir.Call(self.names.helper("fill"), (tan.atom, value))
        return Tan(self.emit(expr, f"{getattr(value, 'name', 'value').strip(chr(0))}_dot_full"), None, True)

    def bind(self, name: str, tan: Tan, version: Version) -> None:
        """`name_dot = ...`, and where objects may hold the value, its tangent by identity too."""
        dot = self.names.dot(name)
        kind = version.kind
        shape = kind.shape if isinstance(kind, Num) else None
        full = tan.full or shape == ()
        if not full and name not in self.inf.function.temps:
            tan, full = self.filled(tan, ir.Var(RESULT)), True
        last = self.now[-1] if self.now else None
        if isinstance(last, ir.Let) and ir.Var(last.target) == tan.atom and last.target in self.names.temps:
            self.names.temps.discard(last.target)
            last.target = dot
        elif tan.atom != ir.Var(dot):
            self.write(ir.Let(dot, tan.atom, self.span))
        self.state[name] = Tan(ir.Var(dot), shape if full else tan.shape, full)
        self.keep(name, ir.Var(RESULT))

    def keep(self, name: str, value: ir.Atom) -> None:
        """Where objects may hold the value of a variable, its tangent goes by identity too."""
        if name in self.held:
            tan = self.state.get(name) or Tan(ir.Var(self.names.dot(name)))
            if not tan.full:
                tan = self.state[name] = self.filled(tan, value)
            self.effect("set", value, tan.atom)

    def effect(self, method: str, *args: ir.Atom) -> None:
        """`dots.method(...)`, for what it does."""
        self.uses_dots = True
        self.write(ir.Effect(ir.CallMethod(self.dots, method, args), self.span))

    def asked(self, method: str, value: ir.Atom, hint: str) -> ir.Var:
        """`dots.method(value)`, for what it gives."""
        self.uses_dots = True
        return self.emit(ir.CallMethod(self.dots, method, (value,)), hint)

    def zero(self, name: str, version: Version, value: ir.Atom) -> None:
        """`name_dot = 0.0`, or zeros, where a value that does not depend on the inputs meets others that do."""
        self.state.pop(name, None)
        if version in self.wanted and not self.numeric(version):
            self.write(ir.Let(self.names.dot(name), self.zeros(version.kind, value), self.span))

    def zeros(self, kind: Any, value: ir.Atom) -> ir.Expr:
        """The tangent of a value that does not depend on the inputs."""
        if isinstance(kind, Num) and kind.box in ("array", "cupy") and kind.dtype is not None and not kind.maybe_none:
            if kind.dtype.kind in "fc":
                return ir.CallMethod(self.names.numpy, "zeros_like", (value,))
            return ir.CallMethod(self.names.numpy, "zeros", (self.shape_of(value),))
        unknown = isinstance(kind, Num) and (kind.shape is None or kind.dtype is None)
        if unknown or (isinstance(kind, Num) and kind.box in (None, "array", "cupy")):
            return ir.Call(self.names.tangent_helper("zero_of"), (value,))
        return ir.Const(0.0)

    def shape_of(self, value: ir.Atom) -> ir.Atom:
        return self.emit(ir.Attr(value, "shape"), "shape")


def held_names(inf: Inference, facts: Facts) -> set[str]:
    """Names whose values objects may hold, or that are numbers on some ways through the program and objects on others.

    What a held name is a copy of is held as well.
    """
    active = [v for v in inf.versions.values() if v.active]
    numbers = {v.name for v in active if isinstance(v.kind, Num)}
    held = set(facts.held) | (numbers & {v.name for v in active if not isinstance(v.kind, Num)})
    copies = [
        (stmt.target, meaning.source)
        for stmt, meaning in inf.meanings.items()
        if isinstance(meaning, Copies) and isinstance(stmt, ir.Let)  # a copy that nobody keeps is an effect
    ]
    while more := {s.name for target, s in copies if target in held and isinstance(s, ir.Var)} - held:
        held |= more
    return held


def is_count(kind: Any) -> bool:
    """Whether a value is surely a Python integer."""
    return isinstance(kind, Num) and kind.box == "py" and kind.dtype is not None and kind.dtype.kind == "i"


def wanted_zeros(inf: Inference) -> set[Version]:
    """The versions that a merged one covers which carries derivatives: each must have a tangent."""
    found: set[Version] = set()
    work = [v for v in inf.versions.values() if v.merge and v.active and isinstance(v.kind, Num)]
    while work:
        for source in work.pop().sources:
            if source not in found:
                found.add(source)
                work.append(source)
    return found
