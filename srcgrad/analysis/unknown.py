"""Calls of what cannot be seen: objects that reach them may hold anything afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad.analysis.activity import is_active
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import Kind, Num, Ref, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Plain, Result

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def dynamic(inf: Inference, func: Any, args: Any, keywords: Keywords, kind: Kind, kinds: list[Kind]) -> Result:
    """A call of something unknown."""
    if not hand_over(inf, [kind, *kinds]):
        inf.writes_arrays |= any(may_be_array(k) for k in kinds)
        inf.world.unseen = True
        return Unknown(), Plain()
    return Unknown(True), Dynamic(func, tuple(args), keywords)


def hand_over(inf: Inference, kinds: list[Kind]) -> bool:
    """Note that values reach code which cannot be seen, together; whether derivatives flow through any of them.

    What one of them carries another may hold afterwards: `fill(box, *values)`.
    """
    active = any(is_active(kind) for kind in kinds)
    for kind in kinds:
        escape(kind, active=active)
    if active:
        inf.world.opaque = inf.world.writes_unknown = True
    return active


def may_be_array(kind: Kind) -> bool:
    """Whether code that gets such a value could write into an array."""
    return isinstance(kind, (Unknown, Ref)) or (isinstance(kind, Num) and not kind.is_number)
