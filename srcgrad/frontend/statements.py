"""Lower statements other than assignments and `match`."""

from __future__ import annotations

import importlib.util
from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.adjoint_blocks import adjoint_block, is_adjoint_block
from srcgrad.frontend.base import Base, Operand
from srcgrad.frontend.comprehensions import Comprehensions

_REFUSED = {
    "AsyncFor": ("async for", "write a plain loop"),
    "AsyncWith": ("async with", "write a plain with"),
    "AsyncFunctionDef": ("async def", "write a plain function"),
    "ClassDef": ("a class defined inside a function", "define the class at module level"),
    "TypeAlias": ("a type statement inside a function", "move it to module level"),
    "TryStar": ("except*", "catch the ExceptionGroup with except and look into it"),
}


class Statements(Comprehensions, Base):
    """Control flow, definitions and the rest."""

    def statement(self, node: Any) -> None:
        """Lower one statement."""
        name = type(node).__name__
        with self.at(node):
            if name in _REFUSED:
                self.refuse(node, *_REFUSED[name])
            method = getattr(self, "stmt_" + name, None)
            if method is None:
                self.refuse(node, f"the statement {name}", "write it in another way")
            method(node)

    def body_of(self, nodes: list[Any], block: ir.Block | None = None) -> ir.Block:
        """Lower statements into a new block (or at the end of one)."""
        with self.writing([] if block is None else block) as result:
            for node in nodes:
                self.statement(node)
        return result

    def stmt_Pass(self, node: Any) -> None:
        pass

    stmt_Global = stmt_Nonlocal = stmt_Pass

    def stmt_Expr(self, node: Any) -> None:
        value = node.value
        if isinstance(value, gast.Constant):
            return
        if isinstance(value, (gast.Yield, gast.YieldFrom)):
            self.yield_(value)
            return
        hint = "value"
        if isinstance(value, gast.Call):
            func = value.func
            if isinstance(func, gast.Attribute):
                owner = func.value
                local = isinstance(owner, gast.Name) and not self.is_global(owner.id)
                hint = owner.id if local else func.attr
            elif isinstance(func, gast.Name):
                hint = func.id
        result = self.expression(value, hint)
        if not isinstance(result, (ir.Var, ir.Const)) or isinstance(value, gast.Name):
            self.emit(ir.Effect(result, self.span))

    def yield_(self, node: Any) -> None:
        """`yield value`, `yield from values`."""
        if isinstance(node, gast.Yield):
            value = ir.Const(None) if node.value is None else self.atom(node.value, "item", "")
            self.emit(ir.Yield(value, self.span))
            return
        self.mark_consumed(node.value)
        source = self.atom(node.value, "item", "source")
        item = ir.Var(self.temp("item"))
        self.emit(ir.For(item.name, source, [ir.Yield(item, self.span)], [], self.span))

    # ------------------------------------------------------------------ branches and loops

    def stmt_If(self, node: Any) -> None:
        test = self.atom(node.test, "test", "")
        self.emit(ir.If(test, self.body_of(node.body), self.body_of(node.orelse), self.span))

    def stmt_While(self, node: Any) -> None:
        with self.writing([]) as head:
            test = self.atom(node.test, "test", "")
        self.emit(ir.While(head, test, self.body_of(node.body), self.body_of(node.orelse), self.span))

    def stmt_For(self, node: Any) -> None:
        self.mark_consumed(node.iter)
        hint = node.target.id if isinstance(node.target, gast.Name) else "item"
        is_range = isinstance(node.iter, gast.Call) and isinstance(node.iter.func, gast.Name)
        iterable = self.atom(node.iter, hint, node.iter.func.id if is_range else "source")
        name, body = self.bind_target(node.target)
        self.body_of(node.body, body)
        self.emit(ir.For(name, iterable, body, self.body_of(node.orelse), self.span))

    def stmt_Break(self, node: Any) -> None:
        self.emit(ir.Break(self.span))

    def stmt_Continue(self, node: Any) -> None:
        self.emit(ir.Continue(self.span))

    def stmt_Return(self, node: Any) -> None:
        value = ir.Const(None) if node.value is None else self.atom(node.value, "value", "")
        self.emit(ir.Return(value, self.span))

    # ------------------------------------------------------------------ exceptions and contexts

    def stmt_Raise(self, node: Any) -> None:
        exc = Operand(lambda: self.atom(node.exc, "error", ""))
        cause = Operand(lambda: self.atom(node.cause, "cause", ""))
        operands = [operand for operand, part in ((exc, node.exc), (cause, node.cause)) if part is not None]
        atoms: list[ir.Atom | None] = [*self.sequence(*operands), None, None]
        self.emit(ir.Raise(atoms[0], atoms[1], self.span))

    def stmt_Assert(self, node: Any) -> None:
        if not __debug__:
            return
        test = self.atom(node.test, "test", "")
        fails = self.let("fails", ir.Prim("not_", (test,)))
        with self.writing([]) as body:
            args = () if node.msg is None else (self.atom(node.msg, "message", ""),)
            error = self.let("error", ir.Call(self.builtin("AssertionError"), args))
            self.emit(ir.Raise(error, None, self.span))
        self.emit(ir.If(fails, body, [], self.span, "assert"))

    def stmt_Try(self, node: Any) -> None:
        body = self.body_of(node.body)
        handlers = [self.handler(handler) for handler in node.handlers]
        self.emit(ir.Try(body, handlers, self.body_of(node.orelse), self.body_of(node.finalbody), self.span))

    def handler(self, node: Any) -> ir.Handler:
        with self.at(node):
            kind: ir.Atom | None = None
            with self.writing([]) as head:
                if node.type is not None:
                    kind = self.atom(node.type, "caught", "")
            name = None
            if node.name is not None:
                name = self.target_name(node, node.name.id)
                if name is None:
                    self.refuse(node, "'except ... as' a variable that an inner function rebinds", "use another name")
            return ir.Handler(head, kind, name, self.body_of(node.body), self.span)

    def stmt_With(self, node: Any) -> None:
        self.with_items(node, 0)

    def with_items(self, node: Any, index: int) -> None:
        """`with a as x, b as y` as nested statements."""
        item = node.items[index]
        if is_adjoint_block(self, item.context_expr):
            self.emit(ir.Effect(adjoint_block(self, node, index), self.span))
            return
        context = self.atom(item.context_expr, "context", "")
        self.calls += 1
        name: str | None = None
        body: ir.Block = []
        if item.optional_vars is not None:
            name, body = self.bind_target(item.optional_vars)
        if index + 1 < len(node.items):
            with self.writing(body):
                self.with_items(node, index + 1)
        else:
            self.body_of(node.body, body)
        self.emit(ir.With(context, name, body, self.span))

    # ------------------------------------------------------------------ names

    def stmt_Delete(self, node: Any) -> None:
        for target in node.targets:
            self.delete(target)

    def delete(self, target: Any) -> None:
        """`del` of one target."""
        if isinstance(target, (gast.Tuple, gast.List)):
            for item in target.elts:
                self.delete(item)
        elif isinstance(target, gast.Name):
            own = self.target_name(target, target.id)
            if own is None:
                self.refuse(target, "del of a variable that an inner function rebinds", "set it to None")
            self.emit(ir.Delete(ir.Var(own), self.span))
        elif isinstance(target, gast.Attribute):
            self.emit(ir.Delete(self.atom(target.value, "owner", ""), self.span, attr=target.attr))
        else:
            owner = Operand(lambda: self.atom(target.value, "owner", ""))
            obj, index = self.sequence(owner, Operand(lambda: self.atom(target.slice, "index", "")))
            self.emit(ir.Delete(obj, self.span, index=index))

    def stmt_Import(self, node: Any) -> None:
        for alias in node.names:
            top = alias.name.split(".")[0]
            # `import a.b as a` and `import a.b` bind different modules to `a`: the first goes through a temporary
            direct = alias.asname is None or alias.asname != top
            self.import_name(node, alias.name, None, alias.asname or top, direct)

    def stmt_ImportFrom(self, node: Any) -> None:
        module = "." * (node.level or 0) + (node.module or "")
        if node.level:
            # what runs has globals of its own, and no package
            package = self.namespace.get("__package__") or self.namespace.get("__name__", "").rpartition(".")[0]
            module = importlib.util.resolve_name(module, package)
        for alias in node.names:
            self.import_name(node, module, alias.name, alias.asname or alias.name, True)

    def import_name(self, node: Any, module: str, attr: str | None, name: str, direct: bool) -> None:
        own = self.target_name(node, name)
        if own is not None and (direct or "." not in module):
            self.emit(ir.Import(module, attr, own, self.span))
            return
        made = self.temp(f"{name}_module" if attr is None else f"{name}_imported")
        self.emit(ir.Import(module, attr, made, self.span))
        self.write_name(node, name, ir.Var(made))

    # ------------------------------------------------------------------ definitions

    def stmt_FunctionDef(self, node: Any) -> None:
        name = node.name
        decorators = self.sequence(
            *[Operand(lambda d=d: self.atom(d, f"{name}_decorator", "")) for d in node.decorator_list],  # type: ignore[misc]
            Operand(lambda: ir.Const(None)),
        )[:-1]
        made = self.make_function(node, name)
        own = self.target_name(node, name)
        target = own if own is not None else self.temp(f"{name}_function")
        self.emit(ir.Let(target, made, self.span))
        for decorator in reversed(decorators):
            self.calls += 1
            if own is None:
                target = self.let(f"{name}_function", ir.Call(decorator, (ir.Var(target),))).name
            else:
                self.emit(ir.Let(own, ir.Call(decorator, (ir.Var(own),)), self.span))
        if own is None:
            self.emit(ir.StoreCell(name, ir.Var(target), self.span))
