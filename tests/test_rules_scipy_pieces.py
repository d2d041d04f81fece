"""Interpolants made of pieces, and those on grids: by values and by points, compared with differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate, interpolate

import srcgrad as sg

X = np.array([0.0, 0.4, 1.0, 1.3, 2.0, 2.4])
V = np.array([0.3, 0.9, 0.5, 1.2, 1.7, 1.25])
T = np.array([0.1, 0.5, 1.9, 1.25, 2.2, 2.39])
POINTS = (np.array([0.0, 0.7, 2.0]), np.array([0.0, 0.5, 1.4, 2.0]))
M = np.random.default_rng(2).normal(size=(3, 4))
Q = np.random.default_rng(3).uniform(0.1, 1.9, size=(5, 2))
FILLED = interpolate.RegularGridInterpolator(POINTS, M, bounds_error=False, fill_value=0.0)


def monotone(v):
    return np.sum(interpolate.PchipInterpolator(X, v)(T) ** 2)


def monotone_at_values(v):
    curve = interpolate.PchipInterpolator(X, v)
    return curve(0.7) * v[0] + np.sum(curve(v) ** 2) + np.sum(curve(np.array([-0.3, 2.7])))


def akima(v):
    curve = interpolate.Akima1DInterpolator(X, np.stack([v, np.sin(3.0 * v)], axis=1))
    return np.sum(curve(T) ** 2) + interpolate.Akima1DInterpolator(X[:2], v[:2])(0.3) * v[2]


def coefficients_of_a_spline(v):
    knots = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 1.5, 2.4, 2.4, 2.4, 2.4])
    curve = interpolate.BSpline(knots, v, 3)
    return np.sum(curve(T) ** 2) + np.sum(curve(v, 1) ** 2) + interpolate.BSpline(knots, np.outer(v, v), 3)(0.4, 2)[0]


def areas_over_points(v):
    total = integrate.simpson(v**2, x=X * v[0]) + integrate.simpson(v[:5], x=np.cumsum(v[:5])) * v[0]
    rows = np.outer(V, v)
    return total + np.sum(integrate.simpson(rows, x=X, axis=0) ** 2) + integrate.simpson(v[:2], x=v[2:4] ** 2)


def two_components(v):
    return np.sum(interpolate.PchipInterpolator(X, np.stack([v, v * v], axis=1))(T) ** 2)


def two_points(v):
    return np.sum(interpolate.PchipInterpolator(X[:2], v[:2])(T[:2]) ** 2)


def with_slopes(v):
    return np.sum(interpolate.CubicHermiteSpline(X, v, v * v)(np.reshape(T, (2, 3))) ** 2)


def grid(m):
    return np.sum(interpolate.RegularGridInterpolator(POINTS, m)(Q) ** 2)


def beyond_the_grid(m):
    return np.sum(interpolate.interpn(POINTS, m, 1.5 * Q, bounds_error=False, fill_value=None) ** 2)


def grid_of_vectors(m):
    vectors = interpolate.RegularGridInterpolator(POINTS, np.stack([m, m * m], axis=2))(Q)
    return np.sum(vectors**2) + interpolate.RegularGridInterpolator(POINTS, m)([0.3, 0.4])[0]


def constant_grid(q):
    return np.sum(FILLED(q) ** 2) + np.sum(FILLED(3.0 * q) ** 2) + np.sum(FILLED((q[:, 0], q[:, 1])) ** 3)


def slopes_and_areas(v):
    curve = interpolate.CubicSpline(X, v, bc_type=((1, v[0]), (2, 0.3)))
    total = curve.integrate(0.2, v[1]) * curve.derivative()(0.7) + np.sum(curve(T, 2) ** 2) + np.sum(curve.c[2] ** 2)
    other = interpolate.PchipInterpolator(X, np.stack([v, v**2]), axis=1, extrapolate=False)
    return total + np.sum(other(T, 1) ** 2) + np.sum(curve.antiderivative(2)(T)) * curve(-0.1, extrapolate=True)


def moving_points(v):
    x = X * v[1] + 0.05 * v
    total = np.sum(interpolate.CubicSpline(x, V)(0.5 * T) ** 2) + interpolate.CubicSpline(x[:3], v[:3])(0.2)
    total = total + np.sum(interpolate.make_interp_spline(x, v, bc_type="natural")(0.5 * T) ** 2)
    even = interpolate.make_interp_spline(x, np.stack([v, V]), k=2, axis=1)
    total = total + np.sum(even(0.5 * T) ** 3) + interpolate.make_interp_spline(x, v, k=5)(0.2) ** 2
    return total + np.sum(interpolate.interp1d(x, v)(0.5 * T) ** 2) + interpolate.interp1d(x, v, "cubic")(0.3)


def lines(v):
    backwards = interpolate.interp1d(X[::-1], v, bounds_error=False, fill_value=(v[0], 2.0))
    total = np.sum(backwards(np.array([-1.0, 0.5, 9.0])) ** 2) + interpolate.interp1d(X, v, fill_value="extrapolate")(
        3.0
    )
    steps = [interpolate.interp1d(X, np.stack([v, v**2]), kind) for kind in ("next", "previous", "nearest", "zero")]
    return total + sum([np.sum(step(T) ** 2) for step in steps])


def made_of_coefficients(v):
    curve = interpolate.PPoly(np.stack([v[:5], v[1:] ** 2]), X)
    knots = np.concatenate([np.zeros(3), [0.9 * v[0], v[1]], np.full(3, 2.4)])
    spline = interpolate.BSpline(knots, V[:5], 2, extrapolate=False)
    return np.sum(curve(T) ** 2) + np.sum(spline(T) ** 2) + np.sum(spline.derivative()(T[:4]) ** 3)


SCATTERED = np.random.default_rng(5).uniform(0.0, 1.0, size=(6, 2))
SMOOTH = interpolate.UnivariateSpline(X, np.sin(X), s=1e-3)


def of_fitpack(v):
    tck = interpolate.splrep(X + 0.1 * v, v)
    total = np.sum(interpolate.splev(T, tck) ** 2) + interpolate.splev(v[0], tck, der=1) + np.sum(SMOOTH(v) ** 2)
    curve = interpolate.InterpolatedUnivariateSpline(X, v, k=2)
    total = total + curve.derivative()(v[1]) + np.sum(interpolate.UnivariateSpline(X, v, s=0)(T, 2))
    return total + np.sum(interpolate.splev(v, interpolate.splrep(X, V)) ** 2)


def between_scattered_points(v):
    q = np.array([[0.5, 0.4], [0.45, 0.6], [9.0, 9.0]])
    total = np.sum(interpolate.RBFInterpolator(SCATTERED, v)(q) ** 2)
    total = total + np.sum(interpolate.griddata(SCATTERED, v, (q[:, 0], q[:, 1]), fill_value=2.0) ** 2)
    total = total + np.sum(interpolate.NearestNDInterpolator(SCATTERED, np.outer(v, v))(q) ** 2)
    total = total + np.sum(interpolate.BarycentricInterpolator(X, np.outer(V[:2], v), axis=1)(np.ones((2, 3))) ** 2)
    return total + interpolate.krogh_interpolate(X, v, 0.7)


PROGRAMS = [
    (of_fitpack, 0.1 * V), (between_scattered_points, V),
    (slopes_and_areas, V), (moving_points, V), (lines, V), (made_of_coefficients, V),
    (monotone, V), (monotone_at_values, V), (two_components, V), (two_points, V), (with_slopes, V), (grid, M),
    (beyond_the_grid, M), (grid_of_vectors, M), (constant_grid, Q), (akima, V), (coefficients_of_a_spline, V),
    (areas_over_points, V),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_pieces(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    sg.check_grads(f, (x,), modes=("rev", "fwd"))


def slopes(v):
    curve = interpolate.CubicSpline(X[:4], v[:4], bc_type=((1, v[0]), (2, 0.3)))
    return curve.integrate(0.2, v[1]) * curve.derivative()(0.7) + curve.c[2, 1] ** 2


@pytest.mark.parametrize("f", [two_points, akima, areas_over_points, slopes], ids=lambda f: f.__name__)
def test_pieces_twice(f):
    sg.check_grads(f, (V,), order=2, modes=("rev", "fwd"))


def test_where_values_turn_a_monotone_curve_is_flat():
    peaked = np.array([0.0, 1.0, 0.0])
    found = sg.grad(lambda v: interpolate.PchipInterpolator(np.arange(3.0), v)(1.0))(peaked)
    np.testing.assert_array_equal(found, [0.0, 1.0, 0.0])


def smooth_grid(v):
    return interpolate.RegularGridInterpolator((X, X), np.outer(v, v), method="cubic")([[0.5, 0.5]])[0]


def constant_smooth_grid(v):
    return interpolate.RegularGridInterpolator((X, X), np.outer(X, X), method="nearest")(v[:2])[0]


def smoothed(v):
    return interpolate.UnivariateSpline(X, v)(0.5) + interpolate.splev(0.5, interpolate.splrep(X, v, s=0.1))


def moved_scattered_points(v):
    return interpolate.RBFInterpolator(SCATTERED + v[0], v)(SCATTERED[:1])[0]


REFUSED = [
    (smooth_grid, "linear"), (constant_smooth_grid, "linear"), (smoothed, "s=0"), (moved_scattered_points, "'points'"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "words"), REFUSED, ids=[f.__name__ for f, _ in REFUSED])
def test_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(V)
    assert __file__.rpartition("/")[2] in str(error.value)
