"""Words for factorisations: eigenvalues, singular values, QR, least squares, powers of matrices.

All are linear in the cotangents, also where one is zero: at the minimum of a misfit the cotangent is, and the second
derivative is not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_product import matmul_left, matmul_right, transposed
from srcgrad.runtime.words_reduce import conj, norm_cotangent
from srcgrad.runtime.words_vectors import (
    EIGENVECTORS,
    SINGULAR_VECTORS,
    alike,
    alone,
    beside_diagonal,
    diagonal_matrix,
    gaps,
    is_given,
    refuse_phase,
    spectral_sum,
    within,
)

BEYOND = "singular vectors beyond the singular values"


def _skew(x: Any) -> Any:
    return x - transposed(x)


def hermitian_of(x: Any, uplo: str) -> Any:
    """The Hermitian matrix that a function sees which reads one triangle of `x`."""
    if uplo in ("U", "u"):
        return transposed(hermitian_of(transposed(x), "L"))
    diagonal = diagonal_matrix(np.real(np.diagonal(x, 0, -2, -1)))
    return np.tril(x, -1) + transposed(np.tril(x, -1)) + diagonal


def _fold(x: Any, upper: Any) -> Any:
    """The cotangent of a Hermitian matrix for the triangle that a function reads."""
    if upper in ("U", "u"):
        return np.triu(x) + np.triu(transposed(x), 1)
    return np.tril(x) + np.tril(transposed(x), -1)


def eigh_cotangent(values_bar: Any, vectors_bar: Any, values: Any, vectors: Any, uplo: str) -> Any:
    """The cotangent of `a` in `values, vectors = np.linalg.eigh(a, uplo)`, for the triangle that it reads."""
    inner = diagonal_matrix(np.real(values_bar))
    if is_given(vectors_bar):
        seen = transposed(vectors) @ alone(vectors_bar, alike(values), EIGENVECTORS)
        refuse_phase(np.imag(np.diagonal(seen, 0, -2, -1)), vectors_bar, "eigenvectors")
        inner = inner + seen / gaps(values) * beside_diagonal(values)
    full = vectors @ inner @ transposed(vectors)
    return _fold(0.5 * (full + transposed(full)), uplo).astype(np.result_type(vectors), copy=False)


def eigvalsh_cotangent(g: Any, a: Any, uplo: Any) -> Any:
    """The cotangent of `a` in `np.linalg.eigvalsh(a, uplo)`."""
    vectors = np.linalg.eigh(a, uplo)[1]
    full = spectral_sum(vectors, np.real(g), vectors)
    return _fold(0.5 * (full + transposed(full)), uplo)


def eig_cotangent(values_bar: Any, vectors_bar: Any, values: Any, vectors: Any) -> Any:
    """The cotangent of `a` in `values, vectors = np.linalg.eig(a)`; the vectors have length 1."""
    turned, inner = transposed(vectors), diagonal_matrix(values_bar)
    if is_given(vectors_bar):
        seen = turned @ alone(vectors_bar, alike(values), EIGENVECTORS)
        length = np.real(np.diagonal(seen, 0, -2, -1))
        refuse_phase(np.imag(np.diagonal(seen, 0, -2, -1)), vectors_bar, "eigenvectors")
        moved = seen - turned @ vectors * np.expand_dims(length, -2)
        inner = inner + moved / conj(gaps(values)) * beside_diagonal(values)
    return np.linalg.solve(turned, inner @ turned)


def eigvals_cotangent(g: Any, a: Any) -> Any:
    """The cotangent of `a` in `np.linalg.eigvals(a)`."""
    turned = transposed(np.linalg.eig(a)[1])
    return np.linalg.solve(turned, np.expand_dims(g, -1) * turned)


def svd_cotangent(g: Any, a: Any, y: Any, hermitian: bool = False) -> Any:
    """The cotangent of `a` in `y = np.linalg.svd(a)`, for cotangents of u, s and vh."""
    if hermitian:
        return _triangle(svd_cotangent(g, a, y))
    s, s_bar = y[1], np.real(g[1])
    k = np.shape(s)[-1]
    u, u_bar = within(y[0], g[0], k, BEYOND)
    v, v_bar = within(transposed(y[2]), transposed(g[2]), k, BEYOND)
    if not (is_given(u_bar) or is_given(v_bar)):
        return spectral_sum(u, s_bar, v)
    tall, wide = np.shape(u)[-2] > k, np.shape(v)[-2] > k
    phases = np.iscomplexobj(u)
    same, none = alike(s), s == 0
    safe = np.expand_dims(s + none, -2)
    u_bar = alone(u_bar, same | none if tall or phases else same, SINGULAR_VECTORS)
    v_bar = alone(v_bar, same | none if wide or phases else same, SINGULAR_VECTORS)
    left, right = transposed(u) @ u_bar, transposed(v) @ v_bar
    inner = _skew(left) * np.expand_dims(s, -2) + np.expand_dims(s, -1) * _skew(right)
    inner = inner / gaps(s * s) * beside_diagonal(s) + diagonal_matrix(s_bar)
    if phases:
        turning = np.imag(np.diagonal(left, 0, -2, -1) + np.diagonal(right, 0, -2, -1))
        refuse_phase(turning, np.concatenate((u_bar, v_bar), axis=-2), "singular vectors")
        inner = inner + diagonal_matrix(1j * np.imag(np.diagonal(left, 0, -2, -1))) / safe
    result = u @ inner @ transposed(v)
    if tall:
        result = result + (u_bar - u @ left) / safe @ transposed(v)
    if wide:
        result = result + u @ transposed((v_bar - v @ right) / safe)
    return result


def svdvals_cotangent(g: Any, a: Any, hermitian: bool = False) -> Any:
    """The cotangent of `a` in its singular values."""
    u, _, vh = np.linalg.svd(a, full_matrices=False, hermitian=hermitian)
    result = spectral_sum(u, np.real(g), transposed(vh))
    return _triangle(result) if hermitian else result


def _triangle(x: Any) -> Any:
    """The cotangent of a Hermitian matrix of which a function reads the lower triangle."""
    return _fold(0.5 * (x + transposed(x)), "L")


def qr_cotangent(q_bar: Any, r_bar: Any, a: Any, q: Any, r: Any) -> Any:
    """The cotangent of `a` in `q, r = np.linalg.qr(a)`, mode 'reduced' or 'complete'."""
    rows, columns = np.shape(a)[-2:]
    if np.shape(q)[-1] > columns < rows:
        q, q_bar = within(q, q_bar, columns, "columns of q beyond those of the matrix")
        r, r_bar = r[..., :columns, :], r_bar[..., :columns, :]
    if rows < columns:
        wide = a[..., :, rows:]
        rest = q @ r_bar[..., :, rows:]
        q_bar = q_bar + wide @ transposed(r_bar[..., :, rows:])
        square = qr_cotangent(q_bar, r_bar[..., :, :rows], a[..., :, :rows], q, r[..., :, :rows])
        return np.concatenate([square, rest], axis=-1)
    seen = r @ transposed(r_bar) - transposed(q_bar) @ q
    lower = np.tril(seen, -1)
    middle = diagonal_matrix(np.real(np.diagonal(seen, 0, -2, -1)))
    inner = q_bar + q @ (lower + transposed(lower) + middle)
    return transposed(np.linalg.solve(r, transposed(inner)))


def qr_upper_cotangent(g: Any, a: Any, y: Any) -> Any:
    """The cotangent of `a` in `y = np.linalg.qr(a, mode="r")`."""
    q = np.linalg.qr(a)[0]
    return qr_cotangent(np.zeros_like(q), g, a, q, y)


def pinv_cotangent(g: Any, a: Any, y: Any, hermitian: bool = False) -> Any:
    """The cotangent of `a` in `y = np.linalg.pinv(a)`, at constant rank."""
    if hermitian:
        return _triangle(pinv_cotangent(g, hermitian_of(a, "L"), y))
    turned, g_turned = transposed(y), transposed(g)
    outside = (g_turned - a @ (y @ g_turned)) @ (y @ turned)
    inside = (turned @ y) @ (g_turned - (g_turned @ y) @ a)
    return outside + inside - turned @ g @ turned


def lstsq_cotangents(g: Any, a: Any, b: Any, y: Any, rcond: Any = None) -> list[Any]:
    """The cotangents of `a` and `b` in `y = np.linalg.lstsq(a, b)`: of the solution, residuals, singular values."""
    x, x_bar, residuals_bar, s_bar = y[0], g[0], np.real(g[1]), g[3]
    vector = np.ndim(b) == 1
    if vector:
        b, x, x_bar = np.expand_dims(b, -1), np.expand_dims(x, -1), np.expand_dims(x_bar, -1)
    u = np.linalg.lstsq(transposed(a), x_bar, rcond)[0]
    rest = b - a @ x
    a_bar = rest @ transposed(np.linalg.lstsq(a, u, rcond)[0]) - u @ transposed(x)
    a_bar = a_bar + np.linalg.lstsq(transposed(a), x, rcond)[0] @ transposed(x_bar - transposed(a) @ u)
    b_bar = u
    if np.size(y[1]):
        b_bar = b_bar + 2.0 * residuals_bar * rest
        a_bar = a_bar - (2.0 * residuals_bar * rest) @ transposed(x)
    if is_given(s_bar):
        a_bar = a_bar + svdvals_cotangent(s_bar, a)
    return [a_bar, b_bar[..., 0] if vector else b_bar]


def matrix_power_cotangent(g: Any, a: Any, n: int) -> Any:
    """The cotangent of `a` in `np.linalg.matrix_power(a, n)`."""
    if n == 0:
        return np.zeros_like(a)
    if n < 0:
        inverse = transposed(np.linalg.inv(a))
        return -inverse @ matrix_power_cotangent(g, np.linalg.inv(a), -n) @ inverse
    turned = transposed(a)
    total = g
    for _ in range(n - 1):  # a sum over the places of the factor: a^i g a^(n - 1 - i), by Horner's rule
        g = g @ turned
        total = turned @ total + g
    return total


def multi_dot_cotangents(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of `arrays` in `np.linalg.multi_dot(arrays)`."""
    products = [arrays[0]]
    for x in arrays[1:-1]:
        products.append(products[-1] @ x)
    result = []
    for i in range(len(arrays) - 1, 0, -1):
        result.append(matmul_right(g, products[i - 1], arrays[i]))
        g = matmul_left(g, products[i - 1], arrays[i])
    return [g, *result[::-1]]


