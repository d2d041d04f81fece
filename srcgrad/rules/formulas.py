"""What the formulas of the derivative table may say, apart from the names that a rule gives them."""

from __future__ import annotations

import ast
import math

import numpy as np

# modules of NumPy whose functions formulas may name
AREAS = ("linalg", "fft", "emath")


def names_in(expression: ast.expr) -> set[str]:
    """The names that an expression reads."""
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


def has_complex(expression: ast.expr) -> bool:
    """Whether a complex number stands in an expression."""
    return any(isinstance(node, ast.Constant) and type(node.value) is complex for node in ast.walk(expression))


def problem_in(expression: ast.expr) -> str | None:
    """What in a formula an emitter could not write out, or None."""
    for node in ast.walk(expression):
        if isinstance(node, (ast.Name, ast.Constant, ast.expr_context, ast.operator)):
            continue
        match node:
            case ast.IfExp(test=test):
                for part in ast.walk(test):
                    match part:
                        case ast.Call(func=ast.Name(id="literal")) | ast.Compare() | ast.BoolOp() | ast.Constant():
                            continue
                        case ast.Name(id=name) if name not in ("y", "g"):
                            continue
                        case ast.cmpop() | ast.boolop() | ast.expr_context() | ast.UnaryOp() | ast.unaryop():
                            continue
                    return f"the condition {ast.unparse(test)} depends on more than literals"
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="np"), attr=area), attr=name):
                if area not in AREAS or not callable(getattr(getattr(np, area), name, None)):
                    return f"np.{area}.{name}"
            case ast.Attribute(value=ast.Name(id="np"), attr=area) if area in AREAS:
                continue
            case ast.Attribute(value=ast.Name(id=("np" | "math") as module), attr=name):
                if not callable(getattr({"np": np, "math": math}[module], name, None)):
                    return f"{module}.{name} is no function: write the number"
            case ast.Attribute(attr=name) if name not in ("shape", "ndim", "size", "dtype", "T"):
                if not isinstance(node.value, ast.Attribute):
                    return f"the attribute {name}"
            case ast.Lambda() | ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp() | ast.Slice():
                what = "the slice" if isinstance(node, ast.Slice) else "the expression"
                return f"{what} {ast.unparse(node)} is not in the language of rules: call a function that does it"
    return None
