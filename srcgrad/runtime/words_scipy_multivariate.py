"""Words for discrete and multivariate distributions of `scipy.stats`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_reduce import unbroadcast


def possible(y: Any, slope: Any) -> Any:
    """The slope of the logarithm of a probability, 0 for what cannot happen."""
    return np.where(np.equal(y, -np.inf), 0.0, slope)


def counted(k: Any, slope: Any) -> Any:
    """The slope of a distribution function of counts, 0 below the first of them."""
    return np.where(np.less(k, 0), 0.0, slope)


def share_slope(wins: Any, losses: Any, p: Any) -> Any:
    """The derivative of `wins log(p) + losses log(1 - p)`."""
    with np.errstate(all="ignore"):
        gain = np.where(np.equal(wins, 0), 0.0, np.divide(wins, p))
        return gain - np.where(np.equal(losses, 0), 0.0, np.divide(losses, np.subtract(1.0, p)))


def _standard(x: Any, mean: Any, cov: Any) -> tuple[Any, Any, int]:
    """Differences from the mean as rows, the Cholesky factor of the covariance, and the number of dimensions."""
    spread = np.asarray(cov, dtype=float)
    dim = max(spread.shape[0] if spread.ndim else 1, np.size(mean) if mean is not None else 1)
    if mean is None and spread.ndim == 0:
        # as SciPy does: one number as covariance and no mean means one dimension
        dim = 1
    center = np.zeros(dim) if mean is None else np.ravel(mean)
    rows = np.asarray(x, dtype=float)
    if rows.ndim == 0:
        rows = rows[None]
    elif rows.ndim == 1:
        rows = rows[:, None] if dim == 1 else rows[None, :]
    matrix = spread if spread.ndim == 2 else np.eye(dim) * spread if spread.ndim == 0 else np.diag(spread)
    # the lower triangle is read
    matrix = np.tril(matrix) + np.tril(matrix, -1).T
    try:
        factor = linalg.cholesky(matrix, lower=True)
    except linalg.LinAlgError:
        raise UnsupportedError(
            "scipy.stats.multivariate_normal with a singular covariance", "add a small multiple of the identity"
        ) from None
    return rows - center, factor, dim


def normal_cotangents(g: Any, x: Any, mean: Any, cov: Any) -> list[Any]:
    """The cotangents of `x`, `mean` and `cov` in `multivariate_normal.logpdf(x, mean, cov)`."""
    rows, factor, _ = _standard(x, mean, cov)
    # SciPy leaves out axes of length 1 in the result
    weights = np.reshape(g, (*rows.shape[:-1], 1))
    solved = linalg.cho_solve((factor, True), rows.reshape(-1, rows.shape[-1]).T).T.reshape(rows.shape)
    x_bar = -weights * solved
    mean_bar = None if mean is None else unbroadcast(-np.sum(x_bar, axis=tuple(range(rows.ndim - 1))), np.ravel(mean))
    flat, heavy = solved.reshape(-1, rows.shape[-1]), (weights * solved).reshape(-1, rows.shape[-1])
    inverse = linalg.cho_solve((factor, True), np.eye(rows.shape[-1]))
    full = 0.5 * (heavy.T @ flat - np.sum(weights) * inverse)
    spread = np.ndim(cov)
    if spread == 2:
        cov_bar = np.tril(full) + np.tril(full.T, -1)
    else:
        cov_bar = np.diagonal(full) if spread == 1 else np.trace(full)
    x_bar = unbroadcast(x_bar.reshape(np.shape(x)) if np.size(x_bar) == np.size(x) else x_bar, x)
    return [x_bar, None if mean_bar is None else np.reshape(mean_bar, np.shape(mean)), cov_bar]


def normal_tangent(x_dot: Any, mean_dot: Any, cov_dot: Any, x: Any, mean: Any, cov: Any) -> Any:
    """The tangent of `multivariate_normal.logpdf(x, mean, cov)`."""
    rows, _, _ = _standard(x, mean, cov)
    parts = normal_cotangents_by_row(x, mean, cov)
    total = np.zeros(rows.shape[:-1])
    if x_dot is not None:
        total = total + np.sum(parts[0] * np.reshape(x_dot, rows.shape), axis=-1)
    if mean_dot is not None and mean is not None:
        total = total - np.sum(parts[0] * np.ravel(mean_dot), axis=-1)
    if cov_dot is not None:
        moved = np.asarray(cov_dot)
        matrix = moved if moved.ndim == 2 else np.eye(rows.shape[-1]) * moved
        matrix = np.tril(matrix) + np.tril(matrix, -1).T
        total = total + 0.5 * (np.einsum("...i,ij,...j->...", parts[0], matrix, parts[0]) - np.sum(parts[1] * matrix))
    return np.squeeze(total)[()]


def normal_cotangents_by_row(x: Any, mean: Any, cov: Any) -> tuple[Any, Any]:
    """For each row the derivative of the log density by `x`, and the inverse of the covariance."""
    rows, factor, _ = _standard(x, mean, cov)
    solved = linalg.cho_solve((factor, True), rows.reshape(-1, rows.shape[-1]).T).T.reshape(rows.shape)
    return -solved, linalg.cho_solve((factor, True), np.eye(rows.shape[-1]))
