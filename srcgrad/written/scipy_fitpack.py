"""FITPACK's splines through points: `splrep` and `splev`, `UnivariateSpline(s=0)`, `InterpolatedUnivariateSpline`.

SciPy gives the values; how they depend on values, points and places is what `make_interp_spline` does with the same
knots.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_scipy_interpolate import changed_by, made_by
from srcgrad.runtime.words_scipy_ode import attached
from srcgrad.runtime.words_scipy_scattered import fitted_at
from srcgrad.runtime.words_scipy_spectra import found_by_scipy, result_of
from srcgrad.written.scipy_polynomials import not_kept
from srcgrad.written.scipy_splines import lowered, sum_at, through


class Fitted:
    """A spline through points: SciPy's, its knots and coefficients."""

    def __init__(self, inner, knots, coefficients, k):
        self.inner = inner
        self.knots = knots
        self.coefficients = coefficients
        self.k = k

    def __call__(self, x, nu=0, ext=None):
        need_going_on(ext)
        again = sum_at(np.asarray(x), self.knots, self.coefficients, self.k, nu)
        return attached(again, fitted_at(self.inner, x, nu))

    def derivative(self, n=1):
        return Fitted(changed_by(self.inner, "derivative", n), *lowered(self.knots, self.coefficients, self.k, n))

    def __getattr__(self, name):
        raise not_kept(name)


def need_going_on(ext):
    if ext not in (None, 0, 2, "extrapolate", "raise"):
        raise UnsupportedError(f"a spline of FITPACK's with ext={ext!r}", "bring the points inside with np.clip before")


def interpolated_univariate(x, y, w=None, bbox=None, k=3, ext=0, check_finite=False):
    need_going_on(ext)
    if bbox is not None:
        raise UnsupportedError("InterpolatedUnivariateSpline(bbox=)", "use scipy.interpolate.make_interp_spline")
    places = np.asarray(x, dtype=float)
    knots, coefficients = through(places, np.asarray(y), k, None, None)
    inner = made_by(interpolate.InterpolatedUnivariateSpline, (x, y), {"k": k, "ext": ext})
    return Fitted(inner, knots, coefficients, k)


def univariate(x, y, w=None, bbox=None, k=3, s=None, ext=0, check_finite=False):
    return interpolated_univariate(x, y, w, bbox, k, ext)


def splrep(x, y, w=None, xb=None, xe=None, k=3, task=0, s=None, t=None, full_output=0, per=0, quiet=1):
    places = np.asarray(x, dtype=float)
    knots, coefficients = through(places, np.asarray(y), k, None, None)
    found = found_by_scipy(interpolate.splrep, (x, y), {"k": k, "s": 0}, {})
    padded = np.concatenate([coefficients, np.zeros(k + 1)])
    return attached(knots, result_of(found, 0)), attached(padded, result_of(found, 1)), k


def splev(x, tck, der=0, ext=0):
    need_going_on(ext)
    knots, coefficients, k = tck[0], np.asarray(tck[1]), tck[2]
    again = sum_at(np.asarray(x), np.asarray(knots), coefficients[: len(knots) - k - 1], k, der)
    run = found_by_scipy(interpolate.splev, (x, tck), {"der": der, "ext": ext}, {})
    return attached(again, result_of((run,), 0))
