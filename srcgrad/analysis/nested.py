"""Calls of derivatives, and of what emitted code calls, in a function that is differentiated: what is known of them."""

from __future__ import annotations

import types
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import generalise
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.interpret import call_function, load
from srcgrad.analysis.kinds import Closure, Kind, Known, Method, Num, Slope, Tup, Unknown
from srcgrad.analysis.meaning import ByCall, BySlope, Dynamic, Keywords, Moves, Plain, Result
from srcgrad.analysis.resolved import RESOLVED, TABLES
from srcgrad.errors import UnsupportedError
from srcgrad.runtime import words_complex, words_element

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def nested_call(
    inf: Inference, stmt: Any, function: Any, func: Any, args: Any, keywords: Keywords, kinds: list[Kind],
    keyword_kinds: list[Kind], env: Env,
) -> Result:  # fmt: skip
    """A call of such an object: what it captured or holds may carry derivatives, whatever it is called with."""
    slope = slope_of(function)
    if slope is not None:
        return slope_call(inf, stmt, slope, func, args, keywords, kinds, keyword_kinds, env)
    slope = made_slope(function, args, keywords, kinds + keyword_kinds)
    if slope is not None:
        return slope, Plain() if slope.made is not None else Moves(tuple(args[:1]))
    if id(function) in RESOLVED:
        func = ir.Bound(function.__name__, function)
    if isinstance(function, type) and function in TABLES:
        return Unknown(True, type=function), Dynamic(func, (), quiet=True)
    resolved_when_run(inf, kinds + keyword_kinds)
    quiet = getattr(getattr(function, "__self__", function), "quiet", False)
    return given_by(function, kinds), Dynamic(func, tuple(args), keywords, quiet)


def given_by(function: Any, kinds: list[Kind]) -> Kind:
    """The kind of what comes back: a result with its record, where that is known.

    The result of an operation that is called with another one is such a pair in turn.
    """
    if not getattr(getattr(function, "__self__", function), "gives_pair", False):
        return Unknown(True)
    inner: Kind = Unknown(True)
    if kinds and isinstance(kinds[0], Known):
        inner = given_by(kinds[0].value, kinds[1:])
    return Tup((inner, Unknown(True)))


def table_method(inf: Inference, kind: Unknown, method: ir.Attr, args: Any, kinds: list[Kind]) -> Result | None:
    """A call of what reads or adds adjoints and tangents that go by identity; None for other methods.

    What is asked for is told by its identity alone; what is given with it may come back from another call.
    """
    if kind.type is None or method.name in TABLES.get(kind.type, (method.name,)):
        return None
    resolved_when_run(inf, kinds[1:])
    return Unknown(True), Dynamic(method, tuple(args), quiet=True)


def resolved_when_run(inf: Inference, kinds: list[Kind]) -> None:
    """Note that values reach a derivative, which may do anything with them."""
    for kind in kinds:
        escape(kind)
    inf.world.opaque = inf.world.writes_unknown = True


# -------------------------------------------------------------------------------------------------- gradient functions


def slope_of(gradient: Any) -> Slope | None:
    """What is known of a gradient function that is there already."""
    from srcgrad.gradient import Gradient  # it builds on this module

    plain = isinstance(gradient, Gradient) and type(gradient)._call is Gradient._call
    if not plain or gradient._has_aux or not is_form(gradient._argnums):
        return None
    function = gradient.__wrapped__
    if type(function) is not types.FunctionType:
        return None
    return Slope(Known(function), gradient._argnums, gradient._with_value, gradient)


