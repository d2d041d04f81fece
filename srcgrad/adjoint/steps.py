"""Steps: how far the body of a `try` had come when an exception ended it.

    try:                              reached = 0
        y = f(x)                      y = f(x);  reached = 1
        for v in vs:                  turns = [];  reached = 2
            y = y * g(v)              reached = 3;  t = g(v);  reached = 4;  y = y * t;  reached = 5;  ... reached = 2
        z = h(y)                      reached = 6;  z = h(y);  reached = 7
    except E:                         got_to = reached
        ...

Statements that matter to the reverse are numbered in textual order; the forward says after each one that it is done.
The reverse of a body that an exception may have ended undoes a statement only if `got_to` is past its number.  The
turn of a loop in which the exception came is handed over by the handler, with the number that had been reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.meaning import ByCall, Dynamic

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts

RAISED = "raised"


@dataclass
class Steps:
    """The numbers of statements inside the bodies of try statements that have handlers.

    number    statement: it is done when more than this was reached; a loop: it has begun
    turn      loop: the lowest and the highest number that may be reached inside a turn
    first     try statement, handler or else clause of a loop: what is reached when it begins
    after     loop: what is reached after it
    loops     try statement: the loops inside its body
    unsafe    try statement: statements inside its body that must not be left half done
    finals    try statement: try statements inside its body whose `finally` matters to the reverse
    end       past all numbers
    """

    number: dict[Any, int] = field(default_factory=dict)
    turn: dict[Any, tuple[int, int]] = field(default_factory=dict)
    first: dict[Any, int] = field(default_factory=dict)
    after: dict[Any, int] = field(default_factory=dict)
    loops: dict[Any, list[Any]] = field(default_factory=dict)
    unsafe: dict[Any, list[Any]] = field(default_factory=dict)
    finals: dict[Any, list[Any]] = field(default_factory=dict)
    end: int = 0

    def next(self, count: int = 1) -> int:
        """Take `count` numbers; the first of them."""
        self.end += count
        return self.end - count


def find_steps(facts: Facts) -> Steps:
    """Number what is inside the try bodies of a function."""
    steps = Steps()

    def visit(block: ir.Block, around: tuple[Any, ...]) -> None:
        for stmt in block:
            match stmt:
                case ir.Try():
                    visit_try(stmt, around)
                case ir.For() | ir.While() if around and facts.relevant(stmt):
                    visit_loop(stmt, around)
                case ir.If() | ir.For() | ir.While() | ir.With():
                    for inner in ir.blocks(stmt):
                        visit(inner, around)
                case _ if around and facts.touches(stmt):
                    visit_simple(stmt, around)

    def visit_try(stmt: ir.Try, around: tuple[Any, ...]) -> None:
        inside = around
        if stmt.handlers and facts.relevant(stmt):
            steps.first[stmt] = steps.next()
            steps.loops[stmt], steps.unsafe[stmt], steps.finals[stmt] = [], [], []
            inside = (*around, stmt)
        visit(stmt.body, inside)
        for handler in stmt.handlers:
            steps.first[handler] = steps.next()
            visit(handler.body, around)
        visit(stmt.orelse, around)
        visit(stmt.final, around)
        if facts.final_matters(stmt):
            for outer in around:
                steps.finals[outer].append(stmt)

    def visit_loop(stmt: Any, around: tuple[Any, ...]) -> None:
        steps.number[stmt] = start = steps.next(2)
        visit(stmt.body, around)
        steps.turn[stmt] = (start + 2, steps.next())
        steps.first[stmt] = steps.after[stmt] = steps.end
        visit(stmt.orelse, around)
        for outer in around:
            steps.loops[outer].append(stmt)

    def visit_simple(stmt: Any, around: tuple[Any, ...]) -> None:
        if stmt in facts.unpacked_call:
            # the call and the unpacking of its result are one step
            steps.number[stmt] = steps.number[facts.unpacked_call[stmt]]
            return
        meaning = facts.inf.meanings.get(stmt)
        if isinstance(meaning, Dynamic) or (isinstance(meaning, ByCall) and facts.changes_objects(stmt)):
            steps.next()
            for outer in around:
                steps.unsafe[outer].append(stmt)
        steps.number[stmt] = steps.next()

    visit(facts.inf.function.body, ())
    steps.end += 1
    return steps
