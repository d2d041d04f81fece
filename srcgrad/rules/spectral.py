"""Rules for factorisations of `np.linalg`: eigenvalues, singular values, QR, least squares, powers of matrices."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_linalg as of
from srcgrad.rules.language import general
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


@general(np.linalg.eigh, kind=of.eigh, cases=("f(P(3))", "f(P(2, 3))", "f(P(3), 'U')"))
def eigh(a, UPLO="L", *, y, g):
    a: eigh_cotangent(g[0], g[1], y[0], y[1], UPLO)


@general(
    np.linalg.eigvalsh, kind=of.matrix_values, cases=("f(P(3))", "f(P(2, 3), 'U')", "f(C(2, 2) + 5.0 * np.eye(2))")
)
def eigvalsh(a, UPLO="L", *, g):
    a: eigvalsh_cotangent(g, a, UPLO)


@general(np.linalg.eig, kind=of.eig, cases=("f(np.diag([1.0, 2.0, 4.0]) + 0.1 * A(3, 3))", "f(R(2))"))
def eig(a, *, y, g):
    a: eig_cotangent(g[0], g[1], y[0], y[1])


@general(
    np.linalg.eigvals,
    kind=of.eigenvalues,
    cases=("f(np.diag([1.0, 2.0, 4.0]) + 0.1 * A(3, 3))", "f(C(2, 2))", "f(R(2, 3))"),
)
def eigvals(a, *, g):
    a: eigvals_cotangent(g, a)


@general(
    np.linalg.svd,
    kind=of.svd,
    cases=("f(A(3, 3))", "f(A(4, 3), False)", "f(A(2, 4), full_matrices=False)", "f(A(2, 3, 3))",
           "f(A(4, 2), compute_uv=False)"),
)  # fmt: skip
def svd(a, full_matrices=True, compute_uv=True, *, y, g):
    a: svdvals_cotangent(g, a) if compute_uv is False else svd_cotangent(g, a, y)


if hasattr(np.linalg, "svdvals"):

    @general(np.linalg.svdvals, kind=of.matrix_values, cases=("f(A(3, 2))", "f(A(2, 2, 3))", "f(C(2, 2))"))
    def svdvals(x, /, *, g):
        x: svdvals_cotangent(g, x)


@general(
    np.linalg.qr, kind=of.qr, cases=("f(A(3, 3))", "f(A(4, 2))", "f(A(2, 4))", "f(A(2, 3, 2))", "f(A(3, 2), mode='r')")
)
def qr(a, mode="reduced", *, y, g):
    a: qr_upper_cotangent(g, a, y) if mode == "r" else qr_cotangent(g[0], g[1], a, y[0], y[1])


@general(np.linalg.pinv, kind=of.pseudo_inverse, cases=("f(A(3, 3))", "f(A(4, 2))", "f(A(2, 2, 3))", "f(C(3, 2))"))
def pinv(a, rcond=None, *, y, g):
    a: pinv_cotangent(g, a, y)


@general(
    np.linalg.lstsq,
    kind=of.lstsq,
    cases=("f(A(4, 2), A(4))", "f(A(4, 2), A(4, 3), rcond=None)", "f(A(3, 3), A(3))", "f(A(2, 4), A(2))"),
)
def lstsq(a, b, rcond=None, *, y, g):
    parts = lstsq_cotangents(g, a, b, y, rcond)
    a: parts[0]
    b: parts[1]


@general(
    np.linalg.matrix_power,
    kind=of.square,
    cases=("f(A(3, 3), 3)", "f(R(2, 2), 2)", "f(R(3), -2)", "f(A(2, 2), 1)", "f(A(2, 2), 0)", "f(C(2, 2), 3)"),
)
def matrix_power(a, n, *, g):
    a: matrix_power_cotangent(g, a, n)


@general(
    np.linalg.multi_dot,
    kind=of.chain,
    sequence="arrays",
    cases=("f([A(2, 3), A(3, 4), A(4, 2)])", "f([A(3), A(3, 4), A(4)])", "f((A(2, 3), A(3, 2)))"),
)
def multi_dot(arrays, *, g):
    arrays: multi_dot_cotangents(g, arrays)


@general(
    np.linalg.cond,
    kind=of.matrix_number,
    cases=("f(R(3))", "f(A(3, 2), 2)", "f(R(2, 2))", "f(R(3), 'fro')", "f(R(3), 1)", "f(R(3), -2)"),
)
def cond(x, p=None, *, g):
    x: cond_cotangent(g, x, p)


@general(np.linalg.tensorsolve, kind=of.chain, cases=("f(A(2, 3, 6), A(2, 3))",))
def tensorsolve(a, b, *, y, g):
    parts = tensorsolve_cotangents(g, a, b, y)
    a: parts[0]
    b: parts[1]


@general(np.linalg.tensorinv, kind=of.chain, cases=("f(A(4, 2, 2), ind=1)", "f(A(2, 3, 3, 2))"))
def tensorinv(a, ind=2, *, y, g):
    a: tensorinv_cotangent(g, a, y, ind)


if hasattr(np.linalg, "vector_norm"):

    @general(
        np.linalg.vector_norm,
        kind=of.vector_norm,
        cases=("f(A(3))", "f(A(2, 3))", "f(A(2, 3), axis=1)", "f(A(2, 3), axis=0, ord=1, keepdims=True)",
               "f(A(2, 3), ord=np.inf)", "f(A(4), ord=3)"),
    )  # fmt: skip
    def vector_norm(x, /, *, axis=None, keepdims=False, ord=2, y, g):
        x: vector_norm_cotangent(g, x, y, ord, axis, keepdims)

    @general(
        np.linalg.matrix_norm,
        kind=of.matrix_number,
        cases=("f(A(2, 3))", "f(A(2, 2, 3))", "f(A(3, 3), ord='nuc')", "f(A(2, 3), ord=1, keepdims=True)"),
    )
    def matrix_norm(x, /, *, keepdims=False, ord="fro", y, g):
        x: norm_cotangent(g, x, y, ord, (-2, -1), keepdims)
