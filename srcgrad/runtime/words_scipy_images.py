"""Words for images between their samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage


def sampled_value(function: Any, image: Any, places: Any, options: Any) -> Any:
    """What SciPy gives: `function(image, *places, **options)`."""
    return function(image, *places, **options)


def corner_of(c: Any, order: int) -> Any:
    """The sample from which the weights of a spline are counted: before each place, or next to it."""
    return np.floor(c if order % 2 else c + 0.5)


def index_of(cell: Any, i: int, n: int, order: int, mode: str) -> Any:
    """Which of `n` coefficients the weight number `i` belongs to, also beyond the ends."""
    at = cell.astype(np.intp) + i - order // 2
    if n == 1 or order < 2 or mode == "nearest":
        return np.clip(at, 0, n - 1)
    if mode == "reflect":
        at = at % (2 * n)
        return np.where(at >= n, 2 * n - 1 - at, at)
    at = at % (2 * (n - 1))
    return np.where(at >= n, 2 * (n - 1) - at, at)


def spline_matrix(n: int, order: int, mode: str) -> Any:
    """The matrix that makes coefficients of a spline of `n` samples."""
    return ndimage.spline_filter1d(np.eye(n), order, axis=0, mode=mode)
