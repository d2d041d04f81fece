"""The state of everything that user code may draw random numbers from, to be put back when code is run again."""

from __future__ import annotations

import functools
import random
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from srcgrad.analysis.entry import is_user_class
from srcgrad.homes import package_of
from srcgrad.runtime.kept import parts_of

# what their functions draw is drawn from generators that they are given, or from that of `np.random`
WITHOUT_SOURCES = ("srcgrad", "numpy", "scipy")
SOURCES = (np.random.Generator, np.random.RandomState, np.random.BitGenerator, random.Random)
# told by their types: globals are of all kinds, and some do not like to be asked for a dtype
NUMBERS = (float, complex, np.generic, np.ndarray)


def sources_in(values: Any) -> list[Any]:
    """The generators that values hold, that functions among them captured, or that they read as globals."""
    return [value for value in reached(values) if isinstance(value, SOURCES)]


def reached(values: Any) -> Iterator[Any]:
    """Values, and what calls of them may come to: what they hold and capture, the globals that they name, methods."""
    seen: set[int] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, (str, int, bytes, types.ModuleType)):
            continue
        if not is_user_class(value) if isinstance(value, type) else isinstance(value, NUMBERS):
            continue
        seen.add(id(value))
        yield value
        owner = getattr(value, "__self__", None)
        if isinstance(owner, SOURCES):
            waiting.append(owner)
        waiting.extend(parts_of(value))
        if isinstance(value, types.FunctionType):
            home = str(value.__globals__.get("__name__"))
            if home.partition(".")[0] not in WITHOUT_SOURCES:
                waiting.extend(globals_of(value.__code__, value.__globals__))
        elif isinstance(value, functools.partial):
            waiting += [value.func, *value.args, *value.keywords.values()]
        elif isinstance(value, type) or is_user_class(type(value)):
            cls = value if isinstance(value, type) else type(value)
            waiting.extend(
                method
                for base in cls.__mro__
                for method in vars(base).values()
                if isinstance(method, types.FunctionType)
            )
        elif package_of(value) == "srcgrad":
            # a derivative, a rule, a checkpoint: the functions that it is made of
            waiting.extend(part for part in getattr(value, "__dict__", {}).values() if callable(part))


def globals_of(code: types.CodeType, namespace: dict[str, Any]) -> Iterator[Any]:
    """The globals that a function's code names, those of functions inside it included."""
    for name in code.co_names:
        if name in namespace:
            yield namespace[name]
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from globals_of(const, namespace)


class Draws:
    """The state of every generator in sight, and of those of `random` and `np.random`, as it is now."""

    __slots__ = ("own", "sources", "states", "theirs")

    def __init__(self, sources: list[Any]) -> None:
        self.sources = sources
        self.states = [state_of(source) for source in sources]
        self.own = random.getstate()
        self.theirs: Any = np.random.get_state(legacy=False)

    def put_back(self) -> None:
        """Set every generator to the state that it had."""
        for source, state in zip(self.sources, self.states):
            if isinstance(source, np.random.Generator):
                source.bit_generator.state = state
            elif isinstance(source, np.random.BitGenerator):
                source.state = state
            elif isinstance(source, np.random.RandomState):
                source.set_state(state)
            else:
                source.setstate(state)
        random.setstate(self.own)
        np.random.set_state(self.theirs)


def state_of(source: Any) -> Any:
    """The state of one generator."""
    if isinstance(source, np.random.BitGenerator):
        return source.state
    if isinstance(source, np.random.Generator):
        return source.bit_generator.state
    return source.get_state(legacy=False) if isinstance(source, np.random.RandomState) else source.getstate()
