"""The language of the derivative table.

A rule is a Python function whose body is *parsed, never run*, so that it can be printed, analysed and inlined:

    @elementwise(np.divide, operator.truediv)
    def divide(a, b, *, y):
        a: 1.0 / b
        b: -y / b

**Classes** (the decorator)

    elementwise   a line is the *partial* of one element with respect to that argument; multiplying by the cotangent,
                  conjugating it for complex operands and un-broadcasting are added when text is emitted.  A line that
                  mentions `g` is the whole contribution instead (still before un-broadcasting).
    linear        linear in the differentiable arguments taken together; a line is the cotangent of that argument
    bilinear      linear in each differentiable argument
    view          linear, and the result may share memory with the argument
    reduction     not linear, removes axes
    general       everything else

What carries no derivative at all takes no lines: `srcgrad.rules.constants` and `srcgrad.rules.zeros`.

**Parameters** are the user's arguments with NumPy's names and defaults; what a rule does not name is refused when a
call is bound, except `casting=`, `order=` and `subok=`, which every entry of a ufunc takes, and `dtype=`, which every
elementwise one does.  Two keyword-only names are special: `y` is the function's result, `g` the cotangent of the
result.  `*operands` stands for several arguments; `sequence="arrays"` in the decorator says that a parameter is a list
or tuple of arrays.  The line of either gives a list: one cotangent an item.

**Lines**

    name: expression     the derivative with respect to parameter `name`
    name: 0              differentiable in form, with a derivative that is zero everywhere
    name = expression    a shared sub-expression, evaluated where a formula needs it

    y_dot: expression    the tangent of the result, in forward mode

A parameter without a line is *static* (an axis, a shape, an order): an active value passed for it is refused.

**Tangents.** In the line of `y_dot`, `a_dot` is the tangent of parameter `a`, which has the shape of `a`; `y` is the
result.  The line is linear in the tangents taken together.  What mentions only tangents that are zero is left out
when text is emitted, so that one line serves whatever is active:

    y_dot: np.linalg.solve(a, b_dot - a_dot @ y)      a inactive: np.linalg.solve(a, b_dot)

A zero tangent that cannot be left out is handed over as zeros of its parameter's shape.  The tangent of `*operands`,
or of a sequence, is a list with one tangent an item, None for an item whose tangent is zero.  Where the result is a
tuple or list, so is its tangent; None stands for a part without one.  Shared names may mention tangents; they serve
`y_dot` alone then, as those that mention `g` serve the other lines.  Without that line, and where a conditional
expression in it comes to None, the tangent is derived:

    elementwise   partials times tangents; a line that mentions `g` serves with the tangent in its place, for operands
                  that are real (the derivative of one element is a number, which is its own transpose)
    linear, view  the function itself, applied to the tangents
    bilinear      the function applied to each tangent in turn, summed
    reduction, general    none: such a call is refused in forward mode

**Expressions** use parameters, `y`, `g`, shared names, literals, Python operators, subscripts, `np.function`,
`np.linalg.function`, `np.fft.function` (printed as the module that the user's call resolved to), `math.function`,
attributes `.shape .ndim .size .dtype .T`, and *words*: the functions of `srcgrad.runtime.words` (`WORDS` lists them),
each documented there. A conditional expression is decided when text is emitted: its test compares
static parameters (`axis is None`) or what `literal(b)` says is a number written in the program; what depends on
values is a word or `np.where`.

**Decorator arguments**

    functions    every function that the entry serves
    kind         transfer function of `srcgrad.analysis.shapes`: kinds of the arguments to kind of the result
    method       name or names of the ndarray method whose `self` is the first parameter
    attribute    name of the ndarray attribute that the entry serves
    domain       interval (low, high) of the test points, or one interval a parameter
    cases        texts of test calls, in which `f` is the function, `A(*shape)` a generic real array, `C(*shape)` a
                 complex one and `S()` a generic Python float
    broadcast    name or names of the parameters that the function broadcasts: their cotangents are summed down to the
                 operand's shape when text is emitted, as those of elementwise entries are
    holomorphic  whether an elementwise rule's partials hold for complex arguments
    real         whether the result is real also where operands are complex
    reals        whether it is differentiated for real operands alone: complex ones are refused
    aliases      other names of parameters (`x.clip(min=0)` for `np.clip(x, a_min=0)`)
"""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from srcgrad.analysis import shapes
from srcgrad.rules.constants import constant_kind, is_constant, is_constant_attr, is_constant_method, refuses_active
from srcgrad.rules.formulas import names_in, problem_in
from srcgrad.rules.table import (
    BY_FUNCTION,
    MISSING,
    OPERATOR_FUNCTIONS,
    UFUNC_SETTINGS,
    Interval,
    Rule,
    RuleParam,
    all_rules,
    is_ufunc,
    is_zero,
    lookup,
    lookup_attr,
    lookup_method,
    register,
)
from srcgrad.runtime.words import WORDS

