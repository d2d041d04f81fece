"""Splines of `scipy.interpolate` as sums of B-splines, and `interp1d`.

SciPy gives the values; their derivatives, by coefficients, knots and points, are those of de Boor's recursion.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_interpolate import (
    changed_by,
    inside_of,
    knot_before,
    made_by,
    made_with,
    piece_of,
    sample_at,
    value_at,
)
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.written.scipy_polynomials import beside, need_no_period, not_kept


class Spline:
    """A spline of degree k: SciPy's, its knots, and its coefficients with the axis of the points in front."""

    def __init__(self, inner, knots, coefficients, k, axis, extrapolate):
        self.inner = inner
        self.knots = knots
        self.coefficients = coefficients
        self.k = k
        self.axis = axis
        self.extrapolate = extrapolate

    def __call__(self, x, nu=0, extrapolate=None):
        need_no_period(extrapolate)
        t = np.asarray(x)
        again = sum_at(t, self.knots, self.coefficients, self.k, nu)
        beyond = self.extrapolate if extrapolate is None else extrapolate
        if beyond is not None and not beyond:
            again = np.where(beside(inside_of(self.inner, t, beyond), self.coefficients), again, 0.0)
        if self.axis:
            again = np.moveaxis(again, range(t.ndim), range(self.axis, self.axis + t.ndim))
        return attached(again, value_at(self.inner, x, extrapolate, nu))

    def derivative(self, nu=1):
        knots, coefficients, k = lowered(self.knots, self.coefficients, self.k, nu)
        return Spline(changed_by(self.inner, "derivative", nu), knots, coefficients, k, self.axis, self.extrapolate)

    def __getattr__(self, name):
        raise not_kept(name)


def lowered(knots, coefficients, k, nu):
    """Knots, coefficients and degree of derivatives."""
    for _ in range(nu):
        if k == 0:
            return knots, np.zeros_like(coefficients), 0
        n = len(knots) - k - 1
        width = knots[k + 1 : n + k] - knots[1:n]
        apart = np.where(width > 0.0, width, 1.0)
        coefficients = k * (coefficients[1:n] - coefficients[: n - 1]) / beside(apart, coefficients)
        knots, k = knots[1:-1], k - 1
    return knots, coefficients, k


def sum_at(t, knots, coefficients, k, nu):
    """The derivative of order `nu` of a spline at points, by de Boor's recursion."""
    knots, coefficients, k = lowered(knots, coefficients, k, nu)
    place = knot_before(knots, t, k)
    parts = [coefficients[place - k + j] for j in range(k + 1)]
    for r in range(1, k + 1):
        for j in range(k, r - 1, -1):
            left = knots[place + j - k]
            share = beside((t - left) / (knots[place + j + 1 - r] - left), coefficients)
            parts[j] = (1.0 - share) * parts[j - 1] + share * parts[j]
    return parts[k]


def b_spline(t, c, k=3, extrapolate=True, axis=0):
    need_no_period(extrapolate)
    knots = np.asarray(t, dtype=float)
    values = np.moveaxis(np.asarray(c), axis, 0)
    inner = made_by(interpolate.BSpline, (t, c, k, extrapolate, axis), {})
    return Spline(inner, knots, values, k, axis % np.ndim(values), extrapolate)


# ------------------------------------------------------------------------------------------------- through given points


def ends_of(bc_type, side):
    """The derivatives that are given at an end: orders and values."""
    one = bc_type if isinstance(bc_type, str) or bc_type is None else bc_type[side]
    if one is None or one == "not-a-knot":
        return []
    if one == "natural":
        return [(2, 0.0)]
    if one == "clamped":
        return [(1, 0.0)]
    if one == "periodic":
        raise UnsupportedError("make_interp_spline() with bc_type='periodic'", "repeat the values at both ends")
    return one


