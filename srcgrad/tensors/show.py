"""How tensors are printed: `tensor([0.6667, 1.3333, 2.0000], grad_fn=<MulBackward0>)`.

Four digits; numbers that are all whole have none, as in `tensor([6., 6.])`; all of one array are as wide as the widest.
The default dtypes (float64, int64, bool, complex128) are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

DEFAULT = (np.dtype(np.float64), np.dtype(np.int64), np.dtype(bool), np.dtype(np.complex128))
# arrays with more elements are abbreviated, to the first and last of these along each axis
MANY, EDGE, WIDTH = 1000, 3, 80


def describe(array: Any, requires_grad: bool, grad_fn: Any) -> str:
    """The text of a tensor."""
    array = np.asarray(array)
    suffix = []
    if array.size == 0 and array.ndim != 1:
        suffix.append(f"size={array.shape}")
    if array.dtype not in DEFAULT or (array.size == 0 and array.dtype != DEFAULT[0]):
        suffix.append(f"dtype={array.dtype}")
    if grad_fn is not None:
        suffix.append(f"grad_fn={grad_fn!r}")
    elif requires_grad:
        suffix.append("requires_grad=True")
    prefix = "tensor("
    return prefix + ", ".join([body(array, len(prefix)), *suffix]) + ")"


def body(array: Any, indent: int) -> str:
    """The elements."""
    if array.size == 0:
        return "[]"
    shown = array
    if array.size > MANY:
        shown = array[np.ix_(*(edges(n) for n in array.shape))]
    write: Callable[[Any], str] = writer(shown.ravel())
    return rows(array, write, indent, array.size > MANY)


def edges(length: int) -> Any:
    """The indices of an axis that are printed where much is left out."""
    return np.arange(length) if length <= 2 * EDGE else np.r_[0:EDGE, length - EDGE : length]


def rows(array: Any, write: Callable[[Any], str], indent: int, abbreviated: bool) -> str:
    """Nested lists, one row a line."""
    if array.ndim == 0:
        only: str = write(array[()])
        return only.strip()
    length = len(array)
    cut = abbreviated and length > 2 * EDGE
    picked = [*range(EDGE), None, *range(length - EDGE, length)] if cut else list(range(length))
    if array.ndim == 1:
        return "[" + wrapped(["..." if i is None else write(array[i]) for i in picked], indent + 1) + "]"
    parts: list[str] = ["..." if i is None else rows(array[i], write, indent + 1, abbreviated) for i in picked]
    breaks: str = "\n" * (array.ndim - 1)
    return "[" + f",{breaks}{' ' * (indent + 1)}".join(parts) + "]"


def wrapped(texts: list[str], indent: int) -> str:
    """The elements of a row, on as many lines as it takes."""
    per_line = max(1, (WIDTH - indent) // (max(len(text) for text in texts) + 2))
    lines = [", ".join(texts[i : i + per_line]) for i in range(0, len(texts), per_line)]
    return (",\n" + " " * indent).join(lines)


def writer(flat: Any) -> Callable[[Any], str]:
    """What writes one element as wide as all of them need."""
    if flat.dtype.kind == "c":
        real, imaginary = writer(flat.real), writer(flat.imag)
        return lambda z: f"{real(z.real)}{'' if z.imag < 0 or z.imag != z.imag else '+'}{imaginary(z.imag).strip()}j"
    write = real_writer(flat) if flat.dtype.kind == "f" else str
    width = max(len(write(x)) for x in flat)
    return lambda x: write(x).rjust(width)


def real_writer(flat: Any) -> Callable[[Any], str]:
    """Whole numbers as `2.`, else four digits, with exponents where sizes differ much."""
    sizes = np.abs(flat[np.isfinite(flat) & (flat != 0)]).astype(float)
    low, high = (sizes.min(), sizes.max()) if sizes.size else (1.0, 1.0)
    if bool(np.all(sizes == np.ceil(sizes))):
        if high / low > 1000.0 or high > 1.0e8:
            return lambda x: f"{x:.4e}"
        return lambda x: f"{x:.0f}." if np.isfinite(x) else f"{x}"
    if high / low > 1000.0 or high > 1.0e8 or low < 1.0e-4:
        return lambda x: f"{x:.4e}"
    return lambda x: f"{x:.4f}" if np.isfinite(x) else f"{x}"
