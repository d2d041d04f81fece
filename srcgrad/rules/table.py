"""Entries of the derivative table, and how a call finds its entry."""

from __future__ import annotations

import ast
import functools
import importlib
import operator
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from srcgrad.advice import for_many
from srcgrad.analysis import shapes
from srcgrad.analysis.kinds import Kind, Num
from srcgrad.errors import UnsupportedError
from srcgrad.rules.twins import numpy_twin, on_device
from srcgrad.runtime.words_complex import complex_sign

T = TypeVar("T")
Interval = tuple[float, float]


class _Missing:
    """The default of a parameter that has none."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


# what every ufunc takes, and what its result does not depend on but for the way in which it lies in memory
UFUNC_SETTINGS = {"casting": "same_kind", "order": "K", "subok": True}


def is_ufunc(function: Any) -> bool:
    """Whether a function is a ufunc, or hands its settings on to one."""
    return isinstance(function, np.ufunc) or function in (np.clip, np.ndarray.clip, complex_sign)


@dataclass(frozen=True, slots=True)
class RuleParam:
    """A parameter of a rule; kind is 'posonly', 'pos', 'var' (*args) or 'kwonly'."""

    name: str
    kind: str
    default: Any = MISSING


@dataclass(frozen=True, eq=False)
class Rule:
    """One entry of the derivative table.

    lets        shared sub-expressions, in order
    formulas    parameter: expression; a literal 0 declares the derivative zero
    partial     parameters whose formula is a partial, to be multiplied by the cotangent
    uses_y      whether a formula needs the function's result
    star        the *args or sequence parameter: its formula gives a list of cotangents
    tangent     the tangent of the result, where the table gives it; elsewhere it is derived from the class
    helpers     functions that formulas call by name, besides the words
    real        whether results are real numbers whatever the operands are, and so their cotangents
    reals       whether it is differentiated for real operands alone: complex ones are refused
    users       where the user wrote it, '' for an entry of the table: its cotangents are checked when they are made
    """

    name: str
    functions: tuple[Any, ...]
    cls: str
    params: tuple[RuleParam, ...]
    lets: tuple[tuple[str, ast.expr], ...]
    formulas: Mapping[str, ast.expr]
    uses_y: bool
    kind: shapes.KindFunction
    methods: tuple[str, ...] = ()
    attribute: str | None = None
    domain: Interval | tuple[Interval, ...] | None = None
    cases: tuple[str, ...] = ()
    holomorphic: bool = True
    partial: frozenset[str] = frozenset()
    star: str | None = None
    tangent: ast.expr | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    helpers: Mapping[str, Any] = field(default_factory=dict)
    real: bool = False
    reals: bool = False
    users: str = ""

    @functools.cached_property
    def of_ufunc(self) -> bool:
        """Whether the entry serves a ufunc, and maybe other functions."""
        return any(map(is_ufunc, self.functions))

    def title(self, function: Any = None) -> str:
        """The name of the function that is called, for messages: several may share an entry."""
        known = (
            getattr(function, "__name__", ""),
            *(getattr(f, "__name__", "") for f in self.functions),
            *self.methods,
        )
        return next((name for name in known if name), self.name)

    @property
    def positional(self) -> int:
        """How many arguments may be passed by position, but for `*args`."""
        return sum(p.kind in ("pos", "posonly") for p in self.params)

    @functools.cached_property
    def zero(self) -> frozenset[str]:
        """The parameters whose derivative is declared zero."""
        return frozenset(name for name, formula in self.formulas.items() if is_zero(formula))

    def bind(self, args: Sequence[T], keywords: Mapping[str, T], function: Any = None) -> dict[str, T | tuple[T, ...]]:
        """The caller's objects by parameter name, in the rule's order; parameters left to their default are absent."""
        bound: dict[str, T | tuple[T, ...]] = {}
        rest = list(args)
        for param in self.params:
            if param.kind == "var":
                bound[param.name] = tuple(rest)
                rest = []
            elif param.kind in ("posonly", "pos") and rest:
                bound[param.name] = rest.pop(0)
        if rest:
            advice = for_many(self.functions[0], self.positional)
            raise UnsupportedError(f"{self.title(function)}() with so many positional arguments", advice)
        by_keyword = {p.name for p in self.params if p.kind in ("pos", "kwonly")}
        for keyword, value in keywords.items():
            name = self.aliases.get(keyword, keyword)
            if name in bound and name in by_keyword:
                raise UnsupportedError(f"{self.title(function)}() with '{name}' passed twice", "pass it once")
            if name not in by_keyword:
                raise UnsupportedError(f"{self.title(function)}() with argument '{name}='", _advice(name, by_keyword))
            bound[name] = value
        for param in self.params:
            if param.default is MISSING and param.kind != "var" and param.name not in bound:
                raise UnsupportedError(f"{self.title(function)}() without argument '{param.name}'", "pass it")
        return {p.name: bound[p.name] for p in self.params if p.name in bound}

    def in_calls(self, name: str) -> str:
        """The name of a parameter as calls write it: `y` is the result in a rule, and a parameter `values` there."""
        return "y" if name == "values" == self.aliases.get("y") else name

    def shown(self, name: str) -> str:
        """The name of a parameter in the user's function."""
        return next((own for own, other in self.aliases.items() if other == name), name) if self.users else name

    def default(self, name: str) -> Any:
        """The default of a parameter, or MISSING."""
        return next(p.default for p in self.params if p.name == name)

    def result(self, function: Any, bound: Mapping[str, Any]) -> Kind:
        """The kind of `function`'s result for bound argument kinds; absent parameters have their defaults."""
        full = {
            p.name: bound[p.name] if p.name in bound else shapes.of_default(p.default)
            for p in self.params
            if (p.name in bound or p.default is not MISSING) and not (self.of_ufunc and p.name in UFUNC_SETTINGS)
        }
        twin = numpy_twin(function)
        try:
            if twin is not None:
                return on_device(self.kind(full, twin))
            found = self.kind(full, function)
            return on_device(found) if any(getattr(k, "box", None) == "cupy" for k in full.values()) else found
        except (IndexError, KeyError, TypeError, ValueError):  # an axis out of range and the like: the call raises
            return Num(None, None, None, any(getattr(k, "active", False) for k in full.values()))


