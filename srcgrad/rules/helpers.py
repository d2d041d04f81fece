"""Rules for what emitted code calls besides NumPy and words, so that it can be differentiated again."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from srcgrad.analysis import shapes, shapes_move
from srcgrad.rules.language import general, linear, view
from srcgrad.runtime import helpers, words_complex
from srcgrad.runtime.words import unbroadcast
from srcgrad.runtime.words_complex import sign_cotangent


def itself(bound, function):
    """The kind of the operand."""
    return shapes.num(bound["x"])


@linear(
    helpers.like,
    kind=shapes_move.like_second,
    cases=("f(A(2, 3), A(2, 3))", "f(S(), A(2, 3))", "f(A(3), A(2, 3))", "f(C(3), A(3))", "f(S(), S())"),
)
def like(value, x, /, *, g):
    value: unbroadcast(g, value)
    x: 0


@linear(
    helpers.fill,
    kind=shapes_move.filled_like_second,
    cases=("f(S(), A(2, 3))", "f(A(2, 3), A(2, 3))", "f(A(3, 1), A(3, 4))", "f(S(), S())"),
)
def fill(value, x, /, *, g):
    value: unbroadcast(g, value)
    x: 0


@view(helpers.fresh, kind=itself, cases=("f(A(2, 3))", "f(S())"))
def fresh(x, /, *, g):
    x: g


@general(words_complex.complex_sign, kind=shapes.elementwise, cases=("f(C(3))", "f(C(2, 3))"))
def complex_sign(x, /, *, y, g):
    x: sign_cotangent(g, x, y)
    y_dot: sign_cotangent(x_dot, x, y)
