"""Arguments of SciPy's functions beyond those of everyday, and several matrices at once: values and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", "1.17")  # where matrices may be several, and the arguments are those of today

from scipy import linalg

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
}
ARGUMENTS = {
    "lu of a tall one": (lambda a: linalg.lu(a), TALL),
    "lu by rows": (lambda a: linalg.lu(a, p_indices=True), WIDE),
    "lu_factor of a wide one": (lambda a: linalg.lu_factor(a), WIDE),
    "inverse of a triangle": (lambda a: linalg.inv(a, assume_a="lower triangular"), SQUARES),
    "three diagonals": (lambda a, b: linalg.solve(a, b, assume_a="tridiagonal"), TALL[:3] + 3.0 * np.eye(3), TALL[0]),
    "several and a vector": (lambda a, b: linalg.solve(a, b, assume_a="pos"), POSITIVE, RIGHT[0, :, 0]),
    "hermitian": (lambda a, b: linalg.solve(a, b, assume_a="her"), POSITIVE[0] * (1.0 + 0.2j), RIGHT[0]),
}


EACH = MATRICES | ARGUMENTS
TWICE = {"triangular", "qr", "lu of a tall one", "hermitian"}


@pytest.mark.parametrize("name", EACH)
def test_derivatives(name):
    f, *args = EACH[name]
    sg.check_grads(f, args, order=2 if name in TWICE else 1, modes=("rev", "fwd"))
