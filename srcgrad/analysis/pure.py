"""Statements that do nothing but compute: the same from the same operands, wherever and however often they run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad import ir
from srcgrad.analysis.kinds import Inert, Kind, Known, Num, Tup
from srcgrad.analysis.meaning import ByRule, Plain

if TYPE_CHECKING:
    from srcgrad.analysis.infer import Inference

LOOKS = {"T", "real", "imag", "size", "shape", "ndim", "dtype"}
BUILTINS = (abs, float, int, len, max, min, round)


def computes(inf: Inference, stmt: ir.Let) -> bool:
    """Whether a statement does nothing but compute, the same from the same operands."""
    value, reads = stmt.value, inf.reads[stmt]
    meaning = inf.meanings.get(stmt)
    index = isinstance(value, (ir.Slice, ir.Build)) and meaning is not None
    if not (index or isinstance(meaning, (ByRule, Plain))) or stmt in inf.writes:
        return False
    atoms = [atom for atom in ir.operands(value) if isinstance(atom, (ir.Var, ir.Free))]
    if not all(atom.name in reads and number_or_array(reads[atom.name].kind) for atom in atoms):
        return False
    match value:
        case ir.Prim() | ir.Item() | ir.Slice():
            return True
        case ir.Build(kind="tuple"):
            return True
        case ir.Attr(obj=ir.Global() as module):
            return library(inf, module) is not None
        case ir.Attr(name=name):
            return name in LOOKS
        case ir.CallMethod(obj=ir.Global() as module, name=name):
            return library(inf, module) is not None and not name.startswith("empty")
        case ir.CallMethod(obj=ir.Var()):
            return isinstance(meaning, ByRule)
        case ir.Call(func=ir.Global() as function):
            kind = inf.global_kind(function.name)
            return isinstance(kind, Known) and any(kind.value is each for each in BUILTINS)
    return False


def library(inf: Inference, module: ir.Global) -> Any:
    """NumPy or `math`, where a global stands for it; else None."""
    kind = inf.global_kind(module.name)
    return kind.value if isinstance(kind, Known) and any(kind.value is each for each in (np, math)) else None


def number_or_array(kind: Kind | None) -> bool:
    """Whether a value is a number, an array, or an index made of them: what operators on it do is known."""
    if isinstance(kind, Tup):
        return all(map(number_or_array, kind.items))
    if isinstance(kind, Known):
        return isinstance(kind.value, (bool, int, float, complex, slice, np.generic, type(None), type(Ellipsis)))
    return isinstance(kind, Num) or (isinstance(kind, Inert) and kind.type is slice)


def callable_or_module(kind: Kind) -> bool:
    """Whether a global stands for something that the text was made for."""
    return isinstance(kind, Known) and (callable(kind.value) or type(kind.value) is type(np))
