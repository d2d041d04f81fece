"""Lower expressions: one temporary an operation, in Python's order of evaluation.

The last operation is bound to the user's name, those before it to temporaries:

    h = np.tanh(x @ w + b)

    h_term = x @ w
    h_arg = h_term + b
    h = np.tanh(h_arg)
"""

from __future__ import annotations

from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.base import Base, Operand
from srcgrad.frontend.names import OPERAND_ROLES, REDUCTIONS, attribute_name, index_name, plain_name

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "LShift": "lshift", "RShift": "rshift", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor",
}  # fmt: skip
UNARY = {"USub": "neg", "UAdd": "pos", "Invert": "invert", "Not": "not_"}
COMPARE = {
    "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Eq": "eq", "NotEq": "ne", "Is": "is_", "IsNot": "is_not",
    "In": "in_", "NotIn": "not_in",
}  # fmt: skip
_NONE = ir.Const(None)


class Expressions(Base):
    """Expressions other than comprehensions."""

    def atom(self, node: Any, target: str, role: str) -> ir.Atom:
        """Lower an expression to an atom; a temporary is named after `target` and its `role`."""
        if isinstance(node, gast.Constant):
            return ir.Const(node.value)
        if isinstance(node, gast.Name):
            return ir.Bound(node.id, node.bound) if hasattr(node, "bound") else self.read(node.id)
        name = self.temp_base(node, target, role)
        # names grow by one role, not by one a level
        deeper = role == "arg" and not target.endswith("_arg")
        value = self.expression(node, name if deeper else target)
        if isinstance(value, (ir.Const, ir.Var, ir.Free, ir.Global)):
            return value
        return self.let(name, value)

    def temp_base(self, node: Any, target: str, role: str) -> str:
        """The name a temporary for this node should have."""
        subject = None
        if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute):
            if node.func.attr in REDUCTIONS:
                owner = node.func.value
                at_module = isinstance(owner, gast.Name) and self.is_global(owner.id)
                subject = (node.args[0] if node.args else None) if at_module else owner
                suffix = node.func.attr
        elif isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id in REDUCTIONS:
            subject = node.args[0] if len(node.args) == 1 else None
            suffix = node.func.id
        elif isinstance(node, gast.Attribute):
            owner_name = plain_name(node.value)
            if owner_name is not None:
                return attribute_name(owner_name, node.attr)
        elif isinstance(node, gast.Subscript):
            subject, suffix = node.value, index_name(node.slice)
        owner_name = plain_name(subject) if subject is not None else None
        if owner_name is not None:
            return f"{owner_name}_{suffix}"
        return f"{target}_{role}" if role else target

    def expression(self, node: Any, target: str) -> ir.Expr:
        """Lower an expression; its last operation is returned, not bound."""
        method = getattr(self, "lower_" + type(node).__name__, None)
        if method is None:
            self.refuse(node, f"the expression {type(node).__name__}", "write it in another way")
        result: ir.Expr = method(node, target)
        return result

    # ------------------------------------------------------------------ names and constants

    def lower_Constant(self, node: Any, target: str) -> ir.Expr:
        return ir.Const(node.value)

    def lower_Name(self, node: Any, target: str) -> ir.Expr:
        return self.read(node.id)

    def lower_NamedExpr(self, node: Any, target: str) -> ir.Expr:
        name = node.target.id
        value = self.expression(node.value, name)
        self.rebound.append(name)
        own = self.target_name(node, name)
        if own is None:
            atom = self.bind(value, name, "value")
            self.emit(ir.StoreCell(name, atom, self.span))
            return atom
        self.emit(ir.Let(own, value, self.span))
        return ir.Var(own)

    def bind(self, value: ir.Expr, target: str, role: str) -> ir.Atom:
        """An atom for a lowered expression."""
        if isinstance(value, (ir.Const, ir.Var, ir.Free, ir.Global)):
            return value
        return self.let(f"{target}_{role}" if role else target, value)

    # ------------------------------------------------------------------ operators

    def lower_BinOp(self, node: Any, target: str) -> ir.Expr:
        op = BINARY[type(node.op).__name__]
        left, right = OPERAND_ROLES.get(op, ("left", "right"))
        return ir.Prim(op, tuple(self.sequence(self.operand(node.left, target, left),
                                               self.operand(node.right, target, right))))  # fmt: skip

    def lower_UnaryOp(self, node: Any, target: str) -> ir.Expr:
        op = UNARY[type(node.op).__name__]
        operand = node.operand
        if isinstance(operand, gast.Constant) and type(operand.value) in (int, float, complex) and op in ("neg", "pos"):
            return ir.Const(-operand.value if op == "neg" else operand.value)
        return ir.Prim(op, (self.atom(operand, target, "test" if op == "not_" else "operand"),))

    def lower_Compare(self, node: Any, target: str) -> ir.Expr:
        ops = [COMPARE[type(op).__name__] for op in node.ops]
        first, second = self.sequence(
            self.operand(node.left, target, "left"), self.operand(node.comparators[0], target, "right")
        )
        test = ir.Prim(ops[0], (first, second))
        if len(ops) == 1:
            return test

        def rest(index: int, left: ir.Atom) -> ir.Expr:
            right = self.atom(node.comparators[index], target, "right")
            value = ir.Prim(ops[index], (left, right))
            if index + 1 == len(ops):
                return value
            return self.choose("and", self.bind(value, target, "test"), lambda: rest(index + 1, right), target)

        return self.choose("and", self.bind(test, target, "test"), lambda: rest(1, second), target)

    def choose(self, kind: str, test: ir.Atom, then: Any, target: str) -> ir.Var:
        """`test and then()` or `test or then()`, as a branch that assigns one temporary last in both arms."""
        name = self.temp(target if target.endswith("test") else f"{target}_choice")
        span = self.span
        with self.writing([]) as evaluated:
            self.emit(ir.Let(name, then(), span))
        kept: ir.Block = [ir.Let(name, test, span)]
        arms = (evaluated, kept) if kind == "and" else (kept, evaluated)
        self.emit(ir.If(test, *arms, span, kind))
        return ir.Var(name)

    def lower_BoolOp(self, node: Any, target: str) -> ir.Expr:
        kind = "and" if isinstance(node.op, gast.And) else "or"

        def rest(index: int) -> ir.Expr:
            if index + 1 == len(node.values):
                return self.expression(node.values[index], target)
            test = self.atom(node.values[index], target, "test")
            return self.choose(kind, test, lambda: rest(index + 1), target)

        return rest(0)

    def lower_IfExp(self, node: Any, target: str) -> ir.Expr:
        test = self.atom(node.test, target, "test")
        name = self.temp(f"{target}_choice")
        span = self.span
        arms: list[ir.Block] = []
        for arm in (node.body, node.orelse):
            with self.writing([]) as block:
                self.emit(ir.Let(name, self.expression(arm, target), span))
            arms.append(block)
        self.emit(ir.If(test, arms[0], arms[1], span, "ifexp"))
        return ir.Var(name)

    # ------------------------------------------------------------------ attributes and items

    def lower_Attribute(self, node: Any, target: str) -> ir.Expr:
        return ir.Attr(self.atom(node.value, target, "owner"), node.attr)

    def lower_Subscript(self, node: Any, target: str) -> ir.Expr:
        obj, index = self.sequence(self.operand(node.value, target, "base"), self.operand(node.slice, target, "index"))
        return ir.Item(obj, index)

    def lower_Slice(self, node: Any, target: str) -> ir.Expr:
        parts = ((node.lower, "start"), (node.upper, "stop"), (node.step, "step"))
        atoms = self.sequence(*[
            Operand(lambda: _NONE) if part is None else self.operand(part, target, role) for part, role in parts
        ])  # fmt: skip
        return ir.Slice(*atoms)

    # ------------------------------------------------------------------ functions, comprehensions, refusals

    def lower_Lambda(self, node: Any, target: str) -> ir.Expr:
        return self.make_function(node, target)

    def lower_ListComp(self, node: Any, target: str) -> ir.Expr:
        return self.comprehension(node, target)

    lower_SetComp = lower_DictComp = lower_GeneratorExp = lower_ListComp

    def lower_Await(self, node: Any, target: str) -> ir.Expr:
        self.refuse(node, "await", "write a plain function")

    def lower_Yield(self, node: Any, target: str) -> ir.Expr:
        self.refuse(node, "the value of a yield", "give the function what it needs as arguments")

    lower_YieldFrom = lower_Yield
