"""Operators on objects whose classes say what they do: calls of functions with source, like any other.

    p + v * dt        Vec.__mul__(v, dt), then Vec.__add__(p, ...)
    2.0 * v           Vec.__rmul__(v, 2.0)

Which method Python would call has to be known: where it may answer that it is not for these operands, or a subclass
may come first, that is seen when it runs.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import entry
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Kind, Known, Num, Ref
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import ByCall, Result

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def special_name(op: str) -> str:
    """The method of an operator."""
    return f"__{op.rstrip('_')}__"


def object_operator(inf: Inference, stmt: Any, expr: ir.Prim, kinds: list[Kind], env: Env) -> Result | None:
    """An operator on an object of the user's; None where that is for others to say."""
    chosen = method_for(expr.op, kinds)
    if chosen is None:
        return None
    function, order = chosen
    result, meaning = call_function(inf, stmt, function, None, tuple(expr.args[i] for i in order), (), env)
    child = inf.children.get(stmt)
    if not isinstance(meaning, ByCall) or child is None or may_decline(child):
        return None
    return result, meaning


def method_for(op: str, kinds: list[Kind]) -> tuple[types.FunctionType, tuple[int, ...]] | None:
    """The function that an operator calls for operands of these kinds, and their order; None where that is not sure."""
    name = special_name(op)
    first = kinds[0]
    if len(kinds) == 1:
        found = own_method(first, name)
        return None if found is None else (found, (0,))
    second = kinds[1]
    if isinstance(first, Ref):
        if isinstance(second, Ref) and second.site.type is not first.site.type:
            if issubclass(second.site.type, first.site.type):
                return None  # what the subclass has comes first
        elif not isinstance(second, (Ref, Num, Known)):
            return None
        found = own_method(first, name)
        return None if found is None else (found, (0, 1))
    if isinstance(first, Num) and first.box == "py":
        plain = True
    else:
        plain = isinstance(first, Known) and type(first.value) in (bool, int, float, complex)
    found = own_method(second, name.replace("__", "__r", 1)) if plain else None
    return None if found is None else (found, (1, 0))


def own_method(kind: Kind, name: str) -> types.FunctionType | None:
    """What the class of an object has under a name, where that is a function of the user's."""
    if not isinstance(kind, Ref) or kind.maybe_none or kind.site.escaped:
        return None
    cls = kind.site.type
    if not entry.is_user_class(cls) or issubclass(cls, (list, dict, set, tuple)):
        return None
    found = class_attribute(cls, name)
    return found if isinstance(found, types.FunctionType) and not entry.is_library(found) else None


def may_decline(child: Inference) -> bool:
    """Whether a method may give NotImplemented, upon which Python asks the other operand."""
    return any(ir.Global("NotImplemented") in ir.statement_operands(stmt) for stmt in child.reads)
