"""Rules for functions that make, copy or cast arrays: from other arrays, from lists, from spaced points."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_making as making
from srcgrad.rules.language import elementwise, general, linear, view
from srcgrad.runtime.words import literal, nested_items
from srcgrad.runtime.words_pick import item_cotangent
from srcgrad.runtime.words_spaced import (
    arange_bounds,
    arange_tangent,
    geomspace_cotangents,
    geomspace_tangent,
    linspace_cotangents,
    logspace_cotangents,
    logspace_tangent,
)

# ------------------------------------------------------------------------------------------------- copying, casting


@linear(
    np.array,
    kind=making.to_array,
    cases=("f(A(2, 3))", "f([A(2), A(2)])", "f([S(), S()])", "f([[S()], [S()]])", "f(S())", "f(A(3), ndmin=2)",
           "f(S(), ndmin=1)", "f([A(2), A(2)], ndmin=3, order='F')"),
)  # fmt: skip
def array(object, dtype=None, *, copy=True, order="K", subok=False, ndmin=0, g):
    object: (
        nested_items(g, object)
        if literal(ndmin) and ndmin == 0
        else nested_items(np.reshape(g, np.shape(object)), object)
    )


@view(
    np.asarray,
    np.asanyarray,
    kind=making.to_array,
    cases=("f(A(2, 3))", "f([S(), S()])", "f(A(2, 3), float, 'F')", "f(A(2), copy=True)"),
)
def asarray(a, dtype=None, order=None, *, copy=None, device=None, g):
    a: nested_items(g, a)


@view(np.asarray_chkfinite, kind=making.to_array, cases=("f(A(2, 3))", "f([S(), S()])"))
def asarray_chkfinite(a, dtype=None, order=None, *, g):
    a: nested_items(g, a)


@view(
    np.ascontiguousarray,
    np.asfortranarray,
    kind=making.to_array_with_axes,
    cases=("f(A(2, 3))", "f(A(2, 3).T)", "f([S(), S()])", "f(S())", "f(A())"),
)
def ascontiguousarray(a, dtype=None, *, g):
    a: nested_items(np.reshape(g, np.shape(a)), a)


@view(np.require, kind=making.to_array, cases=("f(A(2, 3))", "f(A(2, 3), float, ['F'])", "f([S(), S()])"))
def require(a, dtype=None, requirements=None, *, g):
    a: nested_items(g, a)


@linear(np.copy, kind=making.to_array, method=("copy", "__copy__"), cases=("f(A(2, 3))",))
def copy(a, order="K", subok=False, *, g):
    a: g


@linear(np.ndarray.astype, kind=making.to_array, method="astype", cases=("f(A(2), float)", "f(A(2), complex)"))
def astype(self, dtype, order="K", casting="unsafe", subok=True, copy=True, *, g):
    self: g


@view(np.ndarray.view, kind=making.viewed, method="view", cases=("f(A(2, 3))",))
def view_method(self, dtype=None, *, g):
    self: g


if hasattr(np, "astype"):

    @linear(np.astype, kind=making.to_array, cases=("f(A(2), float)", "f(A(2), complex, copy=False)"))
    def astype_function(x, dtype, /, *, copy=True, device=None, g):
        x: g


@linear(np.float64, np.float32, np.complex128, np.complex64, kind=making.cast, cases=("f(A(2))", "f(S())"))
def cast(a, /, *, g):
    a: g


@linear(
    np.ndarray.item,
    kind=making.item,
    method="item",
    cases=("f(A(1))", "f(A())", "f(A(2, 3), 4)", "f(A(2, 3), -1)", "f(A(2, 3), 1, -1)", "f(A(2, 3), (0, 2))"),
)
def item(self, *places, g):
    self: item_cotangent(g, self, places)


@linear(np.ndarray.tolist, kind=making.to_list, method="tolist", cases=("f(A(3))", "f(A())"))
def tolist(self, *, g):
    self: np.reshape(np.asarray(g, dtype=np.result_type(self)), np.shape(self))


# ------------------------------------------------------------------------------------------------------- filling


@elementwise(np.full, kind=making.full, cases=("f((2, 3), S())", "f(3, A(3))", "f((2, 3), A(3), complex)"))
def full(shape, fill_value, dtype=None, order="C", *, device=None):
    fill_value: 1.0


@elementwise(
    np.full_like,
    kind=making.like,
    cases=("f(np.zeros((2, 3)), S())", "f(np.zeros((2, 3)), A(3))", "f(np.zeros(3, int), A(2), float, shape=(4, 2))"),
)
def full_like(a, fill_value, dtype=None, order="K", subok=True, shape=None, *, device=None):
    a: 0
    fill_value: 1.0


# -------------------------------------------------------------------------------------------------- spaced points


@general(
    np.arange,
    kind=making.arange,
    cases=("f(0.3, 2.2)", "f(0.3, 4.2, 0.5)", "f(3.5)", "f(S() + 3.0, -1.0, -0.7)"),
)
def arange(*bounds, dtype=None, device=None, g):
    bounds: arange_bounds(g, bounds)
    y_dot: arange_tangent(bounds, bounds_dot, y)


@linear(
    np.linspace,
    kind=making.linear_space,
    cases=("f(S(), S(), 4)", "f(S(), 2.0)", "f(S(), S(), 3, endpoint=False)", "f(A(2), A(3, 1), 4)",
           "f(A(2), A(3, 1), 4, axis=-1)", "f(S(), S(), 4, retstep=True)", "f(S(), S(), 3, False, True)",
           "f(S(), 1.0, 2, dtype=complex)", "f(S(), S(), 1)"),
)  # fmt: skip
def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None, g):
    parts = linspace_cotangents(g, start, stop, num, endpoint, axis, retstep)
    start: parts[0]
    stop: parts[1]


@general(
    np.logspace,
    kind=making.curve,
    cases=("f(S(), S(), 4)", "f(S(), 1.0, 3, endpoint=False, base=2.0)", "f(A(2), A(2), 3)",
           "f(S(), S(), 4, True, S())", "f(A(2), 1.0, 3, axis=1)", "f(A(2), S(), 3, base=A(2) + 3.0)"),
)  # fmt: skip
def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0, *, y, g):
    parts = logspace_cotangents(g, start, stop, num, endpoint, base, axis, y)
    start: parts[0]
    stop: parts[1]
    base: parts[2]
    y_dot: logspace_tangent(start_dot, stop_dot, base_dot, start, stop, num, endpoint, base, axis, y)


@general(
    np.geomspace,
    kind=making.curve,
    cases=("f(S(), 3.0, 4)", "f(S(), S(), 5, endpoint=False)", "f(A(2) + 3.0, 9.0, 3)",
           "f(A(2) + 3.0, 9.0, 3, axis=-1)", "f(-1.5, -9.0, 3)"),
)  # fmt: skip
def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0, *, y, g):
    parts = geomspace_cotangents(g, start, stop, num, endpoint, axis, y)
    start: parts[0]
    stop: parts[1]
    y_dot: geomspace_tangent(start_dot, stop_dot, start, stop, num, endpoint, axis, y)
