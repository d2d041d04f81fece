"""What a statement's operation means for the derivative, once kinds are known.

One meaning a statement:

    y = np.sin(x)          ByRule       the table says how
    y = helper(x)          ByCall       a function that is differentiated itself
    y = params["w"]        Moves        hands a value on unchanged: adjoints travel by the value's identity
    rows.append(y)         Moves
    y = f(x)               Dynamic      what f is, is seen when it runs
    z = y                  Copies       one more name for the same value
    n = len(x)             Plain        nothing to differentiate
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from srcgrad.analysis.kinds import Kind
from srcgrad.ir import Atom, Star


@dataclass(slots=True)
class Plain:
    """Nothing flows: printed as it stands."""


@dataclass(slots=True)
class Copies:
    """The target is the same value as `source`."""

    source: Atom


@dataclass(slots=True)
class ByRule:
    """An entry of the table, its parameters bound to what the call passes (atoms, or tuples of atoms for *args)."""

    rule: Any
    bound: dict[str, Any]
    kinds: dict[str, Any]
    result: Kind
    module: Any = None


@dataclass(slots=True)
class Moves:
    """References change places; `held` are the operands that may be held by an object afterwards."""

    held: tuple[Atom | Star, ...] = ()


@dataclass(slots=True)
class ByCall:
    """A call of a function that is differentiated itself.

    function   the Python function, or the IR of a nested one
    callee     the atom that holds the function object (nested functions), else None
    args       positional operands as the callee sees them (the object first for methods)
    modes      a letter a positional argument: 'v' its adjoint is returned, 'i' it travels by identity, '-' none
    """

    function: Any
    callee: Atom | None
    args: tuple[Any, ...]
    keywords: tuple[tuple[str | None, Atom], ...]
    modes: str
    keyword_modes: tuple[tuple[str | None, str], ...]
    result: Kind = None  # type: ignore[assignment]
    construct: Any = None


@dataclass(slots=True)
class Dynamic:
    """Resolved when it runs; all adjoints travel by identity."""

    func: Any
    args: tuple[Any, ...]
    keywords: tuple[tuple[str | None, Atom], ...] = ()


@dataclass(slots=True)
class Rebinds:
    """`target op= value` on a number: a rule, and the name is rebound (`fresh`: an array nobody else can see;
    `guard`: a number, unless a test when it runs says that it is an array)."""

    use: ByRule
    fresh: bool = False
    guard: bool = False


@dataclass(slots=True)
class Rows:
    """The rows of an array, as a list of values of their own."""

    source: Atom


Meaning = Union[Plain, Copies, ByRule, Moves, ByCall, Dynamic, Rebinds, Rows]

# what interpreting an expression gives; keyword arguments by name, None for `**options`
Result = tuple[Kind, Meaning]
Keywords = tuple[tuple[Any, Any], ...]
