"""Writing a rule's formula out for actual operands.

    rule       def tanh(x, *, y):  x: 1.0 - y * y
    operands   h = np.tanh(z), cotangent h_bar
    written    t = h * h;  u = 1.0 - t;  z_bar = h_bar * u

Formulas become statements in normal form; the printer nests them again.  Every value carries what is known of its
shape, so that a cotangent that stands for a larger array (that of a sum's operand) is made full before it matters.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.adjoint import words
from srcgrad.adjoint.formula_names import LazyNames
from srcgrad.adjoint.looks import ATTRIBUTES, FUNCTIONS, looks
from srcgrad.adjoint.values import UNKNOWN, Val, is_boxed, is_number, without_defaults
from srcgrad.analysis.extents import Shape, broadcast
from srcgrad.analysis.kinds import Known, Num, Unknown
from srcgrad.analysis.shapes_index import index_shape
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.helpers import quotient
from srcgrad.runtime.words import WORDS

BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor",
}  # fmt: skip
UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert", ast.Not: "not_"}
COMPARE = {
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne", ast.Is: "is_",
    ast.IsNot: "is_not", ast.In: "in_", ast.NotIn: "not_in",
}  # fmt: skip
# NumPy functions whose result may share memory with an argument, or be read-only
SHARING = {
    "reshape", "transpose", "swapaxes", "moveaxis", "flip", "flipud", "fliplr", "broadcast_to", "expand_dims",
    "squeeze", "real", "imag", "asarray", "ravel", "diagonal", "conj",
}  # fmt: skip
NEW_WORDS = {
    "matmul_left", "matmul_right", "dot_left", "dot_right", "outer_left", "outer_right", "scatter", "share",
    "cumsum_from_end", "tensordot_left", "tensordot_right", "inner_left", "inner_right", "det_cotangent",
    "slogdet_cotangent", "cholesky_cotangent", "eigh_cotangent", "eig_cotangent", "qr_cotangent", "solve_right",
}  # fmt: skip
# words that broadcast their arguments and give a new array
ELEMENTWISE_WORDS = {"clip_value", "clip_low", "clip_high", "either", "larger_share", "reached", "smaller_share"}
# operators of Python's that raise for some numbers, where NumPy's functions give inf or nan
RAISING = {"truediv": "divide", "floordiv": "floor_divide", "mod": "remainder", "pow": "power"}
_NP = ir.Bound("np", np)


class Writer:
    """Writes formulas into a list of statements."""

    def __init__(self, emit: Callable[[ir.Expr, str | None], ir.Var], span: ir.Span, shapes: dict[str, Any]) -> None:
        self.emit_statement = emit
        self.shapes = shapes
        self.span = span
        self.names: dict[str, Val] = {}
        self.pending: dict[str, ast.expr] = {}
        # the names under which sub-expressions are kept that several formulas read
        self.shared: set[str] = set()
        self.module = _NP

    # ------------------------------------------------------------------------------------------------- statements

    def emit(self, expr: ir.Expr, shape: Shape | None, fresh: bool = True, real: bool = False) -> Val:
        made = self.emit_statement(expr, None)
        self.shapes[made.name] = shape
        return Val(made, shape, fresh, None, real)

    def const(self, value: Any) -> Val:
        shape = () if isinstance(value, (int, float, complex, bool)) else None
        return Val(ir.Const(value), shape, True, Known(value), not isinstance(value, complex), isinstance(value, float))

    def prim(self, op: str, *vals: Val) -> Val:
        """An operator, with the identities that a careful person would not write out."""
        folded = self.simplify(op, *vals)
        if folded is not None:
            return folded
        if op == "mul" and type(vals[1].literal) in (int, float) and vals[0].literal is UNKNOWN:
            vals = vals[::-1]  # the number first, as one writes it
        assert all(v.atom is not None for v in vals)
        shape = broadcast([v.shape for v in vals]) if op != "matmul" else None
        atoms = tuple(v.atom for v in vals)
        as_numpy = self.may_raise(op, vals)
        if as_numpy and op == "truediv" and vals[1].counts:
            as_numpy = False
            least = ir.Call(ir.Bound("max", max), (atoms[1], ir.Const(1)))  # type: ignore[arg-type]
            atoms = (atoms[0], self.emit(least, (), True, True).atom)
        expr: ir.Expr = ir.Prim(op, atoms)  # type: ignore[arg-type]
        numbers = op == "truediv" and self.module == _NP and all(v.shape == () for v in vals)
        if as_numpy and numbers:
            # a tenth of what np.divide takes
            expr = ir.Call(ir.Bound("quotient", quotient), atoms)  # type: ignore[arg-type]
        elif as_numpy:
            expr = ir.CallMethod(self.module, RAISING[op], atoms)  # type: ignore[arg-type]
        made = self.emit(expr, shape, True, all(v.real for v in vals))
        made.floats = op == "truediv" or any(v.floats for v in vals)
        made.boxed = (as_numpy and not numbers) or any(map(is_boxed, vals))
        return made

    def may_raise(self, op: str, vals: tuple[Val, ...]) -> bool:
        """Whether an operator may meet two Python numbers and raise, where what it is the derivative of did not."""
        if op not in RAISING or not self.of_numpy or any(map(is_boxed, vals)):
            return False
        return op == "pow" or type(vals[1].literal) not in (int, float) or vals[1].literal == 0

    # a quotient both of whose operands have adjoints: what these share, and the operand that gets all of it
    divides = False
    whole: Any = None
    divided: Val | None = None
    # whether the formula is that of a function of NumPy, or of an operator on what may be NumPy's
    of_numpy = False

    def simplify(self, op: str, *vals: Val) -> Val | None:
        """The operation without what changes nothing (`1 * x`, `x + 0`), or a constant; None where it stays."""
        literals = [v.literal for v in vals]
        if all(type(x) in (int, float, bool) for x in literals):
            try:
                return self.const(getattr(operator, op)(*literals))
            except (ZeroDivisionError, OverflowError):
                return None
        if len(vals) == 2:
            a, b = vals
            if op == "mul":
                if is_number(literals[0], 1) and b.floats:
                    return b
                if is_number(literals[1], 1) and a.floats:
                    return a
                if is_number(literals[0], -1) and b.floats:
                    return self.prim("neg", b)
                if is_number(literals[1], -1) and a.floats:
                    return self.prim("neg", a)
            if op in ("truediv", "pow") and is_number(literals[1], 1) and a.floats:
                return a
            if op in ("add", "sub") and is_number(literals[1], 0) and a.floats:
                return a
            if op == "add" and is_number(literals[0], 0) and b.floats:
                return b
        return None

    # ------------------------------------------------------------------------------------------------ expressions

    def value(self, node: ast.expr) -> Val:
        """An expression of the rule language."""
        match node:
            case ast.Constant(value=value):
                return self.const(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.BinOp(left=left, op=op, right=right):
                return self.prim(BINARY[type(op)], self.value(left), self.value(right))
            case ast.UnaryOp(op=op, operand=operand):
                inner = self.value(operand)
                if isinstance(op, ast.USub) and type(inner.literal) in (int, float):
                    return self.const(-inner.literal)
                return self.prim(UNARY[type(op)], inner)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                a, b = self.value(left), self.value(right)
                test = ir.Prim(COMPARE[type(op)], (a.atom, b.atom))  # type: ignore[arg-type]
                return replace(self.emit(test, broadcast([a.shape, b.shape]), True, True), floats=False)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.static(test) else orelse)
            case ast.Attribute(value=inner, attr=attr):
                return self.attribute(inner, attr)
            case ast.Subscript(value=inner, slice=index):
                base, key = self.value(inner), self.value(index)
                shape = index_shape(base.shape, key.kind) if key.kind is not None else None
                picks = isinstance(key.kind, Num) and bool(key.kind.shape)  # a new array of what was picked
                return self.emit(ir.Item(base.atom, key.atom), shape, picks, base.real)  # type: ignore[arg-type]
            case ast.Tuple(elts=elts):
                return self.emit(ir.Build("tuple", tuple(self.value(e).atom for e in elts)), None, False)  # type: ignore[misc]
            case ast.List(elts=elts):
                return self.emit(ir.Build("list", tuple(self.value(e).atom for e in elts)), None, False)  # type: ignore[misc]
            case ast.Call(func=func, args=args, keywords=keywords):
                return self.call(func, args, keywords)
        raise NotImplementedError(f"{ast.unparse(node)} in a formula")

    def name(self, name: str) -> Val:
        """A parameter, `y`, `g`, or a shared sub-expression, which is written where it is first read."""
        if name not in self.names and name in self.pending:
            found = self.names[name] = replace(self.value(self.pending[name]), fresh=False)
            if isinstance(found.atom, ir.Var):
                self.shared.add(found.atom.name)
        found = self.names[name]
        if isinstance(found, Val):
            return found
        raise NotImplementedError(name)

    def looked_at(self, node: ast.expr) -> Val:
        """An expression of which only shape and type are asked."""
        if isinstance(node, ast.Name) and isinstance(self.names, LazyNames):
            found = self.names.looked_at(node.id)
            if found is not None:
                return found
        return self.value(node)

    def static(self, node: ast.expr) -> Any:
        """The value of an expression over what is known when text is emitted."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                val = self.name(name)
                if val.literal is not UNKNOWN:
                    return val.literal
                if isinstance(val.kind, Known):
                    return val.kind.value
            case ast.Call(func=ast.Name(id="literal"), args=[arg]):
                if isinstance(arg, ast.Name):
                    val = self.name(arg.id)
                    literal = val.kind.value if isinstance(val.kind, Known) else val.literal
                    return type(literal) in (int, float)
                return False
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot() as op], comparators=[right]) if (
                self.surely_given(name)
            ):
                return isinstance(op, ast.IsNot)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return getattr(operator, COMPARE[type(op)])(self.static(left), self.static(right))
            case ast.BoolOp(op=ast.And(), values=values):
                return all(self.static(v) for v in values)
            case ast.BoolOp(op=ast.Or(), values=values):
                return any(self.static(v) for v in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.static(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.static(operand)
        raise UnsupportedError(f"a call whose argument '{ast.unparse(node)}' is computed", "write it as a literal")

    def surely_given(self, name: str) -> bool:
        """Whether a parameter holds a value that is no literal, and no None: an array, a number, a list."""
        kind = self.name(name).kind
        return not (kind is None or isinstance(kind, (Known, Unknown)) or (isinstance(kind, Num) and kind.maybe_none))

    def attribute(self, node: ast.expr, attr: str) -> Val:
        """`x.T`, `x.size`, `x.ndim` ..."""
        base = self.looked_at(node) if attr in ATTRIBUTES else self.value(node)
        if attr == "T":
            if base.shape is not None and len(base.shape) < 2:
                return base
            shape = base.shape[::-1] if base.shape is not None else None
            if self.reverse is not None and shape is not None and len(shape) == 2 and base is self.names.get("g"):
                product = self.reverse.transposed_product(base.atom)
                if product is not None:
                    return Val(product, shape, True, None, base.real)
            return self.emit(ir.Attr(base.atom, "T"), shape, base.fresh, base.real)  # type: ignore[arg-type]
        return self.emit(ir.Attr(base.atom, attr), () if attr in ("size", "ndim") else None, True, True)  # type: ignore[arg-type]

    def call(self, func: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> Val:
        """A call of a word of the rule language, of a builtin, or of a function of `np` or `math`."""
        if isinstance(func, ast.Name):
            expand = words.EXPANSIONS.get(func.id)
            shapes = looks(WORDS[func.id]) if func.id in WORDS else ()
            vals = [self.looked_at(a) if i in shapes else self.value(a) for i, a in enumerate(args)]
            named = {str(k.arg): self.value(k.value) for k in keywords}
            if expand is not None:
                expanded = expand(self, *vals, **named)
                if expanded is not None:
                    return expanded  # type: ignore[no-any-return]
            if func.id in WORDS:
                return self.call_word(func.id, vals, named)
            helper = self.names.use.rule.helpers.get(func.id) if hasattr(self.names, "use") else None
            if helper is not None:
                whole = tuple(self.full_g(v).atom for v in vals)
                pairs = tuple((k, v.atom) for k, v in named.items())
                return self.emit(ir.Call(ir.Bound(func.id, helper), whole, pairs), None, False)  # type: ignore[arg-type]
            builtin = {"len": len, "range": range, "tuple": tuple, "list": list, "slice": slice, "bool": bool}[func.id]
            return self.emit(ir.Call(ir.Bound(func.id, builtin), tuple(v.atom for v in vals)), None)  # type: ignore[misc]
        assert isinstance(func, ast.Attribute)
        vals = [self.looked_at(a) if func.attr in FUNCTIONS else self.value(a) for a in args]
        named = {str(k.arg): self.value(k.value) for k in keywords}
        if isinstance(func.value, ast.Attribute):  # np.linalg.solve
            area = self.emit(ir.Attr(self.module, func.value.attr), None)
            whole = tuple(self.full_g(v).atom for v in vals)
            call = ir.CallMethod(area.atom, func.attr, whole, tuple((k, v.atom) for k, v in named.items()))  # type: ignore[misc, arg-type]
            return self.emit(call, None)
        assert isinstance(func.value, ast.Name)
        module, name = func.value.id, func.attr
        shape: Shape | None
        if module == "math":
            owner, shape = ir.Bound("math", math), ()
        elif module == "np":
            if name == "shape":
                return self.shape_of(vals[0])
            if name == "real" and vals[0].real:
                return vals[0]
            owner = self.module
            shape = broadcast([v.shape for v in vals]) if isinstance(getattr(np, name, None), np.ufunc) else None
            if name == "where":
                shape = broadcast([v.shape for v in vals])
            if name in ("reshape", "transpose", "broadcast_to"):
                vals[0] = self.full_g(vals[0])
        else:
            raise NotImplementedError(f"{module}.{name} in a formula")
        call = ir.CallMethod(owner, name, tuple(v.atom for v in vals), tuple((k, v.atom) for k, v in named.items()))  # type: ignore[misc]
        fresh = name not in SHARING or (vals[0].fresh and name != "broadcast_to")
        made = self.emit(call, shape, fresh, all(v.real for v in vals))
        made.boxed = module == "np"
        return made

    def call_word(self, name: str, vals: list[Val], named: dict[Any, Val]) -> Val:
        """A call of a word's runtime function."""
        by_element = name in ELEMENTWISE_WORDS
        vals = without_defaults(vals if by_element else [self.full_g(v) for v in vals], WORDS[name])
        call = ir.Call(
            ir.Bound(name, WORDS[name]),
            tuple(v.atom for v in vals),  # type: ignore[misc]
            tuple((k, v.atom) for k, v in named.items()),  # type: ignore[misc]
        )
        if by_element:
            return self.emit(call, broadcast([v.shape for v in vals]), True, all(v.real for v in vals))
        return self.emit(call, None, name in NEW_WORDS)

    def full_g(self, val: Val) -> Val:
        """The cotangent made full, where `val` is a cotangent that stands for a larger array."""
        if self.full_shape is not None and val is self.names.get("g"):
            self.unfilled = val
            self.names["g"] = self.full_shape()
            self.full_shape = None
        return self.names["g"] if val is self.unfilled else val

    # what knows the statements written before
    reverse: Any = None
    full_shape: Callable[[], Val] | None = None
    unfilled: Val | None = None
    # whether the operand is a list whose items get the elements of the cotangent one by one
    by_leaf = False
    # the user's variable that the formula's operation made
    target = "value"

    def shape_of(self, val: Val) -> Val:
        """`np.shape(x)`."""
        if val.shape == ():
            return Val(ir.Const(()), None, True, Known(()), True)
        if isinstance(val.kind, Num) and val.kind.box in ("array", "cupy"):
            return self.emit(ir.Attr(val.atom, "shape"), None, True, True)  # type: ignore[arg-type]
        return self.emit(ir.CallMethod(_NP, "shape", (val.atom,)), None, True, True)  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------------ cotangents

    def times(self, g: Val, node: ast.expr, conj: bool) -> Val:
        """`g` times a partial, in the order in which one would write it."""
        match node:
            case ast.Constant(value=int() | float() as value) if type(value) is not bool:
                return self.prim("mul", self.const(float(value)), g)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.prim("neg", self.times(g, operand, conj))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.times(g, body if self.static(test) else orelse, conj)
            case ast.BinOp(
                left=ast.UnaryOp(op=ast.USub(), operand=left), op=(ast.Mult() | ast.Div()) as op, right=right
            ):
                # the sign outside, where it can become a subtraction
                return self.prim("neg", self.times(g, ast.BinOp(left, op, right), conj))
            case ast.BinOp(left=left, op=ast.Div(), right=right) if self.divides:
                # g / b serves both operands of a / b
                return self.times(self.quotient(g, right, conj), left, conj)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.prim("truediv", self.times(g, left, conj), self.conj(self.value(right), conj))
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                first = self.value(left) if isinstance(left, ast.Name) else None
                if first is None:
                    return self.prim("mul", self.times(g, left, conj), self.conj(self.value(right), conj))
                if type(first.literal) in (int, float):
                    scaled = self.prim("mul", self.const(float(first.literal)), g)
                    return self.prim("mul", scaled, self.conj(self.value(right), conj))
        return self.prim("mul", g, self.conj(self.value(node), conj))

    def quotient(self, g: Val, divisor: ast.expr, conj: bool) -> Val:
        """The cotangent divided by an operand: once, for all formulas."""
        if self.divided is None:
            name = self.reverse.name_for(self.whole)
            self.divided = self.prim("truediv", g, self.conj(self.value(divisor), conj))
            self.divided.atom = self.reverse.shared_as(self.divided.atom, name)
        return self.divided

    def conj(self, val: Val, wanted: bool) -> Val:
        """The conjugate of a partial, where operands may be complex."""
        if not wanted or val.real:
            return val
        if isinstance(val.atom, ir.Const):
            return self.const(val.atom.value.conjugate()) if isinstance(val.atom.value, complex) else val
        if val.kind is not None and isinstance(val.kind, Num) and val.kind.dtype is not None:
            if val.kind.dtype.kind == "c":
                return self.emit(ir.CallMethod(self.module, "conj", (val.atom,)), val.shape, True)  # type: ignore[arg-type]
            return val
        return self.emit(ir.Call(ir.Bound("conj", WORDS["conj"]), (val.atom,)), val.shape, False)  # type: ignore[arg-type]