def _advice(name: str, accepted: set[str]) -> str:
    if name == "out":
        return "assign the result instead of passing out="
    if name == "where":
        return "use np.where on the result instead of passing where="
    known = ", ".join(sorted(accepted)) or "no keywords"
    return f"leave it out (differentiated here: {known})"


def is_zero(formula: ast.expr) -> bool:
    """Whether a formula is the literal 0: the derivative is declared zero."""
    return isinstance(formula, ast.Constant) and type(formula.value) is int and formula.value == 0


# ------------------------------------------------------------------------------------------------------- registry

_rules: list[Rule] = []
BY_FUNCTION: dict[Any, Rule] = {}
BY_METHOD: dict[str, Rule] = {}
BY_ATTRIBUTE: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    _rules.append(rule)
    for table, keys in ((BY_FUNCTION, rule.functions), (BY_METHOD, rule.methods)):
        for key in keys:
            if key in table:
                raise ValueError(f"{key!r} has two rules: {table[key].name} and {rule.name}")
            table[key] = rule
    if rule.attribute is not None:
        BY_ATTRIBUTE[rule.attribute] = rule


def all_rules() -> Iterator[Rule]:
    """Every entry of the table, in the order in which they are written; without those of the user's."""
    return iter([rule for rule in _rules if not rule.users])


# The function whose rule serves each of Python's operators that has a derivative.
OPERATOR_FUNCTIONS: dict[str, Any] = {
    name: getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg", "pos")
}


def lookup(function: Any) -> Rule | None:
    """The rule of a function, or None."""
    try:
        found = BY_FUNCTION.get(function)
    except TypeError:  # not hashable
        return None
    if found is None and LAZY and read_area_of(function):
        return BY_FUNCTION.get(function)
    if found is None:
        twin = numpy_twin(function)
        return None if twin is None else BY_FUNCTION.get(twin)
    return found


# Areas whose library is not imported on srcgrad's account: read when a program that has imported it calls into it.
LAZY: dict[str, str] = {
    "scipy._lib": "srcgrad.rules.scipy_arrays",
    "scipy.special": "srcgrad.rules.scipy_special",
    "scipy.linalg": "srcgrad.rules.scipy_linalg",
    "scipy.fft": "srcgrad.rules.scipy_fft",
    "scipy.signal": "srcgrad.rules.scipy_signal",
    "scipy.ndimage": "srcgrad.rules.scipy_ndimage",
    "scipy.stats": "srcgrad.rules.scipy_stats",
    "scipy.sparse": "srcgrad.rules.scipy_sparse",
    "scipy.interpolate": "srcgrad.rules.scipy_interpolate",
    "scipy.integrate": "srcgrad.rules.scipy_integrate",
    "scipy.optimize": "srcgrad.rules.scipy_optimize",
    "scipy.spatial.transform": "srcgrad.rules.scipy_rotations",
    "scipy.spatial": "srcgrad.rules.scipy_spatial",
}


def read_area_of(thing: Any) -> bool:
    """Read the area that a function, a bound method or a class belongs to, if it waits for its first use; whether one
    was read."""
    if not LAZY or "scipy" not in sys.modules:
        return False
    owner = getattr(thing, "__self__", None)
    holder = thing if owner is None or isinstance(owner, ModuleType) else type(owner)
    name = getattr(thing, "__name__", None)
    home = getattr(holder, "__module__", None) or getattr(type(holder), "__module__", None)
    # ufuncs know no module of their own
    if not isinstance(home, str) or home.partition(".")[0] not in ("scipy", "numpy"):
        return False
    for library, area in tuple(LAZY.items()):
        module = sys.modules.get(library)
        inside = home == library or home.startswith(f"{library}.")
        if module is not None and (inside or (isinstance(name, str) and getattr(module, name, None) is thing)):
            del LAZY[library]
            importlib.import_module(area)
            return True
    return False


def lookup_method(name: str) -> Rule | None:
    """The rule of an ndarray method: its first parameter is the array."""
    return BY_METHOD.get(name)


def lookup_attr(name: str) -> Rule | None:
    """The rule of an ndarray attribute: its only parameter is the array."""
    return BY_ATTRIBUTE.get(name)
