"""Arguments that a call passes by position, and that an entry of the table takes by name.

np.take(x, i, None, u, "clip")      np.take(x, i, None, out=u, mode="clip")
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from srcgrad.rules.table import Rule

T = TypeVar("T")


def named(
    rule: Rule | None, function: Any, args: Sequence[T], keywords: Sequence[tuple[Any, T]], before: int = 0
) -> tuple[tuple[T, ...], tuple[tuple[Any, T], ...]]:
    """The arguments of a call, those that the entry takes by name alone by the name that NumPy has for their position.

    rule     None for a function without derivative, whose `out` alone counts
    before   how many arguments stand before `args`: 1 where these are a method's
    """
    args = tuple(args)
    if isinstance(function, np.ufunc) or (rule is not None and len(args) <= rule.positional - before):
        return args, tuple(keywords)
    names = positional(function)[before:]
    if rule is None:
        count = names.index("out") if "out" in names else len(names)
    else:
        count = rule.positional - before
    if not count < len(args) <= len(names) or (rule is not None and any(p.kind == "var" for p in rule.params)):
        return args, tuple(keywords)
    return args[:count], (*zip(names[count:], args[count:]), *keywords)


REDUCE = ("array", "axis", "dtype", "out", "keepdims", "initial", "where")


@functools.cache
def positional(function: Any) -> tuple[str, ...]:
    """The names of a function's parameters that may be passed by position; none where it does not tell them."""
    if isinstance(getattr(function, "__self__", None), np.ufunc) and function.__name__ == "reduce":
        return REDUCE  # its signature tells a part of them
    try:
        params = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(p.name for p in params if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))
