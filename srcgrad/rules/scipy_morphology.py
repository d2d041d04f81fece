"""Rules for `scipy.ndimage`, fourth part: grey morphology, written out in `srcgrad.written.scipy_morphology`."""

# The chooser is in a module of formulas, which are not checked.
# mypy: disable-error-code=no-untyped-call

from __future__ import annotations

from scipy import ndimage

from srcgrad.rules.scipy_given import plain
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.written import scipy_morphology as written

AROUND = ("input", "size", "footprint", "structure", "output", "mode", "cval", "origin")
LINE = ("input", "size", "axis", "output", "mode", "cval", "origin")
for _name, _positional in {
    **dict.fromkeys(("maximum_filter1d", "minimum_filter1d"), LINE),
    **dict.fromkeys(("grey_erosion", "grey_dilation", "grey_opening", "grey_closing", "white_tophat", "black_tophat",
                     "morphological_gradient", "morphological_laplace"), AROUND),
}.items():  # fmt: skip
    WRITTEN[getattr(ndimage, _name)] = plain(
        getattr(ndimage, _name), getattr(written, _name), _positional, "use a flat structure: size= or footprint=",
        output=None, structure=None, axes=None,
    )  # fmt: skip
