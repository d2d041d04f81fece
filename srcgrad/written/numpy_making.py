"""Arrays that NumPy makes of arguments given by name, in types of their own, or in the place of others, written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from srcgrad.rules.stand_ins import Choice


def arange_by_name(start: Any = None, stop: Any = None, step: Any = 1, dtype: Any = None, **settings: Any) -> Any:
    """`np.arange` with bounds given by name."""
    if stop is None:
        start, stop = 0, start
    return np.arange(0 if start is None else start, stop, step, dtype=dtype, **settings)


def _arange_form(given: Mapping[str, Any]) -> Any:
    """Written out where a bound has a name; `start` alone is refused by NumPy itself."""
    by_name = given.keys() & {"start", "stop", "step"}
    return arange_by_name if by_name and ("first" in given or "stop" in given) else None


arange = Choice(("first",), _arange_form)


def nan_to_num_in_place(x: Any, copy: Any = False, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """`np.nan_to_num(x, copy=False)`: the array itself is written."""
    x = np.array(x, copy=False)
    x[...] = np.nan_to_num(x, True, nan, posinf, neginf)
    return x if x.ndim else x[()]


def _nan_to_num_form(given: Mapping[str, Any]) -> Any:
    """Written out where the array is."""
    return nan_to_num_in_place if given.get("copy") is False else None


nan_to_num = Choice(("x", "copy", "nan", "posinf", "neginf"), _nan_to_num_form)


def sort_complex(a: Any) -> Any:
    """`np.sort_complex`: floating numbers become complex ones of double precision."""
    ordered = np.sort(a)
    return ordered if np.iscomplexobj(ordered) else ordered.astype(complex)
