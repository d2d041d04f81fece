"""Puts the parts together: from an inference to the IR of a function that gives a value and its tangent.

Each parameter has a mode: 'v' its tangent is a parameter too, 's' its tangent is a structure of the same form, 'i' the
tangents of what it holds go by identity, '-' it has none.

    def f(x, params, n):        def f_jvp(x, params, n, x_dot, params_dot, dots):
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.device import turn_over, uses_cupy
from srcgrad.adjoint.fields import find_fields
from srcgrad.adjoint.relevance import Facts, plain_tuple
from srcgrad.adjoint.remember import clean
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Num
from srcgrad.simplify.bounds import distinct_bounds
from srcgrad.tangent.blocks import Blocks
from srcgrad.tangent.names import DotNames


class TangentAssembly:
    """The tangent function for one kind of call.

    modes    parameter name: mode
    purpose  'jvp' where the user called it, 'jvp-call' where another tangent function does
    """

    def __init__(self, inf: Inference, modes: dict[str, str], purpose: str, dispatch: Any) -> None:
        self.inf, self.modes, self.purpose = inf, modes, purpose
        facts = Facts(inf)
        fields = find_fields(inf, modes) if purpose == "jvp" else {}
        for field in fields.values():
            modes[field.name] = "s"
        names = DotNames(inf.function)
        names.taken.add(f"{clean(inf.function.name)}_jvp")
        # parameters' tangents have the plain names
        self.dot_params = {name: names.dot(name) for name, mode in modes.items() if mode in ("v", "s")}
        self.dots = names.dots
        blocks = Blocks(inf, facts, names, dispatch, fields)
        blocks.whole = purpose == "jvp"
        body = self.entry(blocks) + blocks.block(inf.function.body)
        if None in inf.fall_env:
            body += self.fall(blocks)
        remove_unread(body, blocks.made)
        statements_again(body, blocks.made)
        self.uses_dots = blocks.uses_dots and mentions(body, self.dots)
        self.function = self.define(body, names)
        # names that printed text must not change
        self.own = frozenset(names.user - inf.function.temps)

    def entry(self, blocks: Blocks) -> ir.Block:
        """What a tangent function begins with: tangents of captured variables, of parameters that objects hold."""
        inf = self.inf
        out: ir.Block = []
        blocks.span = inf.function.span
        for name, version in inf.free.items():
            if blocks.numeric(version):
                blocks.loaded(None, name, version)
        for name, mode in self.modes.items():
            version = inf.entry[name]
            if mode == "v":
                if name in blocks.held and self.purpose == "jvp":
                    # tangents by identity: the caller may have handed one object in at two places
                    fresh = ir.Call(blocks.names.helper("fresh"), (ir.Var(name),))
                    out.append(ir.Let(name, fresh, inf.function.span))
                blocks.keep(name, ir.Var(name))
            elif mode == "i" and blocks.numeric(version):
                blocks.loaded(None, name, version)
            elif mode == "-" and blocks.numeric(version):
                # something active is written into it, or other calls, deeper in a recursion, bring a tangent
                zeros = blocks.zeros(version.kind, ir.Var(name))
                blocks.write(ir.Let(blocks.names.dot(name), zeros, inf.function.span))
                blocks.keep(name, ir.Var(name))
            elif mode != "s":
                blocks.zero(name, version, ir.Var(name))
        out += blocks.now
        blocks.now = []
        return out

    def fall(self, blocks: Blocks) -> ir.Block:
        """The end of a function that is reached without `return`."""
        span = self.inf.function.span
        pair = blocks.names.temp("value_and_tangent")
        nothing = ir.Build("tuple", (ir.Const(None), ir.Const(None)))
        return [ir.Let(pair, nothing, span), ir.Return(ir.Var(pair), span)]

    def define(self, body: ir.Block, names: DotNames) -> ir.Function:
        """The function, its parameters followed by their tangents."""
        function = self.inf.function
        params = [ir.Param(p.name, p.kind) for p in function.params]
        more = [*self.dot_params.values(), *([self.dots] if self.uses_dots else [])]
        if all(p.kind in ("pos", "posonly") for p in params):
            params += [ir.Param(name) for name in more]
        else:
            last = next((i for i, p in enumerate(params) if p.kind == "varkw"), len(params))
            params[last:last] = [ir.Param(name, "kwonly") for name in more]
        made = ir.Function(
            f"{clean(function.name)}_jvp", tuple(params), body, function.source, function.span,
            set(function.temps) | names.may_nest(function), function.free, function.shared, function.captured,
            qualname=function.qualname, namespace=function.namespace,
        )  # fmt: skip
        if uses_cupy(self.inf):
            turn_over(self.inf, made)
        distinct_bounds(made, DotNames(function).taken - {self.dots})
        return made

    @property
    def by_value(self) -> bool:
        """Whether the tangent of the result is returned, rather than told by identity."""
        kind = self.inf.return_kind
        return isinstance(kind, Num) or plain_tuple(kind)


def remove_unread(block: ir.Block, made: set[Any]) -> None:
    """Remove, in place, the tangents that nothing reads."""
    uses: Counter[str] = Counter()
    by_target: dict[str, list[Any]] = {}
    for stmt in ir.walk(block):
        uses.update(read_by(stmt))
        if stmt in made and isinstance(stmt, ir.Let):
            by_target.setdefault(stmt.target, []).append(stmt)
    dead: set[Any] = set()
    work = [name for name in by_target if not uses[name]]
    while work:
        for stmt in by_target.get(work.pop(), ()):
            if stmt in dead:
                continue
            dead.add(stmt)
            for other in read_by(stmt):
                uses[other] -= 1
                if not uses[other] and other in by_target:
                    work.append(other)
    drop(block, dead)


def drop(block: ir.Block, dead: set[Any]) -> None:
    """Remove statements from a block and the blocks within it."""
    for stmt in block:
        for inner in ir.blocks(stmt):
            drop(inner, dead)
    block[:] = [stmt for stmt in block if stmt not in dead]


def read_by(stmt: Any) -> list[str]:
    """The variables that a statement reads, besides the one that it binds."""
    own = stmt.target if isinstance(stmt, ir.Let) else None
    return [a.name for a in ir.all_operands(stmt) if isinstance(a, ir.Var) and a.name != own]


def statements_again(block: ir.Block, made: set[Any]) -> None:
    """A conditional expression whose arms got tangents is a branch."""
    for stmt in ir.walk(block):
        if isinstance(stmt, ir.If) and stmt.sugar != "if" and any(s in made for s in (*stmt.body, *stmt.orelse)):
            stmt.sugar = "if"


def mentions(block: ir.Block, name: str) -> bool:
    """Whether any statement reads a variable."""
    return any(ir.Var(name) in ir.all_operands(stmt) for stmt in ir.walk(block))
