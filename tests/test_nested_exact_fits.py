"""Second derivatives where cotangents are 0: of misfits at an exact fit, and behind arms that are not taken."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


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


SQUARE = np.array([[3.0, 0.4, -0.2], [0.1, 1.0, 0.5], [0.3, -0.6, 2.0]])
FACTORS = {
    "eigh": lambda a: np.linalg.eigh(a)[1],
    "eig": lambda a: np.abs(np.linalg.eig(a)[1]),
    "svd": lambda a: np.linalg.svd(a, full_matrices=False)[0],
    "vh": lambda a: np.linalg.svd(a)[2],
    "lstsq": lambda a: np.linalg.lstsq(a, a[0], rcond=None)[3],
}


@pytest.mark.parametrize("factor", FACTORS.values(), ids=FACTORS)
def test_vectors_that_have_no_cotangent_yet(factor):
    """Shortcuts for cotangents of zeros are none for what is differentiated."""
    found, way = factor(SQUARE), SQUARE.T - 1.0
    misfit = lambda a: 0.5 * np.sum((factor(a) - found) ** 2)
    change = sg.jvp(factor, (SQUARE,), (way,))[1]
    wanted = sg.vjp(factor, SQUARE)[1](change)[0]
    close = lambda got, want: np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
    close(sg.hvp(misfit)(SQUARE, way), wanted)
    close(sg.vhp(misfit)(SQUARE, way), wanted)
    close(sg.linearize(factor, SQUARE)[1](way), change)


@pytest.mark.parametrize("power", [lambda a, b: a**b, np.power], ids=["**", "power"])
@pytest.mark.parametrize("kind", [float, np.atleast_1d])
def test_an_exponent_that_is_0_now(power, kind):
    """The slope by the base is 0 there, but it changes with the exponent."""
    mixed = sg.grad(lambda b: np.sum(sg.grad(lambda a: np.sum(power(a, b)))(kind(2.0))))
    np.testing.assert_allclose(mixed(kind(0.0)), kind(0.5))
    np.testing.assert_array_equal(sg.grad(lambda a: np.sum(power(a, kind(0.0))))(kind(0.0)), kind(0.0))
