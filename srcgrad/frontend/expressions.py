"""Lower expressions: one temporary an operation, in Python's order of evaluation.

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
from srcgrad.frontend.names import (
    OPERAND_ROLES,
    REDUCTIONS,
    attribute_name,
    function_name,
    index_name,
    plain_name,
)

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "LShift": "lshift", "RShift": "rshift", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor",
}  # fmt: skip
UNARY = {"USub": "neg", "UAdd": "pos", "Invert": "invert", "Not": "not_"}
COMPARE = {
    "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Eq": "eq", "NotEq": "ne", "Is": "is_", "IsNot": "is_not",
    "In": "in_", "NotIn": "not_in",
}  # fmt: skip
_REFUSED_BUILTINS = {
    "eval": "write the expression itself",
    "exec": "write the statements themselves",
    "locals": "name the variables",
    "vars": "name the variables, or use obj.__dict__",
    "dir": "name the variables",
    "globals": "name the global, or pass a dict",
}
_NONE = ir.Const(None)


class Expressions(Base):
    """Expressions other than comprehensions."""

    def atom(self, node: Any, target: str, role: str) -> ir.Atom:
        """Lower an expression to an atom; a temporary is named after `target` and its `role`."""
        if isinstance(node, gast.Constant):
            return ir.Const(node.value)
        if isinstance(node, gast.Name):
            return self.read(node.id)
        name = self.temp_base(node, target, role)
        # names grow by one role, not by one a level
        deeper = role == "arg" and not target.endswith("_arg")
        value = self.expression(node, name if deeper else target)
        if isinstance(value, (ir.Const, ir.Var, ir.Free, ir.Global)):
            return value
        return self.let(name, value)

    def operand(self, node: Any, target: str, role: str) -> Operand:
        return Operand(lambda: self.atom(node, target, role))

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

    # ------------------------------------------------------------------ displays

    def display(self, kind: str, nodes: list[Any], target: str) -> ir.Expr:
        atoms = self.sequence(*[self.argument(n, target, "item") for n in nodes])
        items = [ir.Star(a) if isinstance(n, gast.Starred) else a for a, n in zip(atoms, nodes)]
        return ir.Build(kind, tuple(items))

    def argument(self, node: Any, target: str, role: str) -> Operand:
        """An operand that may be starred."""
        if isinstance(node, gast.Starred):
            return Operand(lambda: self.atom(node.value, target, "items"), "*")
        return self.operand(node, target, role)

    def lower_Tuple(self, node: Any, target: str) -> ir.Expr:
        return self.display("tuple", node.elts, target)

    def lower_List(self, node: Any, target: str) -> ir.Expr:
        return self.display("list", node.elts, target)

    def lower_Set(self, node: Any, target: str) -> ir.Expr:
        return self.display("set", node.elts, target)

    def lower_Dict(self, node: Any, target: str) -> ir.Expr:
        operands: list[Operand] = []
        for key, value in zip(node.keys, node.values):
            if key is None:
                operands.append(Operand(lambda v=value: self.atom(v, target, "entries"), "**"))  # type: ignore[misc]
            else:
                role = key.value if isinstance(key, gast.Constant) and isinstance(key.value, str) else "entry"
                operands += [self.operand(key, target, "key"), self.operand(value, target, role)]
        atoms = iter(self.sequence(*operands))
        return ir.BuildDict(tuple([(None if key is None else next(atoms), next(atoms)) for key in node.keys]))

    def lower_JoinedStr(self, node: Any, target: str) -> ir.Expr:
        fields = [part for part in node.values if isinstance(part, gast.FormattedValue)]
        # a field is turned to text before the next one is evaluated: visible only where that may run something
        apart = len(fields) > 1 and any(self.may_run_user_code(field) for field in fields[1:])
        parts: list[str | tuple[ir.Atom, str, ir.Atom | None]] = []
        for part in node.values:
            if isinstance(part, gast.Constant):
                parts.append(part.value)
                continue
            field = self.format_field(part, target)
            parts.append((self.let(f"{target}_text", ir.Format((field,))), "", None) if apart else field)
        return ir.Format(tuple(parts))

    def format_field(self, part: Any, target: str) -> tuple[ir.Atom, str, ir.Atom | None]:
        conversion = chr(part.conversion) if part.conversion >= 0 else ""
        if part.format_spec is None:
            return self.atom(part.value, target, "text"), conversion, None
        pieces = part.format_spec.values
        if all(isinstance(piece, gast.Constant) for piece in pieces):
            spec: Operand = Operand(lambda: ir.Const("".join(piece.value for piece in pieces)))
        else:
            spec = self.operand(part.format_spec, target, "format")
        value, spec_atom = self.sequence(self.operand(part.value, target, "text"), spec)
        return value, conversion, spec_atom

    # ------------------------------------------------------------------ calls

    def lower_Call(self, node: Any, target: str) -> ir.Expr:
        func = node.func
        self.mark_method_argument(node)
        if isinstance(func, gast.Name) and self.is_global(func.id):
            self.check_builtin(node, func.id)
            if func.id == "super" and not node.args and not node.keywords:
                return ir.Call(ir.Global("super"), (self.read("__class__"), self.first_parameter(node)))
            short = self.short_circuit_generator(node, target)
            if short is not None:
                return short
        role = "terms" if function_name(func) in REDUCTIONS else "arg"
        method = isinstance(func, gast.Attribute)
        head = self.operand(func.value if method else func, target, "owner" if method else "function")
        operands = [head]
        for arg in node.args:
            operands.append(self.argument(arg, target, role))
        for keyword in node.keywords:
            if keyword.arg is None:
                operands.append(Operand(lambda k=keyword: self.atom(k.value, target, "options"), "**"))  # type: ignore[misc]
            else:
                operands.append(self.operand(keyword.value, target, keyword.arg.strip("_") or "arg"))
        first, *atoms = self.sequence(*operands)
        if not self.is_quiet_call(func):
            self.calls += 1
        count = len(node.args)
        args = tuple([ir.Star(a) if isinstance(n, gast.Starred) else a for a, n in zip(atoms, node.args)])
        keywords = tuple([(k.arg, a) for k, a in zip(node.keywords, atoms[count:])])
        if method:
            return ir.CallMethod(first, func.attr, args, keywords)
        return ir.Call(first, args, keywords)

    def check_builtin(self, node: Any, name: str) -> None:
        if name in _REFUSED_BUILTINS and name not in self.namespace:
            if name in ("vars", "dir") and (node.args or node.keywords):
                return
            self.refuse(node, f"{name}()", _REFUSED_BUILTINS[name])

    def first_parameter(self, node: Any) -> ir.Atom:
        arguments = getattr(self.scope.node, "args", None)
        positional = [*arguments.posonlyargs, *arguments.args] if arguments is not None else []
        if not positional or "__class__" not in self.scope.free:
            self.refuse(node, "super() outside a method", "write super(TheClass, self)")
        return self.read(positional[0].id)

    # ------------------------------------------------------------------ functions, comprehensions, refusals

    def lower_Lambda(self, node: Any, target: str) -> ir.Expr:
        return self.make_function(node, target)

    def lower_ListComp(self, node: Any, target: str) -> ir.Expr:
        return self.comprehension(node, target)

    lower_SetComp = lower_DictComp = lower_GeneratorExp = lower_ListComp

    def lower_Await(self, node: Any, target: str) -> ir.Expr:
        self.refuse(node, "await", "write a plain function")

    def lower_Yield(self, node: Any, target: str) -> ir.Expr:
        self.refuse(node, "yield (a generator function)", "collect the values in a list and return it")

    lower_YieldFrom = lower_Yield
