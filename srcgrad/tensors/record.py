"""Recording: an operation runs on the arrays that tensors hold, and a node remembers it.

    np.tanh(x @ w)      ndarray.matmul, Node(matmul, (x's leaf, w's leaf), ...)
                        np.tanh,        Node(tanh, (the node before,), ...)

Nothing is looked at that NumPy does not look at itself; what a node means for gradients is worked out in `backward()`.
Arrays that are no tensors and that a gradient needs are copied, since whoever made them may write to them again.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

import numpy as np

from srcgrad.analysis.calls import name_of
from srcgrad.errors import UnsupportedError
from srcgrad.rules.language import is_constant, lookup, refuses_active
from srcgrad.runtime.helpers import in_form_of
from srcgrad.runtime.words import is_basic
from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, Op, located, op_for
from srcgrad.tensors.state import state
from srcgrad.tensors.steps import PART
from srcgrad.tensors.views import set_views

ndarray = np.ndarray
# what arguments are that need no looking into
ATOMS = frozenset({int, float, complex, bool, str, type, type(None)})


def kept(value: Any) -> Any:
    """An argument that is no tensor, as a node remembers it: arrays and lists as they are now."""
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)([part.copy() if part.__class__ is ndarray else kept(part) for part in value])
    return value


def unwrapped(value: Any) -> tuple[Any, Any]:
    """An argument with arrays in place of tensors, and the nodes that they came from."""
    cls = value.__class__
    if cls is list or cls is tuple:
        raw: list[Any] = []
        nodes: list[Any] = []
        changed = False
        for part in value:
            if part.__class__ is Tensor:
                if part._rare is not None:
                    sync(part)
                raw.append(part._a)
                nodes.append(part._node)
                changed = True
            elif part.__class__ in ATOMS or part.__class__ is ndarray:
                raw.append(part)
                nodes.append(None)
            else:
                plain, node = unwrapped(part)
                raw.append(plain)
                nodes.append(node)
                changed = changed or plain is not part
        if not changed:
            return value, None
        return raw if cls is list else tuple(raw), None if nodes.count(None) == len(nodes) else tuple(nodes)
    if isinstance(value, Tensor):
        if value._rare is not None:
            sync(value)
        return value._a, value._node
    if cls is slice:
        parts = (unwrapped(part)[0] for part in (value.start, value.stop, value.step))
        return slice(*parts), None
    if isinstance(value, ndarray):
        refuse_other_meaning(value)
    return value, None


def refuse_other_meaning(array: Any) -> None:
    """UnsupportedError for arrays of a class that does something else with them: a masked array, a matrix."""
    if isinstance(array, (np.ma.MaskedArray, np.matrix)):
        form = "np.where(mask, 0.0, ...)" if isinstance(array, np.ma.MaskedArray) else "np.asarray(m)"
        raise UnsupportedError(f"{type(array).__name__} beside a tensor", f"write it with {form}")


class Pattern:
    """A way in which an operation is called, the same object whenever it is: how many arguments, which by name.

    op        the operation; None where no derivative flows, and as long as no argument was tracked
    resolved  whether `op` is known
    unnamed   None for each argument by name
    """

    __slots__ = ("count", "names", "op", "resolved", "unnamed", "what")

    def __init__(self, what: tuple[Any, ...], count: int, names: tuple[str, ...]) -> None:
        self.what, self.count, self.names = what, count, names
        self.unnamed = [None] * len(names)
        self.op: Op | None = None
        self.resolved = False

    def resolve(self, code: CodeType, at: int) -> Op | None:
        """The operation; UnsupportedError where it has no derivative, or an argument is refused."""
        what = self.what
        if what[0] == "function" and lookup(what[1]) is None:
            if not is_constant(what[1]) or refuses_active(what[1]):
                raise located(
                    f"{name_of(what[1])}() of a tensor that requires a gradient",
                    "it has no derivative rule; write it with NumPy functions that have one, or pass x.detach()",
                    code, at,
                )  # fmt: skip
        else:
            try:
                self.op = op_for(what, self.count, self.names)
            except UnsupportedError as error:
                raise located(error.construct, error.advice, code, at) from None
        self.resolved = True
        return self.op


_patterns: dict[Any, Pattern] = {}


def pattern_for(what: tuple[Any, ...], count: int, names: tuple[str, ...] = ()) -> Pattern:
    """The pattern of a call."""
    key = (what, count, names)
    found = _patterns.get(key)
    if found is None:
        found = _patterns.setdefault(key, Pattern(what, count, names))
    return found


NUMBER = frozenset({int, type(None)})


def indexing(index: Any) -> tuple[Any, bool]:
    """An index as a node remembers it, and whether it has integers and slices only."""
    if is_plain(index):
        return index, True
    index, tracked = unwrapped(index)
    if tracked is not None:
        raise TensorError("an index cannot require a gradient; pass i.detach()")
    for part in index if index.__class__ is tuple else (index,):
        if part.__class__ is ndarray:
            return kept(index), False
    return (index, True) if is_basic(index) else (kept(index), False)


def is_plain(index: Any) -> bool:
    """Whether an index has only integers, slices of them, None and Ellipsis: nothing in it is a tensor or an array."""
    for part in index if index.__class__ is tuple else (index,):
        cls = part.__class__
        if cls is slice:
            if not (part.start.__class__ in NUMBER and part.stop.__class__ in NUMBER and part.step.__class__ in NUMBER):
                return False
        elif cls not in NUMBER and part is not Ellipsis:
            return False
    return True


FLOATS = frozenset("defgDFG")
DOUBLE = np.dtype(float)


def apply(
    pattern: Pattern, function: Any, args: tuple[Any, ...], keywords: dict[str, Any], code: CodeType, at: int
) -> Any:
    """Run `function` on the arrays of its arguments, and record it where one of them is tracked."""
    raw: list[Any] = []
    inputs: list[Any] = []
    tracked = 0
    # arguments that are arrays or lists, and not of tensors
    others: list[int] = []
    for value in args:
        cls = value.__class__
        node = None
        if cls is Tensor:
            if value._rare is not None:
                sync(value)
            node = value._node
            value = value._a
            if node is not None:
                tracked += 1
        elif cls not in ATOMS:
            if cls is not ndarray:
                value, node = unwrapped(value)
            if node is None:
                others.append(len(raw))
            else:
                tracked += 1
        raw.append(value)
        inputs.append(node)
    named: Any = pattern.unnamed
    for value in keywords.values():
        if value.__class__ not in ATOMS:
            pairs = {name: unwrapped(value) for name, value in keywords.items()}
            keywords = {name: plain for name, (plain, _) in pairs.items()}
            named = [node for _, node in pairs.values()]
            for place, (node, value) in enumerate(zip(named, keywords.values()), len(raw)):
                if node is not None:
                    tracked += 1
                elif value.__class__ not in ATOMS:
                    others.append(place)
            break
    inputs += named
    op = None
    if tracked and state.enabled:
        op = pattern.op if pattern.resolved else pattern.resolve(code, at)
        if op is not None:
            for place in op.static:
                if inputs[place] is not None:
                    raise no_gradient(op, place, code, at)
    if keywords:
        value = function(*raw, **keywords)
        raw += keywords.values()
    else:
        value = function(*raw)
    is_array = value.__class__ is ndarray
    if op is None:
        result = made(value, None) if is_array else wrapped(value)
    else:
        if others:
            keeps = op.keeps
            for place in others:
                if keeps[place]:
                    other = raw[place]
                    raw[place] = other.copy() if other.__class__ is ndarray else kept(other)
        if is_array or isinstance(value, np.generic):
            if value.dtype is not DOUBLE and value.dtype.char not in FLOATS:
                if value.dtype.char == "O":
                    raise of_objects(op, code, at)
                return made(value, None)
            result = made(value, Node(op, inputs, raw, value, code, at))
        else:
            result = recorded(op, tuple(inputs), tuple(raw), value, code, at)
    if (value is raw[0] or (value.base is not None and from_any(value.base, raw))) if is_array else shares(value, raw):
        set_views(result, value, (*args, *keywords.values()), raw, pattern, function, code, at)
    return result


def from_any(base: Any, raw: list[Any]) -> bool:
    """Whether the memory that a result is a view of may be an argument's: `np.tensordot` has an array in between."""
    if base.__class__ is not ndarray or base.base is not None:
        return True
    for each in raw:
        if each is base or (each.__class__ is ndarray and each.base is not None):
            return True
    return False


