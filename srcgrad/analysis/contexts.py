"""Context managers written in Python: what entering and leaving them does, written out where it matters.

    with Scaled(model, k) as scaled:         context = Scaled(model, k)
        y = scaled(x)                        scaled = context.__enter__()
                                             try:
                                                 y = scaled(x)
                                             finally:
                                                 context.__exit__(None, None, None)

That is all where `__exit__` does not look at the exception that it is given, and suppresses none.
"""

from __future__ import annotations

import contextlib
import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.generators import reader
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Kind, Known, OneOf, Ref, Unknown
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import Moves, Plain
from srcgrad.analysis.rewrite import leaves_by, taken_return
from srcgrad.analysis.split import block_with, new_name
from srcgrad.frontend import programs

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

_NONE = ir.Const(None)


class NeedsWriting(Exception):
    """A `with` is to be written out; `looks`: its `__exit__` looks at the exception that it is given."""

    def __init__(self, stmt: Any, looks: bool) -> None:
        super().__init__()
        self.stmt, self.looks = stmt, looks


def enter(inf: Inference, stmt: ir.With, env: Env) -> None:
    """`with context as target`, up to its block."""
    kind = inf.atom(stmt.context, env)
    inf.meanings[stmt] = Moves()
    if suppressed(inf, stmt) is not None:
        raise NeedsWriting(stmt, False)
    given: Kind = Unknown(is_active(kind))
    if isinstance(kind, OneOf):
        raise NeedsWriting(stmt, True)
    method = method_of(kind, "__enter__")
    if method is not None:
        given = interpreted(inf, stmt, kind, method, (), env)
    elif is_active(kind) and not made_of_constants(inf, stmt):
        raise inf.refuse(stmt, "a context manager that holds active values", "call its methods directly")
    if stmt.target is not None:
        inf.bind(stmt, stmt.target, given, env)


def made_of_constants(inf: Inference, stmt: ir.With) -> bool:
    """Whether a call that was given nothing active makes the context manager: `np.errstate(...)`, `open(...)`."""
    version = inf.reads[stmt].get(getattr(stmt.context, "name", ""))
    made = None if version is None else version.anchor
    return isinstance(made, ir.Let) and isinstance(inf.meanings.get(made), Plain)


def leave(inf: Inference, stmt: ir.With, env: Env) -> None:
    """The end of the block of a `with`."""
    kind = inf.atom(stmt.context, env)
    method = method_of(kind, "__exit__")
    if method is not None:
        interpreted(inf, stmt, kind, method, (_NONE, _NONE, _NONE), env)


def method_of(kind: Kind, name: str) -> Any:
    """A method of a context manager that is written in Python."""
    found = class_attribute(kind.site.type, name) if isinstance(kind, Ref) else None
    return found if isinstance(found, types.FunctionType) else None


def interpreted(inf: Inference, stmt: ir.With, kind: Kind, method: Any, args: tuple[Any, ...], env: Env) -> Kind:
    """What `__enter__` or `__exit__` gives; where derivatives may flow through it, the `with` is written out."""
    member, inf.member = inf.member, method.__name__
    try:
        given, meaning = call_function(inf, stmt, method, None, (stmt.context, *args), (), env)
    finally:
        inf.member = member
    if not isinstance(meaning, Plain):
        raise NeedsWriting(stmt, looks(method_of(kind, "__exit__")))
    return given


def looks(method: Any) -> bool:
    """Whether an `__exit__` looks at the exception that it is given, or may suppress it."""
    if method is None:
        return True
    program = programs.program_of(method)
    own = {param.name for param in program.params[1:]} | program.captured
    for stmt in ir.walk(program.body):
        if isinstance(stmt, ir.Return) and not (isinstance(stmt.value, ir.Const) and not stmt.value.value):
            return True
        if any(isinstance(atom, ir.Var) and atom.name in own for atom in ir.all_operands(stmt)):
            return True
    return False


