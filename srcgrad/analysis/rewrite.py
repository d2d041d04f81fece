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
        open_head(inf.function, stmt)
    return found


def open_head(function: ir.Function, loop: ir.While) -> None:
    """`while True`, the test being the first thing in the body."""
    span = loop.span
    leave: ir.Block = [*loop.orelse, ir.Break(span)]
    if any(leaves(stmt) for stmt in loop.orelse):
        # a break or continue in the else clause is about the loop around this one: the clause has to stay outside
        exhausted = fresh_temp(function, "exhausted")
        leave = [ir.Let(exhausted, ir.Const(True), span), ir.Break(span)]
        block = block_of(function, loop)
        at = block.index(loop)
        block.insert(at + 1, ir.If(ir.Var(exhausted), loop.orelse, [], span))
        block.insert(at, ir.Let(exhausted, ir.Const(False), span))
    done = fresh_temp(function, "done")
    stop: ir.Block = [ir.Let(done, ir.Prim("not_", (loop.test,)), span), ir.If(ir.Var(done), leave, [], span)]
    loop.body = [*loop.head, *stop, *loop.body]
    loop.head, loop.test, loop.orelse = [], ir.Const(True), []


def leaves(stmt: ir.Stmt) -> bool:
    """Whether a statement may leave, or go on with, the loop that it stands in."""
    return breaks(stmt) or continues(stmt)


def breaks(stmt: Any) -> bool:
    """Whether a statement leaves the loop that it stands in."""
    inside = [stmt.orelse] if isinstance(stmt, (ir.For, ir.While)) else ir.blocks(stmt)
    return isinstance(stmt, ir.Break) or any(breaks(inner) for block in inside for inner in block)


def continues(stmt: Any) -> bool:
    """Whether a statement goes on with the next turn of the loop that it stands in."""
    inside = [stmt.orelse] if isinstance(stmt, (ir.For, ir.While)) else ir.blocks(stmt)
    return isinstance(stmt, ir.Continue) or any(continues(inner) for block in inside for inner in block)


def leaves_by(body: ir.Block) -> bool:
    """Whether a block may be left by `return`, `break` or `continue`."""
    returns = any(isinstance(stmt, ir.Return) for stmt in ir.walk(body))
    return returns or any(breaks(stmt) or continues(stmt) for stmt in body)


def taken_return(body: ir.Block) -> ir.Block:
    """The `return` at the end of a block, taken away, where the block is left by no other: it may follow the block."""
    if not body or not isinstance(body[-1], ir.Return) or leaves_by(body[:-1]):
        return []
    return [body.pop()]


def fresh_temp(function: ir.Function, name: str) -> str:
    """A temporary's name that the function does not use."""
    used = function.temps | {p.name for p in function.params} | function.free | function.shared
    used = used.union(*(ir.targets(s) for s in ir.walk(function.body)))
    while name in used:
        name += "_2"
    function.temps.add(name)
    return name


def block_of(function: ir.Function, stmt: ir.Stmt) -> ir.Block:
    """The block that a statement stands in."""
    for block in [function.body, *(b for s in ir.walk(function.body) for b in ir.blocks(s))]:
        if stmt in block:
            return block
    raise AssertionError("statement not found")


def matters(inf: Inference, stmt: Any) -> bool:
    """Whether a statement has anything to reverse, or binds a name through which derivatives flow."""
    meaning = inf.meanings.get(stmt)
    if isinstance(meaning, ByRule) and all(name in inf.function.temps for name in ir.targets(stmt)):
        return False  # an intermediate result: it ends in the test, unless something that matters takes it
    if any(version.active for version in inf.defs.get(stmt, {}).values()):
        return True
    return meaning is not None and not isinstance(meaning, (Plain, Moves))
