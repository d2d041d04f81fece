"""Rules for `np.linalg`."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_linalg
from srcgrad.rules.language import general
from srcgrad.runtime.words import (
    cholesky_cotangent,
    conj,
    det_cotangent,
    norm_cotangent,
    slogdet_cotangent,
    solve_left,
    solve_right,
    transposed,
)
from srcgrad.runtime.words_tangent import paired, solve_again, times_solution
from srcgrad.runtime.words_tangent_linalg import cholesky_tangent, slogdet_tangent


@general(
    np.linalg.solve,
    kind=shapes_linalg.solve,
    cases=("f(R(3), A(3))", "f(R(3), A(3, 2))", "f(R(2, 3), A(2, 3, 1))", "f(R(2, 3), A(3, 2))", "f(R(2, 3), A(3))",
           "f(R(2) + 1j * A(2, 2), C(2))"),
)  # fmt: skip
def solve(a, b, *, y, g):
    a: solve_left(g, a, b, y)
    b: solve_right(g, a, b)
    y_dot: solve_again(a, b_dot - times_solution(a_dot, y, b), b)


@general(np.linalg.inv, kind=shapes_linalg.square, cases=("f(R(3))", "f(R(2, 3))", "f(R(2) + 1j * A(2, 2))"))
def inv(a, *, y, g):
    a: -transposed(y) @ g @ transposed(y)
    y_dot: -(y @ a_dot @ y)


@general(
    np.linalg.det,
    kind=shapes_linalg.determinant,
    cases=("f(R(3))", "f(R(2, 3))", "f(np.array([[1.0, 2.0], [2.0, 4.0]]))", "f(R(2) + 1j * A(2, 2))"),
)
def det(a, *, y, g):
    a: det_cotangent(g, a, y)
    y_dot: np.sum(conj(det_cotangent(np.ones_like(y), a, y)) * a_dot, axis=(-2, -1))


@general(
    np.linalg.slogdet,
    kind=shapes_linalg.sign_and_log,
    cases=("f(R(3))", "f(R(2, 3))", "f(R(3) + 1j * A(3, 3))", "f(R(2, 2) + 1j * A(2, 2, 2))"),
)
def slogdet(a, *, y, g):
    a: slogdet_cotangent(g, a, y)
    y_dot: slogdet_tangent(a_dot, a, y)


@general(
    np.linalg.cholesky,
    kind=shapes_linalg.square,
    cases=("f(P(3))", "f(P(2, 3))", "f(P(3) + np.eye(3), upper=True)", "f(P(3) + 0.1j * (A(3, 3) - A(3, 3).T))",
           "f(P(3) + 0.1j * A(3, 3), upper=True)", "f(A(1, 1) + 3.0)"),
)  # fmt: skip
def cholesky(a, /, *, upper=False, y, g):
    a: cholesky_cotangent(g, y, upper)
    y_dot: cholesky_tangent(a_dot, y, upper)


@general(
    np.linalg.norm,
    kind=shapes_linalg.norm,
    real=True,
    cases=("f(A(3))", "f(A(3, 4))", "f(A(3, 4), axis=0)", "f(A(3, 4), 'fro')", "f(A(3, 4), 1, axis=1)",
           "f(A(3, 4), np.inf, 0)", "f(A(3, 4), -np.inf, -1, True)", "f(A(4), 3)", "f(A(3, 4), 2)",
           "f(A(3, 4), 'nuc')", "f(A(3, 4), 1)", "f(A(2, 3, 4), axis=(0, 2))", "f(A(2, 3, 4), np.inf, (-1, 0))",
           "f(C(3))", "f(C(3), 1)"),
)  # fmt: skip
def norm(x, ord=None, axis=None, keepdims=False, *, y, g):
    x: norm_cotangent(g, x, y, ord, axis, keepdims)
    y_dot: paired(norm_cotangent(np.ones_like(y), x, y, ord, axis, keepdims), x_dot, axis, keepdims)
