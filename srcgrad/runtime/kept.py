"""Values kept for a computation that is done later, or done again: whether they are still as they were."""

from __future__ import annotations

import types
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.entry import is_cupy
from srcgrad.errors import ChangedError
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.helpers import fingerprint_on_device, in_form_of


def parts_of(value: Any) -> list[Any]:
    """What a value holds: items, attributes, and what a function captured."""
    if isinstance(value, types.FunctionType):
        return [*cell_contents(value), *(value.__defaults__ or ())]
    if isinstance(value, types.MethodType):
        return [value.__self__, value.__func__]
    if isinstance(value, set):
        return list(value)
    return arguments.children(value)


def cell_contents(function: types.FunctionType) -> list[Any]:
    """What a function captured; cells without contents are left out."""
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:
            continue
    return found


def everything_in(values: Any) -> Iterator[Any]:
    """The values and all that they hold, each object once."""
    seen: set[int] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, (type, types.ModuleType)):
            continue
        yield value
        if not carries(value):
            waiting.extend(parts_of(value))


def fingerprint(array: np.ndarray[Any, Any]) -> int:
    """A number that changes with an array's elements."""
    if is_cupy(array):
        return fingerprint_on_device(array)
    return zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8))  # type: ignore[arg-type]


class Kept:
    """Values that are referred to and looked at again before they are used.

    values()   the values; ChangedError where an array or a container among them was written since
    """

    __slots__ = ("arrays", "containers", "kept", "whose")

    def __init__(self, values: tuple[Any, ...], whose: str) -> None:
        self.whose, self.kept = whose, values
        self.arrays: list[tuple[Any, int]] = []
        self.containers: list[tuple[Any, list[Any]]] = []
        for value in everything_in(values):
            if isinstance(value, np.ndarray) or is_cupy(value):
                if value.dtype.kind != "O":
                    self.arrays.append((value, fingerprint(value)))
            elif isinstance(value, (list, dict, set, types.FunctionType)) or arguments.is_structure(value):
                self.containers.append((value, parts_of(value)))

    def changed(self) -> bool:
        """Whether one of the arrays or containers was written."""
        for container, before in self.containers:
            now = parts_of(container)
            if len(now) != len(before) or any(a is not b for a, b in zip(now, before)):
                return True
        return any(fingerprint(array) != before for array, before in self.arrays)

    def values(self) -> tuple[Any, ...]:
        if self.changed():
            raise ChangedError(
                f"{self.whose}, whose derivative needs what it was given or kept, but that was written after the call,",
                "pass a copy",
            )
        return self.kept


def zeros_of(value: Any, made: Any = None) -> Any:
    """Zeros (or what `made` makes of them) in the place of every floating number of a structure; None without any."""
    if not any(True for _ in arguments.leaves(value)):
        return None
    return arguments.rebuilt(value, made or zero_like, lambda x: x)


def zero_like(x: Any) -> Any:
    """Zero, of the shape and type of a number or array."""
    return np.zeros_like(x) if isinstance(x, np.ndarray) else type(x)(0)


def bars_of(value: Any, bars: Any) -> Any:
    """What was gathered for the numbers in a result, in its structure; None for other parts of it."""
    if carries(value):
        return full(bars.made(value), value)
    if isinstance(value, (list, tuple)):
        items = [bars_of(item, bars) for item in value]
        return in_form_of(value, items)
    if isinstance(value, dict):
        return {key: bars_of(item, bars) for key, item in value.items()}
    return None


def full(bar: Any, value: Any) -> Any:
    """A cotangent with the shape and type of its value, read-only where it is an array."""
    if isinstance(value, tuple) and isinstance(bar, tuple):
        return tuple(full(b, v) for b, v in zip(bar, value))
    if not isinstance(value, np.ndarray):
        return bar
    dtype = value.dtype if not np.iscomplexobj(bar) else np.result_type(value.dtype, complex)
    result = np.broadcast_to(np.asarray(bar, dtype), value.shape)
    view = result.view()
    view.flags.writeable = False
    return view
