"""Arguments that are dicts, lists or tuples of which only the parts are read: each part has an adjoint of its own.

    h = params["w"] * x            params_w_bar = h_bar * x
                                   return {"w": params_w_bar, "b": np.zeros_like(params["b"])}

Without this the adjoints of parts go by identity, which any use of the structure allows.  Here every use has to be a
subscript with a literal, and the structure must stay as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Kind, Num, Ref, Tup
from srcgrad.analysis.meaning import Plain


@dataclass(slots=True)
class Field:
    """A parameter that is taken apart.

    type     dict, list or tuple
    parts    kinds by key or position
    loads    (statement, name that it binds): key of the part that it reads
    """

    name: str
    type: type
    parts: dict[Any, Kind]
    loads: dict[tuple[Any, str], Any] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The variables that hold parts."""
        return {name for _, name in self.loads}

    def part(self, key: Any) -> str:
        """The name under which the adjoint of a part is kept; no user's variable has it."""
        return f"{self.name}.{key}"


def find_fields(inf: Inference, modes: dict[str, str]) -> dict[str, Field]:
    """The parameters whose parts can have adjoints of their own."""
    found = {}
    function = inf.function
    for name, mode in modes.items():
        if mode != "i" or name in function.captured or name in function.shared:
            continue
        candidate = structure_of(name, inf.entry[name].kind)
        if candidate is not None and only_parts_read(inf, candidate):
            found[name] = candidate
    return found


def structure_of(name: str, kind: Kind | None) -> Field | None:
    """A parameter of that kind, if its parts are known, and are numbers where they are active."""
    match kind:
        case Tup(items=items, type=cls) if cls is tuple:
            parts = dict(enumerate(items))
        case Ref(site=site) if site.type in (dict, list) and site.items is not None and not site.mutated:
            cls, parts = site.type, dict(site.items)
        case _:
            return None
    if not all(isinstance(part, Num) or not is_active(part) for part in parts.values()):
        return None
    if not all(isinstance(key, (str, int)) and not isinstance(key, bool) for key in parts):
        return None
    return Field(name, cls, parts)


def only_parts_read(inf: Inference, candidate: Field) -> bool:
    """Whether every use of a parameter reads one part of it; notes those uses."""
    name = candidate.name
    for stmt, reads in inf.reads.items():
        if reads.get(name) is not inf.entry[name]:
            continue
        match stmt:
            case ir.Let(target=target, value=ir.Item(obj=ir.Var(name=read), index=ir.Const(value=key))) if read == name:
                if candidate.type is not dict and type(key) is int and key < 0:
                    key += len(candidate.parts)
                if type(key) not in (str, int) or key not in candidate.parts:
                    return False
                candidate.loads[stmt, target] = key
            case ir.Unpack(targets=targets, star=None) if candidate.type is not dict:
                if len(targets) != len(candidate.parts):
                    return False
                candidate.loads.update({(stmt, target): position for position, target in enumerate(targets)})
            case _ if isinstance(inf.meanings.get(stmt), Plain):
                continue
            case _:
                return False
    return True
