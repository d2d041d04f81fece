"""Kinds: what is known about a value before the program runs.

A kind is what the emitted text may depend on: that a value is an array of two axes whose first has length 1, that it
is a list of arrays, which function a name holds.  Sizes never enter, only whether an axis has length 1 (broadcasting
depends on nothing else), and symbolic equality of extents (`Dim`).

    Num        array, NumPy scalar or Python number
    Known      one object known now: a module, function, class, literal (guarded where it can change)
    Tup        tuple with a kind an item
    Ref        a mutable object: list, dict, set, instance; its contents live in a `Site`
    Closure    a function made while the program runs, with the kinds of what it captured
    Method     a function bound to an object
    Super      an object seen from behind a class
    OneOf      one of several objects or functions, each with a kind of its own
    Slope      a gradient function, with the kind of what it is the gradient of
    Seq        an iterator or iterable whose items have one kind (zip, map, dict.items() ...)
    Inert      a value without numbers in it: string, None, slice, type, range ...
    Unknown    anything; operations on it are resolved when they run
    Never      no value at all: an item of a list that holds nothing, the result of a call that does not return
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Union

import numpy as np

from srcgrad.analysis.extents import Axis, Dim, Shape
from srcgrad.analysis.places import Memory


def same_dtype(a: np.dtype[Any] | None, b: np.dtype[Any] | None) -> bool:
    """Whether two dtypes are known to be one, or are both unknown: to NumPy None is another name of float64."""
    return (a is None) == (b is None) and a == b


@dataclass(frozen=True, slots=True, eq=False)
class Num:
    """A number or array.

    shape   a tuple of axes, () for scalars; None when even the number of axes is unknown
    dtype   a NumPy dtype, or None when unknown
    box     'py' Python number, 'np' NumPy scalar, 'scalar' one of these, 'array' ndarray (0-d too), 'cupy' CuPy array,
            None unknown
    active  whether the derivative with respect to an input may flow through it
    maybe_none  the value may also be None (a name set later); arithmetic on it would raise
    memory  where its elements lie; None for numbers, and for results that have no place yet
    extent  of an integer: the extent that an array has which is made with it; integers with equal ones are equal, but
            for those that are lengths and were cut short at 0
    """

    shape: Shape | None
    dtype: np.dtype[Any] | None
    box: str | None
    active: bool = False
    maybe_none: bool = False
    memory: Memory | None = field(default=None, repr=False)
    extent: Dim | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Num):
            return NotImplemented
        own = (self.shape, self.box, self.active, self.maybe_none, self.extent)
        others = (other.shape, other.box, other.active, other.maybe_none, other.extent)
        return same_dtype(self.dtype, other.dtype) and own == others

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype, self.box, self.active, self.maybe_none))

    def carrying(self, active: bool) -> Num:
        """The same result of an operation, with a derivative or without; `replace` would take ten times as long."""
        if active == self.active and not self.maybe_none:
            return self
        return Num(self.shape, self.dtype, self.box, active, False, self.memory)

    @property
    def ndim(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    @property
    def is_number(self) -> bool:
        """Known to be an immutable number, not an array (of no axes)."""
        return self.box in ("py", "np", "scalar")

    @property
    def differentiable(self) -> bool:
        """Whether the dtype can carry a derivative (floating or complex, or unknown)."""
        return self.dtype is None or self.dtype.kind in "fc"


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A value known now, compared by identity, or by type and value for literals."""

    value: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known):
            return NotImplemented
        if self.value is other.value:
            return True
        literal = (bool, int, float, complex, str, bytes, tuple, slice)
        return type(self.value) is type(other.value) and isinstance(self.value, literal) and self.value == other.value

    def __hash__(self) -> int:
        return hash(type(self.value))


@dataclass(frozen=True, slots=True)
class Tup:
    """A tuple (or named tuple, when `type` is not tuple)."""

    items: tuple[Kind, ...]
    type: type = tuple


@dataclass(slots=True, eq=False)
class Site:
    """The contents of the mutable objects made at one place of the program (or that came with one argument).

    type     list, dict, set, tuple (of unknown length) or the class of an instance
    items    exact contents by key (list index, dict key, attribute name) while they are known, else None
    elem     join of everything held (None: nothing yet)
    mutated  whether the program changes it after it was made
    value    the actual object, when it came with an argument
    key      join of the kinds of a dict's keys
    growers  versions by which the contents grow, so that repeated passes come to rest
    """

    type: type
    items: dict[Any, Kind] | None
    elem: Kind | None = None
    mutated: bool = False
    value: Any = None
    key: Kind | None = None
    escaped: bool = False
    growers: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ref:
    """A mutable object; `maybe_none` as for `Num`."""

    site: Site
    maybe_none: bool = False


