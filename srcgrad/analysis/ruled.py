"""Operations that the table serves: the kind of their result, and whether a derivative flows.

    np.tanh(x)         x active        ByRule(tanh), an active result of x's kind
    np.tanh(3.0)       a constant      Plain, a float
    np.tanh(obj)       unknown         Dynamic: what it is is seen when it runs

Other operations on constants have a kind too, where the table of constants knows it.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import entry
from srcgrad.analysis.activity import as_index, generalise, is_active
from srcgrad.analysis.by_rows import NeedRows
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import Closure, Inert, Kind, Known, Method, Num, OneOf, Ref, Seq, Site, Super, Tup, Unknown
from srcgrad.analysis.meaning import ByRule, Dynamic, Plain, Result
from srcgrad.analysis.memory import at, memory_in, together
from srcgrad.analysis.places import Memory
from srcgrad.analysis.shapes import RECORDS, Undecided
from srcgrad.analysis.versions import contents, hold
from srcgrad.emit.register import shown_name
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import Rule, constant_kind, lookup
from srcgrad.runtime import words

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

# parameters that are indices of arrays, in all entries that have one
INDICES = {"index", "indices"}
WORDS_HOME = words.__file__.removesuffix(".py")


def by_rule(
    inf: Inference,
    stmt: Any,
    rule: Rule,
    function: Any,
    bound: dict[str, Any],
    kinds: dict[str, Any],
    module: Any = None,
) -> Result:
    """A call that the table serves: its result's kind, and whether a derivative flows."""
    for name in INDICES & kinds.keys() - rule.formulas.keys():
        kinds = {**kinds, name: as_index(kinds[name])}
    active = [name for name, kind in kinds.items() if _any_active(kind)]
    generalised = {
        name: tuple(_operand(k) for k in kind) if isinstance(kind, tuple) else _operand(kind)
        for name, kind in kinds.items()
    }
    try:
        result = located(inf, stmt, rule, kinds, rule.result(function, generalised))
    except Undecided:
        if function is None or rule.users:
            raise
        hand_on(rule, kinds)
        return Unknown(True), Dynamic(function, *_call_form(rule, bound))
    if isinstance(result, Num):
        result = result.carrying(False)
    flowing = [n for n in active if n in rule.formulas and n not in rule.zero]
    static = [n for n in active if n not in rule.formulas] if not follows(inf.function) else []
    if static and not any(isinstance(k, Num) for name in static for k in _given(kinds[name]) if is_active(k)):
        return Unknown(True), Dynamic(function, *_call_form(rule, bound))  # what it is is seen when it runs
    if static:
        raise not_by(rule, function, static[0])
    if flowing and isinstance(result, Num) and result.dtype is not None and result.dtype.kind not in "biufc":
        fields = result.dtype == RECORDS
        what = "an array with fields" if fields else f"{rule.title(function)}() with dtype {result.dtype}"
        raise UnsupportedError(
            f"{what} of values that depend on the input" if fields else what,
            "keep the fields in arrays of their own" if fields else "use arrays of floating numbers, or a list",
        )
    if not flowing or (isinstance(result, Num) and not result.differentiable):
        return result, Plain()
    refuse_real(rule, kinds, asked_dtype(kinds))
    refuse_complex(rule, kinds)
    make_arrays(stmt, rule, function, bound, kinds)
    if isinstance(result, Num):
        result = result.carrying(True)
    elif isinstance(result, Tup):
        result = Tup(
            tuple(replace(i, active=i.differentiable) if isinstance(i, Num) else i for i in result.items), result.type
        )
    elif isinstance(result, Ref):
        result = made_here(inf, stmt, result, active=True)
    else:
        numbers = all(isinstance(k, Num) for kind in kinds.values() if _any_active(kind) for k in _parts(kind))
        result = Num(None, None, None, True) if numbers else Unknown(True)
    unclear = any(is_unclear(k) for kind in differentiated(rule, kinds) for k in _parts(kind))
    if unclear or isinstance(result, Unknown):
        hand_on(rule, kinds)
        return Unknown(True), Dynamic(function, *_call_form(rule, bound))
    return result, ByRule(rule, bound, kinds, result, module)


