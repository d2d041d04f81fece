"""Which temporaries of a function may be nested: bound at one place and read once, in the same block."""

from __future__ import annotations

from srcgrad import ir


def arm_result(stmt: ir.Stmt) -> str | None:
    """The temporary that both arms of a conditional expression, `and` or `or` assign last."""
    if not isinstance(stmt, ir.If) or stmt.sugar not in ("ifexp", "and", "or") or not stmt.body or not stmt.orelse:
        return None
    a, b = stmt.body[-1], stmt.orelse[-1]
    if isinstance(a, ir.Let) and isinstance(b, ir.Let) and a.target == b.target:
        return a.target
    return None


class Uses:
    """Counts of definitions and uses, by name."""

    def __init__(self, function: ir.Function, keep: frozenset[str]) -> None:
        self.temps = function.temps
        self.count: dict[str, int] = {}
        self.names: set[str] = {param.name for param in function.params}
        self._defined: dict[str, list[int]] = {}
        self._read: dict[str, list[int]] = {}
        self._kept = set(keep) | function.captured | function.shared
        # the class an `except` names has no place for statements: what it takes is nested even if kept
        self._heads: set[int] = set()
        self._block(function.body)

    def nestable(self, name: str) -> bool:
        """Whether the temporary is bound once and read once, at the level of the same block."""
        return (
            name in self.temps
            and (name not in self._kept or self._defined.get(name, [0])[0] in self._heads)
            and len(self._read.get(name, ())) == 1
            and self._defined.get(name) == self._read[name]
        )

    def unused(self, name: str) -> bool:
        return name in self.temps and name not in self._kept and name not in self._read

    def single(self, name: str) -> bool:
        """A temporary read once, wherever that is."""
        return name in self.temps and name not in self._kept and len(self._read.get(name, ())) == 1

    def _block(self, block: ir.Block, skip_last: bool = False) -> None:
        key = id(block)
        for index, stmt in enumerate(block):
            if skip_last and index == len(block) - 1:
                assert isinstance(stmt, ir.Let)
                self._reads(ir.operands(stmt.value), key)
                if isinstance(stmt.value, ir.MakeFunction):
                    self._inner(stmt.value.function)
                continue
            self._reads(ir.statement_operands(stmt), key)
            for name in ir.targets(stmt):
                self._define(name, key)
            if isinstance(stmt, (ir.Let, ir.Effect)) and isinstance(stmt.value, ir.MakeFunction):
                self._inner(stmt.value.function)
            result = arm_result(stmt)
            if result is not None:
                assert isinstance(stmt, ir.If)
                self._define(result, key)
                kept = {"and": stmt.orelse, "or": stmt.body}.get(stmt.sugar)
                for arm in (stmt.body, stmt.orelse):
                    if arm is not kept:
                        self._block(arm, skip_last=True)
                continue
            for inner in ir.blocks(stmt):
                self._block(inner)
            if isinstance(stmt, ir.While):
                self._reads(iter((stmt.test,)), id(stmt.head))
            elif isinstance(stmt, ir.Try):
                for handler in stmt.handlers:
                    self._heads.add(id(handler.head))
                    if handler.type is not None:
                        self._reads(iter((handler.type,)), id(handler.head))
                    if handler.name is not None:
                        self._define(handler.name, id(handler.body))

    def _define(self, name: str, key: int) -> None:
        self.names.add(name)
        self._defined.setdefault(name, []).append(key)

    def _reads(self, atoms: object, key: int) -> None:
        for atom in atoms:  # type: ignore[attr-defined]
            name = getattr(atom, "name", None)
            if name is not None:
                self.names.add(name)
                if isinstance(atom, ir.Var):
                    self._read.setdefault(name, []).append(key)

    def _inner(self, function: ir.Function) -> None:
        """What a nested function reads stays a variable."""
        self._kept |= function.free | function.shared
        self.names |= function.free
        self.names.add(function.name)
