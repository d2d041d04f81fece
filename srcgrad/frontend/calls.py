"""Lower calls.

    h = layer.apply(x + 1.0, rate=0.1)

    h_arg = x + 1.0
    h = layer.apply(h_arg, rate=0.1)

Calls of builtins that look at local variables are refused.
"""

from __future__ import annotations

from typing import Any

import gast

from srcgrad import ir
from srcgrad.frontend.base import Base, Operand
from srcgrad.frontend.names import REDUCTIONS, function_name

_REFUSED_BUILTINS = {
    "eval": "write the expression itself",
    "exec": "write the statements themselves",
    "locals": "name the variables",
    "vars": "name the variables, or use obj.__dict__",
    "dir": "name the variables",
    "globals": "name the global, or pass a dict",
}


class Calls(Base):
    """Calls of functions and methods."""

    def lower_Call(self, node: Any, target: str) -> ir.Expr:
        func = node.func
        self.mark_method_argument(node)
        if isinstance(func, gast.Name) and self.is_global(func.id):
            self.check_builtin(node, func.id)
            if func.id == "super" and not node.args and not node.keywords:
                return ir.Call(ir.Global("super"), (self.read("__class__"), self.first_parameter(node)))
            short = self.short_circuit_generator(node, target)
            if short is not None:
                return short
        role = "terms" if function_name(func) in REDUCTIONS else "arg"
        method = isinstance(func, gast.Attribute)
        head = self.operand(func.value if method else func, target, "owner" if method else "function")
        operands = [head]
        for arg in node.args:
            operands.append(self.argument(arg, target, role))
        for keyword in node.keywords:
            if keyword.arg is None:
                operands.append(Operand(lambda k=keyword: self.atom(k.value, target, "options"), "**"))  # type: ignore[misc]
            else:
                operands.append(self.operand(keyword.value, target, keyword.arg.strip("_") or "arg"))
        first, *atoms = self.sequence(*operands)
        if not self.is_quiet_call(func):
            self.calls += 1
        count = len(node.args)
        args = tuple([ir.Star(a) if isinstance(n, gast.Starred) else a for a, n in zip(atoms, node.args)])
        keywords = tuple([(k.arg, a) for k, a in zip(node.keywords, atoms[count:])])
        if method:
            return ir.CallMethod(first, func.attr, args, keywords)
        return ir.Call(first, args, keywords)

    def check_builtin(self, node: Any, name: str) -> None:
        """Refuse builtins that look at local variables, which are other ones in emitted code."""
        if name in _REFUSED_BUILTINS and name not in self.namespace:
            if name in ("vars", "dir") and (node.args or node.keywords):
                return
            self.refuse(node, f"{name}()", _REFUSED_BUILTINS[name])

    def first_parameter(self, node: Any) -> ir.Atom:
        """What `super()` without arguments is bound to."""
        arguments = getattr(self.scope.node, "args", None)
        positional = [*arguments.posonlyargs, *arguments.args] if arguments is not None else []
        if not positional or "__class__" not in self.scope.free:
            self.refuse(node, "super() outside a method", "write super(TheClass, self)")
        return self.read(positional[0].id)
