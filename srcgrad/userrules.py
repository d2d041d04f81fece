"""`rule`: an entry of the derivative table for a function of the user's, in the language of the table.

    @sg.rule(blend)
    def blend_rule(a, b, t, *, y, g):
        a: g * (1.0 - t)
        b: g * t
        t: np.sum(g * (b - a))

The lines are parsed and written out where the function is called, so that the derivative of a call reads like the rule.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import inspect
import math
import textwrap
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from srcgrad.analysis.dtypes import promote
from srcgrad.analysis.extents import broadcast
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.ruled import numeric_kind
from srcgrad.dispatch import forget_entries
from srcgrad.emit.register import bind
from srcgrad.errors import a_type
from srcgrad.rules.language import build
from srcgrad.rules.table import BY_FUNCTION, MISSING, UFUNC_SETTINGS, Rule, register
from srcgrad.runtime.words import WORDS


def rule(function: Any, *, elementwise: bool = False) -> Callable[[Any], Rule]:
    """Decorate a rule: the derivative of `function`, in the language of the derivative table.

    function     what programs call: a function or a ufunc, of numbers and arrays
    elementwise  each element of the result depends on one element of each operand; operands broadcast, and the result
                 has the dtype that NumPy promotes them to.  A line is then the partial of an element.  Else a line is
                 the cotangent of its argument, of the argument's shape, and mentions `g`, the cotangent of the result;
                 a line `y_dot`, in the tangents `a_dot`, ... of the arguments, is the tangent, for forward mode;
                 without it the cotangents, linear in `g`, are transposed

    The rule has the function's parameters, and the keyword-only names `y` (its result) and `g` where a line uses them.
    Functions that a line calls are words of the table, functions of np and math, and functions that the rule sees.

    Raises ValueError, with file and line, for a rule that is not in the language or does not have the function's
    parameters, and for a function that has a rule already.

    >>> import math
    >>> def bump(x):
    ...     return np.vectorize(lambda v: math.exp(-v * v))(x)
    >>> @sg.rule(bump, elementwise=True)
    ... def bump_rule(x, *, y):
    ...     x: -2.0 * x * y
    >>> sg.grad(lambda x: np.sum(bump(x)))(np.array([0.0, 1.0])).round(4)
    array([-0.    , -0.7358])
    """
    if not callable(function):
        raise TypeError(f"rule(): wanted a function, got {a_type(function)}")

    def define(written: FunctionType) -> Rule:
        node, plain, aliases = told_apart(definition(written), written)
        made = build(
            "elementwise" if elementwise else "general",
            (function,),
            plain,
            None,
            node=node,
            helpers=helpers_of(written, node),
            kind=broadcast_kind if elementwise else unknown_kind,
            users=place(written),
            aliases=aliases,
        )
        check_parameters(function, made, written)
        made = with_tangent(with_defaults(made, function))
        old = BY_FUNCTION.get(function)
        if old is not None and not old.users:
            raise ValueError(f"{place(written)}: {function!r} has a rule in the table")
        BY_FUNCTION.pop(function, None)
        register(made)
        forget_entries()
        return made

    return define


def with_defaults(made: Rule, function: Any) -> Rule:
    """The rule with the defaults of the function, where they are literals and the rule has none of its own."""
    try:
        given = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return made
    params = []
    for param in made.params:
        own = given.get(made.shown(param.name))
        literal = own is not None and type(own.default) in (bool, int, float, complex, str, type(None))
        if own is not None and literal and param.default is MISSING:
            param = dataclasses.replace(param, default=own.default)
        params.append(param)
    return dataclasses.replace(made, params=tuple(params))


def with_tangent(made: Rule) -> Rule:
    """The rule with a line for forward mode, where it says nothing of it: cotangents are linear in `g`, and transposed
    they are the tangent.

        x: y * (g - np.sum(g * y))        def soft_rule_tangent(x, y, x_dot):
                                              def cotangents(g):
                                                  return (y * (g - np.sum(g * y)),)
                                              return vjp(cotangents, y * 0.0)[1]((x_dot,))[0]
    """
    lines = {name: line for name, line in made.formulas.items() if name not in made.zero}
    trees = [*lines.values(), *(line for _, line in made.lets)]
    literal = any(isinstance(n, ast.Name) and n.id == "literal" for tree in trees for n in ast.walk(tree))
    if made.tangent is not None or made.cls != "general" or not lines or literal or made.star is not None:
        return made
    from srcgrad.pullback import vjp  # it builds on this module

    name = f"{made.name}_tangent"
    params = [*(p.name for p in made.params), "y", *(f"{param}_dot" for param in lines)]
    body = [f"        {shared} = {ast.unparse(line)}" for shared, line in made.lets]
    text = [
        f"def {name}({', '.join(params)}):",
        "    def cotangents(g):",
        *body,
        f"        return ({''.join(f'{ast.unparse(line)}, ' for line in lines.values())})",
        f"    return vjp(cotangents, y * 0.0)[1](({''.join(f'{param}_dot, ' for param in lines)}))[0]",
    ]
    known = {"np": np, "math": math, "vjp": vjp, **WORDS, **made.helpers}
    read = {n.id for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Name)} | {"vjp"}
    used = {word: known[word] for word in read & known.keys() - set(params)}
    function = bind("\n".join(text) + "\n", name, used, {"__builtins__": builtins}, {})[name]
    call = ast.Call(ast.Name(name, ast.Load()), [ast.Name(param, ast.Load()) for param in params], [])
    return dataclasses.replace(made, tangent=call, helpers={**made.helpers, name: function})


def place(written: FunctionType) -> str:
    """Where a rule is written, for messages."""
    return f"{written.__code__.co_filename}:{written.__code__.co_firstlineno}: rule {written.__name__}"


def definition(written: Any) -> ast.FunctionDef:
    """The tree of a rule, its lines numbered as in its file."""
    if not isinstance(written, FunctionType):
        raise TypeError(f"rule(): decorate a function, not {a_type(written)}")
    try:
        lines, first = inspect.getsourcelines(written)
    except (OSError, TypeError):
        raise ValueError(f"{place(written)}: its source cannot be read; put it into a file") from None
    node = ast.parse(textwrap.dedent("".join(lines))).body[0]
    ast.increment_lineno(node, first - 1)
    if not isinstance(node, ast.FunctionDef):
        raise ValueError(f"{place(written)}: a rule is written with def")
    return node


def told_apart(node: ast.FunctionDef, written: FunctionType) -> tuple[ast.FunctionDef, FunctionType, dict[str, str]]:
    """A rule in which no parameter has a name of the language, and the new names of those that had.

    def fall(t, g):                    g is no cotangent here, but what falls take for gravity
        t: g * t                       t: g_given * t
    """
    own = {arg.arg for arg in node.args.kwonlyargs}
    names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
    new = {name: f"{name}_given" for name in names if (name in ("y", "g") and name not in own) or name.endswith("_dot")}
    if not new:
        return node, written, {}
    tangents = {f"{name}_dot": f"{other}_dot" for name, other in new.items() if f"{name}_dot" not in new}
    for each in ast.walk(node):
        if isinstance(each, ast.arg):
            each.arg = new.get(each.arg, each.arg)
        elif isinstance(each, ast.Name) and (isinstance(each.ctx, ast.Load) or each.id in new):
            each.id = {**tangents, **new}.get(each.id, each.id)
    code = written.__code__
    code = code.replace(co_varnames=tuple([new.get(name, name) for name in code.co_varnames]))
    made = FunctionType(code, written.__globals__, written.__name__, written.__defaults__, written.__closure__)
    made.__kwdefaults__ = written.__kwdefaults__
    return node, made, new


def helpers_of(written: FunctionType, node: ast.FunctionDef) -> dict[str, Any]:
    """The functions that a rule's lines call besides the words of the table."""
    seen = inspect.getclosurevars(written)
    visible: Mapping[str, Any] = {**vars(builtins), **written.__globals__, **seen.nonlocals}
    found = {}
    for called in ast.walk(node):
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.func.id not in WORDS:
            name = called.func.id
            if callable(visible.get(name)):
                found[name] = visible[name]
    found.pop("literal", None)
    return found


