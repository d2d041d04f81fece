"""Functions as single nodes: `@sg.differentiable`, and `@sg.grad` functions called on tensors.

    @sg.differentiable
    def layer(x):                   y = layer(x)        the emitted forward runs on arrays
        return np.tanh(x @ w)       y.backward()        the emitted reverse is one step of the backward

What the function reads besides its arguments is an input as well, where it is a tensor that requires a gradient:
globals, closure cells, attributes of `self`.  Globals and cells become parameters of a copy of the program.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Sequence
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.memory import mutated
from srcgrad.arguments import arrays_in, children, describe
from srcgrad.dispatch import Dispatcher, dispatcher_of
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.functions import bound_keywords, plain_function
from srcgrad.hidden import hides_numbers
from srcgrad.homes import is_written
from srcgrad.pullback import fingerprint
from srcgrad.rules import stand_ins
from srcgrad.rules.language import lookup
from srcgrad.runtime.adjoints import carries
from srcgrad.tensors.base import Tensor, made
from srcgrad.tensors.calls import FunctionCall, FunctionPart
from srcgrad.tensors.eagerly import without_rules
from srcgrad.tensors.graph import Node, located
from srcgrad.tensors.lifting import Inputs, holds_tensor, lifted, read_outside
from srcgrad.tensors.record import apply, pattern_for, wrapped
from srcgrad.tensors.state import state
from srcgrad.tensors.views import Shown, note_shown
from srcgrad.written import numpy_callbacks as callbacks


def on_tensors(f: Any, args: tuple[Any, ...], keywords: dict[str, Any], depth: int, purpose: str = "call") -> Any:
    """Call a function on tensors, as one node of the graph; `purpose` "api" where it surely writes into nothing.

    Where nothing is tracked, or the function writes into objects that hold tensors, it simply runs on the tensors.
    """
    function, bound = plain_function(f)
    keywords = {**bound_keywords(f), **keywords}
    frame = sys._getframe(depth)
    code, at = frame.f_code, frame.f_lasti
    del frame
    program = programs.program_of(function)
    values = dispatcher_of(program).bind(function, (*bound, *args), keywords)
    if state.enabled and is_written(function) and any(map(reads_tensors, values.values())):
        if function in ON_TENSORS:
            return function(*bound, *args, **keywords)
        what = f"a tensor that a function which is passed to {name_of(function).rpartition('.')[2]}() reads"
        raise located(what, "pass it in args=, or mark a function that makes the call", code, at)
    outside = read_outside(program, function)
    inputs = Inputs()
    plain = {name: inputs.taken(name, value) for name, value in values.items()}
    if outside:
        program, params_of = lifted(program, tuple(outside))
        outside = {params_of[name]: value for name, value in outside.items()}
        plain.update({name: inputs.taken(name, value) for name, value in outside.items()})
    if not (inputs.tracked and state.enabled):
        return function(*bound, *args, **keywords)
    dispatcher: Dispatcher = dispatcher_of(program)
    modes = {p.name: inputs.modes[p.name] for p in program.params if p.name in plain}
    plain = {name: plain[name] for name in modes}
    entry = dispatcher.entry(function, plain, modes, purpose)
    entered = entry.inf.entry
    if any(mutated(entered[name].kind) for name in modes if holds_tensor_at(name, values, outside)):
        if purpose == "api":
            raise UnsupportedError("writing into objects that hold tensors", "run it on the tensors")
        with without_rules():
            return function(*bound, *args, **keywords)
    prints = [(array, fingerprint(array)) for name in values for array in arrays_in(values[name])]
    value, seen, residual = entry.run_forward(function, *dispatcher.call_form(plain))
    if holds_tensor(value):
        raise located(
            f"a tensor that {name_of(function)}() reaches through something else than its arguments, its globals and "
            f"closure cells, or attributes of self",
            "pass it as an argument", code, at,
        )  # fmt: skip
    if hides(value):
        raise located(
            f"{name_of(function)}() as one node: {describe(value)} with numbers inside that carry gradients",
            "return them in a tuple, list, dict or object; or use it inside a function marked @sg.differentiable",
            code, at,
        )  # fmt: skip
    op = FunctionCall(function, entry, seen, residual, value)
    op.leaves, op.owners, op.prints, op.values = inputs.leaves, inputs.owners, prints, plain
    op.reads_outside = bool(outside)
    node = Node(op, tuple(inputs.sources), (), value, code, at)
    if carries(value):
        result = made(np.float64(value) if type(value) is float else value, node)
        note_shown([result], inputs.tensors, Shown(op.name, code, at))
        return result
    return tensors_of(value, node, code, at, inputs.tensors)


def hides(value: Any) -> bool:
    """Whether a result has numbers inside that are no parts of it: in iterators and sets, in what a function that was
    made there reads, in an object of a library that is called, in a sparse matrix."""
    if isinstance(value, (list, tuple, dict)):
        return any(map(hides, children(value)))
    if isinstance(value, types.FunctionType):
        return bool(value.__closure__)
    of_library = is_written(type(value))
    inside = of_library and (callable(value) or carries(value))
    return isinstance(value, types.MethodType) or inside or hides_numbers(value)


# functions written out that run on tensors as they do on arrays
ON_TENSORS: set[Any] = {callbacks.apply_along_axis, callbacks.apply_over_axes}


def reads_tensors(value: Any) -> bool:
    """Whether a value is a function that reads tensors."""
    function = getattr(value, "pyfunc", value)
    if isinstance(function, (list, tuple)):
        return any(map(reads_tensors, function))
    try:
        return isinstance(function, types.FunctionType) and bool(read_outside(programs.program_of(function), function))
    except UnsupportedError:
        return False


def holds_tensor_at(name: str, values: dict[str, Any], outside: dict[str, Any]) -> bool:
    """Whether a parameter's value is a structure with tensors in it."""
    value = values[name] if name in values else outside[name]
    return not isinstance(value, Tensor) and holds_tensor(value)


