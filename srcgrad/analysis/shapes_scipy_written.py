"""Transfer functions of what solvers and integrators written out in Python consist of."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis.kinds import Inert, Kind, Num, Unknown
from srcgrad.analysis.shapes import Bound, array, first, num, unknown_axes

FLOAT = np.dtype(float)


def anything(bound: Bound, function: Any) -> Kind:
    """A result of which nothing is said."""
    return Unknown()


def found_array(bound: Bound, function: Any) -> Num:
    """A constant array."""
    return Num(None, None, "array")


def one_axis_like_third(bound: Bound, function: Any) -> Num:
    """An array of float64, as many axes as the third argument but at least one."""
    shape = num(bound["like"]).shape
    return Num(None if shape is None else unknown_axes(max(1, len(shape))), np.dtype(float), "array")


def python_float(bound: Bound, function: Any) -> Num:
    """A Python float."""
    return Num((), np.dtype(float), "py")


def like_second(bound: Bound, function: Any) -> Num:
    """The second argument itself, active if the first is."""
    x = num(list(bound.values())[1])
    return Num(x.shape, x.dtype, x.box, True)


def like_third(bound: Bound, function: Any) -> Num:
    """The shape of the third argument, active if the first is."""
    first, _, residual = map(num, list(bound.values())[:3])
    return Num(residual.shape, residual.dtype, residual.box, first.active)


def as_third(bound: Bound, function: Any) -> Num:
    """An array of the third argument's shape, active if one of three is."""
    parts = [num(v) for v in list(bound.values())[:3]]
    return array(parts[2].shape, None, *parts)


def like_first_known(bound: Bound, function: Any) -> Num:
    """The first argument itself."""
    x = first(bound)
    return Num(x.shape, x.dtype, x.box, True)


def vector(bound: Bound, function: Any) -> Num:
    """An array of one axis, of float64."""
    return Num(unknown_axes(1), FLOAT, "array")


def indices(bound: Bound, function: Any) -> Num:
    """An array of one axis, of integers."""
    return Num(unknown_axes(1), np.dtype(np.intp), "array")


def index_table(bound: Bound, function: Any) -> Num:
    """An array of two axes, of integers."""
    return Num(unknown_axes(2), np.dtype(np.intp), "array")


def table(bound: Bound, function: Any) -> Num:
    """An array of two axes."""
    return Num(unknown_axes(2), None, "array")


def six_columns(bound: Bound, function: Any) -> Num:
    """Rows of six float64."""
    return Num((*unknown_axes(1), 6), FLOAT, "array")


def stage_table(bound: Bound, function: Any) -> Num:
    """Three rows of float64."""
    return Num((3, *unknown_axes(1)), FLOAT, "array")


def like_first(bound: Bound, function: Any) -> Num:
    """As the first argument, active if any is."""
    operand = first(bound)
    others = [num(v) for v in list(bound.values())[1:]]
    return array(operand.shape, None, operand, *others)


def python_int(bound: Bound, function: Any) -> Num:
    """A Python integer."""
    return Num((), np.dtype(int), "py")


def python_str(bound: Bound, function: Any) -> Kind:
    """A text."""
    return Inert(str)


def interpolated(bound: Bound, function: Any) -> Num:
    """Values between points."""
    parts = [num(v) for v in list(bound.values())[:2]]
    return Num(None, None, None, any(p.active for p in parts))


def numbers(bound: Bound, function: Any) -> Num:
    """A number, or an array of numbers."""
    return Num(None, None, None)


def some_array(bound: Bound, function: Any) -> Num:
    """An array of float64."""
    return Num(None, FLOAT, "array")


def trajectory(bound: Bound, function: Any) -> Num:
    """A state for each time in the second argument."""
    t = num(list(bound.values())[1])
    return Num(None if t.shape is None else unknown_axes(len(t.shape) + 1), None, "array")


def array_like_second(bound: Bound, function: Any) -> Num:
    """An array of the second argument's type."""
    return Num(None, num(list(bound.values())[1]).dtype, "array")


def places_like_second(bound: Bound, function: Any) -> Num:
    """An integer for each number of the second argument."""
    return Num(num(list(bound.values())[1]).shape, np.dtype(np.intp), None)


def flags_like_second(bound: Bound, function: Any) -> Num:
    """True or false for each number of the second argument."""
    return Num(num(list(bound.values())[1]).shape, np.dtype(bool), None)


def like_first_constant(bound: Bound, function: Any) -> Num:
    """A number for each of the first argument."""
    return Num(first(bound).shape, first(bound).dtype, None)


def places_like_first(bound: Bound, function: Any) -> Num:
    """An integer for each number of the first argument."""
    return Num(first(bound).shape, np.dtype(np.intp), None)


def filtered_along(bound: Bound, function: Any) -> Num:
    """An array of as many axes as the first argument."""
    x = first(bound)
    return array(None if x.shape is None else unknown_axes(len(x.shape)), None, x)
