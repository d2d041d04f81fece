"""Whether `name op= value` on an array may be written as `name = name op value`.

In place and rebinding differ only for who else can see the array.  The array of a name that is only ever assigned new
arrays (results of arithmetic, fresh allocations), and that is never copied, viewed, held by an object or passed to a
function, is seen by nobody else.

    total = np.zeros(3)            total = np.zeros(3)
    for x in xs:                   for x in xs:
        total += f(x)                  total = total + f(x)
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.meaning import ByCall, ByRule, Copies, Dynamic, Moves, Plain, Rebinds, Rows
from srcgrad.analysis.versions import Version

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def check_augmented(inf: Inference) -> None:
    """Refuse every augmented assignment that writes into an array somebody else may see."""
    for stmt, meaning in inf.meanings.items():
        if isinstance(meaning, Dynamic) and isinstance(stmt, ir.Augment):
            version = inf.reads[stmt].get(stmt.target)
            alone = version is not None and owned(inf, version) and not seen_elsewhere(inf, stmt.target)
            meaning.args = (*meaning.args[:2], ir.Const(alone))
        elif isinstance(meaning, Rebinds) and meaning.fresh:
            version = inf.reads[stmt].get(stmt.target)
            meaning.guard = False
            if version is None or not owned(inf, version) or seen_elsewhere(inf, stmt.target):
                if version is not None and isinstance(version.kind, Num) and version.kind.box is None:
                    meaning.guard = True
                    continue
                symbol = ir.OPERATORS[stmt.op][0]
                raise inf.refuse(
                    stmt,
                    f"'{stmt.target} {symbol}= ...' on an array that may have another name",
                    f"write {stmt.target} = {stmt.target} {symbol} ...",
                )


def owned(inf: Inference, version: Version, seen: frozenset[int] = frozenset()) -> bool:
    """Whether a version is a number, or an array made for it."""
    if id(version) in seen:
        return True
    if isinstance(version.kind, Num) and version.kind.is_number:
        return True
    if version.merge:
        inner = seen | {id(version)}
        return all(owned(inf, source, inner) for source in version.sources)
    stmt = version.anchor
    meaning = inf.meanings.get(stmt)
    match stmt:
        case ir.Augment():
            return isinstance(meaning, (Rebinds, Dynamic))
        case ir.Let(value=value):
            if isinstance(meaning, ByRule):
                return meaning.rule.cls != "view" and new_result(meaning)
            if isinstance(meaning, Plain):
                return isinstance(value, (ir.Const, ir.Prim)) or allocates(inf, value)
    return False


def new_result(meaning: ByRule) -> bool:
    """Whether a rule's function always gives a new array (an array's own copy is asked for, not hoped for)."""
    return meaning.rule.name not in ("astype", "array") or "copy" not in meaning.bound


ALLOCATORS = {"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "arange", "eye",
              "identity", "linspace"}  # fmt: skip


def allocates(inf: Inference, value: Any) -> bool:
    """Whether an expression is one of NumPy's allocations."""
    if isinstance(value, ir.CallMethod) and isinstance(value.obj, ir.Global):
        kind = inf.global_kind(value.obj.name)
        return isinstance(kind, Known) and getattr(kind.value, "__name__", "") == "numpy" and value.name in ALLOCATORS
    return False


def seen_elsewhere(inf: Inference, name: str) -> bool:
    """Whether anything but arithmetic ever gets hold of what the name holds."""
    function = inf.function
    if name in function.captured or name in function.shared:
        return True
    for stmt, meaning in inf.meanings.items():
        if name not in inf.reads.get(stmt, ()):
            continue
        match meaning:
            case Dynamic(func=func) if func in ARITHMETIC:
                continue
            case Copies() | Dynamic() | ByCall() | Rows():
                return True
            case Moves(held=held):
                if any(getattr(a, "name", None) == name for a in held):
                    return True
            case ByRule(rule=rule, result=result) if rule.cls == "view":
                if not (isinstance(result, Num) and result.shape == ()):
                    return True
            case Plain():
                if isinstance(stmt, (ir.Let, ir.Effect)) and not quiet(inf, stmt.value):
                    return True
    return False


ARITHMETIC = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.matmul, operator.neg,
    operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow, operator.imatmul,
]  # fmt: skip


def quiet(inf: Inference, value: Any) -> bool:
    """Whether an expression without derivative only looks at the value."""
    if isinstance(value, (ir.Prim, ir.Attr, ir.Format)):
        return not (isinstance(value, ir.Attr) and value.name in ("T", "real", "imag", "flat"))
    if isinstance(value, ir.CallMethod):
        return isinstance(value.obj, ir.Global) and isinstance(inf.global_kind(value.obj.name), Known)
    if isinstance(value, ir.Call):
        return isinstance(value.func, ir.Global)
    return False
