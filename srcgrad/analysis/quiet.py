"""Whether an expression without derivative only looks at a value, or may hand it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Known

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def quiet(inf: Inference, value: Any) -> bool:
    """Whether an expression without derivative only looks at the value."""
    if isinstance(value, (ir.Prim, ir.Attr, ir.Format)):
        return not (isinstance(value, ir.Attr) and value.name in ("T", "real", "imag", "flat"))
    if isinstance(value, ir.CallMethod):
        return isinstance(value.obj, ir.Global) and isinstance(inf.global_kind(value.obj.name), Known)
    if isinstance(value, ir.Call):
        return isinstance(value.func, ir.Global)
    return False
