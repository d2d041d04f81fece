"""Rules for factorisations of `np.linalg`: eigenvalues, singular values, QR, least squares, powers of matrices."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_linalg as of
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.runtime.words_householder import qr_raw_cotangent, qr_raw_tangent
from srcgrad.runtime.words_reduce import norm_cotangent
from srcgrad.runtime.words_spectral import (
    cond_cotangent,
    eig_cotangent,
    eigh_cotangent,
    eigvals_cotangent,
    eigvalsh_cotangent,
    lstsq_cotangents,
    matrix_power_cotangent,
    multi_dot_cotangents,
    pinv_cotangent,
    qr_cotangent,
    qr_upper_cotangent,
    svd_cotangent,
    svdvals_cotangent,
    tensorinv_cotangent,
    tensorsolve_cotangents,
    vector_norm_cotangent,
)
from srcgrad.runtime.words_tangent import paired
from srcgrad.runtime.words_tangent_linalg import (
    eig_tangent,
    eigh_tangent,
    eigvals_tangent,
    eigvalsh_tangent,
    lstsq_tangent,
    matrix_power_tangent,
    multi_dot_tangent,
    pinv_tangent,
    qr_tangent,
    qr_upper_tangent,
    svd_tangent,
    svdvals_tangent,
    tensorinv_tangent,
    tensorsolve_tangent,
)
from srcgrad.runtime.words_vectors import is_given, surely_given

WRITTEN[is_given] = surely_given


@general(np.linalg.eigh, kind=of.eigh, cases=("f(P(3))", "f(P(2, 3))", "f(P(3), 'U')"))
def eigh(a, UPLO="L", *, y, g):
    a: eigh_cotangent(g[0], g[1], y[0], y[1], UPLO)
    y_dot: eigh_tangent(a_dot, y, UPLO)


@general(
    np.linalg.eigvalsh,
    kind=of.matrix_values,
    real=True,
    cases=("f(P(3))", "f(P(2, 3), 'U')", "f(C(2, 2) + 5.0 * np.eye(2))"),
)
def eigvalsh(a, UPLO="L", *, g):
    a: eigvalsh_cotangent(g, a, UPLO)
    y_dot: eigvalsh_tangent(a_dot, a, UPLO)


@general(np.linalg.eig, kind=of.eig, cases=("f(np.diag([1.0, 2.0, 4.0]) + 0.1 * A(3, 3))", "f(R(2))"))
def eig(a, *, y, g):
    a: eig_cotangent(g[0], g[1], y[0], y[1])
    y_dot: eig_tangent(a_dot, y)


@general(
    np.linalg.eigvals,
    kind=of.eigenvalues,
    cases=("f(np.diag([1.0, 2.0, 4.0]) + 0.1 * A(3, 3))", "f(C(2, 2))", "f(R(2, 3))"),
)
def eigvals(a, *, g):
    a: eigvals_cotangent(g, a)
    y_dot: eigvals_tangent(a_dot, a)


@general(
    np.linalg.svd,
    kind=of.svd,
    cases=("f(A(3, 3))", "f(A(4, 3))", "f(A(2, 2, 3))", "f(A(4, 3), False)", "f(A(2, 4), full_matrices=False)",
           "f(A(4, 2), compute_uv=False)", "f(C(3, 2), compute_uv=False)", "f(P(3), hermitian=True)",
           "f(P(2, 3), False, False, True)"),
)  # fmt: skip
def svd(a, full_matrices=True, compute_uv=True, hermitian=False, *, y, g):
    a: svdvals_cotangent(g, a, hermitian) if compute_uv is False else svd_cotangent(g, a, y, hermitian)
    y_dot: svdvals_tangent(a_dot, a, hermitian) if compute_uv is False else svd_tangent(a_dot, a, y, hermitian)


if hasattr(np.linalg, "svdvals"):

    @general(np.linalg.svdvals, kind=of.matrix_values, real=True, cases=("f(A(3, 2))", "f(A(2, 2, 3))", "f(C(2, 2))"))
    def svdvals(x, /, *, g):
        x: svdvals_cotangent(g, x)
        y_dot: svdvals_tangent(x_dot, x)


@general(
    np.linalg.qr, kind=of.qr, cases=("f(A(3, 3))", "f(A(4, 2))", "f(A(2, 4))", "f(A(2, 3, 2))", "f(A(3, 2), mode='r')",
                                       "f(A(4, 3), 'complete')", "f(A(2, 3), 'complete')", "f(A(4, 2), 'raw')",
                                       "f(A(2, 3, 3), 'raw')")
)  # fmt: skip
def qr(a, mode="reduced", *, y, g):
    a: (
        qr_upper_cotangent(g, a, y)
        if mode == "r"
        else qr_raw_cotangent(g[0], g[1], a, y)
        if mode == "raw"
        else qr_cotangent(g[0], g[1], a, y[0], y[1])
    )
    y_dot: (
        qr_upper_tangent(a_dot, a)
        if mode == "r"
        else qr_raw_tangent(a_dot, a, y)
        if mode == "raw"
        else qr_tangent(a_dot, a, y)
    )


@general(
    np.linalg.pinv,
    kind=of.pseudo_inverse,
    cases=("f(A(3, 3))", "f(A(4, 2))", "f(A(2, 2, 3))", "f(C(3, 2))", "f(P(3), hermitian=True)",
           "f(A(4, 2), rtol=1e-10)"),
)  # fmt: skip
def pinv(a, rcond=None, hermitian=False, *, rtol=None, y, g):
    a: pinv_cotangent(g, a, y, hermitian)
    rcond: 0
    rtol: 0
    y_dot: pinv_tangent(a_dot, a, y, hermitian)


@general(
    np.linalg.lstsq,
    kind=of.lstsq,
    cases=("f(A(4, 2), A(4))", "f(A(4, 2), A(4, 3), rcond=None)", "f(A(3, 3), A(3))", "f(A(2, 4), A(2))"),
)
def lstsq(a, b, rcond=None, *, y, g):
    parts = lstsq_cotangents(g, a, b, y, rcond)
    a: parts[0]
    b: parts[1]
    rcond: 0
    y_dot: lstsq_tangent(a_dot, b_dot, a, b, y, rcond)


@general(
    np.linalg.matrix_power,
    kind=of.square,
    cases=("f(A(3, 3), 3)", "f(R(2, 2), 2)", "f(R(3), -2)", "f(A(2, 2), 1)", "f(A(2, 2), 0)", "f(C(2, 2), 3)"),
)
def matrix_power(a, n, *, g):
    a: matrix_power_cotangent(g, a, n)
    y_dot: matrix_power_tangent(a_dot, a, n)


@general(
    np.linalg.multi_dot,
    kind=of.chain,
    sequence="arrays",
    cases=("f([A(2, 3), A(3, 4), A(4, 2)])", "f([A(3), A(3, 4), A(4)])", "f((A(2, 3), A(3, 2)))"),
)
def multi_dot(arrays, *, g):
    arrays: multi_dot_cotangents(g, arrays)
    y_dot: multi_dot_tangent(arrays, arrays_dot)


@general(
    np.linalg.cond,
    kind=of.matrix_number,
    real=True,
    cases=("f(R(3))", "f(A(3, 2), 2)", "f(R(2, 2))", "f(R(3), 'fro')", "f(R(3), 1)", "f(R(3), -2)"),
)
def cond(x, p=None, *, g):
    x: cond_cotangent(g, x, p)
    y_dot: paired(cond_cotangent(np.ones_like(y), x, p), x_dot, (-2, -1))


@general(
    np.linalg.tensorsolve,
    kind=of.chain,
    cases=("f(A(2, 3, 6), A(2, 3))", "f(A(2, 6, 3), A(2, 3), axes=(1,))", "f(A(2, 3, 6), A(6), (0, 1))"),
)
def tensorsolve(a, b, axes=None, *, y, g):
    parts = tensorsolve_cotangents(g, a, b, y, axes)
    a: parts[0]
    b: parts[1]
    y_dot: tensorsolve_tangent(a_dot, b_dot, a, y, axes)


@general(np.linalg.tensorinv, kind=of.chain, cases=("f(A(4, 2, 2), ind=1)", "f(A(2, 3, 3, 2))"))
def tensorinv(a, ind=2, *, y, g):
    a: tensorinv_cotangent(g, a, y, ind)
    y_dot: tensorinv_tangent(a_dot, y, ind)


if hasattr(np.linalg, "vector_norm"):

    @general(
        np.linalg.vector_norm,
        kind=of.vector_norm,
        real=True,
        cases=("f(A(3))", "f(A(2, 3))", "f(A(2, 3), axis=1)", "f(A(2, 3), axis=0, ord=1, keepdims=True)",
               "f(A(2, 3), ord=np.inf)", "f(A(4), ord=3)", "f(A(2, 3, 4), axis=(0, 2), ord=3)",
               "f(A(2, 3, 2), axis=(2, 0), ord=np.inf, keepdims=True)", "f(A(2, 3), axis=(0, 1), ord=1)"),
    )  # fmt: skip
    def vector_norm(x, /, *, axis=None, keepdims=False, ord=2, y, g):
        x: vector_norm_cotangent(g, x, y, ord, axis, keepdims)
        y_dot: paired(vector_norm_cotangent(np.ones_like(y), x, y, ord, axis, keepdims), x_dot, axis, keepdims)

    @general(
        np.linalg.matrix_norm,
        kind=of.matrix_number,
        real=True,
        cases=("f(A(2, 3))", "f(A(2, 2, 3))", "f(A(3, 3), ord='nuc')", "f(A(2, 3), ord=1, keepdims=True)"),
    )
    def matrix_norm(x, /, *, keepdims=False, ord="fro", y, g):
        x: norm_cotangent(g, x, y, ord, (-2, -1), keepdims)
        y_dot: paired(norm_cotangent(np.ones_like(y), x, y, ord, (-2, -1), keepdims), x_dot, (-2, -1), keepdims)
