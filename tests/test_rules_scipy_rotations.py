"""Rotations that carry derivatives: made, composed, applied, taken apart; compared with differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy.spatial.transform import Rotation

import srcgrad as sg

ONE = np.array([0.3, -0.5, 0.8])
SEVERAL = np.array([[0.3, -0.5, 0.8], [2.0, 1.0, -0.4], [1e-3, 2e-3, 0.0]])
POINTS = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [0.1, 0.4, -0.7]])
FIXED = Rotation.from_euler("xyz", [0.1, 0.5, -0.3])


def applied(v):
    turn = Rotation.from_rotvec(v)
    return np.sum(turn.apply(POINTS) ** 3) + np.sum(turn.apply(POINTS[0], inverse=True) ** 2 * v)


def as_matrices(v):
    by_quaternion = Rotation.from_quat(q_of(v)).as_matrix()
    return np.sum(Rotation.from_rotvec(20.0 * v, degrees=True).as_matrix() ** 3) + np.sum(
        by_quaternion * v[..., :1, None]
    )


def q_of(v):
    return np.concatenate([v, 1.0 + v[..., :1] ** 2], axis=-1)


def composed(v):
    turn = Rotation.from_rotvec(v) * FIXED * Rotation.from_euler("ZYX", v).inv()
    other = FIXED * Rotation.from_euler("zx", v[..., :2], degrees=True)
    return np.sum(turn.as_rotvec() ** 3) + np.sum(turn.as_quat() ** 3) + np.sum((other * turn).as_matrix() ** 3)


def angles(v):
    turn = Rotation.from_rotvec(v)
    about_z = Rotation.from_euler("z", np.sum(v))
    return np.sum(turn.magnitude()) + np.sum(turn.as_rotvec(degrees=True)) + np.sum(about_z.as_matrix() ** 3)


def moved_points(v):
    return np.sum(FIXED.apply(v) ** 3) + np.sum(Rotation.from_rotvec(v).apply(v + 1.0) ** 3)


@pytest.mark.parametrize("v", [ONE, SEVERAL, -3.0 * ONE], ids=["one", "several", "far"])
@pytest.mark.parametrize("f", [applied, as_matrices, composed, angles, moved_points], ids=lambda f: f.__name__)
def test_rotations(f, v):
    assert sg.value_and_grad(f)(v)[0] == f(v)
    sg.check_grads(f, (v,), modes=("rev", "fwd"), rtol=1e-4)


def test_twice_and_at_no_rotation():
    sg.check_grads(applied, (ONE,), modes=("rev", "fwd"), order=2)
    sg.check_grads(applied, (np.zeros(3),), modes=("rev", "fwd"), order=2)
    zero = sg.jacobian(lambda v: Rotation.from_rotvec(v).as_rotvec())(np.zeros(3))
    np.testing.assert_allclose(zero, np.eye(3), atol=1e-12)


def by_a_matrix(m):
    return np.sum(Rotation.from_matrix(m).as_quat())


def as_angles(v):
    return np.sum(Rotation.from_rotvec(v).as_euler("xyz"))


@pytest.mark.parametrize(("f", "x", "words"), [(by_a_matrix, np.eye(3), "from_quat"), (as_angles, ONE, "as_matrix")])
def test_refused(f, x, words):
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(f)(x)
