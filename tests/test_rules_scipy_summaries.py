"""Summaries of samples: SciPy's values, derivatives compared with differences, twice as well."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import stats

import srcgrad as sg

M = np.random.default_rng(3).uniform(0.5, 3.0, (5, 3))
V = np.random.default_rng(4).uniform(0.5, 3.0, 7)
W = np.cos(np.arange(3.0))


def scores(m):
    return np.sum(stats.zscore(m) ** 3) + np.sum(stats.zscore(m, axis=1, ddof=1) * W) + stats.zscore(m, None)[0, 0]


def shapes(m):
    total = np.sum(stats.skew(m) * W) + stats.skew(m, None) + np.sum(stats.skew(m, axis=0, bias=False) ** 2)
    total = total + np.sum(stats.kurtosis(m) * W) + np.sum(stats.kurtosis(m, 0, False, False) ** 2)
    return total + np.sum(stats.moment(m, 3) * W) + stats.moment(m, 2, axis=None, center=0.3)


def spreads(m):
    return np.sum(stats.sem(m) * W) * stats.sem(m, axis=None, ddof=0) + np.sum(stats.variation(m, axis=1) ** 2)


def means(m):
    total = np.sum(stats.gmean(m) * W) + stats.hmean(m, axis=None)
    total = total + np.sum(stats.gmean(m, axis=1, weights=W + 2.0) ** 2)
    return total * np.sum(stats.hmean(m, weights=1.0 + M, axis=0) * W) + np.sum(stats.trim_mean(m, 0.2) ** 2)


def correlated(v):
    r, p = stats.pearsonr(v, v**2 + np.sin(5.0 * v))
    less = stats.pearsonr(v, np.cos(np.arange(7.0)), alternative="less")
    return r * 3.0 + p + less.statistic**2 * less.pvalue


def lines(v):
    slope, intercept, r, p, error = stats.linregress(v, np.sin(3.0 * v))
    other = stats.linregress(np.arange(7.0), v)
    error = error * stats.linregress(np.arange(7.0), v, alternative="greater").pvalue
    return slope * intercept + r * p + error + other.slope * other.intercept_stderr + other.rvalue + other.stderr


PROGRAMS = [(scores, M), (shapes, M), (spreads, M), (means, M), (correlated, V), (lines, V)]
NAMES = [f.__name__ for f, _ in PROGRAMS]


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=NAMES)
def test_summaries(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    sg.check_grads(f, (x,), order=2, modes=("rev", "fwd"))


def test_single_precision():
    found = sg.grad(shapes)(M.astype("f"))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, sg.grad(shapes)(M), rtol=2e-3, atol=2e-3)


def without_nan(v):
    return stats.gmean(v, nan_policy="omit")


def kept(v):
    return stats.skew(v, keepdims=True)[0]


def interval(v):
    return stats.pearsonr(v, np.arange(7.0), method=stats.PermutationMethod())[0]


@pytest.mark.parametrize(("f", "words"), [(without_nan, "nan_policy"), (kept, "keepdims"), (interval, "method")])
def test_other_options_are_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(V)
    assert __file__.rpartition("/")[2] in str(error.value)
