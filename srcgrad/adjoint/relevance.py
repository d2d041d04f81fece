"""Facts about a function that its reverse asks for: which statements matter, which values objects hold."""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.adjoint.decisions import Sites
from srcgrad.adjoint.exits import FALL, find_scopes
from srcgrad.adjoint.gathered import find_gathered
from srcgrad.adjoint.places import Places
from srcgrad.adjoint.sharing import Sharing
from srcgrad.adjoint.steps import find_steps
from srcgrad.adjoint.summed import find_summed
from srcgrad.adjoint.unmade import find_unmade
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Known, Num, Tup
from srcgrad.analysis.meaning import ByCall, ByRule, Dynamic, Moves, Plain, Rebinds, Stores
from srcgrad.analysis.versions import Version
from srcgrad.rules.language import names_in

# a number or array in a display: its place, its name, and the display that it is in
Leaf = tuple[tuple[int, ...], Any, Any]


class Facts(Places):
    """Computed once for an inference.

    scopes        loops and the function, with their exits
    scope_of      statement: the loop in whose turn it runs
    carried       `raise` of an exception that holds active values: whether the function may catch it itself
    held          names whose values objects may hold; their adjoints may come back by identity
    summed        statements that append to a list which is only summed up: its name
    gathered      statements that make and fill a list which is then read whole: its name
    parallel      `a, b = x, y`: the sources of an unpacking whose tuple is used for nothing else
    sharing       memory that is written in place
    unpacked_call `a, b = f(...)`, `f(...)[1]`: the call of which only parts of the result are used
    unmade        `grad(f)(x)`: statements that make what is called, where the call does not need it
    """

    def __init__(self, inf: Inference, modes: dict[str, str] | None = None, called: bool = False) -> None:
        super().__init__(inf)
        self.carried = self.find_raises(called)
        self.scopes = find_scopes(inf.function, [stmt for stmt, here in self.carried.items() if not here])
        self.ever_active = {v.name for v in inf.versions.values() if v.active}
        self.parallel: dict[Any, tuple[Any, ...]] = {}
        self.parallel_build: dict[Any, Any] = {}
        self.unpacked_call: dict[Any, Any] = {}
        self.unmade = find_unmade(self)
        self._relevant: dict[Any, bool] = {}
        self.find_pairs()
        # tangents go forward: what is appended is found by whoever sums it up
        self.summed = {} if modes is None else find_summed(self)
        self.gathered = {} if modes is None else find_gathered(self)
        self.held = self.find_held()
        self.handed_out = self.find_handed_out() if called else set()
        self.parts: dict[tuple[Any, str], str] = {}
        self.sharing = Sharing(self, modes or {}, called)
        self.steps = find_steps(self)

    def find_raises(self, called: bool) -> dict[Any, bool]:
        """The `raise` statements whose exception takes values to whoever called the function."""
        tries = [s for s in ir.walk(self.inf.function.body) if isinstance(s, ir.Try) and s.handlers]
        guarded = {inner for stmt in tries for inner in ir.walk(stmt.body)}
        found = {}
        for stmt in ir.walk(self.inf.function.body) if called else ():
            if isinstance(stmt, ir.Raise) and isinstance(stmt.exc, ir.Var):
                version = self.inf.reads.get(stmt, {}).get(stmt.exc.name)
                if version is not None and version.active:
                    found[stmt] = stmt in guarded
        return found

    def catches_values(self, stmt: ir.Try) -> list[Any]:
        """The handlers that look at the exception that they caught."""
        return [
            handler
            for handler in stmt.handlers
            if handler.name is not None
            and (version := self.inf.defs.get(handler, {}).get(handler.name)) is not None
            and version.active
        ]

    # ------------------------------------------------------------------------------------------------------ patterns

    def find_pairs(self) -> None:
        """Unpackings whose tuple is used for nothing else: a display's, or what a function of several results gave."""
        for stmt in list(self.block_of):
            name = taken_apart(stmt)
            made = self.definition.get(name) if name is not None else None
            if name is None or not isinstance(made, ir.Let) or not self.adjacent(made, stmt):
                continue
            if not self.read_once(name, made):
                continue
            if isinstance(stmt, ir.Unpack) and isinstance(made.value, ir.Build) and self.only_use(name):
                items = made.value.items
                if (
                    stmt in self.inf.reads  # else it is never reached
                    and stmt.star is None
                    and len(items) == len(stmt.targets)
                    and not any(isinstance(i, ir.Star) for i in items)
                ):
                    self.parallel[stmt] = items
                    self.parallel_build[stmt] = made
            meaning = self.inf.meanings.get(made)
            if (
                isinstance(meaning, (ByCall, ByRule))
                and isinstance(meaning.result, Tup)
                # the parts of a tuple in the tuple have no name here: their adjoints come back by identity
                and all(isinstance(item, Num) or not is_active(item) for item in meaning.result.items)
                and parts_taken(stmt, meaning.result) is not None
            ):
                self.unpacked_call[stmt] = made

    def call_args(self, meaning: ByCall) -> tuple[Any, ...]:
        """The positional operands as the modes count them (a constructor's new object comes first)."""
        return (None, *meaning.args) if meaning.construct is not None else meaning.args

    def passed(self, meaning: ByCall) -> list[tuple[Any, str]]:
        """Every operand with its mode, those passed by keyword last."""
        by_keyword = zip((v for _, v in meaning.keywords), (m for _, m in meaning.keyword_modes))
        return [*zip(self.call_args(meaning), meaning.modes), *by_keyword]

    def has_effects(self, stmt: Any) -> bool:
        """Whether a call may have put active values into objects."""
        child = self.inf.children.get(stmt)
        return self.changes_objects(stmt) or child.resolves  # type: ignore[union-attr]

    def changes_objects(self, stmt: Any) -> bool:
        """Whether a call is seen to change what objects hold."""
        child = self.inf.children.get(stmt)
        return child is None or child.mutates

    # ------------------------------------------------------------------------------------------------ what is held

    def find_held(self) -> set[str]:
        """Names whose values some object holds, or that code which goes by identity was given."""
        held = set(self.inf.function.captured)
        tuples = self.inf.return_kind
        for stmt, meaning in self.inf.meanings.items():
            atoms: tuple[Any, ...] = ()
            by_name = stmt in self.consumed_builds() or stmt in self.summed or stmt in self.gathered
            if isinstance(meaning, Moves) and not by_name:
                atoms = meaning.held
            elif isinstance(meaning, Dynamic):
                atoms = (*meaning.args, *(v for _, v in meaning.keywords))
                if isinstance(meaning.func, ir.Attr):
                    atoms += (meaning.func.obj,)
            elif isinstance(meaning, ByCall):
                atoms = tuple(a for a, mode in self.passed(meaning) if mode == "i" and a is not None)
            for atom in atoms:
                name = getattr(atom.value if isinstance(atom, ir.Star) else atom, "name", None)
                if name is not None:
                    held.add(name)
        for stmt in self.block_of:
            if isinstance(stmt, ir.Try) and self.catches_values(stmt):
                # an exception may hand the arguments of the call that raised it to the handler
                for inner in ir.walk(stmt.body):
                    held.update(a.name for a in ir.statement_operands(inner) if isinstance(a, ir.Var))
            if isinstance(stmt, ir.Return) and isinstance(stmt.value, ir.Var):
                if not isinstance(tuples, Num) and not (isinstance(tuples, Tup) and self.items_of(stmt, stmt.value)):
                    held.add(stmt.value.name)
        # what a held name is a copy of, whatever the number of names in between
        copies = [s for s in self.block_of if isinstance(s, ir.Let) and isinstance(s.value, (ir.Var, ir.Free))]
        while more := {s.value.name for s in copies if s.target in held} - held:  # type: ignore[union-attr]
            held |= more
        return held

    def consumed_builds(self) -> set[Any]:
        """Displays whose items are followed one by one: nothing comes back by identity."""
        if not hasattr(self, "_consumed"):
            consumed = set(self.parallel_build.values())
            for stmt, meaning in self.inf.meanings.items():
                use = meaning.use if isinstance(meaning, Rebinds) else meaning
                if isinstance(use, ByRule):
                    for name, bound in use.bound.items():
                        if isinstance(bound, ir.Var) and (
                            name == use.rule.star or not isinstance(use.kinds[name], Num)
                        ):
                            consumed |= self.displays_of(stmt, bound, use.rule.formulas.get(name))
            self._consumed = consumed | self.returned_tuples()
        return self._consumed

    def followed(self, atom: Any) -> bool:
        """Whether an operand is a display whose items are followed one by one."""
        return isinstance(atom, ir.Var) and self.definition.get(atom.name) in self.consumed_builds()

    def displays_of(self, stmt: Any, atom: ir.Var, formula: Any) -> set[Any]:
        """The display that an operand is, and those within it, where what flows to their items is known."""
        deep = formula is not None and "nested_items" in names_in(formula)
        leaves = self.leaves_of(stmt, atom)
        if leaves is None or not (deep or all(len(place) == 1 for place, _, _ in leaves)):
            return set()
        return {self.definition[atom.name], *(made for _, _, made in leaves)}

    def leaves_of(self, stmt: Any, atom: Any) -> list[Leaf] | None:
        """The active numbers and arrays in a display of displays; None where there is something else."""
        items = self.items_of(stmt, atom)
        if items is None:
            return None
        found: list[Leaf] = []
        for place, item in enumerate(items):
            version = self.version_of(stmt, item)
            if version is None or not version.active:
                continue
            if isinstance(version.kind, Num):
                found.append(((place,), item, self.definition[atom.name]))
                continue
            inner = self.leaves_of(stmt, item)
            if inner is None:
                return None
            found += [((place, *rest), leaf, made) for rest, leaf, made in inner]
        return found

    def returned_tuples(self) -> set[Any]:
        """Displays that are returned, and those within them."""
        found: set[Any] = set()

        def follow(stmt: Any, atom: Any, kind: Any) -> None:
            items = self.items_of(stmt, atom) if isinstance(kind, Tup) else None
            if items is not None:
                made = self.definition[atom.name]
                found.add(made)
                for item, inner in zip(items, kind.items):
                    if isinstance(inner, Tup):
                        follow(made, item, inner)

        if plain_tuple(self.inf.return_kind):
            for stmt in self.block_of:
                if isinstance(stmt, ir.Return):
                    follow(stmt, stmt.value, self.inf.return_kind)
        return found

    def sum_of(self, version: Version, axis: int | None, ndim: int) -> Version | None:
        """The version that holds the sum of another over all elements, or along an axis that it keeps, where the
        forward computes it beside it."""
        for stmt, meaning in self.inf.meanings.items():
            if not isinstance(meaning, ByRule) or meaning.rule.name != "sum":
                continue
            given = {name: kind.value for name, kind in meaning.kinds.items() if isinstance(kind, Known)}
            over = given.get("axis")
            if axis is None:
                fits = set(meaning.bound) == {"a"}
            else:
                fits = type(over) is int and over % ndim == axis and given.get("keepdims") is True
            reads = self.inf.reads[stmt].get(getattr(meaning.bound["a"], "name", ""))
            anchor = version.anchor
            if (
                fits
                and reads is version
                and anchor in self.block_of
                and self.block_of[anchor][0] is self.block_of[stmt][0]
            ):
                return next(iter(self.inf.defs[stmt].values()))
        return None

    # --------------------------------------------------------------------------------------------------- relevance

    def relevant(self, stmt: Any) -> bool:
        """Whether a compound statement has anything to reverse."""
        found = self._relevant.get(stmt)
        if found is None:
            inner = [s for block in ir.blocks(stmt) for s in block]
            found = any(isinstance(s, ir.Return) or self.touches(s) for s in inner)
            found = found or any(name in self.ever_active for name in ir.targets(stmt))
            self._relevant[stmt] = found
        return found

    def touches(self, stmt: Any) -> bool:
        """Whether a statement changes what adjoints mean."""
        if isinstance(stmt, (ir.If, ir.For, ir.While, ir.Try, ir.With)):
            return self.relevant(stmt) or any(n in self.ever_active for n in ir.targets(stmt))
        if isinstance(stmt, ir.Return):
            return True
        meaning = self.inf.meanings.get(stmt)
        if any(name in self.ever_active for name in ir.targets(stmt)):
            return True
        if isinstance(meaning, Stores) or stmt in self.summed or stmt in self.gathered:
            return True
        return meaning is not None and not isinstance(meaning, (Plain, Moves))

    def final_matters(self, stmt: ir.Try) -> bool:
        """Whether the `finally` clause has anything to reverse."""
        return any(self.touches(inner) for inner in stmt.final)

    def hands_over(self, stmt: Any) -> bool:
        """Whether a statement may put active values where other code finds them, or write where such lie."""
        if any(place.carries for place in self.inf.writes.get(stmt, ())):
            return True
        meaning = self.inf.meanings.get(stmt)
        if isinstance(stmt, (ir.StoreItem, ir.StoreAttr, ir.StoreCell)):
            return not isinstance(stmt.value, (ir.Const, ir.Bound))
        if isinstance(meaning, ByCall):
            return self.has_effects(stmt)
        if isinstance(meaning, Moves):
            held = [self.version_of(stmt, a.value if isinstance(a, ir.Star) else a) for a in meaning.held]
            return any(version is not None and version.active for version in held)
        return isinstance(meaning, Dynamic)

    def breaks(self, stmt: Any) -> bool:
        return any(isinstance(s, ir.Break) and self.scope_of[s] is stmt for s in self.scope_of)

    def before_loop(self, stmt: Any, name: str) -> Version | None:
        """The version that a name held when a loop began."""
        return self.inf.before_env[stmt].get(name)

    def sites(self) -> Sites:
        """The bits of the signature: arms that matter, exits of scopes that have several."""
        sites = Sites()
        for stmt in self.scope_of:
            if isinstance(stmt, ir.If) and self.relevant(stmt):
                sites.add_arm(stmt, True)
                sites.add_arm(stmt, False)
            elif isinstance(stmt, ir.Try) and self.relevant(stmt):
                for outcome in range(len(stmt.handlers)):
                    sites.add_arm(stmt, outcome)
        for anchor, scope in self.scopes.items():
            falls = anchor is not None or None in self.inf.fall_env
            several = len(scope.sites) + falls > 1
            if several and (anchor is None or self.relevant(anchor)):
                for site in (*scope.sites, FALL) if falls else scope.sites:
                    sites.add_exit(anchor, site)
                if not falls:
                    sites.exits[anchor, FALL] = 0
        return sites


