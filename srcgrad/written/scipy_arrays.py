"""What SciPy asks of arrays before it computes, for arrays of NumPy's."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np


def array_namespace(*arrays, **options):
    return np


def array_of(x, xp=None, **options):
    return np.asarray(x)


def floating_array_of(x, xp=None, **options):
    array = np.asarray(x)
    return array.astype(np.result_type(array.dtype, 1.0), copy=False)
