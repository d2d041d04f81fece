"""Words for forward mode: tangents of results, from the tangents of what went in."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_nan import chosen
from srcgrad.runtime.words_reduce import conj, is_extremum, others_product, restore_axes
from srcgrad.runtime.words_ufunc import latest


def einsum_tangent(subscripts: str, operands: Any, tangents: Any) -> Any:
    """The tangent of `np.einsum(subscripts, *operands)`: one einsum an operand that has a tangent, summed.

    `tangents` has one item an operand, None where it is zero; not all are.
    """
    total = None
    for position, tangent in enumerate(tangents):
        if tangent is None:
            continue
        factors = [tangent if i == position else operand for i, operand in enumerate(operands)]
        term = np.einsum(subscripts, *factors)
        total = term if total is None else total + term
    return total


def initial_tangent(initial_dot: Any, x: Any, y: Any, axis: Any, keepdims: bool, where: Any, initial: Any) -> Any:
    """What the tangent of `initial` gives to that of an extremum `y` of `x`: its share where it is attained."""
    whole = restore_axes(y, x, axis, keepdims)
    ties = np.sum(is_extremum(x, whole) & chosen(x, where), axis=axis, keepdims=keepdims) + 1.0
    return np.where(is_extremum(initial, y), initial_dot / ties, 0.0)


def dense(dots: Any, like: Any) -> Any:
    """A tangent as an array: that of a list of numbers is a list, with None for an item whose tangent is zero."""
    if isinstance(dots, (list, tuple)):
        return np.array([np.zeros_like(x) if dot is None else dense(dot, x) for dot, x in zip(dots, like)])
    return np.zeros_like(like) if dots is None else dots


def paired(cotangent: Any, x_dot: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The tangent of a real reduction over `axis`, from the cotangent of `x` for ones and the tangent of `x`."""
    return np.real(np.sum(conj(cotangent) * x_dot, axis=axis, keepdims=keepdims))


def prod_tangent(x_dot: Any, x: Any, axis: Any, keepdims: bool, where: Any, initial: Any = 1) -> Any:
    """The tangent of the product of the chosen elements times `initial`, from that of the elements."""
    at = chosen(x, where)
    others = others_product(np.where(at, x, 1.0), axis) * initial
    return np.sum(np.where(at, others * x_dot, 0.0), axis=axis, keepdims=keepdims)


def cumprod_tangent(x_dot: Any, x: Any, axis: int | None = None) -> Any:
    """The tangent of `np.cumprod(x, axis)`, exact where elements are zero: the product rule, element by element."""
    if axis is None:
        x_dot, x, axis = np.ravel(x_dot), np.ravel(x), 0
    rows, tangents = np.moveaxis(x, axis, 0), np.moveaxis(x_dot, axis, 0)
    if not len(rows):
        return np.zeros_like(x)
    product, moved = rows[0], tangents[0]
    found = [moved]
    for i in range(1, len(rows)):
        moved = moved * rows[i] + product * tangents[i]
        product = product * rows[i]
        found.append(moved)
    return np.moveaxis(np.stack(found), 0, axis)


def after_zero(y_dot: Any, axis: int | None = None) -> Any:
    """A cumulative function's tangent with that of its initial value, a zero, before it."""
    axis = 0 if axis is None else axis
    return np.concatenate([np.zeros_like(np.sum(y_dot, axis=axis, keepdims=True)), y_dot], axis=axis)


def accumulated_tangent(x_dot: Any, x: Any, y: Any, axis: int = 0) -> Any:
    """The tangent of `y = np.maximum.accumulate(x, axis)`: that of the latest element that attained it."""
    places = latest(np.moveaxis(x, axis, 0), np.moveaxis(y, axis, 0))
    return np.moveaxis(np.take_along_axis(np.moveaxis(x_dot, axis, 0), places, 0), 0, axis)


def times_solution(a_dot: Any, y: Any, b: Any) -> Any:
    """`a_dot` times the solution `y` of `np.linalg.solve(a, b)`, whose vectors are single where `b` is one vector."""
    return (a_dot @ np.expand_dims(y, -1))[..., 0] if np.ndim(b) == 1 else a_dot @ y


def solve_again(a: Any, right: Any, b: Any) -> Any:
    """`np.linalg.solve(a, b)` for another right side, which may have the leading axes of `a` where `b` has not."""
    if np.ndim(b) == 1:
        return np.linalg.solve(a, np.expand_dims(right, -1))[..., 0]
    return np.linalg.solve(a, right)
