"""Interpolants of `scipy.interpolate` that are a polynomial between any two points.

SciPy gives the values; their derivatives, by values, points and the places of both, are those of the coefficients that
are computed here.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import interpolate, linalg

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_interpolate import changed_by, inside_of, integral_of, made_by, piece_of, value_at
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written import NotKept


def not_kept(attribute):
    """The error for what an interpolant with active values does not offer."""
    return NotKept(f"'{attribute}' of an interpolant whose values depend on the input", "call it at points")


class Pieces:
    """Polynomials of the distance from the point before, highest power first: `coefficients[:, i]` behind point `i`.

    inner        SciPy's interpolant
    axis         the axis of the values that they were made of
    extrapolate  whether they go on outside, None for SciPy's default
    """

    def __init__(self, inner, x, coefficients, axis, extrapolate):
        self.inner = inner
        self.x = x
        self.coefficients = coefficients
        self.axis = axis
        self.extrapolate = extrapolate

    def __call__(self, x, nu=0, extrapolate=None):
        need_no_period(extrapolate)
        t = np.asarray(x)
        coefficients = differentiated(self.coefficients, nu)
        place = piece_of(self.x, t)
        s = beside(t - self.x[place], coefficients[0])
        again = coefficients[0][place]
        for k in range(1, len(coefficients)):
            again = again * s + coefficients[k][place]
        beyond = self.extrapolate if extrapolate is None else extrapolate
        if beyond is not None:
            again = np.where(beside(inside_of(self.inner, t, beyond), coefficients[0]), again, 0.0)
        if self.axis:
            again = np.moveaxis(again, range(t.ndim), range(self.axis, self.axis + t.ndim))
        return attached(again, value_at(self.inner, x, extrapolate, nu))

    def derivative(self, nu=1):
        inner = changed_by(self.inner, "derivative", nu)
        return Pieces(inner, self.x, differentiated(self.coefficients, nu), self.axis, self.extrapolate)

    def antiderivative(self, nu=1):
        if nu != 1:
            return self.antiderivative().antiderivative(nu - 1)
        c = self.coefficients
        powers = np.arange(len(c), 0, -1).reshape((-1,) + (1,) * (c.ndim - 1))
        rising = c / powers
        width = beside(np.diff(self.x), c[0])
        total = np.zeros_like(c[0])
        for k in range(len(c)):
            total = (total + rising[k]) * width
        starts = np.concatenate([np.zeros_like(total[:1]), np.cumsum(total, axis=0)[:-1]])
        inner = changed_by(self.inner, "antiderivative", 1)
        return Pieces(inner, self.x, np.concatenate([rising, starts[None]]), self.axis, self.extrapolate)

    def integrate(self, a, b, extrapolate=None):
        whole = self.antiderivative()
        return attached(whole(b) - whole(a), integral_of(self.inner, a, b, extrapolate))

    @property
    def c(self):
        return attached(self.coefficients, self.inner.c)

    def __getattr__(self, name):
        raise not_kept(name)


def beside(x, values):
    """Numbers of points in the shape that broadcasts against values of several components."""
    return np.reshape(x, np.shape(x) + (1,) * (np.ndim(values) - 1))


def need_no_period(extrapolate):
    """Refuse interpolants that repeat."""
    if isinstance(extrapolate, str):
        raise UnsupportedError(f"an interpolant with extrapolate={extrapolate!r}", "take the points modulo the period")


def differentiated(coefficients, nu):
    """The coefficients of derivatives."""
    for _ in range(nu):
        count = len(coefficients)
        if count == 1:
            return np.zeros_like(coefficients)
        powers = np.arange(count - 1, 0, -1).reshape((-1,) + (1,) * (coefficients.ndim - 1))
        coefficients = coefficients[:-1] * powers
    return coefficients


def cubics(make, x, y, slopes, places, options, axis, extrapolate):
    """Cubics with values and slopes at the points, the axis of the points in front."""
    need_no_period(extrapolate)
    inner = made_by(make, places, options if extrapolate is None else {**options, "extrapolate": extrapolate})
    width = beside(np.diff(x), y)
    rise = np.diff(y, axis=0) / width
    bend = (slopes[:-1] + slopes[1:] - 2.0 * rise) / width
    turn = (rise - slopes[:-1]) / width - bend
    return Pieces(inner, x, np.stack([bend / width, turn, slopes[:-1], y[:-1]]), axis % np.ndim(y), extrapolate)


# ------------------------------------------------------------------------------------------------------- cubic splines


def end_of(condition, side):
    """The order of the derivative that is given at an end (0 for none), and its value."""
    both = isinstance(condition, str) or condition is None
    one = condition if both else condition[side]
    if one == "natural":
        return 2, 0.0
    if one == "clamped":
        return 1, 0.0
    if one == "periodic":
        raise UnsupportedError("CubicSpline() with bc_type='periodic'", "repeat the values at both ends")
    if one is None or one == "not-a-knot":
        return 0, 0.0
    return one[0], one[1]


def end_row(order, value, h, rise, parabola):
    """An equation for the slopes at the first end: the factors of two of them, and its right side."""
    if order == 1:
        return 1.0, 0.0, value + 0.0 * rise[0]
    if order == 2:
        return 2.0 * h[0], h[0], 3.0 * h[0] * rise[0] - 0.5 * value * h[0] ** 2
    if len(h) == 1:
        return 1.0, 0.0, rise[0]
    if parabola:
        return 1.0, 1.0, 2.0 * rise[0]
    both = h[0] + h[1]
    return h[1], both, ((h[0] + 2.0 * both) * h[1] * rise[0] + h[0] ** 2 * rise[1]) / both


def spline_slopes(x, y, bc_type):
    """The slopes at the points with which the second derivative has no jumps."""
    h = np.diff(x)
    rise = np.diff(y, axis=0) / beside(h, y)
    order, value = end_of(bc_type, 0)
    order_behind, value_behind = end_of(bc_type, 1)
    parabola = order == 0 and order_behind == 0 and len(x) == 3
    first, second, left = end_row(order, value, h, rise, parabola)
    # the other end is the first one of the curve seen in a mirror, where slopes have the other sign
    mirrored = -value_behind if order_behind == 1 else value_behind
    last, before, right = end_row(order_behind, mirrored, h[::-1], -rise[::-1], parabola)
    middle = 3.0 * (beside(h[1:], y) * rise[:-1] + beside(h[:-1], y) * rise[1:])
    side = np.concatenate([np.stack([left]), middle, np.stack([-right])])
    above = np.concatenate([np.zeros(1), np.stack([second]), h[:-1]])
    on = np.concatenate([np.stack([first]), 2.0 * (h[:-1] + h[1:]), np.stack([last])])
    below = np.concatenate([h[1:], np.stack([before]), np.zeros(1)])
    found = linalg.solve_banded((1, 1), np.stack([above, on, below]), np.reshape(side, (len(x), -1)))
    return np.reshape(found, np.shape(y))


def cubic_spline(x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
    x = np.asarray(x, dtype=float)
    values = np.moveaxis(np.asarray(y), axis, 0)
    slopes = spline_slopes(x, values, bc_type)
    return cubics(
        interpolate.CubicSpline, x, values, slopes, (x, y), {"axis": axis, "bc_type": bc_type}, axis, extrapolate
    )


# ------------------------------------------------------------------------------------------------ slopes that are local


def end_slope(h, after, m, m_after):
    """The slope at an end: of the parabola through three points, but not beyond where the curve would turn."""
    slope = ((2.0 * h + after) * m - h * m_after) / (h + after)
    bent = (np.sign(m) != np.sign(m_after)) & (np.abs(slope) > 3.0 * np.abs(m))
    return np.where(np.sign(slope) != np.sign(m), 0.0, np.where(bent, 3.0 * m, slope))


def monotone_slopes(x, y):
    """Slopes that keep a curve monotone where the values are: weighted harmonic means of those on both sides."""
    h = beside(np.diff(x), y)
    m = np.diff(y, axis=0) / h
    if len(x) == 2:
        return np.concatenate([m, m])
    turns = (np.sign(m[1:]) != np.sign(m[:-1])) | (m[1:] == 0.0) | (m[:-1] == 0.0)
    before = 2.0 * h[1:] + h[:-1]
    after = h[1:] + 2.0 * h[:-1]
    mean = before / np.where(turns, 1.0, m[:-1]) + after / np.where(turns, 1.0, m[1:])
    inner = np.where(turns, 0.0, (before + after) / mean)
    first = end_slope(h[:1], h[1:2], m[:1], m[1:2])
    last = end_slope(h[-1:], h[-2:-1], m[-1:], m[-2:-1])
    return np.concatenate([first, inner, last])


def pchip(x, y, axis=0, extrapolate=None):
    x = np.asarray(x, dtype=float)
    values = np.moveaxis(np.asarray(y), axis, 0)
    slopes = monotone_slopes(x, values)
    return cubics(interpolate.PchipInterpolator, x, values, slopes, (x, y), {"axis": axis}, axis, extrapolate)


def akima_slopes(x, y, method):
    """Slopes between those on both sides, which count the more the less they change on their own side."""
    m = np.diff(y, axis=0) / beside(np.diff(x), y)
    if len(x) == 2:
        return np.concatenate([m, m])
    before, after = 2.0 * m[:1] - m[1:2], 2.0 * m[-1:] - m[-2:-1]
    m = np.concatenate([2.0 * before - m[:1], before, m, after, 2.0 * after - m[-1:]])
    change = np.abs(np.diff(m, axis=0))
    if method == "makima":
        change = change + 0.5 * np.abs(m[1:] + m[:-1])
    left, right = change[2:], change[:-2]
    flat = left + right <= 1e-9 * np.max(left + right)
    shares = np.where(flat, 1.0, left + right)
    return np.where(flat, 0.5 * (m[3:] + m[:-3]), (left * m[1:-2] + right * m[2:-1]) / shares)


def akima(x, y, axis=0, *, method="akima", extrapolate=None):
    x = np.asarray(x, dtype=float)
    values = np.moveaxis(np.asarray(y), axis, 0)
    options = {"axis": axis} if method == "akima" else {"axis": axis, "method": method}
    slopes = akima_slopes(x, values, method)
    return cubics(interpolate.Akima1DInterpolator, x, values, slopes, (x, y), options, axis, extrapolate)


def hermite(x, y, dydx, axis=0, extrapolate=None):
    x = np.asarray(x, dtype=float)
    values = np.moveaxis(np.asarray(y), axis, 0)
    slopes = np.moveaxis(np.asarray(dydx), axis, 0)
    return cubics(interpolate.CubicHermiteSpline, x, values, slopes, (x, y, dydx), {"axis": axis}, axis, extrapolate)


def in_pieces(c, x, extrapolate=None, axis=0):
    """`PPoly`, made of coefficients."""
    c = np.asarray(c)
    x = np.asarray(x, dtype=float)
    if axis != 0:
        raise UnsupportedError(f"PPoly() with axis={axis}", "move the axis to the front: np.moveaxis(c, axis + 1, 1)")
    need_no_period(extrapolate)
    inner = made_by(interpolate.PPoly, (c, x), {} if extrapolate is None else {"extrapolate": extrapolate})
    return Pieces(inner, x, c, axis, extrapolate)