def differentiated(rule: Rule, kinds: dict[str, Any]) -> list[Any]:
    """The kinds of the operands by which a rule differentiates."""
    return [kind for name, kind in kinds.items() if name in rule.formulas and name not in rule.zero]


def hand_on(rule: Rule, kinds: dict[str, Any]) -> None:
    """Note that what an operation gives, which is seen when it runs, may be a view of its operands."""
    if sharing(rule, kinds):
        for kind in differentiated(rule, kinds):
            for part in _given(kind):
                escape(part)


def asked_dtype(kinds: dict[str, Any]) -> Any:
    """The type that `dtype=` asks for, as far as it is known."""
    asked = kinds.get("dtype")
    try:
        return np.dtype(asked.value) if isinstance(asked, Known) and asked.value is not None else None
    except TypeError:  # NumPy says so when the call runs
        return None


def refuse_real(rule: Rule, kinds: dict[str, Any], dtype: Any) -> None:
    """Refuse `dtype=`, or an `out=`, that lets NumPy drop imaginary parts before it computes: formulas would not."""
    if dtype is None or dtype.kind == "c" or rule.cls in ("linear", "view"):
        return
    if _has_complex(rule, kinds):
        raise UnsupportedError(
            f"{rule.title()}() of complex numbers with dtype {dtype}", "take np.real() of them first"
        )


def refuse_complex(rule: Rule, kinds: dict[str, Any]) -> None:
    """Refuse complex operands of what is differentiated for real numbers alone."""
    if rule.reals and _has_complex(rule, kinds):
        raise UnsupportedError(f"{rule.title()}() of complex numbers", "take np.real() of them first")


def _has_complex(rule: Rule, kinds: dict[str, Any]) -> bool:
    operands = [k for name in rule.formulas if name in kinds for k in _parts(kinds[name])]
    return any(isinstance(k, Num) and k.dtype is not None and k.dtype.kind == "c" for k in operands)


def not_by(rule: Rule, function: Any, name: str) -> UnsupportedError:
    """The error for an argument by which a rule does not differentiate."""
    called, shown = shown_name(function) if rule.users else rule.title(function), rule.shown(name)
    advice = f"'{shown}' has to be independent of the differentiated inputs: compute it from others"
    if rule.users:
        advice = f"give it a line: `{shown}: ...` ({rule.users})"
    return UnsupportedError(f"{called}() with a value that depends on the input as '{shown}'", advice)


def follows(function: ir.Function) -> bool:
    """Whether a function is a reverse, or a word: what an operation takes as it is, an index or the order of a Bessel
    function, was found to depend on no input where the operation itself was interpreted."""
    filename = function.source.filename
    return filename.startswith(WORDS_HOME) or (filename.startswith("<srcgrad ") and function.name.endswith("_reverse"))


def made_here(inf: Inference, stmt: Any, result: Kind, active: bool = False) -> Kind:
    """A rule's result, where it is a list as that which the statement makes; `active`: so is what it holds."""
    if not isinstance(result, Ref):
        return result
    site = inf.sites.setdefault(stmt, Site(result.site.type, None))
    if not site.escaped:  # else it may hold anything
        held, items = contents(result.site), result.site.items
        if active and items is not None:
            items = {k: replace(v, active=v.differentiable) if isinstance(v, Num) else v for k, v in items.items()}
        held = replace(held, active=held.differentiable) if active and isinstance(held, Num) else held
        if site.mutated and site.items is None:
            # what changes it afterwards has moved its items
            if held is not None:
                inf.world.heap += hold(site, held)
        else:
            site.items, site.elem = items, held
    return Ref(site)


