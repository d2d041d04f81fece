"""Branches, loops and contexts, and branches that choose a value."""

from __future__ import annotations

import ast

from srcgrad import ir
from srcgrad.errors import UnsupportedError
from srcgrad.simplify import convert as tree
from srcgrad.simplify.nest_base import LINE_WIDTH, NestBase
from srcgrad.simplify.pending import READS
from srcgrad.simplify.uses import arm_result


class CompoundStatements(NestBase):
    """Writes the statements that have blocks."""

    # ------------------------------------------------------------------ branches

    def do_If(self, stmt: ir.If) -> None:
        result = arm_result(stmt)
        if result is not None:
            self.choice(stmt, result)
            return
        test = self.take((stmt.test,), 6).atom(stmt.test)
        node = ast.If(test, self.block(stmt.body) or [self.place(ast.Pass())], self.block(stmt.orelse))
        self.line = stmt.span.line
        if stmt.sugar == "assert" and len(node.body) == 1 and isinstance(node.body[0], ast.Raise) and not node.orelse:
            error = node.body[0].exc
            if isinstance(error, ast.Call) and len(error.args) <= 1 and not error.keywords:
                self.write(ast.Assert(tree.negated(test), error.args[0] if error.args else None))
                return
        self.write(node)

    def choice(self, stmt: ir.If, result: str) -> None:
        """`a if c else b`, `a and b`, `a or b` where the arms are expressions; else a branch."""
        waits = self.uses.nestable(result)
        if stmt.sugar == "ifexp":
            arms = [self.arm(stmt.body, result), self.arm(stmt.orelse, result)]
        else:
            arms = [self.arm(stmt.body if stmt.sugar == "and" else stmt.orelse, result)]
        width = sum(value.width for _, value in arms) + 10
        room = LINE_WIDTH - 4 * self.depth - (0 if waits else len(result) + 3)
        plain = not any(statements or value.definition for statements, value in arms)
        plain = plain and (self.unlimited or width < room)
        test = self.take((stmt.test,), width if plain else 6, everything=not (plain and waits))
        condition = test.atom(stmt.test)
        if plain:
            values = [tree.as_value(value.expr, "slice") for _, value in arms]
            if stmt.sugar == "ifexp":
                test.expr = ast.IfExp(condition, *values)
            else:
                test.expr = tree.boolean(ast.And() if stmt.sugar == "and" else ast.Or(), condition, values[0])
            # an arm that is not evaluated could raise where it would be: nothing may move past a choice
            test.order = max(READS, test.order, *[value.order for _, value in arms])
            test.width = width + sum(e.width for e in test.taken.values()) + len(getattr(condition, "id", ""))
            self.line = stmt.span.line
            self.finish(result, test, waits)
            return
        bodies = []
        for statements, value in arms:
            if value.definition is not None:
                value.definition.name = result
                bodies.append([*statements, self.place(value.definition)])
            else:
                expr = tree.as_value(value.expr, "slice")
                bodies.append([*statements, self.place(ast.Assign([tree.store(result)], expr))])
        self.line = stmt.span.line
        if stmt.sugar == "ifexp":
            self.write(ast.If(condition, bodies[0], bodies[1]))
            return
        self.write(ast.Assign([tree.store(result)], condition))
        held = tree.name(result)
        self.write(ast.If(held if stmt.sugar == "and" else ast.UnaryOp(ast.Not(), held), bodies[0], []))

    # ------------------------------------------------------------------ loops, exceptions, contexts

    def do_For(self, stmt: ir.For) -> None:
        operands = self.take((stmt.iter,), 16)
        target, body = self.bound_target(stmt.target, stmt.body)
        node = ast.For(target, operands.atom(stmt.iter), [], self.block(stmt.orelse))
        self.write(node)
        node.body = self.block(body) or [self.place(ast.Pass())]

    def do_While(self, stmt: ir.While) -> None:
        self.flush(self.queue.entries)
        self.queue.entries = []
        self.out += self.loop(stmt)

    def loop(self, stmt: ir.While) -> list[ast.stmt]:
        """`while test:`, or `while True:` with the test inside where it takes statements."""
        saved, self.out = self.out, []
        self.depth += 1
        self.statements(stmt.head)
        test = self.take((stmt.test,), 8).atom(stmt.test)
        self.depth -= 1
        head, self.out = self.out, saved
        body, orelse = self.block(stmt.body), self.block(stmt.orelse)
        line = stmt.span.line
        if not head:
            return [self.place(ast.While(test, body or [self.place(ast.Pass(), line)], orelse), line)]
        leave: list[ast.stmt] = [self.place(ast.Break(), line)]
        after = orelse
        if orelse and breaks(stmt.body):
            flag = self.free_name("exhausted")
            set_flag = [self.place(ast.Assign([tree.store(flag)], ast.Constant(v)), line) for v in (False, True)]
            leave.insert(0, set_flag[1])
            after = [self.place(ast.If(tree.name(flag), orelse, []), line)]
        test_line = self.place(ast.If(tree.negated(test), leave, []), line)
        loop = self.place(ast.While(ast.Constant(True), [*head, test_line, *body], []), line)
        return [set_flag[0], loop, *after] if after is not orelse else [loop, *after]

    def free_name(self, base: str) -> str:
        name, number = base, 2
        while name in self.uses.names:
            name, number = f"{base}_{number}", number + 1
        self.uses.names.add(name)
        return name

    def do_Try(self, stmt: ir.Try) -> None:
        self.take(())
        node = ast.Try(self.block(stmt.body) or [self.place(ast.Pass())], [], [], [])
        self.write(node)
        for handler in stmt.handlers:
            self.line = handler.span.line
            node.handlers.append(self.handler(handler))
        node.orelse = self.block(stmt.orelse)
        node.finalbody = self.block(stmt.final)
        if not node.handlers and not node.finalbody:
            node.finalbody = [self.place(ast.Pass())]

    def handler(self, handler: ir.Handler) -> ast.ExceptHandler:
        saved, self.out, self.unlimited = self.out, [], True
        self.statements(handler.head)
        kind = None if handler.type is None else self.take((handler.type,)).atom(handler.type)
        head, self.out, self.unlimited = self.out, saved, False
        if head:
            raise UnsupportedError(
                "an exception class computed by statements (a comprehension after except)",
                "compute the tuple of classes before the try",
                self.function.source.filename,
                handler.span.line,
                self.function.source.line(handler.span.line),
            )
        body = self.block(handler.body) or [self.place(ast.Pass())]
        node = ast.ExceptHandler(kind, handler.name, body)
        node.lineno = node.end_lineno = handler.span.line
        node.col_offset = node.end_col_offset = 0
        return node

    def do_With(self, stmt: ir.With) -> None:
        operands = self.take((stmt.context,), 16)
        target, body = (None, stmt.body) if stmt.target is None else self.bound_target(stmt.target, stmt.body)
        node = ast.With([ast.withitem(operands.atom(stmt.context), target)], [])
        self.write(node)
        node.body = self.block(body) or [self.place(ast.Pass())]


def breaks(block: ir.Block) -> bool:
    """Whether a block leaves its loop by `break`."""
    for stmt in block:
        if isinstance(stmt, ir.Break):
            return True
        if isinstance(stmt, (ir.For, ir.While)):
            if breaks(stmt.orelse):
                return True
        elif any(breaks(inner) for inner in ir.blocks(stmt)):
            return True
    return False
