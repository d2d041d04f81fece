"""Arguments of differentiated functions: which are active, what they may be, and gradients in their structure."""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import attributes_of, is_cupy, is_named_tuple, is_user_class
from srcgrad.analysis.memory import owner_of
from srcgrad.errors import a_type
from srcgrad.runtime.adjoints import Adjoints, carries, dtype_of
from srcgrad.runtime.helpers import fresh, like
from srcgrad.runtime.results import describe as describe

if TYPE_CHECKING:
    from srcgrad.entries import Entry

Argnum = int | str
Argnums = Argnum | tuple[Argnum, ...]


def selected(names: list[str], argnums: Argnums, function: Any) -> list[str]:
    """The parameter names that `argnums` selects."""
    result = []
    for one in argnums if isinstance(argnums, tuple) else (argnums,):
        if isinstance(one, str):
            if one not in names:
                which = f"no argument '{one}' (argnums={argnums!r}); it has: {', '.join(names)}"
                raise ValueError(f"{name_of(function)}() has {which}")
            result.append(one)
        elif isinstance(one, (int, np.integer)) and not isinstance(one, bool):
            if not -len(names) <= one < len(names):
                raise ValueError(
                    f"argnums={argnums!r} is out of range: the arguments of {name_of(function)}() are "
                    f"{', '.join(map(repr, names)) or 'none'}"
                )
            result.append(names[int(one)])
        else:
            raise not_argnums(one, function)
    repeated = {name for name in result if result.count(name) > 1}
    if repeated:
        raise ValueError(f"argnums={argnums!r} names argument '{repeated.pop()}' of {name_of(function)}() twice")
    return result


def not_argnums(one: Any, function: Any) -> TypeError:
    """The error for what is passed as `argnums` and names no argument: often what the function is to be called with."""
    advice = f"to compute a derivative, call what you get: sg.grad(f)({'x' if np.ndim(one) else '2.0'})"
    name = name_of(function)
    return TypeError(f"argnums of {name}() must be an index, a name, or a tuple of them; got {describe(one)}; {advice}")


def check_argnums(argnums: Any, function: Any) -> Argnums:
    """What was passed as `argnums`, a list as a tuple; TypeError where it cannot name arguments."""
    for one in argnums if isinstance(argnums, (tuple, list)) else (argnums,):
        if isinstance(one, bool) or not isinstance(one, (int, np.integer, str)):
            raise not_argnums(one, function)
    return tuple(argnums) if isinstance(argnums, list) else argnums


def check_active(value: Any, name: str, function: Any) -> None:
    """TypeError unless a derivative with respect to the value makes sense."""
    wanted = "a floating or complex number or array, or a structure of them"
    if carries(value):
        return
    what = a_type(value)
    dtype = dtype_of(value)
    if dtype is not None:
        what = f"an array of dtype {dtype}" if np.ndim(value) else f"a scalar of dtype {dtype}"
    if isinstance(value, (bool, int, str, bytes)) or value is None or dtype is not None:
        hint = "; pass float(...)" if isinstance(value, int) else ""
        if dtype is not None and dtype.kind in "biuO":
            hint = "; convert it with .astype(float)"
        raise TypeError(
            f"cannot differentiate {name_of(function)}() with respect to argument '{name}': "
            f"it is {what}, wanted {wanted}{hint}"
        )
    if not any(True for _ in leaves(value)):
        if isinstance(value, (list, tuple, dict)) and not value:
            return
        raise TypeError(
            f"cannot differentiate {name_of(function)}() with respect to argument '{name}': "
            f"it is {what} that holds no floating numbers, wanted {wanted} (write 1.0 for 1)"
        )


def children(value: Any) -> list[Any]:
    """The direct parts of a structure."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, (list, tuple)):
        return list(value)
    if is_structure(value):
        return list(attributes_of(value).values())
    return []


def arrays_in(value: Any, _seen: tuple[int, ...] = ()) -> Iterator[Any]:
    """The arrays in an argument."""
    if isinstance(value, np.ndarray) or is_cupy(value):
        yield value
    elif id(value) not in _seen:
        for part in children(value):
            yield from arrays_in(part, (*_seen, id(value)))


def refuse_overlaps(values: Mapping[str, Any], written: frozenset[str], function: Any) -> None:
    """ValueError where an argument that is written shares memory with another one: what is it a gradient of?"""
    if not written or len(values) < 2:
        return
    arrays = [(name, array) for name, value in values.items() for array in arrays_in(value)]
    for name, array in arrays:
        for other, found in arrays if name in written else ():
            if other != name and shared(array, found):
                raise ValueError(
                    f"arguments '{name}' and '{other}' of {name_of(function)}() share memory, and '{name}' is written: "
                    f"pass a copy of one of them"
                )


def shared(array: Any, other: Any) -> bool:
    """Whether two arrays share elements; of CuPy's, whether they lie in memory of one array."""
    return may_share(array, other) and (is_cupy(array) or np.shares_memory(array, other))


