"""Words for products whose axes a call may name: `np.matmul(a, b, axes=[(0, 1), (1, 2), (0, 1)])`, `np.vecmat`.

The named axes are brought to the end, where the product has them, and what comes out is brought back.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_product import matmul_left, matmul_right, transposed, vecdot_left, vecdot_right
from srcgrad.runtime.words_reduce import conj, unbroadcast


def matmul_left_along(g: Any, a: Any, b: Any, axes: Any) -> Any:
    """The cotangent of `a` in `np.matmul(a, b, axes=axes)`."""
    return _back(matmul_left(_last(g, axes, 2), _last(a, axes, 0), _last(b, axes, 1)), axes, 0)


def matmul_right_along(g: Any, a: Any, b: Any, axes: Any) -> Any:
    """The cotangent of `b` in `np.matmul(a, b, axes=axes)`."""
    return _back(matmul_right(_last(g, axes, 2), _last(a, axes, 0), _last(b, axes, 1)), axes, 1)


def vecdot_left_along(g: Any, a: Any, b: Any, axes: Any) -> Any:
    """The cotangent of `a` in `np.vecdot(a, b, axes=axes)`."""
    return _back(vecdot_left(g, _last(a, axes, 0), _last(b, axes, 1)), axes, 0)


def vecdot_right_along(g: Any, a: Any, b: Any, axes: Any) -> Any:
    """The cotangent of `b` in `np.vecdot(a, b, axes=axes)`."""
    return _back(vecdot_right(g, _last(a, axes, 0), _last(b, axes, 1)), axes, 1)


def matvec_left(g: Any, a: Any, b: Any, axes: Any = None) -> Any:
    """The cotangent of `a` in `np.matvec(a, b, axes=axes)`."""
    outer = np.expand_dims(_last(g, axes, 2), -1) * np.expand_dims(conj(_last(b, axes, 1)), -2)
    return _back(unbroadcast(outer, _last(a, axes, 0)), axes, 0)


def matvec_right(g: Any, a: Any, b: Any, axes: Any = None) -> Any:
    """The cotangent of `b` in `np.matvec(a, b, axes=axes)`."""
    product = np.squeeze(transposed(_last(a, axes, 0)) @ np.expand_dims(_last(g, axes, 2), -1), -1)
    return _back(unbroadcast(product, _last(b, axes, 1)), axes, 1)


def vecmat_left(g: Any, a: Any, b: Any, axes: Any = None) -> Any:
    """The cotangent of `a` in `np.vecmat(a, b, axes=axes)`, which conjugates `a`."""
    product = np.squeeze(_last(b, axes, 1) @ np.expand_dims(conj(_last(g, axes, 2)), -1), -1)
    return _back(unbroadcast(product, _last(a, axes, 0)), axes, 0)


def vecmat_right(g: Any, a: Any, b: Any, axes: Any = None) -> Any:
    """The cotangent of `b` in `np.vecmat(a, b, axes=axes)`, which conjugates `a`."""
    outer = np.expand_dims(_last(a, axes, 0), -1) * np.expand_dims(_last(g, axes, 2), -2)
    return _back(unbroadcast(outer, _last(b, axes, 1)), axes, 1)


def _last(x: Any, axes: Any, place: int) -> Any:
    """`x` with the axes that `axes` names for it at the end."""
    named = _named(axes, place)
    return np.moveaxis(x, named, tuple(range(-len(named), 0))) if named else x


def _back(x: Any, axes: Any, place: int) -> Any:
    """`x` with its last axes where `axes` names them."""
    named = _named(axes, place)
    return np.moveaxis(x, tuple(range(-len(named), 0)), named) if named else x


def _named(axes: Any, place: int) -> tuple[int, ...]:
    """The axes named for an operand, or for the result, which need not be named where it has none."""
    if axes is None or place >= len(axes):
        return ()
    named = axes[place]
    return tuple(named) if isinstance(named, (tuple, list)) else (named,)
