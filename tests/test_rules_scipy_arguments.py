"""Arguments of SciPy's functions beyond those of everyday, and several matrices at once: values and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", "1.17")  # where matrices may be several, and the arguments are those of today

from scipy import linalg, ndimage, signal
from scipy.spatial import distance

import srcgrad as sg

RNG = np.random.default_rng(11)
TALL, WIDE = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 3))
SQUARES = RNG.normal(size=(2, 2, 2)) + 3.0 * np.eye(2)
POSITIVE = SQUARES @ SQUARES.transpose(0, 2, 1) + np.diag([1.0, 4.0])
RIGHT = RNG.normal(size=(2, 2, 1))

MATRICES = {
    "triangular": (lambda a, b: linalg.solve_triangular(a, b, lower=True, trans=1), SQUARES, RIGHT[0]),
    "triangular, one vector": (lambda a: linalg.solve_triangular(a, np.ones(2)), SQUARES),
    "cholesky": (lambda a, b: linalg.cho_solve((linalg.cho_factor(a)[0], False), b), POSITIVE, RIGHT),
    "lu": (lambda a, b: linalg.lu_solve(linalg.lu_factor(a), b, trans=1), SQUARES, RIGHT),
    "lu in three": (lambda a: linalg.lu(a), SQUARES),
    "lu in two": (lambda a: linalg.lu(a, permute_l=True)[0], SQUARES[:, :1]),
    "qr": (lambda a: linalg.qr(a, mode="economic"), SQUARES),
    "eigh": (lambda a: linalg.eigh(a, driver="evd"), POSITIVE),
    "eigvals": (lambda a: linalg.eigvals(a + np.diag([0.0, 7.0])), SQUARES),
    "least squares": (lambda a, b: linalg.lstsq(a, b)[0], SQUARES[:, :, :1], RIGHT),
    "functions": (lambda a: linalg.logm(a), POSITIVE),
    "equations": (lambda a, q: linalg.solve_sylvester(a, a[0], q), POSITIVE, RIGHT * np.ones(2)),
    "bands": (lambda ab, b: linalg.solve_banded((0, 1), ab, b), SQUARES, RIGHT),
    "diagonals": (lambda d: linalg.eigh_tridiagonal(d, d[:, :1] * 0.2), SQUARES[:, 0]),
    "blocks": (lambda a, b: linalg.block_diag(a, b), SQUARES, RIGHT[0]),
}
BANDS = np.stack([TALL[:, 0] * 0.2, TALL[:, 1] + 5.0])
ARGUMENTS = {
    "lu of a tall one": (lambda a: linalg.lu(a), TALL),
    "lu by rows": (lambda a: linalg.lu(a, p_indices=True), WIDE),
    "lu_factor of a wide one": (lambda a: linalg.lu_factor(a), WIDE),
    "inverse of a triangle": (lambda a: linalg.inv(a, assume_a="lower triangular"), SQUARES),
    "three diagonals": (lambda a, b: linalg.solve(a, b, assume_a="tridiagonal"), TALL[:3] + 3.0 * np.eye(3), TALL[0]),
    "several and a vector": (lambda a, b: linalg.solve(a, b, assume_a="pos"), POSITIVE, RIGHT[0, :, 0]),
    "eigh of a b": (lambda a, b: linalg.eigh(a, b, type=2, lower=False), POSITIVE[0], POSITIVE[1]),
    "eigh of b a": (lambda a, b: linalg.eigh(a, b, type=3), POSITIVE[0], POSITIVE[1]),
    "some eigenvalues": (lambda a: linalg.eigh(a, subset_by_index=[1, 2]), TALL[:3] @ TALL[:3].T),
    "eigenvalues between": (lambda a: linalg.eigvalsh(a, subset_by_value=(0.01, 90.0)), TALL @ TALL.T),
    "three diagonals' eigenvalues": (
        lambda d, e: linalg.eigh_tridiagonal(d, e, select="i", select_range=(0, 1), lapack_driver="stemr"),
        4.0 * TALL[0],
        TALL[1, :2],
    ),
    "banded eigenvalues": (lambda ab: linalg.eig_banded(ab, select="v", select_range=(4.8, 9.0)), BANDS),
    "eigenvectors of both sides": (lambda a: linalg.eig(a, left=True), np.diag([1.0, 5.0]) + 0.3 * SQUARES[0]),
    "eigenvalues of a pair": (
        lambda a, b: linalg.eig(a, b, right=False),
        SQUARES[0],
        np.diag([1.0, 5.0]) + WIDE[:, :2],
    ),
    "rq": (lambda a: linalg.rq(a, mode="economic"), WIDE),
    "q times": (lambda a, c: linalg.qr_multiply(a, c, "left"), TALL, TALL[:3]),
    "banded factor": (
        lambda ab, b: linalg.cho_solve_banded((linalg.cholesky_banded(ab), False), b),
        BANDS,
        TALL[:, :1],
    ),
    "banded factor below": (
        lambda ab, b: linalg.cho_solve_banded((linalg.cholesky_banded(ab, lower=True), True), b),
        BANDS[::-1].copy(),
        TALL[:, 0],
    ),
    "hermitian bands": (lambda ab, b: linalg.solveh_banded(ab, b), BANDS * (1.0 + 0.1j), TALL[:, 0]),
    "inverse and rank": (lambda a: linalg.pinv(a, return_rank=True)[0], TALL),
    "lyapunov": (lambda a, q: linalg.solve_discrete_lyapunov(0.2 * a, q, "bilinear"), TALL[:3], TALL[1:]),
    "filter of one coefficient": (lambda b, x: signal.lfilter(b, [1.0, -0.5], x), 0.7, TALL),
    "feedback of one coefficient": (lambda a, x: signal.lfilter([1.0, 0.2], a, x), np.array(1.3), TALL),
    "lyapunov of a complex one": (
        lambda a, q: np.abs(linalg.solve_continuous_lyapunov(a, q)) ** 2,
        np.diag([2.0, 5.0, 3.0]) + 0.1 * TALL[:3],
        TALL[1:] * (1.0 + 0.4j),
    ),
    "hermitian": (lambda a, b: linalg.solve(a, b, assume_a="her"), POSITIVE[0] * (1.0 + 0.2j), RIGHT[0]),
}


IMAGES = {
    "no array for the output": (lambda x, w: ndimage.convolve1d(x, w, 0, None, "wrap", 0.0, 1), TALL, TALL[0]),
    "complex weights": (lambda x, w: np.abs(ndimage.convolve1d(x, w)) ** 2, TALL, TALL[0] * (1.0 - 0.7j)),
    "a value around": (lambda x, w, c: ndimage.convolve(x, w, mode="constant", cval=c), TALL, WIDE, 0.3),
    "means along one axis": (lambda x: ndimage.uniform_filter(x, 3, origin=1, axes=(0,)), TALL),
    "weights along one axis": (lambda x, w: ndimage.correlate(x, w, None, "mirror", axes=(1,)), TALL, TALL[0, :2]),
    "bends along one axis": (lambda x, c: ndimage.laplace(x, None, "constant", c, axes=(1,)), TALL, 0.3),
    "an edge": (lambda x, c: ndimage.sobel(x, 0, None, "constant", c), TALL, 0.3),
}
DISTANCES = {
    "weighted": (lambda x, y, w: distance.cdist(x, y, "minkowski", p=3, w=w), TALL, WIDE, TALL[0] ** 2 + 0.2),
    "by variances": (lambda x, y: distance.cdist(x, y, metric="seuclidean"), TALL, WIDE),
    "by variances given": (lambda x, v: distance.pdist(x, "seuclidean", V=v), TALL, TALL[1] ** 2 + 0.3),
    "by covariances": (lambda x: distance.squareform(distance.pdist(x, "mahalanobis")), TALL[:, :2]),
    "by an inverse": (lambda x, y, vi: distance.cdist(x, y, "mahalanobis", VI=vi), TALL, WIDE, TALL.T @ TALL),
    "of chances": (lambda x, y: distance.cdist(x, y, "jensenshannon"), TALL**2, WIDE**2),
    "by a function": (lambda x, y: distance.cdist(x, y, lambda a, b: np.sum((a - b) ** 4)), TALL, WIDE),
}
EACH = MATRICES | ARGUMENTS | IMAGES | DISTANCES
TWICE = {"triangular", "qr", "lu of a tall one", "hermitian"}


@pytest.mark.parametrize("name", EACH)
def test_derivatives(name):
    f, *args = EACH[name]
    sg.check_grads(f, args, order=2 if name in TWICE else 1, modes=("rev", "fwd"))


OPTIONS = {"mode": "mirror", "origin": 1}


@pytest.mark.parametrize(
    "f",
    [
        lambda x: ndimage.uniform_filter1d(x, 3, **OPTIONS),
        lambda x: ndimage.uniform_filter1d(*(x, 3), **{"mode": "wrap"}),
        lambda x: ndimage.correlate(x, TALL[:2, :2], **{**OPTIONS, "origin": (0, -1)}),
        lambda x: linalg.solve_triangular(x[:3] + 3.0 * np.eye(3), x[0], **{"lower": bool(len(OPTIONS))}),
    ],
)
def test_options_behind_stars_count(f):
    """Which function stands in for a call depends on options that are seen when it runs."""

    def loss(x):
        return np.sum(f(x) ** 2)

    assert sg.value_and_grad(loss)(TALL)[0] == pytest.approx(loss(TALL), rel=1e-14)
    sg.check_grads(loss, (TALL,), modes=("rev", "fwd"))
