"""What SciPy's functions ask of arrays before they compute: of which library they are, which is NumPy, and which type.

With this their own source is followed (`optimize.rosen`, `linalg.polar`, `signal.medfilt`).
"""

from __future__ import annotations

import importlib
from typing import Any

from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import WRITTEN, Choice
from srcgrad.written import scipy_arrays as written


def _functions(module: str) -> dict[str, Any]:
    """The functions of a module, none where SciPy's version has no such module."""
    try:
        return {name: value for name, value in vars(importlib.import_module(module)).items() if callable(value)}
    except ImportError:
        return {}


def choose_promoted(given):  # type: ignore[no-untyped-def]
    """What makes one argument an array of a type to compute with; None for several, whose source is followed."""
    if "second" in given or "first" not in given or given.get("broadcast", False):
        return None
    return written.floating_array_of if given.get("force_floating", False) is True else written.array_of


_ASKED = _functions("scipy._lib._array_api")
_HELPERS = _functions("scipy._lib.array_api_compat.common._helpers")
if "array_namespace" in _ASKED:
    WRITTEN[_ASKED["array_namespace"]] = written.array_namespace
if "xp_promote" in _ASKED:
    WRITTEN[_ASKED["xp_promote"]] = Choice(("first", "second"), choose_promoted)
CONSTANTS.update(value for name, value in _HELPERS.items() if name.startswith(("is_", "_is")))
CONSTANTS.update(_ASKED[name] for name in ("is_numpy", "is_lazy_array", "xp_size") if name in _ASKED)
