"""What a block computes, or reads, a second time is what it was the first time: the program goes on with that.

    s += x[i] * x[i]                x_i = x[i]
                                    s += x_i * x_i
    self.v = self.v - dt * a        v = self.v - dt * a
    self.x = self.x + dt * self.v   self.v = v
                                    self.x = self.x + dt * v

Nothing may happen between that could make a difference: a store, or a call of what is not known to compute only.
"""

from __future__ import annotations

import types
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Kind, Known, Num, Ref
from srcgrad.analysis.lookups import stored
from srcgrad.analysis.meaning import ByRule, Copies, Plain, Rebinds, Stores
from srcgrad.analysis.pure import callable_or_module, computes
from srcgrad.analysis.rewrite import block_of
from srcgrad.analysis.ruled import sharing

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

# what a value may depend on besides its operands, and a store change: an attribute has its name
ELEMENTS = "elements of arrays"


def share_repeats(inf: Inference) -> bool:
    """Rewrite the program so that it goes on with what it has; whether there was anything to share."""
    if inf.function.recorded:
        return False
    repeats = Repeats(inf)
    if not repeats.found:
        return False
    became = inf.start_again()
    function = inf.function
    instead: dict[Any, ir.Atom] = {ir.Var(stmt.target): atom for stmt, atom in repeats.found.items()}
    for later in repeats.found:
        own = became.get(later, later)
        block_of(function, own).remove(own)
    for stmt in ir.walk(function.body):
        ir.change_operands(stmt, lambda atom: instead.get(atom, atom))
    remove_unread(function, {stmt.target for stmt in repeats.equal})
    return True


def remove_unread(function: ir.Function, names: set[str]) -> None:
    """Remove what was computed for those statements alone that are gone."""
    while names:
        atoms = (atom for stmt in ir.walk(function.body) for atom in ir.all_operands(stmt))
        read = {atom.name for atom in atoms if isinstance(atom, ir.Var)}
        unread = [s for s in ir.walk(function.body) if isinstance(s, ir.Let) and s.target in names - read]
        for stmt in unread:
            block_of(function, stmt).remove(stmt)
        names = names & read if unread else set()


