"""What a reverse returns: adjoints of parameters, finished for whoever asked.

another reverse goes on with it      full
the caller gets it                   full, of the input's dtype, in memory of its own
a structure taken apart              {"w": params_w_bar, "b": params_b_bar}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.fields import Field
from srcgrad.adjoint.reverse import Reverse
from srcgrad.adjoint.state import Adj
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Kind, Num, Ref, Tup


class Returned:
    """Writes the last lines of a reverse."""

    inf: Inference
    purpose: str

    def structure(self, rev: Reverse, field: Field) -> ir.Atom:
        """The gradient of a structure, written out."""
        whole = self.inf.entry[field.name]
        atoms: dict[Any, ir.Atom] = {}
        for key, kind in field.parts.items():
            if not (isinstance(kind, Num) and kind.active):
                atoms[key] = ir.Const(None)
                continue

            def value(key: Any = key) -> ir.Atom:
                return self.named(rev, f"{field.name}_{key}", ir.Item(rev.result(whole), ir.Const(key)))

            atoms[key] = self.finished(rev, field.part(key), kind, value, rev.state.pop(field.part(key), None))
        if field.type is dict:
            made: ir.Expr = ir.BuildDict(tuple((ir.Const(key), atom) for key, atom in atoms.items()))
        else:
            made = ir.Build(field.type.__name__, tuple(atoms.values()))
        return self.named(rev, f"{field.name}_bar", made)

    def result(self, rev: Reverse, name: str, adj: Adj | None) -> ir.Atom:
        """A parameter's returned adjoint."""
        version = self.inf.entry[name]
        assert isinstance(version.kind, Num)
        return self.finished(rev, name, version.kind, lambda: rev.result(version), adj)

    def finished(self, rev: Reverse, name: str, kind: Num, value: Callable[[], ir.Atom], adj: Adj | None) -> ir.Atom:
        """An adjoint as it is returned: full; for the caller also of the input's dtype and in memory of its own."""
        bar = rev.bar(name)
        rev.target = name
        if adj is None:
            if kind.shape == () and kind.box == "py" and kind.dtype is not None and kind.dtype.kind == "f":
                return ir.Const(0.0)
            adj = Adj(ir.Const(0.0), False, False)
            if kind.box in ("array", "cupy"):
                return self.named(rev, bar, ir.CallMethod(rev.names.numpy, "zeros_like", (value(),)))
        scalar = kind.shape == () and kind.is_number
        if self.purpose == "call":
            if adj.full or kind.shape == ():
                return adj.atom
            return self.named(rev, bar, ir.Call(rev.names.helper("fill"), (adj.atom, value())))
        if scalar and self.all_double and not isinstance(adj.atom, ir.Const):
            return adj.atom
        if adj.full and kind.box in ("array", "cupy") and kind.shape and self.all_double:
            if adj.owned:
                return adj.atom
            return self.named(rev, bar, ir.CallMethod(adj.atom, "copy", ()))
        return self.named(rev, bar, ir.Call(rev.names.helper("like"), (adj.atom, value())))

    def named(self, rev: Reverse, name: str, expr: ir.Expr) -> ir.Var:
        """An expression that is returned; it has a name of its own only where the line would be too long."""
        name = rev.names.temp(name)
        rev.out.append(ir.Let(name, expr, rev.span))
        return ir.Var(name)

    @property
    def all_double(self) -> bool:
        """Whether every number in the function is known to be of double precision and real, or an integer."""
        return all(doubles(v.kind) for v in self.inf.versions.values() if v.kind is not None)


def doubles(kind: Kind, seen: set[int] | None = None) -> bool:
    """Whether all numbers of a kind are of double precision and real, or integers; each object is looked into once."""
    seen = set() if seen is None else seen
    match kind:
        case Num(dtype=dtype):
            return dtype is not None and dtype.kind != "c" and (dtype.kind != "f" or dtype.itemsize == 8)
        case Tup(items=items):
            return all(doubles(item, seen) for item in items)
        case Ref(site=site):
            held = [*(site.items or {}).values(), *([site.elem] if site.elem is not None else [])]
            known = id(site) in seen
            seen.add(id(site))
            return known or all(doubles(k, seen) for k in held)
    return not is_active(kind)
