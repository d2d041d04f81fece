"""Nest temporaries back into the expressions that use them, giving Python statements.

    h_term = x @ w
    h_arg = h_term + b              h = np.tanh(x @ w + b)
    h = np.tanh(h_arg)

A temporary is nested when it is read once, in its block, and evaluating it where it is used keeps the order of all that
could have an effect.  Branches that only choose a value print as `a if c else b`, `a and b`, `a or b`; a loop's test
goes back behind `while`.  What would make a line too wide stays a statement.
"""

from __future__ import annotations

import ast

from srcgrad import ir
from srcgrad.simplify.nest_control import CompoundStatements
from srcgrad.simplify.nest_statements import SimpleStatements


def nest(function: ir.Function, keep: frozenset[str] = frozenset()) -> ast.FunctionDef:
    """The function as a Python tree; statements carry the user's line numbers."""
    builder = Nester(function, keep)
    return builder.definition(function, function.name if function.name.isidentifier() else "function", [], [])


class Nester(CompoundStatements, SimpleStatements):
    """Builds the Python statements of one function."""
