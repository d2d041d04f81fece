"""The operands of a rule's formula: an atom, and what is known of its shape, memory and type."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import generalise
from srcgrad.analysis.extents import Shape
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.ruled import numeric_kind

UNKNOWN = "unknown"


@dataclass(slots=True)
class Val:
    """An operand of a formula.

    shape   its axes where known, None where not
    fresh   whether nobody else holds its memory
    value   the literal, for constants
    real    known to be real
    floats  known not to be of an integer or boolean dtype: multiplying by 1.0 changes nothing
    boxed   known to be an array or a NumPy scalar, with which operators are NumPy's
    counts  the number of elements that a cotangent is divided among: where it is 0, nothing is divided
    """

    atom: ir.Atom | None
    shape: Shape | None = None
    fresh: bool = False
    kind: Any = None
    real: bool = False
    floats: bool = True
    boxed: bool = False
    counts: bool = False

    @property
    def literal(self) -> Any:
        return self.atom.value if isinstance(self.atom, ir.Const) else UNKNOWN


def is_number(value: Any, number: float) -> bool:
    """Whether a literal is that number, written as int or float."""
    return type(value) in (int, float) and value == number and not (value == 0 and math.copysign(1, value) < 0)


def is_boxed(val: Val) -> bool:
    """Whether a value surely is an array or a NumPy scalar."""
    return val.boxed or bool(val.shape)


def operand(atom: Any, kind: Any) -> Val:
    """A formula's operand for a value of this kind."""
    if isinstance(kind, Known) and type(kind.value) in (bool, int, float, complex, str, type(None)):
        return replace_kind(Val(ir.Const(kind.value), (), False, kind, True), kind)
    general = generalise(kind) if kind is not None else None
    if isinstance(general, Num):
        real = general.dtype is not None and general.dtype.kind in "biuf"
        floats = general.dtype is not None and general.dtype.kind in "fc"
        boxed = general.box in ("array", "np", "cupy")
        return Val(atom, general.shape, False, kind if isinstance(kind, Known) else general, real, floats, boxed)
    if isinstance(general, Known) and isinstance(general.value, (np.ndarray, np.generic)):
        number = numeric_kind(general)
        known = number.dtype.kind if number.dtype is not None else "O"
        return Val(atom, number.shape, False, number, known in "biuf", known in "fc", True)
    return Val(atom, None, False, kind)


def replace_kind(val: Val, kind: Any) -> Val:
    return replace(val, kind=kind, real=not isinstance(kind.value, complex), floats=isinstance(kind.value, float))


def without_defaults(vals: list[Val], word: Any) -> list[Val]:
    """The arguments of a word less those at the end that are what the word takes anyway."""
    code, defaults = getattr(word, "__code__", None), getattr(word, "__defaults__", None) or ()
    first = code.co_argcount - len(defaults) if code is not None else 0
    while vals and defaults and first < len(vals) <= first + len(defaults):
        literal, default = vals[-1].literal, defaults[len(vals) - 1 - first]
        if type(literal) is not type(default) or literal != default:
            break
        vals = vals[:-1]
    return vals


def surely(kind: Any, letter: str) -> bool:
    """Whether a value is known to be of real ('f') or complex ('c') numbers."""
    return isinstance(kind, Num) and kind.dtype is not None and kind.dtype.kind == letter


def among_complex(result: Any, operands: dict[str, Any]) -> bool:
    """Whether the result of an operation, or one of its operands, is known to be complex."""
    return surely(result, "c") or any(surely(kind, "c") for kind in operands.values())


def maybe_complex(kind: Num) -> bool:
    """Whether a value may be complex."""
    return kind.dtype is None or kind.dtype.kind == "c"