def may_share(array: Any, other: Any) -> bool:
    """Whether two arrays may share elements; of CuPy's, whether they lie in memory of one array."""
    if is_cupy(array) or is_cupy(other):
        return owner_of(array) is owner_of(other)
    return np.may_share_memory(array, other)


def on_device(given: Any, value: Any, place: str, what: str = "cotangent") -> Any:
    """The cotangent or tangent of a CuPy array: one of its shape, as its dtype, or a number where it has no axes."""
    shape = given.shape if is_cupy(given) else () if isinstance(given, (int, float, complex)) else None
    if shape is None:
        raise TypeError(f"the {what} of {place} is {describe(given)}; wanted a CuPy array")
    if shape != value.shape:
        raise ValueError(f"the {what} of {place} has shape {shape}; wanted {value.shape}")
    if value.dtype.kind != "c" and (given.dtype.kind == "c" if is_cupy(given) else isinstance(given, complex)):
        raise TypeError(f"the {what} of {place} is complex; wanted a real one")
    return given.astype(value.dtype) if is_cupy(given) and given.dtype != value.dtype else given


def is_structure(value: Any) -> bool:
    """An object whose attributes are its parts."""
    if isinstance(value, (type, types.FunctionType, types.ModuleType, np.ndarray, np.generic, str)) or is_cupy(value):
        return False
    return dataclasses.is_dataclass(value) or is_user_class(type(value))


def leaves(value: Any, _seen: tuple[int, ...] = ()) -> Any:
    """The floating numbers and arrays in a structure."""
    if carries(value):
        yield value
        return
    if id(value) in _seen:
        return
    for part in children(value):
        yield from leaves(part, (*_seen, id(value)))


def rebuilt(value: Any, leaf: Any, other: Any, plain: bool = False) -> Any:
    """A structure of the same form, with `leaf(x)` for each floating leaf and `other(x)` for anything else."""
    if carries(value):
        return leaf(value)
    if isinstance(value, dict):
        return {k: rebuilt(v, leaf, other, plain) for k, v in value.items()}
    if isinstance(value, tuple) and is_named_tuple(type(value)):
        return type(value)(*[rebuilt(v, leaf, other, plain) for v in value])
    if isinstance(value, (list, tuple)):
        return type(value)([rebuilt(v, leaf, other, plain) for v in value])
    if is_structure(value):
        parts = {k: rebuilt(v, leaf, other, plain) for k, v in attributes_of(value).items()}
        if not dataclasses.is_dataclass(value) and plain:
            return types.SimpleNamespace(**parts)
        made = type(value)() if type(value) is types.SimpleNamespace else object.__new__(type(value))
        for name, part in parts.items():
            object.__setattr__(made, name, part)
        return made
    return other(value)


def gradient_of(value: Any, bars: Adjoints, written: bool = False) -> Any:
    """The gradient with respect to a structure, in its form; None for parts that have none.

    `written`: its arrays may have been written in place, and their adjoints go by memory.
    """
    taken = bars.pop if written else bars.take
    return rebuilt(value, lambda x: like(taken(x), x), lambda x: None, plain=True)


def told_apart(
    value: Any, taken: set[int] | None = None, outside: bool = False, refusal: Exception | None = None
) -> Any:
    """The structure with every floating leaf an object of its own, where one object stands at several places.

    Adjoints of what objects hold are kept by identity, so equal objects at two places would be taken for one.
    `taken` are the leaves of structures before.  What is returned is a structure of its own then, with views of the
    arrays.

    `outside`: the structure comes from outside of all that is differentiated.  Numbers are then told apart where they
    stand, so that what the function does to its argument is done to the caller's object.  That includes numbers that
    the program may have as well: literals of one file are one object, `f([2.0, 3.0])` and a default `c=2.0`.

    `refusal`: raised where one array or object stands at two places, as the function would notice that it is given
    another structure: it changes what it holds, or asks which objects are one.
    """
    taken = set() if taken is None else taken
    ids = [id(leaf) for leaf in leaves(value)]
    found = taken | numbers_elsewhere(value) if outside else set(taken)
    if outside and (len(ids) != len(set(ids)) or not found.isdisjoint(ids)):
        value = numbers_apart(value, found, set())
        ids = [id(leaf) for leaf in leaves(value)]
    if len(ids) != len(set(ids)) or not taken.isdisjoint(ids):
        if refusal is not None:
            raise refusal
        return rebuilt(value, fresh, lambda x: x)
    taken.update(ids)
    return value


