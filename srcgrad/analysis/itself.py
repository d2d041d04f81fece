"""Nested functions that call themselves, or what they are called by.

    def product(node):                 product captured `b` and `product`, which captured `b` and `product`, ...
        if isinstance(node, int):
            return b[node]
        return product(node[0]) * product(node[1])

The kind of such a function would have no end, so it stands for itself in short: without what it captured.  Where it is
called, or captured by another function, that is put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srcgrad import ir
from srcgrad.analysis.kinds import Closure
from srcgrad.frontend import programs

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def in_short(function: Closure) -> Closure:
    """What stands for a function in what it captured itself."""
    return Closure(function.function)


def in_full(inf: Inference, function: Closure) -> Closure:
    """A function with all that it captured: that of the call of it which is interpreted."""
    if function.captured or function.defaults:
        return function
    program = program_behind(function)
    made = program.stepping if isinstance(program.stepping, ir.Function) else program
    found = next((call.closure for call in reversed(inf.world.active_calls.get(made, ())) if call.closure), None)
    return function if found is None else Closure(function.function, found.captured, found.defaults)


def program_behind(function: Closure) -> ir.Function:
    """The IR of a nested function."""
    target = function.function
    return target if isinstance(target, ir.Function) else programs.program_of_code(target)
