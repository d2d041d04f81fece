"""Words for draws that are written out: what NumPy checks, and the shape of what it draws."""

from __future__ import annotations

from typing import Any

import numpy as np


def drawn_shape(size: Any, mean: Any) -> tuple[int, ...]:
    """The shape of draws of vectors: `size`, an integer or several, and the length of `mean`."""
    sizes = () if size is None else tuple(np.atleast_1d(size))
    return (*sizes, len(mean))


def check_covariance(kind: type, *args: Any, **named: Any) -> None:
    """Whatever NumPy raises and warns of in `multivariate_normal` of such a generator."""
    other = np.random.RandomState(0) if kind is np.random.RandomState else np.random.default_rng(0)
    other.multivariate_normal(*args, **named)
