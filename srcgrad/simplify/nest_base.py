"""What nesting statements shares: the block being written, what waits, and operations with their operands nested."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from srcgrad import ir
from srcgrad.emit.writer import DocString
from srcgrad.simplify import convert as tree
from srcgrad.simplify.pending import ACTS, MOVABLE, READS, Queue, Waiting
from srcgrad.simplify.uses import Uses

LINE_WIDTH = 100
_UNLIMITED = 1 << 30


class Operands:
    """What an operation nests, and the tree made of it."""

    def __init__(self, taken: dict[str, Waiting]) -> None:
        self.taken = taken
        self.expr: ast.expr = ast.Constant(None)
        self.definition: ast.FunctionDef | None = None
        self.order = max((entry.order for entry in taken.values()), default=MOVABLE)
        self.width = 0

    def index(self, atom: ir.Atom) -> ast.expr:
        """The tree of an operand in brackets, where slices may stand."""
        match atom:
            case ir.Const(value=value):
                return ast.Constant(value)
            case ir.Var(name=name) if name in self.taken:
                return self.taken[name].expr
            case _:
                return tree.name(atom.name)

    def atom(self, atom: ir.Atom) -> ast.expr:
        return tree.as_value(self.index(atom), "slice")


def own_order(expr: ir.Expr) -> int:
    """How an operation itself may move."""
    match expr:
        case ir.Const() | ir.Var() | ir.Bound() | ir.Slice() | ir.MakeFunction():
            return MOVABLE
        case ir.Build(kind=kind, items=items) if kind != "set" and not any(isinstance(i, ir.Star) for i in items):
            return MOVABLE
        case ir.Prim() | ir.Free() | ir.Global() | ir.CellLoad():
            return READS
        case _:
            return ACTS


class NestBase:
    """State of building the Python statements of one function."""

    def __init__(self, function: ir.Function, keep: frozenset[str], depth: int = 0) -> None:
        self.uses = Uses(function, keep)
        self.function = function
        self.keep = keep
        self.depth = depth
        self.line = function.span.line
        self.out: list[ast.stmt] = []
        self.queue = Queue()
        self.unlimited = False

    # ------------------------------------------------------------------ functions

    def definition(
        self, function: ir.Function, name: str, defaults: list[ast.expr], kw_defaults: list[ast.expr | None]
    ) -> ast.FunctionDef:
        body: list[ast.stmt] = []
        if function.doc is not None:
            body.append(self.place(DocString(function.doc)))
        stored = sorted(
            {s.name for s in ir.walk(function.body) if isinstance(s, ir.StoreCell) and s.name in function.free}
        )
        if stored:
            body.append(self.place(ast.Nonlocal(stored)))
        body += self.block(function.body)
        node = ast.FunctionDef(
            name=name,
            args=parameters(function, defaults, kw_defaults),
            body=body or [self.place(ast.Pass())],
            decorator_list=[],
            lineno=function.span.line,
            end_lineno=function.span.end_line,
            col_offset=0,
            end_col_offset=0,
        )
        if "type_params" in node._fields:
            node.type_params = []  # type: ignore[attr-defined, unused-ignore]
        return node

    # ------------------------------------------------------------------ writing

    def place(self, stmt: ast.stmt, line: int | None = None) -> ast.stmt:
        """Give a statement the user's line."""
        stmt.lineno = stmt.end_lineno = self.line if line is None else line
        stmt.col_offset = stmt.end_col_offset = 0
        return stmt

    def write(self, stmt: ast.stmt) -> None:
        self.out.append(self.place(stmt))

    def flush(self, entries: Iterable[Waiting]) -> None:
        for entry in entries:
            value = tree.as_value(entry.expr, "slice")
            self.out.append(self.place(ast.Assign([tree.store(entry.name)], value), entry.line))

    def block(self, block: ir.Block) -> list[ast.stmt]:
        """The statements of a block inside the current statement."""
        saved = self.out, self.queue, self.line
        self.out, self.queue = [], Queue()
        self.depth += 1
        self.statements(block)
        self.flush(self.queue.entries)
        result = self.out
        self.out, self.queue, self.line = saved
        self.depth -= 1
        return result

    def arm(self, block: ir.Block, result: str | None) -> tuple[list[ast.stmt], Operands]:
        """A block of which the last statement binds `result` (or nothing): the statements before, and its value."""
        saved = self.out, self.queue, self.line
        self.out, self.queue = [], Queue()
        last = block[-1]
        assert result is not None and isinstance(last, ir.Let)
        self.depth += 1
        self.statements(block[:-1])
        self.line = last.span.line
        value = self.value(last.value, everything=True)
        statements = self.out
        self.depth -= 1
        self.out, self.queue, self.line = saved
        return statements, value

    # ------------------------------------------------------------------ operands

    def take(self, atoms: Iterable[ir.Atom], own: int = 0, everything: bool = True) -> Operands:
        """Nest what may be nested among these operands (in evaluation order); the rest that waits is written."""
        names = [a.name for a in atoms if isinstance(a, ir.Var)]
        room = _UNLIMITED if self.unlimited else LINE_WIDTH - 4 * self.depth - own
        taken, written = self.queue.take(names, room, everything)
        self.flush(written)
        return Operands(taken)

    def value(self, expr: ir.Expr, everything: bool, target: int = 0) -> Operands:
        """The tree of an operation with its operands nested, in `expr` of the result."""
        if isinstance(expr, ir.MakeFunction):
            return self.made(expr, everything)
        own = tree.width(expr)
        operands = self.take(ir.operands(expr), own + target, everything)
        operands.expr = tree.convert(expr, operands.atom, operands.index)
        operands.order = max(operands.order, own_order(expr))
        operands.width = own + sum(e.width - len(e.name) for e in operands.taken.values())
        return operands

    def made(self, expr: ir.MakeFunction, everything: bool) -> Operands:
        """A lambda as an expression; a function that has statements is written as a `def` by the caller."""
        operands = self.take(ir.operands(expr), 12, everything)
        function = expr.function
        defaults = [operands.atom(a) for a in expr.defaults]
        by_name = {key: operands.atom(a) for key, a in expr.kw_defaults}
        kw_defaults = [by_name.get(p.name) for p in function.params if p.kind == "kwonly"]
        inner = type(self)(function, frozenset(), self.depth)
        definition = inner.definition(function, function.name, defaults, kw_defaults)
        if function.is_lambda and len(definition.body) == 1 and isinstance(definition.body[0], ast.Return):
            value = definition.body[0].value or ast.Constant(None)
            operands.expr = ast.Lambda(definition.args, value)
            operands.width = 12 + 6 * sum(1 for _ in ast.walk(operands.expr))
            operands.order = max(operands.order, MOVABLE)
        else:
            operands.definition = definition
        return operands

    # ------------------------------------------------------------------ supplied by the parts

    def statements(self, block: ir.Block) -> None:
        raise NotImplementedError

    def bound_target(self, name: str, body: ir.Block) -> tuple[ast.expr, ir.Block]:
        raise NotImplementedError

    def finish(self, name: str, value: Operands, waits: bool) -> None:
        raise NotImplementedError


def parameters(function: ir.Function, defaults: list[ast.expr], kw_defaults: list[ast.expr | None]) -> ast.arguments:
    """The parameter list."""
    groups: dict[str, list[ast.arg]] = {kind: [] for kind in ("posonly", "pos", "var", "kwonly", "varkw")}
    for param in function.params:
        groups[param.kind].append(ast.arg(param.name, None))
    return ast.arguments(
        posonlyargs=groups["posonly"],
        args=groups["pos"],
        vararg=groups["var"][0] if groups["var"] else None,
        kwonlyargs=groups["kwonly"],
        kw_defaults=kw_defaults or [None] * len(groups["kwonly"]),
        kwarg=groups["varkw"][0] if groups["varkw"] else None,
        defaults=defaults,
    )