def tensors_of(value: Any, node: Node, code: types.CodeType, at: int, given: Sequence[Tensor] = ()) -> Any:
    """A structure of results, each number and array in it a tensor; `given` went into the function."""
    found: list[Tensor] = []

    def leaf(x: Any) -> Any:
        array = x if isinstance(x, np.ndarray) and x.ndim else np.asarray(x)[()]
        found.append(made(array, Node(FunctionPart(len(found)), (node,), (), x, code, at)))
        return found[-1]

    result = arguments.rebuilt(value, leaf, wrapped)
    note_shown(found, given, Shown(node.op.name, code, at))
    return result


# ------------------------------------------------------------------------------------------------------------ marker


class Differentiable:
    """A function that is one node of the graph when tensors go into it; on anything else it is the function itself."""

    def __init__(self, f: Any) -> None:
        self.__wrapped__ = f
        functools.update_wrapper(self, f, updated=())

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self._call(self.__wrapped__, args, keywords)

    @staticmethod
    def _call(f: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        # functions of libraries that call back are written out in Python
        f = stand_ins.of_call(f, args, keywords) or f
        if ruled(f):
            # its rule says more than its source
            if not any(holds_tensor(value) for value in (*args, *keywords.values())):
                return f(*args, **keywords)
            frame = sys._getframe(2)
            pattern = pattern_for(("function", f), len(args), tuple(keywords))
            return apply(pattern, getattr(f, "_implementation", f), args, keywords, frame.f_code, frame.f_lasti)
        function, bound = plain_function(f)
        passed = (*bound, *args, *keywords.values())
        calls_back = state.enabled and is_written(function) and any(map(reads_tensors, passed))
        if not calls_back and not reaches_tensor(f, function, args, keywords):
            return f(*args, **keywords)
        return on_tensors(f, args, keywords, 3)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        bound = types.MethodType(self.__wrapped__, instance)

        def method(*args: Any, **keywords: Any) -> Any:
            return self._call(bound, args, keywords)

        return functools.update_wrapper(method, self.__wrapped__)

    def __repr__(self) -> str:
        return f"<srcgrad.differentiable {name_of(self.__wrapped__)}>"


def ruled(f: Any) -> bool:
    """Whether a function has a rule: an entry of the derivative table, or lines of the user's (`sg.rule`)."""
    return lookup(f) is not None


def reaches_tensor(f: Any, function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> bool:
    """Whether tensors go into a call: as arguments, attributes of self, globals or closure cells."""
    if any(holds_tensor(value) for value in (*args, *keywords.values())):
        return True
    if isinstance(f, types.MethodType) and holds_tensor(f.__self__):
        return True
    return bool(read_outside(programs.program_of(function), function))


def differentiable(f: Any) -> Differentiable:
    """Mark a function: called on tensors it is one node of the graph, at NumPy's speed.

    Its emitted forward runs when it is called, its emitted reverse in `backward()`.  Tensors that require gradients
    are inputs of it wherever it reads them: arguments (also in dicts, lists, tuples and objects), attributes of
    `self`, globals and closure cells.  Called without tensors it is the function itself.  Of a function with a rule, as
    many of SciPy have, the node is that of its rule.

    UnsupportedError where the function uses what srcgrad does not differentiate.

    >>> @sg.differentiable
    ... def energy(u):
    ...     for _ in range(3):
    ...         u = u - 0.1 * u**3
    ...     return np.sum(u * u)
    >>> u = sg.tensor([0.5, 1.0], requires_grad=True)
    >>> energy(u).backward()
    >>> u.grad.shape
    (2,)
    """
    return Differentiable(f)
