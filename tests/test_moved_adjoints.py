"""Adjoints that change places: variables handed on in a circle, and results of calls whose kind is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg


def handed_on(y, x):
    a = 0.0
    s = 0.0
    b = y
    for c in [1.0, 2.0, 3.0]:
        a_old = a
        b_old = b
        s = s + b_old * c
        b = a_old + b_old * x
        a = b_old
    return s + a


def round_three(x):
    a, b, c = x, x * 2.0, 1.0
    for i in range(4):
        a, b, c = b, c, a
        if i % 2:
            a = a + b * c
        else:
            a, c = c, a
    return a + 2.0 * b + 3.0 * c


def round_four(x):
    a, b, c, d = x, 0.5 * x, 0.2, x * x
    for _ in range(3):
        b, a, d, c = a, b, c, d
        c = b
        if a > 0.4:
            d = a + d * x
            a, d = d, a
        a, b = b, a * 0.5 + b
    return a + 2.0 * b + 3.0 * c + 4.0 * d


@pytest.mark.parametrize(
    ("f", "args"), [(handed_on, (0.7, 0.3)), (round_three, (0.6,)), (round_four, (0.37,)), (round_four, (0.9,))]
)
def test_handed_on_in_loops(f: Any, args: tuple[float, ...]) -> None:
    for i in range(len(args)):
        up, down = list(args), list(args)
        up[i] += 1e-6
        down[i] -= 1e-6
        np.testing.assert_allclose(sg.grad(f, argnums=i)(*args), (f(*up) - f(*down)) / 2e-6, rtol=1e-7)


def shaped(g, x):
    if type(x) is float:
        return float(g)
    result = np.empty_like(x, subok=False) if isinstance(x, np.ndarray) else x.copy()
    result[...] = g
    return result


def written_after_a_call(v, box):
    b = v * 3.0
    w = v * 1.0
    b = shaped(b, box)
    p = b[:].copy()
    b[:] = 0.0
    w += 2.0 * p
    return np.sum(w**2)


def test_a_result_of_unknown_kind_that_is_written() -> None:
    v = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(sg.grad(written_after_a_call)(v, v.copy()), 98.0 * v)
