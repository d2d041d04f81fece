"""Filters of `scipy.ndimage` that pick an element by its rank among those around: the derivative goes to that element.

Where several are equal it goes to one of them.
"""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np
from scipy import ndimage

from srcgrad.runtime.words_scipy_given import given_by
from srcgrad.runtime.words_scipy_ranks import rank_of, ranked_places, shape_of


def picked(function, args, x, share, rank, size, footprint, mode, cval, origin):
    """What a filter finds: the element of a rank, or below which a share of the elements lies."""
    shape = shape_of(size, footprint, np.ndim(x))
    places = ranked_places(x, rank_of(shape, share, rank), shape, mode, cval, origin)
    again = np.concatenate([np.zeros(1, x.dtype), np.ravel(x)])[places]
    options = {"size": size, "footprint": footprint, "mode": mode, "cval": cval, "origin": origin}
    return given_by(again, function, (x, *args), options)


def maximum_filter(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return picked(ndimage.maximum_filter, (), input, 1.0, None, size, footprint, mode, cval, origin)


def minimum_filter(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return picked(ndimage.minimum_filter, (), input, 0.0, None, size, footprint, mode, cval, origin)


def median_filter(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return picked(ndimage.median_filter, (), input, 0.5, None, size, footprint, mode, cval, origin)


def rank_filter(input, rank, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return picked(ndimage.rank_filter, (rank,), input, 0.0, rank, size, footprint, mode, cval, origin)


def percentile_filter(input, percentile, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    share = (percentile + 100.0 if percentile < 0 else percentile) / 100.0
    return picked(ndimage.percentile_filter, (percentile,), input, share, None, size, footprint, mode, cval, origin)
