"""Words for `scipy.special`, second part: slopes that need care where a plain formula would lose digits."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy import betainc_slope


def erf_(x: Any) -> Any:
    """The error function."""
    return special.erf(x)


def _single(found: Any, m: Any) -> Any:
    """A result in single precision where `m` is."""
    single = isinstance(m, (np.ndarray, np.generic)) and m.dtype == np.float32
    return np.asarray(found).astype(np.float32)[()] if single else found


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
    return _single(found, m)


def complete_d(p: Any) -> Any:
    """`elliptic_d(pi / 2, 1 - p)`, where `1 - p` may be 1 but for rounding."""
    found = special.elliprd(0.0, p, 1.0) / 3.0
    return _single(found, p)


def complete_d_slope(p: Any, y: Any) -> Any:
    """The derivative of `y = complete_d(p)`: `((1 + p) D - K) / (2 p (1 - p))`, away from p = 0 by `elliptic_d`."""
    small = np.less(p, 0.25)
    q = np.where(small, p, 0.25)
    near = ((1.0 + q) * y - special.ellipkm1(q)) / (2.0 * q * (1.0 - q))
    return np.where(small, near, -elliptic_d_slope(0.5 * np.pi * np.ones_like(p), np.where(small, 0.75, 1.0 - p), y))


def agm_slope(a: Any, b: Any, y: Any) -> Any:
    """The derivative of `y = agm(a, b)` by `a`: `y (K - D) / (a K)` for the smaller, `y D / (a K)` for the larger.

    K is `pi / 2` times the larger over y, and K - D is 1 where their ratio is so small that its square vanishes.
    """
    first = np.abs(a) >= np.abs(b)
    small, large = np.where(first, b, a), np.where(first, a, b)
    p = np.maximum(np.square(small / large), 1e-30)
    share = (special.ellipkm1(p) - complete_d(p)) * (y / large) / (0.5 * np.pi)
    return y / a * np.where(first, 1.0 - share, share)


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


def spherical_slope(name: str, below: float, above: float, n: Any, z: Any, derivative: Any) -> Any:
    """The derivative by `z` of a spherical Bessel function of this name, or of its derivative.

    That is `(below n f(n - 1) + above (n + 1) f(n + 1)) / (2 n + 1)` of the functions (DLMF 10.51.2, 10.51.5), and so
    of their derivatives.
    """
    function = getattr(special, name)
    if not derivative:
        return function(n, z, True)
    lower = n * function(np.maximum(n - 1, 0), z, True)
    return (below * lower + above * (n + 1.0) * function(n + 1, z, True)) / (2.0 * n + 1.0)


def multigamma_slope(a: Any, d: int) -> Any:
    """The derivative of `multigammaln(a, d)` by `a`."""
    return sum(special.psi(a - 0.5 * j) for j in range(d))


def comb_slope(y: Any, above: Any, below: Any) -> Any:
    """The derivative of `y`, a ratio of gamma functions, by what stands above and below; 0 where y is 0."""
    zero = np.equal(y, 0.0)
    rate = special.psi(np.where(zero, 1.0, above))
    if below is not None:
        rate = rate - special.psi(np.where(zero, 1.0, below))
    return y * rate


def degree_slope(n: Any, factor: Any, lower: Any) -> Any:
    """A factor times the polynomial of degree n - 1, zero for the constant polynomial."""
    return np.where(np.equal(n, 0), 0.0, factor * lower)


def pseudo_huber_scale(delta: Any, r: Any) -> Any:
    """The derivative of `pseudo_huber(delta, r)` by `delta`: delta (root - 1)^2 / root, root^2 = 1 + (r / delta)^2."""
    ratio = r / delta
    root = np.hypot(1.0, ratio)
    # root - 1 without cancellation
    excess = ratio * (ratio / (root + 1.0))
    return delta * excess * (excess / root)


def boxcox_slope(log: Any, power: Any) -> Any:
    """The derivative of `(exp(power * log) - 1) / power` by `power`: log squared times that of `exprel`."""
    return 0.5 * log * log * special.hyp1f1(2.0, 3.0, power * log)


def student_density(df: Any, t: Any) -> Any:
    """The density of Student's t distribution."""
    log = special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df) - 0.5 * np.log(np.pi * np.asarray(df))
    return np.exp(log - 0.5 * (df + 1.0) * np.log1p(t * t / df))


def of_real(x: Any) -> Any:
    """`x`, which has to be real: what is scaled by an absolute value is no holomorphic function."""
    if np.iscomplexobj(x):
        raise UnsupportedError("a scaled Bessel function of complex numbers", "scale the unscaled function instead")
    return x


