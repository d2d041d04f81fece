"""What emitted code calls where a program speaks of its own derivative."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from srcgrad import control
from srcgrad.checkpointing import Checkpoint, checkpoint
from srcgrad.custom import CustomRule
from srcgrad.customcalls import CustomForward
from srcgrad.errors import UnsupportedError, a_type
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.places import user_line
from srcgrad.runtime.records import NOTHING
from srcgrad.runtime.stopped import detached


def own_copy(bar: Any, x: Any = None) -> Any:
    """An adjoint in memory of its own, with the shape of `x` where it is given; a number as it is."""
    if x is not None and np.shape(bar) != np.shape(x):
        bar = np.broadcast_to(bar, np.shape(x))
    return np.array(bar) if np.ndim(bar) else bar


def here() -> str:
    """The user's line at hand, for messages."""
    place = user_line()
    return f"{place[0]}:{place[1]}: " if place is not None else ""


def replaced(given: Any, bar: Any) -> Any:
    """What takes the place of an adjoint: `given`, of the adjoint's shape and type, or the adjoint where it is None.

    Raises ValueError for another shape, TypeError for what is no number or is complex where the adjoint is real.
    """
    if given is None:
        return bar
    if not isinstance(given, (float, int, complex, np.generic, np.ndarray)) and not hasattr(
        given, "__array_interface__"
    ):
        raise TypeError(f"{here()}the adjoint was replaced by {a_type(given)}; wanted numbers")
    if np.shape(given) != np.shape(bar):
        raise ValueError(f"{here()}the adjoint has shape {np.shape(bar)}; it was replaced by one of {np.shape(given)}")
    if np.iscomplexobj(given) and not np.iscomplexobj(bar):
        raise TypeError(f"{here()}the adjoint is real; it was replaced by complex numbers")
    if isinstance(bar, np.ndarray):
        return np.asarray(given, dtype=bar.dtype)
    return given


def like_argument(bar: Any, x: Any, rule: str, line: str) -> Any:
    """The cotangent of an argument `x` that a rule of the user's gave; ValueError where it has another shape."""
    if np.shape(bar) != np.shape(x):
        raise ValueError(
            f"{here()}{rule}, line '{line}', gives a cotangent of shape {np.shape(bar)}; the argument has {np.shape(x)}"
        )
    return bar


class HookRecord:
    """The record of `on_adjoint(h, fn)` whose value was only seen when it ran."""

    def __init__(self, value: Any, hook: Any) -> None:
        self.value, self.hook = value, hook

    def reverse(self, bars: Adjoints, bar: Any = None) -> None:
        """Have the function look at what was gathered for the value, and replace it."""
        value = self.value
        found = own_copy(bars.take(value), value)
        bars.add(value, replaced(self.hook(found), found))


def special(func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any] | None:
    """A call of one of srcgrad's own functions that programs call, and its record; None for any other."""
    if func is control.stop_gradient or func is detached:
        return detached(*args, **keywords), NOTHING
    if func is control.on_adjoint:
        if not carries(args[0]):
            raise UnsupportedError("the adjoint of what is no number or array", "give one of its items a name")
        return None, HookRecord(*args, **keywords)
    if func is checkpoint:
        return checkpoint(*args, **keywords), NOTHING
    found = instead_of(func, args)
    return None if found is None else found[0](*found[1], **keywords)


def instead_of(func: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]] | None:
    """What is called in place of a function with a rule of its own or a checkpointed one; None for any other."""
    if isinstance(func, Checkpoint):
        from srcgrad.recompute import recomputed  # it builds on this module

        return recomputed(func, args)
    if isinstance(func, types.MethodType) and isinstance(func.__func__, CustomRule):
        func, args = func.__func__, (func.__self__, *args)
    if isinstance(func, CustomRule):
        return CustomForward(func, "", {}, None), args
    return None
