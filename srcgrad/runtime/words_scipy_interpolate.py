"""Words for `scipy.interpolate`: interpolants that are linear in the values.

What such an interpolant gives at `t` is a matrix times the values, whose columns are the interpolants of unit vectors;
its cotangent needs no more than those, some columns at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import interpolate

from srcgrad.errors import UnsupportedError

# how many columns are interpolated at a time
CHUNK = 256
# kinds of interp1d that are constant between points
STEPS = ("nearest", "nearest-up", "previous", "next", "zero")


@dataclass
class Interpolation:
    """An interpolant that SciPy made, and how to make another for other values at the same points.

    make     the class or function of SciPy
    x        the points
    options  its keyword arguments
    made     the interpolant of the values
    """

    make: Any
    x: Any
    options: dict[str, Any]
    made: Any

    def of(self, values: Any, axis: int) -> Any:
        """The interpolant of other values, without what does not depend on values (ends with given slopes, fills)."""
        options = dict(self.options)
        options["axis"] = axis
        if self.make is interpolate.interp1d:
            options["bounds_error"] = False
            if not isinstance(options.get("fill_value"), str):
                options["fill_value"] = 0.0
        bc_type = options.get("bc_type")
        if isinstance(bc_type, str) and bc_type == "periodic":
            raise UnsupportedError(f"{self.make.__name__}() with bc_type='periodic'", "repeat the values at both ends")
        if isinstance(bc_type, (tuple, list)) and not all(isinstance(end, str) for end in bc_type):
            options["bc_type"] = tuple(_without_values(end, np.shape(values)[1:]) for end in bc_type)
        return self.make(self.x, values, **options)

    @property
    def axis(self) -> int:
        """The axis of the values along which they are interpolated."""
        return int(self.options.get("axis", -1 if self.make is interpolate.interp1d else 0))


def _without_values(end: Any, shape: tuple[int, ...]) -> Any:
    """A condition at an end with the value zero."""
    if isinstance(end, str) or end is None:
        return end
    if isinstance(end, (list, tuple)) and end and isinstance(end[0], (list, tuple)):
        return [(order, np.zeros(shape)) for order, _ in end]
    return (end[0], np.zeros(shape))


def interpolation(make: Any, x: Any, values: Any, options: Any) -> Interpolation:
    """Interpolate with SciPy: `make(x, values, **options)`."""
    given = {name: value for name, value in options.items() if value is not None}
    return Interpolation(make, np.asarray(x), given, make(x, values, **given))


def made_of(inner: Interpolation) -> Any:
    """The interpolant that SciPy made."""
    return inner.made


def interpolated(values: Any, t: Any, inner: Interpolation, nu: int, extrapolate: Any) -> Any:
    """The interpolant at `t`, its derivative of order `nu`."""
    return evaluated(inner.made, t, nu, extrapolate)


def evaluated(made: Any, t: Any, nu: int = 0, extrapolate: Any = None) -> Any:
    """An interpolant of SciPy at `t`, its derivative of order `nu`."""
    if isinstance(made, interpolate.interp1d):
        return made(t)
    return made(t, nu) if extrapolate is None else made(t, nu, extrapolate=extrapolate)


def value_cotangent(g: Any, y: Any, t: Any, inner: Interpolation, nu: int, extrapolate: Any) -> Any:
    """The cotangent of the values in `interpolated(y, t, inner, nu, extrapolate)`."""
    axis = inner.axis % np.ndim(y)
    moved = np.moveaxis(y, axis, 0)
    n, points = len(moved), np.ravel(t)
    # the axes of t stand where the axis of the values was
    beside = range(axis, axis + np.ndim(t))
    rest = [i for i in range(np.ndim(g)) if i not in beside]
    flat = np.reshape(np.transpose(g, [*beside, *rest]), (points.size, -1))
    parts = []
    for first in range(0, n, CHUNK):
        columns = np.eye(n, min(CHUNK, n - first), -first)
        weights = evaluated(inner.of(columns, 0), points, nu, extrapolate)
        parts.append(np.where(np.isfinite(weights), weights, 0.0).T @ flat)
    found = np.reshape(np.concatenate(parts), np.shape(moved))
    return np.moveaxis(found, 0, axis).astype(np.result_type(y), copy=False)


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
    axis = made.axis % max(1, np.ndim(terms) - np.ndim(t) + 1)
    beside = range(axis, axis + np.ndim(t))
    return np.sum(terms, axis=tuple(i for i in range(np.ndim(terms)) if i not in beside))


def point_tangent(t_dot: Any, t: Any, made: Any, nu: int, extrapolate: Any) -> Any:
    """The tangent of `evaluated(made, t, nu, extrapolate)`."""
    slope = slope_of(made, t, nu, extrapolate)
    axis = made.axis % max(1, np.ndim(slope) - np.ndim(t) + 1)
    after = np.ndim(slope) - np.ndim(t) - axis
    return slope * np.reshape(t_dot, np.shape(t) + (1,) * after)


def interpolated_tangent(y_dot: Any, t_dot: Any, t: Any, inner: Interpolation, nu: int, extrapolate: Any) -> Any:
    """The tangent of `interpolated(y, t, inner, nu, extrapolate)`."""
    total: Any = 0.0
    if y_dot is not None:
        moved = evaluated(inner.of(y_dot, inner.axis), t, nu, extrapolate)
        total = np.where(np.isfinite(moved), moved, 0.0)
    if t_dot is not None:
        total = total + point_tangent(t_dot, t, inner.made, nu, extrapolate)
    return total


# ------------------------------------------------------------------------------------------- interpolants in pieces


def made_by(make: Any, places: Any, options: Any) -> Any:
    """What SciPy makes: `make(*places, **options)`."""
    return make(*places, **options)


def value_at(made: Any, t: Any, extrapolate: Any) -> Any:
    """The value of an interpolant of SciPy."""
    return np.asarray(made(t) if extrapolate is None else made(t, extrapolate=extrapolate))


def piece_of(x: Any, t: Any) -> Any:
    """Which of the intervals between the points `x` each number is in, the outermost for what lies outside."""
    return np.clip(np.searchsorted(x, t, side="right") - 1, 0, np.size(x) - 2)
