"""Directional central differences in double precision, and how precise to expect them to be."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from srcgrad.checking.trees import copied_leaf, is_leaf, leaves, mapped

ELEMENTWISE = 64
SAMPLED_ELEMENTS = 8
DIRECTIONS = 4

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Precision:
    """What to expect of one floating type: relative step of the differences, and tolerances."""

    eps: float
    rtol: float
    atol: float


_DOUBLE = Precision(eps=6e-6, rtol=1e-6, atol=1e-7)
# The differences are taken in double where the function lets us; the analytic gradient is rounded to single anyway.
_SINGLE = Precision(eps=6e-6, rtol=2e-3, atol=2e-4)
# The function computes in single whatever it is given: rounding noise divides by the step.
_SINGLE_INSIDE = Precision(eps=4e-3, rtol=2e-2, atol=2e-3)


def widened_leaf(leaf: Any) -> Any:
    """The leaf in double precision, so that differences are not drowned in rounding; other leaves copied."""
    if not is_leaf(leaf):
        return copied_leaf(leaf)
    if isinstance(leaf, (float, complex)) and not isinstance(leaf, np.generic):
        return leaf
    wide = np.result_type(leaf.dtype, np.float64)
    return leaf.astype(wide, order="K") if isinstance(leaf, np.ndarray) else wide.type(leaf)


def expected_precision(f: Callable[..., Any], args: tuple[Any, ...], outputs: Any) -> Precision:
    """Single precision anywhere lowers what can be asked; `f` is called once more to see where it computes in it."""

    def has_single(value: Any) -> bool:
        return any(np.finfo(np.asarray(leaf).dtype).bits < 64 for _, leaf in leaves(value))

    if not has_single(args) and not has_single(outputs):
        return _DOUBLE
    return _SINGLE_INSIDE if has_single(f(*mapped(args, widened_leaf))) else _SINGLE


@dataclass(frozen=True)
class Scale:
    """Steps and tolerances for one input."""

    precision: Precision
    leaf: Any

    def step(self, direction: Array) -> float:
        """Relative to the elements that are moved; a direction that moves many elements moves each by less."""
        moved = direction != 0
        size = float(np.max(np.abs(np.where(moved, self.leaf, 0.0)), initial=1.0))
        return self.precision.eps * size

    def close(self, numeric: float, claimed: float, noise: float) -> bool:
        """Whether the two agree, given the tolerances and the rounding error of the numeric one."""
        if np.isnan(numeric) or np.isnan(claimed):
            return bool(np.isnan(numeric) and np.isnan(claimed))
        bound = noise + self.precision.atol + self.precision.rtol * max(abs(numeric), abs(claimed))
        return numeric == claimed or abs(numeric - claimed) <= bound


def directions(leaf: Any, rng: np.random.Generator) -> Iterator[tuple[str, Array]]:
    """Unit steps along elements (both parts of complex ones), or sampled elements and random signs."""
    array = np.asarray(leaf)
    units = (1.0, 1.0j) if array.dtype.kind == "c" else (1.0,)
    small = array.size <= ELEMENTWISE
    flat = range(array.size) if small else sorted(rng.choice(array.size, SAMPLED_ELEMENTS, replace=False))
    for number in flat:
        index = tuple(int(i) for i in np.unravel_index(number, array.shape))
        for unit in units:
            direction = np.zeros(array.shape, np.result_type(array.dtype, np.float64))
            direction[index] = unit
            label = f", element [{', '.join(map(str, index))}]" if array.ndim else ""
            yield label + (", imaginary part" if unit == 1.0j else ""), direction
    if not small:
        for number in range(DIRECTIONS):
            signs = rng.choice([-1.0, 1.0], array.shape) / np.sqrt(array.size)
            yield f", random direction {number}", signs * units[number % len(units)]


def difference(
    f: Callable[..., Any], args: tuple[Any, ...], place: int, step: Array, cotangents: Any
) -> tuple[float, float]:
    """`(phi(x + step) - phi(x - step)) / 2` and how large its rounding error may be.

    Outputs are subtracted before they are summed, which loses less than subtracting sums.
    """
    high = dict(leaves(f(*moved_arguments(args, place, step))))
    low = dict(leaves(f(*moved_arguments(args, place, -step))))
    total = noise = 0.0
    for path, cotangent in leaves(cotangents):
        above, below = np.asarray(high[path]), np.asarray(low[path])
        total += float(np.sum((np.conj(cotangent) * (above - below)).real)) / 2.0
        noise += float(4 * np.finfo(above.dtype).eps * np.sum(np.abs(cotangent) * np.abs(above)))
    return total, noise


def moved_arguments(args: tuple[Any, ...], place: int, step: Array) -> tuple[Any, ...]:
    """A copy of the arguments in which leaf number `place` is moved by `step`."""
    numbers = itertools.count()

    def change(leaf: Any) -> Any:
        if not is_leaf(leaf) or next(numbers) != place:
            return copied_leaf(leaf)
        if not isinstance(leaf, np.ndarray):
            return type(leaf)((leaf + step)[()])
        # in memory as the argument lies, on which depends what `x.ravel("A")` gives, and whether it is a view
        return np.add(leaf, step, out=np.empty_like(leaf, np.result_type(leaf, step)))

    moved: tuple[Any, ...] = mapped(args, change)
    return moved
