"""The text of expressions: exact constants, no needless parentheses, f-strings that every Python reads."""

from __future__ import annotations

import ast
import math
from typing import Any

# binding strengths, weakest first
_TUPLE, _WALRUS, _LAMBDA, _IFEXP, _OR, _AND, _NOT, _COMPARE, _BITOR, _BITXOR, _BITAND, _SHIFT, _SUM, _PRODUCT, _UNARY, \
    _POWER, _AWAIT, _ATOM = range(18)  # fmt: skip

_BINARY: dict[type, tuple[str, int]] = {
    ast.BitOr: ("|", _BITOR), ast.BitXor: ("^", _BITXOR), ast.BitAnd: ("&", _BITAND), ast.LShift: ("<<", _SHIFT),
    ast.RShift: (">>", _SHIFT), ast.Add: ("+", _SUM), ast.Sub: ("-", _SUM), ast.Mult: ("*", _PRODUCT),
    ast.Div: ("/", _PRODUCT), ast.FloorDiv: ("//", _PRODUCT), ast.Mod: ("%", _PRODUCT), ast.MatMult: ("@", _PRODUCT),
    ast.Pow: ("**", _POWER),
}  # fmt: skip
_UNARY_TEXT: dict[type, tuple[str, int]] = {
    ast.USub: ("-", _UNARY), ast.UAdd: ("+", _UNARY), ast.Invert: ("~", _UNARY), ast.Not: ("not ", _NOT),
}  # fmt: skip
_COMPARE_TEXT: dict[type, str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def operator_text(op: ast.operator) -> str:
    """The symbol of a binary operator."""
    return _BINARY[type(op)][0]


def expression(node: ast.AST, level: int = _LAMBDA) -> str:
    """The text of an expression, in parentheses when it binds weaker than `level`."""
    text, own = _PRINTERS[type(node)](node)
    return f"({text})" if own < level else text


def bare(node: ast.AST) -> str:
    """The text where a tuple needs no parentheses: an assignment, a return, a loop."""
    return expression(node, _TUPLE)


def constant(value: object) -> tuple[str, int]:
    """The text of a literal, exact for floats."""
    if value is Ellipsis:
        return "...", _ATOM
    if isinstance(value, float):
        if math.isfinite(value):
            text = repr(value)
        elif math.isnan(value):
            text = "float('nan')"
        else:
            text = "float('inf')" if value > 0 else "-float('inf')"
    elif isinstance(value, complex):
        if value.real == 0 and math.copysign(1.0, value.real) > 0 and math.copysign(1.0, value.imag) > 0:
            if math.isfinite(value.imag):
                return repr(value), _ATOM
        return f"complex({constant(value.real)[0]}, {constant(value.imag)[0]})", _ATOM
    elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 10000:
        text = hex(value)
    else:
        text = repr(value)
    return text, _UNARY if text.startswith("-") else _ATOM


def _constant(node: ast.Constant) -> tuple[str, int]:
    return constant(node.value)


def _name(node: ast.Name) -> tuple[str, int]:
    return node.id, _ATOM


def _binary(node: ast.BinOp) -> tuple[str, int]:
    symbol, own = _BINARY[type(node.op)]
    if own == _POWER:
        return f"{expression(node.left, _AWAIT)} ** {expression(node.right, _UNARY)}", own
    return f"{expression(node.left, own)} {symbol} {expression(node.right, own + 1)}", own


def _unary(node: ast.UnaryOp) -> tuple[str, int]:
    symbol, own = _UNARY_TEXT[type(node.op)]
    return symbol + expression(node.operand, own), own


def _boolean(node: ast.BoolOp) -> tuple[str, int]:
    own, word = (_AND, " and ") if isinstance(node.op, ast.And) else (_OR, " or ")
    return word.join([expression(value, own + 1) for value in node.values]), own


def _compare(node: ast.Compare) -> tuple[str, int]:
    parts = [expression(node.left, _BITOR)]
    for op, right in zip(node.ops, node.comparators):
        parts.append(f" {_COMPARE_TEXT[type(op)]} {expression(right, _BITOR)}")
    return "".join(parts), _COMPARE


def _ifexp(node: ast.IfExp) -> tuple[str, int]:
    chosen, test = expression(node.body, _OR), expression(node.test, _OR)
    return f"{chosen} if {test} else {expression(node.orelse, _IFEXP)}", _IFEXP


def _lambda(node: ast.Lambda) -> tuple[str, int]:
    parameters = arguments(node.args)
    return f"lambda{' ' if parameters else ''}{parameters}: {expression(node.body)}", _LAMBDA


def _named(node: ast.NamedExpr) -> tuple[str, int]:
    return f"{node.target.id} := {expression(node.value)}", _WALRUS


def _attribute(node: ast.Attribute) -> tuple[str, int]:
    owner = expression(node.value, _ATOM)
    if isinstance(node.value, ast.Constant) and type(node.value.value) in (int, float):
        owner = f"({owner})"
    return f"{owner}.{node.attr}", _ATOM


def _subscript(node: ast.Subscript) -> tuple[str, int]:
    index = node.slice
    if isinstance(index, ast.Tuple) and index.elts and not any(isinstance(item, ast.Starred) for item in index.elts):
        text = ", ".join([expression(item) for item in index.elts]) + ("," if len(index.elts) == 1 else "")
    else:
        text = expression(index)
    return f"{expression(node.value, _ATOM)}[{text}]", _ATOM


def _slice(node: ast.Slice) -> tuple[str, int]:
    text = (expression(node.lower) if node.lower else "") + ":" + (expression(node.upper) if node.upper else "")
    return text + (f":{expression(node.step)}" if node.step else ""), _ATOM


def _call(node: ast.Call) -> tuple[str, int]:
    parts = [expression(arg) for arg in node.args]
    parts += [f"{k.arg}={expression(k.value)}" if k.arg else f"**{expression(k.value, _OR)}" for k in node.keywords]
    if len(parts) == 1 and node.args and isinstance(node.args[0], ast.GeneratorExp):
        parts[0] = parts[0][1:-1]
    return f"{expression(node.func, _ATOM)}({', '.join(parts)})", _ATOM


def _starred(node: ast.Starred) -> tuple[str, int]:
    return f"*{expression(node.value, _BITOR)}", _ATOM


def _tuple(node: ast.Tuple) -> tuple[str, int]:
    if not node.elts:
        return "()", _ATOM
    return ", ".join([expression(item) for item in node.elts]) + ("," if len(node.elts) == 1 else ""), _TUPLE


def _list(node: ast.List) -> tuple[str, int]:
    return f"[{', '.join([expression(item) for item in node.elts])}]", _ATOM


def _set(node: ast.Set) -> tuple[str, int]:
    # an empty display would be a dict
    return f"{{{', '.join([expression(item) for item in node.elts]) or '*()'}}}", _ATOM


def _dict(node: ast.Dict) -> tuple[str, int]:
    parts = [
        f"**{expression(value, _BITOR)}" if key is None else f"{expression(key)}: {expression(value)}"
        for key, value in zip(node.keys, node.values)
    ]
    return f"{{{', '.join(parts)}}}", _ATOM


def _generators(generators: list[ast.comprehension]) -> str:
    text = ""
    for part in generators:
        text += f" for {bare(part.target)} in {expression(part.iter, _OR)}"
        text += "".join([f" if {expression(test, _OR)}" for test in part.ifs])
    return text


def _comprehension(node: Any) -> tuple[str, int]:
    brackets = {ast.ListComp: ("[", "]"), ast.SetComp: ("{", "}"), ast.GeneratorExp: ("(", ")")}
    start, end = brackets[type(node)]
    return f"{start}{expression(node.elt)}{_generators(node.generators)}{end}", _ATOM


def _dict_comprehension(node: ast.DictComp) -> tuple[str, int]:
    return f"{{{expression(node.key)}: {expression(node.value)}{_generators(node.generators)}}}", _ATOM


def arguments(node: ast.arguments) -> str:
    """The text of a parameter list."""
    positional = [*node.posonlyargs, *node.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.defaults))
    defaults += node.defaults
    parts = []
    for index, (arg, default) in enumerate(zip(positional, defaults)):
        parts.append(arg.arg if default is None else f"{arg.arg}={expression(default)}")
        if index + 1 == len(node.posonlyargs):
            parts.append("/")
    if node.vararg:
        parts.append(f"*{node.vararg.arg}")
    elif node.kwonlyargs:
        parts.append("*")
    for arg, default in zip(node.kwonlyargs, node.kw_defaults):
        parts.append(arg.arg if default is None else f"{arg.arg}={expression(default)}")
    if node.kwarg:
        parts.append(f"**{node.kwarg.arg}")
    return ", ".join(parts)


