"""Whether what a slice of an array shows is final: nothing that runs later writes there.

    for i in range(n):
        x[i] = (b[i] - L[i, :i] @ x[:i]) / L[i, i]

Here `x[:i]` is read in turn i, and turns from i on write at i and above: it needs no copy.  What is compared are the
ends of the slices, as a loop variable plus a number, in terms of the outermost loop that holds both statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.analysis.kinds import Known

if TYPE_CHECKING:
    from srcgrad.adjoint.relevance import Facts


@dataclass(frozen=True, slots=True)
class Form:
    """`loop variable + number`, or a number alone (`loop` None)."""

    loop: Any
    number: int

    def plus(self, number: int) -> Form:
        return Form(self.loop, self.number + number)


@dataclass(frozen=True, slots=True)
class Turns:
    """The values of a loop's variable: from `first` on, up (1) or down (-1), down not below `least`."""

    first: Form | None
    step: int
    least: Form | None


class Final:
    """Answers for one function."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.inf = facts, facts.inf
        self.known: dict[Any, Turns | None] = {}

    def apart(self, read: ir.Let, writer: Any) -> bool:
        """Whether what `read` (a subscript) shows is surely not written when `writer` runs, then or later."""
        if not isinstance(read.value, ir.Item) or not isinstance(writer, ir.StoreItem) or writer.obj != read.value.obj:
            return False
        common = [loop for loop in self.facts.loops(read) if loop in self.facts.loops(writer)]
        if not common:
            return False
        outer = common[-1]
        turns = self.turns(outer)
        if turns is None:
            return False
        later = self.facts.order[writer] < self.facts.order[read] and len(common) == 1
        for mine, other in zip(self.region(read, read.value.index), self.region(writer, writer.index)):
            if turns.step > 0:
                end, start = self.most(mine[1], outer), self.least(other[0], outer)
                if end is not None and start is not None and end.loop is start.loop is outer:
                    if end.number <= start.number + later:
                        return True
            else:
                start, end = self.least(mine[0], outer), self.most(other[1], outer)
                if end is not None and start is not None and end.loop is start.loop is outer:
                    if start.number >= end.number - later:
                        return True
        return False

    # ---------------------------------------------------------------------------------------------------------- forms

    def region(self, stmt: Any, index: Any) -> list[tuple[Form | None, Form | None]]:
        """The first and one past the last element of each axis that an index names, as far as they are known."""
        made = self.made_by(stmt, index)
        if isinstance(made, ir.Build) and made.kind == "tuple":
            anchor = self.inf.reads[stmt][index.name].anchor
            return [self.axis(anchor, item) for item in made.items]
        return [self.axis(stmt, index)]

    def axis(self, stmt: Any, atom: Any) -> tuple[Form | None, Form | None]:
        """The elements of one axis."""
        made = self.made_by(stmt, atom)
        if isinstance(made, ir.Slice):
            anchor = self.inf.reads[stmt][atom.name].anchor
            if made.step != ir.Const(None):
                return None, None
            lower = Form(None, 0) if made.lower == ir.Const(None) else self.form(anchor, made.lower)
            return lower, self.form(anchor, made.upper)
        form = self.form(stmt, atom)
        return form, None if form is None else form.plus(1)

    def made_by(self, stmt: Any, atom: Any) -> Any:
        """The expression that a temporary stands for."""
        version = self.inf.reads.get(stmt, {}).get(atom.name) if isinstance(atom, ir.Var) else None
        anchor = version.anchor if version is not None and atom.name in self.inf.function.temps else None
        return anchor.value if isinstance(anchor, ir.Let) else None

    def form(self, stmt: Any, atom: Any) -> Form | None:
        """An atom as a loop variable plus a number, surely not negative; None where it is not known to be that."""
        found = self.sum(stmt, atom)
        if found is None:
            return None
        least = self.least(found, None)
        return found if least is not None and least.number >= 0 else None

    def sum(self, stmt: Any, atom: Any) -> Form | None:
        if isinstance(atom, ir.Const) and type(atom.value) is int:
            return Form(None, atom.value)
        version = self.inf.reads.get(stmt, {}).get(getattr(atom, "name", ""))
        if version is None:
            return None
        if isinstance(version.kind, Known) and type(version.kind.value) is int:
            return Form(None, version.kind.value)
        loop = version.anchor
        if isinstance(loop, ir.For) and version.place == "target" and self.turns(loop) is not None:
            return Form(loop, 0)
        made = self.made_by(stmt, atom)
        if isinstance(made, ir.Prim) and made.op in ("add", "sub"):
            left, right = (self.sum(version.anchor, part) for part in made.args)
            if left is not None and right is not None and right.loop is None:
                return left.plus(right.number if made.op == "add" else -right.number)
            if left is not None and right is not None and left.loop is None and made.op == "add":
                return right.plus(left.number)
        return None

    def turns(self, loop: Any) -> Turns | None:
        """What is known of a loop over a range."""
        if loop not in self.known:
            self.known[loop] = None  # a range does not depend on its own variable
            self.known[loop] = self.find_turns(loop)
        return self.known[loop]

    def find_turns(self, loop: Any) -> Turns | None:
        made = self.made_by(loop, loop.iter) if isinstance(loop, ir.For) else None
        versions = [v for v in self.inf.versions.values() if v.name == getattr(loop, "target", None) and not v.merge]
        if not isinstance(made, ir.Call) or made.func != ir.Global("range") or made.keywords or len(versions) != 1:
            return None
        if self.inf.global_kind("range") != Known(range):
            return None
        args = [a for a in made.args if not isinstance(a, ir.Star)]
        anchor = self.inf.reads[loop][loop.iter.name].anchor
        if len(args) == 1:
            return Turns(Form(None, 0), 1, Form(None, 0))
        if len(args) == 2 or (len(args) == 3 and self.sum(anchor, args[2]) == Form(None, 1)):
            first = self.sum(anchor, args[0])
            return Turns(first, 1, first)
        step, stop = self.sum(anchor, args[2]), self.sum(anchor, args[1])
        if step == Form(None, -1) and stop is not None:
            return Turns(self.sum(anchor, args[0]), -1, stop.plus(1))
        return None

    def least(self, form: Form | None, outer: Any) -> Form | None:
        """The least value of a form, in terms of the variable of an outer loop (None: a number)."""
        while form is not None and form.loop is not outer and form.loop is not None:
            turns = self.turns(form.loop)
            least = turns.least if turns is not None else None
            form = None if least is None else least.plus(form.number)
        return form

    def most(self, form: Form | None, outer: Any) -> Form | None:
        """The greatest value of a form in terms of an outer loop's variable, where it depends on no other."""
        return form if form is not None and form.loop is outer else None
