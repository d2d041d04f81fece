"""Tangents of arrays that are written in place: arrays of their own, written in place beside them.

    u = x.copy()            u_dot = x_dot.copy()
    w = u[1:]               w_dot = u_dot[1:]           a view of the tangent, where w is a view
    u[i] = v                u_dot[i] = v_dot
    w += v                  w_dot += v_dot
    u *= v                  u_dot[...] = u_dot * v + u * v_dot;  u *= v

Two tangents share memory exactly where their values do.  Elsewhere a tangent may be another one as it stands
(`y = x + 1.0` has `y_dot = x_dot`): where something is, or may be, written, it is copied.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import ByRule, Stores
from srcgrad.analysis.ruled import sharing
from srcgrad.analysis.versions import Version
from srcgrad.tangent.calls import Calls
from srcgrad.tangent.writing import RESULT, Tan

ELLIPSIS = ir.Const(Ellipsis)
# views that the same call gives of a tangent, whatever the strides
ALWAYS_VIEWS = {
    "getitem", "transpose", "swapaxes", "moveaxis", "rollaxis", "squeeze", "expand_dims", "diagonal", "flip", "flipud",
    "fliplr", "rot90", "broadcast_to", "split", "array_split", "hsplit", "vsplit", "dsplit", "matrix_transpose",
}  # fmt: skip


class Memory(Calls):
    """Writes of arrays, and what aliases of tangents may be."""

    def own(self, stmt: Any, use: ByRule, version: Version, tan: Tan) -> Tan:
        """The tangent of a rule's result, in memory of its own where the result is."""
        kind = version.kind
        if not isinstance(kind, Num):
            return tan
        operands = [k for k in flattened(use.kinds) if isinstance(k, Num)]
        if kind.is_number or kind.shape == ():
            # a number that is computed from an array of no axes does not change with it
            apart = not sharing(use.rule, use.kinds) and any(written(k) for k in operands)
            return Tan(self.copied(tan.atom, version.name), ()) if apart and not self.is_new(tan.atom) else tan
        careful = version.name in self.held or any(written(k) for k in (kind, *operands))
        if not sharing(use.rule, use.kinds):
            if careful and not same_types(kind, operands):
                self.owned.add(version.name)
                full = tan if tan.full else self.filled(tan, ir.Var(RESULT))
                return Tan(self.typed(full.atom, version.name), kind.shape)
            if (self.is_new(tan.atom) or self.hands_on(stmt, use, tan.atom)) and tan.full:
                self.owned.add(version.name)
                return tan
            if not careful:
                self.aliased.add(version.name)
                return tan
            full = tan if tan.full else self.filled(tan, ir.Var(RESULT))
            return Tan(self.copied(full.atom, version.name), kind.shape)
        if not careful or use.rule.name in ALWAYS_VIEWS:
            return tan
        bound = [b for n, b in use.bound.items() if n in use.rule.formulas]
        sources = [s for b in bound for s in (b if isinstance(b, tuple) else (b,)) if self.tangent(stmt, s) is not None]
        source = sources[0] if len(sources) == 1 else None
        given = self.full(stmt, source) if source is not None else None
        if given is None or source is None:
            return Tan(self.copied(tan.atom, version.name), kind.shape)
        together = ir.Call(self.names.tangent_helper("alike"), (tan.atom, ir.Var(RESULT), given.atom, source))
        return Tan(self.emit(together), kind.shape)

    def hands_on(self, stmt: Any, use: ByRule, atom: Any) -> bool:
        """Whether a tangent is that of a temporary which ends here: `t + 1.0` has the tangent of `t` itself."""
        for bound in use.bound.values():
            if isinstance(bound, ir.Var) and atom == ir.Var(self.names.of.get(bound.name, "")):
                return bound.name in self.owned and self.facts.only_use(bound.name)
        return False

    def is_new(self, atom: Any) -> bool:
        """Whether an array was computed just now, so that nobody else holds its memory."""
        made = next((s for s in self.now if isinstance(s, ir.Let) and ir.Var(s.target) == atom), None)
        if made is None:
            return isinstance(atom, ir.Const)
        match made.value:
            case ir.Prim():
                return True
            case ir.Call(func=ir.Bound(name=name)):
                return name not in ("fill", "conj")
            case ir.CallMethod(name=name):
                return name not in ("real", "imag", "conj", "asarray", "reshape", "broadcast_to", "get")
        return False

    def copied(self, atom: Any, name: str) -> ir.Var:
        """A copy of a tangent, in the layout of the value."""
        return self.emit(ir.CallMethod(self.names.numpy, "array", (atom,)), f"{name}_dot_own")

    def typed(self, atom: Any, name: str) -> ir.Var:
        """A copy of a tangent in the type of the value, of which more may be written into it than it holds now."""
        dtype = self.emit(ir.CallMethod(self.names.numpy, "result_type", (ir.Var(RESULT),)), f"{name}_dtype")
        call = ir.CallMethod(self.names.numpy, "array", (atom,), (("dtype", dtype),))
        return self.emit(call, f"{name}_dot_own")

    # ---------------------------------------------------------------------------------------------------------- writes

    def store(self, stmt: ir.StoreItem, meaning: Stores) -> None:
        """`obj[index] = value`, `obj[index] op= value`."""
        self.flush()
        name = stmt.obj.name  # type: ignore[union-attr]
        self.target = name
        dot = ir.Var(self.names.dot(name))
        tan = self.tangent(stmt, stmt.value)
        first: ir.Block = []
        last: ir.Block = []
        index = self.again(stmt, stmt.index)
        if stmt.op is None or meaning.use is None:
            atom = ir.Const(0.0) if tan is None or meaning.use is None else tan.atom
            last.append(ir.StoreItem(dot, index, atom, self.span))
        elif stmt.op in ("add", "sub"):
            if tan is not None:
                last.append(ir.StoreItem(dot, index, tan.atom, self.span, stmt.op))
        else:
            first = self.by_part(stmt, meaning, dot)
            # the index is written anew where it is used, after the statements of the tangent
            stmt = ir.StoreItem(stmt.obj, self.again(stmt, stmt.index), stmt.value, stmt.span, stmt.op)
            first += self.now
            self.now = []
        self.out += [*first, stmt, *self.now, *last]
        self.now = []

    def by_part(self, stmt: ir.StoreItem, meaning: Stores, dot: ir.Var) -> ir.Block:
        """`u[i] *= v`: the tangent of the part, from what is there before."""
        assert meaning.use is not None and stmt.op is not None
        name = dot.name
        pseudo = f"{stmt.obj.name}.item"  # type: ignore[union-attr]
        part = self.names.temp(f"{self.target}_part")
        part_dot = self.names.temp(f"{self.target}_part_dot")
        first: ir.Block = []
        indices: list[Any] = []
        for _ in range(3):
            indices.append(self.again(stmt, stmt.index))
            first += self.now
            self.now = []
        parts = [
            ir.Let(part, ir.Item(stmt.obj, indices[0]), self.span),
            ir.Let(part_dot, ir.Item(dot, indices[1]), self.span),
        ]
        self.state[pseudo] = Tan(ir.Var(part_dot), meaning.part.shape)
        version = next(iter(self.inf.defs[stmt].values()))
        tan = self.by_rule(stmt, meaning.use, version)
        self.state.pop(pseudo)
        atom = ir.Const(0.0) if tan is None else tan.atom
        self.resolve({ir.Var(pseudo): ir.Var(part)}, ir.Prim(stmt.op, (ir.Var(part), stmt.value)))
        tangents, self.now = self.now, []
        store = ir.StoreItem(ir.Var(name), indices[2], atom, self.span)
        read = {a for s in (*tangents, store) for a in ir.statement_operands(s)}
        made = [*first, *[s for s in parts if ir.Var(s.target) in read], *tangents]
        self.made.update(made)
        return [*made, store]

    def resolve(self, names: dict[Any, Any], result: ir.Expr) -> None:
        """Give what the tangents of this statement read its name; the result is computed first where they read it."""
        if any(ir.Var(RESULT) in ir.statement_operands(s) for s in self.now):
            made = ir.Let(self.names.temp(f"{self.target}_new"), result, self.span)
            self.now.insert(0, made)
            names = {**names, ir.Var(RESULT): ir.Var(made.target)}
        for written_now in self.now:
            for old, new in names.items():
                ir.replace_operand(written_now, old, new)

    def augment(self, stmt: ir.Augment, use: ByRule | None) -> None:
        """`name op= value` on what is, or may be, an array; without a rule (`//=`) nothing flows on."""
        self.flush()
        name = stmt.target
        self.target = name
        version = self.inf.defs[stmt][name]
        kind = self.inf.reads[stmt][name].kind
        if isinstance(kind, Num) and not kind.differentiable:
            # NumPy raises: it writes no floating numbers into integers in place
            self.place([stmt])
            return
        surely = isinstance(kind, Num) and kind.box in ("array", "cupy")
        old = self.full(stmt, ir.Var(name))
        dot = ir.Var(self.names.dot(name))
        if old is not None and old.atom != dot:
            self.write(ir.Let(dot.name, old.atom, self.span))
        tan = self.tangent(stmt, stmt.value)
        if surely and stmt.op in ("add", "sub"):
            self.out += self.now
            self.out.append(stmt)
            if tan is not None:
                self.out.append(ir.Augment(dot.name, stmt.op, tan.atom, self.span))
            self.now = []
        else:
            total = None if use is None else self.by_rule(stmt, use, version)
            atom: Any = ir.Const(0.0) if total is None else total.atom
            self.resolve({}, ir.Prim(stmt.op, (ir.Var(name), stmt.value)))
            if surely:
                self.write(ir.StoreItem(dot, ELLIPSIS, atom, self.span))
                self.out += [*self.now, stmt]
            else:
                kept = self.emit(atom) if not isinstance(atom, ir.Var) else atom
                into = ir.Call(self.names.tangent_helper("into"), (dot, kept, ir.Var(name)))
                self.out += [*self.now, stmt, ir.Let(dot.name, into, self.span)]
            self.now = []
        self.state.pop(name, None)
        self.keep(name, ir.Var(name))
        self.place([], moves=False)


def flattened(kinds: dict[str, Any]) -> list[Any]:
    """The kinds of all operands."""
    return [k for kind in kinds.values() for k in (kind if isinstance(kind, tuple) else (kind,))]


def written(kind: Num) -> bool:
    """Whether the memory in which an array lies is, or may be, written with what carries derivatives."""
    return kind.memory is not None and (kind.memory.carries or kind.memory.root().escaped)


def same_types(kind: Num, operands: list[Num]) -> bool:
    """Whether the tangent of a result, computed from those of operands, surely has the result's type: one of a complex
    number may be real."""
    real = kind.dtype is not None and kind.dtype.kind != "c"
    return real and all(k.dtype == kind.dtype for k in operands if is_active(k))
