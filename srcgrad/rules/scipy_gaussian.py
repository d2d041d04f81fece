"""Rules for `scipy.ndimage`, third part: Gaussian filters.

The functions are written out in `srcgrad.written.scipy_gaussian`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import ndimage

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.rules.zeros import zero
from srcgrad.runtime.words_scipy_ndimage import filtered_axes, gaussian_reach, mode_at, order_at, place_of
from srcgrad.written import scipy_gaussian as written

zero(filtered_axes, place_of, order_at, gaussian_reach, kind=of.python_int)
zero(mode_at, kind=of.python_str)


ONE = ("input", "sigma", "output", "mode", "cval")
POSITIONAL = {
    "gaussian_filter1d": ("input", "sigma", "axis", "order", "output", "mode", "cval", "truncate"),
    "gaussian_filter": ("input", "sigma", "order", "output", "mode", "cval", "truncate"),
    "gaussian_laplace": ONE,
    "gaussian_gradient_magnitude": ONE,
}
for _name, _positional in POSITIONAL.items():
    WRITTEN[getattr(ndimage, _name)] = plain(getattr(ndimage, _name), getattr(written, _name), _positional, output=None)
