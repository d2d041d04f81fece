"""Structures of arguments, written out: their leaves under names before the call, the gradient in their form after it.

_part_0 = net.__dict__
_leaf_0 = _part_0['w']
_leaf_1 = _part_0['b']
...
Namespace(**{'w': like(_bars.take(_leaf_0), _leaf_0), 'b': like(_bars.take(_leaf_1), _leaf_1)})
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.lookups import stored
from srcgrad.guards import Guard, named_parts, plain_attributes
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import like

MAX_LEAVES = 300


def parts_of(value: Any) -> list[tuple[Any, str, Any]] | None:
    """The parts of a dict, list, tuple or object, each with its key and what is written for it behind the whole; None
    where that cannot be written."""
    if type(value) in (dict, list, tuple):
        named = named_parts(value)
        return None if named is None else [(key, f"[{key!r}]", part) for key, part in named]
    if not arguments.is_structure(value) or not plain_attributes(type(value)):
        return None
    held = value.__dict__
    if any(stored(type(stored(type(value), name)), "__set__") for name in held):
        return None
    return [(name, f"[{name!r}]", part) for name, part in held.items()]


def plain_structure(value: Any) -> bool:
    """Whether a structure's places can be written out."""
    return writable(value, ()) and len(list(islice(arguments.leaves(value), MAX_LEAVES + 1))) <= MAX_LEAVES


def writable(value: Any, seen: tuple[int, ...]) -> bool:
    """Whether there is a text for each part; `seen` are the identities of what a value is within."""
    if carries(value):
        return True
    if id(value) in seen:
        return False
    parts = parts_of(value)
    if parts is None:
        return not any(True for _ in arguments.leaves(value))
    return all(writable(part, (*seen, id(value))) for _, _, part in parts)


class TakenApart:
    """Statements that keep the leaves of structures before the call, and the gradients made of them after it.

    before     the statements
    leaves     the names of the leaves, with what they hold now
    gradients  by structure: the text of its gradient
    wholes     by structure: the text of what it was before the call, in its leaves
    """

    def __init__(self, guard: Guard, structures: list[str], values: Mapping[str, Any]) -> None:
        self.guard = guard
        self.before: list[str] = []
        self.leaves: list[tuple[str, Any]] = []
        self.gradients: dict[str, str] = {}
        self.wholes: dict[str, str] = {}
        self.parts = 0
        for name in structures:
            self.gradients[name], self.wholes[name] = self.part(name, values[name])

    def part(self, place: str, value: Any) -> tuple[str, str]:
        """The gradient with respect to what stands at a place, and what was there, as text."""
        if carries(value):
            name = f"_leaf_{len(self.leaves)}"
            self.leaves.append((name, value))
            self.before.append(f"{name} = {place}")
            return f"{self.guard.name('like', like)}(_bars.take({name}), {name})", name
        parts = parts_of(value)
        if parts is None:
            return "None", "None"
        if parts and type(value) not in (dict, list, tuple):
            place = self.named(f"{place}.__dict__")
        elif parts and place.endswith("]"):
            place = self.named(place)
        texts = [(key, self.part(place + suffix, inner)) for key, suffix, inner in parts]
        made, kept = ([(key, pair[i]) for key, pair in texts] for i in (0, 1))
        return self.structure(value, made, True), self.structure(value, kept, False)

    def named(self, place: str) -> str:
        """A name for what stands at a place."""
        name = f"_part_{self.parts}"
        self.parts += 1
        self.before.append(f"{name} = {place}")
        return name

    def structure(self, value: Any, parts: list[tuple[Any, str]], plain: bool) -> str:
        """A structure of the form of a value, of these parts; `plain`: as `arguments.rebuilt` has it."""
        cls = type(value)
        if cls in (list, tuple):
            inside = ", ".join(text for _, text in parts)
            return f"[{inside}]" if cls is list else f"({inside}{',' * bool(parts)})"
        held = "{" + ", ".join(f"{key!r}: {text}" for key, text in parts) + "}"
        if cls is dict:
            return held
        if plain and not dataclasses.is_dataclass(value):
            return f"{self.guard.name('Namespace', types.SimpleNamespace)}(**{held})"
        return f"{self.guard.name('instance', instance)}({self.guard.name('class_', cls)}, {held})"

    def originals(self) -> str:
        """The structures as they were before the call, by name."""
        return "{" + ", ".join(f"{name!r}: {whole}" for name, whole in self.wholes.items()) + "}"


def instance(cls: type, held: dict[str, Any]) -> Any:
    """An object with these attributes."""
    made = cls() if cls is types.SimpleNamespace else object.__new__(cls)
    for name, part in held.items():
        object.__setattr__(made, name, part)
    return made


def leaf_places(place: str, value: Any) -> list[tuple[str, Any]] | None:
    """The leaves of a structure of dicts, lists and tuples, with what stands for each; None where there is no text."""
    if carries(value):
        return [(place, value)]
    if type(value) not in (dict, list, tuple):
        return None if any(True for _ in arguments.leaves(value)) else []
    parts = parts_of(value)
    if parts is None or len(parts) > MAX_LEAVES:
        return None
    found = [leaf_places(place + suffix, part) for _, suffix, part in parts]
    return None if None in found else [leaf for places in found for leaf in places or ()]


def apart(guard: Guard, structures: list[str], values: Mapping[str, Any], taken: TakenApart | None = None) -> list[str]:
    """Statements that leave to the long way what `told_apart` would change: see there.

    `taken` are structures whose leaves have names.
    """
    alone = guard.name("ALONE", arguments.ALONE_AS_ITEM)
    ids, count = guard.name("id", id), guard.name("len", len)
    references = guard.name("references", arguments.references)
    found: list[tuple[str, Any]] = []
    tests: list[str] = []
    for structure in structures:
        places = leaf_places(structure, values[structure])
        if places is None:
            tests.append(f"not {guard.name('stands_alone', arguments.stands_alone)}({structure})")
        else:
            found += places
    tests += [f"{references}({place}) > {alone}" for place, leaf in found if not isinstance(leaf, np.ndarray)]
    if taken is not None:
        named = guard.name("ALONE_NAMED", arguments.ALONE_NAMED)
        numbers = [name for name, leaf in taken.leaves if not isinstance(leaf, np.ndarray)]
        tests += [f"{references}({name}) > {named}" for name in numbers]
        found += taken.leaves
    if len(found) > 1:
        tests.append(f"{count}({{{', '.join(f'{ids}({place})' for place, _ in found)}}}) != {len(found)}")
    return [f"if {' or '.join(tests)}:", f"    return {guard.missed}"] if tests else []
