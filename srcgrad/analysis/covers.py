"""Whether a kind tells the truth about a value: the check that every transfer function is held to."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis.extents import Axis, Dim
from srcgrad.analysis.kinds import Inert, Kind, Known, Never, Num, Ref, Seq, Tup, Unknown


def covers(kind: Kind | None, value: Any) -> bool:
    """Whether all that `kind` says holds for `value` (None, nothing known, covers everything)."""
    match kind:
        case None | Unknown():
            return True
        case Never():
            return False
        case Num():
            return _covers_number(kind, value)
        case Known(value=known):
            return known is value or (type(known) is type(value) and bool(known == value))
        case Tup(items=items, type=cls):
            same = type(value) is cls and len(items) == len(value)  # type: ignore[arg-type]
            return same and all(covers(k, v) for k, v in zip(items, value))
        case Ref(site=site):
            if type(value) is not site.type:
                return False
            if site.items is not None and isinstance(value, list):
                return len(site.items) == len(value) and all(covers(site.items[i], v) for i, v in enumerate(value))
            return site.elem is None or not isinstance(value, (list, set)) or all(covers(site.elem, v) for v in value)
        case Seq(elem=elem):
            return not isinstance(value, (list, tuple)) or all(covers(elem, v) for v in value)
        case Inert(type=cls):
            return cls is None or isinstance(value, cls)
        case _:
            return callable(value)


def _covers_number(kind: Num, value: Any) -> bool:
    if value is None:
        return kind.maybe_none
    if isinstance(value, np.ndarray):
        box = "array"
    elif isinstance(value, np.generic):
        box = "np"
    elif type(value) in (bool, int, float, complex):
        box = "py"
    else:
        return False
    if kind.box not in (None, box) and not (kind.box == "scalar" and box in ("py", "np")):
        return False
    dtype = np.dtype(type(value)) if box == "py" else value.dtype
    if kind.dtype is not None and kind.dtype != dtype:
        return False
    shape = np.shape(value)
    if kind.shape is None:
        return True
    if len(kind.shape) != len(shape):
        return False
    return all(map(_covers_axis, kind.shape, shape)) and _equal_axes_agree(kind.shape, shape)


def _covers_axis(axis: Axis, extent: int) -> bool:
    return axis == extent if isinstance(axis, int) else not (axis.not_one and extent == 1)


def _equal_axes_agree(axes: tuple[Axis, ...], extents: tuple[int, ...]) -> bool:
    """Axes with the same symbol have the same length."""
    seen: dict[Dim, int] = {}
    return all(seen.setdefault(a, n) == n for a, n in zip(axes, extents) if isinstance(a, Dim))
