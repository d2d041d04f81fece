"""What a rule's lines say: a contribution for each active operand of an operation.

For an operation and the cotangent of its result:

    y = np.tanh(z)         z_bar = y_bar * (1.0 - y * y)
    y = a + b              a_bar = y_bar; b_bar = y_bar.sum(), where b is a scalar
    y = x[i]               x_bar[i] += y_bar, in place where x_bar has memory of its own
"""

from __future__ import annotations

import ast
import operator
from dataclasses import replace
from typing import Any

from numpy import add

from srcgrad import ir
from srcgrad.adjoint.formula import Writer
from srcgrad.adjoint.formula_names import LazyNames
from srcgrad.adjoint.listed import Listed, any_active, real_part
from srcgrad.adjoint.state import OWN_ZEROS, Adj, Factors, Loan, Mask, common
from srcgrad.adjoint.unbroadcast import reduce_to
from srcgrad.adjoint.values import Val, among_complex, maybe_complex
from srcgrad.adjoint.writing import Writing
from srcgrad.adjoint.written import unrepeated
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.extents import Shape, axes_to_sum
from srcgrad.analysis.kinds import COMPLEX, Known, Num, Tup
from srcgrad.analysis.meaning import ByRule
from srcgrad.analysis.ruled import numeric_kind
from srcgrad.analysis.versions import Version
from srcgrad.rules.formulas import has_complex, names_in
from srcgrad.rules.table import UFUNC_SETTINGS
from srcgrad.runtime.hooks import like_argument
from srcgrad.runtime.words_element import reached

# arguments of ufuncs that say nothing of shapes
SETTINGS = {"dtype", *UFUNC_SETTINGS}
# rules that take a cotangent which stands for a larger array as it is
LAZY = {"sum", "mean", "copy", "astype", "cast"}