def shares(value: Any, raw: list[Any]) -> bool:
    """Whether results may be views of an argument."""
    return isinstance(value, (list, tuple)) and any(
        part.base is not None or part is raw[0] if part.__class__ is ndarray else shares(part, raw) for part in value
    )


def of_objects(op: Op, code: CodeType, at: int) -> UnsupportedError:
    """The error for an operation on what is tracked that gives an array of objects."""
    return located(f"{op.name}() that gives an array of objects", "pass arrays of numbers", code, at)


def no_gradient(op: Op, place: int, code: CodeType, at: int) -> UnsupportedError:
    """The error for a tracked tensor as an axis and the like."""
    return located(
        f"{op.name}() with a tensor that requires a gradient as argument {place + 1}",
        "no gradient flows there; pass x.detach() or a plain array",
        code, at,
    )  # fmt: skip


def recorded(op: Op, inputs: tuple[Any, ...], raw: tuple[Any, ...], value: Any, code: CodeType, at: int) -> Any:
    """The tensors for a result that is not one array: a list or tuple of them, or a Python number."""
    if isinstance(value, (list, tuple)):
        node = Node(op, inputs, raw, value, code, at)
        parts = [
            made(part, Node(PART, (node, None), (value, i), part, code, at) if carries(part) else None)
            for i, part in enumerate(value)
        ]
        return in_form_of(value, parts)
    if not carries(value):
        return wrapped(value)
    value = np.asarray(value)[()]
    return made(value, Node(op, inputs, raw, value, code, at))


def carries(value: Any) -> bool:
    """Whether a result can have a gradient."""
    dtype = getattr(value, "dtype", None)
    return (dtype.kind in "fc") if dtype is not None else isinstance(value, (float, complex))


def wrapped(value: Any) -> Any:
    """A result that is not tracked: tensors for arrays, anything else as it is."""
    if isinstance(value, np.ndarray):
        return made(value, None)
    if isinstance(value, np.generic) and value.dtype.kind in "biufc":
        return made(value, None)
    if isinstance(value, (list, tuple)) and any(isinstance(part, np.ndarray) for part in value):
        parts = [wrapped(part) for part in value]
        return in_form_of(value, parts)
    return value
