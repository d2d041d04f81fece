"""The text of a gradient as one function, which the front end reads like any other.

    residual and turns                     def f_gradient(x):
                                               u = np.tanh(x)            what the forward says
                                               value = np.sum(u)
    value, (u,) = f_forward(x)                 value_bar = 1.0
    u_bar = f_reverse((u,), 1.0)               u_bar = ...               what the reverse says, for every path
                                               return u_bar

Where the forward returns from several places the two stay functions, and a third one calls them.
"""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

from srcgrad import ir
from srcgrad.adjoint.needs import rename
from srcgrad.analysis.kinds import Num, Tup
from srcgrad.arguments import gradient_of, structure_snapshot
from srcgrad.entries import Entry
from srcgrad.runtime.adjoints import Adjoints
from srcgrad.runtime.results import scalar_result


class GradientText:
    """What is made of one entry: a function that returns the gradients of `active`, alone or with the value.

    several     the gradients come as a tuple, even if there is one
    with_value  the value comes first
    has_aux     the function returns (value, aux)
    copied      arguments that are copied first
    """

    def __init__(
        self, entry: Entry, active: tuple[str, ...], several: bool, with_value: bool, has_aux: bool,
        copied: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.entry, self.active, self.several = entry, active, several
        self.with_value, self.has_aux, self.copied = with_value, has_aux, copied
        self.name = self.called(entry.forward.__name__.rpartition("_")[0])
        # arguments whose gradients are gathered in their structure
        self.structures = [name for name in active if entry.modes[name] == "i"]
        self.span = entry.program.span
        self.taken = {name for stmt in ir.walk(entry.assembly.forward.body) for name in ir.targets(stmt)}
        self.taken |= {p.name for p in entry.program.params}
        self.temps: set[str] = set()

    def called(self, name: str) -> str:
        """A name for the function: its own forward and reverse must not be called what it calls itself."""
        name += "_value_and_grad" if self.with_value else "_gradient"
        outside, found, number = self.entry.forward.__code__.co_freevars, name, 2
        while any(other.startswith(f"{found}_") for other in outside):
            found, number = f"{name}_{number}", number + 1
        return found

    def fresh(self, hint: str) -> str:
        """A name that the text does not have."""
        name, number = hint, 2
        while name in self.taken:
            name, number = f"{hint}_{number}", number + 1
        self.taken.add(name)
        return name

    @property
    def uses_bars(self) -> bool:
        """Whether adjoints go by identity."""
        return bool(self.entry.uses_bars or self.structures or self.entry.protocol == "bars")

    # --------------------------------------------------------------------------------------------- one function

    def one_function(self) -> ir.Function | None:
        """Forward and reverse, one after the other; None where the forward returns from several places."""
        forward = self.entry.assembly.forward
        returns = [s for s in ir.walk(forward.body) if isinstance(s, ir.Return)]
        if len(returns) != 1 or returns[0] is not forward.body[-1]:
            return None
        body = [*self.before(), *copied(forward.body)]
        body.pop()
        last: Any = body.pop()
        handed: Any = last.value.items
        if self.entry.alone:
            return self.finished(forward, body, handed[0], handed[1], set())
        reverse = self.entry.assembly.reverse(None)
        self.taken |= {name for stmt in ir.walk(reverse.body) for name in ir.targets(stmt)}
        body += self.cotangent(handed[0], reverse)
        if any(p.name == "seen" for p in reverse.params) and handed[1] != ir.Var("seen"):
            body.append(ir.Let("seen", handed[1], self.span))
        self.keep_apart(forward, reverse.body)
        backward = list(reverse.body)
        body += self.unpacked(body, handed[-1], backward)
        ending = backward.pop()
        assert isinstance(ending, ir.Return)
        mine = {name for stmt in ir.walk(body) for name in ir.targets(stmt)}
        own = {name for stmt in ir.walk(backward) for name in ir.targets(stmt)}
        temps = (forward.temps - own) | (reverse.temps - mine)
        return self.finished(forward, body + backward, handed[0], ending.value, temps)

    def keep_apart(self, forward: ir.Function, backward: ir.Block) -> None:
        """Have the reverse bind no name that the forward reads from outside, or shares with functions that it makes."""
        atoms = [atom for stmt in ir.walk(forward.body) for atom in ir.all_operands(stmt)]
        outside = {atom.name for atom in atoms if isinstance(atom, (ir.Free, ir.Global))}
        outside |= forward.free | forward.shared | forward.captured
        bound = {name for stmt in ir.walk(backward) for name in ir.targets(stmt)}
        chosen = {name: self.fresh(f"{name}_then") for name in sorted(outside & bound)}
        rename(backward, chosen)
        for stmt in ir.walk(backward) if chosen else ():
            ir.change_targets(stmt, lambda name: chosen.get(name, name))

    def before(self) -> ir.Block:
        """Arguments are copied; structures are kept as the function gets them, whatever it does to its containers."""
        copies = [ir.Let(name, ir.CallMethod(ir.Var(name), "copy", ()), self.span) for name in self.copied]
        kept = []
        for name in self.structures:
            call = ir.Call(ir.Bound("structure_snapshot", structure_snapshot), (ir.Var(name),))
            kept.append(ir.Let(self.fresh(f"{name}_given"), call, self.span))
        self.given = {name: let.target for name, let in zip(self.structures, kept)}
        return [*copies, *kept]

    def cotangent(self, value: ir.Atom, reverse: ir.Function) -> ir.Block:
        """The cotangent of the value: 1.0 under the name that the reverse has for it, or by identity."""
        out = self.checked(value)
        if self.uses_bars:
            out.append(ir.Let("bars", ir.Call(ir.Bound("Adjoints", Adjoints), ()), self.span))
        bar, one = reverse.params[1].name, ir.Const(1.0)
        if self.entry.protocol == "tuple":
            out.append(ir.Let(bar, ir.Build("tuple", (one, ir.Const(None))), self.span))
        elif self.entry.protocol == "value":
            out.append(ir.Let(bar, one, self.span))
        else:
            if self.has_aux:
                first = self.temp("result")
                out.append(ir.Let(first, ir.Item(value, ir.Const(0)), self.span))
                value = ir.Var(first)
            out.append(ir.Effect(ir.CallMethod(ir.Var("bars"), "add", (value, one)), self.span))
        return out

    def checked(self, value: ir.Atom) -> ir.Block:
        """A look at the value, where it is not known to be a real scalar."""
        out: ir.Block = []
        kind = self.entry.inf.return_kind
        if self.has_aux:
            kind = kind.items[0] if isinstance(kind, Tup) else None
            first = self.temp("result")
            out.append(ir.Let(first, ir.Item(value, ir.Const(0)), self.span))
            value = ir.Var(first)
        if isinstance(kind, Num) and kind.shape == () and kind.dtype is not None and kind.dtype.kind == "f":
            return []
        called = ir.Bound("scalar_result", scalar_result)
        return [*out, ir.Effect(ir.Call(called, (value, ir.Const(self.entry.program.name))), self.span)]

    def temp(self, hint: str) -> str:
        """A name that the printer may nest away."""
        name = self.fresh(hint)
        self.temps.add(name)
        return name

    def unpacked(self, body: ir.Block, residual: ir.Atom, backward: ir.Block) -> ir.Block:
        """What the reverse takes out of the residual, by assignments where a name changes."""
        first = backward[0] if backward else None
        source = next((s for s in body if isinstance(s, ir.Let) and ir.Var(s.target) == residual), None)
        if isinstance(first, ir.Unpack) and first.value == ir.Var("residual"):
            backward.pop(0)
            assert source is not None and isinstance(source.value, ir.Build)
            body.remove(source)
            pairs = [(t, i) for t, i in zip(first.targets, source.value.items) if t != "_"]
        elif isinstance(first, ir.Let) and first.value == ir.Var("residual"):
            backward.pop(0)
            pairs = [(first.target, residual)]
        else:
            if source is not None and isinstance(source.value, ir.Build):
                body.remove(source)
            return []
        pairs = [(t, i) for t, i in pairs if ir.Var(t) != i]
        bound = {t for t, _ in pairs}
        if not any(isinstance(i, ir.Var) and i.name in bound for _, i in pairs):
            return [ir.Let(t, i, self.span) for t, i in pairs]  # type: ignore[arg-type]
        packed = self.temp("residual")
        items = tuple(i for _, i in pairs)
        return [
            ir.Let(packed, ir.Build("tuple", items), self.span),
            ir.Unpack(tuple(t for t, _ in pairs), None, ir.Var(packed), self.span),
        ]

    def finished(
        self, forward: ir.Function, body: ir.Block, value: ir.Atom, gradients: ir.Atom, temps: set[str]
    ) -> ir.Function:
        """The function, returning what was asked for."""
        by_name = self.by_name(body, gradients)
        for name in self.structures:
            kept = ir.Var(self.given[name])
            written = ir.Const(name in self.entry.written)
            made = self.temp(f"{name}_bar")
            call = ir.Call(ir.Bound("gradient_of", gradient_of), (kept, ir.Var("bars"), written))
            body.append(ir.Let(made, call, self.span))
            by_name[name] = ir.Var(made)
        result: ir.Atom = by_name[self.active[0]]
        if self.several:
            result = self.together(body, [by_name[name] for name in self.active])
        if self.with_value:
            result = self.together(body, [value, result])
        elif self.has_aux:
            aux = self.temp("aux")
            body.append(ir.Let(aux, ir.Item(value, ir.Const(1)), self.span))
            result = self.together(body, [result, ir.Var(aux)])
        body.append(ir.Return(result, self.span))
        temps = (temps or set(forward.temps)) | self.temps
        return dataclasses.replace(forward, name=self.name, body=body, temps=temps)

    def by_name(self, body: ir.Block, gradients: ir.Atom) -> dict[str, ir.Atom]:
        """The gradients that the reverse returns, by parameter; what packs them together goes."""
        returned = self.entry.returned
        if len(returned) == 1:
            return {returned[0]: gradients}
        packed = next((s for s in reversed(body) if isinstance(s, ir.Let) and ir.Var(s.target) == gradients), None)
        assert packed is not None and isinstance(packed.value, ir.Build)
        body.remove(packed)
        return dict(zip(returned, packed.value.items))  # type: ignore[arg-type]

    def together(self, body: ir.Block, parts: list[ir.Atom]) -> ir.Atom:
        """A tuple."""
        name = self.temp("gradients")
        body.append(ir.Let(name, ir.Build("tuple", tuple(parts)), self.span))
        return ir.Var(name)

    # --------------------------------------------------------------------------------------------- two functions

    def calling(self, params: tuple[ir.Param, ...], forward: ir.Atom, reverse: Any, wants_seen: bool) -> ir.Function:
        """A function that calls a forward and its reverse."""
        body = self.before()
        args: list[Any] = []
        keywords: list[tuple[str | None, ir.Atom]] = []
        for param in self.entry.program.params:
            atom = ir.Var(param.name)
            if param.kind == "varkw":
                keywords.append((None, atom))
            elif param.kind == "kwonly":
                keywords.append((param.name, atom))
            else:
                args.append(ir.Star(atom) if param.kind == "var" else atom)
        handed, value, residual = self.temp("handed"), ir.Var(self.fresh("value")), ir.Var(self.fresh("residual"))
        seen = ir.Var(self.fresh("seen"))
        body.append(ir.Let(handed, ir.Call(forward, tuple(args), tuple(keywords)), self.span))
        names = [value, seen, residual] if self.entry.has_sites else [value, residual]
        body.append(ir.Unpack(tuple(n.name for n in names), None, ir.Var(handed), self.span))
        bar = self.fresh("value_bar")
        shape = ir.Function("", (ir.Param("residual"), ir.Param(bar)), [], self.entry.program.source, self.span)
        body += self.cotangent(value, shape)
        last: list[ir.Atom] = [residual, ir.Const(None) if self.entry.protocol == "bars" else ir.Var(bar)]
        last += [ir.Var("bars")] if self.entry.uses_bars else []
        last += [seen] if wants_seen else []
        gradients = ir.Var(self.temp("gradients"))
        body.append(ir.Let(gradients.name, ir.Call(reverse, tuple(last)), self.span))
        return_names = self.entry.returned
        if len(return_names) > 1:
            parts = tuple(ir.Var(self.fresh(f"{name}_bar")) for name in return_names)
            body.append(ir.Unpack(tuple(p.name for p in parts), None, gradients, self.span))
            packed = self.temp("packed")
            body.append(ir.Let(packed, ir.Build("tuple", parts), self.span))
            gradients = ir.Var(packed)
        program = self.entry.program
        empty = ir.Function(self.name, params, [], program.source, self.span, namespace=program.namespace)
        return self.finished(empty, body, value, gradients, set(self.temps))


def copied(block: ir.Block) -> ir.Block:
    """A block whose statements may be changed."""
    made = []
    for stmt in block:
        new = copy.copy(stmt)
        for name in ir.field_names(type(stmt)):
            inner = getattr(stmt, name)
            if name == "handlers":
                setattr(new, name, [dataclasses.replace(h, head=copied(h.head), body=copied(h.body)) for h in inner])
            elif isinstance(inner, list):
                setattr(new, name, copied(inner))
        made.append(new)
    return made
