"""How the arguments of a call meet the parameters of a function, and how their adjoints come back."""

from __future__ import annotations

import inspect
from typing import Any

from srcgrad import ir
from srcgrad.analysis import containers, entry
from srcgrad.analysis.activity import generalise, is_active
from srcgrad.analysis.kinds import Kind, Num, Ref, Site, Tup, Unknown
from srcgrad.analysis.meaning import Keywords


def passing_modes(
    program: ir.Function, args: Any, kinds: list[Kind], keywords: Keywords, keyword_kinds: list[Kind]
) -> tuple[str, tuple[tuple[str | None, str], ...]]:
    """How each argument's adjoint comes back: 'v' returned, 'i' by identity, '-' not at all.

    Only a number that is a parameter of its own has an adjoint to return: what lands in `*args` or `**options`, or
    after a starred argument, is part of a structure.
    """
    own = sum(p.kind in ("pos", "posonly") for p in program.params)
    named = {p.name for p in program.params if p.kind in ("pos", "kwonly")}
    starred = ir.has_stars(args, keywords)

    modes = "".join(mode_of(kind, position < own and not starred) for position, kind in enumerate(kinds))
    by_name = [mode_of(kind, name in named and not starred) for (name, _), kind in zip(keywords, keyword_kinds)]
    return modes, tuple(zip([name for name, _ in keywords], by_name))


def mode_of(kind: Kind, alone: bool = True) -> str:
    """How the adjoint of an argument comes back; `alone`: it is a parameter of its own."""
    if not is_active(kind):
        return "-"
    return "v" if isinstance(kind, Num) and alone else "i"


def bind_params(
    program: ir.Function, signature: Any, args: Any, kinds: list[Kind], keywords: Keywords, keyword_kinds: list[Kind],
    memo: dict[Any, Any],
) -> dict[str, Kind] | None:  # fmt: skip
    """The kinds of a function's parameters for a call; None where that cannot be said."""
    if any(isinstance(a, ir.Star) and not isinstance(containers.as_tuple(k), Tup) for a, k in zip(args, kinds)):
        return None
    named: dict[str, Kind] = {}
    for (name, _), kind in zip(keywords, keyword_kinds):
        options = {name: kind} if name is not None else options_of(kind)
        if options is None:
            return None
        named.update(options)
    flat: list[Kind] = []
    for atom, kind in zip(args, kinds):
        kind = containers.as_tuple(kind) if isinstance(atom, ir.Star) else kind
        flat.extend(kind.items if isinstance(atom, ir.Star) and isinstance(kind, Tup) else [kind])
    params: dict[str, Kind] = {}
    with_default = [p for p in program.params if p.has_default]
    for param in program.params:
        if param.kind == "var":
            params[param.name] = Tup(tuple(generalise(k) for k in flat))
            flat = []
        elif param.kind == "varkw":
            params[param.name] = Ref(Site(dict, {k: generalise(v) for k, v in named.items()}))
            named = {}
        elif param.kind in ("pos", "posonly") and flat:
            params[param.name] = flat.pop(0)
        elif param.name in named:
            params[param.name] = named.pop(param.name)
        elif isinstance(signature, inspect.Signature) and param.name in signature.parameters:
            default = signature.parameters[param.name].default
            if default is inspect.Parameter.empty:
                return None
            params[param.name] = entry.kind_of(default, False, memo)
        elif param.has_default and isinstance(signature, tuple) and len(signature) == len(with_default):
            params[param.name] = signature[with_default.index(param)]
        elif param.has_default:
            params[param.name] = Unknown(True)  # nothing is known of the default
        else:
            return None
    return None if flat or named else params


def options_of(kind: Kind) -> dict[str, Kind] | None:
    """What a dict holds that is spread into keywords, by name; None where that cannot be said."""
    if not isinstance(kind, Ref) or kind.site.type is not dict or kind.site.mutated or kind.site.escaped:
        return None
    items = kind.site.items
    return items if items is not None and all(isinstance(key, str) for key in items) else None
