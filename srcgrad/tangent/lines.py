"""A rule's line of `y_dot` for tangents some of which are zero.

The line is linear in the tangents taken together, so what mentions only zero ones is zero itself:

    np.linalg.solve(a, b_dot - a_dot @ y)     a_dot zero      np.linalg.solve(a, b_dot)
                                              b_dot zero      np.linalg.solve(a, -(a_dot @ y))
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from srcgrad.rules.language import names_in


def without_zeros(
    line: ast.expr, lets: Mapping[str, ast.expr], zero: set[str], static: Callable[[ast.expr], Any]
) -> tuple[ast.expr | None, bool]:
    """The line without its zero parts, None where it is zero, and whether a term of a sum was left out.

    lets     the shared names
    zero     the tangents (`x_dot`) that are zero
    static   decides a condition
    """
    return _Line(lets, zero, static).reduced(line)


class _Line:
    def __init__(self, lets: Mapping[str, ast.expr], zero: set[str], static: Callable[[ast.expr], Any]) -> None:
        self.lets, self.zero, self.static = lets, zero, static

    def tangents(self, node: ast.expr) -> set[str]:
        """The tangents that an expression mentions, by itself or by shared names."""
        found = set()
        for name in names_in(node):
            if name in self.lets:
                found |= self.tangents(self.lets[name])
            elif name.endswith("_dot"):
                found.add(name)
        return found

    def reduced(self, node: ast.expr) -> tuple[ast.expr | None, bool]:
        if isinstance(node, ast.IfExp):
            return self.reduced(node.body if self.static(node.test) else node.orelse)
        mentioned = self.tangents(node)
        if not mentioned:
            return node, False
        if mentioned <= self.zero:
            return None, False
        match node:
            case ast.BinOp(left=left, op=(ast.Add() | ast.Sub()) as op, right=right):
                a, dropped_a = self.reduced(left)
                b, dropped_b = self.reduced(right)
                if b is None:
                    return a, True
                if a is None:
                    return (b if isinstance(op, ast.Add) else ast.UnaryOp(ast.USub(), b)), True
                return ast.BinOp(a, op, b), dropped_a or dropped_b
            case ast.BinOp(left=left, op=op, right=right):
                return ast.BinOp(self.part(left), op, self.part(right)), False
            case ast.UnaryOp(op=op, operand=operand):
                inner, dropped = self.reduced(operand)
                return (None if inner is None else ast.UnaryOp(op, inner)), dropped
            case ast.Call(func=func, args=args, keywords=keywords):
                named = [ast.keyword(k.arg, self.part(k.value)) for k in keywords]
                return ast.Call(func, [self.part(a) for a in args], named), self.only_sum(args)
            case ast.Subscript(value=value, slice=index, ctx=ctx):
                return ast.Subscript(self.part(value), index, ctx), self.only_sum([value])
            case ast.Tuple(elts=elts, ctx=ctx) | ast.List(elts=elts, ctx=ctx):
                return type(node)([self.reduced(e)[0] or ast.Constant(None) for e in elts], ctx), False
        return node, False

    def part(self, node: ast.expr) -> ast.expr:
        """An operand: reduced, or as it is where it is zero as a whole (its tangents are handed over as zeros)."""
        found, _ = self.reduced(node)
        return node if found is None else found

    def only_sum(self, args: list[ast.expr]) -> bool:
        """Whether a term was left out of an operand, so that the result may be smaller."""
        return any(self.reduced(arg)[1] for arg in args)
