"""Options of SciPy's functions that ask for speed alone: a call that passes one is the call without it.

linalg.solve(a, b, overwrite_a=True)      may destroy `a`, which a derivative needs
fft.fft(x, workers=4)                     gives the same numbers by several threads
ndimage.laplace(x, None, "wrap")          names no array for the output
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

from srcgrad.rules import table
from srcgrad.rules.stand_ins import WRITTEN, Choice
from srcgrad.written import written

IDLE = {"output", "axes"}  # as None
SPEED = {"overwrite_a", "overwrite_b", "overwrite_ab", "overwrite_x", "lwork", "workers", "plan"}
TEXT = """def {name}({parameters}):
    return function({arguments})
"""


def without_speed(function: Any) -> None:
    """Let a function of the table be called with such options."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    names = list(signature.parameters)
    if function not in table.BY_FUNCTION or function in WRITTEN or not (SPEED | IDLE) & set(names):
        return
    positional = tuple(n for n, p in signature.parameters.items() if p.kind is not p.KEYWORD_ONLY)

    def choose(given: Mapping[str, Any]) -> Any:
        kept = tuple(n for n in names if n in given and n not in SPEED and not (n in IDLE and given[n] is None))
        return plain_call(function, kept) if len(kept) < len(given) else None

    WRITTEN[function] = Choice(positional, choose)


def with_options(function: Any, form: Any, **usual: Any) -> None:
    """Let what is written out stand in for a function where an option has not its usual value."""
    signature = inspect.signature(function)
    before = WRITTEN.get(function)

    def choose(given: Mapping[str, Any]) -> Any:
        if any(option in given and given[option] is not value for option, value in usual.items()):
            return form
        if usual.keys() & given.keys():
            return plain_call(function, tuple(name for name in given if name not in (*usual, *SPEED)))
        return before.choose(given) if isinstance(before, Choice) else before

    positional = tuple(n for n, p in signature.parameters.items() if p.kind is not p.KEYWORD_ONLY)
    WRITTEN[function] = Choice(positional, choose)


@functools.cache
def plain_call(function: Any, given: tuple[str, ...]) -> Any:
    """A function that passes on what a call passes, without what asks for speed."""
    first, *others = inspect.signature(function).parameters.values()
    parameters = [first.name, *[f"{p.name}=None" for p in others]]
    arguments = [first.name, *[f"{name}={name}" for name in given if name != first.name]]
    return written(
        TEXT.format(name=function.__name__, parameters=", ".join(parameters), arguments=", ".join(arguments)),
        {"function": function},
    )
