"""Forward and reverse as one function, where a function has one way through it and a scalar result.

    def layer_grad(w, x):
        h = np.tanh(x @ w)                the user's statements
        value = np.sum(h)
        # 2: h = np.tanh(x @ w)           and their reverse; the result's cotangent is 1.0 and written nowhere
        h_arg_bar = 1.0 - h * h
        w_bar = x.T @ h_arg_bar
        return value, w_bar

What the reverse needs of the function's own level it finds in the names that hold it; nothing is packed but turns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint.needs import placeholders
from srcgrad.analysis.infer import Inference
from srcgrad.analysis.kinds import Num
from srcgrad.runtime.adjoints import Adjoints

if TYPE_CHECKING:
    from srcgrad.adjoint.assemble import Assembly
    from srcgrad.adjoint.names import Names
    from srcgrad.adjoint.reverse import Reverse


def can_combine(inf: Inference, sites: int, modes: dict[str, str], names: Names) -> bool:
    """Whether there is one path, its end is the end of the text, and the result is known to be a real scalar."""
    body, kind = inf.function.body, inf.return_kind
    if "bars" in names.user:  # the user's own, which must not be hidden
        return False
    if sites or "i" in modes.values() or not body or not isinstance(body[-1], ir.Return):
        return False
    if not isinstance(kind, Num) or kind.shape != () or kind.maybe_none or kind.dtype is None or kind.dtype.kind != "f":
        return False
    return kind.box in ("py", "np", "array", "cupy")


def combine(assembly: Assembly, reverse: ir.Function, rev: Reverse, names: Names) -> ir.Function:
    """The user's statements, the reverse, and `return value, gradients`."""
    function = assembly.inf.function
    span = function.span
    site = function.body[-1]
    assert isinstance(site, ir.Return)
    forward = assembly.remember.build(packed=False)
    body = forward.body
    last = body.pop()
    assert isinstance(last, ir.Return)
    value = last.value
    chosen = name_slots(assembly, reverse.body, names, site, value)
    by_name = {p: a.name for p, a in chosen.items() if isinstance(a, ir.Var)}
    assembly.unpack_turns(rev, reverse, by_name)
    replace(reverse.body, chosen)
    ending = reverse.body.pop()
    assert isinstance(ending, ir.Return)
    if rev.uses_bars:
        body.append(ir.Let("bars", ir.Call(ir.Bound("Adjoints", Adjoints), ()), span))
    body += reverse.body
    handed = names.temp("handed")
    body.append(ir.Let(handed, ir.Build("tuple", (value, ending.value)), span))
    body.append(ir.Return(ir.Var(handed), span))
    forward.name = f"{forward.name.removesuffix('_forward')}_grad"
    forward.temps = set(function.temps) | names.nestable(function)
    assembly.remember.keep.update({value.name} if isinstance(value, ir.Var) else ())
    return forward


def name_slots(
    assembly: Assembly, block: ir.Block, names: Names, site: ir.Return, value: ir.Atom
) -> dict[str, ir.Atom]:
    """What each placeholder of the reverse stands for: the function's own names as they are, names for a turn's."""
    remember, inf = assembly.remember, assembly.inf
    slots = {p: assembly.needs.slots[p] for p in placeholders(block)}
    chosen: dict[str, ir.Atom] = {
        p: remember.value_at(slot, site, None) for p, slot in slots.items() if slot.scope is None
    }
    # a turn's names must not hide what is still to be read
    taken = {getattr(a, "name", "") for a in (*chosen.values(), value)} | inf.function.captured | inf.function.shared
    for placeholder, slot in slots.items():
        if slot.scope is not None:
            name = assembly.hint(slot)
            if name in taken:
                name = names.fresh(name)
            taken.add(name)
            chosen[placeholder] = ir.Var(name)
    return chosen


def replace(block: ir.Block, chosen: dict[str, ir.Atom]) -> None:
    """Replace placeholders."""

    def change(atom: Any) -> Any:
        return chosen.get(atom.name, atom) if isinstance(atom, ir.Var) else atom

    for stmt in ir.walk(block):
        ir.change_operands(stmt, change)
