"""Builtins that call back, written out in Python, so that they are differentiated like any other function.

A call of the builtin is a call of the function written here:

    map(f, xs)      [f(x) for x in xs]
"""

from __future__ import annotations

import dataclasses
import functools
import linecache
import operator
import types
import typing
import weakref
from typing import Any

import numpy as np

from srcgrad.analysis.lookups import own_setattr
from srcgrad.runtime.words_joined import directed_axes, read_directive


def map_(function, *iterables):  # type: ignore[no-untyped-def]
    result = []
    for items in zip(*iterables):
        result.append(function(*items))
    return iter(result)


def map_one(function, items):  # type: ignore[no-untyped-def]
    result = []
    for item in items:
        result.append(function(item))
    return iter(result)


def map_two(function, items, others):  # type: ignore[no-untyped-def]
    result = []
    for item, other in zip(items, others):
        result.append(function(item, other))
    return iter(result)


def fromkeys(keys, value=None):  # type: ignore[no-untyped-def]
    result = {}
    for key in keys:
        result[key] = value
    return result


def filter_(function, items):  # type: ignore[no-untyped-def]
    result = []
    for item in items:
        if item if function is None else function(item):
            result.append(item)
    return iter(result)


def reduce_(function, items, *initial):  # type: ignore[no-untyped-def]
    started = len(initial) > 0
    result = initial[0] if started else None
    for item in items:
        if started:
            result = function(result, item)
        else:
            result = item
            started = True
    if not started:
        raise TypeError("reduce() of empty iterable with no initial value")
    return result


def reduce_from(function, items, initial):  # type: ignore[no-untyped-def]
    result = initial
    for item in items:
        result = function(result, item)
    return result


def backwards(items):  # type: ignore[no-untyped-def]
    return iter([items[i] for i in range(len(items) - 1, -1, -1)])


def same(value):  # type: ignore[no-untyped-def]
    return value


def concat_(a, b):  # type: ignore[no-untyped-def]
    return a + b


def divmod_(a, b):  # type: ignore[no-untyped-def]
    return a // b, a % b


def sum_(items, start=0):  # type: ignore[no-untyped-def]
    total = start
    for item in items:
        total = total + item
    return total


@functools.lru_cache(maxsize=64)
def maker_of(cls: Any) -> Any:
    """The `_make` of a named tuple."""

    def make(items):  # type: ignore[no-untyped-def]
        return cls(*items)

    return make


def iterated(items):  # type: ignore[no-untyped-def]
    return items.__iter__()


def list_of_rows(array):  # type: ignore[no-untyped-def]
    return [row.tolist() for row in array]


def each_array(items):  # type: ignore[no-untyped-def]
    return [np.array(item) if isinstance(item, (list, tuple, range)) else item for item in items]


def at_least_1d(*arrays):  # type: ignore[no-untyped-def]
    return tuple([np.atleast_1d(array) for array in arrays])


def at_least_2d(*arrays):  # type: ignore[no-untyped-def]
    return tuple([np.atleast_2d(array) for array in arrays])


def at_least_3d(*arrays):  # type: ignore[no-untyped-def]
    return tuple([np.atleast_3d(array) for array in arrays])


def along_axis(parts, axis, ndmin, first):  # type: ignore[no-untyped-def]
    dtype = np.result_type(*[part if np.isscalar(part) else np.asarray(part).dtype for part in parts])
    placed = []
    for part in parts:
        axes = directed_axes(np.ndim(part), ndmin, first)
        placed.append(np.transpose(np.array(part, dtype=dtype, ndmin=ndmin), axes))
    return np.concatenate(placed, axis=axis)


def along_rows_as_said(parts):  # type: ignore[no-untyped-def]
    return along_axis(parts[1:], *read_directive(parts[0], (0, 1, -1)))  # type: ignore[no-untyped-call]


def along_columns_as_said(parts):  # type: ignore[no-untyped-def]
    return along_axis(parts[1:], *read_directive(parts[0], (-1, 2, 0)))  # type: ignore[no-untyped-call]


def along_rows(parts):  # type: ignore[no-untyped-def]
    # beside float32 arrays, 1.0 is a float32, and [1.0] is not
    dtype = np.result_type(*[part if np.isscalar(part) else np.asarray(part).dtype for part in parts])
    return np.concatenate([np.atleast_1d(part).astype(dtype) for part in parts])


def along_columns(parts):  # type: ignore[no-untyped-def]
    dtype = np.result_type(*[part if np.isscalar(part) else np.asarray(part).dtype for part in parts])
    return np.column_stack(parts).astype(dtype)


