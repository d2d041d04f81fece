"""Structures that a derivative is taken with respect to, inside a function that is differentiated.

    def program(x):
        model = Model(w=x, b=x)                             one object at two places of the argument,
        return sg.grad(lambda m: m.loss(x))(model)          and captured by the function as well

Adjoints and tangents of what objects hold go by identity: those of the argument must not be taken for those of `x`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.entry import attributes_of, is_named_tuple
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import fresh


class Apart:
    """While a call runs, each number and array in such arguments is an object of its own, made by `run`.

    They stand where the program's own stood, so that what the call does to its arguments is done to the program's; at
    the end those are put back.
    """

    def __init__(self, run: Any) -> None:
        self.run = run
        # container, key, what stands there now, what stood there before
        self.moved: list[tuple[Any, Any, Any, Any]] = []

    def __enter__(self) -> Apart:
        return self

    def __exit__(self, *error: Any) -> None:
        for container, key, made, before in reversed(self.moved):
            if dict(parts_of(container)).get(key) is made:
                put(container, key, before)

    def __call__(self, entry: Any, values: dict[str, Any], active: list[str], function: Any) -> list[str]:
        """What `arguments.tell_apart` does."""
        for name in arguments.among_constants(entry, function, values, active):
            values[name] = self.run(np.copy, values[name])
        structures = [name for name in active if not carries(values[name])]
        for name in structures:
            values[name] = self.structure(values[name])
        return [name for name in structures if entry.modes[name] == "i"]

    def structure(self, value: Any) -> Any:
        """The structure with objects of its own; one of its own, where a container stands at two places of it."""
        made = self.replaced(value, set())
        ids = [id(leaf) for leaf in arguments.leaves(made)]
        return made if len(ids) == len(set(ids)) else arguments.rebuilt(made, self.own, lambda other: other)

    def own(self, leaf: Any) -> Any:
        """An equal number or array."""
        return self.run(fresh, leaf)

    def replaced(self, value: Any, visited: set[int]) -> Any:
        """The value, with objects of its own in the containers that it holds; tuples are made anew."""
        if carries(value):
            return self.own(value)
        if isinstance(value, tuple):
            parts = [self.replaced(part, visited) for part in value]
            return type(value)(*parts) if is_named_tuple(type(value)) else type(value)(parts)
        if id(value) in visited:
            return value
        visited.add(id(value))
        for key, part in list(parts_of(value)):
            made = self.replaced(part, visited)
            if made is not part:
                put(value, key, made)
                self.moved.append((value, key, made, part))
        return value


def parts_of(container: Any) -> Iterator[tuple[Any, Any]]:
    """The keys, positions or attributes of a container, and what stands there."""
    if isinstance(container, dict):
        yield from container.items()
    elif isinstance(container, list):
        yield from enumerate(container)
    elif arguments.is_structure(container):
        yield from attributes_of(container).items()


def put(container: Any, key: Any, part: Any) -> None:
    """Have something stand at a place of a container."""
    if isinstance(container, (dict, list)):
        container[key] = part
    else:
        object.__setattr__(container, key, part)
