"""Which package the type of a value comes from, and what stands in for a library."""

from __future__ import annotations

from typing import Any


def package_of(value: Any) -> str:
    """The name of the package, also where the type of an extension has something else than text for its module."""
    return str(type(value).__module__).partition(".")[0]


def is_written(made: Any) -> bool:
    """Whether a function or class stands in for a library's, written out in Python."""
    return str(made.__module__).startswith("srcgrad.written.")
