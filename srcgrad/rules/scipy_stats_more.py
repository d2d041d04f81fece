"""Rules for distributions of several variables in `scipy.stats`, and for densities estimated from samples."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from functools import partial

from scipy import stats

from srcgrad.analysis import shapes_scipy as of
from srcgrad.rules.language import general
from srcgrad.rules.scipy_stats import same_method
from srcgrad.rules.stand_ins import METHODS, WRITTEN, OfObject
from srcgrad.written import scipy_several as written
from srcgrad.written.scipy_frozen import frozen_class

# -------------------------------------------------------------------------------------------------- normal, many axes

SEVERAL = ("f(A(4, 3), A(3), P(3))", "f(A(3), A(3), P(3))", "f(A(2, 3), A(3), np.array([1.0, 2.0, 0.5]))",
           "f(A(2, 3), A(3), 1.5)", "f(A(2, 3), A(3))", "f(A(4), S(), S())", "f(A(4))", "f(S(), S(), S())",
           "f(A(2, 1, 3), A(3), P(3))")  # fmt: skip


@general(stats.multivariate_normal.logpdf, kind=of.without_last, reals=True, cases=SEVERAL)
def multivariate_normal_logpdf(x, mean=None, cov=1, *, g):
    parts = normal_cotangents(g, x, mean, cov)
    x: parts[0]
    mean: parts[1]
    cov: parts[2]
    y_dot: normal_tangent(x_dot, mean_dot, cov_dot, x, mean, cov)


@general(stats.multivariate_normal.pdf, kind=of.without_last, reals=True, cases=SEVERAL)
def multivariate_normal_pdf(x, mean=None, cov=1, *, y, g):
    parts = normal_cotangents(g * y, x, mean, cov)
    x: parts[0]
    mean: parts[1]
    cov: parts[2]
    y_dot: y * normal_tangent(x_dot, mean_dot, cov_dot, x, mean, cov)


for _rule in (multivariate_normal_logpdf, multivariate_normal_pdf):
    for _function in _rule.functions:
        METHODS[type(_function.__self__), _function.__name__] = partial(same_method, _function)

# by distribution: its parameters, its methods of one argument, and what is known of it
SEVERAL_VARIABLES = {
    "multivariate_normal": (("mean=None", "cov=1"), ("logpdf", "pdf"), {"entropy": written.normal_entropy}),
    "multivariate_t": (
        ("loc=None", "shape=1", "df=1"),
        {"logpdf": written.multivariate_t_logpdf, "pdf": written.multivariate_t_pdf}, {},
    ),
    "dirichlet": (
        ("alpha",), {"logpdf": written.dirichlet_logpdf, "pdf": written.dirichlet_pdf},
        {"mean": written.dirichlet_mean, "var": written.dirichlet_var, "entropy": written.dirichlet_entropy},
    ),
    "multinomial": (("n", "p"), {"logpmf": written.multinomial_logpmf, "pmf": written.multinomial_pmf}, {}),
    "wishart": (("df", "scale"), {"logpdf": written.wishart_logpdf, "pdf": written.wishart_pdf}, {}),
}  # fmt: skip
for _name, (_parameters, _methods, _known) in SEVERAL_VARIABLES.items():
    _distribution = getattr(stats, _name)
    WRITTEN[_distribution] = frozen_class(_name, _distribution, _parameters, tuple(_methods), tuple(_known))
    for _method, _function in {**(_methods if isinstance(_methods, dict) else {}), **_known}.items():
        WRITTEN[getattr(_distribution, _method)] = _function
        METHODS[type(_distribution), _method] = partial(same_method, _function)

WRITTEN[stats.gaussian_kde] = written.Kde
for _method, _function in {
    "__call__": written.estimated, "evaluate": written.estimated, "pdf": written.estimated,
    "logpdf": written.log_estimated,
}.items():  # fmt: skip
    METHODS[stats.gaussian_kde, _method] = OfObject(_function)
