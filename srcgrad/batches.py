"""Linear maps applied to several directions at once: the directions lie along a first axis of every array.

{"w": (k, n, m), "b": (k, m)}       k directions for {"w": (n, m), "b": (m,)}, and so are the results
"""

from __future__ import annotations

import copy
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.entry import attributes_of
from srcgrad.analysis.subscripts import getitem
from srcgrad.custom import Function, called
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import in_form_of


def batched(directions: Any, like: Any, apply: Callable[[Any], Any], run: Function = called) -> Any:
    """`apply` to each row of the directions; the results stacked along a first axis, leaf by leaf.

    directions   in the structure of `like`, or None in the place of a part; every array has one axis more, the first
    apply        from one row, in the structure of `like`, to a result in any structure, the same for every row
    run          calls the functions that take rows out and stack results

    Raises ValueError where the first axes differ in length, or there is none.
    """
    lengths = {len(array) for array in arrays_of(directions, like)}
    if len(lengths) != 1:
        found = "none" if not lengths else "lengths " + ", ".join(map(str, sorted(lengths)))
        raise ValueError(f"a batch wants one first axis of the same length in every array; got {found}")
    count = lengths.pop()
    if not count:
        # one row of zeros gives the structure and the shapes of what there is none of
        empty = apply(row_of(directions, like, None, run))
        return stacked([empty], 0, run)
    return stacked([apply(row_of(directions, like, i, run)) for i in range(count)], count, run)


def arrays_of(directions: Any, like: Any) -> list[Any]:
    """The arrays of the batch; ValueError for one without a first axis."""
    if carries(like):
        if directions is None:
            return []
        if np.ndim(directions) == 0:
            raise ValueError(
                f"a batch wants directions along the first axis of each array; got {arguments.describe(directions)} "
                f"for {arguments.describe(like)}"
            )
        return [directions]
    pairs = zip(parts_in(directions, like), arguments.children(like))
    return [array for part, inner in pairs if part is not None for array in arrays_of(part, inner)]


def parts_in(directions: Any, like: Any) -> list[Any]:
    """The parts of the directions that belong to the parts of a structure; [] where they do not fit."""
    if isinstance(like, dict):
        return [directions.get(key) for key in like] if isinstance(directions, dict) else []
    if isinstance(like, (list, tuple)):
        return list(directions) if isinstance(directions, (list, tuple)) else []
    if directions is None or not arguments.is_structure(like):
        return []
    if isinstance(directions, dict):
        return [directions.get(name) for name in attributes_of(like)]
    return [getattr(directions, name, None) for name in attributes_of(like)]


def row_of(directions: Any, like: Any, i: int | None, run: Function) -> Any:
    """One row of the directions (None: zeros), in their structure; what does not fit is left for checks to see."""
    if directions is None:
        return None
    if carries(like):
        array = directions if isinstance(directions, np.ndarray) else run(np.asarray, directions)
        row = np.zeros(array.shape[1:], array.dtype) if i is None else run(getitem, array, i)
        return row[()] if i is None and not isinstance(like, np.ndarray) else row
    if isinstance(directions, dict):
        inner = like if isinstance(like, dict) else attributes_of(like) if arguments.is_structure(like) else {}
        return {key: row_of(part, inner[key], i, run) if key in inner else part for key, part in directions.items()}
    if isinstance(directions, (list, tuple)) and isinstance(like, (list, tuple)):
        rows = [row_of(part, inner, i, run) for part, inner in zip(directions, like)]
        rows += directions[len(rows) :]
        return tuple(rows) if isinstance(directions, tuple) else rows
    if arguments.is_structure(like):
        names = attributes_of(like)
        return {name: row_of(getattr(directions, name, None), part, i, run) for name, part in names.items()}
    return directions


def stacked(rows: list[Any], count: int, run: Function) -> Any:
    """Results of the same structure as one, each leaf with a first axis of length `count` (0: none of them)."""
    first = rows[0]
    if carries(first):
        together = run(np.stack, rows)
        return together if count else together[:0]
    if isinstance(first, dict):
        return {key: stacked([row[key] for row in rows], count, run) for key in first}
    if isinstance(first, (list, tuple)):
        items = [stacked(list(parts), count, run) for parts in zip(*rows)]
        return in_form_of(first, items)
    if first is None or isinstance(first, str):
        return first
    names = vars(first) if isinstance(first, types.SimpleNamespace) else attributes_of(first)
    made = copy.copy(first)
    for name in names:
        object.__setattr__(made, name, stacked([getattr(row, name) for row in rows], count, run))
    return made
