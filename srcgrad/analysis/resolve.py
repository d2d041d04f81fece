"""What an operation is, given the kinds of its operands: the table's, a user's function, a container's, or unknown.

    np.tanh(x)         x array            ByRule(tanh)
    a + b              arrays             ByRule(add)
    a + b              lists              Moves
    params["w"]        dict argument      Moves, the kind of that entry
    self.act(x)        object argument    ByCall(type(self).act)
    fn(x)              unknown fn         Dynamic
"""

from __future__ import annotations

import functools
import importlib
import operator
import types
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis import attributes, calls, containers, entry, lookups
from srcgrad.analysis.kinds import (
    BOOL,
    INT,
    Closure,
    Inert,
    Kind,
    Known,
    Method,
    Never,
    Num,
    Ref,
    Seq,
    Site,
    Super,
    Tup,
    Unknown,
)
from srcgrad.analysis.meaning import ByCall, ByRule, Copies, Dynamic, Meaning, Moves, Plain, Rebinds
from srcgrad.analysis.versions import contents, escape, generalise, hold, is_active, join
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import Rule, lookup, lookup_attr

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Env, Inference

Result = tuple[Kind, Meaning]
COMPARISONS = {"lt", "le", "gt", "ge", "eq", "ne"}
TESTS = {"is_", "is_not", "in_", "not_in", "not_"}


def evaluate(inf: Inference, stmt: Any, expr: ir.Expr, env: Env) -> Result:
    """The kind and the meaning of an expression."""
    if not isinstance(expr, ir.MakeFunction) and any(isinstance(inf.atom(a, env), Never) for a in ir.operands(expr)):
        return Never(), Plain()
    match expr:
        case ir.Const(value=value):
            return Known(value), Plain()
        case ir.Var() | ir.Free() | ir.Global() | ir.Bound():
            return inf.atom(expr, env), Copies(expr)
        case ir.Prim():
            return operation(inf, stmt, expr, env)
        case ir.Attr(obj=obj, name=name):
            return attribute(inf, stmt, obj, name, env)
        case ir.Item(obj=obj, index=index):
            return item(inf, stmt, obj, index, env)
        case ir.Slice(lower=lower, upper=upper, step=step):
            parts = [inf.atom(a, env) for a in (lower, upper, step)]
            if all(isinstance(p, Known) for p in parts):
                return Known(slice(*[p.value for p in parts])), Plain()  # type: ignore[union-attr]
            return Inert(slice), Plain()
        case ir.Build(kind=kind, items=items):
            return containers.build(inf, stmt, kind, items, env)
        case ir.BuildDict(items=pairs):
            return containers.build_dict(inf, stmt, pairs, env)
        case ir.Format():
            return Inert(str, any(is_active(inf.atom(a, env)) for a in ir.operands(expr))), Plain()
        case ir.CellLoad(name=name):
            return cell_kind(inf, name), Moves()
        case ir.MakeFunction():
            made = make_function(inf, stmt, expr, env)
            return made, Moves(containers.active_operands(inf, ir.operands(expr), env))
        case ir.Call(func=func, args=args, keywords=keywords):
            kind = inf.atom(func, env)
            return calls.call(inf, stmt, kind, func, args, keywords, env)
        case ir.CallMethod(obj=obj, name=name, args=args, keywords=keywords):
            return calls.call_method(inf, stmt, obj, name, args, keywords, env)
    raise UnsupportedError(type(expr).__name__, "write it in simpler statements")


# ------------------------------------------------------------------------------------------------------ operators


def _numeric(kind: Kind) -> bool:
    if isinstance(kind, Known):
        return isinstance(kind.value, (bool, int, float, complex, np.generic, np.ndarray))
    return isinstance(kind, Num)


