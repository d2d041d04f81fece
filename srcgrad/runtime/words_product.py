"""Words for products: the cotangents of the operands of matmul, dot, inner, tensordot, einsum.

The cotangent of a factor multiplies by the conjugate of the other factor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_reduce import conj, unbroadcast


def transposed(x: Any) -> Any:
    """`x` with its last two axes swapped, conjugated where complex."""
    return conj(np.swapaxes(x, -1, -2))


def matmul_left(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `a @ b`."""
    if np.ndim(b) == 1:
        return unbroadcast(np.expand_dims(g, -1) * conj(b) if np.ndim(a) > 1 else g * conj(b), a)
    if np.ndim(a) == 1:
        return unbroadcast((conj(b) @ np.expand_dims(g, -1))[..., 0], a)
    return unbroadcast(g @ transposed(b), a)


def matmul_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `a @ b`."""
    if np.ndim(a) == 1:
        if np.ndim(b) == 1:
            return unbroadcast(g * conj(a), b)
        return unbroadcast(np.expand_dims(conj(a), -1) * np.expand_dims(g, -2), b)
    if np.ndim(b) == 1:
        return unbroadcast((transposed(a) @ np.expand_dims(g, -1))[..., 0], b)
    return unbroadcast(transposed(a) @ g, b)


def dot_left(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.dot(a, b)`."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * conj(b), a)
    if np.ndim(b) == 1:
        return matmul_left(g, a, b)
    if np.ndim(b) == 2:
        return unbroadcast(np.dot(g, transposed(b)), a)
    rest = [i for i in range(np.ndim(b)) if i != np.ndim(b) - 2]
    return unbroadcast(np.tensordot(g, conj(b), axes=(list(range(np.ndim(a) - 1, np.ndim(g))), rest)), a)


def dot_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.dot(a, b)`."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * conj(a), b)
    rows = list(range(np.ndim(a) - 1))
    result = np.tensordot(conj(a), g, axes=(rows, rows))
    return unbroadcast(result if np.ndim(b) == 1 else np.moveaxis(result, 0, np.ndim(b) - 2), b)


def inner_left(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.inner(a, b)`."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * conj(b), a)
    return unbroadcast(np.tensordot(g, conj(b), axes=np.ndim(b) - 1), a)


def inner_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.inner(a, b)`."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * conj(a), b)
    rows = list(range(np.ndim(a) - 1))
    return unbroadcast(np.tensordot(g, conj(a), axes=(rows, rows)), b)


def outer_left(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.outer(a, b)`."""
    return unbroadcast(np.reshape(g @ conj(np.ravel(b)), np.shape(a)), a)


