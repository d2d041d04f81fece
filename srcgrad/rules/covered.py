"""What is known of the derivative of one function, for `docs/coverage.md` and `python -m srcgrad covers`.

np.linalg.svd(a, full_matrices=True, ...)    by a; the others are fixed
np.argsort(...)                              a constant
scipy.signal.butter(...)                     refused, and what to write instead
"""

from __future__ import annotations

import builtins
import functools
import importlib
import inspect
import random
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from srcgrad import advice
from srcgrad.errors import UnsupportedError
from srcgrad.rules import constants, stand_ins, table
from srcgrad.rules.table import MISSING, UFUNC_SETTINGS, Rule, RuleParam
from srcgrad.written.numpy_ufuncs import MAKERS

RULE, WRITTEN, OPTIONS = "rule", "written", "options"
CONSTANT, DRAWN, REFUSED, SOURCE = "constant", "drawn", "refused", "source"
OF_PYTHON = 1 << 9  # the flag of classes that were made by a class statement, or in its way
COMPUTE_OTHERWISE = "compute it from differentiable functions"
WITHOUT_PARAMETERS = "draw from a distribution without parameters, and compute with the result"
# draws that depend on their parameters in a way that has no derivative here; all others have no such parameters
PARAMETRIC = frozenset({
    "beta", "binomial", "chisquare", "dirichlet", "f", "geometric", "hypergeometric", "logseries", "multinomial",
    "multivariate_hypergeometric", "negative_binomial", "noncentral_chisquare", "noncentral_f", "poisson",
    "standard_gamma", "standard_t", "wald", "zipf", "betavariate", "gammavariate", "lognormvariate", "paretovariate",
    "triangular", "vonmisesvariate", "weibullvariate",
})  # fmt: skip
# what the table cannot tell, by function: which of the results have a derivative
LIMITS = "docs/limits.md"
NOTES: dict[Any, str] = {
    np.linalg.svd: "not by vectors that only complete a basis, nor by phases of complex ones",
    np.linalg.qr: "not by columns of `q` beyond those of the matrix",
    np.linalg.eig: "not by phases of complex vectors",
    np.linalg.eigh: "not by phases of complex vectors",
}


@dataclass(frozen=True)
class Covered:
    """What is known of a function.

    how        RULE: an entry of the table; WRITTEN: it is differentiated as a function written in Python, OPTIONS:
               with some of its options; CONSTANT: its derivative is zero; DRAWN: a draw of random numbers that has no
               parameters to differentiate by; REFUSED: where an argument depends on the inputs; SOURCE: Python source
               is read like a program's own
    signature  the arguments that a call may pass
    by         the arguments that it is differentiated by
    zero       those by which its derivative is zero
    fixed      those that must not depend on the inputs
    advice     what to write instead, for what is refused
    note       what else to know
    """

    how: str
    signature: str = ""
    by: tuple[str, ...] = ()
    zero: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    advice: str = ""
    note: str = ""


def covered(function: Any) -> Covered:
    """What is known of a function, a class, or a method of a distribution."""
    rule = table.lookup(function)
    if rule is not None:
        return of_rule(rule, NOTES.get(function, ""))
    form = stand_ins.WRITTEN.get(function)
    if form is not None:
        refusal = refused_by(form)
        if refusal is not None:
            return Covered(REFUSED, advice=refusal.advice)
        return Covered(OPTIONS if isinstance(form, stand_ins.Choice) else WRITTEN, signature=signature_of(function))
    if isinstance(getattr(function, "__self__", None), np.ufunc) and function.__name__ in MAKERS:
        return Covered(WRITTEN)
    form = stand_ins.stand_in(function)
    if form is not None:
        return Covered(WRITTEN, signature=signature_of(function))
    if draws(function):
        parametric = function.__name__ in PARAMETRIC
        return Covered(REFUSED, advice=WITHOUT_PARAMETERS) if parametric else Covered(DRAWN)
    if constants.is_constant(function):
        return Covered(REFUSED, advice=COMPUTE_OTHERWISE) if constants.refuses_active(function) else Covered(CONSTANT)
    if inspect.isfunction(inspect.unwrap(function)) or (isinstance(function, type) and function.__flags__ & OF_PYTHON):
        return Covered(SOURCE, signature=signature_of(function))
    return Covered(REFUSED, advice=advice.for_call(function))


def of_rule(rule: Rule, note: str = "") -> Covered:
    """What an entry of the table says."""
    shown = [p for p in rule.params if not (p.name in ("dtype", *UFUNC_SETTINGS) and rule.of_ufunc)]
    names = tuple(rule.in_calls(p.name) for p in shown)
    lines = {rule.in_calls(name): name in rule.zero for name in rule.formulas}
    by = tuple(name for name in names if lines.get(name) is False)
    zero = tuple(name for name in names if lines.get(name) is True)
    fixed = tuple(name for name in names if name not in by and name not in zero)
    if by and rule.tangent is None and rule.cls in ("general", "reduction"):
        note = f"{note}; reverse mode only" if note else "reverse mode only"
    return Covered(RULE, signature(rule, shown), by, zero, fixed, note=note)


