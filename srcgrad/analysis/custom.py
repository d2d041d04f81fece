"""Calls by which a program speaks of its own derivative: where it stops, what happens to adjoints, rules of its own.

c = sg.stop_gradient(y)      Detached, a constant of y's kind
sg.on_adjoint(y, fn)         Hooked, None
"""

from __future__ import annotations

import types
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from srcgrad import control, ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.interpret import call_function, interpret
from srcgrad.analysis.kinds import Closure, Kind, Known, Method, Num, Ref, Tup, Unknown
from srcgrad.analysis.meaning import (
    ByCall,
    Detached,
    Dynamic,
    Hooked,
    Keywords,
    Plain,
    Recomputed,
    Result,
    Snapshots,
)
from srcgrad.analysis.ruled import with_inactive
from srcgrad.analysis.unknown import dynamic
from srcgrad.checkpointing import Checkpoint, checkpoint
from srcgrad.custom import CustomRule
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.stopped import detached

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def special_call(
    inf: Inference, stmt: Any, function: Any, args: Any, keywords: Keywords, kinds: list[Kind],
    keyword_kinds: list[Kind], env: Env,
) -> Result | None:  # fmt: skip
    """A call of one of srcgrad's own functions that programs call; None for any other."""
    if function is control.stop_gradient or function is detached:
        return stopped(args, keywords, kinds)
    if function is control.on_adjoint:
        return hooked(inf, args, keywords, kinds)
    if function is control.adjoint_of:
        raise UnsupportedError(
            "adjoint_of() in this form", "write: with sg.adjoint_of(h) as h_bar: where sg is imported at module level"
        )
    if isinstance(function, CustomRule):
        return custom_call(inf, stmt, function, args, keywords, kinds, keyword_kinds)
    if isinstance(function, Checkpoint):
        inner = Method(Known(function.function), "checkpoint", Checkpoint)
        atom = ir.Bound(getattr(function, "__name__", "checkpointed"), function)
        return checkpointed_call(inf, stmt, inner, atom, args, keywords, kinds + keyword_kinds, env)
    if function is checkpoint:
        return checkpointed(stmt, args, keywords, kinds)
    return None


