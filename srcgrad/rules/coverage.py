"""The page that lists what has a derivative, made from the table itself.

    | `np.var(a, axis=None, dtype=None, *, ddof=0, ...)` | `a`, `mean` | |

`page()` gives the text of `docs/coverage.md`; a test compares the two.
"""

from __future__ import annotations

import builtins
import cmath
import importlib
import math
import random
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from srcgrad import advice
from srcgrad.analysis.containers import hashable
from srcgrad.rules import stand_ins, table
from srcgrad.rules.covered import (
    CONSTANT,
    DRAWN,
    OPTIONS,
    REFUSED,
    RULE,
    WRITTEN,
    Covered,
    answer,
    covered,
    of_owner,
    of_rule,
)
from srcgrad.rules.table import OPERATOR_FUNCTIONS, all_rules

MODULES = {
    "np": np,
    "np.linalg": np.linalg,
    "np.fft": np.fft,
    "np.emath": np.emath,
    "np.polynomial": np.polynomial,
    "np.lib.stride_tricks": np.lib.stride_tricks,
    "np.random": np.random,
    "math": math,
    "cmath": cmath,
    "statistics": statistics,
    "random": random,
    "": builtins,
}
SCIPY = (
    "special", "linalg", "fft", "signal", "ndimage", "stats", "integrate", "optimize", "interpolate", "sparse",
    "sparse.linalg", "spatial.distance", "spatial.transform",
)  # fmt: skip
DISTRIBUTION_METHODS = (
    "logpdf", "pdf", "logpmf", "pmf", "logcdf", "cdf", "logsf", "sf", "ppf", "isf", "mean", "var", "std", "entropy",
    "median", "interval",
)  # fmt: skip
INTRODUCTION = """\
# What has a derivative

Ask for a function by name:

```sh
python -m srcgrad covers np.linalg.svd scipy.stats.gamma.logpdf scipy.signal.butter
```

```text
{asked}
```

Or search this page for the name that your call uses. The page is made from the table of derivatives itself.

- **In a table:** the second column names the arguments that may depend on the inputs. All others are fixed: what
  depends on the inputs there is refused. A call may pass what the signature shows.
- **As functions of Python:** differentiated as if you had written them out. (*): some options are refused.
- **Constants:** the derivative is zero; arguments may depend on the inputs.
- **Refused:** where an argument depends on the inputs. With all other arguments the call is an ordinary call.
- **Not listed:** a function written in Python is read like your own; one written in C is refused as above.

Modes: reverse (`grad`, `vjp`, `backward()`), forward (`jvp`), and each of them again for second derivatives, unless a
row says otherwise. Ufuncs also take `dtype=`, `casting=`, `order=`, `subok=` and `out=`, those of one element `where=`
too. Whatever is refused raises an error that names file, line and what to write instead.

{contents}
"""
HEAD = ["| call | differentiable | |", "|---|---|---|"]


def page() -> str:
    """The text of the page."""
    sections = {
        **{f"`{name}`" if name else "Python's builtins": numpy_section(name) for name in MODULES},
        "Methods of arrays": table_of(array_methods()),
        "Methods of random generators": table_of(generator_methods()),
        "Methods of ufuncs": table_of(ufunc_methods()),
        "Operators": [f"`{'`, `'.join(sorted(OPERATOR_FUNCTIONS))}` of arrays and numbers."],
        **{f"`scipy.{name}`": scipy_section(name) for name in SCIPY},
    }
    sections = {title: lines for title, lines in sections.items() if lines}
    contents = ", ".join(f"[{title}](#{anchor(title)})" for title in sections)
    asked = "".join(answer(name) for name in ASKED).rstrip()
    text = [INTRODUCTION.format(contents=contents, asked=asked)]
    for title, lines in sections.items():
        text += [f"## {title}", "", "\n".join(lines).rstrip(), ""]
    return "\n".join(text).rstrip() + "\n"


ASKED = ("np.linalg.svd", "scipy.stats.gamma.logpdf", "scipy.signal.butter")


