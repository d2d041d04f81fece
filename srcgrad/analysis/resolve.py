"""What an operation is, given the kinds of its operands: the table's, a user's function, a container's, or unknown.

The same text means different things for different operands:

    np.tanh(x)         x array            ByRule(tanh)
    a + b              arrays             ByRule(add)
    a + b              lists              Moves
    params["w"]        dict argument      Moves, the kind of that entry
    self.act(x)        object argument    ByCall(type(self).act)
    fn(x)              unknown fn         Dynamic
"""

from __future__ import annotations

import operator
import types
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import (
    calls,
    containers,
    custom,
    displays,
    lookups,
    methods,
    read_back,
    ruled,
    spelled,
    texts,
    unseen_calls,
)
from srcgrad.analysis.access import attribute, item
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.arms import outcome
from srcgrad.analysis.caches import found_by_value
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.itself import in_full, in_short
from srcgrad.analysis.kinds import BOOL, Closure, Inert, Kind, Known, Never, Num, Ref, Unknown
from srcgrad.analysis.meaning import Copies, Dynamic, Moves, Plain, Result
from srcgrad.analysis.narrowing import note_negation
from srcgrad.analysis.operators import object_operator
from srcgrad.analysis.ruled import by_rule, numeric_kind
from srcgrad.analysis.shapes import moved
from srcgrad.analysis.versions import contents, join
from srcgrad.errors import UnsupportedError
from srcgrad.homes import is_written
from srcgrad.rules import stand_ins
from srcgrad.rules.language import is_constant, lookup

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

COMPARISONS = {"lt", "le", "gt", "ge", "eq", "ne"}
TESTS = {"is_", "is_not", "in_", "not_in", "not_"}


def evaluate(inf: Inference, stmt: Any, expr: ir.Expr, env: Env) -> Result:
    """The kind and the meaning of an expression."""
    unseen_calls.check(inf, stmt, expr, env)
    found = looked_up(inf, stmt, expr, env)
    return read_back.followed(inf, stmt, expr, env, found) if inf.world.texts else found


def looked_up(inf: Inference, stmt: Any, expr: ir.Expr, env: Env) -> Result:
    """The same, whatever texts hold."""
    if not isinstance(expr, ir.MakeFunction) and any(isinstance(inf.whole(a, env), Never) for a in ir.operands(expr)):
        return Never(), Plain()
    match expr:
        case ir.Const(value=value):
            return Known(value), Plain()
        case ir.Var() | ir.Free() | ir.Global() | ir.Bound():
            return inf.whole(expr, env), Copies(expr)
        case ir.Prim():
            return operation(inf, stmt, expr, env)
        case ir.Attr(obj=obj, name=name):
            return attribute(inf, stmt, obj, name, env)
        case ir.Item(obj=obj, index=index):
            return item(inf, stmt, obj, index, env)
        case ir.Slice(lower=lower, upper=upper, step=step):
            return calls.slice_of([inf.atom(a, env) for a in (lower, upper, step)]), Plain()
        case ir.Build(kind=display, items=items):
            return displays.build(inf, stmt, display, items, env)
        case ir.BuildDict(items=pairs):
            return displays.build_dict(inf, stmt, pairs, env)
        case ir.Format():
            active = any(is_active(inf.atom(a, env)) for a in ir.operands(expr))
            return texts.written(inf, str) if active else (Inert(str), Plain())
        case ir.CellLoad(name=name):
            return cell_kind(inf, name), Moves()
        case ir.AtAdjoint():
            return custom.adjoint_block(inf, expr, env)
        case ir.MakeFunction():
            made = make_function(inf, expr, env)
            return made, Moves(containers.active_operands(inf, ir.operands(expr), env))
        case ir.Call(func=func, args=args, keywords=keywords):
            kind = inf.whole(func, env)
            return calls.call(inf, stmt, kind, func, args, keywords, env)
        case ir.CallMethod(obj=obj, name=name, args=args, keywords=keywords):
            spelled_out = spelled.operation(inf, expr, env) if name.startswith("__") else None
            if spelled_out is not None:
                return looked_up(inf, stmt, spelled_out, env)
            return methods.call_method(inf, stmt, obj, name, args, keywords, env)
    raise UnsupportedError(type(expr).__name__, "write it in simpler statements")


# ------------------------------------------------------------------------------------------------------ operators


def _numeric(kind: Kind) -> bool:
    if isinstance(kind, Known):
        return isinstance(kind.value, (bool, int, float, complex, np.generic, np.ndarray))
    return isinstance(kind, Num)


