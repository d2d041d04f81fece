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
import weakref
from typing import Any

import numpy as np

from srcgrad import arguments, ir
from srcgrad.adjoint.decisions import describe
from srcgrad.adjoint.names import Names
from srcgrad.analysis.calls import name_of
from srcgrad.analysis.kinds import Kind, Ref, Tup
from srcgrad.analysis.rewrite import copy_function
from srcgrad.dispatch import Dispatcher, dispatcher_of
from srcgrad.entries import Record
from srcgrad.frontend import programs
from srcgrad.gradient import bound_keywords, plain_function
from srcgrad.pullback import arrays_in, fingerprint, reaches
from srcgrad.runtime.adjoints import Adjoints, carries
from srcgrad.runtime.helpers import fresh
from srcgrad.tensor.base import Tensor, TensorError, made, sync
from srcgrad.tensor.emitted import stale
from srcgrad.tensor.graph import Node, located
from srcgrad.tensor.record import wrapped
from srcgrad.tensor.state import state
from srcgrad.tensor.writes import Clock, written_after


class FunctionCall:
    """One call of a function, as the operation of a node.

    leaves  the arrays that went in for tracked tensors, in the order of the node's inputs; by parameter where one is
            an argument itself
    """

    names: tuple[str, ...] = ()
    what = ("call",)
    indexed = False
    named = True

    def __init__(self, function: Any, entry: Any, seen: int, residual: Any, value: Any) -> None:
        self.function, self.entry, self.seen = function, entry, seen
        self.record: Any = Record(entry, seen, residual, value, None)
        self.leaves: list[tuple[str | None, Any]] = []
        self.prints: list[tuple[Any, int]] = []

    @property
    def name(self) -> str:
        """The function's name."""
        return name_of(self.function).rpartition(".")[2]

    def describe(self) -> str:
        """The function and the path that the call took."""
        entry = self.entry
        path = "; ".join(describe(entry.assembly.sites, self.seen)) if entry.has_sites else "the only path"
        return f"{self.name}Backward: {path}"

    def source(self, node: Node) -> str:
        """The emitted forward and reverse of the path."""
        reverse = self.entry.path(self.seen).text
        return f"{self.entry.forward_text.rstrip()}\n\n\n{reverse.rstrip()}"

    def release(self) -> None:
        """Let go of what the call remembered."""
        self.record = None
        self.leaves, self.prints = [], []

    def reverse(self, node: Node, bar: Any, create_graph: bool) -> list[Any]:
        """The adjoints of the inputs."""
        if create_graph:
            raise located(
                f"create_graph=True through {self.name}(), which was recorded as one node",
                f"call the function itself on the tensors ({self.name}.__wrapped__)", node.code, node.at,
            )  # fmt: skip
        self.refuse_changed(node)
        record = self.record
        if isinstance(bar, Parts):
            bar = bar.structured(record.value)
        bars = Adjoints()
        result = record.reverse(bars, bar)
        returned = record.entry.returned
        by_name = dict(zip(returned, result if len(returned) != 1 else (result,)))
        found = []
        for name, array in self.leaves:
            found.append(full(by_name[name] if name in by_name else bars.take(array), array))
        return found

    def refuse_changed(self, node: Node) -> None:
        """RuntimeError where something that the reverse needs was written after the call."""
        residual = self.record.residual
        for array, before in self.prints:
            if fingerprint(array) != before and reaches(residual, array):
                raise TensorError(
                    f"an argument of {self.name}() was changed after the call, and its gradient needs the old values: "
                    f"pass a copy"
                )
        if Clock.last > node.number:
            for _, array in self.leaves:
                by = written_after(array, node.number)
                if by is not None and reaches(residual, array):
                    raise stale(node, ("arg", 0), by)


class FunctionPart:
    """One of several results of a function."""

    names: tuple[str, ...] = ()
    what = ("part",)
    name = "part"
    indexed = False
    named = True

    def __init__(self, position: int) -> None:
        self.position = position

    def describe(self) -> str:
        """How the node is printed."""
        return f"ResultBackward: {self.position}"

    def source(self, node: Node) -> str:
        """Nothing is computed."""
        return f"# result {self.position} of a function"

    def release(self) -> None:
        """Nothing is remembered."""

    def reverse(self, node: Node, bar: Any, create_graph: bool) -> list[Any]:
        """The adjoint, as that of one part."""
        return [Parts({self.position: bar})]


