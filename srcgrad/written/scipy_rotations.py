"""Rotations of `scipy.spatial.transform` that carry derivatives: unit quaternions, and what they do to vectors.

SciPy gives the values; the derivatives are those of the formulas in the quaternion's parts (x, y, z, w).
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy.spatial.transform import Rotation

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_rotations import asked, made, side_of, sides_of, times
from srcgrad.written import NotKept

AXES = {"x": [1.0, 0.0, 0.0], "y": [0.0, 1.0, 0.0], "z": [0.0, 0.0, 1.0]}


class Turn:
    """A rotation, or several: `quaternion` has derivatives, `inner` is SciPy's object for the values."""

    def __init__(self, quaternion, inner):
        self.quaternion = quaternion
        self.inner = inner

    def as_quat(self, canonical=False, *, scalar_first=False):
        if scalar_first:
            raise UnsupportedError("as_quat() with 'scalar_first='", "use np.roll(q, 1, axis=-1)")
        side = side_of(self.inner, self.quaternion, canonical)
        return given_by(self.quaternion * side, asked, (self.inner, "as_quat", canonical), {})

    def as_matrix(self):
        return given_by(matrix_of(self.quaternion), asked, (self.inner, "as_matrix"), {})

    def as_rotvec(self, degrees=False):
        q = self.quaternion * sides_of(self.quaternion)
        sine = np.sum(q[..., :3] ** 2, axis=-1, keepdims=True)
        near = sine < 1e-4
        n = np.sqrt(np.where(near, 1.0, sine))
        angle = 2.0 * np.arctan2(n, q[..., 3:]) / n
        vector = q[..., :3] * np.where(near, 2.0 + sine / 3.0 + 3.0 * sine**2 / 20.0 + 5.0 * sine**3 / 56.0, angle)
        again = np.degrees(vector) if degrees else vector
        return given_by(again, asked, (self.inner, "as_rotvec", degrees), {})

    def apply(self, vectors, inverse=False):
        matrix = matrix_of(self.quaternion)
        again = turned(np.swapaxes(matrix, -1, -2) if inverse else matrix, np.asarray(vectors))
        return given_by(again, asked, (self.inner, "apply", vectors, inverse), {})

    def inv(self):
        return Turn(self.quaternion * np.array([-1.0, -1.0, -1.0, 1.0]), asked(self.inner, "inv"))

    def magnitude(self):
        q = self.quaternion
        again = 2.0 * np.arctan2(np.sqrt(np.sum(q[..., :3] ** 2, axis=-1)), np.abs(q[..., 3]))
        return given_by(again, asked, (self.inner, "magnitude"), {})

    def __mul__(self, other):
        return product(self, other)

    def __getattr__(self, name):
        raise NotKept(f"'{name}' of a rotation that depends on the input", "use as_matrix(), as_quat() or apply()")


def matrix_of(q):
    """The matrix of a unit quaternion."""
    x, y, z, w = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    rows = [
        np.stack([x * x - y * y - z * z + w * w, 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)], axis=-1),
        np.stack([2.0 * (x * y + z * w), -x * x + y * y - z * z + w * w, 2.0 * (y * z - x * w)], axis=-1),
        np.stack([2.0 * (x * z - y * w), 2.0 * (y * z + x * w), -x * x - y * y + z * z + w * w], axis=-1),
    ]
    return np.stack(rows, axis=-2)


def turned(matrix, vectors):
    """Vectors turned by matrices."""
    return np.einsum("...ij,...j->...i", matrix, vectors)


def composed(p, q):
    """The quaternion of the rotation `q`, then `p`."""
    a, b = p[..., :3], q[..., :3]
    v, w = p[..., 3:], q[..., 3:]
    beside = v * b + w * a + np.cross(a, b)
    return np.concatenate([beside, v * w - np.sum(a * b, axis=-1, keepdims=True)], axis=-1)


def as_turn(rotation):
    """A rotation of SciPy's, or one that carries derivatives, as the latter."""
    return rotation if isinstance(rotation, Turn) else Turn(asked(rotation, "as_quat"), rotation)


def product(first, second):
    """`first * second`."""
    a, b = as_turn(first), as_turn(second)
    return Turn(composed(a.quaternion, b.quaternion), times(a.inner, b.inner))


def applied(rotation, vectors, inverse=False):
    """`rotation.apply(vectors)` of a constant rotation."""
    return as_turn(rotation).apply(vectors, inverse)


def about(vector):
    """The quaternion of a rotation about a vector, by its length."""
    square = np.sum(vector**2, axis=-1, keepdims=True)
    near = square < 1e-4
    angle = np.sqrt(np.where(near, 1.0, square))
    part = np.where(near, 0.5 - square / 48.0 + square**2 / 3840.0, np.sin(0.5 * angle) / angle)
    cosine = np.where(near, 1.0 - square / 8.0 + square**2 / 384.0 - square**3 / 46080.0, np.cos(0.5 * angle))
    return np.concatenate([vector * part, cosine], axis=-1)


def from_rotvec(rotvec, degrees=False):
    vector = np.radians(rotvec) if degrees else np.asarray(rotvec)
    return Turn(about(vector), made(Rotation.from_rotvec, rotvec, degrees))


def from_quat(quat, *, scalar_first=False):
    if scalar_first:
        raise UnsupportedError("Rotation.from_quat() with 'scalar_first='", "pass np.roll(q, -1, axis=-1)")
    q = np.asarray(quat)
    return Turn(q / np.sqrt(np.sum(q**2, axis=-1, keepdims=True)), made(Rotation.from_quat, quat))


def from_euler(seq, angles, degrees=False):
    given = np.radians(angles) if degrees else np.asarray(angles)
    if len(seq) == 1 and (given.ndim == 0 or np.shape(given)[-1] != 1):
        given = given[..., None]
    q = about(given[..., 0, None] * np.array(AXES[seq[0].lower()]))
    for k in range(1, len(seq)):
        after = about(given[..., k, None] * np.array(AXES[seq[k].lower()]))
        q = composed(after, q) if seq.islower() else composed(q, after)
    return Turn(q, made(Rotation.from_euler, seq, angles, degrees))