# -------------------------------------------------------------------------------------------------------- f-strings


def _joined(node: ast.JoinedStr) -> tuple[str, int]:
    """With quotes that no inner expression uses (before 3.12 it must not), or else a call of `str.format`."""
    inner: list[str] = []
    _inner_texts(node, inner)
    whole = "".join(inner)
    if "\\" not in whole and "\n" not in whole and "#" not in whole:
        for quote in ("'", '"', "'''", '"""'):
            if quote[0] not in whole:
                return f"f{quote}{_parts(node, quote[0])}{quote}", _ATOM
    arguments_: list[str] = []
    template = _template(node, arguments_)
    return f"{template!r}.format({', '.join(arguments_)})", _ATOM


def _inner_texts(node: ast.JoinedStr, found: list[str]) -> None:
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            found.append(expression(part.value, _IFEXP))
            if isinstance(part.format_spec, ast.JoinedStr):
                _inner_texts(part.format_spec, found)
                found += [str(p.value) for p in part.format_spec.values if isinstance(p, ast.Constant)]


def _parts(node: ast.JoinedStr, quote: str) -> str:
    texts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            texts.append("".join([_escaped(char, quote) for char in str(part.value)]))
        elif isinstance(part, ast.FormattedValue):
            value = expression(part.value, _IFEXP)
            conversion = f"!{chr(part.conversion)}" if part.conversion >= 0 else ""
            spec = f":{_parts(part.format_spec, quote)}" if isinstance(part.format_spec, ast.JoinedStr) else ""
            texts.append(f"{{{' ' if value.startswith('{') else ''}{value}{conversion}{spec}}}")
    return "".join(texts)


