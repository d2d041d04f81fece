"""Transfer functions of `np.linalg`.

np.linalg.solve(a, b)    a: (n, n), b: (n, k)   (n, k)
np.linalg.det(a)         a: (b, n, n)           (b,)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.kinds import Kind, Known, Num, Tup, broadcast, result_num
from srcgrad.analysis.shapes import NOT_KNOWN, Bound, array, first, num, static
from srcgrad.analysis.shapes_reduce import reduced_shape


def inexact(*operands: Num) -> np.dtype[Any] | None:
    """The dtype that linear algebra computes in: integers become float64."""
    dtype = dtypes.promote(*operands)
    return dtypes.FLOAT if dtype is not None and dtype.kind in "biu" else dtype


def square(bound: Bound, function: Any) -> Num:
    """`inv`, `cholesky`: a matrix as large as the operand."""
    operand = first(bound)
    return array(operand.shape, inexact(operand), operand)


def solve(bound: Bound, function: Any) -> Num:
    """`np.linalg.solve(a, b)`; a vector `b` gives a vector."""
    a, b = (num(v) for v in list(bound.values())[:2])
    dtype = inexact(a, b)
    if a.shape is None or b.shape is None or len(a.shape) < 2:
        return array(None, dtype, a, b)
    if len(b.shape) == 1:
        return array(a.shape[:-1], dtype, a, b)
    batch = broadcast((a.shape[:-2], b.shape[:-2]))
    return array(None if batch is None else batch + a.shape[-2:-1] + b.shape[-1:], dtype, a, b)


def determinant(bound: Bound, function: Any) -> Num:
    """`np.linalg.det(a)`."""
    operand = first(bound)
    return result_num(None if operand.shape is None else operand.shape[:-2], inexact(operand), operand)


def sign_and_log(bound: Bound, function: Any) -> Kind:
    """`np.linalg.slogdet(a)`: the sign carries no derivative for real matrices."""
    operand = first(bound)
    shape = None if operand.shape is None else operand.shape[:-2]
    dtype = inexact(operand)
    real = None if dtype is None else np.zeros(0, dtype).real.dtype
    log = result_num(shape, real, operand)
    sign = Num(shape, dtype, log.box, log.active and (dtype is None or dtype.kind == "c"))
    return Tup((sign, log), type(np.linalg.slogdet(np.eye(1))))


def norm(bound: Bound, function: Any) -> Num:
    """`np.linalg.norm(x, ord, axis, keepdims)`."""
    operand = first(bound)
    axis = bound.get("axis", Known(None))
    dtype = inexact(operand)
    real = None if dtype is None else np.zeros(0, dtype).real.dtype
    if static(axis) is NOT_KNOWN:
        return result_num(None, real, operand)
    shape = reduced_shape(operand.shape, axis, bound.get("keepdims", Known(False)))
    return result_num(shape, real if static(bound["ord"]) is None else None, operand)