@dataclass(frozen=True, slots=True)
class Closure:
    """A nested function or lambda made while the program runs: its IR and the kinds of what it captured."""

    function: Any
    captured: tuple[tuple[str, Kind], ...] = ()
    defaults: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """`obj.name` where name is a function of obj's class (`function`), or of an array or container (None)."""

    obj: Kind
    name: str
    function: Any = None


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method: `obj`, which the operand `atom` holds, seen from behind the class `after`."""

    obj: Kind
    atom: Any
    after: type


@dataclass(frozen=True, slots=True)
class Seq:
    """Something to iterate over whose items have one kind."""

    elem: Kind


@dataclass(frozen=True, slots=True)
class Inert:
    """A value that carries no derivative and is no number; `type` where known.

    `printed`: a text that values which depend on the input were written into.  `bounds`: of a slice, its start, stop
    and step, where they are known or have names.
    """

    type: type | None = None
    printed: bool = False
    bounds: tuple[Axis | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything; `active` when a derivative may flow through it, `printed` as for `Inert`; `type` where known, and
    `dtype` of a sparse matrix."""

    active: bool = False
    printed: bool = False
    type: type | None = None
    dtype: np.dtype[Any] | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """No value: what is computed from it is never computed."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several: instances of classes that differ, functions that differ; which one is seen when it runs."""

    members: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Slope:
    """What `grad(f, argnums)` or `value_and_grad(f, argnums)` gives in a function that is differentiated.

    function  the kind of f
    made      the gradient function itself, where it is known now
    """

    function: Kind
    argnums: int | tuple[int, ...]
    with_value: bool
    made: Any = None


Kind = Union[Num, Known, Tup, Ref, Closure, Method, Super, OneOf, Slope, Seq, Inert, Unknown, Never]

FLOAT = Num((), np.dtype(float), "py")
INT = Num((), np.dtype(int), "py")
BOOL = Num((), np.dtype(bool), "py")
COMPLEX = Num((), np.dtype(complex), "py")


def with_axes(kind: Any, change: Callable[[Shape], Shape]) -> Any:
    """A kind with the axes of its arrays changed, also of those in tuples and of those that functions captured."""

    def every(kinds: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(with_axes(each, change) for each in kinds)

    match kind:
        case Num(shape=(_, *_)):
            axes = change(kind.shape)  # type: ignore[arg-type]
            return kind if axes is kind.shape else replace(kind, shape=axes)
        case Num(extent=Dim() as extent):
            (changed,) = change((extent,))
            return kind if changed is extent else replace(kind, extent=changed)  # type: ignore[arg-type]
        case Inert(bounds=(_, *_) as bounds):
            moved = tuple(None if bound is None else change((bound,))[0] for bound in bounds)
            return kind if moved == bounds else replace(kind, bounds=moved)
        case Tup(items=items):
            return Tup(every(items), kind.type)
        case Seq(elem=elem):
            return Seq(with_axes(elem, change))
        case Closure(captured=captured, defaults=defaults) if captured or defaults:
            held = tuple((name, with_axes(each, change)) for name, each in captured)
            return Closure(kind.function, held, every(defaults))
        case Method(obj=obj):
            return replace(kind, obj=with_axes(obj, change))
        case OneOf(members=members):
            return OneOf(every(members))
    return kind


def loosened(kind: Any) -> Any:
    """The kind of what was taken out of a container, or came from a call: it may be another one than was there before.

    An extent of which there may be several in a call becomes one of its own.
    """

    def loose(shape: Shape) -> Shape:
        own = {a: Dim.new(a.not_one) for a in shape if isinstance(a, Dim) and not a.once}
        return tuple(own.get(a, a) if isinstance(a, Dim) else a for a in shape) if own else shape

    return with_axes(kind, loose)


def without_extents(kind: Any) -> Any:
    """The kind of an integer, or a tuple of them, that may become another one at any time."""
    match kind:
        case Inert(bounds=(_, *_)):
            return replace(kind, bounds=None)
        case Num(extent=Dim()):
            return replace(kind, extent=None)
        case Tup(items=items):
            return Tup(tuple(map(without_extents, items)), kind.type)
    return kind


def is_array(kind: Any) -> bool:
    """Whether a value is surely an array."""
    return isinstance(kind, Num) and kind.box in ("array", "cupy") and not kind.maybe_none


def result_num(shape: Shape | None, dtype: np.dtype[Any] | None, *operands: Num) -> Num:
    """The Num of an operation on `operands`: active if one of them is, boxed as NumPy boxes it."""
    active = any(o.active for o in operands) and (dtype is None or dtype.kind in "fc")
    boxes = {o.box for o in operands}
    if "cupy" in boxes:
        box: str | None = "cupy"
    elif shape is None or None in boxes:
        box = None
    else:
        box = "array" if shape else "scalar" if "scalar" in boxes else "np"
    return Num(shape, dtype, box, active)