class Repeats:
    """The statements whose values are there already: what stands for each."""

    def __init__(self, inf: Inference) -> None:
        self.inf, self.function = inf, inf.function
        self.found: dict[ir.Let, ir.Var] = {}
        # what is computed again rather than kept under a name, by what it is equal to
        self.equal: dict[ir.Let, ir.Var] = {}
        # what stands for a variable, be it found or equal
        self.instead: dict[str, ir.Var] = {}
        self.bindings: dict[str, int] = {}
        self.readers: dict[str, list[Any]] = {}
        for stmt in ir.walk(self.function.body):
            deleted = (stmt.obj.name,) if isinstance(stmt, ir.Delete) and isinstance(stmt.obj, ir.Var) else ()
            for name in (*ir.targets(stmt), *deleted):
                self.bindings[name] = self.bindings.get(name, 0) + 1
            for atom in ir.all_operands(stmt):
                if isinstance(atom, ir.Var):
                    self.readers.setdefault(atom.name, []).append(stmt)
            for handler in stmt.handlers if isinstance(stmt, ir.Try) else ():
                self.bindings[handler.name or ""] = 2
        for block in [self.function.body, *(b for s in ir.walk(self.function.body) for b in ir.blocks(s))]:
            self.scan(block)

    def scan(self, block: ir.Block) -> None:
        """Find what one block repeats; what happens in blocks inside it is not followed."""
        there: dict[str, tuple[Any, ir.Var]] = {}
        depends: dict[str, str | None] = {}
        for stmt in block:
            if stmt not in self.inf.reads:
                return  # never reached
            key = self.key(stmt)
            if key is not None:
                assert isinstance(stmt, ir.Let)
                known = there.get(key)
                if known is not None and self.same(known[0], stmt) and self.once(stmt.target):
                    if self.brief(stmt):
                        self.equal[stmt] = self.instead[stmt.target] = known[1]
                    elif self.alike(known[1], stmt):
                        self.found[stmt] = self.instead[stmt.target] = known[1]
                elif self.once(stmt.target):
                    there[key] = (stmt, ir.Var(stmt.target))
                    depends[key] = self.depends(stmt)
                continue
            changed = self.changes(stmt)
            for other in [k for k, on in depends.items() if on is not None and (changed is None or on in changed)]:
                del there[other], depends[other]
            read = self.read_of(stmt)
            if read is not None:
                # what is stored is what is read
                key, value = repr(read), self.now(stmt.value)  # type: ignore[union-attr]
                there[key], depends[key] = (stmt, value), place_of(read)

    def read_of(self, stmt: Any) -> Any:
        """The expression that reads what a statement has stored in an object; None for other statements."""
        match stmt:
            case ir.StoreAttr(obj=obj, name=name, value=value) if self.plain(stmt, obj, name):
                return ir.Attr(self.now(obj), name) if self.held(stmt, value) else None
            case ir.StoreItem(obj=obj, index=index, op=None, value=value) if self.plain_item(stmt, obj, index):
                return ir.Item(self.now(obj), index) if self.held(stmt, value) else None
        return None

    def now(self, atom: Any) -> Any:
        """What stands for an operand."""
        return self.instead.get(atom.name, atom) if isinstance(atom, ir.Var) else atom

    def brief(self, stmt: ir.Let) -> bool:
        """Whether a value is better written twice: an index, arithmetic of numbers."""
        made = self.made(stmt)
        number = isinstance(stmt.value, ir.Prim) and (isinstance(made, Known) or getattr(made, "is_number", False))
        return stmt.target in self.function.temps and (isinstance(stmt.value, (ir.Slice, ir.Build)) or number)

    def once(self, name: str) -> bool:
        """Whether a variable is bound by one statement alone, which nothing else sees."""
        function = self.function
        return self.bindings.get(name) == 1 and name not in function.captured and name not in function.shared

    def held(self, stmt: Any, atom: Any) -> bool:
        """Whether what is stored is a number or array that its name holds for good."""
        if not isinstance(atom, ir.Var) or not self.once(atom.name):
            return False
        version = self.inf.reads[stmt].get(atom.name)
        return version is not None and isinstance(version.kind, Num)

    def key(self, stmt: Any) -> str | None:
        """What tells one computation from others; None for a statement that is no computation."""
        if not isinstance(stmt, ir.Let) or stmt not in self.inf.meanings:
            return None
        value: Any = stmt.value
        if isinstance(value, ir.Attr) and self.plain(stmt, value.obj, value.name):
            return repr(replace(value, obj=self.now(value.obj)))
        if isinstance(value, ir.Item) and self.plain_item(stmt, value.obj, value.index):
            return repr(replace(value, obj=self.now(value.obj))) if isinstance(self.made(stmt), Num) else None
        if not computes(self.inf, stmt) or not all(self.fixed(atom) for atom in ir.operands(value)):
            return None
        if isinstance(value, (ir.Slice, ir.Build)) and is_active(self.made(stmt)):  # type: ignore[arg-type]
            return None
        shown = replace(stmt)
        ir.change_operands(shown, self.now)
        return repr(shown.value)

    def fixed(self, atom: Any) -> bool:
        """Whether a global operand is a module or function that the text was made for; other operands have versions."""
        return not isinstance(atom, ir.Global) or callable_or_module(self.inf.global_kind(atom.name))

    def plain(self, stmt: Any, obj: Any, name: str) -> bool:
        """Whether an attribute is a number or array that an object is known to hold."""
        kind = self.kind(stmt, obj)
        if not isinstance(kind, Ref) or kind.maybe_none or not self.only_looks(stmt, obj, name):
            return False
        return kind.site.items is not None and isinstance(kind.site.items.get(name), Num)

    def plain_item(self, stmt: Any, obj: Any, index: Any) -> bool:
        """Whether a list or dict is asked for what stands at one place, which nothing else is a name of."""
        kind = self.kind(stmt, obj)
        if not isinstance(kind, Ref) or kind.maybe_none or not isinstance(index, ir.Const):
            return False
        key = index.value
        if kind.site.type is dict:
            return type(key) is str
        return kind.site.type is list and type(key) is int and key >= 0

    def only_looks(self, stmt: Any, obj: Any, name: str) -> bool:
        """Whether reading or storing an attribute does nothing else: the class of the object has no say in it."""
        kind = self.kind(stmt, obj)
        if not isinstance(kind, Ref) or issubclass(kind.site.type, (list, dict, set, tuple)):
            return False
        cls, found = kind.site.type, stored(kind.site.type, name)
        if found is not None and (stored(type(found), "__set__") or not_a_value(found)):
            return False
        usual = cls.__getattribute__ is object.__getattribute__ and cls.__setattr__ is object.__setattr__
        return usual and stored(cls, "__getattr__") is None

    def kind(self, stmt: Any, atom: Any) -> Kind | None:
        """The kind of an operand."""
        version = self.inf.reads.get(stmt, {}).get(getattr(atom, "name", ""))
        return None if version is None else version.kind

    def made(self, stmt: ir.Let) -> Kind | None:
        """The kind of a statement's result."""
        version = self.inf.defs.get(stmt, {}).get(stmt.target)
        return None if version is None else version.kind

    def depends(self, stmt: ir.Let) -> str | None:
        """What the value of a computation depends on besides its operands; None where these are numbers."""
        if isinstance(stmt.value, ir.Attr) and not computes(self.inf, stmt):
            return stmt.value.name
        if isinstance(stmt.value, ir.Item) and self.plain_item(stmt, stmt.value.obj, stmt.value.index):
            return place_of(stmt.value)
        kinds = [version.kind for version in self.inf.reads[stmt].values()]
        return ELEMENTS if any(isinstance(kind, Num) and not kind.is_number for kind in kinds) else None

    def changes(self, stmt: Any) -> tuple[str, ...] | None:
        """What a statement may change; None where that may be anything."""
        meaning = self.inf.meanings.get(stmt)
        match stmt:
            case ir.Let(value=ir.Var() | ir.Const() | ir.Build() | ir.Slice()) | ir.Unpack():
                return ()
            case ir.Let() if computes(self.inf, stmt):
                return ()
            case ir.Let(value=ir.Attr(obj=obj, name=name)) if self.only_looks(stmt, obj, name):
                return ()
            case ir.Augment() if isinstance(meaning, Rebinds) and not meaning.in_place:
                return ()
            case ir.StoreItem() if isinstance(meaning, Stores):
                return (ELEMENTS,)
            case ir.StoreAttr(op=None) if self.only_looks(stmt, stmt.obj, stmt.name):
                return (stmt.name,)
            case ir.StoreItem(op=None) if self.plain_item(stmt, stmt.obj, stmt.index):
                return (place_of(ir.Item(stmt.obj, stmt.index)),)
            case ir.Let(value=ir.Item(obj=obj, index=index)) if self.plain_item(stmt, obj, index):
                return ()
        return None

    def same(self, first: Any, later: Any) -> bool:
        """Whether the operands hold what they held."""
        before, now = self.inf.reads[first], self.inf.reads[later]
        atoms = {getattr(self.now(atom), "name", "") for atom in ir.operands(later.value)}
        mine = {name: version for name, version in now.items() if name in atoms}
        if isinstance(first, (ir.StoreAttr, ir.StoreItem)):
            return all(before.get(name) is version for name, version in mine.items())
        return all(before[name] is version for name, version in mine.items() if name in before)

    def alike(self, first: ir.Var, later: ir.Let) -> bool:
        """Whether one value can stand for both."""
        if later.target not in self.function.temps or not self.once(later.target):
            return False
        made = self.made(later)
        if isinstance(later.value, (ir.Attr, ir.Item)) and not computes(self.inf, later):
            return isinstance(made, Num)
        names = (first.name, later.target)
        if not all(self.only_computed_with(reader) for name in names for reader in self.readers.get(name, ())):
            return False
        if isinstance(made, Num) and not made.is_number:
            return all(self.only_read(reader) for name in names for reader in self.readers.get(name, ()))
        return True

    def only_computed_with(self, reader: Any) -> bool:
        """Whether a statement does no more with a value than compute with it: hooks see the adjoint of one use."""
        meaning = self.inf.meanings.get(reader)
        return isinstance(meaning, (ByRule, Plain, Rebinds, Stores, Copies)) or isinstance(reader, (ir.If, ir.While))

    def only_read(self, reader: Any) -> bool:
        """Whether a statement makes a value of its own from an array, and writes nothing."""
        meaning = self.inf.meanings.get(reader)
        if not isinstance(meaning, ByRule) or reader in self.inf.writes:
            return False
        return not sharing(meaning.rule, meaning.kinds)


def place_of(read: Any) -> str:
    """Where in an object a value is read: what is stored there in any object may be what is read there."""
    return str(read.name) if isinstance(read, ir.Attr) else f"[{read.index.value!r}]"


def not_a_value(found: Any) -> bool:
    """Whether what a class has under a name is more than the value of an attribute: a property, a class method."""
    return stored(type(found), "__get__") is not None and not isinstance(found, types.FunctionType)