class Parts:
    """Adjoints of some of a function's results."""

    def __init__(self, bars: dict[int, Any]) -> None:
        self.bars = bars

    def __add__(self, other: Parts) -> Parts:
        joined = dict(self.bars)
        for position, bar in other.bars.items():
            joined[position] = joined[position] + bar if position in joined else bar
        return Parts(joined)

    def structured(self, value: Any) -> Any:
        """The adjoints in the structure of the results, zeros where there is none."""
        position = -1

        def leaf(x: Any) -> Any:
            nonlocal position
            position += 1
            return self.bars.get(position, np.zeros(np.shape(x))[()])

        return arguments.rebuilt(value, leaf, lambda x: None, plain=True)


def full(bar: Any, array: Any) -> Any:
    """An adjoint of the shape of its array."""
    bar = np.asarray(bar) if type(bar) in (float, int, complex) else bar
    return bar if np.shape(bar) == np.shape(array) else np.broadcast_to(bar, np.shape(array))


# ------------------------------------------------------------------------------------------------------------- inputs


def holds_tensor(value: Any, seen: set[int] | None = None) -> bool:
    """Whether a value is a tensor, or a structure with one in it."""
    if isinstance(value, Tensor):
        return True
    if value is None or isinstance(value, NO_STRUCTURE) or carries(value):
        return False
    seen = set() if seen is None else seen
    if id(value) in seen:
        return False
    seen.add(id(value))
    return any(holds_tensor(part, seen) for part in arguments.children(value))


NO_STRUCTURE = (float, int, str, np.ndarray, types.ModuleType, type, types.FunctionType)


class Inputs:
    """The values of a call with arrays in place of tensors, and where those came from."""

    def __init__(self) -> None:
        self.sources: list[Any] = []
        self.leaves: list[tuple[str | None, Any]] = []
        self.modes: dict[str, str] = {}
        self.tracked = False

    def taken(self, name: str, value: Any) -> Any:
        """A parameter's value."""
        if isinstance(value, Tensor):
            array, node = self.array(value)
            active = node is not None and carries(array)
            self.modes[name] = "v" if active else "-"
            if active:
                self.sources.append(node)
                self.leaves.append((name, array))
            return array
        self.modes[name] = "-"
        if not holds_tensor(value):
            return value
        before = len(self.sources)

        def leaf(x: Any) -> Any:
            if not isinstance(x, Tensor):
                return x
            array, node = self.array(x)
            array = fresh(array)
            if node is not None:
                self.sources.append(node)
                self.leaves.append((None, array))
            return array

        rebuilt = arguments.rebuilt(value, leaf, lambda x: leaf(x) if isinstance(x, Tensor) else x)
        if len(self.sources) > before:
            self.modes[name] = "i"
        return rebuilt

    def array(self, tensor: Tensor) -> tuple[Any, Any]:
        """A tensor's array and node."""
        if tensor._rare is not None:
            sync(tensor)
        self.tracked = self.tracked or tensor._node is not None
        return tensor._a, tensor._node


Lifted = tuple[ir.Function, dict[str, str]]
_lifted: weakref.WeakKeyDictionary[ir.Function, dict[tuple[str, ...], Lifted]] = weakref.WeakKeyDictionary()