def plain_tuple(kind: Any) -> bool:
    """A tuple of numbers (and such tuples): its cotangent is a tuple of the same form."""
    return isinstance(kind, Tup) and all(isinstance(i, Num) or not is_active(i) or plain_tuple(i) for i in kind.items)


def taken_apart(stmt: Any) -> str | None:
    """The variable whose parts a statement takes: `a, b = t`, `a = t[1]`, `a = t.name`."""
    match stmt:
        case ir.Unpack(value=ir.Var(name=name)):
            return name
        case ir.Let(value=ir.Item(obj=ir.Var(name=name), index=ir.Const()) | ir.Attr(obj=ir.Var(name=name))):
            return name
    return None


def parts_taken(stmt: Any, whole: Tup) -> tuple[str | None, ...] | None:
    """The names that a statement gives to the items of a tuple, None for an item without; None if that is not known."""
    count = len(whole.items)
    match stmt:
        case ir.Unpack(targets=targets, star=None):
            return targets if len(targets) == count else None
        case ir.Let(target=target, value=ir.Item(index=ir.Const(value=int(place)))) if -count <= place < count:
            return tuple(target if i == place % count else None for i in range(count))
        case ir.Let(target=target, value=ir.Attr(name=attr)) if attr in getattr(whole.type, "_fields", ()):
            return tuple(target if field == attr else None for field in whole.type._fields)  # type: ignore[attr-defined]
    return None
