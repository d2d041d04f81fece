"""Words for images between their samples."""

from __future__ import annotations

from typing import Any

import numpy as np


def sampled_value(function: Any, image: Any, places: Any, options: Any) -> Any:
    """What SciPy gives: `function(image, *places, **options)`."""
    return function(image, *places, **options)


def corner_of(c: Any, n: int) -> Any:
    """The sample before each place along an axis of `n` samples, the last but one for the end."""
    return np.clip(np.floor(c).astype(np.intp), 0, max(n - 2, 0))
