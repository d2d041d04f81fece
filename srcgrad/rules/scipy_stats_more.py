"""Rules for discrete and multivariate distributions of `scipy.stats`.

The number of events is no differentiable argument: an active value there is refused.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from functools import partial

from scipy import stats

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules import scipy_stats  # noqa: F401 - words of the first part
from srcgrad.rules.language import Rule, general
from srcgrad.rules.stand_ins import METHODS, WRITTEN
from srcgrad.runtime import words, words_scipy_multivariate
from srcgrad.written.scipy_frozen import frozen_class

words.WORDS.update(words.words_of(words_scipy_multivariate))
words.WORDS.update({"poisson_pmf": stats.poisson.pmf, "binom_pmf": stats.binom.pmf})

KIND = {"kind": of.density}
COUNTS = ("f(np.array([0, 2, 5]), {})", "f(3, {})", "f(np.array([[0.0], [1.0]]), {})")


def counted(*parameters):
    """Test calls for counts, with these parameters."""
    return tuple(text.format(p) for text in COUNTS for p in parameters)


MEANS = counted("1.0 + 0.2 * A(3)", "1.5", "0.7 + 0.2 * A(1), 0")
SHARES = counted("np.array([6, 6, 7]), 0.4 + 0.1 * A(3)", "5, 0.3")

# ------------------------------------------------------------------------------------------------------------ poisson


@general(stats.poisson.logpmf, **KIND, cases=MEANS)
def poisson_logpmf(k, mu, loc=0, *, y, g):
    mu: unbroadcast(g * possible(y, (k - loc) / mu - 1.0), mu)
    y_dot: mu_dot * possible(y, (k - loc) / mu - 1.0)


@general(stats.poisson.pmf, **KIND, cases=MEANS)
def poisson_pmf_(k, mu, loc=0, *, y, g):
    mu: unbroadcast(g * (poisson_pmf(k - 1, mu, loc) - y), mu)
    y_dot: mu_dot * (poisson_pmf(k - 1, mu, loc) - y)


@general(stats.poisson.cdf, **KIND, cases=MEANS)
def poisson_cdf(k, mu, loc=0, *, g):
    mu: unbroadcast(-g * poisson_pmf(np.floor(k), mu, loc), mu)
    y_dot: -mu_dot * poisson_pmf(np.floor(k), mu, loc)


@general(stats.poisson.sf, **KIND, cases=MEANS)
def poisson_sf(k, mu, loc=0, *, g):
    mu: unbroadcast(g * poisson_pmf(np.floor(k), mu, loc), mu)
    y_dot: mu_dot * poisson_pmf(np.floor(k), mu, loc)


# ----------------------------------------------------------------------------------------------------------- binomial


@general(stats.binom.logpmf, **KIND, cases=SHARES)
def binom_logpmf(k, n, p, loc=0, *, y, g):
    p: unbroadcast(g * possible(y, share_slope(k - loc, n - k + loc, p)), p)
    y_dot: p_dot * possible(y, share_slope(k - loc, n - k + loc, p))


@general(stats.binom.pmf, **KIND, cases=SHARES)
def binom_pmf_(k, n, p, loc=0, *, g):
    p: unbroadcast(g * n * (binom_pmf(k - 1, n - 1, p, loc) - binom_pmf(k, n - 1, p, loc)), p)
    y_dot: p_dot * n * (binom_pmf(k - 1, n - 1, p, loc) - binom_pmf(k, n - 1, p, loc))


@general(stats.binom.cdf, **KIND, cases=SHARES)
def binom_cdf(k, n, p, loc=0, *, g):
    p: unbroadcast(-g * n * binom_pmf(np.floor(k), n - 1, p, loc), p)
    y_dot: -p_dot * n * binom_pmf(np.floor(k), n - 1, p, loc)


@general(stats.binom.sf, **KIND, cases=SHARES)
def binom_sf(k, n, p, loc=0, *, g):
    p: unbroadcast(g * n * binom_pmf(np.floor(k), n - 1, p, loc), p)
    y_dot: p_dot * n * binom_pmf(np.floor(k), n - 1, p, loc)


@general(stats.bernoulli.logpmf, **KIND, cases=("f(np.array([0, 1]), 0.4 + 0.1 * A(2))", "f(1, 0.3)"))
def bernoulli_logpmf(k, p, loc=0, *, y, g):
    p: unbroadcast(g * possible(y, share_slope(k - loc, 1 - k + loc, p)), p)
    y_dot: p_dot * possible(y, share_slope(k - loc, 1 - k + loc, p))


@general(stats.bernoulli.pmf, **KIND, cases=("f(np.array([0, 1, 3]), 0.4 + 0.1 * A(3))", "f(1, 0.3)"))
def bernoulli_pmf(k, p, loc=0, *, g):
    p: unbroadcast(g * ((k - loc == 1) * 1.0 - (k - loc == 0) * 1.0), p)
    y_dot: p_dot * ((k - loc == 1) * 1.0 - (k - loc == 0) * 1.0)


@general(stats.geom.logpmf, **KIND, cases=("f(np.array([1, 2, 4]), 0.4 + 0.1 * A(3))", "f(2, 0.3)"))
def geom_logpmf(k, p, loc=0, *, y, g):
    p: unbroadcast(g * possible(y, share_slope(1.0, k - loc - 1, p)), p)
    y_dot: p_dot * possible(y, share_slope(1.0, k - loc - 1, p))


@general(stats.nbinom.logpmf, **KIND, cases=("f(np.array([0, 2, 4]), 2.5 + 0.1 * A(3), 0.4 + 0.1 * A(3))",
                                             "f(2, 3.5, 0.3)"))  # fmt: skip
def nbinom_logpmf(k, n, p, loc=0, *, y, g):
    by_n = possible(y, psi(k - loc + n) - psi(n) + np.log(p))
    by_p = possible(y, share_slope(n, k - loc, p))
    n: unbroadcast(g * by_n, n)
    p: unbroadcast(g * by_p, p)
    y_dot: n_dot * by_n + p_dot * by_p


# -------------------------------------------------------------------------------------------------- normal, many axes

SEVERAL = ("f(A(4, 3), A(3), P(3))", "f(A(3), A(3), P(3))", "f(A(2, 3), A(3), np.array([1.0, 2.0, 0.5]))",
           "f(A(2, 3), A(3), 1.5)", "f(A(2, 3), A(3))", "f(A(4), S(), S())", "f(A(4))", "f(S(), S(), S())",
           "f(A(2, 1, 3), A(3), P(3))")  # fmt: skip


@general(stats.multivariate_normal.logpdf, kind=of.without_last, cases=SEVERAL)
def multivariate_normal_logpdf(x, mean=None, cov=1, *, g):
    parts = normal_cotangents(g, x, mean, cov)
    x: parts[0]
    mean: parts[1]
    cov: parts[2]
    y_dot: normal_tangent(x_dot, mean_dot, cov_dot, x, mean, cov)


@general(stats.multivariate_normal.pdf, kind=of.without_last, cases=SEVERAL)
def multivariate_normal_pdf(x, mean=None, cov=1, *, y, g):
    parts = normal_cotangents(g * y, x, mean, cov)
    x: parts[0]
    mean: parts[1]
    cov: parts[2]
    y_dot: y * normal_tangent(x_dot, mean_dot, cov_dot, x, mean, cov)


FROZEN = {
    stats.poisson: (("mu", "loc=0"), ("logpmf", "pmf", "cdf", "sf")),
    stats.binom: (("n", "p", "loc=0"), ("logpmf", "pmf", "cdf", "sf")),
    stats.bernoulli: (("p", "loc=0"), ("logpmf", "pmf")),
    stats.geom: (("p", "loc=0"), ("logpmf",)),
    stats.nbinom: (("n", "p", "loc=0"), ("logpmf",)),
    stats.multivariate_normal: (("mean=None", "cov=1"), ("logpdf", "pdf")),
}
for _distribution, (_parameters, _methods) in FROZEN.items():
    _name = getattr(_distribution, "name", None) or "multivariate_normal"
    WRITTEN[_distribution] = frozen_class(_name, _distribution, _parameters, _methods)


def _same_method(function, owner):
    """The method of the distribution that SciPy offers, for another instance of its class."""
    return function


for _rule in [value for value in vars().copy().values() if isinstance(value, Rule)]:
    for _function in _rule.functions:
        METHODS[type(_function.__self__), _function.__name__] = partial(_same_method, _function)
del _rule, _function, _distribution, _parameters, _methods, _name
