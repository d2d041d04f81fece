"""Words for `scipy.stats`: where densities are not zero, and distribution functions differentiated by their shapes.

There is no closed form for the latter.  The derivative is an integral of the density's derivative,

    dF(z)/da = integral of f(t) (d log f(t) / da) dt up to z,

computed by double exponential quadrature (Takahasi and Mori), which converges fast also where the integrand is
singular at an end.  Above the middle the complement is integrated, so that tails keep their digits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def is_positive(z: Any) -> Any:
    """Where `z` is above 0 (or nan, which stays nan)."""
    return np.logical_not(np.less_equal(z, 0.0))


def from_zero(z: Any) -> Any:
    """Where `z` is at least 0 (or nan)."""
    return np.logical_not(np.less(z, 0.0))


def to_zero(z: Any) -> Any:
    """Where `z` is at most 0 (or nan)."""
    return np.logical_not(np.greater(z, 0.0))


def between(z: Any, low: Any, high: Any) -> Any:
    """Where `z` lies between two bounds (or is nan)."""
    return np.logical_not(np.logical_or(np.less(z, low), np.greater(z, high)))


def inside_unit(z: Any) -> Any:
    """Where `z` lies between 0 and 1 and is neither (or is nan)."""
    return np.logical_not(np.logical_or(np.less_equal(z, 0.0), np.greater_equal(z, 1.0)))


def within_one(z: Any) -> Any:
    """Where `z` is less than 1 away from 0 (or nan)."""
    return np.logical_not(np.greater_equal(np.abs(z), 1.0))


def within_pi(z: Any) -> Any:
    """Where `z` is at most half a turn (or nan)."""
    return np.logical_not(np.greater(np.abs(z), np.pi))


def in_pareto(z: Any, c: Any) -> Any:
    """Where the generalised Pareto distribution of shape `c` has a density (or `z` is nan)."""
    return np.logical_not(np.logical_or(np.less(z, 0.0), np.less_equal(np.multiply(c, z), -1.0)))


def in_extreme(z: Any, c: Any) -> Any:
    """Where the generalised extreme value distribution of shape `c` has a density (or `z` is nan)."""
    return np.logical_not(np.greater_equal(np.multiply(c, z), 1.0))


def amid(low: Any, high: Any) -> Any:
    """A number between two bounds, which may be infinite."""
    low, high = np.maximum(low, np.subtract(high, 2.0)), np.minimum(high, np.add(low, 2.0))
    middle = 0.5 * (low + high)
    return np.where(np.isfinite(middle), middle, 0.0)


def in_unit(z: Any) -> Any:
    """Where `z` lies between 0 and 1 (or is nan)."""
    return np.logical_not(np.logical_or(np.less(z, 0.0), np.greater(z, 1.0)))


def above_one(z: Any) -> Any:
    """Where `z` is at least 1 (or nan)."""
    return np.logical_not(np.less(z, 1.0))


def harmless(z: Any) -> Any:
    """A number at which every density can be computed, in place of `z` outside of its support."""
    return np.where(np.greater(z, 1.0), 1.5, 0.5)


# steps of the double exponential rule
_STEP = 1.0 / 24.0
_TAU = np.arange(-6.0, 6.0 + _STEP, _STEP)
# nodes in (0, 1), as the node and its logarithm, and weights
_GROWTH = np.exp(-np.pi * np.sinh(_TAU))
_UNIT = 1.0 / (1.0 + _GROWTH)
_LOG_UNIT = -np.logaddexp(0.0, -np.pi * np.sinh(_TAU))
_UNIT_WEIGHT = _STEP * np.pi * np.cosh(_TAU) * np.exp(2.0 * _LOG_UNIT - np.pi * np.sinh(_TAU))
# nodes in (0, inf) and weights
_HALF = np.exp(0.5 * np.pi * np.sinh(_TAU))
_HALF_WEIGHT = _STEP * 0.5 * np.pi * np.cosh(_TAU) * _HALF


def _to_point(z: Any, integrand: Callable[[Any, Any], Any]) -> Any:
    """The integral of `integrand(t, log t)` over (0, z)."""
    z = np.expand_dims(z, -1)
    with np.errstate(all="ignore"):
        values = integrand(z * _UNIT, np.log(z) + _LOG_UNIT) * _UNIT_WEIGHT
    return np.sum(np.where(np.isfinite(values), values, 0.0), axis=-1) * z[..., 0]


def _from_point(z: Any, width: Any, integrand: Callable[[Any, Any], Any]) -> Any:
    """The integral of `integrand(t, log t)` over (z, inf), for an integrand that changes over `width`."""
    z, width = np.expand_dims(z, -1), np.expand_dims(width, -1)
    with np.errstate(all="ignore"):
        t = z + width * _HALF
        values = integrand(t, np.log(t)) * _HALF_WEIGHT
    return np.sum(np.where(np.isfinite(values), values, 0.0), axis=-1) * width[..., 0]


def _each(function: Callable[..., Any], *arrays: Any) -> Any:
    """The function of arrays that are broadcast to one shape, computed in double precision; a number for numbers."""
    full = np.broadcast_arrays(*[np.asarray(a, dtype=float) for a in arrays])
    dtype = np.result_type(np.result_type(*arrays), np.float32)  # apart: Python's numbers are in double precision
    return function(*full).astype(dtype, copy=False)[()]


def gamma_cdf_slope(z: Any, a: Any) -> Any:
    """The derivative of the gamma distribution function at `z` by its shape `a`."""
    return _each(_gamma_slope, z, a)


def _gamma_slope(z: Any, a: Any) -> Any:
    def of_shape(shape: Any) -> Any:
        def integrand(t: Any, log: Any) -> Any:
            return np.exp((shape - 1.0) * log - t - special.gammaln(shape)) * (log - special.psi(shape))

        return integrand

    # near 0 that of the next shape, which is smoother, and the derivative of what lies between the two
    log = np.log(np.where(z > 0.0, z, 1.0))
    between = np.exp(a * log - z - special.gammaln(a + 1.0)) * (log - special.psi(a + 1.0))
    below = _to_point(z, of_shape(np.expand_dims(a + 1.0, -1))) + np.where(z > 0.0, between, 0.0)
    above = -_from_point(z, np.sqrt(a) + 1.0, of_shape(np.expand_dims(a, -1)))
    return np.where(z < a, below, above)


def beta_cdf_slope(z: Any, a: Any, b: Any) -> Any:
    """The derivative of the beta distribution function at `z` by its first shape `a`."""
    return _each(_beta_slope, z, a, b)


def _beta_slope(z: Any, a: Any, b: Any) -> Any:
    p, q = np.expand_dims(a, -1), np.expand_dims(b, -1)

    def from_zero(t: Any, log: Any) -> Any:
        score = special.psi(p + q + 1.0) - special.psi(p + 1.0)
        return np.exp(p * log + (q - 1.0) * np.log1p(-t) - special.betaln(p + 1.0, q)) * (log + score)

    def from_one(t: Any, log: Any) -> Any:
        score, other = special.psi(p + q + 1.0) - special.psi(p), np.log1p(-t)
        return np.exp((p - 1.0) * other + q * log - special.betaln(p, q + 1.0)) * (other + score)

    # those of the next shape, which are smoother at the ends, and the derivatives of what lies between
    inner = (z > 0.0) & (z < 1.0)
    x = np.where(inner, z, 0.5)
    log, other = np.log(x), np.log1p(-x)
    between = np.where(inner, np.exp(a * log + b * other - special.betaln(a, b)), 0.0)
    score = log + special.psi(a + b)
    below = _to_point(z, from_zero) + between / a * (score - special.psi(a + 1.0))
    above = -_to_point(1.0 - z, from_one) - between / b * (score - special.psi(a))
    return np.where(z < a / (a + b), below, above)


def student_cdf_slope(z: Any, df: Any) -> Any:
    """The derivative of the distribution function of Student's t at `z` by the degrees of freedom."""
    return _each(_student_slope, z, df)


