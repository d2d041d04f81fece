"""Lower a Python function to the normal form.

    def f(x):
        return np.mean(x * x)

    Function f(x):
        value_terms = x * x
        value = np.mean(value_terms)
        return value

Evaluation order is Python's, with one shortfall: in `obj.method(args)` the attribute is looked up after the arguments
are evaluated wherever these cannot be nested back (as when one of them is a comprehension).  Annotations of nested
functions are not evaluated.
"""

from __future__ import annotations

import inspect
from collections.abc import Set
from typing import Any

import gast

from srcgrad import ir
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.assignments import Assignments
from srcgrad.frontend.base import Operand
from srcgrad.frontend.calls import Calls
from srcgrad.frontend.displays import Displays
from srcgrad.frontend.expressions import Expressions
from srcgrad.frontend.mangle import class_of, mangle
from srcgrad.frontend.matching import Matching
from srcgrad.frontend.read import read_function, rebound_beside
from srcgrad.frontend.scopes import Scope, Scopes
from srcgrad.frontend.statements import Statements
from srcgrad.frontend.stepping import is_generator, stepping


class Lowerer(Matching, Assignments, Statements, Expressions, Displays, Calls):
    """Lowers one function; nested functions get a Lowerer of their own."""

    def finish(self, name: str, params: tuple[ir.Param, ...], body: ir.Block) -> ir.Function:
        """The function whose body has been lowered."""
        scope = self.scope
        return ir.Function(
            name=name,
            params=params,
            body=body,
            source=self.source,
            span=self.span,
            temps=self.temps,
            free=frozenset(scope.free),
            shared=frozenset(scope.shared),
            captured=frozenset(scope.captured),
            qualname=name,
        )

    def function(self, node: Any) -> ir.Function:
        """Lower the function that this Lowerer was made for."""
        is_lambda = isinstance(node, gast.Lambda)
        with self.at(node):
            if is_lambda:
                with self.writing([]) as body:
                    self.emit(ir.Return(self.atom(node.body, "value", ""), self.span))
                result = self.finish("<lambda>", _params(node.args), body)
                result.is_lambda = True
                return result
            nodes = list(node.body)
            doc = None
            if nodes and isinstance(nodes[0], gast.Expr) and isinstance(nodes[0].value, gast.Constant):
                if isinstance(nodes[0].value.value, str):
                    doc = inspect.cleandoc(nodes.pop(0).value.value)
            result = self.finish(node.name, _params(node.args), self.body_of(nodes))
            result.doc = doc
            result.generator = any(isinstance(stmt, ir.Yield) for stmt in ir.walk(result.body))
            made = getattr(node, "stepping", None)
            if isinstance(made, gast.FunctionDef):
                made = self.attempt(self.scopes, self.scopes.of[id(made)], made)
            result.stepping = made
            return result

    def attempt(self, scopes: Scopes, scope: Scope, node: Any) -> ir.Function | UnsupportedError:
        """A function, or why it cannot be lowered."""
        try:
            return Lowerer(scopes, scope, self.namespace).function(node)
        except UnsupportedError as error:
            return error

    def make_function(self, node: Any, name: str) -> ir.MakeFunction:
        """A nested function: its defaults are evaluated here, its body is lowered on its own."""
        arguments = node.args
        keyword_only = [(a.id, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None]
        operands = [Operand(lambda d=d: self.atom(d, name, "default")) for d in arguments.defaults]  # type: ignore[misc]
        operands += [Operand(lambda d=d: self.atom(d, name, "default")) for _, d in keyword_only]  # type: ignore[misc]
        atoms = self.sequence(*operands) if operands else []
        count = len(arguments.defaults)
        function = Lowerer(self.scopes, self.scopes.of[id(node)], self.namespace).function(node)
        names = [key for key, _ in keyword_only]
        return ir.MakeFunction(function, tuple(atoms[:count]), tuple(zip(names, atoms[count:])))


def _params(arguments: Any) -> tuple[ir.Param, ...]:
    positional = [*((a, "posonly") for a in arguments.posonlyargs), *((a, "pos") for a in arguments.args)]
    first_default = len(positional) - len(arguments.defaults)
    params = [ir.Param(a.id, kind, index >= first_default) for index, (a, kind) in enumerate(positional)]
    if arguments.vararg is not None:
        params.append(ir.Param(arguments.vararg.id, "var"))
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        params.append(ir.Param(arg.id, "kwonly", default is not None))
    if arguments.kwarg is not None:
        params.append(ir.Param(arguments.kwarg.id, "varkw"))
    return tuple(params)


def lower_function(fn: Any, rebound: Set[str] = frozenset()) -> ir.Function:
    """The normal form of a Python function (of the function behind a bound method).

    rebound: captured variables that others rebind, beside those of which its file says so
    """
    fn = getattr(fn, "__func__", fn)
    node, source, first_line = read_function(fn)
    code = fn.__code__
    flags = code.co_flags
    refused = (
        (inspect.CO_COROUTINE, "async def", "write a plain function"),
        (inspect.CO_ASYNC_GENERATOR, "async def with yield", "write a plain function"),
    )
    for flag, construct, advice in refused:
        if flags & flag:
            raise UnsupportedError(construct, advice, source.filename, first_line, source.line(first_line))
    qualname = getattr(code, "co_qualname", fn.__qualname__)
    owner = class_of(qualname)
    if owner is not None:
        node = mangle(node, owner)
    outside, rebound = frozenset(code.co_freevars), rebound | rebound_beside(code)
    scopes = Scopes(node, outside, source, rebound)
    lowerer = Lowerer(scopes, scopes.root, fn.__globals__)
    function = lowerer.function(node)
    function.qualname = fn.__qualname__
    if is_generator(node):
        made = stepping(node, source)
        if not isinstance(made, UnsupportedError):
            inner = Scopes(made, outside, source, rebound)
            made = lowerer.attempt(inner, inner.root, made)
        function.stepping = made
    return function


def lower_definition(node: Any, source: ir.SourceText, namespace: dict[str, Any]) -> ir.Function:
    """The normal form of a definition that stands for itself."""
    scopes = Scopes(node, frozenset(), source)
    return Lowerer(scopes, scopes.root, namespace).function(node)