def read_outside(program: ir.Function, function: Any) -> dict[str, Any]:
    """What the program reads of globals and closure cells that is, or holds, a tensor; by name."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    found: dict[str, Any] = {}
    for name, is_free in names_outside(program):
        try:
            value = cells[name].cell_contents if is_free else function.__globals__.get(name)
        except (KeyError, ValueError):
            continue
        if holds_tensor(value):
            found[name] = value
    return found


_outside: weakref.WeakKeyDictionary[ir.Function, tuple[tuple[str, bool], ...]] = weakref.WeakKeyDictionary()


def names_outside(program: ir.Function) -> tuple[tuple[str, bool], ...]:
    """The globals and free variables that a program reads itself, with whether they are free variables."""
    found = _outside.get(program)
    if found is None:
        names: dict[tuple[str, bool], None] = {}
        for stmt in ir.walk(program.body):
            for atom in ir.statement_operands(stmt):
                if isinstance(atom, (ir.Global, ir.Free)):
                    names[atom.name, isinstance(atom, ir.Free)] = None
        found = _outside[program] = tuple(names)
    return found


def lifted(program: ir.Function, names: tuple[str, ...]) -> tuple[ir.Function, dict[str, str]]:
    """The program with these globals and free variables as parameters, and the names of those parameters.

    The names are new ones: the function that is called still has the cells that the old ones stand for.
    """
    known = _lifted.setdefault(program, {})
    found = known.get(names)
    if found is not None:
        return found
    made_, _ = copy_function(program)
    taken = Names(program)
    params_of = {name: taken.fresh(f"{name}_read") for name in names}

    def change(atom: Any) -> Any:
        outside = isinstance(atom, (ir.Global, ir.Free)) and atom.name in params_of
        return ir.Var(params_of[atom.name]) if outside else atom

    for stmt in ir.walk(made_.body):
        ir.change_operands(stmt, change)
    plain = all(p.kind in ("pos", "posonly") for p in program.params)
    extra = tuple(ir.Param(params_of[name], "pos" if plain else "kwonly") for name in names)
    params = list(program.params)
    end = next((i for i, p in enumerate(params) if p.kind == "varkw"), len(params))
    made_.params = (*params[:end], *extra, *params[end:])
    made_.free = made_.free - set(names)
    programs.set_namespace(made_, program.namespace)
    known[names] = made_, params_of
    return known[names]


def mutated(kind: Kind | None) -> bool:
    """Whether the program writes into an object that came with an argument."""
    if isinstance(kind, Ref):
        site = kind.site
        return site.mutated or any(mutated(part) for part in (site.items or {}).values())
    return isinstance(kind, Tup) and any(mutated(part) for part in kind.items)


def on_tensors(f: Any, args: tuple[Any, ...], keywords: dict[str, Any], depth: int) -> Any:
    """Call a function on tensors, as one node of the graph.

    Where nothing is tracked, or the function writes into objects that hold tensors, it simply runs on the tensors.
    """
    function, bound = plain_function(f)
    keywords = {**bound_keywords(f), **keywords}
    frame = sys._getframe(depth)
    code, at = frame.f_code, frame.f_lasti
    del frame
    program = programs.program_of(function)
    values = dispatcher_of(program).bind(function, (*bound, *args), keywords)
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
    entry = dispatcher.entry(function, plain, modes, "call")
    entered = entry.inf.entry
    if any(mutated(entered[name].kind) for name in modes if holds_tensor_at(name, values, outside)):
        return function(*bound, *args, **keywords)
    prints = [(array, fingerprint(array)) for name in values for array in arrays_in(values[name])]
    value, seen, residual = entry.run_forward(function, *dispatcher.call_form(plain))
    if holds_tensor(value):
        raise located(
            f"a tensor that {name_of(function)}() reaches through something else than its arguments, its globals and "
            f"closure cells, or attributes of self",
            "pass it as an argument", code, at,
        )  # fmt: skip
    op = FunctionCall(function, entry, seen, residual, value)
    op.leaves, op.prints = inputs.leaves, prints
    node = Node(op, tuple(inputs.sources), (), value, code, at)
    if carries(value):
        return made(np.float64(value) if type(value) is float else value, node)
    return tensors_of(value, node, code, at)


def holds_tensor_at(name: str, values: dict[str, Any], outside: dict[str, Any]) -> bool:
    """Whether a parameter's value is a structure with tensors in it."""
    value = values[name] if name in values else outside[name]
    return not isinstance(value, Tensor) and holds_tensor(value)


def tensors_of(value: Any, node: Node, code: types.CodeType, at: int) -> Any:
    """A structure of results, each number and array in it a tensor."""
    count = iter(range(sys.maxsize))

    def leaf(x: Any) -> Any:
        return made(np.asarray(x)[()], Node(FunctionPart(next(count)), (node,), (), x, code, at))

    return arguments.rebuilt(value, leaf, wrapped)


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
        function, _ = plain_function(f)
        if not reaches_tensor(f, function, args, keywords):
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
    `self`, globals and closure cells.  Called without tensors it is the function itself.

    UnsupportedError where the function uses what srcgrad does not differentiate.
    """
    return Differentiable(f)


