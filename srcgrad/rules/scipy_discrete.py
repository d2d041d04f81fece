"""The discrete distributions of `scipy.stats`: one line each, from which the rules of their methods follow.

In terms of `k`, the number of events without `loc`.  The number of events is no differentiable argument, nor are counts
like `n` of the binomial distribution: an active value there is refused.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import re
from dataclasses import dataclass

from scipy import stats

from srcgrad.rules.scipy_stats import add
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.runtime import words
from srcgrad.written.scipy_frozen import frozen_class
from srcgrad.written.scipy_moments import moments_of


@dataclass(frozen=True)
class Mass:
    """A discrete distribution.

    parameters  in order; those without a line in `score` are static
    score       the derivative of the logarithm of the probability by each parameter
    pmf         the derivative of the probability, where it is not the probability times the score
    cdf         the derivative of the distribution function; None where there is none
    cases       the arguments of test calls
    mean, variance   without `loc`
    """

    parameters: tuple[str, ...]
    score: dict[str, str]
    cases: tuple[str, ...]
    pmf: dict[str, str] | None = None
    cdf: dict[str, str] | None = None
    mean: str | None = None
    variance: str | None = None


ONE_MEAN = ("np.array([0, 2, 5]), 1.0 + 0.2 * A(3)", "3, 1.5", "np.array([[0.0], [1.0]]), 0.7 + 0.2 * A(1), 0")
ONE_SHARE = ("np.array([1, 2, 4]), 0.4 + 0.1 * A(3)", "2, 0.3", "np.array([[2], [1]]), 0.4 + 0.1 * A(1), 0")

MASSES = {
    "poisson": Mass(
        ("mu",), {"mu": "ratio(k, mu) - 1.0"}, ONE_MEAN,
        pmf={"mu": "poisson_pmf(k - 1, mu) - y"}, cdf={"mu": "-poisson_pmf(np.floor(k), mu)"}, mean="mu", variance="mu",
    ),
    "bernoulli": Mass(
        ("p",), {"p": "share_slope(k, 1 - k, p)"}, ("np.array([0, 0]), 0.4 + 0.1 * A(2)", "0, 0.3"),
        pmf={"p": "np.where(np.equal(k, 1), 1.0, np.where(np.equal(k, 0), -1.0, 0.0))"},
        cdf={"p": "np.where(np.equal(np.floor(k), 0), -1.0, 0.0)"},
        mean="p", variance="p * (1.0 - p)",
    ),
    "binom": Mass(
        ("n", "p"), {"p": "share_slope(k, n - k, p)"},
        ("np.array([0, 2, 5]), np.array([6, 6, 7]), 0.4 + 0.1 * A(3)", "3, 5, 0.3",
         "np.array([[0], [1]]), 5, 0.3 + 0.1 * A(2)"),
        pmf={"p": "n * (binom_pmf(k - 1, n - 1, p) - binom_pmf(k, n - 1, p))"},
        cdf={"p": "-n * binom_pmf(np.floor(k), n - 1, p)"}, mean="n * p", variance="n * p * (1.0 - p)",
    ),
    "geom": Mass(
        ("p",), {"p": "share_slope(1.0, k - 1, p)"}, ONE_SHARE,
        pmf={"p": "np.where(np.less(k, 2), np.equal(k, 1), (1.0 - k * p) * (1.0 - p) ** np.maximum(k - 2.0, 0.0))"},
        cdf={"p": "np.maximum(np.floor(k), 0.0) * (1.0 - p) ** np.maximum(np.floor(k) - 1.0, 0.0)"},
        mean="1.0 / p", variance="(1.0 - p) / (p * p)",
    ),
    "nbinom": Mass(
        ("n", "p"), {"n": "psi(k + n) - psi(n) + np.log(p)", "p": "share_slope(n, k, p)"},
        ("np.array([0, 2, 4]), 2.5 + 0.1 * A(3), 0.4 + 0.1 * A(3)", "2, 3.5, 0.3"),
        cdf={"n": "counted(k, beta_cdf_slope(p, n, np.maximum(np.floor(k), 0.0) + 1.0))",
             "p": "counted(k, betainc_slope(n, np.maximum(np.floor(k), 0.0) + 1.0, p))"},
        mean="n * (1.0 - p) / p", variance="n * (1.0 - p) / (p * p)",
    ),
    "betabinom": Mass(
        ("n", "a", "b"),
        {"a": "psi(k + a) - psi(n + a + b) - psi(a) + psi(a + b)",
         "b": "psi(n - k + b) - psi(n + a + b) - psi(b) + psi(a + b)"},
        ("np.array([0, 2, 4]), 5, 2.5 + 0.1 * A(3), 1.4 + 0.1 * A(3)", "2, 4, 1.5, 0.7"),
        mean="n * a / (a + b)", variance="n * a * b * (a + b + n) / ((a + b) ** 2 * (a + b + 1.0))",
    ),
    "betanbinom": Mass(
        ("n", "a", "b"),
        {"a": "psi(n + a) - psi(n + k + a + b) - psi(a) + psi(a + b)",
         "b": "psi(k + b) - psi(n + k + a + b) - psi(b) + psi(a + b)"},
        ("np.array([0, 2, 4]), 5, 2.5 + 0.1 * A(3), 1.4 + 0.1 * A(3)", "2, 4, 1.5, 0.7"),
    ),
    "logser": Mass(("p",), {"p": "k / p + 1.0 / ((1.0 - p) * np.log1p(-p))"}, ONE_SHARE,
                   mean="p / ((p - 1.0) * np.log1p(-p))"),
    "planck": Mass(("lambda_",), {"lambda_": "1.0 / np.expm1(lambda_) - k"}, ONE_MEAN,
                   cdf={"lambda_": "np.maximum(np.floor(k) + 1.0, 0.0) * np.exp(-lambda_ * (np.floor(k) + 1.0))"},
                   mean="1.0 / np.expm1(lambda_)", variance="np.exp(-lambda_) / np.expm1(-lambda_) ** 2"),
    "dlaplace": Mass(("a",), {"a": "1.0 / np.sinh(a) - np.abs(k)"}, ONE_MEAN, mean="0.0 * a",
                     variance="2.0 * np.exp(a) / np.expm1(a) ** 2"),
    "yulesimon": Mass(("alpha",), {"alpha": "1.0 / alpha + psi(alpha + 1.0) - psi(k + alpha + 1.0)"}, ONE_SHARE),
    "skellam": Mass(
        ("mu1", "mu2"),
        {"mu1": "np.exp(skellam_logpmf(k - 1, mu1, mu2) - y) - 1.0",
         "mu2": "np.exp(skellam_logpmf(k + 1, mu1, mu2) - y) - 1.0"},
        ("np.array([-1, 0, 2]), 1.5 + 0.2 * A(3), 0.7", "1, 1.5, 0.7"),
        pmf={"mu1": "skellam_pmf(k - 1, mu1, mu2) - y", "mu2": "skellam_pmf(k + 1, mu1, mu2) - y"},
        cdf={"mu1": "-skellam_pmf(np.floor(k), mu1, mu2)", "mu2": "skellam_pmf(np.floor(k) + 1, mu1, mu2)"},
        mean="mu1 - mu2", variance="mu1 + mu2",
    ),
}  # fmt: skip


def mass_text(name: str, mass: Mass, method: str) -> str:
    """The rule of a method, written out."""
    lines = [f"def {name}_{method}_({', '.join(['k', *mass.parameters, 'loc=0'])}, *, y):", "    events = k - loc"]
    if method in ("logpmf", "pmf"):
        for parameter, score in mass.score.items():
            if method == "logpmf":
                line = f"possible(y, {score})"
            elif mass.pmf is not None:
                line = mass.pmf[parameter]
            else:
                line = f"y * possible(y, {score})"
            lines.append(f"    {parameter}: {line}")
    else:
        sign = "-" if method in ("sf", "logsf") else ""
        for parameter, slope in mass.cdf.items():
            line = f"possible(y, ({slope}) * np.exp(-y))" if method.startswith("log") else f"({slope})"
            lines.append(f"    {parameter}: {sign}{line}")
    return "\n".join([*lines[:2], *[re.sub(r"\bk\b", "events", line) for line in lines[2:]], ""])


for _name, _mass in MASSES.items():
    if not hasattr(stats, _name):
        continue
    _distribution = getattr(stats, _name)
    _methods = ("logpmf", "pmf") + (("logcdf", "cdf", "logsf", "sf") if _mass.cdf else ())
    for _method in ("logpmf", "pmf"):
        words.WORDS[f"{_name}_{_method}"] = getattr(_distribution, _method)
    for _method in _methods:
        add(getattr(_distribution, _method), mass_text(_name, _mass, _method), tuple(f"f({c})" for c in _mass.cases))
    _parameters = (*_mass.parameters, "loc=0")
    _known = moments_of(_name, _distribution, _parameters, _mass.mean, _mass.variance, None)
    WRITTEN[_distribution] = frozen_class(_name, _distribution, _parameters, _methods, tuple(_known))

from srcgrad.rules import scipy_stats_refused  # noqa: E402, F401 - what neither these nor the continuous ones have