def tell_apart(entry: Entry, values: dict[str, Any], active: list[str], function: Any) -> list[str]:
    """The structures among the active arguments of a call, once all is told apart in `values`."""
    values.update({name: values[name].copy() for name in among_constants(entry, function, values, active)})
    taken: set[int] = set()
    structures = [name for name in active if not carries(values[name])]
    for name in structures:
        if name not in entry.written:
            values[name] = told_apart(values[name], taken, True, entry.refusal(name))
    return [name for name in structures if entry.modes[name] == "i"]


def among_constants(entry: Entry, function: Any, values: Mapping[str, Any], active: list[str]) -> list[str]:
    """The arrays that are differentiated by and that the function also has as globals or captured variables.

    Where adjoints go by identity or by memory, those of the constant would be taken for those of the argument.
    """
    if not entry.uses_bars or entry.writes_arguments:
        return []
    constants = {id(other) for other in entry.constants(function)}
    return [name for name in active if type(values[name]) is np.ndarray and id(values[name]) in constants]


def stands_alone(value: Any) -> bool:
    """Whether `told_apart` would leave a structure from outside as it is."""
    ids = [id(leaf) for leaf in leaves(value)]
    return len(ids) == len(set(ids)) and not numbers_elsewhere(value)


def item_references(values: list[Any]) -> int:
    """The number of references to the first item, as an expression that reads it counts them."""
    return int(references(values[0]))


def numbers_elsewhere(value: Any) -> set[int]:
    """The identities of the numbers in a structure that something else refers to as well."""
    return {id(leaf) for leaf in leaves(value) if not isinstance(leaf, np.ndarray) and references(leaf) > ALONE}


def named_references(values: list[Any]) -> int:
    """The number of references to the first item while a variable holds it as well."""
    value = values[0]
    return int(references(value))


# the number of references to a number that one structure holds, as `numbers_elsewhere` counts them
references = getattr(sys, "getrefcount", lambda x: 1)
ALONE = max([references(leaf) for leaf in leaves([float("0.5")])] if hasattr(sys, "getrefcount") else [0])
ALONE_AS_ITEM = item_references([float("0.5")]) if hasattr(sys, "getrefcount") else 0
ALONE_NAMED = named_references([float("0.5")]) if hasattr(sys, "getrefcount") else 0


def numbers_apart(value: Any, found: set[int], visited: set[int]) -> Any:
    """The structure with an equal number in the place of each that was `found` before; tuples are made anew."""
    if carries(value):
        if not isinstance(value, np.ndarray):
            value = fresh(value) if id(value) in found else value
            found.add(id(value))
        return value
    if id(value) in visited:
        return value
    visited.add(id(value))
    if isinstance(value, tuple):
        parts = [numbers_apart(part, found, visited) for part in value]
        if all(part is old for part, old in zip(parts, value)):
            return value
        return type(value)(*parts) if is_named_tuple(type(value)) else type(value)(parts)
    held: Any = list(enumerate(value)) if isinstance(value, list) else []
    held = list(value.items()) if isinstance(value, dict) else held
    for key, part in held:
        apart = numbers_apart(part, found, visited)
        if apart is not part:
            value[key] = apart
    if not held and is_structure(value):
        for name, part in attributes_of(value).items():
            apart = numbers_apart(part, found, visited)
            if apart is not part:
                object.__setattr__(value, name, apart)
    return value


def structure_snapshot(value: Any) -> Any:
    """The structure with its leaves as they are now, whatever the function does to its containers."""
    return rebuilt(value, lambda x: x, lambda x: x)


def modes_for(values: Mapping[str, Any], active: list[str]) -> dict[str, str]:
    """Modes of the parameters: active numbers return their adjoint, in structures it goes by identity."""
    return {name: "-" if name not in active else "v" if carries(value) else "i" for name, value in values.items()}
