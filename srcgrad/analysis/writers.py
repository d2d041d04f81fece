"""Functions and methods whose point is to write into an array: `np.add.at`, `np.put`, `x.sort()` ...

Those that write many elements by one formula have an entry in the table (`rules/writes.py`); the others are written out
in Python, by stores, where something that derivatives flow through is written or overwritten:

    np.copyto(u, v)        u[...] = v
    x.sort()               x[...] = np.sort(x)
    np.put(x, k, v)        x[places(x, k)] = v, repeated as often as there are places
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import outputs
from srcgrad.analysis.activity import as_index, is_active
from srcgrad.analysis.by_rows import NeedRows
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Kind, Known, Num, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Plain, Result
from srcgrad.analysis.ruled import by_rule, is_sequence, is_unclear
from srcgrad.analysis.stores import writes_into
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import lookup
from srcgrad.rules.positional import positional
from srcgrad.runtime.words_write import (
    added_at,
    check_cast,
    diagonal_places,
    flat_places,
    places_along,
    rounds,
    subtracted_at,
)

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def copyto(dst, src, casting="same_kind", where=True):  # type: ignore[no-untyped-def]
    check_cast(dst, src, casting)
    if where is True:
        dst[...] = src
    else:
        dst[...] = np.where(where, src, dst)


def put(a, ind, v, mode="raise"):  # type: ignore[no-untyped-def]
    places = flat_places(np.shape(a), ind, mode)
    a[places] = np.resize(v, np.shape(places[0]))


def put_method(a, indices, values, mode="raise"):  # type: ignore[no-untyped-def]
    put(a, indices, values, mode)  # type: ignore[no-untyped-call]


def place(arr, mask, vals):  # type: ignore[no-untyped-def]
    check_cast(arr, vals)
    mask = np.reshape(mask, np.shape(arr)) != 0
    arr[mask] = np.resize(vals, (np.count_nonzero(mask),))


def putmask(a, mask, values):  # type: ignore[no-untyped-def]
    check_cast(a, values)
    mask = np.reshape(mask, np.shape(a)) != 0
    a[mask] = np.resize(values, np.shape(a))[mask]


def put_along_axis(arr, indices, values, axis):  # type: ignore[no-untyped-def]
    arr[places_along(np.shape(arr), indices, axis)] = values


def fill_diagonal(a, val, wrap=False):  # type: ignore[no-untyped-def]
    places = diagonal_places(np.shape(a), wrap)
    a[places] = np.resize(val, np.shape(places[0]))


def fill(a, value):  # type: ignore[no-untyped-def]
    a[...] = value


def sort(a, axis=-1, kind=None, order=None, *, stable=None):  # type: ignore[no-untyped-def]
    if order is not None:
        raise ValueError("Cannot specify order when the array has no fields.")
    a[...] = np.sort(a, operator.index(axis), kind)


def partition(a, kth, axis=-1, kind="introselect", order=None):  # type: ignore[no-untyped-def]
    if order is not None:
        raise ValueError("Cannot specify order when the array has no fields.")
    a[...] = np.partition(a, kth, operator.index(axis), kind)


def setitem(a, index, value):  # type: ignore[no-untyped-def]
    a[index] = value


def iadd(a, b):  # type: ignore[no-untyped-def]
    a += b
    return a


def isub(a, b):  # type: ignore[no-untyped-def]
    a -= b
    return a


def imul(a, b):  # type: ignore[no-untyped-def]
    a *= b
    return a


def itruediv(a, b):  # type: ignore[no-untyped-def]
    a /= b
    return a


def ifloordiv(a, b):  # type: ignore[no-untyped-def]
    a //= b
    return a


def imod(a, b):  # type: ignore[no-untyped-def]
    a %= b
    return a


def ipow(a, b):  # type: ignore[no-untyped-def]
    a **= b
    return a


def imatmul(a, b):  # type: ignore[no-untyped-def]
    a @= b
    return a


def ufunc_at(ufunc, a, indices, b):  # type: ignore[no-untyped-def]
    # each element takes its operands one after the other: a round does every element at most once
    operand = np.array(np.broadcast_to(b, np.shape(a[indices])))
    for places, chosen in rounds(np.shape(a), indices):
        a[places] = ufunc(a[places], operand[chosen])


def ufunc_at_alone(ufunc, a, indices):  # type: ignore[no-untyped-def]
    for places, _ in rounds(np.shape(a), indices):
        a[places] = ufunc(a[places])


FUNCTIONS: dict[Any, Any] = {
    np.copyto: copyto, np.put: put, np.place: place, np.putmask: putmask, np.put_along_axis: put_along_axis,
    np.fill_diagonal: fill_diagonal, operator.setitem: setitem, operator.iadd: iadd, operator.isub: isub,
    operator.imul: imul, operator.itruediv: itruediv, operator.ifloordiv: ifloordiv, operator.imod: imod,
    operator.ipow: ipow, operator.imatmul: imatmul,
}  # fmt: skip
METHODS = {
    "fill": fill, "sort": sort, "partition": partition, "put": put_method, "__setitem__": setitem, "__iadd__": iadd,
    "__isub__": isub, "__imul__": imul, "__itruediv__": itruediv, "__ifloordiv__": ifloordiv, "__imod__": imod,
    "__ipow__": ipow, "__imatmul__": imatmul,
}  # fmt: skip
# what cannot be followed: the memory itself changes its form
OTHERS = {"itemset", "resize", "setfield", "setflags", "byteswap"}
ADDED = {np.add: added_at, np.subtract: subtracted_at}


def call(
    inf: Inference, stmt: Any, function: Any, args: Any, keywords: Keywords, kinds: list[Kind], active: bool, env: Env
) -> Result | None:
    """A call of a function that writes into its first argument; None for another function."""
    at = is_at(function)
    if not at and not writes(function):
        return None
    if not kinds and not at:
        args, keywords = named_target(FUNCTIONS[function], keywords)
        kinds = [inf.atom(arg, env) for arg in args]
    if not kinds or any(isinstance(a, ir.Star) for a in args):
        if active:
            raise UnsupportedError(f"{function.__name__}() with starred arguments", "pass the arguments one by one")
        inf.writes_arrays = inf.mutates = True
        return Known(None), Plain()
    if not active:
        return overwritten(inf, stmt, kinds[0])
    if at:
        return at_places(inf, stmt, function, args, kinds, env)
    result, meaning = call_function(inf, stmt, FUNCTIONS[function], None, args, keywords, env)
    return result, meaning


def named_target(written: Any, keywords: Keywords) -> tuple[tuple[Any, ...], Keywords]:
    """The array that is written in front, where a call passes it by name."""
    name = positional(written)[0]
    target = tuple(value for key, value in keywords if key == name)
    return target, tuple((key, value) for key, value in keywords if key != name)


NAMES = {function.__name__ for function in FUNCTIONS}


def writes(function: Any) -> bool:
    """Whether a function is written out here."""
    return getattr(function, "__name__", "") in NAMES and function in FUNCTIONS


def is_at(function: Any) -> bool:
    """Whether a function is the method `at` of a ufunc."""
    return isinstance(getattr(function, "__self__", None), np.ufunc) and getattr(function, "__name__", "") == "at"


def at_places(inf: Inference, stmt: Any, function: Any, args: Any, kinds: list[Kind], env: Env) -> Result:
    """`ufunc.at(a, indices, b)`."""
    ufunc = function.__self__
    if len(args) == 3 and is_sequence(kinds[2]) and is_active(kinds[2]):
        raise NeedRows(stmt, args[2], np.array)
    kinds = [kinds[0], as_index(kinds[1]), *kinds[2:]]
    if any(map(is_unclear, kinds)):
        inf.world.opaque = True
        escape(kinds[0])
        if isinstance(kinds[0], Num):
            inf.writes.pop(stmt, None)
            writes_into(inf, stmt, kinds[0], Unknown(True))
        return Known(None), Dynamic(ir.Bound("at_places", function), args, ())
    if ufunc in ADDED and len(args) == 3 and isinstance(kinds[0], Num):
        added = ADDED[ufunc]
        rule = lookup(added)
        assert rule is not None
        names = [p.name for p in rule.params]
        found = by_rule(inf, stmt, rule, added, dict(zip(names, args)), dict(zip(names, kinds)))
        if not isinstance(found[1], Dynamic):
            _, meaning = outputs.into(inf, stmt, found, args[0], None, env)
            return Known(None), meaning
    written = ufunc_at if len(args) == 3 else ufunc_at_alone
    return call_function(inf, stmt, written, None, (ir.Bound(ufunc.__name__, ufunc), *args), (), env)


def method(
    inf: Inference, stmt: Any, obj: ir.Atom, kind: Num, name: str, args: Any, keywords: Keywords, kinds: list[Kind],
    active: bool, env: Env,
) -> Result | None:  # fmt: skip
    """A method that writes into its array; None for another method."""
    if name in OTHERS:
        if is_active(kind) or active or name == "resize":
            raise UnsupportedError(f"the array method .{name}()", "it changes the array itself; make a new one")
        inf.writes_arrays = inf.mutates = True
        return Known(None), Plain()
    if name not in METHODS:
        return None
    if not (is_active(kind) or active):
        return overwritten(inf, stmt, kind)
    return call_function(inf, stmt, METHODS[name], None, (obj, *args), keywords, env)


def overwritten(inf: Inference, stmt: Any, kind: Kind) -> Result:
    """A constant array is written with constants."""
    inf.mutates = True
    if isinstance(kind, Num):
        inf.writes.pop(stmt, None)
        writes_into(inf, stmt, kind, Known(None))
    else:
        inf.writes_arrays = True
    return Known(None), Plain()
