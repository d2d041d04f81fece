"""Rules for `scipy.ndimage`, third part: Gaussian filters.

The functions are written out in `srcgrad.written.scipy_gaussian`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import ndimage

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.rules.language import general
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.runtime.words_scipy_ndimage import filtered_axes, gaussian_reach, mode_at, order_at, place_of
from srcgrad.written import scipy_gaussian as written


@general(filtered_axes, kind=of.python_int)
def filtered_axes_(axes, ndim, *, g):
    axes: 0
    y_dot: 0


@general(place_of, kind=of.python_int)
def place_of_(axis, axes, ndim, *, g):
    axes: 0
    y_dot: 0


@general(order_at, kind=of.python_int)
def order_at_(order, count, place, *, g):
    order: 0
    y_dot: 0


@general(mode_at, kind=of.python_str)
def mode_at_(mode, count, place, *, g):
    mode: 0
    y_dot: 0


@general(gaussian_reach, kind=of.python_int)
def gaussian_reach_(sigma, truncate, radius, count=1, place=0, *, g):
    sigma: 0
    truncate: 0
    radius: 0
    y_dot: 0


ONE = ("input", "sigma", "output", "mode", "cval")
POSITIONAL = {
    "gaussian_filter1d": ("input", "sigma", "axis", "order", "output", "mode", "cval", "truncate"),
    "gaussian_filter": ("input", "sigma", "order", "output", "mode", "cval", "truncate"),
    "gaussian_laplace": ONE,
    "gaussian_gradient_magnitude": ONE,
}
for _name, _positional in POSITIONAL.items():
    WRITTEN[getattr(ndimage, _name)] = plain(getattr(ndimage, _name), getattr(written, _name), _positional, output=None)
