"""Rotations of `scipy.spatial.transform`, written out in `srcgrad.written.scipy_rotations`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy.spatial.transform import Rotation

from srcgrad.errors import UnsupportedError
from srcgrad.rules import scipy_given  # noqa: F401 - the entry of `given_by`
from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import METHODS, WRITTEN, Choice, OfObject
from srcgrad.runtime import words, words_scipy_rotations
from srcgrad.written import scipy_rotations as written

CONSTANTS.update(words.words_of(words_scipy_rotations).values())
for _name in ("from_rotvec", "from_quat", "from_euler"):
    WRITTEN[getattr(Rotation, _name)] = getattr(written, _name)
METHODS[Rotation, "apply"] = OfObject(written.applied)
METHODS[Rotation, "__mul__"] = OfObject(written.product)


def refused(name):
    """The choice for a way of making rotations that is not differentiated."""

    def choose(given):
        what = f"Rotation.{name}() of what depends on the input"
        raise UnsupportedError(what, "use from_rotvec, from_quat or from_euler")

    return choose


for _name in ("from_matrix", "from_mrp", "from_davenport", "align_vectors"):
    if hasattr(Rotation, _name):
        WRITTEN[getattr(Rotation, _name)] = Choice((), refused(_name))
