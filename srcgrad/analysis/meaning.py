"""What a statement's operation means for the derivative, once kinds are known.

One meaning a statement:

    y = np.sin(x)          ByRule       the table says how
    y = helper(x)          ByCall       a function that is differentiated itself
    y = params["w"]        Moves        hands a value on unchanged: adjoints travel by the value's identity
    rows.append(y)         Moves
    y = layer(x)           ByChoice     one of several functions, each differentiated itself
    y = f(x)               Dynamic      what f is, is seen when it runs
    z = y                  Copies       one more name for the same value
    n = len(x)             Plain        nothing to differentiate
    c = sg.stop_gradient(y)   Detached  a constant from here on
    sg.on_adjoint(y, fn)   Hooked       something that the reverse does here
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from srcgrad.analysis.kinds import Kind, Num
from srcgrad.ir import AtAdjoint, Atom, Star


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
    ways       the ways to those arrays that the callee can see and that are written, here or elsewhere: from a
               parameter, ("free", variable), ("global", name) or ("return",)
    child      the callee's inference, where there is one
    settled    the kinds of the callee's parameters, where nothing has to be asked of them when it runs
    """

    function: Any
    callee: Atom | None
    args: tuple[Any, ...]
    keywords: tuple[tuple[str | None, Atom], ...]
    modes: str
    keyword_modes: tuple[tuple[str | None, str], ...]
    result: Kind = None  # type: ignore[assignment]
    construct: Any = None
    ways: frozenset[tuple[Any, ...]] = frozenset()
    child: Any = None
    settled: Any = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a call calls, where that is seen when it runs: the function in front of the arguments, or what the object
    there has as `attribute`; `name` is that of the variable or the attribute."""

    name: str
    attribute: bool = False


@dataclass(slots=True)
class ByChoice(ByCall):
    """A call of which it is known what it gives, but not which function it calls: `function` is a Choice."""


@dataclass(slots=True)
class Recomputed(ByCall):
    """A call that is computed again in the reverse, from its arguments."""


@dataclass(slots=True)
class BySlope(ByCall):
    """A call of a gradient function: of the function that computes the gradient, which is found when it runs.

    `function` is what it is the gradient of; `callee` holds the gradient function, unless it is known now.

    slope    what is known of the gradient function
    names    the parameters that the positional operands are for
    instead  the operand that holds the function itself, where the gradient function is not made
    """

    slope: Any = None
    names: tuple[str, ...] = ()
    instead: Atom | None = None


@dataclass(slots=True)
class Snapshots:
    """The iterable of a loop whose turns are computed again, from this number of states (None: as many as fit)."""

    items: Atom
    snapshots: Atom


@dataclass(slots=True)
class Dynamic:
    """Resolved when it runs; all adjoints travel by identity.

    quiet   known to write into no array that was there before: what is done to adjoints that go by identity, say
    """

    func: Any
    args: tuple[Any, ...]
    keywords: tuple[tuple[str | None, Atom], ...] = ()
    quiet: bool = False


@dataclass(slots=True)
class Rebinds:
    """`target op= value` by a rule: the name holds another value afterwards.

    in_place  the target is, or may be, an array, which is written
    """

    use: ByRule
    in_place: bool = False


@dataclass(slots=True)
class Stores:
    """`obj[index] = value` or `obj[index] op= value` on an array that carries derivatives.

    use    the rule by which what is there afterwards depends on the value (and on what was there); None where it does
           not depend on the input
    part   the kind of `obj[index]`
    index  the kind of the index
    """

    use: ByRule | None
    part: Num
    index: Kind


@dataclass(slots=True)
class Fills:
    """A call that writes its result into an array: all of `out` is, where `where` holds, what a rule gives.

    use    the rule; None where the result does not depend on the input
    out    the array; None for a new one
    where  the mask; None where all is written
    """

    use: ByRule | None
    out: Atom | None
    where: Atom | None = None


@dataclass(slots=True)
class Rows:
    """The rows of an array, as a list of values of their own."""

    source: Atom


@dataclass(slots=True)
class Apart:
    """`a, b = x`: the numbers of an array of one axis, each under a name of its own."""

    source: Atom


@dataclass(slots=True)
class Detached:
    """The value of `source`, through which no derivative flows."""

    source: Atom


@dataclass(slots=True)
class Hooked:
    """What the reverse does with the adjoint of `value` here: a call of `hook`, or the statements of `code`."""

    value: Atom
    hook: Atom | None = None
    code: AtAdjoint | None = None


Meaning = Union[
    Plain, Copies, ByRule, Moves, ByCall, Dynamic, Rebinds, Stores, Fills, Rows, Apart, Detached, Hooked, Snapshots,
]  # fmt: skip

# what interpreting an expression gives; keyword arguments by name, None for `**options`
Result = tuple[Kind, Meaning]
Keywords = tuple[tuple[Any, Any], ...]
