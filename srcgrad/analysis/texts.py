"""Texts and bytes that values which depend on the input were written into.

    f"{x}"   str(x)   json.dumps(list(x))   x.tobytes()        Inert(printed=True)

What is made of one by code that is not looked into may be one too, or numbers read from it: `Unknown(printed=True)`.
What may be done with them: `analysis/read_back.py`.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad.analysis.kinds import Closure, Inert, Kind, Method, OneOf, Ref, Seq, Tup, Unknown
from srcgrad.analysis.meaning import Plain, Result

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

# functions and methods of arrays that write values out
WRITERS: dict[Any, type] = {
    **dict.fromkeys((str, repr, format, ascii, np.array2string, np.array_str, np.array_repr, json.dumps), str),
    **dict.fromkeys((np.format_float_positional, np.format_float_scientific), str),
    **dict.fromkeys((bytes, pickle.dumps), bytes),
}
WRITING_METHODS: dict[str, type] = {
    **dict.fromkeys(("hex", "__str__", "__repr__", "__format__"), str),
    **dict.fromkeys(("tobytes", "dumps"), bytes),
}


def written(inf: Inference, cls: type) -> Result:
    """A text, or bytes, that such values are written into."""
    inf.world.texts = True
    return Inert(cls, printed=True), Plain()


def holds_text(kind: Kind | None, seen: set[int] | None = None) -> bool:
    """Whether a value is such a text, or holds one; each object is looked into once."""
    seen = set() if seen is None else seen
    match kind:
        case Inert(printed=printed) | Unknown(printed=printed):
            return printed
        case Tup(items=items) | OneOf(members=items):
            return any(holds_text(item, seen) for item in items)
        case Closure(captured=captured, defaults=defaults):
            return any(holds_text(item, seen) for item in (*defaults, *(held for _, held in captured)))
        case Seq(elem=inner) | Method(obj=inner):
            return holds_text(inner, seen)
        case Ref(site=site) if id(site) not in seen:
            seen.add(id(site))
            held = (*(site.items or {}).values(), site.elem, site.key)
            return any(holds_text(part, seen) for part in held)
    return False


def made_of_text(kind: Kind) -> Kind:
    """The kind of what is made of one."""
    match kind:
        case Inert() | Unknown():
            return replace(kind, printed=True)
        case Tup(items=items):
            return replace(kind, items=tuple(map(made_of_text, items)))
        case Seq(elem=elem):
            return Seq(made_of_text(elem))
    return kind
