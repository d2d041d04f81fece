"""The parts of programs in normal form: places, atoms, expressions, statements, functions."""

from __future__ import annotations

from dataclasses import dataclass, field
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