def outer_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.outer(a, b)`."""
    return unbroadcast(np.reshape(conj(np.ravel(a)) @ g, np.shape(b)), b)


def _summed_axes(a: Any, b: Any, axes: Any) -> tuple[list[int], list[int]]:
    """The axes of `a` and of `b`, counted from 0, over which `np.tensordot(a, b, axes)` sums."""
    if isinstance(axes, (int, np.integer)):
        return list(range(np.ndim(a) - int(axes), np.ndim(a))), list(range(int(axes)))
    left, right = axes
    left = [left] if isinstance(left, (int, np.integer)) else left
    right = [right] if isinstance(right, (int, np.integer)) else right
    return [i % np.ndim(a) for i in left], [i % np.ndim(b) for i in right]


def tensordot_left(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """The cotangent of `a` in `np.tensordot(a, b, axes)`."""
    left, right = _summed_axes(a, b, axes)
    rest_a = [i for i in range(np.ndim(a)) if i not in left]
    rest_b = [i for i in range(np.ndim(b)) if i not in right]
    result = np.tensordot(g, conj(b), axes=(list(range(len(rest_a), np.ndim(g))), rest_b))
    # the axes that are left of b come in b's order
    order = rest_a + [left[right.index(i)] for i in sorted(right)]
    return unbroadcast(np.transpose(result, [order.index(i) for i in range(np.ndim(a))]), a)


def tensordot_right(g: Any, a: Any, b: Any, axes: Any = 2) -> Any:
    """The cotangent of `b` in `np.tensordot(a, b, axes)`."""
    left, right = _summed_axes(a, b, axes)
    rest_a = [i for i in range(np.ndim(a)) if i not in left]
    rest_b = [i for i in range(np.ndim(b)) if i not in right]
    result = np.tensordot(conj(a), g, axes=(rest_a, list(range(len(rest_a)))))
    order = [right[left.index(i)] for i in sorted(left)] + rest_b
    return unbroadcast(np.transpose(result, [order.index(i) for i in range(np.ndim(b))]), b)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def einsum_terms(subscripts: str, operands: Any) -> tuple[list[str], str]:
    """The subscripts of each operand and of the result, with letters in place of every ellipsis."""
    if not isinstance(subscripts, str):
        raise UnsupportedError("np.einsum with lists of axes", "write the subscripts as a text such as 'ij,jk->ik'")
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    free = [c for c in _LETTERS if c not in subscripts]
    extra = [np.ndim(x) - len(t.replace("...", "")) if "..." in t else 0 for t, x in zip(terms, operands)]
    ellipsis = "".join(free[: max(extra, default=0)])
    if not arrow:
        letters = [c for c in inputs if c not in ",."]
        output = ellipsis + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    terms = [t.replace("...", ellipsis[len(ellipsis) - n :]) for t, n in zip(terms, extra)]
    return terms, output.replace("...", ellipsis)


def einsum_cotangents(g: Any, subscripts: str, operands: Any) -> list[Any]:
    """The cotangents of all operands of `np.einsum(subscripts, *operands)`.

    Each is an einsum itself: of `g` and the other operands; a letter that only this operand has multiplies by ones, a
    letter that it repeats by an identity matrix.
    """
    terms, output = einsum_terms(subscripts, operands)
    return [_einsum_cotangent(g, terms, output, operands, i) for i in range(len(terms))]


def _einsum_cotangent(g: Any, terms: list[str], output: str, operands: Any, position: int) -> Any:
    x = operands[position]
    inputs = [output] + [t for i, t in enumerate(terms) if i != position]
    factors = [g] + [conj(o) for i, o in enumerate(operands) if i != position]
    real = np.zeros(1, np.result_type(g)).real.dtype
    free = [c for c in _LETTERS if c not in "".join(terms) + output]
    result = ""
    for letter, extent in zip(terms[position], np.shape(x)):
        if letter in result:
            again = free.pop()
            inputs.append(letter + again)
            factors.append(np.eye(extent, dtype=real))
            result += again
        else:
            if not any(letter in term for term in inputs):
                inputs.append(letter)
                factors.append(np.ones(extent, dtype=real))
            result += letter
    return unbroadcast(np.einsum(",".join(inputs) + "->" + result, *factors), x)


def trace_cotangent(g: Any, x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The cotangent of `x` in `np.trace(x, offset, axis1, axis2)`."""
    eye = np.eye(np.shape(x)[axis1], np.shape(x)[axis2], offset, dtype=np.result_type(x))
    result = np.expand_dims(np.asarray(g), (-2, -1)) * eye
    return np.moveaxis(result, (-2, -1), (axis1, axis2))


def shaped(x: Any, like: Any) -> Any:
    """`x` in the shape of `like`, which has as many elements; `x` itself where the shapes agree."""
    return x if np.shape(x) == np.shape(like) else np.reshape(x, np.shape(like))


def _kron_parts(g: Any, a: Any, b: Any) -> tuple[Any, list[int], list[int]]:
    """`g` with an axis for each axis of `a` and of `b`, and the positions of a's and of b's axes in it."""
    n = max(np.ndim(a), np.ndim(b))
    rows = (1,) * (n - np.ndim(a)) + np.shape(a)
    columns = (1,) * (n - np.ndim(b)) + np.shape(b)
    parts = [extent for pair in zip(rows, columns) for extent in pair]
    of_a = list(range(2 * (n - np.ndim(a)), 2 * n, 2))
    of_b = list(range(2 * (n - np.ndim(b)) + 1, 2 * n, 2))
    return np.reshape(g, parts), of_a, of_b


def kron_left(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.kron(a, b)`."""
    parts, _, of_b = _kron_parts(g, a, b)
    return unbroadcast(np.reshape(np.tensordot(parts, conj(b), axes=(of_b, list(range(np.ndim(b))))), np.shape(a)), a)


def kron_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.kron(a, b)`."""
    parts, of_a, _ = _kron_parts(g, a, b)
    return unbroadcast(np.reshape(np.tensordot(parts, conj(a), axes=(of_a, list(range(np.ndim(a))))), np.shape(b)), b)


