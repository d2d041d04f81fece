"""The rows of an array as values of their own, so that adjoints can be kept for each."""

from __future__ import annotations

from typing import Any


def rows(x: Any) -> Any:
    """A list of what iterating over an array gives; anything else as it is.

    Rows of arrays with several axes are views, as in NumPy's own iteration.
    """
    if hasattr(x, "__array_interface__") or hasattr(x, "__cuda_array_interface__"):
        return list(x)
    return x
