"""Ufuncs with two results that are written into arrays: the results are made, and copied into these.

np.modf(x, out=(a, b))    fraction, whole = np.modf(x); a[...] = fraction; b[...] = whole
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from srcgrad.rules.stand_ins import Choice


def placed(out: Any, result: Any, where: Any) -> Any:
    """A result, where it belongs."""
    if out is None:
        return result
    np.copyto(out, result, where=where)
    return out


def of_one(ufunc: Any) -> Choice:
    """`ufunc(x, out1, out2)`."""

    def into_two(
        x: Any, out1: Any = None, out2: Any = None, /, *, out: Any = None, where: Any = True, **settings: Any
    ) -> Any:
        first, second = ufunc(x, **settings)
        if out is not None:
            out1, out2 = out
        return placed(out1, first, where), placed(out2, second, where)

    return Choice(("x", "out1", "out2"), chosen(into_two))


def of_two(ufunc: Any) -> Choice:
    """`ufunc(x1, x2, out1, out2)`."""

    def into_two(
        x1: Any, x2: Any, out1: Any = None, out2: Any = None, /, *, out: Any = None, where: Any = True, **settings: Any
    ) -> Any:
        first, second = ufunc(x1, x2, **settings)
        if out is not None:
            out1, out2 = out
        return placed(out1, first, where), placed(out2, second, where)

    return Choice(("x1", "x2", "out1", "out2"), chosen(into_two))


def chosen(form: Any) -> Callable[[Mapping[str, Any]], Any]:
    """The form where arrays are given for the results."""
    return lambda given: form if given.keys() & {"out", "out1", "out2"} else None
