"""One of several objects or functions: which kinds can be kept side by side.

layers = [Dense(8, 16), Dropout(0.5)]      an item: OneOf(Dense, Dropout)
{"tanh": np.tanh, "relu": relu}[name]      OneOf(np.tanh, relu)
"""

from __future__ import annotations

from collections.abc import Callable

from srcgrad.analysis.entry import is_user_class
from srcgrad.analysis.kinds import Closure, Kind, Known, OneOf, Ref

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
        return is_user_class(kind.site.type) and not issubclass(kind.site.type, (list, dict, set, tuple))
    return isinstance(kind, Closure) or (
        isinstance(kind, Known) and callable(kind.value) and not isinstance(kind.value, type)
    )


def same(a: Kind, b: Kind) -> bool:
    """Whether two members are not told apart: objects of one class, functions of one text."""
    match a, b:
        case Ref(), Ref():
            return a.site.type is b.site.type
        case Closure(), Closure():
            return a.function is b.function
    return a == b
