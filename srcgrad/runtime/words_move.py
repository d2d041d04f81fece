"""Words for functions that move, repeat, join or pick elements: where each cotangent goes back to."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.runtime.words_reduce import unbroadcast


def _zeros(x: Any, g: Any) -> Any:
    """Zeros in the shape of `x` that can hold `g`."""
    if type(x) is np.ndarray and x.dtype.kind == "f":
        if type(g) is float or ((type(g) is np.ndarray or type(g) is np.float64) and g.dtype is x.dtype):
            return np.zeros(x.shape, x.dtype)
    return np.zeros_like(x, dtype=np.result_type(x, g))


def is_basic(index: Any) -> bool:
    """Whether a subscript has only integers, slices, None and Ellipsis: no element is picked twice."""
    if type(index) is int or type(index) is slice:
        return True
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or (isinstance(part, (slice, int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


def scatter(g: Any, x: Any, index: Any) -> Any:
    """The cotangent of `x` in `x[index]`: zeros with `g` added at `index`, as often as an element was picked."""
    out = _zeros(x, g)
    mask = isinstance(index, np.ndarray) and index.dtype == bool
    if mask or is_basic(index):
        out[index] = g
    else:
        np.add.at(out, index, g)
    return out


def scatter_take(g: Any, x: Any, indices: Any, axis: int | None = None) -> Any:
    """The cotangent of `x` in `np.take(x, indices, axis)`."""
    if axis is None:
        out = np.ravel(_zeros(x, g))
        np.add.at(out, np.asarray(indices, np.intp), g)
        return np.reshape(out, np.shape(x))
    return scatter(g, x, (slice(None),) * (axis % np.ndim(x)) + (np.asarray(indices, np.intp),))


def scatter_along(g: Any, x: Any, indices: Any, axis: int | None = -1) -> Any:
    """The cotangent of `x` in `np.take_along_axis(x, indices, axis)`."""
    if axis is None:
        return scatter_take(g, x, indices)
    grid = list(np.ix_(*(np.arange(n) for n in np.shape(x))))
    grid[axis] = indices
    return scatter(g, x, tuple(grid))


def sort_cotangent(g: Any, x: Any, axis: int | None = -1) -> Any:
    """The cotangent of `x` in `np.sort(x, axis)`; equal elements keep their order."""
    if axis is None:
        order = np.argsort(x, axis=None, kind="stable")
        return np.reshape(g[np.argsort(order)], np.shape(x))
    order = np.argsort(x, axis=axis, kind="stable")
    return np.take_along_axis(g, np.argsort(order, axis=axis), axis)


def diagonal_cotangent(g: Any, x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The cotangent of `x` in `np.diagonal(x, offset, axis1, axis2)`."""
    rows = np.arange(np.shape(g)[-1]) + max(-offset, 0)
    columns = np.arange(np.shape(g)[-1]) + max(offset, 0)
    out = np.moveaxis(_zeros(x, g), (axis1, axis2), (-2, -1))
    out[..., rows, columns] = g
    return np.moveaxis(out, (-2, -1), (axis1, axis2))


def diag_cotangent(g: Any, x: Any, k: int = 0) -> Any:
    """The cotangent of `x` in `np.diag(x, k)`."""
    return np.diagonal(g, k) if np.ndim(x) == 1 else diagonal_cotangent(g, x, k)


# ----------------------------------------------------------------------------------------------------------- joining


def split_concat(g: Any, arrays: Any, axis: int | None = 0) -> list[Any]:
    """The cotangents of `arrays` in `np.concatenate(arrays, axis)`: the parts of `g`, as views."""
    parts = []
    start = 0
    for x in arrays:
        if axis is None:
            parts.append(np.reshape(g[start : start + np.size(x)], np.shape(x)))
            start += np.size(x)
        else:
            part = (*(slice(None),) * (axis % np.ndim(g)), slice(start, start + np.shape(x)[axis]))
            parts.append(g[part])
            start += np.shape(x)[axis]
    return parts


def split_stack(g: Any, arrays: Any, axis: int = 0) -> list[Any]:
    """The cotangents of `arrays` in `np.stack(arrays, axis)`."""
    moved = np.moveaxis(g, axis, 0)
    return [moved[i] for i in range(len(arrays))]


