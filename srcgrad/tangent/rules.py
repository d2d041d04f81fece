"""The tangent of an operation that the table serves.

elementwise    y = np.sin(x)          y_dot = x_dot * np.cos(x)
linear, view   y = x[1:].sum()        y_dot = x_dot[1:].sum()
bilinear       y = a @ b              y_dot = a_dot @ b + a @ b_dot
others         y = np.linalg.inv(a)   what the entry's line of `y_dot` says
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.formula import Writer
from srcgrad.adjoint.values import Val, operand
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.meaning import ByRule
from srcgrad.analysis.versions import Version
from srcgrad.rules.language import names_in
from srcgrad.runtime.words_complex import real_tangent
from srcgrad.tangent import substitute
from srcgrad.tangent.lines import without_zeros
from srcgrad.tangent.writing import RESULT, Tan, Writing

LITERALS = (bool, int, float, complex, str, type(None))


def without_tangent(rule: Any, active: list[str]) -> str:
    """What to do about a rule that says nothing of forward mode."""
    reverse = "take the gradient with srcgrad.grad, products with a Hessian with srcgrad.vhp"
    if not rule.users:
        return f"it has none in forward mode; {reverse}"
    dots = " and ".join(f"{name}_dot" for name in active)
    return f"give {rule.users} a line 'y_dot: ...', the tangent of the result in {dots}; or {reverse}"


class Rules(Writing):
    """Applies rules."""

    def by_rule(self, stmt: Any, use: ByRule, version: Version) -> Tan | None:
        """The tangent of a result; None where it is zero."""
        rule = use.rule
        active = [n for n in rule.formulas if n in use.bound and n not in rule.zero and self.flows(stmt, use, n)]
        if not active:
            return None
        if rule.tangent is not None and not self.derived(stmt, use, version):
            return self.by_line(stmt, use, version, active)
        if rule.cls == "elementwise":
            return self.elementwise(stmt, use, version, active)
        if rule.cls in ("linear", "view"):
            call = substitute.applied(self, stmt, use, active)
            shape = version.kind.shape if isinstance(version.kind, Num) else None
            return Tan(self.emit(call), shape)
        if rule.cls == "bilinear":
            return self.bilinear(stmt, use, version, active)
        raise self.refuse(f"the tangent of {rule.title()}()", without_tangent(rule, active))

    def flows(self, stmt: Any, use: ByRule, name: str) -> bool:
        """Whether an operand carries derivatives."""
        kind = use.kinds[name]
        if isinstance(kind, tuple):
            return any(is_active(k) for k in kind)
        return is_active(kind) and not isinstance(use.bound[name], (ir.Const, ir.Bound))

    # ------------------------------------------------------------------------------------------------ by its class

    def elementwise(self, stmt: Any, use: ByRule, version: Version, active: list[str]) -> Tan:
        """Partials times tangents."""
        rule = use.rule
        names = DotVals(self, stmt, use, version)
        writer = self.writer(use, names)
        total: Val | None = None
        covered: set[str] = set()
        square = rule.name == "multiply" and use.bound["a"] == use.bound["b"]
        for name in active[:1] if square else active:
            formula = rule.formulas[name]
            dot = names[f"{name}_dot"]
            for let in [n for n in names if n in dict(rule.lets)]:
                del names[let]
            names["g"] = dot
            if name in rule.partial:
                val = writer.times(dot, formula, False)
            elif rule.holomorphic or self.real(use, name) or only_selects(formula):
                val = writer.value(formula)
            elif not self.surely_complex(use, name) and dot.atom is not None:
                # whether it is complex is seen when it runs
                looked_at = ir.Call(ir.Bound("real_tangent", real_tangent), (dot.atom,))
                names["g"] = replace(dot, atom=self.emit(looked_at))
                val = writer.value(formula)
            else:
                raise self.refuse(f"the tangent of {rule.title()}() of complex numbers", "take its gradient instead")
            if square:
                val = writer.prim("mul", writer.const(2.0), val)
            mentioned = self.mentioned(rule, formula)
            own = self.tangent(stmt, use.bound[name])
            covered |= {name} if own is None or own.full else set()
            covered |= set(use.bound) if "y" in mentioned else mentioned
            total = val if total is None else self.sum(writer, total, val)
        assert total is not None and total.atom is not None
        larger = {n for n in use.bound if n not in covered and (n not in rule.formulas or not scalar(use.kinds[n]))}
        kind = version.kind
        known = isinstance(kind, Num) and kind.shape is not None and total.shape == kind.shape
        return Tan(total.atom, total.shape, known or not larger)

    def mentioned(self, rule: Any, formula: ast.expr) -> set[str]:
        """The parameters that a formula mentions, by itself or by shared names."""
        found, lets = names_in(formula), dict(rule.lets)
        while more := {n for name in found & set(lets) for n in names_in(lets[name])} - found:
            found |= more
        return found

    def sum(self, writer: Writer, a: Val, b: Val) -> Val:
        """`a + b`, and `a - c` where b is `-c`."""
        last = self.now[-1] if self.now else None
        if isinstance(last, ir.Let) and ir.Var(last.target) == b.atom and isinstance(last.value, ir.Prim):
            if last.value.op == "neg" and a.atom != last.value.args[0]:
                self.now.pop()
                return writer.prim("sub", a, Val(last.value.args[0], b.shape, False, None, b.real))
        return writer.prim("add", a, b)

    def real(self, use: ByRule, name: str) -> bool:
        """Whether operand and result are known to be real."""
        return all(
            isinstance(k, Num) and k.dtype is not None and k.dtype.kind != "c" for k in (use.kinds[name], use.result)
        )

    def surely_complex(self, use: ByRule, name: str) -> bool:
        """Whether operand or result are known to be complex."""
        kinds = (use.kinds[name], use.result)
        return any(isinstance(k, Num) and k.dtype is not None and k.dtype.kind == "c" for k in kinds)

    def bilinear(self, stmt: Any, use: ByRule, version: Version, active: list[str]) -> Tan:
        """The function applied to each tangent in turn."""
        terms = [self.emit(substitute.applied(self, stmt, use, [name], others_stay=True)) for name in active]
        total = terms[0]
        for term in terms[1:]:
            total = self.emit(ir.Prim("add", (total, term)))
        return Tan(total, version.kind.shape if isinstance(version.kind, Num) else None)

    # ------------------------------------------------------------------------------------------------- by its line

    def derived(self, stmt: Any, use: ByRule, version: Version) -> bool:
        """Whether the entry's line comes to None for this call: the tangent is derived from the class."""
        line = use.rule.tangent
        writer = self.writer(use, DotVals(self, stmt, use, version))
        while isinstance(line, ast.IfExp) and is_none(line.body):
            if writer.static(line.test):
                return True
            line = line.orelse
        return False

    def by_line(self, stmt: Any, use: ByRule, version: Version, active: list[str]) -> Tan | None:
        """What the entry says itself."""
        rule = use.rule
        names = DotVals(self, stmt, use, version)
        writer = self.writer(use, names)
        zero = {f"{p.name}_dot" for p in rule.params if p.name not in active}
        lets = dict(rule.lets)
        line, dropped = without_zeros(rule.tangent, lets, zero, writer.static)
        if line is None:
            return None
        for name, expr in lets.items():
            shared, _ = without_zeros(expr, lets, zero, writer.static)
            writer.pending[name] = expr if shared is None else shared
        val = writer.value(line)
        assert val.atom is not None
        kind = version.kind
        known = isinstance(kind, Num) and kind.shape is not None and val.shape == kind.shape
        return Tan(val.atom, val.shape, known or (rule.cls != "elementwise" and not dropped))

    def writer(self, use: ByRule, names: DotVals) -> TangentWriter:
        """A writer of formulas for an operation."""
        writer = TangentWriter(self.emit, self.span, self.shapes)
        writer.target = self.target
        writer.of_numpy = not (isinstance(use.result, Num) and use.result.box == "py")
        writer.made = lambda: self.now
        writer.names = names
        writer.pending = dict(use.rule.lets)
        return writer


