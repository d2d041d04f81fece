"""Where the numbers of sparse matrices lie, and where they go.

A matrix whose numbers carry derivatives is two things here: `values`, the numbers one after the other, and `pattern`, a
matrix of SciPy's that has any numbers at these places.  What SciPy does to a pattern whose numbers are 1, 2, 3 ... says
where each number of the result comes from (`Way`).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from srcgrad.errors import UnsupportedError


@dataclass
class Way:
    """Where the numbers of a matrix go.

    pattern   what comes out: a matrix, or an array of numbers
    numbers   for each number that comes out, which one it is, counted from 1, or 0 for zero
    size      how many there were
    begin     what is done first: numbers at one place are added; None where none are
    """

    pattern: Any
    numbers: Any
    size: int
    begin: Sum | None = None

    @property
    def straight(self) -> bool:
        """Whether all numbers go on in their order."""
        return np.array_equal(self.numbers, np.arange(1, self.size + 1))


@dataclass
class Sum:
    """How numbers that share places are added: by SciPy, from one format to another; `places` says where each goes."""

    before: Any
    after: Any
    places: Any


def filled(values: Any, pattern: Any) -> Any:
    """The matrix with these numbers at the places of a pattern."""
    made = copy.copy(pattern)
    made.data = np.reshape(values, np.shape(pattern.data))
    return made


def numbered(pattern: Any, first: int = 1) -> Any:
    """The matrix whose numbers are `first` and those that follow."""
    return filled(np.arange(first, first + pattern.data.size), pattern)


def ones_at(pattern: Any) -> Any:
    """The matrix with ones at the places of a pattern."""
    return filled(np.ones(pattern.data.size, int), pattern)


def pattern_of(a: Any) -> Any:
    """A constant matrix in one of the formats whose numbers lie one after the other."""
    return a if a.format in ("csr", "csc", "coo", "dia") else a.tocsr()


def constants_of(a: Any) -> Any:
    """The numbers of a constant matrix."""
    return np.ravel(pattern_of(a).data)


def places_in(found: Any, pattern: Any) -> Any:
    """At which of the numbers of the matrix `found` each number of a coordinate pattern lies, counted from 0."""
    return np.ravel(sparse.csr_matrix(numbered(found, 0))[pattern.row, pattern.col])


def begun(pattern: Any, form: str = "csr") -> tuple[Any, Sum | None]:
    """A pattern with each number at a place of its own, and how to come to it."""
    if pattern.format != "coo":
        return pattern, None
    after = ones_at(pattern).asformat(form)
    if after.nnz == pattern.data.size:
        return pattern, None
    return after, Sum(pattern, after, places_in(after, pattern))


def way_through(pattern: Any, found: Any, begin: Sum | None) -> Way:
    """The way of numbers to a matrix or array that SciPy made of `numbered(pattern)`."""
    numbers = np.ravel(found.data) if sparse.issparse(found) else found
    if getattr(found, "ndim", 2) != 2 and sparse.issparse(found):
        raise UnsupportedError("a sparse array of one axis", "keep two axes: A[i : i + 1]")
    if isinstance(found, np.matrix):
        raise UnsupportedError("numbers of a sparse matrix as np.matrix", "use scipy.sparse.csr_array")
    return Way(found, numbers, pattern.data.size, begin)


def way(pattern: Any, method: str, *args: Any) -> Way:
    """The way that a method of SciPy's takes the numbers."""
    # numbers at one place are kept apart while the matrix stays as it is
    if method == "transpose":
        return way_through(pattern, numbered(pattern).transpose(), None)
    form = args[0] if method == "asformat" and args[0] in ("csr", "csc") else "csr"
    pattern, begin = begun(pattern, form)
    return way_through(pattern, getattr(numbered(pattern), method)(*args), begin)


def way_to(make: Any, pattern: Any, *args: Any) -> Way:
    """The way that a function of SciPy's takes the numbers."""
    pattern, begin = begun(pattern)
    return way_through(pattern, make(numbered(pattern), *args), begin)


def way_of(found: Any, size: int) -> Way:
    """The way of so many numbers to a matrix that was made of 1, 2, 3 ..."""
    return Way(found, np.ravel(found.data), size)


