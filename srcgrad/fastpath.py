"""The way that calls of a kind seen before take: one emitted function that tests the arguments and runs the rest.

    def newton_call(a):
        try:
            if not (type(a) is float and abs is abs_seen):
                return MISS
        except gone:
            return MISS
        use.calls += 1
        try:
            return newton_grad(a)[1]
        except BaseException as error:
            point(error)
            raise

What it gives MISS for goes the long way, which finds or compiles what the call needs.  The function that served last is
called first, with whatever the gradient was called with (`quick`): what is not for it, it hands over itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import elsewhere
from srcgrad.elsewhere import changes_objects
from srcgrad.guards import Guard
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.structures import TakenApart, apart

if TYPE_CHECKING:
    from srcgrad.dispatch import Dispatcher
    from srcgrad.entries import Entry


class PathUse:
    """A path of an entry as one gradient object used it: how often, and whether everything was there."""

    __slots__ = ("calls", "path", "reverse", "sizes")

    def __init__(self, path: Any) -> None:
        self.path = path
        # the reverse, where it can be called with the residual and the cotangent (and `bars`) alone
        self.reverse: Any = None if path is None or path.wants_seen else path.function
        self.calls = 0
        # the bytes of what the first call along the path remembered
        self.sizes: dict[Any, int] | None = None


class Use:
    """An entry as one gradient object uses it; the paths by signature (None: there is one path)."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.paths: dict[int | None, PathUse] = {}


def guard_for(
    entry: Entry, function: Any, values: Mapping[str, Any], handed: bool = False, otherwise: Any = None
) -> Guard:
    """The conditions under which an entry serves a call; `handed`: the function comes in front of the arguments."""
    callee = "callee"
    while callee in values:
        callee += "_"
    guard = Guard([callee, *values] if handed else values, function.__globals__, otherwise)
    if handed:
        guard.callee(callee, function)
    for name, value in values.items():
        guard.value(name, value)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        if not handed:
            guard.cell(name, cell)
    if changes_objects(entry.inf):
        guard.same_objects()
    for name, objects in entry.global_objects.items():
        guard.conditions.append(f"{guard.name('apart', elsewhere.apart)}({guard.name('objects', objects)}, {name})")
    guard.globals(entry.globals_seen)
    guard.lookups(entry.lookups)
    return guard


def guarded(guard: Guard, entry: Entry, call: list[str]) -> list[str]:
    """Statements that run a forward, the user's lines in the traceback of what it raises."""
    error = guard.name("error", None)
    del guard.helpers[error]
    base, point = guard.name("BaseException", BaseException), guard.name("point", entry.point)
    lines = [f"    {line}" for line in call]
    return ["try:", *lines, f"except {base} as {error}:", f"    {point}({error})", "    raise"]


def fast_gradient(
    use: Use, function: Any, values: Mapping[str, Any], active: list[str], single: bool, with_value: bool, check: Any,
    finish: Any, otherwise: Any = None,
) -> Any:  # fmt: skip
    """The function that serves calls of this kind; `finish` takes over from the forward on a path not seen before."""
    entry = use.entry
    guard = guard_for(entry, function, values, False, otherwise)
    params = ", ".join(values)
    run = guard.name(entry.forward.__name__, entry.bound_forward(function))
    structures = [name for name in active if entry.modes[name] in ("i", "s")]
    if entry.alone:
        kept = guard.name("use", use.paths[None])
        picked = pick(entry, active, single)
        if picked == "{0}":
            result = f"{run}({params})" if with_value else f"{run}({params})[1]"
            body = [f"return {result}"]
        else:
            value, bars = guard.params[0] + "_value", guard.params[0] + "_bars"
            body = [f"{value}, {bars} = {run}({params})"]
            text = picked.format(bars)
            body.append(f"return {value}, {text}" if with_value else f"return {text}")
        checks = apart(guard, structures, values) if entry.uses_bars else []
        no_constants(guard, entry, guard.name("function", function), function, active, values)
        return guard.compile(call_name(entry), [*checks, f"{kept}.calls += 1", *guarded(guard, entry, body)])
    by_identity = [name for name in active if entry.modes[name] == "i"]
    taken = TakenApart(guard, by_identity, values)
    others = [name for name in structures if name not in by_identity]
    checks = apart(guard, others, values, taken) if entry.uses_bars else []
    no_constants(guard, entry, guard.name("function", function), function, active, values)
    paths, seen = guard.name("paths", use.paths), "_seen" if entry.has_sites else "None"
    handed = "_value, _seen, _residual" if entry.has_sites else "_value, _residual"
    known = [guard.name(t.__name__, t) for t in (float, np.float64)]
    kind, table = guard.name("type", type), guard.name("Adjoints", Adjoints)
    call = "_path.reverse(_residual, 1.0, _bars)" if entry.uses_bars else "_path.reverse(_residual, 1.0)"
    if by_identity:
        parts = [taken.gradients.get(name) or pick(entry, [name], True).format("_gradients") for name in active]
        gradients = parts[0] if single else "(" + "".join(f"{part}, " for part in parts) + ")"
        call = "_path.reverse(_residual, 1.0, _bars)" if entry.uses_bars else call
    else:
        gradients = pick(entry, active, single).format("_gradients")
    body = [
        *taken.before,
        *checks,
        *guarded(guard, entry, [f"{handed} = {run}({params})"]),
        f"if {kind}(_value) is not {known[0]} and {kind}(_value) is not {known[1]}:",
        f"    {guard.name('check', check)}(_value)",
        f"_path = {paths}.get({seen})",
        "if _path is None or _path.reverse is None:",
        f"    return {guard.name('finish', finish)}(_value, {seen}, _residual, {taken.originals()})",
        "_path.calls += 1",
        *([f"_bars = {table}()"] if entry.uses_bars or by_identity else []),
        f"_gradients = {call}",
        f"return _value, {gradients}" if with_value else f"return {gradients}",
    ]
    return guard.compile(call_name(entry), body)


