"""What lowered `match` statements call: Python's own tests of what a sequence or mapping pattern may match."""

from __future__ import annotations

from typing import Any

# Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING: what the interpreter looks at, and what classes inherit or register
_SEQUENCE = 1 << 5
_MAPPING = 1 << 6


def is_sequence(value: Any) -> bool:
    """Whether a sequence pattern may match the value."""
    return bool(type(value).__flags__ & _SEQUENCE)


def is_mapping(value: Any) -> bool:
    """Whether a mapping pattern may match the value."""
    return bool(type(value).__flags__ & _MAPPING)
