"""The little that emitted code calls besides NumPy and the words of the rule language."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError


def fill(g: Any, x: Any) -> Any:
    """`g`, which stands for an array, with the shape of `x` (a read-only view where it has to grow)."""
    shape = np.shape(x)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def like(g: Any, x: Any) -> Any:
    """`g` as the gradient of `x`: of its shape and dtype, in memory of its own."""
    if type(x) is float:
        return g if isinstance(g, float) else float(np.real(g))
    if type(x) is complex:
        return complex(g)
    dtype = x.dtype
    if dtype.kind != "c" and np.iscomplexobj(g):
        g = np.real(g)
    if isinstance(x, np.generic):
        return dtype.type(g)
    result = np.empty_like(x, subok=False) if isinstance(x, np.ndarray) else x.copy()
    result[...] = g
    return result


def fresh(x: Any) -> Any:
    """The same value as an object of its own, so that its adjoint can be told from that of an equal one."""
    if isinstance(x, np.ndarray):
        return x.view()
    if type(x) in (float, complex):
        return x * 1.0
    return copy.copy(x) if isinstance(x, np.generic) else x


def snapshot(x: Any) -> Any:
    """A copy of an array that may be written later, or a list or tuple of copies; anything else as it is."""
    if type(x) in (list, tuple):
        return type(x)(map(snapshot, x))
    return x.copy() if hasattr(x, "__array_interface__") or hasattr(x, "__cuda_array_interface__") else x


def refuse_if(test: bool, construct: str, advice: str, filename: str, line: int) -> None:
    """Refuse to go on, where something happened that the reverse could not follow."""
    if test:
        raise UnsupportedError(construct, advice, filename, line)
