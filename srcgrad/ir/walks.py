"""Going through programs: operands, blocks, bound names, and replacing what statements read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from srcgrad.ir.expressions import (
    AtAdjoint,
    Atom,
    Attr,
    Bound,
    Build,
    BuildDict,
    Call,
    CallMethod,
    CellLoad,
    Const,
    Expr,
    Format,
    Free,
    Global,
    Item,
    MakeFunction,
    Prim,
    Slice,
    Span,
    Star,
    Var,
)
from srcgrad.ir.statements import (
    Augment,
    Block,
    Delete,
    Effect,
    For,
    If,
    Import,
    Let,
    Raise,
    Return,
    Stmt,
    StoreAttr,
    StoreCell,
    StoreItem,
    Try,
    Unpack,
    While,
    With,
    Yield,
)


def _unstarred(items: Iterable[Any]) -> list[Atom]:
    return [item.value if isinstance(item, Star) else item for item in items]


def has_stars(args: Iterable[Any], keywords: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a call has arguments behind stars, so that it is not seen which parameters get them."""
    return any(isinstance(a, Star) for a in args) or any(name is None for name, _ in keywords)


def _of_call(call: Any, first: Atom) -> tuple[Atom, ...]:
    return (first, *_unstarred(call.args), *[value for _, value in call.keywords])


def _of_format(expr: Format) -> list[Atom]:
    parts = [part for part in expr.parts if not isinstance(part, str)]
    return [atom for value, _, spec in parts for atom in (value, spec) if atom is not None]


def _none(node: Any) -> tuple[()]:
    return ()


# By class: these are asked for every statement, many times.
_OPERANDS: dict[Any, Callable[[Any], Sequence[Atom]]] = {
    **dict.fromkeys((Var, Free, Global, Const, Bound), lambda e: (e,)),
    Prim: lambda e: e.args,
    Attr: lambda e: (e.obj,),
    Item: lambda e: (e.obj, e.index),
    Slice: lambda e: (e.lower, e.upper, e.step),
    Build: lambda e: _unstarred(e.items),
    BuildDict: lambda e: [atom for pair in e.items for atom in pair if atom is not None],
    Call: lambda e: _of_call(e, e.func),
    CallMethod: lambda e: _of_call(e, e.obj),
    Format: _of_format,
    AtAdjoint: lambda e: (e.value, *e.reads),
    MakeFunction: lambda e: (*e.defaults, *[value for _, value in e.kw_defaults]),
}


def operands(expr: Expr) -> Sequence[Atom]:
    """The atoms of an expression in evaluation order (an atom is its own operand)."""
    return _OPERANDS.get(expr.__class__, _none)(expr)


_STATEMENT_OPERANDS: dict[Any, Callable[[Any], Sequence[Atom]]] = {
    **dict.fromkeys((Let, Effect), lambda s: operands(s.value)),
    **dict.fromkeys((Unpack, StoreCell, Return, Yield), lambda s: (s.value,)),
    Augment: lambda s: (Var(s.target), s.value),
    StoreItem: lambda s: (s.obj, s.index, s.value),
    StoreAttr: lambda s: (s.obj, s.value),
    Delete: lambda s: (s.obj,) if s.index is None else (s.obj, s.index),
    If: lambda s: (s.test,),
    For: lambda s: (s.iter,),
    Raise: lambda s: [atom for atom in (s.exc, s.cause) if atom is not None],
    With: lambda s: (s.context,),
}


def statement_operands(stmt: Stmt) -> Sequence[Atom]:
    """The atoms that a statement itself reads, not those of its blocks."""
    return _STATEMENT_OPERANDS.get(stmt.__class__, _none)(stmt)


def all_operands(stmt: Stmt) -> Sequence[Atom]:
    """These, and those that are read after a block of the statement: a while's test, the classes of handlers."""
    if isinstance(stmt, While):
        return (stmt.test,)
    if isinstance(stmt, Try):
        return [handler.type for handler in stmt.handlers if handler.type is not None]
    return statement_operands(stmt)


_BLOCKS: dict[Any, Callable[[Any], Sequence[Block]]] = {
    **dict.fromkeys((If, For), lambda s: (s.body, s.orelse)),
    While: lambda s: (s.head, s.body, s.orelse),
    Try: lambda s: (s.body, *[block for h in s.handlers for block in (h.head, h.body)], s.orelse, s.final),
    With: lambda s: (s.body,),
}


def blocks(stmt: Stmt) -> Sequence[Block]:
    """The blocks inside a statement, in textual order (a while's head is a block; its test atom is read after it)."""
    return _BLOCKS.get(stmt.__class__, _none)(stmt)


def walk(block: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks inside it, in textual order."""
    for stmt in block:
        yield stmt
        if stmt.__class__ in _BLOCKS:
            for inner in blocks(stmt):
                yield from walk(inner)


def targets(stmt: Stmt) -> tuple[str, ...]:
    """The names that a statement itself binds (not those bound in its blocks)."""
    match stmt:
        case Let(target=target) | Augment(target=target) | For(target=target) | Import(target=target):
            return (target,)
        case Unpack(targets=names):
            return names
        case With(target=target) if target is not None:
            return (target,)
        case _:
            return ()


_field_names: dict[Any, tuple[str, ...]] = {}


def field_names(cls: Any) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    found = _field_names.get(cls)
    if found is None:
        found = _field_names[cls] = tuple(f.name for f in fields(cls))
    return found


def map_atoms(expr: Any, change: Any) -> Any:
    """The expression with every atom replaced by `change(atom)`."""
    if isinstance(expr, (Var, Free, Global, Const, Bound)):
        return change(expr)
    match expr:
        case Prim(op=op, args=args):
            return Prim(op, tuple(change(a) for a in args))
        case tuple():
            return tuple(map_atoms(e, change) for e in expr)
        case str() | None | CellLoad() | MakeFunction():
            return expr
        case AtAdjoint(value=value, name=name, reads=reads, body=body):
            return AtAdjoint(change(value), name, tuple(change(a) for a in reads), body)
        case CallMethod(obj=obj, name=name, args=args, keywords=()):
            return CallMethod(change(obj), name, tuple(map_atoms(a, change) for a in args))
    return type(expr)(*[map_atoms(getattr(expr, name), change) for name in field_names(expr.__class__)])


def change_operands(stmt: Stmt, change: Any) -> None:
    """Replace every atom that a statement itself reads by `change(atom)`."""
    for name in field_names(stmt.__class__):
        value = getattr(stmt, name)
        if value is not None and not isinstance(value, (list, Span, str, int)):
            changed = map_atoms(value, change)
            if changed is not value:
                setattr(stmt, name, changed)


def change_targets(stmt: Stmt, change: Callable[[str], str]) -> None:
    """Replace every name that a statement itself binds by `change(name)`."""
    if isinstance(stmt, Unpack):
        stmt.targets = tuple(map(change, stmt.targets))
    elif targets(stmt):
        stmt.target = change(stmt.target)  # type: ignore[union-attr,arg-type]


def replace_operand(stmt: Stmt, old: Atom, new: Atom) -> None:
    """Replace an atom among a statement's own operands."""
    change_operands(stmt, lambda atom: new if atom == old else atom)