def anchor(title: str) -> str:
    """The link of a heading."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def public(space: Any) -> dict[str, list[Any]]:
    """The public callables of a module by their own name, with all of their names there."""
    own = getattr(space, "__all__", None) if not space.__name__.startswith("numpy") else None
    found: dict[int, tuple[Any, list[str]]] = {}
    for name in sorted(own or dir(space)):
        thing = getattr(space, name, None)
        if name[0] != "_" and callable(thing) and not is_error(thing):
            found.setdefault(id(thing), (thing, []))[1].append(name)
    by_name = {}
    for thing, names in found.values():
        called = getattr(thing, "__name__", "")
        by_name[called if called in names else names[0]] = [thing, names]
    return dict(sorted(by_name.items()))


def is_error(thing: Any) -> bool:
    """Whether a class is one of errors or warnings."""
    return isinstance(thing, type) and issubclass(thing, BaseException)


def numpy_section(prefix: str) -> list[str]:
    """What a module of NumPy's or of Python's has."""
    module = MODULES[prefix]
    elsewhere = set() if module is np else {id(thing) for thing in vars(np).values()}
    found = {
        called(prefix, name, names): covered(thing)
        for name, (thing, names) in public(module).items()
        if id(thing) not in elsewhere and hashable(thing)
    }
    return section_of({shown: known for shown, known in found.items() if known.advice != advice.GENERAL})


def called(prefix: str, name: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """A function's names as calls write them, its own first."""
    dotted = f"{prefix}." if prefix else ""
    return tuple(f"{dotted}{each}" for each in (name, *(other for other in names if other != name)))


def section_of(found: dict[tuple[str, ...], Covered]) -> list[str]:
    """The parts of a section: a table, and lists."""
    written = [f"{names[0]} (*)" if known.how == OPTIONS else names[0] for names, known in found.items()
               if known.how in (WRITTEN, OPTIONS)]  # fmt: skip
    lines = table_of({names: known for names, known in found.items() if known.how == RULE})
    lines += listed("As functions of Python", written)
    for title, how in ("Constants", CONSTANT), ("Draws that have no parameters, constants", DRAWN):
        lines += listed(title, [names[0] for names, known in found.items() if known.how == how])
    return lines + refusals({names[0]: known.advice for names, known in found.items() if known.how == REFUSED})


def table_of(found: dict[tuple[str, ...], Covered]) -> list[str]:
    """A table of functions with an entry."""
    rows = []
    for (name, *others), known in found.items():
        notes = [f"also `{'`, `'.join(others)}`"] if others else []
        notes += [f"`{'`, `'.join(known.zero)}`: derivative 0"] if known.zero and known.by else []
        notes += [known.note] if known.note else []
        by = f"`{'`, `'.join(known.by)}`" if known.by else "derivative 0"
        rows.append(f"| `{name}{known.signature}` | {by} | {'; '.join(notes)} |".replace("  |", " |"))
    return [*HEAD, *rows, ""] if rows else []


def listed(title: str, names: Iterable[str]) -> list[str]:
    """Names as one paragraph with a title."""
    shown = ", ".join(f"`{name}`".replace(" (*)`", "` (*)") for name in names)
    return [f"**{title}:** {shown}.", ""] if shown else []


def refusals(found: dict[str, str]) -> list[str]:
    """What is refused, by what to write instead."""
    by_advice: dict[str, list[str]] = {}
    for name, instead in found.items():
        by_advice.setdefault(instead, []).append(name)
    lines = [f"| `{'`, `'.join(names)}` | {instead} |" for instead, names in by_advice.items()]
    return ["| Refused | write instead |", "|---|---|", *lines, ""] if lines else []


def array_methods() -> dict[tuple[str, ...], Covered]:
    """The methods and attributes of arrays that have an entry."""
    found: dict[tuple[str, ...], Covered] = {}
    for rule in all_rules():
        known = of_rule(rule)
        for name in (*rule.methods, *([rule.attribute] if rule.attribute is not None else [])):
            if name[0] != "_":
                found[f"x.{name}",] = of_owner(known, "x", name in rule.methods)
    return dict(sorted(found.items()))


