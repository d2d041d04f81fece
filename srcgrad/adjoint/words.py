"""Words of the rule language that emitted text writes out when kinds are known.

    spread(g, x, None, False)     x: any array         g, standing for an array
    spread(g, x, 0, False)        x: (n, m)            np.expand_dims(g, 0), standing for an array
    matmul_left(g, a, b)          two axes each        g @ b.T
    count(x, None)                x: array             x.size

An expansion returns None when it does not apply; the word's runtime function is then called.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srcgrad import ir
from srcgrad.adjoint.values import Val
from srcgrad.analysis.extents import axes_to_sum
from srcgrad.analysis.kinds import Known, Num
from srcgrad.runtime.words import WORDS

if TYPE_CHECKING:
    from srcgrad.adjoint.formula import Writer


def static(val: Val | None, default: Any = None) -> tuple[bool, Any]:
    """Whether an argument's value is known, and the value."""
    if val is None:
        return True, default
    if isinstance(val.kind, Known):
        return True, val.kind.value
    if isinstance(val.atom, ir.Const):
        return True, val.atom.value
    return False, None


def spread(w: Writer, g: Val, x: Val, axis: Val | None = None, keepdims: Val | None = None) -> Val | None:
    """The cotangent of a sum: not made larger until it has to be."""
    known_axis, at = static(axis)
    known_keep, keep = static(keepdims, False)
    if x.shape == ():
        return g
    if not (known_axis and known_keep):
        return None
    if g.shape == () and g.atom is not None:
        return Val(g.atom, (), g.fresh, None, g.real)
    if keep:
        # summed axes have length 1 already
        return Val(g.atom, g.shape, False, None, g.real) if g.shape is not None else None
    if x.shape is None or at is None:
        return None
    axes = (at,) if isinstance(at, int) else at
    ndim = len(x.shape)
    axes = tuple(a % ndim for a in axes)
    if g.shape is None or len(g.shape) != ndim - len(axes):
        return None
    rest = iter(g.shape)
    shape = tuple(1 if i in axes else next(rest) for i in range(ndim))
    if axes == tuple(range(len(axes))):
        # leading axes: broadcasting adds them by itself
        return Val(g.atom, g.shape, False, None, g.real)
    where = axes[0] if len(axes) == 1 else axes
    return w.emit(ir.CallMethod(w.module, "expand_dims", (g.atom, ir.Const(where))), shape, False, g.real)  # type: ignore[arg-type]


def restore_axes(w: Writer, g: Val, x: Val, axis: Val | None = None, keepdims: Val | None = None) -> Val | None:
    """The reduced axes put back with length 1."""
    return spread(w, g, x, axis, keepdims) if x.shape is not None else None


def count(w: Writer, x: Val, axis: Val | None = None) -> Val | None:
    """How many elements are reduced together."""
    known, at = static(axis)
    if x.shape == ():
        return w.const(1)
    if not known or not isinstance(x.kind, Num) or x.kind.box not in ("array", "cupy"):
        return None
    if at is None:
        return replace(w.emit(ir.Attr(x.atom, "size"), (), True, True), counts=True)  # type: ignore[arg-type]
    if isinstance(at, int):
        shape = w.emit(ir.Attr(x.atom, "shape"), None, True, True)  # type: ignore[arg-type]
        return replace(w.emit(ir.Item(shape.atom, ir.Const(at)), (), True, True), counts=True)  # type: ignore[arg-type]
    return None


def share(w: Writer, g: Val, x: Val, y: Val, axis: Val | None = None, keepdims: Val | None = None) -> Val | None:
    """The cotangent of a maximum or minimum over all elements: equal shares for all that attain it."""
    known, at = static(axis)
    _, keep = static(keepdims, False)
    if not known or at is not None or keep is not False or not x.shape or not x.real or g.shape != ():
        return None
    at_top = ir.Call(ir.Bound("attains", WORDS["attains"]), (x.atom, y.atom))  # type: ignore[arg-type]
    top = Val(w.emit_statement(at_top, f"at_{w.target}"), x.shape, True, None, True)
    number = w.emit(ir.CallMethod(w.module, "count_nonzero", (top.atom,)), (), True, True)  # type: ignore[arg-type]
    part = w.emit(ir.Prim("truediv", (g.atom, number.atom)), (), True, g.real)  # type: ignore[arg-type]  # some element does
    return w.prim("mul", replace(part, boxed=g.boxed), top)


def conj(w: Writer, x: Val) -> Val | None:
    """The conjugate; nothing for what is real."""
    if x.real:
        return x
    if isinstance(x.kind, Num) and x.kind.dtype is not None and x.kind.dtype.kind == "c":
        return w.emit(ir.CallMethod(w.module, "conj", (x.atom,)), x.shape)  # type: ignore[arg-type]
    return None


