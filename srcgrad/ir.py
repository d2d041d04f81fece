"""The intermediate representation: what every stage of the pipeline reads and writes.

Programs are in *normal form*: an operand is an atom (a variable, a constant, a global), and a statement does one
operation.  `h = np.tanh(x @ w + b)` is four statements:

    h_arg_left = x @ w
    h_arg = h_arg_left + b
    h = np.tanh(h_arg)

The user's function, the augmented forward and the reverse are all programs in this one form, printed by one printer
(`srcgrad.emit.python`), which nests temporaries back into expressions.

Statements are mutable and compared by identity, so that passes can keep side tables keyed by statement.  Expressions
and atoms are immutable and compared by value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Union

# --------------------------------------------------------------------------------------------------------- places


@dataclass(frozen=True, slots=True)
class Span:
    """Where a statement stands in the user's file: first and last line (1-based, absolute)."""

    line: int
    end_line: int
    col: int = 0


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text a function was read from, kept to quote the user's lines in comments and errors."""

    filename: str
    first_line: int
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """The user's line `number` (absolute, 1-based), stripped; empty when out of range."""
        index = number - self.first_line
        return self.lines[index].strip() if 0 <= index < len(self.lines) else ""


# ---------------------------------------------------------------------------------------------------------- atoms


@dataclass(frozen=True, slots=True)
class Var:
    """A local variable or a temporary of the function."""

    name: str


@dataclass(frozen=True, slots=True)
class Free:
    """A variable of an enclosing function, read through its closure cell (not rebound while the function runs)."""

    name: str


@dataclass(frozen=True, slots=True)
class Global:
    """A module global or a builtin, looked up when the statement runs."""

    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: None, bool, int, float, complex, str, bytes or Ellipsis."""

    value: Any


@dataclass(frozen=True, slots=True)
class Bound:
    """An object that the emitted text refers to by `name` and that is bound when the text is compiled (a helper,
    a module such as numpy, a dispatcher)."""

    name: str
    value: Any = field(compare=False)


Atom = Union[Var, Free, Global, Const, Bound]


@dataclass(frozen=True, slots=True)
class Star:
    """`*atom` among the arguments of a call or the items of a display."""

    value: Atom


# ---------------------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Prim:
    """A Python operator applied to atoms; `op` is a key of `OPERATORS`."""

    op: str
    args: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Attr:
    """`obj.name` (a read)."""

    obj: Atom
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """`obj[index]` (a read).  A slice or tuple index is an atom bound by a `Slice` or `Build` before."""

    obj: Atom
    index: Atom


@dataclass(frozen=True, slots=True)
class Slice:
    """`lower:upper:step`; a missing part is Const(None)."""

    lower: Atom
    upper: Atom
    step: Atom


@dataclass(frozen=True, slots=True)
class Build:
    """A display: kind is 'tuple', 'list' or 'set'."""

    kind: str
    items: tuple[Atom | Star, ...]


@dataclass(frozen=True, slots=True)
class BuildDict:
    """A dict display; a key of None stands for `**value`."""

    items: tuple[tuple[Atom | None, Atom], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """`func(*args, **keywords)`; a keyword of None stands for `**value`."""

    func: Atom
    args: tuple[Atom | Star, ...]
    keywords: tuple[tuple[str | None, Atom], ...] = ()


@dataclass(frozen=True, slots=True)
class CallMethod:
    """`obj.name(*args, **keywords)`; also how `np.tanh(x)` reads: obj is the Global `np`."""

    obj: Atom
    name: str
    args: tuple[Atom | Star, ...]
    keywords: tuple[tuple[str | None, Atom], ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """An f-string: literal texts, and fields (atom, conversion letter or '', format spec as Atom or None)."""

    parts: tuple[str | tuple[Atom, str, Atom | None], ...]


@dataclass(frozen=True, slots=True)
class CellLoad:
    """A read of a variable that some function rebinds with `nonlocal` (it lives in a cell that several share)."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class MakeFunction:
    """A nested `def` or a lambda; `defaults` go with the trailing positional parameters, then keyword-only ones
    by name in `kw_defaults`."""

    function: Function
    defaults: tuple[Atom, ...] = ()
    kw_defaults: tuple[tuple[str, Atom], ...] = ()


Expr = Union[
    Var, Free, Global, Const, Bound,
    Prim, Attr, Item, Slice, Build, BuildDict, Call, CallMethod, Format, CellLoad, MakeFunction,
]  # fmt: skip

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
    Let, Unpack, Effect, Augment, StoreItem, StoreAttr, StoreCell, Delete, If, For, While, Return, Break, Continue,
    Raise, Try, With, Import, Comment,
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


# ------------------------------------------------------------------------------------------------------ operators

# name: (symbol, number of operands); names are those of the `operator` module
OPERATORS: dict[str, tuple[str, int]] = {
    "add": ("+", 2), "sub": ("-", 2), "mul": ("*", 2), "truediv": ("/", 2), "floordiv": ("//", 2),
    "mod": ("%", 2), "pow": ("**", 2), "matmul": ("@", 2), "lshift": ("<<", 2), "rshift": (">>", 2),
    "and_": ("&", 2), "or_": ("|", 2), "xor": ("^", 2),
    "lt": ("<", 2), "le": ("<=", 2), "gt": (">", 2), "ge": (">=", 2), "eq": ("==", 2), "ne": ("!=", 2),
    "is_": ("is", 2), "is_not": ("is not", 2), "in_": ("in", 2), "not_in": ("not in", 2),
    "neg": ("-", 1), "pos": ("+", 1), "invert": ("~", 1), "not_": ("not", 1),
}  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- walks


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
        case MakeFunction(defaults=defaults, kw_defaults=kw_defaults):
            yield from defaults
            for _, value in kw_defaults:
                yield value


def statement_operands(stmt: Stmt) -> Iterator[Atom]:
    """The atoms that a statement itself reads, not those of its blocks."""
    match stmt:
        case Let(value=value) | Effect(value=value):
            yield from operands(value)
        case Unpack(value=value) | StoreCell(value=value) | Return(value=value):
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


def substitute(expr: Any, old: Atom, new: Atom) -> Any:
    """The expression with an atom replaced wherever it is an operand."""
    if expr == old and not isinstance(expr, MakeFunction):
        return new
    if isinstance(expr, tuple):
        return tuple(substitute(e, old, new) for e in expr)
    if isinstance(expr, (Var, Free, Global, Const, Bound, CellLoad, MakeFunction, str, int)) or expr is None:
        return expr
    values = {f.name: substitute(getattr(expr, f.name), old, new) for f in fields(expr)}
    return type(expr)(**values)


def replace_operand(stmt: Any, old: Atom, new: Atom) -> None:
    """Replace an atom among a statement's own operands."""
    for f in fields(stmt):
        value = getattr(stmt, f.name)
        if not isinstance(value, (list, Span, str, int)) and value is not None:
            setattr(stmt, f.name, substitute(value, old, new))


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
