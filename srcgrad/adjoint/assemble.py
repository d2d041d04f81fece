"""Puts the parts together: from an inference to the IR of a forward and of its reverses.

Each parameter has a mode: 'v' its adjoint is returned, 's' it is a structure and its parts' adjoints are returned in
its form, 'i' its adjoint goes by identity, '-' it has none.
"""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint import needs as n
from srcgrad.adjoint.callsites import CallSites
from srcgrad.adjoint.cheap import computed_again
from srcgrad.adjoint.combine import can_combine, combine
from srcgrad.adjoint.decisions import Decisions
from srcgrad.adjoint.device import turn_over, uses_cupy
from srcgrad.adjoint.fields import find_fields
from srcgrad.adjoint.names import RESERVED, Names
from srcgrad.adjoint.needs import Needs, Slot, placeholders, reads_of, rename
from srcgrad.adjoint.relevance import Facts, plain_tuple
from srcgrad.adjoint.remember import Remember, clean
from srcgrad.adjoint.returned import Returned
from srcgrad.adjoint.reverse import Reverse
from srcgrad.adjoint.state import Adj
from srcgrad.adjoint.unseen import note_ways
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Num
from srcgrad.simplify.again import ask_once
from srcgrad.simplify.bounds import distinct_bounds
from srcgrad.simplify.dead import remove_dead

RESIDUAL = ir.Var("residual")