def located(inf: Inference, stmt: Any, rule: Rule, kinds: dict[str, Any], result: Kind) -> Kind:
    """The kind of a rule's result, its arrays where the operands' lie if it may be a view of them."""
    memory = None
    if sharing(rule, kinds):
        # what has a derivative of zero is looked at for its shape alone: the result is no view of it
        shown = [name for name in rule.formulas if name in kinds and name not in rule.zero]
        memory = together([m for name in shown for m in memory_in(kinds[name])])
    if memory is None and isinstance(result, (Ref, Seq)):
        memory = inf.places.setdefault((stmt, "items"), Memory())
    return at(result, memory)  # type: ignore[no-any-return]


def sharing(rule: Rule, kinds: dict[str, Any]) -> bool:
    """Whether a rule's result may share memory with an operand."""
    if operator.getitem in rule.functions and "b" in kinds:
        return not picks(kinds["b"])
    if rule.name in ("astype", "array"):
        asked = kinds.get("copy")
        return isinstance(asked, Known) and not asked.value
    if rule.name == "einsum":
        operands = kinds.get("operands")
        return not isinstance(operands, tuple) or len(operands) == 1  # several are multiplied
    if rule.name in UNCHANGED_BY:
        name, number = UNCHANGED_BY[rule.name]
        given = kinds.get(name, Known(None))
        return not (isinstance(given, Known) and given.value != number)
    return rule.cls == "view" or rule.name in SHARING


# functions of other classes than views whose result may be, or hold, an operand itself
SHARING = {
    "real", "imag", "conj", "conjugate", "conj_", "astype", "array", "nan_to_num", "cast", "diag",
    "sliding_window_view", "as_strided", "strided_tangent_", "fill", "unbroadcast_", "spread", "restore_axes",
    "taken_item_", "histogram", "histogramdd", "alone_",
}  # fmt: skip


# functions that give the operand itself for one value of a parameter
UNCHANGED_BY = {"diff": ("n", 0), "matrix_power": ("n", 1)}


def picks(index: Kind) -> bool:
    """Whether an index surely gives a copy: it picks elements by an array, a list or a mask."""
    match index:
        case Num(shape=shape, dtype=dtype):
            return bool(shape) or (dtype is not None and dtype.kind == "b" and shape is not None)
        case Ref(site=site):
            return site.type is list
        case Tup(items=items):
            return any(picks(item) for item in items)
        case Known(value=value):
            return isinstance(value, (list, np.ndarray))
    return False


def make_arrays(stmt: Any, rule: Rule, function: Any, bound: dict[str, Any], kinds: dict[str, Any]) -> None:
    """Ask for `np.array(items)` where a function of a library is given a list or tuple of numbers for an array.

    Formulas compute with their operands as with arrays.  A function of a sequence of arrays takes them as they are.
    """
    home = np.ufunc if isinstance(getattr(function, "__self__", function), np.ufunc) else function
    library = str(getattr(home, "__module__", "")).partition(".")[0]
    if function in (np.array, np.block) or library not in ("numpy", "scipy"):
        return
    # of SciPy's, orders and counts that are static stand in formulas too, and tuples may be what a function gave
    every = rule.cls == "elementwise" and (library == "scipy" or home is np.ufunc)
    tuples = every or library == "numpy" or rule.cls == "reduction"
    for name in kinds if every else rule.formulas:
        if name not in kinds or (name == rule.star and not isinstance(kinds[name], tuple)):
            continue
        for atom, kind in zip(_given(bound[name]), _given(kinds[name])):
            if is_sequence(kind, tuples) and isinstance(atom, ir.Atom.__args__):  # type: ignore[attr-defined]
                raise NeedRows(stmt, atom, np.array)


def make_array(stmt: Any, op: str, atoms: tuple[ir.Atom, ...], kinds: list[Kind]) -> None:
    """Ask for `np.array(items)` where an operator makes an array of a list or tuple."""
    boxes = arrays_of_sequences(op)
    if any(isinstance(kind, Num) and kind.box in boxes for kind in kinds):
        for atom, kind in zip(atoms, kinds):
            if is_sequence(kind):
                raise NeedRows(stmt, atom, np.array)


def arrays_of_sequences(op: str) -> tuple[str, ...]:
    """Beside what an operator makes an array of a sequence: NumPy leaves a product with a number to the sequence."""
    return ("array",) if op == "mul" else ("array", "np")


