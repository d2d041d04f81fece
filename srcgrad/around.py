"""Functions around those that are not written in Python, with the parameters that the table knows.

sg.jacobian(np.cumsum)     differentiates     def cumsum(a, axis=None, dtype=None):
                                                  return np.cumsum(a, axis=axis, dtype=dtype)
"""

from __future__ import annotations

import inspect
import keyword
import math
import sys
from dataclasses import replace
from types import FunctionType
from typing import Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.emit.register import bind
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import lookup
from srcgrad.rules.table import MISSING, UFUNC_SETTINGS, RuleParam

_made: dict[int, tuple[Any, FunctionType]] = {}
ALIASES = {"numpy": "np", "cupy": "cp"}


def around(f: Any) -> FunctionType:
    """A function in Python that calls `f`; the same one every time."""
    found = _made.get(id(f))
    if found is None:
        found = _made[id(f)] = (f, written(f))
    return found[1]


def written(f: Any) -> FunctionType:
    """The function, its text registered, so that it is read as the user's functions are."""
    words = name_of(f).rpartition(".")[2]
    name = words if words.isidentifier() and not keyword.iskeyword(words) else "called"
    called, space = place(f, name)
    heads, passed = [], []
    for param in parameters(f):
        given = "" if param.default is MISSING else f"={param.default!r}"
        by_name = param.kind == "kwonly" or (given and param.kind != "posonly")
        heads.append(f"{param.name}{given}")
        passed.append(f"{param.name}={param.name}" if by_name else param.name)
    text = f"def {name}({', '.join(heads)}):\n    return {called}({', '.join(passed)})\n"
    return bind(text, name, {}, space, {})[name]


def place(f: Any, name: str) -> tuple[str, dict[str, Any]]:
    """How a module's function is written, as `np.linalg.det`, and the names that this needs."""
    root, *path = name_of(f).split(".")
    found: Any = sys.modules.get(root)
    for part in path:
        found = getattr(found, part, None)
    if path and found is f:
        alias = ALIASES.get(root, root)
        return ".".join((alias, *path)), {alias: sys.modules[root]}
    return f"{name}_itself", {f"{name}_itself": f}


def parameters(f: Any) -> list[RuleParam]:
    """What the table says that `f` takes, or else what `f` itself says that it has to be given."""
    rule = lookup(f)
    found = required(f) if rule is None else [replace(p, name=rule.in_calls(p.name)) for p in rule.params]
    if not found or any(param.kind == "var" for param in found):
        advice = "how many arguments it takes is not known; wrap it: lambda x: f(x)"
        raise UnsupportedError(f"differentiating {name_of(f)}()", advice)
    left = {"out", "where", "initial", "correction"}  # `correction=` says what `ddof=` says
    if rule is not None and rule.of_ufunc:
        left |= {"dtype", *UFUNC_SETTINGS}
    return [param for param in found if param.name not in left and is_written(param.default)]


def required(f: Any) -> list[RuleParam]:
    """The parameters without a default."""
    try:
        given = inspect.signature(f.pyfunc if isinstance(f, np.vectorize) else f).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "var", inspect.Parameter.KEYWORD_ONLY: "kwonly"}
    wanted = [p for p in given if p.default is p.empty and p.kind != p.VAR_KEYWORD]
    return [RuleParam(p.name, kinds.get(p.kind, "pos")) for p in wanted]


def is_written(default: Any) -> bool:
    """Whether a default can be written down as it is."""
    finite = not isinstance(default, float) or math.isfinite(default)
    return default is MISSING or (type(default) in (type(None), bool, int, float, str) and finite)