def operation(inf: Inference, stmt: Any, expr: ir.Prim, env: Env) -> Result:
    """A Python operator."""
    kinds = [inf.atom(a, env) for a in expr.args]
    if expr.op in TESTS:
        return BOOL, Plain()
    if expr.op in COMPARISONS:
        return comparison(inf, expr.op, kinds)
    if all(_numeric(k) for k in kinds):
        folded = fold(expr.op, kinds)
        if folded is not None:
            return folded, Plain()
        function = getattr(operator, expr.op)
        rule = lookup(function)
        if rule is None:
            if any(is_active(k) for k in kinds):
                raise UnsupportedError(f"operator {ir.OPERATORS[expr.op][0]} on an active value", "use another one")
            return calls.constant_result(function, kinds), Plain()
        names = [p.name for p in rule.params]
        return by_rule(inf, stmt, rule, function, dict(zip(names, expr.args)), dict(zip(names, kinds)))
    moved = containers.operator(inf, stmt, expr, kinds)
    if moved is not None:
        return moved
    if any(is_active(k) for k in kinds):
        for kind in kinds:
            escape(kind)
        return Unknown(True), Dynamic(getattr(operator, expr.op), expr.args)
    return Unknown(), Plain()


def fold(op: str, kinds: list[Kind]) -> Kind | None:
    """Integer arithmetic on literals, which axes and shapes are written with."""
    values = [k.value if isinstance(k, Known) else None for k in kinds]
    if not all(type(v) is int for v in values) or op not in ("add", "sub", "mul", "floordiv", "mod", "neg"):
        return None
    try:
        return Known(getattr(operator, op)(*values))
    except ZeroDivisionError:
        return None


def comparison(inf: Inference, op: str, kinds: list[Kind]) -> Result:
    if all(_numeric(k) for k in kinds):
        nums = [numeric_kind(k) for k in kinds]
        if all(n.box == "py" for n in nums):
            return BOOL, Plain()
        kind = calls.constant_result(getattr(operator, op), kinds)
        return kind, Plain()
    return (BOOL if all(isinstance(k, (Known, Inert)) for k in kinds) else Unknown()), Plain()


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


def by_rule(
    inf: Inference, stmt: Any, rule: Rule, function: Any, bound: dict[str, Any], kinds: dict[str, Any], module: Any = None
) -> Result:
    """A call that the table serves: its result's kind, and whether a derivative flows."""
    active = [name for name, kind in kinds.items() if _any_active(kind)]
    generalised = {
        name: tuple(_operand(k) for k in kind) if isinstance(kind, tuple) else _operand(kind)
        for name, kind in kinds.items()
    }
    result = rule.result(function, generalised)
    if isinstance(result, Num):
        result = replace(result, active=False, maybe_none=False)
    flowing = [n for n in active if n in rule.formulas and n not in rule.zero]
    static = [n for n in active if n not in rule.formulas]
    if static:
        raise UnsupportedError(
            f"{rule.name}() with a value that depends on the input as '{static[0]}'",
            f"'{static[0]}' has to be independent of the differentiated inputs; use srcgrad-free values there",
        )
    if flowing and isinstance(result, Num) and result.dtype is not None and result.dtype.kind not in "biufc":
        raise UnsupportedError(f"{rule.name}() with dtype {result.dtype}", "use arrays of floating numbers, or a list")
    if not flowing or (isinstance(result, Num) and not result.differentiable):
        return result, Plain()
    if isinstance(result, Num):
        result = replace(result, active=True)
    elif isinstance(result, Tup):
        result = Tup(tuple(replace(i, active=True) if isinstance(i, Num) else i for i in result.items), result.type)
    elif isinstance(result, Ref):
        site = inf.sites.setdefault(stmt, Site(result.site.type, None))
        held = contents(result.site)
        site.items = None if result.site.items is None else {
            k: replace(v, active=v.differentiable) if isinstance(v, Num) else v for k, v in result.site.items.items()
        }
        if isinstance(held, Num):
            held = replace(held, active=held.differentiable)
        site.elem = held
        result = Ref(site)
    else:
        numbers = all(
            isinstance(k, Num) for kind in kinds.values() if _any_active(kind) for k in _parts(kind)
        )
        result = Num(None, None, None, True) if numbers else Unknown(True)
    differentiated = [kind for name, kind in kinds.items() if name in rule.formulas]
    unclear = any(is_unclear(k) for kind in differentiated for k in _parts(kind))
    if unclear or isinstance(result, Unknown):
        return Unknown(True), Dynamic(function, *_call_form(rule, bound))
    return result, ByRule(rule, bound, kinds, result, module)


