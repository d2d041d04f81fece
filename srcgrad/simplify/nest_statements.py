"""Statements without blocks, assignments and their targets."""

from __future__ import annotations

import ast

from srcgrad import ir
from srcgrad.emit.writer import CommentLine
from srcgrad.simplify import convert as tree
from srcgrad.simplify.nest_base import NestBase, Operands
from srcgrad.simplify.pending import MOVABLE, Waiting


class SimpleStatements(NestBase):
    """Writes the statements that have no blocks."""

    def statements(self, block: ir.Block) -> None:
        index = 0
        while index < len(block):
            stmt = block[index]
            self.line = stmt.span.line
            index += 1
            match stmt:
                case ir.Unpack():
                    operands = self.take((stmt.value,), 10)
                    target, index = self.targets(stmt, block, index)
                    self.write(ast.Assign([target], operands.atom(stmt.value)))
                case _:
                    getattr(self, "do_" + type(stmt).__name__)(stmt)

    def targets(self, stmt: ir.Unpack, block: ir.Block, index: int) -> tuple[ast.expr, int]:
        """The target of an Unpack, with the Unpacks and stores of its own temporaries that follow it nested."""
        parts: list[ast.expr] = []
        stored = False
        start = index
        for position, name in enumerate(stmt.targets):
            part: ast.expr | None = None
            if index < len(block) and self.uses.single(name):
                after = block[index]
                if isinstance(after, ir.Unpack) and after.value == ir.Var(name):
                    part, index = self.targets(after, block, index + 1)
                    stored = True
                else:
                    part = self.place_of(after, name)
                    if part is not None:
                        stored = True
                        index += 1
            if part is None and stored and index > start:
                # a name bound after a place is evaluated would be bound before it: nest nothing
                return self.flat_target(stmt), start
            part = part or tree.store(name)
            parts.append(ast.Starred(part, tree.STORE) if position == stmt.star else part)
        return ast.Tuple(parts, tree.STORE), index

    def flat_target(self, stmt: ir.Unpack) -> ast.expr:
        names = [tree.store(name) for name in stmt.targets]
        return ast.Tuple([ast.Starred(n, tree.STORE) if i == stmt.star else n for i, n in enumerate(names)], tree.STORE)

    def place_of(self, stmt: ir.Stmt, name: str) -> ast.expr | None:
        """The target that a statement gives the temporary to, if it does nothing else."""
        operands = Operands({})
        match stmt:
            case ir.Let(target=target, value=ir.Var(name=given)) if given == name and not self.uses.nestable(target):
                return tree.store(target)
            case ir.StoreCell(name=target, value=ir.Var(name=given)) if given == name:
                return tree.store(target)
            case ir.StoreAttr(obj=obj, name=attr, value=ir.Var(name=given), op=None) if given == name:
                return ast.Attribute(operands.atom(obj), attr, tree.STORE)
            case ir.StoreItem(obj=obj, index=at, value=ir.Var(name=given), op=None) if given == name:
                return ast.Subscript(operands.atom(obj), operands.index(at), tree.STORE)
        return None

    def bound_target(self, name: str, body: ir.Block) -> tuple[ast.expr, ir.Block]:
        """The target of a loop or `with`, unpacked in place where its body begins with that."""
        if body and isinstance(body[0], ir.Unpack) and body[0].value == ir.Var(name) and self.uses.single(name):
            target, used = self.targets(body[0], body, 1)
            return target, body[used:]
        return tree.store(name), body

    def do_Let(self, stmt: ir.Let) -> None:
        name = stmt.target
        waits = self.uses.nestable(name)
        value = self.value(stmt.value, everything=not waits, target=0 if waits else len(name) + 3)
        if value.definition is not None:
            self.flush(self.queue.entries)
            self.queue.entries = []
            value.definition.name = name
            self.write(value.definition)
            return
        self.finish(name, value, waits)

    def finish(self, name: str, value: Operands, waits: bool) -> None:
        """Let a value wait, or bind it to its name."""
        if waits:
            self.queue.add(Waiting(name, value.expr, value.order, value.width, self.line))
        elif self.uses.unused(name):
            if value.order != MOVABLE:
                self.write(ast.Expr(tree.as_value(value.expr, "slice")))
        else:
            self.write(ast.Assign([tree.store(name)], tree.as_value(value.expr, "slice")))

    def do_Effect(self, stmt: ir.Effect) -> None:
        if isinstance(stmt.value, ir.AtAdjoint):
            return  # it runs in the reverse; where this text is run it does nothing
        value = self.value(stmt.value, everything=True)
        if value.definition is None:
            self.write(ast.Expr(tree.as_value(value.expr, "slice")))

    def do_Augment(self, stmt: ir.Augment) -> None:
        operands = self.take((stmt.value,), len(stmt.target) + 6)
        self.write(ast.AugAssign(tree.store(stmt.target), tree.operator(stmt.op), operands.atom(stmt.value)))

    def do_StoreItem(self, stmt: ir.StoreItem) -> None:
        order = (stmt.value, stmt.obj, stmt.index) if stmt.op is None else (stmt.obj, stmt.index, stmt.value)
        operands = self.take(order, 16)
        target = ast.Subscript(operands.atom(stmt.obj), operands.index(stmt.index), tree.STORE)
        self.store(target, stmt.op, operands.atom(stmt.value))

    def do_StoreAttr(self, stmt: ir.StoreAttr) -> None:
        operands = self.take((stmt.value, stmt.obj) if stmt.op is None else (stmt.obj, stmt.value), 16)
        self.store(ast.Attribute(operands.atom(stmt.obj), stmt.name, tree.STORE), stmt.op, operands.atom(stmt.value))

    def store(self, target: ast.Subscript | ast.Attribute, op: str | None, value: ast.expr) -> None:
        self.write(ast.Assign([target], value) if op is None else ast.AugAssign(target, tree.operator(op), value))

    def do_StoreCell(self, stmt: ir.StoreCell) -> None:
        operands = self.take((stmt.value,), len(stmt.name) + 3)
        self.write(ast.Assign([tree.store(stmt.name)], operands.atom(stmt.value)))

    def do_Delete(self, stmt: ir.Delete) -> None:
        operands = self.take(ir.statement_operands(stmt), 8)
        target = operands.atom(stmt.obj)
        if stmt.index is not None:
            target = ast.Subscript(target, operands.index(stmt.index), tree.DELETE)
        elif stmt.attr is not None:
            target = ast.Attribute(target, stmt.attr, tree.DELETE)
        elif isinstance(target, ast.Name):
            target = ast.Name(target.id, tree.DELETE)
        self.write(ast.Delete([target]))

    def do_Return(self, stmt: ir.Return) -> None:
        operands = self.take((stmt.value,), 8)
        plain = stmt.value == ir.Const(None)
        self.write(ast.Return(None if plain else operands.atom(stmt.value)))

    def do_Yield(self, stmt: ir.Yield) -> None:
        self.write(ast.Expr(ast.Yield(self.take((stmt.value,), 8).atom(stmt.value))))

    def do_Break(self, stmt: ir.Break) -> None:
        self.take(())
        self.write(ast.Break())

    def do_Continue(self, stmt: ir.Continue) -> None:
        self.take(())
        self.write(ast.Continue())

    def do_Raise(self, stmt: ir.Raise) -> None:
        operands = self.take(ir.statement_operands(stmt), 12)
        exc, cause = (None if part is None else operands.atom(part) for part in (stmt.exc, stmt.cause))
        self.write(ast.Raise(exc, cause))

    def do_Import(self, stmt: ir.Import) -> None:
        self.take(())
        if stmt.attr is None:
            bare = stmt.target == stmt.module.split(".")[0]
            self.write(ast.Import([ast.alias(stmt.module, None if bare else stmt.target)]))
            return
        module = stmt.module.lstrip(".")
        level = len(stmt.module) - len(module)
        alias = ast.alias(stmt.attr, None if stmt.attr == stmt.target else stmt.target)
        self.write(ast.ImportFrom(module or None, [alias], level))

    def do_Comment(self, stmt: ir.Comment) -> None:
        # what belongs to one of the user's lines is not nested into what belongs to the next
        self.take(())
        self.out.append(self.place(CommentLine(stmt.text)))
