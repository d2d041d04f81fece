"""Rules for `scipy.ndimage`, second part: images at places between their samples, with order=1.

The functions are written out in `srcgrad.written.scipy_images`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import ndimage

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_integrate  # noqa: F401 - the entry of `attached`
from srcgrad.rules.language import general
from srcgrad.rules.stand_ins import WRITTEN, Choice, refuse_options
from srcgrad.runtime.words_scipy_images import corner_of, sampled_value
from srcgrad.written import scipy_images as written

MODES = ("constant", "nearest", "mirror", "reflect", "wrap")


@general(sampled_value, kind=of.array_like_second)
def sampled_value_(function, image, places, options, *, g):
    image: 0
    places: 0
    options: 0
    y_dot: 0


@general(corner_of, kind=of.places_like_first)
def corner_of_(c, n, *, g):
    c: 0
    y_dot: 0


def choose(name):
    """The function for what is linear between samples."""

    def chosen(given):
        call = f"scipy.ndimage.{name}"
        refuse_options(call, given, {"output": "leave it out"}, output=None)
        refuse_options(call, given, {"grid_mode": "leave it out"}, grid_mode=False)
        if given.get("order", 3) != 1:
            raise UnsupportedError(f"{call}() with order={given.get('order', 3)}", "pass order=1")
        if given.get("mode", "constant") not in MODES:
            raise UnsupportedError(f"{call}() with mode={given['mode']!r}", f"use one of {', '.join(MODES)}")
        return getattr(written, name)

    return chosen


for _name, _second in {"map_coordinates": ("coordinates",), "shift": ("shift",), "zoom": ("zoom",),
                       "affine_transform": ("matrix", "offset", "output_shape")}.items():  # fmt: skip
    WRITTEN[getattr(ndimage, _name)] = Choice(
        ("input", *_second, "output", "order", "mode", "cval", "prefilter"), choose(_name)
    )
