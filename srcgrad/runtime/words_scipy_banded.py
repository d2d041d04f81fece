"""Words for `scipy.linalg`: banded matrices, kept by diagonals, and matrices made of one row and column.

ab[u + i - j, j] = a[i, j]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_solve import need_matrix


def _diagonals(below: int, above: int, n: int) -> Iterator[tuple[int, slice, slice]]:
    """For each row of the banded form: its number, and where its rows and columns lie in the matrix."""
    for row in range(above + below + 1):
        shift = row - above  # i - j
        if abs(shift) < n:
            columns = slice(max(0, -shift), n - max(0, shift))
            yield row, slice(columns.start + shift, columns.stop + shift), columns


def banded_again(l_and_u: Any, ab: Any, b: Any) -> Any:
    """`solve_banded(l_and_u, ab, b)`."""
    return linalg.solve_banded(l_and_u, ab, b)


def banded_product(l_and_u: Any, ab: Any, x: Any) -> Any:
    """The product of a banded matrix with a vector or matrix."""
    need_matrix(ab, "solve_banded")
    result = np.zeros(np.shape(x), np.result_type(ab, x))
    for row, i, j in _diagonals(l_and_u[0], l_and_u[1], np.shape(ab)[1]):
        result[i] += (ab[row, j] * x[j].T).T
    return result


def banded_solve_right(g: Any, l_and_u: Any, ab: Any) -> Any:
    """The cotangent of `b` in `solve_banded(l_and_u, ab, b)`: solved with the banded form of the transpose."""
    need_matrix(ab, "solve_banded")
    below, above = l_and_u
    turned = np.zeros_like(ab)
    for row, i, j in _diagonals(below, above, np.shape(ab)[1]):
        turned[above + below - row, i] = np.conj(ab[row, j])
    return linalg.solve_banded((above, below), turned, g)


def banded_parts(u: Any, y: Any, l_and_u: Any, ab: Any) -> Any:
    """The cotangent of `ab` in `y = solve_banded(l_and_u, ab, b)`, where `u` is the cotangent of `b`."""
    need_matrix(ab, "solve_banded")
    u, y = (np.expand_dims(v, -1) if np.ndim(v) == 1 else v for v in (u, y))
    result = np.zeros_like(ab, dtype=np.result_type(u, y))
    for row, i, j in _diagonals(l_and_u[0], l_and_u[1], np.shape(ab)[1]):
        result[row, j] = -np.sum(u[i] * np.conj(y[j]), axis=1)
    return result


def _one_sided(ab: Any, lower: bool) -> Iterator[tuple[int, slice, slice]]:
    """As `_diagonals`, of the half that a Hermitian matrix is kept by."""
    wide = len(ab) - 1
    return _diagonals(wide if lower else 0, 0 if lower else wide, np.shape(ab)[1])


def hermitian_banded_again(ab: Any, b: Any, lower: bool) -> Any:
    """`solveh_banded(ab, b, lower=lower)`."""
    return linalg.solveh_banded(ab, b, lower=lower)


def hermitian_banded_product(ab: Any, x: Any, lower: bool) -> Any:
    """The product of a Hermitian banded matrix with a vector or matrix."""
    need_matrix(ab, "solveh_banded")
    result = np.zeros(np.shape(x), np.result_type(ab, x))
    for row, i, j in _one_sided(ab, lower):
        result[i] += ((ab[row, j] if i != j else np.real(ab[row, j])) * x[j].T).T
        if i != j:
            result[j] += (np.conj(ab[row, j]) * x[i].T).T
    return result


def hermitian_banded_parts(u: Any, y: Any, ab: Any, lower: bool) -> Any:
    """The cotangent of `ab` in `y = solveh_banded(ab, b)`, where `u` is the cotangent of `b`."""
    need_matrix(ab, "solveh_banded")
    u, y = (np.expand_dims(v, -1) if np.ndim(v) == 1 else v for v in (u, y))
    result = np.zeros_like(ab, dtype=np.result_type(u, y))
    for row, i, j in _one_sided(ab, lower):
        found = np.sum(u[i] * np.conj(y[j]), axis=1)
        if i != j:
            found = found + np.sum(np.conj(u[j]) * y[i], axis=1)
        else:
            found = np.real(found)
        result[row, j] = -found
    return result


# --------------------------------------------------------------------------------------------- structured matrices


def circulant_parts(g: Any, c: Any) -> Any:
    """The cotangent of `c` in `circulant(c)[i, j] = c[i - j]`."""
    if np.size(g) == 0:
        return np.zeros_like(c)
    n = np.shape(g)[-1]
    rows = np.arange(n)
    sums = [np.sum(g[..., (rows + k) % n, rows], axis=-1) for k in range(n)]
    return np.reshape(np.stack(sums, axis=-1), np.shape(c))


def hankel_parts(g: Any, c: Any, r: Any = None) -> list[Any]:
    """The cotangents of `c` and `r` in `hankel(c, r)`: sums along the diagonals that rise."""
    if np.ndim(c) > 1 or np.ndim(r) > 1:
        raise UnsupportedError("scipy.linalg.hankel of arrays of several axes", "pass np.ravel(c)")
    if np.size(g) == 0:
        return [np.zeros_like(c), None if r is None else np.zeros_like(r)]
    rows, columns = np.shape(g)
    turned = g[::-1]
    sums = np.stack([np.trace(turned, k - rows + 1) for k in range(rows + columns - 1)])
    if r is None:
        return [sums[:rows], None]
    return [sums[:rows], np.concatenate([np.zeros_like(sums[:1]), sums[rows:]])]