def _in_space(x: Any) -> Any:
    """Vectors of length 2 as such of length 3."""
    return x if np.shape(x)[-1] == 3 else np.concatenate((x, np.zeros_like(x[..., :1])), axis=-1)


def _cross_bar(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `np.cross(a, b)` as vectors: that of two vectors of length 2 is the last component."""
    if 3 in (np.shape(a)[-1], np.shape(b)[-1]):
        return g
    return np.expand_dims(g, -1) * np.array([0.0, 0.0, 1.0], np.result_type(g))


def cross_left(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `a` in `np.cross(a, b)`."""
    return unbroadcast(np.cross(conj(_in_space(b)), _cross_bar(g, a, b))[..., : np.shape(a)[-1]], a)


def cross_right(g: Any, a: Any, b: Any) -> Any:
    """The cotangent of `b` in `np.cross(a, b)`."""
    return unbroadcast(np.cross(_cross_bar(g, a, b), conj(_in_space(a)))[..., : np.shape(b)[-1]], b)


def _vectors_last(
    g: Any, a: Any, b: Any, axisa: int, axisb: int, axisc: int, axis: int | None
) -> tuple[Any, Any, Any, int, int]:
    """Cotangent and operands of `np.cross` with their vectors along the last axis, and where they were."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    return (np.moveaxis(g, axisc, -1) if 3 in (np.shape(a)[-1], np.shape(b)[-1]) else g), a, b, axisa, axisb


def cross_left_along(g: Any, a: Any, b: Any, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    """The cotangent of `a` in `np.cross(a, b, axisa, axisb, axisc, axis)`."""
    g, a, b, place, _ = _vectors_last(g, a, b, axisa, axisb, axisc, axis)
    return np.moveaxis(cross_left(g, a, b), -1, place)


def cross_right_along(g: Any, a: Any, b: Any, axisa: int, axisb: int, axisc: int, axis: int | None) -> Any:
    """The cotangent of `b` in `np.cross(a, b, axisa, axisb, axisc, axis)`."""
    g, a, b, _, place = _vectors_last(g, a, b, axisa, axisb, axisc, axis)
    return np.moveaxis(cross_right(g, a, b), -1, place)


def without_axis(g: Any, axis: int, keepdims: bool) -> Any:
    """The cotangent of a contraction without the axis of length 1 that `keepdims` left."""
    return np.squeeze(g, axis) if keepdims else g


def vecdot_left(g: Any, a: Any, b: Any, axis: int = -1) -> Any:
    """The cotangent of `a` in `np.vecdot(a, b, axis=axis)`, which conjugates `a`."""
    moved = np.moveaxis(a, axis, -1)
    return np.moveaxis(unbroadcast(np.expand_dims(conj(g), -1) * np.moveaxis(b, axis, -1), moved), -1, axis)


def vecdot_right(g: Any, a: Any, b: Any, axis: int = -1) -> Any:
    """The cotangent of `b` in `np.vecdot(a, b, axis=axis)`, which conjugates `a`."""
    moved = np.moveaxis(b, axis, -1)
    return np.moveaxis(unbroadcast(np.expand_dims(g, -1) * np.moveaxis(a, axis, -1), moved), -1, axis)
