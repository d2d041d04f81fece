"""Functions of CuPy, found by the function of NumPy that each stands for.

    cupy.tanh, cupy.linalg.solve     numpy.tanh, numpy.linalg.solve: the same entry serves both

CuPy is never imported for the question: who calls one of its functions has done so.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from srcgrad.analysis.kinds import Kind, Num, Tup

AREAS = ("", "linalg", "fft", "random")
# the module that the table was made for, and its functions by those of CuPy
_known: dict[ModuleType, dict[Any, Any]] = {}


def numpy_twin(function: Any) -> Any:
    """The function of NumPy that stands at the same place with the same name as a function of CuPy, or None."""
    cupy = sys.modules.get("cupy")
    if cupy is None:
        return None
    twins = _known.get(cupy)
    if twins is None:
        _known.clear()
        twins = _known[cupy] = twins_of(cupy)
    try:
        return twins.get(function)
    except TypeError:  # not hashable
        return None


def stands_for(function: Any, ours: Any, cupy: ModuleType) -> None:
    """Note a function for CuPy arrays that is made here, and the one for NumPy arrays that has its entry."""
    numpy_twin(function)
    _known[cupy][function] = ours


def twins_of(cupy: ModuleType) -> dict[Any, Any]:
    """The functions of CuPy and those of NumPy that they are named after."""
    found: dict[Any, Any] = {}
    for area in AREAS:
        theirs, ours = (getattr(cupy, area, None), getattr(np, area)) if area else (cupy, np)
        for name, function in vars(ours).items():
            twin = vars(theirs).get(name) if theirs is not None else None
            if callable(twin) and callable(function) and twin is not function and not isinstance(twin, type):
                # one of several names is enough: `cupy.abs` is `cupy.absolute`
                found.setdefault(twin, function)
    return found


def on_device(kind: Kind) -> Kind:
    """The kind of a result of NumPy's as CuPy gives it: an array on the device for an array or a scalar."""
    match kind:
        case Num(box="py" | "cupy"):
            return kind
        case Num():
            return replace(kind, box="cupy")
        case Tup(items=items):
            return Tup(tuple(on_device(item) for item in items), kind.type)
    return kind
