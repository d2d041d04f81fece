"""Rules for `scipy.special`: read when a program that has imported it calls one of its functions."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes, shapes_ufunc
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import elementwise, general, reduction
from srcgrad.runtime import words, words_scipy, words_scipy_special, words_scipy_stats

words.WORDS.update(words.words_of(words_scipy))
words.WORDS.update(words.words_of(words_scipy_stats))
words.WORDS.update(words.words_of(words_scipy_special))


def named(*names):
    """Make functions of SciPy words: formulas may name them."""
    words.WORDS.update({name: getattr(special, name) for name in names})


named("psi", "expit", "hyp1f1")

# functions that take complex numbers, of which they are holomorphic functions, and functions that take none
ANALYTIC = {"kind": shapes.elementwise_array}
REAL = {"kind": shapes.elementwise_array, "holomorphic": False}
POSITIVE = (0.5, 3.0)
UNIT = (0.1, 0.9)


@elementwise(special.gamma, **ANALYTIC, domain=POSITIVE)
def gamma(x, /, *, y):
    x: y * psi(x)


@elementwise(special.gammaln, special.loggamma, **ANALYTIC, domain=POSITIVE)
def gammaln_(x, /):
    x: psi(x)


@elementwise(special.rgamma, **ANALYTIC, domain=POSITIVE)
def rgamma(x, /):
    x: rgamma_slope(x)


@elementwise(special.psi, **ANALYTIC, domain=POSITIVE)
def psi_(x, /):
    x: polygamma_slope(0, x)


@elementwise(special.polygamma, kind=of.combined, holomorphic=False,
             cases=("f(1, A(3) + 3.0)", "f(0, S())", "f(2, A(2, 2) + 3.0)"))  # fmt: skip
def polygamma(n, x):
    n: 0
    x: polygamma_slope(n, x)


@elementwise(special.beta, **REAL, domain=POSITIVE)
def beta(a, b, /, *, y):
    a: y * (psi(a) - psi(a + b))
    b: y * (psi(b) - psi(a + b))


@elementwise(special.betaln, **REAL, domain=POSITIVE)
def betaln(a, b, /):
    a: psi(a) - psi(a + b)
    b: psi(b) - psi(a + b)


@elementwise(special.gammainc, **REAL, domain=POSITIVE)
def gammainc(a, x, /):
    a: gamma_cdf_slope(x, a)
    x: gammainc_slope(a, x)


@elementwise(special.gammaincc, **REAL, domain=POSITIVE)
def gammaincc(a, x, /):
    a: -gamma_cdf_slope(x, a)
    x: -gammainc_slope(a, x)


SHAPES = ("f(S(), S(), 0.5 + 0.2 * A(3))", "f(A(2, 1) + 3.0, A(3) + 3.0, 0.4)")


@elementwise(special.betainc, **REAL, cases=SHAPES)
def betainc(a, b, x, /):
    a: beta_cdf_slope(x, a, b)
    b: -beta_cdf_slope(1.0 - x, b, a)
    x: betainc_slope(a, b, x)


if hasattr(special, "betaincc"):

    @elementwise(special.betaincc, **REAL, cases=SHAPES)
    def betaincc(a, b, x, /):
        a: -beta_cdf_slope(x, a, b)
        b: beta_cdf_slope(1.0 - x, b, a)
        x: -betainc_slope(a, b, x)


@elementwise(special.erf, **ANALYTIC)
def erf(x, /):
    x: 1.1283791670955126 * np.exp(-x * x)


@elementwise(special.erfc, **ANALYTIC)
def erfc(x, /):
    x: -1.1283791670955126 * np.exp(-x * x)


@elementwise(special.erfcx, **ANALYTIC)
def erfcx_(x, /, *, y):
    x: erfcx_slope(x, y)


@elementwise(special.erfinv, **REAL, domain=(-0.9, 0.9))
def erfinv(x, /, *, y):
    x: 0.8862269254527580 * np.exp(y * y)


@elementwise(special.erfcinv, **REAL, domain=UNIT)
def erfcinv(x, /, *, y):
    x: -0.8862269254527580 * np.exp(y * y)


@elementwise(special.ndtr, **ANALYTIC)
def ndtr(x, /):
    x: 0.3989422804014327 * np.exp(-0.5 * x * x)


@elementwise(special.log_ndtr, **ANALYTIC)
def log_ndtr(x, /):
    x: normal_hazard(x)


@elementwise(words_scipy_special.normal_hazard, **ANALYTIC)
def normal_hazard_(x, /, *, y):
    x: normal_bend(x, y)


if hasattr(special, "ndtri_exp"):

    @elementwise(special.ndtri_exp, **REAL, domain=(-3.0, -0.1))
    def ndtri_exp(x, /, *, y):
        x: 1.0 / normal_hazard(y)


@elementwise(special.ndtri, **REAL, domain=UNIT)
def ndtri(x, /, *, y):
    x: 2.5066282746310002 * np.exp(0.5 * y * y)


@elementwise(special.expit, **REAL)
def expit_(x, /):
    x: expit(x) * expit(-x)


@elementwise(special.log_expit, **REAL)
def log_expit_(x, /):
    x: expit(-x)


@elementwise(special.logit, **REAL, domain=UNIT)
def logit(x, /):
    x: 1.0 / (x * (1.0 - x))


@elementwise(special.xlogy, **ANALYTIC, domain=POSITIVE)
def xlogy_(a, b, /):
    a: np.log(floating(b))
    b: ratio(a, b)


@elementwise(special.xlog1py, **ANALYTIC, domain=POSITIVE)
def xlog1py(a, b, /):
    a: np.log1p(floating(b))
    b: ratio(a, 1.0 + b)


@elementwise(special.entr, **REAL, domain=POSITIVE)
def entr(x, /):
    x: -np.log(x) - 1.0


@elementwise(special.rel_entr, **REAL, domain=POSITIVE)
def rel_entr(a, b, /):
    a: np.log(a / b) + 1.0
    b: -ratio(a, b)


@elementwise(special.kl_div, **REAL, domain=POSITIVE)
def kl_div(a, b, /):
    a: np.log(a / b)
    b: 1.0 - ratio(a, b)


@elementwise(special.huber, **REAL, cases=("f(0.8, A(5))",))
def huber(delta, r, /):
    delta: np.where(np.abs(r) > delta, np.abs(r) - delta, 0.0)
    r: np.clip(r, -delta, delta)


@elementwise(special.exp10, **REAL)
def exp10(x, /, *, y):
    x: 2.302585092994046 * y


@elementwise(special.exprel, **REAL, domain=POSITIVE)
def exprel(x, /):
    x: 0.5 * hyp1f1(2.0, 3.0, x)


@elementwise(special.cosm1, **REAL)
def cosm1(x, /):
    x: -np.sin(x)


if hasattr(special, "powm1"):

    @elementwise(special.powm1, **REAL, domain=(POSITIVE, (-2.0, 2.0)))
    def powm1(a, b, /):
        a: b * a ** (b - 1.0)
        b: np.log(a) * a**b


# -------------------------------------------------------------------------------------------- normalised exponentials


@general(special.softmax, kind=of.like_first, cases=("f(A(4))", "f(A(2, 3), 1)", "f(A(2, 3), axis=0)", "f(C(3))"))
def softmax(x, axis=None, *, y, g):
    x: softmax_cotangent(g, y, axis)
    y_dot: softmax_cotangent(x_dot, conj(y), axis)


@general(special.log_softmax, kind=of.like_first, cases=("f(A(4))", "f(A(2, 3), 1)", "f(A(2, 3), axis=0)", "f(C(3))"))
def log_softmax(x, axis=None, *, y, g):
    x: log_softmax_cotangent(g, y, axis)
    y_dot: x_dot - np.sum(np.exp(y) * x_dot, axis=axis, keepdims=True)


@reduction(
    special.logsumexp,
    kind=shapes_ufunc.reduced,
    cases=("f(A(4))", "f(A(2, 3), 1)", "f(A(2, 3), axis=0, keepdims=True)", "f(A(2, 3), 1, A(3) + 3.0)",
           "f(A(3) + 1000.0)", "f(C(3))", "f(C(3), b=C(3))"),
)  # fmt: skip
def logsumexp(a, axis=None, b=None, keepdims=False, *, y, g):
    a: logsumexp_shares(g, a, b, y, axis, keepdims)
    b: logsumexp_weights(g, a, b, y, axis, keepdims)
    y_dot: logsumexp_tangent(a_dot, b_dot, a, b, y, axis, keepdims)


from srcgrad.rules import (  # noqa: E402, F401 - reads the other parts
    scipy_special_bessel,
    scipy_special_chances,
    scipy_special_more,
    scipy_special_polynomials,
    scipy_special_solutions,
)