def made_slope(maker: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Slope | None:
    """What is known of the gradient function that `grad(f)` or `value_and_grad(f)` makes."""
    from srcgrad.gradient import grad, value_and_grad  # they build on this module

    named = dict(keywords)
    if maker not in (grad, value_and_grad) or not args or len(args) + len(named) > 2 or named.keys() - {"argnums"}:
        return None
    function, *chosen = kinds
    argnums = literal(chosen[0]) if chosen else 0
    if not is_form(argnums):
        return None
    with_value = maker is value_and_grad
    match function:
        case Known(value=types.FunctionType() as f):
            return Slope(function, argnums, with_value, known_gradient(maker, f, argnums))
        case Closure() | Method(function=types.FunctionType()):
            return Slope(function, argnums, with_value)
    return None


def literal(kind: Kind) -> Any:
    """A literal, or a tuple of them; None for anything else."""
    if isinstance(kind, Tup) and kind.type is tuple:
        return tuple(literal(item) for item in kind.items)
    return kind.value if isinstance(kind, Known) else None


def is_form(argnums: Any) -> bool:
    """Whether `argnums` says by position which arguments a gradient is for."""
    several = argnums if isinstance(argnums, tuple) else (argnums,)
    return bool(several) and all(type(one) is int and one >= 0 for one in several)


def known_gradient(maker: Any, function: Any, argnums: Any) -> Any:
    """`maker(function, argnums)`, the same object every time."""
    key = maker, function, argnums
    found = _gradients.get(key)
    if found is None:
        found = _gradients[key] = maker(function, argnums)
    return found


_gradients: weakref.WeakValueDictionary[Any, Any] = weakref.WeakValueDictionary()


def slope_call(
    inf: Inference, stmt: Any, slope: Slope, func: Any, args: Any, keywords: Keywords, kinds: list[Kind],
    keyword_kinds: list[Kind], env: Env,
) -> Result:  # fmt: skip
    """A call of a gradient function: a gradient has the shape and dtype of its argument.

    Where it is by numbers and arrays, it is a call like any other: of the function that computes the gradient, which
    does to its arguments what the function does that it is the gradient of.
    """
    several = slope.argnums if isinstance(slope.argnums, tuple) else (slope.argnums,)
    plain = max(several) < len(args) and not any(isinstance(a, ir.Star) for a in args)
    plain = plain and all(name is not None for name, _ in keywords)
    by = [generalise(kinds[one]) for one in several] if plain else []
    seen = None
    if plain and all(isinstance(kind, Num) and not kind.maybe_none for kind in by):
        seen = through(inf, stmt, slope, func, args, keywords, env)
    if seen is None:
        resolved_when_run(inf, [slope.function, *kinds, *keyword_kinds])
        seen = Num((), None, None, True), Dynamic(func, tuple(args), keywords)
    value, meaning = seen
    active = not isinstance(meaning, Plain)
    found = [gradient_kind(kind, active) for kind in by] or [Unknown(True)]
    result: Kind = Tup(tuple(found)) if isinstance(slope.argnums, tuple) and plain else found[0]
    if slope.with_value:
        value = replace(value, active=active) if isinstance(value, Num) else Unknown(active)
        result = Tup((value, result))
    if isinstance(meaning, BySlope):
        meaning.result = result
    return result, meaning


def through(
    inf: Inference, stmt: Any, slope: Slope, func: Any, args: Any, keywords: Keywords, env: Env
) -> Result | None:
    """The kind of the value that a gradient is of, and what the call means; None where that is seen when it runs."""
    if slope.made is None and isinstance(func, ir.Attr):
        return None
    function, receiver = slope.function, None
    if isinstance(function, Method):
        function, receiver = function.function, function.obj
    elif isinstance(function, Known):
        function = function.value
    elif not isinstance(function, Closure):
        return None
    captures = function.captured if isinstance(function, Closure) else ()
    try:
        program = load(function, captures)[0]
        value, meaning = call_function(inf, stmt, function, func, args, keywords, env, receiver)
    except UnsupportedError:
        return None  # that is for the call to say, if it is ever made
    bound = receiver is not None
    names = [p.name for p in program.params if p.kind in ("pos", "posonly")]
    if len(names) != len(program.params) or len(args) > len(names) - bound:
        return None
    if not isinstance(meaning, ByCall):
        return value, meaning
    return value, BySlope(
        meaning.function, None if slope.made is not None else func, meaning.args, keywords, meaning.modes[bound:],
        meaning.keyword_modes, child=meaning.child, slope=slope, names=tuple(names[bound:][: len(args)]),
    )  # fmt: skip


def gradient_kind(kind: Kind, active: bool) -> Kind:
    """The kind of a gradient by an argument of this kind."""
    if not isinstance(kind, Num) or kind.dtype is None or kind.maybe_none:
        return Unknown(active)
    if kind.dtype.kind not in "fc" or kind.box not in ("array", "py", "np", "scalar"):
        return Unknown(active)
    return Num(kind.shape, kind.dtype, "array" if kind.box == "array" else "scalar", active)


def smooth_form(function: Any, kinds: list[Kind]) -> Any:
    """What the sign of a complex number goes by, which is no step but a direction; any other function as it is."""
    if function is not np.sign and function is not words_element.sign:
        return function
    kind = kinds[0] if kinds else None
    smooth = isinstance(kind, Num) and kind.active and (kind.dtype is None or kind.dtype.kind == "c")
    smooth = smooth or (isinstance(kind, Unknown) and kind.active)
    return words_complex.complex_sign if smooth else function
