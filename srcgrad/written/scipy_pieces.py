"""Interpolants of `scipy.interpolate` made of pieces, which are not linear in the values or live on a grid.

SciPy gives the value; its derivative is that of the piece that a point falls into, written out here.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_interpolate import made_by, piece_of, value_at
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written.scipy_interpolate import not_kept

# ------------------------------------------------------------------------------------------------ cubic, with slopes


class Cubics:
    """`PchipInterpolator`, `Akima1DInterpolator`, `CubicHermiteSpline`: cubics with values and slopes at the points."""

    def __init__(self, inner, x, y, slopes):
        self.inner = inner
        self.x = x
        self.y = y
        self.slopes = slopes

    def __call__(self, x, nu=0, extrapolate=None):
        if nu != 0:
            raise not_kept(f"the derivative of order {nu}")
        t = np.asarray(x)
        place = piece_of(self.x, t)
        width = beside(self.x[place + 1] - self.x[place], self.y)
        s = beside(t - self.x[place], self.y) / width
        left = (1.0 + 2.0 * s) * self.y[place] + s * width * self.slopes[place]
        right = (3.0 - 2.0 * s) * self.y[place + 1] + (s - 1.0) * width * self.slopes[place + 1]
        return attached((1.0 - s) ** 2 * left + s**2 * right, value_at(self.inner, x, extrapolate))

    def __getattr__(self, name):
        raise not_kept(name)


def beside(x, values):
    """Numbers of points in the shape that broadcasts against values of several components."""
    return np.reshape(x, np.shape(x) + (1,) * (np.ndim(values) - 1))


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


def need_first_axis(name, axis):
    """Refuse another axis than the first."""
    if axis != 0:
        raise UnsupportedError(f"{name}() with axis={axis}", "move the axis to the front: np.moveaxis(y, axis, 0)")


def pchip(x, y, axis=0, extrapolate=None):
    need_first_axis("PchipInterpolator", axis)
    x = np.asarray(x, dtype=float)
    y = np.asarray(y)
    inner = made_by(interpolate.PchipInterpolator, (x, y), {"extrapolate": extrapolate})
    return Cubics(inner, x, y, monotone_slopes(x, y))


def akima_slopes(x, y):
    """Slopes between those on both sides, which count the more the less they change on their own side."""
    m = np.diff(y, axis=0) / beside(np.diff(x), y)
    if len(x) == 2:
        return np.concatenate([m, m])
    before, after = 2.0 * m[:1] - m[1:2], 2.0 * m[-1:] - m[-2:-1]
    m = np.concatenate([2.0 * before - m[:1], before, m, after, 2.0 * after - m[-1:]])
    change = np.abs(np.diff(m, axis=0))
    left, right = change[2:], change[:-2]
    flat = left + right <= 1e-9 * np.max(left + right)
    shares = np.where(flat, 1.0, left + right)
    return np.where(flat, 0.5 * (m[3:] + m[:-3]), (left * m[1:-2] + right * m[2:-1]) / shares)


def akima(x, y, axis=0, *, method="akima", extrapolate=None):
    need_first_axis("Akima1DInterpolator", axis)
    x = np.asarray(x, dtype=float)
    y = np.asarray(y)
    inner = made_by(
        interpolate.Akima1DInterpolator, (x, y), {} if extrapolate is None else {"extrapolate": extrapolate}
    )
    return Cubics(inner, x, y, akima_slopes(x, y))


def hermite(x, y, dydx, axis=0, extrapolate=None):
    need_first_axis("CubicHermiteSpline", axis)
    x = np.asarray(x, dtype=float)
    y = np.asarray(y)
    dydx = np.asarray(dydx)
    inner = made_by(interpolate.CubicHermiteSpline, (x, y, dydx), {"extrapolate": extrapolate})
    return Cubics(inner, x, y, dydx)


# ---------------------------------------------------------------------------------------------------- linear on a grid


class Grid:
    """`RegularGridInterpolator(points, values)` with the method "linear"."""

    def __init__(self, inner, points, values, fill_value):
        self.inner = inner
        self.points = points
        self.values = values
        self.fill_value = fill_value

    def __call__(self, xi):
        return within_grid(self.inner, self.points, self.values, self.fill_value, xi)

    def __getattr__(self, name):
        raise not_kept(name)


def within_grid(inner, points, values, fill_value, xi):
    """The value at points: the corners of the cell that each is in, weighed by how near they are."""
    t = np.stack(np.broadcast_arrays(*xi), axis=-1) if isinstance(xi, tuple) else np.asarray(xi)
    if t.ndim == 1:
        t = np.reshape(t, (-1, len(points)))
    cells = []
    parts = []
    inside = True
    for k in range(len(points)):
        cell = piece_of(points[k], t[..., k])
        parts.append((t[..., k] - points[k][cell]) / (points[k][cell + 1] - points[k][cell]))
        cells.append(cell)
        inside = inside & (t[..., k] >= points[k][0]) & (t[..., k] <= points[k][-1])
    total = 0.0
    for corner in np.ndindex(*(2,) * len(points)):
        weight = 1.0
        place = ()
        for k in range(len(points)):
            weight = weight * (parts[k] if corner[k] else 1.0 - parts[k])
            place = (*place, cells[k] + corner[k])
        found = values[place]
        total = total + np.reshape(weight, np.shape(weight) + (1,) * (np.ndim(found) - np.ndim(weight))) * found
    if fill_value is not None:
        outside = np.reshape(inside, np.shape(inside) + (1,) * (np.ndim(total) - np.ndim(inside)))
        total = np.where(outside, total, 0.0)
    return attached(total, value_at(inner, xi, None))


def regular_grid(points, values, method="linear", bounds_error=True, fill_value=np.nan):
    points = tuple([np.asarray(p, dtype=float) for p in points])
    values = np.asarray(values)
    options = {"bounds_error": bounds_error, "fill_value": fill_value}
    inner = made_by(interpolate.RegularGridInterpolator, (points, values), options)
    return Grid(inner, points, values, fill_value)


def interpn(points, values, xi, method="linear", bounds_error=True, fill_value=np.nan):
    return regular_grid(points, values, method, bounds_error, fill_value)(xi)


def at_points(inner, xi):
    """A constant interpolant on a grid, at points that carry derivatives."""
    if inner.method != "linear":
        raise UnsupportedError(f"RegularGridInterpolator(method={inner.method!r}) at points", 'use method="linear"')
    return within_grid(inner, inner.grid, inner.values, inner.fill_value, xi)
