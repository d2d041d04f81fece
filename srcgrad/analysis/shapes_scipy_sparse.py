"""Transfer functions of what sparse matrices consist of."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Num, Ref, Unknown
from srcgrad.analysis.shapes import Bound, array, first, num, unknown_axes
from srcgrad.analysis.shapes_scipy_written import anything, vector
from srcgrad.errors import UnsupportedError

__all__ = ["anything", "carried", "like_side", "vector", "vector_of_first", "vector_of_two", "with_constant"]


def _as_many_axes(x: Num, matrix: np.dtype[Any] | None, *operands: Num) -> Num:
    """An array of as many axes as `x`, of a matrix with numbers of a type, active if one of the operands is."""
    known = matrix is not None and x.dtype is not None and matrix.kind in "fc" and x.dtype.kind in "fc"
    dtype = np.result_type(matrix, x.dtype) if known else None
    return array(None if x.shape is None else unknown_axes(len(x.shape)), dtype, *operands)


def with_constant(bound: Bound, function: Any) -> Num:
    """A product with a constant: as many axes as the second argument. Refused where the first is not constant."""
    a, x = list(bound.values())[:2]
    if isinstance(a, (Num, Ref)) and is_active(a):
        raise UnsupportedError(
            "a product with a sparse matrix, or a solution, where the matrix depends on the input",
            "use dense matrices: scipy.linalg.solve(a, b), scipy.linalg.expm(a) @ x",
        )
    return _as_many_axes(num(x), a.dtype if isinstance(a, Unknown) else None, num(x))


def like_side(bound: Bound, function: Any) -> Num:
    """A product or solution: as many axes as the third argument, active if that or the matrix's numbers are."""
    data, _, side = list(bound.values())[:3]
    return _as_many_axes(num(side), num(data).dtype, num(data), num(side))


AXES = {"carried": 1, "carried_to_table": 2}


def carried(bound: Bound, function: Any) -> Num:
    """The numbers of a matrix, where they go."""
    values, axes = first(bound), AXES.get(getattr(function, "__name__", ""))
    return Num(None, values.dtype, None, True) if axes is None else array(unknown_axes(axes), values.dtype, values)


def vector_of_first(bound: Bound, function: Any) -> Num:
    """An array of one axis, active as the first argument is."""
    return array(unknown_axes(1), first(bound).dtype, first(bound))


def vector_of_two(bound: Bound, function: Any) -> Num:
    """An array of one axis, active if one of the first two arguments is."""
    u, v = list(bound.values())[:2]
    return array(unknown_axes(1), None, num(u), num(v))
