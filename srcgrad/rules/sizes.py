"""Rules for squares of absolute values and of norms, which `srcgrad.analysis.squares` finds in a program."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes, shapes_linalg
from srcgrad.rules.language import elementwise, reduction
from srcgrad.runtime import words_reduce
from srcgrad.runtime.words import conj, restore_axes
from srcgrad.runtime.words_tangent import paired


@elementwise(words_reduce.size_squared, kind=shapes.elementwise, holomorphic=False, real=True,
             cases=("f(A(2, 3))", "f(C(3))", "f(np.zeros(3))"))  # fmt: skip
def size_squared(a, *, g):
    a: 2.0 * g * a
    y_dot: 2.0 * np.real(conj(a) * a_dot)


@elementwise(words_reduce.hypot_squared, kind=shapes.elementwise, holomorphic=False,
             cases=("f(A(2, 3), A(3))", "f(np.zeros(3), A(3))"))  # fmt: skip
def hypot_squared(a, b):
    a: 2.0 * a
    b: 2.0 * b


@reduction(
    words_reduce.norm_squared,
    kind=shapes_linalg.norm,
    real=True,
    cases=("f(A(3))", "f(C(3, 2))", "f(A(3, 4), axis=0)", "f(A(3, 4), 1, True)", "f(np.zeros(3))"),
)
def norm_squared(x, axis=None, keepdims=False, *, g):
    x: 2.0 * restore_axes(g, x, axis, keepdims) * x
    y_dot: paired(2.0 * x, x_dot, axis, keepdims)
