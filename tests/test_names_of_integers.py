"""Slices by bounds that are seen when a program runs: equally long where the bounds are equal, and only there.

Every length 1 broadcasts against the others, so that two lengths taken for one would show in a gradient.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import srcgrad as sg

X = np.linspace(0.3, 1.7, 8)
SIZES = (1, 3, 1, 3, 3, 1)
LIMITS = {"n": 3}


def products(*parts: Any) -> Any:
    """A number that shows which of the parts were broadcast."""
    total = 0.0
    for part in parts:
        for other in parts:
            if len(part) == len(other) or 1 in (len(part), len(other)):
                total += np.sum(np.sin(part) * other)
    return total


def counted_up(x):
    i, total = 0, 0.0
    while i < 5:
        before = x[: i + 1]
        i += 1
        total += np.sum(before[:1] * x[:i]) + np.sum(before * x[:i]) + np.sum(x[:1] * x[: i + 1])
    return total


def a_slice_kept(x):
    total, kept = 0.0, slice(0, 1)
    for i, n in enumerate(SIZES):
        now = slice(i, i + n)
        if n == 1 or i == 0:
            total += np.sum(x[kept] * x[now] * np.exp(x[i : i + 1]))
        total += np.sum(x[now] * x[i : i + n])
        kept = now
    return total


def slices_in_a_list(x):
    cuts = []
    for i in range(4):
        cuts.append(slice(i, 2 * i + 1))
    total = 0.0
    for cut, other in itertools.pairwise(cuts):
        a, b = x[cut], x[other]
        total += np.sum(a[:1] * b) + np.sum(np.sum(a) * b)
    return total + np.sum(x[cuts[0]] * x[cuts[3]])


class Window:
    def __init__(self, start, size):
        self.start, self.size = start, size

    def of(self, x):
        return x[self.start : self.start + self.size]


def bounds_of_an_object(x):
    window, total = Window(0, 1), 0.0
    for n in SIZES:
        a = window.of(x)
        window.size = n
        b = window.of(x)
        total += np.sum(a * b) if 1 in (len(a), len(b)) else np.sum(a) * np.sum(b)
        window.size = 1
    return total


def counted_by_a_closure(x):
    n = 0

    def more():
        nonlocal n
        n += 1
        return n

    total = 0.0
    a = x[: n + 1]
    for _ in range(3):
        more()
        b = x[: n + 1]
        total += np.sum(a * b)
    return total


def bound_to(x, lower, upper):
    if lower > 1:
        upper = lower + 1
    return x[lower:upper]


def bounds_of_a_call(x):
    total = 0.0
    for i in range(4):
        a, b, c = bound_to(x, i, i + 3), bound_to(x, i, i + 3), x[i : i + 3]
        total += np.sum(a * b * 2.0) + np.sum(a * c)
    return total


def halves(x, n):
    half = n // 2
    a, b = x[:half], x[half : 2 * half]
    return np.sum(a * b) + np.sum(np.tanh(x[:n]) * x[: 2 * half + n % 2])


def of_either(x, flag):
    n = 1 if flag else len(x) - 4
    a = x[:n]
    m = n
    n = len(x) - 4
    return np.sum(a * x[:n]) + np.sum(a * x[:m]) + np.sum(a * x[m : m + m])


def both(x):
    return of_either(x, True) + of_either(x, False)


def recursive(x, k, held):
    y = x[k : k + SIZES[k]]
    rest = recursive(x, k + 1, y) if k < 5 else np.sum(y)
    return rest + np.sum(y * held * np.cos(x[k : k + 1])) + np.sum(y * x[k : k + SIZES[k]])


def by_recursion(x):
    return recursive(x, 0, x[:1])


def negative_bounds(x):
    total = 0.0
    for k in range(4):
        total += np.sum(x[k - 3 :] ** 2) + np.sum(x[: k - 8] * x[0]) + np.sum(x[-k:][:1] * x[k:])
    empty = np.arange(0)
    for n in (len(empty[1:]), len(empty) - 1):
        total += np.sum(x[n:] * x[-1])
    return total


def lengths_cut_short(x):
    y = x[:1]
    n = len(y) - 2
    m = len(y[2:])
    return np.sum(x[m:] * 2.0) * np.sum(x[n:]) + np.sum(x[m:] * x[n:])


def beyond_the_end(x):
    total = 0.0
    for i in range(0, 10, 3):
        batch = x[i : i + 3]
        total += np.sum(batch * batch) / max(len(batch), 1) + np.sum(batch[:, None] * x[:i])
    return total


def of_two_arrays(x):
    total = 0.0
    for i in range(6):
        a, b = x[:6][i:], x[1:][i:]
        total += np.sum(a[:1] * b) + np.sum(a * x[i:6]) + np.sum(b * x[i + 1 :])
    return total


def of_a_dictionary(x):
    total = np.sum(x[: LIMITS["n"]] * x[1 : LIMITS["n"] + 1])
    bounds = {"n": 1}
    a = x[: bounds["n"]]
    bounds["n"] = 3
    return total + np.sum(a * x[: bounds["n"]])


def in_nested_loops(x):
    total = 0.0
    for i in range(3):
        row = x[i : i + 2]
        for j in range(i + 1):
            column = x[j : j + 2]
            total += np.sum(row * column) + np.sum(x[: j + 1] * x[i]) + np.sum(x[:1] * x[: j + 1])
            i = j
    return total


def caught(x):
    total, n = 0.0, 1
    for k in SIZES:
        try:
            a = x[:n]
            n = k
            if k == 3:
                raise ValueError
            total += np.sum(a[:1] * x[:n])
        except ValueError:
            total += np.sum(a[:1] * x[:n])
    return total


def steps(x):
    total = 0.0
    for s in range(1, 4):
        total += np.sum(x[::s] ** 2) + np.sum(x[: 2 * s : s] * x[1 : 1 + 2 * s : s]) + np.sum(x[5:0:-s])
    return total


def in_comprehensions(x):
    parts = [x[i : i + n] for i, n in enumerate(SIZES)]
    means = [np.sum(x[: i + 1] * np.exp(x[: i + 1])) for i in range(3)]
    return products(*parts) + sum(means)


def shorter_from_the_second_turn_on(x):
    b, w, total = 2, x * 1.0, 0.0
    for _ in range(3):
        p, q = x[:b], w[:b]
        if len(p) == len(q) or 1 in (len(p), len(q)):
            total += np.sum(p * np.cos(q))
        w = x[:1] * 2.0
    return total


PROGRAMS = [
    shorter_from_the_second_turn_on,
    counted_up, a_slice_kept, slices_in_a_list, bounds_of_an_object, counted_by_a_closure, bounds_of_a_call, both,
    by_recursion, negative_bounds, lengths_cut_short, beyond_the_end, of_two_arrays, of_a_dictionary, in_nested_loops,
    caught, steps, in_comprehensions,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_bounds_of_another_time_are_others(program):
    sg.check_grads(program, (X,), modes=("rev", "fwd"))


@pytest.mark.parametrize("n", [0, 1, 5, 8])
def test_parts_of_numbers(n):
    sg.check_grads(lambda x: halves(x, n), (X,), modes=("rev", "fwd"))
    sg.check_grads(halves, (X, n), argnums=0, modes=("rev", "fwd"))


def eliminated(a):
    a = a.copy()
    for k in range(len(a) - 1):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return np.sum(np.log(np.abs(np.diag(a))))


def batches(x, w, size):
    target = np.sin(x)
    total = 0.0
    for i in range(0, len(x), size):
        batch, wanted = x[i : i + size], target[i : i + size]
        total += np.sum((batch * w - wanted) ** 2 / (1.0 + batch**2))
    return total


@pytest.mark.parametrize("f, args", [(eliminated, (np.eye(4) * 4.0 + X[:4],)), (batches, (X, 1.5, 3))])
def test_equal_bounds_need_no_looking_at_lengths(f, args):
    gradient = sg.grad(f)
    gradient(*args)
    assert "unbroadcast" not in gradient.source
    sg.check_grads(f, args, argnums=0, modes=("rev", "fwd"))
