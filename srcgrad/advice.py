"""What to write instead of calls that have no derivative rule.

operator.iadd(x, y)      x += y
x.__iadd__(y)            x += y
x.item(i, j)             x[i, j]
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from srcgrad import ir

GENERAL = "it has no derivative rule and no Python source; write it with NumPy functions that have one"
INSTEAD = {
    "item": "read x[i, j]",
    "ReferenceType": "refer to the object itself",
    "MaskedArray": "keep the mask in an array of its own, and write np.where(mask, 0.0, x) or np.sum(x, where=~mask)",
    "matrix": "use an array: x @ y is a product of matrices",
    "Decimal": "use a float",
    "view": "write x.reshape(shape); x.view(dtype) reads the memory as another type",
    "nditer": "loop over np.ndindex(x.shape), read and write x[index]",
}


def augmented(name: str) -> str | None:
    """The sign of the augmented assignment that a function or method of this name does (`iadd`, `__iadd__`)."""
    bare = name.strip("_")
    plain = bare[1:] if bare.startswith("i") else ""
    plain = plain if plain in ir.OPERATORS else f"{plain}_"
    return f"{ir.OPERATORS[plain][0]}=" if plain in ir.OPERATORS else None


def for_call(function: Any) -> str:
    """What to write instead of a call of this function."""
    name = str(getattr(function, "__name__", ""))
    sign = augmented(name) if getattr(operator, name, None) is function else None
    if sign is not None:
        return f"write it as a statement: x {sign} y"
    return INSTEAD.get(type(function).__name__, INSTEAD.get(name, GENERAL))


def for_method(name: str) -> str:
    """What to write instead of this method of an array."""
    sign = augmented(name)
    if sign is not None:
        return f"write it as a statement: x {sign} y"
    if name.startswith("__"):
        return "write the operator that it stands for"
    return INSTEAD.get(name, f"use a NumPy function for it (np.{name}(...))")


def for_many(function: Any, positional: int) -> str:
    """What to write where a call has more positional arguments than its rule has."""
    if isinstance(function, np.ufunc):
        return "assign its results instead of passing arrays for them"
    name = getattr(function, "__name__", "")
    return INSTEAD.get(name, f"pass at most {positional} positional arguments and name the others")
