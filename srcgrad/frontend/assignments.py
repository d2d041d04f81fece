"""Lower assignments in every form.

An assignment, and its normal form:

    (a, u[i]), *rest = f(x)

    items = f(x)
    items_part, *rest = items
    a, u_item = items_part
    u[i] = u_item
"""

from __future__ import annotations

from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.base import Base, Operand
from srcgrad.frontend.expressions import BINARY
from srcgrad.frontend.names import AUGMENT_ROLES


def target_hint(target: Any) -> str:
    """What temporaries on the way to a target are named after."""
    if isinstance(target, gast.Name):
        return str(target.id)
    if isinstance(target, gast.Attribute):
        return str(target.attr).strip("_") or "value"
    if isinstance(target, gast.Subscript):
        base = target_hint(target.value)
        return base if base.endswith("_item") else f"{base}_item"
    if isinstance(target, gast.Starred):
        return target_hint(target.value)
    if isinstance(target, (gast.Tuple, gast.List)) and target.elts:
        names = [target_hint(item) for item in target.elts]
        return "_".join(names) if len(names) <= 2 and all(len(name) <= 10 for name in names) else "items"
    return "value"


class Assignments(Base):
    """Assignment statements, and binding a target to a value in loops and with statements."""

    def stmt_Assign(self, node: Any) -> None:
        targets = node.targets
        first = targets[0]
        hint = target_hint(first)
        if len(targets) == 1:
            if isinstance(first, gast.Name):
                self.assign_name(first, node.value)
            elif isinstance(first, (gast.Attribute, gast.Subscript)):
                self.store(first, Operand(lambda: self.atom(node.value, hint, "")))
            else:
                self.assign(first, self.atom(node.value, hint, ""))
            return
        names = [t.id for t in targets if isinstance(t, gast.Name)]
        if len(set(names)) == len(targets) and self.target_name(first, first.id) is not None:
            self.assign_name(first, node.value)
            value = self.read(first.id)
        else:
            value = self.atom(node.value, hint, "")
            if not isinstance(value, ir.Const) and not (isinstance(value, ir.Var) and value.name in self.temps):
                value = self.let(f"{hint}_value", value)
        for target in targets[1:] if names and value == ir.Var(names[0]) else targets:
            self.assign(target, value)

    def assign_name(self, target: Any, value: Any) -> None:
        """`name = value`, whose last operation goes straight into the name."""
        own = self.target_name(target, target.id)
        if own is None:
            self.emit(ir.StoreCell(target.id, self.atom(value, target.id, "next"), self.span))
        else:
            self.emit(ir.Let(own, self.expression(value, target.id), self.span))

    def stmt_AnnAssign(self, node: Any) -> None:
        if node.value is None:
            return
        if isinstance(node.target, gast.Name):
            self.assign_name(node.target, node.value)
        else:
            self.store(node.target, Operand(lambda: self.atom(node.value, target_hint(node.target), "")))

    def assign(self, target: Any, value: ir.Atom) -> None:
        """Bind any target to a value already computed."""
        if isinstance(target, gast.Name):
            self.write_name(target, target.id, value)
        elif isinstance(target, (gast.Attribute, gast.Subscript)):
            self.store(target, Operand(lambda: value))
        elif isinstance(target, (gast.Tuple, gast.List)):
            self.unpack(target.elts, value)
        else:
            self.refuse(target, f"assignment to {type(target).__name__}", "assign to a name")

    def store(self, target: Any, value: Operand) -> None:
        """`obj.name = value`, `obj[index] = value`: the value is evaluated first."""
        hint = target_hint(target)
        owner = Operand(lambda: self.atom(target.value, hint, "owner"))
        if isinstance(target, gast.Attribute):
            atom, obj = self.sequence(value, owner)
            self.emit(ir.StoreAttr(obj, target.attr, atom, self.span))
        else:
            index = Operand(lambda: self.atom(target.slice, hint, "index"))
            atom, obj, at = self.sequence(value, owner, index)
            self.emit(ir.StoreItem(obj, at, atom, self.span))

    def unpack(self, items: list[Any], value: ir.Atom) -> None:
        """Bind the items of a tuple target: names at once, what comes after another kind of target through temps."""
        plain: list[str] = []
        later: list[tuple[Any, str]] = []
        star: int | None = None
        for index, item in enumerate(items):
            if isinstance(item, gast.Starred):
                star, item = index, item.value
            own = self.target_name(item, item.id) if isinstance(item, gast.Name) else None
            if own is None or later:
                own = self.temp(f"{target_hint(item)}_value" if isinstance(item, gast.Name) else target_hint(item))
                later.append((item, own))
            if own in plain:
                # of a name that stands there twice, the last one counts
                plain[plain.index(own)] = self.temp(f"{own}_first")
            plain.append(own)
        self.emit(ir.Unpack(tuple(plain), star, value, self.span))
        for item, name in later:
            self.assign(item, ir.Var(name))

    def bind_target(self, target: Any) -> tuple[str, ir.Block]:
        """The name a loop or `with` binds, and the statements that spread it over the real target."""
        if isinstance(target, gast.Name):
            own = self.target_name(target, target.id)
            if own is not None:
                return own, []
        name = self.temp("context_value" if self.in_with else "item")
        with self.writing([]) as block:
            self.assign(target, ir.Var(name))
        return name, block

    in_with = False

    # ------------------------------------------------------------------ augmented

    def stmt_AugAssign(self, node: Any) -> None:
        op = BINARY[type(node.op).__name__]
        role = AUGMENT_ROLES.get(op, "operand")
        target = node.target
        hint = target_hint(target)
        if isinstance(target, gast.Name):
            self.augment_name(node, target.id, op, role)
            return
        owner = Operand(lambda: self.atom(target.value, hint, "owner"))
        value = Operand(lambda: self.atom(node.value, hint, role))
        parts = [owner]
        if isinstance(target, gast.Subscript):
            parts.append(Operand(lambda: self.atom(target.slice, hint, "index")))
        if self.may_run_user_code(node.value):
            # what is there is read before the value is computed, which may change it
            place = self.sequence(*parts, Operand(lambda: ir.Const(None)))[:-1]
            place = [self.steady(atom) for atom in place]
            name = self.namer.fresh(f"{hint}_before")
            read = ir.Item(place[0], place[1]) if len(place) == 2 else ir.Attr(place[0], target.attr)
            self.emit(ir.Let(name, read, self.span))
            self.emit(ir.Augment(name, op, value.lower(), self.span))
            self.write_place(target, place, ir.Var(name), None)
        else:
            *place, atom = self.sequence(*parts, value)
            self.write_place(target, place, atom, op)

    def steady(self, atom: ir.Atom) -> ir.Atom:
        """An atom that nothing rebinds."""
        if isinstance(atom, ir.Const) or (isinstance(atom, ir.Var) and not self.rebindable(atom.name)):
            return atom
        return self.let(f"{getattr(atom, 'name', 'place')}_now", atom)

    def rebindable(self, name: str) -> bool:
        """Whether `:=` may rebind the variable in the middle of a statement."""
        return name not in self.temps and self.scopes.has_walrus

    def write_place(self, target: Any, place: list[ir.Atom], value: ir.Atom, op: str | None) -> None:
        if isinstance(target, gast.Subscript):
            self.emit(ir.StoreItem(place[0], place[1], value, self.span, op))
        else:
            self.emit(ir.StoreAttr(place[0], target.attr, value, self.span, op))

    def augment_name(self, node: Any, name: str, op: str, role: str) -> None:
        """`name op= value`."""
        own = self.target_name(node.target, name)
        if own is None:
            held = self.namer.fresh(f"{name}_held")
            self.emit(ir.Let(held, ir.CellLoad(name), self.span))
            self.emit(ir.Augment(held, op, self.atom(node.value, name, role), self.span))
            self.emit(ir.StoreCell(name, ir.Var(held), self.span))
            return
        rebound = len(self.rebound)
        value = self.atom(node.value, name, role)
        if name in self.rebound[rebound:]:
            self.refuse(node, f"':=' that rebinds {name!r} inside its own augmented assignment", "use two statements")
        self.emit(ir.Augment(own, op, value, self.span))
