"""Where a derivative goes wrong: the first statement whose value has another derivative than differences say.

    def f(x):                    def f(x):                    def f(x):
        u = g(x)                     u = g(x)                     u = g(x)
        v = h(u)                     return u                     v = h(u)
        return np.sum(v)                                          return v

The function is cut after each of its statements in turn, and the value bound there is checked like a result.  The first
cut that disagrees names the statement.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.rewrite import block_of, copy_function, fresh_temp
from srcgrad.checking.differences import Array, Scale, difference
from srcgrad.checking.forward import claimed_change
from srcgrad.checking.trees import copied, is_leaf, leaves, mapped
from srcgrad.emit.python import bound_names, print_function
from srcgrad.emit.register import bind
from srcgrad.errors import SrcgradError
from srcgrad.frontend import programs

REACHED = "reached"
MAX_CUTS = 200


def first_disagreement(
    f: Callable[..., Any], what: str, args: tuple[Any, ...], widened: Any, place: int, direction: Array, scale: Scale,
    draw: Callable[[Any], Any],
) -> str:  # fmt: skip
    """The first statement whose value has another derivative than differences say, in words; '' where none is found.

    what   'gradient' or 'tangent'
    draw   gives a random cotangent for a leaf
    """
    from srcgrad.functions import bound_keywords, plain_function

    try:
        function, bound = plain_function(f)
        program = programs.program_of(function)
        keywords = bound_keywords(f)
    except SrcgradError:
        return ""
    for number, (stmt, name) in enumerate(cuts(program)):
        if number == MAX_CUTS:
            break
        try:
            cut = functools.partial(cut_after(function, program, stmt, name), *bound, **keywords)
            differs = disagrees(cut, what, args, widened, place, direction, scale, draw)
        except Exception:  # a cut that cannot be made or run says nothing
            continue
        if differs:
            line = stmt.span.line
            of = f" (the value of {name})" if name not in program.temps else ""
            return f"\nfirst at {program.source.filename}:{line}{of}:\n    {program.source.line(line)}"
    return ""


def cuts(program: ir.Function) -> Iterator[tuple[Any, str]]:
    """The statements that bind values, in the order of the text."""
    for stmt in ir.walk(program.body):
        if isinstance(stmt, (ir.Let, ir.Augment, ir.Unpack)):
            for name in ir.targets(stmt):
                yield stmt, name


def cut_after(function: Any, program: ir.Function, stmt: Any, name: str) -> Any:
    """The function, returning what a statement binds as soon as that was done."""
    made, became = copy_function(program)
    block = block_of(made, became[stmt])
    result = fresh_temp(made, "reached")
    block[block.index(became[stmt]) + 1 :] = [
        ir.Let(result, ir.Build("tuple", (ir.Const(REACHED), ir.Var(name))), stmt.span),
        ir.Return(ir.Var(result), stmt.span),
    ]
    made.params = tuple(ir.Param(p.name, p.kind) for p in made.params)
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
    text, _ = print_function(made, frozenset(made.temps))
    found = bind(text, made.name, bound_names(made), made.namespace, cells)[made.name]
    found.__defaults__, found.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    made.params = program.params
    programs.register(found.__code__, made, programs.active_captures(function.__code__))
    return found


def disagrees(
    cut: Any, what: str, args: tuple[Any, ...], widened: Any, place: int, direction: Array, scale: Scale,
    draw: Callable[[Any], Any],
) -> bool:  # fmt: skip
    """Whether differences disagree with the derivative of a function cut short."""
    import srcgrad

    outputs = cut(*copied(args))
    reached = isinstance(outputs, tuple) and len(outputs) == 2 and outputs[0] == REACHED
    if not reached or not any(True for _ in leaves(outputs)):
        return False
    cotangents = mapped(outputs, draw)
    step = scale.step(direction)
    apart, noise = difference(cut, widened, place, step * direction, cotangents)
    if what == "tangent":
        claimed = claimed_change(srcgrad.jvp(cut), args, place, direction, cotangents, outputs)
    else:
        _, pullback = srcgrad.vjp(cut, *copied(args))
        gradients = pullback(copied(cotangents))
        analytic = [found for _, found in leaves(gradients) if is_leaf(found)][place]
        claimed = float(np.sum((np.conj(direction) * analytic).real))
    return not scale.close(apart / step, claimed, noise / step)