def operation(inf: Inference, stmt: Any, expr: ir.Prim, env: Env) -> Result:
    """A Python operator."""
    if expr.op in TESTS:
        kinds = [inf.whole(a, env) for a in expr.args]
        if expr.op in ("is_", "is_not"):
            inf.world.identities |= not any(isinstance(kind, (Known, Closure, Inert)) for kind in kinds)
        if expr.op in ("in_", "not_in"):
            found_by_value(inf, kinds[1], kinds[0])
        if expr.op == "not_":
            note_negation(inf, stmt, expr.args[0], env)
        verdict = outcome(expr.op, kinds)
        return (BOOL if verdict is None else Known(verdict)), Plain()
    kinds = [inf.atom(a, env) for a in expr.args]
    if expr.op in COMPARISONS:
        return comparison(inf, stmt, expr.op, kinds)
    if all(_numeric(k) for k in kinds):
        folded = fold(expr.op, kinds)
        if folded is not None:
            return folded, Plain()
        function = getattr(operator, expr.op)
        rule = lookup(function)
        if rule is None:
            # what works on integers and truth values alone has no derivative, whatever may be known of the operands
            if not is_constant(function) and any(is_active(k) for k in kinds):
                raise UnsupportedError(f"operator {ir.OPERATORS[expr.op][0]} on an active value", "use another one")
            return ruled.constant_result(inf, stmt, function, kinds), Plain()
        names = [p.name for p in rule.params]
        kind, meaning = by_rule(inf, stmt, rule, function, dict(zip(names, expr.args)), dict(zip(names, kinds)))
        extent = moved(expr.op, kinds)
        if extent is not None and isinstance(kind, Num):
            kind = replace(kind, extent=extent)
        return kind, meaning
    if any(is_active(k) for k in kinds):
        ruled.make_array(stmt, expr.op, expr.args, kinds)
    joined = displays.operator(inf, stmt, expr, kinds)
    if joined is None:
        joined = library_operator(inf, stmt, expr, kinds, env) or object_operator(inf, stmt, expr, kinds, env)
    if joined is not None:
        return joined
    if any(is_active(k) for k in kinds):
        for kind in kinds:
            escape(kind)
        return Unknown(True), Dynamic(getattr(operator, expr.op), expr.args)
    return Unknown(), Plain()


def library_operator(inf: Inference, stmt: Any, expr: ir.Prim, kinds: list[Kind], env: Env) -> Result | None:
    """An operator of a library's object, or of one of a class that stands in for it; None for others."""
    if not any(map(is_active, kinds)):
        return None
    name = f"__{expr.op.rstrip('_')}__"
    for kind, special, order in zip(kinds, (name, name.replace("__", "__r", 1)), ((0, 1), (1, 0))):
        args = tuple(expr.args[i] for i in order[: len(kinds)])
        if isinstance(kind, Ref) and is_written(kind.site.type):
            written = lookups.class_attribute(kind.site.type, special)
            if isinstance(written, types.FunctionType):
                return call_function(inf, stmt, written, None, args, (), env)
        found = stand_ins.of_class(kind.type, special) if isinstance(kind, Unknown) and kind.type else None
        if isinstance(found, stand_ins.OfObject):
            given = [kinds[i] for i in order]
            rule = lookup(found.for_arrays) if isinstance(given[1], Num) and given[1].shape else None
            if rule is None:
                return call_function(inf, stmt, found.function, None, args, (), env)
            names = [p.name for p in rule.params]
            return by_rule(inf, stmt, rule, found.for_arrays, dict(zip(names, args)), dict(zip(names, given)))
    return None


def fold(op: str, kinds: list[Kind]) -> Kind | None:
    """Integer arithmetic on literals, which axes and shapes are written with."""
    values = [k.value if isinstance(k, Known) else None for k in kinds]
    if not all(type(v) is int for v in values) or op not in ("add", "sub", "mul", "floordiv", "mod", "neg"):
        return None
    try:
        return Known(getattr(operator, op)(*values))
    except ZeroDivisionError:
        return None


def comparison(inf: Inference, stmt: Any, op: str, kinds: list[Kind]) -> Result:
    """A comparison: a truth value, or an array of them."""
    if all(_numeric(k) for k in kinds):
        nums = [numeric_kind(k) for k in kinds]
        if all(n.box == "py" for n in nums):
            return BOOL, Plain()
        kind = ruled.constant_result(inf, stmt, getattr(operator, op), kinds)
        return kind, Plain()
    return (BOOL if all(isinstance(k, (Known, Inert)) for k in kinds) else Unknown()), Plain()


# ------------------------------------------------------------------------------------------------------ functions


def cell_kind(inf: Inference, name: str) -> Kind:
    """The kind of a variable that several functions share."""
    return contents(inf.cell(name)) or Never()


def make_function(inf: Inference, expr: ir.MakeFunction, env: Env) -> Kind:
    """A nested function: a closure over what it reads of this one."""
    captured = []
    for name in sorted(expr.function.free):
        if name in expr.function.shared:
            kind: Kind | None = Ref(inf.cell(name))
        elif name in inf.free:
            kind = inf.free[name].kind
        else:
            kind = inf.captured_kinds.get(name)
            if name in env and env[name].kind is not None:
                kind = env[name].kind if kind is None else join(kind, env[name].kind)  # type: ignore[arg-type]
        if isinstance(kind, Closure):
            kind = in_short(kind) if kind.function is expr.function else in_full(inf.world, kind)
        if kind is not None:
            captured.append((name, kind))
    defaults = tuple(inf.atom(a, env) for a in expr.defaults) + tuple(inf.atom(a, env) for _, a in expr.kw_defaults)
    inf.default_kinds[expr] = defaults
    return Closure(expr.function, tuple(captured), defaults)
