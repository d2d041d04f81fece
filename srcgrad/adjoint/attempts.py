"""The reverse of `try`: which handler ran, how far the body had come, what `finally` did.

    try:                          if outcome == 0:
        y = f(x)                      y_bar = y_bar * 2.0
        y = g(y)                  if got_to > 2:
    except E:                         y_bar = ... g ...
        y = y * 2.0               if got_to > 1:
                                      x_bar = ... f ...

Where no exception occurred there is nothing to ask: the body is reversed as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint.exits import exits_in
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.adjoint.reverse import Reverse


def nothing() -> None:
    """The arm that writes nothing."""


def reverse_try(rev: Reverse, stmt: ir.Try) -> None:
    """What came last first: `finally`, then the handler or the else clause, then the body."""
    scope = rev.current_scope()
    if rev.facts.final_matters(stmt):
        reverse_final(rev, stmt)
    possible = rev.decisions.arms(stmt, tuple(range(len(stmt.handlers)))) if stmt.handlers else []
    alternatives(rev, stmt, possible)
    for handler in rev.facts.catches_values(stmt):
        if stmt.handlers.index(handler) in possible:
            reverse_raised(rev, stmt, handler)
    if possible:
        rev.guards.append(lambda: rev.needs.got_to(stmt))
    rev.block(stmt.body, scope)
    if possible:
        rev.guards.pop()


def alternatives(rev: Reverse, stmt: ir.Try, possible: list[Any]) -> None:
    """The handler that ran, of those that may have, or the else clause."""
    scope = rev.current_scope()
    if not possible:
        if stmt.orelse:
            after_exits(rev, stmt.body, lambda: rev.block(stmt.orelse, scope))
        return
    handler = possible[-1]
    rev.branch(
        lambda: rev.emit(ir.Prim("eq", (rev.needs.outcome_of(stmt), ir.Const(handler))), "handled"),
        lambda: rev.block(stmt.handlers[handler].body, scope),
        lambda: alternatives(rev, stmt, possible[:-1]),
    )


def reverse_raised(rev: Reverse, stmt: ir.Try, handler: ir.Handler) -> None:
    """The call that raised the exception which a handler looked at: what it computed before goes back first."""

    def record() -> None:
        rev.uses_bars = True
        brought = rev.needs.raised_in(handler, stmt)
        rev.write(ir.Effect(ir.CallMethod(brought, "reverse", (ir.Var("bars"),)), handler.span))

    outcome = stmt.handlers.index(handler)
    rev.branch(
        lambda: rev.emit(ir.Prim("eq", (rev.needs.outcome_of(stmt), ir.Const(outcome))), "handled"), record, nothing
    )


def after_exits(rev: Reverse, block: ir.Block, write: Callable[[], None]) -> None:
    """What `write` writes, only where none of the exits in `block` was taken."""
    scope = rev.current_scope()
    before = max((number for inner in block for number in exits_in(inner, scope)), default=-1)
    rev.past(scope, before, write)


def reverse_else(rev: Reverse, stmt: Any) -> None:
    """The else clause of a loop: it ran where the loop was left neither by `break` nor by `return`."""
    if not any(rev.facts.touches(inner) for inner in stmt.orelse):
        return
    scope = rev.current_scope()

    def clause() -> None:
        if rev.facts.breaks(stmt):
            broke = rev.needs.broke_of(stmt)
            rev.branch(lambda: broke, nothing, lambda: rev.block(stmt.orelse, scope))
        else:
            rev.block(stmt.orelse, scope)

    after_exits(rev, stmt.body, clause)


def reverse_final(rev: Reverse, stmt: ir.Try) -> None:
    """A `finally` clause: it ran, but changed nothing that a `return` had already determined."""
    scope = rev.current_scope()
    returns = set(returns_through(rev, stmt))
    if not returns:
        rev.block(stmt.final, scope)
        return
    possible = set(rev.decisions.exits(scope))
    if not possible & returns:
        rev.block(stmt.final, scope)
    elif possible - returns:

        def went_on() -> ir.Atom:
            return rev.left_by(scope, sorted(possible - returns))

        rev.branch(went_on, lambda: rev.block(stmt.final, scope), nothing)


def returns_through(rev: Reverse, stmt: ir.Try) -> list[int]:
    """The numbers of the returns that pass through a `finally` clause; one that leaves by itself is refused."""
    scope = rev.current_scope()
    if any(exits_in(inner, scope) for inner in stmt.final):
        source, line = rev.inf.function.source, stmt.final[0].span.line
        raise UnsupportedError(
            "leaving a finally clause in a function that is differentiated",
            "leave after the try statement",
            source.filename,
            line,
            source.line(line),
        )
    return [n for n in exits_in(stmt, scope) if isinstance(scope.sites[n], ir.Return)]
