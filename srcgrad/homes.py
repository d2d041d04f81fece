"""Which package the type of a value comes from, and what stands in for a library."""

from __future__ import annotations

from types import FunctionType
from typing import Any


def package_of(value: Any) -> str:
    """The name of the package, also where the type of an extension has something else than text for its module."""
    return str(type(value).__module__).partition(".")[0]


def is_word(function: Any) -> bool:
    """Whether a function is one that emitted code calls, and that comes with the package."""
    return type(function) is FunctionType and str(function.__module__).startswith("srcgrad.runtime.")


def is_written(made: Any) -> bool:
    """Whether a function or class stands in for a library's, written out in Python."""
    return str(made.__module__).startswith("srcgrad.written.")
