"""Words for filters of `scipy.ndimage` that pick an element by its rank among those around."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

# names of NumPy's for what is beyond the edges
PADS = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap", "constant": "constant"}


def shape_of(size: Any, footprint: Any, axes: int) -> Any:
    """The elements around one that a filter looks at."""
    return np.ones(np.broadcast_to(size, axes), bool) if footprint is None else np.asarray(footprint, bool)


def rank_of(shape: Any, share: float, rank: Any = None) -> int:
    """The rank, from 0 on, below which a share of the elements lies, or that was given."""
    count = int(np.count_nonzero(shape))
    if rank is None:
        rank = count - 1 if share == 1.0 else int(count * share)
    return int(rank) % count


def ranked_places(x: Any, rank: int, shape: Any, mode: str, cval: Any, origin: Any) -> Any:
    """Which element of `x`, counted from 1, a filter finds for each element; 0 for `cval`."""
    around = [(n // 2 + o, n - 1 - n // 2 - o) for n, o in zip(shape.shape, np.broadcast_to(origin, x.ndim))]
    pad: Any = np.pad
    filled = {"constant_values": cval} if mode == "constant" else {}
    values = sliding_window_view(pad(x, around, PADS[mode], **filled), shape.shape)[..., shape]
    numbers = pad(np.arange(1, x.size + 1).reshape(x.shape), around, PADS[mode])
    chosen = np.argsort(values, axis=-1, kind="stable")[..., [rank]]
    places = sliding_window_view(numbers, shape.shape)[..., shape]
    return np.take_along_axis(places, chosen, axis=-1)[..., 0]
