"""Calls from emitted code with so many arguments and no keywords.

    y, y_call = helper_forward(x, w)       helper_forward is the method for two arguments of a `CallForward`

A `CallForward` takes any arguments, which Python gathers in a tuple and a dict first.  These methods do not: they call
the guarded function that served last, and leave to it what that gives MISS for.
"""

from __future__ import annotations

import builtins
import functools
import types
from collections.abc import Callable
from typing import Any

from srcgrad.emit.register import bind
from srcgrad.guards import MISS

TEXT = """def call(self{params}):
{find}
    if serving is not None:
        try:
            result = serving({given})
        except Exception as error:
            self.left(error, ({tuple}))
            raise
        if result is not MISS:
            return result
    return self({tuple})
"""
# one function for all calls
ONE = """
    serving = self.serving
"""
# the function stands in front of the others
FUNCTION = """
    serving = self.serving.get(id(x0.__code__)) if type(x0) is FunctionType else None
"""
# the object whose method it is stands in front of the others
METHOD = """
    method = getattr(x0, self.attribute)
    bound = type(method) is MethodType and method.__self__ is x0
    serving = self.serving.get(id(method.__func__.__code__)) if bound else None
"""


@functools.cache
def calling(find: str, count: int) -> Callable[..., Any]:
    """The method that calls with `count` arguments, and finds the guarded function as `find` says."""
    names = [f"x{i}" for i in range(count)]
    parts = {
        "params": "".join(f", {name}" for name in names),
        "find": find.strip("\n"),
        "given": ", ".join(["method.__func__", *names] if find is METHOD else names),
        "tuple": "".join(f"{name}, " for name in names).strip(),
    }
    helpers = {"MISS": MISS, "FunctionType": types.FunctionType, "MethodType": types.MethodType}
    return bind(TEXT.format(**parts), "call", helpers, {"__builtins__": builtins}, {})["call"]
