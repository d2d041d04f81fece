"""Functions of `statistics` in terms of others that have an entry."""

from __future__ import annotations

import statistics
from typing import Any


def mean_and_deviation(data: Any) -> tuple[float, float]:
    """What `NormalDist.from_samples(data)` is made of."""
    items = list(data)
    return float(statistics.mean(items)), float(statistics.stdev(items))
