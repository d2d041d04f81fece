"""Lower displays and f-strings.

    pair = (f(x), *rest)

    pair_item = f(x)
    pair = (pair_item, *rest)

Items are evaluated in the order in which they stand.
"""

from __future__ import annotations

from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.base import Base, Operand


class Displays(Base):
    """Tuples, lists, sets, dicts and f-strings."""

    def display(self, kind: str, nodes: list[Any], target: str) -> ir.Expr:
        """A tuple, list or set, starred items included."""
        atoms = self.sequence(*[self.argument(n, target, "item") for n in nodes])
        items = [ir.Star(a) if isinstance(n, gast.Starred) else a for a, n in zip(atoms, nodes)]
        return ir.Build(kind, tuple(items))

    def lower_Tuple(self, node: Any, target: str) -> ir.Expr:
        return self.display("tuple", node.elts, target)

    def lower_List(self, node: Any, target: str) -> ir.Expr:
        return self.display("list", node.elts, target)

    def lower_Set(self, node: Any, target: str) -> ir.Expr:
        return self.display("set", node.elts, target)

    def lower_Dict(self, node: Any, target: str) -> ir.Expr:
        operands: list[Operand] = []
        for key, value in zip(node.keys, node.values):
            if key is None:
                operands.append(Operand(lambda v=value: self.atom(v, target, "entries"), "**"))  # type: ignore[misc]
            else:
                role = key.value if isinstance(key, gast.Constant) and isinstance(key.value, str) else "entry"
                operands += [self.operand(key, target, "key"), self.operand(value, target, role)]
        atoms = iter(self.sequence(*operands))
        return ir.BuildDict(tuple([(None if key is None else next(atoms), next(atoms)) for key in node.keys]))

    def lower_JoinedStr(self, node: Any, target: str) -> ir.Expr:
        fields = [part for part in node.values if isinstance(part, gast.FormattedValue)]
        # a field is turned to text before the next one is evaluated: visible only where that may run something
        apart = len(fields) > 1 and any(self.may_run_user_code(field) for field in fields[1:])
        parts: list[str | tuple[ir.Atom, str, ir.Atom | None]] = []
        for part in node.values:
            if isinstance(part, gast.Constant):
                parts.append(part.value)
                continue
            field = self.format_field(part, target)
            parts.append((self.let(f"{target}_text", ir.Format((field,))), "", None) if apart else field)
        return ir.Format(tuple(parts))

    def format_field(self, part: Any, target: str) -> tuple[ir.Atom, str, ir.Atom | None]:
        """A field of an f-string: its value, conversion and format."""
        conversion = chr(part.conversion) if part.conversion >= 0 else ""
        if part.format_spec is None:
            return self.atom(part.value, target, "text"), conversion, None
        pieces = part.format_spec.values
        if all(isinstance(piece, gast.Constant) for piece in pieces):
            spec: Operand = Operand(lambda: ir.Const("".join(piece.value for piece in pieces)))
        else:
            spec = self.operand(part.format_spec, target, "format")
        value, spec_atom = self.sequence(self.operand(part.value, target, "text"), spec)
        return value, conversion, spec_atom
