"""A generator function of a module whose globals are others than those of the programs that use it."""

from __future__ import annotations

import numpy as np

K = 3.0
CASES = []


def helper(v):
    return np.sin(v) * K


def damped(x, n=3, *extra, scale=1.0, **options):
    for i in range(n):
        yield helper(x * i) * scale + sum(extra) + options.get("shift", 0.0)
