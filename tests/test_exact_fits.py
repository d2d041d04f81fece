"""Where a misfit is zero its cotangent is, and its second derivative is not: 2 J^T J."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

linalg = pytest.importorskip("scipy.linalg")
special = pytest.importorskip("scipy.special")

RNG = np.random.default_rng(3)
M = RNG.uniform(-2.0, 2.0, (4, 3))
S = RNG.uniform(-1.0, 1.0, (3, 3)) + np.diag([1.0, 3.0, 7.0])
P = S @ S.T
FUNCTIONS = [
    (lambda a: np.linalg.eigh(a), P),
    (lambda a: np.abs(np.linalg.eigh(a + 0.2j * (np.triu(a) - np.tril(a)))[1]) ** 2, P),
    (lambda a: np.linalg.eig(a), S),
    (lambda a: np.linalg.svd(a), M),
    (lambda a: np.linalg.svd(a)[2][2:].T @ np.linalg.svd(a)[2][2:], M.T[:2]),
    (lambda a: np.linalg.qr(a, "complete"), M),
    (lambda a: np.linalg.lstsq(a, a[:, 0] ** 2, None)[:2], M),
    (lambda a: np.linalg.lstsq(a, a[:, 0] + np.arange(3.0), None)[0], np.eye(3)),
    (lambda a: linalg.eigh(a, a @ a), P),
    (lambda a: special.shichi(a), M[0]),
]


def misfit(y, target):
    if isinstance(y, tuple):
        total = 0.0
        for part, wanted in zip(y, target):
            total = total + misfit(part, wanted)
        return total
    return np.sum(np.real(y - target) ** 2 + np.imag(y - target) ** 2)


def numbers(y):
    """The numbers of a result, which is linear in them, as real ones."""
    if isinstance(y, tuple):
        return np.concatenate([numbers(part) for part in y if np.asarray(part).dtype.kind in "fc"])
    return np.concatenate([np.ravel(np.real(y)), np.ravel(np.imag(y))])


def slope(f, x, way):
    return (numbers(f(x + 1e-6 * way)) - numbers(f(x - 1e-6 * way))) / 2e-6


@pytest.mark.filterwarnings("ignore:singular vectors of equal")
@pytest.mark.parametrize("place", range(len(FUNCTIONS)))
def test_second_derivatives_of_a_misfit_at_an_exact_fit(place):
    f, x = FUNCTIONS[place]
    target = f(x)
    v, w = np.random.default_rng(1).normal(size=(2, *x.shape))
    product = (sg.hvp, sg.vhp)[place % 2](lambda a: misfit(f(a), target))(x, v)
    np.testing.assert_allclose(np.sum(product * w), 2.0 * np.dot(slope(f, x, v), slope(f, x, w)), rtol=1e-5)


def projection(a):
    """That on the eigenvector of the lowest eigenvalue."""
    v = np.linalg.eigh(a)[1][:, 0]
    return np.outer(v, v)


def lowest(a):
    return np.linalg.eigvalsh(a)[0]


@pytest.mark.filterwarnings("error")
def test_what_equal_eigenvalues_leave_determined():
    a, way = np.diag([1.0, 2.0, 2.0]), S + S.T
    for values in (lambda x: np.linalg.eigh(x)[0], np.linalg.eigvalsh, lambda x: np.linalg.svd(x)[1]):
        for x in (a, np.eye(3)):
            np.testing.assert_allclose(sg.grad(lambda m: np.sum(values(m) ** 2))(x), 2.0 * x, atol=1e-14)
    one = lambda x: np.sum(projection(x) * S)
    np.testing.assert_allclose(np.sum(sg.grad(one)(a) * way), slope(one, a, way)[0], rtol=1e-7)
    second = (sg.grad(lowest)(a + 1e-5 * way) - sg.grad(lowest)(a - 1e-5 * way)) / 2e-5
    np.testing.assert_allclose(sg.vhp(lowest)(a, way), second, atol=1e-7)
