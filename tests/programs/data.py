"""Reproducible numbers for the programs, well away from kinks."""

from __future__ import annotations

from typing import Any

import numpy as np


def array(*shape: int, seed: int = 0, low: float = -1.0, high: float = 1.0) -> np.ndarray[Any, Any]:
    """Uniform numbers of the given shape."""
    return np.random.default_rng([seed, *shape]).uniform(low, high, shape)


def positive(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """Uniform numbers between 0.5 and 1.5."""
    return array(*shape, seed=seed, low=0.5, high=1.5)
