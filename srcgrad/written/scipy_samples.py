"""Tests, distances and transforms of samples in `scipy.stats`: SciPy gives the value, the formula the derivative."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import special, stats

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.written.scipy_summaries import central, count_of, how_likely, of_result, weighed


def pmean(a, p, *, axis=0, dtype=None, weights=None, nan_policy="propagate", keepdims=False):
    a = np.asarray(a)
    again = np.exp(weighed(np.log(a), axis, weights)) if p == 0 else weighed(a**p, axis, weights) ** (1.0 / p)
    return given_by(again, stats.pmean, (a, p), {"axis": axis, "weights": weights})


def gstd(a, axis=0, ddof=1, *, keepdims=False, nan_policy="propagate"):
    again = np.exp(np.std(np.log(np.asarray(a)), axis=axis, ddof=ddof))
    return given_by(again, stats.gstd, (a, axis, ddof), {})


def zmap(scores, compare, axis=0, ddof=0, nan_policy="propagate"):
    scores = np.asarray(scores)
    compare = np.asarray(compare)
    again = (scores - np.mean(compare, axis=axis, keepdims=True)) / np.std(compare, axis=axis, ddof=ddof, keepdims=True)
    return given_by(again, stats.zmap, (scores, compare, axis, ddof), {})


def gzscore(a, *, axis=0, ddof=0, nan_policy="propagate"):
    logs = np.log(np.asarray(a))
    away = logs - np.mean(logs, axis=axis, keepdims=True)
    again = away / np.std(logs, axis=axis, ddof=ddof, keepdims=True)
    return given_by(again, stats.gzscore, (a,), {"axis": axis, "ddof": ddof})


def entropy(pk, qk=None, base=None, axis=0, *, nan_policy="propagate", keepdims=False):
    p = np.asarray(pk)
    p = p / np.sum(p, axis=axis, keepdims=True)
    if qk is None:
        again = np.sum(special.entr(p), axis=axis)
    else:
        q = np.asarray(qk)
        q = q / np.sum(q, axis=axis, keepdims=True)
        again = np.sum(special.rel_entr(p, q), axis=axis)
    if base is not None:
        again = again / np.log(base)
    return given_by(again, stats.entropy, (pk, qk, base, axis), {})


def iqr(x, axis=None, rng=(25, 75), scale=1.0, nan_policy="propagate", interpolation="linear", keepdims=False):
    x = np.asarray(x)
    again = np.percentile(x, rng[1], axis=axis) - np.percentile(x, rng[0], axis=axis)
    # the interquartile range of the standard normal distribution
    again = again / (1.3489795003921634 if scale == "normal" else scale)
    return given_by(again, stats.iqr, (x, axis, rng, scale), {})


def median_abs_deviation(x, axis=0, center=np.median, scale=1.0, nan_policy="propagate", *, keepdims=False):
    x = np.asarray(x)
    again = np.median(np.abs(x - np.median(x, axis=axis, keepdims=True)), axis=axis)
    again = again / (0.6744897501960817 if scale == "normal" else scale)
    return given_by(again, stats.median_abs_deviation, (x, axis), {"scale": scale})


# ------------------------------------------------------------------------------------------------------- directions


def resultant(samples, high, low, axis):
    """The means of sine and cosine of angles that turn once between low and high."""
    angles = (np.asarray(samples) - low) * (2.0 * np.pi / (high - low))
    return np.mean(np.sin(angles), axis=axis), np.mean(np.cos(angles), axis=axis)


def circmean(samples, high=2 * np.pi, low=0, axis=None, nan_policy="propagate", *, keepdims=False):
    s, c = resultant(samples, high, low, axis)
    again = np.arctan2(s, c) * ((high - low) / (2.0 * np.pi)) + low
    return given_by(again, stats.circmean, (samples, high, low, axis), {})


def circvar(samples, high=2 * np.pi, low=0, axis=None, nan_policy="propagate", *, keepdims=False):
    s, c = resultant(samples, high, low, axis)
    return given_by(1.0 - np.hypot(s, c), stats.circvar, (samples, high, low, axis), {})


def circstd(samples, high=2 * np.pi, low=0, axis=None, nan_policy="propagate", *, normalize=False, keepdims=False):
    s, c = resultant(samples, high, low, axis)
    again = np.sqrt(-2.0 * np.log(np.hypot(s, c)))
    if not normalize:
        again = again * ((high - low) / (2.0 * np.pi))
    return given_by(again, stats.circstd, (samples, high, low, axis), {"normalize": normalize})


# ------------------------------------------------------------------------------------------------------- transforms


def boxcox_llf(lmb, data, *, axis=0, keepdims=False, nan_policy="propagate"):
    data = np.asarray(data)
    spread = np.var(special.boxcox(data, lmb), axis=axis)
    again = (lmb - 1.0) * np.sum(np.log(data), axis=axis) - 0.5 * count_of(data, axis) * np.log(spread)
    return given_by(again, stats.boxcox_llf, (lmb, data), {"axis": axis} if axis != 0 else {})


def yeojohnson_of(x, lmbda):
    """The transform of Yeo and Johnson: that of Box and Cox of both sides of 0."""
    up = np.where(x >= 0.0, x, 0.0)
    down = np.where(x < 0.0, -x, 0.0)
    return special.boxcox1p(up, lmbda) - special.boxcox1p(down, 2.0 - lmbda)


def yeojohnson(x, lmbda):
    again = yeojohnson_of(np.asarray(x), lmbda)
    return given_by(again, stats.yeojohnson, (x, lmbda), {})


def yeojohnson_llf(lmb, data):
    data = np.asarray(data)
    spread = np.var(yeojohnson_of(data, lmb), axis=0)
    again = (lmb - 1.0) * np.sum(np.sign(data) * np.log1p(np.abs(data)), axis=0)
    return given_by(again - 0.5 * count_of(data, 0) * np.log(spread), stats.yeojohnson_llf, (lmb, data), {})


# -------------------------------------------------------------------------------------------------------- distances


def gaps(u, v, u_weights, v_weights):
    """The distances of neighbours among all values, and the difference of the two distribution functions there."""
    both = np.sort(np.concatenate((u, v)))[:-1]
    return np.diff(np.sort(np.concatenate((u, v)))), share_up_to(both, u, u_weights) - share_up_to(both, v, v_weights)


def share_up_to(points, x, weights):
    """The empirical distribution function of `x` at points."""
    order = np.argsort(x)
    counts = np.searchsorted(x[order], points, "right")
    if weights is None:
        return counts / np.size(x)
    total = np.concatenate((np.zeros(1), np.cumsum(np.asarray(weights)[order])))
    return total[counts] / total[-1]


def wasserstein_distance(u_values, v_values, u_weights=None, v_weights=None):
    steps, apart = gaps(np.asarray(u_values), np.asarray(v_values), u_weights, v_weights)
    again = np.sum(np.abs(apart) * steps)
    return given_by(again, stats.wasserstein_distance, (u_values, v_values, u_weights, v_weights), {})


def energy_distance(u_values, v_values, u_weights=None, v_weights=None):
    steps, apart = gaps(np.asarray(u_values), np.asarray(v_values), u_weights, v_weights)
    again = np.sqrt(2.0 * np.sum(apart * apart * steps))
    return given_by(again, stats.energy_distance, (u_values, v_values, u_weights, v_weights), {})


# ------------------------------------------------------------------------------------------------------------ tests


class Test:
    """The result of a test: a statistic, and how likely one as large is."""

    def __init__(self, statistic, pvalue):
        self.statistic = statistic
        self.pvalue = pvalue

    def __getitem__(self, i):
        return (self.statistic, self.pvalue)[i]

    def __iter__(self):
        return iter((self.statistic, self.pvalue))


def tested(statistic, pvalue, function, args, **options):
    """A result whose numbers are SciPy's."""
    found = given_by(statistic, of_result, (function, "statistic", args), options)
    return Test(found, given_by(pvalue, of_result, (function, "pvalue", args), options))


