"""Function nodes by operations: any order of derivatives through what was recorded as one node.

    y = layer(x)                    one node; its adjoint in a backward that is recorded is one node as well (`again`)
    third order                     layer runs on tensors, an operation at a time, and so does its backward: what comes
                                    out is a graph of operations, which has derivatives of every order

The same way serves functions that cannot be put as a function of arrays: those that read tensors besides their
arguments, or compute with complex numbers.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import FrameType, FunctionType
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.dispatch import dispatcher_of
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs
from srcgrad.recompute import bits
from srcgrad.rules.table import BY_FUNCTION
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.draws import Draws, sources_in
from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.base import Tensor, made, sync
from srcgrad.tensors.graph import Leaf, Node, flat, located
from srcgrad.tensors.runs import Run, collect
from srcgrad.tensors.state import state


class Rerun:
    """A call of a function, made once more on tensors."""

    def __init__(self, node: Node) -> None:
        call = node.op
        self.name, self.function, self.values, self.leaves = call.name, call.function, call.values, call.leaves
        self.sources, self.value = flat(node.inputs), call.record.value
        self.code, self.at = node.code, node.at

    def tensors(self) -> dict[str, Any]:
        """The values of all parameters, tensors where they were: by identity, as adjoints are."""
        tensors = {id(array): made(array, source) for (_, array), source in zip(self.leaves, self.sources)}
        values = dict(self.values)
        for name, x in values.items():
            if any(id(part) in tensors for part in arguments.leaves(x)):
                values[name] = arguments.rebuilt(x, lambda part: tensors.get(id(part), part), lambda part: part)
        return values

    def results(self) -> list[Any]:
        """What the call gives, number by number and array by array, recorded an operation at a time; of a function with
        a rule of its own, as one node whose reverse does that.

        UnsupportedError where the function does not run on tensors, or gives something else than before.
        """
        rule = getattr(self.function, "rule", None)
        if rule is not None and any(name is None for name, _ in self.leaves):
            raise self.refusal("and has a rule of its own, of structures,", "pass tensors by themselves")
        from srcgrad.tensors.ruled import recorded_call  # it builds on this module

        program = programs.program_of(self.function)
        own = {param.name for param in program.params}
        # what is read besides the arguments is read once more
        values = {name: x for name, x in self.tensors().items() if name in own}
        given, named = dispatcher_of(program).call_form(values)
        draws = Draws(sources_in((self.function, *self.values.values())))
        before, state.functional = state.functional, False
        try:
            if rule is not None:
                found = listed(recorded_call(self.function, values, self.leaves, self.sources, self.code, self.at))
            else:
                with without_rules():
                    found = listed(self.function(*given, **named))
        except (UnsupportedError, TensorError, TypeError, ValueError, AttributeError) as error:
            raise self.refusal(f"and does not run on tensors ({error}),", "use functions of arrays") from error
        finally:
            state.functional = before
            draws.put_back()
        plain = [x._a if isinstance(x, Tensor) else x for x in found]
        if [bits(np.asarray(x)) for x in plain] != [bits(np.asarray(x)) for x in listed(self.value)]:
            raise self.refusal("and gave another result when it was computed again", "have it depend on its arguments")
        return found

    def refusal(self, why: str, advice: str) -> UnsupportedError:
        """The error for a call that cannot be differentiated again."""
        what = f"create_graph=True through {self.name}(), which was recorded as one node {why}"
        return located(what, advice, self.code, self.at)


@contextlib.contextmanager
def without_rules() -> Iterator[None]:
    """UnsupportedError where a function is entered that has a rule of the user's: on tensors it would run by its
    operations, and its derivative would be another one."""
    ruled = {f.__code__ for f, rule in BY_FUNCTION.items() if rule.users and isinstance(f, FunctionType)}
    if not ruled:
        yield
        return

    def look(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and frame.f_code in ruled:
            raise UnsupportedError(f"{frame.f_code.co_name}(), which has a rule (sg.rule),", "use custom_vjp")

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)


class Pulled:
    """The adjoints of a call's inputs, computed once more: from the adjoints of the results that were given then.

    order   for each adjoint that the node gives the input that it is of; None for what is no tensor in a structure
    """

    def __init__(self, call: Any, bars: dict[int, Any], order: list[int | None]) -> None:
        self.call, self.bars, self.order = call, bars, order
        self.sources, self.leaves = call.sources, call.leaves

    def results(self) -> list[Any]:
        """The adjoints; before them the place of the value that the node gives as well."""
        found = adjoints(self.call.results(), self.bars, self.call.sources, self.call.leaves)
        return [None, *[None if place is None else found[place] for place in self.order]]


def adjoints(
    results: list[Any], bars: dict[int, Any], sources: list[Any], leaves: list[tuple[str | None, Any]]
) -> list[Any]:
    """The adjoints of what came from these nodes and leaves, as tensors with a history, from those of some results."""
    run = Run(set(), True)
    starts = []
    for position, bar in bars.items():
        result = results[position]
        if isinstance(result, Tensor) and result._node is not None:
            if result._rare is not None:
                sync(result)
            bar = bar if isinstance(bar, Tensor) else made(np.asarray(bar)[()], None)
            run.add(result._node, bar if bar.shape == result.shape else np.broadcast_to(bar, result.shape), False)
            starts.append(result._node)
    ends = set(sources)
    starts = [start for start in dict.fromkeys(starts) if start not in ends]
    nodes, plain = collect(starts, ends)
    run.through(starts, nodes, plain)
    found = []
    for source, (_, array) in zip(sources, leaves):
        # a source that is there twice gets all of it once
        bar = run.leaves.pop(source, (None, False))[0] if isinstance(source, Leaf) else run.bars.pop(source, None)
        found.append(made(np.zeros(np.shape(array), np.asarray(array).dtype)[()], None) if bar is None else bar)
    return found


def listed(value: Any) -> list[Any]:
    """The numbers and arrays of a result, tensors or not, in order."""
    found: list[Any] = []

    def leaf(x: Any) -> Any:
        if isinstance(x, Tensor) or carries(x):
            found.append(x)
        return x

    if isinstance(value, Tensor):
        return [value] if carries(value._a) else []
    arguments.rebuilt(value, leaf, leaf)
    return found
