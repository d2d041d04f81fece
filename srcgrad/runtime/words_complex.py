"""Words for complex numbers: functions of `cmath`, of angles, and of `np.emath`."""

from __future__ import annotations

import cmath
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_reduce import ratio


def complex_sin(z: Any) -> Any:
    """The sine as a Python complex number."""
    return cmath.sin(z)


def complex_cos(z: Any) -> Any:
    """The cosine as a Python complex number."""
    return cmath.cos(z)


def complex_sinh(z: Any) -> Any:
    """The hyperbolic sine as a Python complex number."""
    return cmath.sinh(z)


def complex_cosh(z: Any) -> Any:
    """The hyperbolic cosine as a Python complex number."""
    return cmath.cosh(z)


def complex_sqrt(z: Any) -> Any:
    """The square root as a Python complex number."""
    return cmath.sqrt(z)


def cmath_log(z: Any) -> Any:
    """The natural logarithm as a Python complex number."""
    return cmath.log(z)


def unit(phi: Any) -> Any:
    """The complex number of modulus 1 at an angle."""
    return cmath.rect(1.0, phi)


def across(z: Any) -> Any:
    """`i z / |z|^2`, by which the angle of `z` grows; a square would overflow, or vanish, where that does not."""
    size = abs(z)
    return 1j * ratio(ratio(z, size), size)


def wide_sqrt(x: Any) -> Any:
    """The square root, complex where it has to be."""
    return np.emath.sqrt(x)


def wide_log(x: Any) -> Any:
    """The natural logarithm, complex where it has to be."""
    return np.emath.log(x)


def wide_power(x: Any, p: Any) -> Any:
    """A power, complex where it has to be."""
    return np.emath.power(x, p)


def complex_sign(x: Any, **settings: Any) -> Any:
    """`np.sign(x)`, which for a complex number is `x / |x|`, 0 at 0."""
    return np.sign(x, **settings)


def sign_cotangent(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of `x` in `y = x / |x|`: what of `g` lies across `y`, over `|x|`; the tangent of `y` likewise."""
    return ratio(g - y * np.real(np.conj(y) * g), np.abs(x))


def real_tangent(x_dot: Any) -> Any:
    """The tangent of an operand, where a function has one for real operands only."""
    if np.iscomplexobj(x_dot):
        raise UnsupportedError(
            "the tangent of a function of complex numbers that is not holomorphic", "take its gradient"
        )
    return x_dot


def imag_cotangent(g: Any, z: Any) -> Any:
    """The cotangent of `z` in `np.imag(z)`: a real number has no part in it."""
    return 1j * np.real(g) if np.iscomplexobj(z) else np.zeros_like(z)


def angle_cotangent(g: Any, z: Any, deg: bool = False) -> Any:
    """The cotangent of `z` in `np.angle(z, deg)`: a real number stays on its axis."""
    if not np.iscomplexobj(z):
        return np.zeros_like(np.asarray(z))
    return (57.29577951308232 * g if deg else g) * across(z)


def angle_tangent(z_dot: Any, z: Any, deg: bool = False) -> Any:
    """The tangent of `np.angle(z, deg)`."""
    turn = np.real(np.conj(across(z)) * z_dot)
    return 57.29577951308232 * turn if deg else turn
