"""Names of temporaries: from the target they are computed for and the role they play, never numbered noise.

An assignment, and the names of its temporaries:

    loss = np.mean((h - y) ** 2)

    loss_base = h - y
    loss_terms = loss_base ** 2
    loss = np.mean(loss_terms)
"""

from __future__ import annotations

import builtins
import keyword
from typing import Any

import gast

# endings and names that later passes give a meaning of their own
_RESERVED_ENDINGS = ("_bar", "_dot", "_residual", "_call")
_RESERVED = frozenset({"residual", "turns", "arm", "bars", "seen"})
_TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "np", "cp", "math", "operator", *_RESERVED})

# what an operand is to the operator that takes it
OPERAND_ROLES: dict[str, tuple[str, str]] = {
    "add": ("term", "term"), "sub": ("term", "term"), "mul": ("factor", "factor"),
    "truediv": ("numerator", "denominator"), "floordiv": ("numerator", "denominator"),
    "mod": ("numerator", "modulus"), "pow": ("base", "exponent"),
}  # fmt: skip

# what the right-hand side of an augmented assignment is to its target
AUGMENT_ROLES = {"add": "term", "sub": "term", "mul": "factor", "truediv": "divisor", "pow": "exponent"}

# functions that sum up what they are given: their result is named after their argument (`u_mean`), their argument
# after the terms it holds (`loss_terms`)
REDUCTIONS = frozenset({
    "sum", "mean", "max", "min", "amax", "amin", "prod", "std", "var", "norm", "median", "nansum", "nanmean", "any",
    "all", "argmax", "argmin", "average", "ptp", "trace", "det", "len",
})  # fmt: skip

# attributes whose value means nothing without their object
_RELATIVE_ATTRIBUTES = {"T": "transposed", "mT": "transposed"}


class Namer:
    """Hands out names that are not taken; knows the user's."""

    def __init__(self, taken: set[str] | frozenset[str]) -> None:
        self.taken = set(taken) | _TAKEN
        self._next: dict[str, int] = {}

    def fresh(self, base: str) -> str:
        """`base` itself when it is free, else `base_2`, `base_3`, ..."""
        base = base.strip("_") or "value"
        if not base.isidentifier():
            base = "value"
        if base.endswith(_RESERVED_ENDINGS):
            base += "_value"
        name = base
        number = self._next.get(base, 2)
        while name in self.taken:
            name = f"{base}_{number}"
            number += 1
        self._next[base] = number
        self.taken.add(name)
        return name


def attribute_name(owner: str, attribute: str) -> str:
    """The name of `owner.attribute`."""
    if owner in ("self", "cls", ""):
        return attribute
    return f"{owner}_{_RELATIVE_ATTRIBUTES.get(attribute, attribute.strip('_'))}"


def plain_name(node: Any) -> str | None:
    """`u` for the name u, `p_scale` for `p.scale`; None for anything longer."""
    if isinstance(node, gast.Name):
        return str(node.id)
    if isinstance(node, gast.Attribute):
        owner = plain_name(node.value)
        return None if owner is None else attribute_name(owner, node.attr)
    return None


def function_name(func: Any) -> str:
    """The last part of a called function's name; empty when it has none."""
    if isinstance(func, gast.Attribute):
        return str(func.attr)
    return str(func.id) if isinstance(func, gast.Name) else ""


def index_name(index: Any) -> str:
    """What an indexed temporary is called after its object: `u_i`, `params_w`, `u_part`."""
    if isinstance(index, gast.Name):
        return str(index.id)
    if isinstance(index, gast.Constant):
        value = index.value
        if isinstance(value, str) and value.isidentifier():
            return str(value)
        if value == 0 and type(value) is int:
            return "first"
    if isinstance(index, gast.UnaryOp) and isinstance(index.operand, gast.Constant) and index.operand.value == 1:
        return "last"
    parts = index.elts if isinstance(index, gast.Tuple) else [index]
    return "part" if any(isinstance(part, gast.Slice) for part in parts) else "item"
