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


def moduli(x):
    return np.sum(np.abs(x * (1.0 + 2.0j)) ** 2) / 5.0


def norm(x):
    return np.linalg.norm(x) ** 2.0


def norm_of_order_two(x):
    return np.linalg.norm(x, 2) ** 2 + np.sum(np.linalg.norm(np.stack([x, x]), 2, axis=0) ** 2) - 2.0 * np.sum(x * x)


def norms(x):
    lengths = np.linalg.norm(np.stack([x, 0.0 * x]), axis=1, keepdims=True)
    shown = np.sum(x)
    return np.sum(lengths * lengths) + 0.0 * shown


def squares(x):
    return np.sum(np.square(np.abs(x)))


def hypotenuses(x):
    return np.sum(np.hypot(x, 0.0 * x) ** 2)


def deviations(x):
    return np.sum(np.std(np.stack([x, -x]), axis=0) ** 2)


def one_by_one(x):
    total = 0.0
    for i in range(len(x)):
        total += abs(x[i]) ** 2
    return total


@pytest.mark.parametrize("f", [moduli, norm, norm_of_order_two, norms, squares, hypotenuses, deviations, one_by_one])
def test_squares_of_sizes_are_smooth_at_zero(f):
    x = np.zeros(3)
    for found in (sg.hessian(f)(x), sg.jacrev(sg.grad(f))(x), sg.jacfwd(sg.grad(f))(x)):
        np.testing.assert_allclose(found, 2.0 * np.eye(3))
    tangent = sg.jacrev(lambda a: np.stack([sg.jvp(f, (a,), (e,))[1] for e in np.eye(3)]))
    np.testing.assert_allclose(tangent(x), 2.0 * np.eye(3))
    leaf = sg.tensor(x, requires_grad=True)
    (first,) = sg.autograd.grad(f(leaf), (leaf,), create_graph=True)
    np.testing.assert_allclose(sg.autograd.grad(np.sum(first), (leaf,))[0].numpy(), np.full(3, 2.0))


def written_between(x):
    z = 1.0 * x
    size = np.abs(z)
    shown = z
    shown *= 2.0
    return np.sum(size**2 * z)


def test_a_square_of_what_was_written_since():
    np.testing.assert_allclose(sg.grad(written_between)(np.array([0.5, -2.0])), [1.5, 24.0])


P = np.array([[0.5, 0.3, 0.8], [0.4, 0.9, 0.35], [0.6, 0.7, 0.65], [0.2, 0.1, 0.5]])
FACTORS = {
    "eigenvectors": lambda x: np.linalg.eigh(x.T @ x)[0] * np.linalg.eigh(x.T @ x)[1],
    "of any matrix": lambda x: np.real(np.linalg.eig(x[:3] + np.diag([1.0, 4.0, 9.0]))[1]),
    "singular vectors": lambda x: np.linalg.svd(x, full_matrices=False)[0],
    "vh": lambda x: np.linalg.svd(x[:3])[2],
    "lstsq": lambda x: np.linalg.lstsq(x, x[:, 0], rcond=None)[3],
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
    wanted = 2.0 * slopes.T @ slopes
    found = sg.hessian(lambda x: np.sum((f(x) - fitted) ** 2))(P).reshape(P.size, P.size)
    np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-9)
    x = sg.tensor(P, requires_grad=True)
    misfit = np.sum(((sg.differentiable(f) if name == "pair" else f)(x) - fitted) ** 2)
    (slope,) = sg.autograd.grad(misfit, x, create_graph=True)
    found = sg.autograd.grad(np.sum(slope * np.sin(P)), x)[0].numpy().ravel()
    np.testing.assert_allclose(found, wanted @ np.sin(P).ravel(), rtol=1e-8, atol=1e-9)


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


WAY = np.random.default_rng(0).normal(size=(3, 3))


def projection(a):
    """That on the eigenvector of the lowest eigenvalue."""
    v = np.linalg.eigh(a)[1][:, 0]
    return np.outer(v, v)


def lowest(a):
    return np.linalg.eigvalsh(a)[0]


@pytest.mark.filterwarnings("error")
def test_what_equal_eigenvalues_leave_determined():
    a, way = np.diag([1.0, 2.0, 2.0]), WAY + WAY.T
    for values in (lambda x: np.linalg.eigh(x)[0], np.linalg.eigvalsh, lambda x: np.linalg.svd(x)[1]):
        for x in (a, np.eye(3)):
            np.testing.assert_allclose(sg.grad(lambda m: np.sum(values(m) ** 2))(x), 2.0 * x, atol=1e-14)
    one = lambda x: np.sum(projection(x) * WAY)
    wanted = (one(a + 1e-6 * way) - one(a - 1e-6 * way)) / 2e-6
    np.testing.assert_allclose(np.sum(sg.grad(one)(a) * way), wanted, rtol=1e-7)
    second = (sg.grad(lowest)(a + 1e-5 * way) - sg.grad(lowest)(a - 1e-5 * way)) / 2e-5
    np.testing.assert_allclose(sg.vhp(lowest)(a, way), second, atol=1e-7)


@pytest.mark.parametrize("power", [lambda a, b: a**b, np.power], ids=["**", "power"])
@pytest.mark.parametrize("kind", [float, np.atleast_1d])
def test_an_exponent_that_is_0_now(power, kind):
    """The slope by the base is 0 there, but it changes with the exponent."""
    mixed = sg.grad(lambda b: np.sum(sg.grad(lambda a: np.sum(power(a, b)))(kind(2.0))))
    np.testing.assert_allclose(mixed(kind(0.0)), kind(0.5))
    np.testing.assert_array_equal(sg.grad(lambda a: np.sum(power(a, kind(0.0))))(kind(0.0)), kind(0.0))


@pytest.mark.parametrize("rows", [[[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0j], [1.0j, -1.0]], np.diag([1.0, 1.0, 0.0])])
def test_determinants_of_singular_matrices(rows):
    """A determinant is a polynomial, whatever its value and however many singular values are equal."""
    a = np.array(rows)
    way = np.arange(1.0, a.size + 1.0).reshape(a.shape)
    sides = [np.linalg.det(a + s * 1e-3 * way) for s in (1, 0, -1)]
    wanted = (sides[0] - 2.0 * sides[1] + sides[2]) / 1e-6
    slope = lambda a: sg.jvp(np.linalg.det, (a,), (way,))[1]
    np.testing.assert_allclose(sg.jvp(slope, (a,), (way,))[1], wanted, rtol=1e-6)
    if not np.iscomplexobj(a):
        np.testing.assert_allclose(np.sum(sg.vhp(np.linalg.det)(a, way) * way), wanted, rtol=1e-6)
