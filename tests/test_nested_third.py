"""Third derivatives: of joined arrays, of arrays made of lists, of products by subscripts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, -0.7, 1.1])

FUNCTIONS: dict[str, Any] = {
    "concatenate": lambda w: np.sum(np.concatenate([w[1:], w[:1] ** 2]) ** 3 * w),
    "hstack": lambda w: np.sum(np.hstack([w[1:], w[0] ** 2]) ** 3),
    "vstack": lambda w: np.sum(np.vstack([w[1:], w[:-1] ** 2]) ** 3),
    "column_stack": lambda w: np.sum(np.column_stack([w[1:], w[:-1] ** 2]) ** 3),
    "sum of a list": lambda w: np.sum([w[0] * w[1], w[1] ** 2, w[2] * w[0]]) ** 2,
    "mean of a list": lambda w: np.mean([w[0] * w[1], w[1] ** 2, w[2] * w[0]]) ** 2,
    "einsum": lambda w: np.sum(np.einsum("i,j->ij", w, w[1:]) ** 2),
}


def squared(f: Any) -> Any:
    """A function of the gradient."""
    return lambda x: np.sum(sg.grad(f)(x) ** 2)


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_reverse_over_reverse_over_reverse(f: Any) -> None:
    sg.check_grads(squared(f), (X,), order=2, modes=("rev",))


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_reverse_over_forward_over_reverse(f: Any) -> None:
    sg.check_grads(lambda x: np.sum(sg.hvp(f)(x, X) ** 2), (X,), modes=("rev", "fwd"))


def test_places_that_unknown_values_are_added_at() -> None:
    def added(fn: Any, x: Any) -> Any:
        u = np.zeros(3) + x[0]
        np.add.at(u, np.array([0, 1, 1]), fn(x))
        np.subtract.at(u, [2, 2], fn(x[:2]))
        return np.sum(u**3)

    class Square:
        def __call__(self, x: Any) -> Any:
            return x**2

    for function in (np.sin, Square()):
        sg.check_grads(lambda x: added(function, x), (X,), order=2, modes=("rev", "fwd"))