def ttest_1samp(a, popmean, axis=0, nan_policy="propagate", alternative="two-sided", *, keepdims=False):
    a = np.asarray(a)
    n = count_of(a, axis)
    t = (np.mean(a, axis=axis) - popmean) / np.sqrt(np.var(a, axis=axis, ddof=1) / n)
    p = how_likely(t, stats.t, (n - 1,), alternative)
    return tested(t, p, stats.ttest_1samp, (a, popmean, axis), alternative=alternative)


def ttest_rel(a, b, axis=0, nan_policy="propagate", alternative="two-sided", *, keepdims=False):
    away = np.asarray(a) - np.asarray(b)
    n = count_of(away, axis)
    t = np.mean(away, axis=axis) / np.sqrt(np.var(away, axis=axis, ddof=1) / n)
    p = how_likely(t, stats.t, (n - 1,), alternative)
    return tested(t, p, stats.ttest_rel, (a, b, axis), alternative=alternative)


def ttest_ind(a, b, *, axis=0, equal_var=True, nan_policy="propagate", alternative="two-sided", keepdims=False):
    a = np.asarray(a)
    b = np.asarray(b)
    n, m = count_of(a, axis), count_of(b, axis)
    v, w = np.var(a, axis=axis, ddof=1) / n, np.var(b, axis=axis, ddof=1) / m
    if equal_var:
        df = n + m - 2.0
        spread = (n * (n - 1.0) * v + m * (m - 1.0) * w) / df * (1.0 / n + 1.0 / m)
    else:
        df = (v + w) ** 2 / (v * v / (n - 1.0) + w * w / (m - 1.0))
        spread = v + w
    t = (np.mean(a, axis=axis) - np.mean(b, axis=axis)) / np.sqrt(spread)
    p = how_likely(t, stats.t, (df,), alternative)
    return tested(t, p, stats.ttest_ind, (a, b), axis=axis, equal_var=equal_var, alternative=alternative)


def f_oneway(*samples):
    groups = [np.asarray(sample) for sample in samples]
    total = sum([len(g) for g in groups])
    whole = sum([np.sum(g) for g in groups]) / total
    between = sum([len(g) * (np.mean(g) - whole) ** 2 for g in groups]) / (len(groups) - 1.0)
    within = sum([np.sum((g - np.mean(g)) ** 2) for g in groups]) / (total - len(groups))
    f = between / within
    return tested(f, stats.f.sf(f, len(groups) - 1, total - len(groups)), stats.f_oneway, samples)


def chisquare(f_obs, f_exp=None, ddof=0, axis=0):
    seen = np.asarray(f_obs)
    wanted = np.mean(seen, axis=axis, keepdims=True) if f_exp is None else np.asarray(f_exp)
    found = np.sum((seen - wanted) ** 2 / wanted, axis=axis)
    p = stats.chi2.sf(found, count_of(seen, axis) - 1 - ddof)
    return tested(found, p, stats.chisquare, (f_obs, f_exp, ddof, axis))


def jarque_bera(x, *, axis=None, nan_policy="propagate", keepdims=False):
    x = np.asarray(x).ravel()
    spread = central(x, 0, 2)
    tilt, bulge = central(x, 0, 3) / spread**1.5, central(x, 0, 4) / spread**2 - 3.0
    found = len(x) / 6.0 * (tilt * tilt + bulge * bulge / 4.0)
    return tested(found, stats.chi2.sf(found, 2), stats.jarque_bera, (x,))