def _student_slope(z: Any, df: Any) -> Any:
    # F(z) = I(v; df / 2, 1 / 2) / 2 for z < 0, v = df / (df + z^2), which depends on df as well
    square = z * z
    v = df / (df + square)
    by_shape = 0.5 * _beta_slope_near_one(v, square / (df + square), 0.5 * df)
    with np.errstate(all="ignore"):
        log = special.xlogy(0.5 * df - 1.0, v) - special.betaln(0.5 * df, 0.5)
        # the density of the beta distribution at v, times dv/ddf = z^2 / (df + z^2)^2: the root cancels
        moved = np.exp(log) * np.abs(z) * (df + square) ** -1.5
    return -np.sign(z) * 0.5 * (by_shape + moved)


def _beta_slope_near_one(v: Any, rest: Any, a: Any) -> Any:
    """The derivative by `a` of the beta distribution function with shapes (a, 1/2) at `v`, where `rest` is 1 - v."""
    p = np.expand_dims(a, -1)
    score = special.psi(p + 0.5) - special.psi(p)

    def from_zero(t: Any, log: Any) -> Any:
        return np.exp((p - 1.0) * log - 0.5 * np.log1p(-t) - special.betaln(p, 0.5)) * (log + score)

    def from_one(t: Any, log: Any) -> Any:
        other = np.log1p(-t)
        return np.exp((p - 1.0) * other - 0.5 * log - special.betaln(p, 0.5)) * (other + score)

    return np.where(v < a / (a + 0.5), _to_point(v, from_zero), -_to_point(rest, from_one))


