"""Squares of absolute values, norms and deviations: their derivative is asked for by what the size is of.

    np.abs(z) ** 2                2 z g, and not 2 |z| g times the direction of z
    np.linalg.norm(x) ** 2        2 x g

The size has no derivative at zero, and the direction there is declared to be zero; the square is smooth, and so is
what is written for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.activity import is_active
from srcgrad.analysis.kinds import Inert, Known, Num
from srcgrad.analysis.meaning import ByRule, Meaning
from srcgrad.analysis.memory import places_in, written
from srcgrad.rules.language import lookup
from srcgrad.runtime.words_reduce import hypot_squared, norm_squared, size_squared

if TYPE_CHECKING:
    from srcgrad.analysis.environment import Env
    from srcgrad.analysis.infer import Inference

# the square of each size, which takes the same parameters
SIZES = {
    "absolute": size_squared, "builtin_abs": size_squared, "fabs": size_squared, "norm": norm_squared,
    "hypot": hypot_squared, "std": np.var, "nanstd": np.nanvar,
}  # fmt: skip


def of_size(inf: Inference, stmt: Any, meaning: Meaning, env: Env) -> Meaning:
    """The meaning of a statement: that of a square, where it is one, by the operand of the size that it squares."""
    base = squared(meaning)
    if base is None or not isinstance(stmt, ir.Let):
        return meaning
    assert isinstance(meaning, ByRule)
    version = inf.reads[stmt].get(base.name)
    made = None if version is None else version.anchor
    size = inf.meanings.get(made)
    rule = lookup(SIZES.get(size.rule.name)) if isinstance(size, ByRule) else None
    if rule is None or not isinstance(size, ByRule) or not euclidean(size):
        return meaning
    bound = {p.name: size.bound[p.name] for p in rule.params if p.name in size.bound}
    sources = {atom.name: inf.reads[made].get(atom.name) for atom in bound.values() if isinstance(atom, ir.Var)}
    # what may have changed between the two statements
    kinds = {name: size.kinds[name] for name in bound}
    changing = made is not inf.before and any(map(written, (m for kind in kinds.values() for m in places_in(kind))))
    plain = all(isinstance(atom, (ir.Var, ir.Const)) for atom in bound.values())
    if changing or not plain or not all(isinstance(kind, (Num, Known, Inert)) for kind in kinds.values()):
        return meaning
    if any(source is None or env.get(name) is not source for name, source in sources.items()):
        return meaning
    inf.reads[stmt].update({name: source for name, source in sources.items() if source is not None})
    return ByRule(rule, bound, kinds, meaning.result, size.module)


def euclidean(size: ByRule) -> bool:
    """Whether a norm is the square root of a sum of squares, as an absolute value is, in the type of its operand."""
    order = size.kinds.get("ord", Known(None))
    if not isinstance(order, Known) or "dtype" in size.bound:
        return False
    # of a matrix, order 2 is the largest singular value
    first, axis = next(iter(size.kinds.values())), size.kinds.get("axis", Known(None))
    of_vectors = isinstance(axis, Known) and type(axis.value) is int
    of_vectors |= isinstance(first, Num) and first.shape is not None and len(first.shape) == 1
    return order.value in (None, "fro") or (of_vectors and order.value == 2)


def squared(meaning: Meaning) -> ir.Var | None:
    """The variable that a statement squares, or None."""
    if not isinstance(meaning, ByRule) or "dtype" in meaning.bound or not meaning.bound:
        return None
    first, *others = meaning.bound.values()
    if not isinstance(first, ir.Var) or not is_active(next(iter(meaning.kinds.values()))):
        return None
    match meaning.rule.name, others:
        case ("power" | "ufunc_power" | "builtin_pow", [ir.Const(value=int() | float() as exponent)]) if exponent == 2:
            return first
        case ("multiply", [other]) if other == first:
            return first
        case ("square", []):
            return first
    return None