def split_hstack(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of `arrays` in `np.hstack(arrays)`."""
    wide = [np.atleast_1d(x) for x in arrays]
    parts = split_concat(g, wide, 0 if np.ndim(wide[0]) == 1 else 1)
    return [np.reshape(part, np.shape(x)) for part, x in zip(parts, arrays)]


def split_vstack(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of `arrays` in `np.vstack(arrays)`."""
    parts = split_concat(g, [np.atleast_2d(x) for x in arrays], 0)
    return [np.reshape(part, np.shape(x)) for part, x in zip(parts, arrays)]


def split_columns(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of `arrays` in `np.column_stack(arrays)`."""
    columns = [x if np.ndim(x) >= 2 else np.reshape(x, (np.size(x), 1)) for x in arrays]
    return [np.reshape(part, np.shape(x)) for part, x in zip(split_concat(g, columns, 1), arrays)]


def split_depth(g: Any, arrays: Any) -> list[Any]:
    """The cotangents of `arrays` in `np.dstack(arrays)`."""
    parts = split_concat(g, [np.atleast_3d(x) for x in arrays], 2)
    return [np.reshape(part, np.shape(x)) for part, x in zip(parts, arrays)]


def meshgrid_cotangents(g: Any, arrays: Any, indexing: str = "xy") -> list[Any]:
    """The cotangents of the arguments of `np.meshgrid(*arrays)` for a cotangent of each grid."""
    result = []
    sizes = [np.size(x) for x in arrays]
    if indexing == "xy":
        sizes[:2] = sizes[1::-1] if len(sizes) > 1 else sizes
    for i, x in enumerate(arrays):
        axis = 1 - i if indexing == "xy" and i < 2 and len(arrays) > 1 else i
        others = tuple(a for a in range(len(arrays)) if a != axis)
        sparse = np.size(g[i]) == np.size(x)
        result.append(np.reshape(g[i] if sparse else np.sum(np.broadcast_to(g[i], sizes), axis=others), np.shape(x)))
    return result


def select_cotangents(g: Any, conditions: Any, choices: Any) -> list[Any]:
    """The cotangents of `choices` in `np.select(conditions, choices)`: `g` where a condition is the first to hold."""
    result = []
    taken: Any = False
    for condition, x in zip(conditions, choices):
        result.append(unbroadcast(np.where(np.logical_and(condition, np.logical_not(taken)), g, 0.0), x))
        taken = np.logical_or(taken, condition)
    return result


def select_default(g: Any, conditions: Any) -> Any:
    """The cotangent of `default` in `np.select(conditions, choices, default)`: `g` where no condition holds."""
    taken: Any = False
    for condition in conditions:
        taken = np.logical_or(taken, condition)
    return np.where(taken, 0.0, g)


def nested_items(g: Any, x: Any) -> Any:
    """The cotangent of `x` in `np.array(x)`: `g` itself, or nested like `x` where that is a list or tuple."""
    if isinstance(x, (list, tuple)):
        return [nested_items(part, item) for part, item in zip(g, x)]
    return g


def join_split(g: Any, x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """The cotangent of `x` in `np.split(x, ...)`: the parts joined again; a part without cotangent is 0."""
    axis = min(axis, np.ndim(x) - 1)  # hsplit splits an array of one axis along that
    like = np.array_split(x, indices_or_sections, axis)
    joined = np.concatenate([np.broadcast_to(part, np.shape(p)) for part, p in zip(g, like)], axis=axis)
    extent = np.shape(x)[axis]
    if np.shape(joined)[axis] == extent:
        return joined
    return scatter_take(joined, x, places_split(extent, indices_or_sections), axis)


def places_split(extent: int, indices: Any) -> Any:
    """Where along an axis the parts of a split come from: some more than once, where indices go back."""
    return np.concatenate(np.array_split(np.arange(extent), indices))


# --------------------------------------------------------------------------------------------- moving and repeating


def inverse_order(axes: Any) -> Any:
    """The order of axes that undoes `np.transpose(x, axes)`."""
    if axes is None:
        return None
    return tuple(sorted(range(len(axes)), key=lambda i: axes[i] % len(axes)))


def axes_given(axes: Any) -> Any:
    """The axes of `x.transpose(*axes)`: none, one tuple, or one after the other."""
    return None if not axes else axes[0] if len(axes) == 1 and np.ndim(axes[0]) else axes


def sum_repeats(g: Any, x: Any, repeats: Any, axis: int | None = None) -> Any:
    """The cotangent of `x` in `np.repeat(x, repeats, axis)`."""
    if axis is None:
        return np.reshape(sum_repeats(g, np.ravel(x), repeats, 0), np.shape(x))
    axis = axis % np.ndim(x)
    shape = np.shape(x)
    if np.ndim(repeats) == 0:
        grouped = np.reshape(g, (*shape[: axis + 1], int(repeats), *shape[axis + 1 :]))
        return np.sum(grouped, axis=axis + 1)
    origin = np.repeat(np.arange(shape[axis]), repeats)
    return scatter(g, x, (slice(None),) * axis + (origin,))


def sum_tiles(g: Any, x: Any, reps: Any) -> Any:
    """The cotangent of `x` in `np.tile(x, reps)`."""
    reps = (reps,) if isinstance(reps, (int, np.integer)) else tuple(reps)
    rank = max(len(reps), np.ndim(x))
    reps = (1,) * (rank - len(reps)) + reps
    shape = (1,) * (rank - np.ndim(x)) + np.shape(x)
    grouped = np.reshape(g, [n for pair in zip(reps, shape) for n in pair])
    return np.reshape(np.sum(grouped, axis=tuple(range(0, 2 * rank, 2))), np.shape(x))


def unroll(g: Any, shift: Any, axis: Any = None) -> Any:
    """The cotangent of `x` in `np.roll(x, shift, axis)`."""
    return np.roll(g, tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift, axis)


def unpad(g: Any, x: Any, pad_width: Any) -> Any:
    """The cotangent of `x` in `np.pad(x, pad_width)` with constants: the middle of `g`."""
    widths = np.broadcast_to(np.asarray(pad_width), (np.ndim(x), 2))
    return g[tuple(slice(int(before), int(before) + n) for (before, _), n in zip(widths, np.shape(x)))]


def memory_order(x: Any) -> Any:
    """The positions of the elements of `x`, counted as it is read, in the order in which memory holds them.

    That is NumPy's 'K': axes by their strides; those that are broadcast stay beside the one that they come after.
    """
    fastest: list[int] = []
    for axis in range(np.ndim(x) - 1, -1, -1):
        place = len(fastest)
        for i in range(len(fastest) - 1, -1, -1):
            own, other = _step(x, axis), _step(x, fastest[i])
            if own and other:
                if other <= own:
                    break
                place = i
        fastest.insert(place, axis)
    return np.ravel(np.transpose(np.reshape(np.arange(np.size(x)), np.shape(x)), fastest[::-1]))


def _step(x: Any, axis: int) -> int:
    """How far apart in memory the elements along an axis lie, 0 where they are one."""
    return abs(int(x.strides[axis])) if np.shape(x)[axis] > 1 else 0


def same_layout(a: Any, b: Any) -> bool:
    """Whether two arrays of one shape lie alike in memory."""
    return np.ndim(a) == 0 or bool(a.strides == b.strides)


def in_columns(x: Any, order: Any) -> bool:
    """Whether `x` is read with the first index changing fastest."""
    return order == "F" or (order == "A" and np.ndim(x) > 1 and not x.flags.c_contiguous and x.flags.f_contiguous)


def read_back(g: Any, x: Any, order: Any) -> Any:
    """The cotangent of `x` in `np.reshape(x, shape, order)` or `np.ravel(x, order)`.

    'A' is 'F' for arrays in Fortran's order and 'C' for others; 'K' is the order of memory.
    """
    if order == "K":
        return scatter_take(g, x, memory_order(x))
    if in_columns(x, order):
        return np.reshape(g, np.shape(x), order="F")
    return np.reshape(g, np.shape(x))


def read_alike(x_dot: Any, x: Any, y: Any, order: Any) -> Any:
    """The tangent of `y = np.reshape(x, shape, order)` or `np.ravel(x, order)`, in the order in which `x` was read.

    The tangent may lie otherwise in memory than `x`.
    """
    if order == "K":
        return np.ravel(x_dot, "K") if same_layout(x_dot, x) else np.ravel(x_dot)[memory_order(x)]
    if in_columns(x, order):
        return np.reshape(x_dot, np.shape(y), order="F")
    return np.reshape(x_dot, np.shape(y))


def extended_undiff(g: Any, x: Any, n: int, axis: int, prepend: Any, append: Any) -> list[Any]:
    """The cotangents of `x`, `prepend` and `append` in `np.diff(x, n, axis, prepend, append)`."""
    if n == 0:  # then NumPy does not look at what it is to put beside
        return [g, *(None if end is None else np.zeros(np.shape(end), np.result_type(g)) for end in (prepend, append))]
    single = (*np.shape(x)[: axis % np.ndim(x)], 1, *np.shape(x)[axis % np.ndim(x) + 1 :])
    given = [end if end is None else np.asarray(end) for end in (prepend, append)]
    ends = [end if end is None or np.ndim(end) else np.broadcast_to(end, single) for end in given]
    pieces = [piece for piece in (ends[0], x, ends[1]) if piece is not None]
    parts = split_concat(undiff(g, np.concatenate(pieces, axis=axis), n, axis), pieces, axis)
    before = None if prepend is None else unbroadcast(parts[0], prepend)
    after = None if append is None else unbroadcast(parts[-1], append)
    return [parts[0 if prepend is None else 1], before, after]


def undiff(g: Any, x: Any, n: int = 1, axis: int = -1) -> Any:
    """The cotangent of `x` in `np.diff(x, n, axis)`."""
    for _ in range(np.shape(x)[axis] - np.shape(g)[axis]):
        g = np.moveaxis(g, axis, -1)
        edge = np.zeros_like(g[..., :1]) if np.shape(g)[-1] else np.zeros((*np.shape(g)[:-1], 1), np.result_type(g))
        g = np.moveaxis(np.concatenate([edge, g], axis=-1) - np.concatenate([g, edge], axis=-1), -1, axis)
    return unbroadcast(g, x)
