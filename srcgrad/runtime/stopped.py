"""What emitted code calls for `stop_gradient`: it stops derivatives of derivatives too."""

from __future__ import annotations

from typing import Any

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import fresh, in_form_of


def detached(x: Any) -> Any:
    """The same value as an object of its own (tuples with their items), so that nothing flows by its identity."""
    if carries(x):
        return fresh(x)
    if isinstance(x, tuple):
        items = [detached(item) for item in x]
        return in_form_of(x, items)
    if isinstance(x, (list, dict, set)) or hasattr(x, "__dict__"):
        raise UnsupportedError(
            "stop_gradient() of a container", "stop its items: {k: stop_gradient(v) for k, v in params.items()}"
        )
    return x
