"""The way that calls of a `jvp` seen before take: one emitted function that tests arguments and tangents, and runs.

    def layer_jvp_call(x, w, x_dot, w_dot):
        try:
            if not (type(x) is ndarray and ... and type(x_dot) is ndarray and x_dot.shape == x.shape and w_dot is None):
                return MISS
        except gone:
            return MISS
        x_dot = x_dot.copy()
        ...
        _value, _tangent = layer_jvp(x, w, x_dot)
        return _value, finished(_tangent, _value, {})

What it gives MISS for goes the long way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from srcgrad.analysis.kinds import Never
from srcgrad.analysis.memory import ways_to_written
from srcgrad.dispatch import MAX_FAST, remember_uses
from srcgrad.fastpath import guard_for, guarded
from srcgrad.guards import PLAIN
from srcgrad.runtime.helpers import like
from srcgrad.tangent.entry import TangentEntry


class Shortcuts:
    """The guarded functions of one `jvp` object, the latest first, and how many were made."""

    def __init__(self) -> None:
        self.fast: tuple[Any, ...] = ()
        self.built = 0
        remember_uses(self)

    def forget(self) -> None:
        """Have calls take the long way."""
        self.fast, self.built = (), 0

    def add(self, made: Any) -> None:
        """Have a function tried from now on."""
        self.built += 1
        self.fast = (made, *self.fast[: MAX_FAST - 1])


def can_be_fast(entry: TangentEntry, values: Mapping[str, Any]) -> bool:
    """Whether calls of an entry can be told by tests of one parameter after the other.

    Not where one of several arrays is written: whether they overlap is seen in each call.
    """
    if not entry.dispatcher.simple or any(mode not in ("v", "-") for mode in entry.modes.values()):
        return False
    if isinstance(entry.inf.return_kind, Never):
        return False
    if sum(1 for value in values.values() if not isinstance(value, PLAIN)) > 1 and writes_arguments(entry):
        return False
    return not entry.uses_dots and not any(name.startswith("_") or f"{name}_given" in values for name in values)


def writes_arguments(entry: TangentEntry) -> set[str]:
    """The parameters that hold arrays which the function writes."""
    return {name for name, version in entry.inf.entry.items() if ways_to_written(version.kind, name)}


def fast_jvp(entry: TangentEntry, function: Any, values: Mapping[str, Any], finished: Any) -> Any:
    """The function that serves calls of this kind: arguments by position, then a tangent for each, or None."""
    guard = guard_for(entry, function, values)
    run = guard.name(entry.forward.__name__, entry.bound_forward(function))
    kind = guard.name("type", type)
    before = []
    given = {}
    for name, mode in entry.modes.items():
        dot = f"{name}_given"
        guard.params.append(dot)
        if mode == "-":
            guard.conditions.append(f"{dot} is None")
            continue
        value = values[name]
        guard.conditions.append(f"{kind}({dot}) is {guard.name(type(value).__name__, type(value))}")
        given[name] = dot
        if isinstance(value, np.ndarray):
            dtype = guard.name(f"{value.dtype.kind}_dtype", value.dtype)
            guard.conditions.append(f"{dot}.dtype is {dtype} and {dot}.shape == {name}.shape")
            # in memory of its own, and laid out as the argument is
            before.append(f"{dot} = {guard.name('like', like)}({dot}, {name})")
    tangents = entry.tangents.dot_params
    args = ", ".join([*values, *(given[name] for name in tangents)])
    array, done = guard.name("ndarray", np.ndarray), guard.name("finished", finished)
    body = [
        *before,
        *guarded(guard, entry, [f"_value, _tangent = {run}({args})"]),
        f"if {kind}(_value) is {guard.name('float', float)} and {kind}(_tangent) is {guard.name('float', float)}:",
        "    return _value, _tangent",
        f"if {kind}(_value) is {array} and {kind}(_tangent) is {array} and _tangent.base is None \\",
        "        and _tangent.shape == _value.shape and _tangent.dtype is _value.dtype:",
        "    return _value, _tangent",
        f"return _value, {done}(_tangent, _value, {{}})",
    ]
    return guard.compile(entry.forward.__name__ + "_call", body)
