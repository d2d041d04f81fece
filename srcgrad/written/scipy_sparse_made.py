"""Functions of `scipy.sparse` that make matrices, for numbers that carry derivatives."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import sparse

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_interpolate import made_by
from srcgrad.runtime.words_scipy_patterns import (
    first_column,
    first_row,
    need_apart,
    numbers_beside,
    on_diagonal,
    way_of,
    way_to,
    ways_to_blocks,
    ways_to_kron,
)
from srcgrad.runtime.words_scipy_sparse import carried
from srcgrad.written.scipy_sparse import SPARSE, Matrix, as_matrix, moved

ZEROS = "give the places of its numbers: scipy.sparse.coo_matrix((data, (i, j)), shape), or use scipy.sparse.diags"


def counted(values):
    """1, 2, 3 ... in the place of numbers."""
    return np.arange(1, values.size + 1).reshape(values.shape)


def of_type(a, dtype):
    """A matrix of the type asked for."""
    return a if dtype is None else a.astype(dtype)


def made_of(values, make, args, options):
    """What SciPy makes of numbers: of 1, 2, 3 ... in their place, which are among `args`."""
    found = made_by(make, args, options)
    return Matrix(carried(values, way_of(found, values.size)), found)


def made_as(cls, coordinates, form, arg1, shape, dtype):
    """`cls(arg1, shape, dtype)` for numbers that depend on the input; `coordinates` is the class of format "coo"."""
    if isinstance(arg1, SPARSE):
        a = moved(as_matrix(arg1), "asformat", form)
        return of_type(Matrix(a.values, made_by(cls, (a.pattern,), {})), dtype)
    if isinstance(arg1, tuple):
        values = np.asarray(arg1[0])
        apart = len(arg1) == 2 and form != "dia"
        made = made_of(
            np.ravel(values), coordinates if apart else cls, ((counted(values), *arg1[1:]),), {"shape": shape}
        )
        need_apart(made.pattern)
        return of_type(moved(made, "asformat", form), dtype)
    values = np.atleast_2d(arg1)
    if not np.all(values):
        raise UnsupportedError("a sparse matrix of an array that depends on the input and has zeros in it", ZEROS)
    return of_type(made_of(np.ravel(values), cls, (counted(values),), {}), dtype)


def csr_matrix(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.csr_matrix, sparse.coo_matrix, "csr", arg1, shape, dtype)


def csc_matrix(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.csc_matrix, sparse.coo_matrix, "csc", arg1, shape, dtype)


def coo_matrix(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.coo_matrix, sparse.coo_matrix, "coo", arg1, shape, dtype)


def dia_matrix(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.dia_matrix, sparse.coo_matrix, "dia", arg1, shape, dtype)


def csr_array(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.csr_array, sparse.coo_array, "csr", arg1, shape, dtype)


def csc_array(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.csc_array, sparse.coo_array, "csc", arg1, shape, dtype)


def coo_array(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.coo_array, sparse.coo_array, "coo", arg1, shape, dtype)


def dia_array(arg1, shape=None, dtype=None, copy=False):
    return made_as(sparse.dia_array, sparse.coo_array, "dia", arg1, shape, dtype)


# ---------------------------------------------------------------------------------------------------------- diagonals


def by_diagonals(make, diagonals, offsets, options):
    """The matrix that SciPy makes of diagonals, which are arrays or numbers."""
    alone = np.ndim(offsets) == 0 and (len(diagonals) == 0 or np.ndim(diagonals[0]) == 0)
    rows = [np.atleast_1d(d) for d in ([diagonals] if alone else diagonals)]
    numbers = numbers_beside([len(row) for row in rows])
    return made_of(np.concatenate(rows), make, (numbers, offsets if np.ndim(offsets) else [offsets]), options)


def diags(diagonals, offsets=0, shape=None, format=None, dtype=None):
    made = by_diagonals(sparse.diags, diagonals, offsets, {"shape": shape, "format": format, "dtype": int})
    return of_type(made, dtype)


def diagonals_first(diagonals, offsets, **options):
    """`diags_array` with its arguments by position."""
    return sparse.diags_array(diagonals, offsets=offsets, **options)


def diags_array(diagonals, *, offsets=0, shape=None, format=None, dtype=None):
    made = by_diagonals(diagonals_first, diagonals, offsets, {"shape": shape, "format": format, "dtype": int})
    return of_type(made, dtype)


def spdiags(data, diags, m=None, n=None, format=None):
    values = np.atleast_2d(data)
    return made_of(np.ravel(values), sparse.spdiags, (counted(values), diags, m, n, format), {})


# ------------------------------------------------------------------------------------------------------------- blocks


def beside(make, blocks, options):
    """What SciPy makes of matrices that lie beside each other, given in rows of them or None."""
    patterns = []
    numbers = []
    for row in blocks:
        parts = [None if b is None else as_matrix(b) if isinstance(b, SPARSE) else coo_matrix(b) for b in row]
        patterns.append([None if part is None else part.pattern for part in parts])
        numbers.extend([part.values for part in parts if part is not None])
    found, ways = ways_to_blocks(make, patterns, options)
    total = carried(numbers[0], ways[0])
    for k in range(1, len(ways)):
        total = total + carried(numbers[k], ways[k])
    return Matrix(total, found)


def hstack(blocks, format=None, dtype=None):
    return of_type(beside(first_row, [blocks], {"format": format}), dtype)


def vstack(blocks, format=None, dtype=None):
    return of_type(beside(first_column, [blocks], {"format": format}), dtype)


def block_diag(mats, format=None, dtype=None):
    return of_type(beside(on_diagonal, [mats], {"format": format}), dtype)


def bmat(blocks, format=None, dtype=None):
    return of_type(beside(sparse.bmat, blocks, {"format": format}), dtype)


def block_array(blocks, *, format=None, dtype=None):
    return of_type(beside(sparse.block_array, blocks, {"format": format}), dtype)


def kron(A, B, format=None):
    a, b = (as_matrix(m) if isinstance(m, SPARSE) else coo_matrix(m) for m in (A, B))
    first, second = ways_to_kron(a.pattern, b.pattern, format)
    return Matrix(carried(a.values, first) * carried(b.values, second), first.pattern)


def tril(A, k=0, format=None):
    a = as_matrix(A)
    through = way_to(sparse.tril, a.pattern, k, format)
    return Matrix(carried(a.values, through), through.pattern)


def triu(A, k=0, format=None):
    a = as_matrix(A)
    through = way_to(sparse.triu, a.pattern, k, format)
    return Matrix(carried(a.values, through), through.pattern)


def issparse(x):
    return isinstance(x, SPARSE)
