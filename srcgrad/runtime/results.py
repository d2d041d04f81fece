"""What a function that is differentiated returned: a real scalar, or an error that says what to do."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError, a_type
from srcgrad.homes import is_written, package_of


def describe(value: Any) -> str:
    """A value in an error message: its type and shape."""
    shape = getattr(value, "shape", None)
    if shape is not None and not isinstance(value, np.generic):
        return f"an array of shape {tuple(shape)}"
    return a_type(value)


def refuse_stand_in(value: Any) -> None:
    """Refuse a result that is, or holds, what stands in for an object of a library inside the function only."""
    for part in value if isinstance(value, (tuple, list)) else (value,):
        if is_written(type(part)):
            raise UnsupportedError(
                f"returning a {type(part).__name__.lower()} of a library whose numbers depend on the input",
                "return the arrays that it is made of",
            )


def scalar_result(value: Any, name: str) -> Any:
    """The value that a function of this name returned; TypeError where it has no gradient."""
    if value.__class__ is float:
        return value
    if value is None:
        raise TypeError(
            f"{name}() returned None; a gradient needs a scalar result (return the value it "
            f"computes; for what it writes into its arguments, srcgrad.vjp(f, ..., mutated=True))"
        )
    if package_of(value) == "cupy":
        if value.ndim == 0 and value.dtype.kind == "f":
            return value
        advice = "a gradient needs a real scalar (sum it, take its real part, or use srcgrad.vjp)"
        raise TypeError(f"{name}() returned a CuPy array of shape {value.shape} and dtype {value.dtype}; {advice}")
    if np.ndim(value) != 0 or (not hasattr(value, "dtype") and not isinstance(value, (int, complex))):
        array = getattr(value, "shape", None) is not None
        way, other = ("sum it", "jacobian") if array else ("return one number", "vjp")
        advice = f"a gradient needs a scalar ({way}, or use srcgrad.{other})"
        raise TypeError(f"{name}() returned {describe(value)}; {advice}")
    if np.iscomplexobj(value):
        advice = "a gradient needs a real scalar (take its real part or abs)"
        raise TypeError(f"{name}() returned a complex number; {advice}")
    if not np.issubdtype(np.asarray(value).dtype, np.floating):
        raise TypeError(
            f"{name}() returned {a_type(value)}, which has no derivative; a gradient needs a floating number"
        )
    return value