def is_unclear(kind: Kind) -> bool:
    """Whether only the run can say how a rule takes this operand: it is unknown, or an object with methods of its own."""
    if isinstance(kind, Ref):
        return not issubclass(kind.site.type, (list, dict, set, tuple))
    return isinstance(kind, (Unknown, Closure, Method, Super))


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
            keywords.append((param.name, bound[param.name]))
        else:
            args.append(bound[param.name])
    return tuple(args), tuple(keywords)


def _parts(kind: Any) -> list[Kind]:
    """An operand's kind, or those of what it holds where it is a list of numbers."""
    if isinstance(kind, tuple):
        return [part for k in kind for part in _parts(k)]
    if isinstance(kind, Ref) and kind.site.type in (list, tuple):
        held = contents(kind.site)
        return [] if held is None else _parts(held)
    if isinstance(kind, Tup):
        return [part for k in kind.items for part in _parts(k)]
    return [kind]


def _any_active(kind: Any) -> bool:
    return any(is_active(k) for k in kind) if isinstance(kind, tuple) else is_active(kind)


def _operand(kind: Kind) -> Kind:
    """Operands keep literal values (axes are read from them)."""
    if isinstance(kind, Num) and kind.maybe_none:
        return replace(kind, maybe_none=False)
    return kind


# ---------------------------------------------------------------------------------------- attributes and subscripts


def attribute(inf: Inference, stmt: Any, obj: ir.Atom, name: str, env: Env) -> Result:
    """`obj.name`."""
    kind = inf.atom(obj, env)
    match kind:
        case Num():
            return array_attribute(inf, stmt, obj, kind, name)
        case Known(value=value) if not isinstance(value, (np.ndarray, np.generic, tuple)):
            try:
                found = getattr(value, name)
            except AttributeError:
                return Unknown(), Plain()
            lookups.note(value, name, lookups.stored(value, name) if isinstance(value, type) else found)
            if callable(found) or isinstance(found, types.ModuleType):
                return Known(found), Plain()
            return inf.world.kind_of(found) if not isinstance(found, (int, str)) else Known(found), Plain()
        case Tup(items=items, type=cls) if cls is not tuple and name in getattr(cls, "_fields", ()):
            return items[cls._fields.index(name)], Moves()  # type: ignore[attr-defined]
        case Ref(site=site):
            return object_attribute(inf, stmt, obj, kind, site, name, env)
        case Super(atom=atom):
            found = attributes.behind(kind, name)
            if isinstance(found, property) and found.fget is not None:
                return calls.call_function(inf, stmt, found.fget, None, (atom,), (), env)
        case Inert(type=cls):
            return Unknown(), Plain()
        case Unknown(active=True):
            return Unknown(True), Dynamic(getattr, (obj, ir.Const(name)))
    if is_active(kind):
        return Unknown(True), Dynamic(getattr, (obj, ir.Const(name)))
    return Unknown(), Plain()


ARRAY_FACTS = {"ndim": INT, "size": INT, "itemsize": INT, "nbytes": INT, "dtype": Inert(np.dtype)}


def array_attribute(inf: Inference, stmt: Any, obj: ir.Atom, kind: Num, name: str) -> Result:
    if name == "shape":
        if kind.shape is None:
            return Seq(INT), Plain()
        return Tup(tuple(Known(a) if isinstance(a, int) else INT for a in kind.shape)), Plain()
    if name in ARRAY_FACTS:
        if name == "ndim" and kind.shape is not None:
            return Known(len(kind.shape)), Plain()
        return ARRAY_FACTS[name], Plain()
    rule = lookup_attr(name)
    if rule is not None:
        param = rule.params[0].name
        return by_rule(inf, stmt, rule, rule.functions[0] if rule.functions else None, {param: obj}, {param: kind})
    if name == "flat" and is_active(kind):
        raise UnsupportedError("the array attribute .flat", "use .ravel()")
    if is_active(kind):
        raise UnsupportedError(f"the array attribute .{name}", "compute it from the array's values")
    return Unknown(), Plain()


