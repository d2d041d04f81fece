"""Interpolants of `scipy.interpolate` on a grid.

SciPy gives the value; its derivative is that of the cell that a point falls into, written out here.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_interpolate import made_by, piece_of, value_at
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written.scipy_polynomials import not_kept

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