def generator_methods() -> dict[tuple[str, ...], Covered]:
    """The methods of random generators that are differentiated by parameters."""
    methods = {name: getattr(np.random.Generator, name) for name in dir(np.random.Generator) if name[0] != "_"}
    known = {name: covered(method) for name, method in methods.items() if callable(method)}
    return {(f"rng.{name}",): of_owner(each, "rng") for name, each in known.items() if each.how == RULE}


def ufunc_methods() -> dict[tuple[str, ...], Covered]:
    """The methods of single ufuncs that have an entry; those of others are written out."""
    methods = [f for rule in all_rules() for f in rule.functions if isinstance(getattr(f, "__self__", None), np.ufunc)]
    return {
        (f"np.{method.__self__.__name__}.{method.__name__}",): covered(method)
        for method in sorted(methods, key=lambda method: (method.__self__.__name__, method.__name__))
    }


def scipy_section(name: str) -> list[str]:
    """What a module of SciPy's has."""
    module = importlib.import_module(f"scipy.{name}")
    table.read_area_of(next(iter(public(module).values()))[0])
    found = {}
    for own, (thing, names) in public(module).items():
        if hashable(thing) and not is_distribution(thing):
            table.lookup(thing)
            found[called(f"scipy.{name}", own, names)] = covered(thing)
            if isinstance(thing, type):
                found |= {(f"scipy.{name}.{own}.{method}",): known for method, known in methods_of(thing).items()}
    return [*(distributions() if name == "stats" else []), *section_of(found)]


def methods_of(cls: type) -> dict[str, Covered]:
    """The methods of a class of SciPy's that are differentiated, or refused, by themselves."""
    found = {}
    for name in dir(cls):
        method = getattr(cls, name, None)
        if name[0] == "_" or not callable(method) or not hashable(method):
            continue
        if method in stand_ins.WRITTEN:
            found[name] = covered(method)
        elif (cls, name) in stand_ins.METHODS:
            found[name] = Covered(WRITTEN)
    return found


def distributions() -> list[str]:
    """The distributions of `scipy.stats`, a row each: their methods, by which parameters."""
    stats = importlib.import_module("scipy.stats")
    rows: list[str] = []
    refused: list[str] = []
    for name, distribution in sorted(vars(stats).items()):
        if not is_distribution(distribution):
            continue
        methods = {m: covered(getattr(distribution, m)) for m in DISTRIBUTION_METHODS if hasattr(distribution, m)}
        served = {m: known for m, known in methods.items() if known.how in (RULE, WRITTEN, OPTIONS)}
        if not served:
            refused.append(f"scipy.stats.{name}")
            continue
        most = max(served.values(), key=lambda known: len(known.by))
        by = list(most.by)
        without: dict[str, list[str]] = {}
        for method, known in served.items():
            missing = "`, `".join(p for p in by[1:] if known.how == RULE and p not in known.by)
            if missing:
                without.setdefault(missing, []).append(method)
        notes = "; ".join(f"not by `{names}`: {', '.join(those)}" for names, those in without.items())
        shown = f"`{'`, `'.join(by)}`" if most.by else "parameters"
        row = f"| `scipy.stats.{name}{most.signature}` | {shown} | {', '.join(served)} | {notes} |"
        rows.append(row.replace("  |", " |"))
    head = [
        "Distributions; frozen ones as well:",
        "",
        "| distribution | differentiable | methods | |",
        "|---|---|---|---|",
    ]
    return [*head, *rows, "", *listed("Refused distributions (write the formula of the density instead)", refused)]


def is_distribution(thing: Any) -> bool:
    """Whether it is a distribution of SciPy's."""
    return not isinstance(thing, type) and (hasattr(thing, "logpdf") or hasattr(thing, "logpmf"))
