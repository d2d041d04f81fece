"""Iterators that go step by step, written out where their items are taken.

    for v in steps:               while True:
        total += v                    v = steps.step()
                                      if steps.ended(): break
                                      total += v

    v = next(steps, 0.0)          v = steps.step()
                                  if steps.ended(): v = 0.0

What takes all items at once gets a list of them, made right before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.by_rows import NeedRows, need_rows
from srcgrad.analysis.entry import is_user_class
from srcgrad.analysis.kinds import Kind, Ref
from srcgrad.analysis.lookups import stored
from srcgrad.analysis.own_iterators import next_of
from srcgrad.analysis.rewrite import fresh_temp, leaves
from srcgrad.analysis.split import block_with, new_name
from srcgrad.written.python_iterators import Steps

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


class Driven(Exception):
    """A loop over an iterator that goes step by step, or a call of `next`, is to be written out.

    `same`: it is a call of `iter`, which gives the iterator itself.
    """

    def __init__(self, stmt: Any, same: bool = False) -> None:
        super().__init__()
        self.stmt, self.same = stmt, same


def goes_by_steps(kind: Kind) -> bool:
    """Whether a value is an iterator that goes step by step, with items through which derivatives flow."""
    return isinstance(kind, Ref) and kind.site.type is Steps and is_active(kind)


def need_all(stmt: Any, args: Any, kinds: list[Kind]) -> None:
    """Ask for lists of what the arguments of a function make one by one, which goes through all of it."""
    for atom, kind in zip(args, kinds):
        cls = kind.site.type if isinstance(kind, Ref) and is_active(kind) else None
        one_by_one = cls is Steps or (cls is not None and is_user_class(cls) and stored(cls, "__next__") is not None)
        if one_by_one and not isinstance(atom, ir.Star):
            need_rows(stmt, atom, kind)


def need_steps(stmt: Any, function: Any, args: Any, kinds: list[Kind]) -> None:
    """Ask for `next(steps)`, and for `iter(steps)`, to be written out."""
    if function not in (next, iter) or not isinstance(stmt, (ir.Let, ir.Effect)) or not kinds:
        return
    if any(isinstance(a, ir.Star) for a in args) or (function is iter and len(args) != 1):
        return
    if goes_by_steps(kinds[0]):
        raise Driven(stmt, same=function is iter)
    cls = kinds[0].site.type if isinstance(kinds[0], Ref) and is_active(kinds[0]) else None
    made = next_of(cls) if function is next and cls is not None and is_user_class(cls) else None
    if made is not None:
        raise NeedRows(stmt, args[0], made)


def loop_of_steps(function: ir.Function, stmt: ir.For, steps: ir.Var) -> ir.While:
    """The loop that takes the items of an iterator."""
    span = stmt.span
    ended = fresh_temp(function, "ended")
    take: ir.Block = [
        ir.Let(stmt.target, ir.CallMethod(steps, "step", ()), span),
        ir.Let(ended, ir.CallMethod(steps, "ended", ()), span),
    ]
    if any(map(leaves, stmt.orelse)):
        more = fresh_temp(function, "more")
        head = [*take, ir.Let(more, ir.Prim("not_", (ir.Var(ended),)), span)]
        return ir.While(head, ir.Var(more), stmt.body, stmt.orelse, span)
    stop = ir.If(ir.Var(ended), [*stmt.orelse, ir.Break(span)], [], span)
    return ir.While([], ir.Const(True), [*take, stop, *stmt.body], [], span)


def write_steps(inf: Inference, stmt: Any, same: bool) -> None:
    """Write a loop, or a call of `next`, as the steps of the iterator that it goes through."""
    function, span = inf.function, stmt.span
    block = block_with(function, stmt)
    at = block.index(stmt)
    if isinstance(stmt, ir.For):
        steps = new_name(function, f"{stmt.target}_steps")
        function.temps.add(steps)
        block[at : at + 1] = [ir.Let(steps, stmt.iter, span), loop_of_steps(function, stmt, ir.Var(steps))]
        return
    source, *default = stmt.value.args
    if same:
        stmt.value = source
        return
    target = stmt.target if isinstance(stmt, ir.Let) else fresh_temp(function, "item")
    ended = fresh_temp(function, "ended")
    if default:
        otherwise: ir.Block = [ir.Let(target, default[0], span)]
    else:
        error = fresh_temp(function, "error")
        stop = ir.Call(ir.Bound("StopIteration", StopIteration), ())
        otherwise = [ir.Let(error, stop, span), ir.Raise(ir.Var(error), None, span)]
    block[at : at + 1] = [
        ir.Let(target, ir.CallMethod(source, "step", ()), span),
        ir.Let(ended, ir.CallMethod(source, "ended", ()), span),
        ir.If(ir.Var(ended), otherwise, [], span),
    ]
