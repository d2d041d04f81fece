"""Calls of derivatives, and of what emitted code calls, in a function that is differentiated: resolved at run time."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import generalise
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import Closure, Kind, Known, Num, Slope, Tup, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Result
from srcgrad.analysis.resolved import RESOLVED
from srcgrad.runtime import words_complex, words_element

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def nested_call(inf: Inference, function: Any, func: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """A call of such an object: what it captured or holds may carry derivatives, whatever it is called with."""
    slope = slope_of(function)
    if slope is not None:
        return slope_call(inf, slope, func, args, keywords, kinds)
    resolved_when_run(inf, kinds)
    if id(function) in RESOLVED:
        func = ir.Bound(function.__name__, function)
    result: Kind = made_slope(function, args, keywords, kinds) or Unknown(True)
    if getattr(getattr(function, "__self__", function), "gives_pair", False):
        result = Tup((Unknown(True), Unknown(True)))
    return result, Dynamic(func, tuple(args), keywords)


def resolved_when_run(inf: Inference, kinds: list[Kind]) -> None:
    """Note that values reach a derivative, which may do anything with them."""
    for kind in kinds:
        escape(kind)
    inf.world.opaque = inf.world.writes_unknown = True


def slope_of(function: Any) -> Slope | None:
    """What is known of a gradient function that is there already."""
    from srcgrad.gradient import Gradient  # it builds on this module

    plain = isinstance(function, Gradient) and type(function)._call is Gradient._call
    if not plain or function._has_aux or type(function._argnums) is not int or function._argnums < 0:
        return None
    return Slope(function._argnums, function._with_value)


def made_slope(function: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Slope | None:
    """What is known of the gradient function that `grad(f)` or `value_and_grad(f)` makes."""
    from srcgrad.gradient import grad, value_and_grad  # they build on this module

    named = dict(keywords)
    if function not in (grad, value_and_grad) or not args or len(args) + len(named) > 2 or named.keys() - {"argnums"}:
        return None
    f, *chosen = kinds
    is_function = isinstance(f, Closure) or (isinstance(f, Known) and isinstance(f.value, types.FunctionType))
    argnum = chosen[0].value if chosen and isinstance(chosen[0], Known) else None if chosen else 0
    if not is_function or type(argnum) is not int or argnum < 0:
        return None
    return Slope(argnum, function is value_and_grad)


def slope_call(inf: Inference, slope: Slope, func: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """A call of a gradient function: the gradient has the shape and dtype of its argument."""
    resolved_when_run(inf, kinds)
    found: Kind = Unknown(True)
    starred = any(isinstance(a, ir.Star) for a in args[: slope.argnum + 1])
    argument = generalise(kinds[slope.argnum]) if slope.argnum < len(args) and not starred else None
    if isinstance(argument, Num) and argument.dtype == np.dtype(float) and not argument.maybe_none:
        if argument.is_number:
            found = Num((), argument.dtype, "scalar", True)
        elif argument.box == "array":
            found = Num(argument.shape, argument.dtype, "array", True)
    if slope.with_value:
        found = Tup((Num((), None, None, True), found))
    return found, Dynamic(func, tuple(args), keywords)


def smooth_form(function: Any, kinds: list[Kind]) -> Any:
    """What the sign of a complex number goes by, which is no step but a direction; any other function as it is."""
    if function is not np.sign and function is not words_element.sign:
        return function
    kind = kinds[0] if kinds else None
    smooth = isinstance(kind, Num) and kind.active and (kind.dtype is None or kind.dtype.kind == "c")
    smooth = smooth or (isinstance(kind, Unknown) and kind.active)
    return words_complex.complex_sign if smooth else function
