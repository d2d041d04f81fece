"""Kinds of actual values, and the keys by which calls of one kind are recognised.

    kind_of(np.ones((3, 1)))   Num((Dim, 1), float64, 'array')
    key_of(np.ones((3, 1)))    (ndarray, dtype('float64'), (False, True))

Two values with equal keys have kinds that differ in nothing the emitted text may depend on.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.machinery
import sys
import types
from typing import Any

import numpy as np

from srcgrad.analysis.activity import generalise
from srcgrad.analysis.constants import is_sparse
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import (
    INT,
    Closure,
    Inert,
    Kind,
    Known,
    Method,
    Num,
    Ref,
    Site,
    Tup,
    Unknown,
    without_extents,
)
from srcgrad.analysis.memory import place_of
from srcgrad.analysis.resolved import TABLES, is_ours, is_recording
from srcgrad.frontend import programs
from srcgrad.rules.language import is_constant, lookup
from srcgrad.written.python_iterators import Steps

_NEXT_DTYPE = {bool: np.dtype(bool), int: np.dtype(int), float: np.dtype(float), complex: np.dtype(complex)}
FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    np.ufunc,
    type,
    types.ModuleType,
    types.MethodDescriptorType,
)
# modules with functions that mean more than they do: programs speak of their own derivative by them
SPEAKING = ("srcgrad.control", "srcgrad.checkpointing", "srcgrad.runtime.stopped", "srcgrad.runtime.rows")
INERT = (
    str, bytes, range, slice, type(Ellipsis), np.dtype,
    np.random.Generator, np.random.RandomState, np.random.BitGenerator, np.random.SeedSequence,
)  # fmt: skip


def is_named_tuple(cls: type) -> bool:
    """Whether a class is a namedtuple."""
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def is_cupy(value: Any) -> bool:
    """Whether a value is a CuPy array (CuPy is never imported for the question)."""
    # the name first: the module of an extension's type may be no text
    return type(value).__name__ == "ndarray" and type(value).__module__.partition(".")[0] == "cupy"


def array_shape(value: Any) -> tuple[Any, ...]:
    """The axes of an actual array: 1, or an extent known not to be 1."""
    return tuple(1 if n == 1 else Dim.given(not_one=True) for n in value.shape)


def kind_of(value: Any, active: bool = False, memo: dict[Any, Any] | None = None) -> Kind:
    """The kind of an actual value, its floating parts marked active when `active`; what `memo` knows stays the same."""
    memo = {} if memo is None else memo
    cls = type(value)
    if cls is int:
        return dataclasses.replace(INT, extent=Dim.given(not_one=False))
    if cls in _NEXT_DTYPE:
        return Num((), _NEXT_DTYPE[cls], "py", active and cls in (float, complex))
    if cls is np.ndarray or is_cupy(value):
        if value.dtype.kind not in "biufc":
            return Inert(cls) if value.dtype.kind != "O" else Unknown(active)
        box = "array" if cls is np.ndarray else "cupy"
        place = place_of(value, memo)
        return Num(array_shape(value), value.dtype, box, active and value.dtype.kind in "fc", memory=place)
    if isinstance(value, np.generic):
        if value.dtype.kind not in "biufc":
            return Inert(cls)
        return Num((), value.dtype, "np", active and value.dtype.kind in "fc")
    if value is None:
        return Known(None)
    if isinstance(value, INERT):
        return Known(value) if isinstance(value, (str, bytes, slice)) else Inert(cls)
    if id(value) in memo:
        return memo[id(value)]  # type: ignore[no-any-return]
    if isinstance(value, tuple) and (cls is tuple or is_named_tuple(cls)):
        return Tup(tuple(kind_of(v, active, memo) for v in value), cls)
    if cls in (list, dict, set):
        site = Site(cls, None, value=value)
        memo[id(value)] = Ref(site)
        if cls is list:
            site.items = {i: kind_of(v, active, memo) for i, v in enumerate(value)}
        elif cls is dict:
            site.items = {k: kind_of(v, active, memo) for k, v in value.items()}
        return memo[id(value)]  # type: ignore[no-any-return]
    if isinstance(value, types.FunctionType):
        return function_kind(value, memo)
    if isinstance(value, types.MethodType):
        if lookup(value) is not None or is_ours(value):
            return Known(value)
        return Method(kind_of(value.__self__, active, memo), value.__func__.__name__, value.__func__)
    if cls is functools.partial:
        given: dict[Any, Any] = {"func": value.func, "args": value.args}
        given.update({(name,): held for name, held in value.keywords.items()})
        site = Site(cls, {key: kind_of(held, active, memo) for key, held in given.items()}, value=value)
        memo[id(value)] = Ref(site)
        return memo[id(value)]  # type: ignore[no-any-return]
    if isinstance(value, FUNCTIONS):
        return Known(value)
    if isinstance(value, (np.ndarray, list, dict, set, frozenset)):
        return Unknown(active)  # of a class derived from these
    if is_sparse(cls):
        return Unknown(type=cls, dtype=value.dtype)
    if hasattr(value, "__dict__") or dataclasses.is_dataclass(value) or hasattr(cls, "__slots__"):
        if hasattr(cls, "__array_ufunc__") or (hasattr(cls, "__next__") and cls is not Steps):
            return Unknown(active)
        if not is_user_class(cls):
            return Known(value) if callable(value) else Unknown(active, type=cls if cls in TABLES else None)
        site = Site(cls, None, value=value)
        memo[id(value)] = Ref(site)
        site.items = {k: kind_of(v, active, memo) for k, v in attributes_of(value).items()}
        return memo[id(value)]  # type: ignore[no-any-return]
    return Known(value) if callable(value) else Unknown(active)


def function_kind(value: types.FunctionType, memo: dict[Any, Any]) -> Kind:
    """The kind of a Python function: its code, and the kinds of what its closure cells hold now."""
    if (
        lookup(value) is not None
        or is_constant(value)
        or value.__module__ in SPEAKING
        or is_ours(value)
        or is_recording(value)
    ):
        return Known(value)
    active = programs.active_captures(value.__code__)
    programs.remember(value)
    program = programs.known_program(value.__code__)
    target = value.__code__ if program is None else program
    memo[id(value)] = Closure(target)
    captured = []
    for name, cell in zip(value.__code__.co_freevars, value.__closure__ or ()):
        kind = cell_kind(cell, name in active, program is not None and name in program.shared, memo)
        if kind is not None:
            captured.append((name, kind))
    memo[id(value)] = Closure(target, tuple(captured), default_kinds(value, active, memo))
    return memo[id(value)]  # type: ignore[no-any-return]


def default_kinds(value: types.FunctionType, active: frozenset[str], memo: dict[Any, Any]) -> tuple[Kind, ...]:
    """The kinds of a function's defaults: those of positional parameters, then keyword-only ones in order."""
    code = value.__code__
    positional = value.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount][code.co_argcount - len(positional) :]
    named = dict(zip(names, positional))
    for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        if value.__kwdefaults__ and name in value.__kwdefaults__:
            named[name] = value.__kwdefaults__[name]
    return tuple(kind_of(default, name in active, memo) for name, default in named.items())


