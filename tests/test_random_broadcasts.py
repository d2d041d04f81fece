"""Random expressions of operands that are broadcast against each other, both modes against central differences.

A contribution or a tangent may stand for a larger array until something needs its shape: within one expression, where
nothing has a name, that is passed on from operation to operation.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from table_checker import defined

import srcgrad as sg

SHAPES = [(), (3,), (2, 1), (1, 3), (2, 3), (1, 1), (1,)]
PAIRS = [
    "({} + {})", "({} - {})", "({} * {})", "({} / (2.0 + np.abs({})))", "np.maximum({}, {})", "np.hypot({}, {} + 3.0)",
    "np.add({}, {})", "np.where({} > 0.3, 0.5, {})", "np.copysign({}, {})", "np.logaddexp({}, {})",
]  # fmt: skip
SINGLES = [
    "(-{})", "np.sin({})", "np.exp(0.1 * {})", "({} ** 2)", "({} * 2.0)", "(1.5 - {})", "np.positive({})",
    "np.clip({}, -1.0, 1.3)", "np.nan_to_num({})", "np.real({})", "np.sum({}, axis=-1, keepdims=True)",
    "np.mean({}, axis=0)", "np.transpose({})", "np.expand_dims({}, -1)", "np.atleast_2d({})", "np.copy({})",
]  # fmt: skip
TOTALS = [
    "np.sum({})", "np.sum({} ** 2)", "np.mean({})", "np.max({})", "np.linalg.norm({})", "np.std({})",
    "np.prod(1.0 + 0.1 * {})", "np.sum({} @ np.ones((3, 2)))", "np.vdot({}, {})",
]  # fmt: skip


class Draw:
    """The text of a function of one to three arrays, of which others are constants."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        numbers = np.random.default_rng(seed)
        self.values = {}
        for name in ("a", "b", "c", "C", "D", "E"):
            shape = self.random.choice(SHAPES)
            self.values[name] = numbers.normal(size=shape) + 0.2 if shape else float(numbers.normal())
        self.active = ("a", "b", "c")[: self.random.randint(1, 3)]
        lines = [f"def program({', '.join(self.active)}):"]
        names = list(self.values)
        for i in range(self.random.randint(0, 2)):
            lines.append(f"    v{i} = {self.expression(names, 2)}")
            names.append(f"v{i}")
        totals = [self.random.choice(TOTALS) for _ in range(3)]
        terms = [total.replace("{}", self.expression(names, self.random.randint(1, 3))) for total in totals]
        lines.append(f"    return {' + '.join(terms)}")
        self.source = "\n".join(lines) + "\n"

    def expression(self, names: list[str], depth: int) -> str:
        if depth == 0 or self.random.random() < 0.1:
            return self.random.choice(names)
        if self.random.random() < 0.55:
            parts = self.expression(names, depth - 1), self.expression(names, depth - 1)
            return self.random.choice(PAIRS).format(*parts)
        return self.random.choice(SINGLES).format(self.expression(names, depth - 1))

    def compiled(self) -> tuple[Any, tuple[Any, ...]]:
        program = defined(self.source, {"np": np, **self.values})["program"]
        return program, tuple(self.values[name] for name in self.active)


@pytest.mark.parametrize("seed", range(260))
def test_both_modes(seed: int) -> None:
    program, args = Draw(seed).compiled()
    try:
        value = program(*args)
    except (ValueError, IndexError, np.exceptions.AxisError):
        return  # its shapes do not fit
    if np.ndim(value) == 0 and abs(value) < 1e6:
        sg.check_grads(program, args, modes=("rev", "fwd"))


CHAINS = [
    lambda b, A, w: np.sum((A + b) * w),
    lambda b, A, w: np.sum(-(A - b) * w / 2.0),
    lambda b, A, w: np.sum(w * (2.0 * (A + b)) + (b - A)),
    lambda b, A, w: np.linalg.norm(np.positive(A + b) * w),
    lambda b, A, w: np.sum((A + b * 1.0)[..., None] * w[:, None]),
    lambda b, A, w: np.mean(w - (A + b)) + np.vdot(A, (A + b) * w),
]


@pytest.mark.parametrize("chain", range(len(CHAINS)))
def test_what_stands_for_a_larger_array_does_so_behind_products(chain: int) -> None:
    A, b, w = np.arange(6.0).reshape(2, 3), np.array([0.3, -1.2, 0.7]), np.array([1.0, 2.0, -0.5])
    f = CHAINS[chain]
    sg.check_grads(lambda b: f(b, A, w), (b,), modes=("rev", "fwd"))
    sg.check_grads(f, (b, A, w), modes=("rev", "fwd"), order=2)
