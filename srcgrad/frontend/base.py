"""What every part of the lowering shares: the block being written, names, variables, evaluation order."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import gast

from srcgrad import ir
from srcgrad.errors import UnsupportedError
from srcgrad.frontend.names import Namer
from srcgrad.frontend.scopes import Scope, Scopes
from srcgrad.homes import package_of

# builtins that run no code of the user's that could rebind a variable or write to memory
_QUIET_BUILTINS = frozenset({
    "abs", "bool", "complex", "dict", "divmod", "enumerate", "float", "int", "isinstance", "len", "list", "max",
    "min", "pow", "range", "reversed", "round", "set", "slice", "str", "sum", "tuple", "type", "zip", "print", "id",
})  # fmt: skip
# methods of arrays and containers that only read
_QUIET_METHODS = frozenset({
    "sum", "mean", "max", "min", "prod", "std", "var", "dot", "copy", "reshape", "ravel", "transpose", "astype",
    "any", "all", "argmax", "argmin", "flatten", "items", "keys", "values", "get", "index", "count", "item", "tolist",
})  # fmt: skip


class Operand:
    """A thunk that lowers one operand, and how it enters the operation (`*operand`, `**operand` are expanded)."""

    __slots__ = ("expand", "lower")

    def __init__(self, lower: Callable[[], ir.Atom], expand: str = "") -> None:
        self.lower = lower
        self.expand = expand


class Base:
    """State of lowering one function."""

    def __init__(self, scopes: Scopes, scope: Scope, namespace: dict[str, Any]) -> None:
        self.scopes = scopes
        self.source = scopes.source
        self.scope = scope
        self.namespace = namespace
        self.namer = Namer(scopes.identifiers)
        self.block: ir.Block = []
        self.temps: set[str] = set()
        self.span = ir.Span(0, 0)
        self.calls = 0
        self.rebound: list[str] = []
        self.helpers: list[ir.Bound] = []
        # the comprehensions being lowered, innermost last: their scope and the names of their variables
        self.comprehensions: list[tuple[Scope, dict[str, str]]] = []

    # ------------------------------------------------------------------ supplied by the parts

    def atom(self, node: Any, target: str, role: str) -> ir.Atom:
        raise NotImplementedError

    def expression(self, node: Any, target: str) -> ir.Expr:
        raise NotImplementedError

    def assign(self, target: Any, value: ir.Atom) -> None:
        raise NotImplementedError

    def comprehension(self, node: Any, target: str) -> ir.Expr:
        raise NotImplementedError

    def short_circuit_generator(self, node: Any, target: str) -> ir.Expr | None:
        raise NotImplementedError

    def statement(self, node: Any) -> None:
        raise NotImplementedError

    def body_of(self, nodes: list[Any], block: ir.Block | None = None) -> ir.Block:
        raise NotImplementedError

    def bind_target(self, target: Any) -> tuple[str, ir.Block]:
        raise NotImplementedError

    def finish(self, name: str, params: tuple[ir.Param, ...], body: ir.Block) -> ir.Function:
        raise NotImplementedError

    def mark_method_argument(self, node: Any) -> None:
        raise NotImplementedError

    def mark_consumed(self, node: Any) -> None:
        raise NotImplementedError

    def make_function(self, node: Any, name: str) -> ir.MakeFunction:
        raise NotImplementedError

    # ------------------------------------------------------------------ operands

    def operand(self, node: Any, target: str, role: str) -> Operand:
        return Operand(lambda: self.atom(node, target, role))

    def argument(self, node: Any, target: str, role: str) -> Operand:
        """An operand that may be starred."""
        if isinstance(node, gast.Starred):
            self.mark_consumed(node.value)
            return Operand(lambda: self.atom(node.value, target, "items"), "*")
        return self.operand(node, target, role)

    # ------------------------------------------------------------------ writing

    def emit(self, stmt: ir.Stmt) -> None:
        self.block.append(stmt)

    @contextmanager
    def writing(self, block: ir.Block) -> Iterator[ir.Block]:
        """Send what is emitted to `block`."""
        saved, self.block = self.block, block
        try:
            yield block
        finally:
            self.block = saved

    @contextmanager
    def at(self, node: Any) -> Iterator[None]:
        """Give what is emitted the place of `node`."""
        saved = self.span
        self.span = ir.Span(node.lineno, node.end_lineno, node.col_offset)
        try:
            yield
        finally:
            self.span = saved

    def temp(self, base: str) -> str:
        """A fresh temporary."""
        name = self.namer.fresh(base)
        self.temps.add(name)
        return name

    def let(self, base: str, value: ir.Expr) -> ir.Var:
        """Bind a fresh temporary to an expression."""
        name = self.temp(base)
        self.emit(ir.Let(name, value, self.span))
        return ir.Var(name)

    def refuse(self, node: Any, construct: str, advice: str) -> NoReturn:
        line = getattr(node, "lineno", self.span.line)
        raise UnsupportedError(construct, advice, self.source.filename, line, self.source.line(line))

    # ------------------------------------------------------------------ variables

    def renamed(self, name: str) -> str | None:
        """The variable that stands for a comprehension's variable, if `name` means one here."""
        for scope, names in reversed(self.comprehensions):
            if name in scope.bound:
                return names[name]
        return None

    def is_local(self, name: str) -> bool:
        bound = self.scope.bound
        return name in bound and name not in self.scope.global_names and name not in self.scope.nonlocals

    def is_global(self, name: str) -> bool:
        """Whether `name` means a module global or builtin here."""
        return self.renamed(name) is None and not self.is_local(name) and name not in self.scope.free

    def read(self, name: str) -> ir.Atom:
        """The variable that a name means here; a shared one is read from its cell into a temporary."""
        own = self.renamed(name)
        if own is not None:
            return ir.Var(own)
        if name in self.scope.shared:
            return self.let(f"{name}_now", ir.CellLoad(name))
        if self.is_local(name):
            return ir.Var(name)
        if name in self.scope.free:
            return ir.Free(name)
        return ir.Global(name)

    def write_name(self, node: Any, name: str, value: ir.Atom) -> None:
        """Bind a name to a value."""
        target = self.target_name(node, name)
        if target is None:
            self.emit(ir.StoreCell(name, value, self.span))
        else:
            self.emit(ir.Let(target, value, self.span))

    def target_name(self, node: Any, name: str) -> str | None:
        """The variable that binding `name` binds; None when it lives in a cell."""
        own = self.renamed(name)
        if own is not None:
            return own
        if name in self.scope.global_names:
            self.refuse(node, f"assignment to the global {name!r}", "return the new value, or keep it in an object")
        if name in self.scope.shared:
            return None
        return name

    # ------------------------------------------------------------------ evaluation order

    def sequence(self, *operands: Operand) -> list[ir.Atom]:
        """Lower operands from left to right.

        Operands are atoms that are read when the operation runs: after all of them.  One that a later operand may
        change (by `:=`, or by calling something that rebinds a global or a cell) is copied right where it stands.
        """
        if len(operands) < 2:
            return [operand.lower() for operand in operands]
        marks: list[tuple[ir.Atom, int, int, int]] = []
        for operand in operands:
            atom = operand.lower()
            marks.append((atom, len(self.block), self.calls, len(self.rebound)))
        atoms = [mark[0] for mark in marks]
        if self.calls == marks[0][2] and len(self.rebound) == marks[0][3]:
            return atoms
        for index in range(len(operands) - 2, -1, -1):
            atom, place, calls, rebound = marks[index]
            called = self.calls > calls
            copy: ir.Expr | None = None
            if operands[index].expand == "*" and called:
                copy = ir.Build("list", (ir.Star(atom),))
            elif operands[index].expand == "**" and called:
                copy = ir.BuildDict(((None, atom),))
            elif (isinstance(atom, (ir.Free, ir.Global)) and called and not self._is_fixed(atom)) or (
                isinstance(atom, ir.Var) and atom.name in self.rebound[rebound:]
            ):
                copy = atom
            if copy is not None:
                base = getattr(atom, "name", "items")
                name = self.temp(f"{base}_now")
                self.block.insert(place, ir.Let(name, copy, self.span))
                atoms[index] = ir.Var(name)
        return atoms

    def _is_fixed(self, atom: ir.Free | ir.Global) -> bool:
        """A module, class or function is not expected to be rebound while a call is evaluated."""
        if not isinstance(atom, ir.Global):
            return False
        value = self.global_value(atom.name)
        if package_of(value) == "srcgrad":
            return True  # a rule or a gradient: callable like a function
        return isinstance(value, (types.ModuleType, type, types.FunctionType, types.BuiltinFunctionType))

    def global_value(self, name: str) -> Any:
        """What a global or builtin holds now, only to judge what calling it may do; None when unset."""
        if name in self.namespace:
            return self.namespace[name]
        found = self.namespace.get("__builtins__")
        table = found if isinstance(found, dict) else vars(found) if found is not None else {}
        return table.get(name)

    def is_quiet_call(self, func: Any) -> bool:
        """Whether a call cannot rebind a variable or write memory that the user's code sees."""
        if isinstance(func, gast.Name):
            return func.id in _QUIET_BUILTINS and self.is_global(func.id)
        if isinstance(func, gast.Attribute):
            root = func.value
            while isinstance(root, gast.Attribute):
                root = root.value
            if isinstance(root, gast.Name) and self.is_global(root.id):
                module = self.global_value(root.id)
                if isinstance(module, types.ModuleType) and module.__name__.split(".")[0] in ("numpy", "math", "cupy"):
                    return True
            return func.attr in _QUIET_METHODS
        return False

    def may_run_user_code(self, node: Any) -> bool:
        """Whether evaluating an expression calls something that is not known to be quiet."""
        return any(isinstance(n, gast.Call) and not self.is_quiet_call(n.func) for n in gast.walk(node))
