"""The derivative table: one entry a function, a file an area of NumPy.

Importing this package reads the whole table; `srcgrad.rules.language` is what other passes use.
"""

from __future__ import annotations

from srcgrad.rules import (
    arithmetic,
    elementwise,
    fourier,
    indexing,
    linalg,
    nan,
    picking,
    products,
    reductions,
    scalar,
    shape,
    signal,
    spectral,
    ufunc_methods,
    words,
)

AREAS = (
    arithmetic, elementwise, fourier, indexing, linalg, nan, picking, products, reductions, scalar, shape, signal,
    spectral, ufunc_methods, words,
)  # fmt: skip
