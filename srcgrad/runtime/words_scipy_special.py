"""Words for `scipy.special`, second part: slopes that need care where a plain formula would lose digits."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special


def erf_(x: Any) -> Any:
    """The error function."""
    return special.erf(x)


def elliptic_d(phi: Any, m: Any) -> Any:
    """The incomplete elliptic integral `D(phi, m) = (F - E) / m`, which is regular at m = 0.

    By Carlson's symmetric form, D = sin^3 R_D(cos^2, 1 - m sin^2, 1) / 3 for phi within a quarter turn (DLMF 19.25.13),
    and one complete integral more for each half turn.
    """
    turns = np.round(np.divide(phi, np.pi))
    rest = phi - np.pi * turns
    s, c = np.sin(rest), np.cos(rest)
    complete = special.elliprd(0.0, 1.0 - np.asarray(m), 1.0) / 3.0
    found = s**3 * special.elliprd(c * c, 1.0 - m * s * s, 1.0) / 3.0 + 2.0 * turns * complete
    single = isinstance(m, (np.ndarray, np.generic)) and m.dtype == np.float32
    return np.asarray(found).astype(np.float32)[()] if single else found


def elliptic_d_slope(phi: Any, m: Any, y: Any) -> Any:
    """The derivative of `y = elliptic_d(phi, m)` by `m`: `(F - 2 D + m D - s c / delta) / (2 m (1 - m))`.

    Near m = 0, where that cancels, by the series of half the integral of sin^4 (1 - m sin^2)^(-3/2).
    """
    small = np.abs(m) < 1e-4
    fourth = (12.0 * phi - 8.0 * np.sin(2.0 * phi) + np.sin(4.0 * phi)) / 32.0
    sixth = (60.0 * phi - 45.0 * np.sin(2.0 * phi) + 9.0 * np.sin(4.0 * phi) - np.sin(6.0 * phi)) / 192.0
    waves = 672.0 * np.sin(2.0 * phi) - 168.0 * np.sin(4.0 * phi) + 32.0 * np.sin(6.0 * phi) - 3.0 * np.sin(8.0 * phi)
    eighth = (840.0 * phi - waves) / 3072.0
    series = 0.5 * fourth + m * (0.75 * sixth + m * (0.9375 * eighth))
    n = np.where(small, 0.5, m)
    s, c = np.sin(phi), np.cos(phi)
    numerator = special.ellipkinc(phi, n) - (2.0 - n) * y - s * c / np.sqrt(1.0 - n * s * s)
    return np.where(small, series, numerator / (2.0 * n * (1.0 - n)))


def exponential_slope(n: Any, x: Any) -> Any:
    """The derivative of `expn(n, x)` by `x`: `-expn(n - 1, x)`, of which there is none for n = 0."""
    first = np.equal(n, 0)
    return np.where(first, -np.exp(-x) * (1.0 + 1.0 / x) / x, -special.expn(np.where(first, 0, n - 1), x))


def spherical_slope(name: str, sign: float, n: Any, z: Any, derivative: Any) -> Any:
    """The derivative by `z` of a spherical Bessel function of this name, or of its derivative by the differential
    equation `z^2 f'' + 2 z f' + (sign z^2 - n (n + 1)) f = 0`."""
    function = getattr(special, name)
    slope = function(n, z, True)
    if not derivative:
        return slope
    return -2.0 * slope / z - (sign - n * (n + 1.0) / (z * z)) * function(n, z)


def multigamma_slope(a: Any, d: int) -> Any:
    """The derivative of `multigammaln(a, d)` by `a`."""
    return sum(special.psi(a - 0.5 * j) for j in range(d))


def degree_slope(n: Any, factor: Any, lower: Any) -> Any:
    """A factor times the polynomial of degree n - 1, zero for the constant polynomial."""
    return np.where(np.equal(n, 0), 0.0, factor * lower)


def pseudo_huber_scale(delta: Any, r: Any) -> Any:
    """The derivative of `pseudo_huber(delta, r)` by `delta`: delta (root - 1)^2 / root, root^2 = 1 + (r / delta)^2."""
    ratio = r / delta
    root = np.sqrt(1.0 + ratio * ratio)
    # root - 1 without cancellation
    excess = ratio * ratio / (root + 1.0)
    return delta * excess * excess / root


def boxcox_slope(log: Any, power: Any) -> Any:
    """The derivative of `(exp(power * log) - 1) / power` by `power`, by its series near power = 0."""
    u = power * log
    small = np.abs(u) < 0.01
    v = np.where(small, 1.0, u)
    series = 0.5 + u * (1.0 / 3.0 + u * (0.125 + u * (1.0 / 30.0 + u / 144.0)))
    closed = (v * np.exp(v) - np.expm1(v)) / (v * v)
    return log * log * np.where(small, series, closed)


def student_density(df: Any, t: Any) -> Any:
    """The density of Student's t distribution."""
    log = special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df) - 0.5 * np.log(np.pi * np.asarray(df))
    return np.exp(log - 0.5 * (df + 1.0) * np.log1p(t * t / df))
