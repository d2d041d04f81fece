"""The page that lists what has a derivative, made from the table itself.

    `var(a, axis=None, dtype=None, *, ddof=0, ...)`    by `a`, `mean`

`page()` gives the text of `docs/coverage.md`; a test compares the two.
"""

from __future__ import annotations

import builtins
import cmath
import math
import random
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from srcgrad.rules import constants, stand_ins
from srcgrad.rules.table import MISSING, OPERATOR_FUNCTIONS, UFUNC_SETTINGS, Rule, all_rules
from srcgrad.written.numpy_ufuncs import MAKERS

MODULES = {
    "numpy": np,
    "numpy.linalg": np.linalg,
    "numpy.fft": np.fft,
    "numpy.emath": np.emath,
    "numpy.polynomial": np.polynomial,
    "numpy.lib.stride_tricks": np.lib.stride_tricks,
    "numpy.random": np.random,
    "math": math,
    "cmath": cmath,
    "statistics": statistics,
    "random": random,
    "builtins": builtins,
}
TITLES = {
    "builtins": "Python's builtins",
    "methods": "Methods and attributes of arrays",
    "generators": "Methods of random generators",
    "ufuncs": "Methods of ufuncs",
}
INTRODUCTION = """\
# What has a derivative

This page is made from the table of derivatives (`srcgrad/rules`). A signature shows the arguments that a call may pass;
behind it stand those that may carry derivatives. All other arguments have to be independent of the inputs. Every entry
serves reverse mode, and forward mode unless it says otherwise.

Ufuncs take `dtype=`, `casting=`, `order=`, `subok=` and `out=` besides, those of one element `where=` too.

Functions with source in Python need no entry: they are differentiated as they stand. An argument that is not listed
is refused, with a message that says what to write.
"""


def page() -> str:
    """The text of the page."""
    homes = {id(f): (module, name) for module, space in MODULES.items() for name, f in public(space)}
    sections: dict[str, list[str]] = {}
    for rule in all_rules():
        if not rule.users:
            for section, name in places(rule, homes):
                sections.setdefault(section, []).append(f"* `{name}{signature(rule)}`: {active_arguments(rule)}")
    lines = [INTRODUCTION]
    order = [*MODULES, "methods", "generators", "ufuncs"]
    for section in sorted(sections, key=order.index):
        lines += [f"## {TITLES.get(section, f'`{section}`')}", "", *sorted(set(sections[section])), ""]
    lines += ["## Operators", "", f"`{'`, `'.join(sorted(OPERATOR_FUNCTIONS))}` by the rules of their ufuncs.", ""]
    lines += ["## Written out in Python", "", "Calls of these are calls of functions that are differentiated by their "
              "own source:", "", *listed(written_out(homes)), ""]  # fmt: skip
    lines += ["## Constants", "", "Their results have the derivative zero everywhere, or none:", "",
              *listed(constant_names(homes)), ""]  # fmt: skip
    lines += ["## Refused with active arguments", "", "These depend smoothly on an argument, and have no rule: an "
              "active value there is refused rather than dropped.", "", *listed(refused_names(homes)), ""]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def public(space: Any) -> Iterable[tuple[str, Any]]:
    """The public callables of a module."""
    found = [(name, getattr(space, name)) for name in sorted(dir(space), reverse=True) if name[0] != "_"]
    # of several names of one function its own comes last, and counts
    return sorted(found, key=lambda pair: getattr(pair[1], "__name__", "") == pair[0])


def places(rule: Rule, homes: dict[int, tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """The sections that an entry belongs to, with its name there."""
    for function in rule.functions:
        owner = getattr(function, "__self__", None)
        if isinstance(owner, np.ufunc):
            yield "ufuncs", f"{owner.__name__}.{function.__name__}"
        elif getattr(function, "__qualname__", "").startswith(("Generator.", "RandomState.")) and owner is None:
            yield "generators", function.__qualname__
        elif id(function) in homes:
            yield homes[id(function)]
        elif isinstance(owner, (np.random.RandomState, random.Random)):  # made anew whenever it is fetched
            module = "random" if isinstance(owner, random.Random) else "numpy.random"
            yield module, function.__name__
    for method in rule.methods:
        if method[0] != "_":
            yield "methods", f".{method}"
    if rule.attribute is not None:
        yield "methods", f".{rule.attribute}"


def signature(rule: Rule) -> str:
    """The arguments that a call may pass, in Python's way."""
    if rule.attribute is not None and not rule.functions:
        return ""
    parts: list[str] = []
    starred = False
    params = list(rule.params)
    for i, param in enumerate(params):
        if param.name in ("dtype", *UFUNC_SETTINGS) and rule.of_ufunc:
            continue
        if param.kind == "kwonly" and not starred:
            parts.append("*")
            starred = True
        text = rule.in_calls(param.name)
        if param.kind == "var":
            text = f"*{text}"
            starred = True
        elif param.default is not MISSING:
            text = f"{text}={'...' if param.default == 1e999 else repr(param.default)}"
        parts.append(text)
        if param.kind == "posonly" and (i + 1 == len(params) or params[i + 1].kind != "posonly"):
            parts.append("/")
    return f"({', '.join(parts)})"


def active_arguments(rule: Rule) -> str:
    """The arguments that may carry derivatives, and what is missing."""
    names = [f"`{rule.in_calls(name)}`" for name in rule.formulas if name not in rule.zero]
    by = f"by {', '.join(names)}" if names else "zero"
    derived = rule.tangent is not None or rule.cls not in ("general", "reduction")
    return by if derived or not names else f"{by}; reverse mode only"


def listed(names: Iterable[str]) -> list[str]:
    """Names as one paragraph."""
    return [", ".join(f"`{name}`" for name in sorted(names))]


def _named(function: Any, homes: dict[int, tuple[str, str]]) -> str | None:
    """A function's name with its module's, None for what is not public."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return None
    if id(function) in homes:
        module, name = homes[id(function)]
    elif isinstance(owner, (np.random.RandomState, random.Random)):
        module, name = "random" if isinstance(owner, random.Random) else "numpy.random", function.__name__
    else:
        return None
    return name if module == "builtins" else f"{module.replace('numpy', 'np', 1)}.{name}"


def _names(functions: Iterable[Any], homes: dict[int, tuple[str, str]]) -> list[str]:
    return [name for name in (_named(function, homes) for function in functions) if name is not None]


def written_out(homes: dict[int, tuple[str, str]]) -> list[str]:
    """NumPy's functions that are written out."""
    whole = [function for function, form in stand_ins.WRITTEN.items() if not isinstance(form, stand_ins.Choice)]
    return [*_names(whole, homes), *(f"ufunc.{name}" for name in MAKERS)]


def constant_names(homes: dict[int, tuple[str, str]]) -> list[str]:
    """Functions whose results have no derivative."""
    return _names(constants.CONSTANTS - constants.REFUSE_ACTIVE, homes)


def refused_names(homes: dict[int, tuple[str, str]]) -> list[str]:
    """Functions that refuse active arguments."""
    return _names(constants.REFUSE_ACTIVE, homes)