def ratio_or(a: Any, b: Any, limit: float) -> Any:
    """`a / b`, and the limit where `b` is 0."""
    zero = np.equal(b, 0.0)
    return np.where(zero, limit, a / np.where(zero, 1.0, b)) if np.any(zero) else a / b


def normal_hazard(x: Any) -> Any:
    """The derivative of `log_ndtr(x)`: density over distribution function, as large as -x far below 0."""
    return 0.7978845608028654 / special.erfcx(-0.7071067811865476 * x)


def normal_bend(x: Any, y: Any) -> Any:
    """The derivative of `y = normal_hazard(x)`: `-y (x + y)`, of which the sum is a slope of `erfcx` below 0."""
    below = np.less(x, 0.0)
    t = 0.7071067811865476 * np.where(below, np.negative(x), 0.0)
    scaled = special.erfcx(t)
    return y * np.where(below, 0.7071067811865476 * erfcx_slope(t, scaled) / scaled, -(x + y))


def erfcx_slope(x: Any, y: Any) -> Any:
    """The derivative of `y = erfcx(x)`: `2 x y - 2 / sqrt(pi)`, by its asymptotic series for large x."""
    far = np.greater_equal(x, 10.0)
    series = _asymptotic(np.where(far, x, 10.0), -1.0)
    return np.where(far, -1.1283791670955126 * series, 2.0 * np.where(far, 0.0, x) * y - 1.1283791670955126)


def dawsn_slope(x: Any, y: Any) -> Any:
    """The derivative of `y = dawsn(x)`: `1 - 2 x y`, by its asymptotic series for large x."""
    far = np.greater_equal(np.abs(x), 10.0)
    return np.where(far, -_asymptotic(np.where(far, x, 10.0), 1.0), 1.0 - 2.0 * np.where(far, 0.0, x) * y)


def _asymptotic(x: Any, sign: float) -> Any:
    """`u (1 + 3 sign u (1 + 5 sign u (1 + ...)))` for `u = 1 / (2 x^2)`, to all digits where x is at least 10."""
    u = 0.5 / x / x
    series = 1.0
    for odd in range(25, 1, -2):
        series = 1.0 + (sign * odd) * u * series
    return u * series


def rgamma_slope(x: Any) -> Any:
    """The derivative of `rgamma(x)`: `-rgamma(x) psi(x)`, to the left of 1/2 that of `sin(pi x) gamma(1 - x) / pi`."""
    left = np.less(np.real(x), 0.5)
    right, mirrored = np.where(left, 1.0, x), 1.0 - np.where(left, x, 0.0)
    turned = np.cos(np.pi * x) - np.sin(np.pi * x) * special.psi(mirrored) / np.pi
    return np.where(left, special.gamma(mirrored) * turned, -special.rgamma(right) * special.psi(right))


def spence_slope(z: Any) -> Any:
    """The derivative of `spence(z)`: `log(z) / (1 - z)`, which for `u = log(z)` is `-u / (exp(u) - 1)`."""
    if np.iscomplexobj(z):
        return np.log(z) / (1.0 - z)
    return -1.0 / special.exprel(np.log(z))


def struve_part(v: Any, x: Any) -> Any:
    """`(x / 2)^v / (sqrt(pi) gamma(v + 3/2))`, what Struve functions have beyond Bessel functions (DLMF 11.4.27)."""
    return 0.5641895835477563 * (0.5 * x) ** v * special.rgamma(v + 1.5)


def diric_slope(x: Any, n: Any) -> Any:
    """The derivative of `diric(x, n) = sin(n x / 2) / (n sin(x / 2))`, by its series near multiples of 2 pi."""
    turns = np.round(np.divide(x, 2.0 * np.pi))
    u = 0.5 * (x - 2.0 * np.pi * turns)
    sign = np.where((turns % 2 == 1) & np.equal(np.asarray(n) % 2, 0), -1.0, 1.0)
    small = np.abs(u) * n < 0.01
    v = np.where(small, 1.0, u)
    square = np.square(np.asarray(n, dtype=float))
    # sin(n u) / (n sin u) = 1 - (n^2 - 1) u^2 / 6 + (n^2 - 1) (3 n^2 - 7) u^4 / 360 - ...
    series = (square - 1.0) * u * (-1.0 / 3.0 + (3.0 * square - 7.0) * u * u / 90.0)
    closed = (np.cos(n * v) - np.sin(n * v) * np.cos(v) / (n * np.sin(v))) / np.sin(v)
    return 0.5 * sign * np.where(small, series, closed)


