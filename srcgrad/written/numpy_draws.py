"""Draws that give elements of an array other places: where each went is drawn, as the call itself would draw it.

    rng.permutation(x)    the same call on the numbers of the elements of x, and x read there

The generator is asked once, for an array of the same shape and layout, and is left as it would be.  Of normal vectors
whose covariance is active, what does not depend on it is drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_draws import check_covariance, drawn_shape
from srcgrad.runtime.words_pick import numbers, numbers_laid_out

# the generator behind `np.random.shuffle`
OF_MODULE = np.random.shuffle.__self__  # type: ignore[attr-defined]


def shuffle(self: Any, x: Any, *axis: Any, **named: Any) -> None:
    """`rng.shuffle(x)`: of an array along an axis, or of a list."""
    if isinstance(x, np.ndarray):
        places = numbers(x)
        self.shuffle(places, *axis, **named)
        x[...] = np.take(x, places)
    else:
        order = list(range(len(x)))
        self.shuffle(order, *axis, **named)
        x[:] = [x[i] for i in order]


def permuted(self: Any, x: Any, axis: Any = None, out: Any = None) -> Any:
    """`rng.permuted(x, axis=axis, out=out)`: elements by themselves, in the order in which they lie in memory."""
    x = np.asarray(x)
    places = self.permuted(numbers_laid_out(x, x if out is None else out), axis=axis)
    found = np.take(x, places)
    if out is None:
        return found
    out[...] = found
    return out


def permutation(self: Any, x: Any, *axis: Any, **named: Any) -> Any:
    """`rng.permutation(x)`."""
    if isinstance(x, int):
        return self.permutation(x, *axis, **named)
    x = np.asarray(x)
    return np.take(x, self.permutation(numbers(x), *axis, **named))


def choice(
    self: Any, a: Any, size: Any = None, replace: Any = True, p: Any = None, axis: Any = 0, shuffle: Any = True
) -> Any:
    """`rng.choice(a, size, replace, p, axis, shuffle)`."""
    if isinstance(a, int):
        return self.choice(a, size, replace, p, axis, shuffle)
    a = np.asarray(a)
    return np.take(a, self.choice(numbers(a), size, replace, p, axis, shuffle))


def choice_of_state(self: Any, a: Any, size: Any = None, replace: Any = True, p: Any = None) -> Any:
    """`np.random.RandomState(seed).choice(a, size, replace, p)`."""
    if isinstance(a, int):
        return self.choice(a, size, replace, p)
    a = np.asarray(a)
    return np.take(a, self.choice(numbers(a), size, replace, p))


def shuffle_of_module(x: Any) -> None:
    """`np.random.shuffle(x)`."""
    shuffle(OF_MODULE, x)


def permutation_of_module(x: Any) -> Any:
    """`np.random.permutation(x)`."""
    return permutation(OF_MODULE, x)


def choice_of_module(a: Any, size: Any = None, replace: Any = True, p: Any = None) -> Any:
    """`np.random.choice(a, size, replace, p)`."""
    return choice_of_state(OF_MODULE, a, size, replace, p)


def multivariate_normal(
    self: Any, mean: Any, cov: Any, size: Any = None, check_valid: Any = "warn", tol: Any = 1e-8, *, method: Any = "svd"
) -> Any:
    """`rng.multivariate_normal(mean, cov, size)`: standard normal vectors, times a factor of the covariance."""
    check_covariance(np.random.Generator, mean, cov, None, check_valid, tol, method=method)
    mean = np.asarray(mean)
    cov = np.asarray(cov, dtype=float)
    drawn = self.standard_normal(drawn_shape(size, mean))
    if method == "cholesky":
        factor = np.linalg.cholesky(cov)
    elif method == "eigh":
        values, vectors = np.linalg.eigh(cov)
        factor = vectors * np.sqrt(np.abs(values))
    else:
        vectors, values, _ = np.linalg.svd(cov)
        factor = vectors * np.sqrt(values)
    rows = np.reshape(drawn, (-1, len(mean)))
    return np.reshape(mean + np.dot(rows, factor.T), np.shape(drawn))


def multivariate_normal_of_state(
    self: Any, mean: Any, cov: Any, size: Any = None, check_valid: Any = "warn", tol: Any = 1e-8
) -> Any:
    """`np.random.RandomState(seed).multivariate_normal(mean, cov, size)`."""
    check_covariance(np.random.RandomState, mean, cov, None, check_valid, tol)
    mean = np.asarray(mean)
    drawn = self.standard_normal(drawn_shape(size, mean))
    _, values, vectors = np.linalg.svd(np.asarray(cov, dtype=float))
    rows = np.dot(np.reshape(drawn, (-1, len(mean))), np.sqrt(values)[:, None] * vectors)
    return np.reshape(rows + mean, np.shape(drawn))


def multivariate_normal_of_module(
    mean: Any, cov: Any, size: Any = None, check_valid: Any = "warn", tol: Any = 1e-8
) -> Any:
    """`np.random.multivariate_normal(mean, cov, size)`."""
    return multivariate_normal_of_state(OF_MODULE, mean, cov, size, check_valid, tol)
