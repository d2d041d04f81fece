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
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Node, Op, located, op_for
from srcgrad.tensors.state import state
from srcgrad.tensors.views import PART, set_views


def kept(value: Any) -> Any:
    """An argument that is no tensor, as a node remembers it: arrays and lists as they are now."""
    if type(value) is np.ndarray:
        return value.copy() if value.flags.writeable or value.base is not None else value
    if type(value) in (list, tuple):
        return type(value)([kept(part) for part in value])
    return value


def unwrapped(value: Any) -> tuple[Any, Any]:
    """An argument with arrays in place of tensors, and the nodes that they came from."""
    if isinstance(value, Tensor):
        if value._rare is not None:
            sync(value)
        return value._a, value._node
    cls = value.__class__
    if cls is list or cls is tuple:
        raw: list[Any] = []
        nodes: list[Any] = []
        tracked = changed = False
        for part in value:
            plain, node = unwrapped(part)
            raw.append(plain)
            nodes.append(node)
            if plain is not part:
                changed = True
            if node is not None:
                tracked = True
        if not changed:
            return value, None
        return raw if cls is list else tuple(raw), tuple(nodes) if tracked else None
    if cls is slice:
        parts = (unwrapped(part)[0] for part in (value.start, value.stop, value.step))
        return slice(*parts), None
    return value, None


# what arguments are that need no looking into
ATOMS = frozenset({int, float, complex, bool, str, type(None)})


def apply(
    what: tuple[Any, ...], function: Any, args: tuple[Any, ...], keywords: dict[str, Any], code: CodeType, at: int
) -> Any:
    """Run `function` on the arrays of its arguments, and record it where one of them is tracked."""
    raw: list[Any] = []
    inputs: list[Any] = []
    tracked = looked = False
    given = (*args, *keywords.values()) if keywords else args
    for value in given:
        cls = value.__class__
        if cls is Tensor:
            if value._rare is not None:
                sync(value)
            node = value._node
            raw.append(value._a)
            inputs.append(node)
            if node is not None:
                tracked = True
        elif cls in ATOMS:
            raw.append(value)
            inputs.append(None)
        else:
            plain, node = unwrapped(value)
            raw.append(plain)
            inputs.append(node)
            looked = True
            if node is not None:
                tracked = True
    count = len(args)
    names = tuple(keywords) if keywords else ()
    key = (what, count, names)
    op = None
    if tracked and state.enabled:
        op = _known.get(key) or checked(what, count, names, code, at)
    if op is not None and op.static:
        # mostly the first argument alone is tracked, and an operand
        if inputs[0] is None or not op.operands[0] or inputs.count(None) != len(inputs) - 1:
            refuse_static(op, inputs, code, at)
    value = function(*raw[:count], **dict(zip(names, raw[count:]))) if names else function(*raw)
    if op is None:
        result = wrapped(value)
    else:
        if looked:
            for place, keep in enumerate(op.reads(inputs).args):
                if keep and inputs[place] is None and given[place].__class__ is not Tensor:
                    raw[place] = kept(raw[place])
        if value.__class__ is np.ndarray or isinstance(value, np.generic):
            if value.dtype.char not in FLOATS:
                return made(value, None)
            result = made(value, Node(op, tuple(inputs), tuple(raw), value, code, at))
        else:
            result = recorded(op, tuple(inputs), tuple(raw), value, code, at)
    if shares(value, raw[0] if raw else None):
        set_views(result, value, given, raw, key, function, code, at)
    return result


def shares(value: Any, first: Any) -> bool:
    """Whether a result may be a view of an argument, or several results views of it."""
    if value.__class__ is np.ndarray:
        return value.base is not None or value is first
    return isinstance(value, (list, tuple)) and any(shares(part, first) for part in value)


FLOATS = frozenset("defgDFG")
_known: dict[Any, Op] = {}


def checked(what: tuple[Any, ...], count: int, names: tuple[str, ...], code: CodeType, at: int) -> Op | None:
    """The operation, None where no derivative flows; UnsupportedError where it has none or an argument is refused."""
    if what[0] == "function" and lookup(what[1]) is None:
        if not is_constant(what[1]) or refuses_active(what[1]):
            raise located(
                f"{name_of(what[1])}() of a tensor that requires a gradient",
                "it has no derivative rule; write it with NumPy functions that have one, or pass x.detach()",
                code, at,
            )  # fmt: skip
        return None
    try:
        op = op_for(what, count, names)
    except UnsupportedError as error:
        raise located(error.construct, error.advice, code, at) from None
    _known[what, count, names] = op
    return op


def refuse_static(op: Op, inputs: list[Any], code: CodeType, at: int) -> None:
    """Refuse a tracked tensor as an axis and the like."""
    for place, node in enumerate(inputs):
        if node is not None and not op.operands[place]:
            raise located(
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
        return rebuilt(value, parts)
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
        return rebuilt(value, parts)
    return value


def rebuilt(like: Any, parts: list[Any]) -> Any:
    """These items in a list, tuple or named tuple like that one."""
    return type(like)(*parts) if hasattr(like, "_fields") else type(like)(parts)
