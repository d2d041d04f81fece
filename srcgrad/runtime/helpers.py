"""The little that emitted code calls besides NumPy and the words of the rule language."""

from __future__ import annotations

import copy
import sys
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError


def fill(g: Any, x: Any) -> Any:
    """`g`, which stands for an array, with the shape of `x` (a read-only view where it has to grow)."""
    shape = x.shape if hasattr(x, "shape") else np.shape(x)
    if (g.shape if hasattr(g, "shape") else np.shape(g)) == shape:
        return g
    module = module_of(x)
    return module.broadcast_to(module.asarray(g), shape)


def like(g: Any, x: Any) -> Any:
    """`g` as the gradient of `x`: of its shape and dtype, in memory of its own."""
    if type(x) is float:
        if isinstance(g, float):
            return g
        # a number on the GPU stays there
        return float(np.real(g)) if module_of(g) is np else g.real
    if type(x) is np.float64 and isinstance(g, float):
        return np.float64(g)
    if type(x) is complex:
        return complex(g) if module_of(g) is np else g
    if not isinstance(x, (np.ndarray, np.generic)):
        return like_on_device(g, x)
    dtype = x.dtype
    if dtype.kind != "c" and np.iscomplexobj(g):
        g = np.real(g)
    if isinstance(x, np.generic):
        return dtype.type(g)
    result = np.empty_like(x, subok=False)
    result[...] = g
    return result


def like_on_device(g: Any, x: Any) -> Any:
    """`like` for a CuPy array; what is None has no gradient."""
    if x is None:
        return 0.0
    result = module_of(x).empty_like(x)
    result[...] = g.real if x.dtype.kind != "c" else g
    return result


def module_of(x: Any) -> Any:
    """The module whose functions take this array: CuPy for its arrays, NumPy for anything else."""
    return sys.modules["cupy"] if type(x).__module__.partition(".")[0] == "cupy" else np


def quotient(a: Any, b: Any) -> Any:
    """`a / b` as NumPy divides numbers: inf or nan, where Python's raise."""
    try:
        return a / b
    except ZeroDivisionError:
        return np.divide(a, b)


def fingerprint_on_device(x: Any) -> int:
    """A number that changes with a CuPy array's elements; only that number comes to the host."""
    module = module_of(x)
    bits = module.ascontiguousarray(x).ravel().view(f"u{min(x.dtype.itemsize, 8)}").astype(np.uint64)
    # odd weights, so that no single change goes unnoticed, nor two elements that change places
    return int((bits * module.arange(1, 2 * bits.size, 2, dtype=np.uint64)).sum())


def fresh(x: Any) -> Any:
    """The same value as an object of its own, so that its adjoint can be told from that of an equal one."""
    if isinstance(x, np.ndarray):
        return x.view()
    if type(x) in (float, complex):
        return x * 1.0
    if isinstance(x, np.generic):
        return copy.copy(x)
    return x.view() if module_of(x) is not np else x


def in_form_of(like: Any, items: list[Any]) -> Any:
    """These items in a list, tuple or named tuple like that one."""
    return type(like)(*items) if hasattr(like, "_fields") else type(like)(items)


def items_of(x: Any) -> Any:
    """A list, and the lists in it, as they are now."""
    return in_form_of(x, [items_of(item) for item in x]) if isinstance(x, (list, tuple)) else x


def snapshot(x: Any) -> Any:
    """A copy of an array that may be written later, or a list or tuple of copies; anything else as it is."""
    if isinstance(x, (list, tuple)):
        return in_form_of(x, [snapshot(item) for item in x])
    return x.copy() if hasattr(x, "__array_interface__") or hasattr(x, "__cuda_array_interface__") else x


def refuse_if(test: bool, construct: str, advice: str, filename: str, line: int) -> None:
    """Refuse to go on, where something happened that the reverse could not follow."""
    if test:
        raise UnsupportedError(construct, advice, filename, line)
