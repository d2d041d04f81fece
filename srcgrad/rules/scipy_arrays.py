"""What SciPy's functions ask of arrays before they compute: of which library they are. Here that is NumPy.

With this their own source is followed (`linalg.polar`, `integrate.cumulative_simpson`, `signal.medfilt`).
"""

from __future__ import annotations

import importlib
from typing import Any

from srcgrad.rules.constants import CONSTANTS
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.written.scipy_arrays import array_namespace


def _functions(module: str) -> dict[str, Any]:
    """The functions of a module, none where SciPy's version has no such module."""
    try:
        return {name: value for name, value in vars(importlib.import_module(module)).items() if callable(value)}
    except ImportError:
        return {}


_ASKED = _functions("scipy._lib._array_api")
_HELPERS = _functions("scipy._lib.array_api_compat.common._helpers")
if "array_namespace" in _ASKED:
    WRITTEN[_ASKED["array_namespace"]] = array_namespace
CONSTANTS.update(value for name, value in _HELPERS.items() if name.startswith(("is_", "_is")))
CONSTANTS.update(_ASKED[name] for name in ("is_numpy", "is_lazy_array", "xp_size") if name in _ASKED)
