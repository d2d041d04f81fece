"""Second derivatives where cotangents are 0: of misfits at an exact fit, and behind arms that are not taken."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

try:
    from scipy import linalg, special
except ImportError:
    linalg = special = None


def broadcast_arm(a, b):
    return np.where(b > 0.0, a * a - 1.0, 0.5)


def both_arms(a, b):
    return np.where(b > 0.0, a * a - 1.0, 0.5 * a - 0.5)


def rows_of_arms(a, b):
    picked = np.where(b > 0.0, np.stack([a, 2.0 * a, a])[[0, 1, 2]], 1.0)
    return np.log(picked) * np.where(b > 0.0, a * a, 1.0)


A = np.array([1.0, 2.0])
B = np.array([[1.0, 2.0], [1.0, -1.0], [-1.0, -3.0]])


@pytest.mark.parametrize("f", [broadcast_arm, both_arms, rows_of_arms])
@pytest.mark.parametrize("b", [B, B[0]], ids=["broadcast", "alike"])
def test_zeros_of_a_cotangent_are_not_taken_for_arms(f, b):
    """The Hessian of a misfit holds the product of slopes, also where the misfit is 0."""
    if f is rows_of_arms and b.ndim == 1:
        pytest.skip("needs rows")
    misfit = lambda a: np.sum(f(a, b) ** 2)
    slope = sg.grad(misfit)
    step = 1e-5
    wanted = [(slope(A + e) - slope(A - e)) / (2.0 * step) for e in step * np.eye(2)]
    close = lambda found: np.testing.assert_allclose(found, wanted, rtol=1e-7, atol=1e-7)
    close(sg.hessian(misfit)(A))
    close(sg.jacrev(slope)(A))
    close(sg.jacfwd(slope)(A))
    close(sg.jacrev(lambda a: np.stack([sg.jvp(misfit, (a,), (e,))[1] for e in np.eye(2)]))(A))
    x = sg.tensor(A, requires_grad=True)
    (first,) = sg.autograd.grad(misfit(x), (x,), create_graph=True)
    close([np.asarray(sg.autograd.grad(part, (x,), retain_graph=True)[0]) for part in first])


@pytest.mark.parametrize("order", [sg.jacrev, sg.jacfwd, sg.hessian], ids=["reverse", "forward", "hessian"])
def test_arms_not_taken_give_no_nan_twice(order):
    """Where no row takes an arm, what is infinite in it stays out of both derivatives."""

    def total(a):
        b = np.array([[1.0, -1.0], [2.0, -1.0]])
        return np.sum(np.where(b > 0.0, np.sqrt(a) * np.log(a), 3.0))

    point = np.array([4.0, 0.0])
    with np.errstate(all="ignore"):
        found = order(total)(point) if order is sg.hessian else order(sg.grad(total))(point)
    np.testing.assert_allclose(found, [[-0.5 * 4.0**-1.5 * np.log(4.0), 0.0], [0.0, 0.0]], atol=1e-14)


def test_a_linear_map_begins_with_no_cotangent():
    """A map that is the transpose of a reverse is found at a cotangent of zeros."""
    x, t = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    f = lambda a: np.where(B > 0.0, a * a, 1.0)
    _, apply = sg.linearize(f, x)
    np.testing.assert_allclose(apply(t), sg.jvp(f, (x,), (t,))[1])


P = np.array([[0.5, 0.3, 0.8], [0.4, 0.9, 0.35], [0.6, 0.7, 0.65], [0.2, 0.1, 0.5]])
FACTORS = {
    "eigenvectors": lambda x: np.linalg.eigh(x.T @ x)[0] * np.linalg.eigh(x.T @ x)[1],
    "of any matrix": lambda x: np.real(np.linalg.eig(x[:3] + np.diag([1.0, 4.0, 9.0]))[1]),
    "singular vectors": lambda x: np.linalg.svd(x, full_matrices=False)[0],
    "pair": lambda x: linalg.eigh(x.T @ x, x[:3].T @ x[:3] + np.eye(3))[1],
    "integrals": lambda x: special.sici(x[0])[1],
}


@pytest.mark.parametrize("name", FACTORS)
def test_factors_whose_cotangent_is_zero(name):
    """A cotangent of zeros takes the way of any other."""
    if name in ("pair", "integrals") and special is None:
        pytest.skip("needs SciPy")
    f = FACTORS[name]
    fitted = f(P)
    slopes = sg.jacobian(f)(P).reshape(fitted.size, P.size)
    found = sg.hessian(lambda x: np.sum((f(x) - fitted) ** 2))(P).reshape(P.size, P.size)
    np.testing.assert_allclose(found, 2.0 * slopes.T @ slopes, rtol=1e-8, atol=1e-9)


def test_values_of_a_matrix_that_has_some_twice():
    """Equal values have no vectors, and need none; what asks for some gets nan."""
    twice = np.diag([1.0, 1.0, 2.0, 0.0])
    np.testing.assert_allclose(sg.grad(lambda a: np.sum(np.linalg.eigh(a)[0] ** 2))(twice), 2.0 * twice)
    np.testing.assert_allclose(sg.grad(lambda a: np.sum(np.linalg.svd(a)[1]))(twice + np.eye(4)), np.eye(4), atol=1e-15)
    np.testing.assert_allclose(
        sg.grad(lambda a: np.sum(np.linalg.svd(a[:3].T, full_matrices=False)[1]))(twice)[:3], twice[:3] > 0, atol=1e-15
    )
    weights = np.arange(16.0).reshape(4, 4)
    with pytest.warns(RuntimeWarning, match="equal eigenvalues have no derivative"):
        assert np.all(np.isnan(sg.grad(lambda a: np.sum(np.linalg.eigh(a)[1] * weights))(twice)[0, 0]))


def test_what_has_no_derivative_is_refused_at_an_exact_fit_too():
    fitted = np.linalg.svd(P)[0]
    x = sg.tensor(P, requires_grad=True)
    with pytest.raises(sg.UnsupportedError, match="singular vectors beyond the singular values"):
        (slope,) = sg.autograd.grad(((np.linalg.svd(x)[0] - fitted) ** 2).sum(), x, create_graph=True)
        sg.autograd.grad(slope.sum(), x)
    (slope,) = sg.autograd.grad(((np.linalg.svd(x)[0] - fitted)[:, :3] ** 2).sum(), x, create_graph=True)
    slopes = sg.jacobian(lambda x: np.linalg.svd(x, full_matrices=False)[0])(P).reshape(12, 12)
    np.testing.assert_allclose(
        sg.autograd.grad(slope.sum(), x)[0].numpy().ravel(), np.sum(2.0 * slopes.T @ slopes, axis=0), atol=1e-9
    )
