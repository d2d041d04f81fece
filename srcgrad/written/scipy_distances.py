"""`cdist` and `pdist` of `scipy.spatial.distance`, written as formulas of differences."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import functools

import numpy as np
from scipy import special
from scipy.spatial import distance

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.written import written


def centred(x):
    """Rows less their means."""
    return x - np.mean(x, axis=-1, keepdims=True)


def root(total):
    """A square root, which has derivative zero where it is zero."""
    apart = total > 0.0
    return np.where(apart, np.sqrt(np.where(apart, total, 1.0)), 0.0)


def euclidean(a, b, w=1.0):
    return np.linalg.norm(np.sqrt(w) * (a - b), axis=-1)


def sqeuclidean(a, b, w=1.0):
    return np.sum(w * (a - b) ** 2, axis=-1)


def cityblock(a, b, w=1.0):
    return np.sum(w * np.abs(a - b), axis=-1)


def chebyshev(a, b):
    return np.max(np.abs(a - b), axis=-1)


def cosine(a, b, w=1.0):
    sizes = np.sqrt(np.sum(w * a * a, axis=-1)) * np.sqrt(np.sum(w * b * b, axis=-1))
    return 1.0 - np.sum(w * a * b, axis=-1) / sizes


def correlation(a, b):
    return cosine(centred(a), centred(b))


def braycurtis(a, b, w=1.0):
    return np.sum(w * np.abs(a - b), axis=-1) / np.sum(w * np.abs(a + b), axis=-1)


def canberra(a, b, w=1.0):
    whole = np.abs(a) + np.abs(b)
    return np.sum(w * np.abs(a - b) / np.where(whole == 0.0, 1.0, whole), axis=-1)


def minkowski(a, b, w=1.0, p=2):
    total = np.sum(w * np.abs(a - b) ** p, axis=-1)
    apart = total > 0.0
    return np.where(apart, np.where(apart, total, 1.0) ** (1.0 / p), 0.0)


def seuclidean(a, b, V):
    return euclidean(a, b, 1.0 / V)


def mahalanobis(a, b, VI):
    apart = a - b
    return root(np.sum((apart @ VI) * apart, axis=-1))


def jensenshannon(a, b):
    a, b = a / np.sum(a, axis=-1, keepdims=True), b / np.sum(b, axis=-1, keepdims=True)
    middle = 0.5 * (a + b)
    return root(0.5 * np.sum(special.rel_entr(a, middle) + special.rel_entr(b, middle), axis=-1))


METRICS = {
    "euclidean": euclidean, "sqeuclidean": sqeuclidean, "cityblock": cityblock, "chebyshev": chebyshev,
    "cosine": cosine, "correlation": correlation, "braycurtis": braycurtis, "canberra": canberra,
    "minkowski": minkowski, "seuclidean": seuclidean, "mahalanobis": mahalanobis, "jensenshannon": jensenshannon,
}  # fmt: skip
# what some metrics take of all points where it is not given
SPREAD = {
    "seuclidean": ("V", "np.var(points, axis=0, ddof=1)"),
    "mahalanobis": ("VI", "np.linalg.inv(np.cov(points.T)).T"),
}
BETWEEN = """def cdist(XA, XB, metric={name!r}, *, out=None{parameters}):
    left, right = np.asarray(XA), np.asarray(XB){spread}
    again = formula(left[:, None, :], right[None, :, :]{options})
    return given_by(again, distance.cdist, (XA, XB, {name!r}), {{{given}}})
"""
AMONG = """def pdist(X, metric={name!r}, *, out=None{parameters}):
    rows = np.asarray(X){spread}
    first, second = np.triu_indices(len(rows), 1)
    again = formula(rows[first], rows[second]{options})
    return given_by(again, distance.pdist, (X, {name!r}), {{{given}}})
"""


@functools.cache
def by_metric(text, points, name, options):
    """`cdist` or `pdist` by a metric, called with these options."""
    of_all, how = SPREAD.get(name, ("", ""))
    missing = of_all and of_all not in options
    return written(
        text.format(
            name=name,
            parameters="".join(f", {option}=None" for option in options),
            spread=f"\n    points = {points}\n    {of_all} = {how}" if missing else "",
            options="".join(f", {option}={option}" for option in (*options, *([of_all] if missing else []))),
            given=", ".join(f"'{option}': {option}" for option in options),
        ),
        {"formula": METRICS[name], **globals()},
    )


def cdist_by(name, options):
    return by_metric(BETWEEN, "np.concatenate([left, right])", name, options)


def pdist_by(name, options):
    return by_metric(AMONG, "rows", name, options)


def cdist_of(XA, XB, metric, **options):
    """`cdist` by a function of two points."""
    return np.array([[metric(a, b, **options) for b in XB] for a in XA])


def pdist_of(X, metric, **options):
    """`pdist` by a function of two points."""
    return np.array([metric(X[i], X[j], **options) for i in range(len(X)) for j in range(i + 1, len(X))])


def squareform(X, force="no", checks=True):
    x = np.asarray(X)
    if x.ndim == 1:
        n = int(np.ceil(np.sqrt(2 * len(x))))
        half = np.zeros((n, n), x.dtype)
        half[np.triu_indices(n, 1)] = x
        again = half + half.T
    else:
        again = x[np.triu_indices(len(x), 1)]
    return given_by(again, distance.squareform, (X, force, checks), {})
