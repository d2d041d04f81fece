"""Rules for what functions that write into an array leave there, as functions of what was there before."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from srcgrad.analysis import shapes_move
from srcgrad.rules.language import linear
from srcgrad.runtime.words_write import added_at as added
from srcgrad.runtime.words_write import subtracted_at as subtracted

CASES = ("f(A(4), np.array([1, 1, 3]), A(3))", "f(A(2, 3), (np.array([0, 1]), np.array([2, 2])), S())",
         "f(A(3, 2), np.array([0, 0]), A(2))", "f(A(3), 1, S())", "f(A(4), np.array([True, False, True, True]), A(3))",
         "f(A(3), np.zeros(0, int), A(0))")  # fmt: skip


@linear(added, kind=shapes_move.same_shape, broadcast="b", cases=CASES)
def added_at(a, indices, b, /, *, g):
    a: g
    b: g[indices]


@linear(subtracted, kind=shapes_move.same_shape, broadcast="b", cases=CASES)
def subtracted_at(a, indices, b, /, *, g):
    a: g
    b: -g[indices]