def no_constants(
    guard: Guard, entry: Entry, place: str, function: Any, active: list[str], values: Mapping[str, Any]
) -> None:
    """Leave arguments that are among the function's constants to the long way: see `arguments.among_constants`."""
    arrays = [name for name in active if type(values[name]) is np.ndarray]
    if arrays and entry.uses_bars and not entry.writes_arguments and entry.constants(function):
        constants, ids = guard.name("constants", entry.constants), guard.name("id", id)
        others = f"{guard.name('map', map)}({ids}, {constants}({place}))"
        guard.conditions += [f"{ids}({name}) not in {others}" for name in arrays]


def pick(entry: Entry, active: list[str], single: bool) -> str:
    """The gradients in the form that was asked for, as text around `{0}`, which the reverse gives."""
    if len(entry.returned) == 1:
        return "{0}" if single else "({0},)"
    if single:
        return f"{{0}}[{entry.returned.index(active[0])}]"
    if tuple(active) == entry.returned:
        return "{0}"
    return "(" + ", ".join(f"{{0}}[{entry.returned.index(name)}]" for name in active) + ")"


def fast_call(
    entry: Entry, function: Any, values: Mapping[str, Any], order: Any, record: Any, handed: bool = False
) -> Any:
    """The function that serves a call site: the result and the record of the call."""
    guard = guard_for(entry, function, values, handed)
    if handed and function.__closure__:
        run = f"{guard.name('bound_forward', entry.bound_forward)}({guard.params[0]})"
    else:
        run = guard.name(entry.forward.__name__, entry.bound_forward(function))
    return guard.compile(call_name(entry), recorded(guard, entry, f"{run}({', '.join(values)})", record, order))


def recorded(guard: Guard, entry: Entry, call: str, record: Any, order: Any) -> list[str]:
    """Statements that run a forward and return its result with the record of the call.

    What is the same for all calls is kept by a class of their own: a record is made without a call of `__init__`.
    """
    same = {"__slots__": (), "__init__": object.__init__, "entry": entry, "order": order}
    if not entry.has_sites:
        same["seen"] = 0
    made = guard.name("Record", type("Record", (record,), same))
    results = "_value, _record.seen, _record.residual" if entry.has_sites else "_value, _record.residual"
    return [
        f"_record = {made}()",
        *guarded(guard, entry, [f"{results} = {call}"]),
        "_record.value = _value",
        "return _value, _record",
    ]


def call_name(entry: Entry) -> str:
    """The name of the emitted function."""
    name: str = entry.forward.__name__
    return name.rpartition("_")[0] + "_call"


def complete(dispatcher: Dispatcher, function: Any, args: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
    """All arguments of a call by position, defaults filled in; None where that is for Python to sort out."""
    names = dispatcher.positional
    missing = names[len(args) :]
    if not dispatcher.simple or len(args) > len(names) or function is None:
        return None
    defaults = function.__defaults__ or ()
    first = len(names) - len(defaults)
    result = list(args)
    used = 0
    for index, name in enumerate(missing, len(args)):
        if name in keywords:
            if dispatcher.program.params[index].kind == "posonly":
                return None
            result.append(keywords[name])
            used += 1
        elif index >= first:
            result.append(defaults[index - first])
        else:
            return None
    return tuple(result) if used == len(keywords) else None