class Assembly(Returned):
    """The forward of a function for one kind of call, and its reverses.

    modes      parameter name: mode
    purpose    'grad' and 'api' where returned gradients belong to the caller ('grad': the gradient of a scalar),
               'call' where another reverse goes on with them
    whole      forward and reverse as one function, where there is one path; then there is no `forward`
    """

    def __init__(self, inf: Inference, modes: dict[str, str], purpose: str, dispatch: Any, dynamic: Any) -> None:
        self.inf, self.modes, self.purpose = inf, modes, purpose
        self.on_cupy = uses_cupy(inf)
        self.facts = Facts(inf, modes, called=purpose == "call")
        self.fields = find_fields(inf, modes) if purpose in ("grad", "api") else {}
        for name in [name for name, field in self.fields.items() if self.facts.sharing.may_write(field.names)]:
            del self.fields[name]
        for field in self.fields.values():
            modes[field.name] = "s"
            self.facts.parts.update({load: field.part(key) for load, key in field.loads.items()})
        note_ways(inf)
        self.sites = self.facts.sites()
        # parameters whose adjoint the caller keeps under a name, while here it goes by memory
        sharing = self.facts.sharing
        self.kept_by_caller = [
            p for p, mode in modes.items() if mode == "v" and purpose == "call" and sharing.writes(inf.entry[p])
        ]
        self.needs = Needs(inf, self.facts.scope_of, self.facts.sharing, later=purpose not in ("grad", "aux"))
        by_memory = self.facts.sharing.by_memory
        self.freshened = [
            p for p, m in modes.items() if m == "v" and p in self.facts.held and p not in by_memory and self.numeric(p)
        ]
        names = Names(inf.function)
        self.alone = purpose == "grad" and can_combine(inf, self.sites.count, modes, names)
        general, rev = self.write_reverse(None, names)
        slots = [self.needs.slots[name] for name in placeholders(general.body)]
        # between a call and its pullback, who called may write what he sees
        visible = sharing.find_visible() if purpose == "api" else ()
        again = computed_again(inf, self.needs.steady, general.body, slots, self.alone, visible)
        if again:
            self.needs.again, names = again, Names(inf.function)
            general, rev = self.write_reverse(None, names)
            slots = [self.needs.slots[name] for name in placeholders(general.body)]
        self.uses_bars = rev.uses_bars
        self.reads = reads_of(general, self.needs.slots)
        if not self.alone:
            names = Names(inf.function)
        names.taken |= {f"{clean(inf.function.name)}_{role}" for role in ("forward", "grad")}
        calls = CallSites(inf.function, names, dispatch, self.resolving(dynamic))
        self.remember = Remember(inf, self.facts, slots, self.sites, names, calls)
        self.available = set(slots)
        self.whole = combine(self, general, rev, names) if self.alone else None
        self.forward = self.whole or self.remember.build()
        for name in self.freshened:
            fresh = ir.Call(names.helper("fresh"), (ir.Var(name),))
            self.forward.body.insert(0, ir.Let(name, fresh, inf.function.span))
        if self.on_cupy:
            turn_over(inf, self.forward)
        distinct_bounds(self.forward, Names(inf.function).taken)
        # names that printed text must not change
        self.own = frozenset(names.user - inf.function.temps)

    def resolving(self, dynamic: Any) -> Any:
        """What resolves operations of unknown kind when they run."""
        if self.kept_by_caller:
            return dynamic.REFUSING_WRITES
        world = self.inf.world
        return dynamic.AMONG_WRITES if world.writes or world.writes_unknown else dynamic.REVERSE

    def numeric(self, name: str) -> bool:
        return isinstance(self.inf.entry[name].kind, Num)

    @property
    def returned(self) -> list[str]:
        """The parameters whose adjoints a reverse returns."""
        return [p for p, mode in self.modes.items() if mode in ("v", "s")]

    @property
    def protocol(self) -> str:
        """How the result's cotangent is handed in: 'value', 'tuple', or 'bars' (by identity)."""
        kind = self.inf.return_kind
        if isinstance(kind, Num):
            return "value"
        return "tuple" if plain_tuple(kind) and is_active(kind) else "bars"  # type: ignore[arg-type]

    # ------------------------------------------------------------------------------------------------------ reverses

    def reverse(self, seen: int | None) -> ir.Function:
        """The reverse for a signature; the general one where a special one would ask for more than was kept."""
        if seen is not None and self.sites.count:
            special, rev = self.write_reverse(seen)
            slots = {self.needs.slots[name] for name in placeholders(special.body)}
            if slots <= self.available:
                return self.finish(special, rev, seen)
        return self.finish(*self.write_reverse(None), None)

    def write_reverse(self, seen: int | None, names: Names | None = None) -> tuple[ir.Function, Reverse]:
        """The reverse for a signature (None: for all), its placeholders not yet named."""
        inf = self.inf
        names = names or Names(inf.function)
        rev = Reverse(inf, self.facts, Decisions(self.sites, seen), names, self.needs)
        kind = inf.return_kind
        returned = result_name(inf.function)
        bar = names.adjoint(returned) if returned else names.fresh("value_bar")
        shape = kind.shape if isinstance(kind, Num) else None
        given: ir.Atom = ir.Const(1.0) if self.alone else ir.Var(bar)
        rev.seed = Adj(given, True, False, shape) if self.protocol != "bars" else None
        rev.aux = self.purpose == "aux"
        rev.on_cupy = self.on_cupy
        rev.block(inf.function.body, self.facts.scopes[None])
        rev.span = inf.function.span
        self.close(rev)
        body = rev.out
        ask_once(body)
        remove_dead(body, lambda name: True)
        params = [ir.Param("residual"), ir.Param(bar), ir.Param("bars"), ir.Param("seen")]
        function = ir.Function(
            f"{clean(inf.function.name)}_reverse", tuple(params), body, inf.function.source, inf.function.span,
            names.nestable(inf.function),
        )  # fmt: skip
        self.names = names
        return function, rev

    def close(self, rev: Reverse) -> None:
        """The end of the reverse: adjoints of parameters and captured variables go where they are wanted."""
        inf = self.inf
        rev.quoted = inf.function.span.line
        for name, version in inf.free.items():
            adj = rev.state.pop(name, None)
            if adj is not None and version.active:
                rev.to_bars(rev.result(version), adj)
        results: list[ir.Atom] = []
        for name, mode in self.modes.items():
            version = inf.entry[name]
            if name in self.kept_by_caller and self.facts.sharing.seen_written(version):
                raise inf.refuse(
                    inf.function, f"writing into '{name}', which is only known when it runs", "call it by its name"
                )
            if mode == "-":
                continue
            if mode == "s":
                results.append(self.structure(rev, self.fields[name]))
                continue
            if mode == "i" and rev.in_memory(name):
                continue
            adj = rev.take(name, version)
            if mode == "i":
                if adj is not None and isinstance(version.kind, Num):
                    rev.to_bars(rev.result(version), adj)
                continue
            results.append(self.result(rev, name, adj))
        if len(results) == 1:
            rev.out.append(ir.Return(results[0], rev.span))
        else:
            together = rev.names.temp("gradients")
            rev.out.append(ir.Let(together, ir.Build("tuple", tuple(results)), rev.span))
            rev.out.append(ir.Return(ir.Var(together), rev.span))

    def finish(self, function: ir.Function, rev: Reverse, seen: int | None) -> ir.Function:
        """Name the placeholders, and unpack what the forward handed over."""
        used = placeholders(function.body)
        self.reads = reads_of(function, self.needs.slots)
        chosen: dict[str, str] = {}
        stands_for = {each: slot for slot, group in self.remember.same.items() for each in group}
        for placeholder in used:
            slot = self.needs.slots[placeholder]
            slot = stands_for.get(slot, slot)
            if slot.placeholder in chosen:
                chosen[placeholder] = chosen[slot.placeholder]
                continue
            hint = self.hint(slot)
            chosen[placeholder] = chosen[slot.placeholder] = self.reverse_name(hint, self.names, set(chosen.values()))
        self.unpack_turns(rev, function, chosen)
        if None in self.remember.layout:
            self.unpack_residual(function, self.remember.layout[None], chosen)
        rename(function.body, chosen)
        function.namespace = self.inf.function.namespace
        if self.on_cupy:
            turn_over(self.inf, function)
        distinct_bounds(function, Names(self.inf.function).taken)
        wanted = {"bars": self.uses_bars, "seen": seen is None and self.sites.count > 0}
        function.params = tuple(p for p in function.params if wanted.get(p.name, True))
        return function

    def unpack_turns(self, rev: Reverse, function: ir.Function, chosen: dict[str, str]) -> None:
        """Have every reversed loop take its turns apart, or count them where nothing was kept."""
        for scope, loops in rev.loops.items():
            for loop in loops:
                if scope in self.remember.layout:
                    self.unpack_turn(loop, self.remember.layout[scope], chosen)
                elif scope not in self.remember.ranges:
                    self.count_turns(loop, function)
                else:
                    loop.target = "_"

    def hint(self, slot: Slot) -> str:
        """The name that a slot's value should have in the reverse."""
        if slot.what == n.EXIT:
            return "left"
        return str(getattr(self.remember.holder.get(slot), "name", slot.hint))

    def reverse_name(self, hint: str, names: Names, taken: set[str]) -> str:
        """A name for a value of the forward: the hint itself, or with the first number that is free."""
        user = names.user - RESERVED
        name, number = hint, 2
        while name in taken or (name in names.taken and name not in user):
            name = f"{hint}_{number}"
            number += 1
        return name

    def unpack_residual(self, function: ir.Function, slots: list[Slot], chosen: dict[str, str]) -> None:
        """What the forward handed over gets its names where the reverse begins."""
        targets = tuple(chosen.get(slot.placeholder, "_") for slot in slots)
        span = function.span
        if all(t == "_" for t in targets):
            return
        if len(targets) == 1:
            function.body.insert(0, ir.Let(targets[0], RESIDUAL, span))
        else:
            function.body.insert(0, ir.Unpack(targets, None, RESIDUAL, span))

    def unpack_turn(self, loop: ir.For, slots: list[Slot], chosen: dict[str, str]) -> None:
        """What a turn handed over gets its names where the reverse of the turn begins."""
        targets = tuple(chosen.get(slot.placeholder, "_") for slot in slots)
        if len(targets) == 1:
            loop.target = targets[0]
        else:
            loop.body.insert(0, ir.Unpack(targets, None, ir.Var(loop.target), loop.span))

    def count_turns(self, loop: ir.For, function: ir.Function) -> None:
        """A loop of which only the number of turns was kept."""
        made = find_let(function.body, loop.iter.name)  # type: ignore[union-attr]
        if made is not None and isinstance(made.value, ir.Call):
            made.value = ir.Call(ir.Bound("range", range), made.value.args)
        loop.target = "_"


def find_let(block: ir.Block, name: str) -> ir.Let | None:
    return next((s for s in ir.walk(block) if isinstance(s, ir.Let) and s.target == name), None)


def result_name(function: ir.Function) -> str:
    """The user's variable that the function returns at its very end, and nowhere else, or ''.

    Elsewhere the variable's adjoint already has a value of its own when the result's cotangent is added to it.
    """
    returns = [s for s in ir.walk(function.body) if isinstance(s, ir.Return)]
    if len(returns) != 1 or returns[0] is not function.body[-1] or not isinstance(returns[0].value, ir.Var):
        return ""
    name = returns[0].value.name
    return name if name not in function.temps else ""
