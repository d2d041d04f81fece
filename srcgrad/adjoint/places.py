"""Where the statements of a function stand: in which block and loop, what uses a temporary, what an operand holds."""

from __future__ import annotations

from typing import Any

from srcgrad import ir
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.versions import Version


class Places:
    """The places of one function's statements."""

    def __init__(self, inf: Inference) -> None:
        self.inf = inf
        self.scope_of: dict[Any, Any] = {}
        self.block_of: dict[Any, tuple[ir.Block, int]] = {}
        self.definition: dict[str, Any] = {}
        self.uses: dict[str, list[Any]] = {}
        # where a statement stands in the text
        self.order: dict[Any, int] = {}
        self.place(inf.function.body, None)

    def place(self, block: ir.Block, loop: Any) -> None:
        """Note where every statement stands, and the uses of temporaries."""
        for position, stmt in enumerate(block):
            self.scope_of[stmt] = loop
            self.block_of[stmt] = (block, position)
            self.order[stmt] = len(self.order)
            for name in ir.targets(stmt):
                self.definition[name] = stmt
            for atom in ir.all_operands(stmt):
                if isinstance(atom, ir.Var):
                    self.uses.setdefault(atom.name, []).append(stmt)
            match stmt:
                case ir.For(body=body, orelse=orelse):
                    self.place(body, stmt)
                    self.place(orelse, loop)
                case ir.While(head=head, body=body, orelse=orelse):
                    self.place(head, stmt)
                    self.place(body, stmt)
                    self.place(orelse, loop)
                case _:
                    for inner in ir.blocks(stmt):
                        self.place(inner, loop)

    def loops(self, stmt: Any) -> list[Any]:
        """The loops in whose turns a statement runs, from the innermost out."""
        found = []
        loop = self.scope_of[stmt]
        while loop is not None:
            found.append(loop)
            loop = self.scope_of[loop]
        return found

    def in_one_loop(self, a: Any, b: Any) -> bool:
        """Whether two statements run in turns of one loop, so that either may run after the other."""
        loops = self.loops(a)
        return any(loop in loops for loop in self.loops(b))

    def only_use(self, name: str) -> bool:
        """Whether a temporary is read once."""
        return name in self.inf.function.temps and len(self.uses.get(name, ())) == 1

    def read_once(self, name: str, made: Any) -> bool:
        """Whether a variable has its value from one statement alone, and is read once."""
        function = self.inf.function
        if name in function.captured or name in function.shared or len(self.uses.get(name, ())) != 1:
            return False
        return self.inf.reads.get(self.uses[name][0], {}).get(name) is self.inf.defs.get(made, {}).get(name)

    def adjacent(self, first: Any, second: Any) -> bool:
        """Whether nothing happens between two statements of a block."""
        block, position = self.block_of[first]
        return self.block_of[second][0] is block and self.block_of[second][1] == position + 1

    def find_handed_out(self) -> set[str]:
        """The names of what a function returns in a tuple whose adjoints go by identity."""
        found: set[str] = set()
        waiting = [stmt.value for stmt in self.block_of if isinstance(stmt, ir.Return)]
        while waiting:
            name = getattr(waiting.pop(), "name", None)
            made = self.definition.get(name) if name is not None else None
            if isinstance(made, ir.Let) and isinstance(made.value, ir.Build):
                waiting += [a.value if isinstance(a, ir.Star) else a for a in made.value.items]
            elif name is not None:
                found.add(name)
        return found

    def items_of(self, stmt: Any, atom: Any) -> tuple[Any, ...] | None:
        """The items of a list or tuple display that is used by `stmt` alone, else None."""
        if not isinstance(atom, ir.Var) or not self.only_use(atom.name):
            return None
        made = self.definition.get(atom.name)
        if isinstance(made, ir.Let) and isinstance(made.value, ir.Build) and made.value.kind in ("tuple", "list"):
            items = made.value.items
            if any(isinstance(i, ir.Star) for i in items) or self.block_of[made][0] is not self.block_of[stmt][0]:
                return None
            if any(self.rebound_between(made, stmt, i) for i in items):
                return None
            return items
        return None

    def rebound_between(self, first: Any, second: Any, atom: Any) -> bool:
        """Whether an operand's name is bound between two statements of a block."""
        if not isinstance(atom, ir.Var):
            return False
        block, start = self.block_of[first]
        for stmt in block[start + 1 : self.block_of[second][1]]:
            if atom.name in ir.targets(stmt) or any(
                atom.name in ir.targets(s) for b in ir.blocks(stmt) for s in ir.walk(b)
            ):
                return True
        return False

    def version_of(self, stmt: Any, atom: Any) -> Version | None:
        """The version that an operand (or an item of a display that a statement uses) holds."""
        name = getattr(atom, "name", None)
        if name is None or isinstance(atom, (ir.Global, ir.Bound)):
            return None
        found = self.inf.reads[stmt].get(name)
        if found is not None:
            return found
        for other in self.inf.reads[stmt]:
            made = self.definition.get(other)
            if isinstance(made, ir.Let) and isinstance(made.value, ir.Build):
                found = self.version_of(made, atom)
                if found is not None:
                    return found
        return None
