"""Transfer functions of `np.linalg`.

np.linalg.solve(a, b)    a: (n, n), b: (n, k)   (n, k)
np.linalg.det(a)         a: (b, n, n)           (b,)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Dim, broadcast
from srcgrad.analysis.kinds import Kind, Known, Num, Tup, result_num
from srcgrad.analysis.shapes import NOT_KNOWN, Bound, array, decided, first, items_of, num, static
from srcgrad.analysis.shapes_reduce import reduced_shape
from srcgrad.errors import UnsupportedError

EIGH, EIG, QR, SVD = (
    type(function(np.eye(1))) for function in (np.linalg.eigh, np.linalg.eig, np.linalg.qr, np.linalg.svd)
)


def inexact(*operands: Num) -> np.dtype[Any] | None:
    """The dtype that linear algebra computes in: integers become float64."""
    dtype = dtypes.promote(*operands)
    return dtypes.FLOAT if dtype is not None and dtype.kind in "biu" else dtype


def square(bound: Bound, function: Any) -> Num:
    """`inv`, `cholesky`: a matrix as large as the operand."""
    operand = first(bound)
    dtype = inexact(operand)
    if function is np.linalg.matrix_power and dtype != operand.dtype:
        dtype = None  # of integers, where the power is not negative
    return array(operand.shape, dtype, operand)


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
    real = _real(inexact(operand))
    if static(axis) is NOT_KNOWN:
        return result_num(None, real, operand)
    shape = reduced_shape(operand.shape, axis, bound.get("keepdims", Known(False)))
    return result_num(shape, real, operand)


def _real(dtype: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """The dtype of absolute values."""
    return None if dtype is None else np.zeros(0, dtype).real.dtype


def matrix_values(bound: Bound, function: Any) -> Num:
    """`eigvalsh(a)`, `svdvals(a)`: real numbers of a matrix."""
    operand = first(bound)
    shape = operand.shape
    if shape is not None:
        shape = shape[:-1] if function is np.linalg.eigvalsh else (*shape[:-2], Dim.new())
    return array(shape, _real(inexact(operand)), operand)


def eigenvalues(bound: Bound, function: Any) -> Num:
    """`np.linalg.eigvals(a)`: real or complex, as it turns out."""
    operand = first(bound)
    return array(None if operand.shape is None else operand.shape[:-1], None, operand)


def eigh(bound: Bound, function: Any) -> Kind:
    """`np.linalg.eigh(a)`: eigenvalues and eigenvectors."""
    operand = first(bound)
    return Tup((eigenvalues_of(operand), square(bound, function)), EIGH)


def eigenvalues_of(operand: Num) -> Num:
    return array(None if operand.shape is None else operand.shape[:-1], _real(inexact(operand)), operand)


def eig(bound: Bound, function: Any) -> Kind:
    """`np.linalg.eig(a)`: real or complex, as it turns out."""
    operand = first(bound)
    return Tup((eigenvalues(bound, function), array(operand.shape, None, operand)), EIG)


def svd(bound: Bound, function: Any) -> Kind:
    """`np.linalg.svd(a, full_matrices, compute_uv)`."""
    operand = first(bound)
    values = matrix_values(bound, function)
    if not decided(bound, "compute_uv", "np.linalg.svd"):
        return values
    shape = None if operand.shape is None else (*operand.shape[:-2], Dim.new(), Dim.new())
    return Tup((array(shape, inexact(operand), operand), values, array(shape and (*shape[:-2], Dim.new(), Dim.new()),
               inexact(operand), operand)), SVD)  # fmt: skip


def qr(bound: Bound, function: Any) -> Kind:
    """`np.linalg.qr(a)`; the upper triangle alone for mode 'r', reflections and their factors for mode 'raw'."""
    operand = first(bound)
    mode = decided(bound, "mode", "np.linalg.qr")
    if mode not in ("reduced", "complete", "r", "raw"):
        raise UnsupportedError(f"np.linalg.qr with mode {mode!r}", "write mode 'reduced', 'complete', 'r' or 'raw'")
    if mode == "raw":
        turned = None if operand.shape is None else (*operand.shape[:-2], *operand.shape[:-3:-1])
        factors = None if operand.shape is None else (*operand.shape[:-2], Dim.new())
        return Tup((array(turned, inexact(operand), operand), array(factors, inexact(operand), operand)))
    shape = None if operand.shape is None else (*operand.shape[:-2], Dim.new(), Dim.new())
    upper = array(shape, inexact(operand), operand)
    if mode == "r":
        return upper
    return Tup((array(None if shape is None else (*shape[:-2], Dim.new(), Dim.new()), inexact(operand), operand),
                upper), QR)  # fmt: skip


def lstsq(bound: Bound, function: Any) -> Kind:
    """`np.linalg.lstsq(a, b)`: solution, residuals, rank, singular values."""
    a, b = (num(v) for v in list(bound.values())[:2])
    dtype = inexact(a, b)
    shape = None if b.shape is None else (Dim.new(), *b.shape[1:])
    rest = array((Dim.new(),), _real(dtype), a, b)
    rank = Num((), None, None)
    return Tup((array(shape, dtype, a, b), rest, rank, array((Dim.new(),), _real(inexact(a, b)), a, b)))


def chain(bound: Bound, function: Any) -> Num:
    """`np.linalg.multi_dot(arrays)` and other results of which nothing but "an array" is said."""
    items = items_of(next(iter(bound.values())))
    nums = [num(i) for i in items] if items is not None else [num(v) for v in bound.values() if isinstance(v, Num)]
    return result_num(None, None, *nums)


def vector_norm(bound: Bound, function: Any) -> Num:
    """`np.linalg.vector_norm(x, axis=axis, keepdims=keepdims)`."""
    operand = first(bound)
    if static(bound["axis"]) is NOT_KNOWN:
        return result_num(None, _real(inexact(operand)), operand)
    return result_num(reduced_shape(operand.shape, bound["axis"], bound["keepdims"]), _real(inexact(operand)), operand)


def matrix_number(bound: Bound, function: Any) -> Num:
    """`np.linalg.cond(x)`, `np.linalg.matrix_norm(x)`: a number of each matrix."""
    operand = first(bound)
    keep = static(bound.get("keepdims", Known(False)))
    known = operand.shape is not None and keep is not NOT_KNOWN
    shape = (operand.shape or ())[:-2] + ((1, 1) if keep is True else ()) if known else None
    return Num(shape, _real(inexact(operand)), None, operand.active)


def pseudo_inverse(bound: Bound, function: Any) -> Num:
    """`np.linalg.pinv(a)`: a matrix as large as the operand's transpose."""
    operand = first(bound)
    shape = operand.shape
    if shape is not None:
        shape = (*shape[:-2], *shape[:-3:-1])
    return array(shape, inexact(operand), operand)
