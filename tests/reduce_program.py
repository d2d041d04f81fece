"""Smaller programs that still fail: statements left out, blocks unwrapped, expressions replaced by parts of them."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable


def reduced(text: str, fails: Callable[[str], bool], seconds: float = 30.0) -> str:
    """A text that fails like `text`, from which nothing more can be left out (or the smallest found in the time).

    `fails` says whether a text still shows the failure; it must be False (or raise) for texts that do not run or end.
    """
    end = time.monotonic() + seconds
    tree = ast.parse(text)
    smaller = True
    while smaller:
        smaller, number = False, 0
        while time.monotonic() < end:
            candidate = _edited(tree, number)
            if candidate is None:
                break
            try:
                shown = ast.unparse(ast.fix_missing_locations(candidate))
                kept = len(shown) < len(ast.unparse(tree)) and fails(shown)
            except Exception:
                kept = False
            if kept:
                # what stood at this place is gone: its number now belongs to the next edit
                tree, smaller = ast.parse(shown), True
            else:
                number += 1
    return ast.unparse(tree) + "\n"


def _edited(tree: ast.Module, number: int) -> ast.Module | None:
    """A copy of the tree with its edit of that number; None when there are fewer."""
    made = copy.deepcopy(tree)
    for node in ast.walk(made):
        for field, value in ast.iter_fields(node):
            if isinstance(node, ast.While) and field == "test":
                continue  # a loop's end is kept
            if isinstance(value, list):
                for i, part in enumerate(value):
                    for replacement in _smaller(part):
                        if number == 0:
                            value[i : i + 1] = replacement
                            if field == "body" and not value:
                                value.append(ast.Pass())
                            return made
                        number -= 1
            elif isinstance(value, ast.expr):
                for replacement in _smaller(value):
                    if number == 0:
                        setattr(node, field, replacement[0])
                        return made
                    number -= 1
    return None


def _smaller(part: ast.AST) -> list[list[ast.AST]]:
    """What a statement or an expression may be replaced by, the boldest first."""
    if isinstance(part, (ast.stmt, ast.ExceptHandler)):
        found: list[list[ast.AST]] = [[]]
        if isinstance(part, (ast.If, ast.For, ast.While, ast.Try)):
            found.append(list(part.body))
            if part.orelse:
                found.append(list(part.orelse))
        return found
    if isinstance(part, ast.expr) and not isinstance(part, (ast.Name, ast.Constant)):
        return [[child] for child in ast.iter_child_nodes(part) if isinstance(child, ast.expr)]
    return []
