"""What stands in for functions and methods of libraries that call back, or make objects that remember values.

A call of such a function is a call of one written out in Python, which is differentiated like any other:

    optimize.brentq(f, a, b)     a function that finds the root, and says what equation it solves
    stats.norm(loc, scale)       a class that keeps loc and scale where derivatives find them

Areas of libraries are read when a program that has imported the library calls into it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.rules import table


class Later:
    """The value of an argument that is known when the call runs, not before."""


@dataclass(frozen=True)
class Array(Later):
    """The value of an argument that is surely an array, of so many axes where that is known."""

    axes: int | None = None


LATER = Later()
FUNCTION = Later()  # surely a function


@dataclass(frozen=True)
class Held(Later):
    """A container, or an object of a class that is known."""

    type: type


@dataclass(frozen=True)
class Choice:
    """Several functions written in Python, one of which stands in for a call as its arguments say.

    parameters   the function's positional parameters, in order
    choose       from what was passed by name (LATER for what is not known yet, an `Array` for an array,
                 FUNCTION for a function made in the program, Held for objects) to the function
    """

    parameters: tuple[str, ...]
    choose: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class OfObject:
    """What stands in for a method: a function of the object and the method's arguments.

    for_arrays   the function of the table that does the same where the argument is surely an array of some axes
    """

    function: Callable[..., Any]
    for_arrays: Callable[..., Any] | None = None

    def __call__(self, owner: Any) -> Any:
        return functools.partial(self.function, owner)


# by function: a function or class written in Python, or a choice of them
WRITTEN: dict[Any, Any] = {}
# functions and classes of libraries that make constant objects, by the class of these
MAKERS: dict[Any, type] = {}
# classes of libraries whose objects are called: what is known of one is of use whatever it is made of
CALLED: list[type] = []
# by class and name of a method: from the object to a function that has an entry or is written in Python
METHODS: dict[tuple[type, str], Callable[[Any], Any]] = {}


def written(function: Any, args: Sequence[Any] = (), keywords: Mapping[Any, Any] | None = None) -> Any:
    """What stands in for a call of a function with these arguments, or None."""
    found = entered(function)
    if isinstance(found, Choice):
        given = dict(zip(found.parameters, args)) | {str(name): value for name, value in (keywords or {}).items()}
        found = found.choose(given)
    if keywords and isinstance(found, FunctionType):
        refuse_unknown(function, found, tuple(keywords))
    return found


def chooses(function: Any) -> bool:
    """Whether several functions stand in for one, so that all arguments have to be seen."""
    return isinstance(entered(function), Choice)


def entered(function: Any) -> Any:
    """What is entered for a function of a library: what stands in for it, a choice of several, or None."""
    try:
        found = WRITTEN.get(function)
    except TypeError:  # not hashable
        return None
    return entered(function) if found is None and table.read_area_of(function) else found


@functools.lru_cache
def refuse_unknown(function: Any, form: FunctionType, keywords: tuple[Any, ...]) -> None:
    """Refuse keyword arguments that a library's function has, and what is written in its place has not."""
    params = inspect.signature(form).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in params):
        return
    unknown = [name for name in keywords if name is not None and name not in {p.name for p in params}]
    if unknown and unknown[0] in known_to(function):
        known = ", ".join(p.name for p in params)
        raise UnsupportedError(f"{function.__name__}() with argument '{unknown[0]}='", f"differentiated here: {known}")


def known_to(function: Any) -> set[str]:
    """The names of a function's parameters, where it tells them."""
    try:
        return set(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return set()


def refuse_options(name: str, given: Mapping[str, Any], refused: Mapping[str, str], **harmless: Any) -> None:
    """Refuse options that are not differentiated, with advice for each; those with a harmless value may stay."""
    for option, advice in refused.items():
        if option in given and (option not in harmless or not _same(given[option], harmless[option])):
            raise UnsupportedError(f"{name}() with '{option}='", advice)


def refusal(what: str, advice: str) -> Choice:
    """The choice for a function that is not differentiated."""

    def choose(given: Mapping[str, Any]) -> Any:
        raise UnsupportedError(what, advice)

    return Choice((), choose)


def axes_of(given: Any) -> int:
    """How many axes an argument surely has."""
    if isinstance(given, Array):
        return given.axes or 0
    return 0 if given is None or isinstance(given, Later) else int(np.ndim(given))


def _same(given: Any, harmless: Any) -> bool:
    """Whether an option has its harmless value (an array never has)."""
    return given is harmless or (isinstance(given, (bool, int, str, tuple)) and bool(given == harmless))


def of_call(function: Any, args: Sequence[Any], keywords: Mapping[Any, Any]) -> Any:
    """What stands in for a call of anything: a function, a method of an object, or an object itself."""
    found = written(function, args, keywords) or stand_in(function)
    if found is None:
        called = of_class(type(function), "__call__")
        return None if called is None else called(function)
    return found


def stand_in(method: Any) -> Any:
    """What stands in for a method of a library's object, or None."""
    owner = getattr(method, "__self__", None)
    name = getattr(method, "__name__", None)
    if owner is None or not isinstance(name, str):
        return None
    found = of_class(type(owner), name)
    return None if found is None else found(owner)


def of_class(cls: type, name: str) -> Callable[[Any], Any] | None:
    """What gives the stand-in of a class's method for an object, or None."""
    found = METHODS.get((cls, name))
    if found is None and table.read_area_of(cls):
        return METHODS.get((cls, name))
    return found
