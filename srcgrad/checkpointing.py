"""`checkpoint`: less memory for more time.

    y = sg.checkpoint(layer)(x, w)                        layer runs again in the reverse; only x and w are kept
    for k in sg.checkpoint(range(n), snapshots=10):       at most 10 states of the loop are kept; turns run again
        u = step(u, k)

What runs again gets the same random numbers and gives the same bits; what it prints, it prints again.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, overload

from srcgrad.custom import place_of
from srcgrad.errors import a_type

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class Checkpoint:
    """A function of which a derivative keeps the arguments alone.

    apart   what it makes besides its result is seen by nobody: forward mode forgets it as well
    """

    def __init__(self, function: Callable[..., Any], apart: bool = False) -> None:
        functools.update_wrapper(self, function, updated=())
        self.function, self.apart = function, apart

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.function(*args, **keywords)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else Checkpoint(types.MethodType(self.function, instance))

    def __repr__(self) -> str:
        return f"<srcgrad.checkpoint of {place_of(self.function)}>"


@overload
def checkpoint(what: F, *, snapshots: None = None) -> F: ...


@overload
def checkpoint(what: Iterable[T], *, snapshots: int | None = None) -> Iterable[T]: ...


def checkpoint(what: Any, *, snapshots: int | None = None) -> Any:
    """A function whose calls are computed again in the reverse, or the iterable of a loop whose turns are.

    what       a function (also as a decorator), or a range, list or tuple in the head of a `for` loop
    snapshots  for a loop: how many states of its variables are kept besides the first; the number of times that a turn
               is run again then grows as slowly as it can (binomial checkpointing; Griewank and Walther, "Algorithm
               799: revolve", ACM TOMS 26, 2000).  Without it, about the square root of twice the number of turns,
               which comes to one more run

    Gradients are those without it, bit for bit.  In plain Python the function, or the iterable, is what it is.  What a
    function or a turn is given it must not write into: that is refused, since it would be written twice.

    >>> def smoothed(u):
    ...     for _ in sg.checkpoint(range(100)):
    ...         u = u + 0.1 * np.sin(u)
    ...     return np.sum(u)
    >>> sg.grad(smoothed)(np.array([0.0, 0.0])).shape
    (2,)
    """
    if callable(what) and not isinstance(what, type):
        if snapshots is not None:
            raise TypeError("checkpoint(): snapshots= is for loops: for k in checkpoint(range(n), snapshots=s)")
        return Checkpoint(what)
    if not isinstance(what, (range, list, tuple)):
        raise TypeError(f"checkpoint(): wanted a function, a range, a list or a tuple; got {a_type(what)}")
    check_snapshots(snapshots)
    return what


def check_snapshots(snapshots: Any) -> None:
    """TypeError or ValueError unless it is a number of snapshots."""
    if snapshots is None:
        return
    if not isinstance(snapshots, int) or isinstance(snapshots, bool):
        raise TypeError(f"checkpoint(): snapshots is a number of states; got {a_type(snapshots)}")
    if snapshots < 1:
        raise ValueError(f"checkpoint(): snapshots={snapshots}: at least one state has to be kept")
