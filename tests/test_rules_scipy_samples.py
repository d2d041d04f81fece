"""Tests, distances and transforms of samples, distributions of several variables, estimated densities: values are
SciPy's, derivatives compared with differences, twice as well."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import stats

import srcgrad as sg

M = np.random.default_rng(3).uniform(0.5, 3.0, (5, 3))
U = np.random.default_rng(5).uniform(0.5, 3.0, 5)
V = np.random.default_rng(4).uniform(0.5, 3.0, 7)
W = np.cos(np.arange(3.0))
S = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])
KDE, KDE_OF_ROWS = stats.gaussian_kde(V), stats.gaussian_kde(M.T)
PROGRAMS = {}


def of(*args):
    """The program is tested at these arguments."""

    def note(f):
        PROGRAMS[f.__name__] = f, args
        return f

    return note


@of(M)
def power_means(m):
    return np.sum(stats.pmean(m, 2.5) * W) + stats.pmean(m, 0, axis=None) + np.sum(stats.pmean(m, -1.0, axis=1))


@of(M)
def weighted_means(m):
    return np.sum(stats.pmean(m, 2.5, weights=m + 1.0) * W)


@of(M)
def geometric_deviations(m):
    return np.sum(stats.gstd(m) * W) + stats.gstd(m, axis=None)


@of(M)
def other_scores(m):
    return np.sum(stats.zmap(m[:2], m) ** 3)


@of(M)
def gzscores(m):
    return np.sum(stats.gzscore(m) ** 3)


@of(M)
def entropies(m):
    return (
        np.sum(stats.entropy(m) * W)
        + np.sum(stats.entropy(m, m[::-1] ** 2, base=2) * W)
        + np.sum(stats.entropy(m, axis=1))
    )


@of(M)
def quartiles(m):
    return stats.iqr(m) ** 2 + np.sum(stats.iqr(m, axis=0, scale="normal") * W) + np.sum(stats.iqr(m, 1, (10, 70)))


@of(M)
def medians(m):
    return np.sum(stats.median_abs_deviation(m) * W) + stats.median_abs_deviation(m, axis=None, scale="normal")


@of(M)
def directions(m):
    return (
        np.sum(stats.circmean(m, axis=0) * W)
        + stats.circvar(m)
        + np.sum(stats.circstd(m, high=4.0, low=-1.0, axis=1))
        + stats.circstd(m, normalize=True)
    )


@of(M)
def box_cox(m):
    return stats.boxcox_llf(0.3, m[:, 0]) + stats.boxcox_llf(m[0, 0], m[:, 1] + m[0, 1])


@of(M)
def yeo_johnson(m):
    return (
        np.sum(stats.yeojohnson(m[:, 0] - 1.5, 0.3) ** 2)
        + stats.yeojohnson_llf(m[0, 0], m[:, 1] - 1.4)
        + np.sum(stats.yeojohnson(m[:, 0] - 1.5, 0.0) + stats.yeojohnson(m[:, 0] - 1.5, 2.0))
    )


@of(M)
def distances(m):
    return (
        stats.wasserstein_distance(m[:, 0], m[:, 1] * 1.1)
        + stats.wasserstein_distance(m[:, 0], U, m[:, 2], np.arange(1.0, 6.0))
        + stats.energy_distance(m[:, 0], m[:, 1] * 1.3)
    )


@of(M)
def one_sample(m):
    r = stats.ttest_1samp(m[:, 0], 1.1)
    above = stats.ttest_1samp(m[:, 1], 0.9, 0, "propagate", "greater").pvalue
    return r.statistic + r.pvalue * 3 + above + np.sum(stats.ttest_1samp(m, 1.3)[0] * W)


@of(M)
def pairs(m):
    s, p = stats.ttest_rel(m[:, 0], m[:, 1])
    return s + 3 * p + stats.ttest_rel(m[:, 0], m[:, 2], alternative="greater").pvalue


@of(M)
def two_samples(m):
    r = stats.ttest_ind(m[:, 0], m[:4, 1])
    q = stats.ttest_ind(m[:, 0], m[:4, 2], equal_var=False)
    less = stats.ttest_ind(m[:, 0], m[:4, 2], axis=0, alternative="less")
    return r.statistic + r.pvalue + q.statistic * q.pvalue + less.pvalue * less.statistic


@of(M)
def several_samples(m):
    r = stats.f_oneway(m[:, 0], m[:4, 1], m[:, 2])
    return r.statistic + r.pvalue


@of(M)
def counts(m):
    r = stats.chisquare(m[:, 0])
    q = stats.chisquare(m[:, 0], m[:, 1] * np.sum(m[:, 0]) / np.sum(m[:, 1]))
    less = stats.ttest_ind(m[:, 0], m[:4, 2], axis=0, alternative="less")
    return r.statistic + r.pvalue + q.statistic * q.pvalue + less.pvalue * less.statistic


@of(M)
def normality(m):
    r = stats.jarque_bera(m)
    return r.statistic * r.pvalue + r.statistic


@of(M, M[0].copy(), S, 3.5)
def student(x, l, s, df):
    return (
        np.sum(stats.multivariate_t.logpdf(x, l, s, df) * np.arange(5.0))
        + stats.multivariate_t.pdf(x[0], l, s, df)
        + stats.multivariate_t(l, s, df).logpdf(x[1])
    )


@of(M[0].copy(), M[1].copy(), 2.5)
def student_by_diagonal(x, s, df):
    return stats.multivariate_t.logpdf(x, np.zeros(3), s, df) + stats.multivariate_t.logpdf(x[0], df=df)


@of(M[0].copy())
def dirichlet(a):
    x = np.array([0.2, 0.3, 0.5])
    return (
        stats.dirichlet.logpdf(x, a)
        + stats.dirichlet(a).pdf(x[:2])
        + np.sum(stats.dirichlet.mean(a) * stats.dirichlet.var(a) * np.arange(3.0))
        + stats.dirichlet(a).entropy()
        + np.sum(stats.dirichlet.logpdf(np.array([[0.2, 0.1], [0.3, 0.3], [0.5, 0.6]]), a))
    )


@of(np.array([0.2, 0.3, 0.5]))
def multinomial(p):
    p = p / np.sum(p)
    return stats.multinomial.logpmf(np.array([1, 2, 0]), 3, p) + np.sum(
        stats.multinomial(3, p).pmf(np.array([[1, 2, 0], [0, 1, 2]]))
    )


@of(S, 4.5, S + np.eye(3))
def wishart(x, df, s):
    return stats.wishart.logpdf(x, df, s) + stats.wishart(df, s).pdf(x) * 100


@of(M[0].copy(), S)
def normal_entropy(m, c):
    return stats.multivariate_normal.entropy(m, c) + stats.multivariate_normal(m, c).entropy()


@of(V)
def estimate(v):
    k = stats.gaussian_kde(v)
    inside = k.integrate_box_1d(v[0], 1.7) ** 2
    return np.sum(k(np.array([0.5, 1.3, 2.0])) * np.arange(3.0)) + k.logpdf(1.2)[0] + k.evaluate(0.7)[0] + inside


@of(V, 0.3, np.arange(1.0, 8.0))
def estimate_by_weights(v, b, w):
    return np.sum(np.log(stats.gaussian_kde(v, bw_method=b, weights=w).pdf(np.array([0.5, 1.3, 2.0]))))


@of(M)
def estimate_of_rows(m):
    return np.sum(stats.gaussian_kde(m.T, "silverman")(m[:2].T + 0.1))


@of(V)
def constant_estimate(v):
    return np.sum(KDE(v + 0.1) * v) + np.sum(KDE.logpdf(v[:2]))


@of(M)
def constant_estimate_of_rows(m):
    return np.sum(KDE_OF_ROWS(m[:4].T + 0.2))


@pytest.mark.parametrize("name", PROGRAMS)
def test_samples_and_several_variables(name):
    f, args = PROGRAMS[name]
    assert sg.value_and_grad(f)(*args)[0] == f(*args)
    sg.check_grads(f, args, order=2, modes=("rev", "fwd"))


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda m: stats.ttest_ind(m[0], m[1], nan_policy="omit")[0], "nan_policy"),
        (lambda m: stats.entropy(m, keepdims=True)[0, 0], "keepdims"),
        (lambda m: stats.circmean(m, nan_policy="omit"), "nan_policy"),
    ],
)
def test_other_options_are_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(M)
    assert __file__.rpartition("/")[2] in str(error.value)
