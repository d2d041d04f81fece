"""What stands in for `functools.cache` on a function that is made while a program runs."""

from __future__ import annotations

from typing import Any

import numpy as np

EXACT = (int, str, bytes, np.integer, type(None))


def is_exact(value: Any) -> bool:
    """Whether equal values are as good as one: no floating number is in them, which may carry a derivative."""
    if isinstance(value, tuple):
        return all(is_exact(item) for item in value)
    return isinstance(value, EXACT)


class Cached:
    """A function that keeps its results, as long as its arguments are exact; with others it is called every time."""

    def __init__(self, function):  # type: ignore[no-untyped-def]
        self.function = function
        self.results = {}

    def __call__(self, *args, **named):  # type: ignore[no-untyped-def]
        key = (args, tuple(named.items()))
        if not is_exact(key):
            return self.function(*args, **named)
        if key not in self.results:
            self.results[key] = self.function(*args, **named)
        return self.results[key]

    def cache_clear(self):  # type: ignore[no-untyped-def]
        self.results.clear()
