"""Words for products of series: `series_product(c1, c2, mul)` is `mul(c1, c2)`, where `mul` is that of a family.

A product is linear in each series: what one coefficient gives is the product of its polynomial with the other series.
Where a coefficient is 0, NumPy leaves out sums on the way that its derivative needs; so none of its steps is followed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import conj


def series_product(c1: Any, c2: Any, mul: Any) -> Any:
    """The product of two series."""
    return mul(c1, c2)


def series_cotangent(g: Any, c: Any, other: Any, mul: Any) -> Any:
    """The cotangent of the coefficients `c` in `series_product(c, other, mul)`."""
    rows = [series_product(unit, other, mul) for unit in np.eye(len(c), dtype=np.result_type(c).type)]
    result = np.stack([np.sum(g[: len(row)] * conj(row[: len(g)])) for row in rows])
    # NumPy gives products of short series in double precision
    return (result if np.iscomplexobj(c) else np.real(result)).astype(np.result_type(c), copy=False)


def series_tangent(c_dot: Any, other: Any, y: Any, mul: Any) -> Any:
    """The tangent of `y = series_product(c, other, mul)` by `c`."""
    row = series_product(c_dot, other, mul)[: len(y)].astype(np.result_type(y), copy=False)
    return np.concatenate((row, np.zeros(len(y) - len(row), np.result_type(y))))
