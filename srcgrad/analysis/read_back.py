"""Texts that values were written into may be shown, kept, compared and measured; reading numbers from them is refused.

    print(f"{loss:.3f}")                 fine
    cache[x.tobytes()] = y               fine: a key
    float(f"{x}")                        refused: the number would be taken for a constant
    float(re.findall(r"\\d+", text)[0])   refused: what is made of such a text is one too, or a number read from it

Where such a text was given to an object that cannot be seen (a buffer, a file), what is read from any may be it.
"""

from __future__ import annotations

import ast
import json
import pickle
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.containers import hashable
from srcgrad.analysis.escapes import LOOKS
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Tup, Unknown
from srcgrad.analysis.meaning import ByCall, Dynamic, Moves, Result
from srcgrad.analysis.texts import holds_text, made_of_text
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import lookup

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

READERS = {
    float, int, complex, np.float64, np.float32, np.array, np.asarray, np.fromstring, np.frombuffer, np.fromfile,
    np.loadtxt, np.genfromtxt, np.load, json.loads, json.load, pickle.loads, pickle.load, struct.unpack,
    ast.literal_eval,
}  # fmt: skip
ADVICE = "keep the number itself, not its digits"


def followed(inf: Inference, stmt: Any, expr: ir.Expr, env: Env, found: Result) -> Result:
    """What an operation gives: a text where one of its operands is, refused where that is read for a number."""
    result, meaning = found
    seen = any((key[0] if isinstance(key, tuple) else key) is stmt for key in inf.children)
    if seen or isinstance(meaning, ByCall) or not isinstance(expr, (ir.Prim, ir.Attr, ir.Item, *CALLS)):
        return found
    if isinstance(expr, ir.Prim) and expr.op in LOOKS:
        return found
    function = called(inf, expr, env)
    kinds = [inf.whole(a, env) for a in ir.operands(expr)]
    if function is print and any(name == "file" for name, _ in expr.keywords):  # type: ignore[union-attr]
        lose(inf)
    if not any(map(holds_text, kinds)):
        if function in READERS and inf.world.texts_lost and any(map(may_be_text, kinds)):
            raise UnsupportedError(f"{name_of(function)}() after values were written into a buffer or file", ADVICE)
        return found
    if isinstance(expr, CALLS) and isinstance(kinds[0], Unknown) and any(map(holds_text, kinds[1:])):
        lose(inf)
    number = isinstance(result, Num) and result.differentiable
    if isinstance(meaning, Dynamic):
        number = is_arithmetic(expr, kinds) or (function is not None and lookup(function) is not None)
    elif isinstance(meaning, Moves):
        number = False
    if number or function is int:
        what = "computing with a number read from" if function is None else f"{name_of(function)}() of"
        raise UnsupportedError(f"{what} a text that values were written into", ADVICE)
    return (result if isinstance(meaning, Moves) and not isinstance(result, Unknown) else made_of_text(result)), meaning


def is_arithmetic(expr: ir.Expr, kinds: list[Kind]) -> bool:
    """Whether an operator is no joining of texts, nor writing into one."""
    texts = ("add", "mod")
    return isinstance(expr, ir.Prim) and (expr.op not in texts or any(isinstance(kind, Num) for kind in kinds))


def returned(kind: Kind) -> None:
    """Refuse what may be a number read from a text as a result."""
    if isinstance(kind, Unknown) and kind.printed:
        raise UnsupportedError("returning what was made of a text that values were written into", ADVICE)
    for item in kind.items if isinstance(kind, Tup) else ():
        returned(item)


CALLS = (ir.Call, ir.CallMethod)


def called(inf: Inference, expr: ir.Expr, env: Env) -> Any:
    """The function that is called, where it is known."""
    function = None
    if isinstance(expr, ir.Call):
        kind = inf.whole(expr.func, env)
        function = kind.value if isinstance(kind, Known) else None
    elif isinstance(expr, ir.CallMethod):
        kind = inf.whole(expr.obj, env)
        function = getattr(kind.value, expr.name, None) if isinstance(kind, Known) else None
    return function if hashable(function) else None


def lose(inf: Inference) -> None:
    """Note that a text reached such an object."""
    if not inf.world.texts_lost:
        inf.world.texts_lost = True
        inf.world.heap += 1


def may_be_text(kind: Kind) -> bool:
    """Whether a value of which little is known may be a text, or a file to read one from."""
    return isinstance(kind, Unknown) or (isinstance(kind, Inert) and kind.type in (None, str, bytes))