class TangentWriter(Writer):
    """Writes formulas, leaving out what changes nothing."""

    def call(self, func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> Val:
        """`np.real` of a real value, ones for a number, and arguments that are given as their default."""
        match func:
            case ast.Name(id="einsum_tangent"):
                written = self.einsum(args)
                if written is not None:
                    return written
            case ast.Attribute(value=ast.Name(id="np"), attr="real"):
                value = self.value(args[0])
                if value.real:
                    return value
            case ast.Attribute(value=ast.Name(id="np"), attr="ones_like"):
                value = self.value(args[0])
                if value.shape == () and value.real:
                    return self.const(1.0)
            case ast.Attribute(value=ast.Name(id="np"), attr="sum"):
                keywords = [k for k in keywords if not self.by_default(k)]
        return super().call(func, args, keywords)

    def einsum(self, args: list[ast.expr]) -> Val | None:
        """One einsum an operand that has a tangent, summed; None where the operands are seen only when it runs."""
        subscripts, operands, tangents = (self.value(a).atom for a in args)
        made = {s.target: s.value for s in self.made() if isinstance(s, ir.Let)}
        given = made.get(getattr(operands, "name", ""))
        dots = made.get(getattr(tangents, "name", ""))
        if not isinstance(given, ir.Build) or not isinstance(dots, ir.Build):
            return None
        total: Val | None = None
        for position, dot in enumerate(dots.items):
            if dot != ir.Const(None):
                factors = tuple(dot if i == position else item for i, item in enumerate(given.items))
                call = ir.CallMethod(self.module, "einsum", (subscripts, *factors))  # type: ignore[arg-type]
                term = self.emit(call, None)
                total = term if total is None else self.prim("add", total, term)
        return total

    made: Callable[[], ir.Block]

    def by_default(self, keyword: ast.keyword) -> bool:
        """Whether a keyword argument of a sum says what the sum does without it."""
        literal = self.value(keyword.value).literal
        return literal is None if keyword.arg == "axis" else literal is False and keyword.arg == "keepdims"


class DotVals(dict[str, Val]):
    """The names of a formula: parameters, `y`, and `x_dot` for the tangent of parameter `x`."""

    def __init__(self, rules: Rules, stmt: Any, use: ByRule, version: Version) -> None:
        super().__init__()
        self.rules, self.stmt, self.use, self.version = rules, stmt, use, version

    def __contains__(self, name: object) -> bool:
        params = self.use.rule.params
        return super().__contains__(name) or name == "y" or any(name in (p.name, f"{p.name}_dot") for p in params)

    def __missing__(self, name: str) -> Val:
        if name == "y":
            val = operand(ir.Var(RESULT), self.version.kind)
        elif any(p.name == name for p in self.use.rule.params):
            val = self.parameter(name)
        else:
            val = self.tangent(name.removesuffix("_dot"))
        self[name] = val
        return val

    def parameter(self, name: str) -> Val:
        """A parameter of the rule: the operand, or its default where the call did not give it."""
        use = self.use
        if name not in use.bound:
            default = use.rule.default(name)
            literal = ir.Const(default) if isinstance(default, LITERALS) else ir.Bound(name, default)
            shape = () if isinstance(default, (bool, int, float)) else None
            return Val(literal, shape, False, Known(default), not isinstance(default, complex))
        bound = use.bound[name]
        if isinstance(bound, tuple):
            return Val(self.rules.emit(ir.Build("tuple", bound), name))
        return operand(bound, use.kinds[name])

    def tangent(self, name: str) -> Val:
        """The tangent of a parameter: of its shape, zeros where it has none."""
        rules, use = self.rules, self.use
        bound, kind = use.bound.get(name), use.kinds.get(name)
        if bound is None:
            return Val(ir.Const(0.0), (), False, Known(0.0), True)
        if isinstance(bound, tuple):
            return Val(substitute.list_of(rules, self.stmt, bound, use.kinds[name], keep_zeros=False))
        if not isinstance(kind, (Num, Known)):
            zeros = name != use.rule.star
            items = rules.facts.items_of(self.stmt, bound)
            if items is not None and rules.facts.followed(bound):
                return Val(substitute.list_of(rules, self.stmt, items, None, keep_zeros=zeros))
            return Val(rules.asked("items" if zeros else "parts", bound, f"{getattr(bound, 'name', 'items')}_dots"))
        lazy = use.rule.cls == "elementwise"
        tan = rules.tangent(self.stmt, bound) if lazy else rules.full(self.stmt, bound)
        general = operand(bound, kind)
        if tan is None:
            if lazy or general.shape == ():
                return Val(ir.Const(0.0), (), False, Known(0.0), True)
            zeros = rules.zeros(kind, bound) if isinstance(kind, Num) else ir.Const(0.0)
            return Val(rules.emit(zeros), general.shape, True, None, general.real)
        return Val(tan.atom, tan.shape, False, None, general.real)


def is_none(line: ast.expr) -> bool:
    """Whether a line is the literal None."""
    return isinstance(line, ast.Constant) and line.value is None


SELECTING = {"larger_share", "smaller_share", "clip_value", "clip_low", "clip_high"}


def only_selects(formula: ast.expr) -> bool:
    """Whether a line hands parts of `g` on as they are: that is linear for complex numbers as well."""
    called = {n.func.attr for n in ast.walk(formula) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}
    words = {n.func.id for n in ast.walk(formula) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return words <= SELECTING and called <= {"where", "isfinite", "isnan"}


def scalar(kind: Any) -> bool:
    """Whether an operand surely has no axes."""
    if isinstance(kind, Known):
        return isinstance(kind.value, (bool, int, float, complex, type(None)))
    return isinstance(kind, Num) and kind.shape == ()
