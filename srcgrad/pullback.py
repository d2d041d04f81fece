"""`vjp`: the result of a function and the map from cotangents of the result to cotangents of the arguments."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.entry import attributes_of
from srcgrad.dispatch import dispatcher_of
from srcgrad.frontend import programs
from srcgrad.gradient import bound_keywords, plain_function
from srcgrad.runtime.adjoints import Adjoints, carries


class Pullback:
    """Maps cotangents of a call's result to one gradient an argument; may be called as often as wanted."""

    def __init__(
        self, function: Any, entry: Any, seen: int, residual: Any, value: Any,
        originals: dict[str, Any], fingerprints: list[tuple[str, Any, int]],
    ) -> None:  # fmt: skip
        self._function, self._entry = function, entry
        self._seen, self._residual, self._value = seen, residual, value
        self._originals = originals
        self._fingerprints = fingerprints

    def __call__(self, cotangents: Any) -> tuple[Any, ...]:
        """The gradients, a tuple with one entry an argument (None for arguments without floating numbers).

        Raises ValueError or TypeError where the cotangents do not have the structure and shapes of the result.
        """
        entry = self._entry
        self._refuse_changed()
        checked = self._checked(cotangents, self._value, "")
        bars = Adjoints()
        bar = checked
        if entry.protocol == "bars":
            bars.add_items(self._value, checked)
            bar = None
        result = entry.run_reverse(self._seen, self._residual, bar, bars)
        by_name = dict(zip(entry.returned, result if len(entry.returned) != 1 else (result,)))
        gradients = []
        for name, original in self._originals.items():
            if name in by_name:
                gradients.append(by_name[name])
            elif entry.modes[name] == "i":
                gradients.append(arguments.gradient_of(original, bars, name in entry.written))
            else:
                gradients.append(None)
        return tuple(gradients)

    def _refuse_changed(self) -> None:
        """Refuse to go on where an array that is still needed was written after the call."""
        for name, array, before in self._fingerprints:
            if fingerprint(array) != before:
                raise RuntimeError(
                    f"{name} {name_of(self._function)}() was changed after the call, and its pullback "
                    f"needs the old values; pass a copy, or call the pullback first"
                )

    def _checked(self, cotangent: Any, value: Any, where: str) -> Any:
        """The cotangent, once its structure and shapes are those of the result."""
        name = name_of(self._function)
        place = f" at {where[1:]}" if where else ""
        if carries(value):
            if cotangent is None or isinstance(cotangent, (str, list, tuple, dict)):
                if not isinstance(cotangent, list):
                    raise TypeError(
                        f"the cotangent of {name}(){place} is {arguments.describe(cotangent)}; "
                        f"wanted {arguments.describe(value)}"
                    )
            given = np.shape(cotangent)
            if given != np.shape(value):
                raise ValueError(
                    f"the cotangent of {name}(){place} has shape {given}; the result has shape {np.shape(value)}"
                )
            dtype = np.result_type(cotangent)
            if dtype.kind not in "biufc":
                raise TypeError(f"the cotangent of {name}(){place} has dtype {dtype}; wanted a number")
            if dtype.kind == "c" and not np.iscomplexobj(value):
                raise TypeError(f"the cotangent of {name}(){place} is complex; the result is real")
            if isinstance(value, np.ndarray):
                wanted = np.result_type(value.dtype, dtype) if dtype.kind == "c" else value.dtype
                return np.asarray(cotangent, dtype=wanted)
            return cotangent if isinstance(cotangent, (float, complex, np.generic)) else float(cotangent)
        parts = arguments.children(value)
        if not parts:
            return None
        given_parts = arguments.children(cotangent)
        same_keys = not isinstance(value, dict) or (isinstance(cotangent, dict) and value.keys() == cotangent.keys())
        if len(parts) != len(given_parts) or not same_keys:
            raise ValueError(
                f"the cotangent of {name}(){place} is {arguments.describe(cotangent)} with {len(given_parts)} parts; "
                f"the result is {arguments.describe(value)} with {len(parts)}"
            )
        if isinstance(value, dict):
            return {k: self._checked(cotangent[k], v, f"{where}.{k}") for k, v in value.items()}
        checked = [self._checked(c, v, f"{where}.{i}") for i, (c, v) in enumerate(zip(given_parts, parts))]
        if isinstance(value, (list, tuple)):
            return tuple(checked)
        return dict(zip(attributes_of(value), checked))


