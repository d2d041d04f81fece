"""Rules for products: matmul, dot, inner and outer products, contractions."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import operator

import numpy as np

from srcgrad.analysis import shapes_product, shapes_ufunc
from srcgrad.rules.language import bilinear, general, linear
from srcgrad.runtime.words import (
    conj,
    cross_left,
    cross_right,
    dot_left,
    dot_right,
    einsum_cotangents,
    inner_left,
    inner_right,
    kron_left,
    kron_right,
    literal,
    matmul_left,
    matmul_right,
    outer_left,
    outer_right,
    shaped,
    tensordot_left,
    tensordot_right,
    trace_cotangent,
)
from srcgrad.runtime.words_axes import (
    matmul_left_along,
    matmul_right_along,
    matvec_left,
    matvec_right,
    vecdot_left_along,
    vecdot_right_along,
    vecmat_left,
    vecmat_right,
)
from srcgrad.runtime.words_product import cross_left_along, cross_right_along, vecdot_left, vecdot_right, without_axis
from srcgrad.runtime.words_tangent import einsum_tangent

# The array API's names, in NumPy 2 a function of its own.
MATMUL = (np.linalg.matmul,) if hasattr(np.linalg, "matmul") else ()
VECDOT = (np.linalg.vecdot,) if getattr(np.linalg, "vecdot", None) is not getattr(np, "vecdot", None) else ()


@bilinear(
    np.matmul,
    operator.matmul,
    *MATMUL,
    kind=shapes_product.matmul,
    cases=("f(A(3, 4), A(4, 2))", "f(A(4), A(4))", "f(A(4), A(4, 2))", "f(A(3, 4), A(4))", "f(A(2, 3, 4), A(4, 1))",
           "f(A(3, 4), A(5, 4, 2))", "f(A(2, 1, 3, 4), A(5, 4, 2))", "f(A(4), A(5, 4, 2))", "f(A(5, 3, 4), A(4))",
           "f(A(2, 0), A(0, 3))", "f(C(2, 3), C(3, 2))", "f(A(2, 3), C(3))"),
)  # fmt: skip
def matmul(a, b, *, axes=None, dtype=None, g):
    a: matmul_left(g, a, b) if axes is None else matmul_left_along(g, a, b, axes)
    b: matmul_right(g, a, b) if axes is None else matmul_right_along(g, a, b, axes)


@bilinear(
    np.dot,
    kind=shapes_product.dot,
    method="dot",
    cases=("f(A(3, 4), A(4, 2))", "f(A(4), A(4))", "f(A(4), A(4, 2))", "f(A(3, 4), A(4))", "f(A(2, 3, 4), A(5, 4, 2))",
           "f(A(3), S())", "f(S(), A(2, 2))", "f(A(3, 4), A(5, 4, 2))", "f(A(4), A(5, 4, 2))", "f(C(2, 3), C(3))"),
)  # fmt: skip
def dot(a, b, *, g):
    a: dot_left(g, a, b)
    b: dot_right(g, a, b)


@bilinear(np.vdot, kind=shapes_product.scalar_product, cases=("f(A(3), A(3))", "f(A(2, 3), A(6))", "f(C(3), C(3))"))
def vdot(a, b, *, g):
    a: conj(g) * shaped(b, a)
    b: g * shaped(a, b)


@bilinear(
    np.inner,
    kind=shapes_product.inner,
    cases=("f(A(3), A(3))", "f(A(2, 3), A(4, 3))", "f(A(2, 3), A(3))", "f(A(3), A(2, 4, 3))", "f(A(2), S())",
           "f(C(3), C(2, 3))"),
)  # fmt: skip
def inner(a, b, *, g):
    a: inner_left(g, a, b)
    b: inner_right(g, a, b)


@bilinear(
    np.outer, kind=shapes_product.outer, cases=("f(A(3), A(2))", "f(A(2, 2), A(3))", "f(S(), A(3))", "f(C(2), C(3))")
)
def outer(a, b, *, g):
    a: outer_left(g, a, b)
    b: outer_right(g, a, b)


@bilinear(
    np.tensordot,
    kind=shapes_product.tensordot,
    cases=("f(A(2, 3, 4), A(3, 4, 5))", "f(A(2, 3), A(3, 4), 1)", "f(A(2, 3), A(4, 5), axes=0)",
           "f(A(2, 3, 4), A(4, 5, 3), axes=([1, 2], [2, 0]))", "f(A(2, 3), A(3, 2), axes=(0, -1))",
           "f(A(2, 3), A(2, 3), 2)", "f(C(2, 3), C(3), 1)"),
)  # fmt: skip
def tensordot(a, b, axes=2, *, g):
    a: tensordot_left(g, a, b, axes)
    b: tensordot_right(g, a, b, axes)


@general(
    np.einsum,
    kind=shapes_product.einsum,
    cases=("f('ij,jk->ik', A(2, 3), A(3, 4))", "f('ij,j', A(2, 3), A(3))", "f('ii', A(3, 3))", "f('ii->i', A(3, 3))",
           "f('ij->', A(2, 3))", "f('i,i,i->i', A(3), A(3), A(3))", "f('...ij,...jk->...ik', A(5, 2, 3), A(3, 2))",
           "f('bij,bj->bi', A(2, 3, 4), A(2, 4))", "f('i...->...', A(3, 2))", "f('ij->ji', A(2, 3))",
           "f('ij,kl->ik', A(2, 3), A(4, 2))", "f('ij,ij->i', A(1, 3), A(2, 3))", "f('ij,jk', C(2, 3), C(3, 2))"),
)  # fmt: skip
def einsum(subscripts, *operands, optimize=False, dtype=None, order="K", casting="safe", g):
    operands: einsum_cotangents(g, subscripts, operands)
    y_dot: einsum_tangent(subscripts, operands, operands_dot)


@linear(
    np.trace,
    kind=shapes_product.trace,
    method="trace",
    cases=("f(A(3, 3))", "f(A(3, 4), 1)", "f(A(2, 3, 3), axis1=1, axis2=2)", "f(A(3, 2, 3), 0, 0, -1)", "f(C(2, 2))"),
)
def trace(a, offset=0, axis1=0, axis2=1, dtype=None, *, g):
    a: trace_cotangent(g, a, offset, axis1, axis2)


@bilinear(np.kron, kind=shapes_product.kron, cases=("f(A(2), A(3))", "f(A(2, 3), A(2, 2))", "f(C(2), C(2))"))
def kron(a, b, *, g):
    a: kron_left(g, a, b)
    b: kron_right(g, a, b)


@bilinear(
    np.cross,
    kind=shapes_product.cross,
    cases=("f(A(3), A(3))", "f(A(4, 3), A(3))", "f(A(2, 3), A(2, 3))", "f(A(2, 3), A(4, 1, 3))", "f(C(3), C(2, 3))",
           "f(A(3, 2), A(3, 2), 0, 0, 0)", "f(A(3, 2), A(2, 3), axisa=0)", "f(A(2, 3, 4), A(2, 3, 4), axis=1)",
           "f(A(3, 4), A(4, 3), axisa=0, axisc=0)"),
)  # fmt: skip
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None, *, g):
    a: (
        cross_left(g, a, b)
        if literal(axisa)
        and axisa == -1
        and literal(axisb)
        and axisb == -1
        and literal(axisc)
        and axisc == -1
        and axis is None
        else cross_left_along(g, a, b, axisa, axisb, axisc, axis)
    )
    b: (
        cross_right(g, a, b)
        if literal(axisa)
        and axisa == -1
        and literal(axisb)
        and axisb == -1
        and literal(axisc)
        and axisc == -1
        and axis is None
        else cross_right_along(g, a, b, axisa, axisb, axisc, axis)
    )


if hasattr(np, "vecdot"):

    @general(
        np.vecdot,
        *VECDOT,
        kind=shapes_ufunc.contracted,
        cases=("f(A(3), A(3))", "f(A(2, 3), A(3))", "f(A(2, 1, 3), A(4, 3))", "f(C(2, 3), C(3))",
               "f(A(3, 2), A(3, 2), axis=0)", "f(C(3, 2), C(3, 2), axis=-2)"),
    )  # fmt: skip
    def vecdot(a, b, /, *, axis=-1, keepdims=False, axes=None, dtype=None, g):
        a: (
            vecdot_left(without_axis(g, axis, keepdims), a, b, axis)
            if axes is None
            else vecdot_left_along(g, a, b, axes)
        )
        b: (
            vecdot_right(without_axis(g, axis, keepdims), a, b, axis)
            if axes is None
            else vecdot_right_along(g, a, b, axes)
        )
        y_dot: (
            np.vecdot(a_dot, b, axis=axis, keepdims=keepdims) + np.vecdot(a, b_dot, axis=axis, keepdims=keepdims)
            if axes is None
            else np.vecdot(a_dot, b, axes=axes) + np.vecdot(a, b_dot, axes=axes)
        )


if hasattr(np, "matvec"):

    @bilinear(
        np.matvec,
        kind=shapes_ufunc.contracted,
        cases=("f(A(2, 3), A(3))", "f(A(4, 2, 3), A(3))", "f(A(2, 3), A(4, 3))", "f(C(2, 3), C(3))"),
    )
    def matvec(a, b, /, *, axes=None, dtype=None, g):
        a: matvec_left(g, a, b, axes)
        b: matvec_right(g, a, b, axes)

    @general(
        np.vecmat,
        kind=shapes_ufunc.contracted,
        cases=("f(A(2), A(2, 3))", "f(A(4, 2), A(2, 3))", "f(A(2), A(4, 2, 3))", "f(C(2), C(2, 3))"),
    )
    def vecmat(a, b, /, *, axes=None, dtype=None, g):
        a: vecmat_left(g, a, b, axes)
        b: vecmat_right(g, a, b, axes)
        y_dot: (
            np.vecmat(a_dot, b) + np.vecmat(a, b_dot)
            if axes is None
            else np.vecmat(a_dot, b, axes=axes) + np.vecmat(a, b_dot, axes=axes)
        )
