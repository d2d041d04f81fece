"""A function applied to tangents: the user's own call with tangents in the place of what it is linear in.

y = np.concatenate([a, b], axis=1)      y_dot = np.concatenate([a_dot, np.zeros_like(b)], axis=1)
y = x[i].T                              y_dot = x_dot[i].T
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.meaning import ByRule
from srcgrad.rules.positional import named

if TYPE_CHECKING:
    from srcgrad.tangent.rules import Rules


def applied(rules: Rules, stmt: Any, use: ByRule, active: list[str], others_stay: bool = False) -> ir.Expr:
    """The statement's operation on tangents of the parameters `active`.

    Other parameters that have a line are zeros, unless `others_stay`; what has none is passed as it is.
    """
    written = isinstance(stmt, (ir.Augment, ir.StoreItem))
    expr = ir.Prim(str(stmt.op), tuple(use.bound.values())) if written else stmt.value
    rule = use.rule
    if isinstance(expr, (ir.Call, ir.CallMethod)):
        expr = without_output(expr, use)

    def swapped(name: str, atom: Any) -> Any:
        if name in active:
            return given(rules, stmt, use, name, atom)
        if others_stay or name not in rule.formulas or name in rule.zero:
            return rules.again(stmt, atom)
        return zero(rules, use.kinds[name], atom)

    match expr:
        case ir.Prim(args=args):
            return replace(expr, args=tuple(swapped(p.name, a) for p, a in zip(rule.params, args)))
        case ir.Item(obj=obj, index=index):
            first, second = rule.params[:2]
            return ir.Item(of_array(rules, use, first.name, swapped(first.name, obj)), swapped(second.name, index))
        case ir.Attr(obj=obj):
            name = rule.params[0].name
            return replace(expr, obj=of_array(rules, use, name, swapped(name, obj)))
        case ir.Call(args=args, keywords=keywords):
            places = locate(rule, args, keywords)
            return replace(expr, args=swap_all(places, args, swapped), keywords=swap_named(places, keywords, swapped))
        case ir.CallMethod(obj=obj, args=args, keywords=keywords):
            if method(use, obj):
                places = locate(rule, (obj, *args), keywords)
                own, *others = swap_all(places, (obj, *args), swapped)
                receiver = of_array(rules, use, rule.params[0].name, own)
                return ir.CallMethod(receiver, expr.name, tuple(others), swap_named(places, keywords, swapped))
            places = locate(rule, args, keywords)
            return replace(expr, args=swap_all(places, args, swapped), keywords=swap_named(places, keywords, swapped))
    raise rules.refuse(f"the tangent of {rule.title()}()", "call it directly")


def without_output(expr: Any, use: ByRule) -> Any:
    """A call without `out` and `where` that its entry does not know."""
    rule = use.rule
    before = int(isinstance(expr, ir.CallMethod) and method(use, expr.obj))
    args, keywords = named(rule, rule.functions[0], expr.args, expr.keywords, before)
    own = {p.name for p in rule.params}
    keywords = tuple((k, v) for k, v in keywords if k not in ("out", "where") or k in own)
    several = any(p.kind == "var" for p in rule.params)
    return replace(expr, args=args if several else args[: rule.positional - before], keywords=keywords)


def method(use: ByRule, obj: Any) -> bool:
    """Whether a call of an attribute is one of a method of its first operand."""
    return any(obj == bound for bound in use.bound.values())


def locate(rule: Any, args: Any, keywords: Any) -> dict[Any, str]:
    """The parameter of each argument, by position or keyword."""
    bound = rule.bind(list(range(len(args))), {key: key for key, _ in keywords})
    places: dict[Any, str] = {}
    for name, place in bound.items():
        for one in place if isinstance(place, tuple) else (place,):
            places[one] = name
    return places


def swap_all(places: dict[Any, str], args: Any, swapped: Any) -> Any:
    return tuple(swapped(places[i], a) for i, a in enumerate(args))


def swap_named(places: dict[Any, str], keywords: Any, swapped: Any) -> Any:
    return tuple((key, swapped(places[key], value)) for key, value in keywords)


def given(rules: Rules, stmt: Any, use: ByRule, name: str, atom: Any) -> Any:
    """The tangent of one operand."""
    kind = use.kinds[name]
    if isinstance(kind, tuple):  # one of several operands of the same parameter
        bound = use.bound[name]
        kind = next((k for k, b in zip(kind, bound) if b == atom), None)
    if isinstance(kind, (Num, Known)):
        tan = rules.full(stmt, atom)
        return zero(rules, kind, atom) if tan is None else tan.atom
    items = rules.facts.items_of(stmt, atom)
    if items is not None and rules.facts.followed(atom):
        return list_of(rules, stmt, items, None, keep_zeros=True)
    return rules.asked("items", atom, f"{getattr(atom, 'name', 'items')}_dots")


def list_of(rules: Rules, stmt: Any, items: Any, kinds: Any, keep_zeros: bool) -> ir.Var:
    """The tangents of several operands as a list; not `keep_zeros`, None for what has none."""
    atoms: list[Any] = []
    for position, item in enumerate(items):
        version = rules.version(stmt, item)
        kind = kinds[position] if kinds is not None else version.kind if version is not None else None
        if isinstance(kind, (Num, type(None))) or not is_active(kind):
            tan = rules.full(stmt, item)
            if tan is not None:
                atoms.append(tan.atom)
            else:
                atoms.append(zero(rules, kind, item) if keep_zeros else ir.Const(None))
        elif rules.facts.followed(item):
            inner = rules.facts.items_of(stmt, item)
            atoms.append(list_of(rules, stmt, inner, None, keep_zeros))
        else:
            atoms.append(rules.asked("items" if keep_zeros else "parts", item, f"{item.name}_dots"))
    return rules.emit(ir.Build("list", tuple(atoms)), f"{rules.target}_dot_parts")


def zero(rules: Rules, kind: Any, atom: Any) -> Any:
    """Zeros in the place of an operand that does not depend on the inputs; None stays what it is."""
    if kind == Known(None):
        return atom
    value = atom.value if isinstance(atom, ir.Const) else kind.value if isinstance(kind, Known) else None
    if isinstance(value, np.ndarray):
        return rules.emit(ir.Call(rules.names.tangent_helper("zero_of"), (atom,)))
    if isinstance(atom, ir.Const) or isinstance(kind, Known):
        if not isinstance(value, (tuple, list)):
            return ir.Const(0.0)
    elif isinstance(kind, Num):
        made = rules.zeros(kind, atom)
        return made if isinstance(made, ir.Const) else rules.emit(made)
    return rules.asked("items", atom, f"{getattr(atom, 'name', 'items')}_zeros")


def of_array(rules: Rules, use: ByRule, name: str, atom: Any) -> Any:
    """A tangent whose methods are asked for: an array where its value is not surely one."""
    kind = use.kinds[name]
    if isinstance(kind, Num) and kind.box == "array" and kind.shape != ():
        return atom
    return rules.emit(ir.CallMethod(rules.names.numpy, "asarray", (atom,)))
