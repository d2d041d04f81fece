"""Words for rotations: what SciPy's objects say of them."""

from __future__ import annotations

from typing import Any

import numpy as np


def made(make: Any, *args: Any) -> Any:
    """What a function of SciPy makes."""
    return make(*args)


def asked(rotation: Any, method: str, *args: Any) -> Any:
    """What a method of a rotation gives."""
    return getattr(rotation, method)(*args)


def times(a: Any, b: Any) -> Any:
    """The product of two rotations."""
    return a * b


def sides_of(q: Any) -> Any:
    """-1.0 for a quaternion whose last part is negative, else 1.0."""
    return np.where(q[..., 3:] < 0.0, -1.0, 1.0)


def side_of(rotation: Any, q: Any, canonical: bool) -> Any:
    """-1.0 where SciPy's quaternion of the same rotation is the opposite one, else 1.0."""
    return np.where(np.sum(rotation.as_quat(canonical) * q, axis=-1, keepdims=True) < 0.0, -1.0, 1.0)