def suppressed(inf: Inference, stmt: ir.With) -> Any:
    """The call of `contextlib.suppress` that makes the context of a `with`; None for another one."""
    name = getattr(stmt.context, "name", None)
    made = next((s for s in block_with(inf.function, stmt) if name in ir.targets(s)), None)
    value = getattr(made, "value", None)
    if made is None or reader(inf.function, made) is not stmt or not isinstance(value, (ir.Call, ir.CallMethod)):
        return None
    if any(isinstance(arg, ir.Star) for arg in value.args) or value.keywords:
        return None
    owner = value.func if isinstance(value, ir.Call) else value.obj
    kind = inf.global_kind(owner.name) if isinstance(owner, ir.Global) else None
    function = kind.value if isinstance(kind, Known) else None
    if isinstance(value, ir.CallMethod):
        function = getattr(function, value.name, None) if function is contextlib else None
    return made if function is contextlib.suppress else None


def write_with(inf: Inference, stmt: ir.With, looking: bool) -> None:
    """Write a `with` as what entering and leaving its context does."""
    function, span = inf.function, stmt.span
    block = block_with(function, stmt)
    made = suppressed(inf, stmt)
    at = block.index(stmt)
    if made is not None:
        errors = ir.Var(made.target)
        made.value = ir.Build("tuple", made.value.args)
        target = [] if stmt.target is None else [ir.Let(stmt.target, _NONE, span)]
        block[at] = ir.Try([*target, *stmt.body], [ir.Handler([], errors, None, [], span)], [], [], span)
        return
    entered = new_name(function, "entered") if stmt.target is None else stmt.target
    enter_call: ir.Stmt = ir.Let(entered, ir.CallMethod(stmt.context, "__enter__", ()), span)
    if stmt.target is None:
        enter_call = ir.Effect(enter_call.value, span)  # type: ignore[union-attr]
    left: ir.Stmt = ir.Effect(ir.CallMethod(stmt.context, "__exit__", (_NONE, _NONE, _NONE)), span)
    result = taken_return(stmt.body)
    if not looking:
        block[at : at + 1] = [enter_call, ir.Try(stmt.body, [], [], [left], span), *result]
    elif result or not leaves_by(stmt.body):
        handler = exit_handler(inf, stmt, None)
        block[at : at + 1] = [enter_call, ir.Try(stmt.body, [handler], [left, *result], [], span)]
    else:
        failed = new_name(function, "failed")
        finally_: ir.Block = [ir.If(ir.Var(failed), [], [left], span)]
        guarded = ir.Try(stmt.body, [exit_handler(inf, stmt, failed)], [], finally_, span)
        block[at : at + 1] = [enter_call, ir.Let(failed, ir.Const(False), span), guarded]


def exit_handler(inf: Inference, stmt: ir.With, failed: str | None) -> ir.Handler:
    """The handler that gives an exception to `__exit__`, and raises it again where that does not suppress it."""
    error = new_name(inf.function, "error")
    span, caught = stmt.span, ir.Var(error)
    parts = ("type", "trace", "suppressed", "passed_on")
    kind, trace, done, again = (ir.Var(new_name(inf.function, f"{error}_{part}")) for part in parts)
    inf.function.temps.update((kind.name, trace.name, done.name, again.name))
    body: ir.Block = [] if failed is None else [ir.Let(failed, ir.Const(True), span)]
    body += [
        ir.Let(kind.name, ir.Call(ir.Bound("type", type), (caught,)), span),
        ir.Let(trace.name, ir.Attr(caught, "__traceback__"), span),
        ir.Let(done.name, ir.CallMethod(stmt.context, "__exit__", (kind, caught, trace)), span),
        ir.Let(again.name, ir.Prim("not_", (done,)), span),
        ir.If(again, [ir.Raise(None, None, span)], [], span),
    ]
    return ir.Handler([], ir.Bound("BaseException", BaseException), error, body, span)
