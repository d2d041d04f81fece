"""Statements in normal form, and functions made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

from srcgrad.ir.expressions import Atom, Expr, SourceText, Span

# ----------------------------------------------------------------------------------------------------- statements


@dataclass(slots=True, eq=False)
class Let:
    """`target = value`."""

    target: str
    value: Expr
    span: Span


@dataclass(slots=True, eq=False)
class Unpack:
    """`a, *b, c = value`; `star` is the index of the starred target or None.  Targets are plain names."""

    targets: tuple[str, ...]
    star: int | None
    value: Atom
    span: Span


@dataclass(slots=True, eq=False)
class Effect:
    """An expression evaluated for what it does."""

    value: Expr
    span: Span


@dataclass(slots=True, eq=False)
class Augment:
    """`target op= value` on a name: in place for arrays and lists, a rebinding for scalars."""

    target: str
    op: str
    value: Atom
    span: Span


@dataclass(slots=True, eq=False)
class StoreItem:
    """`obj[index] = value`, or `obj[index] op= value` when `op` is given."""

    obj: Atom
    index: Atom
    value: Atom
    span: Span
    op: str | None = None


@dataclass(slots=True, eq=False)
class StoreAttr:
    """`obj.name = value`, or `obj.name op= value` when `op` is given."""

    obj: Atom
    name: str
    value: Atom
    span: Span
    op: str | None = None


@dataclass(slots=True, eq=False)
class StoreCell:
    """A write to a variable that some function rebinds with `nonlocal`."""

    name: str
    value: Atom
    span: Span


@dataclass(slots=True, eq=False)
class Delete:
    """`del name`, `del obj[index]` (index given) or `del obj.attr` (attr given)."""

    obj: Atom
    span: Span
    index: Atom | None = None
    attr: str | None = None


@dataclass(slots=True, eq=False)
class If:
    """A branch on the truth of `test`.

    `sugar` says what the user wrote, so that it can be printed back: 'if', or for one temporary assigned last in
    both arms: 'ifexp' (`a if c else b`), 'and', 'or' (short circuit), 'assert'.
    """

    test: Atom
    body: list[Stmt]
    orelse: list[Stmt]
    span: Span
    sugar: str = "if"


@dataclass(slots=True, eq=False)
class For:
    """`for target in iter`; an unpacked target is a temporary followed by `Unpack` in the body."""

    target: str
    iter: Atom
    body: list[Stmt]
    orelse: list[Stmt]
    span: Span


@dataclass(slots=True, eq=False)
class While:
    """`while`: each turn runs `head` (the statements of the test), then tests `test`."""

    head: list[Stmt]
    test: Atom
    body: list[Stmt]
    orelse: list[Stmt]
    span: Span


@dataclass(slots=True, eq=False)
class Return:
    value: Atom
    span: Span


@dataclass(slots=True, eq=False)
class Yield:
    """`yield value`, in a generator function; what such a function does is written out where its items are used."""

    value: Atom
    span: Span


@dataclass(slots=True, eq=False)
class Break:
    span: Span


@dataclass(slots=True, eq=False)
class Continue:
    span: Span


@dataclass(slots=True, eq=False)
class Raise:
    """`raise exc from cause`; both None for a bare `raise`."""

    exc: Atom | None
    cause: Atom | None
    span: Span


@dataclass(slots=True, eq=False)
class Handler:
    """`except type as name:`; `head` holds the statements that compute `type`; type None catches all."""

    head: list[Stmt]
    type: Atom | None
    name: str | None
    body: list[Stmt]
    span: Span


@dataclass(slots=True, eq=False)
class Try:
    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]
    span: Span


@dataclass(slots=True, eq=False)
class With:
    """`with context as target:`; several items are nested With statements."""

    context: Atom
    target: str | None
    body: list[Stmt]
    span: Span


@dataclass(slots=True, eq=False)
class Import:
    """`import module as target` (attr None) or `from module import attr as target`, inside a function."""

    module: str
    attr: str | None
    target: str
    span: Span


@dataclass(slots=True, eq=False)
class Comment:
    """A comment line of emitted text."""

    text: str
    span: Span


Stmt = Union[
    Let, Unpack, Effect, Augment, StoreItem, StoreAttr, StoreCell, Delete, If, For, While, Return, Yield, Break,
    Continue, Raise, Try, With, Import, Comment,
]  # fmt: skip
Block = list[Stmt]

# ------------------------------------------------------------------------------------------------------ functions


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; kind is 'posonly', 'pos', 'var' (*args), 'kwonly' or 'varkw' (**kwargs)."""

    name: str
    kind: str = "pos"
    has_default: bool = False


@dataclass(eq=False)
class Function:
    """A function in normal form.

    temps      names made by lowering (they may be nested back into expressions when used once);
    free       variables of enclosing functions that the body reads (`Free`) or shares (`CellLoad`/`StoreCell`);
    shared     variables (own or free) that live in a cell because some function rebinds them with `nonlocal`;
    captured   own variables that a nested function reads;
    namespace  the globals that it reads;
    recorded   where it is made of operations that ran, of which each has kept what its own reverse reads, and nothing
               else: the dtypes of their results by name;
    inlined    globals whose functions were written into it;
    generator  it yields;
    stepping   of a generator function: the function that makes its iterator, or why there is none.
    """

    name: str
    params: tuple[Param, ...]
    body: Block
    source: SourceText
    span: Span
    temps: set[str] = field(default_factory=set)
    free: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    captured: frozenset[str] = frozenset()
    is_lambda: bool = False
    doc: str | None = None
    qualname: str = ""
    namespace: dict[str, Any] = field(default_factory=dict)
    recorded: dict[str, Any] | None = None
    inlined: tuple[str, ...] = ()
    generator: bool = False
    stepping: Function | Exception | None = None
