"""Names that lost their partner lose their number: after nesting, `u_max_2` is `u_max` where no other `u_max` is left.

top = np.max(u)                     u_max was nested into the test before
if top > 1.0:
    u_max_2 = np.max(u)             u_max = np.max(u)
    u = u / u_max_2                 u = u / u_max
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re

_NUMBERED = re.compile(r"(.*[A-Za-z])_(\d+)")


def drop_numbers(node: ast.FunctionDef, own: frozenset[str] | set[str]) -> None:
    """Rename, in place, what the emitter named; `own` are names of the user's, which stay as they are.

    Functions with functions inside are left alone: the inner ones share names.
    """
    used: set[str] = {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
    bound: set[str] = set()
    names: list[ast.Name] = []
    for inner in ast.walk(node):
        if isinstance(inner, (ast.FunctionDef, ast.Lambda)) and inner is not node:
            return
        if isinstance(inner, ast.Name):
            names.append(inner)
            used.add(inner.id)
            if isinstance(inner.ctx, ast.Store):
                bound.add(inner.id)
        elif isinstance(inner, ast.ExceptHandler) and inner.name:
            used.add(inner.name)
        elif isinstance(inner, ast.alias):
            used.add(inner.asname or inner.name.split(".")[0])
    chosen: dict[str, str] = {}
    for name in sorted(bound - own):
        found = _NUMBERED.fullmatch(name)
        if found is None or found[1] in used or found[1] in own or keyword.iskeyword(found[1]):
            continue
        if not hasattr(builtins, found[1]):
            chosen[name] = found[1]
            used.add(found[1])
    for each in names if chosen else ():
        each.id = chosen.get(each.id, each.id)
