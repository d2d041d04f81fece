"""The word for functions that are written out as formulas: the value is SciPy's, the derivative the formula's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def given_by(again: Any, function: Any, args: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """`function(*args, **options)`, whose derivative is that of the same computed again by a formula.

    Raises ValueError where the formula gives another shape.
    """
    value = function(*args, **options)
    if np.shape(value) != np.shape(again):
        raise ValueError(f"{function.__name__}() gave shape {np.shape(value)}, its formula {np.shape(again)}")
    # adjoints of its views are found by whose memory they lie in: it has to be its own
    return value if getattr(value, "base", None) is None else value.copy("K")


def found_once(function: Any, args: tuple[Any, ...]) -> Any:
    """`function(*args)`, an array, as a constant: where to start from, and which of several results it is."""
    return function(*args)


def found_parts(function: Any, args: tuple[Any, ...]) -> Any:
    """The same of a function with several results."""
    return function(*args)
