"""Functions of SciPy whose own source is followed: it asks which library arrays are of, and goes on with NumPy."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

pytest.importorskip("scipy", "1.15")  # older ones ask in other ways

from scipy import fft, integrate, linalg, optimize, signal, spatial
from test_rules_through_grad import differences

import srcgrad as sg

P = np.array([1.3, 0.7, 0.4])
S = np.array([[4.0, 1.0, 0.3], [0.2, 3.0, 1.0], [1.0, 0.1, 5.0]])
WAVE = np.sin(np.arange(12.0) ** 1.3)


def polar(p):
    u, h = linalg.polar(S * p[0] + np.outer(p, p))
    return np.sum(u * S) + np.sum(h**2)


def turned_to_fit(p):
    turn, scale = linalg.orthogonal_procrustes(S * p[0] + np.outer(p, p), S)
    return np.sum(turn * S) * scale


def structured(p):
    total = np.sum(linalg.khatri_rao(np.outer(p, p), S * p[0]) ** 2) + np.sum(linalg.companion(p) ** 2)
    return total + np.sum(linalg.solve_circulant(p + np.array([3.0, 0.0, 0.0]), p))


def riccati(p):
    a, b, q, r = S * p[0] * 0.2, S[:, :2] + np.outer(p, S[0, :2]), np.eye(3) * p[1], np.eye(2) + np.outer(p[:2], p[:2])
    total = np.sum(linalg.solve_continuous_are(a, b, q, r) * S) + np.sum(linalg.solve_discrete_are(a, b, q, r) * S)
    total = total + np.sum(linalg.solve_continuous_are(a, b, q, r, s=0.1 * b) * S)
    return total + np.sum(linalg.solve_discrete_are(a, b, q, r, s=0.1 * b) * S)


def along_diagonals(p):
    values, vectors = linalg.eigh_tridiagonal(p, p[:2] ** 2 + 0.1)
    x = linalg.solve_toeplitz((p + np.array([3.0, 0.0, 0.0]), np.append(p[0], p[:2])), p)
    return (
        np.sum(values * S[0]) + np.sum(vectors * S) + np.sum(linalg.eigvalsh_tridiagonal(p, p[:2])[:2]) + np.sum(x**3)
    )


def areas(p):
    total = integrate.fixed_quad(lambda x: np.exp(-p[0] * x), 0.0, p[1])[0]
    return total + np.sum(integrate.cumulative_simpson(np.exp(-p[0] * np.arange(7.0)), dx=0.5) ** 2)


def medians(p):
    return np.sum(signal.medfilt(WAVE * p[0] + p[1] * WAVE**2, 3) ** 2)


def angles(p):
    return spatial.distance.cosine(p, P**2) + spatial.distance.minkowski(p, 3.0 * P, 3)


@pytest.mark.parametrize(
    "f", [polar, turned_to_fit, structured, riccati, along_diagonals, areas, medians, angles], ids=lambda f: f.__name__
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_gradients_match_differences(f):
    value, gradient = sg.value_and_grad(f)(P)
    assert value == f(P)
    np.testing.assert_allclose(gradient, differences(f, P), rtol=1e-4, atol=1e-6)
    direction = np.array([1.0, -0.5, 0.3])
    np.testing.assert_allclose(sg.jvp(f, (P,), (direction,))[1], gradient @ direction, rtol=1e-8)


def told_otherwise(x, *, scale=2.0):
    return np.sum(x**2) * scale


told_otherwise.__signature__ = inspect.signature(lambda y, z=1.0: None)


def test_a_function_has_the_parameters_of_its_code():
    np.testing.assert_array_equal(sg.grad(told_otherwise)(P), 4.0 * P)


def with_permission(p):
    a = S * p[0] + np.outer(p, p)
    x = linalg.solve(a, p * 2.0, overwrite_a=True, overwrite_b=True, check_finite=False)
    q, r = linalg.qr(a, True, None, "economic")
    v = linalg.eigh(a @ a.T, overwrite_a=True, driver="evd")[1]
    waves = fft.rfft(x, workers=2, overwrite_x=True)
    return np.sum(x**2) + np.sum(q**3) + np.sum(np.abs(r)) + np.sum(v**4) + np.sum(np.abs(waves) ** 2) + np.sum(a)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "f", [polar, turned_to_fit, structured, riccati, along_diagonals, with_permission], ids=lambda f: f.__name__
)
def test_second_derivatives(f):
    sg.check_grads(f, (P,), order=2, modes=("rev", "fwd"))


def rows_of_matrices(p):
    c, r = np.outer(p, p), np.stack([p, p**2, np.sin(p)])
    return np.sum(linalg.circulant(c) ** 3) + np.sum(linalg.toeplitz(c, r) ** 3 + linalg.toeplitz(p, r) ** 2)


def test_matrices_made_of_several_rows():
    sg.check_grads(rows_of_matrices, (P,), order=2, modes=("rev", "fwd"))


@pytest.mark.parametrize("second", [sg.hessian, lambda f: sg.jacrev(sg.grad(f)), lambda f: sg.jacfwd(sg.grad(f))])
def test_a_valley_with_known_slopes(second):
    """Powers are of constants: nothing is lost where a base is negative."""
    x = np.array([-1.2, 1.0, 0.7])
    np.testing.assert_allclose(sg.grad(optimize.rosen)(x), optimize.rosen_der(x))
    np.testing.assert_allclose(second(optimize.rosen)(x), optimize.rosen_hess(x))
    np.testing.assert_allclose(sg.jacobian(optimize.rosen_der)(x), optimize.rosen_hess(x))
