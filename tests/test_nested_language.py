"""Second derivatives of programs with generators, iterators, caches and classes of their own."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

import numpy as np
import pytest
from programs import kept_generators as steps
from programs import kept_results as kept
from support import differences

import srcgrad as sg


class Exercise(enum.Enum):
    EUROPEAN = enum.auto()
    AMERICAN = enum.auto()


@dataclasses.dataclass(frozen=True)
class Option:
    """What an option pays; the defaults are objects."""

    strike: float
    expiry: float
    kind: str = "put"
    style: Exercise = Exercise.AMERICAN
    notes: list = dataclasses.field(default_factory=list)

    def payoff(self, s: Any) -> Any:
        return np.maximum(self.strike - s, 0.0) if self.kind == "put" else np.maximum(s - self.strike, 0.0)


def tree_price(option: Option, sigma: Any, n: int = 4) -> Any:
    up = np.exp(sigma * np.sqrt(option.expiry / n))
    p = (1.01 - 1.0 / up) / (up - 1.0 / up)
    j = np.arange(n + 1)
    v = option.payoff(up ** (n - 2.0 * j))
    for i in range(n - 1, -1, -1):
        j = np.arange(i + 1)
        v = 0.99 * (p * v[:-1] + (1.0 - p) * v[1:])
        if option.style is Exercise.AMERICAN:
            v = np.maximum(v, option.payoff(up ** (i - 2.0 * j)))
    return v[0]


def options(sigma: Any) -> Any:
    put = Option(1.05, 1.0)
    call = dataclasses.replace(put, style=Exercise.EUROPEAN, kind="call")
    return tree_price(put, sigma) + 2.0 * tree_price(call, sigma)


PROGRAMS = [
    options,
    steps.by_hand, steps.first_few, steps.through_itertools, steps.handed_on, steps.rest_of_it, steps.by_windows,
    steps.of_two, steps.several_at_once, steps.memory_of_a_generator, steps.own_items, steps.own_items_by_hand,
    steps.of_another_class, steps.called_for_ever,
    kept.kept_by_module, kept.option_tree, kept.equal_arguments, kept.cleared, kept.made_when_missing,
    kept.default_of_next, kept.default_of_getattr, kept.lists_joined, kept.named_numbers, kept.told,
]  # fmt: skip


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
def test_twice(f: Any) -> None:
    slope = sg.grad(f)
    np.testing.assert_allclose(sg.grad(slope)(0.7), differences(slope, 0.7), rtol=1e-5, atol=1e-6)
