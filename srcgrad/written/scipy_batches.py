"""What calls of `scipy.linalg` with several matrices consist of: a loop from matrix to matrix, as SciPy's own."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import math

import numpy as np
from scipy import linalg


def _axes(x, core):
    """How many axes one matrix has (0: of what may be a vector or a matrix)."""
    return core or min(np.ndim(x), 2)


def outer_shape(arrays, cores):
    """The axes before those of one matrix."""
    return np.broadcast_shapes(*[np.shape(x)[: np.ndim(x) - _axes(x, core)] for x, core in zip(arrays, cores)])


def one_by_one(x, core, shape):
    """An array of matrices with one axis before theirs."""
    inner = np.shape(x)[np.ndim(x) - _axes(x, core) :]
    return np.reshape(np.broadcast_to(x, (*shape, *inner)), (math.prod(shape), *inner))


def together(found, shape):
    """The results for each matrix as one array, or a list of such."""
    if not found:
        raise ValueError("SciPy does not support zero-size batches")
    if isinstance(found[0], tuple):
        return [np.reshape(np.stack(parts), (*shape, *np.shape(parts[0]))) for parts in zip(*found)]
    return np.reshape(np.stack(found), (*shape, *np.shape(found[0])))


def in_tuple(found, shape):
    """The same in a tuple, as `lu` gives it."""
    results = together(found, shape)
    return tuple(results) if isinstance(results, list) else results


# ------------------------------------------------------------------------------ functions of a factorisation, and b


def cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True):
    c, lower = c_and_lower
    shape = outer_shape((c, b), (2, 0))
    c, b = one_by_one(c, 2, shape), one_by_one(b, 0, shape)
    return together([linalg.cho_solve((c[k], lower), b[k]) for k in range(len(c))], shape)


def lu_solve(lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True):
    lu, piv = lu_and_piv
    shape = outer_shape((lu, piv, b), (2, 1, 0))
    lu, piv, b = one_by_one(lu, 2, shape), one_by_one(piv, 1, shape), one_by_one(b, 0, shape)
    return together([linalg.lu_solve((lu[k], piv[k]), b[k], trans) for k in range(len(lu))], shape)


def solve_banded(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True):
    shape = outer_shape((ab, b), (2, 0))
    ab, b = one_by_one(ab, 2, shape), one_by_one(b, 0, shape)
    return together([linalg.solve_banded(l_and_u, ab[k], b[k]) for k in range(len(ab))], shape)
