"""One of several objects or functions: which kinds can be kept side by side.

layers = [Dense(8, 16), Dropout(0.5)]      an item: OneOf(Dense, Dropout)
{"tanh": np.tanh, "relu": relu}[name]      OneOf(np.tanh, relu)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from srcgrad.analysis.entry import is_user_class
from srcgrad.analysis.kinds import Closure, Kind, Known, OneOf, Ref, Tup

MAX_MEMBERS = 16


def one_of(a: Kind, b: Kind, cover: Callable[[Kind, Kind], Kind]) -> OneOf | None:
    """The kind of what is one of several objects or functions; None where that is too many, or they are none.

    `cover` gives the kind of two members that are told by nothing.
    """
    members: list[Kind] = []
    for kind in (a, b):
        for member in kind.members if isinstance(kind, OneOf) else (kind,):
            if not is_choice(member):
                return None
            place = next((i for i, known in enumerate(members) if same(known, member)), None)
            if place is None:
                members.append(member)
            else:
                members[place] = cover(members[place], member)
    return OneOf(tuple(members)) if len(members) <= MAX_MEMBERS else None


def is_choice(kind: Kind) -> bool:
    """Whether it is told from others when it runs what a value of this kind does: by its class, or what it is."""
    if isinstance(kind, Ref):
        cls = kind.site.type
        return cls is functools.partial or (is_user_class(cls) and not issubclass(cls, (list, dict, set, tuple)))
    if isinstance(kind, Known) and isinstance(kind.value, type):
        return is_user_class(kind.value)
    return isinstance(kind, Closure) or (isinstance(kind, Known) and callable(kind.value))


def same(a: Kind, b: Kind) -> bool:
    """Whether two members are not told apart: objects of one class, functions of one text."""
    match a, b:
        case Ref(), Ref():
            return a.site.type is b.site.type and function_of(a) == function_of(b)
        case Closure(), Closure():
            return a.function is b.function
    return a == b


def function_of(kind: Ref) -> Any:
    """What a `functools.partial` calls, with how many arguments and which names; None for any other object."""
    if kind.site.type is not functools.partial:
        return None
    held = kind.site.items or {}
    given = held.get("args")
    func = held.get("func")
    return (
        func.function if isinstance(func, Closure) else func,
        len(given.items) if isinstance(given, Tup) else 0,
        held.keys(),
    )
