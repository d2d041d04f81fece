"""Words for `np.pad`: what lies beside an array goes back to the elements that it was made of.

NumPy pads one axis after the other, each over all that lies there already.  Most modes are linear, with one matrix an
axis; the extrema and the median pick elements, so that their axes are gone through one by one.

    np.pad([a, b], 1, 'edge')      [a, a, b, b]
    np.pad([a, b], 1, 'mean')      [m, a, b, m], m = (a + b) / 2
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.words_order import quantile_share
from srcgrad.runtime.words_pick import gathered, numbers
from srcgrad.runtime.words_reduce import share, unbroadcast

COPIES = ("edge", "wrap", "reflect", "symmetric")
STATISTICS: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "median": np.median}


def _pairs(given: Any, rank: int) -> Any:
    """What `np.pad` was given for each end of each axis: one for all, one pair for all, or a pair an axis."""
    if isinstance(given, dict):
        return np.array([_pairs(given.get(i, given.get(i - rank, 0)), 1)[0] for i in range(rank)])
    return np.broadcast_to(np.asarray(given), (rank, 2))


def pad_widths(rank: int, pad_width: Any) -> list[Any]:
    """The widths of each axis, as `np.pad` hands them to a function that pads."""
    widths: dict[int, Any] = {}
    np.pad(np.zeros((1,) * rank), pad_width, lambda vector, width, axis, _: widths.setdefault(axis, width))
    return list(widths.values())


def _axis_options(mode: str, reflect_type: str, stat_length: Any, axis: int, rank: int) -> dict[str, Any]:
    """The keywords of `np.pad` for one axis."""
    if mode in ("reflect", "symmetric"):
        return {"reflect_type": reflect_type}
    if mode == "constant" or mode == "edge" or mode == "wrap" or mode == "linear_ramp" or mode == "empty":
        return {}
    if mode not in ("mean", *STATISTICS):
        raise UnsupportedError(f"np.pad with mode {mode!r}", "use a mode that NumPy names, or np.concatenate")
    if stat_length is None:
        return {}
    lengths = _pairs(stat_length, rank)[axis]
    return {"stat_length": (int(lengths[0]), int(lengths[1]))}


def _axis_matrix(n: int, width: Any, mode: Any, options: dict[str, Any], like: Any) -> Any:
    """The matrix that pads an axis of `n` elements."""
    eye = np.eye(n, dtype=np.real(like).dtype)
    return np.pad(eye, ((int(width[0]), int(width[1])), (0, 0)), mode, **options)


def _along(matrix: Any, x: Any, axis: int) -> Any:
    """A matrix applied along an axis."""
    return np.moveaxis(np.tensordot(matrix, x, axes=(1, axis)), 0, axis)


def pad_cotangent(
    g: Any, x: Any, pad_width: Any, mode: Any, reflect_type: str = "even", stat_length: Any = None
) -> Any:
    """The cotangent of `x` in `np.pad(x, pad_width, mode, ...)`."""
    if mode in ("constant", "empty"):
        return gathered(g, x, np.pad(numbers(x, 1), pad_width, "constant"), 1)
    if mode in COPIES and reflect_type == "even":
        return gathered(g, x, np.pad(numbers(x), pad_width, mode))
    rank = np.ndim(x)
    widths = _pairs(pad_width, rank)
    stages = [x]
    for axis in range(rank - 1) if mode in STATISTICS else ():
        options = _axis_options(mode, reflect_type, stat_length, axis, rank)
        stages.append(_padded(stages[-1], axis, widths, mode, options))
    for axis in range(rank - 1, -1, -1):
        options = _axis_options(mode, reflect_type, stat_length, axis, rank)
        if mode in STATISTICS:
            g = _statistic_cotangent(g, stages[axis], axis, widths[axis], mode, options)
        else:
            g = _along(np.transpose(_axis_matrix(np.shape(x)[axis], widths[axis], mode, options, g)), g, axis)
    return g


def _padded(x: Any, axis: int, widths: Any, mode: Any, options: dict[str, Any]) -> Any:
    """`x` padded along one axis."""
    pairs = [(0, 0)] * np.ndim(x)
    pairs[axis] = (int(widths[axis][0]), int(widths[axis][1]))
    return np.pad(x, pairs, mode, **options)


def _part(axis: int, start: int, stop: int) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, slice(start, stop))


def _ends(n: int, width: Any, options: dict[str, Any]) -> list[tuple[int, tuple[int, int], tuple[int, int]]]:
    """Of both ends of an axis of `n` elements: how wide, where in the result, and which elements it is made of."""
    before, after = int(width[0]), int(width[1])
    first, last = options.get("stat_length", (n, n))
    return [
        (before, (0, before), (0, min(first, n))),
        (after, (before + n, before + n + after), (max(n - last, 0), n)),
    ]


def _statistic_cotangent(g: Any, x: Any, axis: int, width: Any, mode: str, options: dict[str, Any]) -> Any:
    """The cotangent of `x`, padded along one axis with the extremum or the median of some of its elements."""
    n = np.shape(x)[axis]
    result = g[_part(axis, int(width[0]), int(width[0]) + n)]
    for wide, (start, stop), (low, high) in _ends(n, width, options):
        if not wide:
            continue
        pull = np.sum(g[_part(axis, start, stop)], axis=axis, keepdims=True)
        chunk = x[_part(axis, low, high)]
        back = _shares(pull, chunk, axis, mode)
        rest = [(0, 0)] * np.ndim(x)
        rest[axis] = (low, n - high)
        result = result + np.pad(back, rest)
    return result


def _shares(g: Any, x: Any, axis: int, mode: str) -> Any:
    """The cotangent of `x` in its maximum, minimum or median along an axis that is kept."""
    if mode == "median":
        return quantile_share(g, x, 0.5, axis, True)
    return share(g, x, STATISTICS[mode](x, axis=axis, keepdims=True), axis, True)


def pad_tangent(
    x_dot: Any, constants_dot: Any, ends_dot: Any, x: Any, pad_width: Any, mode: Any, reflect_type: str,
    stat_length: Any,
) -> Any:  # fmt: skip
    """The tangent of `np.pad(x, pad_width, mode, ...)`."""
    if mode in ("constant", "empty"):
        return np.pad(x_dot, pad_width, "constant", constant_values=_zeros_for_none(constants_dot))
    if mode == "linear_ramp":
        return np.pad(x_dot, pad_width, mode, end_values=_zeros_for_none(ends_dot))
    if mode in COPIES:
        options = _axis_options(mode, reflect_type, None, 0, 1)
        return np.pad(x_dot, pad_width, mode, **options)
    rank = np.ndim(x)
    widths = _pairs(pad_width, rank)
    for axis in range(rank):
        options = _axis_options(mode, reflect_type, stat_length, axis, rank)
        if mode == "mean":
            x_dot = _along(_axis_matrix(np.shape(x)[axis], widths[axis], mode, options, x_dot), x_dot, axis)
            continue
        parts = [x_dot]
        for wide, _, (low, high) in _ends(np.shape(x)[axis], widths[axis], options):
            chunk = x[_part(axis, low, high)]
            ones = np.ones_like(np.sum(chunk, axis=axis, keepdims=True))
            pulled = np.sum(_shares(ones, chunk, axis, mode) * x_dot[_part(axis, low, high)], axis=axis, keepdims=True)
            parts.append(np.repeat(pulled, wide, axis))
        x_dot = np.concatenate([parts[1], parts[0], parts[2]], axis=axis)
        x = _padded(x, axis, widths, mode, options)
    return x_dot


def _zeros_for_none(dots: Any) -> Any:
    """Tangents of values at the ends, with zeros for those that have none."""
    if isinstance(dots, (list, tuple)):
        return tuple(_zeros_for_none(dot) for dot in dots)
    return 0.0 if dots is None else dots


def pad_constants(g: Any, x: Any, pad_width: Any, constants: Any, mode: str) -> Any:
    """The cotangent of `constant_values` in `np.pad(x, pad_width, constant_values=constants)`.

    Corners belong to the last of their axes, which is padded last.
    """
    rank = np.ndim(x)
    widths = _pairs(pad_width, rank)
    rows = []
    for axis in range(rank):
        whole = (slice(None),) * axis
        inner = tuple(slice(int(widths[i][0]), int(widths[i][0]) + np.shape(x)[i]) for i in range(axis + 1, rank))
        stop = int(widths[axis][0]) + np.shape(x)[axis]
        before = (*whole, slice(0, int(widths[axis][0])), *inner)
        after = (*whole, slice(stop, None), *inner)
        rows += [np.sum(g[before]), np.sum(g[after])]
    sums = np.reshape(np.stack(rows), (rank, 2)) if mode == "constant" else np.zeros((rank, 2))
    return unbroadcast(sums, np.asarray(constants))


def pad_ends(g: Any, x: Any, pad_width: Any, ends: Any, mode: str) -> Any:
    """The cotangent of `end_values` in `np.pad(x, pad_width, 'linear_ramp', end_values=ends)`.

    A ramp of n elements has 1 - i / n of the end's value in its i-th element, counted from the end.
    """
    rank = np.ndim(x)
    widths = _pairs(pad_width, rank)
    rows = []
    for axis in range(rank - 1, -1, -1):
        before, after = int(widths[axis][0]), int(widths[axis][1])
        n = np.shape(x)[axis]
        moved = np.moveaxis(g, axis, -1)
        falling = 1.0 - np.arange(before) / max(before, 1)
        rising = (np.arange(after) + 1.0) / max(after, 1)
        rows.append(np.sum(moved[..., :before] * falling.astype(np.real(g).dtype)))
        rows.append(np.sum(moved[..., before + n :] * rising.astype(np.real(g).dtype)))
        g = _along(np.transpose(_axis_matrix(n, (before, after), "linear_ramp", {}, g)), g, axis)
    sums = np.flip(np.reshape(np.stack(rows), (rank, 2)), 0) if mode == "linear_ramp" else np.zeros((rank, 2))
    return unbroadcast(sums, np.asarray(ends))
