"""Second derivatives of every entry of the table, in all nestings, against differences of first ones.

The first call of an entry is checked in the four nestings of the two modes.  Each further call has its gradient and its
tangent differentiated in one mode each, the other way round for the next call.
"""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
from rule_support import calls, flat, rebuild, target
from table_checker import program_of_call
from test_jvp_rules import direction, nones_as_zeros

import srcgrad as sg
from srcgrad.checking.higher import derivatives_of
from srcgrad.rules.language import all_rules

RULES = [rule for rule in all_rules() if set(rule.formulas) - rule.zero]


def numbers_in(value: Any) -> list[Any]:
    """The floating numbers and arrays in a result."""
    if value is None or isinstance(value, (int, str)):
        return []
    if isinstance(value, (float, complex, np.ndarray, np.generic)):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    return [leaf for part in parts for leaf in numbers_in(part)]


def joined(value: Any) -> Any:
    """The numbers of a result in one vector."""
    return np.concatenate([np.zeros(0), *[np.ravel(leaf) for leaf in numbers_in(value)]])


def cotangent(value: Any, rng: Any) -> Any:
    """A generic cotangent, in the structure of a result."""
    if isinstance(value, (list, tuple)):
        parts = [cotangent(part, rng) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, np.generic):
        return value.dtype.type(rng.uniform(0.5, 1.5))
    return value if value is None else direction(value, rng)


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{rule.name}" for i, rule in enumerate(RULES)])
def test_second_derivatives_match_differences(rule: Any) -> None:
    check_entry(rule, None)


def check_entry(rule: Any, most: int | None) -> None:
    """The second derivatives of so many test calls of an entry, None for all."""
    for i, (name, function) in enumerate(target(rule)):
        if getattr(function, "__module__", "") == "rule_support" and not name.startswith("."):
            continue  # drawing random numbers is tested as programs do it
        # the same lines serve all of them
        for number, (text, call) in enumerate(itertools.islice(calls(rule, function), most if i == 0 else 1)):
            f, values = program_of_call(rule, name, function, call)
            if values:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    nestings = EVERY if i == number == 0 else ALTERNATE[(i + number) % 2]
                    check(rule, f, values, list(range(len(values))), text, nestings)


# the modes in which the gradient is differentiated, and those in which the tangent is
EVERY = ("rev", "fwd"), ("rev", "fwd")
ALTERNATE = (("rev",), ("fwd",)), (("fwd",), ("rev",))


def check(rule: Any, f: Any, values: list[Any], active: list[int], text: str, nestings: Any) -> None:
    """The tangents and the pullbacks of the gradient and of the tangent of a call."""
    rng = np.random.default_rng(3)
    for derivative, modes in zip(derivatives_of(f, tuple(values), ("rev", "fwd"), f(*values), rng), nestings):
        tangents = [direction(v, rng) if i in active else None for i, v in enumerate(values)]
        sides = []
        for sign in (1.0, -1.0):
            moved = list(values)
            for i in active:
                moved[i] = rebuild(values[i], flat(values[i]) + sign * 1e-6 * nones_as_zeros(tangents[i], values[i]))
            sides.append(joined(derivative(*moved)))
        want = (sides[0] - sides[1]) / 2e-6
        shown = f"{rule.name} {text} {derivative.__name__}"
        if "fwd" in modes:
            got = sg.jvp(derivative, tuple(values), tuple(tangents))[1]
            np.testing.assert_allclose(joined(got), want, rtol=1e-4, atol=1e-4, err_msg=f"{shown}, forward")
        if "rev" in modes:
            compare(derivative, values, active, tangents, want, rng, shown)


def compare(
    derivative: Any, values: list[Any], active: list[int], tangents: list[Any], want: Any, rng: Any, text: str
) -> None:
    """What reverse mode says of the change of a derivative."""
    value, pullback = sg.vjp(derivative, *values)
    bar = cotangent(value, rng)
    gradients = pullback(bar)
    claimed = sum(nones_as_zeros(tangents[i], values[i]) @ nones_as_zeros(gradients[i], values[i]) for i in active)
    measured = np.sum((np.conj(joined(bar)) * want).real)
    np.testing.assert_allclose(claimed, measured, rtol=1e-4, atol=1e-4, err_msg=f"{text}, reverse")
