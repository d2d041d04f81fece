"""`functools.partial`: which function it calls, and with what in front of the arguments.

    spring = functools.partial(energy, k)      an object that holds `energy`, `k`
    e = spring(x)                              energy(k, x)

Which object it is is seen when it runs, as for one of several functions.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis import calls, chosen, containers
from srcgrad.analysis.kinds import Kind, Ref, Site, Tup
from srcgrad.analysis.meaning import Keywords, Result
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def make(inf: Inference, stmt: Any, kinds: list[Kind], names: list[str]) -> Kind:
    """The kind of `functools.partial(*kinds)`, the last of them by these names."""
    site = inf.sites.setdefault(stmt, Site(functools.partial, {}))
    own = len(kinds) - len(names)
    containers.held_in(inf, site, kinds[0], "func")
    containers.held_in(inf, site, Tup(tuple(kinds[1:own])), "args")
    for name, kind in zip(names, kinds[own:]):
        containers.held_in(inf, site, kind, (name,))
    return Ref(site)


def call(
    inf: Inference, stmt: Any, site: Site, func: Any, args: Any, keywords: Keywords, env: Env
) -> Result | None:  # fmt: skip
    """What a call of such an object gives; None where it is forgotten what it holds."""
    held = site.items or {}
    given = held.get("args")
    if not isinstance(given, Tup):
        return None
    inner = dict(env)

    def atom(number: int, kind: Kind) -> ir.Atom:
        # no variable of the program: one that stands for what the object holds
        name = f"held {number}"
        inner[name] = Version(name, None, stmt, "after", kind=kind)
        return ir.Var(name)

    before = tuple(atom(number, kind) for number, kind in enumerate(given.items))
    own = {key[0]: kind for key, kind in held.items() if isinstance(key, tuple)}
    named = {name: atom(len(before) + number, kind) for number, (name, kind) in enumerate(own.items())}
    named.update(keywords)
    result, meaning = calls.call(inf, stmt, held["func"], func, (*before, *args), tuple(named.items()), inner)
    return chosen.when_run(inf, stmt, func, args, keywords, (result, [meaning]), env)
