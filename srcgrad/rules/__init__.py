"""The derivative table: one entry a function, a file an area of NumPy.

Importing this package reads the whole table; `srcgrad.rules.language` is what other passes use.
"""

from __future__ import annotations

from srcgrad.rules import (
    arithmetic,
    array_api,
    complex_numbers,
    elementwise,
    fourier,
    helpers,
    histograms,
    indexing,
    linalg,
    making,
    nan,
    picking,
    products,
    random,
    reductions,
    scalar,
    sequences,
    shape,
    signal,
    sizes,
    spectral,
    statistic,
    ufunc_methods,
    words,
    writes,
    written_out,
)

AREAS = (
    arithmetic, array_api, complex_numbers, elementwise, fourier, helpers, histograms, indexing, linalg, making, nan,
    picking, products, random, reductions, scalar, sequences, shape, signal, sizes, spectral, statistic, ufunc_methods,
    words, writes, written_out,
)  # fmt: skip
