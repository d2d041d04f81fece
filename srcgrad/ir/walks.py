"""Going through programs: operands, blocks, bound names, and replacing what statements read."""

from __future__ import annotations

from collections.abc import Iterator
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


def operands(expr: Expr) -> Iterator[Atom]:
    """The atoms of an expression in evaluation order (an atom is its own operand)."""
    match expr:
        case Var() | Free() | Global() | Const() | Bound():
            yield expr
        case Prim(args=args):
            yield from args
        case Attr(obj=obj):
            yield obj
        case Item(obj=obj, index=index):
            yield obj
            yield index
        case Slice(lower=a, upper=b, step=c):
            yield from (a, b, c)
        case Build(items=items):
            for item in items:
                yield item.value if isinstance(item, Star) else item
        case BuildDict(items=pairs):
            for key, value in pairs:
                if key is not None:
                    yield key
                yield value
        case Call(func=func, args=args, keywords=keywords):
            yield func
            for item in args:
                yield item.value if isinstance(item, Star) else item
            for _, value in keywords:
                yield value
        case CallMethod(obj=obj, args=args, keywords=keywords):
            yield obj
            for item in args:
                yield item.value if isinstance(item, Star) else item
            for _, value in keywords:
                yield value
        case Format(parts=parts):
            for part in parts:
                if not isinstance(part, str):
                    yield part[0]
                    if part[2] is not None:
                        yield part[2]
        case AtAdjoint(value=value, reads=reads):
            yield value
            yield from reads
        case MakeFunction(defaults=defaults, kw_defaults=kw_defaults):
            yield from defaults
            for _, value in kw_defaults:
                yield value


def statement_operands(stmt: Stmt) -> Iterator[Atom]:
    """The atoms that a statement itself reads, not those of its blocks."""
    match stmt:
        case Let(value=value) | Effect(value=value):
            yield from operands(value)
        case Unpack(value=value) | StoreCell(value=value) | Return(value=value) | Yield(value=value):
            yield value
        case Augment(target=target, value=value):
            yield Var(target)
            yield value
        case StoreItem(obj=obj, index=index, value=value):
            yield from (obj, index, value)
        case StoreAttr(obj=obj, value=value):
            yield from (obj, value)
        case Delete(obj=obj, index=index):
            yield obj
            if index is not None:
                yield index
        case If(test=test):
            yield test
        case For(iter=iterable):
            yield iterable
        case Raise(exc=exc, cause=cause):
            if exc is not None:
                yield exc
            if cause is not None:
                yield cause
        case With(context=context):
            yield context
        case _:
            return


def blocks(stmt: Stmt) -> Iterator[Block]:
    """The blocks inside a statement, in textual order (a while's head is a block; its test atom is read after it)."""
    match stmt:
        case If(body=body, orelse=orelse) | For(body=body, orelse=orelse):
            yield body
            yield orelse
        case While(head=head, body=body, orelse=orelse):
            yield head
            yield body
            yield orelse
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            yield body
            for handler in handlers:
                yield handler.head
                yield handler.body
            yield orelse
            yield final
        case With(body=body):
            yield body
        case _:
            return


def walk(block: Block) -> Iterator[Stmt]:
    """Every statement of a block and of the blocks inside it, in textual order."""
    for stmt in block:
        yield stmt
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


def replace_operand(stmt: Stmt, old: Atom, new: Atom) -> None:
    """Replace an atom among a statement's own operands."""
    change_operands(stmt, lambda atom: new if atom == old else atom)
