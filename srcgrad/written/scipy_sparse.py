"""Sparse matrices of `scipy.sparse` whose numbers carry derivatives.

    A = coo_matrix((data, (i, j))).tocsr()     SciPy: a matrix that keeps `data` out of sight
    A @ x                                      here: `values`, where derivatives find them, at the places of a `pattern`

What moves numbers (another format, a part of the matrix, blocks) is done by SciPy to a matrix whose numbers are 1, 2,
3 ...: what comes out says where each number comes from.  Zeros that come about by chance stay stored, since they have
derivatives.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import sparse

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_patterns import (
    constants_of,
    filled,
    is_sparse_array,
    numbers_of,
    pattern_of,
    way,
    way_with,
)
from srcgrad.runtime.words_scipy_sparse import added, carried, carried_to_item, carried_to_table
from srcgrad.written import NotKept

DENSE = "convert what is sparse with .toarray(), or compute with A.data"
SPARSE = (sparse.spmatrix, getattr(sparse, "sparray", sparse.spmatrix))  # newer versions have both


class Matrix:
    """A matrix of SciPy's with its numbers beside it.

    values   the numbers, one after the other
    pattern  a matrix of SciPy's with any numbers at these places
    """

    def __init__(self, values, pattern):
        self.values = values
        self.pattern = pattern

    def __getattr__(self, name):
        raise NotKept(f"'{name}' of a sparse matrix whose numbers depend on the input", DENSE)

    # facts

    @property
    def __class__(self):
        return type(self.pattern)  # what isinstance() asks for

    @property
    def shape(self):
        return self.pattern.shape

    @property
    def format(self):
        return self.pattern.format

    @property
    def ndim(self):
        return 2

    @property
    def dtype(self):
        return self.values.dtype

    @property
    def nnz(self):
        return self.pattern.nnz

    @property
    def row(self):
        return self.pattern.row

    @property
    def col(self):
        return self.pattern.col

    @property
    def indices(self):
        return self.pattern.indices

    @property
    def indptr(self):
        return self.pattern.indptr

    @property
    def offsets(self):
        return self.pattern.offsets

    @property
    def data(self):
        return self.values if self.pattern.data.ndim == 1 else np.reshape(self.values, self.pattern.data.shape)

    @data.setter
    def data(self, values):
        self.values = np.ravel(values)

    # the same numbers at other places

    def asformat(self, format, copy=False):
        if format not in (None, "csr", "csc", "coo", "dia"):
            raise UnsupportedError(f"a sparse matrix of format '{format}' that depends on the input", "use 'csr'")
        return self if format is None else moved(self, "asformat", format)

    def tocsr(self, copy=False):
        return moved(self, "asformat", "csr")

    def tocsc(self, copy=False):
        return moved(self, "asformat", "csc")

    def tocoo(self, copy=False):
        return self if self.pattern.format == "coo" else moved(self, "asformat", "coo")

    def todia(self, copy=False):
        return moved(self, "asformat", "dia")

    def copy(self):
        return Matrix(self.values.copy(), self.pattern.copy())

    def transpose(self, axes=None, copy=False):
        return moved(self, "transpose")

    @property
    def T(self):
        return moved(self, "transpose")

    @property
    def H(self):
        return moved(self.conj(), "transpose")

    def __getitem__(self, index):
        through = way(self.pattern, "__getitem__", index)
        if isinstance(through.pattern, SPARSE):
            return Matrix(carried(self.values, through), through.pattern)
        return carried_to_item(self.values, through)

    def __setitem__(self, index, value):
        put_in(self, "__setitem__", np.asarray(value), index)

    def setdiag(self, values, k=0):
        put_in(self, "setdiag", np.asarray(values), k)

    def toarray(self, order=None, out=None):
        return carried_to_table(self.values, way(self.pattern, "toarray"))

    def diagonal(self, k=0):
        return carried(self.values, way(self.pattern, "diagonal", k))

    def trace(self, offset=0):
        return np.sum(self.diagonal(offset))

    def sum(self, axis=None, dtype=None, out=None):
        if axis is None:
            return given_by(np.sum(self.values), sum_of, (self.values, self.pattern), {})
        if not is_sparse_array(self.pattern):
            raise UnsupportedError("a sum of a sparse matrix along an axis, which is np.matrix", "use A @ np.ones(n)")
        rows, columns = numbers_of(self.pattern)
        along = added(self.values, rows if axis in (1, -1) else columns, self.shape[0 if axis in (1, -1) else 1])
        return given_by(along, sum_of, (self.values, self.pattern, axis), {})

    # numbers that change where they are

    def astype(self, dtype, casting="unsafe", copy=True):
        return Matrix(self.values.astype(dtype), self.pattern)

    def conj(self, copy=True):
        return Matrix(np.conj(self.values), self.pattern)

    def conjugate(self, copy=True):
        return Matrix(np.conj(self.values), self.pattern)

    @property
    def real(self):
        return Matrix(np.real(self.values), self.pattern)

    @property
    def imag(self):
        return Matrix(np.imag(self.values), self.pattern)

    def __neg__(self):
        return Matrix(-self.values, self.pattern)

    def __abs__(self):
        return Matrix(np.abs(self.values), self.pattern)

    def power(self, n, dtype=None):
        return Matrix(self.values**n, self.pattern)


def sum_of(values, pattern, axis=None):
    """The sum that SciPy computes."""
    return filled(values, pattern).sum(axis=axis)


def as_matrix(a):
    """A sparse matrix of either sort as one with its numbers beside it."""
    if not isinstance(a, SPARSE):
        raise UnsupportedError("an array in the place of a sparse matrix", "make it one: scipy.sparse.csc_matrix(a)")
    return a if isinstance(a, Matrix) else Matrix(constants_of(a), pattern_of(a))


def moved(a, method, *args):
    """The matrix that a method of SciPy's makes of this one by moving its numbers."""
    through = way(a.pattern, method, *args)
    return Matrix(carried(a.values, through), through.pattern)


def put_in(a, method, new, place):
    """Write numbers into a matrix as a method of SciPy's does."""
    through = way_with(a.pattern, method, new, place)
    a.values = carried(np.concatenate([a.values, np.ravel(new)]), through)
    a.pattern = through.pattern
