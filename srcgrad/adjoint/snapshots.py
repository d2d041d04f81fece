"""Loops over `checkpoint(items)`: in the forward, a turn is a function that can be run again.

    for k in sg.checkpoint(range(n), snapshots=3):      def turn(k, u, c=c):
        u = u * np.sin(c * u)                               u_before = u
                                                            u_factor = np.sin(c * u)
                                                            u = u * u_factor
                                                            return u, (u_before, u_factor)
                                                        u, turns = run_turns(turn, range(n), 3, u)

What a turn hands to the next one are its parameters, and come first in what it returns; what it reads of the function
around it are defaults, so that they are what they were when the loop began.  The reverse is that of any loop: it goes
over `reversed(turns)`, which runs the turns again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint import needs as n
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Known, Num, Ref
from srcgrad.analysis.meaning import Snapshots
from srcgrad.analysis.rewrite import copy_statement
from srcgrad.analysis.versions import Version
from srcgrad.errors import UnsupportedError
from srcgrad.runtime.turns import run_turns

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts
    from srcgrad.adjoint.remember import Remember

FORM = "write it in the loop's head: for k in checkpoint(range(n), snapshots=s)"


def find_snapshots(facts: Facts) -> dict[Any, Snapshots]:
    """The loops over `checkpoint(items)` that have anything to reverse."""
    found = {}
    for stmt, meaning in facts.inf.meanings.items():
        if not isinstance(meaning, Snapshots) or stmt not in facts.block_of:
            continue
        uses = facts.uses.get(stmt.target, []) if isinstance(stmt, ir.Let) else []
        if len(uses) != 1 or not isinstance(uses[0], ir.For) or stmt.target not in facts.inf.function.temps:
            raise facts.inf.refuse(stmt, "checkpoint() of items outside the head of a loop", FORM)
        loop = uses[0]
        if facts.relevant(loop):
            check_turn(facts, loop)
            found[loop] = meaning
    return found


def check_turn(facts: Facts, loop: ir.For) -> None:
    """Refuse what a turn that is run again may not do."""
    inf = facts.inf

    def refuse(stmt: Any, what: str, advice: str) -> UnsupportedError:
        return inf.refuse(stmt, f"{what} in a loop over checkpoint()", advice)

    for stmt in ir.walk(loop.body):
        if isinstance(stmt, ir.Return) or (isinstance(stmt, ir.Break) and facts.scope_of[stmt] is loop):
            raise refuse(stmt, "leaving the loop", "go on to its end, and put what the turns do under `if not done:`")
        if isinstance(stmt, (ir.Try, ir.With)):
            raise refuse(stmt, "try or with", "put it into a function that the turn calls")
        if isinstance(stmt, ir.StoreCell) or isinstance(getattr(stmt, "value", None), (ir.CellLoad, ir.MakeFunction)):
            raise refuse(stmt, "a function that keeps variables", "define it outside, or put the turn into a function")
    if facts.steps.number.get(loop) is not None:
        raise refuse(loop, "an enclosing try", "put the loop into a function")
    before = inf.before_env[loop]
    own = {name for stmt in ir.walk(loop.body) for name in ir.targets(stmt)} | {loop.target}
    inside = {*ir.walk(loop.body)}
    for name in sorted(own - inf.function.temps):
        if name in before and not before[name].maybe_unbound:
            version = before[name]
            kind = version.kind
            if not isinstance(kind, (Num, Known)) and (is_active(kind) or isinstance(kind, Ref)):  # type: ignore[arg-type]
                raise refuse(loop, f"'{name}', which holds a container,", "keep its items in variables")
            if name in facts.held and version.active:
                raise refuse(loop, f"'{name}', which is put into a container,", "put a result of it there: u * 1.0")
            continue
        top = inf.versions.get((loop, "top", name))
        reads = [(s, found[name]) for s, found in inf.reads.items() if name in found and s in facts.block_of]
        later = any(s not in inside and s is not loop and comes_from(version, loop, inside) for s, version in reads)
        if later or any(version is top for _, version in reads):
            raise refuse(loop, f"'{name}', which has no value before the loop,", f"give '{name}' a value before it")


def comes_from(version: Version, loop: Any, inside: set[Any]) -> bool:
    """Whether a version, or one that it was merged of, was bound by a loop."""
    waiting, seen = [version], {version}
    while waiting:
        one = waiting.pop()
        if one.anchor is loop or one.anchor in inside:
            return True
        new = [source for source in one.sources if source not in seen]
        seen.update(new)
        waiting += new
    return False


def loop_of_turns(forward: Remember, loop: ir.For, meaning: Snapshots) -> ir.Block:
    """A loop in the forward, its turn a function."""
    span = loop.span
    body = forward.turn(loop, loop.body)
    bound = {name for stmt in ir.walk(body) for name in ir.targets(stmt)}
    # slots that some paths leave empty are None before the loop
    preset = {s.target for s in forward.before.get(loop, []) if isinstance(s, ir.Let)} & bound
    carried = state_of(forward, loop)
    atoms = {atom for stmt in ir.walk(body) for atom in ir.all_operands(stmt)}
    reads = {atom.name for atom in atoms if isinstance(atom, ir.Var)}
    free = sorted(atom.name for atom in atoms if isinstance(atom, ir.Free))
    others = sorted((reads - bound - set(carried) - {loop.target}) | preset)
    if free:
        body = [copy_statement(stmt, {}) for stmt in body]
        for stmt in ir.walk(body):
            ir.change_operands(stmt, lambda atom: ir.Var(atom.name) if isinstance(atom, ir.Free) else atom)
    params = [ir.Param(loop.target), *map(ir.Param, carried)]
    params += [ir.Param(name, has_default=True) for name in (*others, *free)]
    function = forward.inf.function
    name = forward.names.fresh(f"{function.name.strip('<>')}_turn")
    turn = ir.Function(
        name, tuple(params), body, function.source, span, set(function.temps) | forward.names.temps,
        namespace=function.namespace,
    )  # fmt: skip
    defaults: tuple[ir.Atom, ...] = (*map(ir.Var, others), *map(ir.Free, free))
    made = forward.names.temp("run")
    turns = forward.slot(n.TURNS, loop)
    call = ir.Call(
        ir.Bound("run_turns", run_turns), (ir.Var(name), loop.iter, meaning.snapshots, *map(ir.Var, carried))
    )
    assert turns is not None
    return [
        ir.Let(name, ir.MakeFunction(turn, defaults), span),
        ir.Let(made, call, span),
        ir.Unpack((*carried, turns), None, ir.Var(made), span),
        *forward.else_clause(loop, loop.orelse),
    ]


def state_of(forward: Remember, loop: ir.For) -> list[str]:
    """What a turn hands to the next one: variables that it binds, or arrays that it writes into, from before it."""
    before = forward.inf.before_env[loop]
    names: dict[str, None] = {}
    for stmt in ir.walk(loop.body):
        for name in ir.targets(stmt):
            if name in before and not before[name].maybe_unbound and name not in forward.inf.function.temps:
                names[name] = None
        if isinstance(stmt, ir.StoreItem) and isinstance(stmt.obj, ir.Var) and stmt.obj.name in before:
            names[stmt.obj.name] = None
    if any(bit for (anchor, _), bit in forward.sites.exits.items() if anchor is loop) or any(
        (stmt, arm) in forward.sites.arms for stmt in ir.walk(loop.body) for arm in (True, False)
    ):
        names[forward.seen] = None
    inner = {stmt for stmt in ir.walk(loop.body) if isinstance(stmt, (ir.For, ir.While))}
    if any(bit for (anchor, _), bit in forward.sites.exits.items() if anchor in inner):
        names[forward.seen] = None
    return list(names)


def give_turn(forward: Remember, packed: ir.Atom, loop: ir.For, span: ir.Span) -> ir.Block:
    """The end of a turn: `return state, what its reverse needs`."""
    together = forward.names.temp("given")
    items = (*map(ir.Var, state_of(forward, loop)), packed)
    return [ir.Let(together, ir.Build("tuple", items), span), ir.Return(ir.Var(together), span)]
