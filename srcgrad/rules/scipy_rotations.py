"""Rotations of `scipy.spatial.transform`, written out in `srcgrad.written.scipy_rotations`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy.spatial.transform import Rotation

from srcgrad.rules import scipy_given  # noqa: F401 - the entry of `given_by`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import METHODS, WRITTEN, OfObject, refusal
from srcgrad.runtime import words, words_scipy_rotations
from srcgrad.written import scipy_rotations as written

CONSTANTS.update(words.words_of(words_scipy_rotations).values())
for _name in ("from_rotvec", "from_quat", "from_euler"):
    WRITTEN[getattr(Rotation, _name)] = getattr(written, _name)
METHODS[Rotation, "apply"] = OfObject(written.applied)
METHODS[Rotation, "__mul__"] = OfObject(written.product)


for _name in ("from_matrix", "from_mrp", "from_davenport", "align_vectors"):
    if hasattr(Rotation, _name):
        WRITTEN[getattr(Rotation, _name)] = refusal(
            f"Rotation.{_name}() of what depends on the input", "use from_rotvec, from_quat or from_euler"
        )
