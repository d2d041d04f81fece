"""Summaries of samples in `scipy.stats`, written as formulas: SciPy gives the value, the formula the derivative."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import stats

from srcgrad.runtime.words_scipy_given import given_by


def count_of(a, axis):
    """How many samples there are along an axis, None for all."""
    return np.size(a) if axis is None else np.shape(a)[axis]


def central(a, axis, order):
    """A central moment."""
    a = np.asarray(a)
    return np.mean((a - np.mean(a, axis=axis, keepdims=True)) ** order, axis=axis)


def weighed(a, axis, weights):
    """The mean with weights of the same shape, or one for each sample along the axis."""
    if weights is None:
        return np.mean(a, axis=axis)
    weights = np.asarray(weights)
    if np.ndim(weights) == 1 and np.ndim(a) > 1:
        weights = np.reshape(weights, [-1 if k == axis % np.ndim(a) else 1 for k in range(np.ndim(a))])
    return np.sum(a * weights, axis=axis) / np.sum(weights * np.ones_like(a), axis=axis)


def zscore(a, axis=0, ddof=0, nan_policy="propagate"):
    a = np.asarray(a)
    away = a - np.mean(a, axis=axis, keepdims=True)
    again = away / np.std(a, axis=axis, ddof=ddof, keepdims=True)
    return given_by(again, stats.zscore, (a, axis, ddof), {})


def skew(a, axis=0, bias=True, nan_policy="propagate", *, keepdims=False):
    again = central(a, axis, 3) / central(a, axis, 2) ** 1.5
    if not bias:
        n = count_of(a, axis)
        again = again * (np.sqrt(n * (n - 1.0)) / (n - 2.0))
    return given_by(again, stats.skew, (a, axis, bias), {})


def kurtosis(a, axis=0, fisher=True, bias=True, nan_policy="propagate", *, keepdims=False):
    again = central(a, axis, 4) / central(a, axis, 2) ** 2
    if not bias:
        n = count_of(a, axis)
        again = ((n * n - 1.0) * again - 3.0 * (n - 1.0) ** 2) / ((n - 2.0) * (n - 3.0)) + 3.0
    return given_by(again - 3.0 if fisher else again, stats.kurtosis, (a, axis, fisher, bias), {})


def moment(a, order=1, axis=0, nan_policy="propagate", *, center=None, keepdims=False):
    again = central(a, axis, order) if center is None else np.mean((np.asarray(a) - center) ** order, axis=axis)
    return given_by(again, stats.moment, (a, order, axis), {"center": center})


def sem(a, axis=0, ddof=1, nan_policy="propagate", *, keepdims=False):
    again = np.std(np.asarray(a), axis=axis, ddof=ddof) / np.sqrt(count_of(a, axis))
    return given_by(again, stats.sem, (a, axis, ddof), {})


def variation(a, axis=0, nan_policy="propagate", ddof=0, *, keepdims=False):
    a = np.asarray(a)
    again = np.std(a, axis=axis, ddof=ddof) / np.mean(a, axis=axis)
    return given_by(again, stats.variation, (a, axis), {"ddof": ddof})


def gmean(a, axis=0, dtype=None, weights=None, *, nan_policy="propagate", keepdims=False):
    again = np.exp(weighed(np.log(np.asarray(a)), axis, weights))
    return given_by(again, stats.gmean, (a, axis), {"weights": weights})


def hmean(a, axis=0, dtype=None, *, weights=None, nan_policy="propagate", keepdims=False):
    again = 1.0 / weighed(1.0 / np.asarray(a), axis, weights)
    return given_by(again, stats.hmean, (a, axis), {"weights": weights})


def trim_mean(a, proportiontocut, axis=0, *, nan_policy="propagate", keepdims=False):
    again = np.asarray(a).ravel() if axis is None else np.moveaxis(np.asarray(a), axis, 0)
    cut = int(proportiontocut * np.shape(again)[0])
    again = np.mean(np.sort(again, axis=0)[cut : np.shape(again)[0] - cut], axis=0)
    return given_by(again, stats.trim_mean, (a, proportiontocut, axis), {})


# ------------------------------------------------------------------------------------------------- two samples


class Correlation:
    """The result of `pearsonr`."""

    def __init__(self, statistic, pvalue):
        self.statistic = statistic
        self.pvalue = pvalue
        self.correlation = statistic

    def __getitem__(self, i):
        return (self.statistic, self.pvalue)[i]

    def __iter__(self):
        return iter((self.statistic, self.pvalue))


def correlation(x, y):
    """The correlation of two samples."""
    x = x - np.mean(x)
    y = y - np.mean(y)
    return np.sum(x * y) / np.sqrt(np.sum(x * x) * np.sum(y * y))


def of_result(function, name, args, **options):
    """A number in a result of SciPy's."""
    return getattr(function(*args, **options), name)


def how_likely(found, distribution, parameters, alternative):
    """How likely a value of a distribution that is symmetric is to lie as far out, on the sides asked for."""
    if alternative == "less":
        return distribution.cdf(found, *parameters)
    if alternative == "greater":
        return distribution.sf(found, *parameters)
    return 2.0 * distribution.sf(np.abs(found), *parameters)


def pearsonr(x, y, *, alternative="two-sided"):
    r = correlation(np.asarray(x), np.asarray(y))
    half = len(x) / 2.0 - 1.0
    p = how_likely(r, stats.beta, (half, half, -1.0, 2.0), alternative)
    options = {"alternative": alternative}
    statistic = given_by(r, of_result, (stats.pearsonr, "statistic", (x, y)), options)
    return Correlation(statistic, given_by(p, of_result, (stats.pearsonr, "pvalue", (x, y)), options))


class Line:
    """The result of `linregress`."""

    def __init__(self, slope, intercept, rvalue, pvalue, stderr, intercept_stderr):
        self.slope = slope
        self.intercept = intercept
        self.rvalue = rvalue
        self.pvalue = pvalue
        self.stderr = stderr
        self.intercept_stderr = intercept_stderr

    def __getitem__(self, i):
        return (self.slope, self.intercept, self.rvalue, self.pvalue, self.stderr)[i]

    def __iter__(self):
        return iter((self.slope, self.intercept, self.rvalue, self.pvalue, self.stderr))


def part_of_line(again, name, x, y, alternative="two-sided"):
    """A number of the result of `linregress`."""
    return given_by(again, of_result, (stats.linregress, name, (x, y)), {"alternative": alternative})


def linregress(x, y, alternative="two-sided"):
    left = np.asarray(x)
    right = np.asarray(y)
    free = len(left) - 2
    wide = np.mean((left - np.mean(left)) ** 2)
    high = np.mean((right - np.mean(right)) ** 2)
    slope = np.mean((left - np.mean(left)) * (right - np.mean(right))) / wide
    r = correlation(left, right)
    error = np.sqrt((1.0 - r * r) * high / wide / free)
    p = how_likely(r * np.sqrt(free / ((1.0 - r) * (1.0 + r))), stats.t, (free,), alternative)
    return Line(
        part_of_line(slope, "slope", x, y),
        part_of_line(np.mean(right) - slope * np.mean(left), "intercept", x, y),
        part_of_line(r, "rvalue", x, y),
        part_of_line(p, "pvalue", x, y, alternative),
        part_of_line(error, "stderr", x, y),
        part_of_line(error * np.sqrt(wide + np.mean(left) ** 2), "intercept_stderr", x, y),
    )
