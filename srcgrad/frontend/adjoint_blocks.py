"""Lower `with adjoint_of(h) as h_bar:`, the statements that run in the reverse alone.

They are kept apart, as one expression with what they read, and written into the reverse when that gets there:

    with sg.adjoint_of(h) as g:           AtAdjoint(h, "g", reads=(limit,), body=[
        g = np.clip(g, -limit, limit)         lower = -limit; g = np.clip(g, lower, limit)])

Names that the block assigns are its own; one that the function uses elsewhere is refused, because the two would be one
variable in the source and two when it runs.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gast

from srcgrad import ir
from srcgrad.control import adjoint_of

if TYPE_CHECKING:
    from srcgrad.frontend.statements import Statements

LEAVING = (gast.Return, gast.Yield, gast.YieldFrom, gast.Await)


def is_adjoint_block(lowerer: Statements, node: Any) -> bool:
    """Whether the expression of a `with` is a call of `adjoint_of`."""
    if not isinstance(node, gast.Call):
        return False
    func = node.func
    if isinstance(func, gast.Name):
        return lowerer.is_global(func.id) and lowerer.global_value(func.id) is adjoint_of
    if isinstance(func, gast.Attribute) and isinstance(func.value, gast.Name) and lowerer.is_global(func.value.id):
        module = lowerer.global_value(func.value.id)
        return isinstance(module, types.ModuleType) and getattr(module, func.attr, None) is adjoint_of
    return False


def adjoint_block(lowerer: Statements, node: Any, index: int) -> ir.AtAdjoint:
    """The block of a `with` statement whose item number `index` is a call of `adjoint_of`."""
    item = node.items[index]
    call = item.context_expr
    if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], gast.Name):
        lowerer.refuse(call, "adjoint_of() of anything but a variable", "give the value a name: adjoint_of(h)")
    if not isinstance(item.optional_vars, gast.Name) or index + 1 < len(node.items):
        lowerer.refuse(node, "adjoint_of() in this form", "write: with adjoint_of(h) as h_bar:")
    for inner in node.body:
        check_leaving(lowerer, inner, in_loop=False)
    atom = lowerer.read(call.args[0].id)
    name = item.optional_vars.id
    with lowerer.writing([]) as body:
        for stmt in node.body:
            lowerer.statement(stmt)
    own = {name, *(bound for stmt in ir.walk(body) for bound in bound_by(stmt))}
    check_own(lowerer, node, own)
    reads = {atom: None for atom in atoms_of(lowerer, node, body) if getattr(atom, "name", None) not in own}
    return ir.AtAdjoint(atom, name, tuple(reads), body)


def bound_by(stmt: Any) -> tuple[str, ...]:
    """The names that a statement binds, those of its handlers included."""
    handlers = stmt.handlers if isinstance(stmt, ir.Try) else ()
    return (*ir.targets(stmt), *(h.name for h in handlers if h.name))


def atoms_of(lowerer: Statements, node: Any, body: ir.Block) -> Iterator[ir.Atom]:
    """The variables that the block reads; what it may not hold is refused."""
    for stmt in ir.walk(body):
        value = getattr(stmt, "value", None)
        if isinstance(value, ir.MakeFunction) and (value.function.free or value.function.shared):
            lowerer.refuse(node, "a function that keeps variables, in the block of adjoint_of()", "define it outside")
        if isinstance(value, ir.AtAdjoint):
            lowerer.refuse(node, "adjoint_of() inside the block of another", "write one block after the other")
        if isinstance(value, ir.CellLoad) or isinstance(stmt, ir.StoreCell):
            lowerer.refuse(
                node,
                "a variable that an inner function rebinds, in the block of adjoint_of()",
                "copy it to another name",
            )
        yield from (atom for atom in ir.all_operands(stmt) if isinstance(atom, (ir.Var, ir.Free, ir.Global)))


def check_leaving(lowerer: Statements, node: Any, in_loop: bool) -> None:
    """Refuse statements that would leave the block for the function around it."""
    if isinstance(node, LEAVING) or (isinstance(node, (gast.Break, gast.Continue)) and not in_loop):
        word = type(node).__name__.lower()
        lowerer.refuse(node, f"{word} in the block of adjoint_of()", "the block runs in the reverse: let it end")
    if isinstance(node, (gast.FunctionDef, gast.Lambda)):
        return
    looping = in_loop or isinstance(node, (gast.For, gast.While))
    for child in gast.iter_child_nodes(node):
        check_leaving(lowerer, child, looping)


def check_own(lowerer: Statements, node: Any, own: set[str]) -> None:
    """Refuse names that the block assigns and the function around it uses."""
    for name in mentioned(lowerer, lowerer.scope.node, node):
        if name in own:
            lowerer.refuse(
                node,
                f"assigning {name!r}, which the function uses elsewhere, in the block of adjoint_of()",
                "the block runs in the reverse: use another name in it",
            )


def mentioned(lowerer: Statements, within: Any, without: Any) -> Iterator[str]:
    """The variables that a function mentions outside its adjoint_of() blocks."""
    if within is without:
        return
    if isinstance(within, gast.With) and any(is_adjoint_block(lowerer, i.context_expr) for i in within.items):
        yield from (n.id for i in within.items for n in gast.walk(i.context_expr) if isinstance(n, gast.Name))
        return
    if isinstance(within, gast.Name):
        yield within.id
    for child in gast.iter_child_nodes(within):
        yield from mentioned(lowerer, child, without)
