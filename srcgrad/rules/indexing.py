"""Rules for subscripts, selections, diagonals, triangles, sorting and interpolation."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import operator

import numpy as np

from srcgrad.analysis import shapes_index as index_of
from srcgrad.analysis import shapes_move as move
from srcgrad.rules.language import general, linear, view
from srcgrad.runtime.words import (
    diag_cotangent,
    diagonal_cotangent,
    meshgrid_cotangents,
    nested_items,
    scatter,
    scatter_along,
    scatter_take,
    select_cotangents,
    select_default,
    sort_cotangent,
)
from srcgrad.runtime.words_interp import (
    interp_by_period,
    interp_knots,
    interp_period,
    interp_points,
    interp_tangent,
    interp_values,
)
from srcgrad.runtime.words_pick import flattened_back, inside, sort_tangent


@view(
    operator.getitem,
    kind=index_of.getitem,
    method="__getitem__",
    cases=("f(A(4), 1)", "f(A(4), slice(1, -1))", "f(A(3, 4), (slice(None), 0))", "f(A(3, 4), (None, Ellipsis, 1))",
           "f(A(4), np.array([2, 0, 2]))", "f(A(4), [1, 1])", "f(A(3, 4), (np.array([0, 2]), np.array([1, 1])))",
           "f(A(4), np.array([True, False, True, False]))", "f(A(3, 4), (slice(None), np.array([1, 1, 0])))",
           "f(A(3, 4), np.ones((3, 4), bool))", "f(A(2, 3, 4), (0, slice(None), np.array([0, 1])))",
           "f(A(5), slice(None, None, -2))", "f(C(3), 0)", "f(A(), ())", "f(A(4), np.int64(2))"),
)  # fmt: skip
def getitem(a, b, *, g):
    a: scatter(g, a, b)


@linear(np.take, kind=index_of.take, method="take",
        cases=("f(A(4), np.array([1, 1, 3]))", "f(A(2, 3), np.array([[0, 5], [1, 1]]))", "f(A(2, 3), [0, 2], axis=1)",
               "f(A(2, 3), 1, axis=-1)", "f(A(4), 2)", "f(A(4), np.array([-1, 7]), mode='wrap')",
               "f(A(2, 3), [-3, 8], 1, mode='clip')"))  # fmt: skip
def take(a, indices, axis=None, *, mode="raise", g):
    a: (
        scatter_take(g, a, indices, axis)
        if mode == "raise"
        else scatter_take(g, a, inside(indices, a, axis, mode), axis)
    )


@linear(np.take_along_axis, kind=index_of.take_along_axis,
        cases=("f(A(2, 3), np.array([[0, 0], [2, 1]]), 1)", "f(A(3, 2), np.array([[2, 0]]), axis=0)",
               "f(A(2, 3, 2), np.array([[[0, 2]]]), 1)"))  # fmt: skip
def take_along_axis(arr, indices, axis=-1, *, g):
    arr: scatter_along(g, arr, indices, axis)


@linear(
    np.compress,
    kind=index_of.compressed,
    cases=("f(np.array([True, False, True]), A(3))", "f([True, False], A(2, 3), axis=0)", "f([0, 1, 1, 1], A(2, 3))",
           "f([False, True], A(2, 3), 1)"),
)  # fmt: skip
def compress(condition, a, axis=None, *, g):
    a: scatter_take(g, a, np.flatnonzero(condition), axis)


@linear(
    np.ndarray.compress,
    kind=index_of.compressed,
    method="compress",
    cases=("f(A(3), [True, False, True])", "f(A(2, 3), np.array([True, False]), axis=0)"),
)
def compress_method(self, condition, axis=None, *, g):
    self: scatter_take(g, self, np.flatnonzero(condition), axis)


@linear(np.diag, kind=index_of.diag, cases=("f(A(3))", "f(A(3), 1)", "f(A(3, 4))", "f(A(3, 4), -1)"))
def diag(v, k=0, *, g):
    v: diag_cotangent(g, v, k)


@linear(np.diagflat, kind=index_of.diag_flat, cases=("f(A(3))", "f(A(2, 2), 1)", "f(S(), -1)", "f([[S(), S()]])"))
def diagflat(v, k=0, *, g):
    v: nested_items(np.reshape(np.diagonal(g, k), np.shape(v)), v)


@view(np.diagonal, kind=index_of.diagonal, method="diagonal",
      cases=("f(A(3, 4))", "f(A(3, 4), -1)", "f(A(2, 3, 4), 1, 2, 0)"))  # fmt: skip
def diagonal(a, offset=0, axis1=0, axis2=1, *, g):
    a: diagonal_cotangent(g, a, offset, axis1, axis2)


@linear(np.tril, kind=move.triangle, broadcast="m",
        cases=("f(A(3, 4))", "f(A(3, 3), -1)", "f(A(2, 3, 3), 1)", "f(A(3), 1)"))  # fmt: skip
def tril(m, k=0, *, g):
    m: np.tril(g, k)


@linear(np.triu, kind=move.triangle, broadcast="m",
        cases=("f(A(3, 4))", "f(A(3, 3), -1)", "f(A(2, 3, 3), 1)", "f(A(3), 1)"))  # fmt: skip
def triu(m, k=0, *, g):
    m: np.triu(g, k)


@general(
    np.sort,
    kind=move.sorted_shape,
    cases=("f(A(5))", "f(A(3, 4), 0)", "f(A(2, 3), axis=None)", "f(A(3, 4), -1)", "f(A(4), kind='stable')"),
)
def sort(a, axis=-1, kind=None, order=None, *, stable=None, g):
    a: sort_cotangent(g, a, axis)
    y_dot: sort_tangent(a_dot, a, axis)


@general(
    np.interp,
    kind=move.interpolated,
    cases=("f(A(4), np.array([-1.0, 0.2, 1.5]), A(3))", "f(S(), np.array([-3.0, 3.0]), A(2))",
           "f(A(5), np.sort(A(3)), A(3), S(), S())", "f(A(2, 3), np.sort(A(4)), A(4), right=S())",
           "f(2.0 * A(6), np.array([0.3, 2.2, 1.1]), A(3), period=2.5)", "f(2.0 * A(6), A(4), C(4), period=-1.3 - S())",
           "f(np.array([-9.0, 9.0]), A(1), A(1))"),
)  # fmt: skip
def interp(x, xp, fp, left=None, right=None, period=None, *, g):
    x: interp_points(g, x, xp, fp, left, right, period)
    xp: interp_knots(g, x, xp, fp, left, right, period)
    fp: interp_values(g, x, xp, fp, left, right, period)
    left: np.sum(np.where(x < xp[0], g, 0.0)) if period is None else 0.0
    right: np.sum(np.where(x > xp[-1], g, 0.0)) if period is None else 0.0
    period: interp_period(g, x, xp, fp, period)
    y_dot: interp_tangent(x_dot, xp_dot, fp_dot, left_dot, right_dot, x, xp, fp, left, right, period) + (
        0.0 if period is None else period_dot * interp_by_period(x, xp, fp, period)
    )


@linear(
    np.select,
    kind=index_of.selected, broadcast="default",
    sequence="choicelist",
    cases=("f([np.array([True, False, False]), np.array([True, True, False])], [A(3), A(3)], S())",
           "f([np.array([True, False])], [A(2)])"),
)  # fmt: skip
def select(condlist, choicelist, default=0, *, g):
    choicelist: select_cotangents(g, condlist, choicelist)
    default: select_default(g, condlist)


@view(
    np.meshgrid,
    kind=index_of.grids,
    cases=(
        "f(A(2), A(3))",
        "f(A(2), A(3), indexing='ij')",
        "f(A(2), A(3), A(4))",
        "f(A(2), A(3), sparse=True)",
        "f(A(2), A(3), copy=False)",
    ),
)
def meshgrid(*xi, indexing="xy", sparse=False, copy=True, g):
    xi: meshgrid_cotangents(g, xi, indexing)


@view(np.ix_, kind=index_of.open_mesh, cases=("f(A(2), A(3))", "f(A(3))", "f(A(2), A(3), A(1))"))
def ix_(*args, g):
    args: flattened_back(g, args)