def cond_cotangent(g: Any, x: Any, p: Any = None) -> Any:
    """The cotangent of `x` in `np.linalg.cond(x, p)`."""
    g = np.expand_dims(g, (-2, -1)) if np.ndim(g) else g
    if p is None or p == 2 or p == -2:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        top, low = (s[..., :1], s[..., -1:]) if p != -2 else (s[..., -1:], s[..., :1])
        first, last = (0, -1) if p != -2 else (-1, 0)
        ends = np.zeros_like(s)
        ends[..., first : first + 1 or None] = 1.0 / low
        ends[..., last : last + 1 or None] -= top / low / low
        return g * spectral_sum(u, ends, transposed(vh))
    inverse = np.linalg.inv(x)
    ones = [np.linalg.norm(m, p, (-2, -1)) for m in (x, inverse)]
    large, small = (norm_cotangent(np.ones_like(n), m, n, p, (-2, -1), False) for m, n in zip((x, inverse), ones))
    turned = transposed(inverse)
    sizes = [np.expand_dims(n, (-2, -1)) for n in ones]
    return g * (sizes[1] * large - sizes[0] * (turned @ small @ turned))


def tensorsolve_cotangents(g: Any, a: Any, b: Any, y: Any, axes: Any = None) -> list[Any]:
    """The cotangents of `a` and `b` in `y = np.linalg.tensorsolve(a, b, axes)`."""
    order = [i for i in range(np.ndim(a)) if i not in (axes or ())] + list(axes or ())
    turned = np.transpose(a, order)
    square = np.reshape(turned, (np.size(b), np.size(b)))
    b_bar = np.linalg.solve(transposed(square), np.ravel(g))
    a_bar = np.reshape(-np.outer(b_bar, conj(np.ravel(y))), np.shape(turned))
    return [np.transpose(a_bar, [order.index(i) for i in range(len(order))]), np.reshape(b_bar, np.shape(b))]


