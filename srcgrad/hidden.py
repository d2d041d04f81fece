"""Results that hold numbers where no cotangent has a place: deques, sets, views of dicts, iterators."""

from __future__ import annotations

import functools
import io
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from srcgrad.arguments import leaves


def hides_numbers(value: Any) -> bool:
    """Whether a value that is no structure of numbers has some inside all the same; an iterator may have."""
    if isinstance(value, Iterator):
        return not isinstance(value, io.IOBase)
    if isinstance(value, (deque, set, frozenset)):
        inside: Iterable[Any] = value
    elif isinstance(value, functools.partial):
        inside = (*value.args, *value.keywords.values())
    elif isinstance(value, BaseException):
        inside = value.args
    elif isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, Collection) and not isinstance(value, (str, bytes, range, np.ndarray)):
        inside = value
    else:
        return False
    return any(True for part in inside for _ in leaves(part))
