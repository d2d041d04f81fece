"""Distributions of several variables in `scipy.stats`, and densities estimated from samples: SciPy gives the value."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import special, stats

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import given_by


def spread_of(shape, dim):
    """A symmetric matrix given by its lower triangle, its diagonal, or one number."""
    shape = np.asarray(shape)
    if shape.ndim == 2:
        return np.tril(shape) + np.tril(shape, -1).T
    return np.diag(shape) if shape.ndim == 1 else shape * np.eye(dim)


def rows_of(x, dim):
    """Points of so many coordinates as rows."""
    x = np.asarray(x)
    return np.reshape(x, (-1, 1)) if dim == 1 and x.ndim < 2 else np.reshape(x, (1, -1)) if x.ndim == 1 else x


def distance(away, spread):
    """The squared distances that a covariance measures, of rows."""
    return np.sum(away * np.linalg.solve(spread, np.expand_dims(away, -1))[..., 0], axis=-1)


def log_determinant(matrix):
    return np.linalg.slogdet(matrix)[1]


def multivariate_t_log(x, loc, shape, df):
    """The logarithm of the density of Student's distribution of several variables."""
    if np.isinf(df):
        raise UnsupportedError("multivariate_t with infinite df", "take scipy.stats.multivariate_normal")
    dim = max(np.size(loc) if loc is not None else 1, np.shape(shape)[0] if np.ndim(shape) else 1)
    spread = spread_of(shape, dim)
    rows = rows_of(x, dim)
    away = rows if loc is None else rows - loc
    half = 0.5 * (df + dim)
    start = special.gammaln(half) - special.gammaln(0.5 * df) - 0.5 * dim * np.log(np.pi * df)
    return start - 0.5 * log_determinant(spread) - half * np.log1p(distance(away, spread) / df)


def multivariate_t_logpdf(x, loc=None, shape=1, df=1):
    again = np.squeeze(multivariate_t_log(x, loc, shape, df))
    return given_by(again, stats.multivariate_t.logpdf, (x, loc, shape, df), {})


def multivariate_t_pdf(x, loc=None, shape=1, df=1):
    again = np.exp(np.squeeze(multivariate_t_log(x, loc, shape, df)))
    return given_by(again, stats.multivariate_t.pdf, (x, loc, shape, df), {})


def normal_entropy(mean=None, cov=1):
    dim = max(np.size(mean) if mean is not None else 1, np.shape(cov)[0] if np.ndim(cov) else 1)
    again = 0.5 * (dim * 2.8378770664093453 + log_determinant(spread_of(cov, dim)))
    return given_by(again, stats.multivariate_normal.entropy, (mean, cov), {})


# -------------------------------------------------------------------------------------------------------- shares


def dirichlet_log(x, alpha):
    """The logarithm of Dirichlet's density; the last share may be left out."""
    x, alpha = np.asarray(x), np.asarray(alpha)
    if np.shape(x)[0] + 1 == np.shape(alpha)[0]:
        x = np.concatenate((x, 1.0 - np.sum(x, axis=0, keepdims=True)))
    powers = special.xlogy(alpha - 1.0, x.T)
    return np.squeeze(special.gammaln(np.sum(alpha)) - np.sum(special.gammaln(alpha)) + np.sum(powers.T, axis=0))


def dirichlet_logpdf(x, alpha):
    return given_by(dirichlet_log(x, alpha), stats.dirichlet.logpdf, (x, alpha), {})


def dirichlet_pdf(x, alpha):
    return given_by(np.exp(dirichlet_log(x, alpha)), stats.dirichlet.pdf, (x, alpha), {})


def dirichlet_mean(alpha):
    alpha = np.asarray(alpha)
    return given_by(alpha / np.sum(alpha), stats.dirichlet.mean, (alpha,), {})


def dirichlet_var(alpha):
    alpha = np.asarray(alpha)
    total = np.sum(alpha)
    again = alpha * (total - alpha) / (total * total * (total + 1.0))
    return given_by(again, stats.dirichlet.var, (alpha,), {})


def dirichlet_entropy(alpha):
    alpha = np.asarray(alpha)
    total = np.sum(alpha)
    again = np.sum(special.gammaln(alpha)) - special.gammaln(total) - np.sum((alpha - 1.0) * special.psi(alpha))
    again = again + (total - np.size(alpha)) * special.psi(total)
    return given_by(again, stats.dirichlet.entropy, (alpha,), {})


def multinomial_log(x, n, p):
    """The logarithm of the probability of counts; SciPy takes for the last share what the others leave."""
    p = np.asarray(p)
    shares = np.concatenate((p[..., :-1], 1.0 - np.sum(p[..., :-1], axis=-1, keepdims=True)), axis=-1)
    ways = special.gammaln(np.asarray(n) + 1.0) - np.sum(special.gammaln(np.asarray(x) + 1.0), axis=-1)
    return ways + np.sum(special.xlogy(x, shares), axis=-1)


