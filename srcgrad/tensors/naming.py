"""What nodes are called when they are printed: the names that users of PyTorch see.

y.grad_fn                       <AddBackward0>
y.grad_fn.next_functions        ((<MulBackward0>, 0), (None, 0))
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.tensors.graph import Leaf, Node

NAMES = {
    "add": "Add", "sub": "Sub", "subtract": "Sub", "mul": "Mul", "multiply": "Mul", "truediv": "Div", "divide": "Div",
    "pow": "Pow", "power": "Pow", "neg": "Neg", "negative": "Neg", "absolute": "Abs", "abs": "Abs", "copy": "Clone",
    "clone": "Clone", "concatenate": "Cat", "T": "T", "swapaxes": "Transpose", "transpose": "Permute",
    "part": "Unbind", "amax": "Max", "amin": "Min",
    "reshape": "View", "ravel": "View", "flatten": "View", "astype": "ToCopy", "dot": "Dot", "expand_dims": "Unsqueeze",
    "log1p": "Log1P", "expm1": "Expm1", "floordiv": "FloorDivide", "mod": "Remainder", "remainder": "Remainder",
    "pos": "Alias",
}  # fmt: skip
# operations that count up when an axis is given, as the overloads of the other library do
BY_AXIS = {"sum", "mean", "prod", "std", "var", "max", "min", "amax", "amin"}


class Accumulates:
    """The end of a way through the graph: what gathers the gradient of a leaf."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf

    @property
    def variable(self) -> Any:
        """The leaf tensor; None where it is gone."""
        return self.leaf.tensor()

    @property
    def next_functions(self) -> tuple[Any, ...]:
        """Nothing comes before a leaf."""
        return ()

    def name(self) -> str:
        """The name under which it is printed."""
        return "AccumulateGrad"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accumulates) and other.leaf is self.leaf

    def __hash__(self) -> int:
        return id(self.leaf)

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


def node_name(node: Node) -> str:
    """`AddBackward0` and the like; a function's node says what ran."""
    op = node.op
    described = getattr(op, "describe", None)
    if described is not None:
        return str(described())
    name, number = op.name, 0
    if name == "matmul":
        return product_name(node)
    if op.what[0] == "item":
        return item_name(node)
    if name in ("with_item", "with_items", "with_view", "added_at", "subtracted_at"):
        return "CopySlices"
    if name in ("sub", "rsub", "subtract") and node.inputs[0] is None and len(node.inputs) == 2:
        return "RsubBackward1"
    if name in BY_AXIS and len(node.inputs) > 1:
        number = 1
    if name == "max" or name == "min":
        return f"{name.capitalize()}Backward{number or 1}"
    plain = NAMES.get(name) or "".join(part.capitalize() for part in name.split("_"))
    return f"{plain}Backward{number}"


def what_names(node: Node) -> Any:
    """What the name of a product or subscript depends on, kept when the graph is freed."""
    if node.op.indexed:
        return node.args[1]
    return np.ndim(node.args[0]), np.ndim(node.args[1])


def product_name(node: Node) -> str:
    """The name of a product, by the number of axes of its operands."""
    ranks = node.value if node.args is None else what_names(node)
    name = {(1, 1): "Dot", (2, 1): "Mv", (2, 2): "Mm", (1, 2): "Squeeze", (3, 3): "Bmm"}.get(ranks, "UnsafeView")
    return f"{name}Backward{4 if name == 'Squeeze' else 0}"


def item_name(node: Node) -> str:
    """The name of a subscript: one element or row, a slice, or picked elements."""
    index = node.value if node.args is None else what_names(node)
    parts = index if isinstance(index, tuple) else (index,)
    last = parts[-1] if parts else None
    if any(isinstance(part, (np.ndarray, list)) for part in parts):
        return "IndexBackward0"
    if isinstance(last, (int, np.integer)):
        return "SelectBackward0"
    return "UnsqueezeBackward0" if last is None else "SliceBackward0"
