"""Calls in the forward: a call that has a reverse of its own also gives the record of it.

What the user wrote, and what the forward has in its place:

    y = helper(x, w)        y, y_call = helper_forward(x, w)
    m = Model(w)            m = new(Model);  _, m_call = init_forward(m, w)
    z = layer(x)            z, z_call = layer_forward(layer, x)
    z = fn(x)               z, z_call = dynamic(fn, x)
"""

from __future__ import annotations

import keyword
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.names import Names
from srcgrad.adjoint.unseen import quiet
from srcgrad.analysis.meaning import ByCall, ByChoice, BySlope, Dynamic, Recomputed
from srcgrad.custom import CustomRule
from srcgrad.runtime.powers import of_one_operand


class CallSites:
    """Writes the calls of a forward; `dispatch(function, modes, keyword_modes)` gives the callee's dispatcher."""

    def __init__(self, function: ir.Function, names: Names, dispatch: Any, dynamic: Any) -> None:
        self.function, self.names, self.dispatch, self.dynamic = function, names, dispatch, dynamic
        self.bound: dict[Any, ir.Bound] = {}

    def forward(self, stmt: Any, meaning: Any, record: str | None) -> ir.Block:
        """The statements that stand for a Let, Effect or Unpack."""
        if record is None and isinstance(meaning, Dynamic) and isinstance(stmt, ir.Augment):
            record = self.names.fresh("_")
        if record is None or not isinstance(meaning, (ByCall, Dynamic)):
            return [stmt]
        span = stmt.span
        target = stmt.target if isinstance(stmt, (ir.Let, ir.Augment)) else self.names.fresh("_")
        out: ir.Block = []
        if isinstance(meaning, Dynamic):
            call = self.dynamic_call(meaning)
        else:
            bound = self.dispatcher(meaning)
            args: list[Any] = list(meaning.args)
            if meaning.callee is not None:
                args.insert(0, meaning.callee)
            made = target
            if meaning.construct is not None:
                made = name_of_made(self.function, target, meaning, self.names)
                out.append(make(meaning, made, span))
                args.insert(0, ir.Var(made))
            call = ir.Call(bound, tuple(args), meaning.keywords)
            if meaning.construct is not None:
                after = [ir.Let(target, ir.Var(made), span)] if made != target else []
                return [*out, *self.take_apart(self.names.fresh("_"), record, call, span), *after]
        return [*out, *self.take_apart(target, record, call, span)]

    def take_apart(self, target: str, record: str, call: ir.Expr, span: ir.Span) -> ir.Block:
        """`target, record = call`."""
        pair = self.names.temp(f"{target}_and_call")
        return [ir.Let(pair, call, span), ir.Unpack((target, record), None, ir.Var(pair), span)]

    def dispatcher(self, meaning: ByCall) -> ir.Bound:
        """The callee's dispatcher, one for all calls of one form."""
        closure = meaning.callee is not None
        settled = meaning.settled and meaning.settled.key
        form = meaning.modes, meaning.keyword_modes, closure, meaning.ways, settled
        key = (type(meaning), called(meaning), form, quiet(meaning))
        if key not in self.bound:
            role = "checkpoint" if isinstance(meaning, Recomputed) else "forward"
            name = self.names.fresh(f"{callee_name(meaning)}_{role}")
            made = self.dispatch(meaning)
            made.quiet = key[-1]
            positional = getattr(made, "positional", None)
            by_name = meaning.keywords and not meaning.settled
            if positional is not None and not (by_name or any(isinstance(a, ir.Star) for a in meaning.args)):
                made = positional(len(meaning.modes) + closure)
            self.bound[key] = ir.Bound(name, made)
        return self.bound[key]

    def dynamic_call(self, meaning: Dynamic) -> ir.Expr:
        """The call that resolves an operation when it runs."""
        meaning = of_one_operand(meaning)
        func = meaning.func
        if isinstance(func, ir.Attr):
            helper = ir.Bound("dynamic_method", self.dynamic.method)
            return ir.Call(helper, (func.obj, ir.Const(func.name), *meaning.args), meaning.keywords)
        helper = ir.Bound("dynamic", self.dynamic.call)
        atom = func if isinstance(func, (ir.Var, ir.Free, ir.Global, ir.Const, ir.Bound)) else None
        if atom is None:
            atom = ir.Bound(function_name(func), func)
        return ir.Call(helper, (atom, *meaning.args), meaning.keywords)


def name_of_made(function: ir.Function, target: str, meaning: ByCall, names: Names) -> str:
    """The name of an object while `__init__` fills it: the target's, unless what it held before is still looked at.

    That is so where it is an argument (`node = Node(x, node)`), and where `__init__` may raise and what follows runs.
    """
    given = [*meaning.args, *(value for _, value in meaning.keywords)]
    among = any(getattr(a.value if isinstance(a, ir.Star) else a, "name", None) == target for a in given)
    caught = target not in function.temps and any(
        isinstance(stmt, (ir.Try, ir.With)) for stmt in ir.walk(function.body)
    )
    return names.fresh(f"{target}_made") if among or caught else target


def make(meaning: ByCall, name: str, span: ir.Span) -> ir.Stmt:
    """`name = Class.__new__(Class)`."""
    cls = ir.Bound(meaning.construct.__name__, meaning.construct)
    return ir.Let(name, ir.CallMethod(cls, "__new__", (cls,)), span)


def called(meaning: ByCall) -> Any:
    """What tells callees apart: the function; of one with a rule of its own, what the result has to be as well."""
    if isinstance(meaning, ByChoice):
        return meaning.function
    if isinstance(meaning, BySlope):
        slope = meaning.slope
        form = slope.argnums, slope.with_value, id(slope.made), meaning.instead is not None, meaning.names
        return id(meaning.function), form
    rule = isinstance(meaning.function, CustomRule)
    return id(meaning.function), meaning.result if rule else None


def callee_name(meaning: ByCall) -> str:
    """The name of what is called, as part of an identifier."""
    name = function_name(meaning.function)
    if isinstance(meaning, BySlope):
        name += "_value_and_grad" if meaning.slope.with_value else "_gradient"
    return name


def function_name(function: Any) -> str:
    """A callee's name as part of an identifier."""
    name = getattr(function, "name", None) or getattr(function, "__name__", None) or getattr(function, "co_name", None)
    name = str(name or "function")
    name = "lambda_" if name == "<lambda>" else name.strip("<>_") or "call"
    return f"{name}_" if keyword.iskeyword(name) else name
