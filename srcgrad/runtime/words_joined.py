"""Words for `np.r_` and `np.c_`: what their subscripts say."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError


def spelled_row(part: slice) -> Any:
    """The numbers that a slice in `np.r_[0:3, ...]` stands for."""
    return np.r_[part]


def read_directive(text: str, settings: tuple[int, int, int]) -> tuple[int, ...]:
    """What the text at the beginning of `np.r_["axis,ndmin,first", ...]` says: what it leaves out is as it was."""
    if text in ("r", "c"):
        raise UnsupportedError(f"np.r_['{text}', ...]", "a matrix is not differentiated: use np.concatenate")
    said = [int(part) for part in text.split(",")]
    return (*said, *settings[len(said) :])


def directed_axes(ndim: int, ndmin: int, first: int) -> tuple[int, ...]:
    """The order of the axes of an operand that `np.r_` brought to `ndmin` axes: its own begin at the axis `first`."""
    axes = tuple(range(max(ndim, ndmin)))
    if first == -1 or ndim >= ndmin:
        return axes
    new = ndmin - ndim
    start = first if first >= 0 else first + new + 1
    return axes[:start] + axes[new:] + axes[start:new]