def ways_to_sum(a: Any, b: Any) -> tuple[Way, Way]:
    """The ways of the numbers of two matrices to their sum."""
    (a, first), (b, second) = begun(a), begun(b)
    size = a.data.size + 1
    found = numbered(a) + numbered(b) * size
    numbers = np.ravel(found.data)
    return Way(found, numbers % size, a.data.size, first), Way(found, numbers // size, b.data.size, second)


def ways_to_product(a: Any, b: Any) -> tuple[Way, Way]:
    """The ways to the product of element and element."""
    (a, first), (b, second) = begun(a), begun(b)
    found = numbered(a).multiply(ones_at(b)).tocsr()
    other = ones_at(a).multiply(numbered(b)).tocsr()
    return Way(found, found.data, a.data.size, first), Way(found, other.data, b.data.size, second)


def ways_to_kron(a: Any, b: Any, form: Any) -> tuple[Way, Way]:
    """The ways to the Kronecker product."""
    (a, first), (b, second) = begun(a), begun(b)
    found = sparse.kron(numbered(a), ones_at(b), form)
    other = sparse.kron(ones_at(a), numbered(b), form)
    one, two = np.ravel(found.data), np.ravel(other.data)
    return Way(found, one, a.data.size, first), Way(found, two, b.data.size, second)


def way_to_spread(a: Any, shape: tuple[int, ...]) -> Way:
    """The way to the product of element and element with an array."""
    a, begin = begun(a)
    found = sparse.coo_matrix(numbered(a).multiply(np.ones(shape, int)))
    return Way(found, found.data, a.data.size, begin)


def ways_to_blocks(make: Any, patterns: Any, options: Any) -> tuple[Any, list[Way]]:
    """What SciPy makes of matrices that lie beside each other, in rows of them or None, and the way of each one's
    numbers there."""
    begins: list[Any] = []
    rows: list[list[Any]] = []
    first = 1
    for row in patterns:
        rows.append([])
        for item in row:
            pattern, begin = (None, None) if item is None else begun(item)
            rows[-1].append(None if pattern is None else numbered(pattern, first))
            if pattern is not None:
                begins.append((first, pattern.data.size, begin))
                first += pattern.data.size
    found = make(rows, **options)
    numbers = np.ravel(found.data)
    ways = []
    for first, size, begin in begins:
        within = (numbers >= first) & (numbers < first + size)
        ways.append(Way(found, np.where(within, numbers - first + 1, 0), size, begin))
    return found, ways


def first_row(rows: Any, format: Any) -> Any:
    """`hstack` of one row of matrices."""
    return sparse.hstack(rows[0], format)


def first_column(rows: Any, format: Any) -> Any:
    """`vstack` of them."""
    return sparse.vstack(rows[0], format)


def on_diagonal(rows: Any, format: Any) -> Any:
    """`block_diag` of them."""
    return sparse.block_diag(rows[0], format)


def numbers_beside(lengths: list[int]) -> list[Any]:
    """1, 2, 3 ... in the place of the numbers of several arrays."""
    return [end - length + np.arange(1, length + 1) for length, end in zip(lengths, np.cumsum(lengths))]


def way_with(pattern: Any, method: str, new: Any, place: Any) -> Way:
    """The way of the numbers of a matrix and of new ones behind them, which a method of SciPy's puts in."""
    found = numbered(pattern)
    numbers = np.arange(1, np.size(new) + 1).reshape(np.shape(new)) + pattern.data.size
    if method == "setdiag":
        found.setdiag(numbers, place)
    else:
        found[place] = numbers
    return way_of(found, pattern.data.size + np.size(new))


def products_of(a: Any, b: Any) -> Any:
    """Of all products of a number of `a` with one of `b` in the product of two matrices by rows: which two, where each
    product goes, and the pattern of the product."""
    lengths = np.diff(b.indptr)[a.indices]
    first = np.repeat(np.arange(a.indices.size), lengths)
    within = np.arange(first.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    second = np.repeat(b.indptr[a.indices], lengths) + within
    rows = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))[first]
    found = (ones_at(a) @ ones_at(b)).tocsr()
    places = np.ravel(sparse.csr_matrix(numbered(found, 0))[rows, b.indices[second]])
    return first, second, places, found


def numbers_of(pattern: Any) -> Any:
    """The row and the column of each number."""
    where = numbered(pattern).tocoo()
    order = np.argsort(where.data)
    return where.row[order], where.col[order]


def is_sparse_array(pattern: Any) -> bool:
    """Whether `*` goes element by element, as for SciPy's newer classes."""
    return type(pattern).__name__.endswith("_array")


def need_apart(made: Any) -> None:
    """Refuse rows in which a place occurs twice."""
    if made.format in ("csr", "csc") and not made.has_canonical_format:
        tidy = made.copy()
        tidy.sum_duplicates()
        if tidy.nnz < made.nnz:
            raise UnsupportedError("a sparse matrix that lists a place twice in indices", "use scipy.sparse.coo_matrix")
