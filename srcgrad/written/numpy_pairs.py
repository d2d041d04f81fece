"""Ufuncs with two results that are written into arrays: the results are made, and copied into these.

np.modf(x, out=(a, b))    fraction, whole = np.modf(x); a[...] = fraction; b[...] = whole
np.modf(x, where=mask)    the same, into new arrays: the rest of them is what it happens to be
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from srcgrad.rules.stand_ins import Choice


def placed(out: Any, result: Any, where: Any, casting: Any) -> Any:
    """A result, where it belongs."""
    if out is None:
        if where is True:
            return result
        out = np.empty_like(result)
    np.copyto(out, result, casting, where)
    return out


def of_one(ufunc: Any) -> Choice:
    """`ufunc(x, out1, out2)`."""

    def into_two(
        x: Any,
        out1: Any = None,
        out2: Any = None,
        /,
        *,
        out: Any = None,
        where: Any = True,
        casting: str = "same_kind",
        **settings: Any,
    ) -> Any:
        first, second = ufunc(x, casting=casting, **settings)
        if out is not None:
            out1, out2 = out
        return placed(out1, first, where, casting), placed(out2, second, where, casting)

    return Choice(("x", "out1", "out2"), chosen(into_two))


def of_two(ufunc: Any) -> Choice:
    """`ufunc(x1, x2, out1, out2)`."""

    def into_two(
        x1: Any,
        x2: Any,
        out1: Any = None,
        out2: Any = None,
        /,
        *,
        out: Any = None,
        where: Any = True,
        casting: str = "same_kind",
        **settings: Any,
    ) -> Any:
        first, second = ufunc(x1, x2, casting=casting, **settings)
        if out is not None:
            out1, out2 = out
        return placed(out1, first, where, casting), placed(out2, second, where, casting)

    return Choice(("x1", "x2", "out1", "out2"), chosen(into_two))


def chosen(form: Any) -> Callable[[Mapping[str, Any]], Any]:
    """The form where arrays are given for the results, or a mask for what is computed."""
    return lambda given: form if given.keys() & {"out", "out1", "out2", "where"} else None
