"""Rules for words that write into buffers of their own or whose derivative is another word.

With these a derivative can be differentiated again; all other words are differentiated from their own source.
The parameter that the words call `g` is `value` here, since `g` is the cotangent of the word's result.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes, shapes_move
from srcgrad.rules.language import elementwise, general, linear
from srcgrad.runtime import words, words_pad, words_pick, words_polynomials, words_vectors
from srcgrad.runtime.words import conj, ratio, transposed, weighted
from srcgrad.runtime.words_pad import pad_constants, pad_cotangent, pad_ends, pad_tangent
from srcgrad.runtime.words_pick import gathered, picked, strided_places, typed_cotangent
from srcgrad.runtime.words_polynomials import series_cotangent, series_tangent
from srcgrad.runtime.words_vectors import alone, spectral_sum


@linear(
    words.unbroadcast,
    kind=shapes_move.as_second,
    broadcast="value",
    cases=("f(A(2, 3), A(3))", "f(A(3), A(3))", "f(A(3, 1), A(1, 4))", "f(S(), A(2))", "f(A(2, 3), S())"),
)
def unbroadcast_(value, x, /, *, g):
    value: np.broadcast_to(g, np.broadcast_shapes(np.shape(value), np.shape(x)))
    x: 0


@linear(
    words.spread,
    kind=shapes_move.as_second,
    cases=("f(A(3), A(3, 4), 1)", "f(A(), A(2, 3))", "f(A(1, 3), A(2, 3), 0, True)", "f(A(3), A(2, 3, 4), (0, -1))"),
)
def spread(value, x, axis=None, keepdims=False, /, *, g):
    value: np.sum(g, axis=axis, keepdims=keepdims)
    x: 0


@linear(
    words.restore_axes,
    kind=shapes.unknown_array,
    cases=("f(A(3), A(3, 4), 1, False)", "f(A(), A(2, 3), None, False)", "f(A(1, 3), A(2, 3), 0, True)"),
)
def restore_axes(value, x, axis, keepdims, /, *, g):
    value: np.reshape(g, np.shape(value))
    x: 0


@elementwise(words.conj, kind=shapes.elementwise_like, holomorphic=False, cases=("f(C(3))", "f(A(3))"))
def conj_(x, /, *, g):
    x: conj(g)
    y_dot: conj(x_dot)


@elementwise(words.ratio, kind=shapes.unknown_array, domain=((-2.0, 2.0), (0.5, 2.0)))
def ratio_(a, b, /, *, y):
    a: ratio(1.0, b)
    b: -ratio(y, b)


# what is not used may be infinite; a zero that comes of a misfit is moved like any other
@elementwise(words.weighted, kind=shapes.unknown_array, holomorphic=False, cases=("f(A(3), A(3))", "f(C(3), C(3))"))
def weighted_(value, v, /, *, g):
    value: weighted(g, conj(v))
    v: weighted(conj(value), g)
    y_dot: weighted(value_dot, v) + weighted(value, v_dot)


@linear(
    words_vectors.alone,
    kind=shapes_move.same_shape,
    cases=("f(A(2, 3), np.array([True, False, False]) & False, 'vectors')",),
)
def alone_(bar, undetermined, what, /, *, g):
    bar: alone(g, undetermined, what)


@general(
    words_vectors.spectral_sum,
    kind=shapes.unknown_array,
    cases=("f(A(3, 2), A(2), A(4, 2))", "f(A(2, 3, 3), A(2, 3), A(2, 3, 3))", "f(C(3, 2), A(2), C(3, 2))"),
)
def spectral_sum_(u, d, v, /, *, g):
    u: weighted(np.expand_dims(d, -2), g @ v)
    d: np.real(np.sum(np.conj(u) * (g @ v), axis=-2))
    v: weighted(np.expand_dims(d, -2), transposed(g) @ u)
    y_dot: spectral_sum(u_dot, d, v) + spectral_sum(u, d_dot, v) + spectral_sum(u, d, v_dot)


@elementwise(words.sign, kind=shapes.elementwise_like, holomorphic=False)
def sign(x, /):
    x: 0


@linear(
    words.scatter,
    kind=shapes_move.as_second,
    cases=("f(A(3), A(4), np.array([1, 1, 2]))", "f(A(2, 3), A(4, 3), slice(1, 3))", "f(S(), A(3), 0)"),
)
def scatter(value, x, index, /, *, g):
    value: g[index]
    x: 0


@linear(words_pick.typed, kind=shapes.unknown_array, cases=("f(A(3), float)", "f(A(2, 2), 'd')", "f(A(2), complex)"))
def typed(values, dtype, /, *, g):
    values: typed_cotangent(g, dtype)


@linear(
    words_pick.gathered,
    kind=shapes_move.as_second,
    cases=(
        "f(A(3), A(4), np.array([1, 1, 2]))",
        "f(A(4), A(2, 1), np.array([3, -1, 2, 2]), 2)",
        "f(A(2, 2), S(), np.array([[0, 1], [0, 0]]))",
    ),
)
def gathered_(value, x, places, start=0, /, *, g):
    value: picked(g, places, start)
    x: 0


@linear(
    words_pick.picked,
    kind=shapes.unknown_array,
    cases=("f(A(4), np.array([1, 1, 2]))", "f(A(2, 1), np.array([[3, -1], [2, 2]]), 2)", "f(S(), np.array([0, 1]))"),
)
def picked_(x, places, start=0, /, *, g):
    x: gathered(g, x, places, start)


@linear(
    words_pick.strided_tangent,
    kind=shapes.unknown_array,
    cases=("f(A(5), A(5), (3, 3), (8, 8))", "f(A(2, 3), A(3, 2).T, (2, 2), (8, 8))"),
)
def strided_tangent_(x_dot, x, shape, strides, /, *, g):
    x_dot: gathered(g, x, strided_places(x, shape, strides))
    x: 0


@linear(
    words_pick.stored,
    kind=shapes_move.same_shape,
    broadcast="values",
    cases=("f(A(3), np.array([True, False, True]), A(2))", "f(A(2, 3), np.eye(2, 3) > 0, S())"),
)
def stored(y_values, condition, values, /, *, g):
    y_values: np.where(condition, 0.0, g)
    values: g[condition]


@linear(
    words.scatter_take,
    kind=shapes_move.as_second,
    cases=("f(A(3), A(4), np.array([1, 1, 2]))", "f(A(2, 3), A(2, 4), np.array([1, 1, 2]), 1)"),
)
def scatter_take(value, x, indices, axis=None, /, *, g):
    value: np.take(g, indices, axis)
    x: 0


@linear(
    words.scatter_along,
    kind=shapes_move.as_second,
    cases=("f(A(2, 2), A(2, 3), np.array([[0, 0], [2, 1]]), 1)",),
)
def scatter_along(value, x, indices, axis=-1, /, *, g):
    value: np.take_along_axis(g, indices, axis)
    x: 0


@linear(
    words.diagonal_cotangent,
    kind=shapes_move.as_second,
    cases=("f(A(3), A(3, 4))", "f(A(2), A(3, 4), -1)", "f(A(3, 1), A(2, 3, 4), 1, 2, 0)"),
)
def diagonal_cotangent(value, x, offset=0, axis1=0, axis2=1, /, *, g):
    value: np.diagonal(g, offset, axis1, axis2)
    x: 0


# what an extremum or a median picks changes in steps, so that the array itself has no part in second derivatives


@linear(
    words_pad.pad_cotangent,
    kind=shapes_move.as_second,
    cases=(
        "f(A(5), A(3), 1, 'edge')",
        "f(A(4, 4), A(2, 3), ((1, 1), (1, 0)), 'maximum')",
        "f(A(5), A(2), (1, 2), 'reflect', 'odd')",
    ),
)
def pad_cotangent_(value, x, pad_width, mode, reflect_type="even", stat_length=None, /, *, g):
    value: pad_tangent(g, None, None, x, pad_width, mode, reflect_type, stat_length)
    x: 0


@linear(
    words_pad.pad_tangent,
    kind=shapes.unknown_array,
    cases=(
        "f(A(3), None, None, A(3), 1, 'mean', 'even', None)",
        "f(A(3), S(), 0.0, A(3), 1, 'constant', 'even', None)",
        "f(A(2, 3), None, A(2, 2), A(2, 3), 1, 'linear_ramp', 'even', None)",
    ),
)
def pad_tangent_(x_dot, constants_dot, ends_dot, x, pad_width, mode, reflect_type, stat_length, /, *, g):
    x_dot: pad_cotangent(g, x, pad_width, mode, reflect_type, stat_length)
    constants_dot: pad_constants(g, x, pad_width, constants_dot, mode)
    ends_dot: pad_ends(g, x, pad_width, ends_dot, mode)
    x: 0


@linear(
    words_pad.pad_constants,
    kind=shapes.unknown_array,
    cases=(
        "f(A(5), A(3), 1, 0.0, 'constant')",
        "f(A(4, 4), A(2, 3), ((1, 1), (1, 0)), A(2, 2), 'constant')",
    ),
)
def pad_constants_(value, x, pad_width, constants, mode, /, *, g):
    value: pad_tangent(np.zeros_like(x), g, None, x, pad_width, mode, "even", None)
    x: 0
    constants: 0


@linear(
    words_pad.pad_ends,
    kind=shapes.unknown_array,
    cases=(
        "f(A(5), A(3), 1, 0.0, 'linear_ramp')",
        "f(A(4, 4), A(2, 3), ((1, 1), (1, 0)), A(2, 2), 'linear_ramp')",
    ),
)
def pad_ends_(value, x, pad_width, ends, mode, /, *, g):
    value: pad_tangent(np.zeros_like(x), None, g, x, pad_width, mode, "even", None)
    x: 0
    ends: 0


@general(
    words_polynomials.series_product,
    kind=shapes.unknown_array,
    cases=("f(A(3), A(2), np.polynomial.legendre.legmul)", "f(C(2), A(3), np.polynomial.hermite.hermmul)"),
)
def series_product(c1, c2, mul, /, *, y, g):
    c1: series_cotangent(g, c1, c2, mul)
    c2: series_cotangent(g, c2, c1, mul)
    y_dot: series_tangent(c1_dot, c2, y, mul) + series_tangent(c2_dot, c1, y, mul)
