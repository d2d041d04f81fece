"""Every entry of the table whose result may share memory with an operand is known to: a write would be seen there.

A result that shares memory and is not known to would get an adjoint of its own, and a later write into it, or into the
operand, would go unnoticed: a wrong gradient without a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from rule_support import calls, kind_of, literal_kind, target

from srcgrad.analysis.ruled import sharing
from srcgrad.rules.language import all_rules

RULES = list(all_rules())


def arrays(value: Any) -> Iterator[np.ndarray]:
    """The arrays that a value is or holds."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from arrays(item)
    elif isinstance(value, dict):
        yield from arrays(list(value.values()))


def shares(value: Any, operands: Any) -> bool:
    """Whether a result lies in the memory of an operand."""
    return any(np.shares_memory(a, b) for a in arrays(value) for b in arrays(operands) if b.size)


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{r.name}" for i, r in enumerate(RULES)])
def test_shared_memory_is_known(rule: Any) -> None:
    for _, function in target(rule):
        for text, call in calls(rule, function):
            with np.errstate(all="ignore"):
                value = call.function(*call.args, **call.kwargs)
            if not shares(value, [*call.args, *call.kwargs.values()]):
                continue
            bound = rule.bind(tuple(call.args), call.kwargs)
            for read in (kind_of, literal_kind):
                kinds = {name: kind_of(part) if isinstance(part, tuple) else read(part) for name, part in bound.items()}
                assert sharing(rule, kinds), f"{rule.name} {text}: the result shares memory with an operand"


def test_some_results_share_memory() -> None:
    """The walk above sees what it is about: views and functions that may hand on their operand."""
    found = {
        rule.name for rule in RULES for _, function in target(rule) for _, call in calls(rule, function)
        if rule.cls == "view" and shares(call.function(*call.args, **call.kwargs), call.args)
    }  # fmt: skip
    assert {"reshape", "transpose", "squeeze", "broadcast_to"} <= found
