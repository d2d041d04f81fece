"""Functions that keep their results: `functools.lru_cache`, `functools.cache`.

What such a function computed in an earlier call has no derivative in this one.  So where derivatives may flow, one
that was there before is called as the function that it wraps, and one that is made here keeps its results in the
program, in a `Cached`:

    @functools.cache
    def value(i): ...              value = Cached(value)
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Closure, Kind, Known, Method, Num, Ref, Tup
from srcgrad.analysis.meaning import Plain, Result
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.written.python_caches import Cached

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

WRAPPER = functools._lru_cache_wrapper
ADVICE = "keep the results in a dict of your own, made in the function that is differentiated"


def decorator(function: Any, kinds: list[Kind]) -> Result | None:
    """`lru_cache(maxsize=...)`, which gives a decorator as good as `cache`; None for other calls."""
    if function is functools.lru_cache and not (kinds and isinstance(kinds[0], (Closure, Method, Ref))):
        return Known(functools.cache), Plain()
    return None


def made(function: Any, active: bool) -> Any:
    """The class that stands in for a cache of a function through which derivatives flow, or None."""
    return Cached if active and function in (functools.cache, functools.lru_cache) else None


def behind(inf: Inference, found: Any) -> Any:
    """The function behind one that keeps its results; refused where it calls itself, which would take forever."""
    function = found.__wrapped__
    if not isinstance(function, types.FunctionType):
        raise UnsupportedError("a cache of what is no Python function", ADVICE)
    if inf.world.active_calls.get(programs.program_of(function)):
        raise UnsupportedError(
            f"{function.__name__}(), which keeps its results between calls and calls itself,", ADVICE
        )
    return function


def found_by_value(inf: Inference, kind: Kind, key: Kind) -> None:
    """Refuse to look for a number that depends on the input in a dict or set that was there before the call.

    What an earlier call put there under this number depends on it as well, but nobody knows how.
    """
    if isinstance(kind, Ref) and kind.site.type in (dict, set) and of_numbers(key) and was_there(inf, kind):
        name = kind.site.type.__name__
        raise UnsupportedError(
            f"looking for a value that depends on the input in a {name} that is there before the call",
            "make it in the function that is differentiated",
        )


def was_there(inf: Inference, kind: Ref) -> bool:
    """Whether a container is older than the call of the outermost function."""
    if kind.site.value is None or not inf.world.within:
        return kind.site.value is not None
    return any(found == kind for *_, found in inf.world.globals_used.values())


def of_numbers(key: Kind) -> bool:
    """Whether a key is, or has among its items, a number that depends on the input."""
    if isinstance(key, Tup):
        return any(map(of_numbers, key.items))
    if isinstance(key, Ref) and key.site.type is tuple:
        return is_active(key)
    return isinstance(key, Num) and is_active(key)
