"""Rules for `scipy.special`: read when a program that has imported it calls one of its functions."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import special

from srcgrad.analysis import shapes, shapes_ufunc
from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import elementwise, general, reduction
from srcgrad.runtime import words, words_scipy, words_scipy_stats

words.WORDS.update(words.words_of(words_scipy))
words.WORDS.update(words.words_of(words_scipy_stats))
# functions of SciPy that formulas name
NAMED = (
    "psi", "expit", "j0", "j1", "jv", "i0", "i1", "i0e", "i1e", "iv", "ive", "k0", "k1", "kv", "y0", "y1", "yv",
)  # fmt: skip
words.WORDS.update({name: getattr(special, name) for name in NAMED})

KIND = {"kind": shapes.elementwise_array, "holomorphic": False}
POSITIVE = (0.5, 3.0)
UNIT = (0.1, 0.9)


@elementwise(special.gamma, **KIND, domain=POSITIVE)
def gamma(x, /, *, y):
    x: y * psi(x)


@elementwise(special.gammaln, special.loggamma, **KIND, domain=POSITIVE)
def gammaln_(x, /):
    x: psi(x)


@elementwise(special.rgamma, **KIND, domain=POSITIVE)
def rgamma(x, /, *, y):
    x: -y * psi(x)


@elementwise(special.psi, **KIND, domain=POSITIVE)
def psi_(x, /):
    x: polygamma_slope(0, x)


@elementwise(special.polygamma, kind=of.combined, holomorphic=False,
             cases=("f(1, A(3) + 3.0)", "f(0, S())", "f(2, A(2, 2) + 3.0)"))  # fmt: skip
def polygamma(n, x):
    n: 0
    x: polygamma_slope(n, x)


@elementwise(special.beta, **KIND, domain=POSITIVE)
def beta(a, b, /, *, y):
    a: y * (psi(a) - psi(a + b))
    b: y * (psi(b) - psi(a + b))


@elementwise(special.betaln, **KIND, domain=POSITIVE)
def betaln(a, b, /):
    a: psi(a) - psi(a + b)
    b: psi(b) - psi(a + b)


@elementwise(special.gammainc, **KIND, domain=POSITIVE)
def gammainc(a, x, /):
    a: gamma_cdf_slope(x, a)
    x: gammainc_slope(a, x)


@elementwise(special.gammaincc, **KIND, domain=POSITIVE)
def gammaincc(a, x, /):
    a: -gamma_cdf_slope(x, a)
    x: -gammainc_slope(a, x)


@elementwise(special.betainc, **KIND, cases=("f(S(), S(), 0.5 + 0.2 * A(3))", "f(A(2, 1) + 3.0, A(3) + 3.0, 0.4)"))
def betainc(a, b, x, /):
    a: beta_cdf_slope(x, a, b)
    b: -beta_cdf_slope(1.0 - x, b, a)
    x: betainc_slope(a, b, x)


@elementwise(special.erf, **KIND)
def erf(x, /):
    x: 1.1283791670955126 * np.exp(-x * x)


@elementwise(special.erfc, **KIND)
def erfc(x, /):
    x: -1.1283791670955126 * np.exp(-x * x)


@elementwise(special.erfcx, **KIND)
def erfcx_(x, /, *, y):
    x: 2.0 * x * y - 1.1283791670955126


@elementwise(special.erfinv, **KIND, domain=(-0.9, 0.9))
def erfinv(x, /, *, y):
    x: 0.8862269254527580 * np.exp(y * y)


@elementwise(special.erfcinv, **KIND, domain=UNIT)
def erfcinv(x, /, *, y):
    x: -0.8862269254527580 * np.exp(y * y)


@elementwise(special.ndtr, **KIND)
def ndtr(x, /):
    x: 0.3989422804014327 * np.exp(-0.5 * x * x)


@elementwise(special.log_ndtr, **KIND)
def log_ndtr(x, /, *, y):
    x: log_ndtr_slope(x, y)


@elementwise(special.ndtri, **KIND, domain=UNIT)
def ndtri(x, /, *, y):
    x: 2.5066282746310002 * np.exp(0.5 * y * y)


@elementwise(special.expit, **KIND)
def expit_(x, /):
    x: expit(x) * expit(-x)


@elementwise(special.log_expit, **KIND)
def log_expit_(x, /):
    x: expit(-x)


@elementwise(special.logit, **KIND, domain=UNIT)
def logit(x, /):
    x: 1.0 / (x * (1.0 - x))


@elementwise(special.xlogy, **KIND, domain=POSITIVE)
def xlogy_(a, b, /):
    a: np.log(b)
    b: ratio(a, b)


@elementwise(special.xlog1py, **KIND, domain=POSITIVE)
def xlog1py(a, b, /):
    a: np.log1p(b)
    b: ratio(a, 1.0 + b)


@elementwise(special.entr, **KIND, domain=POSITIVE)
def entr(x, /):
    x: -np.log(x) - 1.0


@elementwise(special.rel_entr, **KIND, domain=POSITIVE)
def rel_entr(a, b, /):
    a: np.log(a / b) + 1.0
    b: -a / b


@elementwise(special.kl_div, **KIND, domain=POSITIVE)
def kl_div(a, b, /):
    a: np.log(a / b)
    b: 1.0 - a / b


@elementwise(special.huber, **KIND, cases=("f(0.8, A(5))",))
def huber(delta, r, /):
    delta: np.where(np.abs(r) > delta, np.abs(r) - delta, 0.0)
    r: np.clip(r, -delta, delta)


@elementwise(special.exp10, **KIND)
def exp10(x, /, *, y):
    x: 2.302585092994046 * y


@elementwise(special.exprel, **KIND, domain=POSITIVE)
def exprel(x, /, *, y):
    x: np.where(np.abs(x) < 0.0001, 0.5 + x / 3.0, (np.exp(x) - y) / np.where(x == 0.0, 1.0, x))


@elementwise(special.cosm1, **KIND)
def cosm1(x, /):
    x: -np.sin(x)


# -------------------------------------------------------------------------------------------------- Bessel functions


@elementwise(special.j0, **KIND)
def j0_(x, /):
    x: -j1(x)


@elementwise(special.j1, **KIND, domain=POSITIVE)
def j1_(x, /):
    x: 0.5 * (j0(x) - jv(2.0, x))


@general(special.jv, kind=shapes.elementwise_array, cases=("f(1.5, A(3) + 3.0)", "f(np.array([0.0, 2.0]), S())"))
def jv_(v, x, /, *, g):
    x: unbroadcast(g * 0.5 * (jv(v - 1.0, x) - jv(v + 1.0, x)), x)
    y_dot: x_dot * 0.5 * (jv(v - 1.0, x) - jv(v + 1.0, x))


@elementwise(special.y0, **KIND, domain=POSITIVE)
def y0_(x, /):
    x: -y1(x)


@elementwise(special.y1, **KIND, domain=POSITIVE)
def y1_(x, /):
    x: 0.5 * (y0(x) - yv(2.0, x))


@general(special.yv, kind=shapes.elementwise_array, cases=("f(1.5, A(3) + 3.0)",))
def yv_(v, x, /, *, g):
    x: unbroadcast(g * 0.5 * (yv(v - 1.0, x) - yv(v + 1.0, x)), x)
    y_dot: x_dot * 0.5 * (yv(v - 1.0, x) - yv(v + 1.0, x))


@elementwise(special.i0, **KIND)
def i0_(x, /):
    x: i1(x)


@elementwise(special.i1, **KIND, domain=POSITIVE)
def i1_(x, /):
    x: 0.5 * (i0(x) + iv(2.0, x))


@elementwise(special.i0e, **KIND, domain=POSITIVE)
def i0e_(x, /, *, y):
    x: i1e(x) - np.sign(x) * y


@elementwise(special.i1e, **KIND, domain=POSITIVE)
def i1e_(x, /, *, y):
    x: 0.5 * (i0e(x) + ive(2.0, x)) - np.sign(x) * y


@general(special.ive, kind=shapes.elementwise_array, cases=("f(1.5, A(3) + 3.0)",))
def ive_(v, x, /, *, y, g):
    x: unbroadcast(g * (0.5 * (ive(v - 1.0, x) + ive(v + 1.0, x)) - np.sign(x) * y), x)
    y_dot: x_dot * (0.5 * (ive(v - 1.0, x) + ive(v + 1.0, x)) - np.sign(x) * y)


@general(special.iv, kind=shapes.elementwise_array, cases=("f(1.5, A(3) + 3.0)", "f(np.array([0.0, 2.0]), S())"))
def iv_(v, x, /, *, g):
    x: unbroadcast(g * 0.5 * (iv(v - 1.0, x) + iv(v + 1.0, x)), x)
    y_dot: x_dot * 0.5 * (iv(v - 1.0, x) + iv(v + 1.0, x))


@elementwise(special.k0, **KIND, domain=POSITIVE)
def k0_(x, /):
    x: -k1(x)


@elementwise(special.k1, **KIND, domain=POSITIVE)
def k1_(x, /):
    x: -0.5 * (k0(x) + kv(2.0, x))


@general(special.kv, kind=shapes.elementwise_array, cases=("f(1.5, A(3) + 3.0)",))
def kv_(v, x, /, *, g):
    x: unbroadcast(-g * 0.5 * (kv(v - 1.0, x) + kv(v + 1.0, x)), x)
    y_dot: -x_dot * 0.5 * (kv(v - 1.0, x) + kv(v + 1.0, x))


# -------------------------------------------------------------------------------------------- normalised exponentials


@general(special.softmax, kind=of.like_first, cases=("f(A(4))", "f(A(2, 3), 1)", "f(A(2, 3), axis=0)"))
def softmax(x, axis=None, *, y, g):
    x: softmax_cotangent(g, y, axis)
    y_dot: softmax_cotangent(x_dot, y, axis)


@general(special.log_softmax, kind=of.like_first, cases=("f(A(4))", "f(A(2, 3), 1)", "f(A(2, 3), axis=0)"))
def log_softmax(x, axis=None, *, y, g):
    x: log_softmax_cotangent(g, y, axis)
    y_dot: x_dot - np.sum(np.exp(y) * x_dot, axis=axis, keepdims=True)


@reduction(
    special.logsumexp,
    kind=shapes_ufunc.reduced,
    cases=("f(A(4))", "f(A(2, 3), 1)", "f(A(2, 3), axis=0, keepdims=True)", "f(A(2, 3), 1, A(3) + 3.0)",
           "f(A(3) + 1000.0)"),
)  # fmt: skip
def logsumexp(a, axis=None, b=None, keepdims=False, *, y, g):
    a: logsumexp_shares(g, a, y, axis, keepdims) if b is None else logsumexp_weighted(g, a, b, y, axis, keepdims)
    b: logsumexp_weights(g, a, b, y, axis, keepdims)
    y_dot: logsumexp_tangent(a_dot, b_dot, a, b, y, axis, keepdims)


from srcgrad.rules import scipy_special_more  # noqa: E402, F401 - reads the second part