__all__ = [
    "BY_FUNCTION",
    "MISSING",
    "OPERATOR_FUNCTIONS",
    "Rule",
    "RuleParam",
    "all_rules",
    "bilinear",
    "constant_kind",
    "elementwise",
    "general",
    "is_constant",
    "is_constant_attr",
    "is_constant_method",
    "is_zero",
    "linear",
    "lookup",
    "lookup_attr",
    "lookup_method",
    "names_in",
    "reduction",
    "refuses_active",
    "view",
]

# -------------------------------------------------------------------------------------------------------- parsing


@functools.cache
def _definitions(filename: str) -> dict[int, ast.FunctionDef]:
    """The functions of a rule module by the line of their first decorator."""
    found = {}
    waiting: list[Any] = [ast.parse("".join(linecache.getlines(filename)), filename)]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.FunctionDef):
            waiting += [*getattr(node, "body", ()), *getattr(node, "orelse", ())]
        elif node.decorator_list:
            found[node.decorator_list[0].lineno] = node
    return found


def _parameters(function: FunctionType, positional_only: bool) -> tuple[tuple[RuleParam, ...], set[str]]:
    """The user's parameters of a rule, and which of `y` and `g` it asks for."""
    code = function.__code__
    count = code.co_argcount
    names = code.co_varnames
    defaults = (MISSING,) * (count - len(function.__defaults__ or ())) + (function.__defaults__ or ())
    params = [
        RuleParam(name, "posonly" if positional_only or i < code.co_posonlyargcount else "pos", default)
        for i, (name, default) in enumerate(zip(names[:count], defaults))
    ]
    keyword_only = names[count : count + code.co_kwonlyargcount]
    if code.co_flags & 0x04:  # *args comes after the keyword-only names
        params.append(RuleParam(names[count + code.co_kwonlyargcount], "var"))
    special = {name for name in keyword_only if name in ("y", "g")}
    defaults_by_name = function.__kwdefaults__ or {}
    for name in keyword_only:
        if name not in special:
            params.append(RuleParam(name, "kwonly", defaults_by_name.get(name, MISSING)))
    return tuple(params), special


def summed_down(line: ast.expr, name: str) -> ast.expr:
    """The line of a parameter that is broadcast: what it gives, in the operand's shape."""
    return ast.Call(ast.Name("unbroadcast", ast.Load()), [line, ast.Name(name, ast.Load())], [])