class MutatedPullback:
    """Maps cotangents of a call's result and of what its arguments hold afterwards to gradients of the arguments."""

    def __init__(self, pullback: Pullback, value: Any) -> None:
        self._pullback, self._value = pullback, value

    def __call__(self, cotangents: Any) -> tuple[Any, ...]:
        """The gradients, a tuple with one entry an argument, for `(of_result, (of_argument, ...))`.

        None stands for zeros.  Raises ValueError or TypeError where the cotangents do not fit.
        """
        if not isinstance(cotangents, tuple) or len(cotangents) != 2:
            raise TypeError(
                "with mutated=True a pullback takes two cotangents: (of the result, a tuple with one for each argument)"
            )
        return tuple(self._pullback(zeros_for_none(cotangents, self._value))[1])


def result_and_arguments(f, args):  # type: ignore[no-untyped-def]
    result = f(*args)
    return result, args


def vjp(f: Any, *args: Any, mutated: bool = False) -> tuple[Any, Pullback | MutatedPullback]:
    """The result of `f(*args)` and its pullback.

    The pullback takes cotangents in the structure and shapes of the result and returns a tuple with one gradient an
    argument, in the argument's structure, shapes and dtypes; None for arguments that hold no floating numbers.  It
    may be called again, and gives bitwise the same for the same cotangents.

    mutated   for a function that writes into its arguments: the result is `(f(*args), args)`, the arguments as `f` left
              them, and the pullback takes `(of_result, (of_argument, ...))`, in which None stands for zeros

    Raises UnsupportedError where `f` uses what srcgrad does not differentiate, ValueError where arguments that are
    written share memory with others.
    """
    if mutated:
        value, pullback = vjp(result_and_arguments, f, args)
        assert isinstance(pullback, Pullback)
        pullback._function = plain_function(f)[0]
        return value, MutatedPullback(pullback, value)
    function, bound = plain_function(f)
    dispatcher = dispatcher_of(programs.program_of(function))
    values = dispatcher.bind(function, (*bound, *args), bound_keywords(f))
    names = [name for name in list(values)[len(bound) :] if name not in bound_keywords(f)]
    active = [name for name in names if any(True for _ in arguments.leaves(values[name]))]
    modes = arguments.modes_for(values, active)
    entry = dispatcher.entry(function, values, modes, "api")
    arguments.refuse_overlaps(values, entry.written, function)
    for name in active:
        if modes[name] == "i" and name not in entry.written:
            values[name] = arguments.told_apart(values[name])
    originals = {name: arguments.structure_snapshot(values[name]) if modes[name] == "i" else None for name in names}
    value, seen, residual = entry.run_forward(function, *dispatcher.call_form(values))
    held = [(f"argument '{name}' of", x) for name in names for x in arguments.arrays_in(values[name])]
    held += [("what was returned by", x) for x in arguments.arrays_in(value)]
    fingerprints = [(name, x, fingerprint(x)) for name, x in held if reaches(residual, x)]
    return value, Pullback(function, entry, seen, residual, value, originals, fingerprints)


def zeros_for_none(cotangent: Any, value: Any) -> Any:
    """Cotangents with zeros where None was given for something that has one."""
    if cotangent is None:
        return arguments.rebuilt(value, lambda x: x * 0.0, lambda x: None)
    if isinstance(value, dict) and isinstance(cotangent, dict) and value.keys() == cotangent.keys():
        return {key: zeros_for_none(cotangent[key], part) for key, part in value.items()}
    if isinstance(value, (list, tuple)) and isinstance(cotangent, (list, tuple)) and len(value) == len(cotangent):
        return type(value)([zeros_for_none(c, part) for c, part in zip(cotangent, value)])
    return cotangent


def fingerprint(array: Any) -> int:
    """A number that changes with an array's elements."""
    return hash(array.tobytes()) if array.dtype.kind != "O" else 0


def reaches(residual: Any, array: Any) -> bool:
    """Whether what a forward remembered may hold the array's memory."""
    if isinstance(residual, np.ndarray):
        return np.may_share_memory(residual, array)
    if residual is None or isinstance(residual, (bool, int, float, complex, str, bytes, np.generic, range)):
        return False
    if isinstance(residual, (list, tuple)):
        return any(reaches(part, array) for part in residual)
    return True
