"""Rules for the methods of ufuncs: `np.add.reduce`, `np.multiply.accumulate`, `np.subtract.outer` and their kin.

A bound method of a ufunc equals itself whenever it is fetched, so that it can be looked up like a function.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_reduce, shapes_ufunc
from srcgrad.rules.language import bilinear, general, linear, reduction
from srcgrad.rules.reductions import CHOSEN, NONE_GIVEN, STARTED
from srcgrad.runtime.words import (
    conj,
    cumprod_cotangent,
    cumsum_from_end,
    literal,
    others_product,
    restore_axes,
    share,
    spread,
)
from srcgrad.runtime.words_nan import (
    prod_chosen,
    prod_of_chosen,
    product_initial,
    share_chosen,
    share_initial,
    sum_chosen,
)
from srcgrad.runtime.words_tangent import accumulated_tangent, cumprod_tangent, initial_tangent, prod_tangent
from srcgrad.runtime.words_ufunc import (
    extremum_accumulated,
    outer_first,
    outer_product_second,
    outer_second,
    reduceat_cotangent,
)

CASES = ("f(A(3))", "f(A(3, 4))", "f(A(3, 4), 1)", "f(A(2, 3, 4), axis=(0, 2), keepdims=True)", "f(A(2, 3), None)")
ROWS = ("f(A(3))", "f(A(3, 4))", "f(A(3, 4), 1)", "f(A(3, 0), axis=-1)")
PAIRS = ("f(A(3), A(2))", "f(A(2, 2), A(3))", "f(S(), A(3))", "f(A(2), S())")


@linear(np.add.reduce, kind=shapes_ufunc.reduced, cases=(*CASES, *CHOSEN, *STARTED))
def add_reduce(array, axis=0, dtype=None, *, keepdims=False, initial=0, where=1, g):
    array: (
        spread(g, array, axis, keepdims)
        if literal(where) and where == 1
        else sum_chosen(g, array, axis, keepdims, where)
    )
    initial: np.sum(g)


@reduction(np.multiply.reduce, kind=shapes_ufunc.reduced, cases=(*CASES, *CHOSEN, *STARTED))
def multiply_reduce(array, axis=0, dtype=None, *, keepdims=False, initial=1, where=1, g):
    array: (
        restore_axes(g, array, axis, keepdims) * conj(others_product(array, axis))
        if literal(where) and where == 1 and literal(initial) and initial == 1
        else prod_chosen(g, array, axis, keepdims, where, initial)
    )
    initial: product_initial(g, array, axis, keepdims, where)
    y_dot: (
        np.sum(others_product(array, axis) * array_dot, axis=axis, keepdims=keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1
        else prod_tangent(array_dot, array, axis, keepdims, where, initial)
        + initial_dot * prod_of_chosen(array, axis, keepdims, where)
    )


@reduction(np.maximum.reduce, np.minimum.reduce, kind=shapes_ufunc.reduced, cases=(*CASES, *STARTED))
def extremum_reduce(array, axis=0, dtype=None, *, keepdims=False, initial=NONE_GIVEN, where=1, y, g):
    array: (
        share(g, array, y, axis, keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else share_chosen(g, array, y, axis, keepdims, where, initial)
    )
    initial: share_initial(g, array, y, axis, keepdims, where, initial)
    y_dot: (
        np.sum(share(np.ones_like(y), array, y, axis, keepdims) * array_dot, axis=axis, keepdims=keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else np.sum(
            share_chosen(np.ones_like(y), array, y, axis, keepdims, where, initial) * array_dot,
            axis=axis,
            keepdims=keepdims,
        )
        + initial_tangent(initial_dot, array, y, axis, keepdims, where, initial)
    )


@linear(np.add.accumulate, kind=shapes_ufunc.accumulated, cases=ROWS)
def add_accumulate(array, axis=0, dtype=None, *, g):
    array: cumsum_from_end(g, array, axis)


@general(np.multiply.accumulate, kind=shapes_ufunc.accumulated, cases=ROWS)
def multiply_accumulate(array, axis=0, dtype=None, *, g):
    array: cumprod_cotangent(g, array, axis)
    y_dot: cumprod_tangent(array_dot, array, axis)


@general(np.maximum.accumulate, np.minimum.accumulate, kind=shapes_ufunc.accumulated, cases=ROWS[:-1])
def extremum_accumulate(array, axis=0, dtype=None, *, y, g):
    array: extremum_accumulated(g, array, y, axis)
    y_dot: accumulated_tangent(array_dot, array, y, axis)


@linear(np.add.outer, kind=shapes_ufunc.outer, cases=PAIRS)
def add_outer(a, b, /, *, dtype=None, g):
    a: outer_first(g, a, b)
    b: outer_second(g, a, b)


@linear(np.subtract.outer, kind=shapes_ufunc.outer, cases=PAIRS)
def subtract_outer(a, b, /, *, dtype=None, g):
    a: outer_first(g, a, b)
    b: -outer_second(g, a, b)


@bilinear(np.multiply.outer, kind=shapes_ufunc.outer, cases=(*PAIRS, "f(C(2), C(3))"))
def multiply_outer(a, b, /, *, dtype=None, g):
    a: outer_first(g * conj(b), a, b)
    b: outer_product_second(g, a, b)


@linear(np.add.reduceat, kind=shapes_reduce.unsaid_array,
        cases=("f(A(5), [0, 2, 3])", "f(A(5), np.array([0, 3, 1, 4]))", "f(A(3, 4), [0, 2], 1)"))  # fmt: skip
def add_reduceat(array, indices, axis=0, dtype=None, *, g):
    array: reduceat_cotangent(g, array, indices, axis)
