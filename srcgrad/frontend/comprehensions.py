"""Lower comprehensions and generator expressions to loops over a fresh container.

    squares = [x * x for x in xs if x > 0]

    squares_items = []
    for x in xs:
        test = x > 0
        if test:
            squares_item = x * x
            squares_items.append(squares_item)
    squares = squares_items

A generator expression given to `any`, `all` or `next` stops where Python would stop; elsewhere it is evaluated at once.
A comprehension whose variable is kept by a lambda stays a function of its own, since each run has its own variable.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.base import Base
from srcgrad.frontend.scopes import Scope

# what takes a list where it was given a generator, and does the same
_CONSUMERS = frozenset({"sum", "max", "min", "list", "tuple", "set", "frozenset", "dict", "sorted"})
_CONSUMING_METHODS = frozenset({"join", "extend", "update"})


class Comprehensions(Base):
    """Comprehensions of all kinds."""

    def comprehension(self, node: Any, target: str) -> ir.Expr:
        """A loop over a fresh container."""
        scope = self.scopes.of[id(node)]
        if scope.is_function:
            result: ir.Expr = self.comprehension_function(node, scope, target)
        else:
            result = self.collect(node, scope, None, target)
        if isinstance(node, gast.GeneratorExp) and id(node) not in self.scopes.consumed:
            items = result if isinstance(result, ir.Var) else self.let(f"{target}_items", result)
            return ir.Call(self.builtin("iter"), (items,))
        return result

    def variables(self, scope: Scope) -> dict[str, str]:
        """Names for a comprehension's variables: their own, unless that name means something else here."""
        outer = {name for inner, _ in self.comprehensions for name in inner.bound}
        return {
            name: self.namer.fresh(name) if name in self.scope.visible or name in outer else name
            for name in sorted(scope.bound)
        }

    def builtin(self, name: str) -> ir.Atom:
        """A builtin, also where the user's module has something else under that name."""
        if self.is_global(name) and name not in self.namespace:
            return ir.Global(name)
        return ir.Bound(self.namer.fresh(f"builtin_{name}"), getattr(builtins, name))

    def collect(self, node: Any, scope: Scope | None, first: ir.Atom | None, target: str) -> ir.Var:
        """The loops that fill the container; no `scope` where the function is the comprehension's own."""
        if isinstance(node, gast.DictComp):
            container = self.let(f"{target}_entries", ir.BuildDict(()))
        elif isinstance(node, gast.SetComp):
            container = self.let(f"{target}_items", ir.Call(self.builtin("set"), ()))
        else:
            container = self.let(f"{target}_items", ir.Build("list", ()))

        def add() -> None:
            if isinstance(node, gast.DictComp):
                key = self.atom(node.key, target, "key")
                if not (isinstance(key, ir.Const) or (isinstance(key, ir.Var) and key.name in self.temps)):
                    key = self.let(f"{target}_key", key) if self.scopes.has_walrus else key
                value = self.atom(node.value, target, "entry")
                self.emit(ir.StoreItem(container, key, value, self.span))
            else:
                item = self.atom(node.elt, target, "item")
                method = "add" if isinstance(node, gast.SetComp) else "append"
                self.emit(ir.Effect(ir.CallMethod(container, method, (item,)), self.span))

        # the container is empty: that it is made before the first iterable is evaluated shows nowhere
        if first is None:
            first = self.atom(node.generators[0].iter, target, "source")
        if scope is not None:
            self.comprehensions.append((scope, self.variables(scope)))
        self.loops(node, first, target, add)
        if scope is not None:
            self.comprehensions.pop()
        return container

    def loops(
        self,
        node: Any,
        first: ir.Atom,
        target: str,
        innermost: Callable[[], None],
        after_inner: Callable[[], None] | None = None,
        orelse: ir.Block | None = None,
    ) -> None:
        """One loop a generator, one branch a condition; `after_inner` writes what follows an inner loop."""

        def loop(index: int) -> None:
            generator = node.generators[index]
            if generator.is_async:
                self.refuse(node, "an asynchronous comprehension", "write a plain loop")
            iterable = first if index == 0 else self.atom(generator.iter, target, "source")
            name, body = self.bind_target(generator.target)
            with self.writing(body):
                conditions(index, 0)
                if index + 1 < len(node.generators) and after_inner is not None:
                    after_inner()
            self.emit(ir.For(name, iterable, body, orelse or [] if index == 0 else [], self.span))

        def conditions(index: int, number: int) -> None:
            tests = node.generators[index].ifs
            if number < len(tests):
                test = self.atom(tests[number], "test", "")
                with self.writing([]) as body:
                    conditions(index, number + 1)
                self.emit(ir.If(test, body, [], self.span))
            elif index + 1 < len(node.generators):
                loop(index + 1)
            else:
                innermost()

        loop(0)

    def comprehension_function(self, node: Any, scope: Scope, target: str) -> ir.Call:
        """The comprehension as a nested function of its first iterable."""
        first = self.atom(node.generators[0].iter, target, "source")
        inner = type(self)(self.scopes, scope, self.namespace)
        inner.span = self.span
        parameter = inner.namer.fresh("source")
        with inner.writing([]) as body:
            result = inner.collect(node, None, ir.Var(parameter), target)
            inner.emit(ir.Return(result, inner.span))
        name = self.temp(f"{target}_of")
        function = inner.finish(name, (ir.Param(parameter),), body)
        self.emit(ir.Let(name, ir.MakeFunction(function), self.span))
        return ir.Call(ir.Var(name), (first,))

    # ------------------------------------------------------------------ generators that may stop early

    def short_circuit_generator(self, node: Any, target: str) -> ir.Expr | None:
        """`any(...)`, `all(...)`, `next(...)` of a generator expression as a loop that stops; else None."""
        func = node.func.id
        if not node.args or not isinstance(node.args[0], gast.GeneratorExp):
            return None
        generator = node.args[0]
        if func in _CONSUMERS and (len(node.args) == 1 or (func == "sum" and not self.may_run_user_code(node.args[1]))):
            self.scopes.consumed.add(id(generator))
            return None
        scope = self.scopes.of[id(generator)]
        if func in self.namespace or scope.is_function or node.keywords:
            return None
        if func in ("any", "all") and len(node.args) == 1:
            return self.any_or_all(generator, scope, func == "any", target)
        simple = len(node.args) == 2 and isinstance(node.args[1], (gast.Constant, gast.Name))
        if func == "next" and (len(node.args) == 1 or simple) and len(generator.generators) == 1:
            return self.next_item(node, generator, scope, target)
        return None

    def any_or_all(self, node: Any, scope: Scope, is_any: bool, target: str) -> ir.Var:
        """`any(...)` and `all(...)`: a loop that is left as soon as the answer is known."""
        found = self.namer.fresh(f"{target}_found" if is_any else f"{target}_holds")
        self.emit(ir.Let(found, ir.Const(not is_any), self.span))
        first = self.atom(node.generators[0].iter, target, "source")
        self.comprehensions.append((scope, self.variables(scope)))

        def stop_if(test: ir.Atom, body: ir.Block) -> None:
            if not is_any:
                test = self.let("test", ir.Prim("not_", (test,)))
            self.emit(ir.If(test, [*body, ir.Break(self.span)], [], self.span))

        self.loops(
            node, first, target,
            lambda: stop_if(self.atom(node.elt, "test", ""), [ir.Let(found, ir.Const(is_any), self.span)]),
            lambda: stop_if(ir.Var(found), []),
        )  # fmt: skip
        self.comprehensions.pop()
        return ir.Var(found)

    def next_item(self, node: Any, generator: Any, scope: Scope, target: str) -> ir.Var:
        """`next(... for ...)`: a loop that is left at the first item."""
        first = self.atom(generator.generators[0].iter, target, "source")
        item = self.namer.fresh(f"{target}_next")
        with self.writing([]) as orelse:
            if len(node.args) == 2:
                self.emit(ir.Let(item, self.atom(node.args[1], target, "default"), self.span))
            else:
                error = self.let("error", ir.Call(self.builtin("StopIteration"), ()))
                self.emit(ir.Raise(error, None, self.span))
        self.comprehensions.append((scope, self.variables(scope)))

        def take() -> None:
            self.emit(ir.Let(item, self.expression(generator.elt, target), self.span))
            self.emit(ir.Break(self.span))

        self.loops(generator, first, target, take, orelse=orelse)
        self.comprehensions.pop()
        return ir.Var(item)

    def mark_consumed(self, node: Any) -> None:
        """Remember a generator expression that may be a list (a loop runs over it, `join` or a `*` takes it)."""
        if isinstance(node, gast.GeneratorExp):
            self.scopes.consumed.add(id(node))

    def mark_method_argument(self, node: Any) -> None:
        if isinstance(node.func, gast.Attribute) and node.func.attr in _CONSUMING_METHODS and len(node.args) == 1:
            self.mark_consumed(node.args[0])
