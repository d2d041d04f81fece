"""Rules for functions that insert, delete, pad, choose, count and take apart."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes, shapes_move
from srcgrad.analysis import shapes_pick as of
from srcgrad.rules.language import elementwise, general, linear, view
from srcgrad.runtime.words import join_split, unbroadcast
from srcgrad.runtime.words_pick import (
    block_cotangents,
    broadcast_back,
    choose_cotangents,
    delete_cotangent,
    extract_cotangent,
    histogram_cotangent,
    insert_cotangents,
    pad_cotangent,
    partition_cotangent,
    resize_cotangent,
    rolled_back,
    split_along,
    unique_cotangent,
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


@linear(
    np.pad,
    kind=shapes_move.rank_only,
    cases=("f(A(3), 1)", "f(A(2, 3), ((1, 0), (0, 2)))", "f(A(3), (1, 2), mode='constant', constant_values=2.0)",
           "f(A(3), 2, 'edge')", "f(A(2, 3), ((1, 0), (0, 2)), 'reflect')", "f(A(3), 4, 'symmetric')",
           "f(A(3), 2, 'wrap')", "f(C(2), 1)"),
)  # fmt: skip
def pad(array, pad_width, mode="constant", *, constant_values=0, reflect_type="even", g):
    array: pad_cotangent(g, array, pad_width, mode, reflect_type)


@linear(np.extract, kind=of.flat, cases=("f(np.array([True, False, True]), A(3))", "f(np.eye(2) > 0, A(2, 2))"))
def extract(condition, arr, *, g):
    arr: extract_cotangent(g, condition, arr)


@linear(np.block, kind=of.blocks, cases=("f([[A(2, 2), A(2, 1)], [A(1, 2), A(1, 1)]])", "f([A(2), A(3)])"))
def block(arrays, *, g):
    arrays: block_cotangents(g, arrays)


@general(np.partition, kind=shapes_move.sorted_shape, cases=("f(A(5), 2)", "f(A(3, 4), 1, 0)", "f(A(2, 3), 2, None)"))
def partition(a, kth, axis=-1, *, y, g):
    a: partition_cotangent(g, a, y, axis)


@general(np.unique, kind=of.flat, cases=("f(A(5))", "f(A(2, 3))"))
def unique(ar, *, g):
    ar: unique_cotangent(g, ar)


@linear(
    np.choose,
    kind=of.unsaid,
    sequence="choices",
    cases=("f(np.array([0, 1, 1]), [A(3), A(3)])", "f(np.array([[0], [1]]), [A(3), S()])"),
)
def choose(a, choices, *, g):
    choices: choose_cotangents(g, a, choices)


@view(np.rollaxis, kind=of.reranked, cases=("f(A(2, 3, 4), 2)", "f(A(2, 3, 4), 0, 3)", "f(A(2, 3, 4), 1, -1)"))
def rollaxis(a, axis, start=0, *, g):
    a: rolled_back(g, axis, start)


@linear(np.bincount, kind=of.counts, cases=("f(np.array([0, 2, 2]), A(3))", "f(np.array([1, 1]), A(2), 4)"))
def bincount(x, /, weights=None, minlength=0, *, g):
    weights: g[x]


@general(
    np.histogram,
    kind=of.histogram,
    cases=("f(np.array([0.5, 1.5, 1.7, 3.0]), 3, weights=A(4))",
           "f(np.array([0.5, 1.5, 1.7, 9.0]), np.array([0.0, 1.0, 3.0]), density=True, weights=A(4) + 3.0)"),
)  # fmt: skip
def histogram(a, bins=10, range=None, density=None, weights=None, *, y, g):
    weights: histogram_cotangent(g, a, bins, range, density, weights, y)


@view(np.hsplit, kind=of.sections(1), cases=("f(A(2, 4), 2)", "f(A(4, 3), [1])"))
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


@general(np.divmod, kind=of.pair_of, cases=("f(A(3) + 7.2, 1.3)", "f(5.2, 1.5)"))
def divmod_(a, b, /, *, g):
    a: unbroadcast(g[1], a)
    b: unbroadcast(-g[1] * (a // b), b)


@general(np.modf, kind=of.pair_of, cases=("f(A(3))", "f(S())"))
def modf(a, /, *, g):
    a: g[0]


@general(np.frexp, kind=of.pair_of, cases=("f(A(3))",))
def frexp(a, /, *, y, g):
    a: np.ldexp(g[0], -y[1])


@elementwise(
    np.ldexp,
    holomorphic=False,
    kind=shapes.elementwise_array,
    cases=("f(A(3), np.array([1, 2, -1]))", "f(A(3), 2)"),
)
def ldexp(a, b, *, g):
    a: np.ldexp(g, b)
    b: 0


# ------------------------------------------------------------------------------------------------- several results


@view(np.broadcast_arrays, kind=of.broadcast_all, cases=("f(A(3), A(2, 1))", "f(A(2), S())", "f(A(2, 2))"))
def broadcast_arrays(*args, g):
    args: broadcast_back(g, args)
