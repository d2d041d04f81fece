"""The derivative along directions where the reverse cannot be reversed: forward mode, the function run again.

Each run gets the arguments as they were before the first one, and random generators in the state that they had then.
What the function reads besides them must be as it was, and its value must come out the same to the bit: else it is
refused, since the columns would belong to different functions.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Iterator, Mapping
from typing import Any

from srcgrad import arguments
from srcgrad.custom import place_of
from srcgrad.errors import UnsupportedError
from srcgrad.jvp import Jvp
from srcgrad.recompute import bits
from srcgrad.runtime.draws import Draws, globals_of, sources_in
from srcgrad.runtime.kept import Kept, everything_in


class Again:
    """What a function's runs depend on, as it was before the first one.

    jvp             forward mode of the function
    args, keywords  its arguments
    """

    def __init__(self, jvp: Jvp, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
        self._jvp = jvp
        self._where = place_of(jvp._function)
        self._refused: UnsupportedError | None = None
        try:
            self._args, self._keywords = copy.deepcopy((args, dict(keywords)))
        except Exception as error:
            self._refused = UnsupportedError(
                f"running {self._where} again, with an argument that cannot be copied ({error}),", "use srcgrad.jacrev"
            )
            return
        surroundings = (jvp._function, *jvp._bound)
        self._draws = Draws(sources_in((*surroundings, *args, *keywords.values())))
        self._globals = {(id(space), name): (space, name, value) for space, name, value in named_by(surroundings)}
        self._kept = Kept((*surroundings, *(value for _, _, value in self._globals.values())), self._where)
        self._leaves: tuple[Any, ...] = ()

    def first(self, value: Any) -> None:
        """Note what the first run gave."""
        self._leaves = tuple(bits(leaf) for leaf in arguments.leaves(value))

    def run(self, tangents: Mapping[str, Any]) -> Any:
        """What forward mode gives along a direction, a tangent for each parameter by name, as if it ran first.

        Raises UnsupportedError where the first run, or anything since, changed what this one would read.
        """
        if self._refused is not None:
            raise self._refused
        self._refuse_changed()
        args, keywords = copy.deepcopy((self._args, self._keywords))
        now = Draws(self._draws.sources)
        self._draws.put_back()
        try:
            found = self._jvp.along(args, keywords, tangents)
        finally:
            now.put_back()
        if tuple(bits(leaf) for leaf in arguments.leaves(found[0])) != self._leaves:
            raise UnsupportedError(
                f"{self._where}, which gave another result when it was run again for the next direction,",
                "use srcgrad.jacrev or srcgrad.vjp, which run it once",
            )
        return found

    def _refuse_changed(self) -> None:
        moved = any(space.get(name) is not value for space, name, value in self._globals.values())
        if moved or self._kept.changed():
            raise UnsupportedError(
                f"{self._where}, which is run once for each direction and writes what it reads the next time,",
                "use srcgrad.jacrev or srcgrad.vjp, which run it once",
            )


def named_by(values: tuple[Any, ...]) -> Iterator[tuple[dict[str, Any], str, Any]]:
    """The globals that functions among the values name, and those that they name in turn; modules left out.

    So is what srcgrad keeps for itself, which the text of a gradient may call.
    """
    seen: set[int] = set()
    waiting = [v for v in everything_in(values) if isinstance(v, (types.FunctionType, types.MethodType))]
    while waiting:
        function: Any = waiting.pop()
        function = getattr(function, "__func__", function)
        if id(function) in seen:
            continue
        seen.add(id(function))
        space = function.__globals__
        if str(space.get("__name__")).partition(".")[0] == __package__:
            continue
        found = {id(value): value for value in globals_of(function.__code__, space)}
        for name in [name for name in names_in(function.__code__) if id(space.get(name)) in found]:
            value = space[name]
            if isinstance(value, (type, types.ModuleType)):
                continue
            yield space, name, value
            waiting.extend(v for v in everything_in((value,)) if isinstance(v, types.FunctionType))


def names_in(code: types.CodeType) -> Iterator[str]:
    """The names that code reads, those of functions inside it included."""
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from names_in(const)
