"""Functions with rules of their own (`custom_vjp`, `custom_jvp`) on tensors: nodes whose reverse is what the rule says.

    y = f(x)                        one node; it calls the rule's forward, and its reverse the rule's backward
    create_graph=True               the rule is differentiated from its source (`again`), or, where that is done twice,
                                    runs on tensors: what it computes is recorded

A tangent rule is transposed by the graph that it leaves, from the tangent of the result to those of the arguments.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.custom import CustomRule, custom_jvp, tangent_of
from srcgrad.runtime.adjoints import carries
from srcgrad.runtime.kept import zeros_of
from srcgrad.tensors.arrays import real_as
from srcgrad.tensors.base import Tensor, made
from srcgrad.tensors.calls import Parts
from srcgrad.tensors.function import on_tensors, tensors_of
from srcgrad.tensors.graph import Leaf, Node
from srcgrad.tensors.lifting import Inputs
from srcgrad.tensors.state import state


def rule_on_tensors(rule: CustomRule, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Call a function that has a rule of its own: on tensors it is one node."""
    inputs = Inputs()
    for value in (*args, *keywords.values()):
        inputs.taken("", value)
    if not (inputs.tracked and state.enabled):
        return rule.function(*args, **keywords)
    return on_tensors(rule.caller, tuple(rule.bind(args, keywords).values()), {}, 3)


class RuleCall:
    """The operation of a node whose reverse runs a rule on tensors.

    values   the arguments by parameter, tensors where they have a history
    carrier  what the rule's forward hands to its backward
    """

    names: tuple[str, ...] = ()
    what = ("call",)
    indexed = reads_value = False
    named = True

    def __init__(self, rule: CustomRule, values: dict[str, Any], params: list[str], carrier: Any) -> None:
        self.rule, self.values, self.params, self.carrier = rule, values, params, carrier
        self.name = rule.function.__name__

    def describe(self) -> str:
        """How the node is printed."""
        return f"{self.name}Backward"

    def source(self, node: Node) -> str:
        """Nothing is emitted."""
        return f"# {self.rule.ways()} on tensors"

    def release(self) -> None:
        """Let go of what the call remembers."""
        self.values, self.carrier = {}, None

    def reverse(self, node: Node, bar: Any, create_graph: bool) -> list[Any]:
        """The adjoints of the tensors among the arguments, with a history."""
        if isinstance(bar, Parts):
            bar = bar.structured(node.value)
        before, state.functional = state.functional, False
        try:
            if isinstance(self.rule, custom_jvp):
                found = self.transposed(bar)
            else:
                found = self.rule.gradients(self.values, self.carrier, bar)
        finally:
            state.functional = before
        return [self.fitting(name, found[name]) for name in self.params]

    def transposed(self, bar: Any) -> dict[str, Any]:
        """The gradient of the tangent of the result by those of the arguments."""
        from srcgrad.tensors.backward import gradients

        primals = tuple(self.values.values())
        tangents = [zeros_like(value) for value in primals]
        out = tangent_of(self.rule.rule, primals, *tangents)  # type: ignore[attr-defined]
        leaves = [tangent for tangent in tangents if isinstance(tangent, Tensor)]
        results, bars = (out, bar) if isinstance(out, tuple) else ((out,), (bar,))
        pairs = [(each, part) for each, part in zip(results, bars) if isinstance(each, Tensor) and each.requires_grad]
        found: tuple[Any, ...] = (None,) * len(leaves)
        if pairs:
            found = gradients([each for each, _ in pairs], leaves, [part for _, part in pairs], True, True, True)
        given = iter(found)
        return {n: next(given) if isinstance(t, Tensor) else None for n, t in zip(self.values, tangents)}

    def fitting(self, name: str, bar: Any) -> Any:
        """The adjoint of a parameter as a tensor like its value."""
        value = self.values[name]
        if bar is None:
            return made(np.zeros_like(value._a)[()], None)
        if not isinstance(bar, Tensor):
            bar = made(np.asarray(bar)[()], None)
        if bar.shape != value.shape:
            raise ValueError(
                f"{self.rule.ways()}: the gradient for '{name}' has shape {bar.shape}; the argument has shape "
                f"{value.shape}"
            )
        return real_as(bar, value)


def recorded_call(function: Any, values: dict[str, Any], leaves: Any, sources: Any, code: Any, at: int) -> Any:
    """What a call of a caller made above gives, as results of one node."""
    rule = function.rule
    value, carrier = rule.run_forward(values)
    value = arguments.rebuilt(value, plain, plain) if not isinstance(value, Tensor) else value._a
    op = RuleCall(rule, values, [name for name, _ in leaves], carrier)
    node = Node(op, tuple(sources), (), value, code, at)
    return made(value, node) if carries(value) else tensors_of(value, node, code, at)


def plain(value: Any) -> Any:
    """A number or array in place of a tensor."""
    return value._a if isinstance(value, Tensor) else value


def zeros_like(value: Any) -> Any:
    """A tangent of zeros: for tensors one to differentiate by."""
    if not isinstance(value, Tensor):
        return zeros_of(value)
    if not carries(value._a):
        return None
    zeros = made(np.zeros_like(value._a)[()], None)
    zeros._node = Leaf(zeros)
    return zeros


CustomRule.on_tensors = staticmethod(rule_on_tensors)