def imag_cotangent(w: Writer, g: Val, z: Val) -> Val | None:
    """The cotangent of a complex number for its imaginary part."""
    if not isinstance(z.kind, Num) or z.kind.dtype is None or z.kind.dtype.kind != "c":
        return None
    part = g if g.real else w.emit(ir.CallMethod(w.module, "real", (g.atom,)), g.shape, True, True)  # type: ignore[arg-type]
    return w.prim("mul", Val(ir.Const(1j), (), True), part)


def sign(w: Writer, x: Val) -> Val | None:
    """The sign of an array."""
    if isinstance(x.kind, Num) and x.kind.box in ("array", "np"):
        return w.emit(ir.CallMethod(w.module, "sign", (x.atom,)), x.shape, True, x.real)  # type: ignore[arg-type]
    return None


def shaped(w: Writer, x: Val, like: Val) -> Val | None:
    """`x` with the shape of `like`."""
    if x.shape is not None and like.shape is not None and len(x.shape) == len(like.shape) and len(x.shape) < 2:
        return x
    return None


def unbroadcast(w: Writer, g: Val, x: Val) -> Val | None:
    """`g` summed to the shape of `x`, real where that is: nothing where it has that shape and is as `x` is."""
    if g.shape is None or x.shape is None or axes_to_sum(x.shape, g.shape) != ((), ()):
        return None
    if g.real or (isinstance(x.kind, Num) and x.kind.dtype is not None and x.kind.dtype.kind == "c"):
        return replace(g, shape=x.shape)
    return w.emit(ir.CallMethod(w.module, "real", (g.atom,)), x.shape, False, True) if x.real else None  # type: ignore[arg-type]


def _ranks(g: Val, a: Val, b: Val) -> tuple[int, int] | None:
    if a.shape is None or b.shape is None or not (a.real and b.real):
        return None
    return len(a.shape), len(b.shape)


def matmul_left(w: Writer, g: Val, a: Val, b: Val) -> Val | None:
    """The cotangent of `a` in `a @ b`."""
    ranks = _ranks(g, a, b)
    if ranks == (1, 1):
        return replace(w.prim("mul", g, b), shape=a.shape)
    g = w.full_g(g)
    match ranks:
        case (2, 2) | (1, 2):
            return w.emit(ir.Prim("matmul", (g.atom, w.reverse.transposed(b.atom))), a.shape, True, g.real)  # type: ignore[arg-type]
        case (2, 1):
            return w.emit(ir.CallMethod(w.module, "outer", (g.atom, b.atom)), a.shape, True, g.real)  # type: ignore[arg-type]
    return None


def matmul_right(w: Writer, g: Val, a: Val, b: Val) -> Val | None:
    """The cotangent of `b` in `a @ b`."""
    ranks = _ranks(g, a, b)
    if ranks == (1, 1):
        return replace(w.prim("mul", g, a), shape=b.shape)
    g = w.full_g(g)
    match ranks:
        case (2, 2) | (2, 1):
            return w.emit(ir.Prim("matmul", (w.reverse.transposed(a.atom), g.atom)), b.shape, True, g.real)  # type: ignore[arg-type]
        case (1, 2):
            return w.emit(ir.CallMethod(w.module, "outer", (a.atom, g.atom)), b.shape, True, g.real)  # type: ignore[arg-type]
    return None


def dot_left(w: Writer, g: Val, a: Val, b: Val) -> Val | None:
    """The cotangent of `a` in `np.dot(a, b)`, which is a matmul for one and two axes."""
    return matmul_left(w, g, a, b) if a.shape and b.shape and len(a.shape) <= 2 and len(b.shape) <= 2 else None


def dot_right(w: Writer, g: Val, a: Val, b: Val) -> Val | None:
    """The cotangent of `b` in `np.dot(a, b)`."""
    return matmul_right(w, g, a, b) if a.shape and b.shape and len(a.shape) <= 2 and len(b.shape) <= 2 else None


def nested_items(w: Writer, g: Val, x: Val) -> Val | None:
    """The cotangents of the items of a list: `g` itself where they are taken out of it one by one."""
    return g if w.by_leaf else None


EXPANSIONS: dict[str, Any] = {
    f.__name__: f
    for f in (
        spread, restore_axes, count, share, conj, imag_cotangent, sign, shaped, matmul_left, matmul_right, dot_left,
        dot_right, unbroadcast, nested_items,
    )
}  # fmt: skip
