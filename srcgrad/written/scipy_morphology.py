"""Grey morphology of `scipy.ndimage` with flat structures: least and greatest elements among those around."""

from __future__ import annotations

# Written to be differentiated: the types are those of SciPy's functions.
# mypy: ignore-errors
import numpy as np

from srcgrad.written.scipy_ranks import maximum_filter, minimum_filter


def along(n, axis, value, other):
    """A tuple with one value in the place of an axis."""
    return tuple([value if k == axis % n else other for k in range(n)])


def maximum_filter1d(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    n = np.ndim(input)
    return maximum_filter(input, along(n, axis, size, 1), None, None, mode, cval, along(n, axis, origin, 0))


def minimum_filter1d(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    n = np.ndim(input)
    return minimum_filter(input, along(n, axis, size, 1), None, None, mode, cval, along(n, axis, origin, 0))


def grey_erosion(input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0):
    return minimum_filter(input, size, footprint, None, mode, cval, origin)


def grey_dilation(input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0):
    n = np.ndim(input)
    if footprint is not None:
        footprint = np.flip(np.asarray(footprint))
        shape = footprint.shape
    else:
        shape = (size,) * n if np.ndim(size) == 0 else tuple(size)
    origins = (origin,) * n if np.ndim(origin) == 0 else tuple(origin)
    # seen from the other side, and the middle of an even number is one further
    turned = tuple([-origins[k] - (1 - shape[k] % 2) for k in range(n)])
    return maximum_filter(input, size, footprint, None, mode, cval, turned)


def grey_opening(input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0):
    least = grey_erosion(input, size, footprint, None, None, mode, cval, origin)
    return grey_dilation(least, size, footprint, None, None, mode, cval, origin)


def grey_closing(input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0):
    greatest = grey_dilation(input, size, footprint, None, None, mode, cval, origin)
    return grey_erosion(greatest, size, footprint, None, None, mode, cval, origin)


def white_tophat(input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0):
    return input - grey_opening(input, size, footprint, None, None, mode, cval, origin)


def black_tophat(input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0):
    return grey_closing(input, size, footprint, None, None, mode, cval, origin) - input


def morphological_gradient(
    input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0
):
    greatest = grey_dilation(input, size, footprint, None, None, mode, cval, origin)
    return greatest - grey_erosion(input, size, footprint, None, None, mode, cval, origin)


def morphological_laplace(
    input, size=None, footprint=None, structure=None, output=None, mode="reflect", cval=0.0, origin=0
):
    greatest = grey_dilation(input, size, footprint, None, None, mode, cval, origin)
    least = grey_erosion(input, size, footprint, None, None, mode, cval, origin)
    return greatest + least - input - input
