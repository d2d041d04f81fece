"""Attributes asked for by a function: `getattr`, `setattr`, `super()`, `dataclasses.replace`.

Where the name is a literal, nothing is left to the run:

    getattr(layer, "w")      like layer.w where the name is known
    super().__call__(x)      the method of the next class in the order in which classes are searched
"""

from __future__ import annotations

import dataclasses
import operator
import types
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import access, interpret
from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.containers import active_operands, held_in
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Ref, Site, Super, Unknown
from srcgrad.analysis.lookups import class_attribute, own_setattr
from srcgrad.analysis.meaning import Dynamic, Moves, Plain, Result
from srcgrad.analysis.versions import join

ARITHMETIC = {"add", "sub", "mul", "truediv", "pow", "neg", "matmul"}

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def call(inf: Inference, stmt: Any, function: Any, args: Any, kinds: list[Kind], env: Env) -> Result | None:
    """A call of `getattr`, `setattr`, `super` or `operator.getitem`; None for another function."""
    if any(isinstance(a, ir.Star) for a in args):
        return None
    if function is super:
        if len(args) == 2 and isinstance(kinds[0], Known) and isinstance(kinds[0].value, type):
            return Super(kinds[1], args[1], kinds[0].value), Moves()
        return None
    if function is getattr and len(args) in (2, 3):
        return get(inf, stmt, args, kinds, env)
    if function is operator.getitem and len(args) == 2:
        return access.item(inf, stmt, args[0], args[1], env)
    own = own_setattr(kinds[0].site.type) if function is setattr and isinstance(kinds[0], Ref) else None
    if own is not None:
        return interpret.call_function(inf, stmt, own, None, args, (), env)
    if function in (setattr, object.__setattr__) and len(args) == 3:
        return put(inf, function, args, kinds)
    return None


def get(inf: Inference, stmt: Any, args: Any, kinds: list[Kind], env: Env) -> Result:
    """`getattr(obj, name)`, `getattr(obj, name, default)`."""
    obj, name = kinds[0], kinds[1]
    if isinstance(name, Known) and isinstance(name.value, str):
        if len(args) == 2 or certain(obj, name.value):
            return access.attribute(inf, stmt, args[0], name.value, env)
    if not any(is_active(k) for k in kinds):
        for kind in kinds:
            escape(kind)  # what is found may be a method, or a part, by which the object is changed
        return Unknown(), Plain()
    if isinstance(obj, Ref) and len(args) == 2 and obj.site.items is not None and isinstance(name, (Inert, Known)):
        held = [generalise(k) for k in obj.site.items.values()]
        methods = computed_with(inf, stmt)
        if held and all(isinstance(k, Num) for k in held) and only_held(obj.site.type, methods):
            result = held[0]
            for kind in held[1:]:
                result = join(result, kind)
            return result, Moves()
    for kind in kinds:
        escape(kind)
    return Unknown(True), Dynamic(getattr, tuple(args))


def only_held(cls: type, methods: bool) -> bool:
    """Whether an attribute's name can mean nothing of a class's own; but maybe its `methods`."""
    names = [(name, value) for base in cls.__mro__[:-1] for name, value in vars(base).items()]
    if any(name in ("__getattr__", "__getattribute__", "__slots__") for name, _ in names):
        return False
    return all(name.startswith("__") or (methods and isinstance(value, types.FunctionType)) for name, value in names)


def computed_with(inf: Inference, stmt: Any) -> bool:
    """Whether all that is done with a statement's result wants numbers, so that a method raises what it would raise."""
    if not isinstance(stmt, ir.Let) or stmt.target in inf.function.captured | inf.function.shared:
        return False
    readers = [s for s in ir.walk(inf.function.body) if ir.Var(stmt.target) in ir.all_operands(s)]
    return all(isinstance(s, ir.Let) and isinstance(s.value, ir.Prim) and s.value.op in ARITHMETIC for s in readers)


def certain(obj: Kind, name: str) -> bool:
    """Whether an object is known to have an attribute: what a class computes may raise AttributeError."""
    if isinstance(obj, Ref):
        found = obj.site.items is not None and name in obj.site.items and obj.site.value is not None
        own = class_attribute(obj.site.type, name)
        computed = hasattr(type(own), "__get__") and not isinstance(own, types.FunctionType)
        return found or (own is not None and not computed)
    return isinstance(obj, Known) and hasattr(obj.value, name)


def put(inf: Inference, function: Any, args: Any, kinds: list[Kind]) -> Result:
    """`setattr(obj, name, value)`, `object.__setattr__(obj, name, value)`: which attribute is seen when it runs."""
    obj, name, value = kinds
    inf.mutates = True
    inf.world.sets_outside |= isinstance(obj, Known)
    if isinstance(obj, Ref):
        if isinstance(name, Known):
            held_in(inf, obj.site, value, name.value)
        else:
            held_in(inf, obj.site, value)
            escape(obj)
    if not any(is_active(k) for k in kinds):
        return Known(None), Plain()
    if not isinstance(obj, Ref):
        inf.world.opaque = True
    if function is object.__setattr__ and isinstance(obj, Ref) and isinstance(name, Known):
        return Known(None), Moves((args[2],))
    return Known(None), Dynamic(function, tuple(args))


def replaced(
    inf: Inference, stmt: Any, kinds: list[Kind], keywords: Any, keyword_kinds: list[Kind], env: Env
) -> Result | None:
    """`dataclasses.replace(obj, **changes)`: a new object with the same fields but those changed."""
    obj = kinds[0] if len(kinds) == 1 else None
    if not isinstance(obj, Ref) or not dataclasses.is_dataclass(obj.site.type):
        return None
    if hasattr(obj.site.type, "__post_init__"):
        return None
    if obj.site.items is None or isinstance(obj.site.elem, Unknown) or any(name is None for name, _ in keywords):
        return None
    site = inf.sites.setdefault(stmt, Site(obj.site.type, {}))
    changed = {name: kind for (name, _), kind in zip(keywords, keyword_kinds)}
    for name, kind in (obj.site.items | changed).items():
        held_in(inf, site, kind, name)
    return Ref(site), Moves(active_operands(inf, [a for _, a in keywords], env))
