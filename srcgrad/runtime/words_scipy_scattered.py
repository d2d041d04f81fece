"""Words for interpolants that are linear in their values: their weights are read off what they make of the identity."""

from __future__ import annotations

from typing import Any

import numpy as np


def given(make: Any, points: Any, values: Any, options: Any) -> Any:
    """An interpolant of SciPy."""
    return make(points, values, **options)


def given_units(make: Any, points: Any, n: int, options: Any) -> Any:
    """The interpolant of the `n` unit vectors: it gives the weights of values, with their axis last."""
    return make(points, np.eye(n), **options)


def weights_of(made: Any, t: Any) -> Any:
    """What an interpolant gives at points."""
    return np.array(made(t))


def fitted_at(made: Any, t: Any, nu: int) -> Any:
    """A spline of FITPACK's at points."""
    return np.asarray(made(t, nu))
