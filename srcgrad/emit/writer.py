"""Print Python trees: astor's generator, with this package's expressions, comments and line numbers.

astor looks up and would print with tree classes that newer Pythons deprecate and remove (`ast.Num` and others); nothing
here reaches them, and importing it is kept quiet.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

from srcgrad.emit.text import arguments, bare, expression, operator_text

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from astor.code_gen import SourceGenerator

if TYPE_CHECKING:
    _Generator = Any
else:
    _Generator = SourceGenerator


class CommentLine(ast.Expr):
    """A comment among statements; to the compiler it is a constant expression, which leaves no code."""

    def __init__(self, text: str = "", **places: int) -> None:
        super().__init__(value=ast.Constant(text), **places)
        self.text = text


class DocString(CommentLine):
    """A function's documentation, without the indentation it has in the text."""


class Writer(_Generator):  # type: ignore[misc]
    """Writes statements through astor and expressions itself; notes where each statement begins."""

    def __init__(self) -> None:
        super().__init__(" " * 4)
        self.new_lines: int
        # (index into `result` of the next fragment, the statement's line number)
        self.marks: list[tuple[int, int | None]] = []

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self.write(expression(node))
        else:
            getattr(self, "visit_" + type(node).__name__)(node)

    def newline(self, node: ast.AST | None = None, extra: int = 0) -> None:
        self.new_lines = max(self.new_lines, 1)
        self.marks.append((len(self.result), getattr(node, "lineno", None)))

    def visit_Module(self, node: ast.Module) -> None:
        self.write(*node.body)

    def visit_CommentLine(self, node: CommentLine) -> None:
        for line in node.text.splitlines() or [""]:
            self.statement(node, f"# {line}".rstrip())

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Yield) and node.value.value is not None:
            self.statement(node, f"yield {bare(node.value.value)}")
            return
        self.statement(node, expression(node.value))

    def visit_DocString(self, node: DocString) -> None:
        self.statement(node, docstring(node.text, self.indent_with * self.indentation))

    def visit_Assign(self, node: ast.Assign) -> None:
        self.statement(node, *[f"{bare(target)} = " for target in node.targets], bare(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.statement(node, expression(node.target), f" {operator_text(node.op)}= ", bare(node.value))

    def visit_Return(self, node: ast.Return) -> None:
        self.statement(node, "return" if node.value is None else f"return {bare(node.value)}")

    def visit_FunctionDef(self, node: ast.FunctionDef, is_async: bool = False) -> None:
        inner = self.indentation > 0
        if inner and self.result and not str(self.result[-1]).endswith(":"):
            self.new_lines = 2
        for decorator in node.decorator_list:
            self.statement(decorator, "@", expression(decorator))
        self.statement(node, f"def {node.name}({arguments(node.args)}):")
        self.body(node.body)
        if inner:
            self.new_lines = 2

    def visit_If(self, node: ast.If) -> None:
        self.statement(node, f"if {expression(node.test)}:")
        self.body(node.body)
        while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            self.statement(node, f"elif {expression(node.test)}:")
            self.body(node.body)
        self.else_body(node.orelse)

    def visit_For(self, node: ast.For, is_async: bool = False) -> None:
        self.statement(node, f"for {bare(node.target)} in {bare(node.iter)}:")
        self.body_or_else(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.write(node.name if node.asname is None else f"{node.name} as {node.asname}")

    def visit_Import(self, node: ast.Import) -> None:
        self.statement(node, "import ", *node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.statement(node, f"from {'.' * node.level}{node.module or ''} import ", *node.names)

    def visit_Delete(self, node: ast.Delete) -> None:
        self.statement(node, "del ", ", ".join([expression(target) for target in node.targets]))

    def visit_Assert(self, node: ast.Assert) -> None:
        message = f", {expression(node.msg)}" if node.msg is not None else ""
        self.statement(node, f"assert {expression(node.test)}{message}")

    def visit_While(self, node: ast.While) -> None:
        self.statement(node, f"while {expression(node.test)}:")
        self.body_or_else(node)

    def visit_With(self, node: ast.With, is_async: bool = False) -> None:
        items = [
            expression(item.context_expr) + (f" as {expression(item.optional_vars)}" if item.optional_vars else "")
            for item in node.items
        ]
        self.statement(node, f"with {', '.join(items)}:")
        self.body(node.body)


def docstring(text: str, indent: str) -> str:
    """A string statement, in three quotes over several lines where that shows it as it is."""
    if "\n" not in text or "\\" in text or '"""' in text or text.endswith('"'):
        return repr(text)
    if not all(char.isprintable() or char == "\n" for char in text):
        return repr(text)
    first, *rest = text.split("\n")
    return "\n".join([f'"""{first}', *[f"{indent}{line}" if line else "" for line in rest], f'{indent}"""'])


def write(tree: ast.AST) -> tuple[str, list[int | None]]:
    """The text of a tree, and for each line the line number of the statement that begins on it."""
    writer = Writer()
    writer.visit(tree)
    fragments: list[str] = writer.result
    text = "".join(fragments).strip("\n") + "\n"
    skipped = len("".join(fragments)) - len("".join(fragments).lstrip("\n"))
    lines: list[int | None] = [None] * text.count("\n")
    count = -skipped
    position = 0
    for index, number in writer.marks:
        while position <= index and position < len(fragments):
            count += fragments[position].count("\n")
            position += 1
        # a statement's own fragments come after the line break at `index`
        if 0 <= count < len(lines):
            lines[count] = number
    return text, lines


def to_source(tree: ast.AST) -> str:
    """The Python text of a tree (a statement, a module or an expression)."""
    if isinstance(tree, ast.expr):
        return expression(tree)
    return write(tree)[0]
