"""Rules for `scipy.ndimage`, second part: images at places between their samples.

The functions are written out in `srcgrad.written.scipy_images`; the entries here are what they consist of.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

from scipy import ndimage

from srcgrad.analysis import shapes_scipy_written as of
from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_integrate  # noqa: F401 - the entry of `attached`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN, Choice, refusal, refuse_options
from srcgrad.rules.zeros import zero
from srcgrad.runtime.words_scipy_images import corner_of, index_of, sampled_value, spline_matrix
from srcgrad.runtime.words_scipy_ranks import rank_of, ranked_places, shape_of
from srcgrad.written import scipy_images as written
from srcgrad.written import scipy_ranks as ranks

MODES = ("constant", "nearest", "mirror", "reflect", "wrap")


zero(sampled_value, kind=of.array_like_second)
zero(corner_of, kind=of.like_first_constant)
zero(index_of, kind=of.places_like_first)
zero(spline_matrix, kind=of.table)


def choose(name):
    """The function for what is a spline between samples."""

    def chosen(given):
        call = f"scipy.ndimage.{name}"
        refuse_options(call, given, {"output": "leave it out"}, output=None)
        refuse_options(call, given, {"grid_mode": "leave it out"}, grid_mode=False)
        if given.get("mode", "constant") not in MODES:
            raise UnsupportedError(f"{call}() with mode={given['mode']!r}", f"use one of {', '.join(MODES)}")
        return getattr(written, name)

    return chosen


for _name, _second in {"map_coordinates": ("coordinates",), "shift": ("shift",), "zoom": ("zoom",),
                       "affine_transform": ("matrix", "offset", "output_shape"),
                       "rotate": ("angle", "axes", "reshape")}.items():  # fmt: skip
    WRITTEN[getattr(ndimage, _name)] = Choice(
        ("input", *_second, "output", "order", "mode", "cval", "prefilter"), choose(_name)
    )

CONSTANTS.update({rank_of, ranked_places, shape_of})
for _name, _second in {"maximum_filter": (), "minimum_filter": (), "median_filter": (), "rank_filter": ("rank",),
                       "percentile_filter": ("percentile",)}.items():  # fmt: skip
    WRITTEN[getattr(ndimage, _name)] = plain(
        getattr(ndimage, _name), getattr(ranks, _name),
        ("input", *_second, "size", "footprint", "output", "mode", "cval", "origin"), output=None, axes=None,
    )  # fmt: skip
for _name in ("generic_filter", "generic_filter1d", "generic_laplace", "generic_gradient_magnitude"):
    WRITTEN[getattr(ndimage, _name)] = refusal(
        f"scipy.ndimage.{_name}() of what depends on the input",
        "pad the image, and call the function on np.lib.stride_tricks.sliding_window_view(padded, size)",
    )
