"""Statements that do more than bind the value of an expression: unpacking, augmenting, storing, deleting, importing."""

from __future__ import annotations

import importlib
import operator
import types
from typing import TYPE_CHECKING

from srcgrad import ir
from srcgrad.analysis import constants, container_methods, containers, entry, interpret, stores, subscripts
from srcgrad.analysis.activity import flows, generalise, is_active
from srcgrad.analysis.by_rows import need_rows, row_kind
from srcgrad.analysis.driven import Driven, goes_by_steps
from srcgrad.analysis.escapes import escape, settled
from srcgrad.analysis.flat import FlatUse, used_at
from srcgrad.analysis.kinds import Inert, Kind, Known, Never, Num, Ref, Site, Tup, Unknown, loosened, without_extents
from srcgrad.analysis.lookups import class_attribute, descriptor, own_setattr
from srcgrad.analysis.meaning import Apart, ByCall, ByRule, Dynamic, Moves, Plain, Rebinds
from srcgrad.analysis.memory import at
from srcgrad.analysis.operators import method_for
from srcgrad.analysis.resolve import evaluate
from srcgrad.analysis.ruled import arrays_of_sequences, is_sequence
from srcgrad.analysis.split import SplitStore
from srcgrad.analysis.texts import holds_text, made_of_text
from srcgrad.analysis.versions import hold

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def unpack(inf: Inference, stmt: ir.Unpack, env: Env) -> None:
    """`a, *b, c = value`."""
    kind = inf.atom(stmt.value, env)
    count = len(stmt.targets)
    if isinstance(kind, Num) and by_numbers(stmt, kind):
        kinds: list[Kind] = [row_kind(kind)] * count
        inf.meanings[stmt] = Apart(stmt.value)
    elif isinstance(kind, Num):
        need_rows(stmt, stmt.value, kind)
        kinds = [row_kind(kind)] * count
        if stmt.star is not None:
            kinds[stmt.star] = Ref(inf.sites.setdefault((stmt, "star"), Site(list, None, row_kind(kind))))
        inf.meanings[stmt] = Plain()
    else:
        kinds = subscripts.unpack_kinds(inf, stmt, kind, count, stmt.star)
        need_rows(stmt, stmt.value, kind)
        inf.meanings[stmt] = Moves()
    for name, target_kind in zip(stmt.targets, kinds):
        inf.bind(stmt, name, target_kind if isinstance(kind, (Tup, Num)) else loosened(target_kind), env)


def by_numbers(stmt: ir.Unpack, kind: Num) -> bool:
    """Whether an unpacking surely gives the numbers of an array to names, whose adjoints make up that of the array."""
    names = {*stmt.targets, getattr(stmt.value, "name", None)}
    one_axis = kind.box == "array" and kind.shape is not None and len(kind.shape) == 1
    return flows(kind) and one_axis and stmt.star is None and len(names) == len(stmt.targets) + 1


def augment(inf: Inference, stmt: ir.Augment, env: Env) -> None:
    """`target op= value` on a name."""
    kind, value = inf.atom(ir.Var(stmt.target), env), inf.atom(stmt.value, env)
    if isinstance(kind, Ref) or (isinstance(kind, Unknown) and not is_active(kind) and not is_active(value)):
        site = kind.site if isinstance(kind, Ref) and kind.site.type is list else None
        longer = stmt.op == "add" and not isinstance(value, Num)
        times = generalise(value) if stmt.op == "mul" else None
        if site is not None and (longer or (isinstance(times, Num) and times.is_number)):
            need_rows(stmt, stmt.value, value)
            containers.extend(inf, site, value if longer else kind)
            inf.meanings[stmt] = Moves((stmt.value,) if longer else ())
            inf.mutates = True
            inf.bind(stmt, stmt.target, kind, env)
            return
        if isinstance(kind, Ref) and kind.site.type is dict and stmt.op == "or_" and isinstance(value, Ref):
            _, inf.meanings[stmt] = container_methods.dict_method(
                inf, stmt, kind.site, "update", [value], Moves((stmt.value,))
            )  # type: ignore[misc]
            inf.bind(stmt, stmt.target, kind, env)
            return
        if isinstance(kind, Unknown):
            inf.writes_arrays = inf.mutates = True
            inf.meanings[stmt] = Plain()
            inf.bind(stmt, stmt.target, made_of_text(kind) if holds_text(value) else kind, env)
            return
    by_numpy = isinstance(value, Num) and value.box in arrays_of_sequences(stmt.op)
    if is_sequence(kind) and by_numpy and (is_active(kind) or is_active(value)):
        raise SplitStore(stmt)  # which gives an array, and leaves the list as it is
    if isinstance(kind, Never) or isinstance(value, Never):
        inf.meanings[stmt] = Plain()
        inf.bind(stmt, stmt.target, Never(), env)
        return
    if method_for(stmt.op, [kind, value]) is not None and not has_own(kind, f"__i{stmt.op.rstrip('_')}__"):
        raise SplitStore(stmt)
    result, meaning = evaluate(inf, stmt, ir.Prim(stmt.op, (ir.Var(stmt.target), stmt.value)), env)
    scalar = isinstance(kind, (Tup, Inert, Known)) or (isinstance(kind, Num) and kind.is_number)
    if isinstance(meaning, (Dynamic, ByCall)):
        meaning = Dynamic(getattr(operator, f"i{stmt.op.rstrip('_')}"), (ir.Var(stmt.target), stmt.value))
        inf.resolves = inf.world.writes_unknown = True
        for operand in (kind, value):
            escape(operand)
        inf.meanings[stmt] = meaning
        result = Unknown(True)
    elif scalar:
        inf.meanings[stmt] = Rebinds(meaning) if isinstance(meaning, ByRule) else meaning
    elif isinstance(meaning, (ByRule, Plain)) and isinstance(kind, Num):
        inf.meanings[stmt] = Rebinds(meaning, in_place=True) if isinstance(meaning, ByRule) else meaning
        array = stores.whole(inf, stmt, kind, value)
        result = array if array.box in ("array", "cupy") else at(result, array.memory)
    elif isinstance(meaning, Plain):
        inf.writes_arrays = inf.mutates = True
        inf.meanings[stmt] = meaning
    else:
        sign = ir.OPERATORS[stmt.op][0]
        advice = f"write {stmt.target} = {stmt.target} {sign} ... instead"
        raise inf.refuse(stmt, f"'{sign}=' on a value of unknown kind", advice)
    inf.bind(stmt, stmt.target, result, env)