def cell_kind(cell: types.CellType, active: bool, shared: bool, memo: dict[Any, Any]) -> Kind | None:
    """The kind of what a closure cell holds, None where it is empty; a cell that several functions rebind is an object
    of its own, the same for all of them."""
    try:
        held = cell.cell_contents
    except ValueError:
        # a function that captured it may look later, and find there what derivatives flow through
        return Ref(memo_site(cell, memo)) if shared else Unknown(True) if active else None
    if not shared:
        # what is in a container or an object may have come there since, from wherever else it is known
        return without_extents(kind_of(held, active or is_store(held), memo))  # type: ignore[no-any-return]
    site = memo_site(cell, memo)
    if site.elem is None:
        site.elem = generalise(without_extents(kind_of(held, True, memo)))
    return Ref(site)


def is_store(value: Any) -> bool:
    """Whether a value is a container or an object into which others may put things."""
    return isinstance(value, (list, dict, set)) or (is_user_class(type(value)) and not isinstance(value, type))


def memo_site(cell: types.CellType, memo: dict[Any, Any]) -> Site:
    """The contents of a shared cell."""
    found = memo.setdefault(id(cell), Ref(Site(types.CellType, None, mutated=True, value=cell)))
    assert isinstance(found, Ref)
    return found.site


def is_user_class(cls: type) -> bool:
    """A class written in Python (its methods have source), as opposed to one of an extension.

    `types.SimpleNamespace` is taken for one: it has attributes and nothing else.  A metaclass is none: its objects are
    classes, which are told by what they are.
    """
    if cls is types.SimpleNamespace:
        return True
    if issubclass(cls, type):
        return False
    heap, immutable = cls.__flags__ & (1 << 9), cls.__flags__ & (1 << 8)
    return bool(heap and not immutable) and not compiled_module(cls.__module__)


