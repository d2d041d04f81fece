"""Calls of derivatives, and of what emitted code calls, in a function that is differentiated: resolved at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.kinds import Kind, Num, Tup, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Result
from srcgrad.analysis.resolved import RESOLVED
from srcgrad.analysis.versions import escape
from srcgrad.runtime import words_complex, words_element

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def nested_call(inf: Inference, function: Any, func: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """A call of such an object: what it captured or holds may carry derivatives, whatever it is called with."""
    for kind in kinds:
        escape(kind)
    inf.world.opaque = inf.world.writes_unknown = True
    if id(function) in RESOLVED:
        func = ir.Bound(function.__name__, function)
    result: Kind = Unknown(True)
    if getattr(getattr(function, "__self__", function), "gives_pair", False):
        result = Tup((Unknown(True), Unknown(True)))
    return result, Dynamic(func, tuple(args), keywords)


def smooth_form(function: Any, kinds: list[Kind]) -> Any:
    """What the sign of a complex number goes by, which is no step but a direction; any other function as it is."""
    if function is not np.sign and function is not words_element.sign:
        return function
    kind = kinds[0] if kinds else None
    smooth = isinstance(kind, Num) and kind.active and (kind.dtype is None or kind.dtype.kind == "c")
    return words_complex.complex_sign if smooth else function