def has_own(kind: Kind, name: str) -> bool:
    """Whether the class of an object has a method of that name."""
    return isinstance(kind, Ref) and class_attribute(kind.site.type, name) is not None


def store(inf: Inference, stmt: ir.StoreItem | ir.StoreAttr | ir.StoreCell, env: Env) -> None:
    """A write to an object's item or attribute, or to a shared variable."""
    value = inf.whole(stmt.value, env)
    if isinstance(stmt, ir.StoreCell):
        containers.held_in(inf, inf.cell(stmt.name), value)
        inf.meanings[stmt] = Moves((stmt.value,))
        inf.mutates = True
        return
    kind = inf.atom(stmt.obj, env)
    value = value if isinstance(kind, Ref) else settled(value)
    if isinstance(stmt, ir.StoreItem):
        used_at(stmt, kind, inf.atom(stmt.index, env))
    if stmt.op is not None:
        subscripts.augmented_store(inf, stmt, kind, value, env)
        return
    if isinstance(stmt, ir.StoreItem):
        subscripts.store_item(inf, stmt, kind, value, env)
        return
    inf.mutates = True
    inf.world.sets_outside |= isinstance(kind, Known)
    if isinstance(kind, Ref):
        found = class_attribute(kind.site.type, stmt.name)
        if isinstance(found, property) and found.fset is not None:
            _, inf.meanings[stmt] = interpret.call_function(
                inf, stmt, found.fset, None, (stmt.obj, stmt.value), (), env
            )
            return
        put = descriptor(found, "__set__")
        if put is not None:
            given = (ir.Bound(type(found).__name__, found), stmt.obj, stmt.value)
            _, inf.meanings[stmt] = interpret.call_function(inf, stmt, put, None, given, (), env)
            return
        own = own_setattr(kind.site.type)
        if own is not None:
            told = (stmt.obj, ir.Const(stmt.name), stmt.value)
            _, inf.meanings[stmt] = interpret.call_function(inf, stmt, own, None, told, (), env)
            return
        if hold(kind.site, value, stmt.name):
            inf.world.heap += 1
    elif isinstance(kind, Num) and stmt.name in ("real", "imag"):
        raise SplitStore(stmt)
    elif isinstance(kind, Num) and stmt.name == "flat":
        raise FlatUse(stmt)
    elif isinstance(kind, Num) and kind.box != "py":
        instead = "write w = w.reshape(shape)" if stmt.name == "shape" else "build a new array"
        raise inf.refuse(stmt, f"assigning to the attribute .{stmt.name} of an array", instead)
    elif is_active(value) and isinstance(kind, Known):
        raise inf.refuse(
            stmt,
            "assigning a value that depends on the input to an attribute of a class or module",
            "keep it in an instance, or return it",
        )
    elif is_active(value) and isinstance(kind, Unknown) and kind.type is not None:
        raise inf.refuse(stmt, *constants.WRITTEN)
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
        own = class_attribute(kind.site.type, "__delattr__" if stmt.index is None else "__delitem__")
        if isinstance(own, types.FunctionType):
            raise SplitStore(stmt)
        if isinstance(stmt.index, ir.Atom.__args__) and kind.site.items is not None:  # type: ignore[attr-defined]
            containers.forget_positions(inf, kind.site)
        elif stmt.attr is not None and kind.site.items is not None:
            kind.site.items.pop(stmt.attr, None)
            kind.site.mutated = True
    elif isinstance(kind, Unknown) and kind.active and stmt.index is not None:
        raise SplitStore(stmt)  # the class may have a method for it, which is seen when it runs
    inf.meanings[stmt] = Moves()


def iterate(inf: Inference, stmt: ir.For, env: Env) -> Kind:
    """The kind of a loop's target."""
    kind = inf.atom(stmt.iter, env)
    if goes_by_steps(kind):
        raise Driven(stmt)
    if isinstance(kind, Num):
        need_rows(stmt, stmt.iter, kind)
        inf.meanings[stmt] = Plain()
        return row_kind(kind)
    need_rows(stmt, stmt.iter, kind)
    inf.meanings[stmt] = Moves()
    return containers.element(kind)


def imported(module: str, attr: str | None, package: str | None) -> Kind:
    """The kind of what an import statement in a module of a package binds."""
    try:
        found = importlib.import_module(module, package)
    except ImportError:
        return Unknown()
    if attr is None:
        return Known(found)
    value = getattr(found, attr, None)
    if callable(value) or isinstance(value, types.ModuleType):
        return Known(value)
    return without_extents(entry.kind_of(value))  # type: ignore[no-any-return]