# ---------------------------------------------------------------------------------------------- parts of densities


def log_rest(u: Any) -> Any:
    """The logarithm of `1 - exp(-u)`, which keeps its digits near 0 and far out."""
    near = u < 0.7
    return np.where(near, np.log(-np.expm1(-np.where(near, u, 0.7))), np.log1p(-np.exp(-np.where(near, 0.7, u))))


def log1p_ratio(x: Any, c: Any) -> Any:
    """`log(1 + c x) / c`, which is `x` for c = 0."""
    zero = np.equal(c, 0.0)
    return np.where(zero, x, np.log1p(c * x) / np.where(zero, 1.0, c))


def log1p_bend(u: Any) -> Any:
    """`(u / (1 + u) - log(1 + u)) / u^2`, the derivative of `log(1 + u) / u`."""
    two = np.asarray(2.0, dtype=np.asarray(u).dtype)  # SciPy takes doubles where numbers are Python's
    return -0.5 * special.hyp2f1(two, two, two + 1.0, np.negative(u))


def bessel_ratio(t: Any) -> Any:
    """`i1(t) / i0(t)`, without overflow."""
    return special.i1e(t) / special.i0e(t)


def log_between(a: Any, b: Any) -> Any:
    """The logarithm of the probability that a standard normal variable lies between `a` and `b`."""
    above = np.greater(a, 0.0)
    low, high = np.where(above, np.negative(b), a), np.where(above, np.negative(a), b)
    below = np.less_equal(high, 0.0)
    with np.errstate(all="ignore"):
        top = special.log_ndtr(np.where(below, high, 0.0))
        tail = top + np.log1p(-np.exp(special.log_ndtr(np.where(below, low, -1.0)) - top))
        return np.where(below, tail, np.log1p(-special.ndtr(low) - special.ndtr(-high)))[()]


def normal_share(p: Any, a: Any, b: Any) -> Any:
    """The standard normal density at `p`, divided by the probability between `a` and `b`."""
    return np.exp(-0.5 * np.square(p) - 0.9189385332046727 - log_between(a, b))


def normal_moment(p: Any, a: Any, b: Any) -> Any:
    """`p` times the standard normal density at `p`, divided by the probability between `a` and `b`."""
    finite = np.isfinite(p)
    q = np.where(finite, p, 0.0)
    return np.where(finite, q * normal_share(q, a, b), 0.0)


def fisher_slope(m: Any, n: Any, x: Any) -> Any:
    """The density of Fisher's distribution."""
    whole = n + m * x
    log = special.xlogy(0.5 * m - 1.0, m * x / whole) + special.xlogy(0.5 * n - 1.0, n / whole)
    return np.exp(log - special.betaln(0.5 * m, 0.5 * n)) * m * n / (whole * whole)


def noncentral_density(x: Any, df: Any, nc: Any) -> Any:
    """The density of the noncentral chi-squared distribution, for large `nc x` by the scaled Bessel function."""
    v = 0.5 * df - 1.0
    square = nc * x
    small = square < 1.0
    start = np.exp(special.xlogy(v, 0.5 * x) - 0.5 * (x + nc) - special.gammaln(v + 1.0))
    root = np.sqrt(np.where(small, 1.0, square))
    ratio = np.where(small, 1.0, x / np.where(small, 1.0, nc))
    far = ratio ** (0.5 * v) * np.exp(root - 0.5 * (x + nc)) * special.ive(v, root)
    return 0.5 * np.where(small, start * special.hyp0f1(v + 1.0, 0.25 * np.where(small, square, 0.0)), far)
