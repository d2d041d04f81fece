"""Generator functions: who takes their items, and how their parameters get values.

A generator runs while its items are asked for.  So what it does is written out where they are used, by
`analysis/woven.py`: in the loop that goes through them, or in the block of a context:

    for v in steps(x): ...           def steps(x): ...; yield x; ...
    sum(steps(x))                    the items are gathered in a list right before
    with scaled(x) as y: ...         @contextlib.contextmanager
"""

from __future__ import annotations

import contextlib
import inspect
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.escapes import escape
from srcgrad.analysis.kinds import Closure, Kind, Known, Seq, Unknown
from srcgrad.analysis.meaning import Keywords, Plain, Result
from srcgrad.analysis.split import block_with
from srcgrad.errors import UnsupportedError
from srcgrad.frontend import programs

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

# builtins that take all items at once, and functions of NumPy's that do
TAKING_ALL = frozenset({"sum", "list", "tuple", "max", "min", "sorted", "set", "frozenset", "dict"})
TAKING_ALL_OF_NUMPY = frozenset({"fromiter"})
CONTEXT_HELPER = contextlib.contextmanager(lambda: None).__code__  # type: ignore[arg-type, return-value]
# with more of them than this, the block that uses the items would be written too often
MOST_YIELDS = 4
LITERALS = (bool, int, float, complex, str, bytes, type(None))


@dataclass
class Woven(Exception):
    """What a generator function does is to be written out where its items are used.

    call      the statement that calls it        use     the one statement that uses what the call gives
    program   the generator function             values  an operand, or an expression, for each parameter
    """

    call: Any
    use: Any
    program: ir.Function
    values: dict[str, Any]
    as_context: bool


def generator_of(function: Any) -> tuple[Any, ir.Function, bool] | None:
    """The generator function behind a callable, its program, and whether it is a context; None for another callable."""
    as_context = isinstance(function, types.FunctionType) and function.__code__ is CONTEXT_HELPER
    if as_context:
        function = function.__wrapped__
    if isinstance(function, Closure):
        target = function.function
        program = target if isinstance(target, ir.Function) else programs.program_of_code(target)
        return (function, program, False) if program.generator else None
    if not isinstance(function, types.FunctionType) or not function.__code__.co_flags & inspect.CO_GENERATOR:
        return None
    return function, programs.any_program_of(function), as_context


def weave(
    inf: Inference, stmt: Any, found: tuple[Any, ir.Function, bool], args: Any, keywords: Keywords,
    kinds: list[Kind], active: bool, env: Env,
) -> Result | None:  # fmt: skip
    """A call of a generator function: to be written out where derivatives may flow through it.

    None where its items are not all used at one place: then it makes an iterator that goes step by step.
    """
    function, program, as_context = found
    if not active:
        for kind in kinds:
            escape(kind)
        return Unknown(), Plain()
    use, values = only_use(inf, stmt, as_context), values_of(program, function, args, keywords)
    if use is None and handed_on(inf, stmt, env):
        return Seq(Unknown(True)), Plain()
    if not (use is None or values is None) and weavable(inf, stmt, program, as_context):
        raise Woven(stmt, use, program, values, as_context)
    if not as_context:
        return None
    if use is None or values is None:
        raise programs.refused_generator(program)
    raise UnsupportedError(
        "a generator function that reads variables of a function which has returned", "pass them as arguments"
    )


def weavable(inf: Inference, stmt: Any, program: ir.Function, as_context: bool) -> bool:
    """Whether a generator function can be written out where it is called."""
    here = any(getattr(getattr(s, "value", None), "function", None) is program for s in ir.walk(inf.function.body))
    if program.free and not here:
        return False
    many = sum(isinstance(s, ir.Yield) for s in ir.walk(program.body)) > MOST_YIELDS
    return as_context or not (many or program in inf.woven.get(stmt, ()))


