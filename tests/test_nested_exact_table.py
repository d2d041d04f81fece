"""The Hessian of a misfit at an exact fit, through every entry of the table: twice the product of two tangents.

Cotangents are 0 there, so what decides by the value of a cotangent loses a derivative, which other points do not show.
"""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest
from rule_support import calls, target
from table_checker import defined, program_of_call
from test_jvp_rules import direction, nones_as_zeros
from test_nested_table import RULES, joined

import srcgrad as sg

# those whose lines are formulas of any form: the others are products with partials, which decide nothing
GENERAL = [rule for rule in RULES if rule.cls == "general"]
# written for emitted code: their second operand lies in the first one's memory by strides of the test's own
WITHOUT = {"strided_tangent_"}


def misfit(found: Any, wanted: Any) -> Any:
    """The squared distance of two results."""
    if isinstance(found, (tuple, list)):
        total = 0.0
        for part, other in zip(found, wanted):
            total = total + misfit(part, other)
        return total
    if found is None or isinstance(found, (int, str)):
        return 0.0
    apart = found - wanted
    return np.sum(np.real(np.conj(apart) * apart))


@pytest.mark.parametrize("rule", GENERAL, ids=[f"{i}-{rule.name}" for i, rule in enumerate(GENERAL)])
def test_misfits_at_an_exact_fit(rule: Any) -> None:
    name, function = target(rule)[0]
    drawn = getattr(function, "__module__", "") == "rule_support" and not name.startswith(".")
    if rule.name in WITHOUT or drawn:
        return
    _, call = next(iter(calls(rule, function)))
    f, values = program_of_call(rule, name, function, call)
    if values:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check(f, values)


def check(f: Any, values: list[Any]) -> None:
    """The derivative of the gradient along a direction, in both modes, against first derivatives."""
    rng = np.random.default_rng(0)
    ways, others = ([direction(value, rng) for value in values] for _ in range(2))
    names = ", ".join(f"x{i}" for i in range(len(values)))
    space = {"f": f, "misfit": misfit, "wanted": copy.deepcopy(f(*copy.deepcopy(values)))}
    loss = defined(f"def loss({names}):\n    return misfit(f({names}), wanted)\n", space)["loss"]
    along = [joined(sg.jvp(f, tuple(values), tuple(way))[1]) for way in (ways, others)]
    expected = 2.0 * np.sum(np.real(np.conj(along[0]) * along[1]))
    gradient = sg.grad(loss, argnums=tuple(range(len(values))))

    def product(found: Any, way: list[Any]) -> Any:
        return sum(nones_as_zeros(w, x) @ nones_as_zeros(g, x) for g, w, x in zip(found, way, values))

    value, pullback = sg.vjp(gradient, *values)
    for found in (
        product(sg.jvp(gradient, tuple(values), tuple(ways))[1], others),
        product(pullback(type(value)(others)), ways),
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7 * (1.0 + abs(expected)))
