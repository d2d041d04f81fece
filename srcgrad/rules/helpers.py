"""Rules for what emitted code calls besides NumPy and words, so that it can be differentiated again."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import operator
from dataclasses import replace

from srcgrad.analysis import dtypes, shapes, shapes_move
from srcgrad.analysis.extents import broadcast
from srcgrad.rules.language import elementwise, general, linear, view
from srcgrad.runtime import helpers, words_complex, words_element
from srcgrad.runtime.words import either, larger_share, reached, selected, smaller_share
from srcgrad.runtime.words_complex import sign_cotangent


def itself(bound, function):
    """The kind of the operand."""
    return shapes.num(bound["x"])


def number(bound, function):
    """The kind of a quotient of two numbers: of NumPy's, also where both are Python's and the divisor is 0."""
    kind = shapes.elementwise(bound, operator.truediv)
    return replace(kind, box="scalar") if kind.box == "py" else kind


def share(bound, function):
    """The dtype of the first operand, which is broadcast against the others."""
    bar, *others = (shapes.num(value) for value in bound.values())
    return shapes.array(broadcast([n.shape for n in (bar, *others)]), dtypes.promote(bar), bar)


@linear(
    helpers.like,
    kind=shapes_move.like_second,
    broadcast="value",
    cases=("f(A(2, 3), A(2, 3))", "f(S(), A(2, 3))", "f(A(3), A(2, 3))", "f(C(3), A(3))", "f(S(), S())"),
)
def like(value, x, /, *, g):
    value: g
    x: 0


@linear(
    helpers.fill,
    kind=shapes_move.filled_like_second,
    broadcast="value",
    cases=("f(S(), A(2, 3))", "f(A(2, 3), A(2, 3))", "f(A(3, 1), A(3, 4))", "f(S(), S())"),
)
def fill(value, x, /, *, g):
    value: g
    x: 0


@elementwise(words_element.selected, kind=share, holomorphic=False,
             cases=("f(A(2, 3), A(2, 3) > 0.0)", "f(S(), A(3) > 0.0)", "f(A(70, 70), A(70, 70) > 0.0)"))  # fmt: skip
def selected(bar, chosen, *, g):
    bar: selected(g, chosen)
    chosen: 0
    y_dot: selected(bar_dot, chosen)


# `value` is linear in `bar`: its derivative by `bar` is not 0 where `bar` happens to be
@elementwise(words_element.reached, kind=share, holomorphic=False,
             cases=("f(A(2, 3), A(2, 3))", "f(S(), A(3))", "f(A(3), A(2, 3))"))  # fmt: skip
def reached(value, bar, *, g):
    value: g
    bar: 0
    y_dot: reached(value_dot, either(bar, bar_dot))


@elementwise(
    words_element.larger_share, kind=share, holomorphic=False, cases=("f(A(2, 3), A(2, 3), A(3))", "f(S(), A(3), 0.0)")
)
def larger_share(bar, a, b, *, g):
    bar: larger_share(g, a, b)
    a: 0
    b: 0
    y_dot: larger_share(bar_dot, a, b)


@elementwise(
    words_element.smaller_share, kind=share, holomorphic=False, cases=("f(A(2, 3), A(2, 3), A(3))", "f(S(), A(3), 0.0)")
)
def smaller_share(bar, a, b, *, g):
    bar: smaller_share(g, a, b)
    a: 0
    b: 0
    y_dot: smaller_share(bar_dot, a, b)


@elementwise(helpers.quotient, kind=number, cases=("f(S(), 2.0)", "f(2.0, S() + 3.0)"))
def quotient(a, b, *, y):
    a: 1.0 / b
    b: -y / b


@view(helpers.fresh, kind=itself, cases=("f(A(2, 3))", "f(S())"))
def fresh(x, /, *, g):
    x: g


@general(words_complex.complex_sign, kind=shapes.elementwise, cases=("f(C(3))", "f(C(2, 3))"))
def complex_sign(x, /, *, dtype=None, y, g):
    x: sign_cotangent(g, x, y)
    y_dot: sign_cotangent(x_dot, x, y)
