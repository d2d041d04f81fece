"""NumPy's functions and classes that are written out in Python, in `srcgrad.written`: which stands in for which."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy import polynomial

from srcgrad.rules import arithmetic, elementwise, ufunc_methods
from srcgrad.rules.stand_ins import CALLED, FUNCTION, MAKERS, METHODS, WRITTEN, Array, Choice, Held, OfObject
from srcgrad.rules.table import BY_FUNCTION
from srcgrad.written import numpy_callbacks as callbacks
from srcgrad.written import numpy_coefficients as coefficients
from srcgrad.written import numpy_draws as draws
from srcgrad.written import numpy_making as making
from srcgrad.written import numpy_pairs as pairs
from srcgrad.written import numpy_poly1d as objects
from srcgrad.written import numpy_polynomials as polynomials
from srcgrad.written import numpy_series as series
from srcgrad.written import numpy_ufuncs as ufuncs
from srcgrad.written import numpy_vectorize as vectorized

WRITTEN[np.arange] = making.arange
WRITTEN[np.nan_to_num] = making.nan_to_num
WRITTEN[np.sort_complex] = making.sort_complex

# functions that call back
WRITTEN[np.apply_along_axis] = callbacks.apply_along_axis
WRITTEN[np.apply_over_axes] = callbacks.apply_over_axes
WRITTEN[np.piecewise] = callbacks.piecewise
WRITTEN[np.fromfunction] = callbacks.fromfunction
WRITTEN[np.fromiter] = callbacks.fromiter
WRITTEN[np.vectorize] = vectorized.Vectorized
WRITTEN[np.vectorize.__call__] = vectorized.vectorize_call
METHODS[np.vectorize, "__call__"] = OfObject(vectorized.vectorize_call)
CALLED.append(np.vectorize)


def _einsum_form(given: Mapping[str, Any]) -> Any:
    """`np.einsum(x, [0, 1], ...)`: the form that begins with an array."""
    first = given.get("subscripts")
    array = isinstance(first, (Array, Held, list, tuple)) or hasattr(first, "__array_function__")
    return callbacks.einsum_of_lists if array else None


WRITTEN[np.einsum] = Choice(("subscripts",), _einsum_form)


def _pad_form(given: Mapping[str, Any]) -> Any:
    """`np.pad(x, width, function)`."""
    mode = given.get("mode")
    return callbacks.pad_by if mode is FUNCTION or callable(mode) else None


WRITTEN[np.pad] = Choice(("array", "pad_width", "mode"), _pad_form)

# draws that give elements other places
for _draw in (draws.shuffle, draws.permuted, draws.permutation, draws.choice):
    METHODS[np.random.Generator, _draw.__name__] = OfObject(_draw)
METHODS[np.random.RandomState, "shuffle"] = OfObject(draws.shuffle)
METHODS[np.random.RandomState, "permutation"] = OfObject(draws.permutation)
METHODS[np.random.RandomState, "choice"] = OfObject(draws.choice_of_state)
METHODS[np.random.Generator, "multivariate_normal"] = OfObject(draws.multivariate_normal)
METHODS[np.random.RandomState, "multivariate_normal"] = OfObject(draws.multivariate_normal_of_state)
for _name in ("shuffle", "permutation", "choice", "multivariate_normal"):
    WRITTEN[getattr(np.random, _name)] = getattr(draws, f"{_name}_of_module")

# polynomials and sets
for _name in (
    "polyfit", "polyadd", "polysub", "polymul", "polyder", "polyint", "polydiv", "poly", "roots", "union1d",
    "setdiff1d", "intersect1d", "setxor1d", "trim_zeros", "real_if_close", "kaiser",
):  # fmt: skip
    WRITTEN[getattr(np, _name)] = getattr(polynomials, _name)
WRITTEN[polynomial.polynomial.polyval2d] = polynomials.polyval2d
WRITTEN[polynomial.polynomial.polygrid2d] = polynomials.polygrid2d
WRITTEN[polynomial.polyutils.as_series] = coefficients.as_series
WRITTEN[polynomial.polyutils.trimseq] = coefficients.trimseq
WRITTEN[polynomial.polyutils._add] = coefficients.add
WRITTEN[polynomial.polyutils._sub] = coefficients.sub
for _mul in (
    polynomial.legendre.legmul, polynomial.laguerre.lagmul, polynomial.hermite.hermmul, polynomial.hermite_e.hermemul,
):  # fmt: skip
    WRITTEN[_mul] = coefficients.product_of(_mul)
WRITTEN[np.poly1d] = objects.Poly1d
MAKERS[np.poly1d] = np.poly1d
METHODS[np.poly1d, "__call__"] = lambda p: functools.partial(np.polyval, p.coeffs)


def _polyval_form(given: Mapping[str, Any]) -> Any:
    """`np.polyval` of objects, or at one."""
    kinds = [value.type if isinstance(value, Held) else type(value) for value in given.values()]
    return objects.polyval if any(kind in (np.poly1d, objects.Poly1d) for kind in kinds) else None


WRITTEN[np.polyval] = Choice(("p", "x"), _polyval_form)
for _family in (
    polynomial.Polynomial, polynomial.Chebyshev, polynomial.Legendre, polynomial.Laguerre, polynomial.Hermite,
    polynomial.HermiteE,
):  # fmt: skip
    WRITTEN[_family] = series.series_of(_family)
    METHODS[_family, "__call__"] = lambda p: functools.partial(series.series_value, p._val, p.coef, p.domain, p.window)

# ufuncs with two results, written into arrays
WRITTEN[np.modf] = pairs.of_one(np.modf)
WRITTEN[np.frexp] = pairs.of_one(np.frexp)
WRITTEN[np.divmod] = pairs.of_two(np.divmod)

# methods of ufuncs, once the entries of ufuncs are there
AREAS = (arithmetic, elementwise, ufunc_methods)
for _ufunc in {f for f in BY_FUNCTION if isinstance(f, np.ufunc) and f.signature is None and (f.nin, f.nout) == (2, 1)}:
    for _name, _make in ufuncs.MAKERS.items():
        _method = getattr(_ufunc, _name)
        if _method not in BY_FUNCTION:
            WRITTEN[_method] = _make(_ufunc)
