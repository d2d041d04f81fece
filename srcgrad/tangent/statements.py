"""The tangents of statements that are no control flow: each by its meaning.

y = np.tanh(z)       y_dot = z_dot * (1.0 - y * y)
y = f(x)             y, y_dot = f_jvp(x, x_dot)
a, b = b, a          a_dot, b_dot = b_dot, a_dot
items.append(y)      dots.set(y, y_dot), where y is made
y = items[0]         y_dot = dots.get(y)
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.hooks import without_hooks
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import (
    Apart,
    ByCall,
    ByRule,
    Copies,
    Detached,
    Dynamic,
    Fills,
    Hooked,
    Moves,
    Plain,
    Rebinds,
    Rows,
    Snapshots,
    Stores,
)
from srcgrad.analysis.versions import Version
from srcgrad.tangent.memory import written
from srcgrad.tangent.outputs import Outputs
from srcgrad.tangent.writing import RESULT, Tan

UNDERSTOOD = (
    Apart, ByCall, ByRule, Copies, Detached, Dynamic, Fills, Hooked, Moves, Plain, Rebinds, Rows, Snapshots, Stores,
    type(None),
)  # fmt: skip


class Statements(Outputs):
    """Writes one statement and its tangent."""

    def simple(self, stmt: Any) -> None:
        """A statement that has no blocks."""
        meaning = self.inf.meanings.get(stmt)
        self.span = stmt.span
        if stmt in self.facts.unmade:
            return
        if not isinstance(meaning, UNDERSTOOD):
            raise self.refuse("this statement in forward mode", "take the gradient with srcgrad.grad instead")
        if isinstance(meaning, (ByCall, Dynamic)) and not isinstance(stmt, ir.Unpack):
            self.call(stmt, meaning)
            return
        if isinstance(meaning, Fills):
            self.fill(stmt, meaning)
            return
        if isinstance(meaning, Stores) and isinstance(stmt, ir.StoreItem):
            self.store(stmt, meaning)
            return
        if isinstance(stmt, ir.Augment) and self.in_place(stmt, meaning):
            self.augment(stmt, meaning.use if isinstance(meaning, Rebinds) else None)
            return
        match stmt:
            case ir.Let(target=target):
                self.let(stmt, target, meaning)
            case ir.Augment(target=target):
                self.let(stmt, target, meaning)
            case ir.Unpack():
                self.unpack(stmt, meaning)
            case ir.Import(target=target):
                self.zero(target, self.inf.defs[stmt][target], ir.Var(RESULT))
                self.place([stmt], target)
            case _:
                self.place([stmt], moves=isinstance(stmt, ir.Comment))

    def in_place(self, stmt: ir.Augment, meaning: Any) -> bool:
        """Whether `name op= value` writes an array that has a tangent, which other names may show as well."""
        if isinstance(meaning, Plain):
            kind = self.inf.reads[stmt][stmt.target].kind
            array = isinstance(kind, Num) and not kind.is_number
            return array and self.tangent(stmt, ir.Var(stmt.target)) is not None
        return isinstance(meaning, Rebinds) and meaning.in_place

    def let(self, stmt: Any, target: str, meaning: Any) -> None:
        """An assignment to a name."""
        version = self.inf.defs[stmt][target]
        self.target = target
        tan = self.tangent_of(stmt, meaning, version)
        if tan is None:
            self.nothing(target, version)
        elif self.numeric(version):
            self.bind(target, tan, version)
        elif version.active:
            # other ways through the program bind the name to what is no number: it is looked for by identity
            self.effect("set", ir.Var(RESULT), tan.atom)
        effects = isinstance(meaning, (Moves, Plain)) and not quiet(stmt)
        self.place(self.primal(stmt, meaning), target, moves=not effects)

    def tangent_of(self, stmt: Any, meaning: Any, version: Version) -> Tan | None:
        """The tangent that an assignment gives its target; None where it has none, or it goes by identity."""
        match meaning:
            case Rebinds(use=use) | (ByRule(result=Num()) as use):
                tan = self.by_rule(stmt, use, version)
                return None if tan is None else self.own(stmt, use, version, tan)
            case ByRule():
                tan = self.by_rule(stmt, meaning, version)
                if tan is not None:
                    self.effect("set_items", ir.Var(RESULT), tan.atom)
                return None
            case Copies(source=source):
                tan = self.tangent(stmt, source)
                if getattr(source, "name", None) in self.aliased:
                    self.aliased.add(version.name)
                return tan or self.by_identity(version)
            case Rows(source=source):
                tan = self.full(stmt, source)
                loop = self.looped_over(stmt, source)
                if tan is not None and loop is not None:
                    self.rows[loop] = tan.atom
                elif tan is not None:
                    self.effect("set_rows", ir.Var(RESULT), tan.atom)
                return None
            case Moves():
                part = self.part_read(stmt, version.name) if self.numeric(version) else None
                return self.by_identity(version) if part is None else Tan(self.emit(part, f"{version.name}_dot_here"))
        return None

    def looped_over(self, stmt: Any, source: Any) -> Any:
        """The loop that goes through the rows of an array, where nothing else does, and nobody writes the array."""
        array = self.version(stmt, source)
        if array is None or not isinstance(array.kind, Num) or written(array.kind):
            return None
        if not isinstance(stmt, ir.Let) or not self.facts.only_use(stmt.target):
            return None
        (use,) = self.facts.uses[stmt.target]
        if not isinstance(use, ir.For) or not self.facts.adjacent(stmt, use):
            return None
        return use if self.numeric(self.inf.defs[use][use.target]) else None

    def by_identity(self, version: Version) -> Tan | None:
        """The tangent of a value that came out of an object."""
        if not self.numeric(version):
            return None
        return Tan(self.asked("get", ir.Var(RESULT), f"{version.name}_dot_held"))

    def part_read(self, stmt: Any, name: str) -> ir.Expr | None:
        """`w = params["w"]`, where the tangent of the structure is a structure: its part."""
        for field in self.fields.values():
            key = field.loads.get((stmt, name))
            if key is not None:
                return ir.Item(ir.Var(self.names.dot(field.name)), ir.Const(key))
        return None

    def nothing(self, name: str, version: Version) -> None:
        """A variable whose value has no tangent, or one by identity."""
        self.zero(name, version, ir.Var(RESULT))
        if self.numeric(version):
            # active for all that is known, and yet nothing flows: an operand declared to have no derivative
            self.bind(name, Tan(self.zero_atom(version)), version)

    def zero_atom(self, version: Version) -> Any:
        """The tangent zero of a version, as an operand."""
        made = self.zeros(version.kind, ir.Var(RESULT))
        return made if isinstance(made, ir.Const) else self.emit(made)

    def primal(self, stmt: Any, meaning: Any) -> ir.Block:
        """The user's statement, as it is run."""
        if isinstance(meaning, (Detached, Hooked, Snapshots)):
            return without_hooks(self.inf, stmt, meaning)
        return [stmt]

    def unpack(self, stmt: ir.Unpack, meaning: Any) -> None:
        """`a, b = value`: from the sources of a display, from a call, or from the objects that held them."""
        versions = self.inf.defs[stmt]
        sources = self.facts.parallel.get(stmt)
        pair = self.pairs.get(stmt)
        if isinstance(meaning, Apart):
            tan = self.full(stmt, meaning.source)
            pair = None if tan is None else tan.atom
        wanted = [name for name in dict.fromkeys(stmt.targets) if self.numeric(versions[name])]
        direct: list[str] = []
        if pair is not None:
            direct = wanted
            targets = tuple(self.names.dot(n) if n in wanted else self.names.fresh("_") for n in stmt.targets)
            self.write(ir.Unpack(targets, None, pair, self.span))
        elif sources is not None:
            build = self.facts.parallel_build[stmt]
            found = {name: self.full(build, source) for name, source in zip(stmt.targets, sources)}
            direct = [name for name in wanted if found[name] is not None]
            self.together(direct, [found[name].atom for name in direct])  # type: ignore[union-attr]
        tangents, self.now = self.now, []
        if any(ir.Var(name) in ir.statement_operands(s) for s in self.waiting for name in stmt.targets):
            self.flush()
        if any(ir.Var(name) in ir.statement_operands(s) for s in tangents for name in stmt.targets):
            self.flush()
            self.out += tangents
            self.place([stmt])
        else:
            self.place([stmt])
            self.waiting += tangents
        for name in stmt.targets:
            self.state.pop(name, None)
            if name in direct:
                self.keep(name, ir.Var(name))
            elif name in wanted and not isinstance(meaning, Apart):
                self.loaded(stmt, name, versions[name])
            else:
                self.zero(name, versions[name], ir.Var(name))
        self.place([], moves=False)

    def together(self, names: list[str], atoms: list[Any]) -> None:
        """Several tangents change places at once."""
        if len(names) == 1:
            self.write(ir.Let(self.names.dot(names[0]), atoms[0], self.span))
        elif names:
            packed = self.emit(ir.Build("tuple", tuple(atoms)), "tangents")
            self.write(ir.Unpack(tuple(self.names.dot(name) for name in names), None, packed, self.span))

    def loaded(self, stmt: Any, name: str, version: Version) -> None:
        """The tangent of a variable that was bound to a value out of an object."""
        part = self.part_read(stmt, name)
        self.uses_dots = self.uses_dots or part is None
        value = part or ir.CallMethod(self.dots, "get", (ir.Var(name),))
        self.write(ir.Let(self.names.dot(name), value, self.span))
        if part is not None:
            self.keep(name, ir.Var(name))


def quiet(stmt: Any) -> bool:
    """Whether a statement without derivative surely does nothing but compute: operators, reads, displays."""
    return isinstance(stmt, ir.Let) and not isinstance(stmt.value, (ir.Call, ir.CallMethod))