def only_use(inf: Inference, stmt: Any, as_context: bool) -> Any:
    """The statement that takes the items, where it is the only one to use what the call gives; else None."""
    use = reader(inf.function, stmt)
    if as_context:
        return use if isinstance(use, ir.With) else None
    if isinstance(use, ir.For) or (numbers(inf, use) and isinstance(reader(inf.function, use), ir.For)):
        return use
    return use if use is not None and takes_all(inf, use, ir.Var(stmt.target)) else None


def reader(function: ir.Function, stmt: Any) -> Any:
    """The one statement that reads what another binds, where it follows in the same block; else None."""
    if not isinstance(stmt, ir.Let) or stmt.target in function.captured or stmt.target in function.shared:
        return None
    made = ir.Var(stmt.target)
    every = list(ir.walk(function.body))
    uses = [use for use in every if made in ir.all_operands(use)]
    bindings = [other for other in every if stmt.target in ir.targets(other)]
    alone = len(uses) == 1 and len(bindings) == 1 and uses[0] in block_with(function, stmt)
    return uses[0] if alone else None


def numbers(inf: Inference, use: Any) -> bool:
    """Whether a statement is a call of `enumerate`."""
    match use:
        case ir.Let(value=ir.Call(func=ir.Global(name="enumerate"), args=(_, *_))):
            return "enumerate" not in inf.function.namespace
    return False


def handed_on(inf: Inference, stmt: Any, env: Env) -> bool:
    """Whether what a call gives goes to another generator function, which is written out first."""
    use = reader(inf.function, stmt)
    value = getattr(use, "value", None)
    if not isinstance(value, ir.Call) or isinstance(value.func, ir.Const):
        return False
    kind = inf.whole(value.func, env) if not isinstance(value.func, ir.Var) or value.func.name in env else None
    found = generator_of(kind.value if isinstance(kind, Known) else kind)
    if found is None:
        return False
    function, program, as_context = found
    taken = only_use(inf, use, as_context) is not None and weavable(inf, use, program, as_context)
    values = values_of(program, function, value.args, value.keywords)
    return (taken and values is not None) or handed_on(inf, use, env)


def takes_all(inf: Inference, use: Any, made: ir.Var) -> bool:
    """Whether a statement takes all items of what it is given before it does anything else."""
    if isinstance(use, ir.Unpack):
        return True
    value = getattr(use, "value", None)
    if isinstance(value, (ir.Call, ir.CallMethod)) and ir.Star(made) in value.args:
        return True
    match value:
        case ir.Call(func=ir.Global(name=name), args=(first, *_)):
            return first == made and name in TAKING_ALL and name not in inf.function.namespace
        case ir.CallMethod(obj=ir.Global(name=module), name=name, args=(first, *_)):
            return first == made and name in TAKING_ALL_OF_NUMPY and inf.function.namespace.get(module) is np
        case ir.CallMethod(name="extend" | "join", args=(first,)):
            return first == made
        case ir.Build(items=items):
            return ir.Star(made) in items
    return False


def values_of(program: ir.Function, function: Any, args: Any, keywords: Keywords) -> dict[str, Any] | None:
    """What each parameter gets in a call; None where that is seen only when it runs."""
    if ir.has_stars(args, keywords):
        return None
    signature = inspect.signature(function) if isinstance(function, types.FunctionType) else None
    left, named = list(args), dict(keywords)
    values: dict[str, Any] = {}
    for param in program.params:
        if param.kind == "var":
            values[param.name], left = ir.Build("tuple", tuple(left)), []
        elif param.kind == "varkw":
            values[param.name] = ir.BuildDict(tuple((ir.Const(name), value) for name, value in named.items()))
            named = {}
        elif param.kind in ("pos", "posonly") and left:
            values[param.name] = left.pop(0)
        elif param.name in named and param.kind != "posonly":
            values[param.name] = named.pop(param.name)
        elif param.has_default and signature is not None:
            default = signature.parameters[param.name].default
            literal = isinstance(default, LITERALS)
            values[param.name] = ir.Const(default) if literal else ir.Bound(f"{param.name}_default", default)
        else:
            return None
    return None if left or named else values
