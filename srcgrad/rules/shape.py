"""Rules for functions that change the shape, move, repeat, join or split: all linear, many of them views."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_join as join
from srcgrad.analysis import shapes_move as move
from srcgrad.rules.language import linear, view
from srcgrad.runtime.words import (
    axes_given,
    extended_undiff,
    inverse_order,
    join_split,
    read_alike,
    read_back,
    split_columns,
    split_concat,
    split_depth,
    split_hstack,
    split_stack,
    split_vstack,
    sum_repeats,
    sum_tiles,
    undiff,
    unroll,
)

# ------------------------------------------------------------------------------------------------------- new axes


@view(
    np.reshape,
    kind=move.reshape,
    cases=("f(A(2, 3), (3, 2))", "f(A(2, 3), -1)", "f(S(), (1, 1))", "f(A(2, 3), (3, 2), 'F')",
           "f(A(3, 2).T, (3, 2), order='A')"),
)  # fmt: skip
def reshape(a, shape, order="C", *, copy=None, g):
    a: np.reshape(g, np.shape(a)) if order == "C" else read_back(g, a, order)
    y_dot: None if order == "C" or order == "F" else read_alike(a_dot, a, y, order)


@view(
    np.ndarray.reshape,
    kind=move.reshape,
    method="reshape",
    cases=("f(A(2, 3), (3, 2))", "f(A(2, 3), 3, -1)", "f(A(2, 2), -1)", "f(A(2, 3), 3, 2, order='F')"),
)
def reshape_method(self, *shape, order="C", copy=None, g):
    self: np.reshape(g, np.shape(self)) if order == "C" else read_back(g, self, order)
    y_dot: None if order == "C" or order == "F" else read_alike(self_dot, self, y, order)


@view(
    np.ravel,
    kind=move.flatten,
    method="ravel",
    cases=("f(A(2, 3))", "f(S())", "f(A(2, 3), 'F')", "f(A(2, 3, 4).swapaxes(1, 2), order='K')", "f(S(), 'A')"),
)
def ravel(a, order="C", *, g):
    a: np.reshape(g, np.shape(a)) if order == "C" else read_back(g, a, order)
    y_dot: None if order == "C" or order == "F" else read_alike(a_dot, a, y, order)


@linear(
    np.ndarray.flatten,
    kind=move.flatten,
    method="flatten",
    cases=("f(A(2, 3))", "f(A(2, 3), 'F')", "f(A(2, 3).T, 'A')"),
)
def flatten(self, order="C", *, g):
    self: np.reshape(g, np.shape(self)) if order == "C" else read_back(g, self, order)
    y_dot: None if order == "C" or order == "F" else read_alike(self_dot, self, y, order)


@view(np.expand_dims, kind=move.expand_dims, cases=("f(A(3), 0)", "f(A(3), -1)", "f(A(2, 3), (0, 2))"))
def expand_dims(a, axis, *, g):
    a: np.reshape(g, np.shape(a))


@view(np.squeeze, kind=move.squeeze, method="squeeze", cases=("f(A(1, 3, 1))", "f(A(1, 3, 1), -1)", "f(A(1, 1), 0)"))
def squeeze(a, axis=None, *, g):
    a: np.reshape(g, np.shape(a))


@view(np.atleast_1d, kind=move.at_least(1), cases=("f(A())", "f(S())", "f(A(3))", "f(A(2, 2))"))
def atleast_1d(a, *, g):
    a: np.reshape(g, np.shape(a))


@view(np.atleast_2d, kind=move.at_least(2), cases=("f(A())", "f(A(3))", "f(A(2, 2))"))
def atleast_2d(a, *, g):
    a: np.reshape(g, np.shape(a))


@view(np.atleast_3d, kind=move.at_least(3), cases=("f(A())", "f(A(3))", "f(A(2, 2))", "f(A(1, 2, 3))"))
def atleast_3d(a, *, g):
    a: np.reshape(g, np.shape(a))


@view(
    np.broadcast_to,
    kind=move.broadcast_to,
    broadcast="array",
    cases=("f(A(3, 1), (2, 3, 4))", "f(S(), (2,))", "f(A(3), (3,))"),
)
def broadcast_to(array, shape, subok=False, *, g):
    array: g


# -------------------------------------------------------------------------------------------------- axes in other order


@view(np.transpose, kind=move.transpose,
      cases=("f(A(2, 3))", "f(A(2, 3, 4), (1, 2, 0))", "f(A(2, 3, 4), (-1, 0, 1))"))  # fmt: skip
def transpose(a, axes=None, *, g):
    a: np.transpose(g, inverse_order(axes))


@view(
    np.ndarray.transpose,
    kind=move.transpose,
    method="transpose",
    cases=("f(A(2, 3))", "f(A(2, 3, 4), 1, 2, 0)", "f(A(2, 3), (1, 0))"),
)
def transpose_method(self, *axes, g):
    self: np.transpose(g, inverse_order(axes_given(axes)))


@view(kind=move.transpose, attribute="T", cases=("f(A(2, 3))", "f(A(3))", "f(A(2, 3, 4))"))
def transposed_attribute(a, *, g):
    a: g.T


@view(np.swapaxes, kind=move.swapaxes, method="swapaxes", cases=("f(A(2, 3, 4), 0, -1)",))
def swapaxes(a, axis1, axis2, *, g):
    a: np.swapaxes(g, axis1, axis2)


@view(np.moveaxis, kind=move.moveaxis, cases=("f(A(2, 3, 4), 0, -1)", "f(A(2, 3, 4), (0, 1), (1, 2))"))
def moveaxis(a, source, destination, *, g):
    a: np.moveaxis(g, destination, source)


@view(np.flip, kind=move.same_shape, cases=("f(A(2, 3))", "f(A(2, 3), 0)", "f(A(2, 3), (0, -1))"))
def flip(m, axis=None, *, g):
    m: np.flip(g, axis)


@view(np.flipud, kind=move.same_shape, cases=("f(A(2, 3))",))
def flipud(m, *, g):
    m: np.flipud(g)


@view(np.fliplr, kind=move.same_shape, cases=("f(A(2, 3))",))
def fliplr(m, *, g):
    m: np.fliplr(g)


@view(np.rot90, kind=move.rank_only, cases=("f(A(2, 3))", "f(A(2, 3), 2)", "f(A(2, 3, 4), -1, (1, 2))"))
def rot90(m, k=1, axes=(0, 1), *, g):
    m: np.rot90(g, -k, axes)


@linear(np.roll, kind=move.same_shape, cases=("f(A(2, 3), 1)", "f(A(2, 3), -2, 1)", "f(A(2, 3), (1, 2), (0, 1))"))
def roll(a, shift, axis=None, *, g):
    a: unroll(g, shift, axis)


# ------------------------------------------------------------------------------------------------------- repeating


@linear(np.repeat, kind=move.repeat, method="repeat",
        cases=("f(A(2, 3), 2)", "f(A(2, 3), 2, axis=-1)", "f(A(3), np.array([0, 2, 1]))",
               "f(A(2, 3), np.array([2, 1]), 0)"))  # fmt: skip
def repeat(a, repeats, axis=None, *, g):
    a: sum_repeats(g, a, repeats, axis)


@linear(np.tile, kind=move.tile, cases=("f(A(2, 3), 2)", "f(A(3), (2, 2))", "f(A(2, 3), (2, 1))", "f(S(), 3)"))
def tile(A, reps, *, g):
    A: sum_tiles(g, A, reps)


@linear(
    np.diff,
    kind=move.differences,
    cases=("f(A(4))", "f(A(3, 4), axis=0)", "f(A(5), 2)", "f(A(1))", "f(A(4), prepend=S())",
           "f(A(3, 4), 2, 0, A(2, 4), S())", "f(A(3, 4), append=A(3, 1))", "f(A(2, 3), axis=0, prepend=S())",
           "f(A(3), 0, append=S())"),
)  # fmt: skip
def diff(a, n=1, axis=-1, prepend=None, append=None, *, g):
    parts = extended_undiff(g, a, n, axis, prepend, append)
    a: undiff(g, a, n, axis) if prepend is None and append is None else parts[0]
    prepend: parts[1]
    append: parts[2]


# --------------------------------------------------------------------------------------------------- joining, splitting


@linear(np.concatenate, kind=join.concatenate, sequence="arrays",
        cases=("f([A(2, 3), A(1, 3)])", "f((A(2, 3), A(2, 1)), axis=-1)", "f([A(2), A(1, 2)], axis=None)",
               "f([A(3)])", "f([A(0), A(2)])", "f([A(2), A(1)], dtype=complex)"))  # fmt: skip
def concatenate(arrays, axis=0, *, dtype=None, casting="same_kind", g):
    arrays: split_concat(g, arrays, axis)


@linear(np.stack, kind=join.stack, sequence="arrays",
        cases=("f([A(2), A(2)])", "f([A(2, 3), A(2, 3)], axis=-1)", "f([S(), S(), S()])", "f([A()])"))  # fmt: skip
def stack(arrays, axis=0, *, dtype=None, casting="same_kind", g):
    arrays: split_stack(g, arrays, axis)


@linear(
    np.hstack, kind=join.joined, sequence="tup", cases=("f([A(2), A(3)])", "f([A(2, 1), A(2, 3)])", "f([S(), S()])")
)
def hstack(tup, *, dtype=None, casting="same_kind", g):
    tup: split_hstack(g, tup)


@linear(
    np.vstack,
    kind=join.joined,
    sequence="tup",
    cases=("f([A(3), A(3)])", "f([A(1, 3), A(2, 3)])", "f([A(3), A(2, 3)])"),
)
def vstack(tup, *, dtype=None, casting="same_kind", g):
    tup: split_vstack(g, tup)


@linear(np.column_stack, kind=join.joined, sequence="tup", cases=("f([A(3), A(3)])", "f([A(3), A(3, 2)])"))
def column_stack(tup, *, g):
    tup: split_columns(g, tup)


@linear(np.dstack, kind=join.joined, sequence="tup", cases=("f([A(2, 3), A(2, 3)])", "f([A(2), A(2)])"))
def dstack(tup, *, g):
    tup: split_depth(g, tup)


@linear(np.append, kind=join.joined, cases=("f(A(3), S())", "f(A(2), A(1, 2))", "f(A(1, 2), A(2, 2), axis=0)"))
def append(arr, values, axis=None, *, g):
    parts = split_concat(g, (arr, values), axis)
    arr: parts[0]
    values: parts[1]


@view(np.split, kind=join.split, cases=("f(A(4), 2)", "f(A(5), [1, 3])", "f(A(2, 4), 2, axis=-1)"))
def split(ary, indices_or_sections, axis=0, *, g):
    ary: join_split(g, ary, indices_or_sections, axis)


@view(np.array_split, kind=join.split, cases=("f(A(5), 2)", "f(A(3, 4), 3, axis=1)"))
def array_split(ary, indices_or_sections, axis=0, *, g):
    ary: join_split(g, ary, indices_or_sections, axis)
