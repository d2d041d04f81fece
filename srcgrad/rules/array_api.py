"""Rules for the array API's functions of `np.linalg` that differ from those of `np` by their arguments."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_index, shapes_product
from srcgrad.rules.language import bilinear, linear, view
from srcgrad.runtime.words_element import literal
from srcgrad.runtime.words_move import diagonal_cotangent
from srcgrad.runtime.words_product import (
    cross_left,
    cross_left_along,
    cross_right,
    cross_right_along,
    outer_left,
    outer_right,
    tensordot_left,
    tensordot_right,
    trace_cotangent,
)

if hasattr(np.linalg, "outer"):

    @bilinear(np.linalg.outer, kind=shapes_product.outer, cases=("f(A(3), A(2))", "f(C(2), C(3))"))
    def outer(a, b, /, *, g):
        a: outer_left(g, a, b)
        b: outer_right(g, a, b)

    @bilinear(
        np.linalg.cross,
        kind=shapes_product.cross,
        cases=("f(A(3), A(3))", "f(A(2, 3), A(2, 3))", "f(A(3, 2), A(3, 2), axis=0)"),
    )
    def cross(a, b, /, *, axis=-1, g):
        a: cross_left(g, a, b) if literal(axis) and axis == -1 else cross_left_along(g, a, b, -1, -1, -1, axis)
        b: cross_right(g, a, b) if literal(axis) and axis == -1 else cross_right_along(g, a, b, -1, -1, -1, axis)

    @bilinear(
        np.linalg.tensordot,
        kind=shapes_product.tensordot,
        cases=("f(A(2, 3, 4), A(3, 4, 5))", "f(A(2, 3), A(3, 4), axes=1)", "f(A(2, 3), A(3, 2), axes=([0], [1]))"),
    )
    def tensordot(a, b, /, *, axes=2, g):
        a: tensordot_left(g, a, b, axes)
        b: tensordot_right(g, a, b, axes)

    @linear(
        np.linalg.trace,
        kind=shapes_product.trace,
        cases=("f(A(3, 3))", "f(A(2, 3, 4))", "f(A(3, 4), offset=1)", "f(A(3, 4), offset=-1, dtype=complex)"),
    )
    def trace(x, /, *, offset=0, dtype=None, g):
        x: trace_cotangent(g, x, offset, -2, -1)

    @view(np.linalg.diagonal, kind=shapes_index.diagonal, cases=("f(A(3, 4))", "f(A(2, 3, 4), offset=1)"))
    def diagonal(x, /, *, offset=0, g):
        x: diagonal_cotangent(g, x, offset, -2, -1)
