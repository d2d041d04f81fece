"""Functions that do nothing but call an object: so that rules, checkpoints and derivatives can be differentiated by
themselves.

sg.grad(cube)      where cube is a custom_vjp, differentiates      def cube(x): return cube_itself(x)
"""

from __future__ import annotations

import inspect
import keyword
from types import FunctionType
from typing import Any

from srcgrad import ir
from srcgrad.emit.python import bound_names, print_function
from srcgrad.emit.register import bind
from srcgrad.frontend import programs

KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "posonly",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "pos",
    inspect.Parameter.VAR_POSITIONAL: "var",
    inspect.Parameter.KEYWORD_ONLY: "kwonly",
    inspect.Parameter.VAR_KEYWORD: "varkw",
}


def calling(obj: Any) -> FunctionType:
    """A function with the parameters of `obj` that calls it; the same one every time."""
    # `functools.wraps` hands on what a function has in its `__dict__`
    found = vars(obj).get("_calling")
    if found is None or found[0] is not obj:
        found = vars(obj)["_calling"] = (obj, written(obj))
    return found[1]  # type: ignore[no-any-return]


def signature(obj: Any) -> inspect.Signature:
    """The parameters of an object that is called; of a function of NumPy's that does not tell, those in the table."""
    try:
        return inspect.signature(obj)
    except ValueError:
        return inspect.signature(obj._function)


def written(obj: Any) -> FunctionType:
    """The function, compiled, and its program registered."""
    function = getattr(obj, "__wrapped__", None)
    code = getattr(function, "__code__", None)
    line = 1 if code is None else code.co_firstlineno
    span = ir.Span(line, line)
    given = signature(obj).parameters.values()
    params = [ir.Param(p.name, KINDS[p.kind], p.default is not p.empty) for p in given]
    args: list[ir.Atom | ir.Star] = []
    keywords: list[tuple[str | None, ir.Atom]] = []
    for param in params:
        atom = ir.Var(param.name)
        if param.kind == "varkw":
            keywords.append((None, atom))
        elif param.kind == "kwonly":
            keywords.append((param.name, atom))
        else:
            args.append(ir.Star(atom) if param.kind == "var" else atom)
    name = getattr(obj, "__name__", "")
    name = name if name.isidentifier() and not keyword.iskeyword(name) else "called"
    call = ir.Call(ir.Bound(f"{name}_itself", obj), tuple(args), tuple(keywords))
    body: ir.Block = [ir.Let("value", call, span), ir.Return(ir.Var("value"), span)]
    filename = "" if code is None else code.co_filename
    source = ir.SourceText(filename, line, (f"{name}(...)",))
    space = getattr(function, "__globals__", {"__builtins__": __builtins__})
    bare = tuple(ir.Param(p.name, p.kind) for p in params)
    program = ir.Function(name, bare, body, source, span, {"value"}, qualname=name, namespace=space)
    text, _ = print_function(program)
    made = bind(text, name, bound_names(program), space, {})[name]
    positional = [p.default for p in given if KINDS[p.kind] in ("pos", "posonly") and p.default is not p.empty]
    made.__defaults__ = tuple(positional) or None
    made.__kwdefaults__ = {p.name: p.default for p in given if KINDS[p.kind] == "kwonly" and p.default is not p.empty}
    program.params = tuple(params)
    programs.register(made.__code__, program, frozenset())
    return made
