"""Arms that are never taken, because of what types values have.

    def __mul__(self, other):                          with a number as `other` this is
        if isinstance(other, Quaternion):
            return Quaternion(self.w * other.w, ...)
        return Quaternion(self.w * other, ...)         return Quaternion(self.w * other, ...)

What such an arm does with the value may have no meaning at all, so it is not interpreted; and the text has no trace of
it.  What decides is `isinstance` and `is None`: a kind says of which type a value is, and calls are checked for that.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from abc import ABCMeta
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.kinds import Kind, Known, Num, OneOf, Ref, Tup
from srcgrad.analysis.meaning import Moves
from srcgrad.analysis.rewrite import block_of

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

NUMBERS: tuple[type, ...] = (bool, int, float, complex)
SCALARS: tuple[type, ...] = tuple(
    {np.dtype(code).type for code in np.typecodes["AllInteger"] + np.typecodes["AllFloat"]}
)
BOXES: dict[str | None, tuple[type, ...]] = {
    "py": NUMBERS,
    "np": SCALARS,
    "scalar": (*NUMBERS, *SCALARS),
    "array": (np.ndarray,),
}
BOXES[None] = (*BOXES["scalar"], np.ndarray)


def instance_test(kind: Kind, cls: Kind) -> bool | None:
    """What `isinstance` says of every value of a kind; None where that is seen when it runs."""
    wanted = classes(cls)
    found = types_of(kind)
    if wanted is None or found is None or any(one.__module__.startswith("cupy") for one in wanted):
        return None
    try:
        verdicts = {issubclass(one, wanted) or (None if disguised(one) else False) for one in found}
    except TypeError:
        return None
    return verdicts.pop() if len(verdicts) == 1 else None


def disguised(cls: type) -> bool:
    """Whether objects of a class say themselves of which class they are."""
    return "__class__" in cls.__dict__


def outcome(op: str, kinds: list[Kind]) -> bool | None:
    """What `not` of a known truth value, or `is` with something that there is only one of, gives; else None."""
    if op == "not_":
        known = kinds[0].value if isinstance(kinds[0], Known) else None
        return not known if isinstance(known, bool) else None
    if op not in ("is_", "is_not") or not any(isinstance(kind, Known) and single(kind.value) for kind in kinds):
        return None
    one, other = kinds
    if isinstance(one, Known) and isinstance(other, Known):
        same = one.value is other.value
    elif isinstance(one, (Num, Ref)) or isinstance(other, (Num, Ref)):
        held = one if isinstance(one, (Num, Ref)) else other
        if held.maybe_none:  # type: ignore[union-attr]
            return None
        same = False
    else:
        return None
    return same is (op == "is_")


def single(value: Any) -> bool:
    """Whether a value is the only one of its type that a program has: None, and markers for what is not given."""
    return value is None or value is dataclasses.MISSING


def lacks(kind: Num, name: str) -> bool:
    """Whether no number or array of a kind has an attribute: asking for it raises, as it does in plain Python."""
    found = () if kind.box is None and "cupy" in sys.modules else types_of(kind) or ()
    return bool(found) and not any(hasattr(one, name) for one in found)


def classes(kind: Kind) -> tuple[type, ...] | None:
    """The classes that `isinstance` asks for; None where they are not known, or answer for themselves."""
    value = kind.value if isinstance(kind, Known) else None
    if isinstance(kind, Tup) or isinstance(value, tuple):
        found: tuple[type, ...] = ()
        for item in kind.items if isinstance(kind, Tup) else map(Known, value or ()):
            part = classes(item)
            if part is None:
                return None
            found += part
        return found
    if isinstance(value, type) and type(value).__instancecheck__ in (type.__instancecheck__, ABCMeta.__instancecheck__):
        return (value,)
    return None


def types_of(kind: Kind) -> tuple[type, ...] | None:
    """The types that a value of a kind may have."""
    none = (types.NoneType,)
    match kind:
        case Known(value=value):
            return (type(value),)
        case Tup(type=cls):
            return (cls, *none)  # of what may also be None the kind is the same
        case Ref(site=site):
            return (site.type, *none) if kind.maybe_none else (site.type,)
        case OneOf(members=members):
            each = [types_of(member) for member in members]
            return None if None in each else tuple({one: None for found in each for one in found or ()})
        case Num(box=box) if box in BOXES:
            found = BOXES[box]
            if kind.dtype is not None and box in ("py", "np"):
                found = tuple(one for one in found if np.dtype(one) == kind.dtype)
            return (*found, *none) if kind.maybe_none else found
    return None


def decided(inf: Inference, stmt: ir.If, env: Env) -> bool | None:
    """Which arm is taken whenever a statement runs, None where that differs; noted for `leave_out`."""
    kind = inf.atom(stmt.test, env)
    inf.decided.pop(stmt, None)
    if isinstance(stmt.test, ir.Var) and stmt.test.name in inf.function.temps and isinstance(kind, Known):
        if isinstance(kind.value, bool):
            inf.decided[stmt] = kind.value
    return inf.decided.get(stmt)


def leave_out(inf: Inference) -> bool:
    """Rewrite the program without the arms that are never taken; whether there were any."""
    found = taken(inf, inf.function.body)
    if not found:
        return False
    became = inf.start_again()
    function = inf.function
    for stmt, arm in found.items():
        own = became.get(stmt, stmt)
        block = block_of(function, own)
        at = block.index(own)
        arms = own.body if arm else own.orelse
        block[at : len(block) if leaves(arms) else at + 1] = arms
    remove_tests(inf)
    return True


def leaves(block: ir.Block) -> bool:
    """Whether the end of a block is never reached, as its text shows."""
    match block[-1:]:
        case [ir.Return() | ir.Raise() | ir.Break() | ir.Continue()]:
            return True
        case [ir.If(body=body, orelse=orelse)]:
            return leaves(body) and leaves(orelse)
    return False


def taken(inf: Inference, block: ir.Block) -> dict[Any, bool]:
    """The decided statements of a block, those inside of arms that are taken included, outer ones first."""
    found: dict[Any, bool] = {}
    for stmt in block:
        arm = inf.decided.get(stmt)
        if arm is None:
            inner = list(ir.blocks(stmt))
        else:
            found[stmt] = arm
            inner = [stmt.body if arm else stmt.orelse]  # type: ignore[union-attr]
        for each in inner:
            found |= taken(inf, each)
    return found


def remove_tests(inf: Inference) -> None:
    """Remove the tests that nothing asks for any more, and what was computed for them alone."""
    temps = inf.function.temps
    while True:
        read = {a.name for s in ir.walk(inf.function.body) for a in ir.all_operands(s) if isinstance(a, ir.Var)}
        unread = [
            s for s in ir.walk(inf.function.body)
            if isinstance(s, ir.Let) and s.target in temps - read and only_tests(s.value, inf.meanings.get(s))
        ]  # fmt: skip
        if not unread:
            return
        for stmt in unread:
            block_of(inf.function, stmt).remove(stmt)


def only_tests(value: ir.Expr, meaning: Any) -> bool:
    """Whether an expression does nothing but test what something is, or read what is to be tested."""
    match value:
        case ir.Call(func=ir.Global(name="isinstance") | ir.Bound(name="isinstance")) | ir.Attr(obj=ir.Global()):
            return True
        case ir.Prim(op="not_" | "is_" | "is_not") | ir.Build(kind="tuple") | ir.Var() | ir.Const():
            return True
        case ir.Attr():
            return isinstance(meaning, Moves)
    return False