@functools.lru_cache(maxsize=1024)
def compiled_module(name: str) -> bool:
    """Whether a module's classes are not for looking into: built in, of an extension, or of the numerical libraries."""
    if name.startswith("srcgrad.written."):
        return False  # what is written to be differentiated like a user's
    if name.partition(".")[0] in ("numpy", "scipy", "cupy", "builtins", "srcgrad") or name in sys.builtin_module_names:
        return True
    path = getattr(sys.modules.get(name), "__file__", None) or ""
    return path.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES))


def is_library(function: types.FunctionType) -> bool:
    """A Python function of NumPy, SciPy or the standard library: not looked into unless derivatives flow through it."""
    top = (function.__module__ or "").partition(".")[0]
    return top in ("numpy", "scipy", "cupy") or (top in sys.stdlib_module_names and top != "__main__")


def attributes_of(value: Any) -> dict[str, Any]:
    """The instance attributes of an object, those in slots too, in order."""
    found: dict[str, Any] = {}
    for cls in reversed(type(value).__mro__):
        slots = cls.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    found.update(getattr(value, "__dict__", {}))
    return found


# classes that are all of a value's key
PLAIN = frozenset({*_NEXT_DTYPE, type(None), *np.sctypeDict.values()})


def key_of(value: Any, seen: dict[int, int] | None = None) -> Any:
    """A hashable key, equal for two values only if their kinds agree in all that emitted text may depend on.

    `seen` numbers the objects met before, in this value and in others of one call: which of them are one is in the key.
    """
    cls = type(value)
    if cls in PLAIN:
        return cls
    if cls is np.ndarray or is_cupy(value):
        return cls, value.dtype, tuple([n == 1 for n in value.shape])
    if isinstance(value, np.generic):
        return cls
    if isinstance(value, (str, bytes)):
        return cls, value
    if isinstance(value, INERT):
        return cls, None if not isinstance(value, slice) else (value.start, value.stop, value.step)
    seen = {} if seen is None else seen
    if isinstance(value, tuple):
        return cls, tuple([key_of(v, seen) for v in value])
    if id(value) in seen:
        return "again", seen[id(value)]
    seen[id(value)] = len(seen)
    if cls is list:
        return cls, tuple([key_of(v, seen) for v in value])
    if cls is dict:
        return cls, tuple([(k, key_of(v, seen)) for k, v in value.items()])
    if isinstance(value, types.FunctionType):
        if lookup(value) is not None:
            return Same(value)
        if value.__closure__ is None and value.__defaults__ is None and value.__kwdefaults__ is None:
            return function_key(value)
        defaults = (value.__defaults__ or (), *(value.__kwdefaults__ or {}).values())
        if value.__closure__ is None:
            return function_key(value), key_of(defaults, seen)
        return function_key(value), tuple([_cell_key(cell, seen) for cell in value.__closure__])
    if isinstance(value, types.MethodType):
        return cls, key_of(value.__func__, seen), key_of(value.__self__, seen)
    if cls is functools.partial:
        return cls, key_of(value.func, seen), key_of(value.args, seen), key_of(value.keywords, seen)
    if is_sparse(cls):
        return cls, value.dtype
    if cls is set or not is_user_class(cls):
        return (cls, Same(value)) if callable(value) or cls is types.ModuleType else cls
    return cls, tuple([(k, key_of(v, seen)) for k, v in attributes_of(value).items()])


def function_key(function: types.FunctionType) -> Any:
    """What tells functions apart: their program, and what they captured that carries derivatives."""
    program = programs.known_program(function.__code__)
    return Same(function.__code__ if program is None else program), programs.active_captures(function.__code__)


def _cell_key(cell: types.CellType, seen: dict[int, int]) -> Any:
    try:
        return key_of(cell.cell_contents, seen)
    except ValueError:
        return "empty"


class Same:
    """Wraps an object so that keys compare it by identity."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __repr__(self) -> str:
        return getattr(self.value, "__qualname__", repr(self.value))