def voigt(x: Any, sigma: Any, gamma: Any) -> tuple[Any, Any, Any]:
    """The place `(x + i gamma) / (sigma sqrt(2))`, and there Faddeeva's function and its derivative."""
    if np.any(np.equal(sigma, 0.0)):
        raise UnsupportedError("voigt_profile with sigma = 0", "take Cauchy's density there: scipy.stats.cauchy.pdf")
    z = (x + 1j * gamma) / (1.4142135623730951 * sigma)
    w = special.wofz(z)
    return z, w, 1.1283791670955126j - 2.0 * z * w


def voigt_slope(x: Any, sigma: Any, gamma: Any) -> Any:
    """The derivative of `voigt_profile(x, sigma, gamma)` by `x`."""
    return np.real(voigt(x, sigma, gamma)[2]) / (3.5449077018110318 * sigma * sigma)


def voigt_gamma_slope(x: Any, sigma: Any, gamma: Any) -> Any:
    """The derivative of `voigt_profile(x, sigma, gamma)` by `gamma`."""
    return -np.imag(voigt(x, sigma, gamma)[2]) / (3.5449077018110318 * sigma * sigma)


def voigt_width_slope(x: Any, sigma: Any, gamma: Any) -> Any:
    """The derivative of `voigt_profile(x, sigma, gamma)` by `sigma`."""
    z, w, slope = voigt(x, sigma, gamma)
    return -np.real(w + z * slope) / (2.5066282746310002 * sigma * sigma)


def elliptic_f_slope(phi: Any, m: Any) -> Any:
    """The derivative of `ellipkinc(phi, m)` by `m`: half the integral of `sin^2 (1 - m sin^2)^(-3/2)`, which is
    sin^3 R_D(cos^2, 1, 1 - m sin^2) / 6 within a quarter turn (DLMF 19.25.9), regular at m = 0 and m = 1."""
    turns = np.round(np.divide(phi, np.pi))
    rest = phi - np.pi * turns
    s, c = np.sin(rest), np.cos(rest)
    found = s**3 * special.elliprd(c * c, 1.0, 1.0 - m * s * s) / 6.0
    if np.any(turns):
        # one complete integral for each half turn
        found = (
            found + turns * special.elliprd(0.0, 1.0, np.where(np.equal(turns, 0.0), 1.0, 1.0 - np.asarray(m))) / 3.0
        )
    return _single(found, m)


def elliptic_f_bend(phi: Any, m: Any) -> Any:
    """The derivative of `elliptic_f_slope(phi, m)`, which is `(F - D - s c / delta) / (2 (1 - m))`, by `m`."""
    s, c = np.sin(phi), np.cos(phi)
    by_d = elliptic_d_slope(phi, m, elliptic_d(phi, m)) + 0.5 * s**3 * c * (1.0 - m * s * s) ** -1.5
    return (3.0 * elliptic_f_slope(phi, m) - by_d) / (2.0 * (1.0 - m))


def polar_slope(n: Any, m: Any, theta: Any, phi: Any) -> Any:
    """The derivative of `sph_harm_y(n, m, theta, phi)` by `theta`, by its neighbours in order: regular at the poles."""
    n, m = np.asarray(n), np.asarray(m)
    turn = np.exp(1j * np.asarray(phi))
    # outside of 0 to pi SciPy takes the absolute value of the sine
    side = np.where(np.sin(theta) < 0.0, -0.5, 0.5)
    up = np.where(m < n, np.sqrt(np.maximum((n - m) * (n + m + 1.0), 0.0)), 0.0)
    down = np.where(-m < n, np.sqrt(np.maximum((n + m) * (n - m + 1.0), 0.0)), 0.0)
    above = up * special.sph_harm_y(n, np.minimum(m + 1, n), theta, phi) / turn
    return side * (above - down * special.sph_harm_y(n, np.maximum(m - 1, -n), theta, phi) * turn)


def tukey_slope(p: Any, lam: Any) -> Any:
    """The derivative of the quantile `(p^lam - (1 - p)^lam) / lam` of Tukey's distribution by `lam`."""
    return boxcox_slope(np.log(p), lam) - boxcox_slope(np.log1p(-p), lam)


def binomial_slope(k: Any, n: Any, p: Any) -> Any:
    """The derivative of `bdtrc(k, n, p)` by `p`."""
    k = np.floor(k)
    return betainc_slope(k + 1.0, n - k, p)
