"""`functools.singledispatch`: which implementation is called is seen when it runs, by the class of the first argument.

Implementations may be registered at any time.
"""

from __future__ import annotations

import functools
import types
from typing import Any

from srcgrad.analysis.kinds import Closure, Kind

_WRAPPER = functools.singledispatch(lambda first: None).__code__  # type: ignore[attr-defined]


def dispatches(function: Any) -> bool:
    """Whether a function chooses between implementations."""
    return isinstance(function, types.FunctionType) and function.__code__ is _WRAPPER


def may_dispatch(kind: Kind) -> bool:
    """Whether a function of this kind does."""
    return isinstance(kind, Closure) and kind.function is _WRAPPER


def implementation(function: Any, args: tuple[Any, ...]) -> Any:
    """The implementation for these arguments."""
    return function.dispatch(args[0].__class__)
