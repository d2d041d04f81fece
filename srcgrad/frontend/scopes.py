"""Which variable each name of a function means, worked out before lowering as Python's compiler does.

What is said of a function with an inner one:

    def f(x):               f: own x, total, step; total is shared (step rebinds it), captured: total
        total = 0
        def step():         step: free total
            nonlocal total
            total += x
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import gast

from srcgrad.errors import UnsupportedError
from srcgrad.frontend.stepping import is_generator, stepping
from srcgrad.ir import SourceText


class Scope:
    """One function, lambda or comprehension.

    bound       names it binds            nonlocals, global_names   names it declares
    mentions    names it reads or binds   as_function               a comprehension that must stay a function, because a
    captured    own names that an inner function reads              lambda keeps one of its variables
    """

    def __init__(self, node: Any, parent: Scope | None, is_function: bool) -> None:
        self.node = node
        self.parent = parent
        self.is_function = is_function
        self.bound: set[str] = set()
        self.nonlocals: set[str] = set()
        self.global_names: set[str] = set()
        self.mentions: set[str] = set()
        self.children: list[Scope] = []
        self.captured: set[str] = set()
        self.free: set[str] = set()
        self.shared: set[str] = set()
        self.visible: set[str] = set()
        self.has_walrus = False

    @property
    def function(self) -> Scope:
        """The innermost function around (or this one)."""
        scope = self
        while not scope.is_function and scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope | None:
        """The scope whose variable `name` is when mentioned here; None for a global or a variable from outside."""
        scope: Scope | None = self
        first_function = True
        while scope is not None:
            if scope.is_function and first_function:
                first_function = False
                if name in scope.global_names:
                    return None
            if name in scope.bound and name not in scope.nonlocals and name not in scope.global_names:
                return scope
            scope = scope.parent
        return None


class Scopes:
    """All scopes of a function, with free, shared and captured variables settled."""

    def __init__(self, root: Any, outside: Set[str], source: SourceText, rebound: Set[str] = frozenset()) -> None:
        self.outside = outside
        # those of the variables from outside that others rebind
        self.rebound = rebound
        self.source = source
        self.identifiers: set[str] = set()
        self.of: dict[int, Scope] = {}
        self.has_walrus = False
        # generator expressions (by id) that whatever takes them may be given as lists
        self.consumed: set[int] = set()
        builder = _Builder(self)
        self.root = builder.function(root, None)
        self._settle()

    def _all(self) -> list[Scope]:
        found = [self.root]
        for scope in found:
            found.extend(scope.children)
        return found

    def _settle(self) -> None:
        scopes = self._all()
        changed = True
        while changed:
            changed = False
            for scope in scopes:
                inner = scope.function
                for name in scope.mentions:
                    owner = scope.owner(name)
                    if owner is not None and not owner.is_function and owner.function is not inner:
                        # a function keeps a comprehension's variable: each run of the comprehension needs its own
                        owner.is_function = True
                        changed = True
        for scope in scopes:
            if scope.is_function and not isinstance(scope.node, (gast.FunctionDef, gast.Lambda)) and scope.has_walrus:
                raise UnsupportedError(
                    "':=' in a comprehension whose variable a lambda keeps",
                    "write the comprehension as a loop",
                    self.source.filename,
                    scope.node.lineno,
                    self.source.line(scope.node.lineno),
                )
            self._place(scope)
        for scope in scopes:
            for name in scope.nonlocals:
                self._share(scope, name)
        for name in self.rebound:
            self._share(self.root, name)

    def _place(self, scope: Scope) -> None:
        """Record for each mention which functions it passes through."""
        for name in scope.mentions:
            owner = scope.owner(name)
            if owner is None and (name not in self.outside or name in scope.function.global_names):
                free = False
            else:
                free = owner is None or owner.function is not scope.function
            current: Scope | None = scope.function
            target = owner.function if owner is not None else None
            while current is not None and current is not target:
                current.visible.add(name)
                if free:
                    current.free.add(name)
                current = current.parent.function if current.parent is not None else None
            if owner is not None and owner.is_function:
                owner.visible.add(name)
                if free:
                    owner.captured.add(name)

    def _share(self, scope: Scope, name: str) -> None:
        """Mark a variable that `nonlocal` rebinds as shared in every function that mentions it."""
        owner = scope.owner(name)
        for other in self._all():
            if name in other.mentions and other.owner(name) is owner:
                inner: Scope | None = other.function
                while inner is not None and (owner is None or inner is not owner):
                    inner.shared.add(name)
                    inner = inner.parent.function if inner.parent is not None else None
                if owner is not None:
                    owner.shared.add(name)


class _Builder(gast.NodeVisitor):  # type: ignore[misc]
    """Collects bindings and mentions."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self.scope: Scope = None  # type: ignore[assignment]

    def function(self, node: Any, parent: Scope | None) -> Scope:
        scope = Scope(node, parent, is_function=True)
        self.scopes.of[id(node)] = scope
        if parent is not None:
            parent.children.append(scope)
        saved, self.scope = self.scope, scope
        arguments = node.args
        for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if arg is not None:
                self.bind(arg.id)
        for child in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(child)
        self.scope = saved
        return scope

    def bind(self, name: str) -> None:
        self.mention(name)
        self.scope.bound.add(name)

    def mention(self, name: str) -> None:
        self.scopes.identifiers.add(name)
        self.scope.mentions.add(name)

    def visit_FunctionDef(self, node: Any) -> None:
        self.bind(node.name)
        for child in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if child is not None:
                self.visit(child)
        self.function(node, self.scope)
        if is_generator(node):
            node.stepping = stepping(node, self.scopes.source)
            if not isinstance(node.stepping, UnsupportedError):
                self.function(node.stepping, self.scope)

    def visit_Lambda(self, node: Any) -> None:
        for child in (*node.args.defaults, *node.args.kw_defaults):
            if child is not None:
                self.visit(child)
        self.function(node, self.scope)

    def visit_comprehension_expression(self, node: Any) -> None:
        self.visit(node.generators[0].iter)
        scope = Scope(node, self.scope, is_function=False)
        self.scopes.of[id(node)] = scope
        self.scope.children.append(scope)
        saved, self.scope = self.scope, scope
        for index, generator in enumerate(node.generators):
            if index:
                self.visit(generator.iter)
            self.visit(generator.target)
            for test in generator.ifs:
                self.visit(test)
        for part in (node.key, node.value) if isinstance(node, gast.DictComp) else (node.elt,):
            self.visit(part)
        self.scope = saved

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_comprehension_expression

    def visit_NamedExpr(self, node: Any) -> None:
        # binds in the function around the comprehension
        self.scopes.has_walrus = True
        self.mention(node.target.id)
        scope: Scope = self.scope
        while not scope.is_function and scope.parent is not None:
            scope.has_walrus = True
            scope = scope.parent
        scope.mentions.add(node.target.id)
        scope.bound.add(node.target.id)
        self.visit(node.value)

    def visit_Name(self, node: Any) -> None:
        if isinstance(node.ctx, gast.Load):
            self.mention(node.id)
            if node.id == "super":
                self.mention("__class__")
        else:
            self.bind(node.id)

    def visit_Nonlocal(self, node: Any) -> None:
        self.scope.nonlocals.update(node.names)
        for name in node.names:
            self.mention(name)

    def visit_Global(self, node: Any) -> None:
        self.scope.global_names.update(node.names)

    def visit_alias_statement(self, node: Any) -> None:
        for alias in node.names:
            self.bind((alias.asname or alias.name).split(".")[0])

    visit_Import = visit_ImportFrom = visit_alias_statement

    def visit_MatchAs(self, node: Any) -> None:
        self.generic_visit(node)
        if node.name is not None:
            self.bind(node.name)

    visit_MatchStar = visit_MatchAs

    def visit_MatchMapping(self, node: Any) -> None:
        self.generic_visit(node)
        if node.rest is not None:
            self.bind(node.rest)

    def visit_AnnAssign(self, node: Any) -> None:
        # an annotation binds its name, but is not evaluated
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)