def multinomial_logpmf(x, n, p):
    return given_by(multinomial_log(x, n, p), stats.multinomial.logpmf, (x, n, p), {})


def multinomial_pmf(x, n, p):
    return given_by(np.exp(multinomial_log(x, n, p)), stats.multinomial.pmf, (x, n, p), {})


# ------------------------------------------------------------------------------------------------------ matrices


def wishart_log(x, df, scale):
    """The logarithm of Wishart's density of one matrix."""
    x, scale = np.asarray(x), np.asarray(scale)
    dim = np.shape(scale)[0]
    again = 0.5 * (df - dim - 1.0) * log_determinant(spread_of(x, dim))
    again = again - 0.5 * np.trace(np.linalg.solve(spread_of(scale, dim), x))
    again = again - 0.5 * df * (dim * 0.6931471805599453 + log_determinant(spread_of(scale, dim)))
    return again - special.multigammaln(0.5 * df, dim)


def wishart_logpdf(x, df, scale):
    return given_by(wishart_log(x, df, scale), stats.wishart.logpdf, (x, df, scale), {})


def wishart_pdf(x, df, scale):
    return given_by(np.exp(wishart_log(x, df, scale)), stats.wishart.pdf, (x, df, scale), {})


# ------------------------------------------------------------------------------------------------------ estimates


class Kde:
    """Stands in for `scipy.stats.gaussian_kde`."""

    def __init__(self, dataset, bw_method=None, weights=None):
        data = np.atleast_2d(np.asarray(dataset))
        self.dataset = data
        self.d, self.n = np.shape(data)
        self.shares = np.ones(self.n) / self.n if weights is None else np.asarray(weights) / np.sum(weights)
        self.given = (dataset, bw_method, weights)
        self.neff = 1.0 / np.sum(self.shares * self.shares)
        if bw_method is None or bw_method == "scott":
            self.factor = self.neff ** (-1.0 / (self.d + 4.0))
        elif bw_method == "silverman":
            self.factor = (self.neff * (self.d + 2.0) / 4.0) ** (-1.0 / (self.d + 4.0))
        else:
            self.factor = bw_method
        away = data - np.sum(data * self.shares, axis=1, keepdims=True)
        spread = (away * self.shares) @ away.T / (1.0 - np.sum(self.shares * self.shares))
        self.covariance = spread * self.factor * self.factor

    def logs(self, points):
        """The logarithm of the density at points."""
        points = np.atleast_2d(np.asarray(points))
        if np.shape(points)[0] != self.d and np.shape(points)[1] == self.d:
            points = np.reshape(points, (self.d, 1))
        away = np.expand_dims(points.T, 1) - self.dataset.T
        start = -0.5 * (self.d * 1.8378770664093453 + log_determinant(self.covariance))
        return start + special.logsumexp(np.log(self.shares) - 0.5 * distance(away, self.covariance), axis=1)

    def evaluate(self, points):
        return given_by(np.exp(self.logs(points)), at_points, ("evaluate", points, *self.given), {})

    def __call__(self, points):
        return self.evaluate(points)

    def pdf(self, x):
        return self.evaluate(x)

    def logpdf(self, x):
        return given_by(self.logs(x), at_points, ("logpdf", x, *self.given), {})

    def integrate_box_1d(self, low, high):
        away = self.dataset[0] / np.sqrt(self.covariance[0, 0])
        ends = np.stack([low, high]) / np.sqrt(self.covariance[0, 0])
        inside = special.ndtr(ends[1] - away) - special.ndtr(ends[0] - away)
        return given_by(np.sum(self.shares * inside), box, (low, high, *self.given), {})

    def beyond(self, *args, **options):
        raise UnsupportedError("this method of gaussian_kde", "use evaluate, logpdf or integrate_box_1d")

    integrate_gaussian = integrate_box = integrate_kde = resample = marginal = set_bandwidth = beyond


def at_points(method, points, dataset, bw_method, weights):
    """What SciPy's estimate gives at points."""
    return getattr(stats.gaussian_kde(dataset, bw_method, weights), method)(points)


def box(low, high, dataset, bw_method, weights):
    """What SciPy's estimate gives for an interval."""
    return stats.gaussian_kde(dataset, bw_method, weights).integrate_box_1d(low, high)


def estimated(kde, points):
    """The density that a constant estimate gives at points."""
    return given_by(np.exp(Kde(kde.dataset, kde.factor, kde.weights).logs(points)), kde.evaluate, (points,), {})


def log_estimated(kde, points):
    """The logarithm of the density that a constant estimate gives at points."""
    return given_by(Kde(kde.dataset, kde.factor, kde.weights).logs(points), kde.logpdf, (points,), {})
