"""`vjp` inside a function that is differentiated: the forward when it is called, the reverse with each pullback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srcgrad import arguments
from srcgrad.batches import batched
from srcgrad.nested import general_path
from srcgrad.pullback import MutatedPullback, Prepared, Pullback, result_and_arguments
from srcgrad.runtime import nested_bars
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import like
from srcgrad.runtime.nested_apart import Apart


def vjp(run: Any, f: Any, *args: Any, mutated: bool = False) -> tuple[Any, Pullback | MutatedPullback]:
    """What `vjp` gives."""
    if not mutated:
        return prepared(run, f, args)[1:]
    _, value, pullback = prepared(run, result_and_arguments, (f, args))
    return value, MutatedPullback(pullback)


def prepared(
    run: Any, f: Any, args: tuple[Any, ...], keywords: Mapping[str, Any] | None = None, argnums: Any = None,
    has_aux: bool = False, skip: int | None = None,
) -> tuple[Prepared, Any, Pullback]:  # fmt: skip
    """A call that is ready for its derivative, its result (with what came with it) and its pullback."""
    with Apart(run) as apart:
        ready = Prepared(f, args, keywords, argnums, has_aux, skip, apart)
        given, named = ready.dispatcher.call_form(ready.values)
        handed = run(ready.entry.bound_forward(ready.function), *given, **named)
    return ready, *ready.ran(*(handed if ready.entry.has_sites else (handed[0], 0, handed[1])))


def mutated(run: Any, pullback: MutatedPullback, cotangents: Any) -> tuple[Any, ...]:
    """What a pullback of a function that writes into its arguments gives."""
    return tuple(pull(run, pullback._pullback, pullback.filled(cotangents))[1])


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


def batch(run: Any, pullback: Pullback, cotangents: Any) -> tuple[Any, ...]:
    """What `pullback.batch` gives."""
    return tuple(batched(cotangents, pullback._value, lambda row: pull(run, pullback, row), run))


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
