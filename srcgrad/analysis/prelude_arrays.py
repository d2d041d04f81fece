"""NumPy's iterators of arrays written out in Python: see `prelude.py`."""

from __future__ import annotations

from typing import Any

import numpy as np


def ndenumerate_(arr):  # type: ignore[no-untyped-def]
    return zip(np.ndindex(np.shape(arr)), np.ravel(arr))


def nditer_(op):  # type: ignore[no-untyped-def]
    if isinstance(op, (list, tuple)):
        return np.nditer(op, None)  # several arrays: refused
    if np.size(op) == 0:
        raise ValueError("Iteration of zero-sized operands is not enabled")
    return iter([np.asarray(item) for item in np.ravel(op, order="K")])


# what serves calls with one argument
WRITTEN: dict[Any, Any] = {np.ndenumerate: ndenumerate_, np.nditer: nditer_}
