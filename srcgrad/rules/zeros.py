"""Entries of functions whose results carry no derivative, but whose results' kinds and parameters the table knows."""

from __future__ import annotations

import ast
from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

from srcgrad.analysis import shapes
from srcgrad.rules.table import MISSING, Rule, RuleParam, register

_ZERO = ast.Constant(0)


def zero(*functions: Callable[..., Any], kind: shapes.KindFunction, static: str = "") -> None:
    """Enter functions with the parameters that they have, each with the line `0`.

    An active value for one of the parameters named in `static`, text of names, is refused: the result depends on it
    smoothly, and a zero would be wrong.
    """
    for function in functions:
        params = [
            RuleParam(p.name, "pos", MISSING if p.default is Parameter.empty else p.default)
            for p in signature(function).parameters.values()
        ]
        names = [p.name for p in params]
        unknown = set(static.split()) - set(names)
        if unknown:
            raise ValueError(f"{function.__name__}() has no parameters {sorted(unknown)}")
        register(
            Rule(
                name=f"{function.__name__}_",
                functions=(function,),
                cls="general",
                params=tuple(params),
                lets=(),
                formulas=dict.fromkeys((name for name in names if name not in static.split()), _ZERO),
                uses_y=False,
                kind=kind,
                tangent=_ZERO,
            )
        )
