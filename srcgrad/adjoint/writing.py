"""Writing reverse statements: adjoints by name, contributions added up, values of the forward by placeholder.

A contribution to a variable's adjoint is written as one would by hand:

    contribute x, g            x_bar = g
    contribute x, h            x_bar = x_bar + h, and x_bar += h once its memory is nobody else's
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from srcgrad import ir
from srcgrad.adjoint import relevance
from srcgrad.adjoint.decisions import Decisions
from srcgrad.adjoint.needs import Needs
from srcgrad.adjoint.state import Adj, States
from srcgrad.adjoint.values import Val, maybe_complex
from srcgrad.adjoint.written import computed_integer, written_index
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Known, Num, is_array, same_dtype
from srcgrad.analysis.meaning import Fills
from srcgrad.analysis.versions import Version

BARS = ir.Var("bars")


class Writing:
    """The statements written so far, and what is known of each adjoint at this point."""

    def __init__(self, inf: Inference, facts: relevance.Facts, decisions: Decisions, names: Any, needs: Needs) -> None:
        self.inf = inf
        self.facts = facts
        self.decisions = decisions
        self.names = names
        self.needs = needs
        self.out: ir.Block = []
        self.state: States = {}
        self.scope: list[Any] = [None]
        self.span = inf.function.span
        self.target = "value"
        self.quoted: int | None = None
        self.uses_bars = False
        self.shapes: dict[str, Any] = {}
        self.loops: dict[Any, list[ir.For]] = {}
        self.seed: Adj | None = None
        # whether the result is (value, aux), of which only the value has a cotangent
        self.aux = False
        # whether the function works on CuPy arrays, where a number is an array that `+=` writes into
        self.on_cupy = False
        self.guards: list[Callable[[], ir.Var]] = []
        self.unpackings = {call: unpacking for unpacking, call in facts.unpacked_call.items()}
        self.pending_bars: dict[Any, tuple[list[ir.Atom], bool]] = {}
        # what formulas share: it is read again, and keeps its name
        self.shared: set[str] = set()
        # whether the cotangent at hand is written later on, so that what is taken out of it is a copy
        self.stays = False

    def bar(self, name: str) -> str:
        """The name of a variable's adjoint."""
        return str(self.names.adjoint(name))

    def emit(self, expr: ir.Expr, hint: str | None = None) -> ir.Var:
        """Bind an expression to a fresh temporary."""
        name = self.names.temp(hint or f"{self.target}_bar_part")
        self.write(ir.Let(name, expr, self.span))
        return ir.Var(name)

    def emit_plain(self, expr: ir.Expr, hint: str) -> ir.Var:
        """Bind an expression that belongs to no line of the user's: a test, a loop's iterable."""
        name = self.names.temp(hint)
        self.out.append(ir.Let(name, expr, self.span))
        return ir.Var(name)

    def write(self, stmt: ir.Stmt) -> None:
        """Write a statement, under the user's line that it belongs to."""
        if self.quoted != self.span.line and not isinstance(stmt, ir.Comment):
            self.quoted = self.span.line
            text = self.inf.function.source.quoted(self.span.line)
            if text:
                self.out.append(ir.Comment(text, self.span))
        self.out.append(stmt)

    def assign(self, name: str, expr: ir.Expr, adj: Adj) -> None:
        """`name_bar = expr`, after whoever still refers to the old name_bar has been given a name of its own."""
        target = self.bar(name)
        self.release(target)
        self.write(ir.Let(target, expr, self.span))
        adj.atom = ir.Var(target)
        self.state[name] = adj

    def release(self, target: str) -> None:
        """Whoever still refers to this name is given a name of its own: it is about to be assigned."""
        for other, adj in self.state.items():
            if adj.atom == ir.Var(target) and self.bar(other) != target:
                own = self.bar(other)
                if any(each.atom == ir.Var(own) for each in self.state.values()):
                    # its name still holds the adjoint of another: two have changed places
                    own = self.names.temp(f"{target}_before")
                self.write(ir.Let(own, adj.atom, self.span))
                adj.atom = ir.Var(own)
                adj.owned = False

    def settle(self) -> None:
        """Give every adjoint its own name, as control flow wants it: no name is assigned before it has been read."""
        waiting = [(self.bar(name), adj) for name, adj in self.state.items() if adj.atom != ir.Var(self.bar(name))]
        while waiting:
            read = {adj.atom for _, adj in waiting}
            ready = next((each for each in waiting if ir.Var(each[0]) not in read), None)
            if ready is None:
                # around in a circle: one is set aside
                name = waiting[0][0]
                aside = ir.Var(self.names.temp(f"{name}_before"))
                self.write(ir.Let(aside.name, ir.Var(name), self.span))
                for _, adj in waiting:
                    adj.atom = aside if adj.atom == ir.Var(name) else adj.atom
                continue
            waiting.remove(ready)
            name, adj = ready
            self.write(ir.Let(name, adj.atom, self.span))
            adj.atom = ir.Var(name)
            adj.owned = False

    def contribute(self, name: str, val: Val, full: bool, kind: Any = None, maybe_real: bool = False) -> None:
        """Add a value to the adjoint of a variable of this kind; `maybe_real` as `Adj.real`, of the value."""
        old = self.state.get(name)
        real = old is None or old.real or old.atom == ir.Const(0.0)
        self.add(name, val, full)
        if isinstance(kind, Num) and maybe_complex(kind):
            # of recorded operations less is known: any of them may give real numbers
            unknown = kind.dtype is None or self.inf.function.recorded is not None
            self.state[name].real = real and (maybe_real or val.real or unknown)

    def add(self, name: str, val: Val, full: bool) -> None:
        """Add a value to a variable's adjoint."""
        assert val.atom is not None
        old = self.state.get(name)
        if old is None:
            last = self.last_let(val.atom)
            if val.fresh and last is not None:
                # the value was computed just now: name it for what it is
                self.release(self.bar(name))
                if self.out[-1] is last:
                    last.target = self.bar(name)
                    val.atom = ir.Var(last.target)
            self.state[name] = Adj(val.atom, full, val.fresh, val.shape, boxed=val.boxed)
            return
        if isinstance(old.atom, ir.Const) and old.atom.value == 0.0:
            self.state[name] = Adj(val.atom, full, val.fresh, val.shape, boxed=val.boxed)
            return
        target = self.bar(name)
        full_now = old.full or full
        op = "add"
        negated = self.just_written(val.atom, "neg")
        if negated is not None:
            # x_bar + -(y) is written x_bar - y
            self.out.pop()
            op, val.atom = "sub", negated.args[0]
        both = (old.atom, val.atom)
        if all(isinstance(a, ir.Const) for a in both):
            total = old.atom.value + val.atom.value if op == "add" else old.atom.value - val.atom.value  # type: ignore[union-attr]
            self.state[name] = Adj(ir.Const(total), False, False, ())
            return
        if op == "sub" and old.atom == val.atom:
            # what comes on one way goes on the other: a maximum subtracted before exp and added after log
            self.state[name] = Adj(ir.Const(0.0), False, False, ())
            return
        in_place = old.owned and old.full and not (old.real and not val.real)
        if in_place and old.atom == ir.Var(target) and not (self.on_cupy and not val.shape):
            self.release(target)
            self.write(ir.Augment(target, op, val.atom, self.span))
            old.shape = old.mask = None
            return
        summed = Adj(old.atom, full_now, full_now, boxed=old.boxed or val.boxed)
        self.assign(name, ir.Prim(op, (old.atom, val.atom)), summed)

    def last_let(self, atom: ir.Atom | None) -> ir.Let | None:
        """The last statement, if it is the one that bound this temporary, which nothing else reads."""
        last = self.just_bound(atom)
        return last if last is not None and self.names.is_temp(last.target) else None

    def just_bound(self, atom: ir.Atom | None) -> ir.Let | None:
        """The last statement, if it is the one that bound this name, and formulas do not share it."""
        last = self.out[-1] if self.out else None
        bound = isinstance(last, ir.Let) and atom == ir.Var(last.target) and last.target not in self.shared
        return last if bound else None  # type: ignore[return-value]

    def shared_as(self, atom: Any, name: str | None) -> Any:
        """A value computed just now that several formulas read, under this name."""
        last = self.last_let(atom)
        if last is None:
            return atom
        if name is not None:
            self.shapes[name], last.target = self.shapes.get(last.target), name
        self.shared.add(last.target)
        return ir.Var(last.target)

    def just_written(self, atom: ir.Atom | None, *ops: str) -> ir.Prim | None:
        """The operation that the last statement bound to this temporary, if it is one of these."""
        last = self.last_let(atom)
        return last.value if last is not None and isinstance(last.value, ir.Prim) and last.value.op in ops else None

    def to_bars(self, value: ir.Atom, adj: Adj) -> None:
        """Keep an adjoint under the identity of its value, for the statement that made the value."""
        self.uses_bars = True
        self.write(ir.Effect(ir.CallMethod(BARS, "add", (value, adj.atom)), self.span))

    def shape_of_atom(self, atom: ir.Atom) -> Any:
        """The shape of an atom of the reverse, None where it is not known."""
        if isinstance(atom, ir.Const):
            return () if isinstance(atom.value, (int, float, complex)) else None
        if not isinstance(atom, ir.Var):
            return None
        slot = self.needs.slots.get(atom.name)
        if slot is not None:
            kind = slot.kind
            return kind.shape if isinstance(kind, Num) else None
        return self.shapes.get(atom.name)

    def full_atom(self, atom: ir.Atom, shape: Any) -> bool:
        """Whether an atom is known to have exactly this shape."""
        return shape is not None and self.shape_of_atom(atom) == shape

    def primal(self, stmt: Any, atom: Any) -> Any:
        """The value that an operand had at a statement, as the reverse sees it."""
        written = self.index_again(stmt, atom) or self.transposed_again(stmt, atom)
        if written is None and isinstance(atom, ir.Var):
            written = self.number_again(self.inf.reads[stmt].get(atom.name))
        return self.needs.primal(stmt, atom) if written is None else written

    def number_again(self, version: Version | None) -> ir.Atom | None:
        """A number computed again from what is kept, where that is as cheap as to remember it."""
        if version is None or version not in self.needs.again:
            return None
        made = version.anchor
        expr: Any = made.value
        if isinstance(expr, ir.Item):
            array = self.inf.reads[made][getattr(expr.obj, "name", "")]
            item = ir.Item(self.needs.version(array), self.fixed(made, expr.index))
            return self.emit(item, f"{version.name}_again")
        args = tuple(self.operand_again(made, atom) for atom in expr.args)
        return self.emit(ir.Prim(expr.op, args), f"{version.name}_again")

    def operand_again(self, made: ir.Let, atom: ir.Atom) -> Any:
        """An operand of a number that is computed again."""
        version = self.inf.reads[made].get(getattr(atom, "name", ""))
        if version is None:
            return atom
        kind = version.kind
        return ir.Const(kind.value) if isinstance(kind, Known) else self.primal(made, atom)

    def made(self, stmt: Any, version: Version) -> ir.Atom:
        """What a statement made, as it was then."""
        return self.number_again(version) or self.needs.made(stmt, version)

    def transposed_again(self, stmt: Any, atom: Any) -> ir.Atom | None:
        """`w.T` where the user wrote just that: it costs no more than to remember it."""
        version = self.inf.reads[stmt].get(atom.name) if isinstance(atom, ir.Var) else None
        function = self.inf.function
        recorded = function.recorded is not None
        if version is None or version.name not in function.temps or recorded or self.inf.writes_arrays:
            return None
        made = version.anchor
        if not (isinstance(made, ir.Let) and isinstance(made.value, ir.Attr) and made.value.name == "T"):
            return None
        if not isinstance(made.value.obj, ir.Var) or not isinstance(version.kind, Num) or not version.kind.shape:
            return None
        return self.emit(ir.Attr(self.primal(made, made.value.obj), "T"), f"{version.name}_again")

    def transposed(self, atom: ir.Atom) -> ir.Atom:
        """`atom.T`: what it is the transpose of, where that was written here."""
        made = next((s for s in reversed(self.out) if isinstance(s, ir.Let) and ir.Var(s.target) == atom), None)
        if made is not None and isinstance(made.value, ir.Attr) and made.value.name == "T":
            return made.value.obj
        return self.emit(ir.Attr(atom, "T"))

    def transposed_product(self, atom: ir.Atom | None) -> ir.Atom | None:
        """`(a.T @ b).T` as `b.T @ a`, where a cotangent that ends here is a product written just now; else None."""
        last = self.just_bound(atom)
        if last is None or not isinstance(last.value, ir.Prim) or last.value.op != "matmul":
            return None
        if any(adj.atom == atom for adj in self.state.values()):  # another operand has it too: x + x.T
            return None
        self.out.pop()
        a, b = last.value.args
        return self.emit(ir.Prim("matmul", (self.transposed(b), self.transposed(a))))

    def fixed(self, stmt: Any, atom: Any) -> Any:
        """An argument that is no number, an index for one, as the reverse sees it."""
        written = self.index_again(stmt, atom)
        return self.needs.fixed(stmt, atom) if written is None else written

    def index_again(self, stmt: Any, atom: Any) -> ir.Atom | None:
        """An index that the user wrote out with constants (`1:-1`, `:, None`), written out once more."""
        version = self.inf.reads[stmt].get(atom.name) if isinstance(atom, ir.Var) else None
        if version is None or version.name not in self.inf.function.temps:
            return None
        made = version.anchor
        if isinstance(made, ir.Let) and isinstance(made.value, (ir.Slice, ir.Build)):
            return self.same_index(made)
        return self.same_number(stmt, atom) or written_index(version.kind, self.emit)

    def same_index(self, made: ir.Let) -> ir.Atom | None:
        """A slice or a tuple of integers and slices, made of the same numbers again."""
        atoms = list(ir.operands(made.value))
        parts: list[Any] = []
        for atom in atoms:
            version = self.inf.reads[made].get(atom.name) if isinstance(atom, ir.Var) else None
            inner = version.anchor if version is not None and version.name in self.inf.function.temps else None
            if isinstance(inner, ir.Let) and isinstance(inner.value, (ir.Slice, ir.Build)):
                part = self.same_index(inner)
            elif isinstance(atom, ir.Const):
                part = atom
            elif version is not None and isinstance(version.kind, Num) and version.kind.is_number:
                part = self.same_number(made, atom) or self.needs.primal(made, atom)
            else:
                part = None
            if part is None:
                return None
            parts.append(part)
        if isinstance(made.value, ir.Slice):
            return self.emit(ir.Slice(*parts), "index")
        if isinstance(made.value, ir.Build) and made.value.kind == "tuple":
            return self.emit(ir.Build("tuple", tuple(parts)), "index")
        return None

    def shape_of_operand(self, stmt: Any, atom: Any) -> Any:
        """What stands for an operand where only its shape and type are asked: an array itself, written since or not."""
        version = self.inf.reads[stmt].get(atom.name) if isinstance(atom, ir.Var) else None
        if version is None or not is_array(version.kind) or version.place in ("item", "written"):
            return self.primal(stmt, atom)
        return self.needs.shape(stmt, atom, version)

    def shape_of_result(self, stmt: Any, version: Version) -> Any:
        """What stands for what a statement made where only its shape and type are asked."""
        meaning = self.inf.meanings.get(stmt)
        if version.place == "written" and isinstance(meaning, Fills):
            return self.shape_of_operand(stmt, meaning.out)
        plain = is_array(version.kind) and version.place not in ("item", "written")
        return self.needs.alike(version) if plain else self.needs.made(stmt, version)

    def same_number(self, stmt: Any, atom: Any) -> ir.Atom | None:
        """`i - 1` computed again, where it is made of one integer and constants; None where it is not."""
        found = computed_integer(self.inf, stmt, atom)
        if found is None:
            return None
        made, operation = found
        again = [
            part if isinstance(part, ir.Const) else self.same_number(made, part) or self.needs.primal(made, part)
            for part in operation.args
        ]
        return self.emit(ir.Prim(operation.op, tuple(again)), "index")

    def result(self, version: Version) -> ir.Var:
        """What a statement's target holds (of a store: what is there afterwards)."""
        if version.place == "written":
            return self.needs.made(version.anchor, version)
        return self.needs.version(version)

    def filled(self, adj: Adj, version: Version) -> Adj:
        """An adjoint with the shape of its variable."""
        if adj.full or (isinstance(version.kind, Num) and version.kind.shape == ()):
            return adj
        like = self.shape_of_result(version.anchor, version)
        var = self.emit(ir.Call(self.names.helper("fill"), (adj.atom, like)), f"{version.name}_bar_full")
        return Adj(var, True, False, None)

    def zero_for(self, stmt: Any, name: str) -> Adj:
        """The adjoint with which a variable that only gets one inside a loop starts."""
        version = self.facts.before_loop(stmt, name)
        own = ir.Var(self.bar(name))
        if version is None or not isinstance(version.kind, Num) or version.maybe_unbound:
            return Adj(own, False, False)
        kind, head = version.kind, self.inf.versions.get((stmt, "top", name))
        if kind.shape == ():
            return Adj(own, True, True)  # a number: `+=` binds the name anew
        later = kind if head is None else head.kind
        if not isinstance(later, Num) or later.shape != kind.shape or not same_dtype(later.dtype, kind.dtype):
            return Adj(own, False, False)
        if kind.shape and is_array(kind) and is_array(later) and kind.dtype is not None and later.active:
            return Adj(own, True, True)
        return Adj(own, False, False)