class Partials(Listed):
    """Applies rules."""

    def by_rule(self, stmt: Any, use: ByRule, adj: Adj, version: Version) -> None:
        """What a rule's lines say, for each active operand."""
        if adj.atom == ir.Const(0.0):
            return
        rule = use.rule
        kind = version.kind
        assert isinstance(kind, Num)
        own = adj.atom.name if isinstance(adj.atom, ir.Var) else None
        lines = []
        for name, formula in rule.formulas.items():
            bound = use.bound.get(name)
            if bound is not None and name not in rule.zero:
                lines.append((name, formula, bound))
        # who gets his adjoint under the name that the cotangent has now comes last
        overwriting = [line for line in lines if self.bar(getattr(line[2], "name", "")) == own]
        if len(overwriting) > 1:
            adj.atom = self.emit(adj.atom, f"{version.name}_bar_old")
        if rule.name == "multiply" and use.bound["a"] == use.bound["b"] and isinstance(use.kinds["a"], Num):
            # x * x: twice the same contribution
            lines, overwriting = [line for line in lines if line[0] == "a"], []
            adj.atom, adj.owned = self.doubled(adj), False
        passed_on: list[str] = []
        # whether something else was given what may lie in the memory of the cotangent
        shared = False
        writer = self.writer(stmt, use, version, adj, kind)
        if rule.name == "divide":
            writer.divides = all(is_active(other) for other in use.kinds.values())
            if kind.shape is not None and numeric_kind(use.kinds["a"]).shape == kind.shape:
                writer.whole = use.bound["a"]
        if rule.cls != "elementwise" and rule.name not in LAZY:
            writer.full_g(writer.names["g"])
        for name, formula, bound in [line for line in lines if line not in overwriting] + overwriting:
            operand_kind = use.kinds[name]
            if isinstance(bound, tuple) or (name == rule.star and not isinstance(operand_kind, Num)):
                if any_active(operand_kind):
                    self.sequence(stmt, use, writer, formula, bound, kind)
                    shared = True
                continue
            if not is_active(operand_kind):
                continue
            if not isinstance(operand_kind, Num):
                self.sequence(stmt, use, writer, formula, bound, kind)
                shared = True
                continue
            if not isinstance(bound, (ir.Var, ir.Free)):
                continue
            if name == "a" and operator.getitem in rule.functions and self.indexed(stmt, use, writer, bound, adj.mask):
                continue
            if rule.cls == "elementwise":
                val, full = self.elementwise(stmt, use, writer, name, formula, kind, adj)
            else:
                val = writer.value(formula)
                if name == rule.star:
                    # an array in the place of a sequence: one cotangent a row
                    join = "array" if self.inf.function.recorded is None else "stack"  # of tensors, but not of nothing
                    val = writer.emit(ir.CallMethod(writer.module, join, (val.atom,)), operand_kind.shape)  # type: ignore[arg-type]
                full = val.shape is None or operand_kind.shape == () or val.shape == operand_kind.shape
                if val is writer.names["g"]:
                    full = adj.full
                val = real_part(writer, val, operand_kind, kind)
                if rule.users:
                    val = checked(self, writer, stmt, rule, bound, name, val)
                elif among_complex(kind, use.kinds):
                    val = real_part(writer, val, operand_kind, COMPLEX)
            if self.stays and not val.fresh and not isinstance(val.atom, ir.Const):
                val = writer.emit(self.copy_of(val.atom, operand_kind), val.shape, True, val.real)  # type: ignore[arg-type]
            if val.atom == adj.atom:
                passed_on.append(bound.name)
            shared = shared or not (val.fresh or val.atom == adj.atom or isinstance(val.atom, ir.Const))
            known = self.state.get(bound.name)
            before = None if known is None else known.mask
            self.contribute(bound.name, val, full, operand_kind, adj.real)
            if self.in_memory(bound.name) or operand_kind.shape == ():
                continue
            source = self.inf.reads[stmt].get(bound.name)
            mask = self.mask_after(stmt, use, name, writer, adj, same_shape(operand_kind.shape, kind.shape), source)
            self.state[bound.name].mask = mask if known is None else common(before, mask)
        if (adj.owned or adj.loan is not None) and not shared:
            given = [self.state.get(name) for name in dict.fromkeys(passed_on)]
            self.handed_on(adj, [each for each in given if each is not None and each.atom == adj.atom])

    def handed_on(self, adj: Adj, given: list[Adj]) -> None:
        """A cotangent itself changed hands, or is not held any more."""
        loan = adj.loan
        if loan is None and len(given) == 1:
            given[0].owned = True
            return
        loan = loan or Loan()
        loan.holders += len(given) - 1
        for each in given:
            each.loan = loan

    def mask_after(
        self, stmt: Any, use: ByRule, name: str, writer: Writer, adj: Adj, alike: bool, source: Version | None
    ) -> Mask | None:
        """The mask of a contribution: an arm of a `where`, or element by element behind one.

        `alike`: the operand surely has the result's shape.  Where it has not, what it is given is zero where all is
        that comes to an element.
        """
        rule = use.rule
        if rule.name == "reached":
            bar, given = writer.names["bar"].atom, use.bound["bar"]
            known = self.inf.reads[stmt].get(given.name) if isinstance(given, ir.Var) else None
            return None if bar is None or known is None else Factors(bar, known)
        if rule.name == "where":
            condition = writer.names["condition"].atom
            return None if condition is None else (condition, name == "a") if alike else OWN_ZEROS
        if adj.mask is None or rule.cls not in ("elementwise", "view", "reduction"):
            return None
        if isinstance(adj.mask, Factors) and self.comes_from(source, adj.mask.version):
            return None if source is adj.mask.version else adj.mask
        return adj.mask if rule.cls == "elementwise" and alike and not isinstance(adj.mask, Factors) else OWN_ZEROS

    def masked(self, writer: Writer, val: Val, mask: Mask, source: Version | None) -> Val:
        """A contribution that is exactly 0 in the arm that was not taken, where its partial may be infinite."""
        if isinstance(mask, Factors):
            if self.comes_from(source, mask.version):
                return val
            zeros: ir.Atom | None = mask.bar
        else:
            condition, holds = mask
            zeros = writer.names["g"].atom if condition is None else None
        assert val.atom is not None
        if zeros is not None:
            call: Any = ir.Call(ir.Bound("reached", reached), (val.atom, zeros))
        else:
            assert condition is not None
            arms = (val.atom, ir.Const(0.0)) if holds else (ir.Const(0.0), val.atom)
            call = ir.CallMethod(writer.module, "where", (condition, *arms))
        return writer.emit(call, val.shape, True, val.real)

    def comes_from(self, version: Version | None, source: Version) -> bool:
        """Whether a value is made of another one by statements at the same level."""
        waiting, seen = [version], set()
        while waiting:
            one = waiting.pop()
            if one is source:
                return True
            if one is None or id(one) in seen or one.place != "after" or one.scope is not source.scope:
                continue
            seen.add(id(one))
            waiting += self.inf.reads.get(one.anchor, {}).values()
        return False

    def doubled(self, adj: Adj) -> ir.Atom:
        """Twice an adjoint."""
        if isinstance(adj.atom, ir.Const):
            return ir.Const(2.0 * adj.atom.value)
        return self.emit(ir.Prim("mul", (ir.Const(2.0), adj.atom)))

    def indexed(self, stmt: Any, use: ByRule, writer: Writer, bound: Any, mask: Mask | None) -> bool:
        """`y = x[i]`: add to `x_bar[i]` in place, where x_bar is an array of its own; false where it is not.

        In a loop it is made before the loop, so that n reads cost n, not n times the size of `x`.
        """
        version = self.inf.reads[stmt].get(bound.name)
        if self.in_memory(bound.name):
            if version is None or not isinstance(version.kind, Num) or version.kind.box != "array":
                return False
            self.add_part(use, writer, self.shadow(bound.name), version.kind)
            return True
        if bound.name in self.facts.sharing.stored:
            g, own = writer.names["g"], ir.Var(self.bar(bound.name))
            if g.atom == own:
                # the cotangent has the name that is given anew
                g.atom = self.emit(own, f"{bound.name}_bar_old")
            if bound.name in self.state:
                self.own(bound.name)
            elif self.facts.sharing.filled_in(self.scope[-1], bound.name):
                self.assign(bound.name, self.zeros_like(bound.name), Adj(ir.Const(0.0), True, True, array=True))
        state = self.state.get(bound.name)
        if version is None or not isinstance(version.kind, Num) or version.kind.box not in ("array", "cupy"):
            return False
        if state is None and version.scope is not self.scope[-1] and self.can_start(bound.name):
            state = self.state[bound.name] = Adj(ir.Var(self.bar(bound.name)), True, True)
        target = ir.Var(self.bar(bound.name))
        if state is None or state.real or not (state.full and state.owned and state.atom == target):
            return False
        if not state.array and may_be_of_no_axes(version.kind, use.kinds.get("b")):
            return False  # what is computed from an array of no axes is a number
        self.release(target.name)
        state.mask = common(state.mask, mask and OWN_ZEROS)
        self.add_part(use, writer, target, version.kind)
        return True

    def add_part(self, use: ByRule, writer: Writer, target: ir.Var, kind: Num) -> None:
        """`x_bar[i] += y_bar`."""
        g = writer.names["g"]
        index = writer.names["b"]
        assert index.atom is not None
        g_atom = real_part(writer, g, kind, use.result).atom  # type: ignore[arg-type]
        assert g_atom is not None
        if unrepeated(use.kinds.get("b")):
            self.write(ir.StoreItem(target, index.atom, g_atom, self.span, "add"))
        else:
            add_at = ir.Bound("add_at", add.at)
            self.write(ir.Effect(ir.Call(add_at, (target, index.atom, g_atom)), self.span))

    def can_start(self, name: str) -> bool:
        """Whether the loop at hand can begin with zeros of a variable's shape as its adjoint."""
        return self.zero_for(self.scope[-1], name).owned

    def elementwise(
        self, stmt: Any, use: ByRule, writer: Writer, name: str, formula: ast.expr, kind: Num, adj: Adj
    ) -> tuple[Val, bool]:
        """A partial times the cotangent, summed to the operand's shape."""
        rule, bound, operand_kind = use.rule, use.bound[name], use.kinds[name]
        if name in rule.partial:
            val = writer.times(writer.names["g"], formula, rule.holomorphic and maybe_complex(kind))
            if adj.mask is not None and not is_number_of(formula, use):
                val = self.masked(writer, val, adj.mask, self.inf.reads[stmt].get(bound.name))
        else:
            val = writer.value(formula)
        val = real_part(writer, val, operand_kind, COMPLEX if has_complex(formula) else kind)
        # what is written, by a store or `out=`, may have more axes than what is written there, and `np.full` is asked
        # for a shape
        others = [numeric_kind(other).shape for key, other in use.kinds.items() if key != name]
        asked = any(key not in rule.formulas and key not in SETTINGS for key in use.kinds)
        alone = self.inf.meanings.get(stmt) is use and not asked and all(shape == () for shape in others)
        return reduce_to(self, writer, stmt, bound, operand_kind, val, kind, adj, alone)

    def writer(self, stmt: Any, use: ByRule, version: Version, adj: Adj, kind: Num) -> Writer:
        """A writer with the rule's names bound: parameters, `y`, `g` and shared sub-expressions."""
        rule = use.rule
        writer = Writer(self.emit, self.span, self.shapes)
        writer.reverse = self
        writer.target = version.name
        writer.of_numpy = kind.box != "py"
        names: Any = LazyNames(self, stmt, use, version)
        shape = kind.shape if adj.full else adj.shape
        if adj.full and kind.shape is None:
            shape = None
        if kind.shape == ():
            shape = ()
        real = not maybe_complex(kind)
        names["g"] = Val(adj.atom, shape, False, None, real, boxed=adj.boxed)
        if isinstance(adj.atom, ir.Var):
            self.shapes[adj.atom.name] = shape
        if rule.real and not real:
            taken = writer.emit(ir.CallMethod(writer.module, "real", (names["g"].atom,)), shape, False, True)
            names["g"] = replace(names["g"], atom=taken.atom, real=True)
        writer.names = names
        writer.pending, writer.shared = dict(rule.lets), self.shared
        if not adj.full and kind.shape != ():

            def fill() -> Val:
                filled = self.filled(adj, version)
                return Val(filled.atom, kind.shape, False, None, real)

            writer.full_shape = fill
        return writer