def is_sequence(kind: Any, tuples: bool = True) -> bool:
    """Whether an operand is a list, range or tuple, which NumPy takes for an array."""
    types = (list, range, tuple) if tuples else (list, range)
    if isinstance(kind, Known):
        return isinstance(kind.value, types)
    if isinstance(kind, Inert):
        return kind.type is range
    return (tuples and isinstance(kind, (Tup, Seq))) or (isinstance(kind, Ref) and kind.site.type in types)


def numeric_kind(kind: Kind) -> Num:
    """The kind as a number (literals generalised)."""
    kind = generalise(kind)
    if isinstance(kind, Num):
        return kind
    if isinstance(kind, Known) and isinstance(kind.value, (np.generic, np.ndarray)):
        found = entry.kind_of(kind.value)
        if isinstance(found, Num):
            return found
    return Num(None, None, None, is_active(kind))


def is_unclear(kind: Kind) -> bool:
    """Whether only the run can say how a rule takes an operand: it is unknown, or an object with methods of its own."""
    if isinstance(kind, Ref):
        return not issubclass(kind.site.type, (list, dict, set, tuple))
    return isinstance(kind, (Unknown, Closure, Method, Super, OneOf))


def _call_form(rule: Rule, bound: dict[str, Any]) -> tuple[tuple[Any, ...], tuple[tuple[str | None, Any], ...]]:
    """Bound parameters as positional and keyword arguments again."""
    args: list[Any] = []
    keywords: list[tuple[str | None, Any]] = []
    positional = True
    for param in rule.params:
        if param.name not in bound:
            positional = False
        elif param.kind == "var":
            args.extend(bound[param.name])
        elif param.kind == "kwonly" or not positional:
            keywords.append((rule.shown(param.name), bound[param.name]))
        else:
            args.append(bound[param.name])
    return tuple(args), tuple(keywords)


def _parts(kind: Any) -> list[Kind]:
    """An operand's kind, or those of what it holds where it is a list of numbers."""
    if isinstance(kind, tuple):
        return [part for k in kind for part in _parts(k)]
    if isinstance(kind, Ref) and kind.site.type in (list, tuple):
        held = contents(kind.site) if kind.site.items is None else kind.site.elem
        each = () if kind.site.items is None else kind.site.items.values()
        return [part for k in (*each, held) if k is not None for part in _parts(k)]
    if isinstance(kind, Tup):
        return [part for k in kind.items for part in _parts(k)]
    return [kind]


def _given(kind: Any) -> tuple[Kind, ...]:
    """The kinds of what was passed for one parameter."""
    return kind if isinstance(kind, tuple) else (kind,)


def _any_active(kind: Any) -> bool:
    return any(is_active(k) for k in kind) if isinstance(kind, tuple) else is_active(kind)


def _operand(kind: Kind) -> Kind:
    """Operands keep literal values (axes are read from them)."""
    if isinstance(kind, Num) and kind.maybe_none:
        return replace(kind, maybe_none=False)
    return kind


def with_inactive(kind: Kind) -> Kind:
    """The kind of a result that carries no derivative."""
    if isinstance(kind, Num) and kind.dtype == RECORDS:
        return Inert(np.ndarray)
    if isinstance(kind, (Num, Unknown)):
        return replace(kind, active=False)
    if isinstance(kind, Tup):
        return Tup(tuple(with_inactive(k) for k in kind.items), kind.type)
    return kind


def constant_result(inf: Inference, stmt: Any, function: Any, kinds: list[Kind]) -> Kind:
    """The kind of a call whose result carries no derivative."""
    rule = lookup(function)
    if rule is not None:
        try:
            bound = dict(zip([p.name for p in rule.params], kinds))
            return with_inactive(located(inf, stmt, rule, bound, rule.result(function, bound)))
        except (UnsupportedError, ValueError, TypeError, IndexError, KeyError):
            return Unknown()
    found = constant_kind(function, kinds, {})
    return Unknown() if found is None else with_inactive(at(found, None))
