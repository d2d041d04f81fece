"""What a program does with its own adjoints, written into the reverse where the program says it.

    sg.on_adjoint(h, clip)                h_bar = replaced(clip(h_bar), h_bar)

    with sg.adjoint_of(h) as g:           h_bar_before = h_bar
        norm = np.linalg.norm(g)          norm = np.linalg.norm(h_bar)
        if norm > 1.0:                    if norm > 1.0:
            g = g / norm                      h_bar = h_bar / norm
                                          h_bar = replaced(h_bar, h_bar_before)

The adjoint is complete as far as the lines below go; its variable, and what objects that hold it gathered, are in it.
"""

from __future__ import annotations

import types
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint.state import Adj
from srcgrad.adjoint.writing import BARS
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Known, Num
from srcgrad.analysis.meaning import Detached, Hooked, Snapshots
from srcgrad.analysis.memory import places_in
from srcgrad.runtime import hooks
from srcgrad.runtime.stopped import detached

if TYPE_CHECKING:
    from srcgrad.adjoint.exchange import Exchange


def without_hooks(inf: Inference, stmt: Any, meaning: Detached | Hooked | Snapshots) -> ir.Block:
    """What stands in the forward for a statement about the derivative."""
    if isinstance(meaning, Snapshots):
        return [ir.Let(stmt.target, meaning.items, stmt.span)] if isinstance(stmt, ir.Let) else []
    if isinstance(meaning, Detached):
        source = inf.reads[stmt].get(getattr(meaning.source, "name", ""))
        if source is not None and any(memory.root().written for memory in places_in(source.kind)):
            # adjoints of such arrays go by their memory, and the stopped value lies in the same
            raise inf.refuse(
                stmt, "stop_gradient() of an array that is written into", "copy it first: stop_gradient(u.copy())"
            )
        # an object of its own: adjoints of what objects hold go by identity
        call = ir.Call(ir.Bound("detached", detached), (meaning.source,))
        return [ir.Let(stmt.target, call, stmt.span)] if isinstance(stmt, ir.Let) else []
    return [ir.Let(stmt.target, ir.Const(None), stmt.span)] if isinstance(stmt, ir.Let) else []


def reverse_hook(rev: Exchange, stmt: Any, meaning: Hooked) -> None:
    """The adjoint of a variable, handed to the program, and what the program makes of it."""
    name = meaning.value.name  # type: ignore[union-attr]
    version = rev.inf.reads[stmt][name]
    if rev.in_memory(name):
        raise rev.inf.refuse(
            stmt, "the adjoint of an array that is written into under another name", "give a copy of it a name"
        )
    by_name = isinstance(version.kind, Num)
    shape = version.kind.shape if isinstance(version.kind, Num) else None
    adj = rev.take(name, version)
    if not by_name:
        rev.uses_bars = True
        gathered = rev.emit(ir.CallMethod(BARS, "take", (rev.needs.same(stmt, meaning.value),)), f"{name}_gathered")
        adj = Adj(gathered, False, False)
    if adj is None:
        adj = Adj(ir.Const(0.0), shape == (), False, ())
    bar = ir.Var(rev.bar(name))
    value: ir.Expr = adj.atom
    if shape != () and not (adj.full and adj.owned and adj.atom == bar):
        like = () if adj.full else (rev.primal(stmt, meaning.value),)
        value = ir.Call(ir.Bound("own_copy", hooks.own_copy), (adj.atom, *like))
    if value != bar:
        rev.release(bar.name)
        rev.write(ir.Let(bar.name, value, rev.span))
    made_anew = True
    if meaning.hook is not None:
        given = rev.emit(ir.Call(rev.primal(stmt, meaning.hook), (bar,)), f"{name}_bar_given")
        replace_adjoint(rev, bar, given, bar)
    else:
        assert meaning.code is not None
        made_anew = run_block(rev, stmt, meaning.code, bar)
    if by_name:
        rev.state[name] = Adj(bar, True, not made_anew, shape)
    else:
        rev.write(ir.Effect(ir.CallMethod(BARS, "add", (rev.needs.same(stmt, meaning.value), bar)), rev.span))


def replace_adjoint(rev: Exchange, bar: ir.Var, given: ir.Atom, before: ir.Var) -> None:
    """`bar = replaced(given, before)`: what the program made of an adjoint, once it has the adjoint's shape."""
    call = ir.Call(ir.Bound("replaced", hooks.replaced), (given, before))
    rev.write(ir.Let(bar.name, call, rev.span))


def run_block(rev: Exchange, stmt: Any, code: ir.AtAdjoint, bar: ir.Var) -> bool:
    """The statements of an adjoint_of() block under names of the reverse; whether they assign the adjoint anew."""
    assigned = any(code.name in ir.targets(s) and not isinstance(s, ir.Augment) for s in ir.walk(code.body))
    names = {code.name: bar.name}
    temps = rev.inf.function.temps
    for inner in ir.walk(code.body):
        bound = [*ir.targets(inner)]
        if isinstance(inner, ir.Try):
            bound += [handler.name for handler in inner.handlers if handler.name]
        for name in bound:
            if name not in names:
                names[name] = rev.names.temp(name) if name in temps else rev.names.fresh(name)
    atoms = {atom: seen_here(rev, stmt, atom) for atom in code.reads}
    atoms.update({ir.Var(name): ir.Var(new) for name, new in names.items()})
    before = bar
    if assigned:
        before = ir.Var(rev.names.fresh(f"{bar.name}_before"))
        rev.write(ir.Let(before.name, bar, rev.span))
    for inner in code.body:
        # under the line of the `with`, whatever line of the block it stands in
        rev.write(renamed(inner, names, atoms))
    if assigned:
        replace_adjoint(rev, bar, bar, before)
    return assigned


def seen_here(rev: Exchange, stmt: Any, atom: Any) -> Any:
    """What a block reads: modules and functions as they stand there, values as they were when the line ran."""
    if isinstance(atom, ir.Global):
        kind = rev.inf.global_kind(atom.name)
        if isinstance(kind, Known) and (callable(kind.value) or isinstance(kind.value, types.ModuleType)):
            return atom
    return rev.primal(stmt, atom)


def renamed(stmt: Any, names: dict[str, str], atoms: dict[Any, Any]) -> Any:
    """A copy of a statement with other names."""
    changed: dict[str, Any] = {}
    for field in fields(stmt):
        value = getattr(stmt, field.name)
        if isinstance(value, list):
            changed[field.name] = [renamed(inner, names, atoms) for inner in value]
        elif field.name == "target" and value is not None:
            changed[field.name] = names[value]
        elif field.name == "targets":
            changed[field.name] = tuple(names[name] for name in value)
        elif field.name == "name" and isinstance(stmt, ir.Handler) and value is not None:
            changed[field.name] = names[value]
    result = replace(stmt, **changed)
    ir.change_operands(result, lambda atom: atoms.get(atom, atom))
    return result
