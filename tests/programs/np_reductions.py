"""Reductions with axes, and linear algebra by products."""

import numpy as np

from programs.data import array, positive


def sum_all(m):
    return np.sum(np.sin(m))


def sum_axis(m, axis):
    return np.sum(m * m, axis=axis)


def sum_keepdims(m, axis):
    return m / np.sum(m, axis=axis, keepdims=True)


def mean_axis(m, axis):
    return np.mean(m**2, axis)


def product_axis(m, axis):
    return np.prod(m, axis=axis)


def product_with_zero(v):
    return np.prod(v)


def maximum_axis(m, axis):
    return np.max(m, axis=axis) ** 2


def minimum_axis(m, axis):
    return np.min(m, axis=axis) * np.amax(m)


def variance_axis(m, axis):
    return np.var(m, axis=axis) + np.std(m, axis=axis)


def variance_ddof(v):
    return np.var(v, ddof=1) * v.std(ddof=1)


def methods_of_arrays(m):
    return m.sum(axis=1) * m.mean(axis=-1) + m.max(1) - m.min(axis=1) + m.prod(axis=1) + m.var(axis=1)


def standardised(m):
    return (m - m.mean(axis=0)) / (m.std(axis=0) + 0.1)


def cumulative(m):
    return np.cumsum(m, axis=0) * np.cumsum(m, axis=1)


def cumulative_flat(v):
    return np.sum(np.cumsum(v) ** 2) + np.sum(v.cumsum() * np.arange(len(v)))


def cumulative_product(v):
    return np.cumprod(v) * v


def differences(v):
    return np.sum(np.diff(v) ** 2) + np.sum(np.diff(v, n=2))


def difference_axis(m):
    return np.diff(m, axis=0)


def log_sum_exp(m):
    top = np.max(m, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(m - top), axis=1)) + top[:, 0])


