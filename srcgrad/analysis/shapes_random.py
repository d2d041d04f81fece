"""Transfer functions of draws of random numbers.

rng.normal(mu, 1.0, size=(3, 2))    (3, 2) float64
np.random.uniform(low, high)        low: (a,), high: a float    (a,) float64
"""

from __future__ import annotations

from typing import Any

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import broadcast
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.shapes import Bound, num, shape_from, static


def draw(bound: Bound, function: Any) -> Num:
    """Draws with parameters that broadcast; without `size=` one for each of their elements."""
    parameters = [num(kind) for name, kind in bound.items() if name not in ("self", "size")]
    active = any(p.active for p in parameters)
    asked = static(bound["size"])
    if asked is None:
        shape = broadcast([p.shape for p in parameters])
        if shape == ():  # a Python float, but for arrays without axes
            return Num((), dtypes.FLOAT, "py" if all(p.box == "py" for p in parameters) else None, active)
    else:
        shape = shape_from(bound["size"])
    return Num(shape, dtypes.FLOAT, "array" if shape else None, active)
