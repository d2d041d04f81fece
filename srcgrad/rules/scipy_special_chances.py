"""Rules for `scipy.special`, third part: binomials, orthogonal polynomials, losses, distribution functions and their
inverses."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules import scipy_special  # noqa: F401 - words of the first part
from srcgrad.rules.language import elementwise, general
from srcgrad.runtime import words

NAMED = ("eval_chebyu", "eval_hermite", "eval_hermitenorm", "eval_gegenbauer", "eval_genlaguerre")
words.WORDS.update({name: getattr(special, name) for name in NAMED})

KIND = {"kind": shapes.elementwise_array, "holomorphic": False}
POSITIVE = (0.5, 3.0)
UNIT = (0.1, 0.9)
ARRAY = {"kind": shapes.elementwise_array}

# ------------------------------------------------------------------------------------------- binomials, polynomials


@elementwise(special.binom, **KIND, domain=((4.2, 6.0), (0.5, 3.0)))
def binom(n, k, /, *, y):
    n: y * (psi(n + 1.0) - psi(n - k + 1.0))
    k: y * (psi(n - k + 1.0) - psi(k + 1.0))


@elementwise(special.poch, **KIND, domain=POSITIVE)
def poch(z, m, /, *, y):
    z: y * (psi(z + m) - psi(z))
    m: y * psi(z + m)


@general(special.multigammaln, kind=of.like_first, cases=("f(A(3) + 5.0, 2)", "f(S() + 3.0, 3)"))
def multigammaln(a, d, *, g):
    a: g * multigamma_slope(a, d)
    y_dot: a_dot * multigamma_slope(a, d)


DEGREES = ("f(3, A(4))", "f(0, A(2))", "f(np.array([0, 1, 2, 5]), S())", "f(1, A(2))")


@general(special.eval_legendre, **ARRAY, cases=DEGREES)
def eval_legendre(n, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, 1.0, eval_gegenbauer(n - 1, 1.5, x)), x)
    y_dot: x_dot * degree_slope(n, 1.0, eval_gegenbauer(n - 1, 1.5, x))


@general(special.eval_chebyt, **ARRAY, cases=DEGREES)
def eval_chebyt(n, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, n, eval_chebyu(n - 1, x)), x)
    y_dot: x_dot * degree_slope(n, n, eval_chebyu(n - 1, x))


@general(special.eval_chebyu, **ARRAY, cases=DEGREES)
def eval_chebyu_(n, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, 2.0, eval_gegenbauer(n - 1, 2.0, x)), x)
    y_dot: x_dot * degree_slope(n, 2.0, eval_gegenbauer(n - 1, 2.0, x))


@general(special.eval_hermite, **ARRAY, cases=DEGREES)
def eval_hermite_(n, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, 2.0 * n, eval_hermite(np.maximum(n - 1, 0), x)), x)
    y_dot: x_dot * degree_slope(n, 2.0 * n, eval_hermite(np.maximum(n - 1, 0), x))


@general(special.eval_hermitenorm, **ARRAY, cases=DEGREES)
def eval_hermitenorm_(n, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, n, eval_hermitenorm(np.maximum(n - 1, 0), x)), x)
    y_dot: x_dot * degree_slope(n, n, eval_hermitenorm(np.maximum(n - 1, 0), x))


@general(special.eval_laguerre, **ARRAY, cases=DEGREES)
def eval_laguerre(n, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, -1.0, eval_genlaguerre(n - 1, 1.0, x)), x)
    y_dot: x_dot * degree_slope(n, -1.0, eval_genlaguerre(n - 1, 1.0, x))


@general(special.eval_genlaguerre, **ARRAY, cases=("f(3, 0.5, A(4))", "f(0, 1.5, A(2))"))
def eval_genlaguerre_(n, alpha, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, -1.0, eval_genlaguerre(n - 1, alpha + 1.0, x)), x)
    y_dot: x_dot * degree_slope(n, -1.0, eval_genlaguerre(n - 1, alpha + 1.0, x))


@general(special.eval_gegenbauer, **ARRAY, cases=("f(3, 0.5, A(4))", "f(0, 1.5, A(2))"))
def eval_gegenbauer_(n, alpha, x, /, *, g):
    x: unbroadcast(g * degree_slope(n, 2.0 * alpha, eval_gegenbauer(n - 1, alpha + 1.0, x)), x)
    y_dot: x_dot * degree_slope(n, 2.0 * alpha, eval_gegenbauer(n - 1, alpha + 1.0, x))


# ---------------------------------------------------------------------------------------------- losses, transforms


@elementwise(special.pseudo_huber, **KIND, domain=(POSITIVE, (-2.0, 2.0)))
def pseudo_huber(delta, r, /):
    delta: pseudo_huber_scale(delta, r)
    r: r / np.sqrt(1.0 + (r / delta) ** 2)


@elementwise(special.boxcox, **KIND, domain=(POSITIVE, (-1.5, 1.5)))
def boxcox(x, lmbda, /):
    x: x ** (lmbda - 1.0)
    lmbda: boxcox_slope(np.log(x), lmbda)


@elementwise(special.boxcox1p, **KIND, domain=(POSITIVE, (-1.5, 1.5)))
def boxcox1p(x, lmbda, /):
    x: (1.0 + x) ** (lmbda - 1.0)
    lmbda: boxcox_slope(np.log1p(x), lmbda)


@elementwise(special.inv_boxcox, **KIND, domain=((0.1, 0.6), (-1.2, 1.2)))
def inv_boxcox(v, lmbda, /, *, y):
    v: y ** (1.0 - lmbda)
    lmbda: -(y ** (1.0 - lmbda)) * boxcox_slope(np.log(y), lmbda)


@elementwise(special.inv_boxcox1p, **KIND, domain=((0.1, 0.6), (-1.2, 1.2)))
def inv_boxcox1p(v, lmbda, /, *, y):
    v: (1.0 + y) ** (1.0 - lmbda)
    lmbda: -((1.0 + y) ** (1.0 - lmbda)) * boxcox_slope(np.log1p(y), lmbda)


if hasattr(special, "softplus"):

    @elementwise(special.softplus, **KIND)
    def softplus(x, /):
        x: expit(x)


# ------------------------------------------------------------------------------ distribution functions and inverses


@elementwise(special.gammaincinv, **KIND, domain=(POSITIVE, UNIT))
def gammaincinv(a, v, /, *, y):
    a: -gamma_cdf_slope(y, a) / gammainc_slope(a, y)
    v: 1.0 / gammainc_slope(a, y)


@elementwise(special.gammainccinv, **KIND, domain=(POSITIVE, UNIT))
def gammainccinv(a, v, /, *, y):
    a: -gamma_cdf_slope(y, a) / gammainc_slope(a, y)
    v: -1.0 / gammainc_slope(a, y)


@elementwise(special.betaincinv, **KIND, cases=("f(S(), S(), 0.5 + 0.2 * A(3))", "f(A(2, 1) + 3.0, A(3) + 3.0, 0.4)"))
def betaincinv(a, b, v, /, *, y):
    a: -beta_cdf_slope(y, a, b) / betainc_slope(a, b, y)
    b: beta_cdf_slope(1.0 - y, b, a) / betainc_slope(a, b, y)
    v: 1.0 / betainc_slope(a, b, y)


@elementwise(special.stdtr, **KIND, domain=((1.5, 5.0), (-2.0, 2.0)))
def stdtr(df, t, /):
    df: student_cdf_slope(t, df)
    t: student_density(df, t)


@elementwise(special.stdtrit, **KIND, domain=((1.5, 5.0), UNIT))
def stdtrit(df, p, /, *, y):
    df: -student_cdf_slope(y, df) / student_density(df, y)
    p: 1.0 / student_density(df, y)


@elementwise(special.chdtr, **KIND, domain=POSITIVE)
def chdtr(v, x, /):
    v: 0.5 * gamma_cdf_slope(0.5 * x, 0.5 * v)
    x: 0.5 * gammainc_slope(0.5 * v, 0.5 * x)


@elementwise(special.chdtrc, **KIND, domain=POSITIVE)
def chdtrc(v, x, /):
    v: -0.5 * gamma_cdf_slope(0.5 * x, 0.5 * v)
    x: -0.5 * gammainc_slope(0.5 * v, 0.5 * x)


@general(special.pdtr, **ARRAY, cases=("f(2.0, A(3) + 3.0)",))
def pdtr(k, m, /, *, g):
    m: unbroadcast(-g * gammainc_slope(np.floor(k) + 1.0, m), m)
    y_dot: -m_dot * gammainc_slope(np.floor(k) + 1.0, m)


@general(special.pdtrc, **ARRAY, cases=("f(2.0, A(3) + 3.0)",))
def pdtrc(k, m, /, *, g):
    m: unbroadcast(g * gammainc_slope(np.floor(k) + 1.0, m), m)
    y_dot: m_dot * gammainc_slope(np.floor(k) + 1.0, m)
