"""Distances between points: SciPy's values, derivatives compared with differences, twice as well."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy.spatial import distance
from scipy.spatial.distance import cdist, pdist

import srcgrad as sg

A = np.random.default_rng(3).normal(size=(4, 3))
B = np.random.default_rng(4).normal(size=(2, 3))
C = np.cos(np.arange(8.0)).reshape(4, 2)
NAMES = ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "cosine", "correlation", "braycurtis", "canberra",
         "minkowski")  # fmt: skip


def between(name):
    return {
        "euclidean": lambda x: np.sum(cdist(x, B) ** 3 * C) + np.sum(cdist(B, x, metric="euclidean")),
        "sqeuclidean": lambda x: np.sum(cdist(x, x * x, "sqeuclidean") ** 2),
        "cityblock": lambda x: np.sum(cdist(x, B, "cityblock") ** 2 * C),
        "chebyshev": lambda x: np.sum(cdist(x, B, metric="chebyshev") ** 2 * C),
        "minkowski": lambda x: np.sum(cdist(x, B, "minkowski", p=3.0) ** 2 * C) + np.sum(pdist(x, "minkowski", p=1.5)),
        "canberra": lambda x: np.sum(cdist(x, B, "canberra") ** 2 * C),
        "cosine": lambda x: np.sum(cdist(x, B, "cosine") ** 2 * C),
        "correlation": lambda x: np.sum(cdist(x, B, "correlation") ** 2 * C),
        "braycurtis": lambda x: np.sum(cdist(x, B, "braycurtis") ** 2 * C),
    }[name]


@pytest.mark.parametrize("name", NAMES)
def test_between(name):
    f = between(name)
    assert sg.value_and_grad(f)(A)[0] == f(A)
    sg.check_grads(f, (A,), order=2, modes=("rev", "fwd"))


def among(x):
    weights = np.arange(6.0)
    total = np.sum(pdist(x) ** 3 * weights) + np.sum(distance.pdist(x, "cosine") * weights)
    return total + np.sum(pdist(x, metric="sqeuclidean") ** 2)


def test_among():
    assert sg.value_and_grad(among)(A)[0] == among(A)
    sg.check_grads(among, (A,), order=2, modes=("rev", "fwd"))


def test_single_precision_and_points_that_meet():
    assert sg.grad(lambda x: np.sum(cdist(x, B)))(A.astype("f")).dtype == np.float32
    for name in ("euclidean", "minkowski"):
        found = sg.grad(lambda x: np.sum(cdist(x, A, name)))(A)
        assert np.all(np.isfinite(found))


def weighted(x):
    return np.sum(cdist(x, B, "chebyshev", w=np.ones(3)))


def of_sets(x):
    return np.sum(pdist(x, "jaccard"))


@pytest.mark.parametrize(("f", "words"), [(weighted, "'w='"), (of_sets, "euclidean")])
def test_others_are_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(A)
    assert __file__.rpartition("/")[2] in str(error.value)
