"""Every entry of the derivative table in forward mode, through emitted text, against central differences.

All differentiable arguments move together, and each alone: what is zero is left out of the text.
"""

from __future__ import annotations

import itertools
import linecache
from typing import Any

import numpy as np
import pytest
from rule_support import calls, flat, is_active, rebuild, target
from test_jvp_rules import COARSE, direction, nones_as_zeros, part_of

import srcgrad as sg
from srcgrad.rules.language import all_rules

RULES = [rule for rule in all_rules() if set(rule.formulas) - rule.zero]
numbers = itertools.count()


def program(rule: Any, name: str, function: Any, call: Any, moving: list[Any] | None = None) -> tuple[Any, list[Any]]:
    """A function of one call, its literals written out, and its arguments.

    moving   the values that are arguments, where not all are: others are globals
    """
    params: list[str] = []
    values: list[Any] = []
    space: dict[str, Any] = {"function": function, "np": np}

    def spelt(value: Any) -> str:
        if value is None or isinstance(value, (bool, int, str)):
            return repr(value)
        if isinstance(value, tuple) and all(type(v) in (int, bool, type(None), str) for v in value):
            return repr(value)
        if moving is not None and not any(value is one for one in moving):
            name = f"fixed{len(space)}"
            space[name] = value
            return name
        params.append(f"x{len(params)}")
        values.append(value)
        return params[-1]

    args = [spelt(value) for value in call.args]
    keywords = [f"{key}={spelt(value)}" for key, value in call.kwargs.items()]
    if name.startswith("."):
        called = f"({', '.join([*args[1:], *keywords])})" if name.endswith("()") else ""
        text = f"{args[0]}{name.removesuffix('()')}{called}"
    else:
        text = f"function({', '.join([*args, *keywords])})"
    filename = f"<jvp table {next(numbers)}>"
    source = f"def f({', '.join(params)}):\n    return {text}\n"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), space)
    return space["f"], values


def check(rule: Any, f: Any, values: list[Any], chosen: tuple[int, ...], text: str, eps: float = 1e-6) -> None:
    """The tangent for these arguments against a central difference."""
    rng = np.random.default_rng(11)
    tangents = [direction(value, rng) if i in chosen else None for i, value in enumerate(values)]
    value, got = sg.jvp(f, tuple(values), tuple(tangents))
    sides = []
    for sign in (1.0, -1.0):
        moved = list(values)
        for i in chosen:
            step = sign * eps * nones_as_zeros(tangents[i], values[i])
            moved[i] = rebuild(values[i], flat(values[i]) + step)
        sides.append(flat(f(*moved)))
    want = (sides[0] - sides[1]) / (2 * eps)
    shaped_alike(got, value)
    np.testing.assert_allclose(part_of(got, value), want, rtol=2e-5, atol=2e-6, err_msg=f"{rule.name} {text} {chosen}")


def shaped_alike(got: Any, value: Any) -> None:
    """A tangent has the structure and shapes of its value."""
    if isinstance(value, (list, tuple)):
        assert len(got) == len(value)
        for part, item in zip(got, value):
            shaped_alike(part, item)
    elif is_active(value):
        assert np.shape(got) == np.shape(value)


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{rule.name}" for i, rule in enumerate(RULES)])
def test_forward_mode_matches_differences(rule: Any) -> None:
    for name, function in target(rule):
        if function in COARSE or (getattr(function, "__module__", "") == "rule_support" and not name.startswith(".")):
            continue  # drawing random numbers is tested as programs do it
        for text, call in calls(rule, function):
            f, values = program(rule, name if name.startswith(".") else "function", function, call)
            bound = rule.bind(tuple(call.args), call.kwargs)
            differentiable = [bound[p] for p in rule.formulas if p in bound and p not in rule.zero]
            flattened = [v for value in differentiable for v in (value if isinstance(value, tuple) else (value,))]
            moving = [v for v in (*flattened, *differentiable) if is_active(v)]
            active = [i for i, v in enumerate(values) if any(v is other for other in moving)]
            for chosen in dict.fromkeys([tuple(active), *[(i,) for i in active]]):
                if chosen:
                    check(rule, f, values, chosen, text)
