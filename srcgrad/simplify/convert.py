"""Python trees for the expressions of the normal form."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from srcgrad import ir

_BINARY: dict[str, Callable[[], ast.operator]] = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv, "mod": ast.Mod,
    "pow": ast.Pow, "matmul": ast.MatMult, "lshift": ast.LShift, "rshift": ast.RShift, "and_": ast.BitAnd,
    "or_": ast.BitOr, "xor": ast.BitXor,
}  # fmt: skip
_COMPARE: dict[str, Callable[[], ast.cmpop]] = {
    "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE, "eq": ast.Eq, "ne": ast.NotEq, "is_": ast.Is,
    "is_not": ast.IsNot, "in_": ast.In, "not_in": ast.NotIn,
}  # fmt: skip
_UNARY: dict[str, Callable[[], ast.unaryop]] = {
    "neg": ast.USub, "pos": ast.UAdd, "invert": ast.Invert, "not_": ast.Not,
}  # fmt: skip

LOAD, STORE, DELETE = ast.Load(), ast.Store(), ast.Del()

Convert = Callable[["ir.Atom"], ast.expr]


def operator(op: str) -> ast.operator:
    return _BINARY[op]()


def name(identifier: str) -> ast.Name:
    return ast.Name(identifier, LOAD)


def store(identifier: str) -> ast.Name:
    return ast.Name(identifier, STORE)


def negated(test: ast.expr) -> ast.expr:
    """`not test`, without a double negation."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def boolean(op: ast.boolop, left: ast.expr, right: ast.expr) -> ast.expr:
    """`left and right`, with `a < b and b < c` for a plain b written as a chain."""
    if (
        isinstance(op, ast.And)
        and isinstance(left, ast.Compare)
        and isinstance(right, ast.Compare)
        and isinstance(left.comparators[-1], ast.Name)
        and isinstance(right.left, ast.Name)
        and left.comparators[-1].id == right.left.id
    ):
        return ast.Compare(left.left, [*left.ops, *right.ops], [*left.comparators, *right.comparators])
    values = [*right.values] if isinstance(right, ast.BoolOp) and type(right.op) is type(op) else [right]
    return ast.BoolOp(op, [left, *values])


def as_value(expr: ast.expr, slice_name: str) -> ast.expr:
    """An index expression outside brackets: slices become calls of `slice`."""
    if isinstance(expr, ast.Slice):
        none = ast.Constant(None)
        parts = [expr.lower or none, expr.upper or none, expr.step or none]
        return ast.Call(name(slice_name), parts, [])
    if isinstance(expr, ast.Tuple) and any(isinstance(item, ast.Slice) for item in expr.elts):
        return ast.Tuple([as_value(item, slice_name) for item in expr.elts], LOAD)
    return expr


def convert(expr: ir.Expr, atom: Convert, index: Convert) -> ast.expr:
    """The tree of an operation; `atom` gives the tree of an operand, `index` that of one in brackets."""

    def many(items: tuple[Any, ...], each: Convert = atom) -> list[ast.expr]:
        return [ast.Starred(_unstarred(each(i.value)), LOAD) if isinstance(i, ir.Star) else each(i) for i in items]

    def keywords(pairs: tuple[tuple[str | None, ir.Atom], ...]) -> list[ast.keyword]:
        return [ast.keyword(key, atom(value) if key else _unstarred(atom(value))) for key, value in pairs]

    def part(value: ir.Atom) -> ast.expr | None:
        return None if value == ir.Const(None) else atom(value)

    match expr:
        case ir.Var() | ir.Free() | ir.Global() | ir.Const() | ir.Bound():
            return atom(expr)
        case ir.CellLoad(name=cell):
            return name(cell)
        case ir.Prim(op=op, args=(operand,)):
            return ast.UnaryOp(_UNARY[op](), atom(operand))
        case ir.Prim(op=op, args=(left, right)) if op in _COMPARE:
            return ast.Compare(atom(left), [_COMPARE[op]()], [atom(right)])
        case ir.Prim(op=op, args=(left, right)):
            return ast.BinOp(atom(left), operator(op), atom(right))
        case ir.Attr(obj=obj, name=attr):
            return ast.Attribute(atom(obj), attr, LOAD)
        case ir.Item(obj=obj, index=at):
            return ast.Subscript(atom(obj), index(at), LOAD)
        case ir.Slice(lower=lower, upper=upper, step=step):
            return ast.Slice(part(lower), part(upper), part(step))
        case ir.Build(kind="tuple", items=items):
            return ast.Tuple(many(items, index), LOAD)
        case ir.Build(kind="list", items=items):
            return ast.List(many(items), LOAD)
        case ir.Build(items=items):
            return ast.Set(many(items))
        case ir.BuildDict(items=pairs):
            return ast.Dict([None if k is None else atom(k) for k, _ in pairs], [atom(v) for _, v in pairs])
        case ir.Call(func=func, args=args, keywords=pairs):
            return ast.Call(atom(func), many(args), keywords(pairs))
        case ir.CallMethod(obj=obj, name=method, args=args, keywords=pairs):
            return ast.Call(ast.Attribute(atom(obj), method, LOAD), many(args), keywords(pairs))
        case ir.Format(parts=parts):
            return _format(parts, atom)
    raise TypeError(f"no Python expression for {expr!r}")


def _unstarred(expr: ast.expr) -> ast.expr:
    """`b` for `[*b]` and `{**b}`, which is to be expanded itself."""
    if isinstance(expr, ast.List) and len(expr.elts) == 1 and isinstance(expr.elts[0], ast.Starred):
        return expr.elts[0].value
    if isinstance(expr, ast.Dict) and expr.keys == [None]:
        return expr.values[0]
    return expr


def _format(parts: tuple[str | tuple[ir.Atom, str, ir.Atom | None], ...], atom: Convert) -> ast.expr:
    values: list[ast.expr] = []
    for part in parts:
        if isinstance(part, str):
            values.append(ast.Constant(part))
            continue
        value = atom(part[0])
        if isinstance(value, ast.JoinedStr) and not part[1] and part[2] is None:
            values.extend(value.values)
            continue
        spec: ast.JoinedStr | None = None
        if part[2] is not None:
            inner = atom(part[2])
            plain = isinstance(inner, ast.Constant) and not set(str(inner.value)) & set("{}\\'\"")
            if isinstance(inner, ast.JoinedStr):
                spec = inner
            else:
                spec = ast.JoinedStr([inner if plain else ast.FormattedValue(inner, -1, None)])
        values.append(ast.FormattedValue(value, ord(part[1]) if part[1] else -1, spec))
    return ast.JoinedStr(values)


def width(expr: ir.Expr) -> int:
    """About how many columns the operation's own text takes, its operands as names or literals."""
    own = sum(len(str(getattr(a, "name", None) or repr(getattr(a, "value", "")))) + 2 for a in ir.operands(expr))
    match expr:
        case ir.Attr(name=attr) | ir.CallMethod(name=attr):
            own += len(attr) + 2
        case ir.Prim(op=op):
            own += len(ir.OPERATORS[op][0]) + 1
        case ir.Format(parts=parts):
            own += sum(len(part) for part in parts if isinstance(part, str)) + 3
    if isinstance(expr, (ir.Call, ir.CallMethod)):
        own += sum(len(key) + 1 for key, _ in expr.keywords if key)
    return own