def softmax(m):
    e = np.exp(m - m.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sum_where(m):
    return np.sum(m * m, where=m > 0.0)


def norm_vector(v):
    return np.linalg.norm(v) * np.linalg.norm(v + 1.0)


def norm_rows(m):
    return np.linalg.norm(m, axis=1)


def trace_and_diagonal(m):
    return np.trace(m @ m) + np.sum(np.diagonal(m) ** 2) + np.sum(np.diag(m))


def sorted_values(v):
    return np.sum(np.sort(v) * np.arange(len(v)))


def sorted_rows(m):
    return np.sort(m, axis=1)


def sorted_columns(m):
    return np.sort(m, axis=0) ** 2


def median_odd(v):
    return np.median(v) ** 2


def count_beside(m):
    return np.sum(m) / np.count_nonzero(m > 0.0) + m.size * np.sum(m**2)


def matmul_forms(a, b):
    return a @ b


def matmul_function(a, b):
    return np.matmul(a, b)


def dot_forms(a, b):
    return np.dot(a, b)


def dot_method(a, b):
    return a.dot(b)


def inner_outer(v, w):
    return np.inner(v, v) * np.sum(np.outer(v, w)) + np.vdot(v, v)


def tensordot_number(a, b):
    return np.tensordot(a, b, axes=1)


def tensordot_axes(a, b):
    return np.tensordot(a, b, axes=([0, 1], [1, 0]))


def kron_product(a, b):
    return np.sum(np.kron(a, b) ** 2)


def cross_product(a, b):
    return np.cross(a, b)


def quadratic_form(m, v):
    return v @ m @ v + v.T @ (m + m.T) @ v


def einsum_matmul(a, b):
    return np.einsum("ij,jk->ik", a, b)


def einsum_to_scalar(a, b):
    return np.einsum("ij,ij->", a, b) ** 2


def einsum_diagonal(m):
    return np.einsum("ii->i", m) * np.einsum("ii", m)


def einsum_implicit(a, b):
    return np.einsum("ij,jk", a, b)


def einsum_batched(a, b):
    return np.einsum("bij,bjk->bik", a, b)


def einsum_three(a, b, c):
    return np.einsum("i,ij,j->", a, b, c)


def einsum_transpose_and_sum(a):
    return np.einsum("ij->j", a) * 2.0 + np.einsum("ij->ji", a).sum()


def einsum_ellipsis(a, b):
    return np.einsum("...i,i->...", a, b)


def batched_matmul_broadcast(a, b):
    return np.sum((a @ b) ** 2)


def chain_of_products(a, b, v):
    return np.sum(np.tanh(a @ b @ v))


def gram_matrix(m):
    return m.T @ m


def solve_system(m, v):
    return np.linalg.solve(m, v)


def inverse_and_determinant(m):
    return np.sum(np.linalg.inv(m)) * np.linalg.det(m)


def triangles(m):
    return np.sum(np.tril(m) * 2.0 + np.triu(m, 1) ** 2)


SQUARE = array(3, 3) + 2.0 * np.eye(3)
M = array(2, 3)
P = positive(2, 3)
AXES = (None, 0, 1, -1, (0, 1), ())
MATMULS = [
    (array(2, 3), array(3, 4)),
    (array(3), array(3, 4)),
    (array(2, 3), array(3)),
    (array(3), array(3, seed=1)),
]
CASES = [
    (sum_all, (M,), None),
    *[(f, (P, axis), 0) for f in (sum_axis, mean_axis, product_axis, variance_axis) for axis in AXES[:5]],
    *[(f, (P, axis), 0) for f in (sum_keepdims, maximum_axis, minimum_axis) for axis in AXES[:5]],
    (sum_axis, (array(2, 3, 2), (0, -1)), 0),
    (sum_axis, (positive(3), 0), 0),
    (product_with_zero, (np.array([0.5, 0.0, 2.0]),), None),
    *[(f, (array(5),), None) for f in (
        variance_ddof, cumulative_flat, differences, norm_vector, sorted_values, median_odd,
    )],
    *[(f, (M,), None) for f in (
        methods_of_arrays, standardised, cumulative, difference_axis, log_sum_exp, softmax, sum_where, norm_rows,
        sorted_rows, sorted_columns, count_beside, einsum_transpose_and_sum, gram_matrix,
    )],
    (cumulative_product, (positive(3),), None),
    *[(f, (SQUARE,), None) for f in (trace_and_diagonal, einsum_diagonal, inverse_and_determinant, triangles)],
    *[(f, pair, None) for f in (matmul_forms, matmul_function, dot_forms, dot_method) for pair in MATMULS],
    *[(matmul_forms, pair, None) for pair in (
        (array(2, 3, 4), array(4, 2)), (array(2, 3, 4), array(2, 4, 2)), (array(4), array(2, 4, 3)),
        (array(1, 3, 4), array(2, 4, 2)),
    )],
    (inner_outer, (array(3), array(2)), None),
    (tensordot_number, (array(2, 3), array(3, 2)), None),
    (tensordot_axes, (array(2, 3), array(3, 2)), None),
    (kron_product, (array(2, 2), array(1, 3)), None),
    (cross_product, (array(3), array(3, seed=1)), None),
    (quadratic_form, (SQUARE, array(3)), None),
    *[(f, (array(2, 3), array(3, 2)), None) for f in (einsum_matmul, einsum_implicit)],
    (einsum_to_scalar, (array(2, 3), array(2, 3, seed=1)), None),
    (einsum_batched, (array(2, 2, 3), array(2, 3, 2)), None),
    (einsum_three, (array(2), array(2, 3), array(3)), None),
    (einsum_ellipsis, (array(2, 2, 3), array(3)), None),
    (batched_matmul_broadcast, (array(2, 1, 2, 3), array(3, 3, 2)), None),
    (chain_of_products, (array(2, 3), array(3, 2), array(2)), None),
    (solve_system, (SQUARE, array(3)), None),
]  # fmt: skip
