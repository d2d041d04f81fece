"""Rules for `scipy.special`: losses, transforms, distribution functions and their inverses."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.rules.language import elementwise
from srcgrad.rules.scipy_special import POSITIVE, REAL, SHAPES, UNIT, named

named("ndtri")
SCALED = ("f(A(3) + 3.0, S(), S())", "f(0.7, A(3) + 3.0, A(2, 3) + 3.0)")
RATIOS = ("f(A(3) + 3.0, S(), A(3) + 3.0)", "f(3.5, A(2, 1) + 3.0, S())")
EVENTS = ("f(np.array([2.0, 1.0, 0.0]), 5, 0.5 + 0.2 * A(3))", "f(np.array([0.0, 1.0]), 4, 0.3)")
WHOLE = ("f(2, 5, 0.5 + 0.2 * A(3))", "f(np.array([0, 1]), 4, 0.3)")

# ---------------------------------------------------------------------------------------------- losses, transforms


@elementwise(special.pseudo_huber, **REAL, domain=(POSITIVE, (-2.0, 2.0)))
def pseudo_huber(delta, r, /):
    delta: pseudo_huber_scale(delta, r)
    r: r / np.hypot(1.0, r / delta)


@elementwise(special.boxcox, **REAL, domain=(POSITIVE, (-1.5, 1.5)))
def boxcox(x, lmbda, /):
    x: x ** (lmbda - 1.0)
    lmbda: boxcox_slope(np.log(x), lmbda)


@elementwise(special.boxcox1p, **REAL, domain=(POSITIVE, (-1.5, 1.5)))
def boxcox1p(x, lmbda, /):
    x: np.exp((lmbda - 1.0) * np.log1p(x))
    lmbda: boxcox_slope(np.log1p(x), lmbda)


@elementwise(special.inv_boxcox, **REAL, domain=((0.1, 0.6), (-1.2, 1.2)))
def inv_boxcox(v, lmbda, /, *, y):
    v: y ** (1.0 - lmbda)
    lmbda: -(y ** (1.0 - lmbda)) * boxcox_slope(np.log(y), lmbda)


@elementwise(special.inv_boxcox1p, **REAL, domain=((0.1, 0.6), (-1.2, 1.2)))
def inv_boxcox1p(v, lmbda, /, *, y):
    v: (1.0 + y) ** (1.0 - lmbda)
    lmbda: -((1.0 + y) ** (1.0 - lmbda)) * boxcox_slope(np.log1p(y), lmbda)


if hasattr(special, "softplus"):

    @elementwise(special.softplus, **REAL)
    def softplus(x, /):
        x: expit(x)


# ------------------------------------------------------------------------------ distribution functions and inverses


@elementwise(special.gammaincinv, **REAL, domain=(POSITIVE, UNIT))
def gammaincinv(a, v, /, *, y):
    a: -gamma_cdf_slope(y, a) / gammainc_slope(a, y)
    v: 1.0 / gammainc_slope(a, y)


@elementwise(special.gammainccinv, **REAL, domain=(POSITIVE, UNIT))
def gammainccinv(a, v, /, *, y):
    a: -gamma_cdf_slope(y, a) / gammainc_slope(a, y)
    v: -1.0 / gammainc_slope(a, y)


@elementwise(special.betaincinv, **REAL, cases=SHAPES)
def betaincinv(a, b, v, /, *, y):
    a: -beta_cdf_slope(y, a, b) / betainc_slope(a, b, y)
    b: beta_cdf_slope(1.0 - y, b, a) / betainc_slope(a, b, y)
    v: 1.0 / betainc_slope(a, b, y)


if hasattr(special, "betainccinv"):

    @elementwise(special.betainccinv, **REAL, cases=SHAPES)
    def betainccinv(a, b, v, /, *, y):
        a: -beta_cdf_slope(y, a, b) / betainc_slope(a, b, y)
        b: beta_cdf_slope(1.0 - y, b, a) / betainc_slope(a, b, y)
        v: -1.0 / betainc_slope(a, b, y)


@elementwise(special.stdtr, **REAL, domain=((1.5, 5.0), (-2.0, 2.0)))
def stdtr(df, t, /):
    df: student_cdf_slope(t, df)
    t: student_density(df, t)


@elementwise(special.stdtrit, **REAL, domain=((1.5, 5.0), UNIT))
def stdtrit(df, p, /, *, y):
    df: -student_cdf_slope(y, df) / student_density(df, y)
    p: 1.0 / student_density(df, y)


@elementwise(special.chdtr, **REAL, domain=POSITIVE)
def chdtr(v, x, /):
    v: 0.5 * gamma_cdf_slope(0.5 * x, 0.5 * v)
    x: 0.5 * gammainc_slope(0.5 * v, 0.5 * x)


@elementwise(special.chdtrc, **REAL, domain=POSITIVE)
def chdtrc(v, x, /):
    v: -0.5 * gamma_cdf_slope(0.5 * x, 0.5 * v)
    x: -0.5 * gammainc_slope(0.5 * v, 0.5 * x)


@elementwise(special.chdtri, **REAL, domain=((1.5, 4.0), UNIT))
def chdtri(v, p, /, *, y):
    v: -gamma_cdf_slope(0.5 * y, 0.5 * v) / gammainc_slope(0.5 * v, 0.5 * y)
    p: -2.0 / gammainc_slope(0.5 * v, 0.5 * y)


@elementwise(special.gdtr, **REAL, cases=SCALED)
def gdtr(a, b, x, /):
    a: x * gammainc_slope(b, a * x)
    b: gamma_cdf_slope(a * x, b)
    x: a * gammainc_slope(b, a * x)


@elementwise(special.gdtrc, **REAL, cases=SCALED)
def gdtrc(a, b, x, /):
    a: -x * gammainc_slope(b, a * x)
    b: -gamma_cdf_slope(a * x, b)
    x: -a * gammainc_slope(b, a * x)


@elementwise(special.gdtrix, **REAL, cases=("f(A(3) + 3.0, S(), 0.5 + 0.2 * A(3))",))
def gdtrix(a, b, p, /, *, y):
    a: -y / a
    b: -gamma_cdf_slope(a * y, b) / (a * gammainc_slope(b, a * y))
    p: 1.0 / (a * gammainc_slope(b, a * y))


@elementwise(special.gdtria, **REAL, cases=("f(0.5 + 0.2 * A(3), S(), A(3) + 3.0)",))
def gdtria(p, b, x, /, *, y):
    p: 1.0 / (x * gammainc_slope(b, y * x))
    b: -gamma_cdf_slope(y * x, b) / (x * gammainc_slope(b, y * x))
    x: -y / x


@elementwise(special.gdtrib, **REAL, cases=("f(A(3) + 3.0, 0.5 + 0.2 * A(3), S())",))
def gdtrib(a, p, x, /, *, y):
    a: -x * gammainc_slope(y, a * x) / gamma_cdf_slope(a * x, y)
    p: 1.0 / gamma_cdf_slope(a * x, y)
    x: -a * gammainc_slope(y, a * x) / gamma_cdf_slope(a * x, y)


@elementwise(special.btdtria, **REAL, cases=("f(0.5 + 0.2 * A(3), S(), 0.5)",))
def btdtria(p, b, x, /, *, y):
    p: 1.0 / beta_cdf_slope(x, y, b)
    b: beta_cdf_slope(1.0 - x, b, y) / beta_cdf_slope(x, y, b)
    x: -betainc_slope(y, b, x) / beta_cdf_slope(x, y, b)


@elementwise(special.btdtrib, **REAL, cases=("f(S(), 0.5 + 0.2 * A(3), 0.5)",))
def btdtrib(a, p, x, /, *, y):
    a: beta_cdf_slope(x, a, y) / beta_cdf_slope(1.0 - x, y, a)
    p: -1.0 / beta_cdf_slope(1.0 - x, y, a)
    x: betainc_slope(a, y, x) / beta_cdf_slope(1.0 - x, y, a)


# Fisher's distribution function is that of the beta distribution at m x / (n + m x)


@elementwise(special.fdtr, **REAL, cases=RATIOS)
def fdtr(m, n, x, /):
    m: fisher_slope(m, n, x) * x / m + 0.5 * beta_cdf_slope(m * x / (n + m * x), 0.5 * m, 0.5 * n)
    n: -fisher_slope(m, n, x) * x / n - 0.5 * beta_cdf_slope(n / (n + m * x), 0.5 * n, 0.5 * m)
    x: fisher_slope(m, n, x)


@elementwise(special.fdtrc, **REAL, cases=RATIOS)
def fdtrc(m, n, x, /):
    m: -fisher_slope(m, n, x) * x / m - 0.5 * beta_cdf_slope(m * x / (n + m * x), 0.5 * m, 0.5 * n)
    n: fisher_slope(m, n, x) * x / n + 0.5 * beta_cdf_slope(n / (n + m * x), 0.5 * n, 0.5 * m)
    x: -fisher_slope(m, n, x)


@elementwise(special.fdtri, **REAL, cases=("f(A(3) + 3.0, A(3) + 3.0, 0.5 + 0.1 * A(3))", "f(3.5, S(), 0.4)"))
def fdtri(m, n, p, /, *, y):
    m: -y / m - 0.5 * beta_cdf_slope(m * y / (n + m * y), 0.5 * m, 0.5 * n) / fisher_slope(m, n, y)
    n: y / n + 0.5 * beta_cdf_slope(n / (n + m * y), 0.5 * n, 0.5 * m) / fisher_slope(m, n, y)
    p: 1.0 / fisher_slope(m, n, y)


@elementwise(special.stdtridf, **REAL, cases=("f(0.7 + 0.02 * A(3), 0.7)",))
def stdtridf(p, t, /, *, y):
    p: 1.0 / student_cdf_slope(t, y)
    t: -student_density(y, t) / student_cdf_slope(t, y)


@elementwise(special.nrdtrimn, **REAL, cases=("f(0.5 + 0.2 * A(3), S(), A(3))",))
def nrdtrimn(p, std, x, /):
    p: -2.5066282746310002 * std * np.exp(0.5 * ndtri(p) ** 2)
    std: -ndtri(p)
    x: 1.0


@elementwise(special.nrdtrisd, **REAL, cases=("f(A(3), 0.8 + 0.05 * A(3), A(3) + 5.0)",))
def nrdtrisd(mean, p, x, /, *, y):
    mean: -1.0 / ndtri(p)
    p: -2.5066282746310002 * y * np.exp(0.5 * ndtri(p) ** 2) / ndtri(p)
    x: 1.0 / ndtri(p)


@elementwise(special.tklmbda, **REAL, cases=("f(0.4 * A(3), 0.5)", "f(0.3 * A(2, 3), 0.2 * A(3))", "f(S(), -0.5)"))
def tklmbda(x, lam, /, *, y):
    x: 1.0 / (y ** (lam - 1.0) + (1.0 - y) ** (lam - 1.0))
    lam: -tukey_slope(y, lam) / (y ** (lam - 1.0) + (1.0 - y) ** (lam - 1.0))


@elementwise(special.chndtr, **REAL, cases=("f(A(3) + 3.0, 3.5, S())", "f(S(), 4.0, A(2) + 3.0)"))
def chndtr_(x, df, nc, /):
    x: noncentral_density(x, df, nc)
    nc: -noncentral_density(x, df + 2.0, nc)


@elementwise(special.chndtrix, **REAL, cases=("f(0.5 + 0.2 * A(3), 3.5, S())", "f(0.4, 4.0, A(2) + 3.0)"))
def chndtrix(p, df, nc, /, *, y):
    p: 1.0 / noncentral_density(y, df, nc)
    nc: noncentral_density(y, df + 2.0, nc) / noncentral_density(y, df, nc)


# --------------------------------------------------------------------------------------------------- numbers of events


@elementwise(special.bdtr, **REAL, cases=EVENTS)
def bdtr(k, n, p, /):
    p: -binomial_slope(k, n, p)


@elementwise(special.bdtrc, **REAL, cases=EVENTS)
def bdtrc(k, n, p, /):
    p: binomial_slope(k, n, p)


@elementwise(special.bdtri, **REAL, cases=EVENTS)
def bdtri(k, n, p, /, *, y):
    p: -1.0 / binomial_slope(k, n, y)


@elementwise(special.nbdtr, **REAL, cases=WHOLE)
def nbdtr(k, n, p, /):
    p: betainc_slope(n, k + 1.0, p)


@elementwise(special.nbdtrc, **REAL, cases=WHOLE)
def nbdtrc(k, n, p, /):
    p: -betainc_slope(n, k + 1.0, p)


@elementwise(special.nbdtri, **REAL, cases=WHOLE)
def nbdtri(k, n, p, /, *, y):
    p: 1.0 / betainc_slope(n, k + 1.0, y)


@elementwise(special.pdtr, **REAL, cases=("f(2.0, A(3) + 3.0)",))
def pdtr(k, m, /):
    m: -gammainc_slope(np.floor(k) + 1.0, m)


@elementwise(special.pdtrc, **REAL, cases=("f(2.0, A(3) + 3.0)",))
def pdtrc(k, m, /):
    m: gammainc_slope(np.floor(k) + 1.0, m)


@elementwise(special.pdtri, **REAL, cases=("f(2, 0.5 + 0.2 * A(3))", "f(3, 0.3)"))
def pdtri(k, p, /, *, y):
    p: -1.0 / gammainc_slope(k + 1.0, y)


@elementwise(special.pdtrik, **REAL, cases=("f(0.6 + 0.1 * A(3), A(3) + 4.0)",))
def pdtrik(p, m, /, *, y):
    p: -1.0 / gamma_cdf_slope(m, y + 1.0)
    m: -gammainc_slope(y + 1.0, m) / gamma_cdf_slope(m, y + 1.0)
