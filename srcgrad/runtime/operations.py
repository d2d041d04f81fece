"""One operation as a function of its own, differentiated and dispatched like any other.

    operator.mul, on two arrays        def operation(x0, x1): return x0 * x1

The adjoints of its operands go by identity.
"""

from __future__ import annotations

import builtins
import functools
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from srcgrad import arguments, ir
from srcgrad.analysis import activity, calls, entry
from srcgrad.analysis.meaning import Dynamic
from srcgrad.analysis.memory import ANY
from srcgrad.dispatch import dispatcher_of, short_way
from srcgrad.entries import WAYS, Entry, Record
from srcgrad.errors import UnsupportedError

NOWHERE = ir.Span(0, 0)
NO_SOURCE = ir.SourceText("", 0, ())


@functools.lru_cache(maxsize=512)
def program_for(what: tuple[Any, ...], count: int, names: tuple[str, ...]) -> ir.Function:
    """A function of one operation; `what` may end with the values of arguments that stand in its text, by place."""
    settled = {}
    if len(what) == SETTLED:
        *_, count, names, values = what
        settled = dict(values)
    given = [f"x{i}" for i in range(count)] if count != 1 else ["x"]
    atoms = tuple(settled_or(settled, i, p) for i, p in enumerate(given))
    keywords = tuple((name, settled_or(settled, name, name)) for name in names)
    params = [p for i, p in enumerate(given) if i not in settled]
    params += [name for name in names if name not in settled]
    expr: ir.Expr
    match what[0]:
        case "operator":
            expr = ir.Prim(what[1], atoms)
        case "item":
            expr = ir.Item(*atoms)
        case "store":
            store = ir.StoreItem(atoms[0], atoms[1], atoms[2], NOWHERE)
            return function_of([store, ir.Return(ir.Const(None), NOWHERE)], params)
        case "augment":
            augment = ir.Augment(params[0], what[1], atoms[1], NOWHERE)
            return function_of([augment, ir.Return(atoms[0], NOWHERE)], params)
        case "attribute":
            expr = ir.Attr(atoms[0], what[1])
        case "method":
            expr = ir.CallMethod(atoms[0], what[1], atoms[1:], keywords)
        case _:
            expr = ir.Call(ir.Bound(re.sub(r"\W+", "_", calls.name_of(what[1])), what[1]), atoms, keywords)
    if what[0] == "at":
        return function_of([ir.Effect(expr, NOWHERE), ir.Return(ir.Const(None), NOWHERE)], params)
    body: ir.Block = [ir.Let("value", expr, NOWHERE), ir.Return(ir.Var("value"), NOWHERE)]
    return function_of(body, params)


def settled_or(settled: dict[Any, Any], place: Any, name: str) -> ir.Atom:
    """The value that an argument has in the text, or the parameter that it is."""
    return ir.Bound(name, settled[place]) if place in settled else ir.Var(name)


def function_of(body: ir.Block, params: list[str]) -> ir.Function:
    """A function with this body."""
    # NumPy imports its own helpers by way of the globals of whoever calls it: they have to have builtins
    space = {"__builtins__": builtins}
    parts = ("operation", tuple(map(ir.Param, params)), body, NO_SOURCE, NOWHERE, {"value"})
    return ir.Function(*parts, namespace=space)


def describe(what: tuple[Any, ...]) -> str:
    """An operation in words."""
    return f"{what[0]} {calls.name_of(what[1]) if callable(what[1]) else what[1]}" if len(what) > 1 else "an item"


def undecided(inf: Any, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """Whether what an operation gives depends on the values of its arguments, and not on their kinds alone."""
    if not any(isinstance(meaning, Dynamic) for meaning in inf.meanings.values()):
        return False
    values = (*args, *keywords.values())
    if what[0] == "function" and len(what) < SETTLED and any(map(is_setting, values)):
        return True
    kinds = ", ".join(type(v).__name__ for v in values)
    raise UnsupportedError(f"{describe(what)} of {kinds}", "convert the operands to NumPy arrays of numbers before")


def with_values(
    what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[tuple[Any, ...], tuple[Any, ...], dict[str, Any]]:
    """The operation with the values of its settings in its text, and the arguments that are left."""
    given = [*enumerate(args), *keywords.items()]
    settled = tuple((place, value) for place, value in given if is_setting(value))
    rest = tuple(value for value in args if not is_setting(value))
    return (*what, settled), rest, {name: value for name, value in keywords.items() if not is_setting(value)}


def is_setting(value: Any) -> bool:
    """Whether an argument may be a flag, a mode, an axis or a shape."""
    if type(value) is tuple:
        return all(map(is_setting, value))
    return value is None or type(value) in (bool, int, str, np.bool_)


# how many parts an operation has that ends with the values of its settings
SETTLED = 5
# in the place of an entry: the values of settings decide
UNDECIDED: Any = object()
# entries that depend on nothing but the kinds of their operands, by operation and kinds
_known: dict[Any, Entry] = short_way({})
MAX_KNOWN = 4096
PLAIN = frozenset({bool, int, float, complex})


def kinds_of(args: Iterable[Any]) -> tuple[Any, ...]:
    """The keys of operands."""
    return tuple([cls if (cls := type(v)) in PLAIN else entry.key_of(v) for v in args])


def entry_of(
    what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any], written: bool = False
) -> tuple[Entry, tuple[Any, ...]]:
    """What a function of one operation compiled to for these arguments, and the arguments by position."""
    values = (*args, *keywords.values()) if keywords else args
    key = what, written, kinds_of(values)
    found = _known.get(key)
    if found is UNDECIDED:
        return entry_of(*with_values(what, args, keywords), written)
    if found is None:
        found = entry_for(what, args, keywords, written)
        if undecided(found.inf, what, args, keywords):
            _known[key] = UNDECIDED
            return entry_of(*with_values(what, args, keywords), written)
        if stays(found):
            if len(_known) >= MAX_KNOWN:
                _known.clear()
            _known[key] = found
    return found, values


def stays(found: Entry) -> bool:
    """Whether an entry depends on nothing but the kinds of its operands."""
    return not (found.globals_seen or found.lookups or found.quiet_globals)


def entry_for(what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any], written: bool) -> Entry:
    """The entry of a function of one operation, found by its dispatcher."""
    program = program_for(what, len(args), tuple(keywords))
    dispatcher = dispatcher_of(program)
    values = dict(zip((p.name for p in program.params), (*args, *keywords.values())))
    modes = {name: "i" if activity.is_active(entry.kind_of(v, True)) else "-" for name, v in values.items()}
    if written:
        modes[WAYS] = frozenset({(ANY,)})  # type: ignore[assignment]
    return dispatcher.entry(None, values, modes, "call")


def one_operation(
    what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any], written: bool = False
) -> tuple[Any, Any]:
    """Run a function of one operation through its dispatcher, all adjoints by identity.

    `written`: arrays are written in place around it, so that what the reverse needs of its operands is copied.
    """
    found, values = entry_of(what, args, keywords, written)
    value, seen, residual = found.run_forward(None, values, {})
    if getattr(value, "base", None) is not None:
        value = owning(value, values)
    return value, Record(found, seen, residual, value, None)


def owning(value: Any, operands: tuple[Any, ...]) -> Any:
    """A result as an array that owns its memory, where it is a view of none of the operands.

    Adjoints of views of it are found by whose memory they lie in: what NumPy's own temporary owns is seen by nobody.
    """
    arrays = [leaf for operand in operands for leaf in arguments.leaves(operand)]
    if type(value) is not np.ndarray or any(np.may_share_memory(value, other) for other in arrays):
        return value
    return value.copy("K")