def _escaped(char: str, quote: str) -> str:
    if char in "{}":
        return char * 2
    if char in ("\\", quote):
        return "\\" + char
    return char if char.isprintable() else char.encode("unicode_escape").decode()


def _template(node: ast.JoinedStr, found: list[str]) -> str:
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(part, ast.FormattedValue):
            found.append(expression(part.value))
            place = str(len(found) - 1)
            conversion = f"!{chr(part.conversion)}" if part.conversion >= 0 else ""
            spec = f":{_template(part.format_spec, found)}" if isinstance(part.format_spec, ast.JoinedStr) else ""
            text += f"{{{place}{conversion}{spec}}}"
    return text


_PRINTERS: dict[type, Any] = {
    ast.Constant: _constant, ast.Name: _name, ast.BinOp: _binary, ast.UnaryOp: _unary, ast.BoolOp: _boolean,
    ast.Compare: _compare, ast.IfExp: _ifexp, ast.Lambda: _lambda, ast.NamedExpr: _named, ast.Attribute: _attribute,
    ast.Subscript: _subscript, ast.Slice: _slice, ast.Call: _call, ast.Starred: _starred, ast.Tuple: _tuple,
    ast.List: _list, ast.Set: _set, ast.Dict: _dict, ast.ListComp: _comprehension, ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.DictComp: _dict_comprehension, ast.JoinedStr: _joined,
}  # fmt: skip
