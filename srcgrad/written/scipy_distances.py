"""`cdist` and `pdist` of `scipy.spatial.distance`, written as formulas of differences."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy.spatial import distance

from srcgrad.runtime.words_scipy_given import given_by


def unit(x):
    """Rows of length 1."""
    return x / np.sqrt(np.sum(x * x, axis=-1, keepdims=True))


def centred(x):
    """Rows less their means."""
    return x - np.mean(x, axis=-1, keepdims=True)


def euclidean(a, b):
    return np.linalg.norm(a - b, axis=-1)


def sqeuclidean(a, b):
    return np.sum((a - b) ** 2, axis=-1)


def cityblock(a, b):
    return np.sum(np.abs(a - b), axis=-1)


def chebyshev(a, b):
    return np.max(np.abs(a - b), axis=-1)


def cosine(a, b):
    return 1.0 - np.sum(unit(a) * unit(b), axis=-1)


def correlation(a, b):
    return cosine(centred(a), centred(b))


def braycurtis(a, b):
    return np.sum(np.abs(a - b), axis=-1) / np.sum(np.abs(a + b), axis=-1)


def canberra(a, b):
    whole = np.abs(a) + np.abs(b)
    return np.sum(np.abs(a - b) / np.where(whole == 0.0, 1.0, whole), axis=-1)


def minkowski(a, b, p=2):
    total = np.sum(np.abs(a - b) ** p, axis=-1)
    apart = total > 0.0
    return np.where(apart, np.where(apart, total, 1.0) ** (1.0 / p), 0.0)


METRICS = {
    "euclidean": euclidean, "sqeuclidean": sqeuclidean, "cityblock": cityblock, "chebyshev": chebyshev,
    "cosine": cosine, "correlation": correlation,
    "braycurtis": braycurtis, "canberra": canberra,
}  # fmt: skip


def cdist_by(name, formula):
    """`cdist` with a metric."""

    def cdist(XA, XB, metric=name):
        left = np.asarray(XA)
        right = np.asarray(XB)
        again = formula(left[:, None, :], right[None, :, :])
        return given_by(again, distance.cdist, (XA, XB, name), {})

    return cdist


def pdist_by(name, formula):
    """`pdist` with a metric."""

    def pdist(X, metric=name):
        rows = np.asarray(X)
        first, second = np.triu_indices(len(rows), 1)
        again = formula(rows[first], rows[second])
        return given_by(again, distance.pdist, (X, name), {})

    return pdist


def cdist_minkowski(XA, XB, metric="minkowski", *, p=2):
    left = np.asarray(XA)
    right = np.asarray(XB)
    again = minkowski(left[:, None, :], right[None, :, :], p)
    return given_by(again, distance.cdist, (XA, XB, "minkowski"), {"p": p})


def pdist_minkowski(X, metric="minkowski", *, p=2):
    rows = np.asarray(X)
    first, second = np.triu_indices(len(rows), 1)
    return given_by(minkowski(rows[first], rows[second], p), distance.pdist, (X, "minkowski"), {"p": p})