def signature(rule: Rule, shown: list[RuleParam]) -> str:
    """The arguments that a call may pass, in Python's way."""
    parts: list[str] = []
    starred = False
    for i, param in enumerate(shown):
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
        if param.kind == "posonly" and (i + 1 == len(shown) or shown[i + 1].kind != "posonly"):
            parts.append("/")
    return f"({', '.join(parts)})"


def signature_of(function: Any) -> str:
    """A function's own signature, '' where it does not tell it."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ""
    return f"({', '.join(str(p.replace(annotation=p.empty)) for p in parameters)})"


def refused_by(form: Any) -> UnsupportedError | None:
    """What a choice that refuses every call says."""
    if not isinstance(form, stand_ins.Choice) or form.parameters:
        return None
    try:
        form.choose({})
    except UnsupportedError as refusal:
        return refusal
    return None


def draws(function: Any) -> bool:
    """Whether a function has to do with drawing random numbers."""
    owner = getattr(function, "__objclass__", type(getattr(function, "__self__", None)))
    generator = issubclass(owner, (np.random.Generator, np.random.RandomState, random.Random))
    return generator or getattr(np.random, getattr(function, "__name__", ""), None) is function


class NotFound(Exception):
    """A name that stands for no function."""


def named(name: str) -> Any:
    """What a dotted name stands for: `np.linalg.svd`, `scipy.stats.gamma.logpdf`, `abs`, `ndarray.sum`."""
    first, _, rest = name.partition(".")
    full = {"np": "numpy", "ndarray": "numpy.ndarray"}.get(first, first)
    words = [*full.split("."), *(rest.split(".") if rest else [])]
    for length in range(len(words), 0, -1):
        try:
            found = importlib.import_module(".".join(words[:length]))
        except (ImportError, ValueError):
            continue
        try:
            return functools.reduce(getattr, words[length:], found)
        except AttributeError as problem:
            raise NotFound(f"{name} is not there: {problem}") from None
    if hasattr(builtins, name):
        return getattr(builtins, name)
    raise NotFound(f"{name} is not there: no module named {words[0]!r} is installed")


def of_array(name: str) -> Covered | None:
    """What is known of a method or attribute of arrays."""
    rule = table.lookup_method(name) or table.lookup_attr(name)
    if rule is not None:
        return of_owner(of_rule(rule), "x", table.lookup_method(name) is not None)
    return Covered(CONSTANT) if constants.is_constant_method(name) or constants.is_constant_attr(name) else None


def of_method(name: str) -> Covered | None:
    """What is known of a method of a class of SciPy's, where something stands in for it."""
    owner, _, method = name.rpartition(".")
    cls = named(owner) if owner else None
    if not isinstance(cls, type) or stand_ins.of_class(cls, method) is None:
        return None
    return Covered(WRITTEN, signature=signature_of(getattr(cls, method)))


def of_owner(known: Covered, owner: str, call: bool = True) -> Covered:
    """What is known of a method whose first parameter is the object that it belongs to, under a name for that."""
    first = known.signature.strip("()").split(", ")[0].split("=")[0]
    rest = known.signature.removeprefix(f"({first}").removeprefix(", ").removeprefix("/").removeprefix(", ")
    by = tuple(owner if name == first else name for name in known.by)
    return replace(known, signature=f"({rest}" if call else "", by=by)


def answer(name: str) -> str:
    """What is known of the function of a dotted name, for a terminal."""
    function = named(name)
    found = of_array(function.__name__) if getattr(function, "__objclass__", None) is np.ndarray else None
    if found is None:
        if not callable(function):
            raise NotFound(f"{name} is not a function")
        table.lookup(function)  # reads the area that it belongs to
        found = of_method(name) or covered(function)
    return "\n".join([f"{name}{found.signature}", *(f"    {line}" for line in lines_of(found)), ""])


def lines_of(found: Covered) -> list[str]:
    """What is known, a line a fact."""
    if found.how == RULE:
        lines = [f"differentiable: {', '.join(found.by) or 'nothing: the derivative is zero'}"]
        lines += [f"derivative zero: {', '.join(found.zero)}"] if found.zero and found.by else []
        lines += [f"fixed (must not depend on the inputs): {', '.join(found.fixed)}"] if found.fixed else []
        mode = "reverse" if "reverse mode only" in found.note else "reverse and forward"
        note = found.note.replace("; reverse mode only", "").replace("reverse mode only", "")
        return [*lines, f"modes: {mode}", *([f"note: {note}; see {LIMITS}"] if note else [])]
    if found.how == REFUSED:
        return ["refused where an argument depends on the inputs", f"instead: {found.advice}"]
    said = {
        WRITTEN: "differentiable: by every argument that the result depends on smoothly",
        OPTIONS: "differentiable: by every argument that the result depends on smoothly; some options are refused",
        CONSTANT: "constant: its derivative is zero, and any argument may depend on the inputs",
        DRAWN: "constant: what it draws does not depend on the inputs, and its arguments must not",
        SOURCE: "not listed: its Python source is read like your own; a call says what in it is refused, if anything",
    }
    return [said[found.how]]
