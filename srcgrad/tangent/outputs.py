"""Tangents of calls that write their result into an array.

    np.multiply(a, b, out=u)              u_dot[...] = a_dot * b + b_dot * a;  np.multiply(a, b, out=u)
    np.log(x, out=u, where=m)             np.copyto(u_dot, x_dot / x, where=m);  np.log(x, out=u, where=m)
    y = np.log(x, where=m)                y_dot = np.where(m, x_dot / x, 0.0)
    np.add.at(u, k, v)                    np.add.at(u, k, v);  np.add.at(u_dot, k, v_dot)

The tangent is computed before the call, which may overwrite what it is made of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from srcgrad import ir
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import ByRule, Fills
from srcgrad.runtime import words_write
from srcgrad.tangent.memory import ELLIPSIS, Memory
from srcgrad.tangent.substitute import without_output
from srcgrad.tangent.writing import RESULT, Tan

ADDERS = (words_write.added_at, words_write.subtracted_at)


class Outputs(Memory):
    """Writes calls with `out=` and `where=`, and `np.add.at`."""

    def fill(self, stmt: Any, meaning: Fills) -> None:
        """A statement that writes all of an array, or that gives a new one which is written where a mask holds."""
        self.flush()
        target = stmt.target if isinstance(stmt, ir.Let) else None
        self.target = getattr(meaning.out, "name", None) or target or "value"
        if meaning.use is not None and meaning.use.rule.functions[0] in ADDERS:
            self.out += [stmt, *self.added(stmt, meaning.use)]
        elif meaning.out is None:
            assert target is not None
            self.new_where(stmt, meaning, target)
            return
        else:
            dot = ir.Var(self.names.dot(self.target))
            first = self.written(stmt, meaning, dot)
            self.out += [*first, stmt]
            if target is not None and target != self.target:
                version = self.inf.defs[stmt][target]
                self.state.pop(target, None)
                if self.numeric(version):
                    self.write(ir.Let(self.names.dot(target), dot, self.span))
                    self.keep(target, ir.Var(target))
                else:
                    self.zero(target, version, ir.Var(target))
        self.place([], moves=False)

    def added(self, stmt: Any, use: ByRule) -> ir.Block:
        """`np.add.at(u, k, v)`: the same call on the tangents."""
        array, index, value = stmt.value.args
        tan = self.tangent(stmt, value)
        before, self.now = self.now, []
        if tan is None:
            return before
        args = (ir.Var(self.names.dot(array.name)), index, tan.atom)
        return [*before, ir.Effect(replace(stmt.value, args=args, keywords=()), self.span)]

    def written(self, stmt: Any, meaning: Fills, dot: ir.Var) -> ir.Block:
        """What writes the tangent of `out`, before the call."""
        span, numpy = self.span, self.names.numpy
        tan = None if meaning.use is None else self.of_call(stmt, meaning.use)
        atom: Any = ir.Const(0.0) if tan is None else tan.atom
        made, self.now = self.now, []
        if meaning.where is None:
            return [*made, ir.StoreItem(dot, ELLIPSIS, atom, span)]
        copy = ir.CallMethod(numpy, "copyto", (dot, atom), (("where", meaning.where),))
        return [*self.quietly(made), ir.Effect(copy, span)]

    def of_call(self, stmt: Any, use: ByRule) -> Tan | None:
        """The tangent of what a call writes, which is computed first where its tangent needs it."""
        (version,) = self.inf.defs[stmt].values()
        plain = without_output(stmt.value, use)
        tan = self.by_rule(stmt, use, version)
        self.resolve({}, plain)
        return tan

    def new_where(self, stmt: ir.Let, meaning: Fills, target: str) -> None:
        """`y = np.log(x, where=m)`: elsewhere y does not depend on anything."""
        version = self.inf.defs[stmt][target]
        self.state.pop(target, None)
        tan = None if meaning.use is None else self.of_call(stmt, meaning.use)
        made, self.now = self.now, []
        self.out.append(stmt)
        if tan is None or not self.numeric(version):
            self.nothing(target, version)
        else:
            self.out += self.quietly(made)
            chosen = ir.CallMethod(self.names.numpy, "where", (meaning.where, tan.atom, ir.Const(0.0)))  # type: ignore[arg-type]
            full = isinstance(version.kind, Num) and tan.shape == version.kind.shape and tan.shape is not None
            self.bind(target, Tan(self.emit(chosen), tan.shape, full), version)
        for written in self.now:
            ir.replace_operand(written, ir.Var(RESULT), ir.Var(target))
        self.place([], moves=False)

    def quietly(self, made: ir.Block) -> ir.Block:
        """Statements that also compute what a mask leaves out, without warnings about it."""
        if not made:
            return []
        quiet = self.names.temp("quiet")
        state = ir.CallMethod(self.names.numpy, "errstate", (), (("all", ir.Const("ignore")),))
        for stmt in made:
            # what is made inside is read outside
            self.names.temps.difference_update(ir.targets(stmt))
        return [ir.Let(quiet, state, self.span), ir.With(ir.Var(quiet), None, made, self.span)]

    def nothing(self, name: str, version: Any) -> None:
        raise NotImplementedError
