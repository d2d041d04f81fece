"""Rules for `scipy.linalg`, second part: factorisations, functions of matrices, equations with structure."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import linalg

from srcgrad.analysis import shapes_scipy as of
from srcgrad.analysis import shapes_scipy_linalg as on
from srcgrad.rules import scipy_linalg  # noqa: F401 - words of the first part
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.language import general, linear
from srcgrad.rules.scipy_speed import without_speed
from srcgrad.runtime import words, words_scipy_banded, words_scipy_factors, words_scipy_linalg

words.WORDS.update(words.words_of(words_scipy_linalg))
CONSTANTS.update((words_scipy_linalg.pivot_order, words_scipy_linalg.lu_order))
words.WORDS.update(words.words_of(words_scipy_factors))
words.WORDS.update(words.words_of(words_scipy_banded))

# matrices whose eigenvalues lie apart
GENERIC = "np.diag([1.0, 2.0, 4.0]) + 0.1 * A(3, 3)"
APART = "np.diag([1.0, 3.0, 7.0]) + 0.05 * P(3)"

# ------------------------------------------------------------------------------------------------------ LU, QR


@general(
    linalg.lu_factor, kind=on.lu_factors, cases=("f(R(3))", "f(A(4, 4))", "f(C(3, 3))", "f(A(4, 2))", "f(A(2, 3))")
)
def lu_factor(a, *, check_finite=True, y, g):
    a: lu_factor_cotangent(g[0], y)
    y_dot: (lu_factor_tangent(y, a_dot), None)


# tested through programs: the rows' changes of places are integers, which differences cannot move
@general(linalg.lu_solve, kind=of.packed_solved, broadcast="b")
def lu_solve(lu_and_piv, b, trans=0, *, check_finite=True, y, g):
    lu_and_piv: (lu_solve_factor(g, lu_and_piv, y, trans), None)
    b: lu_solve_right(g, lu_and_piv, trans)
    y_dot: lu_solve_tangent(lu_and_piv_dot, b_dot, lu_and_piv, y, trans)


@general(
    linalg.lu,
    kind=on.lu_parts,
    cases=("f(R(3))", "f(A(3, 3), permute_l=True)", "f(A(4, 4), True)", "f(A(4, 2))", "f(A(2, 4), True)",
           "f(A(4, 3), True)", "f(C(2, 3))"),
)  # fmt: skip
def lu(a, permute_l=False, *, check_finite=True, p_indices=False, y, g):
    a: lu_cotangent(g, a, y, permute_l)
    y_dot: lu_tangent(a_dot, a, y, permute_l)


@general(
    linalg.qr,
    kind=on.qr_parts,
    cases=("f(A(3, 3))", "f(A(2, 4))", "f(A(4, 2), mode='economic')", "f(A(4, 2), mode='r')",
           "f(A(3, 3), pivoting=True)", "f(A(4, 2), mode='economic', pivoting=True)"),
)  # fmt: skip
def qr(a, *, check_finite=True, mode="full", pivoting=False, y, g):
    a: qr_parts_cotangent(g, a, y, mode, pivoting)
    y_dot: qr_parts_tangent(a_dot, a, y, mode, pivoting)


# --------------------------------------------------------------------------------- eigenvalues and singular values


@general(
    linalg.eigh,
    kind=on.eigh_parts,
    cases=(f"f({APART}, P(3))", f"f({APART}, P(3), lower=False)", f"f({APART}, lower=False, eigvals_only=True)",
           "f(P(3), eigvals_only=True)", "f(P(3), P(3), eigvals_only=True)"),
)  # fmt: skip
def eigh(a, b=None, *, check_finite=True, lower=True, eigvals_only=False, driver=None, y, g):
    parts = eigh_pair_cotangents(g, a, b, y, lower, eigvals_only)
    a: parts[0]
    b: parts[1]
    y_dot: eigh_pair_tangent(a_dot, b_dot, a, b, y, lower, eigvals_only)


@general(linalg.eigvalsh, kind=on.matrix_values, cases=("f(P(3))", "f(P(3), lower=False)", "f(P(3), P(3))"))
def eigvalsh(a, b=None, *, check_finite=True, lower=True, y, g):
    parts = eigh_pair_cotangents(g, a, b, y, lower, True)
    a: parts[0]
    b: parts[1]
    y_dot: eigh_pair_tangent(a_dot, b_dot, a, b, y, lower, True)


@general(linalg.eig, kind=on.eig_parts, cases=(f"f({GENERIC})", "f(R(2))"))
def eig(a, *, check_finite=True, y, g):
    a: eig_cotangent(g[0], g[1], y[0], y[1])
    y_dot: scipy_eig_tangent(a_dot, y)


@general(linalg.eigvals, kind=on.complex_values, cases=(f"f({GENERIC})", "f(C(2, 2))"))
def eigvals(a, *, check_finite=True, g):
    a: eigvals_cotangent(g, a)
    y_dot: scipy_eigvals_tangent(a_dot, a)


@general(
    linalg.svd,
    kind=on.svd_parts,
    cases=("f(A(3, 4))", "f(A(4, 3), False)", "f(A(2, 4), full_matrices=False)", "f(A(4, 2), compute_uv=False)"),
)
def svd(a, full_matrices=True, compute_uv=True, *, check_finite=True, lapack_driver="gesdd", y, g):
    a: svdvals_cotangent(g, a) if compute_uv is False else svd_cotangent(g, a, y)
    y_dot: scipy_svdvals_tangent(a_dot, a) if compute_uv is False else svd_tangent(a_dot, a, y)


@general(linalg.svdvals, kind=on.matrix_values, cases=("f(A(3, 2))", "f(C(2, 2))"))
def svdvals(a, *, check_finite=True, g):
    a: svdvals_cotangent(g, a)
    y_dot: scipy_svdvals_tangent(a_dot, a)


@general(linalg.pinv, kind=on.turned, cases=("f(A(3, 3))", "f(A(4, 2))", "f(C(3, 2))"))
def pinv(a, *, atol=None, rtol=None, check_finite=True, y, g):
    a: pinv_cotangent(g, a, y)
    atol: 0
    rtol: 0
    y_dot: scipy_pinv_tangent(a_dot, a, y)


@general(
    linalg.lstsq,
    kind=on.least_squares,
    broadcast=("a", "b"),
    cases=("f(A(4, 2), A(4))", "f(A(4, 2), A(4, 3))", "f(A(2, 4), A(2))", "f(R(3), A(3), 1e-9)"),
)
def lstsq(a, b, cond=None, *, check_finite=True, lapack_driver=None, y, g):
    parts = scipy_lstsq_cotangents(g, a, b, y, cond, lapack_driver)
    a: parts[0]
    b: parts[1]
    cond: 0
    y_dot: scipy_lstsq_tangent(a_dot, b_dot, a, b, y, cond, lapack_driver)


@general(
    linalg.norm,
    kind=on.norm,
    cases=("f(A(3))", "f(A(3, 4))", "f(A(3, 4), axis=0)", "f(A(3, 4), 'fro')", "f(A(3, 4), 1, axis=1)", "f(A(4), 3)",
           "f(A(3, 4), np.inf, 0, True)", "f(A(3, 4), 2)", "f(A(3, 4), 1)", "f(C(3))"),
)  # fmt: skip
def norm(a, ord=None, axis=None, keepdims=False, *, check_finite=True, y, g):
    a: norm_cotangent(g, a, y, ord, axis, keepdims)
    y_dot: paired(norm_cotangent(np.ones_like(y), a, y, ord, axis, keepdims), a_dot, axis, keepdims)


# ------------------------------------------------------------------------------------------- functions of matrices


@general(linalg.sqrtm, kind=on.maybe_complex_matrix, cases=("f(P(3))", "f(R(3) + 3.0 * np.eye(3))"))
def sqrtm(A, *, y, g):
    A: sqrtm_cotangent(g, A, y)
    y_dot: sylvester(y, y, A_dot)


# in single precision SciPy warns of inaccuracy
@general(linalg.logm, kind=on.maybe_complex_matrix,
         cases=("f(P(3).astype(float))", "f((R(3) + 3.0 * np.eye(3)).astype(float))"))  # fmt: skip
def logm_(A, *, g):
    A: matrix_function_cotangent("logm", g, A)
    y_dot: matrix_function_tangent("logm", A_dot, A)


@general(linalg.cosm, kind=of.matrix, cases=("f(A(3, 3))",))
def cosm_(A, *, g):
    A: matrix_function_cotangent("cosm", g, A)
    y_dot: matrix_function_tangent("cosm", A_dot, A)


@general(linalg.sinm, kind=of.matrix, cases=("f(A(3, 3))",))
def sinm_(A, *, g):
    A: matrix_function_cotangent("sinm", g, A)
    y_dot: matrix_function_tangent("sinm", A_dot, A)


@general(linalg.tanhm, kind=of.matrix, cases=("f(A(3, 3))",))
def tanhm_(A, *, g):
    A: matrix_function_cotangent("tanhm", g, A)
    y_dot: matrix_function_tangent("tanhm", A_dot, A)


@general(linalg.coshm, kind=of.matrix, cases=("f(A(3, 3))",))
def coshm_(A, *, g):
    A: matrix_function_cotangent("coshm", g, A)
    y_dot: matrix_function_tangent("coshm", A_dot, A)


@general(linalg.sinhm, kind=of.matrix, cases=("f(A(3, 3))",))
def sinhm_(A, *, g):
    A: matrix_function_cotangent("sinhm", g, A)
    y_dot: matrix_function_tangent("sinhm", A_dot, A)


@general(linalg.tanm, kind=of.matrix, cases=("f(0.3 * A(3, 3))",))
def tanm_(A, *, g):
    A: matrix_function_cotangent("tanm", g, A)
    y_dot: matrix_function_tangent("tanm", A_dot, A)


@general(linalg.fractional_matrix_power, kind=on.maybe_complex_matrix, cases=("f(P(3), 0.5)", "f(P(2), -1.3)"))
def fractional_matrix_power(A, t, *, g):
    A: matrix_power_function_cotangent(g, A, t)
    y_dot: matrix_power_function_tangent(A_dot, A, t)


# ----------------------------------------------------------------------------------------- equations with structure


@general(linalg.solve_sylvester, kind=on.like_third, cases=("f(P(3), P(2), A(3, 2))",))
def solve_sylvester(a, b, q, *, y, g):
    s = sylvester(transposed(a), transposed(b), g)
    a: -s @ transposed(y)
    b: -transposed(y) @ s
    q: s
    y_dot: sylvester(a, b, q_dot - a_dot @ y - y @ b_dot)


@general(linalg.solve_continuous_lyapunov, kind=of.matrix_of_two, cases=("f(P(3), A(3, 3))",))
def solve_continuous_lyapunov(a, q, *, y, g):
    s = sylvester(transposed(a), a, g)
    a: -s @ transposed(y) - transposed(s) @ y
    q: s
    y_dot: sylvester(a, transposed(a), q_dot - a_dot @ y - y @ transposed(a_dot))


@general(linalg.solve_discrete_lyapunov, kind=of.matrix_of_two, cases=("f(0.2 * A(3, 3), A(3, 3))",))
def solve_discrete_lyapunov(a, q, *, y, g):
    s = discrete_lyapunov(transposed(a), g)
    a: s @ a @ transposed(y) + transposed(s) @ a @ y
    q: s
    y_dot: discrete_lyapunov(a, q_dot + a_dot @ y @ transposed(a) + a @ y @ transposed(a_dot))


@general(
    linalg.solve_banded,
    kind=on.banded_solved, broadcast=("ab", "b"),
    cases=("f((1, 1), A(3, 4) + np.array([[0.0], [6.0], [0.0]]), A(4))",
           "f((2, 1), A(4, 5) + np.array([[0.0], [9.0], [0.0], [0.0]]), A(5, 2))",
           "f((0, 1), A(2, 4) + np.array([[0.0], [5.0]]), A(4))"),
)  # fmt: skip
def solve_banded(l_and_u, ab, b, *, check_finite=True, y, g):
    u = banded_solve_right(g, l_and_u, ab)
    ab: banded_parts(u, y, l_and_u, ab)
    b: u
    y_dot: banded_again(l_and_u, ab, b_dot - banded_product(l_and_u, ab_dot, y))


@general(
    linalg.solveh_banded,
    kind=on.hermitian_banded_solved, broadcast=("ab", "b"),
    cases=("f(np.array([[0.5], [6.0]]) + 0.3 * A(2, 4), A(4))",
           "f(np.array([[6.0], [0.5], [0.1]]) + 0.3 * A(3, 5), A(5, 2), lower=True)"),
)  # fmt: skip
def solveh_banded(ab, b, *, check_finite=True, lower=False, y, g):
    u = hermitian_banded_again(ab, g, lower)
    ab: hermitian_banded_parts(u, y, ab, lower)
    b: u
    y_dot: hermitian_banded_again(ab, b_dot - hermitian_banded_product(ab_dot, y, lower), lower)


@linear(linalg.circulant, kind=on.square_of, cases=("f(A(4))", "f(A(1))"))
def circulant(c, *, g):
    c: circulant_parts(g, c)


@linear(linalg.hankel, kind=of.matrix_of, cases=("f(A(3))", "f(A(3), A(4))"))
def hankel(c, r=None, *, g):
    parts = hankel_parts(g, c, r)
    c: parts[0]
    r: parts[1]


for _name in linalg.__all__:
    without_speed(getattr(linalg, _name))

from srcgrad.rules import scipy_equations  # noqa: E402, F401 - reads the third part
