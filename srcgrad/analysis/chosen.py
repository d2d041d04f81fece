"""Calls of one of several objects or functions: what each gives is known, which one is met is not.

    for layer in self.layers:      layer: OneOf(Dense, Dropout)
        x = layer(x)               Dense.__call__ and Dropout.__call__ are interpreted; x is what either gives

Which one it is is seen when it runs (`Dynamic`).
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import calls
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Kind, OneOf, Ref
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import ByCall, ByRule, Dynamic, Keywords, Plain, Result
from srcgrad.analysis.unknown import dynamic
from srcgrad.analysis.versions import join
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def call(inf: Inference, stmt: Any, kind: OneOf, func: Any, args: Any, keywords: Keywords, env: Env) -> Result:
    """`func(*args, **keywords)` where func is one of several."""

    def one(member: Kind) -> Result | None:
        if not isinstance(member, Ref):
            return calls.call(inf, stmt, member, func, args, keywords, env)
        found = class_attribute(member.site.type, "__call__")
        if isinstance(found, types.FunctionType):
            return call_function(inf, stmt, found, None, args, keywords, env, member)
        return None

    return joined(inf, stmt, kind, one, func, args, keywords, env)


def method(
    inf: Inference, stmt: Any, kind: OneOf, obj: ir.Atom, name: str, args: Any, keywords: Keywords, env: Env
) -> Result:
    """`obj.name(*args, **keywords)` where obj is one of several."""
    func = ir.Attr(obj, name)

    def one(member: Kind) -> Result | None:
        if not isinstance(member, Ref):
            return None
        held = member.site.items or {}
        if name in held:
            return calls.call(inf, stmt, held[name], func, args, keywords, env)
        found = class_attribute(member.site.type, name)
        if isinstance(found, types.FunctionType):
            return call_function(inf, stmt, found, None, args, keywords, env, member)
        if isinstance(found, staticmethod) and isinstance(found.__func__, types.FunctionType):
            return call_function(inf, stmt, found.__func__, None, args, keywords, env)
        return None

    return joined(inf, stmt, kind, one, func, args, keywords, env)


def joined(
    inf: Inference, stmt: Any, kind: OneOf, one: Callable[[Kind], Result | None], func: Any, args: Any,
    keywords: Keywords, env: Env,
) -> Result:  # fmt: skip
    """What any of them gives; unknown where that cannot be said of each."""
    results = each(inf, stmt, kind, one)
    if results is None:
        atoms = [*[a.value if isinstance(a, ir.Star) else a for a in args], *[a for _, a in keywords]]
        return dynamic(inf, func, args, keywords, kind, [inf.atom(a, env) for a in atoms])
    result = results[0][0]
    for other, _ in results[1:]:
        result = join(result, other)
    if all(isinstance(meaning, Plain) for _, meaning in results):
        return result, Plain()
    return result, Dynamic(func, tuple(args), keywords)


def each(inf: Inference, stmt: Any, kind: OneOf, one: Callable[[Kind], Result | None]) -> list[Result] | None:
    """What each of them gives; None where one gives what has to be seen when it runs."""
    results = []
    written: dict[Any, Any] = {}
    outer = inf.member
    try:
        for number, member in enumerate(kind.members):
            inf.member = number
            found = one(member)
            if found is None or not isinstance(found[1], (ByCall, ByRule, Dynamic, Plain)):
                return None
            results.append(found)
            written.update({memory.root(): memory for memory in inf.writes.pop(stmt, ())})
    except UnsupportedError:
        return None  # that one is refused if it is met
    finally:
        inf.member = outer
        if written:
            inf.writes[stmt] = list(written.values())
    return results
