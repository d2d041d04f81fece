"""Calls of one of several objects or functions: what each gives is known, which one is met is not.

    for layer in self.layers:      layer: OneOf(Dense, Dropout)
        x = layer(x)               Dense.__call__ and Dropout.__call__ are interpreted; x is what either gives

Which one it is is seen when it runs: each is differentiated by itself then (`ByChoice`), or, where what they do to
their arguments has to be seen first, resolved as if nothing had been known (`Dynamic`).
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import calls
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.interpret import call_function
from srcgrad.analysis.kinds import Kind, Known, OneOf, Ref
from srcgrad.analysis.lookups import class_attribute
from srcgrad.analysis.meaning import ByCall, ByChoice, ByRule, Choice, Dynamic, Keywords, Meaning, Moves, Plain, Result
from srcgrad.analysis.parameters import mode_of
from srcgrad.analysis.unknown import dynamic
from srcgrad.analysis.versions import join
from srcgrad.custom import CustomRule
from srcgrad.errors import UnsupportedError

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def call(inf: Inference, stmt: Any, kind: OneOf, func: Any, args: Any, keywords: Keywords, env: Env) -> Result:
    """`func(*args, **keywords)` where func is one of several."""

    def one(member: Kind) -> Result | None:
        if not isinstance(member, Ref) or member.site.type is functools.partial:
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
    return when_run(inf, stmt, func, args, keywords, (result, [meaning for _, meaning in results]), env)


def when_run(
    inf: Inference, stmt: Any, func: Any, args: Any, keywords: Keywords, seen: tuple[Kind, list[Meaning]], env: Env
) -> Result:
    """What a call gives of which it is known what it may do, but not of which function."""
    result, meanings = seen
    if all(isinstance(meaning, Plain) for meaning in meanings):
        return result, Plain()
    kinds, keyword_kinds = [inf.whole(a, env) for a in plain(args)], [inf.whole(value, env) for _, value in keywords]
    modes = "".join(mode_of(kind) for kind in kinds)
    keyword_modes = tuple((name, mode_of(kind)) for (name, _), kind in zip(keywords, keyword_kinds))
    starred = len(kinds) < len(args) or any(name is None for name, _ in keywords)
    if starred or inf.writes.get(stmt) or not all(fits(meaning, modes, keyword_modes) for meaning in meanings):
        return result, Dynamic(func, tuple(args), keywords)
    if isinstance(func, ir.Attr):
        modes = ("i" if is_active(inf.whole(func.obj, env)) else "-") + modes
        return result, ByChoice(
            Choice(func.name, True), None, (func.obj, *args), keywords, modes, keyword_modes, result
        )
    choice = Choice(getattr(func, "name", "function"))
    return result, ByChoice(choice, func, tuple(args), keywords, modes, keyword_modes, result)


def plain(args: Any) -> list[Any]:
    """The arguments that are not starred."""
    return [a for a in args if not isinstance(a, ir.Star)]


def fits(meaning: Meaning, modes: str, keyword_modes: Any) -> bool:
    """Whether adjoints of the arguments come back from one of several functions as from the others."""
    if not isinstance(meaning, ByCall) or type(meaning) is ByChoice:
        return isinstance(meaning, (ByRule, Plain, ByChoice, Moves))
    own = meaning.modes[len(meaning.modes) - len(modes) :]
    named = dict(keyword_modes)
    plain = type(meaning) is ByCall and not isinstance(meaning.function, CustomRule)
    return plain and own == modes and named == {name: mode for name, mode in meaning.keyword_modes if name in named}


def each(inf: Inference, stmt: Any, kind: OneOf, one: Callable[[Kind], Result | None]) -> list[Result] | None:
    """What each of them gives; None where one gives what has to be seen when it runs."""
    results = []
    written: dict[Any, Any] = {}
    outer = inf.member
    try:
        for number, member in enumerate(kind.members):
            inf.member = number
            found = one(member)
            made = isinstance(member, Known) and isinstance(member.value, type)
            if found is None or not (isinstance(found[1], (ByCall, ByRule, Dynamic, Plain)) or made):
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