def build(
    cls: str, functions: tuple[Any, ...], function: FunctionType, sequence: str | None,
    node: ast.FunctionDef | None = None, broadcast: tuple[str, ...] = (), **extra: Any,
) -> Rule:  # fmt: skip
    """The entry that a rule function describes; ValueError, with its place, where it is not in the language."""
    code = function.__code__
    node = node or _definitions(code.co_filename)[code.co_firstlineno]
    params, special = _parameters(function, any(isinstance(f, np.ufunc) for f in functions))
    names = {p.name for p in params}
    dots = {f"{name}_dot" for name in names}
    allowed = names | special | {"np", "math", "y"} | dots | set(extra.get("helpers", ()))
    lets: list[tuple[str, ast.expr]] = []
    formulas: dict[str, ast.expr] = {}
    tangent: ast.expr | None = None
    with_g = {"g"}
    with_dots = set(dots)
    partial = set()

    def fail(what: str) -> ValueError:
        return ValueError(f"{code.co_filename}:{node.lineno}: rule {function.__name__}: {what}")

    # the names that formulas read, and those that shared sub-expressions do
    used: set[str] = set()
    shared: list[tuple[str, set[str]]] = []
    for stmt in node.body:
        match stmt:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=expression, value=None):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=expression):
                pass
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case _:
                raise fail("a body holds lines `name: expression` and `name = expression` only")
        read = names_in(expression)
        if isinstance(stmt, ast.Assign):
            lets.append((name, expression))
            shared.append((name, read))
            allowed.add(name)
            if read & with_g:
                with_g.add(name)
            if read & with_dots:
                with_dots.add(name)
        elif name == "y_dot":
            tangent = expression
            if read & with_g:
                raise fail("the line of y_dot mentions g")
        else:
            if read & with_dots or ("y" in read and "y" not in special):
                raise fail(f"the line of {name} mentions a tangent, or y, which is no parameter")
            if name not in names:
                raise fail(f"line for unknown parameter {name}")
            formulas[name] = summed_down(expression, name) if name in broadcast else expression
            used |= read
            if cls == "elementwise" and not read & with_g and not is_zero(expression):
                partial.add(name)
        unknown = {other for other in read - allowed if other not in WORDS}
        if unknown:
            raise fail(f"unknown names {sorted(unknown)}")
        problem = problem_in(expression)
        if problem is not None:
            raise fail(problem)
    if tangent is not None and not names_in(tangent) & with_dots and not is_zero(tangent):
        raise fail("the line of y_dot mentions no tangent")
    used.update(*[read for name, read in shared if name not in with_dots])
    if any(map(is_ufunc, functions)):
        named = {"dtype": None, **UFUNC_SETTINGS} if cls == "elementwise" else UFUNC_SETTINGS
        params = (*params, *(RuleParam(name, "kwonly", default) for name, default in named.items()))
    star = sequence or next((p.name for p in params if p.kind == "var" and p.name in formulas), None)
    return Rule(
        name=function.__name__,
        functions=functions,
        cls=cls,
        params=params,
        lets=tuple(lets),
        formulas=formulas,
        uses_y="y" in used,
        partial=frozenset(partial),
        star=star,
        tangent=tangent,
        **extra,
    )


def _decorator(cls: str, default_kind: shapes.KindFunction | None) -> Callable[..., Callable[[Any], Rule]]:
    def decorator(
        *functions: Any,
        kind: shapes.KindFunction | None = default_kind,
        method: str | tuple[str, ...] = (),
        attribute: str | None = None,
        domain: Interval | tuple[Interval, ...] | None = None,
        cases: tuple[str, ...] = (),
        broadcast: str | tuple[str, ...] = (),
        holomorphic: bool = True,
        real: bool = False,
        reals: bool = False,
        sequence: str | None = None,
        aliases: Mapping[str, str] | None = None,
    ) -> Callable[[Any], Rule]:
        def define(function: Any) -> Rule:
            if kind is None:
                raise ValueError(f"rule {function.__name__} needs kind=")
            rule = build(
                cls,
                functions,
                function,
                sequence,
                kind=kind,
                methods=(method,) if isinstance(method, str) else method,
                attribute=attribute,
                domain=domain,
                cases=cases,
                broadcast=(broadcast,) if isinstance(broadcast, str) else broadcast,
                holomorphic=holomorphic,
                real=real,
                reals=reals,
                aliases=aliases or {},
            )
            register(rule)
            return rule

        return define

    decorator.__name__ = cls
    decorator.__doc__ = f"Define a rule of class {cls!r}; the module's docstring has the arguments."
    return decorator


elementwise = _decorator("elementwise", shapes.elementwise)
linear = _decorator("linear", None)
bilinear = _decorator("bilinear", None)
view = _decorator("view", None)
reduction = _decorator("reduction", None)
general = _decorator("general", None)
