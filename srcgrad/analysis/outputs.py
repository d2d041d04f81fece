"""Calls that write their result into an array: `out=`, and `where=` of ufuncs.

np.multiply(a, b, out=u)                 Fills: the rule of multiply; all of u is what it gives
np.divide(a, b, out=u, where=b > 0)      Fills: where the mask holds; elsewhere u is what it was
y = np.log(x, where=x > 0)               Fills without an array: elsewhere y is nothing that depends on x
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import flows, is_active, lit
from srcgrad.analysis.kinds import Kind, Known, Num, Ref, Tup
from srcgrad.analysis.meaning import ByRule, Dynamic, Fills, Keywords, Meaning, Plain, Result
from srcgrad.analysis.memory import at
from srcgrad.analysis.ruled import refuse_real
from srcgrad.analysis.stores import writes_into
from srcgrad.analysis.versions import Version
from srcgrad.errors import UnsupportedError
from srcgrad.rules.fourier import LEAVES_OUT
from srcgrad.rules.language import Rule
from srcgrad.rules.positional import named, positional
from srcgrad.rules.table import is_ufunc

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference


def split_outputs(
    inf: Inference, rule: Rule | None, function: Any, args: Any, keywords: Keywords, env: Env, before: int = 0
) -> tuple[tuple[Any, ...], Keywords, Any, Any]:
    """The arguments without `out` and a ufunc's `where`, and these two (None where they are not given).

    before   how many arguments stand before `args`: 1 where these are a method's
    rule     None for a function without derivative
    """
    args, keywords = named(rule, function, args, keywords, before)
    out = where = None
    rest = []
    own = set() if rule is None else {p.name for p in rule.params}
    for name, atom in keywords:
        if name == "out" and name not in own:
            out = atom
        elif name == "where" and name not in own and is_ufunc(function):
            where = None if inf.atom(atom, env) == Known(True) else atom
        else:
            rest.append((name, atom))
    if isinstance(function, np.ufunc) and function.nout == 1 and len(args) == function.nin + 1:
        args, out = args[:-1], args[-1]
    if out is not None and isinstance(inf.atom(out, env), Tup):
        out = only_item(inf, out)
    if out is not None and (inf.atom(out, env) == Known(None) or (rule is not None and function in LEAVES_OUT)):
        out = None
    return args, tuple(rest), out, where


def may_write(
    function: Any, args: Any, kinds: list[Kind], keywords: Keywords, keyword_kinds: list[Kind], before: int = 0
) -> bool:
    """Whether a call with `*args` or `**keywords` may write into an array, which may be among these.

    before   how many arguments stand before `args`: 1 where these are a method's
    """
    for (name, _), kind in zip(keywords, keyword_kinds):
        if name == "out" and kind != Known(None):
            return True
        if name is None:
            items = kind.site.items if isinstance(kind, Ref) and kind.site.elem is None else None
            if items is None or "out" in items:
                return True
    counts = [items_of(kind) if isinstance(arg, ir.Star) else 1 for arg, kind in zip(args, kinds)]
    names = ("",) * function.nin + ("out",) if isinstance(function, np.ufunc) else positional(function)[before:]
    return "out" in names and (None in counts or sum(map(int, counts)) > names.index("out"))  # type: ignore[arg-type]


def items_of(kind: Kind) -> int | None:
    """How many items a sequence has, where that is known."""
    if isinstance(kind, Tup):
        return len(kind.items)
    if isinstance(kind, Ref) and kind.site.items is not None and kind.site.elem is None:
        return len(kind.site.items)
    return None


def only_item(inf: Inference, display: Any) -> Any:
    """The array in `out=(u,)`."""
    for stmt in ir.walk(inf.function.body):
        if isinstance(stmt, ir.Let) and ir.Var(stmt.target) == display and isinstance(stmt.value, ir.Build):
            if len(stmt.value.items) == 1 and not isinstance(stmt.value.items[0], ir.Star):
                return stmt.value.items[0]
    return display


def into(inf: Inference, stmt: Any, found: Result, out: Any, where: Any, env: Env) -> Result:
    """The meaning of a call that writes its result, which without that would mean `found`, into `out`."""
    result, meaning = found
    if where is not None and is_active(inf.atom(where, env)):
        raise UnsupportedError("where= with a mask that depends on the input", "compute the mask apart")
    if out is None:
        return result, Fills(meaning, None, where) if isinstance(meaning, ByRule) else meaning
    kind = inf.atom(out, env)
    if not isinstance(kind, Num):
        if is_active(result) or is_active(kind):
            raise UnsupportedError("out= that is no array of known kind", "pass an array, or assign the result")
        inf.writes_arrays = inf.mutates = True
        return at(result, None), Plain()
    inf.writes.pop(stmt, None)
    writes_into(inf, stmt, kind, result)
    array = lit(kind)
    if not isinstance(array, Num) or not (flows(array) and array.differentiable):
        return array, Plain()
    return array, filled(inf, stmt, meaning, array, out, where)


def filled(inf: Inference, stmt: Any, meaning: Meaning, kind: Num, out: ir.Atom, where: Any) -> Fills:
    """What writing all of an active array means."""
    if isinstance(meaning, Dynamic):
        raise UnsupportedError("out= with operands of unknown kind", "assign the result instead of passing out=")
    if isinstance(stmt, ir.Effect):
        scope = inf.scope[-1] if inf.scope else None
        name = f"{getattr(out, 'name', 'array')}.new"
        written = inf.marked.setdefault((stmt, "new"), Version(name, scope, stmt, "written"))
        written.kind = kind
        inf.defs[stmt] = {name: written}
    use = replace(meaning, result=kind) if isinstance(meaning, ByRule) else None
    if use is not None and not use.rule.real:
        refuse_real(use.rule, use.kinds, kind.dtype)
    return Fills(use, out, where)
