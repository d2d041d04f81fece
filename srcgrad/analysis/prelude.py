"""Builtins that call back, written out in Python, so that they are differentiated like any other function.

    map(f, xs)      [f(x) for x in xs]
"""

from __future__ import annotations

import functools
from typing import Any


def map_(function, *iterables):  # type: ignore[no-untyped-def]
    result = []
    for items in zip(*iterables):
        result.append(function(*items))
    return result


def map_one(function, items):  # type: ignore[no-untyped-def]
    result = []
    for item in items:
        result.append(function(item))
    return result


def map_two(function, items, others):  # type: ignore[no-untyped-def]
    result = []
    for item, other in zip(items, others):
        result.append(function(item, other))
    return result


def filter_(function, items):  # type: ignore[no-untyped-def]
    result = []
    for item in items:
        if item if function is None else function(item):
            result.append(item)
    return result


def reduce_(function, items, *initial):  # type: ignore[no-untyped-def]
    started = len(initial) > 0
    result = initial[0] if started else None
    for item in items:
        if started:
            result = function(result, item)
        else:
            result = item
            started = True
    if not started:
        raise TypeError("reduce() of empty iterable with no initial value")
    return result


def reduce_from(function, items, initial):  # type: ignore[no-untyped-def]
    result = initial
    for item in items:
        result = function(result, item)
    return result


def divmod_(a, b):  # type: ignore[no-untyped-def]
    return a // b, a % b


def replacement(function: Any, count: int) -> Any:
    """The written-out form of a builtin called with `count` arguments, or None."""
    if function is map:
        return {2: map_one, 3: map_two}.get(count, map_)
    if function is divmod:
        return divmod_
    if function is filter:
        return filter_
    if function is functools.reduce:
        return reduce_from if count == 3 else reduce_
    return None
