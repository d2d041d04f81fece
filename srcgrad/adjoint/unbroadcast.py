"""Summing a contribution down to its operand's shape, with as little as kinds allow.

By what is known of the axes:

    operand             result        written
    same axes           any           nothing
    scalar              (n, m)        np.sum(g * x), or np.vdot(g, x)
    (m,)                (n, m)        np.sum(g, axis=0)
    (n, 1)              (n, m)        np.sum(g, axis=1, keepdims=True)
    axes, or dtype, not known         unbroadcast(g, x)
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.state import Adj
from srcgrad.adjoint.values import Val, maybe_complex
from srcgrad.adjoint.writing import Writing
from srcgrad.analysis.extents import Shape, axes_to_sum
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.versions import Version
from srcgrad.runtime.words import WORDS


def reduce_to(
    rev: Writing, writer: Any, stmt: Any, bound: Any, kind: Num, val: Val, result: Num, adj: Adj, alone: bool
) -> tuple[Val, bool]:
    """The contribution `val` (of the result's shape, or standing for it) as one of the operand's shape, and whether
    it is full.  `alone`: all other operands are scalars, so that the result has the operand's shape."""
    own, out = kind.shape, result.shape
    # an operand that may be real takes the real part of what may be complex
    alike = kind.dtype is not None or val.real or not maybe_complex(result)
    if out == () and alike:
        return val, True
    if val.shape is None or out is None:
        covers = val.shape is None and adj.full
    else:
        covers = axes_to_sum(val.shape, out) == ((), ())
    if own is not None and out is not None and alike:
        plan = axes_to_sum(own, out)
        if plan is not None:
            leading, ones = plan
            if not leading and not ones:
                return val, covers
            if not covers:
                val = spread_out(rev, val, stmt)
            return summed(rev, writer, val, own, leading, ones, result), True
    if alone and alike:
        return val, covers
    if not covers:
        val = spread_out(rev, val, stmt)
    call = ir.Call(ir.Bound("unbroadcast", WORDS["unbroadcast"]), (val.atom, rev.shape_of_operand(stmt, bound)))  # type: ignore[arg-type]
    return Val(rev.emit(call), own, False), True


def spread_out(rev: Writing, val: Val, stmt: Any) -> Val:
    """A contribution that stands for the result's shape, made full."""
    (version,) = rev.inf.defs[stmt].values()
    call = ir.Call(rev.names.helper("fill"), (val.atom, rev.shape_of_result(stmt, version)))  # type: ignore[arg-type]
    shape = version.kind.shape if isinstance(version.kind, Num) else None
    return Val(rev.emit(call), shape, False)


def summed(
    rev: Writing, writer: Any, val: Val, own: Shape, leading: tuple[int, ...], ones: tuple[int, ...], result: Num
) -> Val:
    """`val` summed over axes."""
    module = writer.module
    if own == ():
        real = result.dtype is not None and result.dtype.kind == "f"
        val, outside = scalars_outside(rev, val) if real else (val, [])
        known = known_sum(rev, writer, val, None) if real else None
        if known is not None:
            for op, others in outside:
                known = writer.prim(op, known, *others)
            return known
        product = product_of(rev, val) if real else None
        if product is not None:
            total = ir.CallMethod(module, "vdot", product)
        else:
            total = sum_of(module, val.atom)
        done = Val(rev.emit(total), (), True, None, val.real, boxed=True)
        for op, others in outside:
            done = writer.prim(op, done, *others)
        return done
    val, negative = sign_outside(rev, val)
    if negative:
        return writer.prim("neg", summed(rev, writer, val, own, leading, ones, result))  # type: ignore[no-any-return]
    if not leading and len(ones) == 1 and val.real:
        known = known_sum(rev, writer, val, ones[0])
        if known is not None:
            return known
    atom: Any = val.atom
    if leading and not ones:
        axis: Any = leading[0] if len(leading) == 1 else leading
        atom = rev.emit(sum_of(module, atom, ("axis", ir.Const(axis))))
        return Val(atom, own, True, None, val.real)
    if leading:
        axis = leading[0] if len(leading) == 1 else leading
        atom = rev.emit(sum_of(module, atom, ("axis", ir.Const(axis))))
        ones = tuple(i - len(leading) for i in ones)
    axis = ones[0] if len(ones) == 1 else ones
    total = sum_of(module, atom, ("axis", ir.Const(axis)), ("keepdims", ir.Const(True)))
    return Val(rev.emit(total), own, True, None, val.real)


def sum_of(module: Any, atom: Any, *keywords: tuple[str, ir.Atom]) -> ir.CallMethod:
    """The sum of an array, by its method, which costs less than the function."""
    if isinstance(atom, ir.Const):
        return ir.CallMethod(module, "sum", (atom,), keywords)
    return ir.CallMethod(atom, "sum", (), keywords)


def sign_outside(rev: Writing, val: Val) -> tuple[Val, bool]:
    """The sign of a sum's terms, written just now, taken out of the sum: it is applied to what is smaller."""
    last = rev.just_written(val.atom, "neg")
    if last is None:
        return val, False
    rev.out.pop()
    return Val(last.args[0], val.shape, False, None, val.real), True


def scalars_outside(rev: Writing, val: Val) -> tuple[Val, list[tuple[str, list[Val]]]]:
    """Signs and scalar factors of a sum's terms, computed just now, taken out of the sum: they are applied after it."""
    outside: list[tuple[str, list[Val]]] = []
    while (last := rev.just_written(val.atom, "neg", "mul", "truediv")) is not None:
        op, args = last.op, last.args
        if op != "neg" and rev.shape_of_atom(args[1]) != ():
            break
        if rev.shape_of_atom(args[0]) != val.shape:
            break
        rev.out.pop()
        outside.insert(0, (op, [Val(a, (), False, None, True) for a in args[1:]]))
        val = Val(args[0], val.shape, False, None, val.real)
    return val, outside


def known_sum(rev: Writing, writer: Any, val: Val, axis: int | None) -> Val | None:
    """`(c * e).sum(axis)` where c does not vary along the axis and the forward has summed e already: c times that sum.

    That is the pattern of softmax and logsumexp, where moreover c is something divided by that very sum.
    """
    made = defined_as(rev, val.atom, "mul")
    if rev.decisions.sites.count or made is None or val.shape is None:
        return None
    wanted = () if axis is None else tuple(1 if i == axis else a for i, a in enumerate(val.shape))
    for factor, summed_up in (made, made[::-1]):
        slot = rev.needs.slots.get(getattr(summed_up, "name", ""))
        if slot is None or rev.shape_of_atom(factor) != wanted or not rev.full_atom(summed_up, val.shape):
            continue
        total = rev.facts.sum_of(slot.anchor, axis, len(val.shape)) if isinstance(slot.anchor, Version) else None
        if total is None:
            continue
        quotient = defined_as(rev, factor, "truediv")
        if quotient is not None and quotient[1] == rev.result(total):
            return Val(quotient[0], rev.shape_of_atom(quotient[0]), False, None, True)
        return writer.prim(  # type: ignore[no-any-return]
            "mul", Val(factor, wanted, False, None, True), Val(rev.result(total), wanted, False, total.kind, True)
        )
    return None


def defined_as(rev: Writing, atom: ir.Atom | None, op: str) -> tuple[ir.Atom, ...] | None:
    """The operands of the operation that made an adjoint, where it is that one."""
    if not isinstance(atom, ir.Var):
        return None
    made = next((s for s in reversed(rev.out) if isinstance(s, (ir.Let, ir.Augment)) and s.target == atom.name), None)
    if not isinstance(made, ir.Let) or not isinstance(made.value, ir.Prim) or made.value.op != op:
        return None
    names = {a.name for a in made.value.args if isinstance(a, ir.Var)}
    since = rev.out[rev.out.index(made) + 1 :]
    if any(
        (isinstance(s, (ir.Let, ir.Augment)) and s.target in names) or any(True for _ in ir.blocks(s)) for s in since
    ):
        return None
    return made.value.args


def product_of(rev: Writing, val: Val) -> tuple[ir.Atom, ir.Atom] | None:
    """The factors of a product computed just now, when both have its full shape: their vdot needs no product."""
    last = rev.just_written(val.atom, "mul")
    if last is None:
        return None
    a, b = last.args
    if a == b or not all(rev.full_atom(x, val.shape) for x in (a, b)):
        return None
    rev.out.pop()
    return a, b
