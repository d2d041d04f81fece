"""Every entry of the table under a sum: its cotangent is then 1, which the emitted text leaves out."""

from __future__ import annotations

import itertools
import linecache
import warnings
from typing import Any

import numpy as np
import pytest
from rule_support import calls, flat, is_active, target
from table_checker import defined, program

import srcgrad as sg
from srcgrad.rules.language import all_rules

RULES = [rule for rule in all_rules() if set(rule.formulas) - rule.zero]
CALLS = 2  # of each function


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{rule.name}" for i, rule in enumerate(RULES)])
def test_under_a_sum(rule: Any) -> None:
    check_under_a_sum(rule)


def check_under_a_sum(rule: Any) -> None:
    """The gradient of a sum of what an entry gives, against its pullback at a cotangent of ones."""
    for name, function in target(rule)[:1]:
        if getattr(function, "__module__", "") == "rule_support":
            continue  # drawing random numbers is tested as programs do it
        for text, call in itertools.islice(calls(rule, function), CALLS):
            bound = rule.bind(tuple(call.args), call.kwargs)
            ruled = [bound[p] for p in rule.formulas if p in bound and p not in rule.zero]
            ruled += [part for value in ruled if isinstance(value, tuple) for part in value]
            f, values = program(rule, name, function, call, [value for value in ruled if is_active(value)])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value, pullback = sg.vjp(f, *values)
                if not isinstance(value, (np.ndarray, float)) or np.asarray(value).dtype != np.dtype(float):
                    continue
                apart = pullback(np.ones(np.shape(value)) if np.ndim(value) else 1.0)
                together = summed(f, len(values))(*values)
            for one, other in zip(apart, together, strict=True):
                np.testing.assert_allclose(
                    flat(other), flat(one), rtol=1e-10, atol=1e-12, err_msg=f"{rule.name} {text}"
                )


def summed(f: Any, count: int) -> Any:
    """The gradient of the sum of a function, with respect to all arguments."""
    params = ", ".join(f"x{i}" for i in range(count))
    line = linecache.getlines(f.__code__.co_filename)[1].strip().removeprefix("return ")
    space = defined(f"def g({params}):\n    return np.sum({line})\n", dict(f.__globals__))
    return sg.grad(space["g"], argnums=tuple(range(count)))
