"""Transfer functions of `scipy.linalg`: ranks, and little more."""

from __future__ import annotations

from typing import Any

from srcgrad.analysis.kinds import BOOL, Dim, Kind, Num, Tup, broadcast
from srcgrad.analysis.shapes import Bound, array, first, items_of, num, unknown_axes


def solved(bound: Bound, function: Any) -> Num:
    """`solve(a, b)`: as `b`."""
    a, b = (num(v) for v in list(bound.values())[:2])
    return array(None if b.shape is None or len(b.shape) > 2 else unknown_axes(len(b.shape)), None, a, b)


def matrix(bound: Bound, function: Any) -> Num:
    """`inv(a)`, `expm(a)`: as large as `a`."""
    operand = first(bound)
    return array(operand.shape, None, operand)


def number(bound: Bound, function: Any) -> Num:
    """`det(a)`."""
    operand = first(bound)
    return Num(None if operand.shape is None else operand.shape[:-2], None, None, operand.active)


def factor(bound: Bound, function: Any) -> Kind:
    """`cho_factor(a, lower)`: the factor, and which triangle it is."""
    # newer versions give the flag as an array without axes
    return Tup((matrix(bound, function), Num((), BOOL.dtype, None)))


def matrix_of(bound: Bound, function: Any) -> Num:
    """`block_diag(*arrays)`, `toeplitz(c, r)`."""
    parts = [p for v in bound.values() for p in (v if isinstance(v, tuple) else (v,)) if isinstance(p, Num)]
    return Num((Dim.new(), Dim.new()), None, "array", any(p.active for p in parts))


def factor_solved(bound: Bound, function: Any) -> Num:
    """`cho_solve((c, lower), b)`: as `b`."""
    b = num(bound["b"])
    parts = [num(k) for k in items_of(bound["c_and_lower"]) or [] if isinstance(k, Num)]
    shape = None if b.shape is None or len(b.shape) > 2 else unknown_axes(len(b.shape))
    return Num(shape, None, None, any(o.active for o in (b, *parts)))


def combined(bound: Bound, function: Any) -> Num:
    """Functions that broadcast their arguments; the dtype is not said."""
    nums = [num(v) for v in bound.values()]
    shape = broadcast(n.shape for n in nums)
    return Num(shape, None, "array" if shape else None, any(n.active for n in nums))
