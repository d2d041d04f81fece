"""The parts of expressions in normal form: places in the user's file, atoms, operations on atoms, operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from srcgrad.ir.statements import Function

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

    def quoted(self, number: int) -> str:
        """The line behind its number; empty when out of range."""
        text = self.line(number)
        return f"{number}: {text}" if text else ""


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


@dataclass(frozen=True, slots=True, eq=False)
class AtAdjoint:
    """The block of `with adjoint_of(value) as name:`, which runs in the reverse alone: `reads` are the atoms of the
    function that it reads, `body` its statements."""

    value: Atom
    name: str
    reads: tuple[Atom, ...]
    body: list[Any]


Expr = Union[
    Var, Free, Global, Const, Bound,
    Prim, Attr, Item, Slice, Build, BuildDict, Call, CallMethod, Format, CellLoad, MakeFunction, AtAdjoint,
]  # fmt: skip

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
