"""The tests by which a call is recognised as one of a kind that is compiled already, written as text.

    w: float64 array (n, m)       type(w) is ndarray and w.dtype is dtype_1 and w.ndim == 2 and 1 not in w.shape
    a: float                      type(a) is float
    np, a global                  np is np_seen

They ask for no more than `key_of` tells apart; what has no short test is compared by its key.  A test that fails only
sends the call the long way.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterable
from typing import Any

import numpy as np

from srcgrad.analysis.entry import INERT, is_user_class, key_of
from srcgrad.analysis.lookups import stored
from srcgrad.analysis.world import ABSENT
from srcgrad.emit.register import bind
from srcgrad.locking import compiling

PLAIN = (bool, int, float, complex)
MAX_CONDITIONS = 200
MISS = object()  # what a guarded function gives for a call that is not for it


def named_parts(value: Any) -> list[tuple[Any, Any]] | None:
    """The parts of a dict, list or tuple with what stands in brackets for each; None where that cannot be written."""
    if type(value) is not dict:
        return list(enumerate(value))
    return list(value.items()) if all(type(key) in (str, int) for key in value) else None


def plain_attributes(cls: type) -> bool:
    """Whether instances have their attributes in `__dict__`, and nothing but attributes to know of."""
    if issubclass(cls, (types.FunctionType, types.MethodType, tuple, np.ndarray, np.generic, *PLAIN, str, bytes)):
        return False
    return "__dict__" in dir(cls) and not any("__slots__" in base.__dict__ for base in cls.__mro__)


def holds_objects(value: Any) -> bool:
    """Whether a value that is compared by its key is an object into which others may put things, or may hold one."""
    return not isinstance(value, (*INERT, types.ModuleType, type))


class Guard:
    """The conditions of one guarded function, and the objects that its text names.

    Without `otherwise` it takes just the parameters, and gives MISS where a call is not for it.  With it, it takes any
    arguments, and hands over to `otherwise(given, more, keywords)`: `given` are the parameters (MISS where nothing was
    given by position), `more` what else was.
    """

    def __init__(self, params: Iterable[str], namespace: dict[str, Any], otherwise: Any = None) -> None:
        self.params = list(params)
        self.namespace = namespace
        self.helpers: dict[str, Any] = {}
        self.locals = 0
        # the objects that conditions were written for, with what stands for each; those looked at by their key alone
        self.objects: list[tuple[str, Any]] = []
        self.by_key: list[tuple[str, Any]] = []
        self.conditions: list[str] = []
        self.reserved = {*self.params, *namespace}
        # what a call that is not for it comes to, as text
        self.missed = self.name("MISS", MISS)
        self.otherwise = otherwise is not None
        if self.otherwise:
            given = "".join(f"{param}, " for param in self.params)
            self.missed = f"{self.name('otherwise', otherwise)}(({given}), _more, _keywords)"
            self.conditions.append("not _more and not _keywords")

    def name(self, hint: str, value: Any) -> str:
        """A name for an object in the text."""
        name, number = hint, 1
        while name in self.reserved or (name in self.helpers and self.helpers[name] is not value):
            name, number = f"{hint}_{number}", number + 1
        self.helpers[name] = value
        return name

    def local(self) -> str:
        """A name for what a condition has looked up, for those after it."""
        self.locals += 1
        name = f"_{self.locals}"
        while name in self.reserved or name in self.helpers:
            name = f"_{name}"
        self.reserved.add(name)
        return name

    def value(self, place: str, value: Any, seen: tuple[int, ...] = ()) -> None:
        """Ask that what stands at `place` is of the kind of `value`."""
        cls, add, kind = type(value), self.conditions.append, self.name("type", type)
        if cls in (dict, list, tuple) and value and id(value) not in seen and len(self.conditions) < MAX_CONDITIONS:
            parts = named_parts(value)
            if parts is not None:
                name = place if place.isidentifier() else self.local()
                add(f"{kind}({place if name is place else f'{name} := {place}'}) is {self.name(cls.__name__, cls)}")
                if cls is not tuple and not place.endswith(".__dict__"):
                    self.objects.append((name, value))
                place = name
                if cls is dict:
                    add(f"{self.name('tuple', tuple)}({place}) == {tuple(value)!r}")
                else:
                    add(f"{self.name('len', len)}({place}) == {len(value)}")
                for key, part in parts:
                    self.value(f"{place}[{key!r}]", part, (*seen, id(value)))
                return
        if is_user_class(cls) and plain_attributes(cls) and id(value) not in seen:
            add(f"{kind}({place}) is {self.name(self.identifier(cls.__name__), cls)}")
            self.objects.append((place, value))
            if not value.__dict__:
                add(f"not {place}.__dict__")
                return
            self.value(f"{place}.__dict__", value.__dict__, (*seen, id(value)))
        elif cls in PLAIN or isinstance(value, np.generic):
            add(f"{kind}({place}) is {self.name(cls.__name__, cls)}")
        elif value is None:
            add(f"{place} is None")
        elif cls is np.ndarray:
            add(f"{kind}({place}) is {self.name('ndarray', np.ndarray)}")
            add(f"{place}.dtype is {self.name(str(value.dtype.kind) + '_dtype', value.dtype)}")
            add(f"{place}.ndim == {value.ndim}")
            if 1 not in value.shape:
                if value.ndim:
                    add(f"1 not in {place}.shape")
            else:
                for axis, length in enumerate(value.shape):
                    add(f"{place}.shape[{axis}] {'==' if length == 1 else '!='} 1")
        elif cls is str:
            add(f"{place} == {self.name('text', value)}")
        elif cls is types.FunctionType and value.__kwdefaults__ is None:
            add(f"{place} is {self.name(self.identifier(value.__name__) + '_seen', value)}")
            add(f"{place}.__code__ is {self.name('code', value.__code__)}")
            if id(value) in seen:
                return
            inside = (*seen, id(value))
            if value.__defaults__ is not None:
                add(f"{place}.__defaults__ is {self.name('defaults', value.__defaults__)}")
            for name, cell in zip(value.__code__.co_freevars, value.__closure__ or ()):
                self.cell(name, cell, inside)
        elif cls in (types.ModuleType, types.BuiltinFunctionType, np.ufunc, type):
            add(f"{place} is {self.name(self.identifier(value.__name__) + '_seen', value)}")
        else:
            add(f"{self.name('key_of', key_of)}({place}) == {self.name('key', key_of(value))}")
            (self.objects if cls in (dict, list, set) and not value else self.by_key).append((place, value))

    def same_objects(self) -> None:
        """Ask that the objects which are one are one, and those which are not are not: what is done to one matters.

        Where some are within what was only looked at by its key, the keys of all are compared.
        """
        if any(holds_objects(value) for _, value in self.by_key) and len(self.objects) + len(self.by_key) > 1:
            places = "".join(f"{place}, " for place, _ in (*self.objects, *self.by_key))
            key = key_of(tuple(value for _, value in (*self.objects, *self.by_key)))
            self.conditions.append(f"{self.name('key_of', key_of)}(({places})) == {self.name('key_of_all', key)}")
            return
        first: dict[int, str] = {}
        for place, value in self.objects:
            if id(value) in first:
                self.conditions.append(f"{place} is {first[id(value)]}")
            else:
                first[id(value)] = place
        by_type: dict[type, list[str]] = {}
        for place, value in self.objects:
            if first[id(value)] is place:
                by_type.setdefault(type(value), []).append(place)
        for places_of_type in by_type.values():
            if len(places_of_type) == 2:
                self.conditions.append(" is not ".join(places_of_type))
            elif len(places_of_type) > 2:
                ids = ", ".join(f"{self.name('id', id)}({place})" for place in places_of_type)
                self.conditions.append(f"{self.name('len', len)}({{{ids}}}) == {len(places_of_type)}")

    def cell(self, name: str, cell: types.CellType, seen: tuple[int, ...] = ()) -> None:
        """Ask that a closure cell holds a value of the kind that it holds now."""
        try:
            held = cell.cell_contents
        except ValueError:
            return
        self.value(f"{self.name(name + '_cell', cell)}.cell_contents", held, seen)

    def callee(self, place: str, function: Any) -> None:
        """Ask that the function at `place` runs the code of `function`, with captured values of the same kinds."""
        self.conditions.append(f"{place}.__code__ is {self.name('code', function.__code__)}")
        self.conditions.append(f"{place}.__globals__ is {self.name('namespace', function.__globals__)}")
        for number, cell in enumerate(function.__closure__ or ()):
            try:
                held = cell.cell_contents
            except ValueError:
                self.conditions.append(f"{place}.__closure__[{number}] == {self.name('empty', types.CellType())}")
            else:
                self.value(f"{place}.__closure__[{number}].cell_contents", held)

    def globals(self, used: Iterable[tuple[dict[str, Any], str, Any, Any]]) -> None:
        """Ask that the globals which the text depends on are what they were."""
        for namespace, name, value, _ in used:
            if value is ABSENT:
                if namespace is self.namespace and name not in self.params:
                    self.conditions.append(f"{name} is {self.name(name + '_seen', getattr(builtins, name))}")
                else:
                    self.conditions.append(f"{name!r} not in {self.name('namespace', namespace)}")
            elif namespace is self.namespace and name not in self.params:
                self.value(name, value)
            else:
                self.value(f"{self.name('namespace', namespace)}.get({name!r})", value)

    def lookups(self, used: Iterable[tuple[Any, str, Any]]) -> None:
        """Ask that classes and modules have what was found in them."""
        for owner, name, value in used:
            place = self.name(self.identifier(owner.__name__), owner)
            if isinstance(owner, types.ModuleType):
                self.value(f"{place}.{name}", value)
                continue
            seen = self.name(name + "_seen", value)
            if getattr(owner, name, None) is value:
                self.conditions.append(f"{place}.{name} is {seen}")
            else:
                self.conditions.append(f"{self.name('stored', stored)}({place}, {name!r}) is {seen}")

    @staticmethod
    def identifier(name: str) -> str:
        return name if name.isidentifier() else "function"

    def compile(self, name: str, body: list[str]) -> Any:
        """The function that runs `body` for calls that are for it.

        A global or cell that is no longer there is a miss too: the error is the user's code's to raise.
        """
        gone = self.name("gone", (NameError, ValueError, AttributeError))
        params = ", ".join(self.params)
        if self.otherwise:
            params = "".join(f"{param}={self.name('MISS', MISS)}, " for param in self.params) + "/, *_more, **_keywords"
        lines = [
            f"def {name}({params}):",
            "    try:",
            f"        if not ({' and '.join(self.conditions) or True}):",
            f"            return {self.missed}",
            f"    except {gone}:",
            f"        return {self.missed}",
            *[f"    {line}" for line in body],
        ]
        with compiling:
            return bind("\n".join(lines) + "\n", name, self.helpers, self.namespace, {})[name]
