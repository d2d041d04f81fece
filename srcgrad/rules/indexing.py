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
    interp_points,
    interp_values,
    meshgrid_cotangents,
    scatter,
    scatter_along,
    scatter_take,
    select_cotangents,
    select_default,
    sort_cotangent,
)


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
               "f(A(2, 3), 1, axis=-1)", "f(A(4), 2)"))  # fmt: skip
def take(a, indices, axis=None, *, g):
    a: scatter_take(g, a, indices, axis)


@linear(np.take_along_axis, kind=index_of.take_along_axis,
        cases=("f(A(2, 3), np.array([[0, 0], [2, 1]]), 1)", "f(A(3, 2), np.array([[2, 0]]), axis=0)"))  # fmt: skip
def take_along_axis(arr, indices, axis, *, g):
    arr: scatter_along(g, arr, indices, axis)


@linear(np.compress, kind=index_of.compressed, cases=("f(np.array([True, False, True]), A(3))",))
def compress(condition, a, *, g):
    a: scatter(g, a, np.flatnonzero(condition))


@linear(np.diag, kind=index_of.diag, cases=("f(A(3))", "f(A(3), 1)", "f(A(3, 4))", "f(A(3, 4), -1)"))
def diag(v, k=0, *, g):
    v: diag_cotangent(g, v, k)


@view(np.diagonal, kind=index_of.diagonal, method="diagonal",
      cases=("f(A(3, 4))", "f(A(3, 4), -1)", "f(A(2, 3, 4), 1, 2, 0)"))  # fmt: skip
def diagonal(a, offset=0, axis1=0, axis2=1, *, g):
    a: diagonal_cotangent(g, a, offset, axis1, axis2)


@linear(np.tril, kind=move.same_shape, cases=("f(A(3, 4))", "f(A(3, 3), -1)", "f(A(2, 3, 3), 1)"))
def tril(m, k=0, *, g):
    m: np.tril(g, k)


@linear(np.triu, kind=move.same_shape, cases=("f(A(3, 4))", "f(A(3, 3), -1)", "f(A(2, 3, 3), 1)"))
def triu(m, k=0, *, g):
    m: np.triu(g, k)


@general(np.sort, kind=move.sorted_shape, cases=("f(A(5))", "f(A(3, 4), 0)", "f(A(2, 3), axis=None)", "f(A(3, 4), -1)"))
def sort(a, axis=-1, *, g):
    a: sort_cotangent(g, a, axis)


@general(np.interp, kind=move.interpolated,
         cases=("f(A(4), np.array([-1.0, 0.2, 1.5]), A(3))", "f(S(), np.array([-3.0, 3.0]), A(2))"))  # fmt: skip
def interp(x, xp, fp, *, g):
    x: interp_points(g, x, xp, fp)
    fp: interp_values(g, x, xp, fp)


@linear(
    np.select,
    kind=index_of.selected,
    sequence="choicelist",
    cases=("f([np.array([True, False, False]), np.array([True, True, False])], [A(3), A(3)], S())",
           "f([np.array([True, False])], [A(2)])"),
)  # fmt: skip
def select(condlist, choicelist, default=0, *, g):
    choicelist: select_cotangents(g, condlist, choicelist)
    default: select_default(g, condlist)


@view(np.meshgrid, kind=index_of.grids, cases=("f(A(2), A(3))", "f(A(2), A(3), indexing='ij')", "f(A(2), A(3), A(4))"))
def meshgrid(*xi, indexing="xy", g):
    xi: meshgrid_cotangents(g, xi, indexing)