def object_attribute(inf: Inference, stmt: Any, obj: ir.Atom, kind: Ref, site: Site, name: str, env: Env) -> Result:
    found = class_attribute(site.type, name)
    if isinstance(found, functools.cached_property):
        # whether this read computes the value or finds it is seen when it runs
        result, meaning = calls.call_function(inf, stmt, found.func, None, (obj,), (), env)
        containers.held_in(inf, site, result)
        return result, Plain() if isinstance(meaning, Plain) else Dynamic(getattr, (obj, ir.Const(name)))
    if site.items is not None and name in site.items and not issubclass(site.type, (list, dict, set)):
        return site.items[name], Moves()
    if isinstance(found, property) and found.fget is not None:
        return calls.call_function(inf, stmt, found.fget, None, (obj,), (), env)
    if isinstance(found, types.FunctionType):
        return Method(kind, name, found), Moves()
    if isinstance(found, (staticmethod, classmethod)):
        return Known(getattr(site.type, name)), Plain()
    if issubclass(site.type, (list, dict, set)):
        return Method(kind, name), Moves()
    if found is not None and not isinstance(site.elem, Unknown):
        return inf.world.kind_of(found), Plain()
    special = class_attribute(site.type, "__getattr__")
    if site.elem is not None and (site.escaped or special is None):
        if special is not None and is_active(kind):
            return Unknown(True), Dynamic(getattr, (obj, ir.Const(name)))
        return site.elem, Moves()
    if isinstance(special, types.FunctionType):
        return calls.call_function(inf, stmt, special, None, (obj, ir.Const(name)), (), env)
    return Unknown(is_active(kind)), Moves()


def class_attribute(cls: type, name: str) -> Any:
    """An attribute of a class as it is stored (functions, properties, static methods unbound), or None."""
    found = lookups.stored(cls, name)
    lookups.note(cls, name, found)
    return found


def item(inf: Inference, stmt: Any, obj: ir.Atom, index: ir.Atom, env: Env) -> Result:
    """`obj[index]`."""
    kind, key = inf.atom(obj, env), inf.atom(index, env)
    if isinstance(kind, Known) and isinstance(kind.value, (tuple, list, dict)) and isinstance(key, Known):
        try:
            return inf.world.kind_of(kind.value[key.value]), Moves()
        except (KeyError, IndexError, TypeError):
            return Unknown(), Plain()
    if isinstance(kind, Num) or (isinstance(kind, Known) and isinstance(kind.value, np.ndarray)):
        rule = lookup(operator.getitem)
        assert rule is not None
        names = [p.name for p in rule.params]
        if is_active(key):
            raise UnsupportedError("an index that depends on the input", "make the index an integer computed apart")
        if isinstance(key, Unknown) and is_active(kind):
            # an index of unknown kind is fine: the rule only hands it on
            return by_rule(
                inf, stmt, rule, operator.getitem, dict(zip(names, (obj, index))), dict(zip(names, (kind, Inert())))
            )
        return by_rule(
            inf, stmt, rule, operator.getitem, dict(zip(names, (obj, index))), dict(zip(names, (kind, key)))
        )
    return containers.item(inf, stmt, obj, index, kind, key, env)


# ----------------------------------------------------------------------------------------------------- statements


def unpack(inf: Inference, stmt: ir.Unpack, env: Env) -> None:
    """`a, *b, c = value`."""
    kind = inf.atom(stmt.value, env)
    count = len(stmt.targets)
    if isinstance(kind, Num):
        need_rows(stmt, stmt.value, kind)
        kinds = [row_kind(kind)] * count
        if stmt.star is not None:
            kinds[stmt.star] = Ref(inf.sites.setdefault((stmt, "star"), Site(list, None, row_kind(kind))))
        inf.meanings[stmt] = Plain()
    else:
        kinds = containers.unpack_kinds(inf, stmt, kind, count, stmt.star)
        need_rows(stmt, stmt.value, kind)
        inf.meanings[stmt] = Moves()
    for name, target_kind in zip(stmt.targets, kinds):
        inf.bind(stmt, name, target_kind, env)


