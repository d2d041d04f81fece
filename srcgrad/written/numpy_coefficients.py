"""What the families of `np.polynomial` do to coefficients before they compute, written out shorter than in NumPy.

Their products and quotients are sums of many such steps, each of which is compiled for the kinds that it meets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.polynomial import polyutils

from srcgrad.runtime.words_polynomials import series_product


def as_series(alist: Any, trim: bool = True) -> Any:
    """`polyutils.as_series`: arrays of one type, without the zeros at their ends."""
    arrays = [np.atleast_1d(a) for a in alist]
    for a in arrays:
        if a.size == 0:
            raise ValueError("Coefficient array is empty")
        if a.ndim != 1:
            raise ValueError("Coefficient array is not 1-d")
    dtype = np.common_type(*arrays)
    return [np.array(trimseq(a) if trim else a, dtype=dtype) for a in arrays]


def trimseq(seq: Any) -> Any:
    """`polyutils.trimseq`: without the zeros at the end, but for the first."""
    places = np.flatnonzero(seq)
    return seq[: places[-1] + 1 if len(places) else 1]


def add(c1: Any, c2: Any) -> Any:
    """`polyutils._add`: what one has beyond the other stays."""
    c1, c2 = polyutils.as_series([c1, c2])
    n = min(len(c1), len(c2))
    return trimseq(np.concatenate((c1[:n] + c2[:n], c1[n:], c2[n:])))


def sub(c1: Any, c2: Any) -> Any:
    """`polyutils._sub`."""
    c1, c2 = polyutils.as_series([c1, c2])
    n = min(len(c1), len(c2))
    return trimseq(np.concatenate((c1[:n] - c2[:n], c1[n:], -c2[n:])))


def product_of(mul: Any) -> Any:
    """What stands in for the product of a family."""

    def multiplied(c1: Any, c2: Any) -> Any:
        c1, c2 = np.atleast_1d(c1) + 0.0, np.atleast_1d(c2) + 0.0
        return series_product(c1, c2, mul)

    return multiplied
