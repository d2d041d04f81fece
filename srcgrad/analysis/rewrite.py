"""Changes to a program that depend on kinds: made on a copy that one inference has for itself, because what was
emitted for other kinds of arguments still refers to the original.

    while step(x) > tol:          while True:                step() carries derivatives
        x = x / 2                     test = step(x) > tol
                                      if not test: break
                                      x = x / 2
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.meaning import ByRule, Moves, Plain

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def copy_function(function: ir.Function) -> tuple[ir.Function, dict[Any, Any]]:
    """A copy of a function with statements of its own, and which is whose copy; nested functions stay the same."""
    became: dict[Any, Any] = {}
    body = [copy_statement(s, became) for s in function.body]
    return replace(function, body=body, temps=set(function.temps)), became


def copy_statement(stmt: Any, became: dict[Any, Any]) -> Any:
    """A copy of a statement and of those in its blocks."""
    changed = {}
    for field in fields(stmt):
        value = getattr(stmt, field.name)
        if isinstance(value, list):
            changed[field.name] = [copy_statement(inner, became) for inner in value]
    became[stmt] = replace(stmt, **changed)
    return became[stmt]


def open_heads(inf: Inference, search_only: bool) -> bool:
    """Move the statements of a loop's test that matter to derivatives into the loop's body; whether there were any."""
    found = False
    for stmt in list(ir.walk(inf.function.body)):
        if not isinstance(stmt, ir.While) or not any(matters(inf, s) for s in ir.walk(stmt.head)):
            continue
        found = True
        if search_only:
            continue
        if any(isinstance(s, (ir.Break, ir.Continue)) for s in ir.walk(stmt.orelse)):
            raise inf.refuse(stmt, "break or continue in the else of a loop", "set a flag and test it after the loop")
        leave: ir.Block = [*stmt.orelse, ir.Break(stmt.span)]
        stmt.body = [*stmt.head, ir.If(stmt.test, [], leave, stmt.span), *stmt.body]
        stmt.head, stmt.test, stmt.orelse = [], ir.Const(True), []
    return found


def matters(inf: Inference, stmt: Any) -> bool:
    """Whether a statement has anything to reverse, or binds a name through which derivatives flow."""
    meaning = inf.meanings.get(stmt)
    if isinstance(meaning, ByRule) and all(name in inf.function.temps for name in ir.targets(stmt)):
        return False  # an intermediate result: it ends in the test, unless something that matters takes it
    if any(version.active for version in inf.defs.get(stmt, {}).values()):
        return True
    return meaning is not None and not isinstance(meaning, (Plain, Moves))