def check_parameters(function: Any, made: Rule, written: FunctionType) -> None:
    """ValueError unless a rule has the parameters of its function."""
    names = [made.shown(p.name) for p in made.params]
    if isinstance(function, np.ufunc):
        names = [name for name in names if name not in UFUNC_SETTINGS]
    if isinstance(function, np.ufunc):
        if len(names) != function.nin:
            raise ValueError(
                f"{place(written)}: it has {len(names)} parameters, {function.__name__} takes {function.nin}"
            )
        return
    try:
        params = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return  # nothing is known of it
    wanted = [p.name for p in params if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    needed = [p.name for p in params if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    if any(p.kind is p.VAR_POSITIONAL for p in params):
        return
    unknown = [name for name in names if name not in wanted]
    missing = [name for name in needed if name not in names]
    if unknown or missing or names != [name for name in wanted if name in names]:
        raise ValueError(
            f"{place(written)}: its parameters are ({', '.join(names)}), those of the function ({', '.join(wanted)})"
        )


def broadcast_kind(bound: Mapping[str, Any], function: Any) -> Num:
    """The kind of an elementwise function's result: operands broadcast, their dtypes are promoted."""
    nums = [numeric_kind(kind) for kind in bound.values()]
    shape = broadcast(n.shape for n in nums)
    return Num(shape, promote(*nums), "array" if shape else None, any(n.active for n in nums))


def unknown_kind(bound: Mapping[str, Any], function: Any) -> Num:
    """The kind of a number or array about which nothing is known."""
    return Num(
        None, None, None, any(numeric_kind(kind).active for kind in bound.values() if not isinstance(kind, tuple))
    )
