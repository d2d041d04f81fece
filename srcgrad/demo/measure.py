"""Error of a gradient against central differences, and time of functions against each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def relative_error(f: Callable[[Array], Any], gradient: Array, x: Array, step: float = 6e-6) -> float:
    """The largest difference between `gradient` and central differences of `f` at `x`, over the largest element."""
    numeric = np.empty_like(x)
    moved = x.copy()
    for i in range(x.size):
        moved[i] = x[i] + step
        above = f(moved)
        moved[i] = x[i] - step
        numeric[i] = (above - f(moved)) / (2.0 * step)
        moved[i] = x[i]
    return float(np.max(np.abs(gradient - numeric)) / np.max(np.abs(numeric)))


def median_times(functions: list[Callable[[], Any]], rounds: int = 200) -> list[float]:
    """Median seconds a call of each function; rounds are interleaved, so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, taken in zip(functions, times):
            begin = time.perf_counter()
            function()
            taken.append(time.perf_counter() - begin)
    return [statistics.median(taken) for taken in times]