def row_alone(part):  # type: ignore[no-untyped-def]
    return along_rows((part,))  # type: ignore[no-untyped-call]


def column_alone(part):  # type: ignore[no-untyped-def]
    return along_columns((part,))  # type: ignore[no-untyped-call]


# what joins arrays by a subscript, `np.r_[a, b]`: its name, the function that does the same, the one that does it for a
# subscript that begins with a text, and the one for a subscript that is no tuple
JOINED: dict[type, tuple[str, Any, Any, Any]] = {
    type(np.r_): ("r_", along_rows, along_rows_as_said, row_alone),
    type(np.c_): ("c_", along_columns, along_columns_as_said, column_alone),
}
AT_LEAST = ((np.atleast_1d, at_least_1d), (np.atleast_2d, at_least_2d), (np.atleast_3d, at_least_3d))


def init_of(cls: type) -> Any:
    """The `__init__` of a dataclass with `__post_init__`, `__setattr__` or default factories, written out; None for
    another class.

    The one that dataclasses make has no source to read.
    """
    own = hasattr(cls, "__post_init__") or own_setattr(cls) is not None
    if not own and not any(map(makes_default, dataclasses.fields(cls))):
        return None
    found = _inits.get(cls)
    if found is None:
        found = _inits[cls] = _write_init(cls)
    return found


def frozen(cls: type) -> bool:
    """Whether a dataclass is frozen."""
    return bool(cls.__dataclass_params__.frozen)  # type: ignore[attr-defined]


def makes_default(field: dataclasses.Field[Any]) -> bool:
    """Whether a function makes a field's default that may do more than make an empty container."""
    return field.default_factory not in (dataclasses.MISSING, list, dict, set)


_inits: weakref.WeakKeyDictionary[type, Any] = weakref.WeakKeyDictionary()


def _write_init(cls: type) -> Any:
    """Source for the `__init__` of a dataclass, compiled so that it can be read again."""
    put = "object.__setattr__(self, {0!r}, {1})" if frozen(cls) else "self.{0} = {1}"
    namespace: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    own: list[str] = ["self"]
    keywords: list[str] = []
    lines: list[str] = []
    handed: list[str] = []
    for name, field in cls.__dataclass_fields__.items():  # type: ignore[attr-defined]
        only_init = field._field_type is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]
        if field._field_type is dataclasses._FIELD_CLASSVAR:  # type: ignore[attr-defined]
            continue
        text = name
        if field.default is not dataclasses.MISSING:
            namespace[f"default_{name}"] = field.default
            text = f"{name}=default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            namespace[f"make_{name}"] = field.default_factory
            if field.init:
                text = f"{name}=MISSING"
                lines.append(f"    if {name} is MISSING:")
                lines.append(f"        {name} = make_{name}()")
            else:
                lines.append("    " + put.format(name, f"make_{name}()"))
        if field.init:
            (keywords if field.kw_only else own).append(text)
            if only_init:
                handed.append(name)
            else:
                lines.append("    " + put.format(name, name))
    if hasattr(cls, "__post_init__"):
        lines.append(f"    self.__post_init__({', '.join(handed)})")
    every = [*own, "*", *keywords] if keywords else own
    text = "\n".join([f"def __init__({', '.join(every)}):", *lines, ""])
    return bind_source(text, "__init__", cls, namespace)


def bind_source(text: str, name: str, cls: type, namespace: dict[str, Any]) -> Any:
    """Compile text for a class so that tracebacks and the front end find its source."""
    filename = f"<{cls.__module__}.{cls.__qualname__}.{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    exec(compile(text, filename, "exec"), namespace)
    return namespace[name]


def replacement(function: Any, count: int) -> Any:
    """The written-out form of a builtin called with `count` arguments, or None."""
    if (
        isinstance(function, types.MethodType)
        and function.__name__ == "_make"
        and hasattr(function.__self__, "_fields")
    ):
        return maker_of(function.__self__)
    if function is map:
        return {2: map_one, 3: map_two}.get(count, map_)
    if function is divmod:
        return divmod_
    if function is operator.concat:
        return concat_
    if type(function) is typing.NewType:
        return same
    if isinstance(function, types.BuiltinMethodType) and function == dict.fromkeys:
        return fromkeys
    if function is filter:
        return filter_
    if function is functools.reduce:
        return reduce_from if count == 3 else reduce_
    if count > 1:
        return next((each for one, each in AT_LEAST if function is one), None)
    return None