def checked(reverse: Writing, writer: Writer, stmt: Any, rule: Any, bound: Any, name: str, val: Val) -> Val:
    """The cotangent that a user's rule gives for an argument, once it is found to have the argument's shape."""
    assert val.atom is not None
    what = ir.Const(rule.name), ir.Const(name)
    call = ir.Call(ir.Bound("like_argument", like_argument), (val.atom, reverse.primal(stmt, bound), *what))
    return writer.emit(call, None, False, val.real)


def same_shape(own: Shape | None, out: Shape | None) -> bool:
    """Whether an operand is known to have the shape of the result."""
    return own is not None and out is not None and len(own) == len(out) and axes_to_sum(own, out) == ((), ())


def is_number_of(formula: ast.expr, use: ByRule) -> bool:
    """Whether a partial is a number that the text names, or an operand that is one."""
    if isinstance(formula, ast.Name):
        return isinstance(use.bound.get(formula.id), ir.Const)
    return isinstance(formula, (ast.Constant, ast.UnaryOp)) and not names_in(formula)


def may_be_of_no_axes(kind: Num, index: Any) -> bool:
    """Whether an array that is read by an index may have no axes."""
    all_of_it = index in (Known(()), Known(...), Tup(()))
    return kind.shape == () or (kind.shape is None and all_of_it)
