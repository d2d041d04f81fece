"""`vjp` inside a function that is differentiated: the forward when it is called, the reverse with each pullback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srcgrad import arguments
from srcgrad.dispatch import dispatcher_of
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.gradient import bound_keywords, plain_function
from srcgrad.nested import general_path
from srcgrad.pullback import Pullback
from srcgrad.runtime import nested_bars
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import like
from srcgrad.runtime.nested_apart import Apart


def vjp(run: Any, f: Any, *args: Any, **options: Any) -> tuple[Any, Pullback]:
    """The result of `f(*args)` and its pullback."""
    if any(options.values()):
        raise UnsupportedError("vjp() with options in a function that is differentiated", "return what is needed")
    function, bound = plain_function(f)
    dispatcher = dispatcher_of(programs.program_of(function))
    values = dispatcher.bind(function, (*bound, *args), bound_keywords(f))
    names = [name for name in list(values)[len(bound) :] if name not in bound_keywords(f)]
    active = [name for name in names if any(True for _ in arguments.leaves(values[name]))]
    modes = arguments.modes_for(values, active)
    entry = dispatcher.entry(function, values, modes, "api")
    arguments.refuse_overlaps(values, entry.written, function)
    with Apart(run) as apart:
        structures = apart(entry, values, active)
        originals = {n: arguments.structure_snapshot(values[n]) if n in structures else None for n in names}
        given, named = dispatcher.call_form(values)
        handed = run(entry.bound_forward(function), *given, **named)
    value, seen, residual = handed if entry.has_sites else (handed[0], 0, handed[1])
    return value, Pullback(function, entry, seen, residual, value, originals, [])


def pull(run: Any, pullback: Pullback, cotangents: Any) -> tuple[Any, ...]:
    """What a pullback gives for cotangents."""
    entry, value = pullback._entry, pullback._value
    pullback._refuse_changed()
    pullback._checked(cotangents, value, "")
    bar = shaped(run, cotangents, value)
    if entry.protocol != "bars" and pullback._has_aux:
        bar = (bar, None)
    by_name = pulled(run, entry, pullback._seen, pullback._residual, value, bar, pullback._originals)
    return tuple([by_name.get(name) for name in pullback._originals])


def pulled(
    run: Any, entry: Any, seen: int, residual: Any, value: Any, bar: Any, originals: Mapping[str, Any]
) -> dict[str, Any]:
    """The gradients by name for a cotangent of a result; `originals` has the structures among the arguments."""
    bars = Adjoints()
    if entry.protocol == "bars":
        nested_bars.add_items(run, bars, value, bar)
        bar = None
    # one reverse serves all paths: those of this function are followed like anybody's
    path = general_path(entry)
    args = [residual, bar]
    if entry.uses_bars:
        args.append(bars)
    if path.wants_seen:
        args.append(seen)
    result = run(path.function, *args)
    by_name = dict(zip(entry.returned, result if len(entry.returned) != 1 else (result,)))
    for name, original in originals.items():
        if name not in by_name and entry.modes[name] == "i":
            by_name[name] = run.gradient_of(original, bars, name in entry.written)
    return by_name


def shaped(run: Any, cotangent: Any, value: Any) -> Any:
    """Cotangents in the structure of the result, lists as tuples, as reverses take them."""
    if carries(value):
        return run(like, cotangent, value)
    if not arguments.children(value):
        return None
    if isinstance(value, dict):
        return {key: shaped(run, cotangent[key], part) for key, part in value.items()}
    parts = zip(arguments.children(cotangent), arguments.children(value))
    return tuple([shaped(run, c, part) for c, part in parts])
