"""Calls of what cannot be seen: objects that reach them may hold anything afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Kind, Num, Ref, Unknown
from srcgrad.analysis.meaning import Dynamic, Keywords, Plain, Result
from srcgrad.analysis.versions import escape

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference


def dynamic(inf: Inference, func: Any, args: Any, keywords: Keywords, kind: Kind, kinds: list[Kind]) -> Result:
    """A call of something unknown."""
    for other in (kind, *kinds):
        escape(other)
    if not any(is_active(k) for k in (kind, *kinds)):
        inf.writes_arrays |= any(may_be_array(k) for k in kinds)
        return Unknown(), Plain()
    inf.world.opaque = inf.world.writes_unknown = True
    return Unknown(True), Dynamic(func, tuple(args), keywords)


def may_be_array(kind: Kind) -> bool:
    """Whether code that gets such a value could write into an array."""
    return isinstance(kind, (Unknown, Ref)) or (isinstance(kind, Num) and not kind.is_number)
