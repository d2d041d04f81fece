"""Entries of gradients with `debug=True`: after each line a look at what it computed.

    y = np.log(x)                            forward
    watch.value(y, 'y', 5)
    # 5: y = np.log(x)                       reverse
    x_bar = y_bar / x
    watch.adjoint(x_bar, 'x', 5)

A value that is not finite is noted, since it need not matter; an adjoint that is not finite raises.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.analysis.kinds import Num
from srcgrad.analysis.meaning import ByRule
from srcgrad.dispatch import MAKERS
from srcgrad.entries import Entry
from srcgrad.runtime.watch import Watch


class DebugEntry(Entry):
    """A function compiled for one kind of call, with checks."""

    def role(self, purpose: str) -> str:
        return PLAIN[purpose]

    def calls(self, forward: Any) -> Any:
        def with_checks(meaning: Any) -> Any:
            made = forward.for_meaning(meaning)
            for calls in (made, getattr(made, "calls", None)):
                if isinstance(calls, forward):
                    calls.purpose = "debug call"
            return made

        return with_checks

    def finished(self, function: ir.Function) -> ir.Function:
        """The forward or a reverse, with a look at what each line computed."""
        watch = ir.Bound("watch", Watch(self.program.source))
        if function.name.endswith("_reverse"):
            temps = self.inf.function.temps
            named = self.assembly.names.adjoints.items()
            bars = {bar: "an expression" if name in temps else name for name, bar in named}
            watch_adjoints(function.body, watch, bars)
            return function
        watch_values(function.body, watch, self)
        return function


def look(watch: ir.Bound, what: str, atom: ir.Atom, name: str, span: ir.Span) -> ir.Effect:
    """`watch.value(y, 'y', 5)`."""
    return ir.Effect(ir.CallMethod(watch, what, (atom, ir.Const(name), ir.Const(span.line))), span)


def watch_adjoints(block: ir.Block, watch: ir.Bound, names: dict[str, str]) -> None:
    """After each statement that makes or changes the adjoint of a variable, look at it."""
    out: ir.Block = []
    for stmt in block:
        for inner in ir.blocks(stmt):
            watch_adjoints(inner, watch, names)
        out.append(stmt)
        target = getattr(stmt, "target", None) if isinstance(stmt, (ir.Let, ir.Augment)) else None
        if isinstance(stmt, ir.StoreItem) and isinstance(stmt.obj, ir.Var):
            target = stmt.obj.name
        if target in names and not (isinstance(stmt, ir.Let) and isinstance(stmt.value, (ir.Const, ir.Var))):
            out.append(look(watch, "adjoint", ir.Var(target), names[target], stmt.span))
    block[:] = out


def watch_values(block: ir.Block, watch: ir.Bound, entry: Entry) -> None:
    """After each statement that binds a variable through which derivatives flow, look at its value."""
    inf, facts = entry.inf, entry.assembly.facts
    temps = inf.function.temps
    out: ir.Block = []
    for stmt in block:
        for inner in ir.blocks(stmt):
            watch_values(inner, watch, entry)
        if isinstance(stmt, ir.Let) and isinstance(stmt.value, ir.Build) and stmt.value.items:
            first = stmt.value.items[0]
            # what is handed over at the end: the result comes first, and may have no name
            if stmt.target in entry.assembly.remember.names.temps and isinstance(first, ir.Var) and first.name in temps:
                if returns(block, stmt):
                    out.append(look(watch, "value", first, "the result", stmt.span))
        out.append(stmt)
        if isinstance(stmt, ir.StoreItem) and isinstance(stmt.obj, ir.Var) and inf.ever_active(stmt.obj.name):
            out.append(look(watch, "value", stmt.obj, stmt.obj.name, stmt.span))
        if not isinstance(stmt, (ir.Let, ir.Augment, ir.Unpack)):
            continue
        for name in ir.targets(stmt):
            if name not in temps and facts.definition.get(name) is not None and inf.ever_active(name):
                out.append(look(watch, "value", ir.Var(name), name, stmt.span))
            elif name in temps and goes_elsewhere(entry, stmt, name):
                out.append(look(watch, "value", ir.Var(name), "an expression", stmt.span))
    block[:] = out


def returns(block: ir.Block, stmt: Any) -> bool:
    """Whether a statement makes what its block returns."""
    return bool(block) and isinstance(block[-1], ir.Return) and block[-1].value == ir.Var(stmt.target)


def goes_elsewhere(entry: Entry, stmt: Any, name: str) -> bool:
    """Whether a temporary that derivatives flow through is used by something that is no operation of the table."""
    version = entry.inf.defs.get(stmt, {}).get(name)
    if version is None or not version.active or not isinstance(version.kind, Num):
        return False
    uses = entry.assembly.facts.uses.get(name, [])
    return bool(uses) and not any(
        isinstance(entry.inf.meanings.get(use), ByRule) or isinstance(use, ir.Return) for use in uses
    )


MAKERS["debug grad"] = MAKERS["debug aux"] = MAKERS["debug call"] = DebugEntry
PLAIN = {"debug grad": "api", "debug aux": "aux", "debug call": "call"}
