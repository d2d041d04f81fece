"""Whether a map that should be linear is, seen from one application of it and of its transpose.

    sum(y_bar * y_dot) == sum(x_bar * x_dot)        y_dot what the map makes of x_dot, x_bar its transpose of y_bar

For a map that is not linear the derivative at x_dot was transposed, and the two differ as a rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.arguments import leaves


def direction_like(x: Any) -> Any:
    """Numbers of both signs, of the shape and type of a number or array: the same ones every time."""
    numbers = np.cos(1.0 + np.arange(np.size(x))).reshape(np.shape(x))
    return numbers.astype(x.dtype) if isinstance(x, np.ndarray) else type(x)(numbers)


def adjoint(y_bar: Any, y_dot: Any, x_bar: Any, x_dot: Any) -> bool:
    """Whether the two sums are the same, up to rounding in half precision; also where one is not finite."""
    there, size = inner(y_bar, y_dot)
    back, other = inner(x_bar, x_dot)
    return not np.isfinite(size + other) or abs(there - back) <= 1e-2 * (size + other)


def inner(left: Any, right: Any) -> tuple[float, float]:
    """The inner product of two structures of numbers, and the sum of the absolute values of its terms."""
    with np.errstate(all="ignore"):
        terms = [
            np.real(np.conj(a) * np.asarray(b, np.result_type(b, float))) for a, b in zip(leaves(left), leaves(right))
        ]
        return float(sum(np.sum(term) for term in terms)), float(sum(np.sum(np.abs(term)) for term in terms))
