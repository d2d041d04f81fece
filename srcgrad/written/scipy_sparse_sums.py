"""Sums and products of sparse matrices, of which at least one carries derivatives, or stands beside what does."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_patterns import (
    is_sparse_array,
    products_of,
    way_to_spread,
    ways_to_product,
    ways_to_sum,
)
from srcgrad.runtime.words_scipy_sparse import (
    added,
    carried,
    norm_of,
    product_with_sparse,
    sparse_product,
    sparse_times,
)
from srcgrad.written.scipy_sparse import DENSE, SPARSE, Matrix, as_matrix, moved


def scaled(a, factor):
    """A matrix times a number."""
    a = as_matrix(a)
    return Matrix(a.values * factor, a.pattern)


def divided(a, other):
    if isinstance(other, SPARSE) or np.ndim(other):
        raise UnsupportedError("division of a sparse matrix by anything but a number", DENSE)
    return scaled(a, 1.0 / other)


def plus(a, other):
    if isinstance(other, SPARSE):
        a, b = as_matrix(a), as_matrix(other)
        first, second = ways_to_sum(a.pattern, b.pattern)
        return Matrix(carried(a.values, first) + carried(b.values, second), first.pattern)
    if np.ndim(other) == 0:
        if other != 0:
            raise UnsupportedError("the sum of a sparse matrix and a number", DENSE)
        return a
    if not is_sparse_array(as_matrix(a).pattern):
        raise UnsupportedError("the sum of a sparse matrix and an array, which is np.matrix", DENSE)
    return as_matrix(a).toarray() + other


def minus(a, other):
    return plus(a, scaled(other, -1.0) if isinstance(other, SPARSE) else -other)


def taken_from(a, other):
    """`other - a`."""
    return plus(scaled(a, -1.0), other)


def each_times(a, other):
    """The product of element and element."""
    a = as_matrix(a)
    if isinstance(other, SPARSE):
        b = as_matrix(other)
        first, second = ways_to_product(a.pattern, b.pattern)
        return Matrix(carried(a.values, first) * carried(b.values, second), first.pattern)
    if np.ndim(other) == 0:
        return Matrix(a.values * other, a.pattern)
    through = way_to_spread(a.pattern, np.shape(other))
    factors = np.broadcast_to(other, through.pattern.shape)[through.pattern.row, through.pattern.col]
    return Matrix(carried(a.values, through) * factors, through.pattern)


def times(a, other):
    """`a @ other`."""
    if isinstance(other, SPARSE):
        a, b = as_matrix(a).tocsr(), as_matrix(other).tocsr()
        first, second, places, found = products_of(a.pattern, b.pattern)
        return Matrix(added(a.values[first] * b.values[second], places, found.nnz), found)
    if not isinstance(a, Matrix):
        return sparse_product(a, other)
    return sparse_times(a.values, a.pattern, np.asarray(other) if isinstance(other, (list, tuple)) else other)


def times_from_right(a, other):
    """`other @ a`."""
    if isinstance(other, SPARSE):
        return times(other, a)
    if not isinstance(a, Matrix):
        return product_with_sparse(a, other)
    turned = moved(a, "transpose")
    return np.transpose(sparse_times(turned.values, turned.pattern, np.transpose(other)))


def star(a, other):
    """`a * other`."""
    if not isinstance(other, SPARSE) and np.ndim(other) == 0:
        return scaled(a, other)
    return each_times(a, other) if is_sparse_array(as_matrix(a).pattern) else times(a, other)


def star_from_right(a, other):
    """`other * a`."""
    if not isinstance(other, SPARSE) and np.ndim(other) == 0:
        return scaled(a, other)
    return each_times(a, other) if is_sparse_array(as_matrix(a).pattern) else times_from_right(a, other)


def dot(a, other):
    return scaled(a, other) if not isinstance(other, SPARSE) and np.ndim(other) == 0 else times(a, other)


def norm(x, ord=None, axis=None):
    if ord not in (None, "fro") or axis is not None:
        raise UnsupportedError("a norm of a sparse matrix other than Frobenius'", DENSE)
    a = as_matrix(x).tocsr()
    return given_by(np.sqrt(np.sum(np.abs(a.values) ** 2)), norm_of, (a.values, a.pattern), {})


Matrix.__add__ = Matrix.__radd__ = plus
Matrix.__sub__, Matrix.__rsub__ = minus, taken_from
Matrix.__mul__, Matrix.__rmul__ = star, star_from_right
Matrix.__matmul__, Matrix.__rmatmul__ = times, times_from_right
Matrix.__truediv__, Matrix.multiply, Matrix.dot = divided, each_times, dot
