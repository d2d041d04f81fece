"""Rules for `scipy.linalg`: read when a program that has imported it calls one of its functions."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import linalg

from srcgrad.analysis import shapes
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import general, linear
from srcgrad.runtime import words, words_scipy, words_scipy_solve

words.WORDS.update(words.words_of(words_scipy))
words.WORDS.update(words.words_of(words_scipy_solve))


@general(
    linalg.solve_triangular,
    kind=of.solved, broadcast="b",
    cases=("f(R(3), A(3))", "f(R(3), A(3, 2), lower=True)", "f(R(3), A(3), 1)", "f(R(3), A(3), trans='T', lower=True)",
           "f(np.array([[5.0, 0.5], [0.2, 7.0]]), A(2), 0, True, True)"),
)  # fmt: skip
def solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, *, check_finite=True, y, g):
    a: triangular_left(g, a, b, y, trans, lower, unit_diagonal)
    b: general_solve_right(g, a, lower, trans, unit_diagonal)
    y_dot: triangular_again(
        a, b_dot - triangular_product(a_dot, y, trans, lower, unit_diagonal), trans, lower, unit_diagonal
    )


@general(
    linalg.solve,
    kind=of.solved, broadcast="b",
    cases=("f(R(3), A(3))", "f(R(3), A(3, 2))", "f(R(3), A(3), transposed=True)", "f(P(3), A(3, 2), assume_a='pos')",
           "f(P(3), A(3), lower=True, assume_a='sym')", "f(P(3), A(3), True, assume_a='pos')", "f(C(3, 3), C(3))",
           "f(P(3) + 0.1 * C(3, 3), C(3), assume_a='her')",
           "f(P(3) + 1j * A(3, 3), C(3), lower=True, assume_a='sym')"),
)  # fmt: skip
def solve(a, b, lower=False, *, check_finite=True, assume_a=None, transposed=False, y, g):
    u = solve_like(a, g, b, lower, assume_a, not_(transposed), True)
    a: solve_parts(u, a, y, lower, assume_a, transposed)
    b: u
    y_dot: solve_like(a, b_dot - read_product(a_dot, y, lower, assume_a, transposed), b, lower, assume_a, transposed)


@general(linalg.inv, kind=of.matrix, cases=("f(R(3))",))
def inv(a, *, check_finite=True, assume_a=None, lower=False, y, g):
    a: read_of(-transposed(y) @ g @ transposed(y), lower, inverted(assume_a))
    y_dot: -(y @ meant(a_dot, lower, inverted(assume_a)) @ y)


@general(linalg.det, kind=of.number, cases=("f(R(3))",))
def det(a, *, check_finite=True, y, g):
    a: det_cotangent(g, a, y)
    y_dot: det_tangent(a_dot, a)


@general(linalg.cholesky, kind=of.matrix, cases=("f(P(3))", "f(P(3), lower=True)"))
def cholesky(a, lower=False, *, check_finite=True, y, g):
    a: factor_cotangent(g, y, lower)
    y_dot: factor_tangent(a_dot, y, lower)


@general(linalg.cho_factor, kind=of.factor, cases=("f(np.triu(P(3)))", "f(np.tril(P(3)), lower=True)"))
def cho_factor(a, lower=False, *, check_finite=True, y, g):
    a: cho_factor_cotangent(g[0], y[0], lower)
    y_dot: (cho_factor_tangent(a_dot, y[0], lower), None)


@general(linalg.expm, kind=of.matrix, cases=("f(A(3, 3))", "f(A(2, 2, 2))"))
def expm(A, *, g):
    A: expm_cotangent(g, A)
    y_dot: expm_cotangent(A_dot, transposed(A))


@general(words_scipy.expm_cotangent, kind=shapes.unknown_array,
         cases=("f(A(3, 3), A(3, 3))", "f(A(2, 2, 2), A(2, 2, 2))", "f(C(2, 2), C(2, 2))"))  # fmt: skip
def expm_cotangent_(value, a, /, *, g):
    value: expm_cotangent(g, transposed(a))
    a: expm_second(g, value, a)
    y_dot: expm_cotangent(value_dot, a) + expm_moved(a_dot, value, a)


@linear(linalg.block_diag, kind=of.matrix_of, cases=("f(A(2, 2), A(3, 1))", "f(A(2), A(1, 2))"))
def block_diag(*arrs, g):
    arrs: block_parts(g, arrs)


@linear(linalg.toeplitz, kind=of.matrix_of, cases=("f(A(3))", "f(A(3), A(4))"))
def toeplitz(c, r=None, *, g):
    parts = toeplitz_parts(g, c, r)
    c: parts[0]
    r: parts[1]


@general(
    linalg.cho_solve,
    kind=of.factor_solved,
    broadcast="b",
    cases=("f((np.tril(R(3)), True), A(3))", "f((np.triu(R(3)), False), A(3, 2))"),
)
def cho_solve(c_and_lower, b, *, check_finite=True, y, g):
    c_and_lower: (cho_solve_factor(g, c_and_lower, b, y), None)
    b: cho_solve_right(g, c_and_lower)
    y_dot: cho_solve_tangent(c_and_lower_dot, b_dot, c_and_lower, y)


from srcgrad.rules import scipy_matrices  # noqa: E402, F401 - reads the second part
