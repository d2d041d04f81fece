"""Transfer functions of `scipy.linalg`'s factorisations and equations: ranks, and little more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Kind, Num, Tup
from srcgrad.analysis.shapes import NOT_KNOWN, Bound, array, decided, first, num, static
from srcgrad.analysis.shapes_scipy import double, solved_axes, square_axes
from srcgrad.errors import UnsupportedError

INDICES = Num(None, None, "array")


def _matrix(operand: Num) -> Num:
    """A matrix (or several) of other extents."""
    shape = None if operand.shape is None else (*operand.shape[:-2], Dim.new(), Dim.new())
    return array(shape, double(operand), operand)


def matrix_values(bound: Bound, function: Any) -> Num:
    """`svdvals(a)`, `eigvalsh(a)`: numbers of a matrix."""
    operand = first(bound)
    others = [num(bound["b"])] if static(bound.get("b", None)) is NOT_KNOWN and "b" in bound else []
    one = all(other.shape is not None and len(other.shape) == 2 for other in others)
    shape = None if operand.shape is None or not one else (*operand.shape[:-2], Dim.new())
    return array(shape, double(operand, *others), operand, *others)


def complex_values(bound: Bound, function: Any) -> Num:
    """`eigvals(a)`: complex numbers."""
    operand = first(bound)
    return array(None if operand.shape is None else (*operand.shape[:-2], Dim.new()), None, operand)


def lu_factors(bound: Bound, function: Any) -> Kind:
    """`lu_factor(a)`: both factors in one matrix, and the rows' changes of places."""
    operand = first(bound)
    return Tup((_matrix(operand), INDICES))


def lu_parts(bound: Bound, function: Any) -> Kind:
    """`lu(a)`: permutation, lower and upper factor."""
    part = _matrix(first(bound))
    permuted, indices = (decided(bound, name, "scipy.linalg.lu") for name in ("permute_l", "p_indices"))
    if permuted:
        return Tup((part, part))
    return Tup((INDICES if indices else Num(part.shape, part.dtype, "array"), part, part))


def qr_parts(bound: Bound, function: Any) -> Kind:
    """`qr(a, mode=mode, pivoting=pivoting)`."""
    part = _matrix(first(bound))
    mode, pivoting = (decided(bound, name, "scipy.linalg.qr") for name in ("mode", "pivoting"))
    if mode not in ("full", "economic", "r"):
        raise UnsupportedError(f"scipy.linalg.qr with mode {mode!r}", "use mode 'economic', 'full' or 'r'")
    items = (part,) if mode == "r" else (part, part)
    return Tup((*items, INDICES) if pivoting else items)


def eigh_parts(bound: Bound, function: Any) -> Kind:
    """`eigh(a, b)`: eigenvalues and vectors, or the values alone."""
    only = decided(bound, "eigvals_only", "scipy.linalg.eigh")
    values = matrix_values(bound, function)
    vectors = _matrix(first(bound))
    return values if only else Tup((values, vectors if values.dtype is not None else replace(vectors, dtype=None)))


def eig_parts(bound: Bound, function: Any) -> Kind:
    """`eig(a)`: complex eigenvalues, and vectors."""
    part = _matrix(first(bound))
    return Tup((complex_values(bound, function), Num(part.shape, None, part.box, part.active)))


def svd_parts(bound: Bound, function: Any) -> Kind:
    """`svd(a, full_matrices, compute_uv)`."""
    both = decided(bound, "compute_uv", "scipy.linalg.svd")
    values, part = matrix_values(bound, function), _matrix(first(bound))
    return Tup((part, values, part)) if both else values


def turned(bound: Bound, function: Any) -> Num:
    """`pinv(a)`: a matrix of other extents."""
    return _matrix(first(bound))


def maybe_complex_matrix(bound: Bound, function: Any) -> Num:
    """`sqrtm(a)`, `logm(a)`: as large as `a`, complex where there is no real one."""
    operand = first(bound)
    return Num(square_axes(operand), None, "array", operand.active)


def like_third(bound: Bound, function: Any) -> Num:
    """`solve_sylvester(a, b, q)`: as `q`."""
    a, b, q = (num(v) for v in list(bound.values())[:3])
    return array(solved_axes(a, q) if b.shape is not None and len(b.shape) == 2 else None, double(a, b, q), a, b, q)


def banded_solved(bound: Bound, function: Any) -> Num:
    """`solve_banded(l_and_u, ab, b)`: as `b`."""
    ab, b = num(bound["ab"]), num(bound["b"])
    return array(solved_axes(ab, b), double(ab, b), ab, b)


def hermitian_banded_solved(bound: Bound, function: Any) -> Num:
    """`solveh_banded(ab, b)`: as `b`."""
    return banded_solved(bound, function)


def square_of(bound: Bound, function: Any) -> Num:
    """`circulant(c)`."""
    operand = first(bound)
    known = operand.shape is not None and len(operand.shape) == 1
    return array((*operand.shape, *operand.shape) if known and operand.shape else None, operand.dtype, operand)


def norm(bound: Bound, function: Any) -> Num:
    """`norm(a, ord, axis, keepdims)`: of which nothing is said but that it is real where it can be."""
    operand = first(bound)
    axis, keep = static(bound["axis"]), static(bound["keepdims"])
    shape = () if axis is None and keep is False else None
    return Num(shape, None, None, operand.active)


def least_squares(bound: Bound, function: Any) -> Tup:
    """`lstsq(a, b)`: the solution, the squares of what is missed (one number for a vector), rank, singular values."""
    a, b = (num(v) for v in list(bound.values())[:2])
    shape = None if b.shape is None or solved_axes(a, b) is None else (Dim.new(), *b.shape[1:])
    missed = Num(None, None, None, a.active or b.active)
    return Tup((array(shape, None, a, b), missed, Num((), None, None), array((Dim.new(),), None, a, b)))
