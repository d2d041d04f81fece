"""Attributes asked for by a function: `getattr`, `setattr`, and `super()`.

    getattr(layer, "w")      like layer.w where the name is known
    super().__call__(x)      the method of the next class in the order in which classes are searched
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Ref, Super, Unknown
from srcgrad.analysis.meaning import Dynamic, Meaning, Moves, Plain
from srcgrad.analysis.versions import escape, generalise, is_active, join

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Env, Inference

Result = tuple[Kind, Meaning]


def call(inf: Inference, stmt: Any, function: Any, args: Any, kinds: list[Kind], env: Env) -> Result | None:
    """A call of `getattr`, `setattr` or `super`; None for another function."""
    if any(isinstance(a, ir.Star) for a in args):
        return None
    if function is super:
        if len(args) == 2 and isinstance(kinds[0], Known) and isinstance(kinds[0].value, type):
            return Super(kinds[1], args[1], kinds[0].value), Moves()
        return None
    if function is getattr and len(args) in (2, 3):
        return get(inf, stmt, args, kinds, env)
    if function is setattr and len(args) == 3:
        return put(inf, stmt, args, kinds)
    return None


def get(inf: Inference, stmt: Any, args: Any, kinds: list[Kind], env: Env) -> Result:
    """`getattr(obj, name)`, `getattr(obj, name, default)`."""
    from srcgrad.analysis import resolve

    obj, name = kinds[0], kinds[1]
    if isinstance(name, Known) and isinstance(name.value, str):
        if len(args) == 2 or certain(obj, name.value):
            return resolve.attribute(inf, stmt, args[0], name.value, env)
    if not any(is_active(k) for k in kinds):
        return Unknown(), Plain()
    if isinstance(obj, Ref) and len(args) == 2 and obj.site.items is not None and isinstance(name, (Inert, Known)):
        held = [generalise(k) for k in obj.site.items.values()]
        if held and all(isinstance(k, Num) for k in held) and not_methods(obj.site.type):
            result = held[0]
            for kind in held[1:]:
                result = join(result, kind)
            return result, Dynamic(getattr, tuple(args))
    for kind in kinds:
        escape(kind)
    return Unknown(True), Dynamic(getattr, tuple(args))


def not_methods(cls: type) -> bool:
    """Whether a class has nothing of its own that an attribute's name could mean instead."""
    return all(name.startswith("__") for base in cls.__mro__[:-1] for name in vars(base))


def certain(obj: Kind, name: str) -> bool:
    """Whether an object is known to have an attribute."""
    from srcgrad.analysis.resolve import class_attribute

    if isinstance(obj, Ref):
        found = obj.site.items is not None and name in obj.site.items and obj.site.value is not None
        return found or class_attribute(obj.site.type, name) is not None
    return isinstance(obj, Known) and hasattr(obj.value, name)


def put(inf: Inference, stmt: Any, args: Any, kinds: list[Kind]) -> Result:
    """`setattr(obj, name, value)`: which attribute is seen when it runs."""
    from srcgrad.analysis.containers import held_in

    obj, name, value = kinds
    inf.mutates = True
    if isinstance(obj, Ref):
        known = isinstance(name, Known)
        if not known and obj.site.items is not None:
            for key in obj.site.items:
                held_in(inf, obj.site, value, key)
        held_in(inf, obj.site, value, name.value if isinstance(name, Known) else None)
    if not any(is_active(k) for k in kinds):
        return Known(None), Plain()
    if not isinstance(obj, Ref):
        inf.world.opaque = True
    return Known(None), Dynamic(setattr, tuple(args))


def behind(kind: Super, name: str) -> Any:
    """The class attribute that `super().name` finds, or None."""
    from srcgrad.analysis.resolve import class_attribute

    cls = kind.obj.site.type if isinstance(kind.obj, Ref) else getattr(kind.obj, "value", None)
    if not isinstance(cls, type) or kind.after not in cls.__mro__:
        return None
    order = cls.__mro__
    for base in order[order.index(kind.after) + 1 :]:
        if name in base.__dict__:
            return class_attribute(base, name)
    return None