def tensorinv_cotangent(g: Any, a: Any, y: Any, ind: int) -> Any:
    """The cotangent of `a` in `y = np.linalg.tensorinv(a, ind)`."""
    size = int(np.prod(np.shape(a)[ind:]))
    turned = transposed(np.reshape(y, (size, -1)))
    return np.reshape(-turned @ np.reshape(g, (size, -1)) @ turned, np.shape(a))


def vector_norm_cotangent(g: Any, x: Any, y: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """The cotangent of `x` in `np.linalg.vector_norm(x, ord=ord, axis=axis, keepdims=keepdims)`."""
    if np.size(x) == 0:
        return np.zeros_like(x)
    if axis is None:
        g = np.reshape(g, ()) if np.ndim(g) else g
        flat = norm_cotangent(g, np.ravel(x), np.reshape(y, ()), ord, None, False)
        return np.reshape(flat, np.shape(x))
    if ord == 2 or not isinstance(axis, tuple):
        return norm_cotangent(g, x, y, None if ord == 2 else ord, axis, keepdims)
    last = tuple(range(-len(axis), 0))
    rows = np.moveaxis(x, axis, last)
    shape = np.shape(rows)[: -len(axis)]
    g, y = np.reshape(g, shape) if np.ndim(g) else g, np.reshape(y, shape)
    flat = norm_cotangent(g, np.reshape(rows, (*shape, -1)), y, ord, -1, False)
    return np.moveaxis(np.reshape(flat, np.shape(rows)), last, axis)
