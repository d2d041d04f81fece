"""Rules for `scipy.special`: binomials, orthogonal polynomials and spherical harmonics."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import elementwise, general
from srcgrad.rules.scipy_special import ANALYTIC, POSITIVE, REAL, named

named(
    "eval_chebyu", "eval_hermite", "eval_hermitenorm", "eval_gegenbauer", "eval_genlaguerre", "eval_jacobi",
    "eval_sh_jacobi", "lpmv",
)  # fmt: skip

# ------------------------------------------------------------------------------------------- binomials, polynomials


@elementwise(special.binom, **REAL, domain=((4.2, 6.0), (0.5, 3.0)))
def binom(n, k, /, *, y):
    n: y * (psi(n + 1.0) - psi(n - k + 1.0))
    k: y * (psi(n - k + 1.0) - psi(k + 1.0))


@elementwise(special.poch, **REAL, domain=POSITIVE)
def poch(z, m, /, *, y):
    z: y * (psi(z + m) - psi(z))
    m: y * psi(z + m)


@elementwise(special.comb, kind=of.combined_first_two,
             cases=("f(0.5 * A(3) + 6.5, 2.5)", "f(6.5, A(2, 3) + 3.2)", "f(np.array([2.5, 6.5]), 4.0)"))  # fmt: skip
def comb(N, k, *, exact=False, y):
    N: comb_slope(y, N + 1.0, N - k + 1.0)
    k: comb_slope(y, N - k + 1.0, k + 1.0)


@elementwise(special.perm, kind=of.combined_first_two,
             cases=("f(0.5 * A(3) + 6.5, 2.5)", "f(6.5, A(2, 3) + 3.2)", "f(np.array([2.5, 6.5]), 4.0)"))  # fmt: skip
def perm(N, k, exact=False, *, y):
    N: comb_slope(y, N + 1.0, N - k + 1.0)
    k: comb_slope(y, N - k + 1.0, None)


@elementwise(special.factorial, kind=of.like_first, cases=("f(A(3) + 3.0)", "f(S())", "f(np.array([-2.0, 1.5]))"))
def factorial(n, exact=False, extend="zero", *, y):
    n: comb_slope(y, n + 1.0, None)


@elementwise(special.gammasgn, **REAL)
def gammasgn(x, /):
    x: 0


@general(special.multigammaln, kind=of.like_first, cases=("f(A(3) + 5.0, 2)", "f(S() + 3.0, 3)"))
def multigammaln(a, d, *, g):
    a: g * multigamma_slope(a, d)
    y_dot: a_dot * multigamma_slope(a, d)


DEGREES = ("f(3, A(4))", "f(0, A(2))", "f(np.array([0, 1, 2, 5]), S())", "f(1, A(2))")


@elementwise(special.eval_legendre, **ANALYTIC, cases=DEGREES)
def eval_legendre(n, x, /):
    x: degree_slope(n, 1.0, eval_gegenbauer(n - 1, 1.5, x))


@elementwise(special.eval_chebyt, **ANALYTIC, cases=DEGREES)
def eval_chebyt(n, x, /):
    x: degree_slope(n, n, eval_chebyu(n - 1, x))


@elementwise(special.eval_chebyu, **ANALYTIC, cases=DEGREES)
def eval_chebyu_(n, x, /):
    x: degree_slope(n, 2.0, eval_gegenbauer(n - 1, 2.0, x))


@elementwise(special.eval_hermite, **REAL, cases=DEGREES)
def eval_hermite_(n, x, /):
    x: degree_slope(n, 2.0 * n, eval_hermite(np.maximum(n - 1, 0), x))


@elementwise(special.eval_hermitenorm, **REAL, cases=DEGREES)
def eval_hermitenorm_(n, x, /):
    x: degree_slope(n, n, eval_hermitenorm(np.maximum(n - 1, 0), x))


@elementwise(special.eval_laguerre, **ANALYTIC, cases=DEGREES)
def eval_laguerre(n, x, /):
    x: degree_slope(n, -1.0, eval_genlaguerre(n - 1, 1.0, x))


@elementwise(special.eval_genlaguerre, **ANALYTIC, cases=("f(3, 0.5, A(4))", "f(0, 1.5, A(2))"))
def eval_genlaguerre_(n, alpha, x, /):
    x: degree_slope(n, -1.0, eval_genlaguerre(n - 1, alpha + 1.0, x))


@elementwise(special.eval_gegenbauer, **ANALYTIC, cases=("f(3, 0.5, A(4))", "f(0, 1.5, A(2))"))
def eval_gegenbauer_(n, alpha, x, /):
    x: degree_slope(n, 2.0 * alpha, eval_gegenbauer(n - 1, alpha + 1.0, x))


@elementwise(special.eval_jacobi, **ANALYTIC, cases=("f(3, 0.5, 1.5, A(4))", "f(0, 1.5, 0.5, A(2))"))
def eval_jacobi_(n, alpha, beta, x, /):
    x: degree_slope(n, 0.5 * (n + alpha + beta + 1.0), eval_jacobi(n - 1, alpha + 1.0, beta + 1.0, x))


@elementwise(special.eval_chebyc, **ANALYTIC, cases=DEGREES)
def eval_chebyc(n, x, /):
    x: degree_slope(n, n, eval_chebyu(n - 1, 0.5 * x))


@elementwise(special.eval_chebys, **ANALYTIC, cases=DEGREES)
def eval_chebys(n, x, /):
    x: degree_slope(n, 1.0, eval_gegenbauer(n - 1, 2.0, 0.5 * x))


@elementwise(special.eval_sh_legendre, **ANALYTIC, cases=DEGREES)
def eval_sh_legendre(n, x, /):
    x: degree_slope(n, 2.0, eval_gegenbauer(n - 1, 1.5, 2.0 * x - 1.0))


@elementwise(special.eval_sh_chebyt, **ANALYTIC, cases=DEGREES)
def eval_sh_chebyt(n, x, /):
    x: degree_slope(n, 2.0 * n, eval_chebyu(n - 1, 2.0 * x - 1.0))


@elementwise(special.eval_sh_chebyu, **ANALYTIC, cases=DEGREES)
def eval_sh_chebyu(n, x, /):
    x: degree_slope(n, 4.0, eval_gegenbauer(n - 1, 2.0, 2.0 * x - 1.0))


@elementwise(special.eval_sh_jacobi, **ANALYTIC, cases=("f(3, 2.5, 1.5, A(4))", "f(0, 2.5, 1.5, A(2))"))
def eval_sh_jacobi_(n, p, q, x, /):
    x: degree_slope(n, n, eval_sh_jacobi(np.maximum(n - 1, 0), p + 2.0, q + 1.0, x))


if hasattr(special, "sph_harm_y"):
    named("sph_harm_y")
    PLACES = (
        "f(2, 1, A(3), A(3))",
        "f(3, 0, S(), A(2))",
        "f(1, -1, A(2, 3), S())",
        "f(2, 2, np.array([0.0, 1.0]), 0.5)",
    )

    @elementwise(special.sph_harm_y, kind=of.complex_combined, cases=PLACES)
    def sph_harm_y_(n, m, theta, phi, /, *, y):
        theta: polar_slope(n, m, theta, phi)
        phi: 1j * m * y


@elementwise(special.lpmv, **REAL, cases=("f(1, 2.5, 0.3 * A(3))", "f(0, 3.0, 0.3)", "f(np.array([0, 2]), 3, 0.5)"))
def lpmv_(m, v, x, /, *, y):
    x: (v * x * y - (v + m) * lpmv(m, v - 1.0, x)) / (x * x - 1.0)
