"""Words for `scipy.interpolate`: constant interpolants at points, and what SciPy says of those that are written out."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError

# kinds of interp1d that are constant between points
STEPS = ("nearest", "nearest-up", "previous", "next", "zero")


def evaluated(made: Any, t: Any, nu: int = 0, extrapolate: Any = None) -> Any:
    """An interpolant of SciPy at `t`, its derivative of order `nu`."""
    if isinstance(made, interpolate.interp1d):
        return made(t)
    return made(t, nu) if extrapolate is None else made(t, nu, extrapolate=extrapolate)


def slope_of(made: Any, t: Any, nu: int, extrapolate: Any) -> Any:
    """The derivative of an interpolant by `t`."""
    if not isinstance(made, interpolate.interp1d):
        return evaluated(made, t, nu + 1, extrapolate)
    kind = made._kind
    inside = np.logical_and(np.greater_equal(t, made.x[0]), np.less_equal(t, made.x[-1]))
    if kind in STEPS:
        return np.zeros(np.shape(made(t)))
    if kind not in ("linear", "slinear"):
        raise UnsupportedError(
            f"interp1d(kind={kind!r}) at points that depend on the input", "use scipy.interpolate.make_interp_spline"
        )
    place = np.clip(np.searchsorted(made.x, t) - 1, 0, len(made.x) - 2)
    values = np.moveaxis(made.y, made.axis, 0)
    rise = values[place + 1] - values[place]
    width = (made.x[place + 1] - made.x[place]).reshape(np.shape(t) + (1,) * (values.ndim - 1))
    slope = rise / width
    if isinstance(made.fill_value, str) or getattr(made, "_extrapolate", False):
        inside = np.ones(np.shape(t), dtype=bool)
    slope = np.where(np.reshape(inside, np.shape(width)), slope, 0.0)
    # the axes of t first, as the values' axis was; then where it was
    axes = list(range(np.ndim(t), slope.ndim))
    axes[made.axis : made.axis] = range(np.ndim(t))
    return np.transpose(slope, axes)


def point_cotangent(g: Any, t: Any, made: Any, nu: int, extrapolate: Any) -> Any:
    """The cotangent of the points in `evaluated(made, t, nu, extrapolate)`."""
    terms = g * slope_of(made, t, nu, extrapolate)
    axis = getattr(made, "axis", 0) % max(1, np.ndim(terms) - np.ndim(t) + 1)
    beside = range(axis, axis + np.ndim(t))
    return np.sum(terms, axis=tuple(i for i in range(np.ndim(terms)) if i not in beside))


def point_tangent(t_dot: Any, t: Any, made: Any, nu: int, extrapolate: Any) -> Any:
    """The tangent of `evaluated(made, t, nu, extrapolate)`."""
    slope = slope_of(made, t, nu, extrapolate)
    axis = getattr(made, "axis", 0) % max(1, np.ndim(slope) - np.ndim(t) + 1)
    after = np.ndim(slope) - np.ndim(t) - axis
    return slope * np.reshape(t_dot, np.shape(t) + (1,) * after)


# ------------------------------------------------------------------------------------------- interpolants in pieces


def made_by(make: Any, places: Any, options: Any) -> Any:
    """What SciPy makes: `make(*places, **options)`."""
    return make(*places, **options)


def sample_at(made: Any, t: Any, kind: str) -> Any:
    """The number of the sample that `interp1d` takes at each point, for a kind that takes one."""
    n = len(made.x)
    kind = "previous" if kind == "zero" else kind
    counts = interpolate.interp1d(made.x, np.arange(float(n)), kind, bounds_error=False, fill_value=(0.0, n - 1.0))
    return counts(t).astype(int)


def knot_before(knots: Any, t: Any, k: int) -> Any:
    """The number of the knot before each point, inside the base interval of a spline of degree `k`."""
    return np.clip(np.searchsorted(knots, t, side="right") - 1, k, len(knots) - k - 2)


def value_at(made: Any, t: Any, extrapolate: Any, nu: int = 0) -> Any:
    """The value of an interpolant of SciPy, or its derivative of order `nu`."""
    order = {"nu": nu} if nu else {}
    return np.asarray(made(t, **order) if extrapolate is None else made(t, extrapolate=extrapolate, **order))


def inside_of(made: Any, t: Any, extrapolate: Any) -> Any:
    """Which numbers an interpolant is not a constant at."""
    if isinstance(made, interpolate.interp1d):
        extrapolate = made._extrapolate
    points = made.t[made.k : len(made.t) - made.k] if isinstance(made, interpolate.BSpline) else made.x
    return np.full(np.shape(t), bool(extrapolate)) | ((t >= points[0]) & (t <= points[-1]))


def integral_of(made: Any, a: Any, b: Any, extrapolate: Any) -> Any:
    """The integral of an interpolant of SciPy."""
    return made.integrate(a, b) if extrapolate is None else made.integrate(a, b, extrapolate)


def changed_by(made: Any, method: str, nu: int) -> Any:
    """The derivative or antiderivative of an interpolant of SciPy."""
    return getattr(made, method)(nu)


def piece_of(x: Any, t: Any) -> Any:
    """Which of the intervals between the points `x` each number is in, the outermost for what lies outside."""
    return np.clip(np.searchsorted(x, t, side="right") - 1, 0, np.size(x) - 2)
