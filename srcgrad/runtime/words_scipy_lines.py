"""Words for filters that are linear along an axis: their matrix is read off what they make of the identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

# how many columns of the identity are filtered at a time
CHUNK = 256


def along_axis(x: Any, function: Any, axis: int, options: Mapping[str, Any], b: Any = None, a: Any = None) -> Any:
    """`function(b, a, x, axis=axis, **options)`, linear in `x`, without coefficients that are None."""
    return function(*[c for c in (b, a) if c is not None], x, axis=axis, **options)


def along_axis_back(
    g: Any, x: Any, function: Any, axis: int, options: Mapping[str, Any], b: Any = None, a: Any = None
) -> Any:
    """The cotangent of `x` in `along_axis(x, function, axis, options, b, a)`."""
    n = np.shape(x)[axis]
    moved = np.moveaxis(g, axis, -1)
    result = np.empty((*moved.shape[:-1], n), moved.dtype)
    for first in range(0, n, CHUNK):
        columns = np.eye(n, min(CHUNK, n - first), -first)
        result[..., first : first + CHUNK] = moved @ along_axis(columns, function, 0, options, b, a)
    return np.moveaxis(result, -1, axis)
