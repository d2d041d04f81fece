"""Which package the type of a value comes from."""

from __future__ import annotations

from typing import Any


def package_of(value: Any) -> str:
    """The name of the package, also where the type of an extension has something else than text for its module."""
    return str(type(value).__module__).partition(".")[0]
