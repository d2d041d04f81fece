"""Signs and numbers where one writes them: `x_bar - y` for `x_bar + -y`, `-2.0 * a * b` for `2.0 * -a * b`, `2.0 / n`
for `2.0 * (1.0 / n)`, `np.divide(2.0, n)` for `2.0 * np.divide(1.0, n)`, `a / b` for `2.0 * (0.5 * a / b)`.

Only the reverse is changed, where every operand of these operators is a floating number or array: a sign, or a power of
two, that moves past products and quotients changes no bit of a result.  The user's own statements stay as they are.
"""

from __future__ import annotations

import ast
import math

from srcgrad.emit.writer import CommentLine


def tidy_signs(node: ast.FunctionDef, whole: bool) -> None:
    """Move signs in a reverse, in place; not `whole`: in what follows the first comment, where the reverse begins."""
    first = 0
    if not whole:
        first = next((i for i, stmt in enumerate(node.body) if isinstance(stmt, CommentLine)), len(node.body))
    tidy = Signs()
    node.body[first:] = [tidy.visit(stmt) for stmt in node.body[first:]]


class Signs(ast.NodeTransformer):
    """Moves signs outward, bottom up."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            rest = without_sign(node.right)
            if rest is not None:
                return ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), rest)
        elif isinstance(node.op, ast.Mult) and is_positive(node.left):
            rest = without_sign(node.right)
            if rest is not None:
                whole = with_factor(node.left, rest) or ast.BinOp(node.left, ast.Mult(), rest)
                return with_sign(whole) or ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.Mult(), rest)
            merged = with_factor(node.left, node.right)
            if merged is not None:
                return merged
            if is_power_of_two(node.left) and isinstance(node.right, ast.Call) and is_inverse_call(node.right):
                return ast.Call(node.right.func, [node.left, node.right.args[1]], [])
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.USub):
            return node
        rest = without_sign(node.operand)
        if isinstance(rest, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            # the array itself, or a view, would be handed on, and perhaps to the caller: two signs make a new one
            return node
        if rest is not None and not isinstance(node.operand, ast.Constant):
            return rest
        return with_sign(node.operand) or node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AugAssign:
        self.generic_visit(node)
        if isinstance(node.op, (ast.Add, ast.Sub)):
            rest = without_sign(node.value)
            if rest is not None:
                node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
                node.value = rest
        return node


def is_positive(node: ast.expr) -> bool:
    """Whether an expression is a literal that may take a sign (an integer 0 has no negative)."""
    return isinstance(node, ast.Constant) and type(node.value) is float


def is_power_of_two(node: ast.expr) -> bool:
    """Whether an expression is a literal that multiplies without rounding."""
    return isinstance(node, ast.Constant) and math.frexp(node.value)[0] == 0.5  # type: ignore[arg-type]


def with_factor(factor: ast.expr, node: ast.expr, inside: bool = False) -> ast.expr | None:
    """`2.0 * d * b / e` for `2.0 * (d * b / e)` of numbers; where that is 1.0, `b / e`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Mult, ast.Div)) or not is_power_of_two(factor):
        return None
    if not is_positive(node.left):
        left = with_factor(factor, node.left, True)
        return None if left is None else ast.BinOp(left, node.op, node.right)
    product = factor.value * node.left.value  # type: ignore[attr-defined]
    if abs(product) == 1.0 and isinstance(node.op, ast.Mult):
        # not an array itself, which would be handed on: what is left computes a new one
        rest = node.right if inside or isinstance(node.right, ast.BinOp) else None
        return rest if rest is None or product > 0.0 else with_sign(rest)
    return ast.BinOp(ast.Constant(product), node.op, node.right)


def is_inverse_call(node: ast.Call) -> bool:
    """Whether a call is `np.divide(1.0, n)`."""
    first = node.args[0] if isinstance(node.func, ast.Attribute) and node.func.attr == "divide" else None
    return isinstance(first, ast.Constant) and first.value == 1.0


def without_sign(node: ast.expr) -> ast.expr | None:
    """`a * b` for `-a * b` and the like; None where there is no sign in front."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        left = without_sign(node.left)
        return None if left is None else ast.BinOp(left, node.op, node.right)
    return None


def with_sign(node: ast.expr) -> ast.expr | None:
    """`-x_bar * b` for `-(x_bar * b)`: where an adjoint or a number comes first, which surely has a negative."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Mult, ast.Div)):
        return None
    left = node.left
    if (isinstance(left, ast.Name) and left.id.endswith("_bar")) or is_positive(left):
        return ast.BinOp(ast.UnaryOp(ast.USub(), left), node.op, node.right)
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Attribute) and left.func.attr == "vdot":
        return ast.BinOp(ast.UnaryOp(ast.USub(), left), node.op, node.right)
    inner = with_sign(left)
    return None if inner is None else ast.BinOp(inner, node.op, node.right)
