"""Kinds of what functions without derivative make where shapes are not known: windows, grids, draws, quadratures.

Knowing that it is an array, whatever its extents, is what keeps the operations on it written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev, hermite, hermite_e, laguerre, legendre

from srcgrad.analysis import dtypes, shapes
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Tup

_INDEX = np.dtype(np.intp)
# functions that give arrays: their number of axes and dtype, None where these depend on the arguments
_ARRAYS: dict[Any, tuple[int | None, np.dtype[Any] | None]] = {
    **dict.fromkeys((np.hanning, np.hamming, np.blackman, np.bartlett, np.kaiser), (1, dtypes.FLOAT)),
    **dict.fromkeys((np.union1d, np.setdiff1d, np.setxor1d, np.poly, np.fromiter, np.frombuffer), (1, None)),
    **dict.fromkeys((np.indices, np.loadtxt, np.genfromtxt), (None, None)),
    **dict.fromkeys(
        (
            np.random.multivariate_normal,
            np.random.Generator.multivariate_normal,
            np.random.RandomState.multivariate_normal,
        ),
        (None, dtypes.FLOAT),
    ),
    np.isin: (None, dtypes.BOOL),
    np.argwhere: (2, _INDEX),
    np.flatnonzero: (1, _INDEX),
    np.lexsort: (None, _INDEX),
}
_QUADRATURES = frozenset({
    legendre.leggauss, hermite.hermgauss, hermite_e.hermegauss, laguerre.laggauss, chebyshev.chebgauss,
})  # fmt: skip
# numbers or arrays, as they are asked for
_DRAWS = frozenset({
    np.random.randint, np.random.poisson, np.random.binomial, np.random.gamma, np.random.beta, np.random.chisquare,
    np.random.standard_exponential, np.random.standard_gamma, np.random.standard_t, np.random.geometric,
    np.random.dirichlet, np.random.multinomial, np.random.sample, np.random.ranf,
})  # fmt: skip
_DRAWS_FROM = frozenset({np.random.choice, np.random.permutation})
_PLACES = frozenset({np.searchsorted, np.digitize})
_SOURCES = ("Generator", "RandomState", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_GENERATORS: dict[Any, type] = {
    np.random.default_rng: np.random.Generator,
    **{cls: cls for cls in (getattr(np.random, name) for name in _SOURCES)},
}
GRIDS = (type(np.mgrid), type(np.ogrid))
_LIMITS = frozenset({"eps", "epsneg", "tiny", "max", "min", "resolution", "smallest_normal", "smallest_subnormal"})


def made_kind(function: Any, kinds: Sequence[Kind]) -> Kind | None:
    """The kind of the result of such a function; None for other functions."""
    try:
        found = _ARRAYS.get(function)
    except TypeError:  # not hashable
        return None
    if found is not None:
        rank, dtype = found
        return Num(None if rank is None else unknown(rank), dtype, "array")
    if function in _QUADRATURES:
        return Tup((Num(unknown(1), dtypes.FLOAT, "array"),) * 2)
    if function in _DRAWS or (function in _DRAWS_FROM and kinds and is_numeric(kinds[0])):
        return Num(None, None, None)
    if function in _PLACES:
        return Num(None, _INDEX, None)
    if function in _GENERATORS:
        return Inert(_GENERATORS[function])
    return Inert(function) if function in (np.finfo, np.iinfo) else None


def unknown(rank: int) -> tuple[Dim, ...]:
    """So many axes of which nothing is known."""
    return tuple(Dim.new() for _ in range(rank))


def is_numeric(kind: Kind) -> bool:
    """Whether a value is surely an array or a number."""
    return isinstance(kind, Num) or (isinstance(kind, Known) and isinstance(kind.value, (int, float, np.ndarray)))


def grid_kind(grid: Any, index: Kind) -> Kind | None:
    """The kind of `np.mgrid[...]` and `np.ogrid[...]`; None for another object, and where the index is not seen."""
    if not isinstance(grid, GRIDS):
        return None
    values = index.value if isinstance(index, Known) else index.items if isinstance(index, Tup) else None
    if not isinstance(values, tuple):
        return Num(unknown(1), None, "array") if isinstance(index, (Known, Inert)) else None
    rank = len(values)
    if isinstance(grid, type(np.mgrid)):
        return Num(unknown(rank + 1), None, "array")
    return Tup(tuple(Num(unknown(rank), None, "array") for _ in range(rank)))


def limit_kind(cls: type | None, name: str) -> Kind | None:
    """The kind of what `np.finfo(dtype)` and `np.iinfo(dtype)` say; None for anything else."""
    if cls not in (np.finfo, np.iinfo) or name not in _LIMITS:
        return None
    return shapes.num(Known(1)) if cls is np.iinfo else Num((), None, "np")