def augment(inf: Inference, stmt: ir.Augment, env: Env) -> None:
    """`target op= value` on a name."""
    kind, value = inf.atom(ir.Var(stmt.target), env), inf.atom(stmt.value, env)
    if isinstance(kind, Ref) or (isinstance(kind, Unknown) and not is_active(kind) and not is_active(value)):
        if isinstance(kind, Ref) and kind.site.type is list and stmt.op == "add" and not isinstance(value, Num):
            need_rows(stmt, stmt.value, value)
            containers.extend(inf, kind.site, value)
            inf.meanings[stmt] = Moves((stmt.value,))
            inf.mutates = True
            inf.bind(stmt, stmt.target, kind, env)
            return
        if isinstance(kind, Unknown):
            inf.writes_arrays = inf.mutates = True
            inf.meanings[stmt] = Plain()
            inf.bind(stmt, stmt.target, kind, env)
            return
    if isinstance(kind, Never) or isinstance(value, Never):
        inf.meanings[stmt] = Plain()
        inf.bind(stmt, stmt.target, Never(), env)
        return
    result, meaning = operation(inf, stmt, ir.Prim(stmt.op, (ir.Var(stmt.target), stmt.value)), env)
    scalar = isinstance(kind, (Tup, Inert, Known)) or (isinstance(kind, Num) and kind.is_number)
    if isinstance(meaning, (Dynamic, ByCall)):
        meaning = Dynamic(getattr(operator, f"i{stmt.op.rstrip('_')}"), (ir.Var(stmt.target), stmt.value, ir.Const(False)))
        for operand in (kind, value):
            escape(operand)
        inf.meanings[stmt] = meaning
        result = Unknown(True)
    elif scalar:
        inf.meanings[stmt] = Rebinds(meaning) if isinstance(meaning, ByRule) else meaning
    elif isinstance(meaning, ByRule):
        inf.meanings[stmt] = Rebinds(meaning, fresh=True)
    elif isinstance(meaning, Plain):
        inf.writes_arrays = inf.mutates = True
        inf.meanings[stmt] = meaning
        if isinstance(kind, Num) and kind.box == "array":
            result = kind
    else:
        raise inf.refuse(
            stmt, "'+=' on a value of unknown kind", f"write {stmt.target} = {stmt.target} + ... instead"
        )
    inf.bind(stmt, stmt.target, result, env)


def store(inf: Inference, stmt: ir.StoreItem | ir.StoreAttr | ir.StoreCell, env: Env) -> None:
    """A write to an object's item or attribute, or to a shared variable."""
    value = inf.atom(stmt.value, env)
    if isinstance(stmt, ir.StoreCell):
        containers.held_in(inf, inf.cell(stmt.name), value)
        inf.meanings[stmt] = Moves((stmt.value,))
        inf.mutates = True
        return
    kind = inf.atom(stmt.obj, env)
    if stmt.op is not None:
        containers.augmented_store(inf, stmt, kind, value, env)
        return
    if isinstance(stmt, ir.StoreItem):
        containers.store_item(inf, stmt, kind, value, env)
        return
    inf.mutates = True
    if isinstance(kind, Ref):
        found = class_attribute(kind.site.type, stmt.name)
        if isinstance(found, property) and found.fset is not None:
            _, inf.meanings[stmt] = calls.call_function(inf, stmt, found.fset, None, (stmt.obj, stmt.value), (), env)
            return
        if "__setattr__" in vars(kind.site.type):
            if not getattr(kind.site.type, "__dataclass_params__", None):
                raise inf.refuse(stmt, "a class with __setattr__", "assign to plain attributes")
        if hold(kind.site, value, stmt.name):
            inf.world.heap += 1
    elif is_active(value) and isinstance(kind, Num):
        raise inf.refuse(stmt, "assigning to an attribute of an array", "build a new array")
    elif is_active(value) and isinstance(kind, Known):
        raise inf.refuse(
            stmt, "assigning a value that depends on the input to an attribute of a class or module",
            "keep it in an instance, or return it",
        )
    elif is_active(value) or is_active(kind):
        inf.world.opaque = True
        inf.meanings[stmt] = Dynamic(setattr, (stmt.obj, ir.Const(stmt.name), stmt.value))
        return
    inf.meanings[stmt] = Moves((stmt.value,))


