"""Rules for functions that insert, delete, pad, choose, count and take apart."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes, shapes_move
from srcgrad.analysis import shapes_pick as of
from srcgrad.rules.language import elementwise, general, linear, view
from srcgrad.runtime.words import join_split, scatter_take
from srcgrad.runtime.words_pad import pad_constants, pad_cotangent, pad_ends, pad_tangent
from srcgrad.runtime.words_pick import (
    block_cotangents,
    broadcast_back,
    choose_cotangents,
    delete_cotangent,
    extract_cotangent,
    gathered,
    insert_cotangents,
    partition_cotangent,
    partition_tangent,
    resize_cotangent,
    rolled_back,
    split_along,
    strided_places,
    strided_tangent,
    unique_places,
    unique_tangent,
    unique_values_cotangent,
    unique_values_tangent,
    windows_cotangent,
)


@linear(
    np.insert,
    kind=of.inserted,
    cases=("f(A(3), 1, S())", "f(A(3), [0, 2], A(2))", "f(A(2, 3), 1, A(3), axis=0)", "f(A(2, 3), 1, A(2), 1)",
           "f(A(2, 2), 3, S())", "f(A(3), 3, A(2))"),
)  # fmt: skip
def insert(arr, obj, values, axis=None, *, g):
    parts = insert_cotangents(g, arr, obj, values, axis)
    arr: parts[0]
    values: parts[1]


@linear(np.delete, kind=of.picked, cases=("f(A(4), 1)", "f(A(4), [0, -1])", "f(A(3, 2), 1, axis=0)", "f(A(2, 2), 3)"))
def delete(arr, obj, axis=None, *, g):
    arr: delete_cotangent(g, arr, obj, axis)


@linear(np.resize, kind=of.resized, cases=("f(A(3), 5)", "f(A(2, 3), (4, 2))", "f(A(4), (2,))"))
def resize(a, new_shape, *, g):
    a: resize_cotangent(g, a, new_shape)


@general(
    np.pad,
    kind=shapes_move.rank_only,
    cases=("f(A(3), 1)", "f(A(2, 3), ((1, 0), (0, 2)))", "f(A(3), (1, 2), mode='constant', constant_values=2.0)",
           "f(A(3), 2, 'edge')", "f(A(2, 3), ((1, 0), (0, 2)), 'reflect')", "f(A(3), 4, 'symmetric')",
           "f(A(3), 2, 'wrap')", "f(C(2), 1)", "f(A(2, 3), ((1, 2), (2, 1)), constant_values=((S(), S()), (S(), S())))",
           "f(A(2, 3), 2, constant_values=S())", "f(A(3), 2, constant_values=(S(), 1.0))",
           "f(A(3), 5, 'reflect', reflect_type='odd')", "f(A(2, 3), 2, 'symmetric', reflect_type='odd')",
           "f(A(2, 3), ((1, 2), (0, 2)), 'mean')", "f(A(5), 2, 'mean', stat_length=3)",
           "f(A(2, 3), 2, 'linear_ramp', end_values=((S(), S()), (S(), S())))", "f(A(3), (1, 3), 'linear_ramp')",
           "f(A(4, 3), ((1, 2), (1, 0)), 'maximum')", "f(A(5), 2, 'minimum', stat_length=(2, 4))",
           "f(A(5, 4), 1, 'median', stat_length=3)", "f(A(2, 3), ((1, 1), (1, 2)), 'median')", "f(C(3), 2, 'reflect')"),
)  # fmt: skip
def pad(
    array, pad_width, mode="constant", *, constant_values=0, end_values=0, reflect_type="even", stat_length=None, g
):
    array: pad_cotangent(g, array, pad_width, mode, reflect_type, stat_length)
    constant_values: pad_constants(g, array, pad_width, constant_values, mode)
    end_values: pad_ends(g, array, pad_width, end_values, mode)
    y_dot: pad_tangent(
        array_dot, constant_values_dot, end_values_dot, array, pad_width, mode, reflect_type, stat_length
    )


@linear(np.extract, kind=of.flat, cases=("f(np.array([True, False, True]), A(3))", "f(np.eye(2) > 0, A(2, 2))"))
def extract(condition, arr, *, g):
    arr: extract_cotangent(g, condition, arr)


@linear(np.block, kind=of.blocks, cases=("f([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]])", "f([A(2), A(3)])"))
def block(arrays, *, g):
    arrays: block_cotangents(g, arrays)


@general(np.partition, kind=shapes_move.sorted_shape, cases=("f(A(5), 2)", "f(A(3, 4), 1, 0)", "f(A(2, 3), 2, None)"))
def partition(a, kth, axis=-1, kind="introselect", order=None, *, y, g):
    a: partition_cotangent(g, a, y, axis)
    y_dot: partition_tangent(a_dot, a, y, axis)


@general(
    np.unique,
    kind=of.distinct,
    cases=("f(A(5))", "f(A(2, 3))", "f(A(4), True)", "f(A(4), return_counts=True, return_index=True)",
           "f(A(3), True, True, True)", "f(A(4, 2), axis=0)", "f(A(2, 4), False, True, axis=-1)"),
)  # fmt: skip
def unique(
    ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True, sorted=True, y, g
):
    places = unique_places(ar, axis, equal_nan)
    ar: scatter_take(
        g if return_index is False and return_inverse is False and return_counts is False else g[0], ar, places, axis
    )
    y_dot: (
        np.take(ar_dot, places, axis)
        if return_index is False and return_inverse is False and return_counts is False
        else unique_tangent(np.take(ar_dot, places, axis), y)
    )


@general(np.unique_values, kind=of.flat, cases=("f(np.sort(A(5)))",))
def unique_values(x, /, *, y, g):
    x: unique_values_cotangent(g, x, y)
    y_dot: unique_values_tangent(x_dot, x, y)


@general(np.unique_all, np.unique_counts, np.unique_inverse, kind=of.distinct_with, cases=("f(A(5))", "f(A(2, 3))"))
def unique_with(x, /, *, y, g):
    x: unique_values_cotangent(g[0], x, y[0])
    y_dot: unique_tangent(unique_values_tangent(x_dot, x, y[0]), y)


@linear(
    np.choose,
    kind=of.unsaid,
    sequence="choices",
    cases=(
        "f(np.array([0, 1, 1]), [A(3), A(3)])",
        "f(np.array([[0], [1]]), [A(3), S()])",
        "f(np.array([0, 5, -3]), [A(3), A(3)], mode='wrap')",
        "f([3, -1, 0], [A(3), A(3)], mode='clip')",
    ),
)
def choose(a, choices, *, mode="raise", g):
    choices: choose_cotangents(g, a, choices, mode)


@linear(
    np.ndarray.choose,
    kind=of.unsaid,
    method="choose",
    sequence="choices",
    cases=("f(np.array([0, 1, 1]), [A(3), A(3)])", "f(np.array([0, 5, -3]), [A(3), A(3)], mode='wrap')"),
)
def choose_method(self, choices, *, mode="raise", g):
    choices: choose_cotangents(g, self, choices, mode)


@view(np.rollaxis, kind=of.reranked, cases=("f(A(2, 3, 4), 2)", "f(A(2, 3, 4), 0, 3)", "f(A(2, 3, 4), 1, -1)"))
def rollaxis(a, axis, start=0, *, g):
    a: rolled_back(g, axis, start)


@linear(np.bincount, kind=of.counts, cases=("f(np.array([0, 2, 2]), A(3))", "f(np.array([1, 1]), A(2), 4)"))
def bincount(x, /, weights=None, minlength=0, *, g):
    weights: g[x]


@linear(
    np.lib.stride_tricks.sliding_window_view,
    kind=of.windows,
    cases=("f(A(5), 2)", "f(A(3, 4), (2, 2))", "f(A(3, 4), 3, axis=1)", "f(A(3, 4), (2, 2), (0, 0))",
           "f(A(5), 2, subok=True, writeable=False)"),
)  # fmt: skip
def sliding_window_view(x, window_shape, axis=None, *, subok=False, writeable=False, g):
    x: windows_cotangent(g, x, window_shape, axis)


@general(
    np.lib.stride_tricks.as_strided,
    kind=of.strided,
    cases=("f(A(5), (3, 3), (8, 8))", "f(A(3, 4), (2, 2, 2, 3), (32, 8, 32, 8))", "f(A(4).copy(), (2,), (16,))",
           "f(A(3), strides=(0,))", "f(A(4), shape=(2, 2))"),
)  # fmt: skip
def as_strided(x, shape=None, strides=None, subok=False, writeable=True, *, g):
    x: gathered(g, x, strided_places(x, shape, strides))
    y_dot: strided_tangent(x_dot, x, shape, strides)


@view(np.hsplit, kind=of.sections(1), cases=("f(A(2, 4), 2)", "f(A(4, 3), [1])", "f(A(4), [1])"))
def hsplit(ary, indices_or_sections, *, g):
    ary: join_split(g, ary, indices_or_sections, 1)


@view(np.vsplit, kind=of.sections(0), cases=("f(A(4, 2), 2)", "f(A(3, 2), [1, 2])"))
def vsplit(ary, indices_or_sections, *, g):
    ary: join_split(g, ary, indices_or_sections, 0)


@view(np.dsplit, kind=of.sections(2), cases=("f(A(2, 2, 4), 2)",))
def dsplit(ary, indices_or_sections, *, g):
    ary: join_split(g, ary, indices_or_sections, 2)


if hasattr(np, "unstack"):

    @view(np.unstack, kind=of.unstacked, cases=("f(A(3, 2))", "f(A(2, 3), axis=-1)", "f(A(2))"))
    def unstack(x, /, *, axis=0, g):
        x: split_along(g, x, axis)


if hasattr(np, "matrix_transpose"):

    @view(np.matrix_transpose, np.linalg.matrix_transpose, kind=of.reranked, attribute="mT",
          cases=("f(A(2, 3))", "f(A(2, 3, 4))"))  # fmt: skip
    def matrix_transpose(x, /, *, g):
        x: np.swapaxes(g, -1, -2)


# ---------------------------------------------------------------------------------------------- parts of a number


@general(np.divmod, kind=of.pair_of, broadcast=("a", "b"), cases=("f(A(3) + 7.2, 1.3)", "f(5.2, 1.5)"))
def divmod_(a, b, /, *, dtype=None, g):
    a: g[1]
    b: -g[1] * (a // b)
    y_dot: (None, np.positive(a_dot) - (a // b) * b_dot)


@general(np.modf, kind=of.pair_of, cases=("f(A(3))", "f(S())"))
def modf(a, /, *, dtype=None, g):
    a: g[0]
    y_dot: (np.positive(a_dot), None)


@general(np.frexp, kind=of.pair_of, cases=("f(A(3))",))
def frexp(a, /, *, dtype=None, y, g):
    a: np.ldexp(g[0], -y[1])
    y_dot: (np.ldexp(a_dot, -y[1]), None)


@elementwise(
    np.ldexp,
    holomorphic=False,
    kind=shapes.elementwise_array,
    cases=("f(A(3), np.array([1, 2, -1]))", "f(A(3), 2)"),
)
def ldexp(a, b, *, g):
    a: np.ldexp(g, b)
    b: 0
    y_dot: np.ldexp(a_dot, b)


# ------------------------------------------------------------------------------------------------- several results


@view(np.broadcast_arrays, kind=of.broadcast_all, cases=("f(A(3), A(2, 1))", "f(A(2), S())", "f(A(2, 2))"))
def broadcast_arrays(*args, subok=False, g):
    args: broadcast_back(g, args)