def knots_for(x, k, bound):
    """The knots that SciPy chooses for points, with or without conditions at the ends."""
    if k == 0:
        return np.concatenate([x, x[-1:]])
    if bound or k == 1:
        return np.concatenate([x[:1]] * k + [x] + [x[-1:]] * k)
    half = (k + 1) // 2
    inner = x[half:-half] if k % 2 else ((x[1:] + x[:-1]) / 2.0)[half:-half]
    return np.concatenate([x[:1]] * (k + 1) + [inner] + [x[-1:]] * (k + 1))


def through(x, values, k, t, bc_type):
    """The knots and coefficients of the spline through points."""
    first = ends_of(bc_type, 0)
    last = ends_of(bc_type, 1)
    knots = knots_for(x, k, len(first) + len(last) > 0) if t is None else np.asarray(t, dtype=float)
    if t is None and k <= 1:
        return knots, values
    unit = np.eye(len(knots) - k - 1)
    rows = [sum_at(x[:1], knots, unit, k, order) for order, _ in first]
    rows = rows + [sum_at(x, knots, unit, k, 0)] + [sum_at(x[-1:], knots, unit, k, order) for order, _ in last]
    zero = np.zeros_like(values[:1])
    sides = [zero + value for _, value in first] + [values] + [zero + value for _, value in last]
    side = np.concatenate(sides)
    found = np.linalg.solve(np.concatenate(rows), np.reshape(side, (len(side), -1)))
    return knots, np.reshape(found, np.shape(side))


def make_interp_spline(x, y, k=3, t=None, bc_type=None, axis=0, check_finite=True):
    places = np.asarray(x, dtype=float)
    values = np.moveaxis(np.asarray(y), axis, 0)
    knots, coefficients = through(places, values, k, t, bc_type)
    inner = made_by(interpolate.make_interp_spline, (x, y), {"k": k, "t": t, "bc_type": bc_type, "axis": axis})
    return Spline(inner, knots, coefficients, k, axis % np.ndim(values), None)


# ------------------------------------------------------------------------------------------------------------- interp1d


class Interp:
    """`interp1d(x, y)`: points in order, and values with the axis of the points in front."""

    def __init__(self, inner, x, values, kind, axis):
        self.inner = inner
        self.places = x
        self.values = values
        self.kind = kind
        self.axis = axis

    def __call__(self, x):
        t = np.asarray(x)
        if self.kind in ("linear", "slinear"):
            place = piece_of(self.places, t)
            share = (t - self.places[place]) / (self.places[place + 1] - self.places[place])
            before = self.values[place]
            again = before + beside(share, self.values) * (self.values[place + 1] - before)
        elif self.kind in ("quadratic", "cubic"):
            k = 2 if self.kind == "quadratic" else 3
            knots, coefficients = through(self.places, self.values, k, None, None)
            again = sum_at(t, knots, coefficients, k, 0)
        else:
            again = self.values[sample_at(self.inner, t, self.kind)]
        again = np.where(beside(inside_of(self.inner, t, None), self.values), again, 0.0)
        if self.axis:
            again = np.moveaxis(again, range(t.ndim), range(self.axis, self.axis + t.ndim))
        return attached(again, value_at(self.inner, x, None))

    def __getattr__(self, name):
        raise not_kept(name)


def interp1d(x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=None, assume_sorted=False):
    if not isinstance(kind, str):
        raise UnsupportedError(f"interp1d(kind={kind!r})", "use scipy.interpolate.make_interp_spline")
    places = np.asarray(x, dtype=float)
    axis = axis % np.ndim(y)
    values = np.moveaxis(np.asarray(y), axis, 0)
    options = {"kind": kind, "axis": axis, "bounds_error": bounds_error, "assume_sorted": assume_sorted}
    inner = made_with(interpolate.interp1d, (x, y), options, fill_value)
    if not assume_sorted:
        order = np.argsort(places)
        places = places[order]
        values = values[order]
    return Interp(inner, places, values, kind, axis)