def stopped(args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """`stop_gradient(x)`."""
    if len(args) != 1 or keywords or isinstance(args[0], ir.Star):
        raise UnsupportedError("stop_gradient() in this form", "pass one value: stop_gradient(x)")
    (kind,) = kinds
    if not is_active(kind):
        return kind, Plain()
    if isinstance(kind, Unknown):
        return Unknown(True), Dynamic(control.stop_gradient, tuple(args))
    constant = without_derivative(kind)
    if constant is None:
        raise UnsupportedError(
            "stop_gradient() of a container", "stop its items: {k: stop_gradient(v) for k, v in params.items()}"
        )
    return constant, Detached(args[0])


def without_derivative(kind: Kind) -> Kind | None:
    """The kind of a number, or of a tuple of them, through which nothing flows; None for anything else."""
    if isinstance(kind, Num):
        return replace(kind, active=False)
    if not is_active(kind):
        return kind
    if isinstance(kind, Tup):
        items = [without_derivative(item) for item in kind.items]
        return None if any(item is None for item in items) else Tup(tuple(items), kind.type)  # type: ignore[arg-type]
    return None


def hooked(inf: Inference, args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """`on_adjoint(h, fn)`."""
    if len(args) != 2 or keywords or any(isinstance(a, ir.Star) for a in args):
        raise UnsupportedError("on_adjoint() in this form", "pass a variable and a function: on_adjoint(h, fn)")
    return at_adjoint(inf, args[0], kinds[0], Hooked(args[0], hook=args[1]), "on_adjoint(h, fn)")


def adjoint_block(inf: Inference, expr: ir.AtAdjoint, env: Env) -> Result:
    """`with adjoint_of(h) as h_bar:`."""
    for stmt in ir.walk(expr.body):
        if isinstance(stmt, (ir.StoreItem, ir.Augment)):
            written = stmt.obj if isinstance(stmt, ir.StoreItem) else ir.Var(stmt.target)
            if written in expr.reads and isinstance(inf.atom(written, env), Num):
                raise UnsupportedError(
                    "writing into an array of the function in the block of adjoint_of()", "write into a copy"
                )
    found = Hooked(expr.value, code=expr)
    return at_adjoint(inf, expr.value, inf.atom(expr.value, env), found, "with adjoint_of(h) as h_bar:")


def at_adjoint(inf: Inference, atom: Any, kind: Kind, found: Hooked, form: str) -> Result:
    """What is done with the adjoint of a variable: nothing where it has none."""
    if not is_active(kind):
        return Known(None), Plain()
    if not isinstance(atom, (ir.Var, ir.Free)) or atom.name in inf.function.temps:
        raise UnsupportedError("the adjoint of anything but a variable", f"give the value a name: {form}")
    if not isinstance(kind, (Num, Unknown)):
        raise UnsupportedError("the adjoint of a container", f"give one of its items a name: {form}")
    escape(kind)
    # callers have to run the reverse of this function, whether they want an adjoint of it or not
    inf.mutates = True
    return Known(None), found


# ---------------------------------------------------------------------------------------------- rules of its own


def custom_call(
    inf: Inference,
    stmt: Any,
    rule: CustomRule,
    args: Any,
    keywords: Keywords,
    kinds: list[Kind],
    keyword_kinds: list[Kind],
) -> Result:
    """A call of a function that brings its own derivative: what it returns is what the function itself does."""
    if not any(is_active(k) for k in (*kinds, *keyword_kinds)):
        return result_of(inf, stmt, rule, args, keywords, kinds, keyword_kinds), Plain()
    plain = [with_inactive(k) for k in kinds]
    result = with_active(result_of(inf, stmt, rule, args, keywords, plain, [with_inactive(k) for k in keyword_kinds]))
    if result is None:
        for kind in (*kinds, *keyword_kinds):
            escape(kind)
        inf.world.opaque = True
        return Unknown(True), Dynamic(rule, tuple(args), keywords)
    starred = ir.has_stars(args, keywords)

    def mode(kind: Kind) -> str:
        if not is_active(kind):
            return "-"
        return "v" if isinstance(kind, Num) and not starred else "i"

    modes = "".join(mode(kind) for kind in kinds)
    keyword_modes = tuple((name, mode(kind)) for (name, _), kind in zip(keywords, keyword_kinds))
    return result, ByCall(rule, None, tuple(args), keywords, modes, keyword_modes, result)


def result_of(
    inf: Inference,
    stmt: Any,
    rule: CustomRule,
    args: Any,
    keywords: Keywords,
    kinds: list[Kind],
    keyword_kinds: list[Kind],
) -> Kind:
    """The kind of a rule's result, by interpreting the function as plain Python; Unknown where that cannot be done."""
    if not isinstance(rule.function, types.FunctionType):
        return Unknown()
    try:
        result, _ = interpret(inf, stmt, rule.function, args, kinds, keywords, keyword_kinds, ())
    except UnsupportedError:
        return Unknown()
    return result


def with_active(kind: Kind) -> Kind | None:
    """The kind of a number, or of a tuple of them, that may carry a derivative; None for anything else."""
    if isinstance(kind, Num):
        return replace(kind, active=kind.differentiable)
    if isinstance(kind, Tup):
        items = [with_active(item) for item in kind.items]
        return None if any(item is None for item in items) else Tup(tuple(items), kind.type)  # type: ignore[arg-type]
    return None


# ---------------------------------------------------------------------------------------------------- checkpoints


def checkpointed(stmt: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """`checkpoint(f)`, the function again; `checkpoint(items, snapshots=s)`, the items of a loop."""
    if len(args) != 1 or isinstance(args[0], ir.Star) or any(name != "snapshots" for name, _ in keywords):
        raise UnsupportedError("checkpoint() in this form", "checkpoint(f), or checkpoint(range(n), snapshots=s)")
    (kind,) = kinds
    if isinstance(kind, Ref) and callable(getattr(kind.site.type, "__call__", None)):  # noqa: B004
        return Method(kind, "checkpoint", Checkpoint), Plain()
    if isinstance(kind, (Closure, Method)) or (isinstance(kind, Known) and callable(kind.value)):
        return Method(kind, "checkpoint", Checkpoint), Plain()
    if isinstance(kind, Unknown):
        return kind, Dynamic(checkpoint, tuple(args), keywords) if kind.active else Plain()
    if is_active(kind):
        raise UnsupportedError(
            "checkpoint() of items that depend on the input", "loop over their positions: checkpoint(range(len(items)))"
        )
    return kind, Snapshots(args[0], dict(keywords).get("snapshots", ir.Const(None)))


def checkpointed_call(
    inf: Inference, stmt: Any, kind: Method, func: Any, args: Any, keywords: Keywords, kinds: list[Kind], env: Env
) -> Result:
    """A call of a checkpointed function: that of the function, computed again in the reverse."""
    inner = kind.obj
    if isinstance(inner, Known) and isinstance(inner.value, types.FunctionType):
        result, meaning = call_function(inf, stmt, inner.value, None, args, keywords, env)
    elif isinstance(inner, Closure) and not isinstance(func, ir.Attr):
        result, meaning = call_function(inf, stmt, inner, func, args, keywords, env)
    elif isinstance(inner, Method) and isinstance(inner.function, types.FunctionType):
        # what it does is known; which object it is bound to is seen when it runs
        result, meaning = call_function(inf, stmt, inner.function, None, args, keywords, env, inner.obj)
        return result, meaning if isinstance(meaning, Plain) else Dynamic(func, tuple(args), keywords)
    else:
        return dynamic(inf, func, args, keywords, kind, kinds)
    if isinstance(meaning, ByCall):
        parts = {field.name: getattr(meaning, field.name) for field in fields(meaning)}
        return result, Recomputed(**parts)
    return result, meaning