def delete(inf: Inference, stmt: ir.Delete, env: Env) -> None:
    """`del obj[index]`, `del obj.attr`."""
    kind = inf.atom(stmt.obj, env)
    inf.mutates = True
    if isinstance(kind, Ref):
        if isinstance(stmt.index, ir.Atom.__args__) and kind.site.items is not None:  # type: ignore[attr-defined]
            containers.forget_positions(inf, kind.site)
        elif stmt.attr is not None and kind.site.items is not None:
            kind.site.items.pop(stmt.attr, None)
    inf.meanings[stmt] = Moves()


def iterate(inf: Inference, stmt: ir.For, env: Env) -> Kind:
    """The kind of a loop's target."""
    kind = inf.atom(stmt.iter, env)
    if isinstance(kind, Num):
        need_rows(stmt, stmt.iter, kind)
        inf.meanings[stmt] = Plain()
        return row_kind(kind)
    need_rows(stmt, stmt.iter, kind)
    inf.meanings[stmt] = Moves()
    return containers.element(inf, kind)


class NeedRows(Exception):
    """Something goes through an active array row by row: the rows are to be made one by one before `stmt`."""

    def __init__(self, stmt: Any, atom: ir.Atom) -> None:
        super().__init__()
        self.stmt = stmt
        self.atom = atom


def need_rows(stmt: Any, atom: ir.Atom, kind: Kind) -> None:
    """Ask for `atom` to be split into rows, if it is an active array, or may be one."""
    if isinstance(kind, Unknown) and kind.active:
        raise NeedRows(stmt, atom)
    if isinstance(kind, Num) and kind.active and kind.box != "py" and kind.shape != ():
        raise NeedRows(stmt, atom)


def row_kind(kind: Num) -> Num:
    """The kind of `x[0]`."""
    if kind.shape is None or not kind.shape:
        return Num(None, kind.dtype, None, kind.active)
    rest = kind.shape[1:]
    return Num(rest, kind.dtype, kind.box if rest else "np", kind.active)


def enter_context(inf: Inference, stmt: ir.With, env: Env) -> None:
    """`with context as target`."""
    kind = inf.atom(stmt.context, env)
    inf.meanings[stmt] = Moves()
    if isinstance(kind, Ref) and isinstance(class_attribute(kind.site.type, "__enter__"), types.FunctionType):
        if is_active(kind):
            raise inf.refuse(stmt, "a context manager that holds active values", "call its methods directly")
    if stmt.target is not None:
        inf.bind(stmt, stmt.target, Unknown(is_active(kind)), env)


def imported(module: str, attr: str | None) -> Kind:
    """The kind of what an import statement binds."""
    try:
        found = importlib.import_module(module)
    except ImportError:
        return Unknown()
    if attr is None:
        return Known(found)
    value = getattr(found, attr, None)
    if callable(value) or isinstance(value, types.ModuleType):
        return Known(value)
    return entry.kind_of(value)


def cell_kind(inf: Inference, name: str) -> Kind:
    """The kind of a variable that several functions share."""
    return contents(inf.cell(name)) or Never()


def make_function(inf: Inference, stmt: Any, expr: ir.MakeFunction, env: Env) -> Kind:
    """A nested function: a closure over what it reads of this one."""
    captured = []
    for name in sorted(expr.function.free):
        if name in expr.function.shared:
            kind: Kind | None = Ref(inf.cell(name))
        elif name in inf.free:
            kind = inf.free[name].kind
        else:
            kind = inf.captured_kinds.get(name)
            if name in env and env[name].kind is not None:
                kind = env[name].kind if kind is None else join(kind, env[name].kind)  # type: ignore[arg-type]
        if kind is not None and not (isinstance(kind, Closure) and kind.function is expr.function):
            captured.append((name, kind))
    defaults = tuple(inf.atom(a, env) for a in expr.defaults) + tuple(inf.atom(a, env) for _, a in expr.kw_defaults)
    inf.default_kinds[expr] = defaults
    return Closure(expr.function, tuple(captured), defaults)
