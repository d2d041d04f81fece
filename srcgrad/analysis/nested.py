"""Calls of derivatives, and of what emitted code calls, in a function that is differentiated: resolved when they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Kind, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Result
from srcgrad.analysis.resolved import RESOLVED
from srcgrad.analysis.versions import escape

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

def nested_call(inf: Inference, function: Any, func: Any, args: Any, keywords: Keywords, kinds: list[Kind]) -> Result:
    """A call of such an object: what it captured or holds may carry derivatives, whatever it is called with."""
    for kind in kinds:
        escape(kind)
    inf.world.opaque = inf.world.writes_unknown = True
    if id(function) in RESOLVED:
        func = ir.Bound(function.__name__, function)
    return Unknown(True), Dynamic(func, tuple(args), keywords)
