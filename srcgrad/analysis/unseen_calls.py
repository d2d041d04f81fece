"""Functions of the user's that Python calls where no call is written: `sorted(key=f)`, `__len__`, `__bool__` ...

What they give has no derivative, and they run as they are.  One that keeps a value which depends on the input, for
somebody to find, is refused: where the value comes from would not be seen.

    min(points, key=lambda p: p.energy)       energy: a cached property
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.containers import element
from srcgrad.analysis.entry import is_user_class
from srcgrad.analysis.interpret import interpret
from srcgrad.analysis.kinds import Closure, Inert, Kind, Known, Method, Num, OneOf, Ref, Tup
from srcgrad.analysis.lookups import stored
from srcgrad.analysis.meaning import Dynamic
from srcgrad.analysis.stores import setitem
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

Called = tuple[str, Any, list[Kind]]

UNSEEN = "called by Python itself"
TRUTH = ("__bool__", "__len__")
REPR = ("__repr__",)
TEXT = ("__str__", *REPR)
FORMAT = ("__format__", *TEXT)
# by builtin: what it calls of its arguments, and of what these hold
OF_ARGUMENTS: dict[Any, tuple[str, ...]] = {
    len: ("__len__",), bool: TRUTH, str: TEXT, repr: REPR, print: TEXT, format: FORMAT, hash: ("__hash__",),
    int: ("__int__", "__index__"), round: ("__round__",),
}  # fmt: skip
OF_ITEMS: dict[Any, tuple[str, ...]] = {
    any: TRUTH, all: TRUTH, max: ("__gt__", "__lt__"), min: ("__lt__", "__gt__"), sorted: ("__lt__", "__gt__"),
}  # fmt: skip
OF_BISECT = frozenset({"insort", "insort_left", "insort_right", "bisect", "bisect_left", "bisect_right"})
OF_LISTS = {"index": ("__eq__",), "count": ("__eq__",), "remove": ("__eq__",), "sort": ("__lt__", "__gt__")}
COMPARED = {"lt", "le", "gt", "ge", "eq", "ne"}
KEEPING = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "appendleft", "extendleft", "push"})


def check(inf: Inference, stmt: Any, expr: ir.Expr, env: Env) -> None:
    """Refuse what an expression calls unseen, where that keeps values that depend on the input."""
    match expr:
        case ir.Prim(op="mod", args=args):
            text, *kinds = (inf.atom(a, env) for a in args)
            if isinstance(text, Known) and isinstance(text.value, str):
                parts = [part for kind in kinds for part in (kind.items if isinstance(kind, Tup) else (kind,))]
                check_each(inf, stmt, (found for part in parts for found in of_object(part, TEXT)))
        case ir.Prim(op=op, args=args) if op in COMPARED or op in ("in_", "not_in", "not_"):
            check_each(inf, stmt, of_operator(op, [inf.whole(a, env) for a in args]))
        case ir.Format():
            kinds = [inf.whole(a, env) for a in ir.operands(expr)]
            check_each(inf, stmt, (found for kind in kinds for found in of_object(kind, FORMAT)))
        case ir.Item(index=index):
            check_each(inf, stmt, of_object(inf.whole(index, env), ("__index__",)))
        case ir.Build(kind="set", items=items):
            kinds = [inf.whole(a, env) for a in items if not isinstance(a, ir.Star)]
            check_each(inf, stmt, (found for kind in kinds for found in of_object(kind, ("__hash__",))))
        case ir.BuildDict(items=pairs):
            kinds = [inf.whole(key, env) for key, _ in pairs if key is not None]
            check_each(inf, stmt, (found for kind in kinds for found in of_object(kind, ("__hash__",))))
        case ir.Call(func=func, args=args, keywords=keywords):
            kind = inf.whole(func, env)
            if isinstance(kind, Known) and isinstance(kind.value, (types.BuiltinFunctionType, type)):
                kinds = [inf.whole(a.value if isinstance(a, ir.Star) else a, env) for a in args]
                check_each(inf, stmt, of_builtin(inf, kind.value, kinds, dict(keywords), env))
        case ir.CallMethod(obj=ir.Const(value=str()), name="format", args=args, keywords=keywords):
            kinds = [inf.whole(a, env) for a in (*args, *(v for _, v in keywords)) if not isinstance(a, ir.Star)]
            check_each(inf, stmt, (found for kind in kinds for found in of_object(kind, FORMAT)))
        case ir.CallMethod(obj=ir.Global(), name=name, args=args) if name in OF_BISECT:
            place, *given = [inf.whole(a, env) for a in args if not isinstance(a, ir.Star)] or [Known(None)]
            check_each(inf, stmt, (found for kind in given for found in of_object(kind, ("__lt__",), element(place))))
        case ir.CallMethod(obj=obj, name=name, keywords=keywords) if name in OF_LISTS:
            kind = inf.whole(obj, env)
            if isinstance(kind, Ref) and kind.site.type is list:
                check_each(inf, stmt, of_list(inf, name, kind, dict(keywords), env))


def of_truth(inf: Inference, stmt: Any, kind: Kind) -> None:
    """The same for the test of an `if` or a `while`."""
    check_each(inf, stmt, of_object(kind, TRUTH))


# ------------------------------------------------------------------------------------------------- what is called


def of_object(kind: Kind, names: tuple[str, ...], *others: Kind) -> Iterator[Called]:
    """The first of these methods that the class of an object has."""
    for member in kind.members if isinstance(kind, OneOf) else (kind,):
        if isinstance(member, Ref) and is_user_class(member.site.type):
            for name in names:
                found = stored(member.site.type, name)
                if isinstance(found, types.FunctionType):
                    given = (Inert(str),) if name == "__format__" else others
                    yield name, found, [member, *given]
                    break


def of_operator(op: str, kinds: list[Kind]) -> Iterator[Called]:
    if op == "not_":
        yield from of_object(kinds[0], TRUTH)
    elif op in ("in_", "not_in"):
        yield from of_object(kinds[1], ("__contains__",), kinds[0])
        yield from of_object(kinds[0], ("__eq__",), element(kinds[1]))
    else:
        left, right = kinds
        names = (f"__{op}__", "__eq__") if op == "ne" else (f"__{op}__",)
        yield from of_object(left, names, right)
        yield from of_object(right, names, left)
        if all(isinstance(kind, Tup) or (isinstance(kind, Ref) and kind.site.type is list) for kind in kinds):
            yield from of_object(element(left), names, element(right))


def of_builtin(
    inf: Inference, function: Any, kinds: list[Kind], keywords: dict[Any, ir.Atom], env: Env
) -> Iterator[Called]:
    try:
        own, items = OF_ARGUMENTS.get(function, ()), OF_ITEMS.get(function, ())
    except TypeError:  # not hashable
        return
    if own:
        for kind in kinds:
            yield from of_object(kind, own)
    if items and kinds:
        found = element(kinds[0]) if len(kinds) == 1 else kinds[0]
        if "key" in keywords:
            yield from of_key(inf.whole(keywords["key"], env), found)
        else:
            yield from of_object(found, items, *(() if items is TRUTH else (found,)))
    if function is hasattr and len(kinds) == 2 and isinstance(kinds[1], Known) and isinstance(kinds[0], Ref):
        name = kinds[1].value
        getter = stored(kinds[0].site.type, name) if isinstance(name, str) else None
        get = getter.fget if isinstance(getter, property) else getattr(getter, "func", None)
        if isinstance(get, types.FunctionType):
            yield name, None if isinstance(getter, functools.cached_property) else get, [kinds[0]]


def of_list(inf: Inference, name: str, kind: Ref, keywords: dict[Any, ir.Atom], env: Env) -> Iterator[Called]:
    item = element(kind)
    if "key" in keywords:
        yield from of_key(inf.whole(keywords["key"], env), item)
    else:
        yield from of_object(item, OF_LISTS[name], item)


def of_key(function: Kind, item: Kind) -> Iterator[Called]:
    """A function that is called with each item."""
    if isinstance(function, Known) and isinstance(function.value, types.FunctionType):
        yield "key", function.value, [item]
    elif isinstance(function, Closure):
        yield "key", function, [item]
    elif isinstance(function, Method) and isinstance(function.function, types.FunctionType):
        yield "key", function.function, [function.obj, item]
    elif isinstance(function, Ref):
        for name, found, _ in of_object(function, ("__call__",)):
            yield name, found, [function, item]
    elif isinstance(item, Ref) and is_user_class(item.site.type):
        # an attrgetter, maybe: it may ask for any property
        for cls in item.site.type.__mro__:
            for found in vars(cls).values():
                if isinstance(found, property) and isinstance(found.fget, types.FunctionType):
                    yield "key", found.fget, [item]


# ------------------------------------------------------------------------------------------- whether that is refused


def check_each(inf: Inference, stmt: Any, called: Iterator[Called]) -> None:
    for number, (name, function, kinds) in enumerate(called):
        if any(map(is_active, kinds)) or is_active(function if isinstance(function, Closure) else Known(None)):
            if function is None or keeps_values(inf, (stmt, "unseen", number), function, kinds):
                what = f"{name}, which keeps values that depend on the input, {UNSEEN},"
                advice = "call it before, where its result is not a key or a truth value, or keep nothing in it"
                raise UnsupportedError(what, advice)


def keeps_values(inf: Inference, place: Any, function: Any, kinds: list[Kind]) -> bool:
    """Whether a function keeps active values where others find them."""
    captures = function.captured if isinstance(function, Closure) else ()
    try:
        _, child = interpret(inf, place, function, (ir.Const(None),) * len(kinds), kinds, (), [], captures)
    except UnsupportedError as error:
        return UNSEEN in error.construct
    return child is not None and keeps(child, set(), set())


def keeps(child: Inference, own: set[int], seen: set[int]) -> bool:
    """Whether what was interpreted keeps active values in anything but the objects of `own`, or those that it makes."""
    if id(child) in seen:
        return False
    seen.add(id(child))
    own = own | {id(site) for site in child.sites.values()}
    held = [version.kind for version in (*child.entry.values(), *child.free.values())]
    given = {id(kind.memory.root()) for kind in held if isinstance(kind, Num) and kind.memory is not None}
    for stmt in ir.walk(child.function.body):
        if stores_outside(child, stmt, own, given):
            return True
    return any(keeps(inner, own, seen) for inner in child.children.values())


def stores_outside(child: Inference, stmt: Any, own: set[int], given: set[int]) -> bool:
    """Whether a statement puts an active value into something that was there before."""

    def kind_of(atom: Any) -> Kind | None:
        if isinstance(atom, ir.Global):
            return child.global_kind(atom.name)
        version = child.reads.get(stmt, {}).get(getattr(atom, "name", ""))
        return None if version is None else version.kind

    def outside(atom: Any) -> bool:
        kind = kind_of(atom)
        if isinstance(kind, Num):
            return kind.memory is not None and id(kind.memory.root()) in given
        return not isinstance(kind, Tup) and not (isinstance(kind, Ref) and id(kind.site) in own)

    def active(atom: Any) -> bool:
        kind = kind_of(atom)
        return kind is not None and is_active(kind)

    match stmt:
        case ir.StoreCell(name=name, value=value):
            return name in child.function.free and active(value)
        case ir.StoreAttr(obj=obj, value=value) | ir.StoreItem(obj=obj, value=value):
            return active(value) and outside(obj)
        case ir.Let(value=ir.Attr(obj=obj, name=name)):
            kind = kind_of(obj)
            cached = isinstance(kind, Ref) and isinstance(stored(kind.site.type, name), functools.cached_property)
            return cached and outside(obj) and isinstance(child.meanings.get(stmt), Dynamic)
        case (
            ir.Let(value=ir.CallMethod(obj=obj, name=name, args=args))
            | ir.Effect(value=ir.CallMethod(obj=obj, name=name, args=args))
        ):
            return name in KEEPING and any(map(active, args)) and outside(obj)
        case ir.Let(value=ir.Call()) | ir.Effect(value=ir.Call()):
            meaning = child.meanings.get(stmt)
            return isinstance(meaning, Dynamic) and meaning.func in (setattr, setitem) and active(meaning.args[-1])
    return False
